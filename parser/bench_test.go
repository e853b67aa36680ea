package parser

import (
	"context"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"spoor/model/event"
	"spoor/parser/evtxwrite/bulk"
)

const benchSize = 100 << 20

// BenchmarkScan reads logs of 100 MiB from the page cache. x-floor is its time
// by that of reading the same bytes and checking the same checksums with as
// many workers, both the median of this run's turns.
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
			path := filepath.Join(b.TempDir(), "log.evtx")
			file, err := os.Create(path)
			if err != nil {
				b.Fatal(err)
			}
			defer file.Close()
			log.write(b, file)
			for _, workers := range []int{1, 2} {
				b.Run([]string{1: "1worker", 2: "2workers"}[workers], func(b *testing.B) { benchScan(b, file, workers) })
			}
		})
	}
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
	floor(b, file, info.Size(), workers)
	scan()
	b.SetBytes(info.Size())
	var scans, floors []time.Duration
	var before, after runtime.MemStats
	var mallocs uint64
	for b.Loop() {
		start := time.Now()
		floor(b, file, info.Size(), workers)
		floors = append(floors, time.Since(start))
		runtime.ReadMemStats(&before)
		start = time.Now()
		scan()
		scans = append(scans, time.Since(start))
		runtime.ReadMemStats(&after)
		mallocs = after.Mallocs - before.Mallocs
	}
	slices.Sort(scans)
	slices.Sort(floors)
	median := scans[len(scans)/2]
	b.ReportMetric(float64(median)/float64(floors[len(floors)/2]), "x-floor")
	b.ReportMetric(float64(scans[0])/float64(floors[0]), "least-x-floor")
	b.ReportMetric(float64(info.Size())/median.Seconds()/1e6, "scan-MB/s")
	b.ReportMetric(float64(info.Size())/floors[len(floors)/2].Seconds()/1e6, "floor-MB/s")
	b.ReportMetric(float64(mallocs)/float64(records), "mallocs/record")
}

// floor reads the file as Scan does and checks every chunk's checksums.
func floor(b *testing.B, r io.ReaderAt, size int64, workers int) {
	var next atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			buffer := make([]byte, runChunks*chunkSize)
			for {
				at := fileHeaderSize + (next.Add(1)-1)*int64(len(buffer))
				if at >= size {
					return
				}
				n, _ := r.ReadAt(buffer, at)
				for i := 0; i+chunkSize <= n; i += chunkSize {
					chunk := buffer[i : i+chunkSize]
					free := uint32(chunk[48]) | uint32(chunk[49])<<8 | uint32(chunk[50])<<16
					if headerSum(chunk)+crc32.ChecksumIEEE(chunk[chunkHeaderSize:free]) == 1 {
						b.Log("cannot be told from a coincidence")
					}
				}
			}
		})
	}
	group.Wait()
}

func writeBulk(b *testing.B, w io.Writer, o bulk.Options) {
	if _, err := bulk.Write(w, benchSize, o); err != nil {
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
	for n, i := len(header), 0; n < benchSize; n, i = n+chunkSize, i+1 {
		if _, err := w.Write(chunks[i%len(chunks)]); err != nil {
			b.Fatal(err)
		}
	}
}
