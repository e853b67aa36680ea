package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"spoor/parser/evidence"
	"spoor/parser/evtxwrite/bulk"
)

// scale is a kind of evidence that there may be more or less of.
type scale struct {
	name  string
	hosts int
	bulk  bulk.Options
}

var scales = []scale{
	{"one-host", 1, bulk.Options{}},
	{"many-hosts", 300, bulk.Options{}},
	{"many-users", 1, bulk.Options{Users: 50_000}},
	{"new-strings", 1, bulk.Options{Unique: true}},
}

// largestLog is where a log goes on in another file, in bytes.
const largestLog = 1 << 30

// BenchmarkScale opens evidence of growing size and several kinds: few hosts
// and many, few users and many, and the worst variety of strings, every account
// and address a new one. The numbers of events are those of SPOOR_BENCH_EVENTS,
// 100000 if it is empty. The logs are written to SPOOR_BENCH_DIR, 0.8 GB for a
// million events, and are gone when their turn is over. If SPOOR_BENCH_MADE is
// set, they are on no disk but made of a pool as they are read, by the floor as
// well: the names of accounts are then those of the pool, and its memory does
// not count.
func BenchmarkScale(b *testing.B) {
	for _, text := range strings.Split(cmp.Or(os.Getenv("SPOOR_BENCH_EVENTS"), "100000"), ",") {
		events, err := strconv.Atoi(text)
		if err != nil || events < 1000 {
			b.Fatalf("SPOOR_BENCH_EVENTS: %q is no number of events from 1000 on", text)
		}
		for _, s := range scales {
			b.Run(text+"/"+s.name, func(b *testing.B) {
				if os.Getenv("SPOOR_BENCH_MADE") != "" {
					benchWorkers(b, s.make(b, uint64(events)))
					return
				}
				benchWorkers(b, inFolder(b, s.write(b, uint64(events))))
			})
		}
	}
}

// pooled is how many records a pool has, if there are as many.
const pooled = 50_000

// make makes the logs of so many events of a pool.
func (s scale) make(b *testing.B, events uint64) benched {
	each := events / uint64(s.hosts)
	pool, err := bulk.NewPool(s.bulk, min(pooled, each))
	if err != nil {
		b.Fatal(err)
	}
	var sources []evidence.Source
	e := benched{made: pool.Size()}
	for host := range s.hosts {
		log, err := pool.Log(host, each)
		if err != nil {
			b.Fatal(err)
		}
		source := evidence.From(fmt.Sprintf("srv%03d.evtx", host), log, log.Size())
		sources = append(sources, source)
		e.logs = append(e.logs, logPart{open: source.Open, size: source.Size})
	}
	e.find = func(context.Context) *evidence.Set { return evidence.Made(slices.Clone(sources)...) }
	return e
}

// write writes the logs of so many events into a new folder.
func (s scale) write(b *testing.B, events uint64) string {
	dir := os.Getenv("SPOOR_BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	folder, err := os.MkdirTemp(dir, "scale")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { os.RemoveAll(folder) })
	hosts := make(chan int)
	errs := make([]error, s.hosts)
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for host := range hosts {
				errs[host] = s.writeHost(folder, host, events/uint64(s.hosts))
			}
		})
	}
	for host := range s.hosts {
		hosts <- host
	}
	close(hosts)
	group.Wait()
	if err := errors.Join(errs...); err != nil {
		b.Fatal(err)
	}
	return folder
}

func (s scale) writeHost(folder string, host int, events uint64) error {
	o := s.bulk
	o.Seed = uint64(host)
	o.Computer = fmt.Sprintf("srv%03d.werk.example", host)
	for series, part := bulk.NewSeries(o), 0; events > 0; part++ {
		file, err := os.Create(filepath.Join(folder, fmt.Sprintf("srv%03d-%d.evtx", host, part)))
		if err != nil {
			return err
		}
		out := bufio.NewWriterSize(file, 1<<20)
		n, err := series.WriteRecords(out, largestLog, events)
		if err := errors.Join(err, out.Flush(), file.Close()); err != nil {
			return err
		}
		events -= n
	}
	return nil
}
