package tui

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"spoor/model"
	"spoor/model/event"
)

var latencyEvents = flag.Int("latency", 100_000, "the most events that BenchmarkLatency presses keys on; 10000000 takes 12 GB of memory and minutes")

var latencyScores = flag.String("scores", "", "which classes of keys BenchmarkLatency presses, by a regular expression; all if empty")

// BenchmarkLatency presses keys on 10^5 simulated events and ten and a hundred
// times as many, as far as -latency goes: first while they are loaded, then on
// all of them. A frame is the time from a key until it is answered on the
// screen; it includes what else the UI was busy with then. Drawn is the time
// until what the key asked for is there too: the rows of a search, a sort, a
// level, and the details. Neither has the renderer in it, which draws 60 times
// a second, nor the 120 ms for which the details wait. All are milliseconds;
// the ten slowest keys are printed, and what the UI has kept in memory. What is
// called cpu is the time of processors, for machines that are busy with other
// things: of the UI's own thread for a frame, of all threads until it is drawn.
//
//	go test ./tui -run '^$' -bench Latency -benchtime 1x -timeout 60m -latency 10000000
func BenchmarkLatency(b *testing.B) {
	chosen := regexp.MustCompile(*latencyScores)
	for n := 100_000; n <= *latencyEvents; n *= 10 {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			cores := runtime.GOMAXPROCS(0)
			defer runtime.GOMAXPROCS(cores)
			runtime.GOMAXPROCS(Processors(cores))
			p := newPianist(b, b.Context(), n)
			p.load()
			p.tell()
			for _, s := range scores {
				if chosen.MatchString(s.name) {
					p.play(s)
				}
			}
			p.report(b)
		})
	}
}

// score is a class of keys: those of first are pressed once and count
// elsewhere, if anywhere; each of keys is measured when everything that the key
// before asked for was drawn.
type score struct {
	name  string
	first []string
	keys  []string
	times int // keys are pressed in turn; 0: once
	// tells is what the time until it is drawn is called; "" for drawn.
	tells string
}

// letters are what somebody types, and takes back.
func letters(words ...string) []string {
	var out []string
	for _, w := range words {
		for _, r := range w {
			out = append(out, string(r))
		}
		for range len(w) - 1 {
			out = append(out, "backspace")
		}
	}
	return out
}

// home closes everything that may be open.
var home = []string{"esc", "esc", "esc", "1"}

func beginAt(keys ...string) []string { return append(slices.Clone(home), keys...) }

var moves = []string{"down", "down", "down", "up", "pgdown", "pgdown", "pgup", "end", "up", "up", "home", "down"}

var scores = []score{
	{name: "roots/first", first: beginAt(), keys: []string{"2", "3", "4", "8", "7", "1"}},
	{name: "roots", keys: []string{"2", "3", "4", "8", "7", "1"}, times: 60},
	{name: "users/move", first: beginAt("g"), keys: moves, times: 120},
	{name: "hosts/move", first: beginAt("2", "g"), keys: moves, times: 120},
	{name: "sessions/move", first: beginAt("3", "g"), keys: moves, times: 240},
	{name: "failures/move", first: beginAt("4", "g"), keys: moves, times: 120},
	{name: "evidence/move", first: beginAt("8", "g"), keys: moves, times: 60},
	{name: "users/levels", first: beginAt("g"), keys: []string{"enter", "down", "enter", "down", "enter", "enter", "enter", "esc", "esc", "esc", "esc", "esc", "down"}, times: 130},
	{name: "hosts/levels", first: beginAt("2", "g"), keys: []string{"enter", "down", "enter", "down", "enter", "enter", "enter", "esc", "esc", "esc", "esc", "esc", "down"}, times: 130},
	{name: "sessions/levels", first: beginAt("3", "g"), keys: []string{"enter", "enter", "enter", "esc", "esc", "esc", "pgdown"}, times: 140},
	{name: "users/sort", first: beginAt("g"), keys: []string{"s"}, times: 24},
	{name: "hosts/sort", first: beginAt("2", "g"), keys: []string{"s"}, times: 24},
	{name: "failures/sort/first", first: beginAt("4", "g"), keys: []string{"s", "S"}, times: 20},
	{name: "sessions/sort/first", first: beginAt("3", "g"), keys: []string{"s", "S"}, times: 26},
	{name: "sessions/sort/again", keys: []string{"s"}, times: 26},
	{name: "users/search/first", first: beginAt("g"), keys: []string{"/", "a"}},
	{name: "users/search", keys: letters("nna.fuchs1", "pc0042", "svc", "10.20.1"), tells: "screenful"},
	{name: "hosts/search", first: beginAt("2", "/", "a"), keys: letters("srv01", "dc0", "10.20.3"), tells: "screenful"},
	{name: "failures/search/first", first: beginAt("4"), keys: []string{"/", "a"}},
	{name: "failures/search", keys: letters("nna.fuchs1", "srv01", "password", "10.20.1"), tells: "screenful"},
	{name: "sessions/search/first", first: beginAt("3"), keys: []string{"/", "a"}},
	{name: "sessions/search", keys: letters("nna.fuchs1", "pc0042", "remote", "0x2f", "10.20.1.12"), tells: "screenful"},
	{name: "everywhere/search/first", first: beginAt(), keys: []string{"ctrl+f", "a"}},
	{name: "everywhere/search", keys: letters("nna.fuchs1", "srv01", "svc", "0x2f", "10.20.1.12"), tells: "screenful"},
	{name: "sessions/filter", first: beginAt("3", "/"), keys: letters("user:anna.fuchs host:srv", "type:10 -user:anna", "ip:10.20.1.0/24 kind:network"), tells: "screenful"},
	{name: "failures/filter", first: beginAt("4", "/"), keys: letters("user:anna.fuchs host:srv01", "ip:10.20.0.0/16"), tells: "screenful"},
	{name: "sessions/marks", first: beginAt("3", "g"), keys: []string{"space", "space", "down", "V", "pgdown", "pgdown", "V", `"`, "down", "esc"}, times: 100},
	{name: "sessions/fold", first: beginAt("3", "g", "u"), keys: []string{"f"}, times: 4},
	{name: "sessions/kin", first: beginAt("3", "g"), keys: []string{"p", "down", "esc", "down", "down"}, times: 100},
	{name: "sessions/details", first: beginAt("3", "g"), keys: []string{"d", "esc", "down"}, times: 60},
	{name: "users/all", first: beginAt("g"), keys: []string{"a"}, times: 8},
	{name: "users/trail", first: beginAt("g"), keys: []string{"6", "down", "pgdown", "end", "s", "esc", "esc", "down"}, times: 80},
	{name: "users/timeline", first: beginAt("g"), keys: []string{"5", "right", "down", "left", "]", "]", "right", ">", "[", "[", "0", "esc", "down"}, times: 130},
	{name: "hosts/timeline", first: beginAt("2", "g"), keys: []string{"5", "right", "down", "left", "]", "]", "right", ">", "[", "[", "0", "esc", "down"}, times: 130},
	{name: "hosts/who", first: beginAt("2", "g"), keys: []string{"w", "enter", "down", "esc", "down"}, times: 50},
	{name: "robot", first: beginAt("/", "robot", "enter", "g"), keys: []string{"enter", "enter", "d", "esc", "enter", "enter", "end", "esc", "esc", "esc", "esc"}, times: 33},
	{name: "inventory", first: beginAt("/", "svc-inv", "enter", "g"), keys: []string{"down", "enter", "down", "enter", "esc", "esc", "6", "down", "esc", "5", "right", "esc", "up"}, times: 39},
	{name: "sessions/invert", first: beginAt("3", "g"), keys: []string{"*", "down", "pgdown", "space", "u"}, times: 10},
}

// while are the keys that are pressed while files are loaded, one each
// twentieth of a second.
var while = append(append(append([]string{"3", "down", "down", "pgdown", "enter", "down", "esc", "s", "1", "down", "enter", "down", "enter", "esc", "esc", "4", "pgdown", "2", "end", "home", "enter", "esc",
	"3", "/"}, letters("anna")...), "esc", "esc", "1", "/"), append(letters("svc"), "esc", "esc", "5", "right", "esc", "6", "down", "esc", "ctrl+f", "a", "n", "n", "esc", "esc", "8", "down")...)

// pianist presses keys and handles messages as Bubble Tea does, one after the
// other, while commands run beside.
type pianist struct {
	b       testing.TB
	root    *root
	msgs    chan tea.Msg
	running int           // commands
	thread  time.Duration // the most that a message took of a processor since a key
	class   string
	key     string
	strokes map[string][]stroked
	order   []string
	tells   map[string]string
	loaded  chan struct{}
}

// stroked is a key with how long it took.
type stroked struct {
	class, key, place string
	frame, drawn      time.Duration
	message           string // the slowest one handled until it was drawn
	handled           time.Duration
	thread            time.Duration // of a processor, for the longest of these
	process           time.Duration // of all processors, until it was drawn
}

func (s stroked) String() string {
	return fmt.Sprintf("%q on %q (%s), frame %.1f, drawn %.1f, %s %.1f, cpu %.1f and %.1f", s.key, s.place, s.class, ms(s.frame), ms(s.drawn), s.message, ms(s.handled), ms(s.thread), ms(s.process))
}

const patience = 15 * time.Minute

func newPianist(b testing.TB, ctx context.Context, n int) *pianist {
	p := &pianist{b: b, msgs: make(chan tea.Msg, 1024), strokes: map[string][]stroked{}, tells: map[string]string{}, loaded: make(chan struct{})}
	o := options(b, nil)
	o.Load = func(ctx context.Context, publish func(Progress)) {
		defer close(p.loaded)
		simulated(ctx, n, publish)
	}
	o.Read = func(ref event.Ref) (*event.Record, error) {
		return event.NewRecord(event.System{Head: event.Head{EventID: 4624, RecordID: uint64(ref.Offset)}}, event.Field{Name: "TargetUserName", Value: event.TextValue("anna")}), nil
	}
	p.root = newRoot(ctx, o)
	b.Cleanup(func() { // of who took the root away, nothing is kept until then
		if p.root != nil {
			p.root.join()
		}
	})
	p.root.after = func(d time.Duration, m tea.Msg) tea.Cmd {
		if _, late := m.(lateMsg); late {
			return nil
		}
		return func() tea.Msg { return m }
	}
	p.handle(tea.WindowSizeMsg{Width: 200, Height: 50})
	return p
}

// simulated publishes snapshots as the loader of files does: four a second, or
// as many as cost a tenth of the time.
func simulated(ctx context.Context, n int, publish func(Progress)) {
	b := model.NewBuilder(event.NewSchemas())
	done, last, cost := 0, time.Now(), time.Duration(0)
	e := newEstate(n, func(batch *event.Batch) {
		b.Add(batch)
		done += len(batch.Rows)
		if since := time.Since(last); since < 250*time.Millisecond || since < 10*cost {
			return
		}
		began := time.Now()
		publish(Progress{Snapshot: b.Snapshot(), Done: int64(done), Total: int64(n)})
		last = time.Now()
		cost = last.Sub(began)
	})
	for i := range e.logs {
		b.AddFile(event.File{ID: event.FileID(i), Name: e.hostName(i) + ".evtx", Size: int64(n)})
	}
	e.run(n)
	for i, f := range e.logs {
		b.FileDone(event.FileStats{File: event.FileID(i), Records: f.record})
	}
	publish(Progress{Snapshot: b.Finish(), Finished: true, Files: len(e.logs), TotalFiles: len(e.logs), Done: int64(n), Total: int64(n)})
}

// handle hands a message to the UI, draws, and starts what it asks for.
func (p *pianist) handle(m tea.Msg) time.Duration {
	began, used := time.Now(), threadTime()
	_, cmd := p.root.Update(m)
	p.root.View()
	took := time.Since(began)
	p.thread = max(p.thread, threadTime()-used)
	p.start(cmd)
	return took
}

func (p *pianist) start(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	p.running++
	go func() { p.msgs <- cmd() }()
}

// take handles what a command returned, and says how long that took.
func (p *pianist) take(m tea.Msg) time.Duration {
	p.running--
	switch m := m.(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range m {
			p.start(c)
		}
	default:
		return p.handle(m)
	}
	return 0
}

// settle handles messages until nothing runs any more.
func (p *pianist) settle(note func(tea.Msg, time.Duration)) {
	late := time.After(patience)
	for p.running > 0 {
		select {
		case m := <-p.msgs:
			took := p.take(m)
			if note != nil {
				note(m, took)
			}
		case <-late:
			p.b.Fatalf("%s: after %q nothing is drawn for %s", p.class, p.key, patience)
		}
	}
}

func (p *pianist) press(name string) {
	p.key = name
	s := stroked{class: p.class, key: name, place: p.root.top().title}
	began, used := time.Now(), processTime()
	p.thread = 0
	s.frame = p.handle(key(name))
	p.settle(func(m tea.Msg, took time.Duration) {
		if took > s.handled {
			s.handled, s.message = took, fmt.Sprintf("%T", m)
		}
	})
	s.drawn, s.thread, s.process = time.Since(began), p.thread, processTime()-used
	p.keep(s)
	if os.Getenv("SPOOR_LATENCY_TRACE") != "" {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		fmt.Fprintln(os.Stderr, s, "query", p.root.top().query, "of", p.root.top().total, "collected", m.NumGC)
	}
}

func (p *pianist) keep(s stroked) {
	if p.strokes[s.class] == nil {
		p.order = append(p.order, s.class)
	}
	p.strokes[s.class] = append(p.strokes[s.class], s)
}

func (p *pianist) play(s score) {
	p.class = "between"
	for _, k := range s.first {
		if _, ok := named[k]; ok {
			p.press(k)
			continue
		}
		for _, r := range k {
			p.press(string(r))
		}
	}
	p.class, p.tells[s.name] = s.name, cmp.Or(s.tells, "drawn")
	for i := range max(s.times, len(s.keys)) {
		p.press(s.keys[i%len(s.keys)])
	}
}

// load presses keys while the loader runs. They do not wait for each other.
func (p *pianist) load() {
	p.class = "loading"
	p.start(p.root.Init())
	for i := 0; ; i++ {
		s := stroked{class: p.class, key: while[i%len(while)], place: p.root.top().title}
		p.thread = 0
		pressed := time.Now().Add(50 * time.Millisecond)
		for due := time.Until(pressed); due > 0; due = time.Until(pressed) {
			select {
			case m := <-p.msgs:
				if took := p.take(m); took > s.handled {
					s.handled, s.message = took, fmt.Sprintf("%T", m)
				}
			case <-time.After(due):
			}
		}
		select {
		case <-p.loaded:
			p.settle(nil)
			return
		default:
		}
		p.handle(key(s.key))
		s.frame, s.thread = time.Since(pressed), p.thread
		p.keep(s)
	}
}

// tell prints how much there is to press keys on.
func (p *pianist) tell() {
	s := p.root.view.snap
	fmt.Printf("%d events, %d sessions, %d hosts, %d accounts, %d failures, %d runs\n", s.EventCount(), s.SessionCount(),
		len(s.Hosts()), len(s.Accounts()), len(s.Failures()), len(s.RunRows(model.None, model.None)))
}

func (p *pianist) report(b *testing.B) {
	var all []stroked
	for _, class := range p.order {
		of := p.strokes[class]
		all = append(all, of...)
		if class == "between" {
			continue
		}
		b.Run(class, func(b *testing.B) {
			b.ReportMetric(0, "ns/op")
			thread, process := durations(of, func(s stroked) time.Duration { return s.thread }), durations(of, func(s stroked) time.Duration { return s.process })
			frames, drawn := durations(of, func(s stroked) time.Duration { return max(s.frame, s.handled) }), durations(of, func(s stroked) time.Duration { return s.drawn })
			for _, q := range []struct {
				name string
				of   int
			}{{"p50", 50}, {"p99", 99}, {"max", 100}} {
				b.ReportMetric(nth(frames, q.of), "frame-"+q.name+"-ms")
				b.ReportMetric(nth(thread, q.of), "frame-cpu-"+q.name+"-ms")
				if class != "loading" {
					b.ReportMetric(nth(drawn, q.of), p.tells[class]+"-"+q.name+"-ms")
					b.ReportMetric(nth(process, q.of), p.tells[class]+"-cpu-"+q.name+"-ms")
				}
			}
			b.ReportMetric(float64(len(of)), "keys")
		})
	}
	slowest := func(what string, of func(stroked) time.Duration) {
		slices.SortStableFunc(all, func(a, b stroked) int { return cmp.Compare(of(b), of(a)) })
		var lines []string
		for _, s := range all[:min(10, len(all))] {
			lines = append(lines, fmt.Sprintf("%9.1f ms  %s", ms(of(s)), s))
		}
		fmt.Printf("slowest to %s:\n%s\n", what, strings.Join(lines, "\n"))
	}
	slowest("a frame", func(s stroked) time.Duration { return max(s.frame, s.handled) })
	slowest("a frame, by its thread", func(s stroked) time.Duration { return s.thread })
	slowest("be drawn", func(s stroked) time.Duration { return s.drawn })
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	fmt.Printf("%d MB kept, %d goroutines\n", m.HeapAlloc>>20, runtime.NumGoroutine())
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func durations(of []stroked, what func(stroked) time.Duration) []float64 {
	out := make([]float64, len(of))
	for i, s := range of {
		out[i] = ms(what(s))
	}
	slices.Sort(out)
	return out
}

func nth(sorted []float64, percent int) float64 { return sorted[(len(sorted)-1)*percent/100] }
