package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/export"
	"spoor/model/findings"
	"spoor/model/text"
)

func newReport(env *environment) *cobra.Command {
	var o options
	c := &cobra.Command{
		Use:   "report PATH...",
		Short: "Print one page: evidence, damage, hosts, accounts, findings, failures",
		Long: `Print one page: the evidence and its damage, hosts, accounts, findings, failed
attempts.

--user, --host, --type, --since and --until choose sessions and failed attempts,
and, of an account that --user names and that has neither, the records about it:
hosts and accounts are then those of them, with numbers of them alone, and
findings those that "spoor findings" lists by the same flags. The evidence is
told as a whole. Findings judge all of it; --no-findings leaves them out, and
of evidence larger than memory only what was asked for is then kept.`,
		Example: `  spoor report testdata/demo.zip
  spoor report --user lars.hinrichs --no-findings testdata/demo.zip
  spoor report --all --tz Europe/Berlin testdata/demo.zip`,
		Args: atLeastOnePath,
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.unjudged(); err != nil {
				return err
			}
			if err := o.choosable(); err != nil {
				return err
			}
			return env.report(c.Context(), &o, o.finder(args))
		},
	}
	o.reading(c)
	o.carving(c)
	o.selecting(env, c)
	o.prefiltering(c)
	o.judging(c)
	o.notJudging(c)
	o.settingsFlag(c)
	return c
}

func (e *environment) report(ctx context.Context, o *options, find finder) error {
	zone, err := o.location()
	if err != nil {
		return err
	}
	thresholds, err := e.thresholds(o)
	if err != nil {
		return err
	}
	var choice *model.Choice
	if o.noFindings {
		choice = o.choice()
	} else if o.prefilter != "" {
		o.narrows = withoutFindings
	}
	l, err := e.load(ctx, o, true, find, choice)
	if err != nil {
		return err
	}
	defer l.Close()
	sel, err := o.selection(l.snapshot)
	if err != nil {
		return err
	}
	e.sayStrangers(o, sel)
	out := bufio.NewWriter(e.out)
	r := &report{out: out, l: l, zone: zone, all: o.all, sel: sel, users: o.users}
	if !o.noFindings {
		r.found = findings.Find(ctx, l.snapshot, thresholds)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if o.asks() {
		r.asked = sel.counts()
		fmt.Fprintf(out, "Asked for: %s\n\n", text.Clean(filterWords(o, nil, "")))
		if len(r.asked.accounts) == 0 {
			e.empty(o, l.snapshot, "nothing of the evidence matches%s", cmp.Or(o.unmatched(sel), sel.hidden()))
		}
	}
	for _, section := range []func() error{r.evidence, r.hosts, r.accounts, r.findings, r.failures} {
		if err := section(); err != nil {
			return unwritten(err)
		}
	}
	if err := unwritten(out.Flush()); err != nil {
		return err
	}
	e.sayEndless(o, sel)
	return l.outcome()
}

// report is the page that is printed where there is no terminal.
type report struct {
	out   io.Writer
	l     *loaded
	zone  *time.Location
	all   bool
	found *findings.Set // nil: they were not judged
	sel   *selection
	users []string // as they were asked for
	asked *asked   // nil: everything
}

// reportRows is how many accounts or failures the page shows; it says how
// many there are and which command lists them all.
const (
	reportRows = 25
	reportLogs = 40
)

// remarks says of each file what is damaged, and what is to be noted.
func remarks(rows []export.Coverage) []string {
	var out []string
	last := ""
	for _, c := range rows {
		if c.File == last {
			continue // the file's remarks stand in each of its rows
		}
		last = c.File
		for _, d := range c.Damage {
			if what, why, _ := strings.Cut(d, ": "); forWantOfMemory(d) {
				out = append(out, what+": "+c.File+": "+why)
				continue
			}
			out = append(out, "damaged: "+c.File+": "+d)
		}
		for _, n := range c.Notes {
			out = append(out, "note: "+c.File+": "+n)
		}
	}
	return out
}

func (r *report) head(format string, args ...any) {
	title := fmt.Sprintf(format, args...)
	fmt.Fprintf(r.out, "%s\n%s\n", title, strings.Repeat("-", len(title)))
}

func (r *report) more(shown, all int, command string) {
	if all > shown {
		fmt.Fprintf(r.out, "and %d more: spoor %s\n", all-shown, command)
	}
	fmt.Fprintln(r.out)
}

func (r *report) evidence() error {
	s := r.l.snapshot
	var size int64
	for _, f := range s.Files() {
		size += f.Size
	}
	kept := fmt.Sprintf(", %d about logons, %d of those seen more than once", s.EventCount(), s.Duplicates())
	if r.asked != nil && r.found == nil {
		kept = "" // it may be that not all were kept
	}
	r.head("Evidence: %s, %d bytes, %d records%s; times in %s", plural(len(s.Files()), "file"), size, s.Records(), kept, r.zone)
	rows := r.l.view.Coverage()
	logs := slices.DeleteFunc(slices.Clone(rows), func(c export.Coverage) bool {
		return c.Channel == nil && slices.ContainsFunc(c.Damage, forWantOfMemory) // named below
	})
	shown := logs[:min(len(logs), reportLogs)]
	if err := export.Encode(r.out, export.Table, export.Columns{Zone: r.zone}.Logs(), slices.Values(shown)); err != nil {
		return err
	}
	r.more(len(shown), len(logs), "coverage")
	for _, line := range remarks(rows) {
		fmt.Fprintln(r.out, text.Clean(line))
	}
	for _, line := range append(r.l.view.Missing(), r.l.view.Unaudited()...) {
		fmt.Fprintln(r.out, line)
	}
	fmt.Fprintln(r.out)
	return nil
}

func (r *report) hosts() error {
	if r.asked != nil {
		return r.askedHosts()
	}
	hosts := r.l.snapshot.Hosts()
	rows := make([]export.Host, len(hosts))
	for i, h := range hosts {
		rows[i] = r.l.view.Host(h)
	}
	r.head("Hosts: %d", len(rows))
	err := export.Encode(r.out, export.Table, export.Columns{Zone: r.zone}.Hosts(), slices.Values(rows))
	fmt.Fprintln(r.out)
	return err
}

func (r *report) accounts() error {
	if r.asked != nil {
		return r.askedAccounts()
	}
	var rows []model.Account
	hidden := 0
	for _, a := range r.l.snapshot.Accounts() {
		if a.Boring && !r.all {
			hidden++
			continue
		}
		rows = append(rows, a)
	}
	slices.SortStableFunc(rows, func(a, b model.Account) int { return b.Sessions - a.Sessions })
	r.head("Accounts: %d, and %d of machines and of Windows itself (--all)", len(rows), hidden)
	shown := rows[:min(len(rows), reportRows)]
	users := make([]export.User, len(shown))
	for i, a := range shown {
		users[i] = r.l.view.User(a)
	}
	if err := export.Encode(r.out, export.Table, export.Columns{Zone: r.zone}.Users(), slices.Values(users)); err != nil {
		return err
	}
	r.more(len(shown), len(rows), "users")
	return nil
}

// findings tells of the highest, and of what the rules could not judge.
func (r *report) findings() error {
	if r.found == nil {
		r.head("Findings: not judged")
		fmt.Fprintln(r.out, export.FindingsLeftOut)
		fmt.Fprintln(r.out)
		return nil
	}
	var all []findings.Finding
	count := map[findings.Severity]int{}
	for _, f := range r.found.All {
		if r.asked == nil || r.sel.finding(&f, r.users) {
			all = append(all, f)
			count[f.Severity]++
		}
	}
	title := "Findings: " + plural(len(all), "finding")
	for s := findings.High; len(all) > 0; s-- {
		if title += fmt.Sprintf(", %d %s", count[s], s); s == findings.Info {
			break
		}
	}
	r.head("%s", title+"; reasons to look, no verdicts")
	if len(all) == 0 {
		of := ""
		if r.asked != nil {
			of = " about what was asked for"
		}
		fmt.Fprintf(r.out, "No rule found anything%s (spoor findings --rules).\n", of)
	} else {
		shown := all[:min(len(all), reportRows)]
		rows := make([]export.Finding, len(shown))
		for i, f := range shown {
			rows[i] = r.l.view.Finding(f, nil)
		}
		if err := export.Encode(r.out, export.Table, export.Columns{Zone: r.zone}.Findings(), slices.Values(rows)); err != nil {
			return err
		}
		r.more(len(shown), len(all), "findings")
	}
	for _, u := range findings.NotJudged(r.l.snapshot) {
		fmt.Fprintln(r.out, text.Clean(export.Columns{Zone: r.zone}.Zoned(u.String())))
	}
	fmt.Fprintln(r.out)
	return nil
}

// failureGroup is the failures of one account for one reason from one source.
type failureGroup struct {
	account, reason, source string
	count                   int
	first, last             event.FileTime
}

func (r *report) failures() error {
	groups := r.failureGroups()
	total := 0
	for _, g := range groups {
		total += g.count
	}
	r.head("Failed attempts: %s, by account, reason and source", plural(total, "attempt"))
	if total == 0 && r.asked != nil {
		fmt.Fprintln(r.out, "None of what was asked for.")
		return nil
	}
	if total == 0 {
		fmt.Fprintf(r.out, "None %s.\n", r.l.snapshot.InEvidence())
		return nil
	}
	stamp := func(t event.FileTime) string { return t.Format(r.zone) }
	columns := []export.Column[*failureGroup]{
		{Name: "attempts", Text: func(g *failureGroup) string { return fmt.Sprint(g.count) }},
		{Name: "account", Text: func(g *failureGroup) string { return g.account }},
		{Name: "reason", Text: func(g *failureGroup) string { return g.reason }},
		{Name: "source", Text: func(g *failureGroup) string { return g.source }},
		{Name: "first", Text: func(g *failureGroup) string { return stamp(g.first) }},
		{Name: "last", Text: func(g *failureGroup) string { return stamp(g.last) }},
	}
	shown := groups[:min(len(groups), reportRows)]
	if err := export.Encode(r.out, export.Table, columns, slices.Values(shown)); err != nil {
		return err
	}
	r.more(len(shown), len(groups), "failures")
	return nil
}

func (r *report) failureGroups() []*failureGroup {
	type key struct{ account, reason, source string }
	byKey := map[key]*failureGroup{}
	var groups []*failureGroup
	all := r.l.snapshot.Failures()
	if r.asked != nil {
		all = r.sel.failures()
	}
	for _, f := range all {
		k := key{f.Tried, f.Reason, f.Source.Address}
		if f.Account != model.None {
			k.account = r.l.snapshot.Account(f.Account).Display()
		}
		if k.source == "" && f.Source.Name != "" {
			k.source = f.Source.Name + " (claimed)"
		}
		g := byKey[k]
		if g == nil {
			g = &failureGroup{account: k.account, reason: k.reason, source: k.source, first: f.Time}
			byKey[k] = g
			groups = append(groups, g)
		}
		g.count++
		g.first, g.last = min(g.first, f.Time), max(g.last, f.Time)
	}
	slices.SortStableFunc(groups, func(a, b *failureGroup) int { return b.count - a.count })
	return groups
}
