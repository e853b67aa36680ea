package secondopinion

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestWhatAChildSaidBeforeItFailedCounts(t *testing.T) {
	for _, how := range []string{"hang", "panic", "babble"} {
		n := 0
		err := Read(context.Background(), misbehaving(t, how, "no such file"), time.Second, func(r Record) error {
			n++
			return nil
		})
		if n != 1 || err == nil {
			t.Errorf("%s: %d records, %v", how, n, err)
		}
		if hung := errors.Is(err, ErrSilent); hung != (how == "hang") {
			t.Errorf("%s: %v", how, err)
		}
		if how == "panic" && !strings.Contains(err.Error(), "panic: in a goroutine of its own") {
			t.Errorf("the panic is told as %v", err)
		}
	}
}

func TestAFileThatItRefusesIsAnError(t *testing.T) {
	err := Read(context.Background(), childProcess(t, "no such file"), time.Minute, func(Record) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("%v", err)
	}
}

func TestCancelledReadKillsTheChild(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	err := Read(ctx, misbehaving(t, "hang", "no such file"), time.Hour, func(Record) error {
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
