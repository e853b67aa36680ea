package tui

import (
	"cmp"
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"spoor/model"
)

// marks are the sessions that were marked, so that they outlive snapshots,
// filters and levels.
type marks struct {
	sessions refSet
	version  int // counts the changes
	earlier  int // how many an earlier run set, until they are cleared
	// before is what was marked before many were changed at once; nil where
	// none were.
	before *refSet
	// stop ends what changes very many beside Update; nil where nothing does.
	stop context.CancelFunc
}

func (m *marks) count() int { return m.sessions.count }

// among counts the marked ones of some sessions.
func (m *marks) among(refs []sessionRef) int {
	n := 0
	for _, ref := range refs {
		if m.sessions.has(ref) {
			n++
		}
	}
	return n
}

func (m *marks) set(ref sessionRef, on bool) {
	m.version++
	m.sessions.set(ref, on)
}

// put takes a set over and keeps what is marked for [marks.undo].
func (m *marks) put(s refSet) {
	m.halt()
	m.version++
	before := m.sessions
	m.sessions, m.before = s, &before
}

// undo exchanges what is marked with what was before.
func (m *marks) undo() { m.put(*m.before) }

// halt ends what changes very many marks: it is overtaken.
func (m *marks) halt() {
	if m.stop != nil {
		m.stop()
		m.stop = nil
	}
}

// moved are the sessions of a set that are called otherwise in a snapshot: more
// evidence can move the record that gives a session its ID, and the old ID
// stays an alias. Unless all is true those are left out that are looked for
// among all records.
func moved(snap *model.Snapshot, all bool, sets ...refSet) map[sessionRef]sessionRef {
	out, lost, hashes := map[sessionRef]sessionRef{}, map[sessionRef]bool{}, map[uint64]bool{}
	for _, s := range sets {
		for ref := range s.all() {
			row, ok := ref.among(snap, snap.SessionsByHash(ref.hash, false))
			if !ok {
				lost[ref], hashes[ref.hash] = true, true
			} else if now := refOf(snap, row); now != ref {
				out[ref] = now
			}
		}
	}
	if !all {
		return out
	}
	earlier := snap.SessionsByEarlier(hashes)
	for ref := range lost {
		if row, ok := ref.among(snap, earlier[ref.hash]); ok {
			out[ref] = refOf(snap, row)
		}
	}
	return out
}

// movedMsg is what marked sessions are called now.
type movedMsg map[sessionRef]sessionRef

// follow carries marks over to a new snapshot. A session whose evidence is not
// there (any more) keeps its mark.
func (r *root) follow(snap *model.Snapshot) tea.Cmd {
	sets := []refSet{r.marks.sessions.clone()}
	if r.marks.before != nil {
		sets = append(sets, r.marks.before.clone())
	}
	if small(snap) {
		r.rename(moved(snap, true, sets...))
		return nil
	}
	if r.marks.count() == 0 && r.marks.before == nil {
		return nil
	}
	return func() tea.Msg { return movedMsg(moved(snap, !snap.Provisional(), sets...)) }
}

func (r *root) rename(names map[sessionRef]sessionRef) {
	for _, set := range [...]*refSet{&r.marks.sessions, r.marks.before} {
		for old, now := range names {
			if set != nil && set.has(old) {
				set.set(old, false)
				set.set(now, true)
				r.marks.version++
			}
		}
	}
}

// rows returns the sessions of a set that are in a snapshot, oldest first.
func (s *refSet) rows(snap *model.Snapshot) []model.SessionRow {
	var found []model.SessionRow
	for ref := range s.all() {
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
	r.marks.halt()
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
	return r.markMany(min(from, to), max(from, to)+1, func(s *refSet, ref sessionRef) { s.set(ref, true) })
}

func (r *root) invertMarks() tea.Cmd {
	return r.markMany(0, len(r.top().shown), func(s *refSet, ref sessionRef) { s.set(ref, !s.has(ref)) })
}

// markedMsg is what is marked after many were changed.
type markedMsg struct {
	set     refSet
	version int // of the marks that it began with
}

// fewRows is how many rows are marked at once while one waits for it.
const fewRows = 500

// markMany changes the marks of the rows from one place to before another:
// beside Update where they are very many, until another key changes marks.
func (r *root) markMany(from, to int, change func(*refSet, sessionRef)) tea.Cmd {
	l := r.top()
	r.marks.halt()
	snap, rows, shown, m := l.view.snap, l.rows, l.shown[from:to], markedMsg{r.marks.sessions.clone(), r.marks.version}
	run := func(ctx context.Context) tea.Msg {
		for place, row := range shown {
			if place%checkEvery == 0 && ctx.Err() != nil {
				return markedMsg{version: -1}
			}
			for _, s := range rows.sessions(int(row)) {
				change(&m.set, refOf(snap, s))
			}
		}
		if len(shown) > fewRows {
			m.set = m.set.flat()
		}
		return m
	}
	if len(shown) <= fewRows || l.view.small() {
		r.marked(run(r.ctx).(markedMsg))
		return nil
	}
	ctx, cancel := context.WithCancel(r.ctx)
	r.marks.stop = cancel
	r.message = "marking " + count(len(shown), "row", "rows")
	return func() tea.Msg {
		defer cancel()
		return run(ctx)
	}
}

// marked takes over what was marked, unless other marks were set meanwhile.
func (r *root) marked(m markedMsg) {
	if m.version != r.marks.version {
		r.message = "marks were changed meanwhile, so many at once were not"
		return
	}
	r.marks.stop = nil
	r.marks.put(m.set)
	r.message = count(r.marks.count(), "session is marked", "sessions are marked")
}

// marking reports whether very many marks are being changed.
func (m *marks) marking() bool { return m.stop != nil }

func (r *root) clearMarks() tea.Cmd {
	r.message = count(r.marks.count(), "mark cleared", "marks cleared") + "; " + r.keys.of("undo-marks") + " brings them back"
	r.marks.put(refSet{})
	r.marks.earlier = 0
	return nil
}

func (r *root) undoMarks() tea.Cmd {
	r.marks.undo()
	r.message = "as before: " + count(r.marks.count(), "session is marked", "sessions are marked")
	return nil
}
