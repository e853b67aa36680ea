package model

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"spoor/model/event"
)

// aliases lists the IDs that a session had or would have with less evidence:
// those of its other 4624s and of the lowest record of each logon.
func (s *Snapshot) aliases(h int, r *sessionRow) []string {
	v := s.views[h]
	var out []string
	known := map[uint64]bool{v.sessionHash(&s.table, r): true}
	for x := r.first; x != None; x = v.logons[x].next {
		l := &v.logons[x]
		for _, e := range []uint32{l.start, l.first} {
			if e == None {
				continue
			}
			if hash := v.logonHash(&s.table, l, e); !known[hash] {
				known[hash] = true
				out = append(out, formatID(hash))
			}
		}
	}
	return out
}

// FindSessions resolves what a user may call a session: its ID, an earlier
// ID, HOST/0xID (all boots), or one of its records as HOST/CHANNEL/NUMBER;
// Security may be written for the channel, and every channel is meant where
// the number alone follows. Of a record that several sessions hold, the one
// of its Target is meant. The error wraps [ErrNoSession] if none fits,
// and [ErrSessionName] where none could.
func (s *Snapshot) FindSessions(name string) ([]SessionRow, error) {
	var out []SessionRow
	host, rest, split := strings.Cut(name, "/")
	switch {
	case !split:
		id, err := strconv.ParseUint(name, 16, 64)
		if err != nil || len(name) != 16 {
			return nil, fmt.Errorf("%q: %w: want an ID, HOST/0xID or HOST/CHANNEL/RECORD", name, ErrSessionName)
		}
		out = s.findID(id)
	case strings.HasPrefix(strings.ToLower(rest), "0x"):
		id, err := event.ParseLogonID(rest)
		if err != nil {
			return nil, fmt.Errorf("%q: %w: %w", name, ErrSessionName, err)
		}
		out = s.findLogonID(host, id)
	default:
		channel, number := "", rest
		if i := strings.LastIndexByte(rest, '/'); i >= 0 {
			channel, number = rest[:i], rest[i+1:]
		}
		record, err := strconv.ParseUint(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%q: %w: %q is no record number", name, ErrSessionName, number)
		}
		out = s.findRecord(host, channel, record)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%q: %w", name, ErrNoSession)
	}
	return out, nil
}

func (s *Snapshot) findID(id uint64) []SessionRow { return s.SessionsByHash(id, true) }

// SessionsByHash returns the sessions whose IDs are written from a number; where
// there are none and earlier is true, those that had it with less evidence,
// which takes reading all.
func (s *Snapshot) SessionsByHash(hash uint64, earlier bool) []SessionRow {
	s.idOnce.Do(s.orderIDs)
	var out []SessionRow
	from := sort.Search(len(s.byID), func(i int) bool { return s.byID[i].id >= hash })
	for _, x := range s.byID[from:] {
		if x.id != hash {
			break
		}
		out = append(out, x.row)
	}
	if len(out) > 0 || !earlier {
		return out
	}
	return s.SessionsByEarlier(map[uint64]bool{hash: true})[hash]
}

// SessionsByEarlier returns the sessions that had IDs which are written from some
// numbers with less evidence: such an ID is the hash of another record of the
// session.
func (s *Snapshot) SessionsByEarlier(hashes map[uint64]bool) map[uint64][]SessionRow {
	out := map[uint64][]SessionRow{}
	if len(hashes) == 0 {
		return out
	}
	for h, v := range s.views {
		for i := range v.logons {
			l := &v.logons[i]
			note := func(hash uint64) {
				if hashes[hash] {
					out[hash] = append(out[hash], SessionRow(s.sessions[h]+l.session))
				}
			}
			for _, e := range v.logonEvents[l.from : l.from+l.n] {
				note(s.anchorHash(v.events[e], l.id))
				if s.begins(v.events[e], l.id) {
					note(s.anchorHash(v.events[e], 0))
				}
			}
		}
	}
	for hash, rows := range out {
		slices.Sort(rows)
		out[hash] = slices.Compact(rows)
	}
	return out
}

// begins reports whether an event is a 4624 of a logon ID.
func (t *table) begins(row uint32, logon uint64) bool {
	id, _ := t.number(row, event.TargetLogon)
	return id == logon && t.row(row).kind == event.Logon
}

// named returns the hosts that a name can mean: a full name, or a short one.
func (s *Snapshot) named(name string) []int {
	var out []int
	for h := range s.groups {
		for _, n := range s.groups[h].spellings {
			if strings.EqualFold(n, name) || strings.EqualFold(shortName(n), name) {
				out = append(out, h)
				break
			}
		}
	}
	return out
}

func (s *Snapshot) findLogonID(host string, id event.LogonID) []SessionRow {
	var out []SessionRow
	for _, h := range s.named(host) {
		v := s.views[h]
		for i := range v.logons {
			if row := SessionRow(s.sessions[h] + v.logons[i].session); v.logons[i].id == uint64(id) && !slices.Contains(out, row) {
				out = append(out, row)
			}
		}
	}
	slices.Sort(out)
	return out
}

func (s *Snapshot) findRecord(host, channel string, record uint64) []SessionRow {
	var out []SessionRow
	for _, h := range s.named(host) {
		v := s.views[h]
		for _, c := range v.channels {
			if channel != "" && !strings.EqualFold(s.texts[c.channel], channel) {
				continue
			}
			for i := c.from; i < c.to; i++ {
				if s.row(v.events[i]).record == record {
					if found := s.sessionsOf(h, i); len(found) > 0 {
						out = append(out, found[0])
					}
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// sessionsOf returns the sessions that an event belongs to, that of its Target
// first.
func (s *Snapshot) sessionsOf(h int, e uint32) []SessionRow {
	v := s.views[h]
	var out []SessionRow
	boot := uint32(v.bootOfEvent(&s.table, e))
	for _, c := range []event.Column{event.TargetLogon, event.SubjectLogon} {
		id, _ := s.number(v.events[e], c)
		if id == 0 {
			continue
		}
		for i := range v.logons {
			l := &v.logons[i]
			if l.id != id || v.bootOfLogon(l) != boot {
				continue
			}
			if _, ok := slices.BinarySearch(v.logonEvents[l.from:l.from+l.n], e); !ok {
				continue
			}
			if row := SessionRow(s.sessions[h] + l.session); !slices.Contains(out, row) {
				out = append(out, row)
			}
		}
	}
	return out
}

// EventSessions returns the sessions that an event belongs to: first that of
// its Target, then that of its Subject.
func (s *Snapshot) EventSessions(e EventRow) []SessionRow {
	h, at, ok := place(s.events, uint32(e))
	if !ok {
		return nil
	}
	return s.sessionsOf(h, at)
}

// identified is a session by its ID.
type identified struct {
	id  uint64
	row SessionRow
}

func (s *Snapshot) orderIDs() {
	s.byID = make([]identified, 0, s.SessionCount())
	for h, v := range s.views {
		for i := range v.sessions {
			s.byID = append(s.byID, identified{v.sessionHash(&s.table, &v.sessions[i]), SessionRow(s.sessions[h] + uint32(i))})
		}
	}
	slices.SortFunc(s.byID, func(a, b identified) int { return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.row, b.row)) })
}

// SessionLogonID returns the first logon ID of a session, 0 if there is no such
// row.
func (s *Snapshot) SessionLogonID(n SessionRow) event.LogonID {
	h, at, ok := place(s.sessions, uint32(n))
	if !ok {
		return 0
	}
	v := s.views[h]
	return event.LogonID(v.logons[v.sessions[at].first].id)
}
