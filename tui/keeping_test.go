package tui

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

// drawer is a keeper in memory.
type drawer struct {
	kept      map[string]State
	saves     int
	note      string
	unread    error
	unwritten error
}

func (k *drawer) Restore(evidence string) (State, string, error) {
	return k.kept[evidence], k.note, k.unread
}

func (k *drawer) Save(evidence string, s State) error {
	k.saves++
	if k.unwritten == nil {
		k.kept[evidence] = s
	}
	return k.unwritten
}

// keepingOptions returns options whose marks are kept.
func keepingOptions(t *testing.T, k *drawer, evidence string) Options {
	o := options(t, story())
	o.Keep = k
	load := o.Load
	o.Load = func(ctx context.Context, publish func(Progress)) {
		load(ctx, func(p Progress) {
			p.Evidence = evidence
			publish(p)
		})
	}
	return o
}

func TestMarksAreThereAtTheNextStartOnTheSameEvidence(t *testing.T) {
	k := &drawer{kept: map[string]State{}}
	drive(t, keepingOptions(t, k, "a"), 80, 24).press("f", "3", "/", "alice", "esc", "space", "space").sees("2 marked")
	if n := len(k.kept["a"].Marks); n != 2 {
		t.Fatalf("%d marks are kept before the end of the run, want 2", n)
	}
	d := drive(t, keepingOptions(t, k, "a"), 80, 24).sees("2 marks from an earlier run; u clears", "2 marked").misses("narrowed")
	d.press("3", "e").sees("export 2 marked sessions", "2 marks are from an earlier run").press("esc")
	drive(t, keepingOptions(t, k, "b"), 80, 24).misses("marked", "earlier run")
	d.press("u").sees("2 marks cleared")
	if n := len(k.kept["a"].Marks); n != 0 {
		t.Errorf("%d marks are kept after they were cleared", n)
	}
	drive(t, keepingOptions(t, k, "a"), 80, 24).misses("marked", "earlier run")
}

func TestARunThatMarksNothingWritesNothing(t *testing.T) {
	k := &drawer{kept: map[string]State{}}
	d := drive(t, keepingOptions(t, k, "a"), 80, 24).press("3", "down", "esc", "q", "q")
	if err := d.root.flush(); err != nil || k.saves != 0 {
		t.Errorf("%d saves, %v", k.saves, err)
	}
}

func TestWhatWasNotWrittenYetIsWrittenAtTheEnd(t *testing.T) {
	k := &drawer{kept: map[string]State{}}
	d := drive(t, keepingOptions(t, k, "a"), 80, 24).press("f", "3")
	d.root.after = nothingLater
	d.press("space", "space")
	if k.saves != 0 {
		t.Fatal("the clock stands still, and yet it was written")
	}
	if err := d.root.flush(); err != nil || len(k.kept["a"].Marks) != 2 {
		t.Errorf("%d marks are kept (%v), want 2", len(k.kept["a"].Marks), err)
	}
}

func TestMarksSetBeforeThoseOfAnEarlierRunCameAreKeptToo(t *testing.T) {
	k := &drawer{kept: map[string]State{}}
	drive(t, keepingOptions(t, k, "a"), 80, 24).press("f", "3", "space")
	if len(k.kept["a"].Marks) != 1 {
		t.Fatal("no mark is kept")
	}
	o := options(t, story())
	o.Keep = k
	d := drive(t, o, 80, 24).press("f", "3", "down", "space")
	d.root.keeping.evidence = "a" // named, but the answer never came
	if err := d.root.flush(); err != nil || len(k.kept["a"].Marks) != 2 {
		t.Errorf("%d marks are kept (%v), want both", len(k.kept["a"].Marks), err)
	}
}

func TestTroubleWithTheKeptMarksIsSaid(t *testing.T) {
	k := &drawer{kept: map[string]State{}, note: "they were set aside"}
	drive(t, keepingOptions(t, k, "a"), 80, 24).sees("they were set aside")
	k = &drawer{kept: map[string]State{}, unwritten: errors.New("no space left")}
	drive(t, keepingOptions(t, k, "a"), 80, 24).press("3", "space").sees("marks and dismissals are not kept for the next run: no space left", "3 marked")
	k = &drawer{kept: map[string]State{}, unread: errors.New("permission denied")}
	d := drive(t, keepingOptions(t, k, "a"), 80, 24).sees("permission denied").press("3", "space")
	if err := d.root.flush(); err != nil || k.saves != 0 {
		t.Errorf("what could not be read was written over (%d saves, %v)", k.saves, err)
	}
}

// What could not be written is tried again when the UI ends: by then there may
// be room, or else who left it is told where it stays to be read.
func TestWhatCouldNotBeKeptIsTriedAgainAtTheEnd(t *testing.T) {
	full := errors.New("no space left")
	k := &drawer{kept: map[string]State{}, unwritten: full}
	d := drive(t, keepingOptions(t, k, "a"), 80, 24).press("3", "space")
	if err := d.root.flush(); !errors.Is(err, full) {
		t.Errorf("at the end nothing is said: %v", err)
	}
	k.unwritten = nil
	if err := d.root.flush(); err != nil || len(k.kept["a"].Marks) == 0 {
		t.Errorf("with room again %d marks are kept, %v", len(k.kept["a"].Marks), err)
	}
	saves := k.saves
	if err := d.root.flush(); err != nil || k.saves != saves {
		t.Errorf("what is kept is written again: %d saves, %v", k.saves-saves, err)
	}
}

// What was written in part is written: it is not tried again, and not called lost.
func TestWhatIsKeptInPartIsNotCalledLost(t *testing.T) {
	k := &drawer{kept: map[string]State{}, unwritten: fmt.Errorf("%w: 3 marks are too many", ErrKeptInPart)}
	d := drive(t, keepingOptions(t, k, "a"), 80, 24).press("3")
	d.root.after = nothingLater
	d.press("space")
	d.run(d.root.save())
	if got, want := d.root.message, "not all marks and dismissals are kept for the next run: 3 marks are too many"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	saves := k.saves
	if err := d.root.flush(); err != nil || k.saves != saves {
		t.Errorf("it is written again: %d saves, %v", k.saves-saves, err)
	}
}

func TestASaveThatIsOvertakenDoesNotUndoALaterOne(t *testing.T) {
	k := &drawer{kept: map[string]State{}}
	d := drive(t, keepingOptions(t, k, "a"), 80, 24).press("f", "3")
	d.root.after = nothingLater
	d.press("space")
	late := d.root.save()
	d.press("space")
	d.run(d.root.save())
	d.run(late)
	if n := len(k.kept["a"].Marks); n != 2 {
		t.Errorf("%d marks are kept, want 2", n)
	}
}
