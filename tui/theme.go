package tui

import (
	"charm.land/lipgloss/v2"

	"spoor/model/text"
	"spoor/tui/table"
)

// theme is how things look: the terminal's own colours, bold and reverse.
// Nothing is told by colour alone.
type theme struct {
	printer text.Printer
	styles  map[table.Style]lipgloss.Style
	rule    string // the line between list and details
	up      string // the arrows of a sort
	down    string
	crumb   string
}

func newTheme(ascii bool) *theme {
	t := &theme{printer: text.Printer{ASCII: ascii}, styles: map[table.Style]lipgloss.Style{}}
	t.rule, t.up, t.down, t.crumb = "─", "▲", "▼", " › "
	if ascii {
		t.rule, t.up, t.down, t.crumb = "-", "^", "v", " > "
	}
	plain := lipgloss.NewStyle().Inline(true)
	for style, look := range map[table.Style]lipgloss.Style{
		table.Plain:  plain,
		table.Strong: plain.Bold(true),
		table.Bad:    plain.Foreground(lipgloss.Red),
		table.Warn:   plain.Foreground(lipgloss.Magenta),
		table.Accent: plain.Foreground(lipgloss.Cyan),
	} {
		match := look.Bold(true).Foreground(lipgloss.Green)
		t.styles[style] = look
		t.styles[style|table.Match] = match
		t.styles[style|table.Chosen] = look.Reverse(true)
		t.styles[style|table.Match|table.Chosen] = match.Reverse(true)
	}
	return t
}

// paint is the only place where escape sequences are made. What it gets was
// cleaned by a pen.
func (t *theme) paint(style table.Style, clean string) string {
	if style == table.Plain {
		return clean
	}
	return t.styles[style].Render(clean)
}

func (t *theme) pen() *table.Pen {
	return &table.Pen{Printer: t.printer, Paint: t.paint}
}
