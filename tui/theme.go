package tui

import (
	"image/color"

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
	t.colour(colourSets()["unknown"])
	return t
}

// colours are those of styles, of the terminal's sixteen; nil has none.
type colours struct{ bad, warn, accent, match color.Color }

// colourSets are the sets of colours: bright ones on dark, dark ones on light,
// and where the background is not known those that can be read on both.
func colourSets() map[string]colours {
	return map[string]colours{
		"unknown": {lipgloss.Red, lipgloss.Magenta, lipgloss.Cyan, lipgloss.Green},
		"dark":    {lipgloss.BrightRed, lipgloss.BrightMagenta, lipgloss.BrightCyan, lipgloss.BrightGreen},
		"light":   {lipgloss.Red, lipgloss.Magenta, lipgloss.Blue, lipgloss.Green},
		"none":    {},
	}
}

// colour takes a colours over.
func (t *theme) colour(p colours) {
	plain := lipgloss.NewStyle().Inline(true)
	tint := func(s lipgloss.Style, c color.Color) lipgloss.Style {
		if c == nil {
			return s
		}
		return s.Foreground(c)
	}
	for style, look := range map[table.Style]lipgloss.Style{
		table.Plain:  plain,
		table.Strong: plain.Bold(true),
		table.Bad:    tint(plain, p.bad),
		table.Warn:   tint(plain, p.warn),
		table.Accent: tint(plain, p.accent),
	} {
		match := tint(look.Bold(true), p.match)
		t.styles[style] = look
		t.styles[style|table.Match] = match
		t.styles[style|table.Chosen] = look.Reverse(true)
		t.styles[style|table.Match|table.Chosen] = match.Reverse(true)
	}
}

// wear puts a named theme on; it reports whether the terminal is to be asked
// for its background.
func (t *theme) wear(name string) (asks bool) {
	if p, ok := colourSets()[name]; ok {
		t.colour(p)
		return false
	}
	return true
}

// behold takes the terminal's answer.
func (t *theme) behold(dark bool) {
	if dark {
		t.wear("dark")
	} else {
		t.wear("light")
	}
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
