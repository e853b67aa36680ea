package model_test

import (
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// Each activity is said by fields, which it names; without them, none is.
func TestActivityIsSaidByFields(t *testing.T) {
	asked := func(process, image string) fields {
		return fields{event.LogonProcess: process, event.Process: image}
	}
	pc := who{"S-1-5-21-1-2-3-1001", "PC01$", "CORP"}
	svchost := `C:\Windows\System32\svchost.exe`
	share := func(m *machine) {
		m.log(event.ShareAccessed, merge(subject(alice, 0x5000), fields{event.ShareName: `\\*\finance`}))
	}
	child := func(image string) func(m *machine) {
		return func(m *machine) { m.runs(alice, 0x5000, image) }
	}
	tests := []struct {
		want    string
		who     who
		typ     uint32
		f       fields
		more    func(m *machine)
		because string
	}{
		{"console", alice, 2, asked("User32 ", svchost), nil, "LogonProcess=User32"},
		{"console", alice, 11, asked("User32 ", `C:\Windows\System32\winlogon.exe`), nil, "LogonType=11"},
		{"unlock", alice, 7, asked("User32 ", svchost), nil, "LogonType=7"},
		{"revalidation", alice, 7, asked("Negotiat", `C:\Windows\System32\lsass.exe`), nil, "LogonProcess=Negotiat"},
		{"uac-prompt", alice, 2, asked("CredPro ", `C:\Windows\System32\consent.exe`), nil, "LogonProcess=CredPro"},
		{"uac-prompt", alice, 11, asked("CredPro ", `C:\Windows\System32\consent.exe`), nil, "LogonProcess=CredPro"},
		{"ssh", alice, 3, asked("sshd", `C:\Program Files\OpenSSH-Win64\sshd.exe`), nil, "LogonProcess=sshd"},
		{"remote-desktop", alice, 10, asked("User32 ", svchost), nil, "LogonType=10"},
		{"service start-up", alice, 5, asked("Advapi  ", `C:\Windows\System32\services.exe`), nil, "LogonType=5"},
		{"scheduled task", alice, 4, asked("Advapi  ", svchost), nil, "LogonType=4"},
		{"application logon", alice, 8, asked("Advapi  ", `C:\Windows\System32\inetsrv\w3wp.exe`), nil, "ProcessName="},
		{"application logon", alice, 3, asked("Advapi  ", `C:\Windows\System32\inetsrv\w3wp.exe`), nil, "ProcessName="},
		{"file share", alice, 3, asked("Kerberos", ""), share, `ShareName=\\*\finance`},
		{"winrm", alice, 3, asked("Kerberos", ""), child(`C:\Windows\System32\wsmprovhost.exe`), "NewProcessName=wsmprovhost.exe"},
		{"wmi", alice, 3, asked("Kerberos", ""), child(`C:\Windows\System32\wbem\WmiPrvSE.exe`), "NewProcessName=wmiprvse.exe"},
		{"runas", alice, 9, asked("seclogo", svchost), nil, "LogonProcess=seclogo"},
		{"s4u", alice, 3, asked("Authz", ""), nil, "LogonProcess=Authz"},
		{"s4u", alice, 3, fields{event.TransmittedServices: "HTTP/web01"}, nil, "TransmittedServices=HTTP/web01"},
		{"machine account", pc, 3, asked("Kerberos", ""), nil, "TargetUserName=PC01$"},
		{"", alice, 3, asked("Kerberos", ""), nil, ""},
		{"", alice, 2, asked("Advapi  ", `C:\tool.exe`), nil, ""},
		{"", alice, 4, asked("Advapi  ", `C:\tool.exe`), nil, ""},
	}
	for _, test := range tests {
		m := newMachine("PC01.corp.local").at("08:00:00").logon(test.who, 0x5000, test.typ, test.f)
		if test.more != nil {
			test.more(m)
		}
		got := session(t, tell(t, m), "PC01/0x5000").Activity
		if got.Name != test.want || !strings.Contains(strings.Join(got.Because, " "), test.because) || test.want == "" && len(got.Because) > 0 {
			t.Errorf("type %d %v: %+v, want %q", test.typ, test.f, got, test.want)
		}
	}
}

// On one host, a session came out of the one that asked for it.
func TestLocalKin(t *testing.T) {
	guid := event.GUID{1, 2, 3}
	here := func(more fields) fields {
		return merge(subject(alice, 0x5000), fields{event.TargetName: "bob", event.TargetDomain: "CORP", event.TargetServer: "localhost"}, more)
	}
	tests := []struct {
		name      string
		write     func(pc *machine)
		certainty model.Certainty
	}{
		{"4624 names who asked", func(pc *machine) { pc.logon(bob, 0x6000, 2, subject(alice, 0x5000)) }, model.Exact},
		{"4648 of the same GUID", func(pc *machine) {
			pc.log(event.ExplicitCredentials, here(fields{event.TargetGUID: guid})).logon(bob, 0x6000, 2, fields{event.LogonGUID: guid})
		}, model.Exact},
		{"4648 for the account within two seconds", func(pc *machine) {
			pc.log(event.ExplicitCredentials, here(nil)).at("09:00:01").logon(bob, 0x6000, 2)
		}, model.Strong},
		{"4648 for the account, later", func(pc *machine) {
			pc.log(event.ExplicitCredentials, here(nil)).at("09:00:05").logon(bob, 0x6000, 2)
		}, model.CertaintyUnknown},
		{"4648 to another machine", func(pc *machine) {
			pc.log(event.ExplicitCredentials, here(fields{event.TargetServer: "fs01"})).logon(bob, 0x6000, 2)
		}, model.CertaintyUnknown},
		{"two logons of the account", func(pc *machine) {
			pc.log(event.ExplicitCredentials, here(nil)).logon(bob, 0x6000, 2).logon(bob, 0x6100, 2)
		}, model.CertaintyUnknown},
		{"a prompt, with one desktop", func(pc *machine) { pc.logon(bob, 0x6000, 2, fields{event.LogonProcess: "CredPro "}) }, model.Medium},
		{"a prompt, with two desktops", func(pc *machine) {
			pc.logon(who{"S-1-5-21-1-2-3-1103", "carol", "CORP"}, 0x5500, 2, byWinlogon).logon(bob, 0x6000, 2, fields{event.LogonProcess: "CredPro "})
		}, model.CertaintyUnknown},
		{"Windows asked", func(pc *machine) { pc.logon(bob, 0x6000, 2) }, model.CertaintyUnknown},
	}
	for _, test := range tests {
		pc := newMachine("PC01").at("08:00:00").logon(alice, 0x5000, 2, byWinlogon).at("09:00:00")
		test.write(pc)
		s := tell(t, pc)
		desk, x := session(t, s, "PC01/0x5000"), session(t, s, "PC01/0x6000")
		want := model.SessionRow(model.None)
		if test.certainty != model.CertaintyUnknown {
			want = desk.Row
		}
		if x.Parent.Session != want || x.Parent.Certainty != test.certainty {
			t.Errorf("%s: %+v", test.name, x.Parent)
		}
		if (len(desk.Children) == 1 && desk.Children[0].Session == x.Row) != (want == desk.Row) {
			t.Errorf("%s: children %+v", test.name, desk.Children)
		}
	}
}

// Rule 13: what runs under either half of a session, as Subject or Target, is
// of the session.
func TestObjectsAndProcessesOfBothHalvesAreOfTheSession(t *testing.T) {
	pc := newMachine("PC01").at("08:00:00").pair(alice, 0x5000, 0x5001, 2)
	pc.runs(alice, 0x5001, "a.exe").runs(alice, 0x5000, "b.exe")
	pc.log(event.ProcessCreated, merge(subject(system, 0x3e7), target(alice, 0x5001), fields{event.NewProcess: "c.exe"}))
	pc.log(event.ObjectAccessed, merge(subject(alice, 0x5000), fields{event.ObjectName: `C:\secret`}))
	s := tell(t, pc)
	x := session(t, s, "PC01/0x5001")
	kinds := map[event.Kind]int{}
	for _, e := range s.SessionEvents(x.Row) {
		kinds[s.Event(e).Kind]++
	}
	if kinds[event.ProcessCreated] != 3 || kinds[event.ObjectAccessed] != 1 || x.Events != 6 {
		t.Errorf("%v, %d events", kinds, x.Events)
	}
}
