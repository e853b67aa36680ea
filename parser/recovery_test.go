package parser

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"testing"

	"spoor/model/event"
)

// A log of more than 4 GiB has more chunks than its header can count, and
// records at offsets beyond 32 bits.
func TestRecordsBeyondFourGibibytesAreRead(t *testing.T) {
	made := madeLog(t)
	const chunks = 1<<16 + 30 // 4 GiB and a little
	last := int64(chunks - 1)
	log := holes{
		size: fileHeaderSize + chunks*chunkSize,
		at: map[int64][]byte{
			0:                                    made[:fileHeaderSize],
			fileHeaderSize:                       chunkOf(made, 0),
			fileHeaderSize + (1<<16+7)*chunkSize: chunkOf(made, 1),
			fileHeaderSize + last*chunkSize:      chunkOf(made, 2),
		},
	}
	want := uint64(0)
	for i := range 3 {
		want += uint64(len(offsets(chunkOf(made, i))) - 1)
	}
	f, err := Open(log, log.size, 7, "huge")
	if err != nil {
		t.Fatal(err)
	}
	s := scanAll(t, f, 2)
	if st := s.stats; st.Records != want || st.Chunks != chunks || st.EmptyChunks != chunks-3 || st.DamagedChunks != 0 || st.DamagedRecords != 0 {
		t.Errorf("%+v, want %d records", st, want)
	}
	seen := map[uint32]bool{}
	for _, b := range s.batches {
		for i := range b.Rows {
			row := &b.Rows[i]
			if seen[row.Chunk] {
				continue
			}
			seen[row.Chunk] = true
			r, err := f.Record(event.Ref{File: 7, Chunk: row.Chunk, Offset: uint32(row.Offset)})
			if err != nil || r.Head().RecordID != row.RecordID {
				t.Errorf("chunk %d: %v", row.Chunk, err)
			}
		}
	}
	if !seen[0] || !seen[1<<16+7] || !seen[uint32(last)] || len(seen) != 3 {
		t.Errorf("rows are in chunks %v", seen)
	}
	damage, _ := damageOf(s)
	if len(damage) > 0 {
		t.Errorf("%+v", damage)
	}
}

// holes is a large file that is zeros but for a few places.
type holes struct {
	size int64
	at   map[int64][]byte
}

func (h holes) ReadAt(b []byte, off int64) (int, error) {
	if off >= h.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(b)), h.size-off))
	clear(b[:n])
	for at, data := range h.at {
		if at < off+int64(n) && off < at+int64(len(data)) {
			copy(b[max(at-off, 0):n], data[max(off-at, 0):])
		}
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// A log whose header says that it has no checksums is not taken for damaged.
func TestLogsWithoutChecksumsAreSound(t *testing.T) {
	log := madeLog(t)
	want := scanAll(t, open(t, "sound", bytes.Clone(log)), 1).stats
	log[120] |= noChecksums
	clear(log[124:128])
	for i := range (len(log) - fileHeaderSize) / chunkSize {
		c := chunkOf(log, i)
		c[120] |= noChecksums
		clear(c[52:56])
		clear(c[124:128])
	}
	f := open(t, "no checksums", log)
	s := scanAll(t, f, 2)
	damage, notes := damageOf(s)
	if s.stats.Records != want.Records || s.stats.DamagedChunks != 0 || len(damage) > 0 || len(notes) > 0 {
		t.Errorf("%+v %+v %+v", s.stats, damage, notes)
	}
	checkAgreement(t, f, s)
}

// The header of a log in use is older than its chunks: none of its counts is
// believed, and nothing is lost.
func TestHeadersThatKnowNothingLoseNothing(t *testing.T) {
	log := madeLog(t)
	want := scanAll(t, open(t, "sound", bytes.Clone(log)), 1).stats.Records
	log[120] |= flagDirty
	clear(log[8:32]) // first and last chunk, next record
	for _, count := range []uint16{0, 1, 65_535} {
		binary.LittleEndian.PutUint16(log[42:], count)
		binary.LittleEndian.PutUint32(log[124:], crc32.ChecksumIEEE(log[:120]))
		s := scanAll(t, open(t, "dirty", log), 2)
		damage, notes := damageOf(s)
		if s.stats.Records != want || !s.stats.Dirty || len(damage) > 0 || len(notes) != 2 {
			t.Errorf("a count of %d: %d records of %d, %+v %+v", count, s.stats.Records, want, damage, notes)
		}
	}
	// Nor those of a chunk's header.
	for i := range (len(log) - fileHeaderSize) / chunkSize {
		c := chunkOf(log, i)
		clear(c[16:24]) // last record of the log
		clear(c[32:40]) // last record of the file
		clear(c[44:48]) // offset of the last record
		seal(c)
	}
	if s := scanAll(t, open(t, "dirty", log), 2); s.stats.Records != want || s.stats.DamagedChunks != 0 {
		t.Errorf("%+v, want %d records", s.stats, want)
	}
}

// A fate is what may become of a chunk, and what is left of it.
var fates = []struct {
	name            string
	befall          func(c []byte, at []int)
	damaged, empty  uint64
	records, broken func(n uint64) uint64 // of n records
}{
	{"sound", func([]byte, []int) {}, 0, 0, all, none},
	{"zeros", func(c []byte, _ []int) { clear(c) }, 0, 1, none, none},
	{"without records", func(c []byte, _ []int) {
		clear(c[chunkHeaderSize:])
		binary.LittleEndian.PutUint32(c[48:], chunkHeaderSize)
		seal(c)
	}, 0, 1, none, none},
	{"without magic", func(c []byte, _ []int) { clear(c[:8]) }, 1, 0, all, none},
	{"wrong checksum", func(c []byte, at []int) { c[at[1]-5] ^= 1 }, 1, 0, all, none},
	{"a record of size zero", func(c []byte, at []int) {
		binary.LittleEndian.PutUint32(c[at[2]+4:], 0)
		binary.LittleEndian.PutUint32(c[at[3]-4:], 0)
		seal(c)
	}, 0, 0, but1, one},
	{"a record larger than the chunk", func(c []byte, at []int) {
		binary.LittleEndian.PutUint32(c[at[2]+4:], 1<<20)
		binary.LittleEndian.PutUint32(c[at[3]-4:], 1<<20)
		seal(c)
	}, 0, 0, but1, one},
	{"noise", func(c []byte, _ []int) { copy(c, noise(chunkSize)) }, 1, 0, none, one},
}

func all(n uint64) uint64  { return n }
func none(uint64) uint64   { return 0 }
func one(uint64) uint64    { return 1 }
func but1(n uint64) uint64 { return n - 1 }

// Every chunk is sound, damaged or empty, and every record read or damaged,
// whatever becomes of which chunk.
func TestCountsOfChunksAndRecordsAddUp(t *testing.T) {
	made := madeLog(t)
	chunks := (len(made) - fileHeaderSize) / chunkSize
	r := rand.New(rand.NewPCG(9, 9))
	for range 60 {
		log := bytes.Clone(made)
		want := event.FileStats{File: 7, Chunks: uint64(chunks), HeaderChunks: uint64(chunks), Version: "3.1"}
		var befell []string
		sound := uint64(0)
		for i := range chunks {
			c := chunkOf(log, i)
			at := offsets(c)
			fate := fates[0]
			if len(at) > 5 {
				fate = fates[r.IntN(len(fates))]
			}
			fate.befall(c, at)
			n := uint64(len(at) - 1)
			want.DamagedChunks += fate.damaged
			want.EmptyChunks += fate.empty
			want.Records += fate.records(n)
			want.DamagedRecords += fate.broken(n)
			sound += 1 - fate.damaged - fate.empty
			befell = append(befell, fate.name)
		}
		f := open(t, "befallen", log)
		s := scanAll(t, f, 2)
		if s.stats != want {
			t.Errorf("%q: %+v, want %+v", befell, s.stats, want)
		}
		if s.stats.Chunks != sound+s.stats.DamagedChunks+s.stats.EmptyChunks {
			t.Errorf("%q: %d chunks are sound: %+v", befell, sound, s.stats)
		}
		checkAgreement(t, f, s)
	}
}

// A wrong size that happens to end where a later record begins swallows none:
// the right copy of the size is believed.
func TestAWrongSizeSwallowsNoRecords(t *testing.T) {
	log := madeLog(t)
	want := scanAll(t, open(t, "sound", bytes.Clone(log)), 1).stats
	c := chunkOf(log, 1)
	at := offsets(c)
	binary.LittleEndian.PutUint32(c[at[3]+4:], uint32(at[7]-at[3]))
	seal(c)
	s := scanAll(t, open(t, "swallowed", log), 1)
	if s.stats != want {
		t.Errorf("%+v, want %+v", s.stats, want)
	}
	if _, notes := damageOf(s); len(notes) != 1 {
		t.Errorf("%+v", notes)
	}
}
