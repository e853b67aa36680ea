package main

import (
	"math"

	"github.com/spf13/cobra"

	"spoor/model"
	"spoor/model/export"
)

// prefilterFrom is how large evidence is, in bytes, from which on a command
// that looks at some accounts or computers alone reads it twice rather than
// keep all of it: that would take about a quarter of it in memory. Of less, all
// is kept, as reading twice takes longer.
const prefilterFrom = 1 << 30

// prefiltering adds the flag of the commands that can keep less in memory. It
// changes nothing of what they print.
func (o *options) prefiltering(c *cobra.Command) {
	o.prefilter = "auto"
	c.Flags().StringVar(&o.prefilter, "prefilter", o.prefilter, "read evidence twice, to keep in memory only what tells of the accounts, computers or time asked for: `when`, auto (from 1 GiB on), always or never; what is printed is the same")
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

// choice returns what a command looks at alone whose rows are of the sessions
// of --user, of --host or of a time; nil where all of the evidence is asked
// for. Windows' own accounts are in nearly all of it.
func (o *options) choice() *model.Choice {
	since, until, err := o.during()
	if err != nil {
		return nil
	}
	if o.fold {
		since, until = 0, 0 // what is folded into one row may go on at other times
	}
	switch {
	case len(o.users) > 0:
		return &model.Choice{Accounts: called(o.users), Since: since, Until: until}
	case len(o.hosts) > 0:
		return &model.Choice{Hosts: called(o.hosts)}
	case (since != 0 || until != 0) && !o.all:
		return &model.Choice{Since: since, Until: until}
	}
	return nil
}

// withoutFindings is what a command that tells of findings, too, asks for
// besides a prefilter: findings judge all of the evidence.
const withoutFindings = "--no-findings "

// notJudging adds the flag of the commands that tell of findings beside other
// things.
func (o *options) notJudging(c *cobra.Command) {
	c.Flags().BoolVar(&o.noFindings, "no-findings", false, "leave findings out; --user, --host, --since and --until then apply while reading, for evidence larger than memory")
}

// unjudged refuses flags that contradict leaving findings out.
func (o *options) unjudged() error {
	switch f := export.Format(o.format); {
	case !o.noFindings:
		return nil
	case f == export.EVTX || f == export.Dot:
		return usage("--no-findings leaves nothing out of the format %s, which tells of no finding", f)
	case len(o.threshold) > 0:
		return usage("--threshold decides findings, which --no-findings leaves out")
	case o.settings != "":
		return usage("--settings sets by what findings are decided, which --no-findings leaves out")
	}
	return nil
}

func called(patterns []string) func(names []string) bool {
	return func(names []string) bool { return matchesAny(patterns, names) }
}

// withDeeds is the choice of a command that tells what accounts did, too.
func withDeeds(patterns []string) *model.Choice {
	if len(patterns) == 0 {
		return nil
	}
	return &model.Choice{Accounts: called(patterns), Deeds: true}
}

// choiceFrom is the size of evidence from which on a choice is worth reading it
// twice.
func (o *options) choiceFrom() int64 {
	switch o.prefilter {
	case "auto":
		return prefilterFrom
	case "always":
		return 0
	}
	return math.MaxInt64
}
