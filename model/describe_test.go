package model_test

import (
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// One line says what an event tells.
func TestDescribe(t *testing.T) {
	tests := []struct {
		kind event.Kind
		f    fields
		want string
	}{
		{event.Logon, merge(fields{event.LogonType: uint32(2)}, linked(0x5001, false)), "logon, interactive, filtered token"},
		{event.Logon, fields{event.LogonType: uint32(3), event.Elevated: "%%1842", event.IPAddress: "::ffff:10.0.0.7"}, "logon, network, elevated token, from 10.0.0.7"},
		{event.Logon, fields{event.LogonType: uint32(77)}, "logon, type 77"},
		{event.Logon, nil, "logon"},
		{event.LogonFailed, failed("alice", "CORP"), `logon failed, CORP\alice, network, wrong password (0xc000006a)`},
		{event.LogonTerminated, fields{event.LogonType: uint32(3)}, "logon ended, network"},
		{event.LogoffInitiated, nil, "user logs off"},
		{event.ProcessCreated, fields{event.NewProcess: `C:\Windows\explorer.exe`}, "explorer.exe"},
		{event.ProcessCreated, fields{event.NewProcess: `C:\Windows\cmd.exe`, event.CommandLine: "cmd /c whoami"}, "cmd /c whoami"},
		{event.SessionReconnected, fields{event.SessionName: "RDP-Tcp#0", event.ClientName: "silversurfer", event.ClientAddress: "192.168.38.1"}, "reconnected RDP-Tcp#0 by silversurfer at 192.168.38.1"},
		{event.SessionDisconnected, fields{event.SessionName: "Console"}, "disconnected from Console"},
		{event.TicketGranting, fields{event.TargetName: "alice", event.Status: uint32(0x12), event.IPAddress: "10.0.0.7"}, "ticket-granting ticket for alice, from 10.0.0.7, refused, account disabled, expired or locked out (0x12)"},
		{event.ServiceTicket, fields{event.TargetName: "alice@CORP", event.ServiceName: "FS1$", event.Status: uint32(0)}, "service ticket FS1$ for alice@CORP"},
		{event.CredentialValidation, fields{event.TargetName: "alice", event.Status: uint32(0), event.Workstation: "KALI"}, "NTLM credentials accepted, alice, workstation KALI"},
		{event.SecurityLogCleared, subject(alice, 0x5000), `Security log cleared by CORP\alice`},
		{event.ShareFileChecked, fields{event.ShareName: `\\*\IPC$`, event.RelativeName: "svcctl"}, `share \\*\IPC$\svcctl`},
		{event.SpecialPrivileges, fields{event.Privileges: "SeDebugPrivilege\r\n\tSeTcbPrivilege"}, "2 special privileges"},
		{event.GlobalGroupAdded, merge(subject(bob, 1), fields{event.MemberSID: alice.sid, event.TargetName: "Domain Admins", event.TargetDomain: "CORP"}), alice.sid + ` added to CORP\Domain Admins by CORP\bob`},
		{event.Other, subject(alice, 0x5000), "Some-Provider 0"},
		{event.NTLMAudit8001, fields{event.TargetName: "alice"}, "NTLM client: outgoing authentication audited: alice"},
	}
	for _, test := range tests {
		s := tell(t, newMachine("PC01").at("08:00:00").log(test.kind, test.f))
		if got := s.Describe(0); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

// Every kind has a title and can be told without any field.
func TestEveryKindIsDescribed(t *testing.T) {
	pc := newMachine("PC01").at("08:00:00")
	for k := range schemas.Len() {
		pc.log(event.Kind(k), nil)
	}
	s := tell(t, pc)
	if s.EventCount() != schemas.Len() {
		t.Fatalf("%d events", s.EventCount())
	}
	for e := range s.EventCount() {
		row := model.EventRow(e)
		if s.Title(row) == "" || s.Describe(row) == "" || strings.TrimSpace(s.Describe(row)) != s.Describe(row) {
			t.Errorf("kind %d: %q, %q", s.Event(row).Kind, s.Title(row), s.Describe(row))
		}
	}
}

// A text is kept as it is understood: trimmed, and "-" is none.
func TestColumnsAreReadAsUnderstood(t *testing.T) {
	guid := event.GUID{1, 2, 3}
	pc := newMachine("PC01").at("08:00:00").logon(alice, 1<<40+5, 3, fields{event.LogonProcess: "User32 ", event.Workstation: "-", event.IPAddress: "FE80::1%10", event.Port: uint32(0), event.LogonGUID: guid})
	pc.log(event.KernelStarted, fields{event.StartTime: clock("07:00:00")})
	s := tell(t, pc)
	for c, want := range map[event.Column]string{event.LogonProcess: "User32", event.Workstation: "", event.IPAddress: "fe80::1", event.TargetSID: alice.sid, event.TargetName: "alice", event.SubjectDomain: "CORP", event.Status: "", event.CommandLine: ""} {
		if got := s.Text(0, c); got != want {
			t.Errorf("column %d is %q, want %q", c, got, want)
		}
	}
	if n, ok := s.Number(0, event.TargetLogon); n != 1<<40+5 || !ok {
		t.Errorf("a logon ID of more than 32 bits is %#x", n)
	}
	if n, ok := s.Number(0, event.Port); n != 0 || !ok {
		t.Errorf("port 0 is present, not %d, %t", n, ok)
	}
	if _, ok := s.Number(0, event.KeyLength); ok {
		t.Error("an absent number is present")
	}
	if s.GUID(0, event.LogonGUID) != guid {
		t.Errorf("GUID %s", s.GUID(0, event.LogonGUID))
	}
	if n, _ := s.Number(1, event.StartTime); event.FileTime(n) != clock("07:00:00") {
		t.Errorf("time %s", event.FileTime(n))
	}
}
