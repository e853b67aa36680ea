package parser

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"spoor/model/event"
	"spoor/parser/evtxwrite/bulk"
)

// benchSize is the size of the logs: SPOOR_BENCH_MB, in units of 10^6 bytes,
// or 100. All of them fit the page cache and none the caches of a core.
func benchSize(b *testing.B) int64 {
	text := os.Getenv("SPOOR_BENCH_MB")
	if text == "" {
		return 100e6
	}
	megabytes, err := strconv.ParseInt(text, 10, 32)
	if err != nil || megabytes < 1 {
		b.Fatalf("SPOOR_BENCH_MB is %q, no number of megabytes", text)
	}
	return megabytes * 1e6
}

// BenchmarkScan reads logs from the page cache. x-floor is its time by that of
// reading the same bytes in the same pieces and checking the same checksums
// with as many workers: the median of this run's turns by the median, and the
// least by the least, which a busy machine disturbs less. x-1MiB-floor is the
// least by the least of reading 1 MiB at a time, which does not stay in a
// core's own cache until it is checked.
func BenchmarkScan(b *testing.B) {
	for _, log := range []struct {
		name  string
		write func(b *testing.B, w io.Writer)
	}{
		{"ordinary", func(b *testing.B, w io.Writer) { writeBulk(b, w, bulk.Options{}) }},
		{"unique", func(b *testing.B, w io.Writer) { writeBulk(b, w, bulk.Options{Unique: true}) }},
		{"forwarded", func(b *testing.B, w io.Writer) { writeBulk(b, w, bulk.Options{Rendered: true}) }},
		{"corpus", writeCorpus},
	} {
		b.Run(log.name, func(b *testing.B) {
			file := benchLog(b, log.name, log.write)
			defer file.Close()
			for _, workers := range []int{1, 2} {
				b.Run([]string{1: "1worker", 2: "2workers"}[workers], func(b *testing.B) { benchScan(b, file, workers) })
			}
		})
	}
}

// benchLog makes a log, or takes the one that an earlier run left in
// SPOOR_BENCH_DIR.
func benchLog(b *testing.B, name string, write func(*testing.B, io.Writer)) *os.File {
	dir := os.Getenv("SPOOR_BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	path := filepath.Join(dir, fmt.Sprintf("%s-%d.evtx", name, benchSize(b)))
	if file, err := os.Open(path); err == nil {
		return file
	}
	file, err := os.Create(path + ".part")
	if err != nil {
		b.Fatal(err)
	}
	buffer := bufio.NewWriterSize(file, 1<<20)
	write(b, buffer)
	if err := errors.Join(buffer.Flush(), os.Rename(path+".part", path)); err != nil {
		b.Fatal(err)
	}
	return file
}

func benchScan(b *testing.B, file *os.File, workers int) {
	info, err := file.Stat()
	if err != nil {
		b.Fatal(err)
	}
	schemas := event.NewSchemas()
	var records uint64
	scan := func() {
		f, err := Open(file, info.Size(), 1, "log.evtx")
		if err != nil {
			b.Fatal(err)
		}
		stats, err := f.Scan(context.Background(), Options{Workers: workers, Schemas: schemas, Reuse: true}, func(*event.Batch) error { return nil })
		if err != nil || stats.DamagedChunks > 0 || stats.DamagedRecords > 0 {
			b.Fatalf("%+v %v", stats, err)
		}
		records = stats.Records
	}
	floor(b, file, info.Size(), workers, pieceChunks)
	scan()
	b.SetBytes(info.Size())
	var scans, floors, wide []time.Duration
	var before, after runtime.MemStats
	for b.Loop() {
		start := time.Now()
		floor(b, file, info.Size(), workers, pieceChunks)
		floors = append(floors, time.Since(start))
		start = time.Now()
		floor(b, file, info.Size(), workers, runChunks)
		wide = append(wide, time.Since(start))
		runtime.ReadMemStats(&before)
		start = time.Now()
		scan()
		scans = append(scans, time.Since(start))
		runtime.ReadMemStats(&after)
	}
	slices.Sort(scans)
	slices.Sort(floors)
	median := scans[len(scans)/2]
	each := func(n uint64) float64 { return float64(n) / float64(records) }
	b.ReportMetric(float64(median)/float64(floors[len(floors)/2]), "x-floor")
	b.ReportMetric(float64(scans[0])/float64(floors[0]), "least-x-floor")
	b.ReportMetric(float64(scans[0])/float64(slices.Min(wide)), "x-1MiB-floor")
	b.ReportMetric(float64(info.Size())/scans[0].Seconds()/1e6, "most-MB/s")
	b.ReportMetric(float64(info.Size())/floors[0].Seconds()/1e6, "floor-MB/s")
	b.ReportMetric(each(uint64(scans[0].Nanoseconds())), "ns/record")
	b.ReportMetric(each(after.Mallocs-before.Mallocs), "mallocs/record")
	b.ReportMetric(each(after.TotalAlloc-before.TotalAlloc), "B/record")
}

// floor reads the file in pieces of so many chunks and checks every chunk's
// checksums.
func floor(b *testing.B, r io.ReaderAt, size int64, workers, chunks int) {
	var next, wrong atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			buffer := make([]byte, chunks*chunkSize)
			for {
				at := fileHeaderSize + (next.Add(1)-1)*int64(len(buffer))
				if at >= size {
					return
				}
				n, _ := r.ReadAt(buffer, at)
				for i := 0; i+chunkSize <= n; i += chunkSize {
					if !sound(buffer[i : i+chunkSize]) {
						wrong.Add(1)
					}
				}
			}
		})
	}
	group.Wait()
	if n := wrong.Load(); n > 0 {
		b.Fatalf("%d chunks of the log have wrong checksums", n)
	}
}

func sound(chunk []byte) bool {
	free := binary.LittleEndian.Uint32(chunk[48:])
	return headerSum(chunk) == binary.LittleEndian.Uint32(chunk[124:]) &&
		crc32.ChecksumIEEE(chunk[chunkHeaderSize:free]) == binary.LittleEndian.Uint32(chunk[52:])
}

func writeBulk(b *testing.B, w io.Writer, o bulk.Options) {
	if _, err := bulk.Write(w, benchSize(b), o); err != nil {
		b.Fatal(err)
	}
}

// writeCorpus repeats the sound chunks of the corpus' real Security logs.
func writeCorpus(b *testing.B, w io.Writer) {
	logs := corpus(b)
	var chunks [][]byte
	var header []byte
	for _, name := range names(logs) {
		data := logs[name]
		if header == nil && data[120] == 0 {
			header = data[:fileHeaderSize]
		}
		if filepath.Base(name) != "Security.evtx" && filepath.Base(name) != "win2008r2-security.evtx" && filepath.Base(name) != "RDPAuth_Security.evtx" {
			continue
		}
		for at := fileHeaderSize; at+chunkSize <= len(data); at += chunkSize {
			if c := readChunk(data[at : at+chunkSize]); !c.empty && c.damage == "" && c.free > chunkSize*3/4 {
				chunks = append(chunks, c.data)
			}
		}
	}
	w.Write(header)
	for n, i := len(header), 0; int64(n) < benchSize(b); n, i = n+chunkSize, i+1 {
		if _, err := w.Write(chunks[i%len(chunks)]); err != nil {
			b.Fatal(err)
		}
	}
}
