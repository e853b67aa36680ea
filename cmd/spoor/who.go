package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/export"
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
missing, that computer is unknown: others may have been there too. Network logons are there
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
		if err := asked.print(c.Context(), env, o, slices.Values(rows)); err != nil {
			return err
		}
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
