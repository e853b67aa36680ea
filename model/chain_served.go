package model

// served completes the links to service tickets with how many sessions have
// each.
func (s *Snapshot) served(links []ChainLink) []ChainLink {
	for i := range links {
		if l := &links[i]; l.Role == RoleServiceTicket {
			s.servedOnce.Do(func() { s.servedBy = s.countServed() })
			l.Served = s.servedBy[l.Event]
		}
	}
	return links
}

// countServed counts the sessions that each service ticket is linked to.
func (s *Snapshot) countServed() map[EventRow]int {
	out := map[EventRow]int{}
	for h, v := range s.views {
		for i := range v.sessions {
			c, ok := s.chainOf(h, v.sessions[i].first)
			if !ok {
				continue
			}
			c.byGUID()
			c.byTicket()
			for _, l := range c.links {
				if l.Role == RoleServiceTicket {
					out[l.Event]++
				}
			}
		}
	}
	return out
}
