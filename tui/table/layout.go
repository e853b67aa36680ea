package table

import "spoor/model/text"

// Layout is where columns lie. It keeps the widths that values needed so far,
// so that columns do not jump while one scrolls.
type Layout struct {
	columns []Column
	natural []int
	order   []int  // the columns that may be shown, from left to right
	pinned  []bool // those that stay longer than others
	shown   []placed
	width   int
	gap     int
}

type placed struct{ column, width int }

// Gutter is the cells before the first column: the mark and a space.
const Gutter = 2

// NewLayout returns the layout of columns.
func NewLayout(columns []Column) *Layout {
	l := &Layout{columns: columns, natural: make([]int, len(columns)), pinned: make([]bool, len(columns)), width: -1}
	for i, c := range columns {
		l.order = append(l.order, i)
		l.natural[i] = max(c.Min, text.Width(c.Title)+1) // with the arrow of a sort
		if c.Max > 0 {
			l.natural[i] = min(l.natural[i], c.Max)
		}
	}
	return l
}

// Adopt takes over columns that are the same but for their bounds.
func (l *Layout) Adopt(columns []Column) {
	old := l.natural
	*l = *NewLayout(columns)
	for i, n := range old {
		if i < len(columns) {
			l.Note(i, n)
		}
	}
}

// Arrange says which columns may be shown, from left to right; where there is
// no room for all, those that are pinned stay longer than all others but the
// essential ones.
func (l *Layout) Arrange(order []int, pinned func(column int) bool) {
	l.order, l.width = order, -1
	for i := range l.pinned {
		l.pinned[i] = pinned(i)
	}
}

// rank says which column goes first, the highest; 0 stays.
func (l *Layout) rank(column int) int {
	p := l.columns[column].Priority
	if p > 0 && !l.pinned[column] {
		p += unpinned
	}
	return p
}

// unpinned is added to the priorities of columns that nobody asked for.
const unpinned = 10

// Note widens a column for a value of that many cells.
func (l *Layout) Note(column, cells int) {
	if m := l.columns[column].Max; m > 0 {
		cells = min(cells, m)
	}
	if cells > l.natural[column] {
		l.natural[column] = cells
		l.width = -1
	}
}

// Fit lays the columns out in width cells.
func (l *Layout) Fit(width int) {
	if width == l.width {
		return
	}
	l.width = width
	l.gap = 1
	if width >= 100 {
		l.gap = 2
	}
	l.shown = l.shown[:0]
	for _, i := range l.order {
		l.shown = append(l.shown, placed{i, l.columns[i].Min})
	}
	for l.used() > width && l.hide(1) {
	}
	for l.used() > width && l.squeeze() {
	}
	for l.used()+l.wanted() > width && l.hide(unpinned+spared) {
	}
	l.grow(width - l.used())
}

func (l *Layout) used() int {
	n := Gutter
	for i, p := range l.shown {
		if i > 0 {
			n += l.gap
		}
		n += p.width
	}
	return n
}

// spared is the priority from which columns make room for the essential ones
// to be read whole; the columns before it only make room for others to be seen
// at all.
const spared = 3

// wanted is how many more cells the columns that stay would like, within
// reason.
func (l *Layout) wanted() int {
	n := 0
	for _, p := range l.shown {
		if l.columns[p.column].Priority == 0 {
			n += max(0, min(l.natural[p.column], l.width*2/5)-p.width)
		}
	}
	return n
}

// hide takes the least important column away, the last of several, if there is
// one of at least that rank.
func (l *Layout) hide(least int) bool {
	worst := -1
	for i, p := range l.shown {
		rank := l.rank(p.column)
		if rank >= least && (worst < 0 || rank >= l.rank(l.shown[worst].column)) {
			worst = i
		}
	}
	if worst < 0 {
		return false
	}
	l.shown = append(l.shown[:worst], l.shown[worst+1:]...)
	return true
}

// squeeze takes a cell from the widest column, where even the essential ones
// do not fit; it reports whether there was one to take.
func (l *Layout) squeeze() bool {
	widest := -1
	for i, p := range l.shown {
		if p.width > 1 && (widest < 0 || p.width > l.shown[widest].width) {
			widest = i
		}
	}
	if widest < 0 {
		return false
	}
	l.shown[widest].width--
	return true
}

// grow gives spare cells to the columns that want them, the most important
// first.
func (l *Layout) grow(spare int) {
	for priority := 0; spare > 0 && priority <= 9; priority++ {
		for i := range l.shown {
			p := &l.shown[i]
			if l.columns[p.column].Priority != priority {
				continue
			}
			n := max(0, min(spare, l.natural[p.column]-p.width))
			p.width += n
			spare -= n
		}
	}
}

// Shows reports whether there was room for a column.
func (l *Layout) Shows(column int) bool {
	for _, p := range l.shown {
		if p.column == column {
			return true
		}
	}
	return false
}

// Hidden returns the titles of the columns that are not shown.
func (l *Layout) Hidden() []string {
	var out []string
	for i, c := range l.columns {
		if !l.Shows(i) {
			out = append(out, c.Title)
		}
	}
	return out
}
