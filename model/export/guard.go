package export

import (
	"errors"
	"io/fs"
	"os"
	"strings"

	"spoor/model/event"
)

// The targets that are refused even where replacing was asked for.
var (
	ErrEvidence = errors.New("this is evidence; it is never written to")
	ErrNoFile   = errors.New("there is something that is no file")
)

// guard refuses a target that is a piece of the evidence, or the collection
// that holds one: its name is then the collection's, a colon and the member's.
func guard(path string, evidence []event.File) error {
	target, err := os.Stat(path)
	if err != nil {
		return nil // nothing there, or nothing that could be written over
	}
	for _, f := range evidence {
		for name := f.Name; name != ""; {
			if info, err := os.Stat(name); err == nil && os.SameFile(info, target) {
				return &fs.PathError{Op: "write", Path: path, Err: ErrEvidence}
			}
			name = name[:max(0, strings.LastIndexByte(name, ':'))]
		}
	}
	return nil
}
