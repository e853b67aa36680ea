package findings_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"spoor/model/event"
	"spoor/model/findings"
)

// TestAFindingOfManyLogonsCitesAllOfThem: who marks it marks its sessions.
func TestAFindingOfManyLogonsCitesAllOfThem(t *testing.T) {
	l := newLab()
	h := l.host("WS01").at(1, "12:00:00")
	for i := range event.LogonID(8) {
		h.after(time.Minute).log(event.Logon, merge(h.target("boss", 0x9999+i), h.subject("alice", 0x777), fields{event.LogonType: uint32(2), event.LogonProcess: "seclogo"}))
	}
	s := l.snapshot()
	f := one(t, find(l), "run-as")
	if f.RecordCount != 8 || f.SessionCount != 8 || f.End != h.now {
		t.Errorf("%d records, %d sessions, to %s, want 8, 8 and %s", f.RecordCount, f.SessionCount, f.End, h.now)
	}
	if f.AccountName != `LAB\alice` || len(f.Accounts) != 1 || s.Account(f.Accounts[0]).Name != "boss" {
		t.Errorf("it is about %s and %v, want who did it first", f.AccountName, f.Accounts)
	}
}

// TestASessionTakenOverIsAboutWhoTookIt: the other one lost it.
func TestASessionTakenOverIsAboutWhoTookIt(t *testing.T) {
	l := newLab()
	h := l.host("TS01").at(1, "09:00:00")
	boss := h.remote("boss", "10.0.0.8")
	alice := h.after(time.Hour).remote("alice", "10.0.0.9")
	h.after(time.Hour).switches("alice", alice, "boss", boss)
	s := l.snapshot()
	f := one(t, find(l), "session-taken-over")
	if f.AccountName != `LAB\alice` || len(f.Accounts) != 1 || s.Account(f.Accounts[0]).Name != "boss" || !strings.Contains(f.Why, `The session of account LAB\boss`) {
		t.Errorf("it is about %s and %v: %s", f.AccountName, f.Accounts, f.Why)
	}
}

// TestWhoRanTsconComesFirst, where that is not SYSTEM.
func TestWhoRanTsconComesFirst(t *testing.T) {
	l := newLab()
	h := l.host("TS01").at(1, "09:00:00")
	boss := h.remote("boss", "10.0.0.8")
	h.after(time.Hour).log(event.ProcessCreated, merge(h.subject("alice", 0x777), fields{event.NewProcess: `C:\Windows\System32\tscon.exe`, event.NewProcessID: uint32(0x444)}))
	h.after(time.Second).log(event.SessionReconnected, fields{event.TargetName: "boss", event.TargetDomain: "LAB", event.TargetLogon: boss, event.SessionName: "RDP-Tcp#8", event.ClientName: "JUMP01", event.ClientAddress: "10.0.0.9"})
	s := l.snapshot()
	f := one(t, find(l), "session-taken-over")
	if f.AccountName != `LAB\alice` || len(f.Accounts) != 1 || s.Account(f.Accounts[0]).Name != "boss" || !strings.Contains(f.Why, `The session of account LAB\boss`) {
		t.Errorf("it is about %s and %v: %s", f.AccountName, f.Accounts, f.Why)
	}
}

// TestWithinIsNeverLessThanItTook: a sentence must hold.
func TestWithinIsNeverLessThanItTook(t *testing.T) {
	for _, c := range []struct {
		apart time.Duration
		want  string
	}{
		{1285 * time.Millisecond, "within 12 seconds"}, // nine times
		{1000 * time.Millisecond, "within 9 seconds"},
		{13300 * time.Millisecond, "within 2 minutes"}, // 119.7
		{13400 * time.Millisecond, "within 3 minutes"}, // 120.6
	} {
		l := newLab()
		h := dc(l).at(1, "20:00:00")
		for _, n := range names(10) {
			h.after(c.apart).refuses(n, "10.0.0.66")
		}
		if f := one(t, find(l), "password-spray"); !strings.Contains(f.Why, c.want+":") {
			t.Errorf("%s apart: %s\nwant %s", c.apart, f.Why, c.want)
		}
	}
}

// TestTheSetupOfWindowsIsLow, and not what SYSTEM does on a computer that has
// long been in use.
func TestTheSetupOfWindowsIsLow(t *testing.T) {
	const own = "S-1-5-21-5-6-7"
	made := func(l *lab, machine, rid string, records uint64, domain, process string) {
		h := l.host("PC07").at(1, "09:00:00")
		h.numbers["Security"] = records
		account := fields{event.TargetSID: own + rid, event.TargetName: "first", event.TargetDomain: "PC07"}
		system := fields{event.SubjectSID: "S-1-5-18", event.SubjectName: machine + "$", event.SubjectDomain: domain, event.SubjectLogon: event.LogonID(0x3e7)}
		h.log(event.AccountCreated, merge(account, system))
		h.log(event.LocalGroupAdded, merge(system, fields{event.TargetSID: "S-1-5-32-544", event.TargetName: "Administrators", event.TargetDomain: "Builtin", event.MemberSID: own + rid}))
		h.after(time.Second).log(event.Logon, merge(account, system, fields{event.TargetLogon: event.LogonID(0x9999), event.LogonType: uint32(2), event.LogonProcess: process}))
	}
	for _, c := range []struct {
		name, machine, rid string
		records            uint64
		domain, process    string
		want               findings.Severity
	}{
		{"under the setup's name", "WIN-AB1CD2EF3GH", "-1003", 90000, "WORKGROUP", "User32 ", findings.Low},
		{"before OOBE logs on", "PC07", "-1003", 90000, "WORKGROUP", "OOBE", findings.Low},
		{"the first account", "PC07", "-1000", 50, "WORKGROUP", "User32 ", findings.Low},
		{"another account", "PC07", "-1001", 50, "WORKGROUP", "User32 ", findings.Medium},
		{"the first account, much later", "PC07", "-1000", 90000, "WORKGROUP", "User32 ", findings.Medium},
		{"in a domain", "WIN-AB1CD2EF3GH", "-1000", 50, "LAB", "OOBE", findings.Medium},
	} {
		l := newLab()
		made(l, c.machine, c.rid, c.records, c.domain, c.process)
		if f := one(t, find(l), "changed-then-used"); f.Severity != c.want {
			t.Errorf("%s: %s, want %s: %s", c.name, f.Severity, c.want, f.Why)
		}
	}
}

// TestMissingRecordsAreNoHistory: two pieces of a log that lie far apart are
// not the time between.
func TestMissingRecordsAreNoHistory(t *testing.T) {
	tell := func(missing uint64) findings.Finding {
		l := newLab()
		h := l.host("PC01").at(0, "10:00:00")
		h.desktop("alice")
		h.at(32, "10:00:00").skip(missing).remote("alice", "10.0.0.9")
		return one(t, find(l), "first-kind")
	}
	if f := tell(0); f.Severity != findings.Low {
		t.Errorf("of a whole log: %s, %s", f.Severity, f.Lowered)
	}
	if f := tell(205_546); f.Severity != findings.Info || !strings.Contains(f.Lowered, "lacks 205546 records") {
		t.Errorf("of two pieces: %s, %s", f.Severity, f.Lowered)
	}
}

func TestHowFarALogReachesBackSaysWhatItLacks(t *testing.T) {
	l := newLab()
	h := dc(l).skip(3)
	sprayed(h.at(1, "20:00:00"), "10.0.0.66").after(time.Minute).tgt("user03", "10.0.0.66")
	if f := one(t, find(l), "guessed-right"); !strings.Contains(f.Why, "reaches back 44 hours, with 3 records missing)") {
		t.Error(f.Why)
	}
}

func TestAClockSetAlikeIsSaidOnce(t *testing.T) {
	l := newLab()
	h := l.host("PC01")
	for range 3 {
		h.at(1, "10:00:00").log(event.ClockChanged, merge(h.subject("alice", 0x777), fields{event.Process: `C:\Tools\box.exe`, event.PreviousTime: h.now.Add(2 * time.Hour), event.NewTime: h.now}))
	}
	if f := one(t, find(l), "clock-set"); !strings.HasSuffix(f.Why, ": back by 2 hours by box.exe, 3 times.") && !strings.HasSuffix(f.Why, ": back by 120 minutes by box.exe, 3 times.") {
		t.Error(f.Why)
	}
}

// A clock that drifts is set again and again, each time by something else: that
// is one finding, and one sentence, of which all records are counted.
func TestAClockThatDriftsIsToldInOneSentence(t *testing.T) {
	l := newLab()
	h := l.host("PC01")
	set := func(day int, by time.Duration) {
		h.at(day, "10:00:00").log(event.ClockChanged, merge(h.subject("alice", 0x777), fields{event.Process: `C:\Tools\box.exe`, event.PreviousTime: h.now.Add(by), event.NewTime: h.now}))
	}
	for day := range 120 {
		set(day, 20*time.Minute+time.Duration(day)*time.Minute)
	}
	set(121, 5*time.Hour)
	set(122, -7*time.Hour)
	f := one(t, find(l), "clock-set")
	want := "122 changes, back 121 times by box.exe, by 20 minutes at least, the largest by 5 hours at " + h.at(121, "10:00:00").now.String() + ", forward by 7 hours by box.exe."
	if !strings.HasSuffix(f.Why, want) || f.RecordCount != 122 || len(f.Records) != findings.MostListed {
		t.Errorf("%d records: %s, want %s", f.RecordCount, f.Why, want)
	}
}

// TestAClientIsCalledAsItsRecordsWriteIt, whichever spelling comes first.
func TestAClientIsCalledAsItsRecordsWriteIt(t *testing.T) {
	for _, spellings := range [][]string{{"DESKTOP-7Q2KLM"}, {"DESKTOP-7Q2KLM", "desktop-7q2klm"}, {"desktop-7q2klm", "DESKTOP-7Q2KLM"}} {
		l := newLab()
		h := dc(l).at(1, "20:00:00")
		for i, n := range names(10) {
			h.after(time.Second).ntlm(n, spellings[i%len(spellings)], 0xc000006a)
		}
		if f := one(t, find(l), "password-spray"); !strings.Contains(f.Why, "calls itself DESKTOP-7Q2KLM,") || f.Source.Name != "DESKTOP-7Q2KLM" {
			t.Errorf("%q: %s (%s)", spellings, f.Why, f.Source.Name)
		}
	}
}

func TestAThresholdThatIsThereIsNotDenied(t *testing.T) {
	_, err := findings.Parse("spray-accounts=-1")
	if err == nil || err.Error() != `this threshold cannot be set: spray-accounts is a number of accounts from 2 to 10000, not "-1"` {
		t.Error(err)
	}
	if _, err := findings.Parse("fast=1"); err == nil || !strings.Contains(err.Error(), `no threshold is called "fast"`) {
		t.Error(err)
	}
}

func TestWhatWasDoneIsJoinedByAnd(t *testing.T) {
	l := newLab()
	h := dc(l).at(1, "10:00:00")
	h.does(event.AccountCreated, "boss", "alice").does(event.PasswordReset, "boss", "alice")
	l.host("WS01").at(1, "11:00:00").desktop("alice")
	if f := one(t, find(l), "changed-then-used"); !strings.Contains(f.Why, `was created and given a new password by account LAB\boss at`) || !slices.Contains([]findings.Severity{findings.Low}, f.Severity) {
		t.Errorf("%s: %s", f.Severity, f.Why)
	}
}
