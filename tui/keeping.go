package tui

import (
	"cmp"
	"slices"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"spoor/model/event"
)

// State is what a run leaves to the next one on the same evidence. Filters are
// no part of it: one that is not seen hides evidence.
type State struct{ Marks []Mark }

// Mark names a marked session.
type Mark struct {
	Session string
	Logon   event.LogonID // 0 where the session has none
}

// Keeper keeps state between runs, apart for each evidence. One method is
// called at a time.
type Keeper interface {
	// Restore returns what was kept; the zero State where nothing was. The
	// note, a whole clause, says what became of what was damaged. After an
	// error nothing is saved: what is there stays.
	Restore(evidence string) (s State, note string, err error)
	Save(evidence string, s State) error
}

// saveTime is how long a change may wait to be written.
const saveTime = 250 * time.Millisecond

// keeping carries state to a keeper as it changes. Only Update and, once the
// UI has ended, flush write it; mu guards what commands share.
type keeping struct {
	keeper   Keeper
	evidence string // "" until the loader names it
	restored bool   // before, a save would overwrite what was kept
	noted    int    // the version of the marks that is or will be written
	planned  bool   // a save comes

	mu    sync.Mutex
	saved int // the version that was written
}

type (
	restoredMsg struct {
		state State
		note  string
		err   error
	}
	saveMsg   struct{}
	unkeptMsg struct{ err error }
)

// restore asks for what was kept, once the loader has named the evidence.
func (r *root) restore(evidence string) tea.Cmd {
	k := &r.keeping
	if k.keeper == nil || evidence == "" || k.evidence != "" {
		return nil
	}
	k.evidence = evidence
	return func() tea.Msg {
		k.mu.Lock()
		defer k.mu.Unlock()
		state, note, err := k.keeper.Restore(evidence)
		return restoredMsg{state, note, err}
	}
}

// takeBack adds the marks of an earlier run to those that were set meanwhile.
func (r *root) takeBack(m restoredMsg) {
	k := &r.keeping
	if k.restored {
		return
	}
	if m.err != nil {
		k.keeper = nil
		r.message = m.err.Error()
		return
	}
	k.restored = true
	before := r.marks.version
	for _, mark := range m.state.Marks {
		r.marks.set(sessionRef{mark.Session, mark.Logon}, true)
	}
	r.marks.earlier = len(m.state.Marks)
	if before == 0 { // what is there is what is kept
		k.noted, k.saved = r.marks.version, r.marks.version
	}
	switch {
	case m.note != "":
		r.message = m.note
	case r.marks.earlier > 0:
		r.message = count(r.marks.earlier, "mark", "marks") + " from an earlier run; " + r.keys.of("clear-marks") + " clears"
	}
}

// keep plans to write what has changed.
func (r *root) keep() tea.Cmd {
	k := &r.keeping
	if !k.restored || k.planned || k.noted == r.marks.version {
		return nil
	}
	k.planned = true
	return r.after(saveTime, saveMsg{})
}

// save writes the state as it is now, beside the UI.
func (r *root) save() tea.Cmd {
	k := &r.keeping
	k.planned, k.noted = false, r.marks.version
	state, version := r.state(), r.marks.version
	return func() tea.Msg {
		if err := k.write(state, version); err != nil {
			return unkeptMsg{err}
		}
		return nil
	}
}

// write saves a version unless a later one was.
func (k *keeping) write(s State, version int) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if version <= k.saved {
		return nil
	}
	k.saved = version
	return k.keeper.Save(k.evidence, s)
}

// flush writes what was not yet written when the UI ended, however it did.
func (r *root) flush() error {
	k := &r.keeping
	if k.keeper == nil || k.evidence == "" || r.marks.version == 0 {
		return nil
	}
	if !k.restored {
		k.mu.Lock()
		state, note, err := k.keeper.Restore(k.evidence)
		k.mu.Unlock()
		if err != nil {
			return err
		}
		r.takeBack(restoredMsg{state, note, nil})
	}
	return k.write(r.state(), r.marks.version)
}

// state is what is kept, in an order of its own.
func (r *root) state() State {
	var s State
	for ref := range r.marks.sessions {
		s.Marks = append(s.Marks, Mark{ref.id, ref.logon})
	}
	slices.SortFunc(s.Marks, func(a, b Mark) int {
		return cmp.Or(cmp.Compare(a.Session, b.Session), cmp.Compare(a.Logon, b.Logon))
	})
	return s
}
