package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"

	"spoor/model"
	"spoor/parser"
	"spoor/parser/evtxwrite/bulk"
)

// Correlating a log in which every account is a new one takes more than reading
// it did. What it takes is foreseen: not much less, or the system ends the
// program for want of memory, and not much more, or too little is read.
func TestWhatCorrelatingTakesIsForeseen(t *testing.T) {
	const events = 20_000
	folder := t.TempDir()
	if err := (scale{bulk: bulk.Options{Unique: true}}).writeHost(folder, 0, events); err != nil {
		t.Fatal(err)
	}
	v := newInvestigation((&options{}).finder([]string{folder}), 1, time.Now)
	defer v.Close()
	set := v.find(t.Context())
	defer set.Close()
	l := &loading{v: v, builder: model.NewBuilder(v.schemas), pool: parser.NewPool(v.schemas), gauge: v.room.gauge()}
	l.files(t.Context(), l.announce(set))
	l.pool = nil
	runtime.GC()
	before, ahead := heapNow(), l.builder.Ahead()
	took := mostLive(func() { l.builder.Finish() }) - before
	t.Logf("%d kB before, %d kB more at most, %d kB foreseen", before>>10, took>>10, ahead>>10)
	if took < 2<<20 {
		t.Fatalf("correlating takes only %d bytes: the log is not what it should be", took)
	}
	if took > ahead+ahead/4 || took < ahead/2 {
		t.Errorf("correlating takes %d kB, and %d kB were foreseen", took>>10, ahead>>10)
	}
}

// mostLive returns how many bytes lived at most while something was done, as the
// garbage collector saw it.
func mostLive(what func()) uint64 {
	defer debug.SetGCPercent(debug.SetGCPercent(5))
	done, most := make(chan struct{}), make(chan uint64)
	go func() {
		sample, out := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}, uint64(0)
		for {
			metrics.Read(sample)
			out = max(out, sample[0].Value.Uint64())
			select {
			case <-done:
				most <- out
				return
			case <-time.After(200 * time.Microsecond):
			}
		}
	}()
	what()
	close(done)
	return <-most
}

// Reading ends where correlating what was read would take the rest of the room,
// however little was read.
func TestTheGaugeCountsWhatIsAhead(t *testing.T) {
	const most = 64 << 30 // far more than any test has
	for ahead, want := range map[uint64]bool{0: false, most / 2: false, most - 1: true, most: true, 2 * most: true} {
		g := room{most: most}.gauge()
		if got := g.full(ahead); got != want {
			t.Errorf("with %d bytes ahead of %d, the room is used up: %t, want %t", ahead, most, got, want)
		}
	}
	if g := (room{}).gauge(); g.full(most) {
		t.Error("without a bound, the room is used up")
	}
}
