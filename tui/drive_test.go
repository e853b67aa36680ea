package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"spoor/model"
	"spoor/model/export"
	"spoor/model/findings"
)

var now = time.Date(2026, 3, 3, 8, 0, 0, 0, time.UTC)

func options(t testing.TB, logs []log) Options {
	loader, read := load(t, logs)
	return Options{
		Load: loader, Read: read, Title: "test", Now: func() time.Time { return now },
		Folder: "", Environ: []string{"TERM=xterm-256color", "LANG=C.UTF-8"}, Settings: Settings{Zone: time.UTC, Repaint: "off"},
		Provenance: export.Provenance{Version: "test", Now: func() time.Time { return now }},
		Find: func(context.Context, *model.Snapshot) *findings.Set {
			return findings.NewSet(nil, findings.Thresholds{})
		},
	}
}

// driver is the UI without a terminal: it runs every command at once.
type driver struct {
	t    testing.TB
	root *root
	quit bool
}

// drive starts the UI and loads everything.
func drive(t testing.TB, o Options, width, height int) *driver {
	t.Helper()
	d := &driver{t: t, root: newRoot(t.Context(), o)}
	d.root.after = func(_ time.Duration, m tea.Msg) tea.Cmd { return func() tea.Msg { return m } }
	t.Cleanup(d.root.join)
	d.send(tea.WindowSizeMsg{Width: width, Height: height})
	d.run(d.root.Init())
	return d
}

func (d *driver) send(m tea.Msg) {
	_, cmd := d.root.Update(m)
	d.run(cmd)
}

func (d *driver) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch m := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range m {
			d.run(c)
		}
	case tea.QuitMsg:
		d.quit = true
	default:
		d.send(m)
	}
}

var named = map[string]tea.Key{
	"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "down": {Code: tea.KeyDown}, "up": {Code: tea.KeyUp},
	"left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight}, "tab": {Code: tea.KeyTab}, "space": {Code: ' ', Text: " "},
	"backspace": {Code: tea.KeyBackspace}, "pgdown": {Code: tea.KeyPgDown}, "pgup": {Code: tea.KeyPgUp},
	"home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd}, "ctrl+c": {Code: 'c', Mod: tea.ModCtrl},
	"ctrl+f": {Code: 'f', Mod: tea.ModCtrl}, "ctrl+d": {Code: 'd', Mod: tea.ModCtrl}, "ctrl+u": {Code: 'u', Mod: tea.ModCtrl}, "ctrl+l": {Code: 'l', Mod: tea.ModCtrl},
}

func key(name string) tea.KeyPressMsg {
	if k, ok := named[name]; ok {
		return tea.KeyPressMsg(k)
	}
	r := []rune(name)[0]
	return tea.KeyPressMsg{Code: r, Text: name}
}

// press presses keys: names, or words to type.
func (d *driver) press(keys ...string) *driver {
	for _, k := range keys {
		if _, ok := named[k]; ok {
			d.send(key(k))
			continue
		}
		for _, r := range k {
			if r == ' ' {
				d.send(key("space"))
			} else {
				d.send(key(string(r)))
			}
		}
	}
	return d
}

func (d *driver) content() string { return d.root.View().Content }

// screen is what is drawn, without styles.
func (d *driver) screen() string { return ansi.Strip(d.content()) }

func (d *driver) lines() []string { return strings.Split(d.screen(), "\n") }

func (d *driver) sees(want ...string) *driver {
	d.t.Helper()
	screen := d.screen()
	for _, w := range want {
		if !strings.Contains(screen, w) {
			d.t.Fatalf("the screen does not show %q:\n%s", w, screen)
		}
	}
	return d
}

func (d *driver) misses(unwanted ...string) *driver {
	d.t.Helper()
	screen := d.screen()
	for _, w := range unwanted {
		if strings.Contains(screen, w) {
			d.t.Fatalf("the screen shows %q:\n%s", w, screen)
		}
	}
	return d
}

// chosen is the line of the selected row.
func (d *driver) chosen() string {
	for _, l := range strings.Split(d.content(), "\n") {
		if strings.Contains(l, "\x1b[7m") || strings.Contains(l, ";7m") {
			return ansi.Strip(l)
		}
	}
	return ""
}

func contains(s, part string) bool { return strings.Contains(s, part) }

// nothingLater is a clock that stands still.
func nothingLater(time.Duration, tea.Msg) tea.Cmd { return nil }
