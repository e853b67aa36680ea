package model

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"spoor/model/event"
)

// networkLink is a record of the network authentication that came before a
// Remote Desktop connection to a session, which is named by its first logon.
type networkLink struct {
	of, event  uint32
	candidates uint32
	certainty  Certainty
	again      bool // a reconnection's, which did not lead to the session
	why        string
}

const (
	// arrivalSpan is how long before a Remote Desktop connection its network
	// authentication is: under 3 s in real logs.
	arrivalSpan = 15 * time.Second
	// mostBefore is how many records before a connection are looked at.
	mostBefore = 4000
)

// arrival is a Remote Desktop connection to a sitting.
type arrival struct {
	owner, at uint32
	address   textID
	back      bool // 4778 stands beside it
	again     bool // to a sitting that was there
}

// connections finds the network authentications of Remote Desktop.
type connections struct {
	*correlator
	claimed map[uint32]uint32
}

// foldNetworkAuthentications adds to each sitting the type 3 logons that were
// the network authentication of a connection to it, and keeps what is known of
// the others.
func (c *correlator) foldNetworkAuthentications(heads []uint32, folded map[uint32][]uint32) {
	arrivals := c.arrivals(heads, folded)
	c.terminalEvents()
	if len(arrivals) == 0 {
		return
	}
	a := &connections{correlator: c, claimed: map[uint32]uint32{}}
	for _, x := range arrivals {
		a.look(x)
	}
	type claim struct{ logon, owner uint32 }
	var claims []claim
	for logon, owner := range a.claimed {
		claims = append(claims, claim{logon, owner})
	}
	slices.SortFunc(claims, func(x, y claim) int { return cmp.Compare(x.logon, y.logon) })
	for _, x := range claims {
		if x.owner != None {
			c.logons[x.logon].flags |= logonNetwork
			folded[x.owner] = append(folded[x.owner], x.logon)
		}
	}
	a.settle()
}

// arrivals lists the connections, oldest first; the records of one are one.
func (c *correlator) arrivals(heads []uint32, folded map[uint32][]uint32) []arrival {
	var all []arrival
	add := func(owner, at uint32, col event.Column, back, again bool) {
		address := c.textID(c.events[at], col)
		if s := c.texts[address]; s != "" && s != "0.0.0.0" && s != "::" && !isLocal(s) {
			all = append(all, arrival{owner, at, address, back, again})
		}
	}
	for _, h := range heads {
		l := &c.logons[h]
		if from, ok := c.unitStart(h); ok && l.flags&logonSeat != 0 && l.flags&logonCheck == 0 && (l.typ == 10 || l.typ == 12) {
			add(h, from, event.IPAddress, false, false)
		}
	}
	for owner, units := range folded {
		for _, u := range units {
			from, _ := c.unitStart(u)
			if l := &c.logons[u]; l.typ == 10 || l.typ == 12 || names(c.text(c.events[from], event.IPAddress)) {
				add(owner, from, event.IPAddress, false, true)
			}
		}
	}
	for _, m := range c.desk {
		if c.kind(m.event) == event.SessionReconnected {
			add(c.headOf(m.of), m.event, event.ClientAddress, true, true)
		}
	}
	slices.SortFunc(all, func(a, b arrival) int {
		return cmp.Or(cmp.Compare(a.owner, b.owner), cmp.Compare(a.at, b.at))
	})
	out := all[:0]
	for _, x := range all {
		if n := len(out) - 1; n >= 0 && out[n].owner == x.owner && out[n].address == x.address && absDuration(c.time(x.at).Sub(c.time(out[n].at))) <= arrivalSpan {
			out[n].back = out[n].back || x.back
			continue
		}
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b arrival) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.owner, b.owner)) })
	return out
}

func (c *correlator) headOf(logon uint32) uint32 {
	if other := c.logons[logon].linked; other != None {
		return c.anchorHalf(min(logon, other), max(logon, other))
	}
	return logon
}

const (
	whyNetworkLogon  = "the network logon of the same account from the same address, seconds before the connection"
	whyNetworkSure   = whyNetworkLogon + "; 1149 or 4778 stands beside it, and no other fits"
	whyNetworkEnd    = whyNetworkLogon + ", which ended with it"
	whyNetworkNoFrom = "a network logon of the same account seconds before the connection; it names no address"
	whyNetwork1149   = "the network authentication of the same account from the same address (1149), seconds before the connection"
)

// look finds what came before one connection.
func (a *connections) look(x arrival) {
	t := a.time(x.at)
	beside := a.beside(x, t)
	for _, e := range beside {
		a.network = append(a.network, networkLink{x.owner, e, uint32(len(beside)), certaintyOf(len(beside)), x.again, whyNetwork1149})
	}
	sure, vague, all := a.candidates(x, t, beside)
	found, why := sure, whyNetworkLogon
	if len(found) == 0 {
		found, why = vague, whyNetworkNoFrom
	}
	if all && len(sure) == 1 {
		l := sure[0]
		switch {
		case len(beside) > 0 || x.back:
			why = whyNetworkSure
		case a.endsWith(l, x.owner):
			why = whyNetworkEnd
		}
		if why != whyNetworkLogon {
			if o, again := a.claimed[l]; again && o != x.owner {
				a.claimed[l] = None // of two connections
			} else {
				a.claimed[l] = x.owner
			}
		}
	}
	for _, l := range found {
		certainty := Medium
		if why == whyNetworkSure || why == whyNetworkEnd {
			certainty = Strong
		}
		a.network = append(a.network, networkLink{x.owner, a.logons[l].start, uint32(len(found)), certainty, x.again, why})
	}
}

func certaintyOf(candidates int) Certainty {
	if candidates == 1 {
		return Strong
	}
	return Medium
}

// beside returns the 1149s of a connection's account and address.
func (a *connections) beside(x arrival, t event.FileTime) []uint32 {
	var out []uint32
	from := sort.Search(len(a.authenticated), func(i int) bool { return a.time(a.authenticated[i]) >= t.Add(-arrivalSpan) })
	for _, e := range a.authenticated[from:] {
		if a.time(e) > t.Add(firstSight) || len(out) == mostNear {
			break
		}
		if a.textID(a.events[e], event.IPAddress) == x.address && a.sameUser(a.events[e], a.logons[x.owner].principal) {
			out = append(out, e)
		}
	}
	return out
}

// candidates returns the type 3 logons of the account before a connection:
// from its address, and with no address. Where 1149 says when, only those at
// that time count. all is false if too many records lie between.
func (a *connections) candidates(x arrival, t event.FileTime, beside []uint32) (sure, vague []uint32, all bool) {
	who := a.logons[x.owner].principal
	for i, n := x.at, 0; i > a.security.from; n++ {
		i--
		if n == mostBefore {
			return sure, vague, false
		}
		at := a.time(i)
		if t.Sub(at) > arrivalSpan {
			break
		}
		if a.kind(i) != event.Logon || a.typeOf(i) != 3 || a.about[i] == None || !a.sameAccount(who, a.correlator.target(a.events[i])) {
			continue
		}
		timely := len(beside) == 0 || slices.ContainsFunc(beside, func(e uint32) bool { return absDuration(a.time(e).Sub(at)) <= firstSight })
		switch address := a.text(a.events[i], event.IPAddress); {
		case !timely || a.logons[a.about[i]].start != i:
		case address == a.texts[x.address]:
			sure = append(sure, a.about[i])
		case address == "":
			vague = append(vague, a.about[i])
		}
	}
	return sure, vague, true
}

// endsWith reports whether a network logon ended when a sitting was
// disconnected or ended.
func (a *connections) endsWith(logon, owner uint32) bool {
	gone := a.logons[logon].gone
	if gone == None {
		return false
	}
	beside := func(e uint32) bool { return e != None && absDuration(a.time(e).Sub(a.time(gone))) <= besideSpan }
	if beside(a.unitEnd(owner)) {
		return true
	}
	i, _ := slices.BinarySearchFunc(a.desk, gone, func(m moment, e uint32) int { return cmp.Compare(m.event, e) })
	for k := max(0, i-mostNear); k < min(len(a.desk), i+mostNear); k++ {
		if m := a.desk[k]; a.kind(m.event) == event.SessionDisconnected && a.headOf(m.of) == owner && beside(m.event) {
			return true
		}
	}
	return false
}

// settle puts the links in order and takes back what two connections claim.
func (a *connections) settle() {
	for i := range a.network {
		n := &a.network[i]
		if a.kind(n.event) == event.Logon && a.claimed[a.about[n.event]] == None && n.certainty == Strong {
			n.certainty, n.why = Medium, whyNetworkLogon
		}
	}
	slices.SortStableFunc(a.network, func(x, y networkLink) int {
		return cmp.Or(cmp.Compare(x.of, y.of), cmp.Compare(a.time(x.event), a.time(y.event)), cmp.Compare(x.event, y.event))
	})
}

// networkAuthentication returns what is known of the network authentication
// before the Remote Desktop connection that began a session, oldest first. That
// of a reconnection did not lead to the session.
func (s *Snapshot) networkAuthentication(n SessionRow) []ChainLink {
	h, at, ok := place(s.sessions, uint32(n))
	if !ok {
		return nil
	}
	var out []ChainLink
	for _, l := range s.views[h].networkOf(at) {
		if l.again {
			continue
		}
		out = append(out, ChainLink{Role: RoleNetworkAuthentication, Event: EventRow(s.events[h] + l.event), Certainty: l.certainty, Why: l.why, Candidates: int(l.candidates)})
	}
	return out
}

func (v *hostView) networkOf(session uint32) []networkLink {
	first := v.sessions[session].first
	byOf := func(l networkLink, of uint32) int { return cmp.Compare(l.of, of) }
	from, _ := slices.BinarySearchFunc(v.network, first, byOf)
	to, _ := slices.BinarySearchFunc(v.network, first+1, byOf)
	return v.network[from:to]
}

// networkBefore names the network logon that came before a reconnection, as a
// part of why; "" if none is known.
func (s *Snapshot) networkBefore(v *hostView, session uint32, t event.FileTime) string {
	links := v.networkOf(session) // by time
	from := sort.Search(len(links), func(i int) bool { return s.row(v.events[links[i].event]).time >= t.Add(-arrivalSpan) })
	for _, l := range links[from:] {
		n := v.events[l.event]
		if s.row(n).time > t.Add(firstSight) {
			break
		}
		if l.again && l.certainty == Strong && s.row(n).kind == event.Logon {
			id, _ := s.number(n, event.TargetLogon)
			return "; its network authentication is " + event.LogonID(id).String()
		}
	}
	return ""
}
