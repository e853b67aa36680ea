package parser

import (
	"encoding/binary"
	"io"
	"math/bits"
	"os"
	"slices"
	"testing"
	"time"

	"spoor/model/event"
	"spoor/parser/evtxwrite/bulk"
)

// wanted is a value that a row is made of: where it lies in its chunk.
type wanted struct{ offset, size uint32 }

// touched is what BenchmarkTouch knows of a log before it starts.
type touched struct {
	values  []wanted // of all records, in the order of the log
	counts  []uint8  // of each record
	records int
}

// maxTouched bounds how many chunks of a log are touched: what is known of them
// is kept.
const maxTouched = 1500

// BenchmarkTouch does what no reader of a log can do without: it reads it,
// checks its checksums, finds the records by their headers, and hashes and
// keeps each value of a row once. Where the values lie it is told, so that it
// matches no template, reads no descriptor and compares no string with another.
// x-floor is its least time by that of reading and checking alone.
func BenchmarkTouch(b *testing.B) {
	for _, log := range []struct {
		name    string
		options bulk.Options
	}{{"ordinary", bulk.Options{}}, {"unique", bulk.Options{Unique: true}}, {"forwarded", bulk.Options{Rendered: true}}} {
		b.Run(log.name, func(b *testing.B) {
			file := benchLog(b, log.name, func(b *testing.B, w io.Writer) { writeBulk(b, w, log.options) })
			defer file.Close()
			info, err := file.Stat()
			if err != nil {
				b.Fatal(err)
			}
			size := min(info.Size(), fileHeaderSize+maxTouched*chunkSize)
			known := wantedOf(b, file, size)
			row := make([]uint64, 0, 1<<20)
			b.SetBytes(size)
			var touches, floors []time.Duration
			for b.Loop() {
				start := time.Now()
				floor(b, file, size, 1, pieceChunks)
				floors = append(floors, time.Since(start))
				start = time.Now()
				if n := touch(file, size, known, row); n != known.records {
					b.Fatalf("%d records, there are %d", n, known.records)
				}
				touches = append(touches, time.Since(start))
			}
			least := slices.Min(touches)
			b.ReportMetric(float64(least)/float64(slices.Min(floors)), "x-floor")
			b.ReportMetric(float64(least.Nanoseconds())/float64(known.records), "ns/record")
			b.ReportMetric(float64(len(known.values))/float64(known.records), "values/record")
		})
	}
}

// touch returns how many records it found.
func touch(r io.ReaderAt, size int64, known *touched, kept []uint64) (records int) {
	buffer := make([]byte, pieceChunks*chunkSize)
	values := known.values
	for at := int64(fileHeaderSize); at < size; at += int64(len(buffer)) {
		n, _ := r.ReadAt(buffer, at)
		for i := 0; i+chunkSize <= n; i += chunkSize {
			chunk := buffer[i : i+chunkSize]
			if !sound(chunk) {
				return -1
			}
			free := int(binary.LittleEndian.Uint32(chunk[48:]))
			for pos := chunkHeaderSize; pos < free; records++ {
				size, whole := recordSize(chunk, pos)
				if !whole {
					return -1
				}
				pos += size
				count := int(known.counts[records])
				for _, v := range values[:count] {
					kept = append(kept, wordsHash(chunk[v.offset:v.offset+v.size]))
				}
				values = values[count:]
				if len(kept) > cap(kept)/2 {
					kept = kept[:0]
				}
			}
		}
	}
	return records
}

// wordsHash mixes eight bytes at a time, the last eight once more.
func wordsHash(b []byte) uint64 {
	h := uint64(len(b))
	switch {
	case len(b) >= 8:
		last := binary.LittleEndian.Uint64(b[len(b)-8:])
		for len(b) > 8 {
			high, low := bits.Mul64(h^binary.LittleEndian.Uint64(b), 0x9e3779b97f4a7c15)
			h, b = high^low, b[8:]
		}
		h ^= last
	case len(b) >= 4:
		h ^= uint64(binary.LittleEndian.Uint32(b))<<32 | uint64(binary.LittleEndian.Uint32(b[len(b)-4:]))
	default:
		for _, c := range b {
			h = h<<8 ^ uint64(c)
		}
	}
	return h * 0x9e3779b97f4a7c15
}

// wantedOf finds the values that rows are made of.
func wantedOf(b *testing.B, file *os.File, size int64) *touched {
	f, err := Open(file, size, 1, "log")
	if err != nil {
		b.Fatal(err)
	}
	schemas := event.NewSchemas()
	d := newDecoder(f, newVocabulary(schemas), schemas)
	d.newDictionary(1)
	known := &touched{}
	data := make([]byte, chunkSize)
	for i := range int64(f.chunkCount()) {
		if _, err := f.readChunks(data, i); err != nil {
			b.Fatal(err)
		}
		d.begin()
		d.data = data
		d.walker.reset(readChunk(data))
		d.templates.enter(data)
		for {
			s, ok := d.walker.next()
			if !ok {
				break
			}
			// The short way does not say where System's values are.
			d.slots, d.frames, d.used = d.slots[:0], d.frames[:0], 0
			if start, end := s.xml(); d.fragment(start, end, placeTop, 0) != nil {
				b.Fatal("a record of the log cannot be read")
			}
			before := len(known.values)
			d.want(known)
			if err := d.record(s); err != nil {
				b.Fatal(err)
			}
			known.counts = append(known.counts, uint8(len(known.values)-before))
			known.records++
		}
		if d.end(); d.dictionary.full() {
			d.newDictionary(uint64(i) + 2)
		}
	}
	return known
}

// want notes the values of the record at hand.
func (d *decoder) want(known *touched) {
	for i := range d.frames {
		u := &d.frames[i]
		add := func(s *source) {
			if s.kind == substituted && u.first+int(s.index) < u.last {
				v := d.slots[u.first+int(s.index)]
				known.values = append(known.values, wanted{uint32(v.offset()), uint32(v.size())})
			}
		}
		for j := range u.program.system {
			add(&u.program.system[j])
		}
		for j := range u.program.plan.bindings {
			add(&u.program.fields[u.program.plan.bindings[j].field].source)
		}
	}
}
