package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// pressed are the keys that are pressed blindly, as tmux names them: all that
// are bound but for those that leave, some that are not, and escape oftener
// than others, because most keys open what only escape leaves.
func pressed() []string {
	keys := strings.Fields("Escape Escape Escape Escape Escape Escape Enter Enter Tab Space BSpace Up Down Left Right PPage NPage Home End C-d C-u C-f C-l C-n C-p F5 DC")
	for _, r := range `123456780jklhgGsSaCzpwdV*"uUeyYxXM?./:,][><-+fvtn%é山` {
		keys = append(keys, string(r))
	}
	return keys
}

// modes are the private modes of a terminal that a program turned on or off:
// the alternate screen, the cursor, the mouse, pasting in brackets and the like.
var modes = regexp.MustCompile(`\x1b\[\?([0-9;]+)([hl])`)

// begins tells the modes that are on where a program has not begun: lines that
// wrap (DECAWM), which the renderer turns off and on again around the last cell
// of a screen, and the cursor (DECTCEM). All others are off.
var begins = map[string]bool{"7": true, "25": true}

// leftOn returns the modes that are not as they were before a program wrote
// these bytes.
func leftOn(written string) []string {
	now := maps.Clone(begins)
	for _, m := range modes.FindAllStringSubmatch(written, -1) {
		for mode := range strings.SplitSeq(m[1], ";") {
			now[mode] = m[2] == "h"
		}
	}
	var out []string
	for mode, on := range now {
		if on != begins[mode] {
			out = append(out, fmt.Sprintf("%s is %v", mode, on))
		}
	}
	return out
}

func TestModesThatAreLeftOnAreSeen(t *testing.T) {
	for written, want := range map[string]int{
		"": 0, "\x1b[?1049h\x1b[?25lx\x1b[?25h\x1b[?1049l": 0, "\x1b[?1049hx": 1, "\x1b[?25l": 1, "\x1b[?1002;1006h\x1b[?1002l": 1,
		"\x1b[?7lx\x1b[?7h": 0, "\x1b[?7lx": 1,
	} {
		if got := leftOn(written); len(got) != want {
			t.Errorf("%q leaves %q", written, got)
		}
	}
}

// Whatever keys were pressed, in whatever sizes, and however it is left, the
// program gives the terminal back as it was.
func TestAfterRandomKeysTheTerminalIsAsItWas(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a terminal")
	}
	m, program, folder := startTmux(t, 80, 24), binary(t), t.TempDir()
	hostile := hostileLog(t, filepath.Join(folder, "hostile", "X.evtx"))
	random := rand.New(rand.NewPCG(3, 14))
	keys := pressed()
	for i, arguments := range []string{"demo", hostile} {
		raw := filepath.Join(folder, fmt.Sprint("written", i))
		m.text(fmt.Sprintf("cd %s && clear && stty -g > before && echo rea''dy", folder))
		m.keys("Enter")
		m.wait("ready")
		m.run("pipe-pane", "-o", "cat > "+raw)
		m.text("clear; " + program + " --no-state --mouse " + arguments + "; stty -g > after; echo left with $?")
		m.keys("Enter")
		m.wait("accounts")
		const batches, batch = 30, 25
		for range batches {
			var now []string
			for range batch {
				now = append(now, keys[random.IntN(len(keys))])
			}
			m.keys(now...)
			m.run("resize-window", "-x", fmt.Sprint(20+random.IntN(200)), "-y", fmt.Sprint(5+random.IntN(60)))
		}
		m.run("resize-window", "-x", "80", "-y", "24")
		m.keys("C-c", "C-c")
		m.wait("left with 0")
		m.run("pipe-pane")
		written := read(t, raw)
		if left := leftOn(written); len(left) > 0 || !strings.Contains(written, "\x1b[?1049h") || !strings.Contains(written, "\x1b[?2004h") {
			t.Errorf("on %s the terminal is left with the modes %q", arguments, left)
		}
		if before, after := read(t, folder, "before"), read(t, folder, "after"); before != after {
			t.Errorf("on %s the terminal was\n%s\nand is\n%s", arguments, before, after)
		}
		if alt := m.run("display-message", "-p", "#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_flag}"); strings.TrimSpace(alt) != "0 1 0 0" {
			t.Errorf("on %s tmux says of its pane %s", arguments, alt)
		}
	}
	if _, err := os.Stat(hostile); err != nil {
		t.Error(err)
	}
}

// ctrl+z gives the terminal to the shell, and fg takes it again, with the place
// where one was.
func TestSuspendedTheShellHasTheTerminal(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a terminal")
	}
	m, program := startTmux(t, 80, 24), binary(t)
	m.text("set -m; clear; " + program + " demo --no-state")
	m.keys("Enter")
	m.wait("36 accounts")
	m.text("3/0x999bb")
	m.wait("1 of 289 rows")
	m.keys("Tab", "C-z")
	m.wait("Stopped")
	if alt := m.run("display-message", "-p", "#{alternate_on} #{cursor_flag}"); strings.TrimSpace(alt) != "0 1" {
		t.Errorf("stopped, tmux says of its pane %s", alt)
	}
	m.text("stty -a; fg")
	m.keys("Enter")
	m.wait(`narrowed by "0x999bb"`, "1 of 289 rows")
	m.text("d")
	m.wait("details")
	m.keys("C-c")
	m.until("the shell is back", func(s string) bool { return strings.HasSuffix(strings.TrimSpace(s), "$") })
}
