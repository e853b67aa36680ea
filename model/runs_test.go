package model_test

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/event"
)

func from(address string) fields { return fields{event.IPAddress: address, event.Package: "Kerberos"} }

func onlyRuns(t *testing.T, s *model.Snapshot, want int) []model.Run {
	t.Helper()
	runs := s.Runs(model.None, model.None)
	if len(runs) != want {
		t.Fatalf("%d runs, want %d: %+v", len(runs), want, runs)
	}
	return runs
}

func TestNetworkLogonsThatFollowEachOtherAreOneRun(t *testing.T) {
	fs := newMachine("FS01.corp.local").at("08:00:00").starts()
	fs.at("09:00:00").logon(alice, 0x100, 3, from("10.0.0.5"))
	fs.log(event.ShareFileChecked, merge(subject(alice, 0x100), fields{event.ShareName: `\\*\Data`, event.RelativeName: `a.txt`}))
	fs.log(event.ShareFileChecked, merge(subject(alice, 0x100), fields{event.ShareName: `\\*\Data`, event.RelativeName: `a.txt`}))
	fs.at("09:10:00").ends(alice, 0x100, 3)
	fs.at("09:39:59").logon(alice, 0x200, 3, from("10.0.0.5"))
	fs.log(event.ObjectAccessed, merge(subject(alice, 0x200), fields{event.ObjectName: `C:\Data\b.txt`}))
	fs.at("09:40:29").ends(alice, 0x200, 3)
	fs.at("09:41:00").logon(alice, 0x300, 3, from("10.0.0.5")).at("09:41:01").ends(alice, 0x300, 3)
	s := tell(t, fs)
	r := onlyRuns(t, s, 1)[0]
	if len(r.Sessions) != 3 || r.First != clock("09:00:00") || r.Last != clock("09:41:01") || r.Source.Address != "10.0.0.5" || r.Source.Port != 0 {
		t.Errorf("%+v", r)
	}
	if r.Median != 30*time.Second || r.MedianCertainty != model.EndExact {
		t.Errorf("median %s, %s", r.Median, r.MedianCertainty)
	}
	if want := []string{`C:\Data\b.txt`, `\\*\Data\a.txt`}; !slices.Equal(r.Objects, want) {
		t.Errorf("objects %q", r.Objects)
	}
}

func TestARunEndsWhenNothingHappensForHalfAnHour(t *testing.T) {
	fs := newMachine("FS01.corp.local").at("08:00:00").starts()
	fs.at("09:00:00").logon(alice, 0x100, 3, from("10.0.0.5")).at("09:10:00").ends(alice, 0x100, 3)
	fs.at("09:40:01").logon(alice, 0x200, 3, from("10.0.0.5")).ends(alice, 0x200, 3)
	onlyRuns(t, tell(t, fs), 2)
}

func TestOtherAccountsSourcesAndHostsAreOtherRuns(t *testing.T) {
	fs := newMachine("FS01.corp.local").at("08:00:00").starts().at("09:00:00")
	fs.logon(alice, 0x100, 3, from("10.0.0.5")).logon(alice, 0x200, 3, from("10.0.0.6")).logon(bob, 0x300, 3, from("10.0.0.5"))
	fs.logon(alice, 0x400, 3, fields{event.Workstation: "PC7"}).logon(alice, 0x500, 3)
	dc := newMachine("DC01.corp.local").at("08:00:00").starts().at("09:00:00").logon(alice, 0x100, 3, from("10.0.0.5"))
	onlyRuns(t, tell(t, fs, dc), 6)
}

func TestOnlyNetworkSessionsAreFolded(t *testing.T) {
	fs := newMachine("FS01.corp.local").at("08:00:00").starts().at("09:00:00")
	fs.logon(alice, 0x100, 2).logon(alice, 0x200, 8, from("10.0.0.5")).logon(alice, 0x300, 10, from("10.0.0.5"))
	onlyRuns(t, tell(t, fs), 0)
}

func TestTheMedianIsALeastLengthWhereAnEndIsNotLogged(t *testing.T) {
	fs := newMachine("FS01.corp.local").at("08:00:00").starts()
	fs.at("09:00:00").logon(alice, 0x100, 3, from("10.0.0.5")).at("09:00:10").ends(alice, 0x100, 3)
	fs.at("09:01:00").logon(alice, 0x200, 3, from("10.0.0.5"))
	r := onlyRuns(t, tell(t, fs), 1)[0]
	if r.MedianCertainty != model.EndBounded || r.Median > 10*time.Second {
		t.Errorf("median %s, %s", r.Median, r.MedianCertainty)
	}
}

func TestARunCountsTheRefusedLogonsWithinIt(t *testing.T) {
	fs := newMachine("FS01.corp.local").at("08:00:00").starts()
	fail := func(at, address string) {
		fs.at(at).log(event.LogonFailed, merge(fields{event.TargetSID: "S-1-0-0", event.TargetName: "alice", event.TargetDomain: "CORP", event.LogonType: uint32(3),
			event.Status: uint32(0xc000006d), event.SubStatus: uint32(0xc000006a), event.IPAddress: address}))
	}
	fail("08:59:00", "10.0.0.5") // before it
	fs.at("09:00:00").logon(alice, 0x100, 3, from("10.0.0.5"))
	fail("09:00:05", "10.0.0.5")
	fail("09:00:06", "10.0.0.6") // from elsewhere
	fs.at("09:00:10").ends(alice, 0x100, 3)
	if r := onlyRuns(t, tell(t, fs), 1)[0]; r.Failures != 1 {
		t.Errorf("%d failures, want 1", r.Failures)
	}
}

// unfold checks that every network session is in just one run, of its own
// account and host, and that no other session is in any.
func unfold(t *testing.T, s *model.Snapshot) {
	t.Helper()
	in := map[model.SessionRow]int{}
	for _, r := range s.Runs(model.None, model.None) {
		if !slices.IsSortedFunc(r.Sessions, func(a, b model.SessionRow) int { return int(s.SessionStart(a).Sub(s.SessionStart(b))) }) {
			t.Errorf("the sessions of run %d are not in order of start", r.Row)
		}
		for _, n := range r.Sessions {
			in[n]++
			x := s.Session(n)
			if x.Kind != model.KindNetwork || x.Account != r.Account || x.Host != r.Host || s.RunOf(n) != r.Row {
				t.Errorf("session %s does not belong in run %d", x.ID, r.Row)
			}
		}
	}
	for _, n := range s.Sessions(model.None, model.None) {
		x := s.Session(n)
		if want := x.Kind == model.KindNetwork; in[n] > 1 || (in[n] == 1) != want || (s.RunOf(n) != model.None) != want {
			t.Errorf("session %s (%s) is in %d runs", x.ID, x.Kind, in[n])
		}
	}
}

func TestUnfoldingLosesNothing(t *testing.T) {
	unfold(t, practiceDomain(t))
	for _, set := range []string{windomain, privacy, lab, rdp, spray, example, offsec} {
		t.Run(set, func(t *testing.T) { unfold(t, load(t, logsIn(t, set)...)) })
	}
}

// BenchmarkRuns folds the network sessions of an office: nanoseconds for each
// event should not grow.
func BenchmarkRuns(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			builder := model.NewBuilder(event.NewSchemas())
			for _, f := range synthetic(n) {
				builder.AddFile(f.file)
				for _, batch := range f.batches {
					builder.Add(batch)
				}
			}
			b.ResetTimer()
			sessions := 0
			for range b.N {
				b.StopTimer()
				s := builder.Finish()
				runtime.GC()
				b.StartTimer()
				for _, r := range s.Runs(model.None, model.None) {
					sessions += len(r.Sessions)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(sessions), "ns/session")
		})
	}
}
