package model

import (
	"time"

	"spoor/model/event"
)

// Roster is what lists of very many sessions are narrowed and sorted by: a
// column each, by SessionRow, so that no session is put together to be left
// out. Its slices must not be written to.
type Roster struct {
	Account []AccountID
	Host    []HostID
	Start   []event.FileTime // when it began, or was first seen
	Until   []event.FileTime // the last time at which it may have lasted, as far as that is bounded
	Kind    []SessionKind
	Type    []uint8 // the logon type; NoLogonType where it did not begin in the log
	End     []EndReason
	Sure    []EndCertainty // of its end
	Token   []Tri          // of those that have an Origin: whether it is elevated
	Run     []RunRow       // None for one that is not of the network
	// Origin indexes Origins; None where the session must be read for where it
	// came from, and for what it is: more than one logon or a desktop tell of it.
	Origin  []uint32
	Origins []Origin
	// Credential indexes Credentials, of those that have an Origin.
	Credential  []uint32
	Credentials []Credential
}

// NoLogonType stands for the logon type of a session that did not begin in the
// log.
const NoLogonType = noLogonType

// Origin is where sessions came from, without what only one of them says: its
// Source has no port and no reason.
type Origin struct {
	Source Source
	// Workstation and Address are as their records have them.
	Workstation string
	Address     string
}

// Roster returns the columns of all sessions. They are made once.
func (s *Snapshot) Roster() *Roster {
	s.tracks.rosterOnce.Do(func() {
		r := *s.unfolded()
		r.Run = s.runs().of
		s.tracks.roster = &r
	})
	return s.tracks.roster
}

// unfolded is the roster without its runs, which are made by it.
func (s *Snapshot) unfolded() *Roster {
	s.tracks.unfoldedOnce.Do(func() { s.tracks.unfolded = s.makeRoster() })
	return s.tracks.unfolded
}

func (s *Snapshot) makeRoster() *Roster {
	n := s.SessionCount()
	s.once.Do(s.orderSessions)
	r := &Roster{
		Account: s.owners, Host: make([]HostID, n), Start: make([]event.FileTime, n), Until: make([]event.FileTime, n),
		Kind: make([]SessionKind, n), Type: make([]uint8, n), End: make([]EndReason, n), Sure: make([]EndCertainty, n), Token: make([]Tri, n),
		Origin: make([]uint32, n), Credential: make([]uint32, n),
	}
	hosts := make([]hostRoster, len(s.views))
	for h := range hosts {
		hosts[h].at = h
	}
	eachAtOnce(hosts, func(x hostRoster) { hosts[x.at] = s.fillRoster(r, x.at) })
	origins, credentials := map[Origin]uint32{}, map[Credential]uint32{}
	for h, x := range hosts {
		from, to := s.sessions[h], s.sessions[h]+uint32(len(s.views[h].sessions))
		renumber(r.Origin[from:to], x.origins, origins, &r.Origins)
		renumber(r.Credential[from:to], x.credentials, credentials, &r.Credentials)
	}
	return r
}

// hostRoster is what the sessions of one host have in common, by numbers of its
// own.
type hostRoster struct {
	at          int
	origins     []Origin
	credentials []Credential
}

// fillRoster fills in the columns for the sessions of one host, Origin and
// Credential by its own numbers.
func (s *Snapshot) fillRoster(r *Roster, h int) hostRoster {
	out := hostRoster{at: h}
	origins, credentials := map[Origin]uint32{}, map[Credential]uint32{}
	v, base := s.views[h], s.sessions[h]
	for i := range v.sessions {
		x, at := &v.sessions[i], base+uint32(i)
		r.Host[at] = HostID(h)
		r.Start[at] = s.row(v.events[x.start]).time
		end := v.sessionEnd(&s.table, x)
		r.Until[at] = max(r.Start[at], end.Time, end.NotBefore, end.NotAfter)
		l := &v.logons[x.first]
		r.Kind[at], r.Type[at], r.End[at], r.Sure[at] = l.kind(), NoLogonType, end.Reason, end.Certainty
		if v.begun(l) {
			r.Type[at] = l.typ
		}
		r.Origin[at], r.Credential[at] = None, None
		if !v.plain(x) {
			continue
		}
		r.Token[at] = l.elevated()
		r.Origin[at] = intern(origins, &out.origins, s.originOf(h, l))
		r.Credential[at] = intern(credentials, &out.credentials, s.credentialOf(v, l))
	}
	return out
}

// renumber gives the values of one host the numbers that they have among those
// of all.
func renumber[T comparable](column []uint32, own []T, known map[T]uint32, all *[]T) {
	numbers := make([]uint32, len(own))
	for i, value := range own {
		numbers[i] = intern(known, all, value)
	}
	for i, n := range column {
		if n != None {
			column[i] = numbers[n]
		}
	}
}

// intern returns the index of a value among those known.
func intern[T comparable](known map[T]uint32, all *[]T, value T) uint32 {
	k, ok := known[value]
	if !ok {
		k = uint32(len(*all))
		known[value] = k
		*all = append(*all, value)
	}
	return k
}

// plain reports whether one logon that opened no desktop is all of a session.
func (v *hostView) plain(r *sessionRow) bool {
	l := &v.logons[r.first]
	return l.next == None && (l.flags&logonSeat == 0 || l.flags&logonCheck != 0) && l.typ != 9 && l.kind() != KindInteractive
}

func (s *Snapshot) originOf(h int, l *logonRow) Origin {
	if l.start == None {
		anchor := s.views[h].events[l.first]
		return Origin{Source: Source{Host: None}, Workstation: s.text(anchor, event.Workstation), Address: s.text(anchor, event.IPAddress)}
	}
	n := s.views[h].events[l.start]
	o := Origin{Source: s.source(h, n, uint32(l.typ)), Workstation: s.text(n, event.Workstation), Address: s.text(n, event.IPAddress)}
	o.Source.Port, o.Source.Why = 0, ""
	return o
}

// Credential is what opened a session, as its 4624 says.
type Credential struct{ Package, Process, ProcessName string }

func (s *Snapshot) credentialOf(v *hostView, l *logonRow) Credential {
	if l.start == None {
		return Credential{}
	}
	row := v.events[l.start]
	return Credential{s.text(row, event.Package), s.text(row, event.LogonProcess), s.text(row, event.Process)}
}

// SessionLength is [Session.Length] without the rest of a session.
func (s *Snapshot) SessionLength(n SessionRow) (time.Duration, EndCertainty) {
	h, at, ok := place(s.sessions, uint32(n))
	if !ok {
		return 0, EndUnknown
	}
	return s.lengthOf(h, &s.views[h].sessions[at])
}

// SessionCounts returns how many events a session has, and how many failed
// attempts were made from it.
func (s *Snapshot) SessionCounts(n SessionRow) (events, failures int) {
	h, at, ok := place(s.sessions, uint32(n))
	if !ok {
		return 0, 0
	}
	v := s.views[h]
	r := &v.sessions[at]
	return int(r.events), int(v.failuresFrom(r))
}

// PlainKind returns the kind of a session of which its one logon tells all; false
// for one that must be put together, and where there is no such row.
func (s *Snapshot) PlainKind(n SessionRow) (SessionKind, bool) {
	h, at, ok := place(s.sessions, uint32(n))
	if !ok {
		return KindUnknown, false
	}
	v := s.views[h]
	if x := &v.sessions[at]; v.plain(x) {
		return v.logons[x.first].kind(), true
	}
	return KindUnknown, false
}

// SessionHash returns the number that a session's ID is written from, 0 if
// there is no such row.
func (s *Snapshot) SessionHash(n SessionRow) uint64 {
	h, at, ok := place(s.sessions, uint32(n))
	if !ok {
		return 0
	}
	if known := s.tracks.hashes.Load(); known != nil {
		return (*known)[n]
	}
	v := s.views[h]
	return v.sessionHash(&s.table, &v.sessions[at])
}

// HashSessions keeps the SessionHash of every session, for who asks for those of
// very many: made host by host they take a third of the time.
func (s *Snapshot) HashSessions() {
	s.tracks.hashOnce.Do(func() {
		all, hosts := make([]uint64, s.SessionCount()), make([]int, len(s.views))
		for h := range hosts {
			hosts[h] = h
		}
		eachAtOnce(hosts, func(h int) {
			v := s.views[h]
			for i := range v.sessions {
				all[int(s.sessions[h])+i] = v.sessionHash(&s.table, &v.sessions[i])
			}
		})
		s.tracks.hashes.Store(&all)
	})
}

// SessionLogons returns the logon IDs of a session, the anchor's first.
func (s *Snapshot) SessionLogons(n SessionRow) []event.LogonID {
	h, at, ok := place(s.sessions, uint32(n))
	if !ok {
		return nil
	}
	v := s.views[h]
	var out []event.LogonID
	for x := v.sessions[at].first; x != None; x = v.logons[x].next {
		out = append(out, event.LogonID(v.logons[x].id))
	}
	return out
}

// RunCount returns the number of runs.
func (s *Snapshot) RunCount() int { return len(s.runs().all) }

// RunFailures returns the Failures of a run.
func (s *Snapshot) RunFailures(r RunRow) int {
	if x := s.runs(); int(r) < len(x.all) {
		return int(x.all[r].failures)
	}
	return 0
}
