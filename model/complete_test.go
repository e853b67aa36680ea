package model_test

import (
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// reaches is a domain in which alice is granted a ticket at 07:00, and one for
// FS01 at 09:10, which she reaches within a second. The logs hold the minutes
// before and after.
func reaches(then func(dc, fs *machine), others ...*machine) []*machine {
	dc, pc, fs := domain()
	dc.at("08:30:00").grants(who{"S-1-5-21-1-2-3-1000", "PC01$", "CORP"}, "10.0.0.7")
	then(dc, fs)
	dc.at("09:12:00").grants(who{"S-1-5-21-1-2-3-1001", "FS01$", "CORP"}, "10.0.0.8")
	fs.at("09:12:00").runs(alice, 0x7000, "cmd.exe")
	return append([]*machine{dc, pc, fs}, others...)
}

func reachesFS(dc, fs *machine) {
	dc.at("09:10:00").ticket(alice, "FS01", "10.0.0.7", event.GUID{9})
	fs.at("09:10:00.5").logon(alice, 0x7000, 3, from("10.0.0.7"))
}

// What is the only one of a time is so for sure only where no record of that
// time is missing: from the log of any domain controller, or of the host.
func TestTheOnlyRecordOfATimeIsSureWhereNoneIsMissing(t *testing.T) {
	second := func(first, last string) *machine {
		dc := newMachine("DC2.corp.local").at(first).grants(bob, "10.0.0.9").grants(who{"S-1-5-21-1-2-3-1009", "PC09$", "CORP"}, "10.0.0.9")
		return dc.logon(who{"S-1-5-21-1-2-3-1010", "DC2$", "CORP"}, 0x9000, 3).at(last).grants(bob, "10.0.0.9")
	}
	for _, x := range []struct {
		name   string
		happen func(dc, fs *machine)
		others []*machine
		tgt    model.Certainty
		ticket model.Certainty
		lacks  string
	}{
		{"all there", reachesFS, nil, model.Strong, model.Strong, ""},
		{"a gap since the grant", func(dc, fs *machine) {
			dc.at("09:05:00").skip("Security", 1).grants(bob, "10.0.0.9")
			dc.at("09:08:00").grants(bob, "10.0.0.9")
			reachesFS(dc, fs)
		}, nil, model.Medium, model.Strong, "DC1"},
		{"a gap in the minute before", func(dc, fs *machine) {
			dc.at("09:09:30").grants(bob, "10.0.0.9").skip("Security", 1)
			reachesFS(dc, fs)
		}, nil, model.Medium, model.Medium, "DC1"},
		{"a gap in the host's log", func(dc, fs *machine) {
			reachesFS(dc, fs)
			fs.skip("Security", 1).at("09:10:01").runs(alice, 0x7000, "cmd.exe")
		}, nil, model.Medium, model.Medium, "FS01"},
		{"a gap long after", func(dc, fs *machine) {
			reachesFS(dc, fs)
			dc.at("09:11:30").grants(bob, "10.0.0.9").skip("Security", 1)
		}, nil, model.Strong, model.Strong, ""},
		{"another controller's log, whole", reachesFS, []*machine{second("07:00:00", "09:12:00")}, model.Strong, model.Strong, ""},
		{"another controller's log, which begins after the grant", reachesFS, []*machine{second("09:05:00", "09:12:00")}, model.Medium, model.Strong, "DC2"},
		{"another controller's log, which ended long before", reachesFS, []*machine{second("07:00:00", "09:03:00")}, model.Medium, model.Medium, "DC2"},
	} {
		t.Run(x.name, func(t *testing.T) {
			s := tell(t, reaches(x.happen, x.others...)...)
			got := map[model.ChainRole]model.ChainLink{}
			for _, l := range session(t, s, "FS01/0x7000").Chain {
				got[l.Role] = l
			}
			if l := got[model.RoleTGT]; l.Certainty != x.tgt || x.tgt < x.ticket && !strings.Contains(l.Why, x.lacks) {
				t.Errorf("tgt: %s (%s)", l.Certainty, l.Why)
			}
			if l := got[model.RoleServiceTicket]; l.Certainty != x.ticket || x.ticket == model.Medium && !strings.Contains(l.Why, x.lacks) {
				t.Errorf("ticket: %s (%s)", l.Certainty, l.Why)
			}
		})
	}
}

// What used explicit credentials for a host, and made a logon that came from
// where it was, made no other one of which nobody knows where it came from.
func TestExplicitCredentialsWithALogonOfTheirOwnMadeNoOther(t *testing.T) {
	for first, want := range map[string]int{"10.0.0.7": 0, "": 1} {
		dc, pc, fs := domain()
		dc.at("08:59:00").ticket(who{"S-1-5-21-1-2-3-1000", "PC01$", "CORP"}, "FS01", "10.0.0.7", event.GUID{8})
		pc.at("09:00:00").log(event.ExplicitCredentials, merge(subject(bob, 0x4000), fields{event.TargetName: "alice", event.TargetDomain: "CORP", event.TargetServer: "FS01"}))
		fs.at("09:00:01").logon(alice, 0x7000, 3, from(first)).at("09:00:02").logon(alice, 0x7100, 3, from("10.0.0.99"))
		dc.at("09:30:00").ticket(who{"S-1-5-21-1-2-3-1000", "PC01$", "CORP"}, "FS01", "10.0.0.7", event.GUID{9})
		got := 0
		for _, l := range session(t, tell(t, dc, pc, fs), "FS01/0x7100").Chain {
			if l.Role == model.RoleExplicitCredentials {
				got++
			}
		}
		if got != want {
			t.Errorf("the other logon from %q: %d, want %d", first, got, want)
		}
	}
}
