package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spoor/model/text"
	"spoor/tui/table"
)

// frame is how the lines of the screen are given out: crumbs, titles, rows, a
// rule, details, status.
type frame struct{ rows, details int }

func (r *root) frame() frame {
	body := r.height - 4
	details := min(max(2, (body+1)/3), 14)
	return frame{rows: max(0, body-details), details: details}
}

// fit gives the list on top its room.
func (r *root) fit() {
	l := r.top()
	l.window.Resize(len(l.shown), r.frame().rows)
}

// View implements tea.Model.
func (r *root) View() tea.View {
	v := tea.NewView("")
	v.AltScreen = true
	if r.mouse.on {
		v.MouseMode = tea.MouseModeCellMotion
	}
	if r.width <= 0 || r.height <= 0 {
		return v
	}
	pen := r.theme.pen()
	var lines []string
	x, y := -1, -1
	switch {
	case r.tooSmall():
		lines = r.smallness(pen)
	case r.sheet != nil:
		sheet, sx, sy := r.sheet.lines(pen, r.width)
		lines = append([]string{r.crumbs(pen)}, sheet...)
		lines = lines[:min(len(lines), r.height-1)]
		for len(lines) < r.height-1 {
			lines = append(lines, "")
		}
		lines = append(lines, r.status(pen))
		x, y = sx, sy+1
	default:
		lines, x, y = r.screen(pen)
	}
	v.SetContent(strings.Join(lines, "\n"))
	if x >= 0 {
		v.Cursor = tea.NewCursor(min(x, r.width-1), y)
	}
	return v
}

func (r *root) tooSmall() bool { return r.width < leastWidth || r.height < leastHeight }

// smallness says what is needed, and what a key that leaves asked.
func (r *root) smallness(pen *table.Pen) []string {
	say := fmt.Sprintf("The terminal is too small: it has %dx%d and spoor needs %dx%d. %s quits.", r.width, r.height, leastWidth, leastHeight, r.keys.of("leave"))
	if r.leaving {
		say = r.sheet.message
	}
	var out []string
	for _, s := range text.Wrap(say, r.width) {
		pen.PutWithin(table.Plain, s, r.width)
		out = append(out, pen.Line())
	}
	return out[:min(len(out), r.height)]
}

// screen draws the list on top and its details; x and y are where the input's
// cursor stands, or -1.
func (r *root) screen(pen *table.Pen) (lines []string, x, y int) {
	l := r.top()
	f := r.frame()
	lines = append(lines, r.crumbs(pen))
	lines = append(lines, r.table(pen, l, f)...)
	y = len(lines)
	rule, x := r.rule(pen, l)
	lines = append(lines, rule)
	said, told := r.saidLines(l), l.page.lines(r.theme.printer, r.width)
	// There may be very many lines: those that there is room for are looked at.
	all := len(said) + len(told)
	details := slices.Concat(said, told[:min(len(told), f.details)])
	for i := range f.details {
		switch {
		case i == f.details-1 && all > f.details:
			more := fmt.Sprintf(" %d more lines", all-i)
			if !r.typing() {
				more += ": " + r.keys.of("details")
			}
			pen.PutWithin(table.Accent, more, r.width)
			lines = append(lines, pen.Line())
		case i < len(details):
			lines = append(lines, details[i].draw(pen, r.width))
		default:
			lines = append(lines, "")
		}
	}
	if x < 0 {
		y = -1
	}
	return append(lines, r.status(pen)), x, y
}

// table draws the titles and the visible rows, or why there are none.
func (r *root) table(pen *table.Pen, l *list, f frame) []string {
	var lines []string
	if l.rows == nil {
		pen.PutWithin(table.Plain, "  working", r.width)
		lines = append(lines, "", pen.Line())
	} else if l.timeline != nil && len(l.shown) > 0 {
		lines = append(lines, r.timelineTable(pen, l, f)...)
	} else {
		l.layout.Fit(r.width)
		lines = append(lines, l.layout.Header(pen, l.sort.column, r.arrow(l)))
		highlight := r.highlighter(l)
		from, to := l.window.Visible()
		for place := from; place < to; place++ {
			row := int(l.shown[place])
			lines = append(lines, l.layout.Draw(pen, table.Row{
				Cell:      func(c int) table.Cell { return l.rows.cell(row, c) },
				Mark:      r.markOf(l, row),
				Chosen:    place == l.window.Cursor(),
				Highlight: highlight,
			}))
		}
		if len(l.shown) == 0 {
			for _, s := range text.Wrap(r.theme.printer.Clean(r.whyEmpty(l)), r.width-4) {
				pen.PutWithin(table.Plain, "  "+s, r.width)
				lines = append(lines, pen.Line())
			}
		}
	}
	lines = lines[:min(len(lines), f.rows+1)]
	for len(lines) < f.rows+1 {
		lines = append(lines, "")
	}
	return lines
}

// saidLines say what is wrong in what is typed, right below it, or what the
// last key did where that is longer than the line above.
func (r *root) saidLines(l *list) []pageLine {
	p := new(page)
	switch {
	case r.prompt != nil:
		p.style(table.Bad, r.prompt.said)
	case l.input != nil:
		p.style(table.Bad, r.wrongFilter(l))
	case !r.fitsRule(r.message):
		p.style(table.Accent, r.message)
	}
	return p.lines(r.theme.printer, r.width)
}

// fitsRule reports whether a message can be read whole in the rule.
func (r *root) fitsRule(message string) bool {
	return text.Width(r.theme.printer.Clean(message)) <= r.width-8
}

func (r *root) arrow(l *list) string {
	if l.sort.down {
		return r.theme.down
	}
	return r.theme.up
}

func (r *root) markOf(l *list, row int) string {
	if r.marks.count() == 0 {
		return l.rows.gutter(row)
	}
	if ref, ok := l.rows.beside(row); ok && slices.Contains(r.marks.beside, ref) {
		return "*"
	}
	switch n, of := r.marks.shown.among(&r.marks, l.view.snap, l.rows, row); {
	case n == 0:
		return l.rows.gutter(row)
	case n < of:
		return "+" // of a run, some
	}
	return "*"
}

// whyEmpty says why there is nothing to show and what to do.
func (r *root) whyEmpty(l *list) string {
	info := l.rows.about()
	switch {
	case l.rows.len() > 0:
		none := "none of " + count(l.rows.len(), info.one, info.many) + " matches " + quoted(l.ran) + "; " + r.keys.of("close") + " shows all again"
		if info.sessions && !strings.Contains(l.ran, ":") {
			none += "; what is written after user: and host: is also looked for in SIDs and in full names" // not in a row's cells
		}
		return none
	case r.progress.Err != nil && l.title == evidenceTitle:
		return r.progress.Err.Error()
	case r.progress.Err != nil:
		return r.whyNothing() + "; " + r.keys.of("evidence") + " lists what was tried"
	case info.waits != "":
		return info.waits
	case !r.progress.Finished && !l.slow && !l.overlay:
		return "nothing yet: the evidence is still being read"
	}
	return info.empty
}

// whyNothing says why nothing could be read: of what was tried the first, too.
func (r *root) whyNothing() string {
	why, tried := r.progress.Err.Error(), 0
	for _, d := range r.view.snap.Damage() {
		if d.Note {
			continue
		}
		if tried++; tried == 1 {
			why += ": " + d.Name + ": " + d.Reason
		}
	}
	if tried > 1 {
		why += ", and " + thousands(tried-1) + " more"
	}
	return why
}

// crumbs draws the way here, and what the evidence covers.
func (r *root) crumbs(pen *table.Pen) string {
	right := r.view.span()
	var titles []string
	for _, l := range r.stack {
		title := l.title
		if l.crumb != nil {
			title = l.crumb(r.view)
		}
		titles = append(titles, r.theme.printer.Clean(title))
	}
	room := r.width - text.Width(right) - 3
	if room < r.width/2 {
		right = zoneName(r.view.zone, r.view.last.Time())
		room = r.width - text.Width(right) - 3
	}
	way := strings.Join(titles, r.theme.crumb)
	for len(titles) > 1 && text.Width(way) > room {
		titles = titles[1:]
		way = strings.Join(append([]string{"..."}, titles...), r.theme.crumb)
	}
	pen.PutWithin(table.Strong, " "+way, r.width-text.Width(right)-2)
	pen.To(table.Plain, r.width-text.Width(right)-1)
	pen.PutWithin(table.Plain, right, r.width-pen.Cells())
	return pen.Line()
}

// rule draws the line between list and details: what is typed, or what the
// last key did.
func (r *root) rule(pen *table.Pen, l *list) (line string, x int) {
	x = -1
	switch {
	case r.prompt != nil:
		pen.PutWithin(table.Accent, r.prompt.label+": ", r.width/2)
		x = typedText(pen, r.prompt.input.Value(), r.prompt.input.Position(), r.width-pen.Cells()-2)
		pen.Put(table.Plain, " ")
	case l.input != nil:
		pen.Put(table.Accent, "/")
		x = typedText(pen, l.input.Value(), l.input.Position(), r.width-12)
		pen.Put(table.Plain, " ")
		if hints := r.hints(r.width - 8 - pen.Cells()); hints != "" {
			pen.Put(table.Plain, strings.Repeat(r.theme.rule, r.width-4-pen.Cells()-len(hints))+" "+hints+" ")
		}
	case r.message != "" && r.fitsRule(r.message):
		pen.Put(table.Plain, strings.Repeat(r.theme.rule, 2)+" ")
		pen.PutWithin(table.Accent, r.message, r.width-8)
		pen.Put(table.Plain, " ")
	case l.query != "":
		pen.PutWithin(table.Accent, "/"+l.query, r.width-12)
		pen.Put(table.Plain, " ")
	}
	pen.Put(table.Plain, strings.Repeat(r.theme.rule, max(0, r.width-pen.Cells())))
	return pen.Line(), x
}

// typedText draws what is typed in at most width cells, the part around the
// cursor, and returns where the cursor stands.
func typedText(pen *table.Pen, value string, position, width int) int {
	letters := []rune(value)
	position = min(position, len(letters))
	before := pen.Printer.Clean(string(letters[:position]))
	for text.Width(before) > max(1, width-2) && before != "" {
		_, size := firstRune(before)
		before = before[size:]
	}
	pen.Put(table.Plain, before)
	at := pen.Cells()
	pen.PutWithin(table.Plain, string(letters[position:]), width-text.Width(before))
	return at
}
