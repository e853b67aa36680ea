package main

import (
	"bytes"
	"context"
	"io"
	"maps"
	"slices"
	"testing"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/simulate"
	"spoor/parser"
)

// memoryFile is a simulated log in memory.
type memoryFile struct {
	bytes []byte
	at    int
}

func (f *memoryFile) Write(p []byte) (int, error) {
	if n := f.at + len(p); n > len(f.bytes) {
		f.bytes = append(f.bytes, make([]byte, n-len(f.bytes))...)
	}
	copy(f.bytes[f.at:], p)
	f.at += len(p)
	return len(p), nil
}

func (f *memoryFile) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekStart {
		f.at = int(offset)
	}
	return int64(f.at), nil
}

func (f *memoryFile) Truncate(size int64) error {
	f.bytes = f.bytes[:size]
	return nil
}

// understand lets a domain run, and reads its logs as evidence is read.
func understand(t testing.TB, o simulate.Options) (*simulate.World, *model.Snapshot) {
	t.Helper()
	w, files := logsOf(t, o)
	return w, readLogs(t, files)
}

// logsOf lets a domain run, and returns its logs by their paths.
func logsOf(t testing.TB, o simulate.Options) (*simulate.World, map[string][]byte) {
	t.Helper()
	w, err := simulate.New(o)
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]*memoryFile)
	s := &simulated{ctx: context.Background(), logs: make(map[string]*simulatedLog), open: func(log string) (simulatedFile, error) {
		files[log] = &memoryFile{}
		return files[log], nil
	}}
	if err := w.Run(s); err != nil {
		t.Fatal(err)
	}
	if err := s.close(w); err != nil {
		t.Fatal(err)
	}
	out := make(map[string][]byte)
	for name, f := range files {
		out[name] = f.bytes
	}
	return w, out
}

func readLogs(t testing.TB, logs map[string][]byte) *model.Snapshot {
	t.Helper()
	schemas := event.NewSchemas()
	b := model.NewBuilder(schemas)
	for i, name := range slices.Sorted(maps.Keys(logs)) {
		readLog(t, b, schemas, event.FileID(i), name, logs[name])
	}
	return b.Finish()
}

func readLog(t testing.TB, b *model.Builder, schemas *event.Schemas, id event.FileID, name string, log []byte) {
	t.Helper()
	b.AddFile(event.File{ID: id, Name: name, Size: int64(len(log))})
	f, err := parser.Open(bytes.NewReader(log), int64(len(log)), id, name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	stats, err := f.Scan(context.Background(), parser.Options{Schemas: schemas, Reuse: true}, func(batch *event.Batch) error {
		b.Add(batch)
		return nil
	})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	b.FileDone(stats)
}
