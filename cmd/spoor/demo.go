package main

import (
	"bytes"
	"context"

	"github.com/spf13/cobra"

	"spoor/parser/evidence"
	"spoor/testdata"
)

func newDemo(env *environment) *cobra.Command {
	var o options
	c := &cobra.Command{
		Use:   "demo",
		Short: "Open the built-in practice domain",
		Long: `Open the logs of a small invented company's domain: one week of office work,
and one intruder. Where stdout is no terminal, print the report on it. Marks and
dismissals are kept for the next demo, as those of any evidence; --no-state keeps
none.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !isTerminal(env.out) {
				return env.report(c.Context(), &o, findDemo)
			}
			return env.open(c.Context(), &o, evidenceAt{title: "demo", find: findDemo})
		},
	}
	o.reading(c)
	o.boring(c)
	o.judging(c)
	o.appearance(c)
	return c
}

func findDemo(ctx context.Context) *evidence.Set {
	return evidence.FindIn(ctx, "demo.zip", bytes.NewReader(testdata.Demo), int64(len(testdata.Demo)), evidence.Options{})
}
