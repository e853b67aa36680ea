package main

import (
	"cmp"
	"context"
	"os"
	"strconv"
	"testing"
	"time"

	"spoor/tui"
)

// BenchmarkStreaming opens evidence that is shown while it is read, and such
// that is correlated once, at the end. SPOOR_BENCH_EVENTS is how many events
// there are, 300000 if it is empty; they are on no disk.
//
//   - x-once: the processors' time of the one by that of the other, the least of
//     each
//   - snapshots: that were shown on the way
func BenchmarkStreaming(b *testing.B) {
	events, err := strconv.Atoi(cmp.Or(os.Getenv("SPOOR_BENCH_EVENTS"), "300000"))
	if err != nil {
		b.Fatal(err)
	}
	for _, s := range scales {
		b.Run(s.name, func(b *testing.B) {
			e := s.make(b, uint64(events))
			var streamed, once []measured
			snapshots := 0
			open := func(now func() time.Time, shown func(tui.Progress)) measured {
				v := newInvestigation(e.find, 2, now)
				v.drafts = true
				defer v.Close()
				heap()
				return measure(func() { v.Load(context.Background(), shown) })
			}
			for b.Loop() {
				begin := time.Now()
				once = append(once, open(func() time.Time { return begin }, func(tui.Progress) {}))
				snapshots = -1 // the last one is no step on the way
				streamed = append(streamed, open(time.Now, func(p tui.Progress) {
					if p.Snapshot != nil {
						snapshots++
					}
				}))
			}
			cpu := func(m measured) time.Duration { return m.cpu }
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(lowest(streamed, cpu))/float64(lowest(once, cpu)), "x-once")
			b.ReportMetric(lowest(once, cpu).Seconds()*1000, "once-cpu-ms")
			b.ReportMetric(float64(snapshots), "snapshots")
		})
	}
}
