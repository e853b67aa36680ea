package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// manifestName is that of the manifest in a folder.
const manifestName = "manifest.json"

// errNoExport refuses to replace a folder that holds more than an export: what
// else is in it is nobody's to remove.
var errNoExport = fmt.Errorf("%w, and is no export that could be replaced", fs.ErrExist)

// writeSingle writes a file and the manifest beside it.
func writeSingle(ctx context.Context, r Request) (Result, error) {
	names := []string{r.Path, r.Path + manifestSuffix}
	for _, path := range names {
		if err := mayTakeFile(path, r.Overwrite); err != nil {
			return Result{}, err
		}
	}
	return staged(r, names, func(s *stage) (Result, error) {
		c := newContent(ctx, r)
		err := s.write(names[0], func(w io.Writer) error { return c.write(w, layouts[r.Format].files[0]) })
		if err == nil {
			err = s.write(names[1], func(w io.Writer) error { return c.writeManifest(w, []string{s.of(names[0])}) })
		}
		c.result.Paths = names
		return c.result, err
	})
}

// writeFolder writes a folder of several files and the manifest.
func writeFolder(ctx context.Context, r Request) (Result, error) {
	r.Path = filepath.Clean(r.Path)
	if err := mayTakeFolder(r.Path, r.Format, r.Overwrite); err != nil {
		return Result{}, err
	}
	return staged(r, []string{r.Path}, func(s *stage) (Result, error) {
		if err := os.Mkdir(s.of(r.Path), 0o700); err != nil {
			return Result{}, err
		}
		c := newContent(ctx, r)
		var written []string
		for _, file := range layouts[r.Format].files {
			if file.events && r.NoEvents || file.findings && r.NoFindings {
				continue
			}
			err := s.write(filepath.Join(r.Path, file.name), func(w io.Writer) error { return c.write(w, file) })
			if err != nil {
				return Result{}, err
			}
			written = append(written, file.name)
		}
		var at []string
		for _, name := range written {
			c.result.Paths = append(c.result.Paths, filepath.Join(r.Path, name))
			at = append(at, s.of(filepath.Join(r.Path, name)))
		}
		manifest := filepath.Join(r.Path, manifestName)
		c.result.Paths = append(c.result.Paths, manifest)
		return c.result, s.write(manifest, func(w io.Writer) error { return c.writeManifest(w, at) })
	})
}

// mayTakeFile reports why a file of that name may not be written.
func mayTakeFile(path string, overwrite bool) error {
	info, err := os.Lstat(path)
	if err != nil {
		return nil // there is none, or writing will say
	}
	switch {
	case !overwrite:
		return &fs.PathError{Op: "write", Path: path, Err: fs.ErrExist}
	case !info.Mode().IsRegular():
		return &fs.PathError{Op: "write", Path: path, Err: ErrNoFile}
	}
	return nil
}

// mayTakeFolder does the same for a folder: only one that holds an export and
// nothing else is replaced.
func mayTakeFolder(path string, f Format, overwrite bool) error {
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return nil // there is none, or writing will say
	case !overwrite || !info.IsDir():
		return &fs.PathError{Op: "write", Path: path, Err: fs.ErrExist}
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	manifest := false
	for _, e := range entries {
		switch name := e.Name(); {
		case name == manifestName:
			manifest = true
		case slices.ContainsFunc(layouts[f].files, func(p part) bool { return p.name == name }):
		default:
			return &fs.PathError{Op: "write", Path: path, Err: errNoExport}
		}
	}
	if !manifest {
		return &fs.PathError{Op: "write", Path: path, Err: errNoExport}
	}
	return nil
}

// stage is a folder beside the target in which an export is made in full, so
// that the names asked for never hold half of one.
type stage struct {
	folder string
	parent string // of the target
}

// staged makes an export and gives it its names, all of them or none. Errors
// name what was asked for.
func staged(r Request, names []string, fill func(*stage) (Result, error)) (Result, error) {
	s := &stage{parent: filepath.Dir(r.Path)}
	var err error
	if s.folder, err = os.MkdirTemp(s.parent, ".spoor-*"); err != nil {
		return Result{}, named(err, r.Path)
	}
	result, err := fill(s)
	if err == nil {
		err = s.install(names, r.Overwrite)
	}
	var lost *leftError
	if errors.As(err, &lost) {
		return Result{}, err
	}
	if removed := os.RemoveAll(s.folder); err == nil && removed != nil {
		return result, fmt.Errorf("the export is written, but what it was made in is left behind: %w", removed)
	}
	if err != nil {
		return Result{}, s.asked(err, r.Path)
	}
	return result, nil
}

// of returns where the file or folder of that name lies until it is installed.
func (s *stage) of(name string) string {
	rel, err := filepath.Rel(s.parent, name)
	if err != nil {
		rel = filepath.Base(name)
	}
	return filepath.Join(s.folder, rel)
}

// write makes a file of mode 0600.
func (s *stage) write(name string, fill func(io.Writer) error) error {
	f, err := os.OpenFile(s.of(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err = fill(f); err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// leftError says where an earlier export lies that could not be put back.
type leftError struct {
	at  string
	err error
}

func (e *leftError) Error() string {
	return fmt.Sprintf("%v; the earlier export is in %s", e.err, e.at)
}

func (e *leftError) Unwrap() error { return e.err }

// install moves what was made to its names. What had a name before is moved
// aside first, and back again if anything fails.
func (s *stage) install(names []string, overwrite bool) error {
	var undo []func() error
	for i, name := range names {
		var err error
		if overwrite {
			aside := filepath.Join(s.folder, "earlier-"+strconv.Itoa(i))
			switch err = os.Rename(name, aside); {
			case err == nil:
				undo = append(undo, func() error { return os.Rename(aside, name) })
			case errors.Is(err, fs.ErrNotExist):
				err = nil
			}
		}
		if err == nil {
			err = place(s.of(name), name)
		}
		if err == nil {
			undo = append(undo, func() error { return os.Remove(name) })
			continue
		}
		err = named(err, name)
		for j := len(undo) - 1; j >= 0; j-- {
			if failed := undo[j](); failed != nil {
				return &leftError{s.folder, errors.Join(err, failed)}
			}
		}
		return err
	}
	return nil
}

// place gives a file or folder another name that must be free.
func place(from, to string) error {
	// A hard link fails if the name is taken, which a rename does not; where
	// links are not to be had, as for folders, look and rename.
	switch err := os.Link(from, to); {
	case err == nil, errors.Is(err, fs.ErrExist):
		return err
	}
	if _, err := os.Lstat(to); err == nil {
		return &fs.PathError{Op: "write", Path: to, Err: fs.ErrExist}
	}
	return os.Rename(from, to)
}

// asked makes an error name what was asked for where it names the stage.
func (s *stage) asked(err error, path string) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		path = at.Path
		if rel, outside := filepath.Rel(s.folder, at.Path); outside == nil && filepath.IsLocal(rel) {
			path = filepath.Join(s.parent, rel)
		}
	}
	return named(err, path)
}

// named makes the error of a system call name path.
func named(err error, path string) error {
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
