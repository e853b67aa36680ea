package evidence

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"
)

// Source is one log that was found. Its name is the path that leads to it; for
// a member of a collection, the collection's path, a colon and the member's.
type Source struct {
	Name string
	Size int64
	// Broken is why the bytes are only the beginning of the log: unpacking it
	// ended early. It is nil where they are all of it.
	Broken error
	open   func() (Content, error)
}

// Content is the opened bytes of a log.
type Content interface {
	io.ReaderAt
	io.Closer
}

// Open opens the log. A file whose size or time has changed since it was
// found gives [ErrChanged].
func (s Source) Open() (Content, error) { return s.open() }

// ErrChanged is returned for evidence that is not as it was when it was found.
var ErrChanged = errors.New("the file has changed since it was found")

// Problem is a path that could not be read, and why.
type Problem struct {
	Name string
	Err  error
	// Note is true where nothing is missing that could be a log.
	Note bool
}

// Reason says why, without the path.
func (p Problem) Reason() string { return Reason(p.Err) }

// Reason drops the path from a path error: whoever shows it names the path. Of
// a limit of the system it says what to do, too.
func Reason(err error) string {
	reason := err.Error()
	var path *fs.PathError
	if errors.As(err, &path) {
		reason = path.Err.Error()
	}
	for _, l := range limits {
		if errors.Is(err, l.err) {
			return reason + "; " + l.advice
		}
	}
	return reason
}

// Want names what there was too little of, where that is what a reason of
// [Reason] says: open files, or space. It returns "" of other reasons.
func Want(reason string) string {
	for _, l := range limits {
		if strings.HasSuffix(reason, "; "+l.advice) {
			return l.want
		}
	}
	return ""
}

var limits = []struct {
	err          error
	want, advice string
}{
	{syscall.EMFILE, "open files", "allow more (ulimit -n), or read with fewer workers (--jobs)"},
	{syscall.ENFILE, "open files", "the system has no more: close other programs, or read with fewer workers (--jobs)"},
	{syscall.ENOSPC, "space", "choose a folder with more space for what is unpacked (--temp)"},
}

// fileSource is a file of the system's own.
func fileSource(path string, info fs.FileInfo) Source {
	return Source{Name: path, Size: info.Size(), open: func() (Content, error) {
		return openUnchanged(path, info.Size(), info.ModTime())
	}}
}

func openUnchanged(path string, size int64, modified time.Time) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	now, err := f.Stat()
	switch {
	case err != nil:
	case now.Size() != size:
		err = fmt.Errorf("%w (%d bytes then, %d now)", ErrChanged, size, now.Size())
	case !now.ModTime().Equal(modified):
		err = fmt.Errorf("%w (written at %s)", ErrChanged, now.ModTime().UTC().Format(time.RFC3339Nano))
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// held is content that stays open as long as its Set.
type held struct{ io.ReaderAt }

func (held) Close() error { return nil }
