package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// The reasons why a path gives no logs.
var (
	ErrNoLogs  = errors.New("the folder holds no event logs (.evtx, .zip, .gz)")
	ErrEmpty   = errors.New("the collection holds no event logs (.evtx)")
	ErrStopped = errors.New("not all of it was looked at: finding was stopped")
	ErrNoMatch = errors.New("no file matches")
	ErrLoop    = errors.New("the link leads back to a folder that is being read")
	ErrSpecial = errors.New("neither a file nor a folder")
	ErrLinked  = errors.New("the same file by another name, read once")
)

// Options bounds what finding may cost.
type Options struct {
	// Temporary is the folder for members too large for memory; empty means
	// the system's.
	Temporary string
	Limits    Limits
}

// Set is the evidence of a run. Close gives back its temporary files.
type Set struct {
	Sources  []Source
	Problems []Problem

	options Options
	unpack  *unpacker
	said    map[string]bool // problems, so that each is told once
	folders map[string]bool // real paths of the folders being walked or done
	files   map[string]bool // real paths of the files found
	alike   map[likeness][]named
}

// likeness is what the names of one file have in common. Only files that are
// alike are asked whether they are the same.
type likeness struct{ size, modified int64 }

type named struct {
	path string
	info fs.FileInfo
}

// Find walks paths: files, folders with all that is below them, and globs (for
// shells that leave them alone). The same file found twice counts once. Sources
// are in the order of their names, so that a run can be repeated.
func Find(ctx context.Context, paths []string, o Options) *Set {
	s := newSet(ctx, o)
	for _, p := range paths {
		s.path(p)
	}
	s.sort()
	return s
}

// FindIn finds the logs of a collection that is not a file of the system's,
// such as one that the program carries: the bytes of a zip.
func FindIn(ctx context.Context, name string, r io.ReaderAt, size int64, o Options) *Set {
	s := newSet(ctx, o)
	s.collection(collection{name: name, ReaderAt: r, size: size, open: hold(r)})
	s.sort()
	return s
}

// Made is evidence that is no file of the system's: logs that are made as they
// are read.
func Made(logs ...Source) *Set {
	s := newSet(context.Background(), Options{})
	s.Sources = logs
	s.sort()
	return s
}

// From is a log of so many bytes that is read from r.
func From(name string, r io.ReaderAt, size int64) Source {
	return Source{Name: name, Size: size, open: hold(r)}
}

func newSet(ctx context.Context, o Options) *Set {
	o.Limits = o.Limits.OrDefault()
	return &Set{options: o, unpack: newUnpacker(ctx.Err, o), said: map[string]bool{}, folders: map[string]bool{}, files: map[string]bool{}, alike: map[likeness][]named{}}
}

// Close gives back what the set holds. Its sources cannot be opened afterwards.
func (s *Set) Close() error {
	return s.unpack.close()
}

func (s *Set) sort() {
	sort.SliceStable(s.Sources, func(i, j int) bool { return s.Sources[i].Name < s.Sources[j].Name })
}

func (s *Set) problem(name string, err error) { s.say(Problem{Name: name, Err: err}) }

// say adds a problem, once where a path is named twice.
func (s *Set) say(p Problem) {
	said := p.Name + "\x00" + p.Reason()
	if !s.said[said] {
		s.said[said] = true
		s.Problems = append(s.Problems, p)
	}
}

func (s *Set) path(p string) {
	info, err := os.Stat(p)
	if errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(p, "*?[") {
		s.glob(p)
		return
	}
	if err != nil {
		s.problem(p, err)
		return
	}
	if !info.IsDir() {
		s.file(p, info)
		return
	}
	before := len(s.Sources) + len(s.Problems)
	s.folder(p)
	switch {
	case s.unpack.stopped() != nil:
		s.problem(p, ErrStopped)
	case len(s.Sources)+len(s.Problems) == before:
		s.problem(p, ErrNoLogs)
	}
}

func (s *Set) glob(pattern string) {
	matches, err := filepath.Glob(pattern)
	if err != nil {
		s.problem(pattern, err)
		return
	}
	if len(matches) == 0 {
		s.problem(pattern, ErrNoMatch)
	}
	for _, m := range matches {
		s.path(m)
	}
}

// folder walks one folder. Links to folders are followed unless they lead back
// to a folder that was walked already.
func (s *Set) folder(dir string) {
	real, err := filepath.EvalSymlinks(dir)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil {
		s.problem(dir, err)
		return
	}
	if s.folders[real] {
		return
	}
	s.folders[real] = true
	entries, err := os.ReadDir(dir)
	if err != nil {
		s.problem(dir, err)
	}
	for _, e := range entries {
		if s.unpack.stopped() != nil {
			return
		}
		p := filepath.Join(dir, e.Name())
		if e.Type().IsRegular() && !mayBeLog(e.Name()) {
			continue
		}
		info, err := os.Stat(p)
		switch {
		case err != nil: // a folder or a link to one may hold logs, whatever its name
			s.problem(p, err)
		case info.IsDir():
			s.folder(p)
		case mayBeLog(e.Name()):
			s.file(p, info)
		}
	}
}

// mayBeLog reports whether a file found in a folder is looked at. A file that
// the user names himself always is.
func mayBeLog(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".evtx", ".evt", ".zip", ".gz":
		return true
	}
	return false
}

func (s *Set) file(p string, info fs.FileInfo) {
	if !info.Mode().IsRegular() {
		s.problem(p, ErrSpecial)
		return
	}
	if real, err := filepath.EvalSymlinks(p); err == nil {
		if real, err = filepath.Abs(real); err == nil {
			if s.files[real] {
				return
			}
			s.files[real] = true
		}
	}
	if other, ok := s.linked(p, info); ok {
		s.say(Problem{Name: p, Err: fmt.Errorf("%s: %w", other, ErrLinked), Note: true})
		return
	}
	f, err := openUnchanged(p, info.Size(), info.ModTime())
	if err != nil {
		s.problem(p, err)
		return
	}
	defer f.Close()
	source := fileSource(p, info)
	switch kindOf(f) {
	case kindZip:
		s.collection(collection{name: p, ReaderAt: f, size: info.Size(), open: source.open})
	case kindGzip:
		s.gzip(p, io.NewSectionReader(f, 0, info.Size()), info.Size())
	default:
		s.Sources = append(s.Sources, source)
	}
}

// linked returns the name under which the same file was found before, as hard
// links are, and remembers this one.
func (s *Set) linked(p string, info fs.FileInfo) (string, bool) {
	like := likeness{info.Size(), info.ModTime().UnixNano()}
	for _, other := range s.alike[like] {
		if os.SameFile(info, other.info) {
			return other.path, true
		}
	}
	s.alike[like] = append(s.alike[like], named{p, info})
	return "", false
}

type fileKind int

const (
	kindLog fileKind = iota // or anything else: whoever reads it will say
	kindZip
	kindGzip
)

func kindOf(r io.ReaderAt) fileKind {
	var magic [4]byte
	n, _ := r.ReadAt(magic[:], 0)
	switch {
	case n == 4 && string(magic[:]) == "PK\x03\x04", n == 4 && string(magic[:]) == "PK\x05\x06":
		return kindZip
	case n >= 2 && magic[0] == 0x1f && magic[1] == 0x8b:
		return kindGzip
	}
	return kindLog
}

// cleanMember gives a member's path for display and refuses none: members are
// never written under their own names, so a hostile path can do no harm.
func cleanMember(archive, member string) string {
	return fmt.Sprintf("%s:%s", archive, strings.ReplaceAll(member, `\`, "/"))
}
