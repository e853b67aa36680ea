package secondopinion

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/0xrawsec/golang-evtx/evtx"

	"spoor/model/event"
	"spoor/parser"
	"spoor/parser/evtxwrite/bulk"
)

// benchOf names the file that BenchmarkAlone is to read.
const benchOf = "SPOOR_BENCH_SECOND_OPINION"

// ratioSize is small because golang-evtx reads ten megabytes a second.
const ratioSize = 25e6

// BenchmarkAlone is golang-evtx reading every event of a log to a map, as its
// UnorderedEvents hands them over. It is the child of BenchmarkRatio.
func BenchmarkAlone(b *testing.B) {
	name := os.Getenv(benchOf)
	if name == "" {
		b.Skip("runs as the child of BenchmarkRatio")
	}
	// By itself it uses half of the cores.
	evtx.SetMaxJobs(runtime.GOMAXPROCS(0))
	records := 0
	for b.Loop() {
		records = 0
		log, err := evtx.OpenDirty(name)
		if err != nil {
			b.Fatal(err)
		}
		for e := range log.UnorderedEvents() {
			if e != nil {
				records++
			}
		}
		log.Close()
	}
	b.ReportMetric(float64(records), "records")
}

// BenchmarkRatio reads a log with golang-evtx and with Scan in turns, both
// with all cores. x-golang-evtx is the former's least time by the latter's.
func BenchmarkRatio(b *testing.B) {
	for _, log := range []struct {
		name    string
		options bulk.Options
	}{
		{"ordinary", bulk.Options{}},
		{"unique", bulk.Options{Unique: true}},
		{"forwarded", bulk.Options{Rendered: true}},
	} {
		b.Run(log.name, func(b *testing.B) { benchRatio(b, log.options) })
	}
}

func benchRatio(b *testing.B, o bulk.Options) {
	file, err := os.Create(filepath.Join(b.TempDir(), "log.evtx"))
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	buffer := bufio.NewWriter(file)
	records, err := bulk.Write(buffer, ratioSize, o)
	if err != nil {
		b.Fatal(err)
	}
	if err := buffer.Flush(); err != nil {
		b.Fatal(err)
	}
	var other, ours time.Duration
	for b.Loop() {
		other = least(other, alone(b, file.Name(), records))
		for range 10 {
			ours = least(ours, scan(b, file, records))
		}
	}
	b.ReportMetric(float64(other)/float64(ours), "x-golang-evtx")
	b.ReportMetric(float64(ratioSize)/other.Seconds()/1e6, "golang-evtx-MB/s")
	b.ReportMetric(float64(ratioSize)/ours.Seconds()/1e6, "scan-MB/s")
}

func least(before, now time.Duration) time.Duration {
	if before == 0 {
		return now
	}
	return min(before, now)
}

func scan(b *testing.B, file *os.File, records uint64) time.Duration {
	info, err := file.Stat()
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	f, err := parser.Open(file, info.Size(), 1, "log.evtx")
	if err != nil {
		b.Fatal(err)
	}
	stats, err := f.Scan(context.Background(), parser.Options{Workers: runtime.GOMAXPROCS(0), Reuse: true}, func(*event.Batch) error { return nil })
	if err != nil || stats.Records != records {
		b.Fatalf("%d records of %d: %v", stats.Records, records, err)
	}
	return time.Since(start)
}

var aloneSaid = regexp.MustCompile(`\s(\d+) ns/op\s+(\d+) records`)

// alone runs BenchmarkAlone once, and holds it to the number of records.
func alone(b *testing.B, name string, records uint64) time.Duration {
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	child := exec.Command(self, "-test.run=^$", "-test.bench=^BenchmarkAlone$", "-test.benchtime=1x")
	child.Env = append(os.Environ(), benchOf+"="+name)
	out, err := child.CombinedOutput()
	if err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	said := aloneSaid.FindSubmatch(out)
	if said == nil || string(said[2]) != fmt.Sprint(records) {
		b.Fatalf("golang-evtx did not read %d records: %s", records, out)
	}
	nanoseconds, err := strconv.ParseInt(string(said[1]), 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return time.Duration(nanoseconds)
}
