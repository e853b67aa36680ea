package parser

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"spoor/model/event"
)

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

// reach is the bytes of a chunk that a record is read from.
type reach [][2]int

func (r reach) holds(at int) bool {
	for _, span := range r {
		if at >= span[0] && at < span[1] {
			return true
		}
	}
	return false
}

// reachOf returns the bytes that the sound record at pos is read from: itself,
// the definitions of its templates, and the names that those use, which may
// lie in other records of the chunk.
func reachOf(t *testing.T, chunk []byte, pos, end int) reach {
	t.Helper()
	r := reach{{pos, end}}
	r.instance(t, chunk, pos+recordHeaderSize, end-4)
	return r
}

func (r *reach) instance(t *testing.T, chunk []byte, pos, end int) {
	t.Helper()
	if chunk[pos] == tokenHeader {
		pos += 4
	}
	in, err := readInstance(chunk, pos, end, nil)
	if err != nil {
		t.Fatal(err)
	}
	*r = append(*r, [2]int{in.definition, in.end})
	var names []nameAt
	for tz, tok := (tokenizer{chunk: chunk, pos: in.body, end: in.end, dependencies: true, names: &names}), (token{}); ; {
		if err := tz.next(&tok); err != nil {
			t.Fatal(err)
		}
		if tok.kind == tokenEnd {
			break
		}
	}
	for _, n := range names {
		at := int(binary.LittleEndian.Uint32(chunk[n.pos:]))
		*r = append(*r, [2]int{at, at + 8 + len(n.name)})
	}
	for _, s := range in.slots {
		if s.kind() == typeFragment && s.size() > 0 {
			r.instance(t, chunk, s.offset(), s.offset()+s.size())
		}
	}
}

// However 200 bits flip, each record that none of them touches, in itself or
// in the definitions and names that it uses, is read as it was. So no more is
// lost than the records of the chunks that were hit, and of those only the ones
// whose bytes were.
func TestFlippedBitsLoseOnlyWhatTheyTouch(t *testing.T) {
	log := madeLog(t)
	type sound struct {
		id    uint64
		chunk int
		reach reach
		text  string
	}
	var records []sound
	f := open(t, "sound", log)
	for i := range (len(log) - fileHeaderSize) / chunkSize {
		c := chunkOf(log, i)
		at := offsets(c)
		for j, pos := range at[:len(at)-1] {
			r, err := f.Record(event.Ref{File: 7, Chunk: uint32(i), Offset: uint32(pos)})
			if err != nil {
				t.Fatal(err)
			}
			records = append(records, sound{recordID(c, pos), i, reachOf(t, c, pos, at[j+1]), string(r.AppendXML(nil))})
		}
	}
	r := rand.New(rand.NewPCG(15, 3))
	var untouched, lost int
	const turns = 60
	for turn := range turns {
		broken := bytes.Clone(log)
		hit := make(map[int][]int)
		// Bits are spread, or all in one chunk, or all in the headers of chunks.
		for range 200 {
			i := r.IntN((len(log) - fileHeaderSize) / chunkSize)
			at := r.IntN(chunkSize)
			switch turn % 3 {
			case 1:
				i = turn / 3 % 4
			case 2:
				at = r.IntN(chunkHeaderSize)
			}
			chunkOf(broken, i)[at] ^= 1 << r.IntN(8)
			hit[i] = append(hit[i], at)
		}
		read := make(map[string]bool) // a flipped bit may give another record the same number
		_, err := open(t, "flipped", broken).Records(t.Context(), func(r *event.Record) error {
			read[string(r.AppendXML(nil))] = true
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range records {
			touched := false
			for _, at := range hit[s.chunk] {
				touched = touched || s.reach.holds(at)
			}
			if touched {
				lost++
				continue
			}
			untouched++
			if !read[s.text] {
				t.Errorf("turn %d: record %d of chunk %d is not touched, but lost", turn, s.id, s.chunk)
			}
		}
	}
	t.Logf("%d records were touched, %d were not, and are read as they were", lost, untouched)
	if untouched < 1000 || lost < 1000 {
		t.Errorf("%d records were touched, %d were not: that proves little", lost, untouched)
	}
}
