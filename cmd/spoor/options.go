package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"spoor/model/event"
	"spoor/model/export"
	"spoor/model/findings"
	"spoor/model/search"
	"spoor/parser/evidence"
)

// options are the flags that commands share.
type options struct {
	users, hosts, types []string
	since, until        string
	all                 bool
	zone                string
	format              string
	output              string
	jobs                int
	memory              size
	quiet, progress     bool
	temporary           string
	limits              evidence.Limits // of unpacking collections
	carve               bool
	prefilter           string
	noFindings          bool
	narrows             string // besides --prefilter always, to keep less in memory
	fold                bool
	repaint             string
	noState             bool
	mouse               bool
	settings            string
	threshold           []string               // of findings, as findings.Parse reads them
	asked               func(flag string) bool // for, on the command line
}

func (o *options) reading(c *cobra.Command) {
	f := c.Flags()
	f.IntVar(&o.jobs, "jobs", runtime.GOMAXPROCS(0), "workers that read evidence")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "say nothing on stderr but errors")
	f.BoolVar(&o.progress, "progress", false, "say on stderr each second how far reading is, where that is no terminal too")
	f.Var(&o.memory, "memory", "`size` of the memory that evidence may take, such as 4GiB; what is too much is not read, and named (default nine tenths of what is free, or GOMEMLIMIT)")
	c.PreRunE = func(*cobra.Command, []string) error { return o.check() }
	f.StringVar(&o.temporary, "temp", "", "`folder` for large members of collections while they are read")
	f.StringVar(&o.zone, "tz", "UTC", "`zone` of the times shown, such as Europe/Berlin or Local")
}

// carving adds the flag of the commands that read more than logs.
func (o *options) carving(c *cobra.Command) {
	c.Flags().BoolVar(&o.carve, "carve", false, "of a file that is no log, such as the image of a disk, read the pieces of logs in it")
}

// check refuses flags that would go wrong later, or silently.
func (o *options) check() error {
	if o.jobs < 1 {
		return usage("--jobs %d: at least one worker is needed", o.jobs)
	}
	if o.temporary == "" {
		return nil
	}
	if info, err := os.Stat(o.temporary); err != nil || !info.IsDir() {
		return usage("--temp %s is no folder", o.temporary)
	}
	return nil
}

func (o *options) selecting(env *environment, c *cobra.Command) {
	o.naming(env, c)
	o.choosing(c)
	c.Flags().StringSliceVar(&o.types, "type", nil, "only logons of these `types`, by number or kind: 3,10 or remote-desktop")
	_ = c.RegisterFlagCompletionFunc("type", completeWords(sessionTypes()))
	o.hostCompletion(env, c)
	o.boring(c)
}

// naming adds the flag by account.
func (o *options) naming(env *environment, c *cobra.Command) {
	c.Flags().StringArrayVar(&o.users, "user", nil, "only accounts called `NAME`, DOMAIN\\NAME, NAME@DOMAIN or by SID (* and ? match; may repeat)")
	_ = c.RegisterFlagCompletionFunc("user", env.completeNames(o, accountCompletions))
}

func (o *options) hostCompletion(env *environment, c *cobra.Command) {
	_ = c.RegisterFlagCompletionFunc("host", env.completeNames(o, hostCompletions))
}

// judging adds the flag of the commands that show findings.
func (o *options) judging(c *cobra.Command) {
	c.Flags().StringArrayVar(&o.threshold, "threshold", nil, "decide findings by another number: `name=value` (may repeat); spoor findings --rules lists them")
	var names []string
	for _, t := range findings.AllThresholds() {
		names = append(names, t.Name+"=\t"+t.For)
	}
	_ = c.RegisterFlagCompletionFunc("threshold", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoSpace|cobra.ShellCompDirectiveNoFileComp))
}

// choosing adds the flags by place and time.
func (o *options) choosing(c *cobra.Command) {
	f := c.Flags()
	f.StringArrayVar(&o.hosts, "host", nil, "only on the host `NAME` (* and ? match; may repeat)")
	f.StringVar(&o.since, "since", "", "only what lasted until this `time` or later (2026-03-02, 2026-03-02T09:00, with or without zone)")
	f.StringVar(&o.until, "until", "", "only what began before this `time`")
}

func (o *options) boring(c *cobra.Command) {
	c.Flags().BoolVar(&o.all, "all", false, "machines, services and built-in accounts too")
}

func (o *options) printing(c *cobra.Command, formats ...export.Format) {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = string(f)
	}
	c.Flags().StringVarP(&o.format, "format", "f", names[0], "`format`: "+strings.Join(names, ", "))
	c.Flags().StringVarP(&o.output, "output", "o", "-", "`file` to write, - for standard output")
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	before := c.PreRunE
	c.PreRunE = func(c *cobra.Command, args []string) error {
		for _, n := range names {
			if n == o.format {
				if before != nil {
					return before(c, args)
				}
				return nil
			}
		}
		return usage("unknown format %q; there are %s", o.format, strings.Join(names, ", "))
	}
}

// tableZone returns the zone of the times of a table, nil for CSV files, whose
// times are UTC.
func (o *options) tableZone() (*time.Location, error) {
	zone, err := o.location()
	if err != nil || export.Format(o.format) == export.CSV {
		return nil, err
	}
	return zone, nil
}

// location returns the zone of the times shown.
func (o *options) location() (*time.Location, error) {
	zone, err := zoneCalled(o.zone)
	if err != nil {
		return nil, &failure{exitUsage, err}
	}
	return zone, nil
}

// zoneCalled finds a zone by its name.
func zoneCalled(name string) (*time.Location, error) {
	if strings.EqualFold(name, "local") {
		return time.Local, nil
	}
	l, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("unknown zone %q; use a name such as UTC, Local or Europe/Berlin", name)
	}
	return l, nil
}

// when reads the time of a flag; without a zone it is in that of --tz. An
// empty flag gives none.
func when(flag, s string, zone *time.Location) (event.FileTime, error) {
	if s == "" {
		return 0, nil
	}
	if t, ok := search.ParseTime(s, time.Time{}.In(zone)); ok {
		return event.FileTimeOf(t), nil
	}
	return 0, usage("--%s %q is no time; write it as 2026-03-02, 2026-03-02T09:00 or 2026-03-02T09:00:00Z", flag, s)
}

func atLeastOnePath(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usage("%s needs at least one path: a file, a folder or a collection of .evtx logs; \"spoor --help\" tells more, and \"spoor demo\" opens a practice domain", c.CommandPath())
	}
	return nil
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
