package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"
)

func (r *root) top() *list { return r.stack[len(r.stack)-1] }

// goTo shows another stack and remembers this one for the way back. Levels
// keep their cursor, filter and sort: a stack is only pointers to them. A range
// that was begun is given up with its list.
func (r *root) goTo(stack []*list) tea.Cmd {
	for _, l := range r.stack {
		if l != base(stack) {
			l.from = ""
		}
	}
	r.previous, r.stack = r.stack, stack
	return r.arrive()
}

// base is the list that overlays lie over.
func base(stack []*list) *list {
	for _, l := range slices.Backward(stack) {
		if !l.overlay {
			return l
		}
	}
	return stack[0]
}

// overlay lays a list over the one on top. Where it lies there already, it and
// what lies over it are taken away: the key that opens one closes it.
func (r *root) overlay(l *list) tea.Cmd {
	for i, known := range slices.Backward(r.stack) {
		if !known.overlay {
			break
		}
		if known.title == l.title {
			return r.goTo(slices.Clone(r.stack[:i]))
		}
	}
	return r.into(l)
}

// arrive brings the list on top up to date.
func (r *root) arrive() tea.Cmd {
	l := r.top()
	r.fit()
	if l.zone != nil && l.zone != r.view.zone {
		return r.rewrite()
	}
	if l.rows == nil || l.view != r.view {
		return r.refresh(l, true)
	}
	return r.rest(l)
}

// rewrite writes a text anew whose times are of another zone than the screen's.
func (r *root) rewrite() tea.Cmd {
	back := r.out()
	return tea.Batch(back, r.perform(r.keys.binding("details"), tea.KeyPressMsg{}))
}

// into pushes a list.
func (r *root) into(l *list) tea.Cmd {
	return r.goTo(append(slices.Clone(r.stack), l))
}

// intoOrBack pushes a list, or goes back to it where it lies below: timeline and
// trail lead to each other.
func (r *root) intoOrBack(l *list) tea.Cmd {
	for i, known := range r.stack {
		if known.name() == l.name() {
			if i == len(r.stack)-1 {
				return nil
			}
			return r.goTo(slices.Clone(r.stack[:i+1]))
		}
	}
	return r.into(l)
}

// out leaves the level, or says that there is none above.
func (r *root) out() tea.Cmd {
	if len(r.stack) == 1 {
		r.message = "this is the top level; " + r.keys.of("leave") + " quits"
		return nil
	}
	return r.goTo(slices.Clone(r.stack[:len(r.stack)-1]))
}

// back swaps with the place before.
func (r *root) back() tea.Cmd {
	if r.previous == nil {
		r.message = "no earlier place yet"
		return nil
	}
	return r.goTo(r.previous)
}

// rootList shows a root list with its cursor and sort where they were left. Its
// filter is not kept: it would hide evidence from somebody who comes back.
func (r *root) rootList(create func() *list) tea.Cmd {
	l := create()
	name := l.name()
	if known := r.roots[name]; known != nil {
		l = known
	}
	r.roots[name] = l
	if len(r.stack) == 1 && r.top() == l {
		return nil
	}
	l.input = nil
	cmd := r.goTo([]*list{l})
	if l.query != "" {
		l.query = ""
		return tea.Batch(cmd, r.refresh(l, true))
	}
	return cmd
}
