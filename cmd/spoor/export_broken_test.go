package main

import (
	"bufio"
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"spoor/model/export"
)

// A name never holds half an export, whenever the program is killed: what has
// one is as a whole export is, and a folder is complete. Runs count that were
// killed while they wrote: what they had written until then is left beside.
func TestAKilledExportLeavesNoHalfFile(t *testing.T) {
	program := binary(t)
	r := rand.New(rand.NewPCG(6, 1))
	for _, format := range []string{"jsonl", "csv", "evtx", "html"} {
		whole := filepath.Join(t.TempDir(), "whole")
		if out, err := exec.Command(program, killedArgs(format, whole)...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		written, runs := 0, 0
		for ; written < killedRuns && runs < 20*killedRuns; runs++ {
			folder := t.TempDir()
			out := filepath.Join(folder, "out")
			if killedWriting(t, exec.Command(program, killedArgs(format, out)...), folder, time.Duration(r.Int64N(int64(8*time.Millisecond)))) {
				written++
			}
			if _, err := os.Lstat(out); errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if _, err := os.Lstat(out + ".manifest.json"); err != nil && format != "csv" {
				// The file is installed first; it is whole.
				sameSize(t, format, whole, out)
				continue
			}
			if got, err := export.CheckExport(out); err != nil || len(got.Faults) > 0 {
				t.Errorf("%s: %+v, %v", format, got, err)
			}
		}
		t.Logf("%s: %d of %d runs were killed while they wrote", format, written, runs)
		if written == 0 {
			t.Errorf("%s: no run of %d was killed while it wrote: it proves nothing", format, runs)
		}
	}
}

// killedWriting runs a program until so long after it began to write into a
// folder, and kills it. It reports whether it left something unfinished there.
func killedWriting(t *testing.T, c *exec.Cmd, folder string, after time.Duration) bool {
	t.Helper()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for begun := false; !begun; {
		select {
		case err := <-ended:
			ended <- err
			begun = true
		case <-time.After(200 * time.Microsecond):
			begun = len(unfinished(folder)) > 0
		}
	}
	time.Sleep(after)
	c.Process.Kill()
	return <-ended != nil && len(unfinished(folder)) > 0
}

// unfinished are what a program writes under names of its own.
func unfinished(folder string) []string {
	found, _ := filepath.Glob(filepath.Join(folder, ".spoor-*"))
	return found
}

// killedRuns is how many runs are killed for each format while they write.
const killedRuns = 4

func killedArgs(format, out string) []string {
	return []string{"export", demoLogs, "--user", "lars.hinrichs", "--quiet", "--format", format, "-o", out}
}

func sameSize(t *testing.T, format, whole, out string) {
	t.Helper()
	a, b := read(t, whole), read(t, out)
	if format == "html" { // which says when it was made
		a, b = writtenLine.ReplaceAllString(a, ""), writtenLine.ReplaceAllString(b, "")
	}
	if a != b {
		t.Errorf("%s: %d bytes stand under the name, a whole export has %d", format, len(b), len(a))
	}
}

// smallDisk mounts a disk of so many bytes, or skips.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+size, "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("no disk can be mounted here: %v %s", err, bytes.TrimSpace(out))
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v %s", err, out)
		}
	})
	return dir
}

func TestAFullDiskIsToldOfAndLeavesNothing(t *testing.T) {
	dir := smallDisk(t, "24k")
	for _, format := range export.Formats() {
		out := filepath.Join(dir, "out")
		_, stderr, code := spoor("export", demoLogs, "--user", "*", "--format", string(format), "-o", out)
		if format == export.Dot && code == exitFine {
			os.Remove(out)
			os.Remove(out + ".manifest.json")
			continue // it fits
		}
		if code != exitUnwritten || !strings.Contains(stderr, "cannot write") || !strings.Contains(stderr, "no space left on device") || strings.Contains(stderr, ".spoor-") {
			t.Errorf("%s: exit code %d: %s", format, code, stderr)
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("%s: left behind: %v", format, left)
		}
	}
}

func TestAStreamToAFullDiskIsToldOf(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full here")
	}
	defer full.Close()
	var problems bytes.Buffer
	c := exec.Command(binary(t), "export", demoLogs, "--session", intruder, "-o", "-")
	c.Stdout, c.Stderr = full, &problems
	c.Run()
	if code := c.ProcessState.ExitCode(); code != exitUnwritten || problems.String() != "spoor: cannot write /dev/stdout: no space left on device; make room, or write elsewhere (-o)\n" {
		t.Errorf("exit code %d: %s", code, problems.String())
	}
}

// Whoever reads the stream may have had enough.
func TestAClosedPipeIsNoFailure(t *testing.T) {
	program := binary(t)
	for _, format := range []string{"jsonl", "json", "timesketch"} {
		var problems bytes.Buffer
		c := exec.Command(program, "export", demoLogs, "--user", "lars.hinrichs", "--format", format, "-o", "-")
		c.Stderr = &problems
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := bufio.NewReaderSize(out, 16).ReadByte(); err != nil {
			t.Error(err)
		}
		out.Close()
		c.Wait()
		if code := c.ProcessState.ExitCode(); code != exitFine || problems.Len() > 0 {
			t.Errorf("%s: exit code %d (%v): %s", format, code, c.ProcessState, problems.String())
		}
	}
}
