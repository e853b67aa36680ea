package model_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"spoor/model"
	"spoor/model/event"
	"spoor/parser"
)

// corpus returns the folder of real logs, or skips.
func corpus(t testing.TB) string {
	dir := os.Getenv("SPOOR_CORPUS")
	if dir == "" {
		if os.Getenv("SPOOR_REQUIRE_TOOLS") == "1" {
			t.Fatal("SPOOR_CORPUS is not set")
		}
		t.Skip("SPOOR_CORPUS is not set: the real logs are not here")
	}
	return dir
}

// logsIn lists the EVTX files of folders of the corpus.
func logsIn(t testing.TB, folders ...string) []string {
	dir := corpus(t)
	var out []string
	for _, f := range folders {
		found, err := filepath.Glob(filepath.Join(dir, f, "*.evtx"))
		if err != nil || len(found) == 0 {
			t.Fatalf("no logs in %s: %v", f, err)
		}
		out = append(out, found...)
	}
	return out
}

// load reads logs into a finished snapshot.
func load(t testing.TB, paths ...string) *model.Snapshot {
	t.Helper()
	return build(t, readBatches(t, paths))
}

// logFile is one file as a reader hands it over.
type logFile struct {
	file    event.File
	batches []*event.Batch
	stats   event.FileStats
}

func readBatches(t testing.TB, paths []string) []logFile {
	t.Helper()
	var out []logFile
	for i, p := range paths {
		f, err := os.Open(p)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		log, err := parser.Open(f, info.Size(), event.FileID(i), p)
		if err != nil {
			t.Fatal(err)
		}
		lf := logFile{file: event.File{ID: event.FileID(i), Name: p, Size: info.Size()}}
		lf.stats, err = log.Scan(context.Background(), parser.Options{}, func(b *event.Batch) error {
			lf.batches = append(lf.batches, b)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, lf)
	}
	return out
}

func build(t testing.TB, files []logFile) *model.Snapshot {
	t.Helper()
	b := model.NewBuilder(event.NewSchemas())
	for _, f := range files {
		b.AddFile(f.file)
		for _, batch := range f.batches {
			b.Add(batch)
		}
		b.FileDone(f.stats)
	}
	return b.Finish()
}
