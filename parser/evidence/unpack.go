package evidence

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Limits bounds what a collection may make the program do.
type Limits struct {
	Members int   // in one collection
	Bytes   int64 // unpacked, of one member
	Total   int64 // unpacked, of all
	Memory  int64 // of that, kept in memory
	Small   int64 // a member up to this size may be kept in memory
}

func (l Limits) orDefault() Limits {
	d := Limits{Members: 100_000, Bytes: 64 << 30, Total: 256 << 30, Memory: 256 << 20, Small: 16 << 20}
	if l.Members > 0 {
		d.Members = l.Members
	}
	if l.Bytes > 0 {
		d.Bytes = l.Bytes
	}
	if l.Total > 0 {
		d.Total = l.Total
	}
	if l.Memory > 0 {
		d.Memory = l.Memory
	}
	if l.Small > 0 {
		d.Small = l.Small
	}
	return d
}

// The reasons why a member is not unpacked.
var (
	ErrTooManyMembers = errors.New("more members than are read from one collection")
	ErrTooLarge       = errors.New("unpacks to more than the limit")
	ErrEncrypted      = errors.New("the member is encrypted; unpack the collection with its password first")
)

func (s *Set) collection(name string, r io.ReaderAt, size int64) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		s.problem(name, fmt.Errorf("no readable zip collection: %w", err))
		return
	}
	found := false
	for i, m := range z.File {
		if i == s.options.Limits.Members {
			s.problem(name, fmt.Errorf("%w (%d of %d)", ErrTooManyMembers, i, len(z.File)))
			return
		}
		if m.FileInfo().IsDir() || !isMemberLog(m.Name) {
			continue
		}
		found = true
		s.member(cleanMember(name, m.Name), r, m)
	}
	if !found {
		s.problem(name, ErrEmpty)
	}
}

func isMemberLog(name string) bool {
	lower := strings.ToLower(name)
	return strings.HasSuffix(lower, ".evtx") || strings.HasSuffix(lower, ".evt") || strings.HasSuffix(lower, ".evtx.gz")
}

func (s *Set) member(name string, r io.ReaderAt, m *zip.File) {
	if m.Flags&1 != 0 {
		s.problem(name, ErrEncrypted)
		return
	}
	if m.Method == zip.Store && m.CompressedSize64 == m.UncompressedSize64 {
		offset, err := m.DataOffset()
		if err != nil {
			s.problem(name, err)
			return
		}
		section := io.NewSectionReader(r, offset, int64(m.UncompressedSize64))
		s.Sources = append(s.Sources, Source{Name: name, Size: section.Size(), open: func() (Content, error) { return held{section}, nil }})
		return
	}
	in, err := m.Open()
	if err != nil {
		s.problem(name, err)
		return
	}
	defer in.Close()
	if strings.HasSuffix(strings.ToLower(m.Name), ".gz") {
		s.gzipped(name, in)
		return
	}
	s.unpacked(name, in)
}

func (s *Set) gzipped(name string, r io.Reader) {
	z, err := gzip.NewReader(r)
	if err != nil {
		s.problem(name, fmt.Errorf("no readable gzip file: %w", err))
		return
	}
	s.unpacked(name, z)
}

// unpacked adds what r gives as a source. What could be unpacked before r
// broke off is kept: it is the beginning of a log.
func (s *Set) unpacked(name string, r io.Reader) {
	content, size, err := s.unpack.unpack(r)
	if err != nil {
		s.problem(name, fmt.Errorf("unpacking: %w", err))
	}
	if content != nil && size > 0 {
		s.Sources = append(s.Sources, Source{Name: name, Size: size, open: func() (Content, error) { return held{content}, nil }})
	}
}

// unpacker keeps unpacked members, small ones in memory, the others one after
// the other in one temporary file.
type unpacker struct {
	folder string
	limits Limits
	memory int64
	total  int64
	file   *TemporaryFile
	end    int64
}

func newUnpacker(o Options) *unpacker { return &unpacker{folder: o.Temporary, limits: o.Limits} }

func (u *unpacker) close() error {
	if u.file == nil {
		return nil
	}
	return u.file.Close()
}

// unpack reads r to its end. The sizes that a collection states are not
// believed; nothing is allocated by them.
func (u *unpacker) unpack(r io.Reader) (io.ReaderAt, int64, error) {
	most := min(u.limits.Bytes, u.limits.Total-u.total)
	limited := &io.LimitedReader{R: r, N: most + 1}
	var head bytes.Buffer
	if u.memory < u.limits.Memory {
		n, err := io.CopyN(&head, limited, min(u.limits.Small, most)+1)
		if n <= u.limits.Small && n <= most {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			u.memory += n
			u.total += n
			return bytes.NewReader(head.Bytes()), n, err
		}
	}
	return u.spill(io.MultiReader(&head, limited), most)
}

func (u *unpacker) spill(r io.Reader, most int64) (io.ReaderAt, int64, error) {
	if u.file == nil {
		f, err := Temporary(u.folder)
		if err != nil {
			return nil, 0, err
		}
		u.file = f
	}
	start := u.end
	n, err := io.Copy(io.NewOffsetWriter(u.file, start), r)
	if n > most {
		return nil, 0, fmt.Errorf("%w of %d bytes", ErrTooLarge, most)
	}
	u.end += n
	u.total += n
	return io.NewSectionReader(u.file, start, n), n, err
}
