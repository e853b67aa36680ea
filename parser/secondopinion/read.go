package secondopinion

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"
)

// ErrSilent is what Read returns of a reader that says nothing for too long.
var ErrSilent = errors.New("golang-evtx hung")

// maxLine bounds what one record may be told in: 64 KiB of a log, escaped.
const maxLine = 8 << 20

// Read starts child, a process that calls [Child], and hands over each record
// it tells. A child that says nothing for as long as patience is killed. The
// error is how the child ended, if not well; the records before it are good.
func Read(ctx context.Context, child *exec.Cmd, patience time.Duration, record func(Record) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	out, err := child.StdoutPipe()
	if err != nil {
		return err
	}
	var complaints beginning
	child.Stderr = &complaints
	if err := child.Start(); err != nil {
		return err
	}
	var silent atomic.Bool
	watch := time.AfterFunc(patience, func() {
		silent.Store(true)
		child.Process.Kill()
	})
	stop := context.AfterFunc(ctx, func() { child.Process.Kill() })
	err = lines(out, func(line []byte) error {
		// While record takes its time, the child is not silent but held up.
		watch.Stop()
		defer watch.Reset(patience)
		var r Record
		if err := json.Unmarshal(line, &r); err != nil {
			return fmt.Errorf("the child said %.80q: %w", line, err)
		}
		return record(r)
	})
	if err != nil {
		child.Process.Kill()
	}
	ended := child.Wait()
	watch.Stop()
	stop()
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	case silent.Load():
		return fmt.Errorf("%w: nothing for %v", ErrSilent, patience)
	case ended != nil:
		return fmt.Errorf("golang-evtx ended with %w: %s", ended, complaints.first())
	}
	return nil
}

func lines(r io.Reader, line func([]byte) error) error {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 64<<10), maxLine)
	for s.Scan() {
		if err := line(s.Bytes()); err != nil {
			return err
		}
	}
	return s.Err()
}

// beginning keeps the beginning of what a child prints, however much it is.
type beginning struct{ bytes.Buffer }

func (t *beginning) Write(b []byte) (int, error) {
	if room := 64<<10 - t.Len(); room > 0 {
		t.Buffer.Write(b[:min(room, len(b))])
	}
	return len(b), nil
}

// first returns the line that says most: that of a panic, or else the first.
func (t *beginning) first() string {
	all := strings.Split(strings.TrimSpace(t.String()), "\n")
	for _, line := range all {
		if strings.HasPrefix(line, "panic:") {
			return line
		}
	}
	return all[0]
}
