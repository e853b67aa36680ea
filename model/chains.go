package model

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"spoor/model/event"
)

// ChainRole is the part that a record has in how a logon came about.
type ChainRole uint8

// The roles.
const (
	RoleTGT                   ChainRole = iota // 4768, or its renewal, 4770
	RoleReferral                               // 4769 for the domain controllers of another realm
	RoleServiceTicket                          // 4769
	RoleNTLMValidation                         // 4776
	RoleExplicitCredentials                    // 4648
	RoleNetworkAuthentication                  // the network logon, or 1149, before a Remote Desktop session
)

func (r ChainRole) String() string {
	return [...]string{"tgt", "referral", "service-ticket", "ntlm-validation", "explicit-credentials", "network-authentication"}[r]
}

// ChainLink is one record that led to a session.
type ChainLink struct {
	Role      ChainRole
	Event     EventRow
	Certainty Certainty
	Why       string
	// Candidates is how many records could have this part. Where there are
	// several, all are listed, or the newest 64 of more, and none is chosen.
	Candidates int
	// Served is how many sessions have a service ticket in their chain, this
	// one included: a ticket serves for hours. 0 for other records.
	Served int
}

// chain returns the records that led to a session, oldest first, and what is
// to be said of links that are missing: that a ticket was granted before the
// logs begin, or that no log of a domain controller is there. While evidence is
// being read nothing is joined: what seems to be the only candidate may not be.
func (s *Snapshot) chain(n SessionRow) (links []ChainLink, missing string) {
	if s.provisional {
		return nil, "evidence is still being read"
	}
	h, at, ok := place(s.sessions, uint32(n))
	if !ok {
		return nil, ""
	}
	if c, ok := s.chainOf(h, s.views[h].sessions[at].first); ok {
		c.find()
		links, missing = s.served(c), c.missing()
	}
	return s.linksInOrder(append(links, s.networkAuthentication(n)...)), missing
}

// LogonChain returns the records that led to one logon, as a session's Chain
// does for the logon that opened it: for its network authentication and the
// checks within it, too.
func (s *Snapshot) LogonChain(n LogonRow) (links []ChainLink, missing string) {
	h, at, ok := place(s.logons, uint32(n))
	if !ok || s.provisional {
		return nil, ""
	}
	c, ok := s.chainOf(h, at)
	if !ok {
		return nil, ""
	}
	c.find()
	return s.linksInOrder(s.served(c)), c.missing()
}

func (s *Snapshot) linksInOrder(links []ChainLink) []ChainLink {
	slices.SortFunc(links, func(a, b ChainLink) int {
		return cmp.Or(cmp.Compare(s.timeOf(a.Event), s.timeOf(b.Event)), cmp.Compare(a.Role, b.Role), cmp.Compare(a.Event, b.Event))
	})
	return links
}

func (s *Snapshot) timeOf(e EventRow) event.FileTime {
	h, at, ok := place(s.events, uint32(e))
	if !ok {
		return 0
	}
	return s.correctedEvent(h, at)
}

// chainFinder looks for what led to one logon, or to a pair of them.
type chainFinder struct {
	*Snapshot
	*joins
	h       int
	account AccountID
	who     Account
	time    event.FileTime // by the clocks of the domain controllers
	typ     uint32
	guid    event.GUID
	pack    string
	n       uint32 // its 4624
	address textID
	client  HostID // whose address that was, or None
	links   []ChainLink
	tickets []ticketRow // for the host, linked so far, with how sure
	sure    Certainty
	// spread is how far its time may be off, doubtful true where nothing tells.
	spread   time.Duration
	doubtful bool
	// renewed is true where a ticket-granting ticket was renewed, and its grant
	// was not found.
	renewed bool
}

// chainOf prepares the search for a logon of a host; false where no other
// host's records are to be expected.
func (s *Snapshot) chainOf(h int, logon uint32) (*chainFinder, bool) {
	v := s.views[h]
	c := &chainFinder{Snapshot: s, h: h, account: s.account(h, v.logons[logon].principal), n: None, client: None}
	c.who = s.Account(c.account)
	for _, x := range []uint32{logon, v.logons[logon].linked} {
		if x == None || v.logons[x].start == None || v.logons[x].fixed() {
			continue
		}
		l := &v.logons[x]
		n := v.events[l.start]
		if c.n == None {
			c.n, c.typ = n, uint32(l.typ)
		}
		if c.guid == (event.GUID{}) {
			c.guid = s.guid(n, event.LogonGUID)
		}
		if t := s.correctedEvent(h, l.start); c.time == 0 || t < c.time {
			c.time, c.spread, c.doubtful = t, s.skewAt(h, l.start).spread, s.doubtful(h, l.start)
		}
	}
	if c.n == None || c.account == None || c.who.Class == ClassBuiltin || c.who.Class == ClassVirtual {
		return nil, false
	}
	c.joins = s.joined()
	c.pack, c.address = s.text(c.n, event.Package), s.textID(c.n, event.IPAddress)
	c.client = s.clientAt(h, c.address, func() (HostID, Certainty) {
		from := s.source(h, c.n, c.typ)
		return from.Host, from.Certainty
	})
	return c, true
}

// clientAt returns the host whose address a logon on another came from, or None.
func (s *Snapshot) clientAt(h int, address textID, from func() (HostID, Certainty)) HostID {
	switch text := s.texts[address]; {
	case text == "::1" || text == "127.0.0.1":
		return HostID(h)
	case names(text):
		if host, sure := from(); host != None && sure >= Medium {
			return host
		}
	}
	return None
}

// timed is how sure a join by time is at most: clocks that were set, and
// wrong by nobody knows how much, prove no moment.
func (c *chainFinder) timed(e EventRow, sure Certainty, why string) (Certainty, string) {
	h, at, ok := place(c.events, uint32(e))
	if ok && h != c.h && sure == Strong && (c.doubtful || c.Snapshot.doubtful(h, at)) {
		return Medium, why + "; but a clock was set, and how wrong it was then is not known"
	}
	return sure, why
}

func (c *chainFinder) find() {
	c.byGUID()
	c.byTicket()
	c.grants()
	c.byNTLM()
	c.byHop()
}

func (c *chainFinder) add(role ChainRole, e EventRow, sure Certainty, candidates int, why string) {
	c.links = append(c.links, ChainLink{Role: role, Event: e, Certainty: sure, Why: why, Candidates: candidates})
}

// byGUID links tickets and explicit credentials with the logon's own GUID. It
// is the logon's own where the ticket is for its host; other tickets with that
// GUID were only asked for in the same moment.
func (c *chainFinder) byGUID() {
	if c.guid == (event.GUID{}) {
		return
	}
	var own, batch []ticketRow
	same, more := newestMatched(c.withGUID(c.guid))
	for _, i := range same {
		t := c.joins.tickets[i]
		switch {
		case t.account != c.account || !c.realms.one(int(t.dc), c.h):
		case t.service == HostID(c.h):
			own = append(own, t)
		default:
			batch = append(batch, t)
		}
	}
	if len(own) > 0 {
		c.tickets, c.sure = own, Exact
		why := "the same logon GUID, on a ticket for this host"
		if len(own) > 1 || more > 0 {
			c.sure, why = Medium, "the same logon GUID, on several tickets for this host"
		}
		for _, t := range newestOf(own) {
			c.add(RoleServiceTicket, t.event, c.sure, len(own)+more, why)
		}
	}
	for _, t := range newestOf(batch) {
		c.add(RoleServiceTicket, t.event, Medium, 1, "the same GUID: asked for in the same moment")
	}
	var used []explicit
	same, more = newestMatched(c.explicitWithGUID(c.guid))
	for _, i := range same {
		x := c.joins.explicit[i]
		if x.target == HostID(c.h) && c.realms.one(int(x.host), c.h) && (x.account == c.account || x.account == None) {
			used = append(used, x)
		}
	}
	for _, x := range newestOf(used) {
		if len(used) == 1 && more == 0 {
			c.add(RoleExplicitCredentials, x.event, Exact, 1, "the same logon GUID")
		} else {
			c.add(RoleExplicitCredentials, x.event, Medium, len(used)+more, "the same logon GUID, as in others")
		}
	}
}

// newestOf keeps the newest of many candidates.
func newestOf[T any](list []T) []T { return list[max(0, len(list)-mostCandidates):] }

// newestMatched keeps those that a logon is compared with, and counts the
// others.
func newestMatched[T any](list []T) (newest []T, others int) {
	others = max(0, len(list)-mostMatched)
	return list[others:], others
}

// byTicket links a network logon by Kerberos, whose GUID is never its
// ticket's, to the ticket for its host: the one of the minute before if there
// is no other, and no other logon that could have used it.
func (c *chainFinder) byTicket() {
	if c.typ != 3 || !strings.EqualFold(c.pack, "Kerberos") || len(c.tickets) > 0 {
		return
	}
	var fresh, held []ticketRow
	window, more := newestMatched(c.ticketsFor(HostID(c.h), c.account, c.time.Add(-freshTicket), c.time.Add(c.tolerance())))
	elsewhere := 0
	for _, t := range window {
		switch {
		case c.fits(t) == contradicts:
			elsewhere++
		case c.joins.taken[t.own()]:
			held = append(held, t)
		default:
			fresh = append(fresh, t)
		}
	}
	switch {
	case len(fresh) == 1 && more == 0:
		t := fresh[0]
		sure, why := c.onlyTicket(t, elsewhere)
		sure, why = c.timed(t.event, sure, why)
		sure, why = c.ifComplete(sure, why, c.time.Add(-freshTicket), c.time, c.controllersBeside(int(t.dc))...)
		sure, why = c.ifComplete(sure, why, t.time, c.upTo(c.h, c.time, t.time.Add(freshTicket)), c.h)
		c.add(RoleServiceTicket, t.event, sure, 1, why)
		c.tickets, c.sure = fresh, sure
	case len(fresh) > 0:
		c.several(fresh, len(fresh)+more, "one of several tickets for this host within 60 s")
	default:
		if c.cached(); len(c.tickets) == 0 && len(held) > 0 {
			c.several(held, len(held)+more, "a ticket of the 60 s before, which another logon has by its GUID; a ticket serves for hours")
		}
	}
}

// onlyTicket is how sure it is that the one ticket of the minute before that
// may be from the logon's address, and that no other logon has by its GUID, is
// the logon's: strong where there is no other ticket and no other logon, and
// where the logon says where it came from, which a ticket's client can be held
// against.
func (c *chainFinder) onlyTicket(t ticketRow, elsewhere int) (Certainty, string) {
	why := "the account's only ticket for this host within 60 s, and its only logon since"
	rivals := c.rivals(t) > 1
	switch {
	case rivals:
		why = "a ticket of the 60 s before; other logons may have used it"
	case elsewhere > 0:
		why = "one of several tickets for this host within 60 s; the others were asked for from elsewhere"
	case c.address == 0 && t.client != 0:
		return Medium, why + "; but the logon names no address"
	default:
		return Strong, why
	}
	if c.fits(t) == agrees {
		return Medium, why + "; from the same address"
	}
	return Weak, why
}

func (c *chainFinder) several(list []ticketRow, total int, why string) {
	for _, t := range newestOf(list) {
		sure, because := Weak, why
		if c.fits(t) == agrees {
			sure, because = Medium, why+"; from the same address"
		}
		c.add(RoleServiceTicket, t.event, sure, total, because)
	}
	c.tickets, c.sure = list, Weak
}

// cached links the tickets that the client may have kept: of the last ten
// hours, from the same address.
func (c *chainFinder) cached() {
	var all []ticketRow
	total := 0
	for _, client := range c.clients() {
		found := c.ticketsOf(HostID(c.h), c.account, client, c.time.Add(-ticketLife), c.time.Add(c.tolerance()))
		total += len(found)
		for _, i := range newestOf(found) {
			all = append(all, c.joins.tickets[i])
		}
	}
	slices.SortFunc(all, compareTickets)
	why := "a ticket for this host from the same address within 10 h"
	if total > 1 {
		why = "one of several tickets" + strings.TrimPrefix(why, "a ticket")
	}
	for _, t := range newestOf(all) {
		c.add(RoleServiceTicket, t.event, Medium, total, why)
	}
	c.tickets, c.sure = all, Medium
}

// clients are how domain controllers may have seen the logon's client.
func (c *chainFinder) clients() []uint32 {
	var out []uint32
	if names(c.texts[c.address]) {
		out = append(out, c.address)
	}
	if c.client != None {
		out = append(out, c.clientHost(int(c.client)))
	}
	return out
}

// fits compares where a ticket was asked for with where the logon came from.
func (c *chainFinder) fits(t ticketRow) agreement {
	if slices.Contains(c.clients(), t.client) {
		return agrees
	}
	if c.address == 0 || t.client == 0 {
		return open
	}
	from := HostID(None)
	if t.client >= uint32(len(c.texts)) {
		from = HostID(t.client - uint32(len(c.texts)))
	} else if host, sure, _ := c.hostAt(int(t.dc), c.texts[t.client], t.time); sure >= Medium {
		from = host
	}
	switch {
	case from != None && c.client != None && from == c.client:
		return agrees
	case from != None && c.client != None:
		return contradicts
	case t.client >= uint32(len(c.texts)) || !names(c.texts[c.address]):
		return open
	case strings.Contains(c.texts[c.address], ":") != strings.Contains(c.texts[t.client], ":"):
		return open // the same machine has an address of each kind
	}
	return contradicts
}

// rivals counts the logons that a ticket may have been used for.
func (c *chainFinder) rivals(t ticketRow) int {
	return len(arrivalsAt(c.network, uint32(c.h), c.account, overNetwork, t.time.Add(-c.tolerance()), t.time.Add(freshTicket)))
}

func (c *chainFinder) tolerance() time.Duration { return clockTolerance + c.spread }
