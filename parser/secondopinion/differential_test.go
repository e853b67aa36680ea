package secondopinion

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"spoor/model/event"
	"spoor/parser"
)

// explained are the corpus files where the two readers count differently, and
// why: theirs is what golang-evtx reads, ours what spoor reads.
var explained = map[string]struct {
	theirs, ours int
	why          string
}{
	"damaged/truncated-System2.evtx": {0, 283, "it refuses a file whose header counts more chunks than there are"},
}

// theirFaults are the ways in which golang-evtx is known to say a value
// otherwise, by cause. Each is only looked at where the values differ.
var theirFaults = []struct {
	cause string
	holds func(theirs string, ours event.Value) bool
}{
	{"pads hexadecimal", func(theirs string, ours event.Value) bool {
		n, err := strconv.ParseUint(theirs, 0, 64)
		return err == nil && strings.HasPrefix(theirs, "0x") && ours.String() == "0x"+strconv.FormatUint(n, 16)
	}},
	{"writes GUIDs without braces, in capitals", func(theirs string, ours event.Value) bool {
		return ours.Type == event.GUIDType && "{"+strings.ToLower(theirs)+"}" == ours.String()
	}},
	{"does not know SizeT", func(theirs string, ours event.Value) bool {
		return ours.Type == event.SizeT && strings.HasPrefix(theirs, "Unknown value")
	}},
	{"writes byte-wise strings and binary as bytes", func(theirs string, ours event.Value) bool {
		return (ours.Type == event.AnsiString || ours.Type == event.Binary) && strings.HasPrefix(theirs, "base64:")
	}},
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
	sort.Strings(files)
	return root, files
}

func theirRecords(t *testing.T, path string) ([]Record, error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self)
	child.Env = append(os.Environ(), childOf+"="+path)
	var out []Record
	err = Read(context.Background(), child, time.Minute, func(r Record) error {
		out = append(out, r)
		return nil
	})
	return out, err
}

func ourRecords(t *testing.T, path string) []*event.Record {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := parser.Open(bytes.NewReader(data), int64(len(data)), 0, path)
	if err != nil {
		t.Fatal(err)
	}
	var out []*event.Record
	if _, err := f.Records(context.Background(), func(r *event.Record) error {
		if !r.Recovered {
			out = append(out, r)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestGolangEvtxAgreesOnRealLogs(t *testing.T) {
	root, files := corpusFiles(t)
	causes := make(map[string]int)
	values := 0
	for _, path := range files {
		name, _ := filepath.Rel(root, path)
		theirs, err := theirRecords(t, path)
		ours := ourRecords(t, path)
		if known, ok := explained[filepath.ToSlash(name)]; ok {
			if len(theirs) != known.theirs || len(ours) != known.ours {
				t.Errorf("%s: %d and %d records, explained are %d and %d: %s", name, len(theirs), len(ours), known.theirs, known.ours, known.why)
			}
		} else if err != nil || len(theirs) != len(ours) {
			t.Errorf("%s: golang-evtx reads %d records (%v), spoor %d", name, len(theirs), err, len(ours))
		}
		byKey := make(map[string][]Record)
		for _, r := range theirs {
			key := r.Computer + " " + r.Channel + " " + r.RecordID
			byKey[key] = append(byKey[key], r)
		}
		for _, r := range ours {
			h := r.Head()
			key := fmt.Sprintf("%s %s %d", h.Computer, h.Channel, h.RecordID)
			if len(byKey[key]) == 0 {
				if _, ok := explained[filepath.ToSlash(name)]; !ok {
					t.Errorf("%s: golang-evtx lacks %s", name, key)
				}
				continue
			}
			values += compare(t, name, byKey[key][0], r, causes)
			byKey[key] = byKey[key][1:]
		}
	}
	t.Logf("%d values compared; differences of golang-evtx's own: %v", values, causes)
	if values < 100_000 {
		t.Errorf("only %d values were compared", values)
	}
}

// unnamed is what golang-evtx calls Data without a name.
var unnamed = regexp.MustCompile(`^EventData/Data\d*$`)

func compare(t *testing.T, name string, theirs Record, ours *event.Record, causes map[string]int) (values int) {
	t.Helper()
	h := ours.Head()
	at, err := event.ParseFileTime(theirs.Time)
	if err != nil || at != h.Time || theirs.EventID != strconv.Itoa(int(h.EventID)) {
		t.Errorf("%s: record %d: event %s at %s, ours %d at %s", name, h.RecordID, theirs.EventID, theirs.Time, h.EventID, h.Time)
	}
	mine := make(map[string]event.Value)
	var mineUnnamed, theirsUnnamed []string
	for _, f := range ours.Data() {
		if f.Name == "" {
			mineUnnamed = append(mineUnnamed, f.Value.String())
			continue
		}
		mine["EventData/"+f.Name] = f.Value
	}
	leaves(ours.UserData(), "UserData", mine)
	for path, value := range theirs.Data {
		switch {
		case unnamed.MatchString(path):
			theirsUnnamed = append(theirsUnnamed, value)
			continue
		case strings.Contains(path, "xmlns") || strings.HasSuffix(path, "/Name"):
			continue
		}
		values++
		v, ok := mine[path]
		delete(mine, path)
		if !ok && value != "" {
			t.Errorf("%s: record %d, event %d: %s is %q, ours lacks it", name, h.RecordID, h.EventID, path, value)
		} else if v.String() != value && !excused(value, v, causes) {
			t.Errorf("%s: record %d, event %d: %s is %q, ours %q (type %#x)", name, h.RecordID, h.EventID, path, value, v.String(), v.Type)
		}
	}
	for path, v := range mine {
		if v.String() != "" {
			t.Errorf("%s: record %d, event %d: golang-evtx lacks %s = %q", name, h.RecordID, h.EventID, path, v.String())
		}
	}
	if len(theirsUnnamed) == 1 && strings.HasPrefix(theirsUnnamed[0], "[") {
		// It prints an array as one value, without its empty items.
		causes["joins arrays"]++
		joined := strings.Join(slices.DeleteFunc(mineUnnamed, func(s string) bool { return s == "" }), " ")
		mineUnnamed = []string{"[" + joined + "]"}
	}
	sort.Strings(mineUnnamed)
	sort.Strings(theirsUnnamed)
	if !slices.Equal(mineUnnamed, theirsUnnamed) {
		t.Errorf("%s: record %d, event %d: unnamed Data %q, ours %q", name, h.RecordID, h.EventID, theirsUnnamed, mineUnnamed)
	}
	return values
}

func excused(theirs string, ours event.Value, causes map[string]int) bool {
	for _, f := range theirFaults {
		if f.holds(theirs, ours) {
			causes[f.cause]++
			return true
		}
	}
	return false
}

func leaves(e *event.Element, path string, out map[string]event.Value) {
	for _, c := range e.Elements() {
		below := path + "/" + c.Name
		if len(c.Elements()) == 0 {
			out[below] = c.Value()
			continue
		}
		leaves(c, below, out)
	}
}
