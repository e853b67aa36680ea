package main

import (
	"context"
	"iter"

	"github.com/spf13/cobra"

	"spoor/model"
	"spoor/model/export"
)

var listFormats = []export.Format{export.Table, export.JSONL, export.JSON, export.CSV}

// newList makes a command that prints one kind of record.
func newList[T any](env *environment, use, short string, columns func(export.Columns) []export.Column[T], rows func(context.Context, *loaded, *selection) iter.Seq[T]) *cobra.Command {
	o, a := new(options), new(arrangement)
	c := listCommand(env, o, a, use, short)
	completeColumns(c, columns(export.Columns{}))
	c.RunE = func(c *cobra.Command, args []string) error { return printList(c, env, o, a, args, columns, rows) }
	return c
}

// ofAccounts are the lists whose rows tell of single accounts: what others did
// is in none of their numbers. Each says what it looks at.
var ofAccounts = map[string]func(*options) *model.Choice{
	"sessions": (*options).choice, "events": (*options).choice, "failures": (*options).choice,
	"users": func(o *options) *model.Choice { return withDeeds(o.users) },
}

// listExamples are the examples of the lists that have no more to say.
var listExamples = map[string]string{
	"users": `  spoor users --sort -failures --limit 10 testdata/demo.zip
  spoor users --host fs01 --format csv -o users.csv testdata/demo.zip`,
	"hosts": `  spoor hosts testdata/demo.zip
  spoor hosts --format json --fields name,addresses testdata/demo.zip`,
	"failures": `  spoor failures --user lars.hinrichs testdata/demo.zip
  spoor failures --since 2026-03-05T21:00 --until 2026-03-05T22:00 --sort -time testdata/demo.zip
  spoor failures --where 'reason:password' --format jsonl testdata/demo.zip`,
	"coverage": `  spoor coverage testdata/demo.zip
  spoor coverage --host dc01 --format json testdata/demo.zip`,
	"events": `  spoor events --user lars.hinrichs --since 2026-03-05T21:00 --format jsonl testdata/demo.zip
  spoor events --host fs01 --type remote-desktop --format csv -o events.csv testdata/demo.zip`,
}

func listCommand(env *environment, o *options, a *arrangement, use, short string) *cobra.Command {
	c := &cobra.Command{Use: use + " PATH...", Short: short, Args: atLeastOnePath}
	c.Example = listExamples[use]
	c.Long = short + ".\n\nFlags choose rows; the numbers in a row are of all the evidence."
	o.reading(c)
	o.carving(c)
	o.selecting(env, c)
	if ofAccounts[use] != nil {
		o.prefiltering(c)
	}
	o.printing(c, listFormats...)
	a.flags(c)
	return c
}

func printList[T any](c *cobra.Command, env *environment, o *options, a *arrangement, args []string, columns func(export.Columns) []export.Column[T], rows func(context.Context, *loaded, *selection) iter.Seq[T]) error {
	zone, err := o.tableZone()
	if err != nil {
		return err
	}
	if err := o.choosable(); err != nil {
		return err
	}
	asked, err := arrange(a, o, columns(export.Columns{Zone: zone}), columns(export.Columns{}))
	if err != nil {
		return err
	}
	var choice *model.Choice
	if tells, ok := ofAccounts[c.Name()]; ok {
		choice = tells(o)
	}
	l, err := env.load(c.Context(), o, c.Name() == "coverage", o.finder(args), choice)
	if err != nil {
		return err
	}
	defer l.Close()
	sel, err := o.selection(l.snapshot)
	if err != nil {
		return err
	}
	env.sayStrangers(o, sel)
	none := true
	found := func(yield func(T) bool) {
		for r := range rows(c.Context(), l, sel) {
			none = false
			if !yield(r) {
				return
			}
		}
	}
	if err := asked.print(c.Context(), env, o, found); err != nil {
		return err
	}
	if none {
		why := o.unmatched(sel)
		if why == "" && c.Name() == "sessions" {
			why = sel.hidden()
		}
		env.empty(o, l.snapshot, "nothing of the evidence matches%s", why)
	}
	asked.emptied(env, o, l.snapshot)
	if c.Name() == "findings" {
		if rules, _ := c.Flags().GetStringSlice("rule"); none {
			env.notJudged(o, l.snapshot, rules)
		} else {
			env.partlyJudged(o, l.snapshot, rules)
		}
	}
	if c.Name() == "sessions" {
		env.sayEndless(o, sel)
	}
	return l.outcome()
}

func newUsers(env *environment) *cobra.Command {
	return newList(env, "users", "List the accounts", export.Columns.Users,
		func(_ context.Context, l *loaded, sel *selection) iter.Seq[export.User] {
			return func(yield func(export.User) bool) {
				for _, a := range l.snapshot.Accounts() {
					if sel.account(a.ID) && sel.during(a.First, a.Last) && sel.sat(a.ID, model.None) && !yield(l.view.User(a)) {
						return
					}
				}
			}
		})
}

func newHosts(env *environment) *cobra.Command {
	return newList(env, "hosts", "List the computers", export.Columns.Hosts,
		func(_ context.Context, l *loaded, sel *selection) iter.Seq[export.Host] {
			return func(yield func(export.Host) bool) {
				for _, h := range l.snapshot.Hosts() {
					if sel.host(h.ID) && sel.during(h.First, h.Last) && sel.sat(model.None, h.ID) && !yield(l.view.Host(h)) {
						return
					}
				}
				if len(sel.types) > 0 || sel.accounts != nil {
					return // no session is known there
				}
				for _, a := range sel.absent() {
					if sel.during(a.First, a.Last) && !yield(l.view.Absent(a)) {
						return
					}
				}
			}
		})
}

func newSessions(env *environment) *cobra.Command {
	o, a := new(options), new(arrangement)
	c := listCommand(env, o, a, "sessions", "List the sessions")
	completeColumns(c, export.Columns{}.Sessions())
	c.Long += `

--fold makes one row of the network logons of one account on one host from one
source that follow on each other within half an hour: how many, how long half
of them lasted, and how many objects they touched. Its json holds the IDs of
all of them.`
	c.Example = `  spoor sessions --user lars.hinrichs --fold testdata/demo.zip
  spoor sessions --host fs01 --type remote-desktop --format csv testdata/demo.zip
  spoor sessions --where 'ip:10.20.99.0/24 -end:logoff' --fields account,host,start,address testdata/demo.zip
  spoor sessions --sort -events --limit 10 testdata/demo.zip`
	c.RunE = func(c *cobra.Command, args []string) error {
		if o.fold {
			return printList(c, env, o, a, args, export.Columns.Sittings, sittings)
		}
		return printList(c, env, o, a, args, export.Columns.Sessions, sessionRows)
	}
	c.Flags().BoolVar(&o.fold, "fold", false, "make one row of network logons that follow on each other")
	return c
}

func sessionRows(_ context.Context, l *loaded, sel *selection) iter.Seq[export.Session] {
	return func(yield func(export.Session) bool) {
		for _, row := range sel.sessions() {
			if !yield(l.view.Session(row)) {
				return
			}
		}
	}
}

func newFailures(env *environment) *cobra.Command {
	return newList(env, "failures", "List the failed attempts to log on", export.Columns.Failures,
		func(_ context.Context, l *loaded, sel *selection) iter.Seq[export.Failure] {
			return func(yield func(export.Failure) bool) {
				for _, f := range l.snapshot.Failures() {
					if sel.failure(f) && !yield(l.view.Failure(f)) {
						return
					}
				}
			}
		})
}

func newCoverage(env *environment) *cobra.Command {
	return newList(env, "coverage", "Say what the evidence holds and what is missing from it", export.Columns.Coverages,
		func(_ context.Context, l *loaded, sel *selection) iter.Seq[export.Coverage] {
			return func(yield func(export.Coverage) bool) {
				for _, c := range l.view.Coverage() {
					if sel.covers(c) && !yield(c) {
						return
					}
				}
			}
		})
}

func newEvents(env *environment) *cobra.Command {
	return newList(env, "events", "List the events of the sessions that match, with all their fields", export.Columns.Events, eventRows)
}

// eventRows yields the events of the sessions that match; without --user and
// --type, all that were indexed.
func eventRows(ctx context.Context, l *loaded, sel *selection) iter.Seq[export.Event] {
	return func(yield func(export.Event) bool) {
		members := map[model.EventRow][]string{}
		for _, row := range l.snapshot.Sessions(model.None, model.None) {
			s := l.snapshot.Session(row)
			if sel.accounts != nil && !sel.accounts[s.Account] || !sel.kind(s) {
				continue
			}
			for _, e := range l.snapshot.SessionEvents(row) {
				members[e] = append(members[e], s.ID)
			}
		}
		every := sel.accounts == nil && len(sel.types) == 0
		var rows []model.EventRow
		for row := range model.EventRow(l.snapshot.EventCount()) {
			e := l.snapshot.Event(row)
			if (every || members[row] != nil) && sel.host(e.Host) && sel.during(e.Time, e.Time) {
				rows = append(rows, row)
			}
		}
		export.SortEvents(l.snapshot, rows)
		for _, row := range rows {
			if ctx.Err() != nil || !yield(l.view.Event(row, members[row])) {
				return
			}
		}
	}
}
