package parser

import (
	"bytes"
	"encoding/binary"
	"flag"
	"math/rand/v2"
	"runtime/metrics"
	"testing"
	"time"

	"spoor/model/event"
)

var mutations = flag.Int("mutations", 3000, "how many mutated chunks TestMutate tries")

// What one chunk of 64 KiB may cost, whatever is in it. Bytes are those that
// were allocated in all, not at once; a scan's tables double now and then.
const (
	maxChunkTime  = 100 * time.Millisecond // the least of three tries
	maxScanBytes  = 32 << 20
	maxWholeBytes = 64 << 20 // to decode all its records completely
)

// TestMutate reads chunks in which bytes were changed in the ways in which a
// fuzzer changes them. With -mutations it tries more.
func TestMutate(t *testing.T) {
	sound := seeds(t)
	r := rand.New(rand.NewPCG(7, 11))
	chunk := make([]byte, chunkSize)
	m := newMutated(t, chunk)
	for range *mutations {
		copy(chunk, sound[r.IntN(len(sound))])
		mutate(r, chunk)
		m.scan.measure(t, "scanning", maxScanBytes, m.decode, func() func() { return newMutated(t, chunk).decode })
		if r.IntN(100) == 0 {
			checkChunk(t, chunk)
			m.whole.measure(t, "decoding completely", maxWholeBytes, m.records, func() func() { return m.records })
		}
		if t.Failed() {
			t.Fatal("a mutated chunk is read wrongly")
		}
	}
	t.Logf("%d chunks, %d records; scanning cost at most %v and %d bytes, decoding completely %v and %d",
		*mutations, m.read, m.scan.slowest, m.scan.largest, m.whole.slowest, m.whole.largest)
}

// mutated reads one chunk again and again.
type mutated struct {
	t           *testing.T
	chunk       []byte
	file        *File
	decoder     *decoder
	read        uint64
	scan, whole costs
}

func newMutated(t *testing.T, chunk []byte) *mutated {
	m := &mutated{t: t, chunk: chunk, file: open(t, "mutated", asLog(chunk))}
	m.decoder = newDecoder(m.file, newVocabulary(event.NewSchemas()), event.NewSchemas())
	m.decoder.newDictionary(1)
	return m
}

// decode reads the chunk as Scan does.
func (m *mutated) decode() {
	d := m.decoder
	d.begin()
	d.chunk(m.chunk, 0)
	for _, loss := range d.end().Damage {
		m.internal(loss)
	}
	m.read += d.stats.Records
	d.stats = event.FileStats{}
	if d.dictionary.full() {
		d.newDictionary(d.dictionary.name + 1)
	}
}

// records reads the chunk as Records does.
func (m *mutated) records() {
	var stats event.FileStats
	found := m.file.chunkRecords(m.chunk, 0, &stats, new(ending), func(*event.Record) error { return nil })
	for _, loss := range found.damage {
		m.internal(loss)
	}
}

func (m *mutated) internal(loss event.Damage) {
	if bytes.Contains([]byte(loss.Reason), []byte(errInternal.Error())) {
		m.t.Errorf("%+v", loss)
	}
}

// costs are the highest of many chunks.
type costs struct {
	slowest time.Duration
	largest uint64
}

// measure runs what reads a chunk, and again, without what was learnt from it,
// where that took long: others may have had the machine meanwhile.
func (c *costs) measure(t *testing.T, what string, most uint64, read func(), again func() func()) {
	before := allocated()
	start := time.Now()
	read()
	took := time.Since(start)
	used := allocated() - before
	for tries := 1; took > maxChunkTime/20 && tries < 3; tries++ {
		read := again()
		start = time.Now()
		read()
		took = min(took, time.Since(start))
	}
	c.slowest, c.largest = max(c.slowest, took), max(c.largest, used)
	if took > maxChunkTime || used > most {
		t.Errorf("%s a chunk took %v and %d bytes", what, took, used)
	}
}

// allocated is how many bytes the program has allocated so far.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// mutate changes a few to many bytes of a chunk, but mostly leaves its magic.
func mutate(r *rand.Rand, chunk []byte) {
	from := chunkHeaderSize
	if r.IntN(20) == 0 {
		from = 0
	}
	at := func() int { return from + r.IntN(len(chunk)-from) }
	switch r.IntN(6) {
	case 0, 1:
		for range 1 + r.IntN(200) {
			chunk[at()] ^= 1 << r.IntN(8)
		}
	case 2:
		for range 1 + r.IntN(50) {
			chunk[at()] = byte(r.IntN(256))
		}
	case 3: // a piece copied elsewhere
		a, b, n := at(), at(), r.IntN(2000)
		copy(chunk[a:min(a+n, len(chunk))], chunk[b:])
	case 4: // small and large numbers where offsets and sizes may be
		for range 1 + r.IntN(20) {
			values := []uint32{0, 1, 28, 512, 0xffff, 0x10000, 0x7fffffff, 0xffffffff, uint32(r.IntN(chunkSize))}
			binary.LittleEndian.PutUint32(chunk[min(at(), len(chunk)-4):], values[r.IntN(len(values))])
		}
	case 5: // tokens where tokens may be
		for range 1 + r.IntN(100) {
			chunk[at()] = byte(r.IntN(16) | r.IntN(2)*moreFlag)
		}
	}
}
