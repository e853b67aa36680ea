package main

import (
	"spoor/model"
)

// endless counts the sessions that match but for --since, which they may have
// outlived: they are of a kind that lasts, and nothing tells of their end.
func (sel *selection) endless() int {
	every := *sel
	every.since = 0
	n := 0
	for _, row := range every.sessions() {
		x := sel.snapshot.Session(row)
		if x.Kind.Lasting() && x.End.Certainty == model.EndUnknown && sessionLast(x) < sel.since {
			n++
		}
	}
	return n
}

// sayEndless says on stderr that sessions were left out for --since which may
// have gone on: spoor who calls them possibly on. A selection by time keeps
// them, too, as they may have lived in it.
func (e *environment) sayEndless(o *options, sel *selection) {
	if o.quiet || sel.since == 0 {
		return
	}
	if n := sel.endless(); n > 0 {
		e.complain("%s without a known end began before that time and may have gone on: spoor who --at %s tells", plural(n, "session"), o.since)
	}
}
