package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"

	"spoor/model"
	"spoor/model/event"
)

// unhashed are the story's files, of which no sum is known when they are
// loaded.
func unhashed(t *testing.T, hash func(context.Context, event.FileID) (string, error)) Options {
	o := options(t, story())
	o.Load, o.Read = loadWith(t, story(), func(int) string { return "" })
	o.Provenance.Hash = hash
	return o
}

func sumOf(id event.FileID) string { return fmt.Sprintf("%02xfeed", id) }

func TestFilesAreHashedOneAfterTheOtherOnceAllAreLoaded(t *testing.T) {
	var loaded, running atomic.Bool
	var order []event.FileID
	o := unhashed(t, func(_ context.Context, id event.FileID) (string, error) {
		if !loaded.Load() {
			t.Errorf("file %d is hashed before loading has finished", id)
		}
		if running.Swap(true) {
			t.Errorf("file %d is hashed beside another", id)
		}
		defer running.Store(false)
		order = append(order, id)
		if id == 1 {
			return "", errors.New("the disk is gone\x1b[2J")
		}
		return sumOf(id), nil
	})
	load := o.Load
	o.Load = func(ctx context.Context, publish func(Progress)) {
		load(ctx, func(p Progress) {
			loaded.Store(p.Finished)
			publish(p)
		})
	}
	d := drive(t, o, 100, 30).press("8").sees("sha-256   "+sumOf(0)).misses("hashing", "not yet known")
	if !slices.Equal(order, []event.FileID{0, 1, 2}) {
		t.Errorf("hashed %v", order)
	}
	d.press("down").sees("sha-256   not known: the disk is gone<ESC>[2J")
	d.press("/", sumOf(2), "esc").sees("1 of 3 files", "sha-256   "+sumOf(2))
}

func TestWithoutAHashSumsStayUnknown(t *testing.T) {
	drive(t, unhashed(t, nil), 100, 30).press("8").sees("sha-256   not yet known").misses("hashing")
}

func TestWhatCouldNotBeOpenedIsNotWaitedFor(t *testing.T) {
	b := model.NewBuilder(event.NewSchemas())
	b.AddFile(event.File{Name: "empty"})
	b.AddDamage(event.Damage{Name: "empty", Chunk: -1, Offset: -1, Reason: "the folder holds no event logs"})
	o := unhashed(t, func(context.Context, event.FileID) (string, error) { return "", errors.New("no such file") })
	o.Load = func(_ context.Context, publish func(Progress)) {
		publish(Progress{Snapshot: b.Finish(), Finished: true, Err: errors.New("nothing could be read")})
	}
	drive(t, o, 100, 30).press("8").sees("holds no event logs", "sha-256   not known: the file was not read")
}

// Whoever stopped loading does not want the rest to be read.
func TestFilesThatStoppingLeftUnreadAreNotHashed(t *testing.T) {
	o := unhashed(t, nil)
	var first *model.Snapshot
	o.Load(t.Context(), func(p Progress) {
		if first == nil {
			first = p.Snapshot
		}
	})
	d := idle(t)
	d.root.hashing.hash = func(_ context.Context, id event.FileID) (string, error) { return sumOf(id), nil }
	d.progress(Progress{Snapshot: first, Finished: true, Stopped: true, Files: 1, TotalFiles: 3})
	<-d.root.hashing.done
	d.press("8").sees("sha-256   " + sumOf(0)).press("down")
	d.send(restMsg{d.root.resting})
	d.sees("sha-256   not known: the file was not read")
}

func TestSumsThatAreNotOnScreenWriteNothing(t *testing.T) {
	next := make(chan struct{})
	o := unhashed(t, func(ctx context.Context, id event.FileID) (string, error) {
		select {
		case <-next:
		case <-ctx.Done():
		}
		return sumOf(id), ctx.Err()
	})
	tm, e := run(t, o, colorprofile.ANSI, 100, 30)
	shows := func(want string) {
		t.Helper()
		for deadline := time.Now().Add(10 * time.Second); !strings.Contains(e.text(), want); time.Sleep(5 * time.Millisecond) {
			b, err := io.ReadAll(tm.Output())
			if err != nil || time.Now().After(deadline) {
				t.Fatalf("%v; the terminal does not show %q but\n%s", err, want, e.text())
			}
			e.show(b)
		}
	}
	shows("2 accounts")
	written(t, tm)
	next <- struct{}{}
	if n := written(t, tm); n != 0 {
		t.Errorf("a sum that nobody looks at writes %d bytes", n)
	}
	tm.Type("8")
	shows("hashing 2 of 3")
	shows(sumOf(0))
	next <- struct{}{}
	shows("hashing 3 of 3")
	next <- struct{}{}
	for deadline := time.Now().Add(10 * time.Second); strings.Contains(e.text(), "hashing"); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it goes on hashing:\n%s", e.text())
		}
		b, _ := io.ReadAll(tm.Output())
		e.show(b)
	}
}

func TestQuittingEndsHashingAndWaitsForIt(t *testing.T) {
	var began, ended atomic.Bool
	o := unhashed(t, func(ctx context.Context, _ event.FileID) (string, error) {
		began.Store(true)
		<-ctx.Done()
		time.Sleep(50 * time.Millisecond)
		ended.Store(true)
		return "", ctx.Err()
	})
	in, keys := io.Pipe()
	o.In, o.Out, o.Width, o.Height = in, io.Discard, 80, 24
	done := make(chan error)
	go func() { done <- Run(t.Context(), o) }()
	for deadline := time.Now().Add(10 * time.Second); !began.Load(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("hashing did not begin")
		}
	}
	io.WriteString(keys, "\x03")
	if err := <-done; err != nil || !ended.Load() {
		t.Errorf("quitting gave %v; hashing has ended: %t", err, ended.Load())
	}
	keys.Close()
}
