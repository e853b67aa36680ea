package main

import (
	"context"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync"
	"testing"
	"time"

	"spoor/model"
	"spoor/parser/evidence"
	"spoor/tui"
)

// BenchmarkOpen opens a folder of logs completely: reads, indexes and
// correlates them. The folder is SPOOR_BENCH_OPEN, or that of a domain of 200
// hosts and two days which is simulated in SPOOR_BENCH_DIR.
func BenchmarkOpen(b *testing.B) {
	benchWorkers(b, inFolder(b, benchFolder(b)))
}

// benched is evidence to open.
type benched struct {
	find finder
	logs []logPart
	made int64 // bytes of memory that the evidence itself takes
}

func inFolder(b *testing.B, folder string) benched {
	var o options
	return benched{find: o.finder([]string{folder}), logs: logsIn(b, folder)}
}

// benchWorkers opens evidence with one worker and with two. The floor is
// reading the same files and checking their sums with as many workers.
//
//   - x-floor: the least time of opening by the least of the floor
//   - cpu-x-floor: the same of the time of processors, for a machine that is
//     busy with other things
//   - screen-ms, snapshot-ms: until there is something to show, and until that
//     shows accounts and sessions
//   - index-B/event: what stays of an event in memory, but for the dictionaries
//   - dictionaries-MB: what those take, as [model.Snapshot.Dictionaries] counts it
//   - peak-%: the most memory that was resident, by the size of the evidence
//   - gc-%: the part of the processors' time that garbage collection took
func benchWorkers(b *testing.B, e benched) {
	for _, workers := range []int{1, 2} {
		b.Run([]string{1: "1worker", 2: "2workers"}[workers], func(b *testing.B) { benchOpen(b, e, workers) })
	}
}

func benchOpen(b *testing.B, e benched, workers int) {
	files := e.logs
	before := heap()
	var opens, floors []measured
	var screen, tally time.Duration
	var s *model.Snapshot
	var kept, most uint64
	var collected, used float64
	readAll(b, files, workers) // into the page cache
	for b.Loop() {
		s = nil
		resetPeak() // what the opening before took is given back, as if there had been none
		floors = append(floors, measure(func() { readAll(b, files, workers) }))
		gc, all := collecting()
		v := newInvestigation(e.find, workers, time.Now)
		v.drafts = true
		start := time.Now()
		var first, second time.Duration
		opens = append(opens, measure(func() {
			v.Load(context.Background(), func(p tui.Progress) {
				if first == 0 {
					first = time.Since(start)
				}
				if s = p.Snapshot; s != nil && second == 0 {
					second = time.Since(start)
				}
			})
		}))
		most = max(most, peak())
		screen, tally = sooner(screen, first), sooner(tally, second)
		kept = heap() - before
		now, total := collecting()
		collected, used = now-gc, total-all
		v.Close()
		runtime.KeepAlive(s)
	}
	if s.Records() == 0 {
		b.Fatal("nothing was read")
	}
	size, records := int64(0), float64(s.Records())
	for _, f := range files {
		size += f.size
	}
	wall := func(m measured) time.Duration { return m.wall }
	cpu := func(m measured) time.Duration { return m.cpu }
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(records, "records")
	b.ReportMetric(float64(len(s.Hosts())), "hosts")
	b.ReportMetric(float64(len(s.Accounts())), "accounts")
	b.ReportMetric(float64(size)/1e6, "MB")
	b.ReportMetric(lowest(opens, wall).Seconds()*1000, "open-ms")
	b.ReportMetric(lowest(opens, cpu).Seconds()*1000, "open-cpu-ms")
	b.ReportMetric(float64(lowest(opens, wall))/float64(lowest(floors, wall)), "x-floor")
	b.ReportMetric(float64(lowest(opens, cpu))/float64(lowest(floors, cpu)), "cpu-x-floor")
	b.ReportMetric(float64(lowest(opens, cpu).Nanoseconds())/records, "cpu-ns/event")
	b.ReportMetric(screen.Seconds()*1000, "screen-ms")
	b.ReportMetric(tally.Seconds()*1000, "snapshot-ms")
	dictionaries := float64(s.Dictionaries())
	b.ReportMetric((float64(kept)-dictionaries)/records, "index-B/event")
	b.ReportMetric(dictionaries/1e6, "dictionaries-MB")
	b.ReportMetric(100*float64(int64(most)-e.made)/float64(size), "peak-%")
	b.ReportMetric(float64(e.made), "made-B")
	b.ReportMetric(100*collected/used, "gc-%")
}

// measured is what something took of time and of the processors' time.
type measured struct{ wall, cpu time.Duration }

func measure(what func()) measured {
	start, used := time.Now(), processTime()
	what()
	return measured{time.Since(start), processTime() - used}
}

func lowest(all []measured, of func(measured) time.Duration) time.Duration {
	least := of(all[0])
	for _, m := range all {
		least = min(least, of(m))
	}
	return max(least, 1)
}

func sooner(before, now time.Duration) time.Duration {
	if before == 0 {
		return now
	}
	return min(before, now)
}

// collecting returns the seconds of processors that garbage collection has had,
// and those that the whole program has had.
func collecting() (gc, all float64) {
	samples := []metrics.Sample{{Name: "/cpu/classes/gc/total:cpu-seconds"}, {Name: "/cpu/classes/total:cpu-seconds"}, {Name: "/cpu/classes/idle:cpu-seconds"}}
	metrics.Read(samples)
	return samples[0].Value.Float64(), samples[1].Value.Float64() - samples[2].Value.Float64()
}

// resetPeak forgets the most memory that was resident so far, where the system
// can; peak is the most since.
func resetPeak() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
}

func peak() uint64 {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		var kilobytes uint64
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kilobytes); n == 1 {
			return kilobytes << 10
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func benchFolder(b *testing.B) string {
	if folder := os.Getenv("SPOOR_BENCH_OPEN"); folder != "" {
		return folder
	}
	dir := os.Getenv("SPOOR_BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	folder := filepath.Join(dir, "domain")
	if _, err := os.Stat(folder); err == nil {
		return folder
	}
	var errs strings.Builder
	if code := run(b.Context(), []string{"simulate", "--hosts", "200", "--days", "2", "--seed", "7", "-o", folder}, nil, io.Discard, &errs, nil); code != 0 {
		b.Fatalf("simulate ended with %d: %s", code, &errs)
	}
	return folder
}

// logPart is some of a log's bytes.
type logPart struct {
	open     func() (evidence.Content, error)
	at, size int64
}

// logsIn lists the logs in a folder.
func logsIn(b *testing.B, folder string) []logPart {
	var logs []logPart
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || !strings.HasSuffix(path, ".evtx") {
			return err
		}
		info, err := entry.Info()
		logs = append(logs, logPart{open: func() (evidence.Content, error) { return os.Open(path) }, size: info.Size()})
		return err
	})
	if err != nil || len(logs) == 0 {
		b.Fatalf("%d logs in %s: %v", len(logs), folder, err)
	}
	return logs
}

// readAll reads logs and sums their bytes, in pieces that stay in a core's
// cache; of a large log each worker has a part.
func readAll(b *testing.B, logs []logPart, workers int) {
	parts := make(chan logPart)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			buffer := make([]byte, 256<<10)
			for part := range parts {
				if err := readPart(part, buffer); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for _, log := range logs {
		for at := int64(0); at < log.size; at += splitFrom {
			parts <- logPart{log.open, at, min(splitFrom, log.size-at)}
		}
	}
	close(parts)
	group.Wait()
}

func readPart(part logPart, buffer []byte) error {
	f, err := part.open()
	if err != nil {
		return err
	}
	defer f.Close()
	for in := io.NewSectionReader(f, part.at, part.size); ; {
		n, err := in.Read(buffer)
		crc32.ChecksumIEEE(buffer[:n])
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
