package model

import "spoor/model/event"

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
	for h, v := range s.views {
		for _, x := range v.served {
			c, ok := s.servedChain(h, x)
			if !ok {
				continue
			}
			c.byTicket()
			for _, l := range c.links {
				out[l.Event]++
			}
		}
	}
	return out
}

// servedLogon is what is kept of a network logon by Kerberos that was left out:
// what says which tickets may have opened it.
type servedLogon struct {
	time      event.FileTime
	principal uint32
	address   textID
}

// servedAlone reports whether a servedLogon says as much of a network logon's
// tickets as its row does: nothing but its address may tell where it came from.
func servedAlone(s *store, g *glance, target uint32) bool {
	switch g.text(event.IPAddress) {
	case "0.0.0.0", "::":
		return false
	}
	typ, _ := g.value(event.LogonType)
	return typ == networkLogon && g.textID(event.Workstation) == 0 && g.number(event.LinkedLogon) == 0 && !s.sidless(target)
}

// servedChain prepares the search for the tickets of a logon that was left out.
func (s *Snapshot) servedChain(h int, x servedLogon) (*chainFinder, bool) {
	k := s.skews[h].at(x.time)
	c := &chainFinder{Snapshot: s, joins: s.joined(), h: h, account: s.account(h, x.principal), n: None, client: None, time: x.time.Add(-k.median), spread: k.spread, typ: networkLogon, pack: "Kerberos", address: x.address}
	c.who = s.Account(c.account)
	if c.account == None || c.who.Class == ClassBuiltin || c.who.Class == ClassVirtual {
		return nil, false
	}
	c.client = s.clientAt(h, x.address, func() (HostID, Certainty) {
		host, sure, _ := s.hostAt(h, s.texts[x.address], x.time)
		return host, sure
	})
	return c, true
}
