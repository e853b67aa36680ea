package simulate_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"spoor/model/simulate"
	"spoor/parser/evtxwrite"
	"spoor/testdata"
)

func demoZip(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	c := evtxwrite.NewCollection(&b, time.Date(2026, time.March, 9, 0, 0, 0, 0, time.UTC))
	if err := simulate.Demo().Run(c); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func members(t *testing.T, b []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string][]byte)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestDemoIsRegeneratedByteForByte(t *testing.T) {
	got := demoZip(t)
	if bytes.Equal(got, testdata.Demo) {
		return
	}
	t.Error("testdata/demo.zip is not what Demo makes: go generate ./testdata")
	made, kept := members(t, got), members(t, testdata.Demo)
	for name, b := range made {
		if !bytes.Equal(b, kept[name]) {
			t.Errorf("%s differs", name)
		}
	}
	for name := range kept {
		if made[name] == nil {
			t.Errorf("%s is no longer made", name)
		}
	}
}

func TestDemoIsSmall(t *testing.T) {
	if n := len(testdata.Demo); n > 3<<20 {
		t.Errorf("the practice domain has %d bytes, more than 3 MiB", n)
	}
}

func TestDemoHoldsAFolderForEachHostWithWindowsNames(t *testing.T) {
	logs := members(t, testdata.Demo)
	for _, name := range []string{
		"DC01/Security.evtx", "DC02/System.evtx", "FS01/Archive-Security-2026-03-05-17-00-03-112.evtx", "FS01/Security.evtx",
		"FS01/Microsoft-Windows-TerminalServices-LocalSessionManager%4Operational.evtx",
		"WS103/Microsoft-Windows-TerminalServices-RemoteConnectionManager%4Operational.evtx", "LT201/Security.evtx",
	} {
		if logs[name] == nil {
			t.Errorf("no %s", name)
		}
	}
}

func TestEvtxexportReadsTheDemo(t *testing.T) {
	evtxexport, err := exec.LookPath("evtxexport")
	if err != nil {
		if os.Getenv("SPOOR_REQUIRE_TOOLS") != "" {
			t.Fatal("evtxexport (Debian package libevtx-utils) is missing, and SPOOR_REQUIRE_TOOLS is set")
		}
		t.Skip("evtxexport (Debian package libevtx-utils) is missing")
	}
	counts := make(counter)
	if err := simulate.Demo().Run(counts); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "log.evtx")
	for name, b := range members(t, testdata.Demo) {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(evtxexport, "-f", "xml", path).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := strings.Count(string(out), "<Event "); got != counts[name] {
			t.Errorf("%s: %d records, want %d", name, got, counts[name])
		}
	}
}
