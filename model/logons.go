package model

import (
	"slices"
	"strings"
	"time"

	"spoor/model/event"
)

// logonRow is one logon ID within one boot. Events are those of its host.
type logonRow struct {
	id        uint64
	start     uint32 // its 4624, or None
	first     uint32
	last      uint32
	logoff    uint32 // its first 4647, or None
	gone      uint32 // its last 4634, or None
	privilege uint32 // its 4672, or None
	groups    uint32 // its 4627, or None
	principal uint32
	linked    uint32 // the other half of a pair, or None
	session   uint32
	next      uint32 // the next logon of its session, or None
	from, n   uint32 // its events
	typ       uint8
	flags     uint16
}

const (
	logonElevated = 1 << iota
	logonFiltered
	logonStrongPair // linked by adjacency, not by LinkedLogonId
	logonDesktop    // only a desktop's session has such events
	logonSeat       // somebody sits at a desktop with it
	logonCheck      // only proved a credential again within a session
	logonNetwork    // the network authentication before a Remote Desktop session
	logonFolded     // belongs to the session of another logon
)

// own reports whether a logon is its session's own, not one that was folded
// into it.
func (l *logonRow) own() bool { return l.flags&logonFolded == 0 }

// anchor is the record that a logon is known by: its 4624, else the first that
// names it.
func (l *logonRow) anchor() uint32 {
	if l.start != None {
		return l.start
	}
	return l.first
}

// bootOfLogon returns the boot, from 0, that a logon is of.
func (v *hostView) bootOfLogon(l *logonRow) uint32 { return uint32(v.bootOf(l.first)) }

func (l *logonRow) fixed() bool { return event.LogonID(l.id).Fixed() }

// logonFinder keys logons by ID within the boot that it is in.
type logonFinder struct {
	*correlator
	boot     int
	current  currentLogons
	oneWay   []uint32 // logons whose linked ID has no 4624 so far
	previous uint32   // the last 4624 in this boot
	subject  []uint32 // logon of each event's Subject, or None
	target   []uint32
}

// findLogons finds the logons of the Security log: one for each ID and boot,
// and another one each time that Windows issues an ID again. Every event is
// indexed under the IDs of its Subject and its Target: a process that a service
// started for somebody (4688 with a Target) is of both.
func (c *correlator) findLogons() {
	n := len(c.events)
	c.logons = make([]logonRow, 0, expectedLogons(min(c.begins, n)))
	f := &logonFinder{correlator: c, boot: -1, previous: None, subject: make([]uint32, n), target: make([]uint32, n)}
	for i := c.security.from; i < c.security.to; i++ {
		if b := c.bootAfter(f.boot, i); b != f.boot {
			f.linkOneWay()
			f.boot, f.previous = b, None
			f.current.clear()
		}
		f.subject[i] = f.sight(i, c.num(i, event.SubjectLogon), c.subject(c.events[i]))
		f.target[i] = f.aimed(i)
		if s := f.subject[i]; s != None && c.kind(i) == event.LogonFailed {
			if c.tried == nil {
				c.tried = map[uint32]uint32{}
			}
			c.tried[s]++
		}
	}
	f.linkOneWay()
	f.otherLogs()
	if len(c.logons) < cap(c.logons)/16*15 {
		c.logons = slices.Clip(slices.Clone(c.logons))
	}
	c.about, c.by = f.target, f.subject
	c.indexLogons(f.subject, f.target)
}

// expectedLogons is how many logons there mostly are, given the 4624s: few have
// none of their own. Rows that have to grow are there twice meanwhile.
func expectedLogons(begins int) int { return begins + begins/64 + 16 }

// otherLogs puts events of other logs under the logons that they name, by
// their times. They begin no logon: only the Security log's own fields are
// known to mean one.
func (f *logonFinder) otherLogs() {
	type key struct {
		boot uint32
		id   uint64
	}
	var known map[key]uint32
	find := func(i uint32, id uint64, who uint32) uint32 {
		if id == 0 {
			return None
		}
		if known == nil {
			known = make(map[key]uint32, len(f.logons))
			for at := range f.logons {
				k := key{f.bootOfLogon(&f.logons[at]), f.logons[at].id}
				if _, again := known[k]; again {
					known[k] = None // issued twice: no time tells whose it is
				} else {
					known[k] = uint32(at)
				}
			}
		}
		at, ok := known[key{uint32(f.bootAt(f.time(i))), id}]
		if !ok || at == None || !event.LogonID(id).Fixed() && f.others(f.logons[at].principal, who) {
			return None
		}
		return at
	}
	for i := range uint32(len(f.events)) {
		if f.inSecurity(i) {
			continue
		}
		f.subject[i] = find(i, f.num(i, event.SubjectLogon), f.correlator.subject(f.events[i]))
		f.target[i] = find(i, f.num(i, event.TargetLogon), f.correlator.target(f.events[i]))
	}
}

// bootAfter returns the boot of event i, given the one of the event before.
func (v *hostView) bootAfter(b int, i uint32) int {
	b = max(b, 0)
	for b+1 < len(v.boots) && v.boots[b+1].from <= i {
		b++
	}
	return b
}

// aimed handles the logon that an event is about, its Target or, for 4672,
// its Subject.
func (f *logonFinder) aimed(i uint32) uint32 {
	kind := f.kind(i)
	if kind == event.SpecialPrivileges {
		if at, ok := f.current.get(f.num(i, event.SubjectLogon)); ok {
			f.logons[at].privilege = i
		}
		return None
	}
	id := f.num(i, event.TargetLogon)
	if id == 0 {
		return None
	}
	who := f.correlator.target(f.events[i])
	if kind == event.Logon {
		return f.logon(i, id, who)
	}
	at := f.sight(i, id, who)
	l := &f.logons[at]
	if ofDesktop(kind) {
		l.flags |= logonDesktop
		c := f.correlator
		c.desk = append(c.desk, moment{at, i})
	}
	switch kind {
	case event.LogoffInitiated:
		if l.logoff == None && !l.fixed() {
			l.logoff = i
		}
	case event.LogonTerminated:
		if !l.fixed() {
			l.gone = i
		}
	case event.GroupMembership:
		l.groups = i
	}
	if l.start == None && l.typ == noLogonType {
		if t := f.typeOf(i); t < noLogonType {
			l.typ = uint8(t)
		}
	}
	return at
}

// ofDesktop reports whether events of a kind are logged only for sessions with
// a desktop.
func ofDesktop(k event.Kind) bool {
	switch k {
	case event.LogoffInitiated, event.SessionReconnected, event.SessionDisconnected,
		event.WorkstationLocked, event.WorkstationUnlocked, event.ScreenSaverInvoked, event.ScreenSaverDismissed:
		return true
	}
	return false
}

// sight returns the logon that an event names, made anew if it is the first
// to. An event of another account never belongs to a logon: its ID must have
// been issued again unseen.
func (f *logonFinder) sight(i uint32, id uint64, who uint32) uint32 {
	if id == 0 {
		return None
	}
	at, ok := f.current.get(id)
	if !ok || !event.LogonID(id).Fixed() && f.others(f.logons[at].principal, who) {
		at = f.begin(i, id, who)
	}
	l := &f.logons[at]
	l.last = i
	if f.sidless(l.principal) && (!f.sidless(who) || l.principal == 0) {
		l.principal = who
	}
	return at
}

// sidless reports whether a triple has no SID that names somebody.
func (t *table) sidless(principal uint32) bool {
	sid := t.sid(principal)
	return sid == "" || sid == sidNobody
}

// others reports whether two triples are of different accounts: by their SIDs,
// or by their names where an event, as 4778 and 4779, has no SID.
func (t *table) others(a, b uint32) bool {
	if !t.sidless(a) && !t.sidless(b) {
		return t.principals[a].sid != t.principals[b].sid
	}
	x, y := t.name(a), t.name(b)
	return x != "" && y != "" && !strings.ContainsAny(x+y, `@\`) && !strings.EqualFold(x, y)
}

func (f *logonFinder) begin(i uint32, id uint64, who uint32) uint32 {
	at := uint32(len(f.logons))
	f.logons = append(f.logons, logonRow{
		id: id, start: None, first: i, last: i, logoff: None, gone: None, privilege: None, groups: None,
		principal: who, linked: None, session: None, next: None, typ: noLogonType,
	})
	f.current.set(id, at)
	return at
}

// firstSight is how long before its 4624 an event may name a new logon:
// LSASS's threads log out of order.
const firstSight = 2 * time.Second

// logon handles a 4624.
func (f *logonFinder) logon(i uint32, id uint64, who uint32) uint32 {
	at, ok := f.current.get(id)
	fixed := event.LogonID(id).Fixed()
	if ok && !fixed {
		l := &f.logons[at]
		early := l.start == None && l.logoff == None && l.gone == None && !f.others(l.principal, who) && f.time(i).Sub(f.time(l.first)) <= firstSight
		ok = early
	}
	if !ok {
		at = f.begin(i, id, who)
	}
	l := &f.logons[at]
	l.last = i
	if l.start != None {
		return at
	}
	l.start, l.principal = i, who
	if t := f.typeOf(i); t < noLogonType {
		l.typ = uint8(t)
	}
	switch f.tri(i, event.Elevated) {
	case Yes:
		l.flags |= logonElevated
	case No:
		l.flags |= logonFiltered
	}
	if !fixed {
		f.link(i, at)
		f.previous = at
	}
	return at
}

// tri reads a yes or no: %%1842 and %%1843 (Microsoft on 4624), or the words of
// logs that were rendered.
func (c *correlator) tri(i uint32, col event.Column) Tri { return triOf(c.text(c.events[i], col)) }

func triOf(s string) Tri {
	switch s {
	case "%%1842", "Yes":
		return Yes
	case "%%1843", "No":
		return No
	}
	return Unknown
}

// link pairs the halves of a split token: by mutual TargetLinkedLogonId, or on
// the versions that lack it, before Windows 10, by adjacency.
func (f *logonFinder) link(i, at uint32) {
	if f.row(f.events[i]).version >= 2 {
		id := f.num(i, event.LinkedLogon)
		if id == 0 {
			return
		}
		other, ok := f.current.get(id)
		switch {
		case !ok || f.logons[other].start == None:
			f.oneWay = append(f.oneWay, at)
		case f.num(f.logons[other].start, event.LinkedLogon) == f.logons[at].id && f.pairable(at, other):
			f.pair(at, other)
		}
		return
	}
	if f.previous != None && f.pairable(at, f.previous) && f.adjacent(i, f.logons[f.previous].start) {
		f.pair(at, f.previous)
		f.logons[at].flags |= logonStrongPair
		f.logons[f.previous].flags |= logonStrongPair
	}
}

func (f *logonFinder) pairable(a, b uint32) bool {
	x, y := &f.logons[a], &f.logons[b]
	return a != b && x.linked == None && y.linked == None && !f.sidless(x.principal) && f.principals[x.principal].sid == f.principals[y.principal].sid
}

func (f *logonFinder) pair(a, b uint32) { f.logons[a].linked, f.logons[b].linked = b, a }

// pairSpan is how far apart two 4624s of one split token are at most, measured
// on real logs.
const pairSpan = 100 * time.Millisecond

func (f *logonFinder) adjacent(a, b uint32) bool {
	if b == None || f.row(f.events[b]).version >= 2 || !splitType[f.typeOf(a)] || f.typeOf(a) != f.typeOf(b) {
		return false
	}
	if d := f.time(a).Sub(f.time(b)); absDuration(d) > pairSpan {
		return false
	}
	return f.num(a, event.ProcessID) == f.num(b, event.ProcessID) &&
		f.textID(f.events[a], event.Process) == f.textID(f.events[b], event.Process) &&
		f.textID(f.events[a], event.LogonProcess) == f.textID(f.events[b], event.LogonProcess)
}

// splitType is the logon types for which Windows splits a token in two.
var splitType = map[uint32]bool{2: true, 7: true, 10: true, 11: true, 12: true, 13: true}

// linkOneWay pairs logons with a half whose own 4624 is not in the log: then
// one of them says whose half it is, and nothing contradicts.
func (f *logonFinder) linkOneWay() {
	for _, at := range f.oneWay {
		l := &f.logons[at]
		other, ok := f.current.get(f.num(l.start, event.LinkedLogon))
		if ok && f.logons[other].start == None && f.pairable(at, other) {
			f.pair(at, other)
		}
	}
	f.oneWay = f.oneWay[:0]
}

// indexLogons lists each logon's events in order.
func (c *correlator) indexLogons(subject, target []uint32) {
	each := func(use func(logon, i uint32)) {
		for k := range subject {
			i := uint32(k)
			if s := subject[k]; s != None {
				use(s, i)
			}
			if t := target[k]; t != None && t != subject[k] {
				use(t, i)
			}
		}
	}
	total := uint32(0)
	each(func(l, _ uint32) { c.logons[l].n++; total++ })
	at := uint32(0)
	for k := range c.logons {
		c.logons[k].from = at
		at += c.logons[k].n
		c.logons[k].n = 0
	}
	c.logonEvents = make([]uint32, total)
	each(func(l, i uint32) {
		r := &c.logons[l]
		c.logonEvents[r.from+r.n] = i
		r.n++
	})
}
