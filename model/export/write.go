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
	if err := guard(r.Path, r.Snapshot.Files()); err != nil {
		return Result{}, err
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

func writeSingle(ctx context.Context, r Request) (Result, error) {
	beside := r.Path + ".manifest.json"
	if !r.Overwrite {
		for _, path := range []string{r.Path, beside} {
			if _, err := os.Lstat(path); err == nil {
				return Result{}, &fs.PathError{Op: "write", Path: path, Err: fs.ErrExist}
			}
		}
	}
	var result Result
	err := replace(r.Path, r.Overwrite, func(w io.Writer) error {
		var err error
		result, err = WriteTo(ctx, w, r)
		return err
	})
	if err != nil {
		return Result{}, err
	}
	err = replace(beside, r.Overwrite, func(w io.Writer) error {
		return writeManifest(ctx, w, r, result, []string{r.Path})
	})
	if err != nil {
		return Result{}, errors.Join(err, os.Remove(r.Path))
	}
	result.Paths = []string{r.Path, beside}
	return result, nil
}

// writeFolder fills a temporary folder and renames it, so that the final name
// never holds half of an export. Into an existing folder it renames the files
// one by one, the manifest last.
func writeFolder(ctx context.Context, r Request) (Result, error) {
	info, err := os.Lstat(r.Path)
	exists := err == nil
	if exists && (!r.Overwrite || !info.IsDir()) {
		return Result{}, &fs.PathError{Op: "write", Path: r.Path, Err: fs.ErrExist}
	}
	temporary, err := os.MkdirTemp(filepath.Dir(r.Path), ".spoor-*")
	if err != nil {
		return Result{}, err
	}
	defer os.RemoveAll(temporary)
	c := newContent(ctx, r)
	columns := Columns{}
	names := []string{"sessions.csv"}
	err = replace(filepath.Join(temporary, names[0]), false, func(w io.Writer) error {
		return Encode(w, CSV, columns.Sessions(), c.sessions())
	})
	if err == nil && !r.NoEvents {
		names = append(names, "events.csv")
		err = replace(filepath.Join(temporary, names[1]), false, func(w io.Writer) error {
			return Encode(w, CSV, columns.Events(), c.events())
		})
	}
	if err = errors.Join(err, c.err); err != nil {
		return Result{}, err
	}
	var paths []string
	for _, name := range names {
		paths = append(paths, filepath.Join(temporary, name))
	}
	names = append(names, "manifest.json")
	err = replace(filepath.Join(temporary, "manifest.json"), false, func(w io.Writer) error {
		return writeManifest(ctx, w, r, c.result, paths)
	})
	if err != nil {
		return Result{}, err
	}
	for _, name := range names {
		c.result.Paths = append(c.result.Paths, filepath.Join(r.Path, name))
	}
	if !exists {
		return c.result, os.Rename(temporary, r.Path)
	}
	for i, name := range names {
		if err := os.Rename(filepath.Join(temporary, name), c.result.Paths[i]); err != nil {
			return Result{}, err
		}
	}
	return c.result, nil
}

// replace writes path by way of a temporary file in the same folder. Errors
// name path, not the temporary file.
func replace(path string, overwrite bool, write func(io.Writer) error) error {
	err := replaceFile(path, overwrite, write)
	var at *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &at):
		return &fs.PathError{Op: "write", Path: path, Err: at.Err}
	case errors.As(err, &link):
		return &fs.PathError{Op: "write", Path: path, Err: link.Err}
	}
	return err
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
	// A hard link fails if the name is taken, which a rename does not; where
	// links are not to be had, look and rename.
	switch err = os.Link(name, path); {
	case err == nil, errors.Is(err, fs.ErrExist):
		return err
	}
	if _, err = os.Lstat(path); err == nil {
		return &fs.PathError{Op: "write", Path: path, Err: fs.ErrExist}
	}
	return os.Rename(name, path)
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
