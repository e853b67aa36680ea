package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"spoor/model"
)

// marks are the sessions that were marked, by ID, so that they outlive
// snapshots, filters and levels.
type marks struct{ ids map[string]bool }

func newMarks() marks { return marks{ids: map[string]bool{}} }

func (m marks) count() int         { return len(m.ids) }
func (m marks) has(id string) bool { return m.ids[id] }

func (m marks) set(id string, on bool) {
	if on {
		m.ids[id] = true
	} else {
		delete(m.ids, id)
	}
}

// follow carries marks over to a new snapshot: more evidence can move the
// record that gives a session its ID, and the old ID stays an alias.
func (m marks) follow(snap *model.Snapshot) {
	for id := range m.ids {
		found, err := snap.FindSessions(id)
		if err != nil || len(found) != 1 {
			continue // its evidence is not read yet
		}
		if now := snap.Session(found[0]).ID; now != id {
			delete(m.ids, id)
			m.ids[now] = true
		}
	}
}

// sessions returns the marked sessions of a snapshot, oldest first.
func (m marks) sessions(snap *model.Snapshot) []model.SessionRow {
	var out []model.SessionRow
	for id := range m.ids {
		if found, err := snap.FindSessions(id); err == nil {
			out = append(out, found...)
		}
	}
	slices.SortFunc(out, func(a, b model.SessionRow) int {
		x, y := snap.Session(a), snap.Session(b)
		if x.Start != y.Start {
			if x.Start < y.Start {
				return -1
			}
			return 1
		}
		return int(int64(a) - int64(b))
	})
	return slices.Compact(out)
}

// sessionAt returns the ID of the session at a place of l.
func (r *root) sessionAt(l *list, place int) (string, bool) {
	s, ok := l.rows.session(int(l.shown[place]))
	if !ok {
		return "", false
	}
	return l.view.snap.Session(s).ID, true
}

// mark turns the mark of the selected session and goes to the next row.
func (r *root) mark() tea.Cmd {
	l := r.top()
	if id, ok := r.sessionAt(l, l.window.Cursor()); ok {
		r.marks.set(id, !r.marks.has(id))
	}
	return r.move(func(l *list) { l.window.Move(1) })
}

// markRange remembers one end of a range and marks it from the other.
func (r *root) markRange() tea.Cmd {
	l := r.top()
	key, _ := l.selected()
	if l.from == "" {
		l.from = key
		r.message = "a range begins here; V at its other end marks it"
		return nil
	}
	from, to := l.find(l.from, l.window.Cursor()), l.window.Cursor()
	l.from = ""
	if from < 0 {
		r.message = "the range's first row is not in the list any more"
		return nil
	}
	for place := min(from, to); place <= max(from, to); place++ {
		if id, ok := r.sessionAt(l, place); ok {
			r.marks.set(id, true)
		}
	}
	r.message = count(r.marks.count(), "session is marked", "sessions are marked")
	return nil
}

func (r *root) invertMarks() tea.Cmd {
	l := r.top()
	for place := range l.shown {
		if id, ok := r.sessionAt(l, place); ok {
			r.marks.set(id, !r.marks.has(id))
		}
	}
	r.message = count(r.marks.count(), "session is marked", "sessions are marked")
	return nil
}

func (r *root) clearMarks() tea.Cmd {
	r.message = count(r.marks.count(), "mark cleared", "marks cleared")
	clear(r.marks.ids)
	return nil
}
