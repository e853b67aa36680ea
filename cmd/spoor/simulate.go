package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"spoor/model/export"
	"spoor/model/simulate"
	"spoor/parser/evtxwrite"
)

// simulation is what simulate is asked for.
type simulation struct {
	simulate.Options
	start, faults, intruders string
	output, truth            string
	demo, force              bool
}

func newSimulate(*environment) *cobra.Command {
	var o simulation
	c := &cobra.Command{
		Use:   "simulate [--hosts N] [--days N] [--seed N] -o FOLDER",
		Short: "Write the logs of a simulated domain, and what really happened in it",
		Long: fmt.Sprintf(`Write the event logs of a simulated domain, a folder for each host, and what
really happened in it, logged or not, as truth.jsonl. The same arguments give
the same bytes.

The faults that --fault switches on, in what is written, not in what happens:
  %s
The stories that --intruder adds:
  %s

With --demo, it is the practice domain of spoor demo, as a .zip collection.`, join(simulate.Faults), strings.Join(simulate.Intruders(), ", ")),
		Example: `  spoor simulate --hosts 200 --days 2 --seed 7 -o domain
  spoor simulate --hosts 10 --fault rolled-over,dropped --intruder spray -o case
  spoor simulate --demo -o demo.zip --truth truth.jsonl`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c.Context(), c.Flags().Changed) },
	}
	f := c.Flags()
	f.IntVar(&o.Hosts, "hosts", 10, fmt.Sprintf("how many `machines` there are, up to %d", simulate.MostHosts))
	f.IntVar(&o.Days, "days", 1, "how many `days` the logs hold")
	f.Uint64Var(&o.Seed, "seed", 1, "the `number` that chance comes from")
	f.StringVar(&o.start, "start", "2026-03-03", "the first `day`")
	f.StringVar(&o.faults, "fault", "", "what the logs lack, `names` with commas between them")
	f.StringVar(&o.intruders, "intruder", "", "whose intruders come, `names` with commas between them")
	f.BoolVar(&o.demo, "demo", false, "the practice domain of spoor demo, as FILE.zip")
	f.StringVarP(&o.output, "output", "o", "", "the `folder` to write, or with --demo the file")
	f.StringVar(&o.truth, "truth", "", "with --demo: the `file` for what really happened")
	f.BoolVar(&o.force, "force", false, "replace what is there")
	_ = c.RegisterFlagCompletionFunc("fault", completeWords(strings.Split(join(simulate.Faults), ", ")))
	_ = c.RegisterFlagCompletionFunc("intruder", completeWords(simulate.Intruders()))
	return c
}

func join(faults []simulate.Fault) string {
	names := make([]string, len(faults))
	for i, f := range faults {
		names[i] = string(f)
	}
	return strings.Join(names, ", ")
}

func (o *simulation) run(ctx context.Context, given func(string) bool) error {
	if o.output == "" {
		return usage("say where to write to: -o FOLDER, or --demo -o FILE.zip")
	}
	if !o.demo {
		if o.truth != "" {
			return usage("--truth is for --demo: without it, FOLDER holds truth.jsonl")
		}
		return o.domain(ctx)
	}
	for _, name := range []string{"hosts", "days", "seed", "start", "fault", "intruder"} {
		if given(name) {
			return usage("--%s: the practice domain of --demo is always the same", name)
		}
	}
	write := export.Create
	if o.force {
		write = export.Replace
	}
	return written(simulateTo(simulate.Demo(), o.output, o.truth, write))
}

// domain generates a domain and writes its logs into a folder.
func (o *simulation) domain(ctx context.Context) error {
	var err error
	if o.Start, err = time.Parse(time.DateOnly, o.start); err != nil {
		return usage("--start %q is no day, such as 2026-03-03", o.start)
	}
	if o.Faults, err = simulate.ParseFaults(o.faults); err != nil {
		return usage("--fault: %v; there are %s", err, join(simulate.Faults))
	}
	o.Intruders = strings.FieldsFunc(o.intruders, func(r rune) bool { return r == ',' })
	w, err := simulate.New(o.Options)
	if err != nil {
		return usage("%v", err)
	}
	return written(writeWorld(ctx, w, o.output, o.force))
}

// written turns what went wrong with the output into its exit code.
func written(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return &failure{exitUnwritten, fmt.Errorf("%w; choose another name or --force", err)}
	}
	return unwritten(err)
}

// simulateTo lets a world run into a collection and writes down what happened.
func simulateTo(w *simulate.World, output, truth string, write func(string, func(io.Writer) error) error) error {
	err := write(output, func(out io.Writer) error {
		c := evtxwrite.NewCollection(out, w.End().Time())
		if err := w.Run(c); err != nil {
			return err
		}
		return c.Close()
	})
	if err != nil || truth == "" {
		return err
	}
	return write(truth, func(out io.Writer) error {
		_, err := w.Truth().WriteTo(out)
		return err
	})
}
