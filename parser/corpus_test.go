package parser

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"spoor/model/event"
)

// corpus returns the logs of the test corpus, by their path in it.
func corpus(t testing.TB) map[string][]byte {
	t.Helper()
	root := os.Getenv("SPOOR_CORPUS")
	if root == "" {
		if os.Getenv("SPOOR_REQUIRE_TOOLS") == "1" {
			t.Fatal("SPOOR_CORPUS is not set")
		}
		t.Skip("SPOOR_CORPUS is not set: no real logs to read")
	}
	logs := make(map[string][]byte)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".evtx") {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(root, path)
		logs[filepath.ToSlash(name)] = data
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return logs
}

func names(logs map[string][]byte) []string {
	var out []string
	for name := range logs {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}

func open(t testing.TB, name string, data []byte) *File {
	t.Helper()
	f, err := Open(bytes.NewReader(data), int64(len(data)), 7, name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return f
}

// scanned is all that a Scan said.
type scanned struct {
	stats   event.FileStats
	batches []*event.Batch
}

func scanAll(t testing.TB, f *File, workers int) scanned {
	t.Helper()
	var s scanned
	stats, err := f.Scan(context.Background(), Options{Workers: workers}, func(b *event.Batch) error {
		s.batches = append(s.batches, b)
		return nil
	})
	if err != nil {
		t.Fatalf("%s: %v", f.Name(), err)
	}
	s.stats = stats
	return s
}

func TestRecordsReadsTheRecordsThatScanCounts(t *testing.T) {
	logs := corpus(t)
	for _, name := range names(logs) {
		f := open(t, name, logs[name])
		s := scanAll(t, f, 2)
		t.Logf("%s: %+v", name, s.stats)
		rows := 0
		for _, b := range s.batches {
			rows += len(b.Rows)
			for _, d := range b.Damage {
				t.Logf("   %+v", d)
			}
		}
		n := 0
		stats, err := f.read(context.Background(), func(r *event.Record) error { n++; return nil }, func(event.Damage) error { return nil })
		if err != nil || stats != s.stats {
			t.Errorf("   %s: records %+v %v", name, stats, err)
		}
		t.Logf("   rows %d", rows)
	}
}
