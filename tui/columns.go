package tui

import (
	"slices"

	"spoor/tui/table"
)

// columnKind is a kind of list whose columns can be chosen.
type columnKind struct {
	name, means string
	columns     func(*view) []string // the titles of its columns
}

func titles[T any](columns []column[T]) []string {
	var out []string
	for _, c := range columns {
		out = append(out, c.Title)
	}
	return out
}

// columnKinds is the table of lists whose columns can be chosen.
func columnKinds() []columnKind {
	pairs := func(title string) func(*view) []string {
		return func(v *view) []string { return titles(pairColumns(v, title, nil)) }
	}
	return []columnKind{
		{"users", "users (1)", func(v *view) []string { return titles(userColumns(v)) }},
		{"account-hosts", "the hosts of an account", pairs("HOST")},
		{"hosts", "hosts (2)", func(v *view) []string { return titles(hostColumns(v)) }},
		{"host-accounts", "the accounts of a host", pairs("ACCOUNT")},
		{"sessions", "sessions (3), of an account, of a host, and the marked ones", func(v *view) []string { return titles(sessionColumns(v, sessionScope{})) }},
		{"logons", "the logon IDs of a session", func(v *view) []string { return titles(logonColumns(v)) }},
		{"events", "events", func(v *view) []string { return titles(eventColumns(v)) }},
		{"fields", "the fields of one event", func(*view) []string { return titles(fieldColumns()) }},
		{"failures", "failures (4)", func(v *view) []string { return titles(failureColumns(v)) }},
		{"findings", "findings (7)", func(v *view) []string { return titles(findingColumns(v)) }},
		{"finding", "what a finding is about", func(v *view) []string { return titles(partColumns(v)) }},
		{"trail", "trails (6)", func(v *view) []string { return titles(trailColumns(v)) }},
		{"evidence", "evidence (8)", func(v *view) []string { return titles(evidenceColumns(v)) }},
		{"presence", "who was on at a time (w)", func(v *view) []string { return titles(presenceColumns(v)) }},
		{"kin", "what led to a session and came out of it (p)", func(v *view) []string { return titles(kinColumns(v)) }},
	}
}

// columnsOf returns the titles of a kind of list, nil for an unknown one.
func columnsOf(kind string) []string {
	for _, k := range columnKinds() {
		if k.name == kind {
			return k.columns(new(view)) // titles are the same in every view
		}
	}
	return nil
}

// columnChoice is what the user wants of the columns of a kind of list, by
// their titles. The zero choice leaves everything as it is.
type columnChoice struct {
	order  []string // those that are not named come after
	off    []string
	pinned []string // shown before others where there is no room for all
}

// chosenColumns are the columns of a setting, and no others.
func chosenColumns(kind string, wanted []string) columnChoice {
	c := columnChoice{order: wanted, pinned: wanted}
	for _, title := range columnsOf(kind) {
		if !slices.Contains(wanted, title) {
			c.off = append(c.off, title)
		}
	}
	return c
}

// sorted returns columns as the choice orders them.
func (c columnChoice) sorted(columns []table.Column) []int {
	place := func(i int) int {
		if at := slices.Index(c.order, columns[i].Title); at >= 0 {
			return at
		}
		return len(c.order)
	}
	order := make([]int, len(columns))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return place(a) - place(b) })
	return order
}

// shown returns the columns that are shown where there is room, in order; all
// of them where none would be left.
func (c columnChoice) shown(columns []table.Column) []int {
	all := c.sorted(columns)
	on := slices.DeleteFunc(slices.Clone(all), func(i int) bool { return slices.Contains(c.off, columns[i].Title) })
	if len(on) == 0 {
		return all
	}
	return on
}

// arrange lays the columns of a list out as the user wants them.
func (r *root) arrange(l *list) {
	choice, ok := r.columns[l.rows.about().kind]
	if !ok {
		return
	}
	columns := l.rows.columns()
	l.layout.Arrange(choice.shown(columns), func(i int) bool { return slices.Contains(choice.pinned, columns[i].Title) })
}
