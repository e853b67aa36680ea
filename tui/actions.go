package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// move moves the cursor.
func (r *root) move(f func(*list)) tea.Cmd {
	l := r.top()
	before := l.window.Cursor()
	f(l)
	if l.window.Cursor() == before {
		return nil
	}
	l.moved = true
	if l.timeline != nil {
		l.timeline.choose(l)
	}
	return r.rest(l)
}

// enter goes into the selected row.
func (r *root) enter() tea.Cmd {
	l := r.top()
	row, ok := l.row()
	if !ok {
		return nil
	}
	if l.input != nil && r.wrongFilter(l) != "" {
		return nil // the rows are not what was asked for
	}
	l.input = nil
	if l.run != nil {
		return l.run(r, row)
	}
	below := l.rows.below(row)
	if below == nil {
		r.message = "this is the last level; " + r.keys.of("details") + " shows the details, " + r.keys.of("close") + " goes back"
		return nil
	}
	return r.into(below)
}

// escape closes what is open, from the inside out; it never quits.
func (r *root) escape() tea.Cmd {
	l := r.top()
	switch {
	case l.palette:
		return r.out()
	case l.input != nil:
		return r.leaveInput()
	case l.overlay:
		return r.out()
	case l.from != "":
		l.from = ""
		r.message = "the range is given up; nothing was marked"
		return nil
	case l.query != "":
		return r.giveUp(l)
	}
	return r.out()
}

func (r *root) quitOrOut() tea.Cmd {
	if len(r.stack) > 1 {
		return r.out()
	}
	return r.quit()
}

// quit leaves the program; while an export is being written it asks once.
func (r *root) quit() tea.Cmd {
	if r.sheet != nil && r.sheet.writing && !r.leaving {
		r.leaving = true
		r.sheet.say("still writing; ctrl+c again quits and leaves no file")
		return nil
	}
	return tea.Quit
}

func (r *root) sortBy(turn bool) tea.Cmd {
	l := r.top()
	if !l.sortBy(turn) {
		r.message = r.keys.of("sort") + " chooses a column to sort by first"
		return nil
	}
	return r.refresh(l, true)
}

func (r *root) toggleAll() tea.Cmd {
	r.message = "machine and built-in accounts are shown"
	if r.view.all {
		r.message = "machine and built-in accounts are hidden"
	}
	return r.look(r.view.snap, r.view.zone, !r.view.all)
}

func (r *root) nextZone() tea.Cmd {
	next := r.zones[0]
	for i, z := range r.zones {
		if z == r.view.zone {
			next = r.zones[(i+1)%len(r.zones)]
		}
	}
	cmd := r.look(r.view.snap, next, r.view.all)
	if written := r.top().zone; written != nil && written != next {
		cmd = tea.Batch(cmd, r.rewrite())
	}
	r.message = "times are " + zoneName(next, r.view.last.Time())
	return cmd
}

func (r *root) stopLoading() tea.Cmd {
	r.loading.stop()
	r.message = "stopping; what was read stays"
	return nil
}

func (r *root) openHelp() tea.Cmd {
	return r.overlay(helpList(r.keys, r.scope()))
}

func (r *root) openXML() tea.Cmd {
	return r.into(xmlList(r.top().rows.about().record))
}

// copyValue sends what the row is about to the terminal's clipboard. Whether
// the terminal takes it is not known, so nothing claims that it was copied.
func (r *root) copyValue() tea.Cmd {
	row, _ := r.top().row()
	return r.sendCopy(r.theme.printer.Clean(r.top().rows.copied(row)))
}

func (r *root) copyRow() tea.Cmd {
	l := r.top()
	row, _ := l.row()
	var cells []string
	for c := range l.rows.columns() {
		cells = append(cells, r.theme.printer.Clean(l.rows.cell(row, c).Text))
	}
	return r.sendCopy(strings.Join(cells, "\t"))
}

// sendCopy sends clean text.
func (r *root) sendCopy(clean string) tea.Cmd {
	shown := strings.ReplaceAll(clean, "\t", "  ")
	r.message = "sent to the terminal (OSC 52): " + shown
	if r.options.Copy == nil {
		return tea.SetClipboard(clean)
	}
	said := r.message
	return tea.Batch(tea.SetClipboard(clean), func() tea.Msg {
		where, err := r.options.Copy(r.ctx, clean)
		switch {
		case err != nil:
			return copiedMsg{said, "sent to the terminal (OSC 52), but not " + where + " (" + err.Error() + "): " + shown}
		case where != "":
			return copiedMsg{said, where + ", and sent to the terminal (OSC 52): " + shown}
		}
		return nil
	})
}

// copiedMsg says where else a copy went than to the terminal.
type copiedMsg struct{ instead, message string }

// copied says so, unless something else was said meanwhile.
func (r *root) copied(m copiedMsg) {
	if r.message == m.instead {
		r.message = m.message
	}
}
