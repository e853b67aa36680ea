package tui

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"spoor/model/event"
	"spoor/model/findings"
)

// State is what a run leaves to the next one on the same evidence. Filters are
// no part of it: one that is not seen hides evidence.
type State struct {
	Marks     []Mark
	Dismissed []findings.Dismissal // findings that were set aside
}

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
	// Save writes the state. It returns an [ErrKeptInPart] where that is too much
	// to be kept as a whole.
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
	noted    int    // the version of the state that is or will be written
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

// version counts the changes of what is kept.
func (r *root) version() int { return r.marks.version + r.aside.version }

// takeBack adds the marks and dismissals of an earlier run to those that were
// set meanwhile.
func (r *root) takeBack(m restoredMsg) tea.Cmd {
	k := &r.keeping
	if k.restored {
		return nil
	}
	if m.err != nil {
		k.keeper = nil
		r.message = m.err.Error()
		return nil
	}
	k.restored = true
	before := r.version()
	for _, mark := range m.state.Marks {
		if hash, err := strconv.ParseUint(mark.Session, 16, 64); err == nil {
			r.marks.set(sessionRef{hash, mark.Logon}, true)
		}
	}
	r.marks.earlier = len(m.state.Marks)
	for _, d := range m.state.Dismissed {
		if _, now := r.aside.byID[d.ID]; !now {
			r.aside.set(d, true)
		}
	}
	if before == 0 { // what is there is what is kept
		k.noted, k.saved = r.version(), r.version()
	}
	if r.message = m.note; r.message == "" {
		r.message = r.fromEarlier(len(m.state.Dismissed))
	}
	if len(m.state.Dismissed) == 0 {
		return nil
	}
	return r.look(r.view.snap, r.view.zone, r.view.all)
}

// fromEarlier says what an earlier run left.
func (r *root) fromEarlier(dismissed int) string {
	var said []string
	if n := r.marks.earlier; n > 0 {
		said = append(said, count(n, "mark", "marks")+" from an earlier run; "+r.keys.of("clear-marks")+" clears")
	}
	if dismissed > 0 {
		said = append(said, count(dismissed, "finding", "findings")+" dismissed in an earlier run")
	}
	return strings.Join(said, "; ")
}

// keep plans to write what has changed.
func (r *root) keep() tea.Cmd {
	k := &r.keeping
	if !k.restored || k.planned || k.noted == r.version() {
		return nil
	}
	k.planned = true
	return r.after(saveTime, saveMsg{})
}

// save writes the state as it is now, beside the UI.
func (r *root) save() tea.Cmd {
	k := &r.keeping
	k.planned, k.noted = false, r.version()
	state, version := r.state(), r.version()
	return func() tea.Msg {
		if err := k.write(state(), version); err != nil {
			return unkeptMsg{err}
		}
		return nil
	}
}

// write saves a version unless it or a later one was: one that could not be is
// tried again when the UI ends, and told of where it stays to be read.
func (k *keeping) write(s State, version int) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if version <= k.saved {
		return nil
	}
	err := k.keeper.Save(k.evidence, s)
	if err == nil || errors.Is(err, ErrKeptInPart) {
		k.saved = version
	}
	return err
}

// flush writes what was not yet written when the UI ended, however it did.
func (r *root) flush() error {
	k := &r.keeping
	if k.keeper == nil || k.evidence == "" || r.version() == 0 {
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
	return k.write(r.state()(), r.version())
}

// state returns what makes, beside the UI if need be, what is kept now, in an
// order of its own.
func (r *root) state() func() State {
	dismissed, sessions := r.aside.list(), r.marks.sessions.clone()
	return func() State {
		s := State{Dismissed: dismissed}
		for ref := range sessions.all() {
			s.Marks = append(s.Marks, Mark{ref.id(), ref.logon})
		}
		slices.SortFunc(s.Marks, func(a, b Mark) int {
			return cmp.Or(cmp.Compare(a.Session, b.Session), cmp.Compare(a.Logon, b.Logon))
		})
		return s
	}
}
