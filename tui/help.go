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

func newHelp(lines []helpLine, keys *keymap) *list {
	l := newList("keys", search.Tiered, func(context.Context, *view) rows {
		return &listing[helpLine]{
			items: lines,
			cols: []column[helpLine]{
				{Column: table.Column{Title: "KEY", Min: 6, Max: 10},
					cell: func(h helpLine) table.Cell { return table.Cell{Text: h.binding.shown, Style: table.Accent} }},
				{Column: table.Column{Title: "WHAT IT DOES", Min: 20},
					cell: func(h helpLine) table.Cell { return table.Cell{Text: h.what()} }},
			},
			id:    helpLine.id,
			found: func(h helpLine, add func(string)) { add(h.binding.name) },
			say: func(h helpLine, p *page) {
				p.head(h.binding.shown)
				p.add(h.what())
				p.label("roots", keys.named("{users} users, {hosts} hosts, {sessions} sessions, {failures} failures, {findings} findings, {evidence} evidence; "+
					"of the selected row: {timeline} timeline, {trail} trail"))
				p.label("marks", "= sure   ~ strong, or between two known times   ? weak or unknown   >= at least   < begun before")
				p.label("findings", "!!! high  !! medium  ! low  i info or only tried; - dismissed")
			},
			info: about{one: "key", many: "keys", empty: "no key does that"},
		}
	})
	l.overlay = true
	return l
}
