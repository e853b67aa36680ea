package tui

import (
	"spoor/model/text"
	"spoor/tui/table"
)

// page is prose under a list: lines of styled pieces and labelled values.
type page struct {
	paragraphs []paragraph
	wrapped    wrapped
}

// wrapped is a page's lines as they were last drawn.
type wrapped struct {
	printer    text.Printer
	width      int
	paragraphs int // that they are of
	lines      []pageLine
}

type piece struct {
	style table.Style
	text  string
}

type paragraph struct {
	label  string
	pieces []piece
}

// labelWidth is where labelled values begin.
const labelWidth = 10

// add adds a paragraph of plain texts, two spaces apart; the empty ones are
// left out.
func (p *page) add(parts ...string) { p.style(table.Plain, parts...) }

// head adds a paragraph in bold.
func (p *page) head(parts ...string) { p.style(table.Strong, parts...) }

func (p *page) style(style table.Style, parts ...string) {
	if s := join(parts...); s != "" {
		p.paragraphs = append(p.paragraphs, paragraph{"", []piece{{style, s}}})
	}
}

// label adds a labelled value, unless there is none.
func (p *page) label(label string, parts ...string) { p.styled(label, table.Plain, parts...) }

func (p *page) styled(label string, style table.Style, parts ...string) {
	if s := join(parts...); s != "" {
		p.paragraphs = append(p.paragraphs, paragraph{label, []piece{{style, s}}})
	}
}

// item adds a value in the column of labelled ones, with a label or, where it
// goes on with what the one before began, without.
func (p *page) item(label, s string) {
	if label == "" && len(p.paragraphs) > 0 {
		last := &p.paragraphs[len(p.paragraphs)-1]
		last.pieces = append(last.pieces, piece{table.Plain, s})
		return
	}
	p.label(label, s)
}

// pageLine is a line of a page as it is drawn.
type pageLine struct {
	label  string
	indent int // where the text begins
	style  table.Style
	text   string // clean
}

// lines wraps the page to a width.
func (p *page) lines(printer text.Printer, width int) []pageLine {
	if p == nil {
		return nil
	}
	if w := p.wrapped; w.width == width && w.printer == printer && w.paragraphs == len(p.paragraphs) {
		return w.lines
	}
	out := p.wrap(printer, width)
	p.wrapped = wrapped{printer, width, len(p.paragraphs), out}
	return out
}

func (p *page) wrap(printer text.Printer, width int) []pageLine {
	var out []pageLine
	for _, g := range p.paragraphs {
		indent := 0
		if g.label != "" {
			indent = labelWidth
			if n := text.Width(printer.Clean(g.label)) + 2; n > indent {
				indent = n
			}
		}
		if indent > width/2 {
			indent = 0
		}
		for n, piece := range g.pieces {
			for i, s := range text.Wrap(printer.Clean(piece.text), max(1, width-1-indent)) {
				l := pageLine{indent: indent, style: piece.style, text: s}
				switch {
				case n > 0 || i > 0 || g.label == "":
				case indent > 0:
					l.label = g.label
				default:
					l.text = g.label + " " + s
				}
				out = append(out, l)
			}
		}
	}
	return out
}

// draw writes a line of a page.
func (l pageLine) draw(pen *table.Pen, width int) string {
	pen.PutWithin(table.Accent, " "+l.label, width)
	pen.To(table.Plain, min(width, 1+l.indent))
	pen.PutWithin(l.style, l.text, width-pen.Cells())
	return pen.Line()
}
