package export

import (
	"bufio"
	_ "embed"
	"html/template"
	"io"
)

//go:embed page.html
var pageHTML string

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// htmlPage is what the template is given: text only, which it escapes.
type htmlPage struct {
	Title    string
	About    []string
	Warnings []string
	Sections []htmlSection
	Bottom   int // of the grid of the timeline
	Label    int // where its ticks are written
}

type htmlSection struct {
	Title    string
	Below    bool // it is a part of the section before
	Timeline *timeline
	Notes    []string
	Header   []string
	Rows     [][]cell
	More     string
}

func cells(rows [][]string) [][]cell {
	out := make([][]cell, len(rows))
	for i, row := range rows {
		out[i] = make([]cell, len(row))
		for j, text := range row {
			out[i][j] = newCell(text)
		}
	}
	return out
}

// writeHTML writes the page as one HTML file that loads nothing.
func writeHTML(w io.Writer, c *content) error {
	p, err := newPage(c)
	if err != nil {
		return err
	}
	out := htmlPage{Title: p.title, About: p.about, Warnings: p.warnings, Bottom: p.timeline.Height - 20, Label: p.timeline.Height - 6}
	for _, s := range p.sections {
		h := htmlSection{Title: s.title, Below: s.below, Notes: s.notes, Header: s.header, Rows: cells(s.rows), More: s.more()}
		if s.figure == timelineFigure {
			h.Timeline = &p.timeline
		}
		out.Sections = append(out.Sections, h)
	}
	buffered := bufio.NewWriter(w)
	if err := pageTemplate.Execute(buffered, out); err != nil {
		return err
	}
	return buffered.Flush()
}
