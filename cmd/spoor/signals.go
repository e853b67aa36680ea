package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// signalled is the cause of a context that a signal ended.
type signalled struct{ signal os.Signal }

func (s signalled) Error() string { return "stopped by " + s.signal.String() }

// untilSignal returns a context that a signal ends, as its cause. stop gives
// the signals back.
func untilSignal(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	came := make(chan os.Signal, 1)
	signal.Notify(came, endings...)
	// Whoever reads standard output may have had enough. Writing then fails,
	// and the run ends tidily; the signal alone would end it where it stands.
	enough := make(chan os.Signal, 1)
	signal.Notify(enough, syscall.SIGPIPE)
	go func() {
		select {
		case s := <-came:
			cancel(signalled{s})
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(came)
		signal.Stop(enough)
		cancel(nil)
	}
}
