package parser

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"encoding/xml"
	"flag"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"spoor/model/event"
	"spoor/parser/evtxwrite/bulk"
)

var mutations = flag.Int("mutations", 3000, "how many mutated chunks TestMutate tries")

// seeds are sound chunks of every way in which logs are written.
func seeds(t testing.TB) [][]byte {
	t.Helper()
	var out [][]byte
	for _, o := range []bulk.Options{{Seed: 1}, {Seed: 2, Rendered: true}, {Seed: 3, Unique: true}} {
		var log bytes.Buffer
		if _, err := bulk.Write(&log, 70<<10, o); err != nil {
			t.Fatal(err)
		}
		out = append(out, chunkOf(log.Bytes(), 0))
	}
	w := newXML().raw(tokenHeader, 1, 1, 0)
	w.instance(3, func(w *xmlWriter) {
		w.open("Event", false).body()
		system(w)
		w.open("EventData", true).attr("A").raw(tokenOptional).u16(2).raw(1).body()
		w.open("Data", true).attr("Name").subst(1).body().subst(2).raw(tokenCDATA).u16(1).text("x").end()
		w.raw(tokenPITarget).name("pi").raw(tokenPIData).u16(0)
		w.end().end()
	}, typed(event.UInt16, "\x01\x00"), typed(event.String, utf16Key("TargetUserName")), typed(event.String|event.Array, utf16Key("a\x00b\x00")))
	return append(out, w.log()[fileHeaderSize:])
}

// asLog puts a chunk behind a header.
func asLog(chunk []byte) []byte {
	head := make([]byte, fileHeaderSize)
	copy(head, fileMagic)
	head[42], head[120] = 1, noChecksums
	return append(head, chunk...)
}

// checkChunk reads a chunk in both ways and renders what it holds. A failure
// of the reader's own is told as damage, so it is looked for there.
func checkChunk(t *testing.T, chunk []byte) {
	t.Helper()
	f := open(t, "chunk", asLog(chunk))
	s := scanAll(t, f, 1)
	read(t, s.batches)
	internal := func(d event.Damage) error {
		if bytes.Contains([]byte(d.Reason), []byte(errInternal.Error())) {
			t.Errorf("%+v", d)
		}
		return nil
	}
	for _, b := range s.batches {
		for _, d := range b.Damage {
			internal(d)
		}
	}
	n := 0
	stats, err := f.read(t.Context(), func(r *event.Record) error {
		if n++; n > 8 {
			return nil
		}
		if b := r.AppendJSON(nil); !json.Valid(b) {
			t.Errorf("no JSON: %.300q", b)
		}
		checkXML(t, r.AppendXML(nil))
		return nil
	}, internal)
	if err != nil || stats != s.stats {
		t.Errorf("Scan %+v, Records %+v %v", s.stats, stats, err)
	}
}

func checkXML(t *testing.T, b []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(b))
	for {
		if _, err := d.RawToken(); err == io.EOF {
			return
		} else if err != nil {
			t.Errorf("no XML: %v in %.300q", err, b)
			return
		}
	}
}

func FuzzChunk(f *testing.F) {
	for _, c := range seeds(f) {
		f.Add(c)
	}
	f.Fuzz(func(t *testing.T, chunk []byte) {
		if len(chunk) > chunkSize {
			chunk = chunk[:chunkSize]
		}
		checkChunk(t, chunk)
	})
}

// FuzzRecord fuzzes the binary XML of a chunk's one record, which a fuzzer of
// whole chunks seldom gets to.
func FuzzRecord(f *testing.F) {
	for _, c := range seeds(f) {
		at := offsets(c)
		f.Add(c[at[0]+recordHeaderSize : at[1]-4])
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		w := newXML().raw(body...)
		if len(w.b)+4 > chunkSize {
			return
		}
		checkChunk(t, w.log()[fileHeaderSize:])
	})
}

// TestMutate reads chunks in which bytes were changed in the ways in which a
// fuzzer changes them. With -mutations it tries more.
func TestMutate(t *testing.T) {
	sound := seeds(t)
	r := rand.New(rand.NewPCG(7, 11))
	chunk := make([]byte, chunkSize)
	d := newDecoder(open(t, "mutated", asLog(chunk)), newVocabulary(event.NewSchemas()), event.NewSchemas())
	d.newDictionary(1)
	var slowest time.Duration
	var records uint64
	for range *mutations {
		copy(chunk, sound[r.IntN(len(sound))])
		mutate(r, chunk)
		start := time.Now()
		d.begin()
		d.chunk(chunk, 0)
		slowest = max(slowest, time.Since(start))
		b := d.end()
		for _, loss := range b.Damage {
			if bytes.Contains([]byte(loss.Reason), []byte(errInternal.Error())) {
				t.Fatalf("%+v", loss)
			}
		}
		records += d.stats.Records
		d.stats = event.FileStats{}
		if r.IntN(100) == 0 {
			checkChunk(t, chunk)
		}
		if d.dictionary.full() {
			d.newDictionary(d.dictionary.name + 1)
		}
		if t.Failed() {
			t.Fatal("a mutated chunk is read wrongly")
		}
	}
	t.Logf("%d chunks, %d records, the slowest chunk took %v", *mutations, records, slowest)
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

// What is cut off a log costs the records that it touches, and no others.
func TestTruncatedAnywhereKeepsEveryWholeRecord(t *testing.T) {
	log := madeLog(t)
	var ends []int // of the records, in the file
	for i := range (len(log) - fileHeaderSize) / chunkSize {
		for _, pos := range offsets(chunkOf(log, i))[1:] {
			ends = append(ends, fileHeaderSize+i*chunkSize+pos)
		}
	}
	r := rand.New(rand.NewPCG(1, 3))
	for range 200 {
		n := fileHeaderSize + r.IntN(len(log)-fileHeaderSize)
		want := 0
		for _, end := range ends {
			if end <= n {
				want++
			}
		}
		f := open(t, "cut", log[:n])
		s := scanAll(t, f, 1)
		if int(s.stats.Records) != want {
			t.Errorf("cut at %d: %d records, want %d", n, s.stats.Records, want)
		}
		if s.stats.DamagedRecords > 1 {
			t.Errorf("cut at %d: %d records damaged", n, s.stats.DamagedRecords)
		}
	}
}

// Bits that flip cost what they touch: the records they are in, and those that
// use a template that they are in. All that is lost is counted or recovered.
func TestFlippedBitsCostLittle(t *testing.T) {
	log := madeLog(t)
	sound := scanAll(t, open(t, "sound", log), 1).stats
	r := rand.New(rand.NewPCG(5, 3))
	var lost, chunks, touched uint64
	const turns = 50
	for range turns {
		broken := bytes.Clone(log)
		hit := make(map[int]bool)
		for range 200 {
			at := fileHeaderSize + r.IntN(len(log)-fileHeaderSize)
			broken[at] ^= 1 << r.IntN(8)
			hit[(at-fileHeaderSize)/chunkSize] = true
		}
		s := scanAll(t, open(t, "flipped", broken), 1)
		checkAgreement(t, open(t, "flipped", broken), s)
		lost += sound.Records - min(s.stats.Records, sound.Records)
		chunks += uint64(len(hit))
		touched += 200
		if s.stats.Records > sound.Records+s.stats.RecoveredRecords {
			t.Errorf("%d records of %d", s.stats.Records, sound.Records)
		}
	}
	t.Logf("%d bits in %d chunks cost %d records of %d", touched, chunks, lost, turns*sound.Records)
	if lost > touched/2 {
		t.Errorf("%d flipped bits cost %d records", touched, lost)
	}
}
