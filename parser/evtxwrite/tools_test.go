package evtxwrite_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spoor/model/event"
)

// tool returns a program that Linux distributions package, or skips the test;
// where SPOOR_REQUIRE_TOOLS is set, its absence is a failure.
func tool(t *testing.T, name, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("SPOOR_REQUIRE_TOOLS") != "" {
		t.Fatalf("%s (Debian package %s) is missing, and SPOOR_REQUIRE_TOOLS is set", name, pkg)
	}
	t.Skipf("%s (Debian package %s) is missing", name, pkg)
	return ""
}

func fileOf(t *testing.T, records []*event.Record) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log.evtx")
	if err := os.WriteFile(path, logOf(t, records), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEvtxexportReadsEveryRecord(t *testing.T) {
	evtxexport := tool(t, "evtxexport", "libevtx-utils")
	for name, records := range map[string][]*event.Record{
		"none":           nil,
		"one":            mixed(1),
		"several chunks": mixed(700),
	} {
		t.Run(name, func(t *testing.T) {
			records := without(records, func(v event.Value) bool { return v.Type == event.Bool|event.Array })
			cmd := exec.Command(evtxexport, "-f", "xml", fileOf(t, records))
			var problems strings.Builder
			cmd.Stderr = &problems
			out, err := cmd.Output()
			if len(records) == 0 {
				if got := strings.Count(string(out), "<Event "); got != 0 {
					t.Errorf("%d records, want none", got)
				}
				return
			}
			if err != nil {
				t.Fatalf("%v\n%s", err, problems.String())
			}
			if got := strings.Count(string(out), "<Event "); got != len(records) {
				t.Errorf("%d records, want %d", got, len(records))
			}
			if strings.Contains(string(out), "recovered") || problems.Len() > 0 {
				t.Errorf("it complains: %s", problems.String())
			}
		})
	}
}

// The script prints every record's number and XML, so that a record that is
// not understood ends it.
const pythonScript = `
import sys
import Evtx.Evtx
with Evtx.Evtx.Evtx(sys.argv[1]) as log:
    assert log.get_file_header().verify(), "file header"
    for chunk in log.chunks():
        assert chunk.verify(), "chunk"
    for record in log.records():
        xml = record.xml()
        print(record.record_num(), len(xml), "</Event>" in xml)
`

func TestPythonEvtxReadsEveryRecord(t *testing.T) {
	python := "/usr/bin/python3" // whose packages are the distribution's
	if exec.Command(python, "-c", "import Evtx.Evtx").Run() != nil {
		python = ""
	}
	if python == "" {
		tool(t, "a python3 with Evtx", "python3-evtx")
	}
	records := without(mixed(60), func(v event.Value) bool {
		return v.Type > event.Array|event.String || v.Type == event.AnsiString || strings.Contains(v.Text, "\xed")
	})
	out, err := exec.Command(python, "-c", pythonScript, fileOf(t, records)).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got := strings.Count(string(out), " True\n"); got != len(records) {
		t.Errorf("%d records read, want %d:\n%s", got, len(records), out)
	}
}

// without returns records less the values that a reader does not know, in
// place.
func without(records []*event.Record, unknown func(event.Value) bool) []*event.Record {
	for _, r := range records {
		data := r.Root.Child("EventData")
		if data == nil {
			continue
		}
		data.Children = slices.DeleteFunc(data.Children, func(n event.Node) bool {
			return unknown(n.Element.Value())
		})
	}
	return records
}
