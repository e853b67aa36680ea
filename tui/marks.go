package tui

import (
	"cmp"
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"

	"spoor/model"
)

// marks are the sessions that were marked, so that they outlive snapshots,
// filters and levels.
type marks struct {
	sessions map[sessionRef]bool
	version  int // counts the changes
	earlier  int // how many an earlier run set, until they are cleared
	// before is what was marked before many were changed at once; nil where
	// none were.
	before map[sessionRef]bool
}

func newMarks() marks { return marks{sessions: map[sessionRef]bool{}} }

func (m marks) count() int              { return len(m.sessions) }
func (m marks) has(ref sessionRef) bool { return m.sessions[ref] }

// among counts the marked ones of some sessions.
func (m marks) among(refs []sessionRef) int {
	n := 0
	for _, ref := range refs {
		if m.has(ref) {
			n++
		}
	}
	return n
}

func (m *marks) set(ref sessionRef, on bool) {
	m.version++
	if on {
		m.sessions[ref] = true
	} else {
		delete(m.sessions, ref)
	}
}

// remember keeps what is marked for [marks.undo].
func (m *marks) remember() { m.before = maps.Clone(m.sessions) }

// undo exchanges what is marked with what was before.
func (m *marks) undo() {
	m.version++
	m.sessions, m.before = m.before, m.sessions
}

// follow carries marks over to a new snapshot: more evidence can move the
// record that gives a session its ID, and the old ID stays an alias. A session
// whose evidence is not there (any more) keeps its mark.
func (m *marks) follow(snap *model.Snapshot) {
	for _, set := range [...]map[sessionRef]bool{m.sessions, m.before} {
		for ref := range set {
			row, ok := ref.row(snap)
			if !ok {
				continue
			}
			if now := refOf(snap, row); now != ref {
				delete(set, ref)
				set[now] = true
				m.version++
			}
		}
	}
}

// rows returns the marked sessions of a snapshot, oldest first.
func (m marks) rows(snap *model.Snapshot) []model.SessionRow {
	var found []model.SessionRow
	for ref := range m.sessions {
		if row, ok := ref.row(snap); ok {
			found = append(found, row)
		}
	}
	slices.SortFunc(found, func(a, b model.SessionRow) int {
		return cmp.Or(cmp.Compare(snap.SessionStart(a), snap.SessionStart(b)), cmp.Compare(a, b))
	})
	return slices.Compact(found)
}

// sessionsOf names the sessions that a row of l stands for.
func (l *list) sessionsOf(row int) []sessionRef {
	var out []sessionRef
	for _, s := range l.rows.sessions(row) {
		out = append(out, refOf(l.view.snap, s))
	}
	return out
}

// sessionsAt names the sessions that a place of l stands for.
func (l *list) sessionsAt(place int) []sessionRef { return l.sessionsOf(int(l.shown[place])) }

// mark turns the mark of the selected session, or of all of a run's, and goes
// to the next row.
func (r *root) mark() tea.Cmd {
	l := r.top()
	if refs := l.sessionsAt(l.window.Cursor()); len(refs) > 0 {
		on := r.marks.among(refs) < len(refs)
		for _, ref := range refs {
			r.marks.set(ref, on)
		}
	}
	return r.move(func(l *list) { l.window.Move(1) })
}

// markRange remembers one end of a range and marks it from the other.
func (r *root) markRange() tea.Cmd {
	l := r.top()
	key, _ := l.selected()
	if l.from == "" {
		l.from = key
		r.message = "a range begins here; " + r.keys.of("mark-range") + " at its other end marks it, " + r.keys.of("close") + " gives it up"
		return nil
	}
	from, to := l.find(l.from, l.window.Cursor()), l.window.Cursor()
	l.from = ""
	if from < 0 {
		r.message = "the range's first row is not in the list any more"
		return nil
	}
	r.marks.remember()
	for place := min(from, to); place <= max(from, to); place++ {
		for _, ref := range l.sessionsAt(place) {
			r.marks.set(ref, true)
		}
	}
	r.message = count(r.marks.count(), "session is marked", "sessions are marked")
	return nil
}

func (r *root) invertMarks() tea.Cmd {
	l := r.top()
	r.marks.remember()
	for place := range l.shown {
		for _, ref := range l.sessionsAt(place) {
			r.marks.set(ref, !r.marks.has(ref))
		}
	}
	r.message = count(r.marks.count(), "session is marked", "sessions are marked")
	return nil
}

func (r *root) clearMarks() tea.Cmd {
	r.message = count(r.marks.count(), "mark cleared", "marks cleared") + "; " + r.keys.of("undo-marks") + " brings them back"
	r.marks.before, r.marks.sessions = r.marks.sessions, map[sessionRef]bool{}
	r.marks.version, r.marks.earlier = r.marks.version+1, 0
	return nil
}

func (r *root) undoMarks() tea.Cmd {
	r.marks.undo()
	r.message = "as before: " + count(r.marks.count(), "session is marked", "sessions are marked")
	return nil
}
