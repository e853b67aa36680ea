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

	"spoor/model/export"
	"spoor/parser/evtxwrite/bulk"
)

// TestALargeLogFilteredTakesLittleMemory writes evidence of SPOOR_LARGE_MB
// megabytes, one server's log in files of 2 GB, and lists and exports the
// sessions of a quiet and of a busy account of it, and of an hour.
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
	logons := records * bulk.LogonShare / 100
	for name, filter := range map[string][]string{
		"a quiet account":     {"--user", "user0120"},
		"a busy account":      {"--user", "user0000"},
		"an hour":             {"--since", middle.Format(time.RFC3339), "--until", middle.Add(time.Hour).Format(time.RFC3339)},
		"a day of an account": {"--user", "user0120", "--since", "2026-01-05", "--until", "2026-01-06"},
	} {
		filter = append(filter, "--quiet", "--prefilter", "always", evidence)
		var events, sessions uint64
		list := exec.Command(program, append([]string{"sessions", "--format", "jsonl"}, filter...)...)
		out, err := list.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		within := func(what string, c *exec.Cmd, wall time.Duration) {
			peak, most := peakOf(c.ProcessState), uint64(64<<20)+24*logons+200*events
			t.Logf("%s, %s: %d sessions with %d events of %d records, %d of them logons; peak %d MiB of at most %d; %.1f s, %.1f s of processors; reading alone takes %.1f s",
				name, what, sessions, events, records, logons, peak>>20, most>>20, wall.Seconds(),
				(c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds(), reading.Seconds())
			if peak > most {
				t.Errorf("%s, %s: %d bytes of memory at the peak, not %d at most", name, what, peak, most)
			}
		}
		began := time.Now()
		if err := list.Start(); err != nil {
			t.Fatal(err)
		}
		for dec := json.NewDecoder(out); ; sessions++ {
			var s struct{ Events uint64 }
			if err := dec.Decode(&s); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			events += s.Events
		}
		if err := list.Wait(); err != nil {
			t.Fatal(err)
		}
		within("sessions", list, time.Since(began))
		if sessions == 0 {
			t.Errorf("%s has no sessions: it proves nothing", name)
		}
		for _, f := range []export.Format{export.JSONL, export.CSV, export.Timesketch, export.Markdown, export.HTML} {
			to := filepath.Join(folder, "export")
			c := exec.Command(program, append([]string{"export", "--no-findings", "--format", string(f), "-o", to}, filter...)...)
			began := time.Now()
			if said, err := c.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, said)
			}
			within(string(f), c, time.Since(began))
			for _, name := range []string{to, to + ".manifest.json"} {
				if err := os.RemoveAll(name); err != nil {
					t.Fatal(err)
				}
			}
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
