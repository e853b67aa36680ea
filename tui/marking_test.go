package tui

import (
	"context"
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"

	"spoor/model"
	"spoor/model/findings"
)

// manySessions is a list of all sessions of an estate, one by one, that is too
// large to be marked while one waits.
func manySessions(t *testing.T) *driver {
	d := estateOf(t, 20_500)
	return d.press("a", "f", "3", "g")
}

// later presses a key and returns what it does beside Update.
func (d *driver) later(name string) tea.Cmd {
	_, cmd := d.root.Update(key(name))
	return cmd
}

func TestMarksAreChangedInTheOrderOfTheKeys(t *testing.T) {
	d := manySessions(t)
	all := d.root.view.snap.SessionCount()
	first := d.later("*")
	d.press("*") // waits for the first, and takes it back
	d.sees("marking").run(first)
	if n := d.root.marks.count(); n != 0 {
		t.Errorf("inverted twice, %d of %d sessions are marked", n, all)
	}
	first = d.later("*")
	d.press("space")
	d.run(first)
	if n := d.root.marks.count(); n != all-1 {
		t.Errorf("of all but one session %d of %d are marked", n, all)
	}
	d.press("u")
	first = d.later("*")
	d.press("U")
	d.run(first)
	if n := d.root.marks.count(); n != 0 {
		t.Errorf("inverted and taken back, %d sessions are marked", n)
	}
}

func TestMarkingIsGivenUpByTwoEscapes(t *testing.T) {
	d := manySessions(t).press("space")
	all := d.later("*")
	d.press("e", "esc", "esc").sees("given up").misses("marking")
	d.run(all)
	if n := d.root.marks.count(); n != 1 || d.root.sheet != nil {
		t.Errorf("%d sessions are marked, want the one from before", n)
	}
	d.press("e").sees("export 1 marked session")
}

// Marks of an earlier run come when they come.
func TestMarksThatComeMeanwhileAreChangedToo(t *testing.T) {
	d := manySessions(t)
	snap := d.root.view.snap
	ref := refOf(snap, snap.Sessions(model.None, model.None)[0])
	d.root.keeping.keeper, d.root.keeping.evidence = &drawer{kept: map[string]State{}}, "x"
	all := d.later("*")
	d.send(restoredMsg{state: State{Marks: []Mark{{ref.id(), ref.logon}}}})
	d.press("e") // waits
	d.run(all)
	if n, want := d.root.marks.count(), snap.SessionCount()-1; n != want || d.root.marks.sessions.has(ref) {
		t.Errorf("%d sessions are marked, want all %d but the one from before", n, want)
	}
	d.sees("export ", " marked sessions")
}

// What the palette runs waits as its key does.
func TestThePaletteWaitsForMarks(t *testing.T) {
	d := manySessions(t)
	all := d.later("*")
	d.press(":", "export the marked", "enter").misses("(none is marked)")
	d.run(all)
	d.sees("export ", " marked sessions")
}

// A filter can find more than are shown.
func TestInvertingMarksAllThatAFilterFound(t *testing.T) {
	d := estateOf(t, 60_000).press("a", "f", "3", "/", "kind:network", "tab")
	l := d.root.top()
	if len(l.shown) >= l.total {
		t.Fatalf("all of %d are shown", l.total)
	}
	d.press("*")
	if n := d.root.marks.count(); n != l.total {
		t.Errorf("%d sessions are marked, found were %d", n, l.total)
	}
}

func TestARangeIsAsLongAsTheList(t *testing.T) {
	rows := &listing[int]{count: 3 * searchedAround, fetch: func(i int) int { return i }, id: func(i int) string { return thousands(i) }}
	l := &list{rows: rows, shown: make([]uint32, rows.len())}
	for i := range l.shown {
		l.shown[i] = uint32(i)
	}
	if at := l.place(thousands(0)); at != 0 {
		t.Errorf("the first row is at %d", at)
	}
}

// A finding lists the first of its sessions, and counts all.
func TestMarkingAFindingMarksAllOfItsSessions(t *testing.T) {
	o := options(t, story())
	o.Find = func(_ context.Context, snap *model.Snapshot) *findings.Set {
		all := snap.Sessions(model.None, model.None)
		set := findings.NewSet([]findings.Finding{{ID: "00000000000000aa", Title: "Many", Account: model.None, Source: model.Place{Host: model.None}, Sessions: all, SessionCount: len(all)}}, findings.Thresholds{})
		set.All[0].Sessions = all[:1]
		return set
	}
	d := drive(t, o, 120, 40).press("7", "space")
	if n, all := d.root.marks.count(), d.root.view.snap.SessionCount(); n != all {
		t.Errorf("%d of the %d sessions of the finding are marked", n, all)
	}
	d.press("u", "V", "V", "e").sees("export " + thousands(d.root.view.snap.SessionCount()) + " marked sessions")
}

func TestSessionsAreMarkedWhereverARowIsAboutOne(t *testing.T) {
	for name, keys := range map[string][]string{
		"logon IDs": {"3", "enter"}, "events": {"3", "enter", "enter"}, "trail": {"6"}, "presence": {"2", "w", "enter"},
		"everywhere": {"ctrl+f", "0x51100", "tab"}, "timeline": {"5"},
	} {
		d := drive(t, options(t, story()), 100, 30).press("f", "/", "bob", "tab").press(keys...)
		if len(d.root.top().shown) == 0 {
			t.Fatalf("%s: nothing is there:\n%s", name, d.screen())
		}
		for range 9 {
			row, _ := d.root.top().row()
			if _, ok := d.root.top().rows.session(row); ok {
				break
			}
			d.press("down")
		}
		row, _ := d.root.top().row()
		d.press("space").sees("the session of the row is marked", "1 marked")
		want := d.root.top().rows.sessions(row)
		if got := d.root.marks.sessions.rows(d.root.view.snap); !slices.Equal(got, want) {
			t.Errorf("%s: %v is marked, the row is about %v", name, got, want)
		}
		if d.press("space").sees("no longer marked"); d.root.marks.count() != 0 {
			t.Errorf("%s: the mark is not taken back", name)
		}
	}
	drive(t, options(t, story()), 100, 30).press("4", "space").sees("only sessions are marked")
}

// An ID that moved while the list was still of the snapshot before.
func TestAMarkInAnEarlierListFollowsToTheSnapshotOfNow(t *testing.T) {
	logs := story()[:1]
	records := logs[0].records
	logs = []log{{"late.evtx", records[3:], 0}, {"early.evtx", records[:3], 0}}
	snaps := snapshots(t, logs)
	early, all := snaps[0], snaps[len(snaps)-1]
	d := idle(t).progress(Progress{Snapshot: early, Total: 1}).press("3", "/", "bob", "esc")
	d.root.after = nothingLater
	d.root.Update(progressMsg{Snapshot: all, Finished: true}) // the list itself is still being made
	if d.root.top().view.snap != early {
		t.Fatal("the list is of the new snapshot already")
	}
	d.press("space")
	for ref := range d.root.marks.sessions.all() {
		if row, ok := ref.row(all); !ok || refOf(all, row) != ref {
			t.Errorf("the mark is called %v, the session is not any more", ref)
		}
	}
}

// The marks of a run are counted once, and again when they change.
func TestTheMarksOfARunAreThoseOfItsSessions(t *testing.T) {
	d := drive(t, options(t, story()), 100, 30).press("f", "3")
	l := d.root.top()
	for _, few := range []bool{true, false} {
		m := &marks{}
		want := 0
		for place := range l.shown {
			row := int(l.shown[place])
			refs := l.sessionsOf(row)
			for i, ref := range refs {
				m.set(ref, true)
				if !few {
					m.shown.logons = nil
				}
				n, of := m.shown.among(m, l.view.snap, l.rows, row)
				if n != m.among(refs) || n < i+1 || of != len(refs) {
					t.Fatalf("row %d: %d of %d, want %d of %d", row, n, of, m.among(refs), len(refs))
				}
				want++
			}
		}
		if want == 0 {
			t.Fatal("no session is shown")
		}
	}
}
