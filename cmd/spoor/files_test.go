package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"spoor/tui"
)

func TestWhatIsSaidOfManyFilesIsTheSameForAnyNumberOfWorkers(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "domain")
	if _, stderr, code := spoor("simulate", "--hosts", "12", "--days", "1", "--seed", "3", "-o", folder); code != 0 {
		t.Fatal(stderr)
	}
	write(t, filepath.Join(folder, "torn.evtx"), read(t, ordinaryLog(t, filepath.Join(t.TempDir(), "WS1.evtx")))[:9000])
	for _, command := range [][]string{{"report"}, {"coverage", "--format", "jsonl"}, {"sessions", "--all", "--format", "jsonl"}} {
		args := append(command, folder)
		want, wantErr, wantCode := spoor(append(args, "--jobs", "1")...)
		for _, jobs := range []int{2, 7} {
			got, gotErr, code := spoor(append(args, "--jobs", fmt.Sprint(jobs))...)
			if got != want || gotErr != wantErr || code != wantCode || code != exitDamaged {
				t.Errorf("%s: %d workers say something else than one (exit codes %d and %d)\n%s\n%s", command[0], jobs, code, wantCode, gotErr, wantErr)
			}
		}
	}
}

// Small files keep all workers busy: while one is read, another is.
func TestSmallFilesAreReadAtOnce(t *testing.T) {
	folder := t.TempDir()
	for i := range 4 {
		ordinaryLog(t, filepath.Join(folder, fmt.Sprintf("WS%d.evtx", i)))
	}
	clock := time.Unix(0, 0)
	v := newInvestigation((&options{}).finder([]string{folder}), 2, func() time.Time { // every batch is published
		clock = clock.Add(time.Second)
		return clock
	})
	v.drafts = true
	defer v.Close()
	scanning := func() int {
		v.mu.Lock()
		defer v.mu.Unlock()
		n := 0
		for _, l := range v.logs {
			if l.scanning {
				n++
			}
		}
		return n
	}
	most, last, late := 0, tui.Progress{}, time.Now().Add(10*time.Second)
	v.Load(t.Context(), func(p tui.Progress) {
		last = p
		for p.Snapshot != nil && most < 2 && time.Now().Before(late) {
			most = max(most, scanning())
			time.Sleep(time.Millisecond)
		}
	})
	if most != 2 {
		t.Errorf("two workers read %d files at once", most)
	}
	if last.Files != 4 || last.Done != last.Total || !last.Finished {
		t.Errorf("at the end: %+v", last)
	}
}

// The bytes that were read never decrease, and end at all there are.
func TestProgressOfManyFilesOnlyGrows(t *testing.T) {
	folder := t.TempDir()
	for i := range 20 {
		ordinaryLog(t, filepath.Join(folder, fmt.Sprintf("WS%d.evtx", i)))
	}
	write(t, filepath.Join(folder, "none.evtx"), "no log")
	clock := time.Unix(0, 0)
	v := newInvestigation((&options{}).finder([]string{folder}), 4, func() time.Time {
		clock = clock.Add(time.Second)
		return clock
	})
	v.drafts = true
	defer v.Close()
	var done []int64
	var last tui.Progress
	v.Load(t.Context(), func(p tui.Progress) { done, last = append(done, p.Done), p })
	if !slices.IsSorted(done) || last.Done != last.Total || last.Files != 21 {
		t.Errorf("%v of %d bytes, %d files", done, last.Total, last.Files)
	}
}
