package parser

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"strings"
	"testing"
)

// sealFile makes the checksum of a file's header right again.
func sealFile(log []byte) []byte {
	binary.LittleEndian.PutUint32(log[124:], crc32.ChecksumIEEE(log[:120]))
	return log
}

// filledLog is a log whose last chunk has as many records as the others.
func filledLog(t *testing.T) []byte {
	log := madeLog(t)
	n := (len(log)-fileHeaderSize)/chunkSize - 1
	next := binary.LittleEndian.Uint64(chunkOf(log, n)[24:])
	log = log[:fileHeaderSize+n*chunkSize]
	binary.LittleEndian.PutUint64(log[16:], uint64(n-1))
	binary.LittleEndian.PutUint64(log[24:], next)
	binary.LittleEndian.PutUint16(log[42:], uint16(n))
	return sealFile(log)
}

// inUse is a log as a copy of one in use is: dirty, its header as it was when a
// chunk was begun, unused chunks behind its newest one.
func inUse(log []byte, newest int) []byte {
	log = append(bytes.Clone(log), make([]byte, 5*chunkSize+4096)...)
	log[120] |= flagDirty
	binary.LittleEndian.PutUint64(log[16:], uint64(newest))
	binary.LittleEndian.PutUint64(log[24:], binary.LittleEndian.Uint64(chunkOf(log, newest)[24:]))
	binary.LittleEndian.PutUint16(log[42:], uint16(newest+1))
	return sealFile(log)
}

// full is a log that has gone on at its beginning: the newest chunk is in its
// middle, the oldest behind it.
func full(log []byte) []byte {
	n := (len(log) - fileHeaderSize) / chunkSize
	out := bytes.Clone(log[:fileHeaderSize])
	for i := range n {
		out = append(out, chunkOf(log, (i+n-2)%n)...)
	}
	binary.LittleEndian.PutUint64(out[8:], 2)
	binary.LittleEndian.PutUint64(out[16:], 1)
	return sealFile(out)
}

func TestOnlyWhatShowsThatNewerRecordsWereThereMakesALogShort(t *testing.T) {
	sound := filledLog(t)
	n := (len(sound) - fileHeaderSize) / chunkSize
	roomy := madeLog(t)
	last := (len(roomy)-fileHeaderSize)/chunkSize - 1
	end := func(chunks int) int { return fileHeaderSize + chunks*chunkSize }
	for _, tt := range []struct {
		name string
		log  []byte
		says string
	}{
		{"a sound log", sound, ""},
		{"with unused chunks behind it", append(bytes.Clone(sound), make([]byte, 3*chunkSize)...), ""},
		{"with garbage behind it", append(bytes.Clone(sound), noise(chunkSize)...), ""},
		{"with part of a page behind it", append(bytes.Clone(sound), noise(700)...), ""},
		{"a middle chunk of noise", edited(sound, func(l []byte) { copy(chunkOf(l, 1), noise(chunkSize)) }), ""},
		{"a header that lags", inUse(sound, 1), ""},
		{"a header that lags by nothing", inUse(sound, n-1), ""},
		{"full", full(sound), ""},
		{"full, and cut after its newest chunk", full(sound)[:end(3)], ""},
		{"full, with an old chunk of noise behind the newest", edited(full(sound), func(l []byte) { copy(chunkOf(l, 2), noise(chunkSize)) }), ""},
		{"full, and cut before its newest chunk", full(sound)[:end(1)], "its header says that records up to"},
		{"full and in use, and cut behind the newest it has", edited(full(sound), func(l []byte) { l[120] |= flagDirty })[:end(2)], "it ends after 2, with its newest record"},

		{"cut between chunks", sound[:end(n-1)], "its header says that records up to"},
		{"in use, and cut between chunks", inUse(sound, 1)[:end(2)], "it ends right behind chunk 1, which is full"},
		{"in use, and cut behind chunks that its header does not know", inUse(sound, 0)[:end(n-1)], "which is full"},
		{"in use, and cut behind a chunk with room", inUse(roomy, last)[:end(last+1)], ""},
		{"cut between chunks, with a header that nobody believes", edited(sound, func(l []byte) { l[124] ^= 1 })[:end(2)], "its header says that records up to 404"},
		{"cut between chunks, and without its header", edited(sound, func(l []byte) { clear(l[:fileHeaderSize]) })[:end(2)], "which is full"},
		{"cut within a chunk", sound[:end(n-1)+9000], "its header says that records up to"},
		{"cut behind the last chunk's records", edited(sound, func([]byte) {})[:end(n)-100], ""},
		{"cut in its header", sound[:200], "of which none is there to be read"},
		{"zeros for its end", edited(sound, func(l []byte) { clear(l[end(n-2):]) }), "its header says that records up to"},
		{"noise for its end", edited(sound, func(l []byte) { copy(l[end(n-1):], noise(chunkSize)) }), "its header says that records up to"},
		{"noise for all of it", edited(sound, func(l []byte) { copy(l[end(0):], noise(n*chunkSize)) }), "of which none is there to be read"},

		{"in use, and cut between chunks that its header counts", inUse(sound, n-1)[:end(n-1)], "it holds "},
		{"in use, and cut within a chunk", inUse(sound, 0)[:end(2)+20_000], "its chunk 2 says that it holds records up to"},
		{"in use, and cut behind a chunk's records", edited(inUse(sound, 0), func([]byte) {})[:end(n)-100], "it ends within chunk"},
		{"in use, zeros where its newest chunk says records are", edited(inUse(sound, 0), func(l []byte) { clear(chunkOf(l, n-1)[5000:]) }), "says that it holds records up to"},
		{"in use, noise behind its newest chunk", edited(inUse(sound, 0), func(l []byte) { copy(l[end(n):], noise(chunkSize)) }), "which follows its newest record"},
		{"in use, its last record broken", edited(inUse(sound, 0), func(l []byte) {
			c := chunkOf(l, n-1)
			at := offsets(c)
			clear(c[at[len(at)-2]:][:8])
			clear(c[24:40])
			seal(c)
		}), "records follow its newest one"},

		{"a header of nonsense that is sealed", edited(sound, func(l []byte) {
			l[120] |= flagDirty
			clear(l[8:32])
			l[42], l[43] = 0xff, 0xff
		}), "which is full"},
		{"a count of nonsense in a broken header", unsealed(sound, func(l []byte) { l[42], l[43], l[24] = 0xff, 0xff, 0xff }), "which is full"},
		{"cut, with a broken header", unsealed(sound, func(l []byte) { l[24] ^= 0xff })[:end(1)+30_000], "its chunk 1 says"},
	} {
		f := open(t, tt.name, tt.log)
		s := scanAll(t, f, 2)
		if got := s.stats.Short; (tt.says == "") != (got == "") || !strings.Contains(got, tt.says) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.says)
		}
		checkAgreement(t, f, s)
		f.BreakOff("it was broken off")
		if got := scanAll(t, f, 1).stats.Short; got == "" && !complete(tt.log) {
			t.Errorf("%s, broken off: the log is said to be complete", tt.name)
		} else if complete(tt.log) && got != "" {
			t.Errorf("%s, broken off behind its records: %q", tt.name, got)
		}
	}
}

// edited and unsealed are copies to which something was done, with the header's
// checksum right, and as it was.
func edited(log []byte, do func(l []byte)) []byte { return sealFile(unsealed(log, do)) }

func unsealed(log []byte, do func(l []byte)) []byte {
	log = bytes.Clone(log)
	do(log)
	return log
}

// complete reports whether a log's header says that it is not in use and that
// the newest record that is whole is the last.
func complete(log []byte) bool {
	if len(log) < fileHeaderSize || log[120]&flagDirty != 0 || crc32.ChecksumIEEE(log[:120]) != binary.LittleEndian.Uint32(log[124:]) {
		return false
	}
	newest := uint64(0)
	for at := fileHeaderSize; at < len(log); at += chunkSize {
		c := log[at:min(at+chunkSize, len(log))]
		for _, o := range offsets(c) {
			if o+24 <= len(c) && bytes.HasPrefix(c[o:], recordMagic) {
				newest = max(newest, binary.LittleEndian.Uint64(c[o+8:]))
			}
		}
	}
	return binary.LittleEndian.Uint64(log[24:]) == newest+1
}

// Wherever a log is cut, its own header says that newer records were there.
func TestALogCutAnywhereBeforeItsLastRecordIsShort(t *testing.T) {
	log := filledLog(t)
	n := (len(log) - fileHeaderSize) / chunkSize
	at := offsets(chunkOf(log, n-1))
	last := fileHeaderSize + (n-1)*chunkSize + at[len(at)-2]
	for size := fileHeaderSize + 1; size < last; size += 4999 {
		for name, cut := range map[string][]byte{
			"ends":  log[:size],
			"zeros": append(bytes.Clone(log[:size]), make([]byte, len(log)-size)...),
			"noise": append(bytes.Clone(log[:size]), noise(len(log)-size)...),
		} {
			if s := scanAll(t, open(t, name, cut), 2); s.stats.Short == "" {
				t.Fatalf("%s after %d bytes: %d records are said to be all", name, size, s.stats.Records)
			}
		}
	}
}

func TestOfTheCorpusOnlyTheLogThatWasCutIsShort(t *testing.T) {
	for name, data := range corpus(t) {
		got := scanAll(t, open(t, name, data), 2).stats.Short
		if want := strings.Contains(name, "truncated"); (got != "") != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
