package model_test

import (
	"slices"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/event"
)

// Microsoft's page on 4634: logon IDs are unique only between reboots.
func TestSameLogonIDInTwoBootsIsTwoLogons(t *testing.T) {
	pc := newMachine("PC01")
	pc.at("08:00:00").starts().logon(alice, 0x5000, 2).runs(alice, 0x5000, "a.exe")
	pc.at("09:00:00").starts().logon(alice, 0x5000, 2).runs(alice, 0x5000, "b.exe").logsOff(alice, 0x5000)
	found := sessions(t, tell(t, pc), "PC01/0x5000")
	if len(found) != 2 || found[0].Boot != 1 || found[1].Boot != 2 || found[0].Events != 2 || found[1].Events != 3 {
		t.Fatalf("%+v", found)
	}
	wantEnd(t, found[0].End, model.EndReasonBoot, model.EndBounded, "")
	if found[0].ID == found[1].ID {
		t.Error("both have one ID")
	}
}

func TestLogonIDIssuedAgainIsAnotherLogon(t *testing.T) {
	pc := newMachine("PC01")
	pc.at("08:00:00").logon(alice, 0x5000, 3).ends(alice, 0x5000, 3)
	pc.at("09:00:00").logon(alice, 0x5000, 3).at("09:00:01").ends(alice, 0x5000, 3)
	found := sessions(t, tell(t, pc), "PC01/0x5000")
	if len(found) != 2 {
		t.Fatalf("%d sessions", len(found))
	}
	wantEnd(t, found[0].End, model.EndReasonTerminated, model.EndExact, "08:00:00")
	wantEnd(t, found[1].End, model.EndReasonTerminated, model.EndExact, "09:00:01")
}

// An event of another account is never put under a logon.
func TestEventOfAnotherAccountIsNotIndexedUnderALogon(t *testing.T) {
	pc := newMachine("PC01")
	pc.at("08:00:00").logon(alice, 0x5000, 2).runs(alice, 0x5000, "a.exe").runs(bob, 0x5000, "b.exe")
	s := tell(t, pc)
	for _, x := range sessions(t, s, "PC01/0x5000") {
		want := 2
		if s.Account(x.Account).Name == "bob" {
			want = 1
		}
		if x.Events != want {
			t.Errorf("%s has %d events, want %d", s.Account(x.Account).Name, x.Events, want)
		}
	}
}

// The fixed IDs are Windows' own accounts: one session a boot, which no 4634
// ends.
func TestFixedLogonIDsAreOneSystemSessionABoot(t *testing.T) {
	pc := newMachine("PC01")
	service := who{"S-1-5-20", "NETWORK SERVICE", "NT AUTHORITY"}
	pc.at("08:00:00").starts().logon(system, 0x3e7, 0).logon(system, 0x3e7, 5).logon(service, 0x3e4, 5).ends(service, 0x3e4, 5)
	pc.at("09:00:00").starts().logon(system, 0x3e7, 0)
	s := tell(t, pc)
	found := sessions(t, s, "PC01/0x3e7")
	if len(found) != 2 || found[0].Kind != model.KindSystem {
		t.Fatalf("%+v", found)
	}
	x := session(t, s, "PC01/0x3e4")
	if x.Kind != model.KindSystem || x.End.Certainty == model.EndExact {
		t.Errorf("%s ended %+v", x.Kind, x.End)
	}
}

func TestLogonFirstSeenLaterBeganEarlier(t *testing.T) {
	pc := newMachine("PC01")
	pc.at("08:00:00").runs(alice, 0x5000, "a.exe").at("09:00:00").logsOff(alice, 0x5000)
	x := session(t, tell(t, pc), "PC01/0x5000")
	if x.StartKnown || x.Start != clock("08:00:00") || x.Kind != model.KindUnknown {
		t.Errorf("%+v", x)
	}
	if d, how := x.Length(); how != model.EndBounded || d.Hours() != 1 {
		t.Errorf("lasted %s, %s; want at least an hour", d, how)
	}
}

func TestLogonKnownOnlyByItsEnd(t *testing.T) {
	pc := newMachine("PC01")
	pc.at("08:00:00").ends(alice, 0x5000, 3)
	x := session(t, tell(t, pc), "PC01/0x5000")
	if x.StartKnown || x.Kind != model.KindNetwork || x.LogonType != 3 {
		t.Errorf("%+v", x)
	}
	wantEnd(t, x.End, model.EndReasonTerminated, model.EndExact, "08:00:00")
}

// Every event belongs to the logons of its Subject and of its Target.
func TestEventsAreIndexedBySubjectAndTarget(t *testing.T) {
	pc := newMachine("PC01")
	pc.at("08:00:00").logon(alice, 0x5000, 2).logon(bob, 0x6000, 5)
	pc.log(event.ProcessCreated, merge(subject(alice, 0x5000), target(bob, 0x6000), fields{event.NewProcess: `C:\svc.exe`}))
	pc.log(event.ExplicitCredentials, merge(subject(alice, 0x5000), fields{event.TargetName: "bob"}))
	pc.log(event.SpecialPrivileges, merge(subject(bob, 0x6000), fields{event.Privileges: "SeDebugPrivilege\r\n\t\t\tSeTcbPrivilege"}))
	pc.log(event.Other, subject(bob, 0x6000))
	s := tell(t, pc)
	kinds := func(name string) []event.Kind {
		var out []event.Kind
		for _, e := range s.SessionEvents(session(t, s, name).Row) {
			out = append(out, s.Event(e).Kind)
		}
		return out
	}
	if got, want := kinds("PC01/0x5000"), []event.Kind{event.Logon, event.ProcessCreated, event.ExplicitCredentials}; !slices.Equal(got, want) {
		t.Errorf("alice: %v, want %v", got, want)
	}
	if got, want := kinds("PC01/0x6000"), []event.Kind{event.Logon, event.ProcessCreated, event.SpecialPrivileges, event.Other}; !slices.Equal(got, want) {
		t.Errorf("bob: %v, want %v", got, want)
	}
	if got := session(t, s, "PC01/0x6000").Privileges; !slices.Equal(got, []string{"SeDebugPrivilege", "SeTcbPrivilege"}) {
		t.Errorf("privileges %q", got)
	}
}

// The halves of a split token are one session, whose anchor is the
// filtered half by ElevatedToken, not by order.
func TestMutuallyLinkedLogonsAreOneSession(t *testing.T) {
	for _, elevatedFirst := range []bool{true, false} {
		pc := newMachine("PC01").at("08:00:00")
		if elevatedFirst {
			pc.pair(alice, 0x5000, 0x5001, 2)
		} else {
			pc.logon(alice, 0x5001, 2, linked(0x5000, false)).logon(alice, 0x5000, 2, linked(0x5001, true))
		}
		pc.at("09:00:00").logsOff(alice, 0x5001)
		s := tell(t, pc)
		x := session(t, s, "PC01/0x5000")
		if y := session(t, s, "PC01/0x5001"); x.Row != y.Row {
			t.Fatal("two sessions")
		}
		if anchor := s.Logon(x.Logons[0]); anchor.LogonID != 0x5001 || anchor.Elevated != model.No {
			t.Errorf("the anchor is %s", anchor.LogonID)
		}
		if x.Elevated != model.Yes || x.Events != 3 {
			t.Errorf("elevated %d, %d events", x.Elevated, x.Events)
		}
		wantEnd(t, x.End, model.EndReasonLogoff, model.EndExact, "09:00:00")
		wantEnd(t, s.Logon(x.Logons[1]).End, model.EndReasonLogoff, model.EndExact, "09:00:00")
	}
}

func TestLogonsLinkedOneWayOrAcrossAccountsAreNoPair(t *testing.T) {
	tests := map[string]func(pc *machine){
		"the other does not link back": func(pc *machine) { pc.logon(alice, 0x5000, 2, linked(0x5001, true)).logon(alice, 0x5001, 2) },
		"the other is another account's": func(pc *machine) {
			pc.logon(alice, 0x5000, 2, linked(0x5001, true)).logon(bob, 0x5001, 2, linked(0x5000, false))
		},
		"the other is of the boot before it": func(pc *machine) {
			pc.logon(alice, 0x5000, 2, linked(0x5001, true)).starts().logon(alice, 0x5001, 2, linked(0x5000, false))
		},
	}
	for name, write := range tests {
		pc := newMachine("PC01").at("08:00:00")
		write(pc)
		s := tell(t, pc)
		if session(t, s, "PC01/0x5000").Row == session(t, s, "PC01/0x5001").Row {
			t.Errorf("%s: one session", name)
		}
	}
}

// On the versions without a link, adjacency makes a pair.
func TestAdjacentLogonsOfOldVersionsAreAPair(t *testing.T) {
	process := fields{event.Process: `C:\Windows\System32\winlogon.exe`, event.ProcessID: uint32(500), event.LogonProcess: "User32 "}
	tests := []struct {
		name  string
		write func(pc *machine)
		pair  bool
	}{
		{"same account, type and process within 100 ms", func(pc *machine) {
			pc.old(alice, 0x5000, 2, process).at("08:00:00.09").old(alice, 0x5001, 2, process)
		}, true},
		{"more than 100 ms apart", func(pc *machine) {
			pc.old(alice, 0x5000, 2, process).at("08:00:00.11").old(alice, 0x5001, 2, process)
		}, false},
		{"another account", func(pc *machine) { pc.old(alice, 0x5000, 2, process).old(bob, 0x5001, 2, process) }, false},
		{"another type", func(pc *machine) { pc.old(alice, 0x5000, 2, process).old(alice, 0x5001, 7, process) }, false},
		{"another process", func(pc *machine) {
			pc.old(alice, 0x5000, 2, process).old(alice, 0x5001, 2, merge(process, fields{event.ProcessID: uint32(501)}))
		}, false},
		{"network logons, whose tokens are not split", func(pc *machine) { pc.old(alice, 0x5000, 3, process).old(alice, 0x5001, 3, process) }, false},
		{"another logon between them", func(pc *machine) {
			pc.old(alice, 0x5000, 2, process).old(bob, 0x6000, 3, nil).old(alice, 0x5001, 2, process)
		}, false},
		{"a version that would have a link", func(pc *machine) { pc.logon(alice, 0x5000, 2, process).logon(alice, 0x5001, 2, process) }, false},
	}
	for _, test := range tests {
		pc := newMachine("PC01").at("08:00:00")
		test.write(pc)
		s := tell(t, pc)
		x := session(t, s, "PC01/0x5000")
		if got := s.Logon(x.Logons[0]).Linked != model.None; got != test.pair {
			t.Errorf("%s: pair %t", test.name, got)
		}
	}
}

func (m *machine) old(w who, id event.LogonID, typ uint32, more fields) *machine {
	return m.logVersion(event.Logon, 1, merge(target(w, id), subject(system, 0x3e7), fields{event.LogonType: typ}, more))
}

// The first 4647 of a pair ends the session; without one, the last
// 4634 of the halves does.
func TestEndOfAPair(t *testing.T) {
	tests := []struct {
		name   string
		write  func(pc *machine)
		reason model.EndReason
		at     string
	}{
		{"4647, then 4634", func(pc *machine) {
			pc.at("09:00:00").logsOff(alice, 0x5001).at("09:02:00").ends(alice, 0x5001, 2).ends(alice, 0x5000, 2)
		}, model.EndReasonLogoff, "09:00:00"},
		{"4647 of both", func(pc *machine) {
			pc.at("09:00:00").logsOff(alice, 0x5000).at("09:02:00").logsOff(alice, 0x5001)
		}, model.EndReasonLogoff, "09:00:00"},
		{"4634 of both", func(pc *machine) {
			pc.at("09:00:00").ends(alice, 0x5000, 2).at("09:00:03").ends(alice, 0x5001, 2)
		}, model.EndReasonTerminated, "09:00:03"},
		{"4634 of one, of another type than the 4624", func(pc *machine) { pc.at("09:00:00").ends(alice, 0x5001, 11) }, model.EndReasonTerminated, "09:00:00"},
		{"4634 of one while the other lives on", func(pc *machine) {
			pc.at("09:00:00").ends(alice, 0x5001, 2).at("10:00:00").runs(alice, 0x5000, "a.exe")
		}, model.EndReasonOpen, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			pc := newMachine("PC01").at("08:00:00").pair(alice, 0x5000, 0x5001, 2)
			test.write(pc)
			certainty := model.EndExact
			if test.at == "" {
				certainty = model.EndUnknown
			}
			wantEnd(t, session(t, tell(t, pc), "PC01/0x5001").End, test.reason, certainty, test.at)
		})
	}
}

// What no event ends is bounded, never guessed.
func TestUnendedSessions(t *testing.T) {
	write := func(typ uint32, more func(pc *machine)) model.End {
		pc := newMachine("PC01").at("08:00:00").starts().audits().logon(alice, 0x5000, typ).at("09:00:00").runs(alice, 0x5000, "a.exe")
		more(pc)
		return session(t, tell(t, pc), "PC01/0x5000").End
	}
	reboot := func(pc *machine) { pc.at("12:00:00").starts() }
	shutdown := func(pc *machine) { pc.at("11:00:00").log(event.EventLogStopped, nil).at("12:00:00").starts() }
	later := func(pc *machine) { pc.at("12:00:00").logon(bob, 0x6000, 3) }
	hole := func(pc *machine) { pc.skip("Security", 5).at("12:00:00").logon(bob, 0x6000, 3) }
	tests := []struct {
		name      string
		typ       uint32
		more      func(pc *machine)
		reason    model.EndReason
		certainty model.EndCertainty
		notAfter  string
	}{
		{"interactive, alive at the log's end", 2, later, model.EndReasonOpen, model.EndUnknown, ""},
		{"interactive, then records are missing", 2, hole, model.EndReasonUnknown, model.EndUnknown, ""},
		{"interactive, then a boot", 2, reboot, model.EndReasonBoot, model.EndBounded, "12:00:00"},
		{"interactive, then a shutdown", 2, shutdown, model.EndReasonShutdown, model.EndBounded, "12:00:00"},
		{"network, to the log's end", 3, later, model.EndReasonUnknown, model.EndUnknown, ""},
		{"network, then a boot", 3, reboot, model.EndReasonUnknown, model.EndBounded, "12:00:00"},
		{"unlock, to the log's end", 7, later, model.EndReasonUnknown, model.EndUnknown, ""},
	}
	for _, test := range tests {
		end := write(test.typ, test.more)
		t.Log(test.name)
		wantEnd(t, end, test.reason, test.certainty, "")
		if end.NotBefore != clock("09:00:00") {
			t.Errorf("%s: not before %s", test.name, end.NotBefore)
		}
		var want event.FileTime
		if test.notAfter != "" {
			want = clock(test.notAfter)
		}
		if end.NotAfter != want {
			t.Errorf("%s: not after %s", test.name, end.NotAfter)
		}
	}
}

func TestKindIsByLogonType(t *testing.T) {
	kinds := map[uint32]model.SessionKind{
		0: model.KindSystem, 2: model.KindInteractive, 3: model.KindNetwork, 4: model.KindBatch, 5: model.KindService, 7: model.KindUnlock,
		8: model.KindNetworkCleartext, 9: model.KindNewCredentials, 10: model.KindRemoteDesktop, 11: model.KindInteractive,
		12: model.KindRemoteDesktop, 13: model.KindUnlock, 6: model.KindUnknown, 99: model.KindUnknown,
	}
	for typ, want := range kinds {
		pc := newMachine("PC01").at("08:00:00").logon(alice, 0x5000, typ)
		if x := session(t, tell(t, pc), "PC01/0x5000"); x.Kind != want || x.LogonType != typ {
			t.Errorf("type %d is %s, want %s", typ, x.Kind, want)
		}
	}
}

// When a workstation's name tells where a logon came from.
func TestSourceOfALogon(t *testing.T) {
	tests := []struct {
		name    string
		typ     uint32
		f       fields
		address string
		claimed string
	}{
		{"address without prefix", 3, fields{event.IPAddress: "::ffff:10.0.0.7", event.Port: uint32(5)}, "10.0.0.7", ""},
		{"link-local address without its scope", 3, fields{event.IPAddress: "fe80::1%10"}, "fe80::1", ""},
		{"claimed name", 3, fields{event.Workstation: `\\KALI`, event.IPAddress: "-"}, "", "KALI"},
		{"interactive: the name is the machine's own", 2, fields{event.Workstation: "PC01", event.IPAddress: "127.0.0.1"}, "127.0.0.1", ""},
		{"remote desktop: the name is the machine's own", 10, fields{event.Workstation: "PC01", event.IPAddress: "10.0.0.7"}, "10.0.0.7", ""},
		{"remote desktop without an address", 10, fields{event.IPAddress: "0.0.0.0"}, "", ""},
		{"a service of the host asked: proxied", 3, fields{event.Workstation: "PC01", event.IPAddress: "-", event.Process: `C:\Windows\System32\OpenSSH\sshd.exe`}, "", ""},
	}
	for _, test := range tests {
		pc := newMachine("PC01.corp.local").at("08:00:00").logon(alice, 0x5000, test.typ, test.f)
		got := session(t, tell(t, pc), "PC01/0x5000").Source
		if got.Address != test.address || got.Name != test.claimed || got.Claimed != (test.claimed != "") || got.Host != model.None {
			t.Errorf("%s: %+v", test.name, got)
		}
	}
}

// 7.2.15.
func TestHowTheCredentialWasValidated(t *testing.T) {
	guid := fields{event.LogonGUID: event.GUID{1}}
	local := who{"S-1-5-21-9-9-9-1001", "carol", "PC01"}
	tests := []struct {
		name string
		who  who
		typ  uint32
		f    fields
		want string
	}{
		{"a ticket was asked for", alice, 2, guid, "dc"},
		{"cached", alice, 11, nil, "cached"},
		{"cached type that a DC answered after all", alice, 11, guid, "dc"},
		{"local account", local, 2, nil, "local"},
		{"NTLM of a domain account over the network", alice, 3, fields{event.Package: "NTLM"}, "dc"},
		{"no credential of the account was presented", alice, 3, merge(guid, fields{event.LogonProcess: "Authz   "}), "s4u"},
		{"new credentials are not checked", alice, 9, guid, "unknown"},
		{"nothing says", alice, 2, nil, "unknown"},
	}
	for _, test := range tests {
		pc := newMachine("PC01.corp.local").at("08:00:00").logon(test.who, 0x5000, test.typ, test.f)
		if got := session(t, tell(t, pc), "PC01/0x5000").Validated; got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestNewCredentialsKeepTheAccountAndNameTheOther(t *testing.T) {
	pc := newMachine("PC01").at("08:00:00").logon(alice, 0x5000, 9, fields{event.OutboundName: "admin", event.OutboundDomain: "CORP"})
	s := tell(t, pc)
	if x := session(t, s, "PC01/0x5000"); x.Outbound != `CORP\admin` || s.Account(x.Account).Name != "alice" {
		t.Errorf("%+v", x)
	}
}

func TestGroupsAreThoseOf4627(t *testing.T) {
	pc := newMachine("PC01").at("08:00:00").logon(alice, 0x5000, 3)
	pc.log(event.GroupMembership, merge(target(alice, 0x5000), fields{event.Groups: "\r\n\t\t%{S-1-5-32-544}\r\n\t\t%{S-1-1-0}"}))
	if got := session(t, tell(t, pc), "PC01/0x5000").Groups; !slices.Equal(got, []string{"S-1-5-32-544", "S-1-1-0"}) {
		t.Errorf("%q", got)
	}
}

// A session is found by its ID, by an ID that it had with less evidence, by
// its logon ID and by any of its records.
func TestEveryNameOfASessionFindsIt(t *testing.T) {
	pc := newMachine("PC01.corp.local").at("08:00:00").pair(alice, 0x5000, 0x5001, 2).runs(alice, 0x5001, "a.exe").logsOff(alice, 0x5001)
	whole := tell(t, pc)
	x := session(t, whole, "PC01/0x5001")
	names := append([]string{x.ID, "PC01.CORP.LOCAL/0x5000", "pc01/Security/2", "PC01/4"}, x.Aliases...)
	for from := 1; from < len(pc.recs); from++ {
		part := *pc
		part.recs = pc.recs[from:]
		names = append(names, session(t, tell(t, &part), "PC01/0x5001").ID)
	}
	for _, name := range names {
		if got := session(t, whole, name); got.Row != x.Row {
			t.Errorf("%s finds another session", name)
		}
	}
	if len(x.ID) != 16 {
		t.Errorf("ID %q is not 16 digits", x.ID)
	}
	for _, name := range []string{"", "0123456789abcdef", "PC01/0x9999", "PC02/0x5000", "PC01/System/2", "PC01/x", "PC01/0xzz"} {
		if rows, err := whole.FindSessions(name); err == nil {
			t.Errorf("%q finds %v", name, rows)
		}
	}
}

// Events of other logs join the logons that they name, and begin none.
func TestEventsOfOtherLogsJoinKnownLogonsOnly(t *testing.T) {
	pc := newMachine("PC01").at("08:00:00").starts().logon(alice, 0x5000, 2)
	pc.at("09:00:00").starts().logon(alice, 0x5000, 2)
	other := newMachine("PC01").at("09:30:00")
	for _, id := range []event.LogonID{0x5000, 0x9999} {
		other.log(event.Other, subject(alice, id))
	}
	for i := range other.recs {
		other.recs[i].channel = "Some-Provider/Operational"
	}
	s := build(t, []logFile{asFile(0, "a.evtx", pc.recs, 10), asFile(1, "b.evtx", other.recs, 10)})
	for _, x := range sessions(t, s, "PC01/0x5000") {
		if x.Events != x.Boot {
			t.Errorf("boot %d: %d events", x.Boot, x.Events)
		}
	}
	if _, err := s.FindSessions("PC01/0x9999"); err == nil {
		t.Error("an event of another log began a session")
	}
}

// Times on both sides of a clock that was set do not measure what lies between.
func TestLengthIsUnknownWhereTheClockWasSet(t *testing.T) {
	set := func(was, now string) fields {
		return fields{event.PreviousTime: clock(was), event.NewTime: clock(now)}
	}
	tests := map[string]struct {
		was, now, end string
		certainty     model.EndCertainty
	}{
		"ahead by months":       {"08:01:00", "2024-12-01 08:01:00", "2024-12-01 08:03:00", model.EndUnknown},
		"back to before it":     {"08:01:00", "07:00:00", "07:02:00", model.EndUnknown},
		"back, but not so far":  {"09:00:00", "08:30:00", "08:45:00", model.EndUnknown},
		"by the time service":   {"08:01:00", "08:01:00.3", "09:00:00", model.EndExact},
		"the log does not tell": {"", "", "07:00:00", model.EndUnknown},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			pc := newMachine("PC01")
			pc.at("08:00:00").logon(alice, 0x5000, 2)
			if test.was != "" {
				pc.at(test.now).log(event.ClockChanged, set(test.was, test.now))
			}
			pc.at(test.end).logsOff(alice, 0x5000)
			x := session(t, tell(t, pc), "PC01/0x5000")
			if d, how := x.Length(); how != test.certainty || how == model.EndUnknown && d != 0 {
				t.Errorf("lasted %s, %s; want %s", d, how, test.certainty)
			}
			wantEnd(t, x.End, model.EndReasonLogoff, model.EndExact, test.end)
		})
	}
	pc := newMachine("PC01").at("07:00:00").log(event.ClockChanged, set("04:00:00", "07:00:00"))
	pc.at("08:00:00").logon(alice, 0x5000, 2).at("09:00:00").logsOff(alice, 0x5000).log(event.ClockChanged, set("09:00:00", "07:00:00"))
	if d, how := session(t, tell(t, pc), "PC01/0x5000").Length(); d != time.Hour || how != model.EndExact {
		t.Errorf("the clock was set before and after: lasted %s, %s", d, how)
	}
}

// 4778 and 4779 have a name and no SID. One of another account is no record of
// a session that once had the same ID.
func TestReconnectionOfAnotherNameIsAnotherSession(t *testing.T) {
	pc := newMachine("PC01")
	pc.at("08:00:00").logon(alice, 0x5000, 10)
	pc.at("09:00:00").log(event.SessionReconnected, fields{event.TargetName: "ALICE", event.TargetDomain: "CORP", event.TargetLogon: event.LogonID(0x5000)})
	pc.at("10:00:00").log(event.SessionReconnected, fields{event.TargetName: "bob", event.TargetDomain: "CORP", event.TargetLogon: event.LogonID(0x5000)})
	s := tell(t, pc)
	found := sessions(t, s, "PC01/0x5000")
	if len(found) != 2 || found[0].Events != 2 || found[1].Events != 1 || found[1].StartKnown || found[0].Account == found[1].Account {
		t.Fatalf("%+v", found)
	}
}

// An ID that was issued twice in one boot does not tell whose an event of
// another log is.
func TestEventsOfOtherLogsJoinNoIDThatWasIssuedTwice(t *testing.T) {
	pc := newMachine("PC01")
	pc.at("08:00:00").starts().logon(alice, 0x5000, 3).ends(alice, 0x5000, 3).logon(bob, 0x5000, 3).logon(bob, 0x6000, 3)
	for _, id := range []event.LogonID{0x5000, 0x6000} {
		pc.at("09:00:00").log(event.Other, fields{event.SubjectLogon: id})
		pc.recs[len(pc.recs)-1].channel = "Some-Provider/Operational"
	}
	s := tell(t, pc)
	for _, x := range sessions(t, s, "PC01/0x5000") {
		if want := map[string]int{"alice": 2, "bob": 1}[s.Account(x.Account).Name]; x.Events != want {
			t.Errorf("%s has %d events, want %d", s.Account(x.Account).Name, x.Events, want)
		}
	}
	if x := session(t, s, "PC01/0x6000"); x.Events != 2 {
		t.Errorf("%d events, want 2", x.Events)
	}
}

// SYSTEM logs on again with every service that starts. In a log that begins
// later than its boot, the first such 4624 is not the start of anything.
func TestLogonOfWindowsItselfBeginsWithItsBootOnly(t *testing.T) {
	pc := newMachine("PC01")
	pc.at("08:00:00").runs(system, 0x3e7, "a.exe").at("09:00:00").logon(system, 0x3e7, 5)
	pc.at("10:00:00").starts().at("10:00:01").logon(system, 0x3e7, 0).at("11:00:00").logon(system, 0x3e7, 5)
	s := tell(t, pc)
	found := sessions(t, s, "PC01/0x3e7")
	if len(found) != 2 {
		t.Fatalf("%+v", found)
	}
	for i, want := range []struct {
		start string
		known bool
	}{{"08:00:00", false}, {"10:00:01", true}} {
		x := found[i]
		l := s.Logon(x.Logons[0])
		if x.Start != clock(want.start) || x.StartKnown != want.known || l.Start != x.Start || l.StartKnown != x.StartKnown {
			t.Errorf("boot %d: session from %s, known %t; logon from %s, known %t; want %s, %t", x.Boot, x.Start, x.StartKnown, l.Start, l.StartKnown, want.start, want.known)
		}
	}
}
