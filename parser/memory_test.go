package parser

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"testing"

	"spoor/model/event"
	"spoor/parser/evtxwrite/bulk"
)

// maxScanMemory is what reading a log may take, however long it is and however
// many strings are in it, apart from what the receiver of its rows keeps.
const maxScanMemory = 64 << 20

// TestReadingALongLogTakesLittleMemory reads logs of SPOOR_MEMORY_MB, in units
// of 10^6 bytes, or 100.
func TestReadingALongLogTakesLittleMemory(t *testing.T) {
	size := int64(100e6)
	if text := os.Getenv("SPOOR_MEMORY_MB"); text != "" {
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil || n < 1 {
			t.Fatalf("SPOOR_MEMORY_MB is %q, no number of megabytes", text)
		}
		size = n * 1e6
	}
	for name, o := range map[string]bulk.Options{"ordinary": {}, "strings that all differ": {Unique: true}, "forwarded": {Rendered: true}} {
		t.Run(name, func(t *testing.T) {
			log := newEndless(t, o)
			f, err := Open(log, fileHeaderSize+size/chunkSize*chunkSize, 1, "log")
			if err != nil {
				t.Fatal(err)
			}
			debug.FreeOSMemory()
			before, most, texts := resident(), uint64(0), 0
			stats, err := f.Scan(t.Context(), Options{Workers: 2, Reuse: true}, func(b *event.Batch) error {
				texts += len(b.Texts)
				most = max(most, resident())
				return nil
			})
			if err != nil || stats.DamagedChunks+stats.DamagedRecords > 0 || stats.Records < uint64(size)/4000 {
				t.Fatalf("%+v %v", stats, err)
			}
			if o.Unique && texts < int(stats.Records)/3 {
				t.Errorf("the log has only %d texts in %d records", texts, stats.Records)
			}
			taken := int64(most) - int64(before)
			t.Logf("%d MB, %d records, %d texts: %.1f MiB", size/1e6, stats.Records, texts, float64(taken)/(1<<20))
			if taken > maxScanMemory {
				t.Errorf("reading took %d bytes more than there were before, at most %d are agreed", taken, maxScanMemory)
			}
		})
	}
}

// resident is the memory that the run-time has of the system, in bytes.
func resident() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64() - s[1].Value.Uint64()
}

// endless is a short log that is read again and again. Each time the accounts
// have other names.
type endless struct {
	header, chunks []byte
	names          [][]uint16 // where in a chunk names begin
}

func newEndless(t *testing.T, o bulk.Options) *endless {
	t.Helper()
	var out bytes.Buffer
	if _, err := bulk.Write(&out, 3<<20, o); err != nil {
		t.Fatal(err)
	}
	e := &endless{header: out.Bytes()[:fileHeaderSize], chunks: out.Bytes()[fileHeaderSize:]}
	user := []byte(utf16Key("user"))
	for at := 0; at < len(e.chunks); at += chunkSize {
		chunk := e.chunks[at : at+chunkSize]
		binary.LittleEndian.PutUint32(chunk[120:], noChecksums)
		var names []uint16
		for i := 0; o.Unique; {
			next := bytes.Index(chunk[i:], user)
			if next < 0 {
				break
			}
			i += next + len(user)
			names = append(names, uint16(i-len(user)))
		}
		e.names = append(e.names, names)
	}
	return e
}

// ReadAt implements [io.ReaderAt] for whole chunks and the header.
func (e *endless) ReadAt(p []byte, off int64) (int, error) {
	if off < fileHeaderSize {
		n := copy(p, e.header[off:])
		return n, io.EOF
	}
	n := 0
	for ; n < len(p); n += chunkSize {
		number := (off - fileHeaderSize + int64(n)) / chunkSize
		i, turn := number%int64(len(e.names)), number/int64(len(e.names))
		copy(p[n:], e.chunks[i*chunkSize:][:chunkSize])
		for _, at := range e.names[i] {
			for digit, rest := 0, turn; digit < 4; digit, rest = digit+1, rest/26 {
				p[n+int(at)+2*digit] = 'a' + byte(rest%26)
			}
		}
	}
	return len(p), nil
}

// What records are made of is kept for those after them.
func TestARecordLikeThoseBeforeItAllocatesNothing(t *testing.T) {
	for name, o := range map[string]bulk.Options{"ordinary": {}, "forwarded": {Rendered: true}} {
		var out bytes.Buffer
		if _, err := bulk.Write(&out, 200<<10, o); err != nil {
			t.Fatal(err)
		}
		f := open(t, "log", out.Bytes())
		schemas := event.NewSchemas()
		d := newDecoder(f, newVocabulary(schemas), schemas)
		d.newDictionary(1)
		chunk := chunkOf(out.Bytes(), 1)
		turn := func() {
			d.begin()
			d.chunk(chunk, 1)
			b := d.end()
			d.rows, d.values = b.Rows[:0], b.Values[:0]
		}
		turn()
		records := float64(d.stats.Records)
		// The batch itself, and the run of its records.
		if n := testing.AllocsPerRun(200, turn); records < 25 || n > 8 {
			t.Errorf("%s: %g allocations for %g records", name, n, records)
		}
	}
}
