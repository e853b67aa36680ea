package parser

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"sync/atomic"

	"spoor/model/event"
)

const (
	fileHeaderSize = 4096 // of which the first 128 bytes are used
	chunkSize      = 64 << 10
)

var (
	fileMagic  = []byte("ElfFile\x00")
	chunkMagic = []byte("ElfChnk\x00")
)

// Flags of the file's header; noChecksums is one of a chunk's header too.
const (
	flagDirty   = 0x1
	noChecksums = 0x4 // written by newer builds of Windows: checksums are zero
)

// File is an event log that is read through an [io.ReaderAt]. It is safe for
// concurrent use.
type File struct {
	id     event.FileID
	name   string
	reader io.ReaderAt
	size   int64
	header header
	notes  []event.Damage
	// pieces are where a carved file's chunks lie, nil of a log.
	pieces *pieces
	// brokenOff says why the bytes are not all of the log, "" where that is not known.
	brokenOff string
	// prints are the chunks' checksums as Scan saw them, 0 where it did not:
	// what is read again must be what was scanned.
	prints []atomic.Uint32
}

// header is what the file says of itself. Only base decides how it is read; the
// rest may tell that more was written than is there.
type header struct {
	base    int64 // where chunk 0 starts
	chunks  uint64
	last    uint64 // the newest chunk
	next    uint64 // the number of the record to be written next; 0 where the header is not believed
	flags   uint32
	version string
}

// Open recognises a log of size bytes by its first 4 KiB; name is what damage
// in it is called. A header that is stale, dirty or damaged is noted and read
// past; only bytes that are no EVTX log are refused, with [ErrEmpty],
// [ErrOldFormat] or [ErrNotEVTX], which [Carve] may still read.
func Open(r io.ReaderAt, size int64, id event.FileID, name string) (*File, error) {
	if size == 0 {
		return nil, ErrEmpty
	}
	f := &File{id: id, name: name, reader: r, size: size}
	start := make([]byte, fileHeaderSize+len(chunkMagic))
	if size < int64(len(start)) {
		start = start[:size]
	}
	n, err := r.ReadAt(start, 0)
	if n < len(start) && err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading the file's header: %w", err)
	}
	start = start[:n]
	if err := f.recognise(start); err != nil {
		if errors.Is(err, ErrNotEVTX) && holdsChunks(r, size) {
			err = fmt.Errorf("%w; but chunks of one are in it: --carve reads them", ErrNotEVTX)
		}
		return nil, err
	}
	f.readHeader(start)
	f.prints = make([]atomic.Uint32, f.chunkCount())
	return f, nil
}

func (f *File) recognise(start []byte) error {
	switch {
	case len(start) == 0:
		return ErrEmpty
	case bytes.HasPrefix(start, fileMagic):
		return nil
	case len(start) >= 8 && string(start[4:8]) == "LfLe":
		return ErrOldFormat
	case len(start) >= fileHeaderSize+len(chunkMagic) && bytes.Equal(start[fileHeaderSize:], chunkMagic):
		return nil
	case len(bytes.Trim(start, "\x00")) == 0:
		return fmt.Errorf("%w: it begins with zero bytes", ErrNotEVTX)
	case isText(start):
		return fmt.Errorf("%w: it is text", ErrNotEVTX)
	}
	return ErrNotEVTX
}

// isText reports whether b could be text of a byte-wise encoding.
func isText(b []byte) bool {
	for _, c := range b {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' {
			return false
		}
	}
	return true
}

func (f *File) readHeader(start []byte) {
	f.header.base = fileHeaderSize
	if !bytes.HasPrefix(start, fileMagic) {
		f.damage("the file's header is damaged: it does not begin with ElfFile; chunks follow and are read")
		return
	}
	if len(start) < 128 {
		f.damage(fmt.Sprintf("the file ends in its header: it has %d bytes", f.size))
		return
	}
	h := header{
		base:    fileHeaderSize,
		chunks:  uint64(binary.LittleEndian.Uint16(start[42:])),
		last:    binary.LittleEndian.Uint64(start[16:]),
		next:    binary.LittleEndian.Uint64(start[24:]),
		flags:   binary.LittleEndian.Uint32(start[120:]),
		version: fmt.Sprintf("%d.%d", binary.LittleEndian.Uint16(start[38:]), binary.LittleEndian.Uint16(start[36:])),
	}
	f.header = h
	if f.size < fileHeaderSize {
		f.damage(fmt.Sprintf("the file ends in its header: it has %d bytes", f.size))
		return
	}
	if h.flags&noChecksums == 0 && crc32.ChecksumIEEE(start[:120]) != binary.LittleEndian.Uint32(start[124:]) {
		f.note("the file header's checksum is wrong")
		f.header.next = 0
	}
	if h.flags&flagDirty != 0 {
		f.note("the log was copied while in use (dirty flag): its headers may be older than its records")
	}
	// The header counts in 16 bits, so a log of 4 GiB or more wraps round.
	if n := f.chunkCount(); uint64(uint16(n)) != h.chunks {
		f.note(fmt.Sprintf("the file's header counts %d chunks, its size holds %d", h.chunks, n))
	}
}

// chunkCount is the number of chunks by the file's size, a partial one
// included.
func (f *File) chunkCount() uint64 {
	if f.size <= f.header.base {
		return 0
	}
	return uint64((f.size - f.header.base + chunkSize - 1) / chunkSize)
}

// Reopen returns f on another reader of the same bytes, for a file that was
// closed after its Scan. Record still notices if they have changed since; a
// size that differs is [ErrChanged] at once.
func (f *File) Reopen(r io.ReaderAt, size int64) (*File, error) {
	if size != f.Size() {
		return nil, fmt.Errorf("%w: it had %d bytes and has %d", ErrChanged, f.Size(), size)
	}
	again := *f
	again.reader = r
	if f.pieces != nil {
		again.pieces = &pieces{reader: r, size: size, offsets: f.pieces.offsets}
		again.reader = again.pieces
	}
	return &again, nil
}

// ID returns the number that Open was given.
func (f *File) ID() event.FileID { return f.id }

// Name returns the name that Open was given.
func (f *File) Name() string { return f.name }

// Size returns the file's size in bytes as Open or Carve was told.
func (f *File) Size() int64 {
	if f.pieces != nil {
		return f.pieces.size
	}
	return f.size
}

// chunkOffset returns where a chunk starts in the evidence.
func (f *File) chunkOffset(number int64) int64 {
	if f.pieces != nil && number < int64(len(f.pieces.offsets)) {
		return f.pieces.offsets[number]
	}
	return f.header.base + number*chunkSize
}

// readChunk looks at one of the file's chunks.
func (f *File) readChunk(data []byte) chunk {
	c := readChunk(data)
	c.carved = f.pieces != nil
	return c
}

// Notes returns what Open found wrong with the file's header. Scan and Records
// report it too.
func (f *File) Notes() []event.Damage { return append([]event.Damage(nil), f.notes...) }

func (f *File) note(reason string) {
	f.notes = append(f.notes, event.Damage{File: f.id, Name: f.name, Chunk: -1, Offset: 0, Reason: reason, Note: true})
}

func (f *File) damage(reason string) {
	f.notes = append(f.notes, event.Damage{File: f.id, Name: f.name, Chunk: -1, Offset: 0, Reason: reason})
}

// stats returns what is known before any chunk is read.
func (f *File) stats() event.FileStats {
	return event.FileStats{
		File: f.id, Chunks: f.chunkCount(), HeaderChunks: f.header.chunks,
		Dirty: f.header.flags&flagDirty != 0, Carved: f.pieces != nil, Version: f.header.version,
	}
}
