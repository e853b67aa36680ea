package tui

import tea "charm.land/bubbletea/v2"

// hits are the rows that a filter found, remembered when it is given up: what
// happened around a hit lies between it and the next.
type hits struct {
	query string
	of    rows // those hold for these rows alone
	found map[uint32]bool
}

// giveUp drops the filter of a list and remembers what it found.
func (r *root) giveUp(l *list) tea.Cmd {
	l.query = ""
	if l.ran == "" {
		return r.refresh(l, true) // it found nothing of its own
	}
	l.hits = hits{query: l.ran, of: l.rows, found: make(map[uint32]bool, len(l.shown))}
	for _, row := range l.shown {
		l.hits.found[row] = true
	}
	r.message = r.keys.of("next-hit") + " and " + r.keys.of("hit-before") + " go to what matched " + quoted(l.hits.query)
	return r.refresh(l, true)
}

// hit goes to the next row, or the one before, that the last filter found.
func (r *root) hit(step int) tea.Cmd {
	l := r.top()
	switch {
	case l.query != "":
		r.message = "only what matches is shown; " + r.keys.of("close") + " shows all again"
		return nil
	case l.hits.found == nil:
		r.message = "nothing was looked for here yet; " + r.keys.of("narrow") + " narrows"
		return nil
	case l.hits.of != l.rows:
		r.message = "the list was made anew since; " + r.keys.of("narrow") + " looks for " + quoted(l.hits.query) + " again"
		return nil
	}
	for at := l.window.Cursor() + step; at >= 0 && at < len(l.shown); at += step {
		if l.hits.found[l.shown[at]] {
			return r.move(func(l *list) { l.window.MoveTo(at) })
		}
	}
	r.message = "no more that matched " + quoted(l.hits.query) + map[int]string{1: " below", -1: " above"}[step]
	return nil
}
