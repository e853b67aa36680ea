package model

import "spoor/model/event"

// Builder collects evidence. Its methods are called by one goroutine; the
// snapshots that it returns may be read by any.
type Builder struct{}

// NewBuilder returns an empty Builder.
func NewBuilder(schemas *event.Schemas) *Builder { return &Builder{} }

// AddFile announces a file. Files may be announced while others are read.
func (b *Builder) AddFile(event.File) {}

// Add takes over a batch.
func (b *Builder) Add(*event.Batch) {}

// AddDamage records what a reader could not read outside of any batch.
func (b *Builder) AddDamage(event.Damage) {}

// FileDone records that a file was read to its end.
func (b *Builder) FileDone(event.FileStats) {}

// SetHash records a file's SHA-256, in lower-case hexadecimal.
func (b *Builder) SetHash(event.FileID, string) {}

// Snapshot returns a provisional view of what is there. Hosts whose events
// have not doubled since the last snapshot keep their sessions as they were.
func (b *Builder) Snapshot() *Snapshot { return &Snapshot{} }

// Finish correlates everything and returns the final view.
func (b *Builder) Finish() *Snapshot { return &Snapshot{} }
