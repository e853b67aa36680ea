package tui

import (
	"context"
	"fmt"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/search"
	"spoor/tui/table"
)

// trouble is one thing that is wrong with a file, or worth knowing.
type trouble struct {
	kind, where, what string
	style             table.Style
	event             model.EventRow // that says so, or None
	index             int
}

// troubleList says in words what could not be read of a file and what is
// missing in it.
func troubleList(title string, f event.File) *list {
	return newList(title, search.Tiered, func(_ context.Context, v *view) rows {
		return &listing[trouble]{
			items: v.troubles(f),
			cols: []column[trouble]{
				{Column: table.Column{Title: "KIND", Min: 7, Max: 7},
					cell: func(t trouble) table.Cell { return table.Cell{Text: t.kind, Style: t.style} },
					text: func(t trouble) string { return t.kind }},
				textColumn("WHERE", 16, 40, 1, func(t trouble) string { return t.where }),
				textColumn("WHAT", 20, 0, 0, func(t trouble) string { return t.what }),
			},
			id: func(t trouble) string { return fmt.Sprint(t.index) },
			next: func(t trouble) *list {
				if t.event == model.None {
					return nil
				}
				return recordList(v, v.snap.Event(t.event))
			},
			say: func(t trouble, p *page) {
				p.head(t.kind, t.where)
				p.add(t.what)
				p.label("file", f.Name)
			},
			copyText: func(t trouble) string { return join(f.Name, t.kind, t.where, t.what) },
			info:     about{one: "entry", many: "entries", empty: "this file was read without damage, gaps or notes, and nothing says that its log was cleared"},
		}
	})
}

func (v *view) troubles(f event.File) []trouble {
	var out []trouble
	add := func(kind string, style table.Style, where, what string) {
		out = append(out, trouble{kind, where, what, style, model.None, len(out)})
	}
	for _, x := range v.exhibits() {
		if x.file.ID != f.ID || x.file.Name != f.Name {
			continue
		}
		for _, d := range x.damage {
			add(x.damageWord(), table.Bad, damagePlace(d), d.Reason)
		}
		for _, c := range x.clears {
			add("cleared", table.Warn, c.Channel+" of "+v.hostName(c.Host), v.clearWords(c))
			out[len(out)-1].event = c.Event
		}
		for _, c := range x.logs {
			for _, g := range c.Gaps {
				add("gap", table.Warn, c.Channel+" of "+c.Computer, v.gapWords(g))
			}
		}
		for _, d := range x.notes {
			add("note", table.Plain, damagePlace(d), d.Reason)
		}
	}
	return out
}

// gapWords says how many records are missing and between which.
func (v *view) gapWords(g model.Gap) string {
	missing := uint64(0)
	if g.Before > g.After {
		missing = g.Before - g.After - 1
	}
	return fmt.Sprintf("%s missing between %d (%s) and %d (%s)",
		count(missing, "record", "records"), g.After, v.full(g.From), g.Before, v.full(g.To))
}

// clearWords says when a log was cleared, by whom, and which record says so.
// The log is named where another one tells of it.
func (v *view) clearWords(c model.Clear) string {
	e := v.snap.Event(c.Event)
	out := c.Time.Time().In(v.zone).Format("2006-01-02 15:04:05")
	if c.Channel != e.Channel {
		out = c.Channel + " " + out
	}
	by := c.By
	if by == "" {
		by = "nobody that is named"
	}
	return fmt.Sprintf("%s by %s (%d, record %d)", out, by, e.EventID, e.RecordID)
}

// damagePlace says where in a file damage lies.
func damagePlace(d event.Damage) string {
	switch {
	case d.Chunk >= 0 && d.Offset >= 0:
		return fmt.Sprintf("chunk %d, byte %d", d.Chunk, d.Offset)
	case d.Chunk >= 0:
		return fmt.Sprintf("chunk %d", d.Chunk)
	case d.Offset >= 0:
		return fmt.Sprintf("byte %d", d.Offset)
	}
	return "the file"
}
