// Package text makes what evidence says fit to be shown.
//
// Evidence is written by attackers: a user name can hold escape sequences,
// line breaks, letters that turn the reading direction or have no width.
// [Printer.Clean] is the one gate between evidence and terminal: what leaves
// it is printable, has one width on every terminal, and shows everything else
// as an escape in angle brackets, <ESC>, <LF>, <U+202E>, <0xFF>. Angle brackets
// because no Windows account, host or file name may hold one, while
// backslashes stand in every DOMAIN\name.
package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Printer says what a terminal can show.
type Printer struct {
	// ASCII is true where the locale is not UTF-8: every other letter is
	// shown as an escape.
	ASCII bool
}

var controlNames = map[rune]string{
	0: "<NUL>", '\a': "<BEL>", '\b': "<BS>", '\t': "<TAB>", '\n': "<LF>",
	'\r': "<CR>", 0x1b: "<ESC>", 0x7f: "<DEL>",
}

// maxMarks is how many combining marks a letter may carry: enough for every
// living script, too few to paint over other lines.
const maxMarks = 2

// Clean returns s with everything that is not plainly printable replaced by a
// visible escape. Clean text is unchanged.
func (p Printer) Clean(s string) string {
	if plain(s) {
		return s
	}
	return steady(p.printable(s))
}

// printable escapes rune by rune.
func (p Printer) printable(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 16)
	marks := maxMarks // none may stand without a letter before it
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size <= 1:
			fmt.Fprintf(&b, "<0x%02X>", s[i])
			marks = maxMarks
		case unicode.Is(unicode.M, r):
			if marks >= maxMarks || !p.shows(r) {
				escape(&b, r)
				break
			}
			marks++
			b.WriteRune(r)
		case p.shows(r):
			b.WriteRune(r)
			marks = 0
		default:
			escape(&b, r)
			marks = maxMarks
		}
		i += size
	}
	return b.String()
}

// steady escapes the clusters of letters that terminals disagree about: some
// draw them joined, some one after the other.
func steady(s string) string {
	if ansi.StringWidth(s) == ansi.StringWidthWc(s) {
		return s
	}
	var b strings.Builder
	for s != "" {
		cluster, width := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		if width == ansi.StringWidthWc(cluster) {
			b.WriteString(cluster)
		} else {
			for _, r := range cluster {
				if r < utf8.RuneSelf {
					b.WriteRune(r)
				} else {
					escape(&b, r)
				}
			}
		}
		s = s[len(cluster):]
	}
	return b.String()
}

// Clean is Printer.Clean on a UTF-8 terminal.
func Clean(s string) string { return Printer{}.Clean(s) }

func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// shows reports whether r can be shown as itself. unicode.IsPrint leaves out
// controls, format characters (the bidi controls and zero widths among them),
// separators and every space but the ordinary one.
func (p Printer) shows(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= ' ' && r < 0x7f
	}
	return !p.ASCII && unicode.IsPrint(r) && !unicode.Is(deceptive, r)
}

// deceptive are letters and marks that print nothing, join with their
// neighbours, or have different widths on different terminals.
var deceptive = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x034f, 0x034f, 1}, // combining grapheme joiner
		{0x115f, 0x1160, 1}, // Hangul fillers
		{0x1161, 0x11ff, 1}, // conjoining Hangul
		{0x17b4, 0x17b5, 1}, // Khmer inherent vowels
		{0x180b, 0x180f, 1}, // Mongolian selectors
		{0x2800, 0x2800, 1}, // blank Braille
		{0x3164, 0x3164, 1}, // Hangul filler
		{0xa960, 0xa97f, 1}, // conjoining Hangul
		{0xd7b0, 0xd7ff, 1}, // conjoining Hangul
		{0xfe00, 0xfe0f, 1}, // variation selectors
		{0xffa0, 0xffa0, 1}, // half-width Hangul filler
	},
	R32: []unicode.Range32{
		{0x1f1e6, 0x1f1ff, 1}, // regional indicators pair up
		{0x1f3fb, 0x1f3ff, 1}, // skin tones join
		{0xe0100, 0xe01ef, 1}, // variation selectors
	},
}

func escape(b *strings.Builder, r rune) {
	if name, ok := controlNames[r]; ok {
		b.WriteString(name)
		return
	}
	fmt.Fprintf(b, "<U+%04X>", r)
}

// Width returns the cells that clean text takes.
func Width(s string) int {
	if plain(s) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

// Fit returns clean text cut to at most width cells; what was cut is shown by
// an ellipsis in its last cell, in ASCII by two points: a single letter there
// could be read as one of the text's own, as ~ is for strong.
func (p Printer) Fit(s string, width int) string {
	if width <= 0 {
		return ""
	}
	if Width(s) <= width {
		return s
	}
	tail, cells := "…", 1
	if p.ASCII {
		tail = ".."[:min(2, (width+1)/2)]
		cells = len(tail)
	}
	if plain(s) { // a list of ten thousand logon IDs may be cut to thirty letters
		return s[:width-cells] + tail
	}
	return ansi.Truncate(s, width, tail)
}

// Pad returns s with spaces up to width cells, in front if right is true.
func Pad(s string, width int, right bool) string {
	n := width - Width(s)
	if n <= 0 {
		return s
	}
	if right {
		return strings.Repeat(" ", n) + s
	}
	return s + strings.Repeat(" ", n)
}

// Wrap cuts clean text into lines of at most width cells: at spaces, after an
// escaped line feed, and within a word only where the word is wider than a
// line. Times and SIDs stay whole: a hyphen is no place to cut.
func Wrap(s string, width int) []string {
	if width <= 0 {
		return nil
	}
	var out []string
	for part := range strings.SplitSeq(strings.ReplaceAll(s, "<LF>", "<LF>\n"), "\n") {
		out = append(out, wrapLine(part, width)...)
	}
	if n := len(out); n > 1 && out[n-1] == "" {
		out = out[:n-1]
	}
	return out
}

func wrapLine(s string, width int) []string {
	var out []string
	ascii := plain(s)
	for ascii && len(s) > width || !ascii && Width(s) > width {
		head := ""
		if ascii {
			head = s[:width]
		} else {
			head = ansi.Truncate(s, width, "")
		}
		if head == "" { // one letter is wider than the line
			_, size := utf8.DecodeRuneInString(s)
			head = s[:size]
		}
		if i := strings.LastIndexByte(head, ' '); i > 0 && s[len(head)] != ' ' {
			head = head[:i]
		}
		out = append(out, strings.TrimRight(head, " "))
		s = strings.TrimLeft(s[len(head):], " ")
	}
	return append(out, s)
}
