package tui

import (
	"cmp"
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"spoor/model/search"
	"spoor/tui/table"
)

const chooserTitle = "columns"

// choosing is the list that chooses the columns of another.
type choosing struct {
	of    *list
	kind  string
	lines []columnLine
}

// columnLine is a column as the chooser shows it.
type columnLine struct {
	title string
	state string
}

const (
	columnOff    = "( )"
	columnOn     = "(x)"
	columnNoRoom = "(x) no room at this width"
)

// openColumns lists the columns of the list on top, to choose from.
func (r *root) openColumns() tea.Cmd {
	of := r.top()
	if of.choosing != nil {
		return r.out()
	}
	c := &choosing{of: of, kind: of.rows.about().kind}
	c.lines = r.columnLines(c)
	l := newList(chooserTitle, search.Position, func(_ context.Context, v *view) rows { return c.listing(v) })
	l.overlay, l.choosing = true, c
	l.run = func(r *root, _ int) tea.Cmd { return r.out() }
	return r.overlay(l)
}

// columnLines is what the chooser shows now.
func (r *root) columnLines(c *choosing) []columnLine {
	columns := c.of.rows.columns()
	choice := r.columns[c.kind]
	c.of.layout.Fit(r.width)
	var items []columnLine
	for _, i := range choice.sorted(columns) {
		line := columnLine{columns[i].Title, columnOn}
		switch {
		case slices.Contains(choice.off, line.title):
			line.state = columnOff
		case !c.of.layout.Shows(i):
			line.state = columnNoRoom
		}
		items = append(items, line)
	}
	return items
}

func (c *choosing) listing(v *view) rows {
	return &listing[columnLine]{
		items: c.lines,
		cols: []column[columnLine]{
			{Column: table.Column{Title: "SHOWN", Min: 5, Max: 28}, quiet: true,
				cell: func(l columnLine) table.Cell { return table.Cell{Text: l.state} }},
			{Column: table.Column{Title: "COLUMN", Min: 12}, cell: func(l columnLine) table.Cell { return table.Cell{Text: cmp.Or(l.title, "(how sure)")} }},
		},
		id: func(l columnLine) string { return l.title },
		say: func(_ columnLine, p *page) {
			p.add(v.key("toggle-column") + " shows a column or takes it away; one that was asked for is shown before the others where there is no room for all")
			p.add(v.key("column-left") + " and " + v.key("column-right") + " move it, " + v.key("enter") + " and " + v.key("close") + " go back; this holds for every list of its kind (" + c.kind + ") until the end of the run")
			p.add("for all runs: columns." + c.kind + " in the settings (spoor settings)")
		},
		info: about{one: "column", many: "columns"},
	}
}

// changeColumns changes the choice by the selected line of the chooser.
func (r *root) changeColumns(change func(c *columnChoice, order []string, title, state string) string) tea.Cmd {
	l := r.top()
	row, ok := l.row()
	lines, is := l.rows.(*listing[columnLine])
	if !ok || !is {
		return nil
	}
	of := l.choosing.of
	columns := of.rows.columns()
	choice := r.columns[l.choosing.kind]
	var order []string
	for _, i := range choice.sorted(columns) {
		order = append(order, columns[i].Title)
	}
	line := lines.item(row)
	next := columnChoice{order: slices.Clone(order), off: slices.Clone(choice.off), pinned: slices.Clone(choice.pinned)}
	next.order = keepUnseen(next.order, choice.order)
	if r.message = change(&next, order, line.title, line.state); r.message != "" {
		return nil
	}
	r.columns[l.choosing.kind] = next
	r.arrange(of)
	l.choosing.lines = r.columnLines(l.choosing)
	l.view = nil // what it shows has changed
	return r.refresh(l, true)
}

// keepUnseen adds to an order what an earlier one has besides: columns that
// this list leaves out, and others of its kind do not.
func keepUnseen(order, earlier []string) []string {
	for _, title := range earlier {
		if !slices.Contains(order, title) {
			order = append(order, title)
		}
	}
	return order
}

// toggleColumn shows a column, or takes it away.
func (r *root) toggleColumn() tea.Cmd {
	return r.changeColumns(func(c *columnChoice, order []string, title, state string) string {
		is := func(s string) bool { return s == title }
		if state != columnOn {
			c.off = slices.DeleteFunc(c.off, is)
			if !slices.Contains(c.pinned, title) {
				c.pinned = append(c.pinned, title)
			}
			return ""
		}
		left := slices.DeleteFunc(slices.Clone(order), func(s string) bool { return slices.Contains(c.off, s) })
		if len(left) == 1 {
			return "one column has to stay"
		}
		c.off = append(c.off, title)
		c.pinned = slices.DeleteFunc(c.pinned, is)
		return ""
	})
}

// moveColumn moves a column to the right, or to the left.
func moveColumn(by int) func(*root) tea.Cmd {
	return func(r *root) tea.Cmd {
		return r.changeColumns(func(c *columnChoice, order []string, title, _ string) string {
			from := slices.Index(order, title)
			to := from + by
			if to < 0 || to >= len(order) {
				return "it is at the end already"
			}
			c.order[from], c.order[to] = c.order[to], c.order[from]
			return ""
		})
	}
}
