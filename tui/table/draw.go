package table

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"spoor/model/text"
)

// Style says what a piece of text is; a [Painter] decides how that looks.
type Style uint8

// The styles, and two flags that go with any of them.
const (
	Plain  Style = iota
	Strong       // headings, names
	Bad          // failures, damage
	Warn         // notes, what is not sure
	Accent       // what to press, where one is
	Match  Style = 1 << 6
	Chosen Style = 1 << 7
)

// Span is a run of bytes, End not included.
type Span struct{ Start, End int }

// Cell is one value.
type Cell struct {
	Text  string // as it was logged: it is cleaned before it is drawn
	Style Style
}

// Pen draws styled pieces of one line.
type Pen struct {
	// Printer is the gate that every text passes.
	Printer text.Printer
	// Paint returns clean text with a style's escape sequences around it.
	Paint func(Style, string) string

	out     strings.Builder
	pending strings.Builder
	style   Style
	cells   int
}

// Put draws text, cleaned, as wide as it is.
func (p *Pen) Put(style Style, s string) { p.put(style, p.Printer.Clean(s)) }

// PutWithin draws text, cleaned, in at most so many cells.
func (p *Pen) PutWithin(style Style, s string, cells int) {
	p.put(style, p.Printer.Fit(p.Printer.Clean(s), cells))
}

// Cells returns how wide the line is so far.
func (p *Pen) Cells() int { return p.cells }

// To draws spaces up to a column.
func (p *Pen) To(style Style, column int) {
	if n := column - p.cells; n > 0 {
		p.put(style, strings.Repeat(" ", n))
	}
}

func (p *Pen) put(style Style, clean string) {
	if clean == "" {
		return
	}
	if style != p.style {
		p.flush()
		p.style = style
	}
	p.cells += text.Width(clean)
	p.pending.WriteString(clean)
}

func (p *Pen) flush() {
	if p.pending.Len() > 0 {
		p.out.WriteString(p.Paint(p.style, p.pending.String()))
		p.pending.Reset()
	}
}

// Line returns what was drawn and starts a new line.
func (p *Pen) Line() string {
	p.flush()
	s := p.out.String()
	p.out.Reset()
	p.cells, p.style = 0, Plain
	return s
}

// Header draws the titles; the arrow stands behind the title of the column
// that the list is sorted by, if there is one.
func (l *Layout) Header(p *Pen, sorted int, arrow string) string {
	p.To(Strong, Gutter)
	for i, at := range l.shown {
		if i > 0 {
			p.To(Strong, p.Cells()+l.gap)
		}
		c := l.columns[at.column]
		title := c.Title
		if at.column == sorted {
			title = p.Printer.Fit(title, at.width-1) + arrow
		}
		l.cell(p, at, Cell{title, Strong}, 0, nil)
	}
	return p.Line()
}

// Row is what is drawn of one row.
type Row struct {
	Cell      func(column int) Cell
	Mark      string // at most one cell
	Chosen    bool
	Highlight func(clean string) []Span // the matched parts of a value, or nil
}

// Draw draws a row. A chosen row is as wide as the layout.
func (l *Layout) Draw(p *Pen, r Row) string {
	var flag Style
	if r.Chosen {
		flag = Chosen
	}
	p.PutWithin(Accent|flag, r.Mark, 1)
	p.To(flag, Gutter)
	for i, at := range l.shown {
		if i > 0 {
			p.To(flag, p.Cells()+l.gap)
		}
		l.cell(p, at, r.Cell(at.column), flag, r.Highlight)
	}
	if r.Chosen {
		p.To(flag, l.width)
	}
	return p.Line()
}

func (l *Layout) cell(p *Pen, at placed, c Cell, flag Style, highlight func(string) []Span) {
	clean := p.Printer.Clean(c.Text)
	shown := p.fit(clean, at.width, l.columns[at.column].Ends)
	start := p.Cells()
	if l.columns[at.column].Right {
		p.To(flag, start+at.width-text.Width(shown))
	}
	var spans []Span
	if highlight != nil {
		spans = highlight(clean)
	}
	keep := common(clean, shown)
	from := 0
	for _, s := range spans {
		if s.Start >= keep {
			break
		}
		p.put(c.Style|flag, shown[from:s.Start])
		from = min(s.End, keep)
		p.put(c.Style|flag|Match, shown[s.Start:from])
	}
	p.put(c.Style|flag, shown[from:])
	p.To(flag, start+at.width)
}

// leastEnds is the width below which both ends of a value say less than its
// beginning.
const leastEnds = 8

// fit cuts clean text to a width, at its end or in its middle.
func (p *Pen) fit(clean string, width int, ends bool) string {
	n := text.Width(clean)
	if !ends || n <= width || width < leastEnds {
		return p.Printer.Fit(clean, width)
	}
	tail := ansi.TruncateLeft(clean, n-width/2, "")
	return p.Printer.Fit(clean, width-text.Width(tail)) + tail
}

// common returns how many bytes of whole and cut are the same: where the
// ellipsis begins.
func common(whole, cut string) int {
	n := min(len(whole), len(cut))
	for i := range n {
		if whole[i] != cut[i] {
			return i
		}
	}
	return n
}
