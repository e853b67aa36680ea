package evidence

import (
	"archive/zip"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
)

// collection is a zip that is looked through.
type collection struct {
	name string
	io.ReaderAt
	size int64
	// open opens the bytes again that base is an offset in, for members that
	// are read in place: no handle stays open for them.
	open  func() (Content, error)
	base  int64
	depth int
	seen  *int // members of the outermost collection so far
}

func (s *Set) collection(c collection) {
	z, err := zip.NewReader(c, c.size)
	if err != nil {
		s.problem(c.name, fmt.Errorf("no readable zip collection: %w", err))
		return
	}
	if c.seen == nil {
		c.seen = new(int)
	}
	found := false
	packed := uint64(0)
	for i, m := range z.File {
		if *c.seen++; *c.seen > s.options.Limits.Members {
			s.problem(c.name, fmt.Errorf("%w (%d of %d)", ErrTooManyMembers, i, len(z.File)))
			return
		}
		if m.FileInfo().IsDir() || !isMemberLog(m.Name) && !isMemberZip(m.Name) {
			continue
		}
		found = true
		if packed += m.CompressedSize64; packed > uint64(c.size) || m.CompressedSize64 > uint64(c.size) {
			s.problem(c.name, ErrOverlap)
			return
		}
		if len(m.Name) > s.options.Limits.Path {
			s.problem(c.name, fmt.Errorf("%w: %.64q and so on has %d bytes", ErrPathTooLong, m.Name, len(m.Name)))
			continue
		}
		s.member(cleanMember(c.name, m.Name), c, m)
	}
	if !found {
		// What lies within a collection need not be meant for logs.
		s.say(Problem{Name: c.name, Err: ErrEmpty, Note: c.depth > 0})
	}
}

func isMemberLog(name string) bool {
	lower := strings.ToLower(name)
	return strings.HasSuffix(lower, ".evtx") || strings.HasSuffix(lower, ".evt") || strings.HasSuffix(lower, ".evtx.gz")
}

// isMemberZip reports whether a member is a collection itself, as those are
// that hold what several hosts' collectors brought.
func isMemberZip(name string) bool { return strings.HasSuffix(strings.ToLower(name), ".zip") }

func (s *Set) member(name string, c collection, m *zip.File) {
	if m.Flags&1 != 0 {
		s.problem(name, ErrEncrypted)
		return
	}
	if isMemberZip(name) && c.depth+1 >= s.options.Limits.Depth {
		s.problem(name, fmt.Errorf("%w (%d)", ErrTooDeep, s.options.Limits.Depth))
		return
	}
	if m.Method == zip.Store && m.CompressedSize64 == m.UncompressedSize64 {
		s.inPlace(name, c, m)
		return
	}
	in, err := m.Open()
	if err != nil {
		s.problem(name, err)
		return
	}
	defer in.Close()
	s.packed(name, in, int64(m.CompressedSize64), c)
}

// inPlace takes a member that is stored as it is.
func (s *Set) inPlace(name string, c collection, m *zip.File) {
	offset, err := m.DataOffset()
	if err != nil {
		s.problem(name, err)
		return
	}
	size := int64(m.UncompressedSize64)
	here := io.NewSectionReader(c, offset, size)
	switch {
	case isMemberZip(name):
		s.collection(collection{name: name, ReaderAt: here, size: size, open: c.open, base: c.base + offset, depth: c.depth + 1, seen: c.seen})
		return
	case isGzip(name):
		s.packed(name, here, size, c)
		return
	}
	at, open := c.base+offset, c.open
	s.Sources = append(s.Sources, Source{Name: name, Size: size, open: func() (Content, error) {
		whole, err := open()
		if err != nil {
			return nil, err
		}
		return section{io.NewSectionReader(whole, at, size), whole}, nil
	}})
}

func isGzip(name string) bool { return strings.HasSuffix(strings.ToLower(name), ".gz") }

// section is a part of some content; closing it closes the content.
type section struct {
	io.ReaderAt
	io.Closer
}

// packed takes a member that unpacks from so many bytes: a log, or a collection
// within c.
func (s *Set) packed(name string, r io.Reader, packed int64, c collection) {
	switch {
	case isMemberZip(name):
		content, size, err := s.unpack.unpack(r, packed)
		if err != nil {
			s.problem(name, fmt.Errorf("unpacking: %w", err))
			return
		}
		s.collection(collection{name: name, ReaderAt: content, size: size, open: hold(content), depth: c.depth + 1, seen: c.seen})
	case isGzip(name):
		s.gzip(name, r, packed)
	default:
		s.unpacked(name, r, packed)
	}
}

func (s *Set) gzip(name string, r io.Reader, packed int64) {
	z, err := gzip.NewReader(r)
	if err != nil {
		s.problem(name, fmt.Errorf("no readable gzip file: %w", err))
		return
	}
	s.unpacked(name, z, packed)
}

// unpacked adds what r gives as a log. What could be unpacked before r broke
// off is kept: it is the beginning of a log. A log of no bytes is one that
// whoever reads it names.
func (s *Set) unpacked(name string, r io.Reader, packed int64) {
	content, size, err := s.unpack.unpack(r, packed)
	if err != nil {
		s.problem(name, fmt.Errorf("unpacking: %w", err))
	}
	if content != nil && (size > 0 || err == nil) {
		s.Sources = append(s.Sources, Source{Name: name, Size: size, Broken: err, open: hold(content)})
	}
}

func hold(r io.ReaderAt) func() (Content, error) {
	return func() (Content, error) { return held{r}, nil }
}
