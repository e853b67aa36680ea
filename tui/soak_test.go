package tui

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"spoor/model"
	"spoor/model/findings"
)

var (
	soakTime   = flag.Duration("soak", 0, "how long TestSoak works; 0: through a few rounds")
	soakEvents = flag.Int("soak-events", 4000, "how many events TestSoak works on; 1000000 takes a GB of memory")
)

// TestSoak does at random what somebody does all day: opens, drills, searches,
// sorts, filters, marks, judges findings, exports, and has the same evidence
// opened and closed beside. After each round, back where it began, it counts
// what is kept: memory must not grow, and in the end no goroutine and no open
// file may be left. Without -soak each round presses the same keys, so that
// what one leaves behind shows at once.
//
//	go test ./tui -run Soak -soak 30m -soak-events 1000000 -timeout 2h -v
func TestSoak(t *testing.T) {
	threads, files := runtime.NumGoroutine(), openFiles()
	ctx, cancel := context.WithCancel(t.Context())
	s := &soak{pianist: newPianist(t, ctx, *soakEvents), pressed: map[string]int{}}
	s.root.options.Folder = t.TempDir()
	s.root.options.Find = func(ctx context.Context, snap *model.Snapshot) *findings.Set {
		return findings.Find(ctx, snap, findings.Thresholds{})
	}
	s.load()
	began := time.Now()
	for round, last := uint64(0), began; *soakTime == 0 && round < shortRounds || time.Since(began) < *soakTime; round++ {
		seed := round
		if *soakTime == 0 {
			seed = 0
		}
		s.random = rand.New(rand.NewPCG(seed, 17))
		phrases := s.round(last.Add(*soakTime / longRounds))
		last = time.Now()
		s.pressed["phrases"] += phrases
		if *soakTime == 0 || round%reopening == 0 {
			s.reopen(ctx)
		}
		s.count()
	}
	t.Logf("%d events, %d keys in %d phrases %v, %d exports; heap after each round, in kB: %v; goroutines %v; open files %v", *soakEvents, s.keys, s.pressed["phrases"],
		s.pressed, s.exports, kilobytes(s.heap), s.threads, s.files)
	if s.exports == 0 {
		t.Error("nothing was exported")
	}
	if first, last, grows := growth(s.heap[1:]); grows {
		t.Errorf("memory grows: at least %d kB in the first third of the rounds, %d kB in the last", first>>10, last>>10)
	}
	if first, last := thirds(s.threads[1:]); last > first {
		t.Errorf("at least %d goroutines in the first third of the rounds, %d in the last", first, last)
	}
	cancel()
	s.root.join()
	s.root = nil
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		left, open := runtime.NumGoroutine()-threads, openFiles()-files
		if left <= 0 && open <= 0 {
			return
		}
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines and %d open files are left:\n%s", left, open, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

const (
	// longRounds is how often a soak with a time counts what is kept.
	longRounds = 60
	// shortRounds is how often one without a time does everything once.
	shortRounds = 5
	// reopening is after how many rounds of a soak with a time the evidence is
	// opened once more.
	reopening = 10
	// slack is how much memory may grow, in bytes, besides its share.
	slack = 256 << 10
	// mostMarked is how many sessions are exported at once.
	mostMarked = 500
)

// soak is a pianist without notes.
type soak struct {
	*pianist
	random  *rand.Rand
	keys    int
	exports int
	pressed map[string]int // phrases, by name
	heap    []uint64       // after each round, in bytes
	threads []uint64
	files   []uint64
}

// phrase is something that people do from one of the lists.
type phrase struct {
	name string
	keys []string
}

var phrases = []phrase{
	{"drill", []string{"enter", "down", "enter", "pgdown", "enter", "enter", "x", "esc", "d"}},
	{"search", []string{"/", "an", "backspace", "backspace", "PC00", "tab", "down", "n"}},
	{"filter", []string{"/", "user:a* -type:5", "tab", "end", "enter"}},
	{"network", []string{"/", "ip:10.20.0.0/16", "enter", "enter"}},
	{"sort", []string{"s", "end", "S", "s", "s", "home"}},
	{"everywhere", []string{"ctrl+f", "srv0", "down", "enter"}},
	{"mark", []string{"space", "down", "space", "V", "pgdown", "V", `"`, "down"}},
	{"unmark", []string{"*", "u", "U", "u"}},
	{"fold", []string{"f", "down", "f"}},
	{"all", []string{"a", "down", "a"}},
	{"kin", []string{"p", "down", "enter"}},
	{"timeline", []string{"5", "right", "]", "]", ">", "right", "enter"}},
	{"trail", []string{"6", "pgdown", "end", "s", "enter"}},
	{"presence", []string{"w", "enter", "down"}},
	{"columns", []string{"C", "down", "space", "space", ">", "<"}},
	{"palette", []string{":", "so", "esc", "?", "ma", "esc", "N"}},
	{"findings", []string{"7", "down", "enter", "down", "enter", "esc", "esc", "A", "A", "3", "!", "enter"}},
	{"details", []string{"d", "pgdown", "esc", "y", "Y", "?", "pgdown", "esc", "ctrl+f", "an", "esc", "-"}},
	{"export", nil},
	{"resize", nil},
}

// round does things until its time has come, and ends where it began.
func (s *soak) round(until time.Time) int {
	n := 0
	var order []int
	for ; n < len(phrases) || *soakTime > 0 && time.Now().Before(until); n++ {
		if n%len(phrases) == 0 {
			order = s.random.Perm(len(phrases))
		}
		s.strike([]string{"1", "2", "3", "4", "7", "8"}[s.random.IntN(6)])
		for range s.random.IntN(6) {
			s.strike([]string{"down", "pgdown", "end", "up", "pgup", "home"}[s.random.IntN(6)])
		}
		f := phrases[order[n%len(phrases)]]
		s.pressed[f.name]++
		switch f.name {
		case "export":
			s.export()
		case "resize":
			s.handle(tea.WindowSizeMsg{Width: 40 + s.random.IntN(200), Height: 8 + s.random.IntN(60)})
			s.strike("pgdown")
			s.handle(tea.WindowSizeMsg{Width: 200, Height: 50})
			s.settle(nil)
		}
		for _, k := range f.keys {
			if _, ok := named[k]; ok {
				s.strike(k)
				continue
			}
			for _, r := range k {
				s.strike(string(r))
			}
		}
		if s.random.IntN(3) == 0 {
			s.home()
		}
	}
	s.home()
	s.strike("u")
	return n
}

// strike presses a key and waits until all that it asked for is there.
func (s *soak) strike(name string) {
	if name == " " {
		name = "space"
	}
	s.keys++
	s.key = name
	s.handle(key(name))
	s.settle(nil)
}

// export writes a few sessions in one of the formats, over what is there.
func (s *soak) export() {
	s.strike("3")
	if s.root.marks.count() > mostMarked {
		s.strike("u")
	}
	s.strike("space")
	s.strike("e")
	for range s.random.IntN(7) {
		s.strike("right")
	}
	s.strike("enter")
	if s.root.sheet != nil && s.root.sheet.exists {
		s.strike("y")
	}
	if strings.Contains(s.root.message, "wrote ") {
		s.exports++
	}
}

// home closes everything that is open.
func (s *soak) home() {
	for range 30 {
		s.strike("esc")
	}
	s.strike("1")
	if n := len(s.root.stack); n != 1 || s.root.sheet != nil || s.root.prompt != nil {
		s.b.Fatalf("%d levels, or a sheet, are open at the end of a round", n)
	}
}

// reopen opens the same evidence in screens of their own, looks around while it
// is read and after, and quits: nothing of it may be left.
func (s *soak) reopen(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	other := newPianist(s.b, ctx, *soakEvents)
	other.load()
	for _, k := range []string{"3", "s", "enter", "enter", "esc", "esc", "/", "a", "n", "esc", "esc"} {
		other.press(k)
	}
	if n := other.root.view.snap.EventCount(); n < *soakEvents/2 {
		s.b.Errorf("opened once more, there are %d events", n)
	}
	cancel()
	other.root.join()
	other.root, other.msgs, other.strokes = nil, nil, nil
	s.pressed["open"]++
}

// count notes what is kept now.
func (s *soak) count() {
	var m runtime.MemStats
	for range 2 { // what the first one finalizes, the second one frees
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	s.heap = append(s.heap, m.HeapAlloc)
	s.threads = append(s.threads, uint64(runtime.NumGoroutine()))
	s.files = append(s.files, uint64(openFiles()))
	if *soakTime > 0 {
		fmt.Printf("%s: %d keys, %d exports, %d kB kept, %d kB of the system, %d goroutines, %d open files\n", time.Now().UTC().Format(time.TimeOnly),
			s.keys, s.exports, m.HeapAlloc>>10, m.Sys>>10, s.threads[len(s.threads)-1], s.files[len(s.files)-1])
	}
}

// growth returns the least of the first and of the last third, and whether that
// is growth: more than a twentieth and slack. What is kept after a round
// varies with what it looked at last; the least of many does not.
func growth(heap []uint64) (first, last uint64, grows bool) {
	first, last = thirds(heap)
	return first, last, last > first+first/20+slack
}

func thirds(of []uint64) (first, last uint64) {
	n := max(1, len(of)/3)
	least := func(some []uint64) uint64 {
		out := some[0]
		for _, v := range some {
			out = min(out, v)
		}
		return out
	}
	return least(of[:n]), least(of[len(of)-n:])
}

func TestGrowthIsMoreThanATwentieth(t *testing.T) {
	for _, c := range []struct {
		heap  []uint64
		grows bool
	}{
		{[]uint64{100 << 20, 140 << 20, 101 << 20, 180 << 20, 104 << 20, 150 << 20}, false},
		{[]uint64{100 << 20, 103 << 20, 106 << 20, 109 << 20, 112 << 20, 115 << 20}, true},
		{[]uint64{90 << 20, 90 << 20, 90 << 20, 98 << 20, 97 << 20, 97 << 20}, true},
		{[]uint64{1 << 20, 1<<20 + 200<<10}, false},
	} {
		if _, _, grows := growth(c.heap); grows != c.grows {
			t.Errorf("growth(%v) is %t", kilobytes(c.heap), grows)
		}
	}
}

func kilobytes(of []uint64) []uint64 {
	var out []uint64
	for _, v := range of {
		out = append(out, v>>10)
	}
	return out
}

// openFiles is how many files the process has open, 0 where the system does not
// tell.
func openFiles() int {
	all, _ := os.ReadDir("/proc/self/fd")
	n := 0
	for _, f := range all {
		// The runtime's own are no files.
		if to, err := os.Readlink("/proc/self/fd/" + f.Name()); err == nil && strings.HasPrefix(to, "/") {
			n++
		}
	}
	return n
}
