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
	// Table is for people and for standard output only.
	Table Format = "table"
)

// Formats lists the formats in the order in which they are offered.
func Formats() []Format { return []Format{JSONL, CSV, JSON} }

// Request says what to export.
type Request struct {
	Snapshot *model.Snapshot
	Sessions []model.SessionRow
	Format   Format
	// Path is a file, or a folder for formats of several files. An existing
	// one is refused unless Overwrite is set; a folder is then replaced whole,
	// and only if it holds an export and nothing else.
	Path       string
	Overwrite  bool
	NoEvents   bool
	Zone       *time.Location
	Read       func(event.Ref) (*event.Record, error) // required unless NoEvents
	Provenance Provenance
}

// Provenance is what the manifest says of the program that wrote it.
type Provenance struct {
	Version   string
	Arguments []string
	Filter    string
	Now       func() time.Time
	// Hash returns the SHA-256 of a piece of evidence that the snapshot does
	// not know yet; nil leaves it out.
	Hash func(context.Context, event.FileID) (string, error)
}

// Result says what was written.
type Result struct {
	Paths    []string // what was asked for first, the manifest last
	Sessions int
	Events   int
}

// DefaultPath returns a name for an export made at now: one that sorts by
// time and that every file system accepts.
func DefaultPath(f Format, now time.Time) string {
	name := "tracks-" + now.UTC().Format("2006-01-02-150405")
	if f == CSV {
		return name
	}
	return name + "." + string(f)
}
