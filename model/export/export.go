// Package export writes what an analyst selected into files that stand on
// their own: the public records of sessions, their events and failed attempts,
// pages for a report, the original records, and a manifest that says where all
// of it came from.
package export

import (
	"context"
	"io"
	"time"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/findings"
)

// Request says what to export.
type Request struct {
	Snapshot *model.Snapshot
	Sessions []model.SessionRow
	// Beside is what is told of besides the sessions, such as of accounts that
	// have none.
	Beside
	Format Format
	// Path is a file, or a folder for formats of several files. An existing
	// one is refused unless Overwrite is set; a folder is then replaced whole,
	// and only if it holds an export and nothing else.
	Path      string
	Overwrite bool
	NoEvents  bool
	// MaskUnknownNames hides the names of accounts that only failed attempts
	// name: some are passwords, typed in the wrong field.
	MaskUnknownNames bool
	// NoFindings leaves findings out. They judge all of the evidence: a snapshot
	// of which only a part was kept cannot tell of any.
	NoFindings bool
	// LeftOut says what else was left out on request, before the export.
	LeftOut []string
	// Findings are those of the snapshot; nil lets them be searched for, by
	// Thresholds, where the format tells of any.
	Findings   *findings.Set
	Thresholds findings.Thresholds
	// Dismissals are the findings that an analyst set aside.
	Dismissals []findings.Dismissal
	Zone       *time.Location                         // of the times on pages for people; nil is UTC
	Read       func(event.Ref) (*event.Record, error) // required unless NoEvents
	NewLog     func(io.Writer) LogWriter              // required for EVTX
	Provenance Provenance
}

// Beside is what is no part of a session: accounts, which findings are about,
// findings, by their IDs, failed attempts, as indices of Snapshot.Failures, with
// their records, and further records.
type Beside struct {
	Accounts []model.AccountID
	Found    []string
	Attempts []int
	Records  []model.EventRow
	// Chosen says that of the accounts only what is of some time, hosts or
	// types was asked for.
	Chosen bool
}

// nothing reports whether a request names nothing that its format can tell of.
func (r *Request) nothing() bool {
	return len(r.Sessions) == 0 && (r.Format == Dot || len(r.Attempts)+len(r.Records) == 0)
}

// LogWriter writes a log of original records.
type LogWriter interface {
	// Write adds a record; where it fails, the log is as it was before.
	Write(*event.Record) error
	// Close completes the log. It fails where the disk did, whenever that was.
	Close() error
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

// now returns the time of an export; a Provenance without a clock has none.
func (p Provenance) now() time.Time {
	if p.Now == nil {
		return time.Time{}
	}
	return p.Now()
}

// Result says what was written.
type Result struct {
	Paths    []string // what was asked for first, the manifest last
	Sessions int
	Failures int
	Findings int
	Events   int
	// LeftOut says what was left out on request, and what tells it.
	LeftOut []string
	// Missing is the events that could not be written in full, and why; the
	// manifest lists them too.
	Missing []MissingEvent
	// Warnings are what whoever passes the export on must know.
	Warnings []string
}

// MissingEvent is an event that an export holds not at all, or without its
// fields.
type MissingEvent struct {
	Record Ref    `json:"record"`
	Why    string `json:"why"`
}

// DefaultPath returns a name for an export made at now: one that sorts by
// time and that every file system accepts.
func DefaultPath(f Format, now time.Time) string {
	return "tracks-" + now.UTC().Format("2006-01-02-150405") + layouts[f].suffix
}
