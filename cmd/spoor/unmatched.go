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
		return ": " + noAccount(o.users)
	case sel.hosts != nil && len(sel.hosts) == 0 && len(sel.absent()) == 0:
		return ": " + noComputer(sel.names)
	case sel.hosts != nil && len(sel.hosts) == 0:
		return ": " + noLog(sel.names, s)
	case last != 0 && !sel.during(first, last):
		return fmt.Sprintf(": the logs reach from %s to %s", first, last)
	case sel.since != 0 || sel.until != 0:
		return ""
	case sel.accounts != nil && sel.hosts != nil && !sel.met():
		return fmt.Sprintf(": %s has no session on %s", strings.Join(o.users, ", "), strings.Join(sel.names, ", "))
	}
	return ""
}

func noAccount(names []string) string {
	return fmt.Sprintf(`no account is called %s; "spoor users --all" lists those of the evidence%s`, quoted(names), onceEach("user", names))
}

func noComputer(names []string) string {
	return fmt.Sprintf(`no computer is called %s; "spoor hosts" lists those of the evidence%s`, quoted(names), onceEach("host", names))
}

func noLog(names []string, s *model.Snapshot) string {
	return fmt.Sprintf("no log of %s %s; records of others name it", quoted(names), s.InEvidence())
}

// onceEach says how several names are given where one reads like a list.
func onceEach(flag string, names []string) string {
	if slices.ContainsFunc(names, func(n string) bool { return strings.Contains(n, ",") }) {
		return fmt.Sprintf("; for several names, --%s is given once for each", flag)
	}
	return ""
}

// sayStrangers says on stderr which of several names that were asked for match
// nothing, where others do: where none does, the empty answer says so.
func (e *environment) sayStrangers(o *options, sel *selection) {
	if o.quiet {
		return
	}
	var accounts, computers, logless []string
	for _, name := range o.users {
		if len(sel.accounts) > 0 && !slices.ContainsFunc(sel.snapshot.Accounts(), func(a model.Account) bool {
			return sel.accounts[a.ID] && matchesAny([]string{name}, accountNames(a))
		}) {
			accounts = append(accounts, name)
		}
	}
	absent := sel.absent()
	for _, name := range o.hosts {
		missing := slices.ContainsFunc(absent, func(a model.AbsentHost) bool { return matches(name, a.Name) })
		switch {
		case len(sel.hosts) == 0, slices.ContainsFunc(sel.snapshot.Hosts(), func(h model.Host) bool {
			return sel.hosts[h.ID] && matchesAny([]string{name}, hostNames(h))
		}):
		case missing:
			logless = append(logless, name)
		default:
			computers = append(computers, name)
		}
	}
	if accounts != nil {
		e.complain("%s", noAccount(accounts))
	}
	if computers != nil {
		e.complain("%s", noComputer(computers))
	}
	if logless != nil {
		e.complain("%s", noLog(logless, sel.snapshot))
	}
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
