package evtxwrite

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"spoor/model/event"
)

// Collection writes many logs into one zip, as collectors of evidence do. It
// keeps the logs in memory until it is closed. The same records give the same
// bytes (of one version of Go's compressor).
type Collection struct {
	out      io.Writer
	modified time.Time
	logs     map[string]*member
}

type member struct {
	bytes  bytes.Buffer
	writer *Writer
}

// NewCollection returns an empty collection. Modified is the time that the
// zip says its files are of.
func NewCollection(out io.Writer, modified time.Time) *Collection {
	return &Collection{out: out, modified: modified.UTC(), logs: make(map[string]*member)}
}

// Add adds a record to the log of that path in the zip.
func (c *Collection) Add(log string, r *event.Record) error {
	m := c.logs[log]
	if m == nil {
		m = &member{}
		m.writer = NewWriter(&m.bytes)
		c.logs[log] = m
	}
	if err := m.writer.Write(r); err != nil {
		return fmt.Errorf("%s: %w", log, err)
	}
	return nil
}

// Clear empties a log, as somebody clearing it does.
func (c *Collection) Clear(log string) { delete(c.logs, log) }

// Close writes the zip, its members in the order of their paths. It does not
// close out.
func (c *Collection) Close() error {
	z := zip.NewWriter(c.out)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	for _, path := range slices.Sorted(maps.Keys(c.logs)) {
		m := c.logs[path]
		if err := m.writer.Close(); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Deflate, Modified: c.modified})
		if err == nil {
			_, err = w.Write(m.bytes.Bytes())
		}
		if err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write zip: %w", err)
	}
	return nil
}
