package tui

import (
	"context"
	"math"
	"slices"
	"sort"
	"time"

	tea "charm.land/bubbletea/v2"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/search"
	"spoor/tui/table"
)

// timeline is what a list of lanes is drawn by: the time that is shown and the
// moment that is selected. Only Update writes it, but for the lanes that it
// drew, which are kept for the next frame.
type timeline struct {
	span  span
	all   span
	at    event.FileTime // the start of the selected bar
	bar   int            // its number in the selected lane
	zone  *time.Location
	drawn map[*lane][]stroke
}

// timelineName is how wide the names of lanes are.
const timelineName = 15

// lanesOf is the timeline of an account or a host.
func lanesOf(title string, scope sessionScope) *list {
	t := &timeline{drawn: map[*lane][]stroke{}}
	l := newList("timeline of "+title, search.Position, func(ctx context.Context, v *view) rows { return v.laneListing(ctx, scope, t) })
	l.timeline, l.root = t, "timeline "+scope.key()
	return l
}

func (v *view) laneListing(ctx context.Context, scope sessionScope, t *timeline) rows {
	l := &listing[*lane]{
		cols: []column[*lane]{textColumn("LANE", timelineName, timelineName, 0, func(l *lane) string { return l.name })},
		id: func(l *lane) string {
			key := refHost(v.snap.Host(l.host)).key()
			if l.account != model.None {
				key += "\x00" + refAccount(v.snap, v.snap.Account(l.account)).key()
			}
			return key
		},
		copyText: func(l *lane) string { return l.name },
		tell: func(l *lane) func(*page) {
			now := &timeline{span: t.span, bar: t.bar}
			return func(p *page) { v.sayBar(l, now, p) }
		},
		next: func(l *lane) *list { return v.belowBar(l, t) },
		info: about{one: "lane", many: "lanes", empty: "nothing of it has a time in the evidence", timeline: true},
	}
	l.facts = func(l *lane) facts { return v.factsOf(l.account, l.host, l.bars[0].from, l.last()) }
	l.who = func(l *lane) sessionScope { return v.scopeOf(l.account, l.host) }
	l.touches = func(l *lane) []int {
		b, ok := t.selected(l)
		switch {
		case ok && b.session != model.None:
			return v.judged.ofSession(b.session)
		case ok && b.failure >= 0:
			return v.judged.ofFailure(b.failure)
		}
		return nil
	}
	l.marked = func(l *lane) (model.SessionRow, bool) {
		if b, ok := t.selected(l); ok && b.session != model.None {
			return b.session, true
		}
		return 0, false
	}
	account, host, ok := scope.find(v.snap)
	if !ok {
		l.info.empty = "the account or the host is not in what was read so far"
		return l
	}
	hidden := 0
	l.items, hidden = v.lanes(ctx, account, host)
	if hidden > 0 {
		l.info.note = thousands(hidden) + " hidden (" + v.key("all") + ")"
		l.info.empty = "only accounts of machines and of Windows itself; " + v.key("all") + " shows them"
	}
	return l
}

// settle takes new lanes over: what is shown stays where the user put it.
func (t *timeline) settle(l *list, cells int) {
	listing, ok := l.rows.(*listing[*lane])
	if !ok {
		return
	}
	t.zone, t.drawn = l.view.zone, map[*lane][]stroke{}
	all := span{cells: cells}
	for _, lane := range listing.items {
		for _, b := range lane.bars {
			if b.from == 0 {
				continue
			}
			if all.from == 0 || b.from < all.from {
				all.from = b.from
			}
			all.to = max(all.to, b.to)
		}
	}
	margin := all.length() / 50
	if all.length() < shortest {
		margin = shortest
	}
	all.from, all.to = earlier(all.from, margin), later(all.to, margin)
	fresh := t.span.to == 0 || t.span.from == t.all.from && t.span.to == t.all.to
	t.all = all
	if fresh {
		t.span = all
	}
	t.resize(cells)
	t.show(t.span)
	if t.at == 0 && l.begins.at != 0 && len(l.shown) > 0 {
		t.begin(l, listing.items)
	}
	if row, ok := l.row(); ok && t.at == 0 && len(listing.items[row].bars) > 0 {
		t.at = listing.items[row].bars[0].from
	}
	t.choose(l)
}

// begin selects the bar that begins nearest to where the timeline was opened
// from: in the lane of that account on that host, if there is one.
func (t *timeline) begin(l *list, lanes []*lane) {
	account, host, _ := l.begins.on.find(l.view.snap)
	best, bestOther, nearest := 0, true, event.FileTime(math.MaxUint64)
	for place, row := range l.shown {
		lane := lanes[row]
		other := lane.host != host && host != model.None || lane.account != account && account != model.None
		for _, b := range lane.bars {
			far := max(b.from, l.begins.at) - min(b.from, l.begins.at)
			if !other && bestOther || other == bestOther && far < nearest {
				best, bestOther, nearest, t.at = place, other, far, b.from
			}
		}
	}
	l.window.MoveTo(best)
}

func (t *timeline) resize(cells int) {
	if t.span.cells != cells {
		t.span.cells, t.all.cells = cells, cells
		t.drawn = map[*lane][]stroke{}
	}
}

// show changes the time that is shown, within what there is.
func (t *timeline) show(s span) {
	if s.length() >= t.all.length() {
		s.from, s.to = t.all.from, t.all.to
	}
	if s.from < t.all.from {
		s = span{t.all.from, later(t.all.from, s.length()), s.cells}
	}
	if s.to > t.all.to {
		s = span{earlier(t.all.to, s.length()), t.all.to, s.cells}
	}
	t.span, t.drawn = s, map[*lane][]stroke{}
}

// lane returns the selected lane.
func (t *timeline) lane(l *list) (*lane, bool) {
	row, ok := l.row()
	if !ok {
		return nil, false
	}
	rows, ok := l.rows.(*listing[*lane])
	if !ok {
		return nil, false
	}
	return rows.item(row), true
}

// choose selects the bar of the selected lane that begins nearest to the
// moment that was selected, one that is shown if there is one.
func (t *timeline) choose(l *list) {
	lane, ok := t.lane(l)
	if !ok || len(lane.bars) == 0 {
		t.bar = -1
		return
	}
	n := sort.Search(len(lane.bars), func(i int) bool { return lane.bars[i].from >= t.at })
	if n > 0 {
		before := lane.bars[n-1].from
		switch {
		case n == len(lane.bars), t.span.holds(before) && !t.span.holds(lane.bars[n].from):
			n--
		case !t.span.holds(before) && t.span.holds(lane.bars[n].from):
		case t.at-before < lane.bars[n].from-t.at:
			n--
		}
	}
	t.bar = n
}

func (t *timeline) selected(l *lane) (bar, bool) {
	if t.bar < 0 || t.bar >= len(l.bars) {
		return bar{}, false
	}
	return l.bars[t.bar], true
}

// step selects the next bar, or the one before: of another cell, or exactly.
func (t *timeline) step(l *list, by int, exactly bool) bool {
	lane, ok := t.lane(l)
	if !ok {
		return false
	}
	n := t.bar + by
	if now, ok := t.selected(lane); ok && !exactly {
		for n >= 0 && n < len(lane.bars) && t.span.holds(now.from) && t.span.cell(lane.bars[n].from) == t.span.cell(now.from) {
			n += by
		}
	}
	if n < 0 || n >= len(lane.bars) {
		return false
	}
	t.bar, t.at = n, lane.bars[n].from
	if !t.span.holds(t.at) {
		half := t.span.length() / 2
		t.show(span{earlier(t.at, half), later(t.at, half), t.span.cells})
	}
	return true
}

// paint draws a lane into the cells of the span.
func (t *timeline) paint(l *lane) []stroke {
	if cells, ok := t.drawn[l]; ok {
		return cells
	}
	cells := make([]stroke, max(0, t.span.cells))
	put := func(from, to event.FileTime, k stroke) {
		if from > t.span.to || to < t.span.from {
			return
		}
		a, b := max(0, t.span.cell(from)), min(len(cells)-1, t.span.cell(to))
		for ; a <= b; a++ {
			cells[a] = max(cells[a], k)
		}
	}
	for _, set := range [...][]bar{l.ground, l.bars} {
		for _, b := range set {
			put(b.from, b.to, b.stroke)
			if b.flag != strokeNone {
				put(b.from, b.from, b.flag)
			}
			if b.until > b.to {
				put(b.to, b.until, strokePerhaps)
			}
		}
	}
	t.drawn[l] = cells
	return cells
}

// laneCells is how many cells a lane has.
func (r *root) laneCells() int { return max(1, r.width-timelineName-table.Gutter-2) }

// timelineTable draws the axis and the visible lanes.
func (r *root) timelineTable(pen *table.Pen, l *list, f frame) []string {
	t := l.timeline
	t.resize(r.laneCells())
	l.layout.Fit(timelineName + table.Gutter)
	pen.To(table.Strong, timelineName+table.Gutter+1)
	pen.Put(table.Strong, t.span.axis(t.zone))
	lines := []string{pen.Line()}
	listing := l.rows.(*listing[*lane])
	from, to := l.window.Visible()
	for place := from; place < to; place++ {
		row := int(l.shown[place])
		lane, chosen := listing.items[row], place == l.window.Cursor()
		var flag table.Style
		if chosen {
			flag = table.Chosen
		}
		pen.PutWithin(table.Accent|flag, r.markOf(l, row), 1)
		pen.To(flag, table.Gutter)
		pen.PutWithin(flag, lane.name, timelineName)
		pen.To(flag, table.Gutter+timelineName)
		pen.Put(table.Plain, " ")
		a, b := -1, -1
		if bar, ok := t.selected(lane); ok && chosen {
			a, b = max(0, t.span.cell(bar.from)), t.span.cell(bar.to)
		}
		for c, k := range t.paint(lane) {
			style := strokes[k].style
			if c >= a && c <= b {
				style |= table.Chosen
			}
			pen.Put(style, k.draw(r.theme.printer.ASCII))
		}
		lines = append(lines, pen.Line())
	}
	return lines
}

// sayBar tells about the selected bar.
func (v *view) sayBar(l *lane, t *timeline, p *page) {
	p.add(legend(v.ascii))
	b, ok := t.selected(l)
	if !ok {
		return
	}
	here := 0
	for _, o := range l.bars {
		if t.span.holds(b.from) && t.span.cell(o.from) == t.span.cell(b.from) {
			here++
		}
	}
	if !t.span.holds(b.from) && (b.to < t.span.from || b.from > t.span.to) {
		p.style(table.Warn, "the selected bar lies outside of the time that is shown: "+v.key("bar-before")+" and "+v.key("next-bar")+" go to it, "+v.key("whole-time")+" shows all")
	}
	if here > 1 {
		p.style(table.Accent, count(here, "bar begins", "bars begin")+" in this cell: ] zooms in, . and , go from one to the next")
	}
	if b.session != model.None {
		v.saySession(v.snap.Session(b.session), p)
	} else if b.failure >= 0 {
		v.sayFailure(v.snap.Failures()[b.failure], p)
	}
}

func (v *view) belowBar(l *lane, t *timeline) *list {
	b, ok := t.selected(l)
	switch {
	case ok && b.session != model.None:
		return logonsOf(v, v.snap.SessionBrief(b.session))
	case ok && b.failure >= 0:
		return recordList(v, v.snap.Event(v.snap.Failures()[b.failure].Event))
	}
	return nil
}

// onTimeline does something to the timeline on top and lets the details follow.
func onTimeline(do func(*list, *timeline) bool) func(*root) tea.Cmd {
	return func(r *root) tea.Cmd {
		l := r.top()
		if l.timeline == nil || l.rows == nil || !do(l, l.timeline) {
			return nil
		}
		l.moved = true
		return r.rest(l)
	}
}

// zoom shows more or less time around the selected moment.
func zoom(factor float64) func(*list, *timeline) bool {
	return func(_ *list, t *timeline) bool {
		t.show(t.span.around(t.at, times(t.span.length(), factor)))
		return true
	}
}

// whole shows all of the time.
func whole(_ *list, t *timeline) bool {
	t.show(t.all)
	return true
}

// pan moves the time that is shown by half of it, to later or to earlier.
func pan(move func(t, by event.FileTime) event.FileTime) func(*list, *timeline) bool {
	return func(l *list, t *timeline) bool {
		by := t.span.length() / 2
		from := move(t.span.from, by)
		t.show(span{from, later(from, t.span.length()), t.span.cells})
		t.at = min(max(t.at, t.span.from), t.span.to)
		t.choose(l)
		return true
	}
}

// topic is whom, where and when a row is about.
type topic struct {
	name  string
	scope sessionScope // an account anywhere, or a host
	place place
}

// place is a moment on one host, of one account: where timelines and trails
// begin that were opened from it.
type place struct {
	at event.FileTime // 0: none
	on sessionScope
}

// subject returns what the selected row is about.
func (r *root) subject() (topic, bool) {
	for _, l := range slices.Backward(r.stack) {
		row, ok := l.row()
		if !ok || l.rows == nil {
			continue
		}
		s, ok := l.rows.subject(row)
		if !ok {
			continue
		}
		account, host, found := s.find(l.view.snap)
		if !found {
			continue
		}
		out := topic{scope: s, place: place{l.moment(), s}}
		switch {
		case account != model.None:
			out.name, out.scope.host = l.view.accountName(account), hostRef{}
			return out, true
		case host != model.None:
			out.name = l.view.hostName(host)
			return out, true
		}
	}
	return topic{}, false
}

const noSubject = "select a user, a host, a session or a failure first: it is about that one's"

// openTimeline shows the timeline of what the selected row is about.
func (r *root) openTimeline() tea.Cmd {
	s, ok := r.subject()
	if !ok {
		r.message = r.keys.of("timeline") + ": " + noSubject + " timeline"
		return nil
	}
	l := lanesOf(s.name, s.scope)
	l.begins = s.place
	return r.intoOrBack(l)
}
