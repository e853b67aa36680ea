package parser

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// span is one record's place in its chunk.
type span struct {
	offset, size int
	slack        bool // behind the end that the chunk states
	recovered    bool // so, or in a carved chunk
}

// xml is where the record's binary XML lies: between its header and the copy
// of its size.
func (s span) xml() (start, end int) { return s.offset + recordHeaderSize, s.offset + s.size - 4 }

// loss is a piece of a chunk that is no whole record.
type loss struct {
	offset int
	reason string
	// record is true where a record was, so that it counts as damaged.
	record bool
	note   bool
}

// walker finds the records of one chunk: first those that the chunk's header
// covers, then, behind them, records that its header does not know yet (it is
// written later than its records) and what is left of older ones.
type walker struct {
	chunk  chunk
	pos    int
	slack  bool   // pos is behind the stated end and no longer follows on
	lastID uint64 // number of the last ordinary record
	found  bool
	stale  int // ordinary records behind the stated end
	left   int // recovered records
	beyond int // remains of records that cannot be read
	read   int // where the newest ordinary record is that was read, 0 before one was

	losses []loss
}

func (w *walker) reset(c chunk) {
	*w = walker{chunk: c, pos: chunkHeaderSize, losses: w.losses[:0]}
	if c.empty {
		w.pos = len(c.data)
	}
}

// next finds the next record. It ends with false, and every call of it before
// moves on by a record's header at least.
func (w *walker) next() (span, bool) {
	s, ok := w.find()
	s.recovered = s.slack || w.chunk.carved
	return s, ok
}

func (w *walker) find() (span, bool) {
	data := w.chunk.data
	if at := w.pos; w.chunk.bounded && !w.slack && at < w.chunk.free && at+minRecordSize <= len(data) {
		// Nearly all records are whole, where they should be.
		head := data[at : at+recordHeaderSize]
		size := binary.LittleEndian.Uint32(head[4:])
		if binary.LittleEndian.Uint32(head) == recordSignature && size >= minRecordSize && uint64(size) <= uint64(len(data)-at) &&
			binary.LittleEndian.Uint32(data[at+int(size)-4:]) == size {
			w.lastID, w.found = binary.LittleEndian.Uint64(head[8:]), true
			w.pos = at + int(size)
			return span{offset: at, size: int(size)}, true
		}
	}
	for w.pos+minRecordSize <= len(data) {
		if !w.slack && w.pos >= w.chunk.free {
			if s, ok := w.follows(); ok {
				return s, true
			}
			w.slack = true
		}
		if w.slack {
			s, ok := w.recover()
			return s, ok
		}
		if s, ok := w.ordinary(); ok {
			w.lastID, w.found = recordID(data, s.offset), true
			w.pos = s.offset + s.size
			return s, true
		}
	}
	if rest := data[min(w.pos, len(data)):]; !w.slack && w.pos < w.chunk.free && !isZero(rest) {
		w.lose(w.pos, fmt.Sprintf("the last %d bytes are no record", len(rest)), bytes.HasPrefix(rest, recordMagic[:min(len(rest), 4)]))
		w.pos = len(data)
	}
	return span{}, false
}

// ordinary reads the record at pos, which is before the stated end, or says
// what is there instead and moves on to the next record's signature.
func (w *walker) ordinary() (span, bool) {
	data := w.chunk.data
	if !bytes.HasPrefix(data[w.pos:], recordMagic) {
		next := w.signature(w.pos+1, w.chunk.free)
		if next == w.chunk.free && isZero(data[w.pos:next]) {
			w.note(w.pos, fmt.Sprintf("%d zero bytes where the chunk states records", next-w.pos))
		} else {
			w.lose(w.pos, fmt.Sprintf("%d bytes are no record", next-w.pos), true)
		}
		w.pos = next
		return span{}, false
	}
	size, whole := recordSize(data, w.pos)
	if whole && !w.chunk.bounded && w.found && recordID(data, w.pos) <= w.lastID {
		// Numbers only rise: what is here is older, and the end was before it.
		w.chunk.free = w.pos
		return span{}, false
	}
	if whole {
		return span{offset: w.pos, size: size}, true
	}
	// Of two statements, the copy that is right where the next record begins is
	// the surer: a size that is wrong may end at a later record by chance.
	at, next := w.pos, w.signature(w.pos+len(recordMagic), w.chunk.free)
	if stated := int(binary.LittleEndian.Uint32(data[next-4:])); stated == next-at && stated >= minRecordSize {
		w.note(at, fmt.Sprintf("the record states a size of %d bytes; its copy at the end, %d, holds", size, stated))
		return span{offset: at, size: stated}, true
	}
	fits := size >= minRecordSize && w.pos+size <= len(data)
	if fits && (w.pos+size == w.chunk.free || bytes.HasPrefix(data[w.pos+size:], recordMagic)) {
		w.note(w.pos, "the record's two statements of its size differ; the first holds")
		return span{offset: w.pos, size: size}, true
	}
	if !fits && size >= minRecordSize && next == len(data) && len(data) < chunkSize {
		w.lose(at, fmt.Sprintf("the record is cut off: the file holds %d of its %d bytes", len(data)-at, size), true)
	} else {
		w.lose(at, fmt.Sprintf("the record states a size of %d bytes", size), true)
	}
	w.pos = next
	return span{}, false
}

// follows reads the record at pos, which is at or behind the stated end, if it
// is whole and carries on the numbers before it: the header is older than it.
func (w *walker) follows() (span, bool) {
	data := w.chunk.data
	size, whole := recordSize(data, w.pos)
	if !whole || !w.isNext(recordID(data, w.pos)) {
		return span{}, false
	}
	s := span{offset: w.pos, size: size}
	w.lastID, w.found = recordID(data, w.pos), true
	w.stale++
	w.pos += size
	return s, true
}

// isNext reports whether a record of that number carries on those before it.
// Before a chunk's first one, its header says which number that has.
func (w *walker) isNext(id uint64) bool {
	if w.found {
		return id == w.lastID+1
	}
	data := w.chunk.data
	return w.pos == chunkHeaderSize && (id == binary.LittleEndian.Uint64(data[8:]) || id == binary.LittleEndian.Uint64(data[24:]))
}

// recover looks for the next whole record in what is left behind the end.
func (w *walker) recover() (span, bool) {
	data := w.chunk.data
	for {
		w.pos = w.signature(w.pos, len(data))
		if w.pos+minRecordSize > len(data) {
			w.pos = len(data)
			return span{}, false
		}
		if size, whole := recordSize(data, w.pos); whole {
			s := span{offset: w.pos, size: size, slack: true}
			w.pos += size
			w.left++
			return s, true
		}
		w.pos += len(recordMagic)
	}
}

// signature returns where the next record's signature is in data[from:limit],
// or limit.
func (w *walker) signature(from, limit int) int {
	if from >= limit {
		return limit
	}
	if i := bytes.Index(w.chunk.data[from:limit], recordMagic); i >= 0 {
		return from + i
	}
	return limit
}

func (w *walker) lose(at int, reason string, record bool) {
	w.losses = append(w.losses, loss{offset: at, reason: reason, record: record})
}

func (w *walker) note(at int, reason string) {
	w.losses = append(w.losses, loss{offset: at, reason: reason, note: true})
}

// broken says that a record that was found cannot be read. Behind the stated
// end nothing is lost by it, and hundreds are common: old records whose
// templates newer ones have overwritten.
func (w *walker) broken(s span, err error) {
	if s.slack {
		w.left--
		w.beyond++
		return
	}
	reason := fmt.Sprintf("record %d cannot be read: %v", recordID(w.chunk.data, s.offset), err)
	w.lose(s.offset, reason, true)
}

// recordSize returns what the record at pos says that its size is, and whether
// a whole record of that size is there.
func recordSize(data []byte, pos int) (size int, whole bool) {
	if pos+minRecordSize > len(data) || !bytes.HasPrefix(data[pos:], recordMagic) {
		return 0, false
	}
	stated := binary.LittleEndian.Uint32(data[pos+4:])
	if stated > chunkSize {
		return int(min(uint64(stated), 1<<31-1)), false
	}
	size = int(stated)
	if size < minRecordSize || pos+size > len(data) {
		return size, false
	}
	return size, binary.LittleEndian.Uint32(data[pos+size-4:]) == stated
}

func recordID(data []byte, pos int) uint64 { return binary.LittleEndian.Uint64(data[pos+8:]) }
