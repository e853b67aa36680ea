package model_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/simulate"
)

var demoTruth = sync.OnceValues(func() (*simulate.Truth, error) {
	w := simulate.Demo()
	err := w.Run(nowhere{})
	return w.Truth(), err
})

// whatHappened is the truth of the practice domain.
func whatHappened(t testing.TB) *simulate.Truth {
	t.Helper()
	truth, err := demoTruth()
	if err != nil {
		t.Fatal(err)
	}
	return truth
}

func instant(t testing.TB, s string) event.FileTime {
	t.Helper()
	if s == "" {
		return 0
	}
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return event.FileTimeOf(at)
}

func near(a, b event.FileTime) bool {
	d := a.Sub(b)
	return d > -time.Second && d < time.Second
}

// really returns the session of the logs that a true one is, if they hold any
// of it.
func really(t testing.TB, s *model.Snapshot, x *simulate.Session) (model.Session, bool) {
	t.Helper()
	start, end := instant(t, x.Start), instant(t, x.End)
	for _, id := range x.LogonIDs {
		rows, err := s.FindSessions(x.Host + "/" + id)
		if err != nil {
			continue
		}
		for _, row := range rows {
			y := s.Session(row)
			for _, l := range y.Logons {
				logon := s.Logon(l)
				if logon.LogonID.String() == id && (logon.StartKnown && near(logon.Start, start) || !logon.StartKnown && start <= logon.Start && (end == 0 || logon.Start <= end+10_000_000)) {
					return y, true
				}
			}
		}
	}
	return model.Session{}, false
}

// clearedAt reports whether a host's Security log of a time was cleared.
func clearedAt(x *simulate.Session, at event.FileTime, lost map[string][2]event.FileTime) bool {
	span, ok := lost[strings.ToUpper(x.Host)]
	return ok && at >= span[0] && at < span[1]
}

// Every session of the practice domain has the segments and checks that it
// really had, as far as its records are there.
func TestPracticeDomainSegmentsAndChecksAreTheTrueOnes(t *testing.T) {
	s, truth := practiceDomain(t), whatHappened(t)
	lost := map[string][2]event.FileTime{}
	for _, c := range truth.Clears {
		to := instant(t, c.Time)
		lost[strings.ToUpper(c.Host)] = [2]event.FileTime{to.Add(-9 * time.Hour), to}
	}
	sessions, segments, checks := 0, 0, 0
	for _, x := range truth.Sessions {
		y, ok := really(t, s, x)
		if !ok || len(x.Segments) == 0 {
			if ok && x.Kind != "network-authentication" && len(y.Segments)+len(y.Checks) > 0 {
				t.Errorf("%s %s %s of %s has segments %+v", x.Host, x.Kind, x.LogonIDs, x.Account, y.Segments)
			}
			continue
		}
		sessions++
		name := x.Host + " " + x.LogonIDs[0] + " of " + x.Account + " " + x.Start
		var want []simulate.Segment
		for i, g := range x.Segments {
			if i+1 < len(x.Segments) && instant(t, x.Segments[i+1].Start) <= y.Start {
				continue
			}
			if !clearedAt(x, instant(t, g.Start), lost) {
				want = append(want, g)
			}
		}
		segments += len(want)
		if len(want) != len(y.Segments) {
			t.Errorf("%s: %d segments, want %d\n%+v\n%+v", name, len(y.Segments), len(want), y.Segments, want)
			continue
		}
		for i, g := range y.Segments {
			w := want[i]
			begins := near(g.Start, instant(t, w.Start)) || i == 0 && !y.StartKnown && g.Start == y.Start
			if g.State.String() != w.State || !begins || w.State == "connected" && w.Address != "" && g.ClientAddress != w.Address || g.WithoutCredentials {
				t.Errorf("%s: segment %d is %+v, want %+v", name, i, g, w)
			}
		}
		var real []*simulate.Check
		for _, c := range x.Checks {
			// The check may be the first that the log has of a session.
			if at := instant(t, c.Time); (y.StartKnown || at >= y.Start.Add(-time.Minute)) && !clearedAt(x, at, lost) {
				real = append(real, c)
			}
		}
		checks += len(real)
		if len(real) != len(y.Checks) {
			t.Errorf("%s: %d checks, want %d\n%+v\n%+v", name, len(y.Checks), len(real), y.Checks, real)
			continue
		}
		for i, c := range y.Checks {
			var ids []string
			for _, l := range c.Logons {
				ids = append(ids, s.Logon(l).LogonID.String())
			}
			slices.Sort(ids)
			w := slices.Clone(real[i].LogonIDs)
			slices.Sort(w)
			if !slices.Equal(ids, w) || c.Type != real[i].Type || !near(c.Time, instant(t, real[i].Time)) || !strings.HasPrefix(c.Why, real[i].Why) {
				t.Errorf("%s: check %q %+v, want %+v", name, ids, c, real[i])
			}
		}
	}
	t.Logf("%d sittings, %d segments, %d checks", sessions, segments, checks)
	if sessions < 40 || segments < 100 || checks < 30 {
		t.Errorf("%d sittings with %d segments and %d checks: too few to mean anything", sessions, segments, checks)
	}
}

// The network logon before a Remote Desktop session is part of that session.
func TestPracticeDomainNetworkAuthenticationsAreFolded(t *testing.T) {
	s, truth := practiceDomain(t), whatHappened(t)
	all, folded := 0, 0
	for _, x := range truth.Sessions {
		y, ok := really(t, s, x)
		if !ok {
			continue
		}
		first := s.Logon(y.Logons[0]).LogonID.String()
		if x.Kind != "network-authentication" {
			if !slices.Contains(x.LogonIDs, first) {
				t.Errorf("%s %s %s of %s was folded into %s", x.Host, x.Kind, x.LogonIDs, x.Account, first)
			}
			continue
		}
		all++
		if first == x.LogonIDs[0] {
			t.Logf("%s %s of %s stays a session", x.Host, x.LogonIDs[0], x.Account)
			continue
		}
		folded++
		begins := slices.ContainsFunc(y.Segments, func(g model.Segment) bool {
			d := g.Start.Sub(instant(t, x.Start))
			return g.State == model.Connected && g.ClientAddress == x.Address && d >= 0 && d < 15*time.Second
		})
		if s.Account(y.Account).SID != x.SID || !begins {
			t.Errorf("%s %s of %s is part of %s, which nobody connected to then", x.Host, x.LogonIDs[0], x.Account, y.ID)
		}
	}
	t.Logf("%d of %d network authentications folded", folded, all)
	if all < 5 || folded != all {
		t.Errorf("%d of %d network authentications were folded", folded, all)
	}
}
