// Package bulk makes big Security logs for benchmarks and soaks: what a busy
// member server and its domain controller log, by the million, of no meaning
// beyond their shapes and the variety of their strings.
package bulk

import (
	"fmt"
	"io"

	"spoor/parser/evtxwrite"
)

// Options say what the log is like. The same options give the same bytes.
type Options struct {
	Seed uint64
	// Unique makes every account and address a new one: the worst variety of
	// strings that an attacker could give a log.
	Unique bool
	// Rendered writes every record as a collector keeps forwarded ones,
	// without a template.
	Rendered bool
}

// Write writes a log of at least size bytes, and less than a chunk more, to
// out and returns how many records it holds.
func Write(out io.Writer, size int64, o Options) (records uint64, err error) {
	w := evtxwrite.NewWriter(out)
	s := newSource(o)
	write := w.Write
	if o.Rendered {
		write = w.WriteRendered
	}
	for w.Size() < size {
		if err := write(s.next()); err != nil {
			return w.Records(), fmt.Errorf("make a log: %w", err)
		}
	}
	return w.Records(), w.Close()
}
