package tui

import (
	tea "charm.land/bubbletea/v2"
)

// openPalette lists what can be done here, to be narrowed by typing; enter does
// it.
func (r *root) openPalette() tea.Cmd {
	here := r.top()
	l := helpList(r.keys, r.scope())
	l.title, l.palette = "commands", true
	l.run = func(r *root, row int) tea.Cmd {
		lines, ok := l.rows.(*listing[helpLine])
		if !ok {
			return nil
		}
		line := lines.item(row)
		cmd := r.out()
		if r.top() != here {
			return cmd
		}
		return tea.Batch(cmd, r.perform(&line.binding, tea.KeyPressMsg{}))
	}
	return tea.Batch(r.overlay(l), r.narrow())
}

// openMarked shows the marked sessions alone.
func (r *root) openMarked() tea.Cmd {
	if r.top().name() == markedName {
		return r.out()
	}
	l := markedList(r.marks.sessions.clone())
	l.root = markedName
	return r.into(l)
}
