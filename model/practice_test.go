package model_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"slices"
	"sync"
	"testing"

	"spoor/model"
	"spoor/model/event"
	"spoor/parser"
	"spoor/testdata"
)

// practiceFiles reads the logs of the practice domain.
func practiceFiles(t testing.TB) []logFile {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(testdata.Demo), int64(len(testdata.Demo)))
	if err != nil {
		t.Fatal(err)
	}
	var out []logFile
	for i, m := range z.File {
		r, err := m.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		log, err := parser.Open(bytes.NewReader(b), int64(len(b)), event.FileID(i), m.Name)
		if err != nil {
			t.Fatal(err)
		}
		f := logFile{file: event.File{ID: event.FileID(i), Name: m.Name, Size: int64(len(b))}}
		f.stats, err = log.Scan(context.Background(), parser.Options{}, func(batch *event.Batch) error {
			f.batches = append(f.batches, batch)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f)
	}
	return out
}

var practiceLoaded struct {
	once sync.Once
	s    *model.Snapshot
}

// practiceDomain is the practice domain, loaded once.
func practiceDomain(t testing.TB) *model.Snapshot {
	t.Helper()
	practiceLoaded.once.Do(func() { practiceLoaded.s = build(t, practiceFiles(t)) })
	if practiceLoaded.s == nil {
		t.Fatal("the practice domain could not be loaded")
	}
	return practiceLoaded.s
}

// accountCalled returns the one account of a name.
func accountCalled(t testing.TB, s *model.Snapshot, name string) model.Account {
	t.Helper()
	var found []model.Account
	for _, a := range s.Accounts() {
		if a.Display() == name {
			found = append(found, a)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d accounts are called %s", len(found), name)
	}
	return found[0]
}

// hostCalled returns the one host of a short name.
func hostCalled(t testing.TB, s *model.Snapshot, name string) model.Host {
	t.Helper()
	i := slices.IndexFunc(s.Hosts(), func(h model.Host) bool { return h.Short() == name })
	if i < 0 {
		t.Fatalf("no host is called %s", name)
	}
	return s.Hosts()[i]
}
