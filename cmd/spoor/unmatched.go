package main

import (
	"fmt"
	"slices"
	"strings"

	"spoor/model"
	"spoor/model/event"
)

// unmatched says why nothing matches, after a colon, where one flag alone is
// why, or two that are never of one session; else nothing.
func (o *options) unmatched(sel *selection) string {
	s := sel.snapshot
	switch first, last := reached(s); {
	case sel.accounts != nil && len(sel.accounts) == 0:
		return fmt.Sprintf(`: no account is called %s; "spoor users --all" lists those of the evidence`, quoted(o.users))
	case sel.hosts != nil && len(sel.hosts) == 0 && len(sel.absent()) == 0:
		return fmt.Sprintf(`: no computer is called %s; "spoor hosts" lists those of the evidence`, quoted(sel.names))
	case sel.hosts != nil && len(sel.hosts) == 0:
		return fmt.Sprintf(": no log of %s %s; records of others name it", quoted(sel.names), s.InEvidence())
	case last != 0 && !sel.during(first, last):
		return fmt.Sprintf(": the logs reach from %s to %s", first, last)
	case sel.since != 0 || sel.until != 0:
		return ""
	case sel.accounts != nil && sel.hosts != nil && !sel.met():
		return fmt.Sprintf(": %s has no session on %s", strings.Join(o.users, ", "), strings.Join(sel.names, ", "))
	}
	return ""
}

// hidden says after a colon that only accounts match which are not shown unless
// asked for.
func (sel *selection) hidden() string {
	every := *sel
	every.all = true
	if sel.all || sel.accounts != nil || sel.since != 0 || sel.until != 0 || len(every.sessions()) == 0 {
		return ""
	}
	return ": only machines, services and built-in accounts do, which --all shows"
}

func quoted(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(out, " or ")
}

// met reports whether an account asked for has a session on a host asked for.
func (sel *selection) met() bool {
	for h := range sel.hosts {
		if slices.ContainsFunc(sel.snapshot.Sessions(model.None, h), func(row model.SessionRow) bool {
			return sel.accounts[sel.snapshot.Session(row).Account]
		}) {
			return true
		}
	}
	return false
}

// reached is the time that the logs reach over.
func reached(s *model.Snapshot) (first, last event.FileTime) {
	for _, c := range s.Coverage() {
		if c.First != 0 && (first == 0 || c.First < first) {
			first = c.First
		}
		last = max(last, c.Last)
	}
	return first, last
}
