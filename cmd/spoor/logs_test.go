package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"spoor/model/event"
	"spoor/parser/evtxwrite"
)

const (
	hostileName    = "eve\x1b[2J\x1b]0;owned\a\u202egpj\u200b\u009b31m\r\n=1+1"
	hostileHost    = "WS\x1b[31m\u2066\u0085.example"
	hostileCommand = "cmd /c \x1b[?1049h \x7f \u061c \u2028 \"quoted\" <b>&amp;"
)

// minutes returns the time that long after the logs of the tests begin.
func minutes(n int) event.FileTime {
	return event.FileTimeOf(time.Date(2026, 3, 2, 9, n, 0, 0, time.UTC))
}

// logon is a 4624 of type 2 with these names.
func logon(id uint64, at event.FileTime, host, account, sid string, logonID uint64) *event.Record {
	return auditRecord(4624, id, at, host,
		textField("SubjectUserSid", "S-1-5-18"), textField("SubjectUserName", "SYSTEM"), textField("SubjectDomainName", "NT AUTHORITY"), hexID("SubjectLogonId", 0x3e7),
		event.Field{Name: "TargetUserSid", Value: event.SIDValue(sid)}, textField("TargetUserName", account), textField("TargetDomainName", "EXAMPLE"), hexID("TargetLogonId", logonID),
		event.Field{Name: "LogonType", Value: event.NumberValue(event.UInt32, 2)}, textField("LogonProcessName", "User32 "), textField("AuthenticationPackageName", "Negotiate"),
		textField("WorkstationName", host), event.Field{Name: "LogonGuid", Value: event.GUIDValue(event.GUID{})}, textField("IpAddress", "127.0.0.1"), textField("IpPort", "0"),
		textField("ProcessName", `C:\Windows\System32\svchost.exe`))
}

func process(id uint64, at event.FileTime, host, account, sid string, logonID uint64, command string) *event.Record {
	return auditRecord(4688, id, at, host,
		event.Field{Name: "SubjectUserSid", Value: event.SIDValue(sid)}, textField("SubjectUserName", account), textField("SubjectDomainName", "EXAMPLE"), hexID("SubjectLogonId", logonID),
		textField("NewProcessName", command), textField("CommandLine", command))
}

func failed(id uint64, at event.FileTime, host, account string) *event.Record {
	return auditRecord(4625, id, at, host,
		textField("TargetUserName", account), textField("TargetDomainName", account), event.Field{Name: "TargetUserSid", Value: event.SIDValue("S-1-0-0")},
		event.Field{Name: "Status", Value: event.NumberValue(event.HexInt32, 0xc000006d)}, event.Field{Name: "SubStatus", Value: event.NumberValue(event.HexInt32, 0xc000006a)},
		event.Field{Name: "LogonType", Value: event.NumberValue(event.UInt32, 3)}, textField("WorkstationName", host), textField("IpAddress", account))
}

// cleared is the 1102 of a session that cleared the Security log.
func cleared(id uint64, at event.FileTime, host, domain, account, sid string, logonID uint64) *event.Record {
	head := event.Head{Provider: "Microsoft-Windows-Eventlog", EventID: 1102, Time: at, RecordID: id, Channel: "Security", Computer: host}
	return event.NewUserDataRecord(event.System{Head: head}, "LogFileCleared", "http://manifests.microsoft.com/win/2004/08/windows/eventlog",
		event.Field{Name: "SubjectUserSid", Value: event.SIDValue(sid)}, textField("SubjectUserName", account), textField("SubjectDomainName", domain), hexID("SubjectLogonId", logonID))
}

func logoff(id uint64, at event.FileTime, host, account, sid string, logonID uint64) *event.Record {
	return auditRecord(4647, id, at, host,
		event.Field{Name: "TargetUserSid", Value: event.SIDValue(sid)}, textField("TargetUserName", account), textField("TargetDomainName", "EXAMPLE"), hexID("TargetLogonId", logonID))
}

func auditRecord(number uint16, id uint64, at event.FileTime, host string, data ...event.Field) *event.Record {
	return event.NewRecord(event.System{Head: event.Head{
		Provider: "Microsoft-Windows-Security-Auditing", EventID: number, Time: at, RecordID: id, Channel: "Security", Computer: host,
	}, Keywords: event.AuditSuccess}, data...)
}

func textField(name, value string) event.Field {
	return event.Field{Name: name, Value: event.TextValue(value)}
}

func hexID(name string, id uint64) event.Field {
	return event.Field{Name: name, Value: event.NumberValue(event.HexInt64, id)}
}

// writeLog writes records as a log and returns its path.
func writeLog(t testing.TB, path string, records ...*event.Record) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := evtxwrite.NewWriter(f)
	for _, r := range records {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	aliceSID = "S-1-5-21-1-2-3-1001"
	eveSID   = "S-1-5-21-1-2-3-1002"
)

// ordinaryLog is one sitting of EXAMPLE\alice on WS1.
func ordinaryLog(t testing.TB, path string) string {
	return writeLog(t, path,
		logon(1, minutes(0), "WS1.example", "alice", aliceSID, 0x11111),
		process(2, minutes(1), "WS1.example", "alice", aliceSID, 0x11111, `C:\Windows\explorer.exe`),
		logoff(3, minutes(30), "WS1.example", "alice", aliceSID, 0x11111),
	)
}

// hostileLog holds names that try to command a terminal.
func hostileLog(t testing.TB, path string) string {
	return writeLog(t, path,
		logon(1, minutes(0), hostileHost, hostileName, eveSID, 0x22222),
		process(2, minutes(1), hostileHost, hostileName, eveSID, 0x22222, hostileCommand),
		failed(3, minutes(2), hostileHost, hostileName),
		cleared(4, minutes(3), hostileHost, "EXAMPLE", hostileName, eveSID, 0x22222),
		logoff(5, minutes(4), hostileHost, hostileName, eveSID, 0x22222),
	)
}
