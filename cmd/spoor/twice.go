package main

import (
	"cmp"
	"context"
	"errors"
	"runtime/debug"
	"slices"
	"strings"

	"spoor/model"
	"spoor/model/event"
	"spoor/parser"
)

// scanned is what a survey's scan of a file had.
type scanned struct {
	stats event.FileStats
	whole bool // it was read to its end
}

// collectAt is how much garbage there may be, in hundredths of what is kept,
// where evidence is read twice, and after: that is done to save memory.
const collectAt = 30

// twice reads all evidence to survey it, and again to keep what tells of the
// accounts, or of the time, that are asked for.
func (l *loading) twice(ctx context.Context, order []event.FileID) {
	debug.SetGCPercent(collectAt)
	l.builder.Survey(*l.v.choice)
	l.surveyed = map[event.FileID]scanned{}
	l.progress.Total *= 2
	order = l.inTheirOrder(ctx, order)
	for _, id := range order {
		if ctx.Err() != nil {
			break
		}
		l.file(ctx, id, l.v.jobs)
	}
	if l.full.Load() {
		l.abandon(ctx)
		return
	}
	if ctx.Err() != nil {
		l.finish(ctx, l.builder.Finish())
		return
	}
	l.builder.Select()
	for {
		// A dictionary must begin with the reading that its texts are for.
		l.pool = parser.NewPool(l.v.schemas)
		for _, id := range order {
			l.again(ctx, id)
		}
		if l.full.Load() {
			l.abandon(ctx)
			return
		}
		if ctx.Err() != nil {
			l.finish(ctx, l.builder.Finish())
			return
		}
		s := l.builder.Selected()
		for name, why := range l.builder.WholeComputers() {
			l.v.log.Debug("kept whole", "computer", name, "why", why)
		}
		if s != nil {
			l.finish(ctx, s)
			return
		}
		l.progress.Done -= l.progress.Total / 2
	}
}

// abandon gives up where the memory is used up: of what is kept to choose by,
// nothing may be shown, as much of it is missing on purpose.
func (l *loading) abandon(ctx context.Context) {
	l.builder = model.NewBuilder(l.v.schemas)
	l.cut, l.read, l.short = 0, 0, true
	for i, log := range l.v.logs {
		l.builder.AddFile(event.File{ID: event.FileID(i), Name: log.source.Name, Size: log.source.Size})
		l.damage(event.FileID(i), errUnread)
	}
	l.finish(ctx, l.builder.Finish())
}

// again reads a file that was surveyed.
func (l *loading) again(ctx context.Context, id event.FileID) {
	was, ok := l.surveyed[id]
	if !ok || ctx.Err() != nil {
		return
	}
	log := l.v.logs[id]
	before := l.progress.Done
	defer func() { l.progress.Done = before + log.source.Size }()
	file, err := l.v.begin(ctx, log, id)
	if err != nil {
		l.damage(id, err)
		return
	}
	defer l.v.end(log)
	stats, err := file.Scan(ctx, l.options(l.v.jobs), func(b *event.Batch) error {
		l.progress.Done += b.Bytes
		l.builder.Add(b)
		l.tally()
		l.watch()
		return ctx.Err()
	})
	switch {
	case ctx.Err() != nil:
	case was.whole && err != nil:
		l.damage(id, err)
	case was.whole && stats != was.stats:
		l.damage(id, errors.New("it changed while it was read"))
	}
	l.builder.FileDone(was.stats)
}

// inTheirOrder orders files by the log that they begin with and its records,
// so that parts of one log follow one another.
func (l *loading) inTheirOrder(ctx context.Context, ids []event.FileID) []event.FileID {
	type beginning struct {
		id                event.FileID
		computer, channel string
		record            uint64
	}
	all := make([]beginning, len(ids))
	for i, id := range ids {
		all[i].id = id
		l.peek(ctx, id, func(computer, channel string, record uint64) {
			all[i] = beginning{id, strings.ToLower(computer), strings.ToLower(channel), record}
		})
	}
	slices.SortStableFunc(all, func(a, b beginning) int {
		return cmp.Or(cmp.Compare(a.computer, b.computer), cmp.Compare(a.channel, b.channel), cmp.Compare(a.record, b.record))
	})
	out := make([]event.FileID, len(all))
	for i, b := range all {
		out[i] = b.id
	}
	return out
}

var errPeeked = errors.New("seen enough")

// peek says how a log begins; nothing where that cannot be read.
func (l *loading) peek(ctx context.Context, id event.FileID, found func(computer, channel string, record uint64)) {
	log := l.v.logs[id]
	file, err := l.v.begin(ctx, log, id)
	if err != nil {
		return
	}
	defer l.v.end(log)
	_, _ = file.Scan(ctx, parser.Options{Workers: 1, Schemas: l.v.schemas}, func(b *event.Batch) error {
		if len(b.Runs) == 0 {
			return nil
		}
		text := func(id event.StringID) string {
			if at := int(id) - int(b.FirstText); at >= 0 && at < len(b.Texts) {
				return b.Texts[at]
			}
			return ""
		}
		found(text(b.Runs[0].Computer), text(b.Runs[0].Channel), b.Runs[0].FirstID)
		return errPeeked
	})
}
