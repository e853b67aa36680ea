package tui

import (
	"image/color"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

func (d *driver) click(line int) *driver {
	d.send(tea.MouseClickMsg{X: 5, Y: line, Button: tea.MouseLeft})
	return d
}

func (d *driver) taken() bool { return d.root.View().MouseMode != tea.MouseModeNone }

func TestTheMouseIsTheTerminalsUntilItIsAskedFor(t *testing.T) {
	d := drive(t, options(t, story()), 80, 24)
	before := d.chosen()
	if d.taken() {
		t.Error("the mouse is taken")
	}
	if d.click(3); d.chosen() != before {
		t.Error("a click that nobody asked for selects")
	}
	if d.press("M").sees("a click selects, a second one goes in"); !d.taken() {
		t.Error("M does not take the mouse")
	}
	if d.press("M").sees("the mouse is the terminal's again"); d.taken() {
		t.Error("M does not give the mouse back")
	}
	o := options(t, story())
	o.Mouse = true
	if !drive(t, o, 80, 24).taken() {
		t.Error("the setting does not take the mouse")
	}
}

func TestAClickSelectsAndASecondGoesIn(t *testing.T) {
	o := options(t, story())
	o.Mouse = true
	clock := now
	o.Now = func() time.Time { return clock }
	d := drive(t, o, 80, 24)
	first, second := d.lines()[2], d.lines()[3]
	if d.click(3); strings.TrimSpace(d.chosen()) != strings.TrimSpace(second) {
		t.Fatalf("a click selects %q, not %q", d.chosen(), second)
	}
	if d.click(2); strings.TrimSpace(d.chosen()) != strings.TrimSpace(first) || len(d.root.stack) != 1 {
		t.Error("a click on another row is no second click")
	}
	clock = clock.Add(time.Second)
	if d.click(2); len(d.root.stack) != 1 {
		t.Error("a late click is a second click")
	}
	if d.click(2); len(d.root.stack) != 2 {
		t.Error("a second click does not go in")
	}
	for _, line := range []int{0, 1, 10, 23, 99, -1} {
		d.click(line).click(line)
	}
	if len(d.root.stack) != 2 {
		t.Error("clicks beside the rows act")
	}
	d.press("3", "e")
	if d.click(2).click(2); d.root.sheet == nil || len(d.root.stack) != 1 {
		t.Error("clicks act behind the sheet")
	}
}

func TestTheWheelScrolls(t *testing.T) {
	o := options(t, story())
	o.Mouse = true
	d := drive(t, o, 80, 12).press("?")
	top := d.lines()[2]
	d.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	if d.lines()[2] == top {
		t.Error("the wheel does not scroll")
	}
	d.send(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
	d.send(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
	if d.lines()[2] != top {
		t.Errorf("the wheel does not scroll back: %q", d.lines()[2])
	}
}

func TestThemes(t *testing.T) {
	for _, c := range []struct {
		theme, answer string
		sees, misses  string
	}{
		{"dark", "", "\x1b[91m", "\x1b[31m"}, {"light", "", "\x1b[31m", "\x1b[91m"}, {"none", "", "\x1b[", "\x1b[3"},
		{"auto", "", "\x1b[31m", "\x1b[91m"}, {"auto", "dark", "\x1b[91m", "\x1b[31m"}, {"auto", "light", "\x1b[31m", "\x1b[91m"},
		{"light", "dark", "\x1b[31m", "\x1b[91m"}, {"none", "dark", "\x1b[", "\x1b[9"},
	} {
		o := options(t, story())
		o.Theme = c.theme
		d := drive(t, o, 100, 24).press("1")
		switch c.answer {
		case "dark":
			d.send(tea.BackgroundColorMsg{Color: color.Black})
		case "light":
			d.send(tea.BackgroundColorMsg{Color: color.White})
		}
		screen := d.content()
		if !strings.Contains(screen, c.sees) || strings.Contains(screen, c.misses) {
			t.Errorf("%s, the terminal says %q: %q", c.theme, c.answer, screen)
		}
	}
}

func TestTheBackgroundIsAskedForOnlyWhereItCounts(t *testing.T) {
	for theme, want := range map[string]bool{"": true, "auto": true, "light": false, "none": false} {
		o := options(t, story())
		o.Theme = theme
		r := newRoot(t.Context(), o)
		if r.asksTheme != want {
			t.Errorf("with theme %q the terminal is asked: %t", theme, r.asksTheme)
		}
		r.join()
	}
}
