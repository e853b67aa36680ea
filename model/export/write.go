package export

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"time"

	"spoor/model"
)

// ErrNothing is returned when no session was selected.
var ErrNothing = errors.New("no session to export")

// Write exports into files. They are written under a temporary name, synced
// and renamed, with mode 0600; on any error nothing is left under the final
// name. An existing target gives an error that wraps [fs.ErrExist] unless
// Overwrite is set. The manifest is written beside a file, or into the folder.
func Write(ctx context.Context, r Request) (Result, error) {
	if len(r.Sessions) == 0 {
		return Result{}, ErrNothing
	}
	for _, path := range []string{r.Path, r.Path + manifestSuffix} {
		if err := guard(path, r.Snapshot.Files()); err != nil {
			return Result{}, err
		}
	}
	if r.Format == CSV {
		return writeFolder(ctx, r)
	}
	return writeSingle(ctx, r)
}

// WriteTo exports to a stream, without a manifest. Formats of several files
// are refused.
func WriteTo(ctx context.Context, w io.Writer, r Request) (Result, error) {
	if len(r.Sessions) == 0 {
		return Result{}, ErrNothing
	}
	c := newContent(ctx, r)
	var err error
	switch r.Format {
	case JSONL:
		if err = Encode(w, JSONL, nil, c.sessions()); err == nil && !r.NoEvents {
			err = Encode(w, JSONL, nil, c.events())
		}
	case JSON:
		err = writeDocument(w, c, r.NoEvents)
	default:
		err = fmt.Errorf("format %s needs a folder", r.Format)
	}
	if err == nil {
		err = c.err
	}
	return c.result, err
}

// writeDocument writes one JSON object that holds both lists.
func writeDocument(w io.Writer, c *content, noEvents bool) error {
	if _, err := io.WriteString(w, "{\"sessions\": "); err != nil {
		return err
	}
	if err := Encode(w, JSON, nil, c.sessions()); err != nil {
		return err
	}
	if !noEvents {
		if _, err := io.WriteString(w, ", \"events\": "); err != nil {
			return err
		}
		if err := Encode(w, JSON, nil, c.events()); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "}\n")
	return err
}

// replace writes path by way of a temporary file in the same folder. Errors
// name path, not the temporary file.
func replace(path string, overwrite bool, write func(io.Writer) error) error {
	return named(replaceFile(path, overwrite, write), path)
}

func replaceFile(path string, overwrite bool, write func(io.Writer) error) (err error) {
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return &fs.PathError{Op: "write", Path: path, Err: ErrNoFile}
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".spoor-*")
	if err != nil {
		return err
	}
	name := f.Name()
	defer func() {
		if err != nil {
			f.Close()
		}
		os.Remove(name) // gone already after a rename
	}()
	if err = write(f); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	if overwrite {
		return os.Rename(name, path)
	}
	return place(name, path)
}

// content yields the records of an export and counts them.
type content struct {
	ctx     context.Context
	view    View
	rows    []model.SessionRow
	members map[model.EventRow][]string
	order   []model.EventRow
	result  Result
	err     error
}

func newContent(ctx context.Context, r Request) *content {
	c := &content{ctx: ctx, view: View{r.Snapshot, r.Read}, rows: r.Sessions}
	if r.NoEvents {
		return c
	}
	c.members = make(map[model.EventRow][]string)
	for _, row := range r.Sessions {
		id := r.Snapshot.Session(row).ID
		for _, e := range r.Snapshot.SessionEvents(row) {
			if c.members[e] == nil {
				c.order = append(c.order, e)
			}
			c.members[e] = append(c.members[e], id)
		}
	}
	SortEvents(r.Snapshot, c.order)
	return c
}

// SortEvents puts events in the order of their times; those of one moment by
// host and record number.
func SortEvents(s *model.Snapshot, rows []model.EventRow) {
	slices.SortStableFunc(rows, func(a, b model.EventRow) int {
		x, y := s.Event(a), s.Event(b)
		return cmp.Or(cmp.Compare(x.Time, y.Time), cmp.Compare(x.Host, y.Host), cmp.Compare(x.RecordID, y.RecordID))
	})
}

func (c *content) sessions() iter.Seq[Session] {
	return func(yield func(Session) bool) {
		for _, row := range c.rows {
			if c.err = c.ctx.Err(); c.err != nil {
				return
			}
			c.result.Sessions++
			if !yield(c.view.Session(row)) {
				return
			}
		}
	}
}

func (c *content) events() iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for _, row := range c.order {
			if c.err = c.ctx.Err(); c.err != nil {
				return
			}
			c.result.Events++
			if !yield(c.view.Event(row, c.members[row])) {
				return
			}
		}
	}
}

// now returns the time of an export; a Provenance without a clock has none.
func (p Provenance) now() time.Time {
	if p.Now == nil {
		return time.Time{}
	}
	return p.Now()
}

// Create writes a new file of mode 0600 by way of a temporary one in the same
// folder, so that the name never holds half of it. If the name is taken the
// error wraps [fs.ErrExist].
func Create(path string, fill func(io.Writer) error) error {
	if _, err := os.Lstat(path); err == nil {
		return &fs.PathError{Op: "write", Path: path, Err: fs.ErrExist}
	}
	return replace(path, false, fill)
}

// Replace does the same and takes the place of what has the name.
func Replace(path string, fill func(io.Writer) error) error {
	return replace(path, true, fill)
}
