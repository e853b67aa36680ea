package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/spf13/cobra"

	"spoor/model/export"
	"spoor/model/simulate"
	"spoor/parser/evtxwrite"
)

func newSimulate(env *environment) *cobra.Command {
	var output, truth string
	var demo, force bool
	c := &cobra.Command{
		Use:   "simulate --demo -o FILE.zip",
		Short: "Write the logs of a simulated domain, and what really happened in it",
		Long: `Write the event logs of a simulated domain as a .zip collection. The same
arguments give the same bytes. --truth writes what really happened, logged or
not, as JSON lines.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if !demo || output == "" {
				return usage("say what to simulate and where to: --demo -o FILE.zip")
			}
			write := export.Create
			if force {
				write = export.Replace
			}
			err := simulateTo(simulate.Demo(), output, truth, write)
			if errors.Is(err, fs.ErrExist) {
				return &failure{exitUnwritten, fmt.Errorf("%w; choose another name or --force", err)}
			}
			return unwritten(err)
		},
	}
	f := c.Flags()
	f.BoolVar(&demo, "demo", false, "the practice domain of spoor demo")
	f.StringVarP(&output, "output", "o", "", "the `file` to write")
	f.StringVar(&truth, "truth", "", "the `file` for what really happened")
	f.BoolVar(&force, "force", false, "replace what is there")
	return c
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
