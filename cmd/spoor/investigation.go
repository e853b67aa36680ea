package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"spoor/model"
	"spoor/model/event"
	"spoor/parser"
	"spoor/parser/evidence"
	"spoor/tui"
)

// investigation reads evidence into the model, and single records again when
// somebody looks at them.
type investigation struct {
	find  finder
	jobs  int
	carve bool // read the pieces of logs in files that are none
	hash  bool // hash each file as it is read
	// drafts has what was read so far published now and then. Their memory
	// counts, so that it is chance how much can be read where that is scarce.
	drafts bool
	// choice says whose sessions alone will be looked at: then evidence of
	// choiceFrom bytes or more is read twice, to keep only what tells of these.
	// It may be nil.
	choice     *model.Choice
	choiceFrom int64
	narrows    string // flags that a choice asks for besides --prefilter
	room       room   // for the evidence in memory
	folder     string // that relative names of evidence are under; "" for names that are no paths
	now        func() time.Time
	log        *slog.Logger
	schemas    *event.Schemas

	mu     sync.Mutex
	set    *evidence.Set
	logs   []*evidenceLog // by FileID
	open   []*evidenceLog // those whose content is open for single records
	most   int            // of these
	closed bool
}

// evidenceLog is one file of the evidence. Its file reads through it, so that
// the content can be closed and opened again behind it.
type evidenceLog struct {
	source   evidence.Source
	content  evidence.Content // nil while closed
	file     *parser.File     // nil until it was read once
	scanning bool
}

// ReadAt implements io.ReaderAt.
func (l *evidenceLog) ReadAt(p []byte, off int64) (int, error) { return l.content.ReadAt(p, off) }

// openLogs is how many files stay open for reading single records again: at
// most, and by a share of those that may be open at all.
const (
	openLogs      = 32
	openLogsShare = 8
)

// otherFiles is how many open files are for all else but the logs that are read:
// the standard three, the runtime's own, the terminal, the collections that logs
// lie in, and an export with its tables.
const otherFiles = 16

// filesPerWorker is how many files a worker has open: the log that it reads, and
// the same once more to see that it is as it was.
const filesPerWorker = 2

// tallyEvery is how often tallies are published while loading.
const tallyEvery = 250 * time.Millisecond

func newInvestigation(find finder, jobs int, now func() time.Time) *investigation {
	v := &investigation{find: find, jobs: max(1, jobs), now: now, log: slog.New(slog.DiscardHandler), schemas: event.NewSchemas(), most: openLogs}
	if most := mostOpen(); most > 0 {
		v.most = int(min(openLogs, max(1, most/openLogsShare)))
		v.jobs = workersWithin(v.jobs, most)
	}
	return v
}

// workersWithin returns how many of so many workers find enough files where so
// many may be open: a log is rather read later than not.
func workersWithin(jobs int, open uint64) int {
	if open <= otherFiles+filesPerWorker {
		return 1
	}
	return int(min(uint64(jobs), (open-otherFiles)/filesPerWorker))
}

// Close gives back files and temporary space.
func (v *investigation) Close() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.closed = true
	for _, l := range v.open {
		l.content.Close()
	}
	v.open = nil
	if v.set != nil {
		v.set.Close()
	}
}

// Load reads all evidence, smallest files first, unless memory may be too scarce
// for all of it, and publishes how far it is.
// Cancelling ctx stops reading; what is there is then published as stopped.
func (v *investigation) Load(ctx context.Context, publish func(tui.Progress)) {
	l := &loading{v: v, builder: model.NewBuilder(v.schemas), pool: parser.NewPool(v.schemas), publish: publish, gauge: v.room.gauge()}
	l.run(ctx)
}

// loading is one pass over the evidence.
type loading struct {
	v    *investigation
	pool *parser.Pool

	mu       sync.Mutex // guards the following while several files are read
	builder  *model.Builder
	publish  func(tui.Progress)
	progress tui.Progress
	read     int // files of which something could be read
	chooses  bool
	surveyed map[event.FileID]scanned
	told     time.Time     // when progress was last published
	last     time.Time     // when a snapshot was
	cost     time.Duration // of the last snapshot
	done     int64         // bytes that it was made of
	gauge    gauge
	full     atomic.Bool // no more is read
	short    bool        // what was read is not enough to show any of it
	cut      int         // files of which not all was read for that
}

func (l *loading) run(ctx context.Context) {
	defer sparingly()()
	set := l.v.find(ctx)
	l.v.mu.Lock()
	l.v.set = set
	l.v.mu.Unlock()
	order := l.announce(set)
	l.last = l.v.now()
	l.publish(l.progress)
	if l.chooses = l.v.choice != nil && l.progress.Total >= l.v.choiceFrom; l.chooses {
		l.twice(ctx, order)
		return
	}
	for _, ids := range l.byWorth(ctx, order) {
		l.files(ctx, ids)
	}
	l.pool = nil // correlating needs the memory of its buffers
	l.finish(ctx, l.builder.Finish())
}

// finish publishes the outcome.
func (l *loading) finish(ctx context.Context, s *model.Snapshot) {
	l.v.log.Info("correlated", "files", l.progress.TotalFiles, "records", s.Records(), "events", s.EventCount(), "sessions", s.SessionCount(), "hosts", len(s.Hosts()))
	p := l.progress
	p.Snapshot = s
	p.Finished, p.Stopped = true, ctx.Err() != nil
	if l.full.Load() && l.cut > 0 {
		p.Reached = l.v.room.reached(l.cut, p.TotalFiles, l.v.narrows)
	}
	if l.short {
		p.Err, p.Reached = errors.New(l.v.room.short()), ""
	} else if l.read == 0 && !p.Stopped {
		p.Err = errNothing
	}
	l.publish(p)
}

var errNothing = errors.New("nothing could be read")

// announce tells the builder of every source and problem, and returns the
// sources smallest first, so that something shows soon.
func (l *loading) announce(set *evidence.Set) []event.FileID {
	var order []event.FileID
	logs := make([]*evidenceLog, len(set.Sources))
	for i, s := range set.Sources {
		id := event.FileID(i)
		logs[i] = &evidenceLog{source: s}
		order = append(order, id)
		l.builder.AddFile(event.File{ID: id, Name: s.Name, Size: s.Size})
		l.progress.Total += s.Size
	}
	l.v.mu.Lock()
	l.v.logs = logs
	l.v.mu.Unlock()
	l.progress.TotalFiles = len(order)
	l.progress.Evidence = evidenceKey(set.Sources, l.v.folder)
	for i, p := range set.Problems {
		id := event.FileID(len(set.Sources) + i)
		l.builder.AddFile(event.File{ID: id, Name: p.Name})
		l.builder.AddDamage(event.Damage{File: id, Name: p.Name, Chunk: -1, Offset: -1, Reason: p.Reason(), Note: p.Note})
	}
	slices.SortStableFunc(order, func(a, b event.FileID) int {
		x, y := set.Sources[a].Size, set.Sources[b].Size
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	return order
}

// unchanged opens a file once more after it was scanned, to hash it if that is
// wanted: a file that grew or vanished meanwhile cannot be opened as it was.
func (l *loading) unchanged(ctx context.Context, id event.FileID) error {
	if !l.v.hash {
		l.v.mu.Lock()
		content, err := l.v.opened(l.v.logs[id].source)
		l.v.mu.Unlock()
		if err != nil {
			return err
		}
		return content.Close()
	}
	sum, err := l.v.Hash(ctx, id)
	if err == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.builder.SetHash(id, sum)
	}
	return err
}

// tally publishes every quarter of a second how far reading is. A snapshot comes
// with that if a quarter of a second and ten times what the last one cost have gone
// by since, and reading will last as long: one that is made right before the end is
// in its way.
func (l *loading) tally() {
	if l.publish == nil {
		return
	}
	if l.chooses || !l.v.drafts {
		l.publish(l.progress)
		return
	}
	now := l.v.now()
	since, least := now.Sub(l.last), max(tallyEvery, 10*l.cost)
	p := l.progress
	switch {
	case since >= least && l.left(since) >= least:
		p.Snapshot = l.builder.Snapshot()
		l.last = l.v.now()
		l.cost, l.done, l.told = l.last.Sub(now), p.Done, l.last
	case now.Sub(l.told) >= tallyEvery:
		l.told = now
	default:
		return
	}
	l.publish(p)
}

// left is how long reading will still take, if it goes on as since the last
// snapshot.
func (l *loading) left(since time.Duration) time.Duration {
	p := &l.progress
	return time.Duration(float64(since) * float64(p.Total-p.Done) / float64(max(1, p.Done-l.done)))
}

// begin opens a log for scanning; end lets go of it.
func (v *investigation) begin(ctx context.Context, log *evidenceLog, id event.FileID) (*parser.File, error) {
	v.mu.Lock()
	v.letGo(log)
	content, err := v.opened(log.source)
	if err != nil {
		v.mu.Unlock()
		return nil, err
	}
	log.content = content
	v.mu.Unlock()
	// Carving reads all of a file; others are looked at meanwhile.
	file, err := openLog(ctx, log, log.source, id, v.carve)
	v.mu.Lock()
	defer v.mu.Unlock()
	if err != nil {
		content.Close()
		log.content = nil
		return nil, err
	}
	log.file, log.scanning = file, true
	return file, nil
}

// openLog recognises a log; with carve, also the pieces of logs in a file that
// is none.
func openLog(ctx context.Context, r io.ReaderAt, source evidence.Source, id event.FileID, carve bool) (*parser.File, error) {
	file, err := parser.Open(r, source.Size, id, source.Name)
	if err == nil && source.Broken != nil {
		file.BreakOff("unpacking it broke off: " + evidence.Reason(source.Broken))
	}
	if !carve || !errors.Is(err, parser.ErrNotEVTX) {
		return file, err
	}
	file, err = parser.Carve(ctx, r, source.Size, id, source.Name)
	if errors.Is(err, parser.ErrNoChunks) {
		err = fmt.Errorf("%w, and %w", parser.ErrNotEVTX, err)
	}
	return file, err
}

func (v *investigation) end(log *evidenceLog) {
	v.mu.Lock()
	defer v.mu.Unlock()
	log.scanning = false
	v.keep(log)
}

// Read decodes one record again, completely.
func (v *investigation) Read(ref event.Ref) (*event.Record, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed || int(ref.File) >= len(v.logs) || v.logs[ref.File].file == nil {
		return nil, fmt.Errorf("evidence file %d is not open", ref.File)
	}
	log := v.logs[ref.File]
	if log.content == nil {
		content, err := v.opened(log.source)
		if err != nil {
			return nil, err
		}
		log.content = content
	}
	if !log.scanning {
		v.keep(log)
	}
	return log.file.Record(ref)
}

// keep makes log the newest of the open ones, and closes the oldest where
// there are too many.
func (v *investigation) keep(log *evidenceLog) {
	if i := slices.Index(v.open, log); i >= 0 {
		v.open = slices.Delete(v.open, i, i+1)
	}
	v.open = append(v.open, log)
	if len(v.open) > v.most {
		v.letGo(v.open[0])
	}
}

// letGo closes a log if it is one of the open ones.
func (v *investigation) letGo(log *evidenceLog) {
	if i := slices.Index(v.open, log); i >= 0 {
		v.open = slices.Delete(v.open, i, i+1)
		log.content.Close()
		log.content = nil
	}
}

// opened opens a log. Where the system lets no more files be open, those go
// that are only kept, the oldest first.
func (v *investigation) opened(source evidence.Source) (evidence.Content, error) {
	for {
		content, err := source.Open()
		if len(v.open) == 0 || !errors.Is(err, syscall.EMFILE) && !errors.Is(err, syscall.ENFILE) {
			return content, err
		}
		v.letGo(v.open[0])
	}
}

// Hash returns the SHA-256 of a file of the evidence; of a member of a
// collection, that of the member.
func (v *investigation) Hash(ctx context.Context, id event.FileID) (string, error) {
	v.mu.Lock()
	if v.closed || int(id) >= len(v.logs) {
		v.mu.Unlock()
		return "", fmt.Errorf("no such evidence file: %d", id)
	}
	source := v.logs[id].source
	content, err := v.opened(source)
	v.mu.Unlock()
	if err != nil {
		return "", err
	}
	defer content.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, contextReader{ctx, io.NewSectionReader(content, 0, source.Size)}); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", sum.Sum(nil)), nil
}

// contextReader stops reading when its context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
