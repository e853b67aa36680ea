package parser

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"strings"
	"testing"
	"unicode/utf16"

	"spoor/model/event"
	"spoor/parser/evtxwrite/bulk"
)

// madeLog is a sound log of a few chunks.
func madeLog(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := bulk.Write(&b, 300<<10, bulk.Options{Seed: 5}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func chunkOf(log []byte, i int) []byte {
	return log[fileHeaderSize+i*chunkSize : fileHeaderSize+(i+1)*chunkSize]
}

// seal makes a chunk's checksums right again.
func seal(c []byte) {
	free := binary.LittleEndian.Uint32(c[48:])
	binary.LittleEndian.PutUint32(c[52:], crc32.ChecksumIEEE(c[chunkHeaderSize:free]))
	binary.LittleEndian.PutUint32(c[124:], headerSum(c))
}

// offsets returns where the records of a chunk start, and where the last ends.
func offsets(c []byte) []int {
	var out []int
	pos := chunkHeaderSize
	for pos+8 <= len(c) && bytes.HasPrefix(c[pos:], recordMagic) {
		out = append(out, pos)
		pos += int(binary.LittleEndian.Uint32(c[pos+4:]))
	}
	return append(out, pos)
}

func damageOf(s scanned) (damage, notes []event.Damage) {
	for _, b := range s.batches {
		for _, d := range b.Damage {
			if d.Note {
				notes = append(notes, d)
			} else {
				damage = append(damage, d)
			}
		}
	}
	return damage, notes
}

func TestEachKindOfDamageCostsOnlyWhatItTouches(t *testing.T) {
	sound := madeLog(t)
	want := scanAll(t, open(t, "sound", sound), 1).stats
	at := offsets(chunkOf(sound, 1))
	inSecond := uint64(len(at) - 1)
	for _, tt := range []struct {
		name    string
		breaks  func(log []byte) []byte
		lost    uint64 // records
		damaged uint64 // records
		chunks  uint64 // damaged
		says    string
		note    bool
	}{
		{"a sound log", func(l []byte) []byte { return l }, 0, 0, 0, "", false},
		{"a dirty flag", func(l []byte) []byte { l[120] |= flagDirty; return l }, 0, 0, 0, "dirty", true},
		{"a stale chunk count", func(l []byte) []byte {
			l[42]--
			binary.LittleEndian.PutUint32(l[124:], crc32.ChecksumIEEE(l[:120]))
			return l
		}, 0, 0, 0, "its size holds", true},
		{"a wrong file header checksum", func(l []byte) []byte { l[8] ^= 1; return l }, 0, 0, 0, "file header's checksum", true},
		{"a file header that is gone", func(l []byte) []byte { clear(l[:4096]); return l }, 0, 0, 0, "header is damaged", false},
		{"a chunk's magic", func(l []byte) []byte { copy(chunkOf(l, 1), "XXXXXXXX"); return l }, 0, 0, 1, "does not begin with ElfChnk", false},
		{"a chunk header's checksum", func(l []byte) []byte { chunkOf(l, 1)[124] ^= 1; return l }, 0, 0, 1, "checksum of the chunk's header", false},
		{"a byte of a value", func(l []byte) []byte { chunkOf(l, 1)[at[3]-5] ^= 1; return l }, 0, 0, 1, "checksum of the chunk's records", false},
		{"a chunk without checksums", func(l []byte) []byte {
			c := chunkOf(l, 1)
			c[120] |= noChecksums
			binary.LittleEndian.PutUint32(c[52:], 0)
			binary.LittleEndian.PutUint32(c[124:], 0)
			return l
		}, 0, 0, 0, "", false},
		{"a free space outside the chunk", func(l []byte) []byte {
			c := chunkOf(l, 1)
			binary.LittleEndian.PutUint32(c[48:], 1<<30)
			binary.LittleEndian.PutUint32(c[124:], headerSum(c))
			return l
		}, 0, 0, 1, "free space starts at 1073741824", false},
		{"a stale free space", func(l []byte) []byte {
			c := chunkOf(l, 1)
			binary.LittleEndian.PutUint32(c[48:], uint32(at[len(at)-4]))
			seal(c)
			return l
		}, 0, 0, 0, "3 records follow the end that the chunk states", true},
		{"a free space as of an empty chunk", func(l []byte) []byte {
			c := chunkOf(l, 1)
			binary.LittleEndian.PutUint32(c[48:], chunkHeaderSize)
			seal(c)
			return l
		}, 0, 0, 0, "records follow the end that the chunk states", true},
		{"a chunk of zeros", func(l []byte) []byte { clear(chunkOf(l, 1)); return l }, inSecond, 0, 0, "", false},
		{"a chunk of noise", func(l []byte) []byte {
			for i := range chunkOf(l, 1) {
				chunkOf(l, 1)[i] = byte(i*7 + i>>8)
			}
			return l
		}, inSecond, 1, 1, "does not begin with ElfChnk", false},
		{"a record of size 0", func(l []byte) []byte {
			c := chunkOf(l, 1)
			binary.LittleEndian.PutUint32(c[at[3]+4:], 0)
			binary.LittleEndian.PutUint32(c[at[4]-4:], 0)
			seal(c)
			return l
		}, 1, 1, 0, "states a size of 0 bytes", false},
		{"a record that is larger than its chunk", func(l []byte) []byte {
			c := chunkOf(l, 1)
			binary.LittleEndian.PutUint32(c[at[3]+4:], 0xfffffff0)
			binary.LittleEndian.PutUint32(c[at[4]-4:], 0xfffffff0)
			seal(c)
			return l
		}, 1, 1, 0, "states a size of", false},
		{"a record's size, but not its copy", func(l []byte) []byte {
			c := chunkOf(l, 1)
			binary.LittleEndian.PutUint32(c[at[3]+4:], 9)
			seal(c)
			return l
		}, 0, 0, 0, "its copy at the end", true},
		{"the copy of a record's size", func(l []byte) []byte {
			c := chunkOf(l, 1)
			binary.LittleEndian.PutUint32(c[at[4]-4:], 9)
			seal(c)
			return l
		}, 0, 0, 0, "the first holds", true},
		{"a record's signature", func(l []byte) []byte { c := chunkOf(l, 1); c[at[3]] = 0; seal(c); return l }, 1, 1, 0, "are no record", false},
		{"a record's binary XML", func(l []byte) []byte {
			c := chunkOf(l, 1)
			for i := at[3] + recordHeaderSize; i < at[4]-4; i++ {
				c[i] = 0x77
			}
			seal(c)
			return l
		}, 1, 1, 0, "holds an unknown token", false},
		{"a file that ends in a record", func(l []byte) []byte { return l[:fileHeaderSize+chunkSize+at[len(at)-2]+40] }, ^uint64(0), 1, 1, "the file holds", false},
		{"a file with zeros behind it", func(l []byte) []byte { return append(l, make([]byte, 4096)...) }, 0, 0, 0, "4096 zero bytes", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			log := tt.breaks(bytes.Clone(sound))
			f := open(t, "broken", log)
			s := scanAll(t, f, 2)
			if lost := want.Records - s.stats.Records; tt.lost != ^uint64(0) && lost != tt.lost {
				t.Errorf("%d records lost, want %d", lost, tt.lost)
			}
			if tt.lost == ^uint64(0) {
				if n := uint64(len(offsets(chunkOf(sound, 0))) - 1 + len(at) - 2); s.stats.Records != n {
					t.Errorf("%d records, want %d", s.stats.Records, n)
				}
			}
			if s.stats.DamagedRecords != tt.damaged || s.stats.DamagedChunks != tt.chunks {
				t.Errorf("%d records and %d chunks damaged, want %d and %d", s.stats.DamagedRecords, s.stats.DamagedChunks, tt.damaged, tt.chunks)
			}
			damage, notes := damageOf(s)
			listed := damage
			if tt.note {
				listed = notes
				if len(damage) > 0 {
					t.Errorf("not a note: %+v", damage)
				}
			}
			if tt.says == "" && len(listed) > 0 {
				t.Errorf("%+v", listed)
			}
			said := tt.says == ""
			for _, d := range listed {
				said = said || strings.Contains(d.Reason, tt.says)
				if d.Name != "broken" || d.File != 7 || d.Offset < 0 || d.Offset > int64(len(log)) {
					t.Errorf("where: %+v", d)
				}
			}
			if !said {
				t.Errorf("nothing says %q: %+v", tt.says, listed)
			}
			checkAgreement(t, f, s)
		})
	}
}

// checkAgreement holds Records against Scan.
func checkAgreement(t testing.TB, f *File, s scanned) {
	t.Helper()
	n := uint64(0)
	stats, err := f.read(t.Context(), func(*event.Record) error { n++; return nil }, func(event.Damage) error { return nil })
	if err != nil || stats != s.stats || n != stats.Records {
		t.Errorf("%s: Records read %d, %+v, %v; Scan %+v", f.Name(), n, stats, err, s.stats)
	}
	var counted, bytes uint64
	for _, b := range s.batches {
		bytes += uint64(b.Bytes)
		for _, r := range b.Runs {
			counted += r.Count
		}
	}
	if counted != s.stats.Records {
		t.Errorf("%s: the runs count %d records of %d", f.Name(), counted, s.stats.Records)
	}
	if int64(bytes) != f.Size() {
		t.Errorf("%s: the batches cover %d bytes of %d", f.Name(), bytes, f.Size())
	}
}

func TestOldRecordsBehindTheEndAreKeptApart(t *testing.T) {
	log := madeLog(t)
	c := chunkOf(log, 1)
	at := offsets(c)
	// The chunk was used anew: its first three records are new, the rest old.
	binary.LittleEndian.PutUint32(c[48:], uint32(at[3]))
	for _, pos := range at[3 : len(at)-1] {
		binary.LittleEndian.PutUint64(c[pos+8:], recordID(c, pos)-50)
	}
	seal(c)
	s := scanAll(t, open(t, "slack", log), 1)
	old := uint64(len(at) - 1 - 3)
	if s.stats.RecoveredRecords != old || s.stats.DamagedRecords != 0 {
		t.Errorf("%+v, want %d recovered", s.stats, old)
	}
	recovered, runs := uint64(0), uint64(0)
	for _, b := range s.batches {
		for _, r := range b.Rows {
			if r.Recovered {
				recovered++
				if r.Chunk != 1 || int(r.Offset) < at[3] {
					t.Errorf("recovered: %+v", r)
				}
			}
		}
		for _, r := range b.Runs {
			if r.Recovered {
				runs += r.Count
			}
		}
	}
	if recovered != old || runs != old {
		t.Errorf("%d rows and %d in runs are recovered, want %d", recovered, runs, old)
	}
}

// Without a header to say where a chunk's records end, their numbers do.
func TestOldRecordsAreKeptApartWithoutAHeader(t *testing.T) {
	log := madeLog(t)
	c := chunkOf(log, 1)
	at := offsets(c)
	clear(c[:chunkHeaderSize])
	for _, pos := range at[3 : len(at)-1] {
		binary.LittleEndian.PutUint64(c[pos+8:], recordID(c, pos)-50)
	}
	s := scanAll(t, open(t, "slack", log), 1)
	if old := uint64(len(at) - 1 - 3); s.stats.RecoveredRecords != old || s.stats.DamagedChunks != 1 {
		t.Errorf("%+v, want %d recovered", s.stats, old)
	}
}

// What is left of an old record may name a template that newer records
// overwrote in part. Where its System element no longer says which record it
// is, it is a remnant and not a record; a new record that says as little is
// one all the same.
func TestOldRecordsThatDoNotSayWhichTheyAreAreNotRecovered(t *testing.T) {
	for _, name := range []string{"Computer", "Channel", "EventRecordID", "TimeCreated", "Provider"} {
		log := madeLog(t)
		c := chunkOf(log, 1)
		at := offsets(c)
		binary.LittleEndian.PutUint32(c[48:], uint32(at[3]))
		for _, pos := range at[3 : len(at)-1] {
			binary.LittleEndian.PutUint64(c[pos+8:], recordID(c, pos)-50)
		}
		wide := utf16le(name)
		if !bytes.Contains(c, wide) {
			t.Fatalf("the chunk has no element %s", name)
		}
		copy(c, bytes.ReplaceAll(c, wide, utf16le("?"+name[1:])))
		seal(c)
		f := open(t, "slack", log)
		s := scanAll(t, f, 1)
		if s.stats.RecoveredRecords != 0 || s.stats.DamagedRecords != 0 {
			t.Errorf("without %s: %+v, want none recovered", name, s.stats)
		}
		var read uint64
		stats, err := f.read(t.Context(), func(*event.Record) error { read++; return nil }, func(event.Damage) error { return nil })
		if err != nil || stats.RecoveredRecords != 0 || read != s.stats.Records {
			t.Errorf("without %s: read in full %d, recovered %d, projected %d: %v", name, read, stats.RecoveredRecords, s.stats.Records, err)
		}
	}
}

// An element of System that is there and empty says no more than none.
func TestOldRecordsWithAnEmptyComputerOrChannelAreNotRecovered(t *testing.T) {
	for _, rendered := range []bool{false, true} {
		log := written(t, rendered, 30, func(n int) *event.Record {
			system := logonRecord(n, nil).Head()
			switch n % 3 {
			case 1:
				system.Computer = ""
			case 2:
				system.Channel = ""
			}
			return event.NewRecord(event.System{Head: system}, textField("TargetUserName", "eva"))
		})
		if s := scanAll(t, open(t, "log", log), 1); s.stats.Records != 30 {
			t.Errorf("rendered %v: %+v, want all 30 records of the log", rendered, s.stats)
		}
		pieces := log[fileHeaderSize:]
		f, err := Carve(t.Context(), bytes.NewReader(pieces), int64(len(pieces)), 1, "pieces")
		if err != nil {
			t.Fatal(err)
		}
		s := scanAll(t, f, 1)
		if s.stats.RecoveredRecords != 10 {
			t.Errorf("rendered %v: %+v, want 10 recovered", rendered, s.stats)
		}
		checkAgreement(t, f, s)
	}
}

func utf16le(s string) []byte {
	var out []byte
	for _, c := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, c)
	}
	return out
}

func TestOpenRefusesWhatIsNoLog(t *testing.T) {
	for _, tt := range []struct {
		name string
		data []byte
		want error
	}{
		{"an empty file", nil, ErrEmpty},
		{"a log of Windows XP", append([]byte{0x30, 0, 0, 0}, "LfLe\x01\x00\x00\x00"...), ErrOldFormat},
		{"text", []byte("Jan  1 00:00:00 host sshd[1]: hello\n"), ErrNotEVTX},
		{"zeros", make([]byte, 5000), ErrNotEVTX},
		{"noise", bytes.Repeat([]byte{0x13, 0x88, 0x00}, 3000), ErrNotEVTX},
	} {
		f, err := Open(bytes.NewReader(tt.data), int64(len(tt.data)), 0, tt.name)
		if !errors.Is(err, tt.want) || f != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestHeaderAloneIsDamageNotRefusal(t *testing.T) {
	log := madeLog(t)
	for _, n := range []int{8, 100, 200, 4095, 4096} {
		f := open(t, "head", log[:n])
		s := scanAll(t, f, 2)
		damage, _ := damageOf(s)
		if s.stats.Records != 0 || (n < 4096) != (len(damage) == 1) {
			t.Errorf("%d bytes: %+v %+v", n, s.stats, damage)
		}
		checkAgreement(t, f, s)
	}
}

func TestFileThatHasBecomeShorter(t *testing.T) {
	log := madeLog(t)
	f, err := Open(bytes.NewReader(log[:fileHeaderSize+chunkSize+1000]), int64(len(log)), 7, "short")
	if err != nil {
		t.Fatal(err)
	}
	s := scanAll(t, f, 2)
	damage, _ := damageOf(s)
	if len(damage) == 0 || !strings.Contains(damage[len(damage)-1].Reason, "has become shorter") {
		t.Errorf("%+v", damage)
	}
	if st := s.stats; st.DamagedChunks != st.Chunks-1 || st.Records == 0 {
		t.Errorf("%+v", st)
	}
}

func TestRecordNoticesThatTheFileChanged(t *testing.T) {
	log := madeLog(t)
	f := open(t, "log", log)
	s := scanAll(t, f, 1)
	row := s.batches[0].Rows[3]
	ref := event.Ref{File: 7, Chunk: row.Chunk, Offset: uint32(row.Offset)}
	if r, err := f.Record(ref); err != nil || r.Head().RecordID != row.RecordID {
		t.Fatalf("%v %v", r, err)
	}
	log[fileHeaderSize+2000] ^= 1
	if _, err := f.Record(ref); !errors.Is(err, ErrChanged) {
		t.Errorf("a byte changed, the record is read: %v", err)
	}
	again, err := f.Reopen(bytes.NewReader(log), int64(len(log)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Record(ref); !errors.Is(err, ErrChanged) {
		t.Errorf("a byte changed, the record is read when opened again: %v", err)
	}
	if _, err := f.Reopen(bytes.NewReader(log), 17); !errors.Is(err, ErrChanged) {
		t.Errorf("another size: %v", err)
	}
	for _, bad := range []event.Ref{{Chunk: 99}, {Chunk: 1, Offset: 13}, {Chunk: 1, Offset: 1 << 31}} {
		if _, err := f.Record(bad); err == nil {
			t.Errorf("%+v is read", bad)
		}
	}
}

// A log of many times 65,535 chunks is counted by its size.
func TestChunksOfHugeFilesAreCountedByTheirSize(t *testing.T) {
	head := madeLog(t)[:fileHeaderSize]
	const chunks = 70_000
	f, err := Open(sparse{head}, fileHeaderSize+chunks*chunkSize, 0, "huge")
	if err != nil {
		t.Fatal(err)
	}
	if n := f.stats().Chunks; n != chunks {
		t.Errorf("%d chunks", n)
	}
}

// sparse is a file of which only the beginning is there.
type sparse struct{ head []byte }

func (s sparse) ReadAt(b []byte, off int64) (int, error) {
	clear(b)
	if off >= int64(len(s.head)) {
		return len(b), nil
	}
	n := copy(b, s.head[off:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// An element that has an array is there once for each item; the first counts.
func TestArraysWhereSystemHasOneValueAreReadAsInFull(t *testing.T) {
	for name, c := range map[string]struct {
		size int
		kind event.Type
	}{"number and keywords": {8, event.UInt64}, "event number": {2, event.UInt16}, "version": {1, event.UInt8}, "time": {8, event.Time}} {
		log := written(t, false, 30, func(n int) *event.Record { return logonRecord(n, nil) })
		was, is := []byte{byte(c.size), 0, byte(c.kind), 0}, []byte{byte(c.size), 0, byte(c.kind | event.Array), 0}
		if !bytes.Contains(log, was) {
			t.Fatalf("%s: no such value is in the log", name)
		}
		log = bytes.ReplaceAll(log, was, is)
		checkAgreement(t, open(t, "log", log), scanAll(t, open(t, "log", log), 1))
		f, err := Carve(t.Context(), bytes.NewReader(log[fileHeaderSize:]), int64(len(log)-fileHeaderSize), 1, "pieces")
		if err != nil {
			t.Fatal(err)
		}
		checkAgreement(t, f, scanAll(t, f, 1))
	}
}
