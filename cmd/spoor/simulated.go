package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"spoor/model/event"
	"spoor/model/simulate"
	"spoor/parser/evtxwrite"
)

// A chunk of a log and the header before the first, in bytes; and how much of
// a chunk that is cut off is left: its header's beginning, no record.
const (
	logHeader = 4096
	logChunk  = 64 << 10
	logRest   = 300
)

// simulated writes a world's logs, each as its chunks are full.
type simulated struct {
	ctx  context.Context
	open func(log string) (simulatedFile, error)
	logs map[string]*simulatedLog
}

// simulatedFile is where a log is written to.
type simulatedFile interface {
	io.WriteSeeker
	Truncate(size int64) error
}

// simulatedLog is one log: where its chunks begin is kept for cutting it.
type simulatedLog struct {
	file   simulatedFile
	writer *evtxwrite.Writer
	size   int64
	firsts []uint64 // the first record of each chunk
}

// Add implements simulate.Sink.
func (s *simulated) Add(log string, r *event.Record) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	l := s.logs[log]
	if l == nil {
		file, err := s.open(log)
		if err != nil {
			return err
		}
		l = &simulatedLog{file: file, writer: evtxwrite.NewWriter(file)}
		s.logs[log] = l
	}
	if err := l.writer.Write(r); err != nil {
		return fmt.Errorf("%s: %w", log, err)
	}
	if size := l.writer.Size(); size != l.size {
		l.size = size
		l.firsts = append(l.firsts, r.HeaderID)
	}
	return nil
}

// Clear implements simulate.Sink.
func (s *simulated) Clear(log string) {
	if l := s.logs[log]; l != nil {
		_ = l.file.Truncate(0) // what follows is written over it and fails if this did
		delete(s.logs, log)
	}
}

// close completes the logs, and cuts off those that the world wants cut: at
// half of their chunks.
func (s *simulated) close(w *simulate.World) error {
	for _, name := range slices.Sorted(maps.Keys(s.logs)) {
		l := s.logs[name]
		if err := l.writer.Close(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if n := len(l.firsts) / 2; w.Cut(name) && n > 0 {
			if err := l.file.Truncate(int64(logHeader + n*logChunk + logRest)); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			w.Lose(name, l.firsts[n])
		}
	}
	w.Truth().Settle()
	return nil
}

// chunkFile is a file that is open only while it is written to: a domain has
// more logs than a process may have files.
type chunkFile struct {
	path string
	at   int64
}

func (f *chunkFile) Write(p []byte) (int, error) {
	out, err := os.OpenFile(f.path, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return 0, err
	}
	n, err := out.WriteAt(p, f.at)
	f.at += int64(n)
	if e := out.Close(); err == nil {
		err = e
	}
	return n, err
}

func (f *chunkFile) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekStart {
		f.at = offset
	} else if whence != io.SeekCurrent || offset != 0 {
		return f.at, fs.ErrInvalid
	}
	return f.at, nil
}

func (f *chunkFile) Truncate(size int64) error {
	err := os.Truncate(f.path, size)
	if os.IsNotExist(err) {
		return nil // nothing was written so far
	}
	return err
}

// writeWorld lets a world run into a folder, whose truth is written last. A
// folder with something in it is written to only by force; then files of the
// same names are replaced, and others left alone.
func writeWorld(ctx context.Context, w *simulate.World, folder string, force bool) error {
	there, err := os.ReadDir(folder)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	if len(there) > 0 && !force {
		return &fs.PathError{Op: "write", Path: folder, Err: fs.ErrExist}
	}
	s := &simulated{ctx: ctx, logs: make(map[string]*simulatedLog), open: func(log string) (simulatedFile, error) {
		path := filepath.Join(folder, filepath.FromSlash(log))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return nil, err
		}
		f := &chunkFile{path: path}
		return f, f.Truncate(0)
	}}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	if err := w.Run(s); err != nil {
		return err
	}
	if err := s.close(w); err != nil {
		return err
	}
	return writeTruth(w, filepath.Join(folder, "truth.jsonl"))
}

func writeTruth(w *simulate.World, path string) error {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(out, 1<<20)
	_, err = w.Truth().WriteTo(b)
	if e := b.Flush(); err == nil {
		err = e
	}
	if e := out.Close(); err == nil {
		err = e
	}
	return err
}
