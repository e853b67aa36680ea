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
	before       *refSet
	beside       []besideRef // marked for this run; a slice is never written to
	besideBefore []besideRef
	job          *marking // what changes very many beside Update; nil where nothing does
	shown        markedRuns
}

// marking changes the marks of very many rows of a list.
type marking struct {
	snap   *model.Snapshot
	rows   rows
	shown  func(context.Context) []uint32 // of them
	change func(*refSet, sessionRef)
	cancel context.CancelFunc
}

func (m *marks) count() int { return m.sessions.count + len(m.beside) }

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
	m.sessions, m.before, m.besideBefore = s, &before, m.beside
}

// undo exchanges what is marked with what was before.
func (m *marks) undo() {
	beside := m.besideBefore
	m.put(*m.before)
	m.beside = beside
}

// halt gives up what changes very many marks.
func (m *marks) halt() {
	if m.job != nil {
		m.job.cancel()
		m.job = nil
	}
}

// marking reports whether very many marks are being changed.
func (m *marks) marking() bool { return m.job != nil }

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

// movedMsg is what marked sessions are called in a snapshot.
type movedMsg struct {
	snap  *model.Snapshot
	names map[sessionRef]sessionRef
}

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
	return func() tea.Msg { return movedMsg{snap, moved(snap, !snap.Provisional(), sets...)} }
}

// moved takes the names of marked sessions over, unless there is a newer
// snapshot: those that they have there are on their way, by the names from
// before.
func (r *root) moved(m movedMsg) {
	if m.snap == r.view.snap {
		r.rename(m.names)
	}
}

// catchUp carries marks over that were set in a list of an earlier snapshot.
func (r *root) catchUp(of *model.Snapshot) tea.Cmd {
	if of == r.view.snap {
		return nil
	}
	return r.follow(r.view.snap)
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

// besideAt names what a place of l is that is no session.
func (l *list) besideAt(place int) (besideRef, bool) { return l.rows.beside(int(l.shown[place])) }

// mark turns the mark of the selected session, or of all of a run's, and goes
// to the next row.
func (r *root) mark() tea.Cmd {
	l := r.top()
	refs := l.sessionsAt(l.window.Cursor())
	if ref, ok := l.besideAt(l.window.Cursor()); ok && len(refs) == 0 {
		r.markBeside(ref)
		return r.move(func(l *list) { l.window.Move(1) })
	}
	if len(refs) == 0 {
		r.message = "the row is no session, and none is marked"
		return nil
	}
	on := r.marks.among(refs) < len(refs)
	for _, ref := range refs {
		r.marks.set(ref, on)
	}
	follow := r.catchUp(l.view.snap)
	if !l.rows.about().sessions { // rows may share it
		r.message = "the session of the row is no longer marked"
		if on {
			r.message = "the session of the row is marked"
		}
		return follow
	}
	return tea.Batch(follow, r.move(func(l *list) { l.window.Move(1) }))
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
	from, to := l.place(l.from), l.window.Cursor()
	l.from = ""
	if from < 0 {
		r.message = "the range's first row is not in the list any more"
		return nil
	}
	return r.markMany(l.shown[min(from, to):max(from, to)+1], nil, func(s *refSet, ref sessionRef) { s.set(ref, true) })
}

// invertMarks inverts the marks of all rows that there are to see, and of those
// that a filter found but that are too many to be shown.
func (r *root) invertMarks() tea.Cmd {
	l := r.top()
	var all func(context.Context) []uint32
	if len(l.shown) < l.total {
		j := job{view: l.view, rows: l.rows, index: l.index, life: r.ctx, sort: l.sort, query: l.ran, order: l.order, printer: r.theme.printer, all: true}
		all = func(ctx context.Context) []uint32 { return j.run(ctx).shown }
	}
	return r.markMany(l.shown, all, func(s *refSet, ref sessionRef) { s.set(ref, !s.has(ref)) })
}

// markedMsg is what is marked after many were changed.
type markedMsg struct {
	job     *marking
	set     refSet
	version int // of the marks that it began with
}

// fewRows is how many rows are marked at once while one waits for it.
const fewRows = 500

// markMany changes the marks of rows that are shown, or of those that all
// finds: beside Update where they are very many.
func (r *root) markMany(shown []uint32, all func(context.Context) []uint32, change func(*refSet, sessionRef)) tea.Cmd {
	l := r.top()
	j := &marking{snap: l.view.snap, rows: l.rows, shown: all, change: change}
	if all == nil {
		j.shown = func(context.Context) []uint32 { return shown }
	}
	if all == nil && (len(shown) <= fewRows || l.view.small()) {
		r.marks.job = j
		j.cancel = func() {}
		return r.marked(j.run(r.ctx, &r.marks))
	}
	n := len(shown)
	if all != nil {
		n = l.total
	}
	r.message = "marking " + count(n, "row", "rows")
	return r.runMarking(j)
}

// runMarking changes marks beside Update, beginning with those of now.
func (r *root) runMarking(j *marking) tea.Cmd {
	ctx, cancel := context.WithCancel(r.ctx)
	j.cancel, r.marks.job = cancel, j
	m := marks{sessions: r.marks.sessions.clone(), version: r.marks.version}
	return func() tea.Msg {
		defer cancel()
		return j.run(ctx, &m)
	}
}

// run returns what is marked once j was done to some marks, which stay.
func (j *marking) run(ctx context.Context, from *marks) markedMsg {
	m, shown := markedMsg{j, from.sessions.clone(), from.version}, j.shown(ctx)
	if len(shown) > j.snap.SessionCount()/4 {
		j.snap.HashSessions()
	}
	for place, row := range shown {
		if place%checkEvery == 0 && ctx.Err() != nil {
			break // whoever cancelled it does not wait for it
		}
		for _, s := range j.rows.sessions(int(row)) {
			j.change(&m.set, refOf(j.snap, s))
		}
	}
	if len(shown) > fewRows {
		m.set = m.set.flat()
	}
	return m
}

// marked takes over what was marked, unless it was given up. Where other marks
// came meanwhile, as those of an earlier run, it is done to these again.
func (r *root) marked(m markedMsg) tea.Cmd {
	if m.job != r.marks.job {
		return nil
	}
	if m.version != r.marks.version {
		return r.runMarking(m.job)
	}
	r.marks.put(m.set)
	r.message = count(r.marks.count(), "session is marked", "sessions are marked")
	return tea.Batch(r.catchUp(m.job.snap), r.replay())
}

func (r *root) clearMarks() tea.Cmd {
	r.message = count(r.marks.count(), "mark cleared", "marks cleared") + "; " + r.keys.of("undo-marks") + " brings them back"
	r.marks.put(refSet{})
	r.marks.beside, r.marks.earlier = nil, 0
	return nil
}

func (r *root) undoMarks() tea.Cmd {
	r.marks.undo()
	r.message = "as before: " + count(r.marks.count(), "session is marked", "sessions are marked")
	return nil
}
