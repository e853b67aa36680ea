package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// onScreen starts the program on paths in a shell that waits, and returns to it
// by keys once it has shown what is wanted.
func onScreen(t *testing.T, m *tmux, program, arguments string, code string, drive func()) (after string) {
	t.Helper()
	m.text("clear; " + program + " --no-state " + arguments + "; echo left with $?")
	m.keys("Enter")
	drive()
	m.keys("C-c")
	return m.wait("left with " + code)
}

// What cannot be read is told of on the screen, with its reason and what to do;
// the screen ends with the exit code of a command that reads the same, and
// names it once more where it stays to be read.
func TestWhatCannotBeReadIsToldOnTheScreenAndAfterIt(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a terminal")
	}
	m, program := startTmux(t, 200, 24), binary(t)
	path := func(folder, name, content string) string {
		folder = filepath.Join(t.TempDir(), folder)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if name != "" {
			write(t, filepath.Join(folder, name), content)
		}
		return folder
	}
	after := onScreen(t, m, program, path("empty", "", ""), "1", func() {
		m.wait("nothing could be read: ", "the folder holds no event logs", "8 lists what was tried")
		m.text("8")
		m.wait("not read", "unread", "holds no event logs")
	})
	if !strings.Contains(after, "spoor: nothing could be read") {
		t.Errorf("afterwards stands\n%s", after)
	}
	onScreen(t, m, program, path("text", "notes.evtx", "Dear diary"), "1", func() { m.wait("it is text", "8 lists what was tried") })
	mixed := path("mixed", "notes.evtx", "Dear diary")
	log := ordinaryLog(t, filepath.Join(mixed, "WS1.evtx"))
	after = onScreen(t, m, program, mixed, "3", func() { m.wait(`EXAMPLE\alice`, "1 file not read (8)") })
	if !strings.Contains(after, "notes.evtx: the file is no Windows event log") {
		t.Errorf("afterwards stands\n%s", after)
	}
	onScreen(t, m, program, log, "0", func() { m.wait(`EXAMPLE\alice`) })
	whole := read(t, log)
	write(t, log, whole[:len(whole)-60_000])
	after = onScreen(t, m, program, log, "3", func() {
		m.wait("1 damaged")
		m.text("8")
		m.wait("damage", "cut off")
	})
	if !strings.Contains(after, "WS1.evtx: chunk 0") {
		t.Errorf("afterwards stands\n%s", after)
	}
}

// An export onto a full disk, or where nobody may write, says so on the sheet;
// the marks stay, and nothing is left behind.
func TestAnExportThatCannotBeWrittenIsToldOnTheSheet(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a terminal")
	}
	program, disk := binary(t), smallDisk(t, "64k")
	m := startTmux(t, 200, 24) // ends before the disk, which it stands on
	m.text("cd " + disk)
	m.keys("Enter")
	onScreen(t, m, program, "--all demo", "0", func() {
		m.wait("135 accounts")
		m.text("f3*e")
		m.wait("marked sessions", "a manifest is written beside it")
		m.keys("Enter")
		m.wait("not written: write "+disk, "no space left on device")
		m.keys("C-u")
		m.text("/proc/nowhere/x.jsonl")
		m.wait("/proc/nowhere")
		m.keys("Enter")
		m.wait("not written: write ", "no such file or directory")
		m.keys("Escape")
		m.wait(" marked")
	})
	m.text("cd /; echo gone a''way") // or the disk stays busy
	m.keys("Enter")
	m.wait("gone away")
	if left, err := os.ReadDir(disk); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}
