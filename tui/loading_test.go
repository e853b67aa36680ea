package tui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"spoor/model"
	"spoor/model/event"
)

func snapshots(t *testing.T, logs []log) []*model.Snapshot {
	var out []*model.Snapshot
	loader, _ := load(t, logs)
	loader(t.Context(), func(p Progress) {
		if p.Snapshot != nil {
			out = append(out, p.Snapshot)
		}
	})
	return out
}

// idle is a UI whose loader does nothing until it is stopped.
func idle(t *testing.T) *driver {
	o := options(t, story())
	o.Load = nil
	d := &driver{t: t, root: newRoot(t.Context(), o)}
	d.root.loading.load = func(ctx context.Context, _ func(Progress)) { <-ctx.Done() }
	d.root.after = nothingLater
	t.Cleanup(d.root.join)
	d.send(tea.WindowSizeMsg{Width: 160, Height: 24})
	d.root.loading.start()
	d.root.started = true
	return d
}

// progress delivers progress without waiting for more.
func (d *driver) progress(p Progress) *driver {
	d.root.Update(progressMsg(p))
	return d
}

func TestUsersShowWhileTheRestLoads(t *testing.T) {
	snaps := snapshots(t, story())
	d := idle(t).sees("working")
	d.progress(Progress{Snapshot: snaps[0], Done: 40, Total: 100, Files: 1, TotalFiles: 3})
	d.sees(`EXAMPLE\bob`, "loading 40% 40 of 100 B").misses(`EXAMPLE\alice`)
	d.progress(Progress{Done: 60, Total: 100, Files: 1, TotalFiles: 3}).sees(`EXAMPLE\bob`, "loading 60%")
	d.progress(Progress{Snapshot: snaps[3], Done: 100, Total: 100, Files: 3, TotalFiles: 3, Finished: true})
	d.sees(`EXAMPLE\alice`).misses("loading")
	if c := d.chosen(); c == "" || !contains(c, "bob") {
		t.Errorf("the cursor left bob for %q", c)
	}
}

func TestProgressIsInBytesWithTheTimeLeft(t *testing.T) {
	clock := now
	o := options(t, story())
	o.Now = func() time.Time { return clock }
	for _, c := range []struct {
		after       time.Duration
		done, total int64
		want        string
	}{
		{time.Second, 1_000_000, 4_000_000, "loading 25% 1.0 of 4.0 MB  "},
		{10 * time.Second, 1_200_000_000, 3_400_000_000, "loading 35% 1.2 of 3.4 GB  about 20 s left"},
		{time.Minute, 1_000_000_000, 10_000_000_000, "loading 10% 1.0 of 10.0 GB  about 9 min left"},
		{time.Hour, 1_000, 4_000, "loading 25% 1.0 of 4.0 kB  about 3 h left"},
		{time.Minute, 95, 100, "loading 95% 95 of 100 B  a few s left"},
		{time.Minute, 0, 100, "loading 0% 0 of 100 B  "},
		{time.Minute, 200, 100, "loading 99% 200 of 100 B  "},
	} {
		clock = now
		d := &driver{t: t, root: newRoot(t.Context(), o)}
		d.root.after = nothingLater
		d.send(tea.WindowSizeMsg{Width: 120, Height: 24})
		d.root.started, d.root.began = true, clock
		clock = clock.Add(c.after)
		d.progress(Progress{Done: c.done, Total: c.total}).sees(c.want)
		d.root.join()
	}
}

func TestDamageAndNotesAreCounted(t *testing.T) {
	b := model.NewBuilder(event.NewSchemas())
	b.AddFile(event.File{ID: 0, Name: "a.evtx"})
	for _, note := range []bool{true, false, true} {
		b.AddDamage(event.Damage{Name: "a.evtx", Chunk: -1, Offset: -1, Reason: "odd", Note: note})
	}
	b.FileDone(event.FileStats{File: 0})
	idle(t).progress(Progress{Snapshot: b.Finish(), Finished: true}).sees("1 damaged  2 notes (8)").misses("not read")
}

// A file that could not be opened is not a damaged one: nothing of it is known.
func TestFilesThatWereNotReadAreCountedApart(t *testing.T) {
	b := model.NewBuilder(event.NewSchemas())
	for id, name := range []string{"a.evtx", "b.evtx", "c.evtx"} {
		b.AddFile(event.File{ID: event.FileID(id), Name: name})
	}
	b.AddDamage(event.Damage{File: 0, Name: "a.evtx", Chunk: 3, Offset: -1, Reason: "odd"})
	b.FileDone(event.FileStats{File: 0})
	for id, name := range []string{1: "b.evtx", 2: "c.evtx"} {
		if name != "" {
			b.AddDamage(event.Damage{File: event.FileID(id), Name: name, Chunk: -1, Offset: -1, Reason: "permission denied"})
		}
	}
	idle(t).progress(Progress{Snapshot: b.Finish(), Finished: true}).sees("2 files not read  1 damaged (8)").
		press("8").sees("a.evtx", "1 damaged", "b.evtx", "not read")
}

func TestLevelsBelowFollowTheSnapshots(t *testing.T) {
	snaps := snapshots(t, story())
	d := idle(t)
	d.progress(Progress{Snapshot: snaps[0], Total: 100, TotalFiles: 3})
	d.press("enter", "enter", "enter").sees("0x51000")
	d.progress(Progress{Snapshot: snaps[3], Total: 100, Finished: true}).sees("0x51000", "9")
	d.press("esc", "esc", "esc").sees(`EXAMPLE\alice`, "2 accounts")
}

func TestStopKeepsWhatIsThere(t *testing.T) {
	snaps := snapshots(t, story())
	d := idle(t).progress(Progress{Snapshot: snaps[0], Done: 1, Total: 100, TotalFiles: 3})
	d.press("X").sees("stopping")
	<-d.root.loading.done
	d.send(d.root.loading.wait())
	d.sees("stopped", `EXAMPLE\bob`).press("X").sees("nothing is loading")
}

func TestNothingReadSaysWhy(t *testing.T) {
	d := idle(t).progress(Progress{Finished: true, Err: errors.New("nothing could be read")})
	d.sees("nothing could be read; 8 lists what was tried")
	if n := strings.Count(d.screen(), "nothing could be read"); n != 1 {
		t.Errorf("it is said %d times", n)
	}
	d.press("8").sees("nothing could be read").misses("8 lists")
}

func TestEmptyListsSayWhyAndWhatToDo(t *testing.T) {
	empty := model.NewBuilder(event.NewSchemas()).Finish()
	d := idle(t).progress(Progress{Snapshot: empty, Finished: true})
	d.sees("no event here speaks of a logon", "8 shows what was read")
	for root, why := range map[string]string{"2": "no event here names a host", "3": "no session is in the evidence", "4": "Where it is not audited", "8": "no file was found"} {
		d.press(root).sees(why)
	}
}

func TestProgressIsCoalescedAndLosesNoSnapshot(t *testing.T) {
	snap := snapshots(t, story())[0]
	l := newLoading(t.Context(), nil)
	l.publish(Progress{Snapshot: snap, Done: 1})
	l.publish(Progress{Done: 2})
	l.publish(Progress{Done: 3})
	m, ok := l.wait().(progressMsg)
	if !ok || m.Done != 3 || m.Snapshot != snap {
		t.Errorf("got %+v", m)
	}
	l.join()
}

// A search that is overtaken must not put its rows on the screen.
func TestOvertakenResultsAreDropped(t *testing.T) {
	d := drive(t, options(t, story()), 80, 24).press("/")
	d.root.after = nothingLater
	_, slow := d.root.Update(key("b"))
	late := first(slow) // it had ended before it was overtaken
	_, fast := d.root.Update(key("backspace"))
	d.run(fast)
	before := d.screen()
	d.send(late)
	d.run(slow)
	if d.screen() != before {
		t.Errorf("the screen was\n%s\nand is\n%s", before, d.screen())
	}
}

// Enter right behind what was typed must go into what it finds, however late
// the rows come.
func TestKeysWaitForTheRowsTheyActOn(t *testing.T) {
	d := drive(t, options(t, story()), 80, 24).press("/")
	d.root.after = nothingLater
	var late []tea.Cmd
	for _, k := range []string{"b", "o", "b", "enter", "enter"} {
		_, cmd := d.root.Update(key(k))
		late = append(late, cmd)
	}
	d.sees("users").misses("WS07.example")
	for _, cmd := range late {
		d.run(cmd)
	}
	d.sees(`users › EXAMPLE\bob › WS07`, "1 session")
}

func TestGivingAFilterUpLeavesTheCursorOnWhatItFound(t *testing.T) {
	d := drive(t, options(t, story()), 80, 24).press("/")
	d.root.after = nothingLater
	_, late := d.root.Update(key("a"))
	d.press("esc", "esc")
	d.run(late)
	if d.misses("narrowed"); !strings.Contains(d.chosen(), "alice") {
		t.Errorf("the cursor is on %q", d.chosen())
	}
}

func TestDetailsWaitWhileAKeyIsHeld(t *testing.T) {
	d := drive(t, options(t, story()), 80, 24)
	d.root.after = nothingLater
	before := d.root.top().pageKey
	if d.press("down"); d.root.top().pageKey != before {
		t.Error("the details followed at once")
	}
	if d.send(restMsg{d.root.resting - 1}); d.root.top().pageKey != before {
		t.Error("the details followed although the cursor moved on")
	}
	if d.send(restMsg{d.root.resting}); d.root.top().pageKey == before {
		t.Error("the details did not follow when the cursor rested")
	}
}

// Snapshots come four times a second: each would end the search before it, and
// none would ever show.
func TestANewerSnapshotWaitsForTheSearchThatRuns(t *testing.T) {
	snaps := snapshots(t, story())
	d := idle(t).progress(Progress{Snapshot: snaps[0], Total: 100})
	d.press("/")
	d.root.after = nothingLater
	_, search := d.root.Update(key("b"))
	d.progress(Progress{Snapshot: snaps[1], Total: 100})
	found := first(search)
	if out, ok := found.(outcome); !ok || out.err != nil {
		t.Fatalf("the search was ended: %v", found)
	}
	d.send(found)
	d.sees("1 of ", `narrowed by "b"`)
	if d.root.top().view != d.root.view {
		t.Error("the newer snapshot was not taken up afterwards")
	}
}

// first runs the first of the commands that a key gave.
func first(cmd tea.Cmd) tea.Msg {
	m := cmd()
	if batch, ok := m.(tea.BatchMsg); ok {
		return batch[0]()
	}
	return m
}

func TestLongWorkSaysSoAndTwoEscapesEndTheWait(t *testing.T) {
	d := drive(t, options(t, story()), 100, 24).press("/")
	d.root.after = nothingLater
	_, search := d.root.Update(key("b"))
	l := d.root.top()
	d.misses("working")
	d.send(lateMsg{l, l.generation - 1})
	d.misses("working")
	d.send(lateMsg{l, l.generation})
	d.sees("working (esc esc")
	d.press("enter", "esc").sees("/b")
	if d.press("esc"); l.input != nil {
		t.Error("the second escape did not leave the input")
	}
	d.root.top().late = false
	if d.quit {
		t.Error("a key that waited was pressed after all")
	}
	d.run(search)
	d.sees("1 of 2 accounts").misses("working")
}

func TestALimitThatEndedReadingIsSaid(t *testing.T) {
	snaps := snapshots(t, story())
	d := idle(t)
	d.progress(Progress{Snapshot: snaps[0], Done: 100, Total: 100, Files: 3, TotalFiles: 3, Finished: true, Reached: "memory is used up; read fewer files"})
	d.sees(`EXAMPLE\bob`, "memory is used up; read fewer files").misses("loading")
	d.press("down").misses("memory is used up")
}
