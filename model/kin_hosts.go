package model

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"spoor/model/event"
)

// hops are the sessions that sessions of other hosts came out of.
type hops struct {
	parent   map[SessionRow]Relation
	children map[SessionRow][]Relation
}

// crossKin returns the session on another host that a session came out of, and
// those on other hosts that came out of it, oldest first. None is chosen where
// several sessions could be the one.
func (s *Snapshot) crossKin(n SessionRow) (parent Relation, children []Relation) {
	if s.provisional || len(s.views) < 2 {
		return Relation{Session: None, Event: None}, nil
	}
	s.hopOnce.Do(func() { s.hops = s.makeHops() })
	parent, ok := s.hops.parent[n]
	if !ok {
		parent = Relation{Session: None, Event: None}
	}
	return parent, s.hops.children[n]
}

func (s *Snapshot) makeHops() *hops {
	k := &hops{parent: map[SessionRow]Relation{}, children: map[SessionRow][]Relation{}}
	f := &hopFinder{Snapshot: s, logons: map[uint32]map[uint64][]uint32{}}
	for _, x := range s.joined().reached {
		if s.Account(x.account).Class != ClassUser {
			continue
		}
		v := s.views[x.host]
		l := &v.logons[x.logon]
		if l.session == None {
			continue
		}
		if first := v.sessions[l.session].first; first != x.logon && first != l.linked {
			continue // it came later, to a session that was there
		}
		c, ok := s.chainOf(int(x.host), x.logon)
		if !ok {
			continue
		}
		if r, ok := f.parentOf(c); ok {
			k.parent[SessionRow(s.sessions[x.host]+l.session)] = r
		}
	}
	for child, r := range k.parent {
		k.children[r.Session] = append(k.children[r.Session], Relation{child, r.Event, r.Certainty, r.Why})
	}
	for _, list := range k.children {
		s.inOrder(list)
	}
	return k
}

// inOrder sorts relations, the oldest session first.
func (s *Snapshot) inOrder(list []Relation) []Relation {
	slices.SortFunc(list, func(a, b Relation) int {
		return cmp.Or(cmp.Compare(s.startOf(a.Session), s.startOf(b.Session)), cmp.Compare(a.Session, b.Session))
	})
	return list
}

func (s *Snapshot) startOf(n SessionRow) event.FileTime {
	h, at, ok := place(s.sessions, uint32(n))
	if !ok {
		return 0
	}
	return s.correctedEvent(h, s.views[h].sessions[at].start)
}

// hopFinder finds the sessions that network logons came out of.
type hopFinder struct {
	*Snapshot
	logons map[uint32]map[uint64][]uint32 // by host and logon ID
	seats  []seat                         // by host, account, start
	slack  []time.Duration                // by host: how far its times may be off
}

// parentOf prefers the use of explicit credentials that names the host; else
// it is the one session of the account on the host that the logon came from.
// Where both are there, either may be the one: the credentials were an attempt.
func (f *hopFinder) parentOf(c *chainFinder) (Relation, bool) {
	if only := c.byHop(); only != None {
		from, ok := f.subjectSession(only)
		if !ok || f.mayBeAnother(c, from) {
			return Relation{}, false
		}
		return Relation{from, only, Medium, "it used explicit credentials of the account for this host: " + hopOnlyWords}, true
	}
	if len(c.links) > 0 || c.client == None || c.client == HostID(c.h) || c.who.Host != None {
		return Relation{}, false
	}
	at, sure, ok := f.living(c.client, c.account, c.time)
	if !ok {
		return Relation{}, false
	}
	why := "the account's only living session on the host that had the address then"
	switch {
	case at.outbound && at.alive < c.time:
		why = "the only session on the host that had the address then which uses this account on the network, if it still lived"
	case at.outbound:
		why = "the only living session on the host that had the address then which uses this account on the network"
	case sure == Weak:
		why = "the account's only session on the host that had the address then, if it still lived"
	}
	return Relation{at.row, None, sure, why}, true
}

// subjectSession is the session of the Subject of a record.
func (f *hopFinder) subjectSession(e EventRow) (SessionRow, bool) {
	h, at, ok := place(f.events, uint32(e))
	if !ok {
		return 0, false
	}
	v := f.views[h]
	id, _ := f.number(v.events[at], event.SubjectLogon)
	if event.LogonID(id).Fixed() {
		return 0, false
	}
	byID := f.logons[uint32(h)]
	if byID == nil {
		byID = map[uint64][]uint32{}
		for i := range v.logons {
			byID[v.logons[i].id] = append(byID[v.logons[i].id], uint32(i))
		}
		f.logons[uint32(h)] = byID
	}
	for _, i := range byID[id] {
		l := &v.logons[i]
		if _, ok := slices.BinarySearch(v.logonEvents[l.from:l.from+l.n], at); ok && l.session != None {
			return SessionRow(f.Snapshot.sessions[h] + l.session), true
		}
	}
	return 0, false
}

// seat is a session that others can come out of. Its times are by the clocks
// of the domain controllers.
type seat struct {
	host         uint32
	account      AccountID
	row          SessionRow
	start        event.FileTime
	alive, until event.FileTime // the last sign of it, and when it may have ended at most
	outbound     bool           // of new credentials (type 9), whose account this is
	latest       event.FileTime // the latest until of those before it too
}

// mostSeats is how many sessions of one account on one host are looked at for
// the one that lived at a time.
const mostSeats = 4096

func (f *hopFinder) seat() {
	f.slack = make([]time.Duration, len(f.views))
	for h, v := range f.views {
		f.slack[h] = clockTolerance
		for _, p := range f.skews[h].periods {
			f.slack[h] = max(f.slack[h], clockTolerance+p.spread)
		}
		for i := range v.sessions {
			if x := f.seatOf(h, uint32(i)); x.account != None {
				f.seats = append(f.seats, x)
			}
		}
	}
	slices.SortFunc(f.seats, func(a, b seat) int {
		return cmp.Or(cmp.Compare(a.host, b.host), cmp.Compare(a.account, b.account), cmp.Compare(a.start, b.start), cmp.Compare(a.row, b.row))
	})
	for i := range f.seats {
		x := &f.seats[i]
		x.latest = x.until
		if i > 0 && f.seats[i-1].host == x.host && f.seats[i-1].account == x.account {
			x.latest = max(x.latest, f.seats[i-1].latest)
		}
	}
}

// endless is later than all times.
const endless event.FileTime = 1<<63 - 1

// seatOf reads a session; its account is None where nothing comes out of it.
// One of new credentials (type 9) is another account on the network than on
// its host: that one's alone.
func (f *hopFinder) seatOf(h int, i uint32) seat {
	v := f.views[h]
	r := &v.sessions[i]
	l := &v.logons[r.first]
	x := seat{host: uint32(h), account: None, row: SessionRow(f.Snapshot.sessions[h] + i)}
	if k := l.kind(); !k.Lasting() || k == KindSystem {
		return x
	}
	x.account, x.outbound = f.networkAccount(h, r)
	end, off := v.sessionEnd(&f.table, r), -f.skewAt(h, r.start).median
	x.start, x.alive, x.until = f.correctedEvent(h, r.start), end.NotBefore.Add(off), end.NotAfter.Add(off)
	last := r.start
	for m := r.first; m != None; m = v.logons[m].next {
		last = max(last, v.logons[m].last)
	}
	if end.By != None && v.inSecurity(uint32(end.By)) {
		last = uint32(end.By)
	}
	switch exact := end.Certainty == EndExact; {
	case v.clockSet(r.start, last):
		x.alive, x.until = x.start, endless
	case exact:
		x.alive, x.until = end.Time.Add(off), end.Time.Add(off)
	case end.NotAfter == 0 || v.clockSet(last, v.security.to):
		x.until = endless
	}
	return x
}

// networkAccount is the account that a session is for other hosts; true where
// it is other credentials than its own (type 9).
func (f *hopFinder) networkAccount(h int, r *sessionRow) (AccountID, bool) {
	v := f.views[h]
	if l := &v.logons[r.first]; l.typ == 9 && l.start != None {
		n := v.events[l.start]
		return f.accountCalled(h, f.text(n, event.OutboundName), f.text(n, event.OutboundDomain)), true
	}
	return f.sessionAccount(h, r), false
}

// mayBeAnother reports whether a logon may have come out of another session
// than one on the host that it came from: one that is the logon's account on
// the network, as its own or with new credentials (type 9).
func (f *hopFinder) mayBeAnother(c *chainFinder, than SessionRow) bool {
	at, n := f.seatsAt(c.client, c.account, c.time)
	return n > 1 || n == 1 && at.row != than
}

// living returns the one session of an account that may have lived on a host
// at a time of the domain controllers' clocks.
func (f *hopFinder) living(h HostID, a AccountID, t event.FileTime) (seat, Certainty, bool) {
	found, n := f.seatsAt(h, a, t)
	switch {
	case n != 1:
		return seat{}, CertaintyUnknown, false
	case found.alive < t && !found.outbound:
		return found, Weak, true
	}
	return found, Medium, true
}

// seatsAt returns how many sessions of an account may have lived on a host at
// a time, up to two, and the latest of them.
func (f *hopFinder) seatsAt(h HostID, a AccountID, t event.FileTime) (found seat, n int) {
	if f.slack == nil {
		f.seat()
	}
	slack := f.slack[h]
	i := sort.Search(len(f.seats), func(i int) bool {
		x := &f.seats[i]
		return cmp.Or(cmp.Compare(x.host, uint32(h)), cmp.Compare(x.account, a), cmp.Compare(x.start, t.Add(slack))) > 0
	})
	for steps := 0; i > 0; i-- {
		x := &f.seats[i-1]
		if x.host != uint32(h) || x.account != a || x.latest < t.Add(-slack) {
			break
		}
		if x.until >= t.Add(-slack) {
			found = *x
			if n++; n > 1 {
				break
			}
		}
		if steps++; steps > mostSeats {
			return found, 2
		}
	}
	return found, n
}
