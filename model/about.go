package model

import (
	"iter"

	"spoor/model/event"
)

// EventsAbout yields the events that are about accounts, and which account, by
// the order of hosts and of their logs: tickets asked for in their names, checks
// of their passwords, logons and attempts, changes of theirs, and of the groups
// that they were put in or taken out of.
func (s *Snapshot) EventsAbout(wanted func(AccountID) bool) iter.Seq2[EventRow, AccountID] {
	return func(yield func(EventRow, AccountID) bool) {
		for h, v := range s.views {
			known := map[uint32]AccountID{} // by principal; None is one not wanted
			for i, n := range v.events {
				row := EventRow(s.events[h] + uint32(i))
				if p := s.target(n); p != 0 {
					a, ok := known[p]
					if !ok {
						if a = s.whoIs(h, p); a != None && !wanted(a) {
							a = None
						}
						known[p] = a
					}
					if a != None && !yield(row, a) {
						return
					}
				}
				// The Target of these is the group.
				if memberships[s.row(n).kind] == "" {
					continue
				}
				if a := s.whoHas(h, s.text(n, event.MemberSID)); a != None && wanted(a) && !yield(row, a) {
					return
				}
			}
		}
	}
}
