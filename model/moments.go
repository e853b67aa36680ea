package model

import (
	"cmp"
	"slices"
	"strings"

	"spoor/model/event"
)

// moment is an event at which the state of somebody's desktop changes. While a
// host is correlated, it is of a logon; then of a session.
type moment struct{ of, event uint32 }

// momentsOf returns the moments of a session in order of time.
func (v *hostView) momentsOf(session uint32) []moment {
	from, _ := slices.BinarySearchFunc(v.moments, session, func(m moment, s uint32) int { return cmp.Compare(m.of, s) })
	to, _ := slices.BinarySearchFunc(v.moments, session+1, func(m moment, s uint32) int { return cmp.Compare(m.of, s) })
	return v.moments[from:to]
}

// terminalKinds are the events of Terminal Services that tell of a session.
func terminalKind(k event.Kind) bool {
	return k >= event.RDPSessionLogon && k <= event.RDPDisconnectReason
}

// terminalEvents returns the events of the other logs that tell of desktops, in
// the order in which they were written.
func (c *correlator) terminalEvents() []uint32 {
	if c.terminal != nil {
		return c.terminal
	}
	c.terminal = []uint32{}
	for i := range uint32(len(c.events)) {
		if c.inSecurity(i) {
			continue
		}
		switch k := c.kind(i); {
		case terminalKind(k):
			c.terminal = append(c.terminal, i)
		case k == event.RDPNetworkAuth:
			c.authenticated = append(c.authenticated, i)
		}
	}
	slices.SortStableFunc(c.authenticated, func(a, b uint32) int { return cmp.Compare(c.time(a), c.time(b)) })
	return c.terminal
}

// joiner gives the events of Terminal Services, which name no logon ID, to
// sessions.
type joiner struct {
	*correlator
	open   map[uint32]uint32   // the session of each number of Terminal Services, or None
	seats  map[string][]uint32 // sessions by account's name, by start
	number map[uint32][]uint32 // sessions that 4800 and 4801 tie to a number
	joined []moment
	sorted bool // the moments are, by session
}

// joinTerminal finds each session's moments: those that name its logon ID, and
// those of Terminal Services by account, session number and time, where only
// one session can be meant.
func (c *correlator) joinTerminal() {
	for _, m := range c.desk {
		c.moments = append(c.moments, moment{c.logons[m.of].session, m.event})
	}
	c.terminals = len(c.terminalEvents()) > 0
	j := &joiner{correlator: c, open: map[uint32]uint32{}, seats: map[string][]uint32{}, number: map[uint32][]uint32{}}
	if c.terminals {
		j.indexSeats()
		for _, at := range c.terminal {
			j.join(at)
		}
	}
	c.sortMoments(j.joined)
	for _, m := range c.moments {
		if c.kind(m.event) == event.RDPSessionLogoff {
			c.sessions[m.of].left = m.event
		}
	}
}

func (j *joiner) indexSeats() {
	for i := range j.sessions {
		l := &j.logons[j.sessions[i].first]
		if l.flags&logonSeat != 0 && l.flags&logonCheck == 0 {
			key, _ := splitName(j.name(l.principal), "")
			j.seats[key] = append(j.seats[key], uint32(i))
		}
	}
	for _, m := range j.moments {
		if n, ok := j.correlator.number(j.events[m.event], event.Session); ok {
			if all := j.number[uint32(n)]; len(all) == 0 || all[len(all)-1] != m.of {
				j.number[uint32(n)] = append(all, m.of)
			}
		}
	}
}

// join gives one event to a session, if it can only be that one's.
func (j *joiner) join(at uint32) {
	n, _ := j.correlator.number(j.events[at], event.Session)
	number, t, kind := uint32(n), j.time(at), j.kind(at)
	session := uint32(None)
	switch kind {
	case event.RDPSessionLogon:
		session = j.openedBy(at, t)
		j.open[number] = session
	case event.RDPDisconnectReason, event.RDPDisconnectedBy, event.RDPShellStarted:
		return // 24 says it with a name, 22 says nothing more than 21
	default:
		if o, ok := j.open[number]; ok && o != None && j.sameUser(j.events[at], j.principalOf(o)) && !j.over(o, t) {
			session = o
			break
		}
		_, opened := j.open[number]
		session = j.byMoment(at, t)
		if session == None {
			session = j.byNumber(at, t, number)
		}
		if session == None && !opened { // else LSM 21 told of one that the Security log has not
			session = j.onlyLiving(at, t)
		}
		if session != None {
			j.open[number] = session
		}
	}
	if session != None {
		j.joined = append(j.joined, moment{session, at})
	}
	if kind == event.RDPSessionLogoff {
		delete(j.open, number)
	}
}

func (j *joiner) principalOf(session uint32) uint32 {
	return j.logons[j.sessions[session].first].principal
}

// over reports whether a session had ended by t, as far as its times measure.
func (j *joiner) over(session uint32, t event.FileTime) bool {
	s := &j.sessions[session]
	end := j.unitEnd(s.first)
	return end != None && !j.clockSet(s.start, end) && j.time(end).Add(openSpan) < t
}

func (j *joiner) seatsOf(at uint32) []uint32 {
	name, _ := splitName(j.text(j.events[at], event.TargetName), "")
	return j.seats[name]
}

// openedBy returns the session that LSM 21 opened: the newest of its account
// before it.
func (j *joiner) openedBy(at uint32, t event.FileTime) uint32 {
	all := j.seatsOf(at)
	i, _ := slices.BinarySearchFunc(all, t.Add(firstSight)+1, func(s uint32, t event.FileTime) int {
		return cmp.Compare(j.time(j.sessions[s].start), t)
	})
	for k := i - 1; k >= 0 && i-k <= mostNear; k-- {
		s := &j.sessions[all[k]]
		if t.Sub(j.time(s.start)) > openSpan {
			break
		}
		if l := &j.logons[s.first]; l.start != None && seatTypes[l.typ] && j.sameUser(j.events[at], l.principal) {
			return all[k]
		}
	}
	return None
}

// byMoment returns the one session of the account with a 4778 or 4779 within
// seconds.
func (j *joiner) byMoment(at uint32, t event.FileTime) uint32 {
	kind := event.SessionReconnected
	if j.kind(at) == event.RDPSessionDisconnected {
		kind = event.SessionDisconnected
	}
	found := uint32(None)
	for _, s := range j.near(at, t) {
		for _, m := range j.ownMoments(s) {
			if j.kind(m.event) == kind && absDuration(j.time(m.event).Sub(t)) <= besideSpan {
				if found != None && found != s {
					return None
				}
				found = s
			}
		}
	}
	return found
}

func (j *joiner) ownMoments(session uint32) []moment {
	if !j.sorted {
		j.sortMoments(nil)
		j.sorted = true
	}
	all := j.momentsOf(session)
	return all[:min(len(all), lookBack)]
}

// near returns the sessions of an event's account that were alive around t.
func (j *joiner) near(at uint32, t event.FileTime) []uint32 {
	all := j.seatsOf(at)
	i, _ := slices.BinarySearchFunc(all, t.Add(besideSpan)+1, func(s uint32, t event.FileTime) int {
		return cmp.Compare(j.time(j.sessions[s].start), t)
	})
	boot := uint32(j.bootAt(t))
	var out []uint32
	for k := i - 1; k >= 0 && i-k <= mostNear; k-- {
		s := all[k]
		if j.bootOfSession(s) == boot && j.sameUser(j.events[at], j.principalOf(s)) && !j.over(s, t) {
			out = append(out, s)
		}
	}
	return out
}

// byNumber returns the one living session of the account that 4800 or 4801
// tie to the number.
func (j *joiner) byNumber(at uint32, t event.FileTime, number uint32) uint32 {
	tied := j.number[number]
	if len(tied) == 0 {
		return None
	}
	found := uint32(None)
	for _, s := range j.near(at, t) {
		if !slices.Contains(tied[:min(len(tied), lookBack)], s) {
			continue
		}
		if found != None {
			return None
		}
		found = s
	}
	return found
}

// onlyLiving returns the account's session, if it had only one.
func (j *joiner) onlyLiving(at uint32, t event.FileTime) uint32 {
	if all := j.near(at, t); len(all) == 1 {
		return all[0]
	}
	return None
}

// sortMoments orders the moments by session and time, with more of them.
// Those of each log keep their order, which the clock does not tell.
func (c *correlator) sortMoments(more []moment) {
	byOf := func(a, b moment) int { return cmp.Compare(a.of, b.of) }
	slices.SortStableFunc(c.moments, byOf)
	if len(more) == 0 {
		return
	}
	slices.SortStableFunc(more, byOf)
	out := make([]moment, 0, len(c.moments)+len(more))
	a, b := c.moments, more
	for len(a) > 0 || len(b) > 0 {
		if len(b) == 0 || len(a) > 0 && cmp.Or(byOf(a[0], b[0]), cmp.Compare(c.time(a[0].event), c.time(b[0].event))) <= 0 {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	c.moments = out
}

// isLocal reports whether an address or session name means the machine itself.
func isLocal(s string) bool {
	return strings.EqualFold(s, "LOCAL") || strings.EqualFold(s, "Console")
}
