package parser

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"spoor/model/event"
)

// ErrNoChunks says that bytes hold nothing that [Carve] could read.
var ErrNoChunks = errors.New("no chunks of one are in it")

// sector is the alignment of what file systems store: a log's chunks begin at
// a multiple of it in the log, and the log at one on the disk.
const sector = 512

// maxCarved bounds how many chunks are read of one carved file: 1 TiB of them.
const maxCarved = 1 << 24

// Carve finds the chunks of logs in bytes that are no log: the image of a disk,
// a dump of its unallocated space, a log whose beginning is lost. Chunks are
// looked for at every sector. One whose checksums are right is taken whole; one
// whose are not ends where another begins, so that no byte is read twice.
// Every record of the file is marked recovered. Numbers of chunks are in the
// order in which they were found, offsets of damage those in the bytes.
//
// Carve reads all size bytes; ctx ends it. It fails with [ErrNoChunks] where
// there are none, or with an error of the reader.
func Carve(ctx context.Context, r io.ReaderAt, size int64, id event.FileID, name string) (*File, error) {
	f := &File{id: id, name: name}
	offsets, full, err := findChunks(ctx, r, size)
	if err != nil {
		return nil, err
	}
	if len(offsets) == 0 {
		return nil, ErrNoChunks
	}
	f.pieces = &pieces{reader: r, size: size, offsets: offsets}
	f.reader, f.size = f.pieces, int64(len(offsets))*chunkSize
	f.prints = make([]atomic.Uint32, len(offsets))
	f.notes = append(f.notes, event.Damage{
		File: id, Name: name, Chunk: -1, Offset: -1, Note: true,
		Reason: fmt.Sprintf("carved: %d chunks found in %d bytes; all their records are marked recovered, and there may have been more", len(offsets), size),
	})
	if full {
		f.notes = append(f.notes, event.Damage{
			File: id, Name: name, Chunk: -1, Offset: offsets[len(offsets)-1],
			Reason: fmt.Sprintf("no more than %d chunks are read; what follows is not", maxCarved),
		})
	}
	return f, nil
}

// findChunks returns where chunks begin; full says that there are more.
func findChunks(ctx context.Context, r io.ReaderAt, size int64) (offsets []int64, full bool, err error) {
	window, chunk := make([]byte, 1<<20), make([]byte, chunkSize)
	for at := int64(0); at < size; {
		if err := ctx.Err(); err != nil {
			return nil, false, err
		}
		data, err := readUpTo(r, window[:min(int64(len(window)), size-at)], at)
		if err != nil {
			return nil, false, fmt.Errorf("looking for chunks: %w", err)
		}
		if len(data) == 0 {
			break
		}
		next := at + int64(len(data)+sector-1)/sector*sector
		for i := 0; i < len(data); i += sector {
			if !bytes.HasPrefix(data[i:], chunkMagic) {
				continue
			}
			found, err := readUpTo(r, chunk, at+int64(i))
			if err != nil {
				return nil, false, fmt.Errorf("looking for chunks: %w", err)
			}
			if !plausible(found) {
				continue
			}
			if len(offsets) == maxCarved {
				return offsets, true, nil
			}
			offsets = append(offsets, at+int64(i))
			if c := readChunk(found); c.damage == "" && c.checksums {
				next = at + int64(i) + chunkSize
				break
			}
		}
		at = next
	}
	return offsets, false, nil
}

// plausible reports whether data that begins with a chunk's magic can be one:
// its header's checksum is right, or a record begins where records do.
func plausible(data []byte) bool {
	if len(data) < chunkHeaderSize+minRecordSize || binary.LittleEndian.Uint32(data[40:]) != 128 {
		return false
	}
	if binary.LittleEndian.Uint32(data[120:])&noChecksums == 0 && headerSum(data) == binary.LittleEndian.Uint32(data[124:]) {
		return true
	}
	size, _ := recordSize(data, chunkHeaderSize)
	return size >= minRecordSize && size <= chunkSize-chunkHeaderSize
}

// readUpTo reads into b, less at the end.
func readUpTo(r io.ReaderAt, b []byte, at int64) ([]byte, error) {
	n, err := r.ReadAt(b, at)
	if errors.Is(err, io.EOF) || n == len(b) {
		err = nil
	}
	return b[:n], err
}

// sampleWindows is how many windows of a chunk's size holdsChunks looks at.
const sampleWindows = 64

// holdsChunks looks for chunks in windows that are spread evenly over size
// bytes: every log that lies there in one piece, and is not small by a
// sixty-fourth of them, is seen.
func holdsChunks(r io.ReaderAt, size int64) bool {
	window := make([]byte, chunkSize+chunkHeaderSize+minRecordSize)
	windows := min(sampleWindows, (size+chunkSize-1)/chunkSize)
	for i := range windows {
		at := size / windows * i / chunkSize * chunkSize
		data, _ := readUpTo(r, window, at)
		for j := 0; j < len(data) && j < chunkSize; j += sector {
			if bytes.HasPrefix(data[j:], chunkMagic) && plausible(data[j:]) {
				return true
			}
		}
	}
	return false
}

// pieces reads chunks that lie anywhere in other bytes as if they followed one
// another. What another chunk has overwritten, or the bytes' end cuts off,
// reads as zeros.
type pieces struct {
	reader  io.ReaderAt
	size    int64
	offsets []int64 // rising
}

// ReadAt implements [io.ReaderAt].
func (p *pieces) ReadAt(b []byte, off int64) (int, error) {
	read := 0
	for read < len(b) {
		number, within := off/chunkSize, off%chunkSize
		if number >= int64(len(p.offsets)) {
			return read, io.EOF
		}
		part := b[read:min(int64(len(b)), int64(read)+chunkSize-within)]
		there := part[:max(0, min(int64(len(part)), p.length(number)-within))]
		n, err := p.reader.ReadAt(there, p.offsets[number]+within)
		if n < len(there) && err != nil && !errors.Is(err, io.EOF) {
			return read + n, err
		}
		clear(part[n:])
		read += len(part)
		off += int64(len(part))
	}
	return read, nil
}

// length returns how many bytes of a chunk there are.
func (p *pieces) length(number int64) int64 {
	end := p.size
	if number+1 < int64(len(p.offsets)) {
		end = p.offsets[number+1]
	}
	return min(end-p.offsets[number], chunkSize)
}
