package evidence

import (
	"errors"
	"fmt"
	"os"
)

// TemporaryFile is a file, 0600, that is gone once it is closed, and, where
// open files can be removed, whatever happens to the program.
type TemporaryFile struct {
	*os.File
}

// Temporary makes a file in that folder; an empty one is the system's.
func Temporary(folder string) (*TemporaryFile, error) {
	f, err := os.CreateTemp(folder, "spoor-*")
	if err != nil {
		return nil, fmt.Errorf("no temporary file for a large member (choose a folder with --temp): %w", err)
	}
	// Where open files cannot be removed, Close does it.
	_ = os.Remove(f.Name())
	return &TemporaryFile{f}, nil
}

// Close gives the file back.
func (t *TemporaryFile) Close() error {
	err := t.File.Close()
	if _, left := os.Lstat(t.Name()); left == nil {
		err = errors.Join(err, os.Remove(t.Name()))
	}
	return err
}
