//go:build unix

package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"spoor/model"
	"spoor/model/event"
	"spoor/parser/evidence"
)

// Few files may be open: those that are kept open for single records make way
// for those that are read.
func TestFewOpenFilesAreEnough(t *testing.T) {
	program, folder := binary(t), t.TempDir()
	for i := range 40 {
		ordinaryLog(t, filepath.Join(folder, fmt.Sprintf("WS%02d.evtx", i)))
	}
	limited := func(most int, args string) (string, error) {
		out, err := exec.Command("sh", "-c", fmt.Sprintf("ulimit -n %d; exec %s %s 2>&1", most, program, args)).Output()
		return string(out), err
	}
	for _, command := range []string{"report " + folder, "export --user '*' --format jsonl -o - " + folder, "dump " + folder} {
		want, err := exec.Command("sh", "-c", program+" "+command).Output()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := limited(20, command); err != nil || got != string(want) {
			t.Errorf("%s with 20 open files: %v\n%.2000s\nwant\n%.2000s", command, err, got, want)
		}
	}
	// More workers than files would leave logs out, each for want of its own.
	want, err := exec.Command("sh", "-c", program+" report "+folder).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := limited(12, "report --jobs 32 "+folder); err != nil || got != string(want) {
		t.Errorf("a report of 32 workers with 12 open files: %v\n%.2000s", err, got)
	}
	few := exec.Command("sh", "-c", fmt.Sprintf("ulimit -n %d; exec %s report %s", leastOpen-1, program, folder))
	if got, err := few.CombinedOutput(); string(got) != "spoor: the system lets only 7 files be open, too few to read any; allow more (ulimit -n)\n" {
		t.Errorf("with fewer than the runtime needs: %v, %.2000s", err, got)
	}
	out, err := limited(20, "export --user '*' --format jsonl -o "+filepath.Join(folder, "out.jsonl")+" "+folder)
	if err != nil {
		t.Errorf("an export into a file with 20 open files: %v\n%s", err, out)
	}
}

func TestWorkersAreNoMoreThanFindOpenFiles(t *testing.T) {
	for _, c := range []struct {
		jobs int
		open uint64
		want int
	}{{16, 10, 1}, {16, 20, 2}, {16, 64, 16}, {64, 64, 24}, {2, 1024, 2}, {1, 8, 1}} {
		if got := workersWithin(c.jobs, c.open); got != c.want {
			t.Errorf("of %d workers with %d open files there are %d, want %d", c.jobs, c.open, got, c.want)
		}
	}
}

// What one limit leaves out is many files at once: the first say what to do, and
// the rest are counted for each limit.
func TestFilesThatALimitLeavesOutAreCountedNotListed(t *testing.T) {
	b := model.NewBuilder(event.NewSchemas())
	for i := range 60 {
		d := event.Damage{File: event.FileID(i), Name: fmt.Sprintf("WS%02d.evtx", i), Chunk: -1, Offset: -1, Reason: "permission denied"}
		switch {
		case i < 20:
			d.Reason = evidence.Reason(syscall.EMFILE)
		case i < 50:
			d.Reason = evidence.Reason(fmt.Errorf("unpacking: %w", syscall.ENOSPC))
		}
		b.AddFile(event.File{ID: d.File, Name: d.Name})
		b.AddDamage(d)
	}
	var said strings.Builder
	if !(&environment{err: &said}).nameDamage(b.Finish(), 4) {
		t.Error("nothing is damaged")
	}
	lines := strings.Split(strings.TrimSpace(said.String()), "\n")
	if len(lines) != 3+3+4+3 {
		t.Errorf("%d lines:\n%s", len(lines), said.String())
	}
	for _, want := range []string{"and 6 more; spoor", "and 17 more not read, or not to the end, for want of open files;", "and 27 more not read, or not to the end, for want of space;"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("not said: %s, in\n%s", want, said.String())
		}
	}
}
