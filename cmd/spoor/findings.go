package main

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spoor/model"
	"spoor/model/export"
	"spoor/model/findings"
)

// findingFlags are what spoor findings asks besides the flags of lists.
type findingFlags struct {
	severity string
	rules    []string
	table    bool // the table of rules instead
	least    findings.Severity
}

func newFindings(env *environment) *cobra.Command {
	o, a, f := new(options), new(arrangement), new(findingFlags)
	c := &cobra.Command{
		Use:   "findings PATH... | --rules",
		Short: "List what is unusual, and what that judgement presumes",
		Long: `List what the rules found unusual in the evidence, the highest severity first: a
reason to look, never a verdict. Each finding says why in one sentence, which
logs its rule needs and whether the evidence has them; where it has not, the
severity is lowered, and the list says by what. Accounts are named, not persons.

The rules judge all of the evidence; the flags choose afterwards which findings
are printed. --rules prints the rules themselves: how each decides and by which
numbers, what it needs, which innocent causes look the same, what would confirm
or refute it, and where it is from. --threshold sets a number; --settings names a
file that may set some ([findings]), and no other file is read: what was dismissed
on the screens is listed, too. Of words and sentences that are too long for a page,
such as encoded commands, the table has the beginning and says how much it left
out; --format json, jsonl and csv have all of them.`,
		Example: `  spoor findings testdata/demo.zip
  spoor findings --severity medium --user lars.hinrichs testdata/demo.zip
  spoor findings --rule log-cleared --format json testdata/demo.zip
  spoor findings --threshold spray-accounts=4 --threshold window=60 evidence/
  spoor findings --rules`,
		Args: func(c *cobra.Command, args []string) error {
			if f.table {
				return nil
			}
			return atLeastOnePath(c, args)
		},
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		if err := f.read(); err != nil {
			return err
		}
		thresholds, err := env.thresholds(o)
		if err != nil {
			return err
		}
		if f.table {
			return env.printRules(c.Context(), o, a, f, thresholds)
		}
		return printList(c, env, o, a, args, export.Columns.Findings, findingRows(o, f, thresholds))
	}
	o.reading(c)
	o.carving(c)
	o.naming(env, c)
	o.choosing(c)
	o.hostCompletion(env, c)
	o.printing(c, listFormats...)
	o.judging(c)
	o.settingsFlag(c)
	a.flags(c)
	completeColumns(c, export.Columns{}.Findings())
	f.flags(c)
	return c
}

func (f *findingFlags) flags(c *cobra.Command) {
	var severities, rules []string
	for s := findings.Info; s <= findings.High; s++ {
		severities = append(severities, s.String())
	}
	for _, r := range findings.Rules() {
		rules = append(rules, r.ID+"\t"+r.Title)
	}
	fl := c.Flags()
	fl.StringVar(&f.severity, "severity", "info", "only findings of this `severity` or a higher one: "+strings.Join(severities, ", "))
	fl.StringSliceVar(&f.rules, "rule", nil, "only findings of this `rule` (may repeat); --rules lists them")
	fl.BoolVar(&f.table, "rules", false, "print the table of rules instead; needs no evidence")
	_ = c.RegisterFlagCompletionFunc("severity", cobra.FixedCompletions(severities, cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("rule", cobra.FixedCompletions(rules, cobra.ShellCompDirectiveNoFileComp))
}

// read refuses what no rule and no severity is called.
func (f *findingFlags) read() error {
	for f.least = findings.Info; f.least.String() != strings.ToLower(f.severity); f.least++ {
		if f.least == findings.High {
			return usage("unknown --severity %q; there are info, low, medium, high", f.severity)
		}
	}
	for _, id := range f.rules {
		if _, ok := findings.RuleByID(id); !ok {
			var known []string
			for _, r := range findings.Rules() {
				known = append(known, r.ID)
			}
			return usage("unknown --rule %q; there are %s", id, strings.Join(known, ", "))
		}
	}
	return nil
}

func (f *findingFlags) asks(rule string, severity findings.Severity) bool {
	return severity >= f.least && (len(f.rules) == 0 || slices.Contains(f.rules, rule))
}

// findingRows judges all of the evidence, then yields what was asked for.
func findingRows(o *options, f *findingFlags, t findings.Thresholds) func(context.Context, *loaded, *selection) iter.Seq[export.Finding] {
	return func(ctx context.Context, l *loaded, sel *selection) iter.Seq[export.Finding] {
		return func(yield func(export.Finding) bool) {
			for _, x := range findings.Find(ctx, l.snapshot, t).All {
				if f.asks(x.Rule, x.Severity) && sel.finding(&x, o.users) && !yield(l.view.Finding(x, nil)) {
					return
				}
			}
		}
	}
}

// partlyJudged says on stderr, in one line, that rules could not judge what was
// read in full, and where that is told.
func (e *environment) partlyJudged(o *options, s *model.Snapshot, rules []string) {
	all := findings.Of(findings.NotJudged(s), rules)
	if o.quiet || len(all) == 0 {
		return
	}
	n := len(findings.RulesOf(all))
	what := "of the rules, %d could not judge what was read, or not in full, for want of logs: spoor report says which and why, and so does N on the screens"
	if len(rules) > 0 {
		what = "of the rules asked for, %d could not judge what was read, or not in full, for want of logs: spoor report says which and why, and so does N on the screens"
	}
	e.complain(what, n)
}

// notJudged says on stderr what rules could not judge for want of logs: those
// named, or all.
func (e *environment) notJudged(o *options, s *model.Snapshot, rules []string) {
	if o.quiet {
		return
	}
	for _, u := range findings.Of(findings.NotJudged(s), rules) {
		e.complain("%s", u)
	}
}

// finding reports whether a finding is about an account, on a host and in a
// time asked for. Findings about machines and Windows itself are never hidden.
func (sel *selection) finding(f *findings.Finding, users []string) bool {
	if !sel.touches(append(slices.Clone(f.Hosts), f.Source.Host)...) || !sel.during(f.Start, max(f.Start, f.End)) {
		return false
	}
	if sel.accounts == nil || f.Account != model.None && sel.accounts[f.Account] || slices.ContainsFunc(f.Accounts, func(a model.AccountID) bool { return sel.accounts[a] }) {
		return true
	}
	_, bare, _ := strings.Cut(f.AccountName, `\`)
	return matchesAny(users, []string{f.AccountName, bare})
}

// thresholds returns the numbers that findings are decided by: those of
// --threshold above those of the file that --settings names.
func (e *environment) thresholds(o *options) (findings.Thresholds, error) {
	var set []string
	if o.settings != "" {
		s, err := e.readSettings(o)
		if err != nil {
			return findings.Thresholds{}, &failure{exitUsage, err}
		}
		set = s.Thresholds
	}
	t, err := findings.Parse(slices.Concat(set, o.threshold)...)
	if err != nil {
		return t, usage("--threshold: %v", err)
	}
	return t, nil
}
