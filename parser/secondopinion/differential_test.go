package secondopinion

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spoor/parser"
)

// explained are the corpus files that golang-evtx does not read as spoor does,
// and why: records of either.
var explained = map[string]struct {
	theirs, ours uint64
	why          string
}{
	"damaged/truncated-System2.evtx": {0, 283, "it refuses a file whose header counts more chunks than there are"},
}

func corpusFiles(t *testing.T) (root string, files []string) {
	t.Helper()
	root = os.Getenv("SPOOR_CORPUS")
	if root == "" {
		if os.Getenv("SPOOR_REQUIRE_TOOLS") == "1" {
			t.Fatal("SPOOR_CORPUS is not set")
		}
		t.Skip("SPOOR_CORPUS is not set: no real logs to compare")
	}
	filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".evtx") {
			files = append(files, path)
		}
		return nil
	})
	return root, files
}

func openLog(t *testing.T, path string) *parser.File {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := parser.Open(bytes.NewReader(data), int64(len(data)), 0, path)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestGolangEvtxAgreesOnRealLogs(t *testing.T) {
	root, files := corpusFiles(t)
	faults := make(map[string]uint64)
	var fields uint64
	for _, path := range files {
		name, _ := filepath.Rel(root, path)
		name = filepath.ToSlash(name)
		file := openLog(t, path)
		r, err := Verify(t.Context(), file, childProcess(t, path), LimitsFor(file.Size()))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		checkSums(t, name, r)
		known, isKnown := explained[name]
		switch {
		case isKnown && (r.GolangEvtx != known.theirs || r.Spoor != known.ours || r.Failure == nil):
			t.Errorf("%s: %d and %d records (%v), explained are %d and %d: %s", name, r.GolangEvtx, r.Spoor, r.Failure, known.theirs, known.ours, known.why)
		case !isKnown && (r.Failure != nil || r.OnlySpoor > 0 || r.OnlyGolangEvtx > 0):
			t.Errorf("%s: golang-evtx reads %d records (%v), spoor %d; it lacks %v, spoor %v", name, r.GolangEvtx, r.Failure, r.Spoor, r.ListedSpoor, r.ListedGolangEvtx)
		}
		for _, d := range r.Differences {
			t.Errorf("%s: record %d, event %d: %s is %q, golang-evtx says %q", name, d.RecordID, d.EventID, d.Field, d.Spoor, d.GolangEvtx)
		}
		fields += r.Fields
		for cause, n := range r.Faults {
			faults[cause] += n
		}
	}
	t.Logf("%d fields compared; differences of golang-evtx's own: %v", fields, faults)
	if fields < 100_000 {
		t.Errorf("only %d fields were compared", fields)
	}
}

// checkSums holds a report's counts against each other.
func checkSums(t *testing.T, name string, r Report) {
	t.Helper()
	faults := uint64(0)
	for _, n := range r.Faults {
		faults += n
	}
	if r.Both+r.OnlySpoor != r.Spoor || r.Both+r.OnlyGolangEvtx != r.GolangEvtx || r.Agreed+r.Differing+faults != r.Fields {
		t.Errorf("%s: the counts do not add up: %+v", name, r)
	}
}
