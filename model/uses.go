package model

import (
	"cmp"
	"slices"

	"spoor/model/event"
)

// countUses counts, for each principal, what the host's logs say of it.
func (c *correlator) countUses() {
	uses := map[uint32]*principalUse{}
	use := func(principal, at uint32) *principalUse {
		u := uses[principal]
		if u == nil {
			u = &principalUse{principal: principal}
			uses[principal] = u
		}
		u.seen(c.time(at))
		return u
	}
	for i := range c.sessions {
		s := &c.sessions[i]
		l := &c.logons[s.first]
		u := use(l.principal, s.start)
		u.sessions++
		u.seen(c.time(l.last))
		if l.start != None {
			u.from(c.table, c.textID(c.events[l.start], event.IPAddress), c.time(l.start))
		}
	}
	for i := range c.events {
		at := uint32(i)
		switch c.kind(at) {
		case event.TicketGranting, event.ServiceTicket, event.TicketRenewed, event.CredentialValidation:
			if isFailure(c.table, c.events[i]) {
				continue
			}
			u := use(c.target(c.events[i]), at)
			u.tickets++
			u.from(c.table, c.textID(c.events[i], event.IPAddress), c.time(at))
		}
	}
	for _, at := range c.failures {
		use(c.target(c.events[at]), at).failures++
	}
	for _, u := range uses {
		slices.SortFunc(u.addresses, func(a, b addressUse) int { return cmp.Compare(c.texts[a.address], c.texts[b.address]) })
		c.uses = append(c.uses, *u)
	}
	slices.SortFunc(c.uses, func(a, b principalUse) int { return cmp.Compare(a.principal, b.principal) })
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

// from notes an address that a principal came from.
func (u *principalUse) from(t *table, address textID, at event.FileTime) {
	if address == 0 || !names(t.texts[address]) {
		return
	}
	for i := range u.addresses {
		if u.addresses[i].address == address {
			u.addresses[i].last = max(u.addresses[i].last, at)
			return
		}
	}
	u.addresses = append(u.addresses, addressUse{address, at})
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
