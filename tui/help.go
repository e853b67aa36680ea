package tui

import (
	"context"

	"spoor/model/search"
	"spoor/tui/table"
)

// helpLine is a key as help shows it.
type helpLine struct {
	binding binding
	works   bool // here and now
}

func newHelp(lines []helpLine) *list {
	l := newList("keys", search.Tiered, func(context.Context, *view) rows {
		return &listing[helpLine]{
			items: lines,
			cols: []column[helpLine]{
				{Column: table.Column{Title: "KEY", Min: 6, Max: 10},
					cell: func(h helpLine) table.Cell { return table.Cell{Text: h.binding.shown, Style: table.Accent} }},
				{Column: table.Column{Title: "WHAT IT DOES", Min: 20},
					cell: func(h helpLine) table.Cell { return table.Cell{Text: h.what()} }},
			},
			id: helpLine.id,
			say: func(h helpLine, p *page) {
				p.head(h.binding.shown)
				p.add(h.what())
				p.label("roots", "1 users, 2 hosts, 3 sessions, 4 failures, 8 evidence; of the selected row: 5 timeline, 6 trail")
				p.label("marks", "= sure   ~ strong, or between two known times   ? weak or unknown   >= at least   < begun before")
			},
			info: about{one: "key", many: "keys", empty: "no key does that"},
		}
	})
	l.overlay = true
	return l
}
