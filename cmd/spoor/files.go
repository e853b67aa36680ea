package main

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"spoor/model/event"
	"spoor/parser"
	"spoor/parser/evidence"
)

// splitFrom is how large a file is, in bytes, that all workers read together.
// Of less, each reads another: a file of few runs of chunks keeps but one busy.
const splitFrom = 16 << 20

// files reads evidence in an order of size, the smallest first.
func (l *loading) files(ctx context.Context, order []event.FileID) {
	small := slices.IndexFunc(order, func(id event.FileID) bool { return l.v.logs[id].source.Size >= splitFrom })
	if small < 0 {
		small = len(order)
	}
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(l.v.jobs, small) {
		group.Go(func() {
			for ctx.Err() == nil {
				n := int(next.Add(1)) - 1
				if n >= small {
					return
				}
				l.file(ctx, order[n], 1)
			}
		})
	}
	group.Wait()
	for _, id := range order[small:] {
		if ctx.Err() != nil {
			return
		}
		l.file(ctx, id, l.v.jobs)
	}
}

// file reads one file with so many workers.
func (l *loading) file(ctx context.Context, id event.FileID, workers int) {
	log := l.v.logs[id]
	done := int64(0) // of the file's bytes
	defer func() { l.fileDone(log.source.Size - done) }()
	if l.skips(id) {
		return
	}
	file, err := l.v.begin(ctx, log, id)
	if err != nil {
		l.damage(id, err)
		return
	}
	defer l.v.end(log)
	damaged := false
	stats, err := file.Scan(ctx, l.options(workers), func(b *event.Batch) error {
		l.mu.Lock()
		defer l.mu.Unlock()
		done += b.Bytes
		l.progress.Done += b.Bytes
		damaged = damaged || slices.ContainsFunc(b.Damage, func(d event.Damage) bool { return !d.Note })
		l.builder.Add(b)
		l.tally()
		l.watch()
		return ctx.Err()
	})
	l.scanned(id, stats, err, damaged)
	if ctx.Err() != nil {
		return
	}
	switch {
	case err == nil && stats.Cut:
		err = errCut
	case err == nil:
		err = l.unchanged(ctx, id)
	}
	if err != nil && ctx.Err() == nil {
		l.damage(id, err)
	}
}

// scanned takes over how the scan of a file ended.
func (l *loading) scanned(id event.FileID, stats event.FileStats, err error, damaged bool) {
	source := l.v.logs[id].source
	l.v.log.Debug("read", "file", source.Name, "bytes", source.Size, "records", stats.Records, "damaged", stats.DamagedRecords, "error", err)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.surveyed != nil {
		l.surveyed[id] = scanned{stats, err == nil && !stats.Cut}
	}
	if stats.Records > 0 || err == nil && !damaged {
		l.read++
	}
	l.builder.FileDone(stats)
}

// fileDone counts a file, and those of its bytes that no batch had.
func (l *loading) fileDone(rest int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.progress.Done += rest
	l.progress.Files++
	l.tally()
}

func (l *loading) options(workers int) parser.Options {
	return parser.Options{Workers: workers, Pool: l.pool, Reuse: true, Ordered: l.chooses, Stop: l.full.Load}
}

var (
	errUnread = errors.New("not read: no memory was left for it")
	errCut    = errors.New("not read to its end: no memory was left for the rest")
)

// forWantOfMemory reports whether that is why a file was not read to its end.
func forWantOfMemory(reason string) bool {
	return reason == errUnread.Error() || reason == errCut.Error()
}

// watch ends reading where the memory is used up. What is kept by a choice is
// correlated alone, and takes next to nothing more.
func (l *loading) watch() {
	ahead := uint64(0)
	if !l.chooses {
		ahead = l.builder.Ahead()
	}
	if l.gauge.full(ahead) {
		l.full.Store(true)
	}
}

// skips reports whether a file is not read for want of memory, and records that.
func (l *loading) skips(id event.FileID) bool {
	if !l.full.Load() {
		return false
	}
	l.damage(id, errUnread)
	return true
}

// damage records that a whole file could not be read.
func (l *loading) damage(id event.FileID, err error) {
	name := l.v.logs[id].source.Name
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == errUnread || err == errCut {
		l.cut++
	}
	l.builder.AddDamage(event.Damage{File: id, Name: name, Chunk: -1, Offset: -1, Reason: evidence.Reason(err)})
}
