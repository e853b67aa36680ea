package model

import (
	"strings"

	"spoor/model/event"
)

// trust is how far a record's word on whose an address is can be trusted, best
// first.
type trust uint8

const (
	byTicket  trust = iota // a machine account's own ticket, 4768 to 4770: only the machine has its key
	byMachine              // its network logon by Kerberos: the same
	byClient               // 4778: the name and address of a Remote Desktop client, as the client gave them
	byClaim                // a network logon by NTLM: the name is the client's claim
)

// sighting is a machine at an address, seen in one host's log from one time to
// another without a word of another in between, and never longer apart than
// what holds an address.
type sighting struct {
	who      uint32 // a principal, or for a claimed name its text
	address  textID
	trust    trust
	from, to event.FileTime
}

// credentialUses are the successful ones of a host's log: events of a kind,
// in order.
type credentialUses struct {
	grants      []uint32 // 4768 and 4770
	tickets     []uint32 // 4769
	validations []uint32 // 4776
	explicit    []uint32 // 4648
}

// findAuthentications lists what joins between hosts start from, and where
// machines were seen.
func (c *correlator) findAuthentications() {
	f := newSightingFinder(c.table)
	f.machines = newPerPrincipal(len(c.principals), len(c.events))
	for i := c.security.from; i < c.security.to; i++ {
		switch kind := c.kind(i); kind {
		case event.TicketGranting, event.TicketRenewed, event.ServiceTicket:
			if isFailure(c.table, c.events[i]) {
				continue
			}
			if kind == event.ServiceTicket {
				c.tickets = append(c.tickets, i)
			} else {
				c.grants = append(c.grants, i)
			}
			f.ticket(c.time(i), c.target(c.events[i]), c.textID(c.events[i], event.IPAddress))
		case event.CredentialValidation:
			if !isFailure(c.table, c.events[i]) {
				c.validations = append(c.validations, i)
			}
		case event.ExplicitCredentials:
			c.explicit = append(c.explicit, i)
		case event.SessionReconnected:
			f.see(c.time(i), c.textID(c.events[i], event.ClientName), c.textID(c.events[i], event.ClientAddress), byClient)
		case event.Logon:
			n := c.events[i]
			if typ, _ := c.number(n, event.LogonType); typ == networkLogon {
				f.logon(c.time(i), c.text(n, event.Package), c.target(n), c.textID(n, event.Workstation), c.textID(n, event.IPAddress))
			}
		}
	}
	c.sightings = f.sightings
}

type sightingKey struct {
	who, address uint32
	trust        trust
}

// sightingFinder makes one sighting of those that follow one another.
type sightingFinder struct {
	*table
	at   map[sightingKey]int
	last map[sightingKey]textID // by machine and family: where it was last; by address: who was
	// named is the triple that stands for all spellings of a machine account:
	// 4769 names no SID, and its name as u@REALM.
	named     map[string]uint32
	machines  perPrincipal // what machine returned
	sightings []sighting
}

func newSightingFinder(t *table) *sightingFinder {
	return &sightingFinder{table: t, at: map[sightingKey]int{}, last: map[sightingKey]textID{}, named: map[string]uint32{}}
}

// machine returns the triple that stands for a machine account, 0 for others.
func (f *sightingFinder) machine(principal uint32) uint32 {
	known, ok := f.machines.get(principal)
	if !ok {
		known = f.findMachine(principal)
		f.machines.set(principal, known)
	}
	return known
}

func (f *sightingFinder) findMachine(principal uint32) uint32 {
	written := f.name(principal)
	if !strings.ContainsRune(written, '$') {
		return 0
	}
	name, _ := splitName(written, "")
	if len(name) < 2 || !strings.HasSuffix(name, "$") {
		return 0
	}
	known, ok := f.named[name]
	switch {
	case !ok:
		f.named[name] = principal
		return principal
	case f.sidless(principal) || f.principals[known].sid == f.principals[principal].sid:
		return known
	}
	return principal
}

// ticket takes note of where an account asked for a ticket that it got.
func (f *sightingFinder) ticket(t event.FileTime, account uint32, address textID) {
	if who := f.machine(account); who != 0 {
		f.see(t, who, address, byTicket)
	}
}

// logon takes note of where a network logon came from.
func (f *sightingFinder) logon(t event.FileTime, pack string, account uint32, workstation, address textID) {
	switch {
	case address == 0:
	case strings.EqualFold(pack, "NTLM"):
		f.see(t, workstation, address, byClaim)
	case strings.EqualFold(pack, "Kerberos"):
		f.see(t, f.machine(account), address, byMachine)
	}
}

func (f *sightingFinder) see(t event.FileTime, who uint32, address textID, by trust) {
	if who == 0 || !names(f.texts[address]) {
		return
	}
	family := textID(0)
	if isIPv6(f.texts[address]) {
		family = 1 // beside that of IPv4, not instead
	}
	key, machine, place := sightingKey{who, address, by}, sightingKey{who, family, by}, sightingKey{0, address, by}
	if at, ok := f.at[key]; ok && f.last[machine] == address && f.last[place] == who {
		s := &f.sightings[at]
		if t >= s.from.Add(-addressHold) && t <= s.to.Add(addressHold) {
			s.from, s.to = min(s.from, t), max(s.to, t)
			return
		}
	}
	f.at[key], f.last[machine], f.last[place] = len(f.sightings), address, who
	f.sightings = append(f.sightings, sighting{who, address, by, t, t})
}
