package tui

import (
	"cmp"
	"context"
	"slices"
	"sort"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"spoor/model/event"
	"spoor/model/search"
	"spoor/tui/table"
)

// list is one level of the drill-down: rows, a cursor, and how they are
// narrowed and sorted. Only Update writes it.
type list struct {
	title string // its crumb
	// crumb is a title with times in it, as the view's zone has them; nil for
	// most lists.
	crumb func(*view) string
	// root names a root list among all; "" where its title does.
	root  string
	build func(context.Context, *view) rows
	order search.Order // of what a search finds
	// slow lists read files to be built.
	slow bool
	// overlay lists lie over the list that they were called from.
	overlay bool

	rows   rows // nil until first built
	view   *view
	index  *indexing
	shown  []uint32
	total  int
	window table.Window
	layout *table.Layout
	sort   sorting

	query string           // as typed
	ran   string           // the query that shown was found by
	input *textinput.Model // while open
	fresh bool             // nothing was typed since it was opened
	moved bool             // the cursor was moved since the query began

	generation int
	cancel     context.CancelFunc // of the running job, or nil
	asked      bool               // the running job was asked for by a key
	late       bool               // it takes long enough to say so
	stale      bool               // there is a newer view than the running job's

	hits hits // of the last filter, once it is given up

	page    *page  // of the row that the cursor rested on
	pageKey string // of that row
	from    string // key of a row that a range of marks begins at

	begins place // where it was opened from: the cursor stands there first

	// run is what enter does instead of going in; nil for most lists.
	run      func(*root, int) tea.Cmd
	palette  bool           // it is the palette, which nobody wants to stay in
	choosing *choosing      // whose columns it chooses; nil for other lists
	timeline *timeline      // how lanes are drawn; nil for other lists
	zone     *time.Location // in which the times of its text are written; nil for other lists
}

// crumbed is a list whose title has times in it.
func (l *list) crumbed(crumb func(*view) string) *list {
	l.crumb = crumb
	return l
}

// name tells a list from those that may have the same title.
func (l *list) name() string { return cmp.Or(l.root, l.title) }

func newList(title string, order search.Order, build func(context.Context, *view) rows) *list {
	return &list{title: title, order: order, build: build, sort: sorting{column: -1}}
}

// row returns the selected row, or false where there is none.
func (l *list) row() (int, bool) {
	c := l.window.Cursor()
	if l.rows == nil || c < 0 || c >= len(l.shown) {
		return 0, false
	}
	return int(l.shown[c]), true
}

// busy reports whether what a key asked for is not there yet.
func (l *list) busy() bool { return l.cancel != nil && l.asked || l.rows == nil }

// refresh brings l up to a view. Asked is true if the user did something that
// needs it: then a running job is overtaken; a newer snapshot only waits for
// it, or it would never end.
func (r *root) refresh(l *list, asked bool) tea.Cmd {
	if l.cancel != nil {
		if !asked {
			l.stale = true
			return nil
		}
		l.cancel()
		l.cancel = nil
	}
	l.generation++
	l.stale = false
	query := rightPart(l.query, r.view.now())
	j := job{list: l, generation: l.generation, view: r.view, rows: l.rows, index: l.index, life: r.ctx,
		sort: l.sort, query: query, order: l.order, printer: r.theme.printer}
	if l.rows == nil || l.view != r.view {
		j.build = l.build
	}
	if j.build != nil && l.slow && l.rows != nil && !r.rereads(l) {
		j.build = nil
	}
	if j.build != nil {
		key, selected := l.selected()
		j.holds = holding{selected, key, l.window.Cursor()}
	}
	if !l.slow && query == "" && r.view.small() {
		return r.settle(l, j.run(r.ctx))
	}
	ctx, cancel := context.WithCancel(r.ctx)
	l.cancel, l.asked, l.late = cancel, asked, false
	return tea.Batch(func() tea.Msg {
		defer cancel()
		return j.run(ctx)
	}, r.after(lateTime, lateMsg{l, j.generation}))
}

// lateMsg says that a job has been running for a while.
type lateMsg struct {
	list       *list
	generation int
}

// lateTime is how long a job runs before the status line says so.
const lateTime = 150 * time.Millisecond

// wait notes that a job is late, if it still runs.
func (r *root) wait(m lateMsg) {
	if m.list.generation == m.generation && m.list.cancel != nil {
		m.list.late = true
	}
}

// rereads reports whether a slow list must be built again: what it shows does
// not change with the snapshot, but does with the zone.
func (r *root) rereads(l *list) bool {
	return l.view.zone != r.view.zone || l.rows.len() == 0
}

// settle takes the outcome of a job over, unless it was overtaken.
func (r *root) settle(l *list, out outcome) tea.Cmd {
	if out.generation != l.generation {
		return nil
	}
	l.cancel, l.late = nil, false
	if out.err != nil {
		return nil
	}
	key, had := l.selected()
	row, _ := l.row()
	run := l.selectedRun(out)
	fresh := out.query != l.ran && out.query != "" && !l.moved
	l.rows, l.view, l.index, l.ran = out.rows, out.view, out.index, out.query
	l.shown, l.total = out.shown, out.total
	if l.layout == nil {
		l.layout = table.NewLayout(l.rows.columns())
	} else {
		l.layout.Adopt(l.rows.columns())
	}
	for c, w := range out.widths {
		l.layout.Note(c, w)
	}
	r.arrange(l)
	place := l.window.Cursor()
	l.window.Resize(len(l.shown), l.window.Height())
	switch {
	case fresh:
		l.window.MoveTo(out.best)
	case !had:
		l.begin()
	case out.build == nil: // the same rows
		l.hold(slices.Index(l.shown, uint32(row)))
	default:
		at := out.held // unless the cursor was moved while the rows were built
		if out.holds != (holding{true, key, place}) {
			at = l.find(key, place)
		}
		if !l.hold(at) && run != "" {
			l.hold(l.find(run, place))
		}
	}
	if l.timeline != nil {
		l.timeline.settle(l, r.laneCells())
	}
	cmds := []tea.Cmd{r.rest(l)}
	if l.stale {
		cmds = append(cmds, r.refresh(l, false))
	}
	return tea.Batch(append(cmds, r.replay())...)
}

// begin puts the cursor where the list, which is in order of time, was opened
// from: on the first row that is no earlier, else on the last.
func (l *list) begin() {
	if l.begins.at == 0 || l.timeline != nil {
		return
	}
	l.window.MoveTo(sort.Search(len(l.shown), func(at int) bool {
		from, _ := l.rows.thing(int(l.shown[at])).Lasted()
		return !from.IsZero() && event.FileTimeOf(from) >= l.begins.at
	}))
}

// selected returns the key of the selected row.
func (l *list) selected() (string, bool) {
	row, ok := l.row()
	if !ok {
		return "", false
	}
	return l.rows.key(row), true
}

// hold puts the cursor on a place, unless it is -1.
func (l *list) hold(place int) bool {
	if place < 0 {
		return false
	}
	l.window.Hold(place)
	return true
}

// selectedRun returns the key of the row that the session of the selected row is
// in where rows made anew from the same snapshot fold it into a run; else "".
func (l *list) selectedRun(out outcome) string {
	row, ok := l.row()
	if !ok || l.view == nil || out.view == l.view || out.view.snap != l.view.snap || !out.rows.about().sessions {
		return ""
	}
	session, ok := l.rows.session(row)
	if !ok {
		return ""
	}
	run := l.view.snap.RunSessions(l.view.snap.RunOf(session))
	if len(run) == 0 {
		return ""
	}
	return refOf(l.view.snap, run[0]).key()
}

// searchedAround is how far a thing is looked for when a list changed under
// the cursor.
const searchedAround = 50_000

// find returns the place of the row with that key, or -1.
func (l *list) find(key string, place int) int {
	return around(l.rows, l.shown, holding{true, key, place})
}

// around returns the place of the row with a key, looking outward from where it
// was, or -1.
func around(r rows, shown []uint32, h holding) int {
	is := r.is(h.key)
	for d := 0; d < min(searchedAround, len(shown)); d++ {
		for _, at := range [...]int{h.place + d, h.place - d} {
			if at >= 0 && at < len(shown) && is(int(shown[at])) {
				return at
			}
		}
	}
	return -1
}

// place returns the place of the row with that key, however far it is, or -1.
func (l *list) place(key string) int {
	is := l.rows.is(key)
	return slices.IndexFunc(l.shown, func(row uint32) bool { return is(int(row)) })
}

// sortBy sorts by the next column that can be sorted by, or turns the order.
func (l *list) sortBy(turn bool) bool {
	if l.rows == nil {
		return false
	}
	if turn {
		if l.sort.column < 0 {
			return false
		}
		l.sort.down = !l.sort.down
		return true
	}
	n := len(l.rows.columns())
	for c := l.sort.column + 1; c < n; c++ {
		if o := l.rows.order(c); o.sorts() {
			l.sort = sorting{column: c, down: o.number != nil}
			return true
		}
	}
	l.sort = sorting{column: -1}
	return true
}
