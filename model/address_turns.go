package model

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"spoor/model/event"
)

// sightings names the sightings of one trust that a machine has at IPv4
// addresses. It has many IPv6 addresses at once, and one beside its IPv4's, so
// that one tells nothing of another.
type sightings struct {
	owner uint32
	trust trust
}

// seen is where a machine was seen when.
type seen struct {
	from, to event.FileTime
	address  string
}

// whereabouts are where a machine was seen, oldest first.
type whereabouts struct {
	list []seen
	next []uint32 // by sighting: the first later one at another address
}

// settle puts the sightings in order.
func (w *whereabouts) settle() {
	slices.SortFunc(w.list, func(a, b seen) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.address, b.address), cmp.Compare(a.to, b.to))
	})
	w.next = make([]uint32, len(w.list))
	for i := len(w.list) - 1; i >= 0; i-- {
		w.next[i] = uint32(i) + 1
		if i+1 < len(w.list) && w.list[i+1].address == w.list[i].address {
			w.next[i] = w.next[i+1]
		}
	}
}

// elsewhere returns when a machine was first seen at another address after a
// time.
func (w *whereabouts) elsewhere(address string, after event.FileTime) (event.FileTime, bool) {
	if w == nil || isIPv6(address) {
		return 0, false
	}
	i := sort.Search(len(w.list), func(i int) bool { return w.list[i].from > after })
	if i < len(w.list) && w.list[i].address == address {
		i = int(w.next[i])
	}
	if i == len(w.list) {
		return 0, false
	}
	return w.list[i].from, true
}

// contradict reports whether a machine was seen at another address at a time:
// last before, or else first after, within what holds an address.
func (w *whereabouts) contradict(address string, t event.FileTime) bool {
	if w == nil || isIPv6(address) {
		return false
	}
	i := sort.Search(len(w.list), func(i int) bool { return w.list[i].from > t })
	if i > 0 && t <= w.list[i-1].to.Add(addressHold) {
		return w.list[i-1].address != address
	}
	return i < len(w.list) && w.list[i].from.Sub(t) <= addressHold && w.list[i].address != address
}

func isIPv6(address string) bool { return strings.Contains(address, ":") }

// settle makes turns of sightings: of several logs' one, shared addresses
// nobody's, each turn bounded by what contradicts it.
func (b *addressBook) settle() {
	b.where = map[sightings]*whereabouts{}
	for address, byRealm := range b.spans {
		if isIPv6(address) {
			continue
		}
		for _, spans := range byRealm {
			for _, x := range spans {
				key := sightings{x.owner, x.trust}
				if b.where[key] == nil {
					b.where[key] = &whereabouts{}
				}
				b.where[key].list = append(b.where[key].list, seen{x.from, x.to, address})
			}
		}
	}
	for _, w := range b.where {
		w.settle()
	}
	for address, byRealm := range b.spans {
		for realm, spans := range byRealm {
			slices.SortFunc(spans, func(a, b binding) int {
				return cmp.Or(cmp.Compare(a.trust, b.trust), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to), cmp.Compare(a.owner, b.owner))
			})
			byRealm[realm] = b.turns(address, spans)
		}
	}
}

// turns joins the sightings of one address.
func (b *addressBook) turns(address string, spans []binding) []binding {
	var out []binding
	for len(spans) > 0 {
		n := 1
		for n < len(spans) && spans[n].trust == spans[0].trust {
			n++
		}
		layer := shareOut(spans[:n], func(x *binding, until event.FileTime) bool {
			at, ok := b.where[sightings{x.owner, x.trust}].elsewhere(address, x.to)
			return ok && at < until
		})
		for i := range layer {
			x := &layer[i]
			if i+1 < len(layer) {
				x.until = layer[i+1].from
			}
			if x.owner == None {
				continue
			}
			if at, ok := b.where[sightings{x.owner, x.trust}].elsewhere(address, x.to); ok && (x.until == 0 || at < x.until) {
				x.until = at
			}
			if x.left {
				x.until = x.to + 1
			}
		}
		out = append(out, layer...)
		spans = spans[n:]
	}
	return out
}

// mostTurns is how many turns at an address within a day are looked at: what
// more machines take in turn is shared.
const mostTurns = 64

// shareOut makes one turn of a machine's sightings, unless it was elsewhere
// between them, and one of nobody's where machines took turns too fast. left
// reports whether a turn's owner was seen elsewhere after it, before a time.
func shareOut(spans []binding, left func(x *binding, until event.FileTime) bool) []binding {
	var out []binding
	var alone []int // by turn: where the turns of its owner alone begin that it is the last of
	for _, x := range spans {
		n := len(out)
		if n > 0 && out[n-1].owner == x.owner && (x.from <= out[n-1].to || !left(&out[n-1], x.from)) {
			out[n-1].extend(x)
			continue
		}
		from, mine := lastAgainst(out, alone, &x, left)
		if from == n || mine {
			begin := n
			if n > 0 && out[n-1].owner == x.owner {
				begin = alone[n-1]
			}
			out, alone = append(out, x), append(alone, begin)
			continue
		}
		all := binding{owner: None, trust: x.trust, from: out[from].from, to: x.to}
		for _, o := range out[from:] {
			all.to = max(all.to, o.to)
		}
		out, alone = append(out[:from], all), append(alone[:from], from)
	}
	return out
}

// extend adds a later sighting to a turn.
func (x *binding) extend(more binding) {
	if more.from.Sub(x.to) > addressHold {
		x.gaps = append(x.gaps, hole{x.to, more.from})
	}
	x.to, x.ticket = max(x.to, more.to), x.ticket || more.ticket
}

// lastAgainst goes back to the turn from which on, within a day, an address
// was shared rather than handed over to the next; mine is true where all from
// there on are the next one's owner's.
func lastAgainst(out []binding, alone []int, x *binding, left func(x *binding, until event.FileTime) bool) (from int, mine bool) {
	n := len(out)
	from, mine = n, true
	others := false
	for i, steps := n-1, 0; i >= 0 && x.from.Sub(out[i].to) <= sharedWithin; i, steps = i-1, steps+1 {
		o := &out[i]
		if o.owner == x.owner {
			// Of turns of the owner alone all within the day say the same.
			last := i
			i = alone[i] + sort.Search(last-alone[i], func(k int) bool { return x.from.Sub(out[alone[last]+k].to) <= sharedWithin })
			if others || i < n-1 {
				from, mine = i, !others
			}
			continue
		}
		others = true
		if steps == mostTurns {
			return i, false
		}
		if x.from.Sub(o.to) > handOver {
			continue
		}
		// The owner that was seen elsewhere, and not here again, has left.
		if o.owner != None && left(o, x.from.Add(addressHold)) {
			o.left = true
			continue
		}
		from, mine = i, false
	}
	return from, mine
}
