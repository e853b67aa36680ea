package parser

import (
	"context"
	"errors"
	"fmt"
	"io"

	"spoor/model/event"
)

// ErrChanged is what Record returns where the evidence no longer holds the
// record that was there when it was scanned.
var ErrChanged = errors.New("the file has changed since it was read")

// Record decodes one record completely. ref is from a row of this file's Scan.
func (f *File) Record(ref event.Ref) (*event.Record, error) {
	if uint64(ref.Chunk) >= uint64(len(f.prints)) {
		return nil, fmt.Errorf("chunk %d: the file has %d", ref.Chunk, len(f.prints))
	}
	data := make([]byte, chunkSize)
	n, err := f.reader.ReadAt(data, f.header.base+int64(ref.Chunk)*chunkSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	c := f.readChunk(data[:n])
	if seen := f.prints[ref.Chunk].Load(); seen != 0 && seen != c.print {
		return nil, fmt.Errorf("chunk %d: %w", ref.Chunk, ErrChanged)
	}
	var w walker
	w.reset(c)
	for {
		s, ok := w.next()
		if !ok || s.offset > int(ref.Offset) {
			return nil, fmt.Errorf("chunk %d, offset %d: %w", ref.Chunk, ref.Offset, ErrChanged)
		}
		if s.offset == int(ref.Offset) {
			ref.File = f.id
			return decodeRecord(w.chunk.data, s, ref, newBudget())
		}
	}
}

// Records decodes every record completely, in the order of the file: the same
// records that Scan counts. It returns what could not be read, and ends early
// only with record's error or the context's.
func (f *File) Records(ctx context.Context, record func(*event.Record) error) ([]event.Damage, error) {
	var damage []event.Damage
	_, err := f.read(ctx, record, func(d event.Damage) error {
		damage = append(damage, d)
		return nil
	})
	return damage, err
}

// read is Records with what it counted.
func (f *File) read(ctx context.Context, record func(*event.Record) error, damaged func(event.Damage) error) (event.FileStats, error) {
	stats := f.stats()
	for _, d := range f.notes {
		if err := damaged(d); err != nil {
			return stats, err
		}
	}
	var e ending
	buffer := make([]byte, min(pieceChunks*chunkSize, max(f.size, 1)))
	for at := int64(0); at < int64(stats.Chunks); at += pieceChunks {
		data, unread := f.readChunks(buffer, at)
		for i := 0; i < len(data); i += chunkSize {
			if err := ctx.Err(); err != nil {
				return stats, err
			}
			found := f.chunkRecords(data[i:min(i+chunkSize, len(data))], at+int64(i/chunkSize), &stats, &e, record)
			if err := found.report(damaged); err != nil {
				return stats, err
			}
		}
		if unread != nil {
			d := f.unreadable(at+int64(len(data)+chunkSize-1)/chunkSize, at+pieceChunks, unread, &stats, &e)
			if err := damaged(d); err != nil {
				return stats, err
			}
		}
	}
	if stats.Short = f.short(&e); stats.Short != "" {
		return stats, damaged(stats.EndsEarly(f.name, f.Size()))
	}
	return stats, nil
}

// found is what reading a chunk's records ended with.
type found struct {
	damage []event.Damage
	err    error // of who was given the records
}

func (r found) report(damaged func(event.Damage) error) error {
	for _, d := range r.damage {
		if err := damaged(d); err != nil {
			return err
		}
	}
	return r.err
}

func (f *File) chunkRecords(data []byte, index int64, stats *event.FileStats, e *ending, record func(*event.Record) error) found {
	var w walker
	w.reset(f.readChunk(data))
	left := newBudget()
	var err error
	for err == nil {
		s, ok := w.next()
		if !ok {
			break
		}
		r, broken := decodeRecord(data, s, event.Ref{File: f.id, Chunk: uint32(index), Offset: uint32(s.offset)}, left)
		if broken != nil {
			w.broken(s, broken)
			continue
		}
		stats.Records++
		if s.recovered {
			stats.RecoveredRecords++
		} else {
			w.read = s.offset
		}
		err = record(r)
	}
	damage := f.account(&w, index, stats)
	e.add(endingOf(&w, index))
	return found{damage, err}
}

// decodeRecord decodes one record of a chunk of which so much is left; a failure
// of the reader's own costs that record only.
func decodeRecord(data []byte, s span, ref event.Ref, left *budget) (r *event.Record, err error) {
	defer func() {
		if p := recover(); p != nil {
			r, err = nil, fmt.Errorf("%w: %v", errInternal, p)
		}
	}()
	t := tree{chunk: data, left: left}
	r, err = t.record(s, ref)
	left.nodes, left.text = left.nodes-t.nodes, left.text-t.text
	return r, err
}
