package model

import (
	"sync"

	"spoor/model/event"
)

// servings counts for one account after the other how many sessions each
// service ticket is linked to, when a chain of the account's is asked for: of
// ten million events that is a moment for most, and seconds for all.
type servings struct {
	lock sync.Mutex
	of   map[AccountID]*serving
	once sync.Once
	left map[AccountID][]leftLogon
}

// serving is how many sessions each service ticket of an account is linked to.
type serving struct {
	once   sync.Once
	counts map[EventRow]int
}

// leftLogon is a logon of a host that was left out.
type leftLogon struct {
	host int
	servedLogon
}

// served completes the links to service tickets that were found with how many
// sessions have each.
func (s *Snapshot) served(c *chainFinder) []ChainLink {
	for i := range c.links {
		if l := &c.links[i]; l.Role == RoleServiceTicket {
			l.Served = s.ticketsServed(c.account)[l.Event]
		}
	}
	return c.links
}

func (s *Snapshot) ticketsServed(a AccountID) map[EventRow]int {
	x := &s.servings
	x.lock.Lock()
	one := x.of[a]
	if one == nil {
		if x.of == nil {
			x.of = map[AccountID]*serving{}
		}
		one = new(serving)
		x.of[a] = one
	}
	x.lock.Unlock()
	one.once.Do(func() { one.counts = s.countServed(a) })
	return one.counts
}

// countServed counts the sessions that each service ticket of an account is
// linked to: others than its own are to none of them.
func (s *Snapshot) countServed(a AccountID) map[EventRow]int {
	out := map[EventRow]int{}
	for _, row := range s.Sessions(a, None) {
		h, at, _ := place(s.sessions, uint32(row))
		c, ok := s.chainOf(h, s.views[h].sessions[at].first)
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
	for _, x := range s.leftLogons(a) {
		c, ok := s.servedChain(x.host, x.servedLogon)
		if !ok {
			continue
		}
		c.byTicket()
		for _, l := range c.links {
			out[l.Event]++
		}
	}
	return out
}

// leftLogons returns the logons of an account that were left out.
func (s *Snapshot) leftLogons(a AccountID) []leftLogon {
	x := &s.servings
	x.once.Do(func() {
		x.left = map[AccountID][]leftLogon{}
		for h, v := range s.views {
			for _, l := range v.served {
				who := s.account(h, l.principal)
				x.left[who] = append(x.left[who], leftLogon{h, l})
			}
		}
	})
	return x.left[a]
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
