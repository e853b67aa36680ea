package main

import (
	"bytes"
	"context"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"spoor/model/export"
	"spoor/parser/evidence"
	"spoor/tui"
)

// A list that was interrupted is no result: it fails, and nothing stands under
// the name that was asked for.
func TestAnInterruptedListLeavesNoHalfFile(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var rows iter.Seq[string] = func(yield func(string) bool) {
		yield("first")
		cancel()
	}
	columns := []export.Column[string]{{Name: "row", Text: func(s string) string { return s }}}
	env := &environment{out: &bytes.Buffer{}, err: &bytes.Buffer{}}
	path := filepath.Join(t.TempDir(), "out.jsonl")
	if err := printRows(ctx, env, &options{format: "jsonl", output: path}, columns, rows); err == nil {
		t.Error("an interrupted list is a success")
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if code := env.exit(ctx, ctx.Err()); code != exitCancelled {
		t.Errorf("exit code %d, want %d", code, exitCancelled)
	}
}

// Evidence that grows while it is read is reported: what was read is then not
// what a hash would speak of.
func TestAFileThatGrowsWhileItIsReadIsReported(t *testing.T) {
	path := ordinaryLog(t, filepath.Join(t.TempDir(), "WS1.evtx"))
	clock := time.Unix(0, 0)
	tick := func() time.Time { // makes every batch publish how far reading is
		clock = clock.Add(time.Second)
		return clock
	}
	v := newInvestigation(func(ctx context.Context) *evidence.Set { return evidence.Find(ctx, []string{path}, evidence.Options{}) }, 1, tick)
	v.drafts = true
	defer v.Close()
	var last tui.Progress
	grown := false
	v.Load(t.Context(), func(p tui.Progress) {
		last = p
		if p.Done == 0 || grown {
			return
		}
		grown = true
		f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.Write(make([]byte, 64<<10)); err != nil {
			t.Fatal(err)
		}
	})
	for _, d := range last.Snapshot.Damage() {
		if !d.Note && d.Name == path && strings.Contains(d.Reason, "changed") {
			return
		}
	}
	t.Errorf("nobody says that the file has changed: %+v", last.Snapshot.Damage())
}

// Evidence that vanishes while the rest is read is told of, and the rest stays.
func TestAFileThatVanishesWhileLoadingIsReported(t *testing.T) {
	folder := t.TempDir()
	small, large := ordinaryLog(t, filepath.Join(folder, "WS1.evtx")), filepath.Join(folder, "WS2.evtx")
	write(t, large, read(t, small)+strings.Repeat("\x00", 64<<10)) // read last
	v := newInvestigation(func(ctx context.Context) *evidence.Set {
		return evidence.Find(ctx, []string{folder}, evidence.Options{})
	}, 1, time.Now)
	defer v.Close()
	var last tui.Progress
	v.Load(t.Context(), func(p tui.Progress) {
		if last.TotalFiles == 0 {
			if err := os.Remove(large); err != nil {
				t.Fatal(err)
			}
		}
		last = p
	})
	if n := last.Snapshot.SessionCount(); n == 0 || last.Err != nil || !last.Finished {
		t.Errorf("%d sessions are there, %+v", n, last)
	}
	for _, d := range last.Snapshot.Damage() {
		if !d.Note && d.Name == large && strings.Contains(d.Reason, "no such file") {
			return
		}
	}
	t.Errorf("nobody says that the file has gone: %+v", last.Snapshot.Damage())
}

// However a run is ended, the terminal is as it was before.
func TestATerminatedScreenGivesTheTerminalBack(t *testing.T) {
	tool(t, "pkill")
	m := startTmux(t, 80, 24)
	program, folder := binary(t), t.TempDir()
	for signal, code := range map[string]string{"TERM": "130", "HUP": "129", "INT": "130"} {
		m.text("cd " + folder + " && clear && stty -a > before && " + program + " demo; code=$?; stty -a > after; echo left with $code")
		m.keys("Enter")
		m.wait("accounts", "UTC+00:00")
		m.run("run-shell", "-b", "pkill -"+signal+" -f '^"+program+" demo'")
		m.wait("left with " + code)
		if before, after := read(t, folder, "before"), read(t, folder, "after"); before != after {
			t.Errorf("after SIG%s the terminal was\n%s\nand is\n%s", signal, before, after)
		}
	}
}
