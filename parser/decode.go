package parser

import (
	"fmt"

	"spoor/model/event"
)

func newDecoder(f *File, words *vocabulary, schemas *event.Schemas) *decoder {
	d := &decoder{
		file: f, words: words, schemas: schemas,
		templates:  newTemplates(words),
		skeletons:  skeletons{bones: make([]bone, 1)},
		dictionary: newDictionary(),
		kinds:      make(map[kindKey]event.Kind),
	}
	d.templates.compiler.words = words
	return d
}

// newDictionary ends the dictionary and all that refers to it.
func (d *decoder) newDictionary(number uint64) {
	d.dictionary.reset(number)
	clear(d.kinds)
}

// begin starts a batch; end hands it over.
func (d *decoder) begin() {
	d.batch = &event.Batch{File: d.file.id}
	switch {
	case d.rows != nil:
		d.batch.Rows, d.batch.Values = d.rows, d.values
		d.rows, d.values = nil, nil
	case d.rowsBefore > 0:
		d.batch.Rows = make([]event.Row, 0, d.rowsBefore)
		d.batch.Values = make([]uint64, 0, d.valuesBefore)
	}
	d.runs.begin()
}

func (d *decoder) end() *event.Batch {
	b := d.batch
	d.batch = nil
	// The next batch will hold about as much; a run of chunks bounds it.
	d.rowsBefore, d.valuesBefore = len(b.Rows)+len(b.Rows)/16, len(b.Values)+len(b.Values)/16
	b.Runs = d.runs.list
	d.dictionary.hand(b)
	return b
}

// chunk decodes one chunk.
func (d *decoder) chunk(data []byte, index uint32) {
	d.data, d.index = data, index
	c := d.file.readChunk(data)
	d.file.prints[index].Store(c.print)
	d.walker.reset(c)
	d.templates.enter(data)
	for more := true; more; {
		more = d.records()
	}
	d.batch.Damage = append(d.batch.Damage, d.file.account(&d.walker, int64(index), &d.stats)...)
	d.ending.add(endingOf(&d.walker, int64(index)))
}

// records decodes records up to the chunk's end. If the reader fails at one,
// through an error of its own, that record is lost and it returns true.
func (d *decoder) records() (failed bool) {
	var s span
	var at mark
	defer func() {
		if p := recover(); p != nil {
			d.rollback(at)
			d.broken(s, fmt.Errorf("%w: %v", errInternal, p))
			failed = true
		}
	}()
	for {
		var ok bool
		at = d.mark()
		if s, ok = d.walker.next(); !ok {
			return false
		}
		if err := d.record(s); err != nil {
			d.rollback(at)
			d.broken(s, err)
			continue
		}
		d.stats.Records++
		if s.recovered {
			d.stats.RecoveredRecords++
		} else {
			d.walker.read = s.offset
		}
	}
}

// mark is how much of a batch is complete.
type mark struct{ rows, values int }

func (d *decoder) mark() mark { return mark{len(d.batch.Rows), len(d.batch.Values)} }

func (d *decoder) rollback(m mark) {
	d.batch.Rows, d.batch.Values = d.batch.Rows[:m.rows], d.batch.Values[:m.values]
}

// broken says that a record cannot be read. Behind the chunk's stated end
// nothing is lost by it.
func (d *decoder) broken(s span, err error) {
	d.walker.broken(s, err)
}

// account turns what was found in a chunk into damage, and counts it.
func (f *File) account(w *walker, number int64, stats *event.FileStats) []event.Damage {
	var out []event.Damage
	c := &w.chunk
	base := f.chunkOffset(number)
	say := func(offset int, note bool, reason string) {
		out = append(out, event.Damage{File: f.id, Name: f.name, Chunk: number, Offset: base + int64(offset), Reason: reason, Note: note})
	}
	if c.damage != "" {
		stats.DamagedChunks++
		say(0, false, c.damage)
	} else if c.empty || !w.found && w.left == 0 && len(w.losses) == 0 {
		stats.EmptyChunks++
		if len(c.data) < chunkSize {
			say(0, true, fmt.Sprintf("the file ends with %d zero bytes, less than a chunk", len(c.data)))
		}
	}
	for i, l := range w.losses {
		if l.record {
			stats.DamagedRecords++
		}
		if i == maxLosses {
			say(l.offset, l.note, fmt.Sprintf("and %d more pieces of this chunk", len(w.losses)-i))
		}
		if i < maxLosses {
			say(l.offset, l.note, l.reason)
		}
	}
	if w.stale > 0 {
		say(c.free, true, fmt.Sprintf("%d records follow the end that the chunk states; they carry on its numbers and are read as its own", w.stale))
	}
	if w.left > 0 {
		say(c.free, true, fmt.Sprintf("%d older records recovered from behind the end of the chunk", w.left))
	}
	if w.beyond > 0 {
		say(c.free, true, fmt.Sprintf("%d older records behind the end of the chunk were overwritten in part and cannot be read", w.beyond))
	}
	return out
}

// maxLosses bounds how many pieces of damage one chunk is listed with. All are
// counted.
const maxLosses = 16

// unreadable accounts for the chunks from number to limit, or to the file's
// end, that cannot be read.
func (f *File) unreadable(number, limit int64, err error, stats *event.FileStats, e *ending) event.Damage {
	left := max(min(limit, int64(f.chunkCount()))-number, 0)
	stats.DamagedChunks += uint64(left)
	e.broken = append(e.broken, number)
	return event.Damage{
		File: f.id, Name: f.name, Chunk: number, Offset: f.chunkOffset(number),
		Reason: fmt.Sprintf("%d chunks cannot be read: %v", left, err),
	}
}
