package tui

import (
	"io"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/exp/teatest/v2"
)

// The budgets of bytes to the terminal at 200x50: on a bad line they are what
// one waits for.
const (
	stepBudget    = 500  // a step while a key is held
	settledBudget = 1200 // a step with its details
)

// written reads what the program wrote until it has been quiet for a while.
func written(t *testing.T, tm *teatest.TestModel) int {
	n := 0
	for quiet := 0; quiet < 8; quiet++ {
		b, err := io.ReadAll(tm.Output())
		if err != nil {
			t.Fatal(err)
		}
		if len(b) > 0 {
			quiet = -1
		}
		n += len(b)
		time.Sleep(50 * time.Millisecond)
	}
	return n
}

// longLists are the screens of the practice domain on which somebody holds a
// key.
var longLists = []struct {
	name  string
	keys  []string // lead there
	held  string
	still string // changes nothing after G or at the end
}{
	{"sessions", []string{"3"}, "down", "down"},
	{"trail", []string{"/", "larhin", "tab", "6"}, "down", "down"},
	{"timeline", []string{"/", "larhin", "tab", "5"}, "right", "down"},
	{"findings", []string{"7"}, "down", "down"},
	{"kin", []string{"3", "/", "0x999bb", "tab", "p"}, "down", "down"},
}

// at200x50 shows a screen of the practice domain.
func at200x50(t *testing.T, keys []string, with ...func(*root)) *teatest.TestModel {
	o := demo(t)
	tm, e := run(t, o, colorprofile.ANSI, 200, 50, with...)
	d := drive(t, o, 200, 50)
	await(t, tm, e, trimmed(d.screen()))
	for _, k := range keys {
		d.press(k)
		if _, ok := named[k]; ok {
			tm.Send(key(k))
		} else {
			tm.Type(k)
		}
	}
	written(t, tm)
	return tm
}

func TestBytesOfAHeldKey(t *testing.T) {
	for _, c := range longLists {
		t.Run(c.name, func(t *testing.T) {
			var held atomic.Bool
			tm := at200x50(t, c.keys, func(r *root) {
				clock := r.after
				r.after = func(d time.Duration, m tea.Msg) tea.Cmd {
					if d == settleTime && held.Load() {
						return nil // the key is held: the cursor never rests
					}
					return clock(d, m)
				}
			})
			held.Store(true)
			const steps = 40
			for range steps {
				tm.Send(key(c.held))
				time.Sleep(25 * time.Millisecond) // or steps would share a frame
			}
			if per := written(t, tm) / steps; per > stepBudget {
				t.Errorf("a held key writes %d bytes a step, budget %d", per, stepBudget)
			} else {
				t.Logf("%d bytes a step", per)
			}
		})
	}
}

func TestBytesOfASettledStepAndOfNothing(t *testing.T) {
	for _, c := range longLists {
		t.Run(c.name, func(t *testing.T) {
			tm := at200x50(t, c.keys)
			most := 0
			for range 3 {
				tm.Send(key(c.held))
				most = max(most, written(t, tm))
			}
			if most > settledBudget {
				t.Errorf("a settled step writes %d bytes, budget %d", most, settledBudget)
			}
			t.Logf("%d bytes a settled step at most", most)
			if n := written(t, tm); n != 0 {
				t.Errorf("idle time writes %d bytes", n)
			}
			tm.Send(key("G"))
			written(t, tm)
			tm.Send(key(c.still))
			if n := written(t, tm); n != 0 {
				t.Errorf("a key that changes nothing writes %d bytes", n)
			}
		})
	}
}
