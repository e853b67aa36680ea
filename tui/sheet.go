package tui

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"spoor/model"
	"spoor/model/export"
	"spoor/model/findings"
	"spoor/tui/table"
)

// sheet is the export sheet: what is written, how and where.
type sheet struct {
	what     string // which sessions
	sessions []model.SessionRow
	beside   []besideRef
	snap     *model.Snapshot
	formats  []export.Format
	format   int
	noEvents bool
	mask     bool // hide the names that only failed attempts give
	path     textinput.Model
	edited   bool // the path is the user's
	field    int  // formatField and so on
	exists   bool // asked whether to overwrite
	warned   bool // that the name is another format's

	amount  amount
	writing bool
	cancel  context.CancelFunc
	message string
}

const (
	formatField = iota
	eventsField
	namesField
	pathField
	fieldCount
)

func (s *sheet) say(message string) { s.message = message }

// openSheet opens the sheet for the marked sessions, else the selected one.
func (r *root) openSheet() tea.Cmd {
	s := &sheet{snap: r.view.snap, formats: r.formats(), path: textinput.New(), field: formatField}
	if n := r.marks.count(); n > 0 {
		s.sessions, s.beside = r.marks.sessions.rows(s.snap), r.marks.beside
		s.what = count(len(s.sessions), "marked session", "marked sessions")
		if len(s.beside) > 0 {
			s.what = join(s.what, besideWords(s.beside))
		}
		if r.marks.earlier > 0 {
			s.message = count(r.marks.earlier, "mark is", "marks are") + " from an earlier run"
		}
		if missing := n - len(s.sessions) - len(s.beside); missing > 0 {
			s.message = fmt.Sprintf("%d of the %d marked are not in the evidence as read so far", missing, n)
		}
	} else {
		l := r.top()
		row, _ := l.row()
		if l.view.snap != s.snap {
			s.snap = l.view.snap
		}
		s.sessions = l.rows.sessions(row)
		s.what = "the selected session (none is marked)"
		if n := len(s.sessions); n > 1 {
			s.what = "the " + thousands(n) + " sessions of the selected row (none is marked)"
		} else if ref, ok := l.rows.beside(row); ok && n == 0 {
			s.beside = []besideRef{ref}
			s.what = "the selected " + ref.what() + ", which has no session (none is marked)"
		}
	}
	s.path.Prompt = ""
	s.path.SetVirtualCursor(false)
	s.path.Focus()
	r.sheet = s
	r.suggest()
	return r.countEvents(s)
}

// formats are those that can be written here.
func (r *root) formats() []export.Format {
	return slices.DeleteFunc(export.Formats(), func(f export.Format) bool { return f == export.EVTX && r.options.NewLog == nil })
}

// suggest names the file, until the user does.
func (r *root) suggest() {
	s := r.sheet
	if !s.edited {
		s.path.SetValue(filepath.Join(r.options.Folder, export.DefaultPath(s.formats[s.format], r.options.Now())))
		s.path.CursorEnd()
	}
}

// pressSheet handles a key while the sheet is open.
func (r *root) pressSheet(k tea.KeyPressMsg) tea.Cmd {
	s := r.sheet
	name := k.String()
	switch {
	case name == "esc":
		return r.closeSheet()
	case s.writing:
		s.say("still writing; esc stops it and leaves no file")
	case s.exists:
		s.exists = false
		s.say("not written")
		if name == "y" {
			return r.write(true)
		}
	case name == "enter":
		return r.write(false)
	case name == "tab" || name == "down":
		s.field = (s.field + 1) % fieldCount
	case name == "shift+tab" || name == "up":
		s.field = (s.field + fieldCount - 1) % fieldCount
	case s.field != pathField && (name == "right" || name == "left" || name == "space"):
		s.choose(name == "left")
		r.suggest()
	default:
		s.edit(k)
	}
	return nil
}

// named returns the format that a path ends like, if that is not the chosen one.
func (s *sheet) named(path string) (export.Format, bool) {
	end := strings.ToLower(filepath.Ext(path))
	chosen := filepath.Ext(export.DefaultPath(s.formats[s.format], time.Time{}))
	if end == "" || end == chosen {
		return "", false
	}
	for _, f := range s.formats {
		if filepath.Ext(export.DefaultPath(f, time.Time{})) == end {
			return f, true
		}
	}
	return "", false
}

// choose takes the next choice of a field, or the one before.
func (s *sheet) choose(before bool) {
	switch {
	case s.field == eventsField:
		s.noEvents = !s.noEvents
	case s.field == namesField:
		s.mask = !s.mask
	case before:
		s.format = (s.format + len(s.formats) - 1) % len(s.formats)
	default:
		s.format = (s.format + 1) % len(s.formats)
	}
}

// edit lets a key change the path. What changes it from another field takes
// the focus there: nothing that is typed is lost unseen.
func (s *sheet) edit(typed tea.Msg) {
	path, _ := s.path.Update(typed)
	changed := path.Value() != s.path.Value()
	if !changed && s.field != pathField {
		return
	}
	s.path, s.field, s.edited = path, pathField, s.edited || changed
}

func (s *sheet) paste(p tea.PasteMsg) tea.Cmd {
	if !s.writing && !s.exists {
		s.edit(p)
	}
	return nil
}

func (r *root) closeSheet() tea.Cmd {
	if r.sheet.writing {
		r.sheet.cancel()
		r.sheet.say("stopping")
		return nil
	}
	r.sheet.amount.stop()
	r.sheet, r.leaving = nil, false
	return nil
}

// writtenMsg says how an export went.
type writtenMsg struct {
	sheet  *sheet
	result export.Result
	err    error
}

// write exports beside the UI.
func (r *root) write(overwrite bool) tea.Cmd {
	s := r.sheet
	path := strings.TrimSpace(s.path.Value())
	if path == "" {
		s.say("name a file to write to")
		return nil
	}
	if other, ok := s.named(path); ok && !s.warned {
		s.warned = true
		s.say(fmt.Sprintf("the name is one of the format %s, but %s is chosen above; enter again writes it so", other, s.formats[s.format]))
		return nil
	}
	if s.noEvents && s.formats[s.format] == export.EVTX {
		s.say("the format evtx is events alone: choose another, or all events")
		return nil
	}
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home := lookup(r.options.Environ, "HOME"); home != "" {
			path = filepath.Join(home, rest)
		}
	}
	request := export.Request{
		Snapshot: s.snap, Sessions: s.sessions, Format: s.formats[s.format], Path: path,
		Overwrite: overwrite, NoEvents: s.noEvents, MaskUnknownNames: s.mask,
		Zone: r.view.zone, Read: r.options.Read, NewLog: r.options.NewLog, Provenance: r.options.Provenance,
	}
	request.Dismissals = r.aside.list()
	request.Findings = r.foundIn(s.snap)
	if set, err := findings.Parse(r.options.Thresholds...); err == nil {
		request.Thresholds = set
	}
	request.Provenance.Now = r.options.Now
	request.Provenance.Filter = s.what
	ctx, cancel := context.WithCancel(r.ctx)
	s.writing, s.cancel = true, cancel
	s.say("writing")
	set := r.foundIn(s.snap)
	return func() tea.Msg {
		defer cancel()
		request.Beside = besideOf(ctx, s.snap, set, s.beside)
		result, err := export.Write(ctx, request)
		return writtenMsg{s, result, err}
	}
}

// foundIn returns the findings of a snapshot, nil where they are not known.
func (r *root) foundIn(snap *model.Snapshot) *findings.Set {
	if found := r.judging.found; found != nil && found.snap == snap {
		return found.set
	}
	return nil
}

// written takes the result over.
func (r *root) written(m writtenMsg) tea.Cmd {
	s := m.sheet
	s.writing = false
	switch {
	case m.err == nil:
		r.sheet, r.leaving = nil, false
		r.message = fmt.Sprintf("wrote %s, %s to %s", wroteWords(m.result),
			count(m.result.Events, "event", "events"), strings.Join(m.result.Paths, " and "))
		if n := len(m.result.Missing); n > 0 {
			r.message = count(n, "event", "events") + " could not be written, see the manifest; " + r.message
		}
	case errors.Is(m.err, fs.ErrExist):
		s.exists = true
		s.say(s.path.Value() + " exists. Overwrite it? y overwrites, any other key does not")
	case errors.Is(m.err, context.Canceled):
		s.say("stopped; nothing was left behind")
	default:
		s.say("not written: " + m.err.Error())
	}
	return nil
}

func wroteWords(r export.Result) string {
	if r.Sessions == 0 {
		return count(r.Failures, "failure", "failures")
	}
	return count(r.Sessions, "session", "sessions")
}

// lines draws the sheet; cursor is where the path is typed.
func (s *sheet) lines(pen *table.Pen, width int) (lines []string, x, y int) {
	x, y = -1, -1
	line := func(field int, label string, draw func()) {
		style := table.Plain
		if field == s.field {
			style = table.Chosen
		}
		pen.Put(table.Plain, "  ")
		pen.Put(style, label)
		pen.To(table.Plain, 12)
		draw()
		lines = append(lines, pen.Line())
	}
	pen.PutWithin(table.Strong, " export "+s.what, width)
	lines = append(lines, pen.Line(), "")
	for i, row := range s.formatRows(width - 13) {
		label := "format"
		if i > 0 {
			label = ""
		}
		line(formatField, label, func() {
			for _, f := range row {
				pen.PutWithin(table.Plain, choice(f == s.formats[s.format], string(f)), width-pen.Cells())
			}
		})
	}
	line(eventsField, "events", func() {
		pen.PutWithin(table.Plain, choice(!s.noEvents, "all of the sessions"), width-pen.Cells())
		pen.PutWithin(table.Plain, choice(s.noEvents, "only the sessions"), width-pen.Cells())
	})
	y = len(lines)
	line(namesField, "names", func() {
		pen.PutWithin(table.Plain, choice(!s.mask, "all as logged"), width-pen.Cells())
		pen.PutWithin(table.Plain, choice(s.mask, "unknown ones masked: some are passwords"), width-pen.Cells())
	})
	line(pathField, "to", func() {
		at := typedText(pen, s.path.Value(), s.path.Position(), width-13)
		if s.field == pathField && !s.writing && !s.exists {
			x = at
		}
	})
	pen.To(table.Plain, 12)
	pen.PutWithin(table.Plain, s.amountWords(), width-12)
	lines = append(lines, pen.Line(), "")
	style := table.Plain
	if strings.HasPrefix(s.message, "not written") || s.exists {
		style = table.Bad
	}
	p := new(page)
	p.style(style, s.message)
	p.add("enter writes, tab goes to the next line, left and right choose, esc goes back")
	for _, l := range p.lines(pen.Printer, width) {
		lines = append(lines, l.draw(pen, width))
	}
	if x < 0 {
		y = -1
	}
	return lines, x, y
}

// formatRows breaks the formats into lines of at most so many cells.
func (s *sheet) formatRows(width int) [][]export.Format {
	var rows [][]export.Format
	left := 0
	for _, f := range s.formats {
		cells := len(choice(false, string(f)))
		if len(rows) == 0 || cells > left {
			rows, left = append(rows, nil), width
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], f)
		left -= cells
	}
	return rows
}

func choice(on bool, name string) string {
	if on {
		return "(x) " + name + "  "
	}
	return "( ) " + name + "  "
}
