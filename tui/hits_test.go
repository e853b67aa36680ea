package tui

import (
	"strings"
	"testing"
)

// What happened around a hit is seen once the filter is given up; the next hit
// is a key away.
func TestHitsAreGoneThroughOnceTheFilterIsGivenUp(t *testing.T) {
	d := drive(t, options(t, story()), 100, 30).press("f", "3", "n").sees("nothing was looked for here yet; / narrows")
	d.press("/", "alice", "tab", "n").sees("only what matches is shown; esc shows all again")
	narrowed := d.root.top().total
	d.press("g", "esc").sees(`n and b go to what matched "alice"`).misses("narrowed")
	all := len(d.root.top().shown)
	if narrowed < 2 || narrowed == all {
		t.Fatalf("%d of %d rows match: that shows nothing", narrowed, all)
	}
	for i := 1; i < narrowed; i++ {
		if d.press("n"); !strings.Contains(d.chosen(), "alice") {
			t.Errorf("hit %d is %q", i, d.chosen())
		}
	}
	last := d.chosen()
	d.press("n").sees(`no more that matched "alice" below`)
	for range narrowed - 1 {
		d.press("b")
	}
	if d.press("b").sees("above"); d.chosen() == last || !strings.Contains(d.chosen(), "alice") {
		t.Errorf("back at the first is %q", d.chosen())
	}
	// Sorting keeps them; rows that were made anew are others.
	d.press("s", "g")
	if d.press("n"); !strings.Contains(d.chosen(), "alice") {
		t.Errorf("sorted, a hit is %q", d.chosen())
	}
	d.press("f", "n").sees(`/ looks for "alice" again`)
}

func TestAWordAfterAnExclamationMarkLeavesRowsOut(t *testing.T) {
	d := drive(t, options(t, story()), 100, 30).press("f", "3", "/", "!alice", "tab").sees("narrowed", "bob").misses("alice  ")
	d.press("/", "kind:network !10.0.0", "tab").sees("none of ", "matches")
}

// Of what a session's cells do not show, a list says where it is looked for.
func TestASearchThatFindsNoSessionSaysWhatLooksAtWholeNames(t *testing.T) {
	d := drive(t, options(t, story()), 100, 30).press("3", "/", "S-1-5-21-9-9-9-9")
	d.sees("what is written after user: and", "host: is also looked for in SIDs and in full names")
	drive(t, options(t, story()), 100, 30).press("3", "/", "user:zzqx").misses("what is written after")
	drive(t, options(t, story()), 100, 30).press("1", "/", "zzqx").misses("what is written after")
}
