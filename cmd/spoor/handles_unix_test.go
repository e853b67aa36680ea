//go:build unix

package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"
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
	out, err := limited(20, "export --user '*' --format jsonl -o "+filepath.Join(folder, "out.jsonl")+" "+folder)
	if err != nil {
		t.Errorf("an export into a file with 20 open files: %v\n%s", err, out)
	}
}
