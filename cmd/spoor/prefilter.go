package main

import (
	"math"

	"github.com/spf13/cobra"
)

// prefilterFrom is how large evidence is, in bytes, from which on a command
// that looks at some accounts alone reads it twice rather than keep all of it:
// that would take about a quarter of it in memory.
const prefilterFrom = 1 << 30

// prefiltering adds the flag of the commands that can keep less in memory. It
// changes nothing of what they print.
func (o *options) prefiltering(c *cobra.Command) {
	o.prefilter = "auto"
	c.Flags().StringVar(&o.prefilter, "prefilter", o.prefilter, "read evidence twice to keep in memory only what tells of the accounts asked for: auto (from 1 GiB on), always or never; prints the same")
	words := []string{"auto", "always", "never"}
	_ = c.RegisterFlagCompletionFunc("prefilter", cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	before := c.PreRunE
	c.PreRunE = func(c *cobra.Command, args []string) error {
		if o.prefilter != "auto" && o.prefilter != "always" && o.prefilter != "never" {
			return usage("unknown --prefilter %q; there are auto, always and never", o.prefilter)
		}
		return before(c, args)
	}
}

// choice returns which accounts are looked at, and the size of evidence from
// which on that is worth reading it twice.
func (o *options) choice(accounts []string) (choose func(names []string) bool, from int64) {
	switch o.prefilter {
	case "auto":
		from = prefilterFrom
	case "always":
	default:
		from = math.MaxInt64
	}
	return func(names []string) bool { return matchesAny(accounts, names) }, from
}
