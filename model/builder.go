package model

import (
	"slices"

	"spoor/model/event"
)

// Builder collects evidence. Its methods are called by one goroutine; the
// snapshots that it returns may be read by any.
type Builder struct {
	store   *store
	files   []event.File
	stats   map[event.FileID]event.FileStats
	damage  []event.Damage
	records uint64
	views   map[uint32]*hostView // by the lowest stream of the host
	names   *foldedNames
	pre     *prefilter // nil: all is kept
}

// NewBuilder returns an empty Builder.
func NewBuilder(schemas *event.Schemas) *Builder {
	return &Builder{store: newStore(schemas), stats: map[event.FileID]event.FileStats{}, views: map[uint32]*hostView{}, names: newFoldedNames()}
}

// AddFile announces a file. Files may be announced while others are read.
func (b *Builder) AddFile(f event.File) {
	if n := int(f.ID) + 1; n > len(b.files) {
		b.files = append(b.files, make([]event.File, n-len(b.files))...)
	}
	b.files[f.ID] = f
}

// Add takes over a batch.
func (b *Builder) Add(batch *event.Batch) {
	if b.pre != nil {
		b.pre.take(b, batch)
		return
	}
	reader := b.store.lexicon.learn(batch, false)
	for i := range batch.Runs {
		run := &batch.Runs[i]
		b.records += run.Count
		at := b.store.streamOf(batch.File, reader.text(uint64(run.Computer)), reader.text(uint64(run.Channel)))
		b.store.logs[at].addRun(run)
	}
	var at uint32
	for i := range batch.Rows {
		in := &batch.Rows[i]
		if i == 0 || in.Computer != batch.Rows[i-1].Computer || in.Channel != batch.Rows[i-1].Channel {
			at = b.store.streamOf(batch.File, reader.text(uint64(in.Computer)), reader.text(uint64(in.Channel)))
		}
		if n, ok := b.store.add(batch, in, reader, at); ok {
			b.store.noteRow(at, n)
		}
	}
	b.damage = append(b.damage, batch.Damage...)
}

// AddDamage records what a reader could not read outside of any batch.
func (b *Builder) AddDamage(d event.Damage) { b.damage = append(b.damage, d) }

// FileDone records that a file was read, to its end unless the statistics say
// otherwise.
func (b *Builder) FileDone(s event.FileStats) {
	b.stats[s.File] = s
	for i := range b.store.logs {
		if log := &b.store.logs[i]; log.file == s.File {
			log.cut, log.carved = s.Cut || s.Short != "", s.Carved
		}
	}
	if b.pre != nil {
		b.pre.fileDone(b.store, s.File)
	}
}

// SetHash records a file's SHA-256, in lower-case hexadecimal.
func (b *Builder) SetHash(id event.FileID, sha256 string) {
	if int(id) < len(b.files) {
		b.files[id].SHA256 = sha256
	}
}

// What correlating takes at its most besides what was collected, in bytes: for
// each event, and for each triple of SID, name and domain. Where every event
// tells of somebody new, the second is all of it.
const (
	eventAhead     = 48
	principalAhead = 400
)

// Ahead returns about how many bytes of memory Finish will take at its most
// besides what the evidence takes already, so that who adds can stop in time.
func (b *Builder) Ahead() uint64 {
	return eventAhead*uint64(b.store.count) + principalAhead*uint64(len(b.store.lexicon.principals))
}

// Snapshot returns a provisional view of what is there. Hosts whose events
// have not doubled since the last snapshot keep their sessions as they were.
func (b *Builder) Snapshot() *Snapshot { return b.snapshot(true) }

// Finish correlates everything and returns the final view.
func (b *Builder) Finish() *Snapshot { return b.snapshot(false) }

func (b *Builder) snapshot(provisional bool) *Snapshot {
	t := b.store.view()
	if !provisional {
		b.views = nil // all are made anew, and need the memory of these
	}
	names := b.fileNames()
	groups := identify(&t, b.store.logs, names)
	views := make(map[uint32]*hostView, len(groups))
	hosts := make([]*hostView, len(groups))
	var again []int
	for i, g := range groups {
		hosts[i] = b.views[g.streams[0]]
		if !provisional || hosts[i] == nil || b.outdated(hosts[i], g) {
			again = append(again, i)
		}
	}
	eachAtOnce(again, func(i int) { hosts[i] = correlate(&t, b.store.logs, groups[i], names, b.pre.sifted(&t, groups[i])) })
	for i, g := range groups {
		views[g.streams[0]] = hosts[i]
	}
	s := newSnapshot(b, t, groups, hosts, provisional)
	if provisional {
		b.views = views
		return s
	}
	for _, v := range hosts {
		v.uses, v.locals = nil, nil // the accounts have them, and no other snapshot follows
	}
	return s
}

// outdated reports whether a host must be correlated again: it has twice the
// events, or no longer all the logs, that it had then.
func (b *Builder) outdated(v *hostView, g hostGroup) bool {
	for _, s := range v.streams {
		if _, ok := slices.BinarySearch(g.streams, s); !ok {
			return true
		}
	}
	n := 0
	for _, s := range g.streams {
		n += b.store.logs[s].events
	}
	return n >= 2*v.rows
}

func (b *Builder) fileNames() []string {
	names := make([]string, len(b.files))
	for i, f := range b.files {
		names[i] = f.Name
	}
	return names
}
