package main

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"runtime"
	"runtime/pprof"
	"runtime/trace"

	"github.com/spf13/cobra"

	"spoor/model/text"
)

// diagnosis lets somebody see what a run does inside.
type diagnosis struct {
	log, cpu, memory, trace string // files to write
	begun                   []func() error
}

func (d *diagnosis) flags(root *cobra.Command, env *environment) {
	f := root.PersistentFlags()
	f.StringVar(&d.log, "debug-log", "", "write what the program does, step by step, to a new `file`; names of evidence are in it")
	f.StringVar(&d.cpu, "cpuprofile", "", "write a profile of the processors' time to a new `file`")
	f.StringVar(&d.memory, "memprofile", "", "write a profile of the memory at the end to a new `file`")
	f.StringVar(&d.trace, "trace", "", "write a trace of the run to a new `file`")
	for _, name := range []string{"cpuprofile", "memprofile", "trace"} {
		_ = f.MarkHidden(name)
	}
	root.PersistentPreRunE = func(c *cobra.Command, args []string) error { return d.begin(c, args, env) }
}

// begin starts what was asked for.
func (d *diagnosis) begin(c *cobra.Command, args []string, env *environment) error {
	if err := d.to(d.log, func(out io.Writer) (func() error, error) {
		env.log = slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: clean}))
		env.log.Info("begin", "command", c.CommandPath(), "arguments", args, "version", version(), "go", runtime.Version(),
			"system", runtime.GOOS+"/"+runtime.GOARCH, "processors", runtime.GOMAXPROCS(0))
		return nil, nil
	}); err != nil {
		return err
	}
	if err := d.to(d.cpu, func(out io.Writer) (func() error, error) {
		return func() error { pprof.StopCPUProfile(); return nil }, pprof.StartCPUProfile(out)
	}); err != nil {
		return err
	}
	if err := d.to(d.trace, func(out io.Writer) (func() error, error) {
		return func() error { trace.Stop(); return nil }, trace.Start(out)
	}); err != nil {
		return err
	}
	return d.to(d.memory, func(out io.Writer) (func() error, error) {
		return func() error {
			runtime.GC()
			return pprof.WriteHeapProfile(out)
		}, nil
	})
}

// to lets start write to a new file, which could be evidence if it were there;
// what start returns is called at the end.
func (d *diagnosis) to(path string, start func(io.Writer) (func() error, error)) error {
	if path == "" {
		return nil
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return &failure{exitUnwritten, err}
	}
	d.begun = append(d.begun, out.Close)
	end, err := start(out)
	if end != nil {
		d.begun = append(d.begun, end)
	}
	return unwritten(err)
}

// end completes the files, the last begun first.
func (d *diagnosis) end() error {
	var errs []error
	for i := len(d.begun) - 1; i >= 0; i-- {
		errs = append(errs, d.begun[i]())
	}
	return errors.Join(errs...)
}

// clean lets nothing of evidence into a log that a terminal would obey.
func clean(_ []string, a slog.Attr) slog.Attr {
	switch v := a.Value.Any().(type) {
	case string:
		a.Value = slog.StringValue(text.Clean(v))
	case error:
		a.Value = slog.StringValue(text.Clean(v.Error()))
	case []string:
		out := make([]string, len(v))
		for i := range v {
			out[i] = text.Clean(v[i])
		}
		a.Value = slog.AnyValue(out)
	}
	return a
}
