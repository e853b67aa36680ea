package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// mouse is whether the mouse is taken, and where it was clicked last. Off by
// default: a terminal whose mouse is taken selects no text.
type mouse struct {
	on   bool
	list *list
	key  string // of the row
	when time.Time
}

const (
	// doubleClick is how soon a second click is one.
	doubleClick = 500 * time.Millisecond
	// wheelRows is how far a notch of the wheel scrolls.
	wheelRows = 3
	// firstRow is the line of the screen that the first row is on: crumbs and
	// titles are above it.
	firstRow = 2
)

// toggleMouse takes the mouse, or gives it back.
func (r *root) toggleMouse() tea.Cmd {
	r.mouse.on = !r.mouse.on
	r.message = "the mouse is the terminal's again: it selects text"
	if r.mouse.on {
		r.message = "the wheel scrolls, a click selects, a second one goes in; " + r.keys.of("mouse") + " gives the mouse back"
	}
	return nil
}

// pointed reports whether the mouse acts on the list on top now.
func (r *root) pointed() bool {
	l := r.top()
	return r.mouse.on && !r.tooSmall() && r.sheet == nil && r.prompt == nil && l.rows != nil && !l.busy() && len(r.held) == 0
}

// wheel scrolls the list on top.
func (r *root) wheel(m tea.MouseWheelMsg) tea.Cmd {
	by := map[tea.MouseButton]int{tea.MouseWheelDown: wheelRows, tea.MouseWheelUp: -wheelRows}[m.Button]
	if by == 0 || !r.pointed() {
		return nil
	}
	return r.move(func(l *list) { l.window.Scroll(by) })
}

// click selects the row that was clicked on; a second click goes in.
func (r *root) click(m tea.MouseClickMsg) tea.Cmd {
	if m.Button != tea.MouseLeft || !r.pointed() {
		return nil
	}
	l := r.top()
	from, to := l.window.Visible()
	place := from + m.Y - firstRow
	if m.Y < firstRow || place >= to {
		return nil
	}
	r.message = ""
	key, now := l.rows.key(int(l.shown[place])), r.options.Now()
	again := r.mouse.list == l && r.mouse.key == key && now.Sub(r.mouse.when) < doubleClick
	r.mouse.list, r.mouse.key, r.mouse.when = l, key, now
	cmd := r.move(func(l *list) { l.window.MoveTo(place) })
	if again {
		r.mouse.list = nil
		return tea.Batch(cmd, r.enter())
	}
	return cmd
}
