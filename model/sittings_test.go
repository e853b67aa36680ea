package model_test

import (
	"slices"
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// byWinlogon and byLSASS are what the logon screen's logons and LSASS's own say.
var (
	byWinlogon = fields{event.LogonProcess: "User32 ", event.Process: `C:\Windows\System32\svchost.exe`}
	byLSASS    = fields{event.LogonProcess: "Negotiat", event.Process: `C:\Windows\System32\lsass.exe`}
)

func (m *machine) desk(k event.Kind, w who, id event.LogonID, session uint32) *machine {
	return m.log(k, merge(target(w, id), fields{event.Session: session}))
}

// client logs 4778 or 4779.
func (m *machine) client(k event.Kind, w who, id event.LogonID, name, client, address string) *machine {
	return m.log(k, fields{event.TargetName: w.name, event.TargetDomain: w.domain, event.TargetLogon: id, event.SessionName: name, event.ClientName: client, event.ClientAddress: address})
}

// lsm logs an event of Terminal Services.
func (m *machine) lsm(k event.Kind, w who, number uint32, address string) *machine {
	f := fields{event.TargetName: w.domain + `\` + w.name, event.Session: number}
	if address != "" {
		f[event.IPAddress] = address
	}
	return m.log(k, f)
}

// Rule 7: short logons of the interactive family within a living session of the
// account, ended within seconds, without an LSM 21 of their own, are checks.
func TestChecksFoldIntoTheLivingSession(t *testing.T) {
	tests := []struct {
		name  string
		write func(pc *machine)
		check bool
	}{
		{"type 2", func(pc *machine) { pc.logon(alice, 0x6000, 2, byWinlogon).ends(alice, 0x6000, 2) }, true},
		{"type 7", func(pc *machine) { pc.logon(alice, 0x6000, 7, byWinlogon).ends(alice, 0x6000, 7) }, true},
		{"type 7, whose end is not logged", func(pc *machine) { pc.logon(alice, 0x6000, 7, byWinlogon) }, true},
		{"type 11, whose 4634 says type 2", func(pc *machine) { pc.logon(alice, 0x6000, 11, byWinlogon).ends(alice, 0x6000, 2) }, true},
		{"type 13", func(pc *machine) { pc.logon(alice, 0x6000, 13, byLSASS).ends(alice, 0x6000, 13) }, true},
		{"type 10, three seconds", func(pc *machine) {
			pc.logon(alice, 0x6000, 10, byWinlogon).at("09:00:03").ends(alice, 0x6000, 10)
		}, true},
		{"a pair", func(pc *machine) {
			pc.pair(alice, 0x6000, 0x6001, 7).ends(alice, 0x6000, 7).ends(alice, 0x6001, 7)
		}, true},
		{"of minutes", func(pc *machine) {
			pc.logon(alice, 0x6000, 10, byWinlogon).at("09:03:00").ends(alice, 0x6000, 10)
		}, false},
		{"type 2, whose end is not logged", func(pc *machine) { pc.logon(alice, 0x6000, 2, byWinlogon) }, false},
		{"with an LSM 21 of its own", func(pc *machine) {
			pc.logon(alice, 0x6000, 10, byWinlogon).lsm(event.RDPSessionLogon, alice, 3, "10.0.0.9").at("09:00:03").ends(alice, 0x6000, 10)
		}, false},
		{"that the user logged off from", func(pc *machine) { pc.logon(alice, 0x6000, 2, byWinlogon).logsOff(alice, 0x6000) }, false},
		{"of another account", func(pc *machine) { pc.logon(bob, 0x6000, 7, byWinlogon).ends(bob, 0x6000, 7) }, false},
		{"of a prompt", func(pc *machine) {
			pc.logon(alice, 0x6000, 2, fields{event.LogonProcess: "CredPro"}).ends(alice, 0x6000, 2)
		}, false},
		{"of runas", func(pc *machine) {
			pc.logon(alice, 0x6000, 2, fields{event.LogonProcess: "seclogo"}).ends(alice, 0x6000, 2)
		}, false},
		{"that a user's program asked for", func(pc *machine) {
			pc.logon(alice, 0x6000, 2, subject(alice, 0x5000)).ends(alice, 0x6000, 2)
		}, false},
		{"of the network", func(pc *machine) { pc.logon(alice, 0x6000, 3).ends(alice, 0x6000, 3) }, false},
		{"after the session's end", func(pc *machine) {
			pc.logsOff(alice, 0x5000).logon(alice, 0x6000, 7, byWinlogon).ends(alice, 0x6000, 7)
		}, false},
		{"in the next boot", func(pc *machine) { pc.starts().logon(alice, 0x6000, 7, byWinlogon).ends(alice, 0x6000, 7) }, false},
	}
	for _, test := range tests {
		pc := newMachine("PC01").at("08:00:00").starts().logon(alice, 0x5000, 2, byWinlogon).at("09:00:00")
		test.write(pc)
		s := tell(t, pc)
		x, y := session(t, s, "PC01/0x5000"), session(t, s, "PC01/0x6000")
		if got := x.Row == y.Row; got != test.check || len(x.Checks) > 0 != test.check {
			t.Errorf("%s: check %t, want %t", test.name, got, test.check)
		}
		if !slices.Equal(s.SessionEvents(x.Row), s.SessionEvents(y.Row)) == test.check {
			t.Errorf("%s: events", test.name)
		}
		if events := s.SessionEvents(x.Row); x.Events != len(events) || len(slices.Compact(slices.Clone(events))) != len(events) {
			t.Errorf("%s: %d events, listed %d", test.name, x.Events, len(events))
		}
	}
}

// A check's 4634 ends nothing, and its start is not the session's.
func TestCheckNeitherBeginsNorEndsItsSession(t *testing.T) {
	pc := newMachine("PC01").at("08:00:00").logon(alice, 0x5000, 2, byWinlogon)
	alone := session(t, tell(t, pc), "PC01/0x5000")
	pc.at("09:00:00").logon(alice, 0x6000, 7, byWinlogon).ends(alice, 0x6000, 7)
	s := tell(t, pc)
	x := session(t, s, "PC01/0x5000")
	wantEnd(t, x.End, model.EndReasonOpen, model.EndUnknown, "")
	if x.End.NotBefore != clock("09:00:00") || x.ID != alone.ID || x.Start != alone.Start || x.Kind != model.KindInteractive || x.LogonType != 2 {
		t.Errorf("%+v", x)
	}
	check := s.Logon(x.Logons[1])
	wantEnd(t, check.End, model.EndReasonTerminated, model.EndExact, "09:00:00")
	// By itself the check is a session, and under that ID it is still found.
	part := *pc
	part.recs = pc.recs[1:]
	if y := session(t, tell(t, &part), "PC01/0x6000"); y.Kind != model.KindUnlock || session(t, s, y.ID).Row != x.Row {
		t.Errorf("%+v", y)
	}
}

// Of two living sessions, the one that 4801 or 4778 names owns the check;
// where nothing names one, none does.
func TestCheckOfOneOfTwoSessions(t *testing.T) {
	start := func() *machine {
		return newMachine("PC01").at("08:00:00").logon(alice, 0x5000, 2, byWinlogon).at("08:30:00").logon(alice, 0x5800, 10, byWinlogon).at("09:00:00")
	}
	pc := start().logon(alice, 0x6000, 7, byWinlogon).ends(alice, 0x6000, 7).desk(event.WorkstationUnlocked, alice, 0x5800, 2)
	s := tell(t, pc)
	if x := session(t, s, "PC01/0x6000"); x.Row != session(t, s, "PC01/0x5800").Row || !strings.HasPrefix(x.Checks[0].Why, "unlock (4801") {
		t.Errorf("%+v", x)
	}
	pc = start().logon(alice, 0x6000, 10, byWinlogon).client(event.SessionReconnected, alice, 0x5000, "RDP-Tcp#1", "HOME", "10.0.0.9").ends(alice, 0x6000, 10)
	s = tell(t, pc)
	if x := session(t, s, "PC01/0x6000"); x.Row != session(t, s, "PC01/0x5000").Row || x.Checks[0].Why != "reconnect (4778 from 10.0.0.9)" {
		t.Errorf("%+v", x)
	}
	for _, typ := range []uint32{2, 7, 10} {
		pc = start().logon(alice, 0x6000, typ, byWinlogon).ends(alice, 0x6000, typ)
		if x := session(t, tell(t, pc), "PC01/0x6000"); x.Kind != model.KindUnlock || len(x.Logons) != 1 || len(x.Segments) != 0 {
			t.Errorf("type %d: %+v", typ, x)
		}
	}
}

// Rule 8: LSASS's own type 7 is a revalidation unless an unlock is its own.
func TestTypeSevenByLSASSIsARevalidation(t *testing.T) {
	pc := newMachine("PC01").at("08:00:00").logon(alice, 0x5000, 11, byWinlogon).logon(alice, 0x6000, 7, byLSASS).ends(alice, 0x6000, 7)
	pc.at("09:00:00").desk(event.WorkstationLocked, alice, 0x5000, 1)
	pc.at("10:00:00").logon(alice, 0x7000, 7, byLSASS).ends(alice, 0x7000, 7).at("10:00:01").desk(event.WorkstationUnlocked, alice, 0x5000, 1)
	x := session(t, tell(t, pc), "PC01/0x5000")
	if len(x.Checks) != 2 || !strings.HasPrefix(x.Checks[0].Why, "revalidation") || !strings.HasPrefix(x.Checks[1].Why, "unlock") {
		t.Errorf("%+v", x.Checks)
	}
}

func TestSegmentsFollowLocksAndClients(t *testing.T) {
	pc := newMachine("PC01").at("08:00:00").logon(alice, 0x5000, 2, byWinlogon).lsm(event.RDPSessionLogon, alice, 1, "LOCAL")
	pc.at("09:00:00").desk(event.WorkstationLocked, alice, 0x5000, 1).at("09:10:00").desk(event.WorkstationUnlocked, alice, 0x5000, 1)
	pc.at("10:00:00").client(event.SessionDisconnected, alice, 0x5000, "Console", "Unknown", "LOCAL").at("10:00:00.3").lsm(event.RDPSessionDisconnected, alice, 1, "LOCAL")
	pc.at("10:00:02").client(event.SessionReconnected, alice, 0x5000, "RDP-Tcp#0", "HOME", "10.0.0.9").at("10:00:02.5").lsm(event.RDPSessionReconnected, alice, 1, "10.0.0.9")
	pc.at("11:00:00").logsOff(alice, 0x5000).lsm(event.RDPSessionLogoff, alice, 1, "").at("11:00:01").lsm(event.RDPSessionDisconnected, alice, 1, "10.0.0.9")
	x := session(t, tell(t, pc), "PC01/0x5000")
	want := []string{"connected 2024-05-01T08:00:00 console", "locked 2024-05-01T09:00:00", "connected 2024-05-01T09:10:00 console", "disconnected 2024-05-01T10:00:00.0", "connected 2024-05-01T10:00:02.0 HOME 10.0.0.9"}
	if got := drawn(x.Segments); !slices.EqualFunc(got, want, sameSegment) {
		t.Errorf("%q", got)
	}
	if n := len(x.Segments); x.Segments[n-1].End != clock("11:00:00") || x.Segments[0].End != clock("09:00:00") {
		t.Errorf("%+v", x.Segments)
	}
}

// Terminal Services' events name no logon ID: of two sessions with nothing to
// tell them apart, neither gets them.
func TestTerminalServicesEventsJoinOnlyWhereOneSessionCanBeMeant(t *testing.T) {
	pc := newMachine("PC01").at("08:00:00").logon(alice, 0x5000, 10, byWinlogon).at("08:30:00").logon(alice, 0x5800, 10, byWinlogon)
	pc.at("10:00:00").lsm(event.RDPSessionDisconnected, alice, 7, "10.0.0.9")
	s := tell(t, pc)
	for _, id := range []string{"PC01/0x5000", "PC01/0x5800"} {
		if x := session(t, s, id); len(x.Segments) != 1 {
			t.Errorf("%s: %q", id, drawn(x.Segments))
		}
	}
	pc.at("10:30:00").desk(event.WorkstationLocked, alice, 0x5800, 7)
	if x := session(t, tell(t, pc), "PC01/0x5800"); len(x.Segments) != 2 || x.Segments[1].State != model.Disconnected {
		t.Errorf("4800 ties session 7 to 0x5800: %q", drawn(x.Segments))
	}
}

// Where neither 4647 nor 4634 is there, LSM 23 says when a session ended.
func TestLSM23EndsASessionWithoutAnotherEnd(t *testing.T) {
	write := func() *machine {
		return newMachine("PC01").at("08:00:00").logon(alice, 0x5000, 2, byWinlogon).lsm(event.RDPSessionLogon, alice, 1, "LOCAL").at("09:00:00").lsm(event.RDPSessionLogoff, alice, 1, "")
	}
	wantEnd(t, session(t, tell(t, write()), "PC01/0x5000").End, model.EndReasonLogoff, model.EndExact, "09:00:00")
	down := write().at("09:00:05").log(event.EventLogStopped, nil).at("09:01:00").starts()
	wantEnd(t, session(t, tell(t, down), "PC01/0x5000").End, model.EndReasonShutdown, model.EndExact, "09:00:00")
	both := write().at("09:00:10").ends(alice, 0x5000, 2)
	wantEnd(t, session(t, tell(t, both), "PC01/0x5000").End, model.EndReasonTerminated, model.EndExact, "09:00:10")
}

// Rule 28.
func TestTakeoverWithoutCredentialsIsFlagged(t *testing.T) {
	tests := []struct {
		name   string
		client string
		prove  func(pc *machine)
		want   bool
	}{
		{"by the same client", "JUMP01", func(pc *machine) {}, true},
		{"by another client", "JUMP02", func(pc *machine) {}, false},
		{"with a logon of the account", "JUMP01", func(pc *machine) { pc.logon(bob, 0x7000, 10, byWinlogon).ends(bob, 0x7000, 10) }, false},
		{"with 1149", "JUMP01", func(pc *machine) {
			pc.log(event.RDPNetworkAuth, fields{event.TargetName: "bob", event.TargetDomain: "CORP", event.IPAddress: "10.0.0.9"})
		}, false},
	}
	for _, test := range tests {
		pc := newMachine("FS01").at("08:00:00").logon(bob, 0x5000, 10, byWinlogon).logon(alice, 0x6000, 10, byWinlogon)
		pc.at("09:00:00").client(event.SessionDisconnected, bob, 0x5000, "RDP-Tcp#1", "PC09", "10.0.0.7")
		pc.at("10:00:00").client(event.SessionDisconnected, alice, 0x6000, "RDP-Tcp#2", "JUMP01", "10.0.0.9")
		test.prove(pc)
		pc.at("10:00:00.4").client(event.SessionReconnected, bob, 0x5000, "RDP-Tcp#2", test.client, "10.0.0.9")
		x := session(t, tell(t, pc), "FS01/0x5000")
		if n := len(x.Segments); n != 3 || x.Segments[2].WithoutCredentials != test.want {
			t.Errorf("%s: %q", test.name, drawn(x.Segments))
		}
	}
}

// The network authentication is part of the session that it led to, where one
// alone can be.
func TestNetworkAuthenticationIsPartOfTheSession(t *testing.T) {
	from := fields{event.IPAddress: "10.0.0.9"}
	rcm := fields{event.TargetName: "alice", event.TargetDomain: "CORP", event.IPAddress: "10.0.0.9"}
	tests := []struct {
		name   string
		write  func(pc *machine)
		folded bool
		links  int
	}{
		{"beside 1149", func(pc *machine) { pc.logon(alice, 0x4000, 3, from).log(event.RDPNetworkAuth, rcm) }, true, 2},
		{"alone, and nothing says what it is", func(pc *machine) { pc.logon(alice, 0x4000, 3, from) }, false, 1},
		{"one of two", func(pc *machine) {
			pc.logon(alice, 0x4000, 3, from).logon(alice, 0x4100, 3, from).log(event.RDPNetworkAuth, rcm)
		}, false, 3},
		{"from another address", func(pc *machine) {
			pc.logon(alice, 0x4000, 3, fields{event.IPAddress: "10.0.0.8"}).log(event.RDPNetworkAuth, rcm)
		}, false, 1},
		{"of another account", func(pc *machine) { pc.logon(bob, 0x4000, 3, from).log(event.RDPNetworkAuth, rcm) }, false, 1},
		{"without an address", func(pc *machine) { pc.logon(alice, 0x4000, 3).log(event.RDPNetworkAuth, rcm) }, false, 2},
		{"minutes before", func(pc *machine) {
			pc.at("07:55:00").logon(alice, 0x4000, 3, from).log(event.RDPNetworkAuth, rcm)
		}, false, 0},
	}
	for _, test := range tests {
		pc := newMachine("FS01").at("08:00:00")
		test.write(pc)
		pc.at("08:00:02").logon(alice, 0x5000, 10, merge(byWinlogon, from)).at("09:00:00").logsOff(alice, 0x5000)
		s := tell(t, pc)
		x := session(t, s, "FS01/0x5000")
		if got := session(t, s, "FS01/0x4000").Row == x.Row; got != test.folded {
			t.Errorf("%s: folded %t", test.name, got)
		}
		links := slices.DeleteFunc(slices.Clone(x.Chain), func(l model.ChainLink) bool { return l.Role != model.RoleNetworkAuthentication })
		if len(links) != test.links {
			t.Errorf("%s: %d links, want %d: %+v", test.name, len(links), test.links, links)
		}
		for _, l := range links {
			if s.Event(l.Event).Kind == event.Logon && (l.Certainty == model.Strong) != test.folded {
				t.Errorf("%s: %+v", test.name, l)
			}
		}
		wantEnd(t, x.End, model.EndReasonLogoff, model.EndExact, "09:00:00")
	}
}

func TestSourceOfASessionOlderThanTheLogIsThatOf4778(t *testing.T) {
	pc := newMachine("FS01").at("08:00:00").client(event.SessionReconnected, alice, 0x5000, "RDP-Tcp#1", "HOME", "10.0.0.9")
	pc.at("09:00:00").client(event.SessionDisconnected, alice, 0x5000, "RDP-Tcp#1", "HOME", "10.0.0.9")
	x := session(t, tell(t, pc), "FS01/0x5000")
	if x.Kind != model.KindRemoteDesktop || x.Source.Address != "10.0.0.9" || x.Source.Name != "HOME" || x.Source.Certainty != model.Exact || x.Activity.Name != "remote-desktop" {
		t.Errorf("%+v", x)
	}
	nowhere := fields{event.IPAddress: "0.0.0.0"}
	pc = newMachine("FS01").at("08:00:00").logon(alice, 0x5000, 10, merge(byWinlogon, nowhere)).at("08:00:01").lsm(event.RDPSessionLogon, alice, 2, "10.0.0.9")
	if x := session(t, tell(t, pc), "FS01/0x5000"); x.Source.Address != "10.0.0.9" || x.Source.Certainty != model.Strong || x.Source.Why == "" {
		t.Errorf("%+v", x.Source)
	}
}
