package main

import (
	"fmt"
	"iter"
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
	for row, a := range sel.about(without) {
		told[a] = true
		out.Records = append(out.Records, row)
	}
	for a := range told {
		out.Accounts = append(out.Accounts, a)
	}
	slices.Sort(out.Accounts)
	out.Chosen = sel.hosts != nil || len(sel.types) > 0 || sel.since != 0 || sel.until != 0
	return out
}

// about yields the records about accounts that match, and about which each is.
func (sel *selection) about(accounts map[model.AccountID]bool) iter.Seq2[model.EventRow, model.AccountID] {
	return func(yield func(model.EventRow, model.AccountID) bool) {
		if len(sel.types) > 0 || len(accounts) == 0 { // a ticket is of no type
			return
		}
		for row, a := range sel.snapshot.EventsAbout(func(a model.AccountID) bool { return accounts[a] }) {
			if e := sel.snapshot.Event(row); sel.host(e.Host) && sel.during(e.Time, e.Time) && !yield(row, a) {
				return
			}
		}
	}
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
	return []string{fmt.Sprintf("%s and %s about %s without a session here, asked for by --user %s: --where is of sessions",
		plural(len(beside.Attempts), "failed attempt"), plural(len(beside.Records), "record"),
		plural(len(beside.Accounts), "account"), strings.Join(names, ", "))}
}
