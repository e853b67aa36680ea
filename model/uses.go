package model

import (
	"slices"

	"spoor/model/event"
)

// useCounter counts, for each principal, what the host's logs say of it: a
// domain controller's may be of each user of a domain, from many places.
type useCounter struct {
	*correlator
	use     perPrincipal // which of counted it is
	counted pieces[principalUse]
	from    pairMap[addressUse] // by principal and address
}

func (c *useCounter) of(principal uint32) *principalUse {
	i, ok := c.use.get(principal)
	if !ok {
		i = c.counted.add(principalUse{principal: principal})
		c.use.set(principal, i)
	}
	return c.counted.at(i)
}

// seen returns the use of a principal, which an event is of.
func (c *useCounter) seen(principal, at uint32) *principalUse {
	u := c.of(principal)
	u.seen(c.time(at))
	return u
}

// came notes the address that an event of a principal is from, if it has one.
func (c *useCounter) came(principal, at uint32, ticket bool) {
	address := c.textID(c.events[at], event.IPAddress)
	if address == 0 || !names(c.texts[address]) {
		return
	}
	x := c.from.of(principal, address)
	x.address, x.last, x.ticket = address, max(x.last, c.time(at)), x.ticket || ticket
}

// finish lists the uses by principal, and gives each its addresses.
func (c *useCounter) finish() {
	c.uses = make([]principalUse, 0, c.counted.n)
	for principal, i := range c.use.each {
		c.use.set(principal, uint32(len(c.uses)))
		c.uses = append(c.uses, *c.counted.at(i))
	}
	counts := make([]uint32, len(c.uses))
	for i := range c.from.entries.n {
		at, _ := c.use.get(c.from.entries.at(i).a)
		counts[at]++
	}
	all, end := make([]addressUse, c.from.entries.n), uint32(0)
	for i, n := range counts {
		c.uses[i].addresses = all[end : end : end+n]
		end += n
	}
	for i := range c.from.entries.n {
		x := c.from.entries.at(i)
		at, _ := c.use.get(x.a)
		u := &c.uses[at]
		u.addresses = append(u.addresses, x.value)
	}
}

// countUses counts, for each principal, what the host's logs say of it.
func (c *correlator) countUses() {
	n := &useCounter{correlator: c, use: newPerPrincipal(len(c.principals), len(c.events)), from: newPairMap[addressUse]()}
	for i := range c.sessions {
		s := &c.sessions[i]
		l := &c.logons[s.first]
		u := n.seen(l.principal, s.start)
		u.sessions++
		if vouchedTypes[l.typ] {
			u.vouched++
		}
		u.seen(c.time(l.last))
		if l.start != None {
			n.came(l.principal, l.start, false)
		}
	}
	for i := range c.events {
		at := uint32(i)
		switch c.kind(at) {
		case event.TicketGranting, event.ServiceTicket, event.TicketRenewed, event.CredentialValidation:
			if !isGranted(c.table, c.events[i]) {
				continue
			}
			u := n.seen(c.target(c.events[i]), at)
			u.tickets++
			if c.kind(at) == event.TicketGranting {
				u.vouched++
			}
			n.came(u.principal, at, true)
		default:
			c.noteChange(at, n.seen)
		}
	}
	for _, at := range c.failures {
		n.seen(c.target(c.events[at]), at).failures++
	}
	n.finish()
}

// vouchedTypes are the logon types for which a password was checked, or a
// service's, against the directory or the computer's own accounts.
var vouchedTypes = map[uint8]bool{2: true, 4: true, 5: true, 7: true, 10: true, 11: true}

// noteChange keeps what is done to accounts. An account that something was
// done to is one, though it was never used.
func (c *correlator) noteChange(at uint32, use func(principal, at uint32) *principalUse) {
	k := c.kind(at)
	if k != event.SpecialGroups && (k < event.AccountCreated || k > event.KerberosRefused) {
		return
	}
	if changes[k] == "" && memberships[k] == "" {
		return
	}
	c.changes = append(c.changes, at)
	n := c.events[at]
	switch who := c.target(n); {
	case k == event.AccountRenamed:
		c.renames = append(c.renames, rename{principal: who, from: c.textID(n, event.OldName), to: c.textID(n, event.NewName), time: c.time(at)})
		if c.sid(who) != "" {
			use(who, at)
		}
	case memberships[k] == "" && k != event.NTLMRefused && k != event.KerberosRefused && c.sid(who) != "":
		use(who, at).vouched++
	}
}

// rename is that an account was given another name (4781).
type rename struct {
	principal uint32 // its SID and domain; it has no name there
	from, to  textID
	time      event.FileTime
}

func (u *principalUse) seen(t event.FileTime) {
	if t == 0 {
		return
	}
	if u.first == 0 || t < u.first {
		u.first = t
	}
	u.last = max(u.last, t)
}

// names reports whether an address names another computer: loopback and the
// unspecified address do not, nor do words.
func names(address string) bool {
	switch address {
	case "", "::1", "127.0.0.1", "0.0.0.0", "::", "LOCAL":
		return false
	}
	return true
}

// seenFrom adds where machines' accounts came from in records that are not
// kept.
func (v *hostView) seenFrom(machines map[[2]uint32]addressUse) {
	for i := range v.uses {
		u := &v.uses[i]
		for k, x := range machines {
			if k[0] != u.principal {
				continue
			}
			at := slices.IndexFunc(u.addresses, func(o addressUse) bool { return o.address == x.address })
			if at < 0 {
				u.addresses = append(u.addresses, x)
			} else {
				u.addresses[at] = x
			}
		}
	}
}
