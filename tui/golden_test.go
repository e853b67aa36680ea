package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
)

// screens are the screens that are kept as goldens, each by the keys that lead
// to it.
var screens = []struct {
	name string
	keys []string
}{
	{"users", nil},
	{"users-narrowed", []string{"/", "bo"}},
	{"users-all", []string{"a"}},
	{"account", []string{"/", "bob", "enter"}},
	{"sessions-of-account", []string{"/", "bob", "enter", "enter"}},
	{"logons", []string{"/", "bob", "enter", "enter", "enter"}},
	{"events", []string{"/", "bob", "enter", "enter", "enter", "G", "enter"}},
	{"event", []string{"/", "bob", "enter", "enter", "enter", "G", "enter", "/", "4688", "enter"}},
	{"xml", []string{"4", "enter", "x"}},
	{"hosts", []string{"2"}},
	{"host", []string{"2", "/", "fs01", "enter"}},
	{"sessions", []string{"3"}},
	{"sessions-marked", []string{"f", "3", "space", "space", "s", "s"}},
	{"details", []string{"f", "3", "d"}},
	{"failures", []string{"4"}},
	{"evidence", []string{"8"}},
	{"damage", []string{"8", "/", "cut", "enter"}},
	{"help", []string{"?"}},
	{"export", []string{"3", "space", "e"}},
	{"nothing-matches", []string{"/", "zzqx"}},
}

func TestScreens(t *testing.T) {
	for _, s := range screens {
		for _, size := range [][2]int{{80, 24}, {120, 40}} {
			t.Run(fmt.Sprintf("%s-%dx%d", s.name, size[0], size[1]), func(t *testing.T) {
				d := drive(t, options(t, story()), size[0], size[1]).press(s.keys...)
				check(t, d)
				golden.RequireEqual(t, trimmed(d.screen()))
			})
		}
	}
}

// trimmed takes the spaces off the ends of lines.
func trimmed(screen string) string {
	lines := strings.Split(screen, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n") + "\n"
}
