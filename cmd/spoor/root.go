package main

import (
	"os"
	"strings"

	"github.com/spf13/cobra"
)

const longHelp = `Spoor follows a user's logon tracks through a Windows domain.

Give it event logs (.evtx) of domain controllers, workstations and servers:
files, folders, globs, .zip or .gz collections. It joins their records into
sessions and lets you drill from a user into hosts, sessions, logon IDs and
single events, search, mark and export. Where stdout is no terminal it prints
a one-page report instead.

Exit codes: 0 fine; 1 nothing could be read; 2 wrong usage; 3 done, but some
evidence was damaged or unreadable; 4 could not write; 129 the terminal hung
up; 130 stopped. The screens end as the commands do.`

func newRoot(env *environment) *cobra.Command {
	var o options
	root := &cobra.Command{
		Use:   "spoor PATH...",
		Short: "Follow a user's logon tracks through a Windows domain",
		Long:  longHelp,
		Example: `  spoor demo
  spoor evidence/
  spoor 'collected/*.zip' DC1_Security.evtx
  spoor sessions --user 'CONTOSO\alice' --format jsonl evidence/`,
		Args:          cobra.ArbitraryArgs,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(c *cobra.Command, args []string) error {
			if err := atLeastOnePath(c, args); err != nil {
				return err
			}
			if err := mistyped(c, args[0]); err != nil {
				return err
			}
			return env.investigate(c.Context(), &o, args)
		},
	}
	o.reading(root)
	o.carving(root)
	o.boring(root)
	o.judging(root)
	o.appearance(root)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage("%v", err) })
	root.CompletionOptions.HiddenDefaultCmd = false
	for _, add := range []func(*environment) *cobra.Command{
		newDemo, newReport, newUsers, newHosts, newSessions, newFailures, newFindings, newEvents, newTrail, newFootprint, newWho,
		newCoverage, newExport, newDump, newVerify, newSimulate, newSettings, newMan, newVersion, newSecondOpinion,
	} {
		root.AddCommand(add(env))
	}
	return root
}

// mistyped takes a first path that does not exist, but reads like a command,
// for what it is.
func mistyped(root *cobra.Command, arg string) error {
	if _, err := os.Lstat(arg); err == nil {
		return nil
	}
	root.SuggestionsMinimumDistance = 2
	if like := root.SuggestionsFor(arg); len(like) > 0 {
		return usage("there is no file and no command %q; did you mean %s?", arg, strings.Join(like, " or "))
	}
	return nil
}

func (o *options) appearance(c *cobra.Command) {
	f := c.Flags()
	o.asked = f.Changed
	f.StringVar(&o.repaint, "repaint", "auto", "redraw whole screens: auto, on or off (on where rows look wrong)")
	f.BoolVar(&o.mouse, "mouse", false, "take the mouse from the start; the terminal then selects no text (M gives it back)")
	f.BoolVar(&o.noState, "no-state", false, "keep no marks and dismissals for the next run, and use none of an earlier one")
	o.settingsFlag(c)
}

func (o *options) settingsFlag(c *cobra.Command) {
	c.Flags().StringVar(&o.settings, "settings", "", "`file` of settings (screens read settings.toml in the user's configuration folder without it; spoor settings explains it)")
}
