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
	since    event.FileTime // the one before, or 0
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

// seen is where a machine was seen when.
type seen struct {
	from    event.FileTime
	address string
}

// settle makes turns of sightings: of several logs' one, shared addresses
// nobody's, each turn bounded by what contradicts it.
func (b *addressBook) settle() {
	where := map[[2]uint32][]seen{} // by machine and trust
	for address, byRealm := range b.spans {
		for _, spans := range byRealm {
			for _, x := range spans {
				key := [2]uint32{x.owner, uint32(x.trust)}
				where[key] = append(where[key], seen{x.from, address})
			}
		}
	}
	for _, list := range where {
		slices.SortFunc(list, func(a, b seen) int {
			return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.address, b.address))
		})
	}
	for address, byRealm := range b.spans {
		for realm, spans := range byRealm {
			slices.SortFunc(spans, func(a, b binding) int {
				return cmp.Or(cmp.Compare(a.trust, b.trust), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to), cmp.Compare(a.owner, b.owner))
			})
			byRealm[realm] = turns(address, spans, where)
		}
	}
}

// turns joins the sightings of one address.
func turns(address string, spans []binding, where map[[2]uint32][]seen) []binding {
	var out []binding
	for len(spans) > 0 {
		n := 1
		for n < len(spans) && spans[n].trust == spans[0].trust {
			n++
		}
		layer := shareOut(spans[:n], func(x binding, until event.FileTime) bool {
			at, ok := elsewhere(where[[2]uint32{x.owner, uint32(x.trust)}], address, x.to)
			return ok && at < until
		})
		for i := range layer {
			x := &layer[i]
			if i+1 < len(layer) {
				x.until = layer[i+1].from
			}
			if i > 0 {
				x.since = layer[i-1].to
			}
			if x.owner == None {
				continue
			}
			if at, ok := elsewhere(where[[2]uint32{x.owner, uint32(x.trust)}], address, x.to); ok && (x.until == 0 || at < x.until) {
				x.until = at
			}
		}
		out = append(out, layer...)
		spans = spans[n:]
	}
	return out
}

// shareOut makes one turn of a machine's sightings, unless it was elsewhere
// between them, and one of nobody's where machines took turns too fast.
func shareOut(spans []binding, left func(x binding, until event.FileTime) bool) []binding {
	var out []binding
	for _, x := range spans {
		if n := len(out); n > 0 && out[n-1].owner == x.owner && (x.from <= out[n-1].to || !left(out[n-1], x.from)) {
			out[n-1].to, out[n-1].ticket = max(out[n-1].to, x.to), out[n-1].ticket || x.ticket
			continue
		}
		// Back to the last turn that speaks against a hand-over.
		from := len(out)
		for i := len(out) - 1; i >= 0 && x.from.Sub(out[i].to) <= sharedWithin; i-- {
			shared := out[i].owner == None && x.from.Sub(out[i].to) <= handOver
			again := out[i].owner == x.owner && i < len(out)-1
			tooSoon := out[i].owner != x.owner && x.from.Sub(out[i].to) <= handOver
			if shared || again || tooSoon {
				from = i
			}
		}
		if from == len(out) {
			out = append(out, x)
			continue
		}
		all := binding{owner: None, trust: x.trust, from: out[from].from, to: x.to}
		mine := true
		for _, o := range out[from:] {
			all.to = max(all.to, o.to)
			mine = mine && o.owner == x.owner
		}
		if mine {
			out = append(out, x)
			continue
		}
		out = append(out[:from], all)
	}
	return out
}

// elsewhere returns when a machine was first seen at another address after a
// time. A machine has many IPv6 addresses at once, and one beside its IPv4's.
func elsewhere(list []seen, address string, after event.FileTime) (event.FileTime, bool) {
	if strings.Contains(address, ":") {
		return 0, false
	}
	for i := sort.Search(len(list), func(i int) bool { return list[i].from > after }); i < len(list); i++ {
		if a := list[i].address; a != address && !strings.Contains(a, ":") {
			return list[i].from, true
		}
	}
	return 0, false
}

var trustWords = [...]string{
	byTicket: "the machine's own tickets came from it", byMachine: "the machine's own logons came from it",
	byClient: "a Remote Desktop client of that name had it, as the client said", byClaim: "an NTLM client claimed that name from it",
}

// at returns the owner of an address in a realm at a time.
func (b *addressBook) at(realm, address string, t event.FileTime) (owner uint32, c Certainty, why string) {
	spans := b.spans[address][realm]
	for len(spans) > 0 {
		n := sort.Search(len(spans), func(i int) bool { return spans[i].trust > spans[0].trust })
		if owner, c, why := whose(spans[:n], t); why != "" {
			return owner, c, why
		}
		spans = spans[n:]
	}
	return None, CertaintyUnknown, ""
}

// whose reads one layer of an address; why is "" where it says nothing.
func whose(layer []binding, t event.FileTime) (uint32, Certainty, string) {
	i := sort.Search(len(layer), func(i int) bool { return layer[i].from > t }) - 1
	if i >= 0 {
		x := &layer[i]
		held := t <= x.to.Add(addressHold) && (x.until == 0 || t < x.until)
		switch sure := trustCertainty[x.trust]; {
		case t > x.to && !held:
		case x.owner == None:
			return None, CertaintyUnknown, "several machines had it at the same time"
		case t <= x.to:
			return x.owner, sure, trustWords[x.trust] + " before and after"
		default:
			return x.owner, max(Weak, sure-1), trustWords[x.trust] + " within the 10 hours before"
		}
	}
	if i+1 < len(layer) {
		x := &layer[i+1]
		if x.owner != None && x.from.Sub(t) <= addressHold {
			if x.from.Sub(t) <= handOver && x.trust == byTicket {
				return x.owner, Medium, trustWords[x.trust] + " within minutes after"
			}
			return x.owner, Weak, trustWords[x.trust] + " within the 10 hours after"
		}
	}
	return None, CertaintyUnknown, ""
}

// trustCertainty is how sure a turn is between two sightings.
var trustCertainty = [...]Certainty{byTicket: Strong, byMachine: Strong, byClient: Medium, byClaim: Weak}

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
	realms := make([]string, 0, len(s.book.spans[address]))
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
				out[x.owner] = append(out[x.owner], Address{address, x.from, x.to, trustCertainty[x.trust]})
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
