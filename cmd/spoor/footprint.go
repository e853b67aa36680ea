package main

import (
	"github.com/spf13/cobra"

	"spoor/model"
	"spoor/model/export"
)

func newFootprint(env *environment) *cobra.Command {
	c := newFollow(env, export.Columns.Footmarks, func(l *loaded, a model.AccountID, sel *selection) []export.Footmark {
		var out []export.Footmark
		for _, m := range l.snapshot.Footprint(a) {
			if sel.touches(m.Host) && sel.during(m.First, m.Last) {
				out = append(out, l.view.Footmark(a, m))
			}
		}
		return out
	})
	c.Use = "footprint USER PATH..."
	c.Short = "Say which computers an account used, by the domain controllers' logs alone"
	c.Long = `Print where an account's tickets came from (came-from), what it was given
tickets for (asked-for), which clients had its password accepted by NTLM
(ntlm-from) and from where attempts were refused (tried-from), by records 4768,
4769, 4770, 4771 and 4776 of domain controllers alone.

A ticket proves that access was asked for. LOGGED says whether the computer's
own log is in the evidence: only that proves that it was had. A ticket for a
user account is for a service that the account runs, on a computer that the
ticket does not name.

USER is NAME, DOMAIN\NAME, NAME@DOMAIN or a SID.`
	c.Example = `  spoor footprint lars.hinrichs testdata/demo.zip
  spoor footprint 'CONTOSO\alice' --format csv DC1_Security.evtx DC2_Security.evtx`
	return c
}
