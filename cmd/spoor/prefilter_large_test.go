//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"spoor/parser/evtxwrite/bulk"
)

// TestALargeLogFilteredTakesLittleMemory writes evidence of SPOOR_LARGE_MB
// megabytes, one server's log in files of 2 GB, and lists the sessions of a
// quiet and of a busy account of it, and of an hour.
func TestALargeLogFilteredTakesLittleMemory(t *testing.T) {
	size, _ := strconv.ParseInt(os.Getenv("SPOOR_LARGE_MB"), 10, 64)
	if size == 0 {
		t.Skip("SPOOR_LARGE_MB is not set: no large log to write")
	}
	folder := t.TempDir()
	program := filepath.Join(folder, "spoor")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	evidence := filepath.Join(folder, "evidence")
	records := writeLarge(t, evidence, size<<20)
	reading := readThrough(t, evidence)
	// Five records a second.
	middle := time.Date(2026, 1, 5, 6, 0, 0, 0, time.UTC).Add(time.Duration(records) / 2 * time.Second / 5)
	for name, filter := range map[string][]string{
		"a quiet account":     {"--user", "user0120"},
		"a busy account":      {"--user", "user0000"},
		"an hour":             {"--since", middle.Format(time.RFC3339), "--until", middle.Add(time.Hour).Format(time.RFC3339)},
		"a day of an account": {"--user", "user0120", "--since", "2026-01-05", "--until", "2026-01-06"},
	} {
		c := exec.Command(program, append([]string{"sessions", "--format", "jsonl", "--quiet", "--prefilter", "always", evidence}, filter...)...)
		var events, sessions, ids uint64
		count := func(r io.Reader) error {
			for dec := json.NewDecoder(r); ; sessions++ {
				var s struct {
					Events uint64
					IDs    []string `json:"logon_ids"`
				}
				if err := dec.Decode(&s); err == io.EOF {
					return nil
				} else if err != nil {
					return err
				}
				events, ids = events+s.Events, ids+uint64(len(s.IDs))
			}
		}
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		if err := count(out); err != nil {
			t.Fatal(err)
		}
		if err := c.Wait(); err != nil {
			t.Fatal(err)
		}
		wall := time.Since(began)
		peak := peakOf(c.ProcessState)
		logons := records * bulk.LogonShare / 100
		most := uint64(64<<20) + 24*logons + 200*events
		t.Logf("%s: %d sessions with %d events of %d records, %d of them logons; peak %d MiB of at most %d; %.1f s, %.1f s of processors; reading alone takes %.1f s",
			name, sessions, events, records, logons, peak>>20, most>>20, wall.Seconds(),
			(c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds(), reading.Seconds())
		if sessions == 0 {
			t.Errorf("%s has no sessions: it proves nothing", name)
		}
		if peak > most {
			t.Errorf("%s: %d bytes of memory at the peak, not %d at most", name, peak, most)
		}
	}
}

func peakOf(s *os.ProcessState) uint64 {
	usage, ok := s.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return uint64(usage.Maxrss) << 10
}

// writeLarge writes a server's log in several files and returns how many
// records they hold.
func writeLarge(t *testing.T, folder string, size int64) (records uint64) {
	t.Helper()
	const most = 2 << 30
	series := bulk.NewSeries(bulk.Options{Seed: 5})
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for i := 0; size > 0; i++ {
		f, err := os.Create(filepath.Join(folder, fmt.Sprintf("Archive-Security-%d.evtx", i)))
		if err != nil {
			t.Fatal(err)
		}
		n, err := series.Write(f, min(size, most))
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		records += n
		size -= most
	}
	return records
}

// readThrough returns how long it takes to read all files of a folder.
func readThrough(t *testing.T, folder string) time.Duration {
	t.Helper()
	began := time.Now()
	names, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{f}); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	return time.Since(began)
}
