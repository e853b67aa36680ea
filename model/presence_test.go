package model_test

import (
	"slices"
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// who was on: state and account, or the state alone for a host as a whole.
func presences(s *model.Snapshot, all []model.Presence) []string {
	var out []string
	for _, p := range all {
		word := p.State.String()
		if p.Session != model.None {
			word += " " + s.Account(p.Account).Name
		}
		out = append(out, word)
	}
	return out
}

func wantOn(t *testing.T, s *model.Snapshot, host, at string, want ...string) {
	t.Helper()
	var got []string
	for _, p := range s.OnHost(hostCalled(t, s, host).ID, clock(at)) {
		if p.Session == model.None || !s.Account(p.Account).Boring {
			got = append(got, presences(s, []model.Presence{p})...)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s at %s: %v, want %v", host, at, got, want)
	}
}

func TestOnIsBetweenALogonAndItsEnd(t *testing.T) {
	pc := newMachine("PC01.corp.local").at("08:00:00").starts()
	pc.at("09:00:00").logon(alice, 0x100, 2).at("10:00:00").logsOff(alice, 0x100).at("12:00:00").runs(system, 0x3e7, "x.exe")
	s := tell(t, pc)
	wantOn(t, s, "PC01", "08:59:59.9999999")
	wantOn(t, s, "PC01", "09:00:00", "on alice")
	wantOn(t, s, "PC01", "09:59:59", "on alice")
	wantOn(t, s, "PC01", "10:00:00")
}

func TestASessionWithoutAnEndIsOnAsLongAsItIsSeenAndPossiblyOnAfter(t *testing.T) {
	pc := newMachine("PC01.corp.local").at("08:00:00").starts()
	pc.at("09:00:00").logon(alice, 0x100, 2).at("09:30:00").runs(alice, 0x100, "a.exe")
	pc.at("12:00:00").starts().at("13:00:00").runs(system, 0x3e7, "x.exe")
	s := tell(t, pc)
	wantOn(t, s, "PC01", "09:15:00", "on alice")
	wantOn(t, s, "PC01", "11:00:00", "possibly on alice")
	wantOn(t, s, "PC01", "12:30:00") // the machine has started again
}

func TestASessionFirstSeenLaterWasPossiblyOnBefore(t *testing.T) {
	pc := newMachine("PC01.corp.local").at("09:00:00").runs(system, 0x3e7, "x.exe")
	pc.at("10:00:00").runs(alice, 0x100, "a.exe").at("11:00:00").logsOff(alice, 0x100)
	s := tell(t, pc)
	wantOn(t, s, "PC01", "09:30:00", "possibly on alice")
	wantOn(t, s, "PC01", "10:30:00", "on alice")
}

func TestWhereTheLogDoesNotCoverTheTimeTheHostIsUnknown(t *testing.T) {
	pc := newMachine("PC01.corp.local").at("08:00:00").starts()
	pc.at("09:00:00").logon(alice, 0x100, 2).at("09:30:00").runs(alice, 0x100, "a.exe")
	pc.skip("Security", 40).at("11:00:00").runs(alice, 0x100, "b.exe").at("12:00:00").logsOff(alice, 0x100)
	s := tell(t, pc)
	wantOn(t, s, "PC01", "07:00:00", "unknown")
	wantOn(t, s, "PC01", "10:00:00", "on alice", "unknown") // she lived through the gap; others may have been there
	wantOn(t, s, "PC01", "11:30:00", "on alice")
	wantOn(t, s, "PC01", "13:00:00", "unknown")
	for at, why := range map[string]string{"07:00:00": "begins later", "10:00:00": "40 records are missing", "13:00:00": "ends earlier"} {
		all := s.OnHost(hostCalled(t, s, "PC01").ID, clock(at))
		if got := all[len(all)-1].Why; !strings.Contains(got, why) {
			t.Errorf("at %s: %s", at, got)
		}
	}
}

func TestNetworkLogonsAreOnOnlyWhileTheyCertainlyLast(t *testing.T) {
	fs := newMachine("FS01.corp.local").at("08:00:00").starts()
	fs.at("09:00:00").logon(alice, 0x100, 3, from("10.0.0.5")).logon(bob, 0x200, 3, from("10.0.0.6"))
	fs.at("10:00:00").ends(alice, 0x100, 3).at("12:00:00").runs(system, 0x3e7, "x.exe")
	s := tell(t, fs)
	wantOn(t, s, "FS01", "09:30:00", "on alice")
}

func TestWhereaboutsNameTheHostsWhoseLogIsSilent(t *testing.T) {
	pc := newMachine("PC01.corp.local").at("08:00:00").starts().at("09:00:00").logon(alice, 0x100, 2).at("18:00:00").logsOff(alice, 0x100)
	fs := newMachine("FS01.corp.local").at("08:00:00").starts().logon(alice, 0x100, 10, from("10.0.0.5")).at("08:30:00").logsOff(alice, 0x100)
	s := tell(t, pc, fs)
	all := s.Whereabouts(accountCalled(t, s, `CORP\alice`).ID, clock("10:00:00"))
	if got := presences(s, all); !slices.Equal(got, []string{"on alice", "unknown"}) || s.Host(all[0].Host).Short() != "PC01" || s.Host(all[1].Host).Short() != "FS01" {
		t.Errorf("%v", got)
	}
}

func TestAClockThatWasSetMakesPresenceUnsure(t *testing.T) {
	pc := newMachine("PC01.corp.local").at("08:00:00").starts().at("09:00:00").logon(alice, 0x100, 2)
	pc.at("09:30:00").log(event.ClockChanged, merge(subject(system, 0x3e7), fields{event.PreviousTime: clock("09:30:00"), event.NewTime: clock("16:30:00")}))
	pc.at("18:00:00").logsOff(alice, 0x100)
	wantOn(t, tell(t, pc), "PC01", "12:00:00", "possibly on alice")
}

// The intruder's hours on FS01, by the documentation of the practice domain.
func TestWhoWasOnTheFileServerAtNight(t *testing.T) {
	s := practiceDomain(t)
	on := func(at string) string {
		var out []string
		for _, p := range s.OnHost(hostCalled(t, s, "fs01").ID, clock(at)) {
			if p.Session == model.None {
				out = append(out, "unknown")
			} else if a := s.Account(p.Account); !a.Boring && p.State == model.On {
				out = append(out, a.Name)
			}
		}
		slices.Sort(out)
		return strings.Join(slices.Compact(out), " ")
	}
	for at, want := range map[string]string{
		"2026-03-06 01:40:00": "lars.hinrichs",
		"2026-03-06 01:50:00": "lars.hinrichs svc_backup",
		"2026-03-05 23:00:00": "unknown", // the log was cleared
	} {
		if got := on(at); got != want {
			t.Errorf("at %s: %q, want %q", at, got, want)
		}
	}
}
