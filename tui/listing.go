package tui

import (
	"sync/atomic"

	"spoor/model"
	"spoor/model/search"
	"spoor/tui/table"
)

// rows is what a list shows. It is made from one view and never changes, so
// commands may read it beside Update. Rows are numbered from 0.
type rows interface {
	len() int
	columns() []table.Column
	cell(row, column int) table.Cell
	// key names what a row is about, the same in every snapshot.
	key(row int) string
	// order gives what a column is sorted by.
	order(column int) ordering
	// values tells everything that a row is found by.
	values(row int, to *search.Row)
	// telling returns what writes the details of a row, beside Update if need
	// be: in short, or all there is to say.
	telling(row int, all bool) func(p *page)
	// below returns the next level, or nil.
	below(row int) *list
	// copied returns what a row is about, to be taken elsewhere.
	copied(row int) string
	session(row int) (model.SessionRow, bool)
	// sessions are all that a row stands for.
	sessions(row int) []model.SessionRow
	// beside names what is no session and can be exported all the same.
	beside(row int) (besideRef, bool)
	// subject says whom and where a row is about, false where it is nobody.
	subject(row int) (sessionScope, bool)
	// touched are the findings that touch what a row is about.
	touched(row int) []int
	// gutter is what stands before a row, besides the marks of sessions.
	gutter(row int) string
	// finding gives the ID and the title of a row that is one.
	finding(row int) (id, title string)
	// thing is the row as a filter sees it; filtered is all rows as it does.
	thing(row int) search.Thing
	filtered() search.Rows
	// is returns what says quickly of a row whether it has a key.
	is(key string) func(row int) bool
	about() about
}

// about is what a list says of itself.
type about struct {
	kind      string // what settings call lists with these columns; "" where none can be chosen
	one, many string // what a row is
	note      string // what is left out, and how to see it
	empty     string // why there is nothing
	sessions  bool   // rows are sessions and can be marked
	record    string // the XML of the one event that the list shows
	hashed    bool   // rows are files that are hashed
	timeline  bool   // rows are lanes
	findings  bool   // rows are findings and can be set aside
	waits     string // why there is nothing yet
}

// column says everything about a column of a list of T: there is one table of
// these for each list.
type column[T any] struct {
	table.Column
	cell func(T) table.Cell
	// number or text is what it is sorted by.
	number func(T) uint64
	text   func(T) string
	// quiet columns are not searched: counts, and times, of which each row
	// has its own.
	quiet bool
}

// listing is rows of items that are alike: kept, or fetched when looked at.
type listing[T any] struct {
	items    []T
	count    int         // of items that are fetched
	fetch    func(int) T // nil: take items
	recent   recent[T]
	cols     []column[T]
	id       func(T) string
	found    func(T, func(string)) // by more than the columns say
	numbers  func(T, *search.Row)  // by those that only machines give
	say      func(T, *page)
	tell     func(T) func(*page) // say of what Update changes meanwhile; nil: take say
	sayAll   func(T, *page)      // more than say; nil: take that
	next     func(T) *list
	copyText func(T) string
	marked   func(T) (model.SessionRow, bool)
	group    func(T) []model.SessionRow // that a row stands for; nil: marked
	apart    func(T) (besideRef, bool)  // what is marked where no session is
	who      func(T) sessionScope
	facts    func(T) facts
	touches  func(T) []int              // the findings that touch an item
	before   func(T) string             // what stands in front
	named    func(T) (id, title string) // of findings
	info     about
	quick
}

// quick is how very many rows are looked at that need not be fetched for it.
// What is nil is done by fetching.
type quick struct {
	keyOf      func(row int) string
	sessionsOf func(row int) []model.SessionRow
	isKey      func(key string) func(row int) bool
	// tells reports whether it told what a row is found by.
	tells   func(row int, to *search.Row) bool
	orderOf func(title string) ordering
	filter  func() search.Rows
}

func (l *listing[T]) len() int     { return max(len(l.items), l.count) }
func (l *listing[T]) about() about { return l.info }

func (l *listing[T]) item(row int) T {
	if l.fetch == nil {
		return l.items[row]
	}
	slot := &l.recent[row%len(l.recent)]
	if known := slot.Load(); known != nil && known.row == row {
		return known.item
	}
	item := l.fetch(row)
	slot.Store(&fetched[T]{row, item})
	return item
}

// recent keeps the rows that were fetched last, a screenful or two: each of
// their cells asks for them. Commands read them beside Update.
type recent[T any] [256]atomic.Pointer[fetched[T]]

type fetched[T any] struct {
	row  int
	item T
}

func (l *listing[T]) columns() []table.Column {
	out := make([]table.Column, len(l.cols))
	for i, c := range l.cols {
		out[i] = c.Column
	}
	return out
}

func (l *listing[T]) cell(row, column int) table.Cell { return l.cols[column].cell(l.item(row)) }

func (l *listing[T]) key(row int) string {
	if l.keyOf != nil {
		return l.keyOf(row)
	}
	return l.id(l.item(row))
}

func (l *listing[T]) is(key string) func(int) bool {
	if l.isKey != nil {
		return l.isKey(key)
	}
	return func(row int) bool { return l.key(row) == key }
}

func (l *listing[T]) order(column int) ordering {
	c := l.cols[column]
	if l.orderOf != nil && (c.number != nil || c.text != nil) {
		if o := l.orderOf(c.Title); o.sorts() {
			return o
		}
	}
	switch {
	case c.number != nil:
		return ordering{number: func(row int) uint64 { return c.number(l.item(row)) }}
	case c.text != nil:
		return ordering{text: func(row int) string { return c.text(l.item(row)) }}
	}
	return ordering{}
}

func (l *listing[T]) values(row int, to *search.Row) {
	if l.tells != nil && l.tells(row, to) {
		return
	}
	item := l.item(row)
	for _, c := range l.cols {
		if !c.quiet {
			to.Text(c.cell(item).Text)
		}
	}
	if l.found != nil {
		l.found(item, to.Text)
	}
	if l.numbers != nil {
		l.numbers(item, to)
	}
}

func (l *listing[T]) telling(row int, all bool) func(*page) {
	item := l.item(row)
	switch {
	case l.tell != nil:
		return l.tell(item)
	case l.sayAll != nil && all:
		return func(p *page) { l.sayAll(item, p) }
	case l.say != nil:
		return func(p *page) { l.say(item, p) }
	}
	return func(*page) {}
}

func (l *listing[T]) touched(row int) []int {
	if l.touches == nil {
		return nil
	}
	return l.touches(l.item(row))
}

func (l *listing[T]) gutter(row int) string {
	if l.before == nil {
		return ""
	}
	return l.before(l.item(row))
}

func (l *listing[T]) finding(row int) (id, title string) {
	if l.named == nil {
		return "", ""
	}
	return l.named(l.item(row))
}

func (l *listing[T]) below(row int) *list {
	if l.next == nil {
		return nil
	}
	return l.next(l.item(row))
}

func (l *listing[T]) copied(row int) string {
	if l.copyText == nil {
		return l.id(l.item(row))
	}
	return l.copyText(l.item(row))
}

func (l *listing[T]) session(row int) (model.SessionRow, bool) {
	if l.marked == nil {
		return 0, false
	}
	return l.marked(l.item(row))
}

func (l *listing[T]) beside(row int) (besideRef, bool) {
	if l.apart == nil {
		return besideRef{}, false
	}
	return l.apart(l.item(row))
}

func (l *listing[T]) subject(row int) (sessionScope, bool) {
	if l.who == nil {
		return sessionScope{}, false
	}
	return l.who(l.item(row)), true
}

func (l *listing[T]) sessions(row int) []model.SessionRow {
	if l.sessionsOf != nil {
		return l.sessionsOf(row)
	}
	if l.group != nil {
		return l.group(l.item(row))
	}
	if s, ok := l.session(row); ok {
		return []model.SessionRow{s}
	}
	return nil
}

func (l *listing[T]) thing(row int) search.Thing {
	if l.facts == nil {
		return facts{}
	}
	return l.facts(l.item(row))
}

func (l *listing[T]) filtered() search.Rows {
	if l.filter != nil {
		return l.filter()
	}
	return search.Rows{Thing: l.thing}
}

// textColumn is a column of plain text, sorted by it.
func textColumn[T any](title string, least, most, priority int, value func(T) string) column[T] {
	return column[T]{
		Column: table.Column{Title: title, Min: least, Max: most, Priority: priority},
		cell:   func(item T) table.Cell { return table.Cell{Text: value(item)} },
		text:   value,
	}
}

// countColumn is a column of counts; none is a dash.
func countColumn[T any](title string, priority int, style table.Style, value func(T) int) column[T] {
	return column[T]{
		Column: table.Column{Title: title, Min: len(title), Max: 11, Priority: priority, Right: true},
		cell: func(item T) table.Cell {
			n := value(item)
			if n == 0 {
				return table.Cell{Text: "-"}
			}
			return table.Cell{Text: thousands(n), Style: style}
		},
		number: func(item T) uint64 { return uint64(value(item)) },
		quiet:  true,
	}
}
