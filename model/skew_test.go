package model_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/event"
)

// later is a time of day some seconds after another.
func later(t string, by time.Duration) string {
	return clock(t).Time().Add(by).Format("2006-01-02 15:04:05.9999999")
}

// sitsDown logs an account's logon at PC01 whose ticket for PC01 the domain
// controller granted when its own clock showed t.
func sitsDown(dc, pc *machine, n int, t string, skew time.Duration) {
	guid := event.GUID{byte(n), 7}
	dc.at(t).ticket(alice, "PC01", "10.0.0.7", guid)
	pc.at(later(t, skew+30*time.Millisecond)).logon(alice, event.LogonID(0x9000+n), 2, fields{event.LogonGUID: guid})
	pc.ends(alice, event.LogonID(0x9000+n), 2)
}

// failsAt logs one attempt on both hosts when the controller's clock shows t.
func failsAt(dc, pc *machine, t string, skew time.Duration) {
	dc.at(t).log(event.PreAuthFailed, preAuth("alice", "10.0.0.7", 0x18))
	pc.at(later(t, skew+time.Millisecond)).log(event.LogonFailed, noLogon("alice", "CORP", 2, badPassword, "PC01", "127.0.0.1"))
}

// sets logs that a clock that showed t was set.
func (m *machine) sets(t string, by time.Duration) {
	now := later(t, by)
	m.at(now).log(event.ClockChanged, merge(subject(system, 0x3e7), fields{event.PreviousTime: clock(t), event.NewTime: clock(now)}))
}

// Records of one attempt lie as far apart as the clocks of their hosts differ,
// where the tickets of a host to itself tell how far that is, and where its
// clock was set, in each period.
func TestAttemptsAreFoldedByTheClocksOfTheirHosts(t *testing.T) {
	hosts := func(happens func(dc, pc *machine)) *model.Snapshot {
		dc, pc, fs := domain()
		happens(dc, pc)
		return tell(t, dc, pc, fs)
	}
	for _, skew := range []time.Duration{0, 13 * time.Second, -62 * time.Second, 4 * time.Minute} {
		s := hosts(func(dc, pc *machine) {
			sitsDown(dc, pc, 1, "08:00:00", skew)
			for i := range 3 {
				failsAt(dc, pc, fmt.Sprintf("09:%02d:00", i), skew)
			}
		})
		for _, f := range s.Failures() {
			if len(f.Records) != 2 {
				t.Errorf("by %s: %s", skew, recordNames(s, f.Records))
				continue
			}
			if apart := s.Event(f.Records[1]).Time.Sub(s.Event(f.Records[0]).Time); distance(distance(apart)-distance(skew)) > time.Second {
				t.Errorf("by %s: records %s apart are one failure", skew, apart)
			}
		}
		if n := len(s.Failures()); n != 3 {
			t.Errorf("by %s: %d failures, want 3", skew, n)
		}
	}
	tests := []struct {
		name string
		tell func(dc, pc *machine)
		want int
	}{
		{"of a clock of which nothing is known", func(dc, pc *machine) { failsAt(dc, pc, "09:00:00", 13*time.Second) }, 2},
		{"set back between", func(dc, pc *machine) {
			failsAt(dc, pc, "07:30:00", 19*time.Second)
			pc.sets("07:59:19", -19*time.Second)
			sitsDown(dc, pc, 1, "08:00:00", 0)
			failsAt(dc, pc, "09:00:00", 0)
		}, 2},
		{"measured before it was set back", func(dc, pc *machine) {
			sitsDown(dc, pc, 1, "07:20:00", 19*time.Second)
			pc.sets("07:59:19", -19*time.Second)
			failsAt(dc, pc, "09:00:00", 0)
		}, 1},
		{"set forward: it may have been paused before", func(dc, pc *machine) {
			failsAt(dc, pc, "07:30:00", 0)
			pc.sets("07:58:00", time.Minute)
			sitsDown(dc, pc, 1, "08:00:00", 0)
		}, 1},
		{"wrong in two ways", func(dc, pc *machine) {
			sitsDown(dc, pc, 1, "07:20:00", -40*time.Second)
			failsAt(dc, pc, "07:30:00", -40*time.Second)
			pc.sets("07:58:20", time.Minute)
			sitsDown(dc, pc, 2, "08:00:00", 20*time.Second)
			failsAt(dc, pc, "09:00:00", 20*time.Second)
		}, 2},
	}
	for _, test := range tests {
		s := hosts(test.tell)
		if got := s.Failures(); len(got) != test.want {
			for _, f := range got {
				t.Errorf("%s: %s", test.name, recordNames(s, f.Records))
			}
			t.Errorf("%s: %d failures, want %d", test.name, len(got), test.want)
		}
	}
}

// Before Windows 10 the tickets of logons have another GUID, or the logons
// none: then the only logon near the only ticket tells of a clock, if another
// such pair says the same.
func TestSkewWithoutGUIDsIsWhatSeveralPairsSay(t *testing.T) {
	const skew = 13 * time.Second
	pair := func(dc, pc *machine, n int, at string, skew time.Duration) {
		dc.at(at).ticket(alice, "PC01", "10.0.0.7", event.GUID{byte(n), 9})
		pc.at(later(at, skew)).logon(alice, event.LogonID(0x9000+n), 2).ends(alice, event.LogonID(0x9000+n), 2)
	}
	tests := []struct {
		name    string
		happens func(dc, pc *machine)
		known   bool
	}{
		{"one pair", func(dc, pc *machine) { pair(dc, pc, 1, "10:00:00", skew) }, false},
		{"two that agree", func(dc, pc *machine) {
			pair(dc, pc, 1, "10:00:00", skew)
			pair(dc, pc, 2, "12:00:00", skew+time.Second)
		}, true},
		{"two that do not", func(dc, pc *machine) {
			pair(dc, pc, 1, "10:00:00", skew)
			pair(dc, pc, 2, "12:00:00", 3*time.Minute)
		}, false},
		{"two of several", func(dc, pc *machine) {
			pair(dc, pc, 1, "10:00:00", skew)
			pair(dc, pc, 2, "10:02:00", skew)
			pair(dc, pc, 3, "10:04:00", skew)
		}, false},
		{"two beside one that a GUID tells of", func(dc, pc *machine) {
			pair(dc, pc, 1, "10:00:00", 3*time.Minute)
			pair(dc, pc, 2, "12:00:00", 3*time.Minute)
			sitsDown(dc, pc, 3, "14:00:00", skew)
		}, true},
	}
	for _, test := range tests {
		dc, pc, fs := domain()
		test.happens(dc, pc)
		failsAt(dc, pc, "16:00:00", skew)
		s := tell(t, dc, pc, fs)
		want := 2
		if test.known {
			want = 1
		}
		if n := len(s.Failures()); n != want {
			t.Errorf("%s: %d failures, want %d", test.name, n, want)
		}
		for _, h := range s.Hosts() {
			if h.Short() == "PC01" && (h.SkewCertainty == model.Medium) != test.known {
				t.Errorf("%s: %s by %s", test.name, h.SkewCertainty, h.Skew)
			}
		}
	}
}

func distance(d time.Duration) time.Duration { return max(d, -d) }

// A collector's copy of what a host logged before it was renamed is of that
// host, though nothing but the host's own log says that it was renamed.
func TestCopiesUnderAnOlderNameAreOfTheRenamedHost(t *testing.T) {
	old := newMachine("APP01.corp.local").at("08:00:00")
	old.logon(alice, 0x5000, 3).at("08:00:01").log(event.LogonFailed, noLogon("bob", "CORP", 3, badPassword, "KALI", "10.0.0.66"))
	renamed := newMachine("APP01N.corp.local").at("10:00:00")
	renamed.numbers["Security"] = old.numbers["Security"]
	renamed.logon(alice, 0x6000, 3)
	other := newMachine("WS9.corp.local").at("08:00:00").logon(bob, 0x7000, 3)
	recs := append(slices.Clone(old.recs), renamed.recs...)
	own := asFile(0, "app01n/Security.evtx", recs, 1000)
	collected := asFile(1, "wec/ForwardedEvents.evtx", append(slices.Clone(other.recs), recs...), 1000)
	s := build(t, []logFile{own, collected})
	if n := len(s.Hosts()); n != 2 {
		t.Fatalf("%d hosts: %v", n, s.Hosts())
	}
	if len(s.Failures()) != 1 || s.SessionCount() != 5 {
		t.Errorf("%d failures and %d sessions, want 1 and, with those of SYSTEM, 5", len(s.Failures()), s.SessionCount())
	}
	// Another machine that had the name counts its own records.
	stranger := newMachine("APP01.corp.local").at("08:00:30").logon(bob, 0x5000, 3).at("08:00:40").logon(bob, 0x5001, 3)
	s = build(t, []logFile{own, asFile(1, "wec/ForwardedEvents.evtx", append(slices.Clone(other.recs), stranger.recs...), 1000)})
	if n := len(s.Hosts()); n != 3 {
		t.Errorf("%d hosts, want 3: %v", n, s.Hosts())
	}
}
