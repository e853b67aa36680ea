package parser

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"sync/atomic"

	"spoor/model/event"
)

// Options say how a file is scanned.
type Options struct {
	// Workers is how many decode at once; 0 means one a core.
	Workers int
	// Schemas says which events are indexed and which of their fields are
	// kept; nil means [event.NewSchemas].
	Schemas *event.Schemas
	// Pool, if not nil, is what scans of several files have in common. Its
	// schemas hold; all batches of its scans go to one receiver.
	Pool *Pool
	// Reuse says that emit keeps neither Rows nor Values of a batch once it
	// returns, so that the next batch may have their memory.
	Reuse bool
	// Ordered hands the batches over in the order of the file.
	Ordered bool
	// Stop, if not nil, is asked before more of the file is read; once it is
	// true, what is under way is still handed over, and then the scan ends
	// without an error. So all up to a place was read, and nothing after it.
	Stop func() bool
}

// A run of chunks makes one batch, 1 MiB. It is read in pieces that stay in a
// core's own cache until they are decoded.
const (
	runChunks   = 16
	pieceChunks = 4
)

// Scan reads every record of the file and calls emit with the rows of those
// that are indexed: that have a schema, or else a field that carries a logon
// ID. Every record, indexed or not, is counted in the batches' Runs. emit is
// never called twice at once, but batches come in any order of the file unless
// it is asked for; a batch belongs to emit (but see [Options]). Every byte of the file is in the Bytes of one batch.
//
// Scan ends early only with emit's error, the context's, an error from reading,
// or as Options.Stop wants; the statistics are then of what was read, and say
// so. Damage is in the batches.
func (f *File) Scan(ctx context.Context, options Options, emit func(*event.Batch) error) (event.FileStats, error) {
	if options.Pool == nil {
		options.Pool = NewPool(options.Schemas)
		options.Pool.dictionaries = uint64(f.id) << 32
	}
	if options.Workers <= 0 {
		options.Workers = runtime.GOMAXPROCS(0)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s := &scan{file: f, options: options, emit: emit, cancel: cancel}
	s.turned = sync.NewCond(&s.mu)
	defer context.AfterFunc(ctx, s.wake)()
	s.stats = f.stats()
	s.runs = int64((s.stats.Chunks + runChunks - 1) / runChunks)
	workers := int(max(min(int64(options.Workers), s.runs), 1))
	var group sync.WaitGroup
	for range workers {
		group.Go(func() { s.work(ctx) })
	}
	group.Wait()
	if s.stats.Cut = s.handed < s.runs; !s.stats.Cut {
		s.stats.Short = f.short(&s.ending)
	}
	return s.stats, context.Cause(ctx)
}

// scan is what the workers of one Scan share.
type scan struct {
	file    *File
	options Options
	cancel  context.CancelCauseFunc
	runs    int64        // how many there are
	next    atomic.Int64 // the run to take next

	mu     sync.Mutex // held while emit runs
	emit   func(*event.Batch) error
	stats  event.FileStats
	ending ending
	handed int64      // how many runs were handed over
	turn   int64      // the run to hand over next, where order is asked for
	turned *sync.Cond // turn or ctx changed
}

// wake lets those that wait for their turn see that their context has ended.
func (s *scan) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turned.Broadcast()
}

// work takes run after run until none is left.
func (s *scan) work(ctx context.Context) {
	d := s.options.Pool.take(s.file)
	defer s.options.Pool.give(d)
	if n := int(min(pieceChunks*chunkSize, max(s.file.size, 1))); len(d.buffer) < n {
		d.buffer = make([]byte, n)
	}
	for ctx.Err() == nil && (s.options.Stop == nil || !s.options.Stop()) {
		run := s.next.Add(1) - 1
		if run >= s.runs && (run > 0 || s.runs > 0) {
			return
		}
		if d.dictionary.name == 0 || d.dictionary.full() {
			d.newDictionary(s.options.Pool.dictionary())
		}
		batch := s.decode(ctx, d, run)
		if !s.hand(ctx, d, batch, run) {
			// What this batch adds to the dictionary is lost with it.
			d.dictionary.name = 0
			return
		}
		if s.options.Reuse {
			d.rows, d.values = batch.Rows[:0], batch.Values[:0]
		}
		if s.runs == 0 {
			return
		}
	}
}

// decode reads one run of chunks into a batch.
func (s *scan) decode(ctx context.Context, d *decoder, run int64) *event.Batch {
	d.begin()
	if run == 0 {
		d.batch.Damage = append(d.batch.Damage, s.file.notes...)
		d.batch.Bytes = min(s.file.header.base, s.file.size)
	}
	first := run * runChunks
	for at := first; at < first+runChunks && ctx.Err() == nil; at += pieceChunks {
		data, err := s.file.readChunks(d.buffer, at)
		d.batch.Bytes += int64(len(data))
		for i := 0; i < len(data); i += chunkSize {
			d.chunk(data[i:min(i+chunkSize, len(data))], uint32(at)+uint32(i/chunkSize))
		}
		if err != nil {
			damage := s.file.unreadable(at+int64(len(data)+chunkSize-1)/chunkSize, first+runChunks, err, &d.stats, &d.ending)
			d.batch.Damage = append(d.batch.Damage, damage)
			break
		}
	}
	return d.end()
}

// hand gives the batch of a run to emit. It reports whether to go on.
func (s *scan) hand(ctx context.Context, d *decoder, batch *event.Batch, run int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.options.Ordered && s.turn != run && ctx.Err() == nil {
		s.turned.Wait()
	}
	if ctx.Err() != nil {
		return false
	}
	batch.Final = d.dictionary.full()
	s.handed++
	s.turn = run + 1
	defer s.turned.Broadcast()
	add(&s.stats, &d.stats)
	s.ending.add(d.ending)
	d.stats, d.ending = event.FileStats{}, ending{}
	if err := s.emit(batch); err != nil {
		s.cancel(err)
		return false
	}
	return true
}

// add sums what chunks tell.
func add(sum, part *event.FileStats) {
	sum.DamagedChunks += part.DamagedChunks
	sum.EmptyChunks += part.EmptyChunks
	sum.Records += part.Records
	sum.DamagedRecords += part.DamagedRecords
	sum.RecoveredRecords += part.RecoveredRecords
}

// readChunks reads chunks from first on into buffer, fewer at the file's end.
// If the file ends before its size or cannot be read, it returns what there is
// and why.
func (f *File) readChunks(buffer []byte, first int64) ([]byte, error) {
	start := f.header.base + first*chunkSize
	want := min(int64(len(buffer)), f.size-start)
	if want <= 0 {
		return nil, nil
	}
	n, err := f.reader.ReadAt(buffer[:want], start)
	if int64(n) == want {
		return buffer[:n], nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		err = fmt.Errorf("the file has become shorter than the %d bytes it had when opened", f.size)
	}
	return buffer[:n], err
}
