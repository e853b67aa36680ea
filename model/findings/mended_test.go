package findings_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"spoor/model/event"
	"spoor/model/findings"
)

// one returns the only finding of a rule.
func one(t *testing.T, set *findings.Set, rule string) findings.Finding {
	t.Helper()
	got := of(set, rule)
	if len(got) != 1 {
		t.Fatalf("%d findings of %s: %+v", len(got), rule, got)
	}
	return got[0]
}

// TestASuccessIsWhenItHappened: the guessing before it is context.
func TestASuccessIsWhenItHappened(t *testing.T) {
	l := newLab()
	h := sprayed(dc(l).at(1, "20:00:00"), "10.0.0.66").after(time.Minute).tgt("user03", "10.0.0.66")
	accepted := h.now
	f := one(t, find(l), "guessed-right")
	if f.Start != accepted || f.End != accepted {
		t.Errorf("it is of %s to %s, want %s", f.Start, f.End, accepted)
	}
	for _, want := range []string{"(that of dc01 reaches back 44 hours)", "since 2026-03-03T20:00:06"} {
		if !strings.Contains(f.Why, want) {
			t.Errorf("it does not say %q: %s", want, f.Why)
		}
	}
}

// TestAPresumptionReachesBackBeforeTheGuessing: that the account was new there
// is of the time before it, not of the ten hours before the success.
func TestAPresumptionReachesBackBeforeTheGuessing(t *testing.T) {
	l := newLab()
	h := dc(l)
	h.records = nil
	sprayed(h.at(1, "05:00:00").tgt("keeper", "10.0.0.9").at(1, "12:00:00"), "10.0.0.66").at(1, "16:00:00").tgt("user03", "10.0.0.66")
	if f := one(t, find(l), "guessed-right"); f.Severity != findings.Medium || !strings.Contains(f.Lowered, "begins at") {
		t.Errorf("%s: %s", f.Severity, f.Lowered)
	}
}

func TestTheRecordsBesideAGapAreCited(t *testing.T) {
	l := newLab()
	h := l.host("FS01").at(1, "10:00:00")
	h.desktop("alice")
	h.after(time.Minute).skip(1).desktop("bob")
	s := l.snapshot()
	f := one(t, find(l), "records-missing")
	var cited []uint64
	for _, e := range f.Records {
		cited = append(cited, s.Event(e).RecordID)
	}
	if want := []uint64{3, 5}; !slices.Equal(cited, want) || f.RecordCount != 2 || !strings.Contains(f.Why, "lacks 1 record, in 1 gap") {
		t.Errorf("records %d, want %d: %s", cited, want, f.Why)
	}
}

// TestGapsThatMostLogsHaveAreOneFinding: perhaps what exported them made them.
func TestGapsThatMostLogsHaveAreOneFinding(t *testing.T) {
	l := newLab()
	for i, name := range []string{"FS01", "FS02", "FS03"} {
		h := l.host(name).at(1, "10:00:00")
		for range 2 + i {
			h.after(time.Minute).skip(5).desktop("alice")
		}
	}
	f := one(t, find(l), "records-missing")
	if f.Severity != findings.Info || f.Lowered != "the logs of 3 of 3 hosts have gaps: perhaps it is how they were exported" {
		t.Errorf("%s: %s", f.Severity, f.Lowered)
	}
	if want := "The Security logs of 3 hosts lack records: fs03 20 records in 4 gaps, fs02 15 records in 3 gaps, fs01 10 records in 2 gaps."; f.Why != want {
		t.Errorf("%s\nwant %s", f.Why, want)
	}
	if len(f.Hosts) != 3 || f.RecordCount != 12 {
		t.Errorf("%d hosts, %d records", len(f.Hosts), f.RecordCount)
	}
}

// TestAStepAndItsLogonAreOneConnection: 1149 and 4624 tell of the same.
func TestAStepAndItsLogonAreOneConnection(t *testing.T) {
	l := newLab()
	h := l.host("FS01").at(1, "09:00:00")
	step := func() {
		h.log(event.RDPNetworkAuth, fields{event.TargetName: "alice", event.TargetDomain: "LAB", event.IPAddress: "127.0.0.1"})
	}
	step()
	h.after(time.Second).remote("alice", "127.0.0.1")
	h.after(time.Hour)
	step()
	h.after(2*time.Second).remote("alice", "127.0.0.1")
	h.after(time.Hour)
	step() // of which no logon is logged
	f := one(t, find(l), "remote-desktop-from-itself")
	if !strings.Contains(f.Why, ", 3 times:") || f.RecordCount != 5 {
		t.Errorf("%d records: %s", f.RecordCount, f.Why)
	}
}

// TestWhatStartedTsconIsCited: it is the program that an analyst looks for.
func TestWhatStartedTsconIsCited(t *testing.T) {
	l := newLab()
	h := l.host("TS01").at(1, "09:00:00")
	boss := h.remote("boss", "10.0.0.8")
	alice := h.after(time.Hour).remote("alice", "10.0.0.9")
	started := func(program string, id, parent uint32) {
		h.log(event.ProcessCreated, fields{event.SubjectSID: "S-1-5-18", event.SubjectName: "TS01$", event.SubjectLogon: event.LogonID(0x3e7), event.NewProcess: `C:\Windows\System32\` + program, event.NewProcessID: id, event.ProcessID: parent})
	}
	h.after(time.Hour)
	started("old.exe", 0x440, 0x4)
	h.after(time.Minute)
	started("cmd.exe", 0x440, 0x300)
	h.after(time.Minute)
	started("other.exe", 0x450, 0x440)
	started("tscon.exe", 0x444, 0x440)
	h.after(300*time.Millisecond).switches("alice", alice, "boss", boss)
	s := l.snapshot()
	f := one(t, find(l), "session-taken-over")
	if got := s.Text(f.Records[0], event.NewProcess); got != `C:\Windows\System32\cmd.exe` || !strings.Contains(f.Why, "from cmd.exe, which SYSTEM had started at") {
		t.Errorf("cited first is %s: %s", got, f.Why)
	}
}

func TestAnAccountDisabledAgainAndAgainIsJudgedOnceATime(t *testing.T) {
	l := newLab()
	h, ws := dc(l), l.host("WS01")
	disabled := func(day int) { h.at(day, "10:00:00").does(event.AccountDisabled, "boss", "alice") }
	disabled(1)
	disabled(2)
	h.at(2, "11:00:00").does(event.AccountDeleted, "boss", "alice")
	ws.at(3, "12:00:00").desktop("alice")
	h.at(4, "10:00:00").does(event.AccountEnabled, "boss", "alice")
	disabled(5)
	ws.at(6, "12:00:00").desktop("alice")
	got := of(find(l), "alive-after-disabled")
	if len(got) != 2 {
		t.Fatalf("%d findings: %+v", len(got), got)
	}
	for _, f := range got {
		if f.SessionCount != 1 || f.Severity != findings.Medium {
			t.Errorf("%s, %d sessions: %s", f.Severity, f.SessionCount, f.Why)
		}
	}
}

// TestWhatWasReachedIsAHostOfTheFinding: whoever asks what reached a server
// must find it.
func TestWhatWasReachedIsAHostOfTheFinding(t *testing.T) {
	reached := func(rule string, tell func(*lab)) {
		t.Helper()
		l := newLab()
		tell(l)
		s := l.snapshot()
		f := one(t, find(l), rule)
		for _, h := range f.Hosts {
			if strings.EqualFold(s.Host(h).Short(), "SRV05") {
				return
			}
		}
		t.Errorf("%s: SRV05 is not among the hosts %v: %s", rule, f.Hosts, f.Why)
	}
	reached("explicit-credentials", func(l *lab) { estate(l); usesAll(l.host("WS01"), 1, 7) })
	reached("fan-out", func(l *lab) {
		estate(l)
		h := l.hosts[0].at(1, "20:00:00").tgt("alice", "10.0.0.66")
		for _, n := range []string{"SRV00$", "SRV01$", "SRV02$", "SRV03$", "SRV04$", "SRV05$", "SRV06$", "SRV07$"} {
			h.after(time.Second).ticket("alice", n, "10.0.0.66", aes)
		}
	})
	reached("ticket-without-tgt", func(l *lab) {
		estate(l)[0].at(1, "19:00:00").desktop("alice")
		l.hosts[0].at(1, "20:00:00").ticket("alice", "SRV05$", "10.0.0.66", aes)
	})
	reached("unknown-ticket-name", func(l *lab) {
		estate(l)
		l.hosts[0].at(1, "20:00:00").ticket("nobody", "SRV05$", "10.0.0.66", aes)
	})
	reached("unknown-ticket-domain", func(l *lab) {
		estate(l)
		ofDomain(l.hosts[0].at(1, "20:00:00"), "one@ELSEWHERE.EXAMPLE", "SRV05$")
	})
}

func TestLongWordsAndTextsAreCutVisibly(t *testing.T) {
	long := strings.Repeat("QUFB", 2600)
	got := findings.Shortened("powershell -enc " + long + " on fs01.")
	if want := "powershell -enc " + long[:120] + "… [10280 characters left out here, not in json and csv] on fs01."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if text := strings.Repeat("many words ", 1000); len([]rune(findings.Shortened(text))) > 1600 || !strings.Contains(findings.Shortened(text), "left out here") {
		t.Errorf("%q is not cut", findings.Shortened(text))
	}
	if text := "A sentence as it is, with ü."; findings.Shortened(text) != text {
		t.Errorf("%q", findings.Shortened(text))
	}
}
