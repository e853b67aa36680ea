package parser

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"spoor/model/event"
)

// noise is n bytes of no meaning.
func noise(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*31 + i>>9)
	}
	return b
}

func carve(t *testing.T, image []byte) *File {
	t.Helper()
	f, err := Carve(context.Background(), bytes.NewReader(image), int64(len(image)), 7, "image")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// carved reads an image in both ways. Both must say the same, and mark every
// record as recovered.
func carved(t *testing.T, f *File) (event.FileStats, []event.Damage) {
	t.Helper()
	s := scanAll(t, f, 2)
	n := uint64(0)
	stats, err := f.read(t.Context(), func(r *event.Record) error {
		n++
		if again, err := f.Record(r.Ref); err != nil || again.HeaderID != r.HeaderID || !again.Recovered || !r.Recovered {
			t.Errorf("record %d, recovered %v: again %v", r.HeaderID, r.Recovered, err)
		}
		return nil
	}, func(event.Damage) error { return nil })
	if err != nil || stats != s.stats || n != stats.Records || stats.RecoveredRecords != n || !stats.Carved {
		t.Errorf("Records read %d, %+v %v; Scan %+v", n, stats, err, s.stats)
	}
	for _, b := range s.batches {
		for _, r := range b.Runs {
			if !r.Recovered {
				t.Errorf("%d records are not marked as recovered", r.Count)
			}
		}
	}
	damage, _ := damageOf(s)
	return s.stats, damage
}

func TestCarvingFindsTheChunksInAnyBytes(t *testing.T) {
	log := madeLog(t)
	sound := scanAll(t, open(t, "sound", log), 1).stats
	chunks := (len(log) - fileHeaderSize) / chunkSize
	for _, tt := range []struct {
		name   string
		image  []byte
		chunks int
		lost   uint64
	}{
		{"a log without its header", log[fileHeaderSize:], chunks, 0},
		{"a log with a damaged header and a sector more before it", append(noise(sector), log...), chunks, 0},
		{"a log on a disk", append(append(noise(3<<20+sector*5), log...), noise(100_000)...), chunks, 0},
		{"a log in two pieces", bytes.Join([][]byte{noise(4096), log[:fileHeaderSize+2*chunkSize], noise(9 * sector), log[fileHeaderSize+2*chunkSize:]}, nil), chunks, 0},
		{"a log between zeros", append(append(make([]byte, 2<<20), log...), make([]byte, 2<<20)...), chunks, 0},
		{"two copies", append(bytes.Clone(log), log...), 2 * chunks, -sound.Records},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := carve(t, tt.image)
			if f.Size() != int64(len(tt.image)) {
				t.Errorf("%d bytes", f.Size())
			}
			stats, damage := carved(t, f)
			if stats.Chunks != uint64(tt.chunks) || stats.Records != sound.Records-tt.lost || len(damage) > 0 {
				t.Errorf("%+v %+v, want %d chunks, %d records", stats, damage, tt.chunks, sound.Records-tt.lost)
			}
		})
	}
}

// A chunk that another has overwritten in part is read up to there, and the
// other whole.
func TestCarvingReadsNoByteTwice(t *testing.T) {
	log := madeLog(t)
	first, second := chunkOf(log, 0), chunkOf(log, 1)
	at := offsets(first)
	const kept = 40 * sector
	want := uint64(len(offsets(second)) - 1)
	for _, end := range at[1:] {
		if end <= kept {
			want++
		}
	}
	image := append(append(noise(sector), first[:kept]...), second...)
	stats, damage := carved(t, carve(t, image))
	if stats.Records != want || stats.Chunks != 2 || stats.DamagedChunks != 1 || len(damage) == 0 || damage[0].Offset != sector {
		t.Errorf("%+v %+v, want %d records", stats, damage, want)
	}
}

// What looks like a chunk within a sound one is a part of it.
func TestCarvingBelievesChecksums(t *testing.T) {
	log := madeLog(t)
	c := chunkOf(log, 0)
	at := offsets(c)
	within := (at[2] + sector) / sector * sector
	copy(c[within:], chunkOf(log, 1)[:chunkHeaderSize])
	seal(c)
	stats, _ := carved(t, carve(t, append(noise(sector), c...)))
	if stats.Chunks != 1 || stats.DamagedChunks != 0 {
		t.Errorf("%+v", stats)
	}
	c[within-1] ^= 1 // now it is damaged, and might be overwritten
	stats, _ = carved(t, carve(t, append(noise(sector), c...)))
	if stats.Chunks != 2 || stats.DamagedChunks == 0 {
		t.Errorf("%+v", stats)
	}
}

func TestCarvingReadsTheLastChunkOfCutBytes(t *testing.T) {
	log := madeLog(t)
	c := chunkOf(log, 0)
	at := offsets(c)
	image := append(noise(sector), c[:at[5]+10]...)
	f := carve(t, image)
	stats, damage := carved(t, f)
	if stats.Records != 5 || stats.DamagedChunks != 1 || len(damage) == 0 {
		t.Errorf("%+v %+v", stats, damage)
	}
	for _, d := range damage {
		if d.Offset < sector || d.Offset > int64(len(image)) {
			t.Errorf("where: %+v", d)
		}
	}
}

func TestCarvingFindsNothingWhereNothingIs(t *testing.T) {
	header := make([]byte, 4096)
	copy(header[sector:], "ElfChnk\x00")
	for name, image := range map[string][]byte{
		"nothing": nil, "noise": noise(1 << 20), "a word": []byte("ElfChnk\x00"), "a header of zeros": header,
		"chunks between sectors": append(noise(100), madeLog(t)[fileHeaderSize:]...),
	} {
		if f, err := Carve(t.Context(), bytes.NewReader(image), int64(len(image)), 0, name); !errors.Is(err, ErrNoChunks) || f != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCarvingEndsWithItsContextOrReader(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Carve(ctx, bytes.NewReader(noise(sector)), sector, 0, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	broken := errors.New("a bad sector")
	if _, err := Carve(t.Context(), failing{broken}, 4<<20, 0, ""); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

type failing struct{ err error }

func (f failing) ReadAt([]byte, int64) (int, error) { return 0, f.err }

func TestARefusalNamesCarvingWhereItWouldHelp(t *testing.T) {
	log := madeLog(t)
	for _, tt := range []struct {
		name  string
		image []byte
		helps bool
	}{
		{"an image", append(noise(200_000/sector*sector), log...), true},
		{"a large image with a log of a fiftieth", append(append(noise(5<<20), log...), noise(10<<20)...), true},
		{"a text before a log", append(bytes.Repeat([]byte("text    "), 1024), log...), true},
		{"noise", noise(1 << 20), false},
		{"text", bytes.Repeat([]byte("text\r\n"), 1000), false},
	} {
		_, err := Open(bytes.NewReader(tt.image), int64(len(tt.image)), 0, tt.name)
		if !errors.Is(err, ErrNotEVTX) || strings.Contains(err.Error(), "--carve") != tt.helps {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// However large the bytes, few are read to find out what they are.
func TestARefusalReadsLittle(t *testing.T) {
	r := &counting{}
	if _, err := Open(r, 1<<44, 0, "huge"); !errors.Is(err, ErrNotEVTX) || r.bytes > 8<<20 {
		t.Errorf("%v after %d bytes", err, r.bytes)
	}
}

// counting is endless noise that counts what is read of it.
type counting struct{ bytes int64 }

func (c *counting) ReadAt(b []byte, off int64) (int, error) {
	c.bytes += int64(len(b))
	for i := range b {
		b[i] = 0xfe
	}
	return len(b), nil
}

func TestACarvedFileIsReadAgain(t *testing.T) {
	image := append(noise(sector), madeLog(t)...)
	f := carve(t, image)
	s := scanAll(t, f, 1)
	row := s.batches[0].Rows[0]
	ref := event.Ref{File: 7, Chunk: row.Chunk, Offset: uint32(row.Offset)}
	again, err := f.Reopen(bytes.NewReader(image), int64(len(image)))
	if err != nil {
		t.Fatal(err)
	}
	if r, err := again.Record(ref); err != nil || r.Head().RecordID != row.RecordID {
		t.Errorf("%v", err)
	}
	if _, err := f.Reopen(bytes.NewReader(nil), 0); !errors.Is(err, ErrChanged) {
		t.Errorf("%v", err)
	}
	image[sector+fileHeaderSize+2000] ^= 1
	if _, err := again.Record(ref); !errors.Is(err, ErrChanged) {
		t.Errorf("a byte changed, the record is read: %v", err)
	}
}

func TestPiecesReadAsOne(t *testing.T) {
	image := noise(5 * chunkSize)
	p := &pieces{reader: bytes.NewReader(image), size: int64(len(image)), offsets: []int64{sector, 3 * sector, 2 * chunkSize}}
	want := make([]byte, 3*chunkSize)
	copy(want, image[sector:3*sector])
	copy(want[chunkSize:], image[3*sector:3*sector+chunkSize])
	copy(want[2*chunkSize:], image[2*chunkSize:3*chunkSize])
	got, err := io.ReadAll(io.NewSectionReader(p, 0, 1<<40))
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	for _, off := range []int64{1, sector, chunkSize - 1, chunkSize + 7, 3*chunkSize - 3} {
		b := make([]byte, min(2*chunkSize, 3*chunkSize-off))
		if n, err := p.ReadAt(b, off); n != len(b) || err != nil || !bytes.Equal(b, want[off:off+int64(n)]) {
			t.Errorf("at %d: %d %v", off, n, err)
		}
	}
}
