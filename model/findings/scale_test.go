package findings_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/findings"
)

// hurried is cancelled once it was looked at so often, and counts on.
type hurried struct {
	context.Context
	after, looks int
}

func (h *hurried) Err() error {
	if h.looks++; h.after > 0 && h.looks > h.after {
		return context.Canceled
	}
	return nil
}

// flooded is a domain controller that refused one source millions of times, as
// far as a test has time for that.
func flooded(tries int) *model.Snapshot {
	l := newLab()
	h := dc(l).at(1, "20:00:00")
	accounts := names(40)
	for i := range tries {
		h.after(100*time.Millisecond).refuses(accounts[i%len(accounts)], "10.0.0.66")
	}
	h.after(time.Minute).tgt("user03", "10.0.0.66")
	return l.snapshot()
}

// TestMillionsOfFailuresAreFewFindings: what rows and memory they cost grows as
// they do, and what is listed does not.
func TestMillionsOfFailuresAreFewFindings(t *testing.T) {
	const tries = 25_000
	allocated := func(s *model.Snapshot) (uint64, *findings.Set) {
		var before, after runtime.MemStats
		s.Failures() // which are made once
		runtime.ReadMemStats(&before)
		set := findings.Find(context.Background(), s, findings.Thresholds{})
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc, set
	}
	small, few := allocated(flooded(tries))
	large, many := allocated(flooded(2 * tries))
	if len(few.All) != len(many.All) || len(many.All) > 50 {
		t.Errorf("%d findings of %d failures, %d of twice as many", len(few.All), tries, len(many.All))
	}
	if large > 3*small {
		t.Errorf("%d bytes for %d failures, %d for twice as many", small, tries, large)
	}
	for _, f := range many.All {
		if len(f.Failures) > findings.MostListed || len(f.Records) > findings.MostListed || len(f.Why) > 2000 {
			t.Errorf("%s lists %d failures and %d records: %s", f.Rule, len(f.Failures), len(f.Records), f.Why)
		}
	}
	if one(t, many, "guessed-right").FailureCount == 0 {
		t.Error("the success has no failures")
	}
}

// TestAsManyAccountsAsAttemptsCostNoMoreEach: of a place that many come from,
// each is asked whether the guessing was aimed at it.
func TestAsManyAccountsAsAttemptsCostNoMoreEach(t *testing.T) {
	allocated := func(accounts int) (uint64, int) {
		l := newLab()
		h := dc(l).at(1, "20:00:00")
		for i := range accounts {
			for range 5 {
				h.after(100*time.Millisecond).refuses(fmt.Sprint("user", i), "10.0.0.66")
			}
		}
		h.after(time.Minute)
		for i := range accounts {
			h.after(time.Millisecond).tgt(fmt.Sprint("user", i), "10.0.0.66")
		}
		s := l.snapshot()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		set := findings.Find(context.Background(), s, findings.Thresholds{})
		runtime.ReadMemStats(&after)
		if n := len(of(set, "password-guessing")); n != 1 {
			t.Errorf("%d findings of guessing", n)
		}
		return after.TotalAlloc - before.TotalAlloc, len(of(set, "guessed-right"))
	}
	small, few := allocated(1000)
	large, many := allocated(2000)
	if few != 1000 || many != 2000 || large > 3*small {
		t.Errorf("%d bytes for %d accounts, %d for %d", small, few, large, many)
	}
}

// TestASearchThatIsCancelledStopsSoon: within a rule, too, and what that rule
// had found of what it saw is not taken.
func TestASearchThatIsCancelledStopsSoon(t *testing.T) {
	s := flooded(50_000)
	whole := &hurried{Context: context.Background()}
	findings.Find(whole, s, findings.Thresholds{})
	for _, after := range []int{1, 2, 3, 4, 6, 9, whole.looks / 2, whole.looks - 2} {
		ctx := &hurried{Context: context.Background(), after: after}
		set := findings.Find(ctx, s, findings.Thresholds{})
		if !set.Incomplete {
			t.Fatalf("cancelled at look %d of %d it says that it is complete", after, whole.looks)
		}
		// The loop, the rule, the search and the set each look once more.
		if more := ctx.looks - after; more > 8 {
			t.Errorf("cancelled at look %d it looked %d times more", after, more)
		}
		if after < 3 && len(set.All) > 0 {
			t.Errorf("cancelled amid the first rule it found %d: %s", len(set.All), set.All[0].Why)
		}
	}
	if whole.looks < 50_000/10_000+len(findings.Rules()) {
		t.Errorf("a search of 50,000 failures looks %d times whether it is cancelled", whole.looks)
	}
}

// TestAnAccountDisabledTensOfThousandsOfTimesIsLookedAtOnce: its sessions are
// gone through once, not for each time.
func TestAnAccountDisabledTensOfThousandsOfTimesIsLookedAtOnce(t *testing.T) {
	looks := func(times int) int {
		l := newLab()
		h, ws := dc(l).at(1, "10:00:00"), l.host("WS01").at(1, "10:00:00")
		for i := range times {
			h.after(time.Minute).does(event.AccountDisabled, "boss", "alice").after(time.Minute).does(event.AccountEnabled, "boss", "alice")
			ws.after(2*time.Minute).network("alice", fmt.Sprint("10.0.0.", i%200), "Kerberos")
		}
		ctx := &hurried{Context: context.Background()}
		findings.Find(ctx, l.snapshot(), findings.Thresholds{})
		return ctx.looks
	}
	if few, many := looks(500), looks(1000); many > few+few/2+10 {
		t.Errorf("%d looks at what 500 times make, %d of 1000", few, many)
	}
}
