package model

import (
	"cmp"
	"sort"
	"strings"
	"time"

	"spoor/model/event"
)

// joins are the records of all hosts that logons are joined with, by what they
// are looked for by. Times are by the clocks of the domain controllers.
type joins struct {
	tickets        []ticketRow         // 4769, by service, account, time
	ticketsByGUID  []uint32            // those with a GUID, by it and time
	ticketsFrom    []uint32            // by service, account, client, time
	grants         []ticketRow         // 4768 and 4770, by account, client, time
	referrals      []referral          // by realm, account, client, time
	taken          map[guidTicket]bool // tickets of which it is known: whether a logon has their GUID
	validations    []validation
	validationsBy  []uint32   // by account, claimed workstation, time
	explicit       []explicit // 4648, by the host that they name, account, time
	explicitByGUID []uint32
	network        []reach                 // network logons by Kerberos, by host, account, time
	ntlm           []claimant              // logons by NTLM, by account, claimed workstation, time
	reached        []reach                 // logons that came over the network, by host, account, class of type, time
	controllers    map[string][]controller // by realm
	nameless       map[string][]AccountID  // accounts of no known domain, by folded name
	security       []securityLog           // by host
}

// ticketRow is a ticket that a domain controller granted.
type ticketRow struct {
	time    event.FileTime
	event   EventRow
	account AccountID
	service HostID // None: of another kind of account
	client  uint32 // its address; from itself: beyond all addresses the domain controller
	renewal bool
	dc      uint32
	guid    event.GUID
}

// guidTicket is what a ticket and the logon that it opened have in common.
type guidTicket struct {
	service HostID
	account AccountID
	guid    event.GUID
}

func (t *ticketRow) own() guidTicket { return guidTicket{t.service, t.account, t.guid} }

type validation struct {
	time        event.FileTime
	event       EventRow
	account     AccountID
	host        uint32
	workstation string // folded
}

// explicit is a use of explicit credentials.
type explicit struct {
	time    event.FileTime
	event   EventRow
	host    uint32 // where it was logged
	target  HostID // the host that it names; itself for localhost
	account AccountID
	guid    event.GUID
}

type reach struct {
	time    event.FileTime
	logon   uint32 // of the host; of a pair the first half
	account AccountID
	host    uint32
	class   uint8
}

// claimant is a logon whose client called itself something.
type claimant struct {
	time        event.FileTime
	account     AccountID
	workstation string // folded
}

func (s *Snapshot) joined() *joins {
	s.joinOnce.Do(func() { s.joinIndex = s.makeJoins() })
	return s.joinIndex
}

// clientOf names an address for comparing: loopback on a domain controller is
// that domain controller.
func (s *Snapshot) clientOf(h int, address textID) uint32 {
	switch s.texts[address] {
	case "::1", "127.0.0.1":
		return s.clientHost(h)
	}
	return address
}

func (s *Snapshot) clientHost(h int) uint32 { return uint32(len(s.texts) + h) }

func (s *Snapshot) makeJoins() *joins {
	j := &joins{controllers: s.findControllers(), security: s.findSecurityLogs(), nameless: map[string][]AccountID{}, taken: map[guidTicket]bool{}}
	for _, a := range s.accounts {
		if a.SID == "" && a.Domain == "" && a.Host == None {
			name := strings.ToLower(a.Name)
			j.nameless[name] = append(j.nameless[name], a.ID)
		}
	}
	services := s.serviceHosts()
	for h, v := range s.views {
		base := s.events[h]
		for _, e := range v.tickets {
			n := v.events[e]
			t := s.ticketOf(h, e, services.of(h, n))
			j.tickets = append(j.tickets, t)
			if t.service != None && t.guid != (event.GUID{}) && s.realms.one(h, int(t.service)) {
				j.taken[t.own()] = false
			}
			if t.service == None {
				if realm := s.nextRealm(h, s.text(n, event.ServiceName), j.controllers); realm != "" {
					j.referrals = append(j.referrals, referral{t, realm})
				}
			}
		}
		for _, e := range v.grants {
			j.grants = append(j.grants, s.ticketOf(h, e, None))
		}
		for _, e := range v.validations {
			n := v.events[e]
			j.validations = append(j.validations, validation{s.correctedEvent(h, e), EventRow(base + e), s.account(h, s.target(n)), uint32(h), s.workstation(n)})
		}
		for _, e := range v.explicit {
			n := v.events[e]
			x := explicit{time: s.correctedEvent(h, e), event: EventRow(base + e), host: uint32(h), guid: s.guid(n, event.TargetGUID), target: s.explicitTarget(h, n), account: s.whoIs(h, s.target(n))}
			j.explicit = append(j.explicit, x)
		}
		s.addArrivals(j, h, v)
	}
	for h, v := range s.views {
		s.takeTickets(j, h, v)
	}
	j.sort()
	return j
}

// takeTickets notes which tickets a logon of a host has by its GUID.
func (s *Snapshot) takeTickets(j *joins, h int, v *hostView) {
	if len(j.taken) == 0 {
		return
	}
	for i := range v.logons {
		l := &v.logons[i]
		if l.start == None || l.fixed() {
			continue
		}
		guid := s.guid(v.events[l.start], event.LogonGUID)
		if guid == (event.GUID{}) {
			continue
		}
		own := guidTicket{HostID(h), s.account(h, l.principal), guid}
		if _, ok := j.taken[own]; ok {
			j.taken[own] = true
		}
	}
}

func (s *Snapshot) ticketOf(h int, e uint32, service HostID) ticketRow {
	n := s.views[h].events[e]
	t := ticketRow{
		time: s.correctedEvent(h, e), event: EventRow(s.events[h] + e), account: s.account(h, s.target(n)), service: service,
		client: s.clientOf(h, s.textID(n, event.IPAddress)), renewal: s.row(n).kind == event.TicketRenewed, dc: uint32(h),
	}
	if s.row(n).kind == event.ServiceTicket {
		t.guid = s.guid(n, event.LogonGUID)
	}
	return t
}

// workstation is the computer's name that a client claims, folded, without
// its domain.
func (s *Snapshot) workstation(n uint32) string {
	return strings.ToLower(shortName(strings.TrimLeft(s.text(n, event.Workstation), `\`)))
}

// explicitTarget is the host that a 4648 names.
func (s *Snapshot) explicitTarget(h int, n uint32) HostID {
	name := s.text(n, event.TargetServer)
	if name == "" || strings.EqualFold(name, "localhost") {
		return HostID(h)
	}
	return s.hostCalled(h, name)
}

// The classes of logons that one use of explicit credentials can make: Remote
// Desktop makes one of each.
const (
	overNetwork = iota
	overDesktop
)

func (s *Snapshot) addArrivals(j *joins, h int, v *hostView) {
	for i := range v.logons {
		l := &v.logons[i]
		if l.start == None || l.fixed() || l.linked != None && l.linked < uint32(i) && v.logons[l.linked].start != None {
			continue
		}
		n := v.events[l.start]
		x := reach{s.correctedEvent(h, l.start), uint32(i), s.account(h, l.principal), uint32(h), overNetwork}
		p := s.text(n, event.Package)
		if strings.EqualFold(p, "NTLM") {
			j.ntlm = append(j.ntlm, claimant{x.time, x.account, s.workstation(n)})
		}
		switch l.typ {
		case 3:
			if strings.EqualFold(p, "Kerberos") {
				j.network = append(j.network, x)
			}
			j.reached = append(j.reached, x)
		case 8, 9:
			j.reached = append(j.reached, x)
		case 10, 12:
			x.class = overDesktop
			j.reached = append(j.reached, x)
		}
	}
}

// between returns the part of a sorted list whose elements lie from one to
// another, both included, by a comparison of an element with each.
func between[T any](list []T, from, to func(*T) int) []T {
	i := sort.Search(len(list), func(i int) bool { return from(&list[i]) >= 0 })
	k := i + sort.Search(len(list)-i, func(k int) bool { return to(&list[i+k]) > 0 })
	return list[i:k]
}

// ticketsFor returns the tickets of an account for a host within a time.
func (j *joins) ticketsFor(h HostID, a AccountID, from, to event.FileTime) []ticketRow {
	at := func(t event.FileTime) func(*ticketRow) int {
		return func(x *ticketRow) int {
			return cmp.Or(cmp.Compare(x.service, h), cmp.Compare(x.account, a), cmp.Compare(x.time, t))
		}
	}
	return between(j.tickets, at(from), at(to))
}

// ticketsOf is as ticketsFor, from one client.
func (j *joins) ticketsOf(h HostID, a AccountID, client uint32, from, to event.FileTime) []uint32 {
	at := func(t event.FileTime) func(*uint32) int {
		return func(i *uint32) int {
			x := &j.tickets[*i]
			return cmp.Or(cmp.Compare(x.service, h), cmp.Compare(x.account, a), cmp.Compare(x.client, client), cmp.Compare(x.time, t))
		}
	}
	return between(j.ticketsFrom, at(from), at(to))
}

func (j *joins) grantsOf(a AccountID, client uint32, from, to event.FileTime) []ticketRow {
	at := func(t event.FileTime) func(*ticketRow) int {
		return func(x *ticketRow) int {
			return cmp.Or(cmp.Compare(x.account, a), cmp.Compare(x.client, client), cmp.Compare(x.time, t))
		}
	}
	return between(j.grants, at(from), at(to))
}

func (j *joins) withGUID(g event.GUID) []uint32 {
	at := func(i *uint32) int { return compareGUIDs(&j.tickets[*i].guid, &g) }
	return between(j.ticketsByGUID, at, at)
}

func (j *joins) explicitWithGUID(g event.GUID) []uint32 {
	at := func(i *uint32) int { return compareGUIDs(&j.explicit[*i].guid, &g) }
	return between(j.explicitByGUID, at, at)
}

func (j *joins) explicitTo(h HostID, a AccountID, from, to event.FileTime) []explicit {
	at := func(t event.FileTime) func(*explicit) int {
		return func(x *explicit) int {
			return cmp.Or(cmp.Compare(x.target, h), cmp.Compare(x.account, a), cmp.Compare(x.time, t))
		}
	}
	return between(j.explicit, at(from), at(to))
}

func (j *joins) validationsOf(a AccountID, from, to event.FileTime) []validation {
	at := func(t event.FileTime) func(*validation) int {
		return func(x *validation) int { return cmp.Or(cmp.Compare(x.account, a), cmp.Compare(x.time, t)) }
	}
	return between(j.validations, at(from), at(to))
}

// validationsBeside is as validationsOf, for one claimed workstation.
func (j *joins) validationsBeside(a AccountID, workstation string, from, to event.FileTime) []uint32 {
	at := func(t event.FileTime) func(*uint32) int {
		return func(i *uint32) int {
			x := &j.validations[*i]
			return cmp.Or(cmp.Compare(x.account, a), cmp.Compare(x.workstation, workstation), cmp.Compare(x.time, t))
		}
	}
	return between(j.validationsBy, at(from), at(to))
}

// ntlmOf counts the logons by NTLM of an account whose client claimed a name.
func (j *joins) ntlmOf(a AccountID, workstation string, from, to event.FileTime) int {
	at := func(t event.FileTime) func(*claimant) int {
		return func(x *claimant) int {
			return cmp.Or(cmp.Compare(x.account, a), cmp.Compare(x.workstation, workstation), cmp.Compare(x.time, t))
		}
	}
	return len(between(j.ntlm, at(from), at(to)))
}

// arrivalsAt returns the logons of an account at a host, of one class, within
// a time.
func arrivalsAt(list []reach, h uint32, a AccountID, class uint8, from, to event.FileTime) []reach {
	at := func(t event.FileTime) func(*reach) int {
		return func(x *reach) int {
			return cmp.Or(cmp.Compare(x.host, h), cmp.Compare(x.account, a), cmp.Compare(x.class, class), cmp.Compare(x.time, t))
		}
	}
	return between(list, at(from), at(to))
}

const (
	// freshTicket is how long after its ticket a network logon is at most for
	// the two to be one (measured on real logs; wider gained nothing).
	freshTicket = 60 * time.Second
	// hopSpan is how long after explicit credentials were used the logon that
	// they made comes at most.
	hopSpan = 10 * time.Second
	// mostCandidates is how many records are listed where each of several
	// could have one part.
	mostCandidates = 64
	// mostMatched is how many records are compared with one logon. Those
	// beyond count as candidates: what was not looked at may be the one.
	mostMatched = 1024
)
