package event

import "testing"

func TestRecordMadeReadsBackAsItsHead(t *testing.T) {
	head := Head{Provider: "Microsoft-Windows-Security-Auditing", EventID: 4624, Version: 2, Time: 132_000_000_000_000_001, RecordID: 77, Channel: "Security", Computer: "fs01.nordlicht.example"}
	r := NewRecord(System{Head: head, Keywords: AuditSuccess, ProcessID: 700},
		Field{"TargetLogonId", NumberValue(HexInt64, 0x3e7)}, Field{"", TextValue("a")}, Field{"TargetLogonId", TextValue("b")})
	if got := r.Head(); got != head {
		t.Errorf("head is %+v, want %+v", got, head)
	}
	data := r.Data()
	if len(data) != 3 || data[0].Value.String() != "0x3e7" || data[1].Name != "" || data[2].Value.Text != "b" {
		t.Errorf("data are %+v", data)
	}
	if r.HeaderID != 77 || r.Written != head.Time {
		t.Errorf("the record's header says %d at %s", r.HeaderID, r.Written)
	}
}

func TestUserDataMadeReadsBackInOrder(t *testing.T) {
	r := NewUserDataRecord(System{}, "LogFileCleared", "urn:x", Field{"SubjectUserName", TextValue("a")}, Field{"SubjectLogonId", NumberValue(HexInt64, 1)})
	f := r.UserFields()
	if len(f) != 2 || f[0].Name != "SubjectUserName" || f[1].Value.Bits != 1 {
		t.Errorf("user data are %+v", f)
	}
}
