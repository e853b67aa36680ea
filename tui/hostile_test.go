package tui

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// styled is every escape sequence that the theme may make.
var styled = regexp.MustCompile("\x1b\\[[0-9;]*m")

// check holds what every screen must: nothing but styles and printable text,
// no line too wide, no line too many.
func check(t *testing.T, d *driver) {
	t.Helper()
	content := d.content()
	bare := styled.ReplaceAllString(content, "")
	if !utf8.ValidString(bare) {
		t.Fatalf("the screen is not UTF-8: %q", bare)
	}
	for _, r := range bare {
		if r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0 || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)) {
			t.Fatalf("%U is on the screen: %q", r, bare)
		}
	}
	lines := strings.Split(content, "\n")
	if len(lines) > max(1, d.root.height) {
		t.Fatalf("%d lines on a terminal of %d", len(lines), d.root.height)
	}
	for _, l := range lines {
		if w := ansi.StringWidth(l); w > d.root.width {
			t.Fatalf("a line has %d cells on a terminal of %d: %q", w, d.root.width, l)
		}
	}
}

func TestNoByteOfEvidenceCommandsTheTerminal(t *testing.T) {
	for _, logs := range [][]log{hostile(), story()} {
		for _, size := range [][2]int{{40, 10}, {80, 24}, {300, 100}} {
			for _, locale := range []string{"LANG=C.UTF-8", "LANG=C"} {
				o := options(t, logs)
				o.All, o.Find = true, hostileFinding
				o.Environ = append(o.Environ, locale)
				d := drive(t, o, size[0], size[1])
				check(t, d)
				for _, root := range []string{"1", "2", "3", "4", "7", "8"} {
					d.press(root)
					check(t, d)
					for range 6 {
						d.press("enter")
						check(t, d)
						d.press("y")
						check(t, d)
						d.press("Y")
						check(t, d)
						d.press("/", "e")
						check(t, d)
						d.press("esc", "esc", "d")
						check(t, d)
						d.press("esc", "x")
						check(t, d)
						if d.root.top().title == "xml" {
							d.press("esc")
						}
						d.press("e")
						check(t, d)
						d.press("esc")
					}
				}
				if locale == "LANG=C" {
					for _, r := range d.screen() {
						if r > '~' {
							t.Fatalf("%q is on a terminal that has only ASCII:\n%s", r, d.screen())
						}
					}
				}
			}
		}
	}
}

func TestHostileTextIsShownAsEscapes(t *testing.T) {
	o := options(t, hostile())
	d := drive(t, o, 200, 50).sees("eve<ESC>[2J<ESC>]0;owned<BEL><U+202E>gpj<U+200B><U+009B>31m<CR><LF>")
	d.press("3", "/", "0x51000", "enter", "enter", "/", "4688", "enter", "/", "CommandLine", "esc").sees("<U+061C> <U+2028> <U+00AD> <b>&amp;<TAB>")
}

func TestPastedTextIsCleanedToo(t *testing.T) {
	d := drive(t, options(t, story()), 80, 24)
	d.send(tea.PasteMsg{Content: "\x1b[2Jq\u202e"})
	check(t, d)
	d.press("/")
	d.send(tea.PasteMsg{Content: "bob\x1b[2J\u202e\nx"})
	check(t, d)
	d.press("esc", "3", "e")
	d.send(tea.PasteMsg{Content: "/tmp/\x1b[2J\u202e\nx"})
	check(t, d)
}

// everyKey is every key that is bound, and letters that are not.
func everyKey() []string {
	keys := []string{"山", "é", "\u202e", "i", "p", ":", "0"}
	for _, b := range bindings() {
		keys = append(keys, b.keys...)
	}
	return keys
}

// steps is how many keys are pressed blindly: SPOOR_STEPS, else few.
func stepsOf(few int) int {
	if n, err := strconv.Atoi(os.Getenv("SPOOR_STEPS")); err == nil {
		return n
	}
	return few
}

// TestRandomKeysAndResizes presses keys blindly: no panic, no line too wide.
func TestRandomKeysAndResizes(t *testing.T) {
	keys := everyKey()
	for name, o := range map[string]func() Options{
		"demo":    func() Options { return demo(t) },
		"hostile": func() Options { return options(t, append(hostile(), story()...)) },
		"desk":    func() Options { return options(t, desk()) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir()) // where an export goes whose path was typed blindly
			random := rand.New(rand.NewPCG(uint64(len(name)), 7))
			var trace []string
			defer func() {
				if t.Failed() || recover() != nil {
					t.Errorf("the last keys were %q", trace[max(0, len(trace)-40):])
				}
			}()
			d := drive(t, o(), 80, 24)
			seen := map[string]int{}
			defer func() { t.Logf("%d steps, on %v", stepsOf(2000)/3, seen) }()
			for range stepsOf(2000) / 3 {
				first, _, _ := strings.Cut(d.root.top().title, " ")
				seen[first]++
				// Most keys open what only escape leaves.
				if random.IntN(6) == 0 {
					trace = append(trace, "esc")
					d.press("esc")
				} else if random.IntN(12) == 0 {
					size := tea.WindowSizeMsg{Width: random.IntN(301), Height: random.IntN(101)}
					trace = append(trace, fmt.Sprint(size))
					d.send(size)
				} else {
					trace = append(trace, keys[random.IntN(len(keys))])
					d.press(trace[len(trace)-1])
				}
				check(t, d)
			}
		})
	}
}

func TestWhereNothingCanBeShownKeysOnlyQuit(t *testing.T) {
	t.Chdir(t.TempDir())
	d := drive(t, options(t, story()), 80, 24).press("3")
	before := d.screen()
	for _, size := range [][2]int{{20, 5}, {39, 10}, {0, 0}} {
		d.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		d.press("e", "enter", "space", "1", "/", "x", "enter", "esc", "ctrl+l")
		d.send(tea.PasteMsg{Content: "pasted"})
		d.send(tea.WindowSizeMsg{Width: 80, Height: 24})
		if after := d.screen(); after != before {
			t.Errorf("at %v keys led from\n%s\nto\n%s", size, before, after)
		}
	}
	if files, err := os.ReadDir("."); err != nil || len(files) > 0 {
		t.Errorf("written: %v (%v)", files, err)
	}
	for _, key := range []string{"q", "ctrl+c"} {
		d := drive(t, options(t, story()), 80, 24).press("3", "enter")
		d.send(tea.WindowSizeMsg{Width: 20, Height: 5})
		if d.press(key); !d.quit {
			t.Errorf("%s did not quit", key)
		}
	}
}

func TestSmallTerminalsSayWhatTheyNeed(t *testing.T) {
	d := drive(t, options(t, story()), 20, 5).sees("too\nsmall: it has", "20x5", "40x10")
	for _, size := range [][2]int{{1, 1}, {0, 0}, {39, 10}, {40, 9}, {5, 3}} {
		d.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		check(t, d)
	}
	d.send(tea.WindowSizeMsg{Width: 40, Height: 10})
	d.sees("users").misses("too small")
	d.press("/", "bob", "enter", "enter").sees("START", "LENGTH", "KIND", "59m 00s", "console")
}
