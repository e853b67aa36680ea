package tui

import (
	"sync"

	tea "charm.land/bubbletea/v2"
)

// telling makes the details of rows beside Update, one row after the other: a
// session's chain can need what takes seconds to be found at first. Only
// Update writes it.
type telling struct {
	running bool
	again   bool // another row was asked for meanwhile
}

// restMsg says that the cursor rested.
type restMsg struct{ generation int }

// rest lets the details follow the cursor once it rests; at once where there
// are none yet.
func (r *root) rest(l *list) tea.Cmd {
	if l.page == nil {
		return r.describe(l)
	}
	r.resting++
	return r.after(settleTime, restMsg{r.resting})
}

// toldMsg is the details of a row.
type toldMsg struct {
	list *list
	page *page
	key  string
}

// describe makes the details of the selected row.
func (r *root) describe(l *list) tea.Cmd {
	row, ok := l.row()
	if !ok {
		l.page, l.pageKey = nil, ""
		return nil
	}
	m := toldMsg{l, new(page), l.rows.key(row)}
	tell := l.rows.telling(row, false)
	if l.view.small() {
		tell(m.page)
		l.page, l.pageKey = m.page, m.key
		return nil
	}
	if r.telling.running {
		r.telling.again = true
		return nil
	}
	r.telling.running = true
	printer, width := r.theme.printer, r.width
	return func() tea.Msg {
		tell(m.page)
		m.page.lines(printer, width)
		return m
	}
}

// told shows details that are there now, if their row is still selected.
func (r *root) told(m toldMsg) tea.Cmd {
	again := r.telling.again
	r.telling = telling{}
	if key, ok := m.list.selected(); ok && key == m.key {
		m.list.page, m.list.pageKey = m.page, m.key
	}
	if again {
		return r.describe(r.top())
	}
	return nil
}

// openDetails shows all details of the selected row.
func (r *root) openDetails() tea.Cmd {
	l := r.top()
	row, ok := l.row()
	if !ok {
		return nil
	}
	tell, printer, width := l.rows.telling(row, true), r.theme.printer, max(20, r.width-4)
	text := textList("details", sync.OnceValue(func() []pageLine {
		p := new(page)
		tell(p)
		return p.lines(printer, width)
	}))
	text.zone = l.view.zone
	return r.overlay(text)
}
