package evtxwrite

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"spoor/model/event"
)

const (
	fileHeaderSize = 4096
	// maxChunks is what the file header's count can say.
	maxChunks = 1<<16 - 1
)

// ErrTooLarge is wrapped by the error for a record that no chunk can hold.
var ErrTooLarge = errors.New("too large for a chunk of 64 KiB")

// ErrTooManyChunks says that a file is full: its header counts no more than
// 65,535 chunks (4 GiB).
var ErrTooManyChunks = errors.New("too many chunks for one file")

// Writer writes one EVTX file. It is not for use by several goroutines.
type Writer struct {
	out  io.Writer
	seek io.WriteSeeker // out, where the file header can be written last
	base int64          // where the file starts in seek

	chunk   *chunk
	full    []byte // chunks kept until Close where out cannot seek
	chunks  int
	records uint64                // in all
	nextID  uint64                // after the newest record's number
	guids   map[string]event.GUID // of templates, by shape
	failed  error                 // of out; nothing can be written after it
	closed  bool
}

// NewWriter returns a Writer of a file that starts where out stands. The
// file's header counts its chunks, so an out that cannot seek gets the whole
// file, kept in memory until then, when the Writer is closed.
func NewWriter(out io.Writer) *Writer {
	w := &Writer{out: out, chunk: newChunk(), nextID: 1, guids: make(map[string]event.GUID)}
	if s, ok := out.(io.WriteSeeker); ok {
		if at, err := s.Seek(0, io.SeekCurrent); err == nil {
			w.seek, w.base = s, at
		}
	}
	return w
}

// Write adds a record. Its number is rec.HeaderID or else the EventRecordID
// of its System element; the time beside it is rec.Written or else the
// event's own. An error that names the record leaves the file as it was
// before, so that the next record can be written.
func (w *Writer) Write(rec *event.Record) error { return w.write(rec, instanceOf) }

// WriteRendered adds a record as collectors keep forwarded ones: without a
// template, all values as the text that Windows shows. Reading it back gives
// strings for every type, and no value where the text is empty.
func (w *Writer) WriteRendered(rec *event.Record) error { return w.write(rec, rendered) }

func (w *Writer) write(rec *event.Record, body func(*Writer, *event.Element) error) error {
	if w.closed {
		return errors.New("the log is closed")
	}
	if w.failed != nil {
		return w.failed
	}
	if rec == nil || rec.Root.Child("System") == nil {
		return errors.New("a record without a System element")
	}
	head := rec.Head()
	h := recordHeader{number: rec.HeaderID, written: rec.Written}
	if h.number == 0 {
		h.number = head.RecordID
	}
	if h.number == 0 {
		h.number = w.nextID
	}
	if h.written == 0 {
		h.written = head.Time
	}
	err := w.fit(h, rec.Root, body)
	if err == nil || err == w.failed {
		return err
	}
	return fmt.Errorf("record %d (%s, event %d of %s): %w", h.number, head.Channel, head.EventID, head.Provider, err)
}

// fit puts a record into the chunk at hand, or into a new one if that has no
// room left.
func (w *Writer) fit(h recordHeader, root *event.Element, body func(*Writer, *event.Element) error) error {
	err := w.append(h, root, body)
	if errors.Is(err, ErrTooLarge) && w.chunk.records > 0 {
		if err := w.flush(); err != nil {
			return err
		}
		err = w.append(h, root, body)
	}
	if err == nil {
		w.records++
		w.nextID = h.number + 1
	}
	return err
}

func (w *Writer) append(h recordHeader, root *event.Element, body func(*Writer, *event.Element) error) error {
	mark := w.chunk.mark()
	start := w.chunk.beginRecord(h)
	err := body(w, root)
	if err == nil {
		err = w.chunk.endRecord(start, h, w.records+1)
	}
	if err != nil {
		w.chunk.undo(mark)
	}
	return err
}

// flush hands the chunk at hand over and begins the next one.
func (w *Writer) flush() error {
	if w.chunks == maxChunks {
		return ErrTooManyChunks
	}
	raw := w.chunk.seal()
	w.chunks++
	if w.seek == nil {
		w.full = append(w.full, raw...)
	} else if err := w.emit(raw); err != nil {
		return err
	}
	w.chunk.reset()
	return nil
}

// emit writes a chunk, the first one after room for the file header.
func (w *Writer) emit(raw []byte) error {
	if w.chunks == 1 {
		if _, err := w.out.Write(make([]byte, fileHeaderSize)); err != nil {
			w.failed = fmt.Errorf("write log: %w", err)
			return w.failed
		}
	}
	if _, err := w.out.Write(raw); err != nil {
		w.failed = fmt.Errorf("write log: %w", err)
	}
	return w.failed
}

// Records returns how many records were written.
func (w *Writer) Records() uint64 { return w.records }

// Size returns the size of the file in bytes, if it were closed now.
func (w *Writer) Size() int64 {
	n := int64(w.chunks)
	if w.chunk.records > 0 || n == 0 {
		n++
	}
	return fileHeaderSize + n*chunkSize
}

// Close completes the file. It does not close out. A log without records
// gets one chunk without records, as Windows makes it.
func (w *Writer) Close() error {
	if w.closed || w.failed != nil {
		return w.failed
	}
	if w.chunk.records > 0 || w.chunks == 0 {
		if err := w.flush(); err != nil {
			return err
		}
	}
	w.closed = true
	w.failed = w.finish(w.header())
	return w.failed
}

// finish writes the file header, and the chunks behind it if they were kept.
func (w *Writer) finish(header []byte) error {
	if w.seek == nil {
		_, err := w.out.Write(header)
		if err == nil {
			_, err = w.out.Write(w.full)
		}
		w.full = nil
		if err != nil {
			return fmt.Errorf("write log: %w", err)
		}
		return nil
	}
	end, err := w.seek.Seek(0, io.SeekCurrent)
	if err == nil {
		_, err = w.seek.Seek(w.base, io.SeekStart)
	}
	if err == nil {
		_, err = w.seek.Write(header)
	}
	if err == nil {
		_, err = w.seek.Seek(end, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("write log header: %w", err)
	}
	return nil
}

func (w *Writer) header() []byte {
	le := binary.LittleEndian
	h := make([]byte, fileHeaderSize)
	copy(h, "ElfFile\x00")
	le.PutUint64(h[16:], uint64(w.chunks-1)) // the newest chunk
	le.PutUint64(h[24:], w.nextID)
	le.PutUint32(h[32:], 128)
	le.PutUint16(h[36:], 1) // version 3.1
	le.PutUint16(h[38:], 3)
	le.PutUint16(h[40:], fileHeaderSize)
	le.PutUint16(h[42:], uint16(w.chunks))
	le.PutUint32(h[124:], crc32.ChecksumIEEE(h[:120]))
	return h
}
