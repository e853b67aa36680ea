package evtxwrite_test

import (
	"bytes"
	"encoding/binary"
	"testing"
	"unicode/utf16"
)

var le = binary.LittleEndian

func chunkOf(log []byte, n int) []byte { return log[4096+n*64<<10:][:64<<10] }

func TestFileHeaderCountsChunksAndNamesTheNextRecord(t *testing.T) {
	log := logOf(t, mixed(300))
	chunks := (len(log) - 4096) >> 16
	for _, f := range []struct {
		what      string
		got, want uint64
	}{
		{"chunks", uint64(le.Uint16(log[42:])), uint64(chunks)},
		{"last chunk", le.Uint64(log[16:]), uint64(chunks - 1)},
		{"next record", le.Uint64(log[24:]), 301},
		{"flags", uint64(le.Uint32(log[120:])), 0},
	} {
		if f.got != f.want {
			t.Errorf("%s: %d, want %d", f.what, f.got, f.want)
		}
	}
}

func TestChunksNumberTheirRecordsOn(t *testing.T) {
	log := logOf(t, mixed(300))
	next := uint64(1)
	for n := range (len(log) - 4096) >> 16 {
		c := chunkOf(log, n)
		if first, id := le.Uint64(c[8:]), le.Uint64(c[24:]); first != next || id != next {
			t.Errorf("chunk %d starts at record %d (number %d), want %d", n, first, id, next)
		}
		next = le.Uint64(c[16:]) + 1
	}
	if next != 301 {
		t.Errorf("the chunks hold records up to %d, want 300", next-1)
	}
}

// The hashes of these names as they stand in logs that Windows wrote.
var knownHashes = map[string]uint16{
	"Event": 0x0cba, "System": 0x546f, "Provider": 0x7bf1, "Name": 0x954b, "EventID": 0x61f5,
	"EventData": 0x8244, "Data": 0x6f8a, "xmlns": 0x0fbc, "Channel": 0x6183,
}

func TestNamesAreFoundByTheirHash(t *testing.T) {
	c := chunkOf(logOf(t, mixed(40)), 0)
	found := make(map[string]uint16)
	for bucket := range 64 {
		last := uint32(64 << 10)
		for at := le.Uint32(c[128+4*bucket:]); at != 0; at = le.Uint32(c[at:]) {
			if at >= last {
				t.Fatalf("bucket %d goes forward from 0x%x to 0x%x", bucket, last, at)
			}
			last = at
			units := make([]uint16, le.Uint16(c[at+6:]))
			for i := range units {
				units[i] = le.Uint16(c[at+8+2*uint32(i):])
			}
			name, hash := string(utf16.Decode(units)), le.Uint16(c[at+4:])
			if int(hash%64) != bucket {
				t.Errorf("%s with hash %#x is in bucket %d", name, hash, bucket)
			}
			if _, twice := found[name]; twice {
				t.Errorf("%s is kept twice", name)
			}
			found[name] = hash
		}
	}
	for name, want := range knownHashes {
		if got, ok := found[name]; !ok || got != want {
			t.Errorf("%s: hash %#x (found: %v), want %#x", name, got, ok, want)
		}
	}
}

func TestTemplatesAreFoundByTheirIDAndKeptOnce(t *testing.T) {
	c := chunkOf(logOf(t, mixed(40)), 0)
	ids := make(map[uint32]bool)
	for bucket := range 32 {
		for at := le.Uint32(c[384+4*bucket:]); at != 0; at = le.Uint32(c[at:]) {
			id := le.Uint32(c[at+4:])
			if int(id%32) != bucket {
				t.Errorf("template %#x is in bucket %d", id, bucket)
			}
			if ids[id] {
				t.Errorf("template %#x is kept twice", id)
			}
			ids[id] = true
		}
	}
	// The shapes of System: ordinary; with activity and user; classic. Of
	// data: logon, LogFileCleared, classic, every type.
	if len(ids) != 7 {
		t.Errorf("%d templates, want 7", len(ids))
	}
}

// An instance of a template starts a record; the template follows it, and its
// Event element depends on no value.
func TestFirstRecordHoldsItsTemplate(t *testing.T) {
	c := chunkOf(logOf(t, mixed(1)), 0)
	record := c[512:]
	if !bytes.Equal(record[24:30], []byte{0x0f, 1, 1, 0, 0x0c, 1}) {
		t.Fatalf("it begins with % x", record[24:30])
	}
	if at := le.Uint32(record[34:]); at != 512+38 {
		t.Errorf("its template is at 0x%x", at)
	}
	if !bytes.Equal(record[38+24:][:7], []byte{0x0f, 1, 1, 0, 0x41, 0xff, 0xff}) {
		t.Errorf("its template begins with % x", record[38+24:][:7])
	}
	if size := le.Uint32(record[4:]); size%8 != 0 || le.Uint32(record[size-4:]) != size {
		t.Errorf("its size is %d, at its end %d", size, le.Uint32(record[size-4:]))
	}
}

// Providers hand their strings over with the NUL that ends them; the log
// service adds its own without.
func TestStringsOfDataEndInNUL(t *testing.T) {
	c := chunkOf(logOf(t, mixed(1)), 0)
	for text, want := range map[string]bool{"user1": true, "fs01.nordlicht.example": false} {
		var b []byte
		for _, u := range utf16.Encode([]rune(text)) {
			b = le.AppendUint16(b, u)
		}
		if got := bytes.Contains(c, append(b, 0, 0)); got != want {
			t.Errorf("%s ends in NUL: %v, want %v", text, got, want)
		}
	}
}
