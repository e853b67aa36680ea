package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"runtime/debug"
	"syscall"
	"time"

	"spoor/model/text"
)

// The exit codes.
const (
	exitFine       = 0
	exitUnreadable = 1 // nothing could be read
	exitUsage      = 2
	exitDamaged    = 3 // done, but some evidence was damaged or unreadable
	exitUnwritten  = 4
	exitInternal   = 70
	exitHungUp     = 129 // the terminal is gone
	exitCancelled  = 130
)

// failure is an error with the exit code that it ends the program with.
type failure struct {
	code int
	err  error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

func usage(format string, args ...any) error {
	return &failure{exitUsage, fmt.Errorf(format, args...)}
}

func unwritten(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	if err == nil || errors.Is(err, syscall.EPIPE) {
		// Whoever read our output has had enough; that is no failure.
		return nil
	}
	advice := ""
	switch {
	case errors.Is(err, syscall.ENOSPC):
		advice = "; make room, or write elsewhere (-o)"
	case errors.Is(err, syscall.EMFILE):
		advice = "; allow more (ulimit -n)"
	}
	what := ""
	var at *fs.PathError
	if errors.As(err, &at) {
		what, err = " "+at.Path, at.Err
	}
	return &failure{exitUnwritten, fmt.Errorf("cannot write%s: %w%s", what, err, advice)}
}

// environment is what a run takes from outside.
type environment struct {
	in      io.Reader
	out     io.Writer
	err     io.Writer
	environ []string
	now     func() time.Time
	log     *slog.Logger // of --debug-log; discards what nobody asked for
}

// complain prints one line on stderr. Evidence may be in it.
func (e *environment) complain(format string, args ...any) {
	fmt.Fprintln(e.err, "spoor: "+text.Clean(fmt.Sprintf(format, args...)))
}

// leastOpen is how many files have to be allowed to be open: with fewer, the
// runtime ends the program where it opens its first one.
const leastOpen = 8

// run is the whole program.
func run(ctx context.Context, args []string, in io.Reader, out, err io.Writer, environ []string) (code int) {
	env := &environment{in: in, out: out, err: err, environ: environ, now: time.Now, log: slog.New(slog.DiscardHandler)}
	defer func() {
		if bug := recover(); bug != nil {
			env.log.Error("internal error", "bug", fmt.Sprint(bug), "stack", string(debug.Stack()))
			env.complain("internal error: %v (a bug: please report it with the command line)", bug)
			code = exitInternal
		}
	}()
	if most := mostOpen(); most > 0 && most < leastOpen {
		env.complain("the system lets only %d files be open, too few to read any; allow more (ulimit -n)", most)
		return exitUnreadable
	}
	if scarce := scarceMemory(os.DirFS("/")); scarce != "" {
		env.complain("%s", scarce)
		return exitUnreadable
	}
	var d diagnosis
	root := newRoot(env)
	d.flags(root, env)
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(err)
	code = env.exit(ctx, root.ExecuteContext(ctx))
	env.log.Info("end", "code", code)
	if err := d.end(); err != nil && code == exitFine {
		return env.exit(ctx, unwritten(err))
	}
	return code
}

func (e *environment) exit(ctx context.Context, err error) int {
	var f *failure
	switch {
	case err == nil:
		return exitFine
	case errors.As(err, &f):
		if f.err != nil {
			e.complain("%v", f.err)
		}
		return f.code
	case ctx.Err() != nil:
		e.complain("stopped")
		if s, ok := context.Cause(ctx).(signalled); ok && s.signal == hangup {
			return exitHungUp
		}
		return exitCancelled
	}
	// Cobra's own errors are about the command line.
	e.complain("%v", err)
	fmt.Fprintln(e.err, "See spoor --help.")
	return exitUsage
}

// isTerminal reports whether w is one.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && terminal(f)
}
