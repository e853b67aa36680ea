package tui

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spoor/model/findings"
)

// dismissals are the findings that were set aside, by their IDs, so that they
// outlive snapshots and runs.
type dismissals struct {
	byID    map[string]findings.Dismissal // replaced when it changes: views share it
	version int                           // counts the changes
	shown   bool                          // in lists of findings
	notes   map[string]string             // of those that were restored in this run
}

func (d *dismissals) set(one findings.Dismissal, on bool) {
	d.version++
	d.byID = maps.Clone(d.byID)
	if d.byID == nil {
		d.byID = map[string]findings.Dismissal{}
	}
	if on {
		d.byID[one.ID] = one
	} else {
		delete(d.byID, one.ID)
	}
}

// list returns all of them in an order of its own.
func (d *dismissals) list() []findings.Dismissal {
	out := slices.Collect(maps.Values(d.byID))
	slices.SortFunc(out, func(a, b findings.Dismissal) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// restore takes a finding back, and keeps its note for whoever pressed the key
// in error.
func (d *dismissals) restore(id string) {
	if d.notes == nil {
		d.notes = map[string]string{}
	}
	d.notes[id] = d.byID[id].Note
	d.set(findings.Dismissal{ID: id}, false)
}

// dismiss sets the selected finding aside, with a note that it asks for, or
// takes it back.
func (r *root) dismiss() tea.Cmd {
	l := r.top()
	row, _ := l.row()
	id, title := l.rows.finding(row)
	if _, aside := r.aside.byID[id]; aside {
		r.aside.restore(id)
		r.message = "restored; " + r.keys.of("dismiss") + " again offers its note: " + title
		return r.look(r.view.snap, r.view.zone, r.view.all)
	}
	r.ask("dismissed, because", r.aside.notes[id], func(r *root, note string) (tea.Cmd, string) {
		if note = strings.TrimSpace(note); note == "" {
			return nil, "say why: exports and whoever comes after read it; esc leaves the finding as it is"
		}
		r.aside.set(findings.Dismissal{ID: id, Note: note, Time: r.options.Now()}, true)
		r.message = "dismissed; " + r.keys.of("dismissed") + " shows it"
		if r.keeping.keeper == nil {
			r.message = "dismissed for this run only: nothing is kept for the next one; " + r.keys.of("dismissed") + " shows it"
		}
		return r.look(r.view.snap, r.view.zone, r.view.all), ""
	})
	return nil
}

// toggleDismissed shows or hides what was set aside.
func (r *root) toggleDismissed() tea.Cmd {
	r.aside.shown = !r.aside.shown
	r.message = "dismissed findings are hidden"
	if r.aside.shown {
		r.message = "dismissed findings are shown"
	}
	return r.look(r.view.snap, r.view.zone, r.view.all)
}
