package model

import (
	"iter"
	"strings"

	"spoor/model/event"
)

// EventTime returns when an event was logged, 0 if there is no such row.
func (s *Snapshot) EventTime(e EventRow) event.FileTime {
	n, ok := s.storeRow(e)
	if !ok {
		return 0
	}
	return s.row(n).time
}

// EventHost returns where an event was logged; None if there is no such row.
func (s *Snapshot) EventHost(e EventRow) HostID {
	h, _, ok := place(s.events, uint32(e))
	if !ok {
		return None
	}
	return HostID(h)
}

// TargetAccount returns the account that an event is about, or None.
func (s *Snapshot) TargetAccount(e EventRow) AccountID {
	h, at, ok := place(s.events, uint32(e))
	if !ok {
		return None
	}
	return s.whoIs(h, s.target(s.views[h].events[at]))
}

// SubjectAccount returns the account that acted in an event, or None.
func (s *Snapshot) SubjectAccount(e EventRow) AccountID {
	h, at, ok := place(s.events, uint32(e))
	if !ok {
		return None
	}
	return s.whoIs(h, s.subject(s.views[h].events[at]))
}

// Refused reports whether an event tells of a failed attempt. A request that
// is a step of a normal exchange is neither refused nor granted.
func (s *Snapshot) Refused(e EventRow) bool {
	n, ok := s.storeRow(e)
	return ok && isFailure(&s.table, n)
}

// SessionFacts is what a session's own row says of it, for passes over very
// many.
type SessionFacts struct {
	Row     SessionRow
	Account AccountID
	Host    HostID
	Kind    SessionKind
	Type    uint32 // of the logon; 0 where not known
	Start   event.FileTime
	// Logon is the 4624 that Kind and Type are of, or None.
	Logon EventRow
}

// SessionFacts returns them; the zero value if there is no such row.
func (s *Snapshot) SessionFacts(n SessionRow) SessionFacts {
	h, at, ok := place(s.sessions, uint32(n))
	if !ok {
		return SessionFacts{}
	}
	out := s.factsOf(h, at)
	v := s.views[h]
	out.Start = s.row(v.events[v.sessions[at].start]).time
	return out
}

// EachArrival goes over the sessions of wanted accounts whose 4624 is there,
// host by host, as their records lie: their facts, and that record. Both hold
// until the next one.
func (s *Snapshot) EachArrival(wanted func(AccountID) bool) iter.Seq2[*SessionFacts, *EventView] {
	return func(yield func(*SessionFacts, *EventView) bool) {
		var facts [together]SessionFacts
		var logons [together]EventRow
		var starts [together]uint32
		var g gathered
		count := 0
		flush := func() bool {
			views := s.gather(logons[:count], &g)
			for i := range views {
				facts[i].Start = s.row(starts[i]).time // mostly that of the view
				if !yield(&facts[i], &views[i]) {
					return false
				}
			}
			count = 0
			return true
		}
		for h, v := range s.views {
			for at := range v.sessions {
				r := &v.sessions[at]
				if v.logons[r.first].start == None || !wanted(s.SessionAccount(SessionRow(s.sessions[h]+uint32(at)))) {
					continue
				}
				facts[count] = s.factsOf(h, uint32(at))
				logons[count], starts[count] = facts[count].Logon, v.events[r.start]
				if count++; count == together && !flush() {
					return
				}
			}
		}
		flush()
	}
}

// factsOf returns the facts of a session but for its start, which its logon
// row does not hold.
func (s *Snapshot) factsOf(h int, at uint32) SessionFacts {
	v := s.views[h]
	r := &v.sessions[at]
	l := &v.logons[r.first]
	out := SessionFacts{
		Row: SessionRow(s.sessions[h] + at), Account: s.SessionAccount(SessionRow(s.sessions[h] + at)), Host: HostID(h), Kind: l.kind(), Type: l.typeNumber(),
		Logon: None,
	}
	if l.start != None {
		out.Logon = EventRow(s.events[h] + l.start)
	}
	return out
}

// ActorSessions returns, for each of some events, the session in which its
// Subject did it, or None.
func (s *Snapshot) ActorSessions(events []EventRow) []SessionRow {
	return s.sessionsBy(events, event.SubjectLogon)
}

// TargetSessions returns, for each of some events, the session that it is
// about, or None.
func (s *Snapshot) TargetSessions(events []EventRow) []SessionRow {
	return s.sessionsBy(events, event.TargetLogon)
}

// sessionsBy finds the sessions whose logon IDs events have in a column.
func (s *Snapshot) sessionsBy(events []EventRow, c event.Column) []SessionRow {
	ids := make([]map[uint64]bool, len(s.views))
	for _, e := range events {
		if h, at, ok := place(s.events, uint32(e)); ok {
			if ids[h] == nil {
				ids[h] = map[uint64]bool{}
			}
			id, _ := s.number(s.views[h].events[at], c)
			ids[h][id] = true
		}
	}
	logons := make([]map[uint64][]uint32, len(s.views))
	for h := range ids {
		logons[h] = s.views[h].logonsOf(ids[h])
	}
	out := make([]SessionRow, len(events))
	for i, e := range events {
		out[i] = None
		h, at, ok := place(s.events, uint32(e))
		if !ok {
			continue
		}
		v := s.views[h]
		id, _ := s.number(v.events[at], c)
		boot := uint32(v.bootOfEvent(&s.table, at))
		for _, l := range logons[h][id] {
			if x := &v.logons[l]; id != 0 && v.bootOfLogon(x) == boot && x.session != None {
				out[i] = SessionRow(s.sessions[h] + x.session)
				break
			}
		}
	}
	return out
}

// FailureFacts is what a failed attempt is compared by, for passes over very
// many.
type FailureFacts struct {
	Event   EventRow       // the record that says most
	Time    event.FileTime // of that record
	Host    HostID         // where it was logged
	Account AccountID      // who was tried, or None
	Name    string         // the name tried, folded, without its domain
	Address string         // "" where no record names another computer's
	Client  string         // what the client calls itself, short and folded, or ""; not a service's own host
	Subject AccountID      // who tried, or None
	// WrongPassword is true where a code says so, and NoSuchName where it says
	// that no account is called so.
	WrongPassword, NoSuchName bool
}

// FailureCount returns the number of failed attempts, the length of Failures.
func (s *Snapshot) FailureCount() int { return len(s.attempts) }

// FailureFacts returns those of one failed attempt, by its index in Failures.
func (s *Snapshot) FailureFacts(i int) FailureFacts {
	if i < 0 || i >= len(s.attempts) {
		return FailureFacts{Account: None, Host: None, Subject: None, Event: None}
	}
	a := s.attempts[i]
	best := a.best()
	n := s.views[best.host].events[best.at]
	out := FailureFacts{
		Event: best.row(s), Time: s.row(n).time, Host: HostID(best.host), Account: s.attempted(a), Name: best.who.name,
		Subject: None, Client: best.name,
	}
	if subject := s.subject(n); subject != 0 && !s.sidless(subject) {
		out.Subject = s.whoIs(int(best.host), subject)
	}
	if proxies[strings.ToLower(baseName(s.text(n, event.Process)))] && s.isSelf(int(best.host), out.Client) {
		out.Client = ""
	}
	family := ^codeFamily(0)
	for _, r := range a.records {
		if address := s.texts[r.address]; out.Address == "" && names(address) {
			out.Address = address
		}
		if out.Client == "" && r.host != best.host {
			out.Client = r.name
		}
		if out.Name == "" {
			out.Name = r.who.name
		}
		// Records of one attempt that leave several reasons open are narrowed
		// by the others.
		if r.family&family != 0 {
			family &= r.family
		}
	}
	out.NoSuchName = family == noSuchAccount
	out.WrongPassword = family == wrongPassword || family == wrongPassword|noSuchAccount
	return out
}

// EventsWhere returns the events of a list, as [Snapshot.Select] makes them,
// whose text in a column is wanted. Every text is asked about once.
func (s *Snapshot) EventsWhere(list []EventRow, c event.Column, wanted func(string) bool) []EventRow {
	const yes, no = 1, 2
	known := make([]uint8, len(s.texts))
	var out []EventRow
	for _, e := range s.Each(list) {
		id := e.TextNumber(c)
		answer := &known[id]
		if *answer == 0 {
			*answer = no
			if wanted(s.texts[id]) {
				*answer = yes
			}
		}
		if *answer == yes {
			out = append(out, e.Row)
		}
	}
	return out
}

// TextNumber returns the number of the text in a column, the same for the same
// text and 0 where there is none; all are below TextCount.
func (s *Snapshot) TextNumber(e EventRow, c event.Column) uint32 {
	n, ok := s.storeRow(e)
	if !ok {
		return 0
	}
	return uint32(s.textID(n, c))
}

// TextAt returns the text of a number that TextNumber returned.
func (s *Snapshot) TextAt(n uint32) string { return s.texts[n] }

// TextCount returns how many texts there are, the absent one included.
func (s *Snapshot) TextCount() int { return len(s.texts) }
