package model

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strconv"
)

// sessionRow is one sitting: a logon, or the two halves of a split token.
// What can be read from its logons' events is not kept.
type sessionRow struct {
	first  uint32 // the logon of the anchor; the others follow by next
	start  uint32 // the earliest event that begins it
	events uint32
	left   uint32 // its LSM 23, or None
}

// anchorHash is what a session is known by for ever: a hash of a record's
// computer as written, channel, number and time, never of where it was read.
// Where the record is not the logon's own 4624 it may be another session's
// anchor too, so the logon ID is hashed with it; else logon is 0.
func (t *table) anchorHash(row uint32, logon uint64) uint64 {
	r := t.row(row)
	k := t.streams[t.cameFrom(row).stream]
	buf := make([]byte, 0, 128)
	buf = append(append(buf, t.texts[k.computer]...), 0)
	buf = append(append(buf, t.texts[k.channel]...), 0)
	buf = binary.BigEndian.AppendUint64(buf, r.record)
	buf = binary.BigEndian.AppendUint64(buf, uint64(r.time))
	if logon != 0 {
		buf = binary.BigEndian.AppendUint64(buf, logon)
	}
	sum := sha256.Sum256(buf)
	return binary.BigEndian.Uint64(sum[:])
}

// logonHash is the hash of one record of a logon.
func (v *hostView) logonHash(t *table, l *logonRow, e uint32) uint64 {
	if e == l.start {
		return t.anchorHash(v.events[e], 0)
	}
	return t.anchorHash(v.events[e], l.id)
}

// sessionHash is the hash of a session's anchor record, from which its ID is
// written. It is not kept: few of very many sessions are asked for it.
func (v *hostView) sessionHash(t *table, r *sessionRow) uint64 {
	l := &v.logons[r.first]
	return v.logonHash(t, l, l.anchor())
}

func formatID(id uint64) string {
	const digits = "0000000000000000"
	s := strconv.FormatUint(id, 16)
	return digits[len(s):] + s
}

// findSessions makes one session of each pair and of each other logon, with the
// checks and network authentications that belong to it.
func (c *correlator) findSessions() {
	heads := make([]uint32, 0, len(c.logons))
	for at := range c.logons {
		l := &c.logons[at]
		if l.linked != None && l.linked < uint32(at) {
			continue
		}
		head := uint32(at)
		if l.linked != None {
			head = c.anchorHalf(uint32(at), l.linked)
			c.logons[head].next = c.logons[head].linked
		}
		heads = append(heads, head)
	}
	folded := c.foldChecks(heads)
	c.foldNetworkAuthentications(heads, folded)
	for owner, units := range folded {
		c.append(owner, units)
	}
	c.sessions = make([]sessionRow, 0, len(heads))
	for _, head := range heads {
		if c.logons[head].flags&logonFolded != 0 {
			continue
		}
		c.sessions = append(c.sessions, c.makeSession(head))
	}
	c.orderSessions()
}

// append puts units, each a logon or a pair, at the end of a unit's logons.
func (c *correlator) append(owner uint32, units []uint32) {
	last := owner
	for c.logons[last].next != None {
		last = c.logons[last].next
	}
	for _, u := range units {
		c.logons[last].next = u
		c.flag(u, logonFolded)
		for last = u; c.logons[last].next != None; {
			last = c.logons[last].next
		}
	}
}

func (c *correlator) makeSession(head uint32) sessionRow {
	s := sessionRow{first: head, left: None}
	c.count(&s)
	s.start = c.startOf(head)
	return s
}

// failuresFrom counts the failed attempts that were made from a session.
func (v *hostView) failuresFrom(s *sessionRow) (n uint32) {
	if len(v.tried) == 0 {
		return 0
	}
	for at := s.first; at != None; at = v.logons[at].next {
		n += v.tried[at]
	}
	return n
}

// count counts a session's events, each once.
func (c *correlator) count(s *sessionRow) {
	s.events = c.logons[s.first].n
	if c.logons[s.first].next != None {
		s.events = uint32(len(c.hostView.sessionEvents(s)))
	}
}

// orderSessions brings the sessions into the order of their starts.
func (c *correlator) orderSessions() {
	slices.SortStableFunc(c.sessions, func(a, b sessionRow) int {
		return cmp.Or(cmp.Compare(c.time(a.start), c.time(b.start)), cmp.Compare(c.logons[a.first].anchor(), c.logons[b.first].anchor()))
	})
	for n := range c.sessions {
		for at := c.sessions[n].first; at != None; at = c.logons[at].next {
			c.logons[at].session = uint32(n)
		}
	}
}

// anchorHalf chooses the filtered half of a pair, by ElevatedToken, else by
// which half got special privileges (4672), else the one written first.
func (c *correlator) anchorHalf(a, b uint32) uint32 {
	x, y := &c.logons[a], &c.logons[b]
	switch {
	case x.start == None && y.start != None:
		return b
	case y.start == None && x.start != None:
		return a
	case x.flags&logonFiltered != 0 && y.flags&logonFiltered == 0:
		return a
	case y.flags&logonFiltered != 0 && x.flags&logonFiltered == 0:
		return b
	case x.privilege == None && y.privilege != None:
		return a
	case y.privilege == None && x.privilege != None:
		return b
	case x.first <= y.first:
		return a
	}
	return b
}

// startOf returns the earliest event that begins a session.
func (c *correlator) startOf(first uint32) uint32 {
	l, start := &c.logons[first], uint32(None)
	for at := first; at != None && c.logons[at].own(); at = c.logons[at].next {
		if c.begun(&c.logons[at]) {
			start = min(start, c.logons[at].start)
		} else if l.fixed() {
			start = l.first
		}
	}
	if start == None {
		return l.anchor()
	}
	return start
}

// bootOfSession returns the boot, from 0, that a session is of.
func (v *hostView) bootOfSession(n uint32) uint32 {
	return v.bootOfLogon(&v.logons[v.sessions[n].first])
}

// begun reports whether a logon's 4624 began it. Windows' own accounts log on
// again under their one ID whenever a service starts: only with the start of
// their boot is their first 4624 their beginning.
func (v *hostView) begun(l *logonRow) bool {
	return l.start != None && (!l.fixed() || v.boots[v.bootOfLogon(l)].started != 0)
}

// sessionEvents returns the events of all logons of a session in order, each
// once.
func (v *hostView) sessionEvents(s *sessionRow) []uint32 {
	l := &v.logons[s.first]
	out := v.logonEvents[l.from : l.from+l.n]
	if l.next == None {
		return out
	}
	if m := &v.logons[l.next]; m.next == None {
		return mergeOrdered(out, v.logonEvents[m.from:m.from+m.n])
	}
	out = slices.Clone(out)
	for at := l.next; at != None; at = v.logons[at].next {
		m := &v.logons[at]
		out = append(out, v.logonEvents[m.from:m.from+m.n]...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func mergeOrdered(a, b []uint32) []uint32 {
	out := make([]uint32, 0, len(a)+len(b))
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0] < b[0]:
			out, a = append(out, a[0]), a[1:]
		case len(a) == 0 || b[0] < a[0]:
			out, b = append(out, b[0]), b[1:]
		default:
			out, a, b = append(out, a[0]), a[1:], b[1:]
		}
	}
	return out
}

// kindByType gives a session's kind by its logon type (Microsoft on 4624).
var kindByType = map[uint8]SessionKind{
	0: KindSystem, 2: KindInteractive, 3: KindNetwork, 4: KindBatch, 5: KindService, 7: KindUnlock,
	8: KindNetworkCleartext, 9: KindNewCredentials, 10: KindRemoteDesktop, 11: KindInteractive,
	12: KindRemoteDesktop, 13: KindUnlock,
}

// kindOf returns what kind of session a logon is.
func (l *logonRow) kind() SessionKind {
	switch {
	case l.fixed():
		return KindSystem
	case l.flags&logonCheck != 0:
		return KindUnlock
	}
	return kindByType[l.typ]
}

// Lasting reports whether sessions of a kind live until something ends them. A
// network logon or a check of a credential may be gone without a word.
func (k SessionKind) Lasting() bool {
	switch k {
	case KindInteractive, KindRemoteDesktop, KindBatch, KindService, KindNewCredentials, KindSystem:
		return true
	}
	return false
}

// typeNumber is the logon type as shown; 0 where it is not known.
func (l *logonRow) typeNumber() uint32 {
	if l.typ == noLogonType {
		return 0
	}
	return uint32(l.typ)
}

func (l *logonRow) elevated() Tri {
	switch {
	case l.flags&logonElevated != 0:
		return Yes
	case l.flags&logonFiltered != 0:
		return No
	}
	return Unknown
}

func (c *correlator) findFailures() {
	for i := range c.events {
		if isFailure(c.table, c.events[i]) {
			c.failures = append(c.failures, uint32(i))
		}
	}
}
