package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/export"
	"spoor/model/search"
)

func newWho(env *environment) *cobra.Command {
	o, a := new(options), new(arrangement)
	var at, user string
	c := &cobra.Command{
		Use:   "who --at TIME (--host HOST | --user USER) PATH...",
		Short: "Say who was on a computer, or where an account was, at a time",
		Long: `Print the sessions that lived at a time: on, where one had begun and is known to
have lived on; possibly on, where no end of it is known. Where a computer's log
does not cover the time, because it begins later, ends earlier or records are
missing, that computer is unknown: others may have been there too. Of --where, only
host: leaves that out. Network logons are there
only if they certainly lasted at that time.

Times are those of each computer's own clock.`,
		Example: `  spoor who --at 2026-03-06T01:45:30 --host fs01 testdata/demo.zip
  spoor who --at 2026-03-07T22:45 --user lars.hinrichs testdata/demo.zip`,
		Args: atLeastOnePath,
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		zone, err := o.location()
		if err != nil {
			return err
		}
		t, err := when("at", at, zone)
		switch {
		case err != nil:
			return err
		case t == 0:
			return usage("say when: --at 2026-03-02T09:00")
		case user == "" && len(o.hosts) == 0:
			return usage("say whom to ask for: --host, or --user, or both")
		}
		if zone, err = o.tableZone(); err != nil {
			return err
		}
		asked, err := arrange(a, o, export.Columns{Zone: zone}.Presences(), export.Columns{}.Presences())
		if err != nil {
			return err
		}
		l, err := env.load(c.Context(), o, false, o.finder(args), nil)
		if err != nil {
			return err
		}
		defer l.Close()
		sel, err := o.selection(l.snapshot)
		if err != nil {
			return err
		}
		env.sayStrangers(o, sel)
		rows, err := present(l, sel, user, t)
		if err != nil {
			return l.sought(env, o, err)
		}
		if len(rows) == 0 {
			env.empty(o, l.snapshot, "nobody is known to have been there at %s", t)
		}
		// Whoever is asked for may have been where nothing is known.
		hosts := asked.filter.Only(search.Host)
		asked.keeps = func(p export.Presence) bool { return unknown(p) && hosts.Match(recordThing(p)) }
		if err := asked.print(c.Context(), env, o, slices.Values(rows)); err != nil {
			return err
		}
		asked.emptied(env, o, l.snapshot)
		env.sayCut(o, asked, rows)
		return l.outcome()
	}
	o.reading(c)
	o.carving(c)
	o.printing(c, listFormats...)
	o.boring(c)
	a.flags(c)
	completeColumns(c, export.Columns{}.Presences())
	f := c.Flags()
	f.StringVar(&at, "at", "", "the `time` to ask for (2026-03-02T09:00, with or without zone)")
	f.StringVar(&user, "user", "", "the `account`: NAME, DOMAIN\\NAME, NAME@DOMAIN or a SID")
	f.StringArrayVar(&o.hosts, "host", nil, "the computer `NAME` (* and ? match; may repeat)")
	_ = c.RegisterFlagCompletionFunc("user", env.completeNames(o, accountCompletions))
	o.hostCompletion(env, c)
	return c
}

func unknown(p export.Presence) bool { return p.State == model.PresenceUnknown.String() }

// sayCut says on stderr what --limit left out: who is not in a list that was cut
// may have been there, and more so where it is unknown.
func (e *environment) sayCut(o *options, asked *arranged[export.Presence], rows []export.Presence) {
	rows = slices.DeleteFunc(slices.Clone(rows), func(p export.Presence) bool { return !asked.lets(p) })
	if o.quiet || asked.limit == 0 || len(rows) <= asked.limit {
		return
	}
	all := len(rows)
	blind := slices.DeleteFunc(rows, func(p export.Presence) bool { return !unknown(p) })
	e.complain("--limit leaves out %s of %d; %d of %d say that it is unknown who was there", plural(all-asked.limit, "row"), all, len(blind), all)
}

// present answers for the hosts asked for, or for those of an account.
func present(l *loaded, sel *selection, user string, t event.FileTime) ([]export.Presence, error) {
	s := l.snapshot
	var found []model.Presence
	if sel.hosts != nil {
		for _, a := range sel.absent() {
			found = append(found, model.Presence{Session: model.None, Account: model.None, Host: model.None, Name: a.Name, State: model.PresenceUnknown,
				Why: "no log of it " + s.InEvidence() + "; records of others name it"})
		}
		if len(sel.hosts) == 0 && len(found) == 0 {
			return nil, notThere(`no computer is called %s; "spoor hosts" lists those of the evidence`, strings.Join(sel.names, ", "))
		}
	}
	if user != "" {
		a, err := oneAccount(s, user)
		if err != nil {
			return nil, err
		}
		for _, p := range s.Whereabouts(a, t) {
			if sel.hosts == nil || p.Host != model.None && sel.host(p.Host) {
				found = append(found, p)
			}
		}
	} else {
		for _, h := range s.Hosts() {
			if !sel.host(h.ID) {
				continue
			}
			for _, p := range s.OnHost(h.ID, t) {
				if p.Session == model.None || sel.account(p.Account) {
					found = append(found, p)
				}
			}
		}
	}
	rows := make([]export.Presence, len(found))
	for i, p := range found {
		rows[i] = l.view.Presence(p, t)
	}
	return rows, nil
}
