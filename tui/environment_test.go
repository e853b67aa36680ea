package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

func TestUTF8Locale(t *testing.T) {
	for _, c := range []struct {
		environ string
		want    bool
	}{
		{"LANG=C.UTF-8", true}, {"LANG=de_DE.utf8", true}, {"LANG=C", false}, {"", false},
		{"LANG=C.UTF-8 LC_ALL=C", false}, {"LANG=C LC_CTYPE=en_US.UTF-8", true},
		{"LANG=C.UTF-8 LC_ALL=", true}, {"OS=Windows_NT", true},
	} {
		if got := utf8Locale(strings.Fields(c.environ)); got != c.want {
			t.Errorf("%q: got %t", c.environ, got)
		}
	}
}

func TestRepaints(t *testing.T) {
	for _, c := range []struct {
		mode, environ string
		want          bool
	}{
		{"auto", "", false}, {"", "", false}, {"on", "", true}, {"off", "TERM_PROGRAM=WarpTerminal", false},
		{"auto", "TERM_PROGRAM=WarpTerminal", true}, {"auto", "CLOUD_SHELL=true", true}, {"auto", "AWS_EXECUTION_ENV=CloudShell", true},
	} {
		if got := repaints(c.mode, strings.Fields(c.environ)); got != c.want {
			t.Errorf("%s %q: got %t", c.mode, c.environ, got)
		}
	}
}

// clears reports whether a command clears the screen.
func clears(cmd tea.Cmd) bool {
	if cmd == nil {
		return false
	}
	switch m := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range m {
			if clears(c) {
				return true
			}
		}
	default:
		return m == tea.ClearScreen()
	}
	return false
}

func TestRepaintDrawsAnewOnlyWhenTheListScrolled(t *testing.T) {
	for _, mode := range []string{"on", "off"} {
		o := options(t, story())
		o.Repaint = mode
		d := drive(t, o, 80, 10).press("?")
		d.root.after = nothingLater
		if _, cmd := d.root.Update(key("down")); clears(cmd) {
			t.Errorf("%s: it drew anew although nothing scrolled", mode)
		}
		if _, cmd := d.root.Update(key("G")); clears(cmd) != (mode == "on") {
			t.Errorf("%s: drawing anew after scrolling is %t", mode, clears(cmd))
		}
	}
}

func TestZonesCycleAndAreNamedWithTheirOffset(t *testing.T) {
	o := options(t, story())
	o.Zone, o.Local = time.FixedZone("CET", 3600), time.FixedZone("NST", -(3*3600+1800))
	d := drive(t, o, 100, 24).sees("CET +01:00", "15:00:01")
	d.press("z").sees("UTC+00:00", "14:00:01").press("z").sees("NST -03:30", "10:30:01")
	d.press("z").sees("CET +01:00")
}
