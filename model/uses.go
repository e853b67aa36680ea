package model

import (
	"cmp"
	"slices"

	"spoor/model/event"
)

// countUses counts, for each principal, what the host's logs say of it.
func (c *correlator) countUses() {
	uses := map[uint32]*principalUse{}
	from := map[[2]uint32]*addressUse{}
	came := func(principal, at uint32, ticket bool) {
		address := c.textID(c.events[at], event.IPAddress)
		if address == 0 || !names(c.texts[address]) {
			return
		}
		x := from[[2]uint32{principal, address}]
		if x == nil {
			x = &addressUse{address: address}
			from[[2]uint32{principal, address}] = x
		}
		x.last, x.ticket = max(x.last, c.time(at)), x.ticket || ticket
	}
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
		if vouchedTypes[l.typ] {
			u.vouched++
		}
		u.seen(c.time(l.last))
		if l.start != None {
			came(l.principal, l.start, false)
		}
	}
	for i := range c.events {
		at := uint32(i)
		switch c.kind(at) {
		case event.TicketGranting, event.ServiceTicket, event.TicketRenewed, event.CredentialValidation:
			if !isGranted(c.table, c.events[i]) {
				continue
			}
			u := use(c.target(c.events[i]), at)
			u.tickets++
			if c.kind(at) == event.TicketGranting {
				u.vouched++
			}
			came(u.principal, at, true)
		default:
			c.noteChange(at, use)
		}
	}
	for _, at := range c.failures {
		use(c.target(c.events[at]), at).failures++
	}
	for k, x := range from {
		uses[k[0]].addresses = append(uses[k[0]].addresses, *x)
	}
	for _, u := range uses {
		slices.SortFunc(u.addresses, func(a, b addressUse) int { return cmp.Compare(c.texts[a.address], c.texts[b.address]) })
		c.uses = append(c.uses, *u)
	}
	slices.SortFunc(c.uses, func(a, b principalUse) int { return cmp.Compare(a.principal, b.principal) })
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
