package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrNothing is returned when nothing was selected that the format tells of.
var ErrNothing = errors.New("no session to export")

// Write exports into files. They are written under a temporary name, synced
// and renamed, with mode 0600; on any error nothing is left under the final
// name. An existing target gives an error that wraps [fs.ErrExist] unless
// Overwrite is set. The manifest is written beside a file, or into the folder.
func Write(ctx context.Context, r Request) (Result, error) {
	if r.nothing() {
		return Result{}, ErrNothing
	}
	for _, path := range []string{r.Path, r.Path + manifestSuffix} {
		if err := guard(path, r.Snapshot.Files()); err != nil {
			return Result{}, err
		}
	}
	if r.Format.Folder() {
		return writeFolder(ctx, r)
	}
	return writeSingle(ctx, r)
}

// WriteTo exports to a stream, without a manifest. Formats of several files
// are refused.
func WriteTo(ctx context.Context, w io.Writer, r Request) (Result, error) {
	if r.nothing() {
		return Result{}, ErrNothing
	}
	switch {
	case len(layouts[r.Format].files) == 0:
		return Result{}, fmt.Errorf("unknown format %q", r.Format)
	case r.Format.Folder():
		return Result{}, fmt.Errorf("format %s needs a folder", r.Format)
	}
	c := newContent(ctx, r)
	err := c.write(w, layouts[r.Format].files[0])
	return c.result, err
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
