package parser

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// ending gathers from a file's chunks, in any order, what tells whether the
// newest records of its log are among those that were read. Numbers are those of
// the records' own headers, as the headers of file and chunks count them.
type ending struct {
	newest uint64 // the highest number of a record that was read; 0: none was
	chunk  int64  // that holds it
	within bool   // the file ends within that chunk
	lost   bool   // records follow it there that cannot be read
	full   bool   // there is no room behind it for one as long as the longest there

	stated   uint64  // the highest number that the header of a chunk states
	statedBy int64   // that chunk
	broken   []int64 // chunks that are more than zeros, but hold no record that can be read
}

// endingOf says what one chunk adds.
func endingOf(w *walker, number int64) ending {
	c := &w.chunk
	e := ending{}
	if c.carved || c.empty {
		return e
	}
	if last, ok := c.lastStated(); ok {
		e.stated, e.statedBy = last, number
	}
	if w.read == 0 {
		if c.damage != "" || len(w.losses) > 0 {
			e.broken = []int64{number}
		}
		return e
	}
	e.newest, e.chunk, e.within = recordID(c.data, w.read), number, len(c.data) < chunkSize
	e.lost = slices.ContainsFunc(w.losses, func(l loss) bool { return l.record && l.offset > w.read })
	e.full = isFull(c.data, w.read)
	return e
}

// isFull reports whether a chunk has no room behind its newest record for
// another one that is as long as the longest there: the next one went to the
// next chunk. Of 191 chunks of real logs that others follow, it holds of each.
func isFull(data []byte, newest int) bool {
	length := func(at int) int { return int(binary.LittleEndian.Uint32(data[at+4:])) }
	room, longest := max(0, chunkSize-newest-length(newest)), 0
	for at := chunkHeaderSize; at <= newest && room < chunkSize/2; {
		n := length(at)
		if n < minRecordSize || n > chunkSize {
			break // damaged, and said elsewhere
		}
		longest = max(longest, n)
		at += n
	}
	return room < longest
}

// lastStated returns the number of the newest record that the chunk's header
// knows of. It may be older than its records, but never newer.
func (c *chunk) lastStated() (last uint64, ok bool) {
	if !c.sound {
		return 0, false
	}
	first := binary.LittleEndian.Uint64(c.data[24:])
	last = binary.LittleEndian.Uint64(c.data[32:])
	return last, last >= first && last-first < chunkSize/minRecordSize
}

func (e *ending) add(o ending) {
	if o.newest > e.newest {
		e.newest, e.chunk, e.within, e.lost, e.full = o.newest, o.chunk, o.within, o.lost, o.full
	}
	if o.stated > e.stated {
		e.stated, e.statedBy = o.stated, o.statedBy
	}
	e.broken = append(e.broken, o.broken...)
}

// short says what shows that the log had newer records than those that were
// read, "" where nothing does. Headers are written later than records, so what
// one counts was there, and what it does not count may be there: a copy of a log
// in use has newer records than its header knows of, and unused chunks, all
// zeros, behind them. Nor do chunks that are missing elsewhere tell of newer
// records: a log that is full goes on at its beginning. Only a header that is
// not behind shows that there are none.
func (f *File) short(e *ending) string {
	h := &f.header
	switch {
	case f.pieces != nil:
		return ""
	case h.next > 0 && h.next-1 > e.newest && e.newest == 0:
		return fmt.Sprintf("its header says that records up to %d were written, of which none is there to be read: it was cut, or cleared since", h.next-1)
	case h.next > 0 && h.next-1 > e.newest:
		return fmt.Sprintf("its header says that records up to %d were written; the newest that can be read is %d", h.next-1, e.newest)
	case e.stated > e.newest:
		return fmt.Sprintf("its chunk %d says that it holds records up to %d; the newest that can be read is %d", e.statedBy, e.stated, e.newest)
	case h.next > 0 && h.flags&flagDirty == 0 && h.next == e.newest+1:
		return ""
	case f.brokenOff != "":
		return f.brokenOff
	case e.newest == 0:
		return ""
	}
	return f.shortAfter(e)
}

// shortAfter is short for what lies behind the newest record.
func (f *File) shortAfter(e *ending) string {
	h, chunks, next := &f.header, f.chunkCount(), e.chunk+1
	switch {
	case e.lost:
		return fmt.Sprintf("records follow its newest one, %d, in chunk %d, but cannot be read", e.newest, e.chunk)
	case e.within:
		return fmt.Sprintf("it ends within chunk %d, which holds its newest record, %d", e.chunk, e.newest)
	case slices.Contains(e.broken, next):
		return fmt.Sprintf("chunk %d, which follows its newest record, %d, cannot be read", next, e.newest)
	case h.next > 0 && h.last >= chunks:
		return fmt.Sprintf("its header says that chunk %d is its newest; it holds %d chunks", h.last, chunks)
	case h.next > 0 && h.chunks > chunks && uint64(next) == chunks:
		return fmt.Sprintf("its header counts %d chunks; it ends after %d, with its newest record, %d", h.chunks, chunks, e.newest)
	case e.full && uint64(next) == chunks:
		return fmt.Sprintf("it ends right behind chunk %d, which is full, and its header does not say that record %d was the newest", e.chunk, e.newest)
	}
	return ""
}

// BreakOff says, before the file is read, that its bytes are only the beginning
// of what they were taken from, and why: unless its header shows that the log is
// complete, it had newer records.
func (f *File) BreakOff(why string) { f.brokenOff = why }
