package tui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/exp/teatest/v2"
	"github.com/charmbracelet/x/vt"
	"go.uber.org/goleak"
)

// terminal is an emulated terminal that shows what a program writes.
type terminal struct{ *vt.Emulator }

func newTerminal(t testing.TB, width, height int) terminal {
	e := vt.NewEmulator(width, height)
	done := make(chan struct{})
	go func() { // answers to queries, or writing would block
		defer close(done)
		io.Copy(io.Discard, e) //nolint:errcheck
	}()
	t.Cleanup(func() {
		e.InputPipe().(io.Closer).Close() // Close itself races with Read
		<-done
	})
	return terminal{e}
}

// show writes what a program wrote. Without a terminal the program leaves the
// carriage returns to the line discipline that is not there.
func (e terminal) show(b []byte) { e.Write(bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))) }

func (e terminal) text() string {
	return trimmed(strings.TrimRight(e.String(), "\n"))
}

// run starts a program under test on an emulated terminal.
func run(t *testing.T, o Options, profile colorprofile.Profile, width, height int, with ...func(*root)) (*teatest.TestModel, terminal) {
	ctx, cancel := context.WithCancel(t.Context())
	r := newRoot(ctx, o)
	for _, f := range with {
		f(r)
	}
	tm := teatest.NewTestModel(t, r, teatest.WithInitialTermSize(width, height), teatest.WithProgramOptions(
		tea.WithColorProfile(profile), tea.WithEnvironment(o.Environ)))
	t.Cleanup(func() {
		cancel()
		tm.Quit()
		tm.WaitFinished(t, teatest.WithFinalTimeout(10*time.Second))
		r.join()
	})
	return tm, newTerminal(t, width, height)
}

// await feeds the terminal until it shows a screen.
func await(t *testing.T, tm *teatest.TestModel, e terminal, want string) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for e.text() != want {
		if time.Now().After(deadline) {
			t.Fatalf("the terminal shows\n%s\nwant\n%s", e.text(), want)
		}
		b, err := io.ReadAll(tm.Output())
		if err != nil {
			t.Fatal(err)
		}
		e.show(b)
		time.Sleep(5 * time.Millisecond)
	}
}

// TestTheTerminalShowsTheScreens runs the real program: what a terminal shows
// is what the goldens say, after scrolling, drilling and coming back, in sixteen
// colours, without colour and without any style.
func TestTheTerminalShowsTheScreens(t *testing.T) {
	for i, s := range screens {
		profile := []colorprofile.Profile{colorprofile.ANSI, colorprofile.ASCII, colorprofile.NoTTY}[i%3]
		t.Run(s.name, func(t *testing.T) {
			o := options(t, story())
			tm, e := run(t, o, profile, 80, 24)
			d := drive(t, o, 80, 24)
			await(t, tm, e, trimmed(d.screen()))
			for _, k := range append(s.keys, "G", "esc", "esc", "2", "-") {
				d.press(k)
				if _, ok := named[k]; ok {
					tm.Send(key(k))
				} else {
					tm.Type(k)
				}
			}
			await(t, tm, e, trimmed(d.screen()))
		})
	}
}

func TestNothingRunsOnAfterQuitting(t *testing.T) {
	ignore := goleak.IgnoreCurrent()
	o := options(t, story())
	in, keys := io.Pipe()
	var out bytes.Buffer
	o.In, o.Out, o.Width, o.Height = in, &out, 80, 24
	done := make(chan error)
	go func() { done <- Run(t.Context(), o) }()
	for _, k := range []string{"3", "\r", "\r", "/", "4624", "\x03"} {
		io.WriteString(keys, k)
		time.Sleep(30 * time.Millisecond)
	}
	if err := <-done; err != nil {
		t.Errorf("quitting gave %v", err)
	}
	keys.Close()
	goleak.VerifyNone(t, ignore)
}

func TestAContextThatEndsEndsTheUI(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	o := options(t, story())
	o.In, o.Out, o.Width, o.Height = strings.NewReader(""), io.Discard, 80, 24
	started := make(chan struct{})
	o.Load = func(ctx context.Context, _ func(Progress)) { close(started); <-ctx.Done() }
	go func() { <-started; cancel() }()
	if err := Run(ctx, o); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestADumbTerminalIsRefusedInWords(t *testing.T) {
	o := options(t, story())
	o.Environ = []string{"TERM=dumb"}
	if err := Run(t.Context(), o); !errors.Is(err, ErrDumb) || !strings.Contains(err.Error(), "spoor report") {
		t.Errorf("got %v", err)
	}
}

func TestTheFirstFrameComesBeforeAnyFileIsOpened(t *testing.T) {
	o := options(t, story())
	o.Load = func(context.Context, func(Progress)) { t.Error("loading began") }
	r := newRoot(t.Context(), o)
	r.after = nothingLater
	r.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	r.Init()
	d := &driver{t: t, root: r}
	d.sees("users", "opening")
	r.join()
}
