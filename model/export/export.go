// Package export writes what an analyst selected into files that stand on
// their own: the public records of sessions, their events, and a manifest that
// says where they came from.
package export

import (
	"context"
	"time"

	"spoor/model"
	"spoor/model/event"
)

// Format is the name of an export format.
type Format string

// The formats.
const (
	JSONL Format = "jsonl"
	JSON  Format = "json"
	CSV   Format = "csv" // a folder of two files: sessions and events
)

// Formats lists the formats in the order in which they are offered.
func Formats() []Format { return []Format{JSONL, CSV, JSON} }

// Request says what to export.
type Request struct {
	Snapshot *model.Snapshot
	Sessions []model.SessionRow
	Format   Format
	// Path is a file, or a folder for formats of several files. An existing
	// one is refused unless Overwrite is set.
	Path       string
	Overwrite  bool
	NoEvents   bool
	Zone       *time.Location
	Read       func(event.Ref) (*event.Record, error)
	Provenance Provenance
}

// Provenance is what the manifest says of the program that wrote it.
type Provenance struct {
	Version   string
	Arguments []string
	Filter    string
	Now       time.Time
}

// Result says what was written.
type Result struct {
	Paths    []string // what was asked for first, the manifest last
	Sessions int
	Events   int
}

// Write exports. Files are written under a temporary name, synced and renamed,
// with mode 0600; on error nothing is left under the final name.
func Write(ctx context.Context, r Request) (Result, error) { return Result{}, nil }

// DefaultPath returns a file name for an export made at now.
func DefaultPath(f Format, now time.Time) string { return "" }
