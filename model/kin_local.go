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
	kinExplicit = "4648 in the parent for this account on this host, within two seconds"
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
			if p := c.onlySeat(l.start, l.boot); p != None {
				c.kin = append(c.kin, kinLink{uint32(at), p, None, Medium, kinPrompt})
			}
		}
	}
	for i := c.security.from; i < c.security.to; i++ {
		if p := c.by[i]; c.kind(i) == event.ExplicitCredentials && p != None && !c.logons[p].fixed() && c.hereOnly(i) {
			c.explicitKin(i, p)
		}
	}
	c.kin = slices.DeleteFunc(c.kin, func(k kinLink) bool { return c.logons[k.child].session == c.logons[k.parent].session })
	slices.SortStableFunc(c.kin, func(a, b kinLink) int {
		return cmp.Or(cmp.Compare(c.logons[a.child].session, c.logons[b.child].session), cmp.Compare(b.certainty, a.certainty), cmp.Compare(a.child, b.child))
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

// explicitKin ties the 4624s around a 4648 to the session that logged it: the
// one of the same GUID, else the account's, where it is one sitting.
func (c *correlator) explicitKin(i, parent uint32) {
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
	for k := i + 1; k < c.security.to && k-i < mostNear && look(k); k++ {
	}
	for k := i; k > c.security.from && i-k < mostNear && look(k-1); k-- {
	}
	if exact || len(near) == 0 {
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
			return cmp.Compare(c.logons[c.sessions[a].first].boot, c.logons[c.sessions[b].first].boot)
		})
	}
	from, _ := slices.BinarySearchFunc(c.seated, boot, func(s uint32, boot uint32) int {
		return cmp.Compare(c.logons[c.sessions[s].first].boot, boot)
	})
	found := uint32(None)
	for n, s := range c.seated[from:] {
		first := c.sessions[s].first
		if c.logons[first].boot != boot {
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

// localKin returns the session on the same host that a session came out of,
// and those that came out of it, oldest first.
func (s *Snapshot) localKin(n SessionRow) (parent Relation, children []Relation) {
	parent = Relation{Session: None, Event: None}
	h, at, ok := place(s.sessions, uint32(n))
	if !ok {
		return parent, nil
	}
	v := s.views[h]
	relation := func(k kinLink, logon uint32) Relation {
		r := Relation{Session: SessionRow(s.sessions[h] + v.logons[logon].session), Event: None, Certainty: k.certainty, Why: k.why}
		if k.event != None {
			r.Event = EventRow(s.events[h] + k.event)
		}
		return r
	}
	i, _ := slices.BinarySearchFunc(v.kin, at, func(k kinLink, session uint32) int { return cmp.Compare(v.logons[k.child].session, session) })
	if i < len(v.kin) && v.logons[v.kin[i].child].session == at {
		parent = relation(v.kin[i], v.kin[i].parent)
	}
	s.kinOnce.Do(s.indexKin)
	for _, i := range s.childKin[n] {
		children = append(children, relation(v.kin[i], v.kin[i].child))
	}
	slices.SortFunc(children, func(a, b Relation) int { return cmp.Compare(a.Session, b.Session) })
	return parent, children
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
