package tui

import (
	"context"
	"strconv"
	"strings"

	"spoor/model/search"
	"spoor/tui/table"
)

// textLine is a line of a text that is shown by itself.
type textLine struct {
	number int
	pageLine
}

// textList shows lines of text, to scroll and to narrow.
func textList(title string, lines func() []pageLine) *list {
	l := newList(title, search.Position, func(context.Context, *view) rows {
		var items []textLine
		for i, l := range lines() {
			items = append(items, textLine{i, l})
		}
		return &listing[textLine]{
			items: items,
			cols: []column[textLine]{{Column: table.Column{Title: strings.ToUpper(title), Min: 20},
				cell: func(l textLine) table.Cell { return table.Cell{Text: l.whole(), Style: l.style} }}},
			id:       func(l textLine) string { return strconv.Itoa(l.number) },
			say:      func(l textLine, p *page) { p.style(l.style, l.whole()) },
			copyText: textLine.whole,
			info:     about{one: "line", many: "lines", empty: "there is nothing more to say"},
		}
	})
	l.overlay = true
	return l
}

func (l textLine) whole() string {
	if l.label == "" {
		return strings.Repeat(" ", l.indent) + l.text
	}
	return l.label + strings.Repeat(" ", max(1, l.indent-len(l.label))) + l.text
}

// xmlList shows an event's XML, an element a line.
func xmlList(xml string) *list {
	var lines []pageLine
	for _, s := range strings.Split(strings.ReplaceAll(xml, "><", ">\n<"), "\n") {
		lines = append(lines, pageLine{text: s})
	}
	return textList("xml", func() []pageLine { return lines })
}
