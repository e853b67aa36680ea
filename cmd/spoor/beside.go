package main

import (
	"slices"

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
