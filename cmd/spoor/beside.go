package main

import (
	"fmt"
	"slices"
	"strings"

	"spoor/model"
	"spoor/model/export"
)

// beside is what is to be told of the accounts that were asked for by name and
// have none of the sessions: the failed attempts that match, and the records
// about them.
func (sel *selection) beside(sessions []model.SessionRow) (out export.Beside) {
	if sel.accounts == nil {
		return out
	}
	s := sel.snapshot
	without := map[model.AccountID]bool{}
	for a := range sel.accounts {
		without[a] = true
	}
	for _, row := range sessions {
		delete(without, s.SessionAccount(row))
	}
	told := map[model.AccountID]bool{}
	for i, f := range s.Failures() {
		if without[f.Account] && sel.failure(f) {
			told[f.Account] = true
			out.Attempts = append(out.Attempts, i)
		}
	}
	if len(sel.types) == 0 && len(without) > 0 { // a ticket is of no type
		for _, row := range s.EventsAbout(func(a model.AccountID) bool { return without[a] }) {
			if e := s.Event(row); sel.host(e.Host) && sel.during(e.Time, e.Time) {
				told[s.TargetAccount(row)] = true
				out.Records = append(out.Records, row)
			}
		}
	}
	for a := range told {
		out.Accounts = append(out.Accounts, a)
	}
	slices.Sort(out.Accounts)
	return out
}

// sessionless says what a filter of sessions leaves out: what is told beside
// them. It calls accounts as --user did: a name that nobody asked for may be a
// password.
func (o *options) sessionless(sel *selection, beside export.Beside) []string {
	if len(beside.Accounts) == 0 {
		return nil
	}
	var names []string
	for _, name := range o.users {
		if slices.ContainsFunc(beside.Accounts, func(a model.AccountID) bool {
			return matchesAny([]string{name}, accountNames(sel.snapshot.Account(a)))
		}) {
			names = append(names, name)
		}
	}
	return []string{fmt.Sprintf("--where is of sessions, and %s that --user %s names has none here: %s at such accounts and %s about them are told without --where",
		plural(len(beside.Accounts), "account"), strings.Join(names, ", "),
		plural(len(beside.Attempts), "failed attempt"), plural(len(beside.Records), "record"))}
}
