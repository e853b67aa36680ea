package model

// EventsAbout returns the events that are about accounts, by the order of hosts
// and of their logs: tickets asked for in their names, checks of their passwords,
// logons and attempts, changes of theirs.
func (s *Snapshot) EventsAbout(wanted func(AccountID) bool) []EventRow {
	var out []EventRow
	for h, v := range s.views {
		known := map[uint32]bool{} // by principal
		for i, n := range v.events {
			p := s.target(n)
			if p == 0 {
				continue
			}
			want, ok := known[p]
			if !ok {
				a := s.whoIs(h, p)
				want = a != None && wanted(a)
				known[p] = want
			}
			if want {
				out = append(out, EventRow(s.events[h]+uint32(i)))
			}
		}
	}
	return out
}
