package parser

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"spoor/model/event"
	"spoor/parser/evtxwrite/bulk"
)

var orderedBytes = sync.OnceValues(func() ([]byte, error) {
	var log bytes.Buffer
	_, err := bulk.Write(&log, 5<<20, bulk.Options{Seed: 3})
	return log.Bytes(), err
})

func orderedLog(t *testing.T) *File {
	t.Helper()
	log, err := orderedBytes()
	if err != nil {
		t.Fatal(err)
	}
	f, err := Open(bytes.NewReader(log), int64(len(log)), 0, "Security.evtx")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestOrderedBatchesComeInTheOrderOfTheFile(t *testing.T) {
	f := orderedLog(t)
	final := map[uint64]bool{}
	last, batches := uint64(0), 0
	_, err := f.Scan(context.Background(), Options{Workers: 8, Ordered: true, Reuse: true}, func(b *event.Batch) error {
		batches++
		if final[b.Dictionary] {
			t.Errorf("dictionary %d goes on after its final batch", b.Dictionary)
		}
		final[b.Dictionary] = b.Final
		for _, r := range b.Runs {
			if r.FirstID != last+1 {
				t.Fatalf("record %d follows %d", r.FirstID, last)
			}
			last = r.LastID
		}
		return nil
	})
	if err != nil || batches < 5 {
		t.Errorf("%d batches, %v", batches, err)
	}
}

func TestAnOrderedScanEndsWithTheErrorOfWhoReadsIt(t *testing.T) {
	f := orderedLog(t)
	enough := errors.New("enough")
	for stop := range 3 {
		n := 0
		_, err := f.Scan(context.Background(), Options{Workers: 8, Ordered: true}, func(*event.Batch) error {
			if n++; n > stop {
				return enough
			}
			return nil
		})
		if !errors.Is(err, enough) {
			t.Errorf("after %d batches: %v", stop, err)
		}
	}
}

func TestAnOrderedScanEndsWithItsContext(t *testing.T) {
	f := orderedLog(t)
	ctx, cancel := context.WithCancel(context.Background())
	_, err := f.Scan(ctx, Options{Workers: 8, Ordered: true}, func(*event.Batch) error {
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// What reads at once may be ahead of what was handed over: a scan that stops
// has read all up to a place and nothing after it.
func TestAScanThatStopsHasReadTheBeginningOfTheFile(t *testing.T) {
	f := orderedLog(t)
	for _, workers := range []int{1, 2, 8} {
		for most := range 4 {
			handed, first, last, count := 0, ^uint64(0), uint64(0), uint64(0)
			var stop atomic.Bool
			stop.Store(most == 0)
			stats, err := f.Scan(context.Background(), Options{Workers: workers, Stop: stop.Load}, func(b *event.Batch) error {
				if handed++; handed == most {
					stop.Store(true)
				}
				for _, r := range b.Runs {
					first, last, count = min(first, r.FirstID), max(last, r.LastID), count+r.Count
				}
				return nil
			})
			if err != nil || handed > most+workers || count != stats.Records || count > 0 && (first != 1 || last != count) {
				t.Errorf("%d workers, stopped after %d: %d batches, records %d to %d, %d of them, %v", workers, most, handed, first, last, count, err)
			}
			if want := int64(handed) < int64(stats.Chunks+runChunks-1)/runChunks; stats.Cut != want {
				t.Errorf("%d workers, stopped after %d: cut is %t", workers, most, stats.Cut)
			}
		}
	}
}
