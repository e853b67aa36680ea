package evidence

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// unpacker keeps unpacked members, small ones in memory, the others one after
// the other in one temporary file.
type unpacker struct {
	// stopped says why no more is wanted, while evidence is being found.
	stopped func() error

	folder string
	limits Limits
	memory int64
	total  int64
	file   *TemporaryFile
	end    int64
}

func newUnpacker(stopped func() error, o Options) *unpacker {
	return &unpacker{stopped: stopped, folder: o.Temporary, limits: o.Limits}
}

func (u *unpacker) close() error {
	if u.file == nil {
		return nil
	}
	return u.file.Close()
}

// unpack reads r to its end, which unpacks that many bytes. The sizes that a
// collection states are not believed; nothing is allocated by them.
func (u *unpacker) unpack(r io.Reader, packed int64) (io.ReaderAt, int64, error) {
	most := min(u.limits.Bytes, u.limits.Total-u.total)
	if u.limits.Ratio < most/max(packed, 1) {
		most = max(packed*u.limits.Ratio, min(u.limits.Free, most))
	}
	limited := &io.LimitedReader{R: stopping{r, u.stopped}, N: most + 1}
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

// stopping is a reader that fails once nobody wants its bytes any more.
type stopping struct {
	r       io.Reader
	stopped func() error
}

func (s stopping) Read(p []byte) (int, error) {
	if err := s.stopped(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}
