package tui

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

// seats are the screens of the practice domain that are kept as goldens, each
// by the keys that lead to it.
var seats = []struct {
	name string
	keys []string
}{
	{"users", nil},
	{"hosts", []string{"2"}},
	{"hosts-of-account", []string{"/", "larhin", "tab", "enter"}},
	{"sessions", []string{"/", "larhin", "tab", "enter", "/", "fs01", "enter"}},
	{"sessions-unfolded", []string{"f", "3"}},
	{"logons", []string{"3", "/", "0x999bb", "enter"}},
	{"events", []string{"3", "/", "0x999bb", "enter", "enter"}},
	{"event", []string{"3", "/", "0x999bb", "enter", "enter", "enter"}},
	{"xml", []string{"3", "/", "0x999bb", "enter", "enter", "enter", "x"}},
	{"failures", []string{"4"}},
	{"timeline", []string{"/", "larhin", "tab", "5"}},
	{"timeline-of-host", []string{"2", "/", "fs01", "tab", "5", "]"}},
	{"trail", []string{"/", "larhin", "tab", "6", "/", "after:2026-03-06 before:2026-03-06T03:00", "tab"}},
	{"everywhere", []string{"ctrl+f", "10.20.99"}},
	{"presence", []string{"3", "/", "0x999bb", "tab", "w", "enter"}},
	{"kin", []string{"3", "/", "0x999bb", "tab", "p"}},
	{"findings", []string{"7"}},
	{"findings-dismissed", []string{"7", "down", "D", "a test", "enter", "A", "G"}},
	{"finding", []string{"7", "/", "wrong passwords", "enter"}},
	{"finding-details", []string{"7", "/", "wrong passwords", "tab", "d"}},
	{"findings-of-row", []string{"/", "larhin", "tab", "!"}},
	{"evidence", []string{"8"}},
	{"help", []string{"?"}},
	{"palette", []string{":", "trail"}},
	{"export", []string{"3", "space", "space", "e"}},
	{"details", []string{"3", "/", "0x999bb", "tab", "d"}},
	{"accounts-of-host", []string{"2", "/", "fs01", "tab", "enter"}},
	{"marked", []string{"3", "space", "space", `"`}},
	{"columns", []string{"3", "C"}},
	{"gaps", []string{"8", "/", "Archive", "tab", "enter"}},
	{"wrong-filter", []string{"3", "/", "lars kind:smart"}},
}

// sizes are those of the goldens.
var sizes = [...][2]int{{80, 24}, {120, 40}, {200, 50}}

// TestSeats holds every screen to its golden: its letters, and where a terminal
// has which of sixteen colours; at the smallest size the program draws it, step
// by step.
func TestSeats(t *testing.T) {
	for _, s := range seats {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			for _, size := range sizes {
				d := drive(t, demo(t), size[0], size[1]).press(s.keys...)
				check(t, d)
				fmt.Fprintf(&out, "== %dx%d\n%s", size[0], size[1], trimmed(d.screen()))
				drawn := styles(drawn(t, d), size[0], size[1])
				fmt.Fprintf(&out, "== %dx%d, 16 colours\n%s", size[0], size[1], drawn)
				if size == sizes[0] {
					if left := styles(shown(t, s.keys, colorprofile.ANSI), 80, 24); left != drawn {
						t.Errorf("drawn are the colours\n%s\nand the program leaves\n%s", drawn, left)
					}
				}
			}
			golden.RequireEqual(t, out.String())
		})
	}
}

// TestSeatsWithoutColour runs the program without any colour: a terminal then
// shows the same letters, and no cell of it has a colour.
func TestSeatsWithoutColour(t *testing.T) {
	for _, s := range seats {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			e := shown(t, s.keys, colorprofile.ASCII)
			for y := range 24 {
				for x := range 80 {
					if c := e.CellAt(x, y); c != nil && (c.Style.Fg != nil || c.Style.Bg != nil) {
						t.Fatalf("the cell at %d, %d has a colour", x, y)
					}
				}
			}
		})
	}
}

func TestTwentyByFiveIsOneMessageOnEveryScreen(t *testing.T) {
	want := ""
	for _, s := range seats {
		d := drive(t, demo(t), 80, 24).press(s.keys...)
		d.root.width, d.root.height = 20, 5
		check(t, d)
		if want == "" {
			want = d.screen()
			golden.RequireEqual(t, trimmed(want))
		}
		if d.content() != want { // which has no colour either
			t.Errorf("%s at 20x5 is\n%q", s.name, d.content())
		}
	}
}

// drawn is a terminal of sixteen colours that the screen was drawn on at once.
func drawn(t *testing.T, d *driver) terminal {
	e := newTerminal(t, d.root.width, d.root.height)
	var out bytes.Buffer
	w := colorprofile.Writer{Forward: &out, Profile: colorprofile.ANSI}
	w.WriteString(d.content())
	e.show(out.Bytes())
	return e
}

// shown runs the program at 80x24, presses keys and returns the terminal.
func shown(t *testing.T, keys []string, profile colorprofile.Profile) terminal {
	t.Helper()
	tm, e := run(t, demo(t), profile, 80, 24)
	d := drive(t, demo(t), 80, 24)
	await(t, tm, e, trimmed(d.screen()))
	for _, k := range keys {
		d.press(k)
		if _, ok := named[k]; ok {
			tm.Send(key(k))
		} else {
			tm.Type(k)
		}
	}
	await(t, tm, e, trimmed(d.screen()))
	return e
}

// styles writes where a terminal shows what is not plain: of each line the
// columns, how many, and their style; lines that follow on each other and have
// the same are written once. The letters stand in the screens above. A blank has
// the style of what it follows unless one sees it: which one a terminal is left
// with depends on what was drawn before.
func styles(e terminal, width, height int) string {
	var lines []string
	for y := range height {
		lines = append(lines, styledRuns(e, y, width))
	}
	var out strings.Builder
	for y := 0; y < height; {
		n := slices.IndexFunc(lines[y:], func(l string) bool { return l != lines[y] })
		if n < 0 {
			n = height - y
		}
		switch {
		case lines[y] == "":
		case n == 1:
			fmt.Fprintf(&out, "%d:%s\n", y+1, lines[y])
		default:
			fmt.Fprintf(&out, "%d-%d:%s\n", y+1, y+n, lines[y])
		}
		y += n
	}
	return out.String()
}

// styledRuns are the runs of cells of a line that have a style, as 3+12 red.
func styledRuns(e terminal, y, width int) string {
	var out strings.Builder
	name, from, to := "", 0, 0
	flush := func() {
		if name != "" && to > from {
			fmt.Fprintf(&out, " %d+%d %s", from+1, to-from, name)
		}
	}
	for x := range width {
		style := styleName(e, x, y)
		seen := content(e, x, y) != " " || strings.Contains(style, "reverse") || strings.Contains(style, "underline")
		if seen && style != name || !seen && strings.Contains(name, "reverse") {
			flush()
			name, from, to = style, x, x
		}
		if seen {
			to = x + 1
		} else if to == from {
			from, to = x+1, x+1
		}
	}
	flush()
	return out.String()
}

func content(e terminal, x, y int) string {
	if c := e.CellAt(x, y); c != nil && c.Content != "" {
		return c.Content
	}
	return " "
}

var inkNames = [...]string{"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"}

func styleName(e terminal, x, y int) string {
	c := e.CellAt(x, y)
	if c == nil {
		return ""
	}
	var out []string
	for _, a := range []struct {
		flag uint8
		name string
	}{{uv.AttrBold, "bold"}, {uv.AttrFaint, "faint"}, {uv.AttrReverse, "reverse"}} {
		if c.Style.Attrs&a.flag != 0 {
			out = append(out, a.name)
		}
	}
	if c.Style.Underline != 0 {
		out = append(out, "underline")
	}
	if basic, ok := c.Style.Fg.(ansi.BasicColor); ok && int(basic) < len(inkNames) {
		out = append(out, inkNames[basic])
	} else if c.Style.Fg != nil {
		out = append(out, "another-colour")
	}
	return strings.Join(out, "-")
}
