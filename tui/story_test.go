package tui

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"spoor/model"
	"spoor/model/event"
	"spoor/parser"
	"spoor/parser/evtxwrite"
)

// log is a file that a test makes up.
type log struct {
	name    string
	records []*event.Record
	cut     int64 // bytes taken off its end
}

// storyStart is 2026-03-02T13:00:00Z.
const storyStart event.FileTime = 134169300000000000

func at(seconds int) event.FileTime { return storyStart + event.FileTime(seconds)*10_000_000 }

const (
	bobSID   = "S-1-5-21-1-2-3-1104"
	aliceSID = "S-1-5-21-1-2-3-1105"
)

// machine writes the records of one host's Security log, numbered from 1000.
type machine struct {
	name string
	next uint64
	out  []*event.Record
}

func (m *machine) log(seconds int, id uint16, data ...event.Field) {
	if m.next == 0 {
		m.next = 1000
	}
	keywords := uint64(event.AuditSuccess)
	m.out = append(m.out, event.NewRecord(event.System{Head: event.Head{
		Provider: "Microsoft-Windows-Security-Auditing", EventID: id, Time: at(seconds), RecordID: m.next, Channel: "Security", Computer: m.name,
	}, Keywords: keywords}, data...))
	m.next++
}

func word(name, value string) event.Field {
	return event.Field{Name: name, Value: event.TextValue(value)}
}

func sid(name, value string) event.Field {
	return event.Field{Name: name, Value: event.SIDValue(value)}
}

func number32(name string, n uint64) event.Field {
	return event.Field{Name: name, Value: event.NumberValue(event.UInt32, n)}
}

func status(name string, n uint64) event.Field {
	return event.Field{Name: name, Value: event.NumberValue(event.HexInt32, n)}
}

func hex64(name string, n uint64) event.Field {
	return event.Field{Name: name, Value: event.NumberValue(event.HexInt64, n)}
}

type person struct{ sid, domain, name string }

func (p person) target(id uint64) []event.Field {
	return []event.Field{sid("TargetUserSid", p.sid), word("TargetUserName", p.name), word("TargetDomainName", p.domain), hex64("TargetLogonId", id)}
}

func (p person) subject(id uint64) []event.Field {
	return []event.Field{sid("SubjectUserSid", p.sid), word("SubjectUserName", p.name), word("SubjectDomainName", p.domain), hex64("SubjectLogonId", id)}
}

var localSystem = person{"S-1-5-18", "NT AUTHORITY", "SYSTEM"}

// logon logs a 4624; linked is the other half of a UAC pair, or 0.
func (m *machine) logon(seconds int, who person, id uint64, kind uint64, from, workstation string, linked uint64, elevated bool) {
	token := "%%1843"
	if elevated {
		token = "%%1842"
	}
	data := append(localSystem.subject(0x3e7), who.target(id)...)
	m.log(seconds, 4624, append(data,
		number32("LogonType", kind), word("LogonProcessName", "User32 "), word("AuthenticationPackageName", "Negotiate"),
		word("WorkstationName", workstation), event.Field{Name: "LogonGuid", Value: event.GUIDValue(event.GUID{})},
		word("TransmittedServices", "-"), word("LmPackageName", "-"), number32("KeyLength", 0), hex64("ProcessId", 0x2f0),
		word("ProcessName", `C:\Windows\System32\svchost.exe`), word("IpAddress", from), word("IpPort", "0"),
		word("ImpersonationLevel", "%%1833"), word("RestrictedAdminMode", "-"), word("TargetOutboundUserName", "-"),
		word("TargetOutboundDomainName", "-"), word("VirtualAccount", "%%1843"), hex64("TargetLinkedLogonId", linked), word("ElevatedToken", token))...)
}

func (m *machine) process(seconds int, who person, id uint64, image, command string) {
	m.log(seconds, 4688, append(who.subject(id), hex64("NewProcessId", 0x1a2c), word("NewProcessName", image),
		word("TokenElevationType", "%%1938"), hex64("ProcessId", 0x930), word("CommandLine", command),
		sid("TargetUserSid", "S-1-0-0"), word("TargetUserName", "-"), word("TargetDomainName", "-"), hex64("TargetLogonId", 0),
		word("ParentProcessName", `C:\Windows\explorer.exe`), sid("MandatoryLabel", "S-1-16-8192"))...)
}

func (m *machine) failed(seconds int, domain, name, from, workstation string) {
	data := append(localSystem.subject(0x3e7), sid("TargetUserSid", "S-1-0-0"), word("TargetUserName", name), word("TargetDomainName", domain))
	m.log(seconds, 4625, append(data, status("Status", 0xc000006d), word("FailureReason", "%%2313"), status("SubStatus", 0xc000006a),
		number32("LogonType", 3), word("LogonProcessName", "NtLmSsp "), word("AuthenticationPackageName", "NTLM"), word("WorkstationName", workstation),
		word("TransmittedServices", "-"), word("LmPackageName", "-"), number32("KeyLength", 0), hex64("ProcessId", 0), word("ProcessName", "-"),
		word("IpAddress", from), word("IpPort", "50122"))...)
}

func (m *machine) logoff(seconds int, who person, id uint64) {
	m.log(seconds, 4647, who.target(id)...)
}

func (m *machine) ended(seconds int, who person, id, kind uint64) {
	m.log(seconds, 4634, append(who.target(id), number32("LogonType", kind))...)
}

// cleared logs that somebody cleared the Security log.
func (m *machine) cleared(seconds int, who person, id uint64) {
	m.out = append(m.out, event.NewUserDataRecord(event.System{Head: event.Head{
		Provider: "Microsoft-Windows-Eventlog", EventID: 1102, Time: at(seconds), RecordID: m.next, Channel: "Security", Computer: m.name,
	}}, "LogFileCleared", "http://manifests.microsoft.com/win/2004/08/windows/eventlog", who.subject(id)...))
	m.next++
}

// clearedOther logs, in System, that somebody cleared another log.
func (m *machine) clearedOther(seconds int, who person, channel string) {
	m.out = append(m.out, event.NewUserDataRecord(event.System{Head: event.Head{
		Provider: "Microsoft-Windows-Eventlog", EventID: 104, Time: at(seconds), RecordID: m.next, Channel: "System", Computer: m.name,
	}}, "LogFileCleared", "http://manifests.microsoft.com/win/2004/08/windows/eventlog",
		word("SubjectUserName", who.name), word("SubjectDomainName", who.domain), word("Channel", channel), word("BackupPath", "")))
	m.next++
}

// story is an afternoon in a small office: bob works at WS07, alice reads a share
// on FS01 three times, somebody tries alice's password, and one log is cut
// short.
func story() []log {
	bob, alice := person{bobSID, "EXAMPLE", "bob"}, person{aliceSID, "EXAMPLE", "alice"}
	ws := &machine{name: "WS07.example.org"}
	ws.logon(60, bob, 0x51000, 2, "127.0.0.1", "WS07", 0x51100, true)
	ws.logon(60, bob, 0x51100, 2, "127.0.0.1", "WS07", 0x51000, false)
	ws.log(60, 4672, append(bob.subject(0x51000), word("PrivilegeList", "SeSecurityPrivilege\r\n\t\t\tSeDebugPrivilege"))...)
	ws.process(75, bob, 0x51100, `C:\Windows\System32\cmd.exe`, `cmd /c whoami /all`)
	ws.log(400, 4800, append(bob.target(0x51100), number32("SessionId", 1))...)
	ws.log(700, 4801, append(bob.target(0x51100), number32("SessionId", 1))...)
	ws.logoff(3600, bob, 0x51100)
	ws.ended(3601, bob, 0x51100, 2)
	ws.ended(3601, bob, 0x51000, 2)
	fs := &machine{name: "FS01.example.org"}
	for i := range 3 {
		id := uint64(0x90000 + i*0x100)
		fs.logon(900+i*300, alice, id, 3, "10.0.0.23", "WS09", 0, false)
		fs.log(901+i*300, 5140, append(alice.subject(id), word("ObjectType", "File"), word("IpAddress", "10.0.0.23"), word("IpPort", "50211"),
			word("ShareName", `\\*\finance`), word("ShareLocalPath", `\??\D:\finance`), status("AccessMask", 1), word("AccessList", "%%4416"))...)
		if i < 2 {
			fs.ended(930+i*300, alice, id, 3)
		}
	}
	for i := range 4 {
		fs.failed(2000+i, "EXAMPLE", "alice", "10.0.0.66", "KALI")
	}
	return []log{{"WS07/Security.evtx", ws.out, 0}, {"FS01/Security.evtx", fs.out, 0}, {"old/cut.evtx", ws.out[:1], 0x1fe00}}
}

const (
	hostileName    = "eve\x1b[2J\x1b]0;owned\a\u202egpj\u200b\u009b31m\r\n\xed\xa0\x80=1+1"
	hostileHost    = "WS\x1b[31m\u2066\u0085\u061c.example"
	hostileCommand = "cmd /c \x1b[?1049h \x7f \u061c \u2028 \u00ad <b>&amp;\t\x00end"
)

// hostile is a log whose every text is an attack on the terminal.
func hostile() []log {
	eve := person{"S-1-5-21-1-2-3-1199", "EXAM" + hostileName, hostileName}
	m := &machine{name: hostileHost}
	m.logon(60, eve, 0x51000, 2, hostileName, hostileHost, 0, true)
	m.process(75, eve, 0x51000, hostileCommand, hostileCommand)
	m.failed(80, hostileName, hostileName, hostileName, hostileHost)
	m.logoff(3600, eve, 0x51000)
	return []log{{"a\x1b[31m\u202e.evtx", m.out, 0}}
}

// load reads logs as a program would, and returns how the UI gets them.
func load(t testing.TB, logs []log) (Loader, func(event.Ref) (*event.Record, error)) {
	t.Helper()
	return loadWith(t, logs, func(i int) string { return fmt.Sprintf("%064d", i) })
}

// loadWith is load with files that have such sums.
func loadWith(t testing.TB, logs []log, sum func(int) string) (Loader, func(event.Ref) (*event.Record, error)) {
	t.Helper()
	files := make([]*parser.File, len(logs))
	contents := make([][]byte, len(logs))
	for i, l := range logs {
		var b bytes.Buffer
		w := evtxwrite.NewWriter(&b)
		for _, r := range l.records {
			if err := w.Write(r); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		contents[i] = b.Bytes()[:max(0x1200, int64(b.Len())-l.cut)]
		if l.cut == 0 {
			contents[i] = b.Bytes()
		}
		f, err := parser.Open(bytes.NewReader(contents[i]), int64(len(contents[i])), event.FileID(i), l.name)
		if err != nil {
			t.Fatal(err)
		}
		files[i] = f
	}
	loader := func(ctx context.Context, publish func(Progress)) {
		b := model.NewBuilder(event.NewSchemas())
		p := Progress{TotalFiles: len(files)}
		for i, c := range contents {
			b.AddFile(event.File{ID: event.FileID(i), Name: logs[i].name, Size: int64(len(c)), SHA256: sum(i)})
			p.Total += int64(len(c))
		}
		publish(p)
		for i, f := range files {
			stats, err := f.Scan(ctx, parser.Options{Workers: 1}, func(batch *event.Batch) error { b.Add(batch); return ctx.Err() })
			if err != nil {
				break
			}
			b.FileDone(stats)
			p.Files, p.Done = i+1, p.Done+int64(len(contents[i]))
			p.Snapshot = b.Snapshot()
			publish(p)
		}
		p.Snapshot, p.Finished, p.Stopped = b.Finish(), true, ctx.Err() != nil
		publish(p)
	}
	read := func(ref event.Ref) (*event.Record, error) { return files[ref.File].Record(ref) }
	return loader, read
}
