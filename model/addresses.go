package model

import (
	"cmp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"spoor/model/event"
)

const (
	// addressHold is how long an address is held to be a machine's after it was
	// last seen there, or before it was first: a ticket's life, within which a
	// running machine asks for another one (Microsoft's default policy, 10 h).
	addressHold = 10 * time.Hour
	// sameLease is how long a machine may be unseen at most between two sightings
	// at one address to have held it all the while, if it was seen nowhere else:
	// over a weekend that begins on Friday noon. Longer than addressHold proves
	// little: the machine was off, and its address may have served another.
	sameLease = 3 * 24 * time.Hour
	// sharedWithin is how soon a machine must come back to an address that
	// another one had meanwhile for it to be shared by both: a lease is not
	// handed to and fro within a day, what many stand behind is.
	sharedWithin = 24 * time.Hour
	// handOver is the least time between two machines' turns at an address:
	// the clocks of those who saw them may differ by as much under Kerberos.
	handOver = 5 * time.Minute
)

// binding is one machine's turn at an address.
type binding struct {
	owner    uint32 // a host, or beyond the hosts a name; None: shared by several
	trust    trust
	ticket   bool // a ticket was asked for from there, not only a logon made
	from, to event.FileTime
	until    event.FileTime // the next sighting that contradicts it, or 0
	gaps     []hole         // longer than addressHold, in which the owner was not seen
	left     bool           // the owner was seen elsewhere when another machine had it at once
}

// addressBook knows whose an address was when, in each realm: private
// addresses mean something in one network only.
type addressBook struct {
	table  *table
	realms *realms
	hosts  int
	names  []string                        // of machines without a log here
	only   map[uint32]string               // by machine: the one address that its key was used from; "" for several
	spans  map[string]map[string][]binding // by address and realm; by trust, then time
	where  map[sightings]*whereabouts
}

// bookOf puts together what all logs saw.
func bookOf(t *table, r *realms, views []*hostView) *addressBook {
	b := &addressBook{table: t, realms: r, hosts: len(views), only: map[uint32]string{}, spans: map[string]map[string][]binding{}}
	ids := map[[2]string]uint32{}
	for h, v := range views {
		realm := b.realm(h)
		for _, x := range v.sightings {
			owner := b.owner(h, x, ids)
			if owner == None {
				continue
			}
			address := t.texts[x.address]
			if b.spans[address] == nil {
				b.spans[address] = map[string][]binding{}
			}
			if one, ok := b.only[owner]; x.trust <= byMachine && (!ok || one != address) {
				b.only[owner] = address
				if ok {
					b.only[owner] = ""
				}
			}
			b.spans[address][realm] = append(b.spans[address][realm], binding{owner: owner, trust: layerOf(x.trust), ticket: x.trust == byTicket, from: x.from, to: x.to})
		}
	}
	b.settle()
	return b
}

// layerOf makes one layer of what only the machine's own key can do.
func layerOf(t trust) trust {
	if t == byMachine {
		return byTicket
	}
	return t
}

// realm is the realm of a host, or for one of which no domain is known its own.
func (b *addressBook) realm(h int) string {
	if r := b.realms.of[h]; r != "" {
		return r
	}
	return "host " + strconv.Itoa(h)
}

// owner finds whom a sighting means: a host where its name is one's of the
// same domain, else the name. What a client claims is a name at most, unless it
// is a host's.
func (b *addressBook) owner(h int, x sighting, ids map[[2]string]uint32) uint32 {
	var name, realm string
	if x.trust <= byMachine {
		account, domain := splitName(b.table.name(x.who), b.table.domain(x.who))
		name, realm = strings.TrimSuffix(account, "$"), b.realms.at(h, domain)
		if base, ok := sidBase(b.table.sid(x.who)); ok {
			realm = base
		}
	} else {
		name, realm = strings.ToLower(strings.TrimLeft(b.table.texts[x.who], `\`)), b.realms.of[h]
		if n, suffix, full := strings.Cut(name, "."); full {
			name, realm = n, b.realms.at(h, suffix)
		}
	}
	if name == "" {
		return None
	}
	if id := b.realms.host(realm, name); id != None {
		return uint32(id)
	}
	key := [2]string{cmp.Or(realm, b.realm(h)), name}
	id, ok := ids[key]
	if !ok {
		id = uint32(b.hosts + len(b.names))
		ids[key] = id
		b.names = append(b.names, strings.ToUpper(name))
	}
	return id
}

var trustWords = [...]string{
	byTicket: "the machine's own tickets came from it", byMachine: "the machine's own logons came from it",
	byClient: "a Remote Desktop client of that name had it, as the client said", byClaim: "an NTLM client claimed that name from it",
}

// at returns the owner of an address in a realm at a time.
func (b *addressBook) at(realm, address string, t event.FileTime) (owner uint32, c Certainty, why string) {
	doubt := ""
	spans := b.spans[address][realm]
	for len(spans) > 0 {
		n := sort.Search(len(spans), func(i int) bool { return spans[i].trust > spans[0].trust })
		x, c, why := whose(spans[:n], t)
		switch {
		case why == "":
		case x == nil:
			return None, c, why
		case x.trust > byTicket && b.where[sightings{x.owner, byTicket}].contradict(address, t):
			doubt = "only a client gave the name, and that machine's own tickets came from another address then"
		case c == Strong && others(spans[n:], x, t):
			return x.owner, Medium, why + "; but clients of other names came from it too"
		default:
			return x.owner, c, why
		}
		spans = spans[n:]
	}
	return None, CertaintyUnknown, doubt
}

// others reports whether clients gave other names than an address's owner's
// within a day of a time and within its turn: many may stand behind it.
func others(claims []binding, x *binding, t event.FileTime) bool {
	from, to := max(x.from, t.Add(-sharedWithin)), min(x.to, t.Add(sharedWithin))
	for len(claims) > 0 {
		n := sort.Search(len(claims), func(i int) bool { return claims[i].trust > claims[0].trust })
		layer := claims[:n]
		// Turns of one layer lie one after another, those beside each other of
		// different owners but for those that were elsewhere between.
		i := sort.Search(n, func(i int) bool { return layer[i].from > to }) - 1
		for steps := 0; i >= 0 && layer[i].to >= from && steps < mostTurns; i, steps = i-1, steps+1 {
			if layer[i].owner != x.owner {
				return true
			}
		}
		claims = claims[n:]
	}
	return false
}

// whose reads one layer of an address; why is "" where it says nothing, the
// turn is nil where it says that nobody's it is.
func whose(layer []binding, t event.FileTime) (*binding, Certainty, string) {
	i := sort.Search(len(layer), func(i int) bool { return layer[i].from > t }) - 1
	if i >= 0 {
		x := &layer[i]
		held := t <= x.to.Add(addressHold) && (x.until == 0 || t < x.until)
		switch {
		case t > x.to && !held:
			if x.left && i+1 < len(layer) && layer[i+1].from.Sub(x.to) <= handOver {
				return nil, CertaintyUnknown, "it went from one machine to another within minutes"
			}
		case x.owner == None:
			return nil, CertaintyUnknown, "several machines had it at the same time"
		case t <= x.to:
			if c, why := x.within(t); why != "" {
				return x, c, why
			}
			return nil, CertaintyUnknown, ""
		default:
			return x, x.less(), trustSaid[x.trust].near
		}
	}
	if i+1 < len(layer) {
		x := &layer[i+1]
		if x.owner != None && x.from.Sub(t) <= addressHold {
			c, why := x.before(x.from.Sub(t))
			return x, c, why
		}
	}
	return nil, CertaintyUnknown, ""
}

// within is how sure a turn is at a time between its first and its last
// sighting.
func (x *binding) within(t event.FileTime) (Certainty, string) {
	sure := trustCertainty[x.trust]
	i := sort.Search(len(x.gaps), func(i int) bool { return x.gaps[i].to > t })
	if i == len(x.gaps) || t <= x.gaps[i].from {
		return sure, trustSaid[x.trust].between
	}
	switch g := x.gaps[i]; {
	case g.to.Sub(g.from) <= sameLease:
		return x.less(), trustSaid[x.trust].apart
	case t <= g.from.Add(addressHold):
		return x.less(), trustSaid[x.trust].near
	case g.to.Sub(t) <= addressHold:
		return x.before(g.to.Sub(t))
	}
	return CertaintyUnknown, ""
}

// before is how sure a turn is some time before a sighting.
func (x *binding) before(d time.Duration) (Certainty, string) {
	if d <= handOver && x.trust == byTicket {
		return Medium, trustSaid[x.trust].minutes
	}
	return Weak, trustSaid[x.trust].soon
}

func (x *binding) less() Certainty { return max(Weak, trustCertainty[x.trust]-1) }

// trustCertainty is how sure a turn is between two sightings. What a client
// says of itself, anybody can say.
var trustCertainty = [...]Certainty{byTicket: Strong, byMachine: Strong, byClient: Weak, byClaim: Weak}

// trustSaid is what is said of a turn: HostAt is asked very often.
var trustSaid = func() (out [len(trustWords)]struct{ between, apart, near, minutes, soon string }) {
	for i, who := range trustWords {
		x := &out[i]
		x.between, x.apart = who+" before and after", who+" before and after, more than 10 hours apart"
		x.near, x.minutes, x.soon = who+" within the 10 hours before", who+" within minutes after", who+" within the 10 hours after"
	}
	return out
}()

// HostAt returns the host that had an address at a time, how sure that is and
// why; None where no log binds it, where it belonged to several machines at
// once, or where networks of several domains have it.
func (s *Snapshot) HostAt(address string, t event.FileTime) (HostID, Certainty, string) {
	_, id, c, why := s.NameAt(address, t)
	if id == None {
		return None, CertaintyUnknown, why
	}
	return id, c, why
}

// NameAt is as HostAt for machines too whose own log is not in the evidence:
// then id is None, and name is what their own tickets call them, or what they
// claim.
func (s *Snapshot) NameAt(address string, t event.FileTime) (name string, id HostID, certainty Certainty, why string) {
	id = None
	var few [4]string // mostly there is one
	realms := few[:0]
	for realm := range s.book.spans[address] {
		realms = append(realms, realm)
	}
	slices.Sort(realms)
	for _, realm := range realms {
		owner, c, because := s.book.at(realm, address, t)
		if owner == None {
			why = cmp.Or(why, because)
			continue
		}
		if certainty != CertaintyUnknown {
			return "", None, CertaintyUnknown, "networks of several domains have this address"
		}
		name, id, certainty, why = s.book.name(s, owner), s.book.host(owner), c, because
	}
	return name, id, certainty, why
}

// own reports whether an address was a host's own, as h's log means it, by
// tickets, or by the one address that its key was ever used from.
func (b *addressBook) own(h int, address string, t event.FileTime, owner uint32) bool {
	for _, x := range b.spans[address][b.realm(h)] {
		if x.trust == byTicket && x.owner == owner && t >= x.from && t <= x.to.Add(addressHold) && (x.until == 0 || t < x.until) {
			return x.ticket || b.only[owner] == address
		}
	}
	return false
}

func (b *addressBook) host(owner uint32) HostID {
	if int64(owner) >= int64(b.hosts) {
		return None
	}
	return HostID(owner)
}

func (b *addressBook) name(s *Snapshot, owner uint32) string {
	if id := b.host(owner); id != None {
		return s.groups[id].name
	}
	return b.names[int(owner)-b.hosts]
}

// hostAt is HostAt as the log of one host means an address.
func (s *Snapshot) hostAt(h int, address string, t event.FileTime) (HostID, Certainty, string) {
	if !names(address) {
		return None, CertaintyUnknown, ""
	}
	owner, c, why := s.book.at(s.book.realm(h), address, t)
	if owner == None || s.book.host(owner) == None {
		return None, CertaintyUnknown, why
	}
	return s.book.host(owner), c, why
}

// stretches are the times of a turn within which its owner was never unseen
// for longer than sameLease.
func (x *binding) stretches(address string) []Address {
	one := Address{address, x.from, x.to, trustCertainty[x.trust]}
	var out []Address
	for _, g := range x.gaps {
		if g.to.Sub(g.from) <= sameLease {
			one.Certainty = x.less()
			continue
		}
		one.To = g.from
		out = append(out, one)
		one = Address{address, g.to, x.to, trustCertainty[x.trust]}
	}
	return append(out, one)
}

// addressesOf lists the addresses of each host, oldest first: what its name
// only claims where nothing better names the address.
func (b *addressBook) addressesOf() [][]Address {
	out := make([][]Address, b.hosts)
	for address, byRealm := range b.spans {
		for _, spans := range byRealm {
			better := map[uint32]trust{}
			for _, x := range spans {
				if b.host(x.owner) == None {
					continue
				}
				if best, ok := better[x.owner]; ok && best < x.trust {
					continue
				}
				better[x.owner] = x.trust
				if x.trust == byTicket || !b.where[sightings{x.owner, byTicket}].contradict(address, x.from) {
					out[x.owner] = append(out[x.owner], x.stretches(address)...)
				}
			}
		}
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b Address) int {
			return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Address, b.Address))
		})
	}
	return out
}
