package model

import (
	"cmp"
	"slices"
	"strings"

	"spoor/model/event"
)

// kinLink ties a logon to the one on the same host that it came out of.
type kinLink struct {
	child, parent uint32 // logons
	event         uint32
	certainty     Certainty
	why           string
}

const (
	kinSubject  = "its 4624 names the parent's logon ID as who asked for it"
	kinGUID     = "4648 in the parent, whose target GUID is this logon's"
	kinExplicit = "4648 in the parent for this account on this host, within two seconds; no other session used one then"
	kinPrompt   = "the one desktop session alive when the prompt was answered"
)

// findKin finds which logons of the host came out of which: by who asked for
// them (4624's Subject), by credentials that a session used on the host itself
// (4648), and prompts by the desktop that was there.
func (c *correlator) findKin() {
	for at := range c.logons {
		l := &c.logons[at]
		if l.start == None || l.fixed() {
			continue
		}
		if p := c.by[l.start]; p != None && !c.logons[p].fixed() && p != uint32(at) {
			c.kin = append(c.kin, kinLink{uint32(at), p, l.start, Exact, kinSubject})
		} else if strings.EqualFold(c.text(c.events[l.start], event.LogonProcess), "CredPro") {
			if p := c.onlySeat(l.start, c.bootOfLogon(l)); p != None {
				c.kin = append(c.kin, kinLink{uint32(at), p, None, Medium, kinPrompt})
			}
		}
	}
	for i := c.security.from; i < c.security.to; i++ {
		if p := c.by[i]; c.kind(i) == event.ExplicitCredentials && c.hereOnly(i) {
			c.explicitKin(i, p)
		}
	}
	c.dropDoubtfulKin()
	c.kin = slices.DeleteFunc(c.kin, func(k kinLink) bool { return c.logons[k.child].session == c.logons[k.parent].session })
	slices.SortStableFunc(c.kin, func(a, b kinLink) int {
		return cmp.Or(cmp.Compare(c.logons[a.child].session, c.logons[b.child].session), cmp.Compare(b.certainty, a.certainty), cmp.Compare(a.child, b.child))
	})
}

// dropDoubtfulKin takes back what explicit credentials (4648) say of a session
// that several sessions, or a session and Windows itself, gave such credentials
// for: any of them may be the one, so that none is chosen.
func (c *correlator) dropDoubtfulKin() {
	type claim struct {
		session uint32
		why     string
	}
	const several = None - 1
	parents := map[claim]uint32{}
	by := func(k kinLink) uint32 {
		if k.parent == None {
			return None
		}
		return c.logons[k.parent].session
	}
	for _, k := range c.kin {
		of := claim{c.logons[k.child].session, k.why}
		if p, ok := parents[of]; ok && p != by(k) {
			parents[of] = several
		} else if !ok {
			parents[of] = by(k)
		}
	}
	c.kin = slices.DeleteFunc(c.kin, func(k kinLink) bool {
		doubtful := k.why == kinExplicit || k.why == kinGUID
		return k.parent == None || doubtful && parents[claim{c.logons[k.child].session, k.why}] == several
	})
}

// hereOnly reports whether a 4648 is about a logon on the host itself.
func (c *correlator) hereOnly(i uint32) bool {
	server := c.text(c.events[i], event.TargetServer)
	if server == "" {
		return false
	}
	return strings.EqualFold(server, "localhost") || slices.Contains(c.group.hostNames(), strings.ToLower(shortName(server)))
}

// explicitKin ties the 4624s around a 4648 to the session that logged it, None
// for Windows itself: the one of the same GUID, else the account's, where it is
// one sitting. Where more records lie around it than are looked at, nothing is
// known to be the only one.
func (c *correlator) explicitKin(i, parent uint32) {
	if parent != None && c.logons[parent].fixed() {
		parent = None
	}
	guid := c.guid(c.events[i], event.TargetGUID)
	who := c.target(c.events[i])
	var near []uint32
	exact := false
	look := func(k uint32) bool {
		if absDuration(c.time(k).Sub(c.time(i))) > firstSight {
			return false
		}
		if c.kind(k) != event.Logon || c.about[k] == None || c.logons[c.about[k]].start != k {
			return true
		}
		at := c.about[k]
		switch own := c.guid(c.events[k], event.LogonGUID); {
		case guid != event.GUID{} && own == guid:
			c.kin = append(c.kin, kinLink{at, parent, i, Exact, kinGUID})
			exact = true
		case c.sameAccount(who, c.logons[at].principal) && c.by[k] != None && (c.logons[c.by[k]].fixed() || c.by[k] == parent):
			near = append(near, at)
		}
		return true
	}
	k := i + 1
	for k < c.security.to && k-i < mostNear && look(k) {
		k++
	}
	all := k-i < mostNear
	for k = i; k > c.security.from && i-k < mostNear && look(k-1); {
		k--
	}
	all = all && i-k < mostNear
	if exact || !all || len(near) == 0 {
		return
	}
	for _, at := range near[1:] {
		if c.logons[at].session != c.logons[near[0]].session {
			return
		}
	}
	c.kin = append(c.kin, kinLink{near[0], parent, i, Strong, kinExplicit})
}

// onlySeat returns the one sitting that was alive at an event, or None. Those
// of which nothing more was seen count as alive.
func (c *correlator) onlySeat(at, boot uint32) uint32 {
	if c.seated == nil {
		c.seated = []uint32{}
		for i := range c.sessions {
			if l := &c.logons[c.sessions[i].first]; l.flags&logonSeat != 0 && l.flags&logonCheck == 0 {
				c.seated = append(c.seated, uint32(i))
			}
		}
		slices.SortStableFunc(c.seated, func(a, b uint32) int {
			return cmp.Compare(c.bootOfSession(a), c.bootOfSession(b))
		})
	}
	from, _ := slices.BinarySearchFunc(c.seated, boot, func(s uint32, boot uint32) int {
		return cmp.Compare(c.bootOfSession(s), boot)
	})
	found := uint32(None)
	for n, s := range c.seated[from:] {
		first := c.sessions[s].first
		if c.bootOfSession(s) != boot {
			break
		}
		if n == lookBack {
			return None
		}
		begin, started := c.unitStart(first)
		if end := c.unitEnd(first); started && begin > at || end != None && end < at {
			continue
		}
		if found != None {
			return None
		}
		found = first
	}
	return found
}

// localParent returns the session on the same host that a session came out of.
func (s *Snapshot) localParent(n SessionRow) Relation {
	h, at, ok := place(s.sessions, uint32(n))
	if !ok {
		return Relation{Session: None, Event: None}
	}
	v := s.views[h]
	i, _ := slices.BinarySearchFunc(v.kin, at, func(k kinLink, session uint32) int { return cmp.Compare(v.logons[k.child].session, session) })
	if i < len(v.kin) && v.logons[v.kin[i].child].session == at {
		return s.localRelation(h, v.kin[i], v.kin[i].parent)
	}
	return Relation{Session: None, Event: None}
}

// localRelation is what a link on a host says of one of its two logons.
func (s *Snapshot) localRelation(h int, k kinLink, logon uint32) Relation {
	r := Relation{Session: SessionRow(s.sessions[h] + s.views[h].logons[logon].session), Event: None, Certainty: k.certainty, Why: k.why}
	if k.event != None {
		r.Event = EventRow(s.events[h] + k.event)
	}
	return r
}

// localChildren returns the sessions on the same host that came out of a
// session.
func (s *Snapshot) localChildren(n SessionRow) (children []Relation) {
	h, _, ok := place(s.sessions, uint32(n))
	if !ok {
		return nil
	}
	s.kinOnce.Do(s.indexKin)
	for _, i := range s.childKin[n] {
		k := s.views[h].kin[i]
		children = append(children, s.localRelation(h, k, k.child))
	}
	return children
}

// indexKin lists each session's children on its host: of those that several
// records tie to it, the surest.
func (s *Snapshot) indexKin() {
	s.childKin = map[SessionRow][]uint32{}
	for h, v := range s.views {
		for i, k := range v.kin {
			if i > 0 && v.logons[v.kin[i-1].child].session == v.logons[k.child].session {
				continue
			}
			of := SessionRow(s.sessions[h] + v.logons[k.parent].session)
			s.childKin[of] = append(s.childKin[of], uint32(i))
		}
	}
}
