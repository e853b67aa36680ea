package main

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/export"
)

func newTrail(env *environment) *cobra.Command {
	c := newFollow(env, export.Columns.Steps, func(l *loaded, a model.AccountID, sel *selection) []export.Step {
		var out []export.Step
		for _, s := range l.snapshot.Trail(a) {
			if sel.touches(s.From.Host, s.To.Host) && sel.during(s.Time, s.Last) {
				out = append(out, l.view.Step(s))
			}
		}
		return out
	})
	c.Use = "trail USER PATH..."
	c.Short = "Follow one account through the domain, step by step"
	c.Long = `Print one account's steps in order of time: its sessions, coming back to them
and leaving them, runs of network logons, the credentials of others that its
sessions used, tickets and failures that no session explains, what was
installed or cleared, and what was done to the account. Each step says from
where, to where, how sure that is, and why.

USER is NAME, DOMAIN\NAME, NAME@DOMAIN or a SID. The actor of a step is the
account whose session acted, never a person; it is unknown where no record says
so. Times are those of each computer's own clock.`
	c.Example = `  spoor trail lars.hinrichs testdata/demo.zip
  spoor trail lars.hinrichs --since 2026-03-05T20:00 --until 2026-03-06T06:00 testdata/demo.zip
  spoor trail 'CONTOSO\alice' --host fs01 --format jsonl evidence/`
	return c
}

// newFollow makes a command that prints records of one account.
func newFollow[T any](env *environment, columns func(export.Columns) []export.Column[T], rows func(*loaded, model.AccountID, *selection) []T) *cobra.Command {
	var o options
	var a arrangement
	c := &cobra.Command{Args: userAndPaths}
	c.RunE = func(c *cobra.Command, args []string) error {
		zone, err := o.tableZone()
		if err != nil {
			return err
		}
		if err := o.choosable(); err != nil {
			return err
		}
		asked, err := arrange(&a, &o, columns(export.Columns{Zone: zone}), columns(export.Columns{}))
		if err != nil {
			return err
		}
		l, err := env.load(c.Context(), &o, false, o.finder(args[1:]), withDeeds(args[:1]))
		if err != nil {
			return err
		}
		defer l.Close()
		sel, err := o.selection(l.snapshot)
		if err != nil {
			return err
		}
		env.sayStrangers(&o, sel)
		account, err := oneAccount(l.snapshot, args[0])
		if err != nil {
			return l.sought(env, &o, err)
		}
		found := rows(l, account, sel)
		if len(found) == 0 {
			env.empty(&o, l.snapshot, "nothing of %s matches%s", l.snapshot.Account(account).Display(), o.unmatched(sel))
		}
		if err := asked.print(c.Context(), env, &o, slices.Values(found)); err != nil {
			return err
		}
		asked.emptied(env, &o, l.snapshot)
		return l.outcome()
	}
	o.reading(c)
	o.carving(c)
	o.choosing(c)
	o.prefiltering(c)
	o.hostCompletion(env, c)
	o.printing(c, listFormats...)
	a.flags(c)
	completeColumns(c, columns(export.Columns{}))
	return c
}

func userAndPaths(c *cobra.Command, args []string) error {
	if len(args) < 2 {
		return usage("%s needs an account and at least one path of evidence", c.CommandPath())
	}
	return nil
}

// oneAccount finds the account that a name means.
func oneAccount(s *model.Snapshot, name string) (model.AccountID, error) {
	var found []model.Account
	for _, a := range s.Accounts() {
		if matchesAny([]string{name}, accountNames(a)) {
			found = append(found, a)
		}
	}
	switch len(found) {
	case 0:
		return model.None, notThere(`no account is called %q; "spoor users --all" lists those of the evidence`, name)
	case 1:
		return found[0].ID, nil
	}
	return model.None, usage("%q may be %s; name one by %s", name, choices(found, func(a model.Account) string {
		words := a.Display()
		if a.SID != "" {
			words += " (" + a.SID + ")"
		}
		if a.Host != model.None {
			words += " on " + s.Host(a.Host).Short()
		}
		return words
	}), tellingApart(found))
}

// tellingApart says what tells accounts apart: the SID alone where two have one
// name in one domain.
func tellingApart(found []model.Account) string {
	seen := map[string]bool{}
	for _, a := range found {
		name := strings.ToLower(a.Display())
		if seen[name] {
			return "SID"
		}
		seen[name] = true
	}
	return "DOMAIN\\NAME or by SID"
}

// choices names the first few of several.
func choices[T any](all []T, name func(T) string) string {
	const few = 5
	var out []string
	for i, x := range all {
		if i == few {
			break
		}
		out = append(out, name(x))
	}
	words := strings.Join(out, ", ")
	if len(all) > few {
		return words + " or " + plural(len(all)-few, "other")
	}
	return words
}

// empty says on stderr that there is no row, and which logs are missing, so
// that nothing is not taken for an answer.
func (e *environment) empty(o *options, s *model.Snapshot, format string, args ...any) {
	if o.quiet {
		return
	}
	e.complain(format, args...)
	for _, line := range (export.View{Snapshot: s}).Missing() {
		e.complain("%s", line)
	}
}

// touches reports whether one of the hosts was asked for.
func (sel *selection) touches(hosts ...model.HostID) bool {
	return sel.hosts == nil || slices.ContainsFunc(hosts, func(h model.HostID) bool { return sel.hosts[h] })
}

// sittings yields the sessions that match, those of the network folded into
// runs, in order of start. A run is there if one of its sessions matches.
func sittings(_ context.Context, l *loaded, sel *selection) iter.Seq[export.Sitting] {
	type row struct {
		time    event.FileTime
		session model.SessionRow
		run     model.RunRow
	}
	return func(yield func(export.Sitting) bool) {
		var rows []row
		seen := map[model.RunRow]bool{}
		for _, n := range sel.sessions() {
			run := l.snapshot.RunOf(n)
			if run == model.None {
				rows = append(rows, row{l.snapshot.SessionStart(n), n, run})
			} else if !seen[run] {
				seen[run] = true
				first := l.snapshot.RunSessions(run)[0]
				rows = append(rows, row{l.snapshot.SessionStart(first), first, run})
			}
		}
		slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a.time, b.time) })
		for _, r := range rows {
			var out export.Sitting
			if r.run != model.None {
				run := l.view.Run(l.snapshot.Run(r.run))
				out.Run = &run
			} else {
				session := l.view.Session(r.session)
				out.Session = &session
			}
			if !yield(out) {
				return
			}
		}
	}
}
