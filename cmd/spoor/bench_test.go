package main

import (
	"context"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"spoor/model"
	"spoor/tui"
)

// BenchmarkOpen opens a folder of logs completely: reads, indexes and
// correlates them. The folder is SPOOR_BENCH_OPEN, or that of a domain of 200
// hosts and two days which is simulated in SPOOR_BENCH_DIR. x-floor is the
// least of its times by the least of reading the same files and checking their
// sums with as many workers; bytes/event is what stays of it in memory, and
// peak-bytes/event what the program had of the system.
func BenchmarkOpen(b *testing.B) {
	folder := benchFolder(b)
	var o options
	find := o.finder([]string{folder})
	for _, workers := range []int{1, 2} {
		b.Run([]string{1: "1worker", 2: "2workers"}[workers], func(b *testing.B) {
			before := heap()
			var floors, opens []time.Duration
			var s *model.Snapshot
			var kept uint64
			for b.Loop() {
				start := time.Now()
				readAll(b, folder, workers)
				floors = append(floors, time.Since(start))
				start = time.Now()
				v := newInvestigation(find, workers, time.Now)
				v.Load(context.Background(), func(p tui.Progress) { s = p.Snapshot })
				opens = append(opens, time.Since(start))
				v.Close()
				kept = heap() - before
				runtime.KeepAlive(s)
			}
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			events := float64(s.EventCount())
			b.ReportMetric(events, "events")
			b.ReportMetric(float64(slices.Min(opens))/float64(slices.Min(floors)), "x-floor")
			b.ReportMetric(float64(slices.Min(opens).Nanoseconds())/events, "ns/event")
			b.ReportMetric(float64(kept)/events, "bytes/event")
			b.ReportMetric(float64(m.Sys)/events, "peak-bytes/event")
		})
	}
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

// readAll reads all files of a folder and sums their bytes, in pieces that stay
// in a core's cache.
func readAll(b *testing.B, folder string, workers int) {
	paths := make(chan string)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			buffer := make([]byte, 256<<10)
			for path := range paths {
				if err := readOne(path, buffer); err != nil {
					b.Error(err)
				}
			}
		})
	}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() && strings.HasSuffix(path, ".evtx") {
			paths <- path
		}
		return err
	})
	close(paths)
	group.Wait()
	if err != nil {
		b.Fatal(err)
	}
}

func readOne(path string, buffer []byte) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for {
		n, err := f.Read(buffer)
		crc32.ChecksumIEEE(buffer[:n])
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
