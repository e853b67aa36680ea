// Package bulk makes big Security logs for benchmarks and soaks: what a busy
// member server and its domain controller log, by the million, of no meaning
// beyond their shapes and the variety of their strings.
package bulk

import (
	"fmt"
	"io"
	"math"

	"spoor/parser/evtxwrite"
)

// Options say what the log is like. The same options give the same bytes.
type Options struct {
	Seed uint64
	// Unique makes every account and address a new one: the worst variety of
	// strings that an attacker could give a log.
	Unique bool
	// Users is how many accounts there are, few of them busy; 0 means 200.
	Users int
	// Computer is the host whose log it is; "" means srv01.werk.example.
	Computer string
	// Rendered writes every record as a collector keeps forwarded ones,
	// without a template.
	Rendered bool
}

// Write writes a log of at least size bytes, and less than a chunk more, to
// out and returns how many records it holds.
func Write(out io.Writer, size int64, o Options) (records uint64, err error) {
	return NewSeries(o).Write(out, size)
}

// Series is a log that is kept in several files, each going on where the one
// before is full: a file holds 4 GiB at most.
type Series struct{ source *source }

// NewSeries returns a Series of which nothing is written.
func NewSeries(o Options) *Series { return &Series{newSource(o)} }

// Write writes the next file, as Write does.
func (x *Series) Write(out io.Writer, size int64) (records uint64, err error) {
	return x.WriteRecords(out, size, math.MaxUint64)
}

// WriteRecords writes the next file, which ends at so many records if it has
// them before its size.
func (x *Series) WriteRecords(out io.Writer, size int64, most uint64) (records uint64, err error) {
	w := evtxwrite.NewWriter(out)
	write := w.Write
	if x.source.o.Rendered {
		write = w.WriteRendered
	}
	for w.Size() < size && w.Records() < most {
		if err := write(x.source.next()); err != nil {
			return w.Records(), fmt.Errorf("make a log: %w", err)
		}
	}
	return w.Records(), w.Close()
}
