package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"spoor/model/event"
)

// PresenceState says whether an account was on a host at a time.
type PresenceState uint8

// The states.
const (
	On              PresenceState = iota // a session had begun, and lived on
	PossiblyOn                           // a session had begun, and no end of it is known
	PresenceUnknown                      // the host's log does not cover the time
)

func (s PresenceState) String() string {
	return [...]string{"on", "possibly on", "unknown"}[s]
}

// Presence is one session at a time, or what is not known of a host then:
// then Session and Account are None.
type Presence struct {
	Session SessionRow
	Account AccountID
	Host    HostID
	// Name is of a computer of which no log is in the evidence, or the address
	// of one that is not known; Host is None then.
	Name  string
	State PresenceState
	// Segment is the state of the desktop then, nil where none is known.
	Segment *Segment
	// Kind and Source are of that while: where a session is taken over, they
	// are not those of its logon.
	Kind   SessionKind
	Source Source
	Why    string
}

// OnHost returns who was on a host at a time by its own clock. Network logons
// and checks of credentials are there only if they certainly lasted then. Where
// the host's Security log does not cover the time, that is said as well: others
// may have been there.
func (s *Snapshot) OnHost(h HostID, t event.FileTime) []Presence {
	if int(h) >= len(s.views) {
		return nil
	}
	return s.present(s.Sessions(None, h), t, h)
}

// Whereabouts returns where an account was at a time, as OnHost does; of the
// hosts that it ever had a session on, those whose log does not cover the time
// are unknown, as are those that its tickets of about that time came from.
func (s *Snapshot) Whereabouts(a AccountID, t event.FileTime) []Presence {
	hosts := slices.Clone(s.Account(a).Hosts)
	slices.Sort(hosts)
	return append(s.present(s.Sessions(a, None), t, hosts...), s.ticketsFromUnknown(a, t, hosts)...)
}

func (s *Snapshot) present(rows []SessionRow, t event.FileTime, hosts ...HostID) []Presence {
	var out []Presence
	for _, row := range rows {
		if s.mayBeAlive(row, t) {
			// What other sessions and logs say of it says nothing of a time.
			if p, ok := s.presence(s.SessionBrief(row), t); ok {
				out = append(out, p)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Presence) int { return cmp.Compare(a.State, b.State) })
	for _, h := range hosts {
		if why := s.uncovered(h, t); why != "" {
			out = append(out, Presence{Session: None, Account: None, Host: h, State: PresenceUnknown, Why: why})
		}
	}
	return out
}

// mayBeAlive leaves out most sessions without reading all of them.
func (s *Snapshot) mayBeAlive(n SessionRow, t event.FileTime) bool {
	h, at, ok := place(s.sessions, uint32(n))
	if !ok {
		return false
	}
	v := s.views[h]
	r := &v.sessions[at]
	end := v.sessionEnd(&s.table, r)
	switch {
	case end.Certainty == EndExact:
		return end.Time > t
	case end.NotAfter != 0 && end.NotAfter < t && end.NotBefore < t:
		return false
	}
	return s.row(v.events[r.start]).time <= t || !v.begun(&v.logons[r.first])
}

// presence says whether a session lived at a time; false where it did not.
func (s *Snapshot) presence(x Session, t event.FileTime) (Presence, bool) {
	p := Presence{Session: x.Row, Account: x.Account, Host: x.Host, Segment: segmentAt(x.Segments, t)}
	p.Kind, p.Source = s.seenFrom(x, t)
	p.State, p.Why = s.aliveAt(x, t)
	if p.Why == "" || p.State != On && (x.Kind == KindNetwork || x.Kind == KindUnlock) {
		return p, false
	}
	if x.ClockSet {
		p.State = PossiblyOn
		p.Why += "; the computer's clock was set while it lasted, so its times are not sure"
	}
	return p, true
}

// aliveAt returns the state of a session at a time and why; "" where it had
// not begun or was over.
func (s *Snapshot) aliveAt(x Session, t event.FileTime) (PresenceState, string) {
	since := "began " + x.Start.String()
	if !x.StartKnown {
		since = "was first seen " + x.Start.String()
	}
	switch {
	case t < x.Start && x.StartKnown, x.End.Certainty == EndExact && t >= x.End.Time:
		return On, ""
	case t < x.Start:
		if s.bootStart(x) > t {
			return On, ""
		}
		return PossiblyOn, since + "; when it began is not in the log"
	case x.End.Certainty == EndExact:
		return On, since + ", ended " + x.End.Time.String()
	case t <= x.End.NotBefore:
		return On, since + ", last seen " + x.End.NotBefore.String()
	case x.End.NotAfter != 0 && t > x.End.NotAfter:
		return On, ""
	case x.End.NotAfter != 0:
		return PossiblyOn, fmt.Sprintf("%s, last seen %s and over by %s", since, x.End.NotBefore, x.End.NotAfter)
	}
	return PossiblyOn, fmt.Sprintf("%s, last seen %s; no end of it is in the log", since, x.End.NotBefore)
}

// bootStart is when the boot of a session began, 0 where that is not known.
func (s *Snapshot) bootStart(x Session) event.FileTime {
	for _, b := range s.Host(x.Host).Boots {
		if b.Index == x.Boot {
			return b.Started
		}
	}
	return 0
}

func segmentAt(segments []Segment, t event.FileTime) *Segment {
	for i := len(segments) - 1; i >= 0; i-- {
		if g := segments[i]; g.Start <= t && (g.End == 0 || t < g.End) {
			return &g
		}
	}
	return nil
}

// uncovered says why a host's Security log does not tell who was there at a
// time, "" where it does.
func (s *Snapshot) uncovered(h HostID, t event.FileTime) string {
	first, newest := event.FileTime(0), Coverage{}
	for _, c := range s.Coverage() {
		if c.Host != h || !strings.EqualFold(c.Channel, "Security") || c.Records == 0 {
			continue
		}
		if first == 0 || c.First < first {
			first = c.First
		}
		if c.Last >= newest.Last {
			newest = c
		}
	}
	name := s.Host(h).Short()
	switch {
	case first == 0:
		return "no Security log of " + name + " " + s.InEvidence()
	case t < first:
		return fmt.Sprintf("the Security log of %s begins later, %s", name, first)
	case t > newest.Last && newest.MayGoOn():
		return s.ReadUpTo(newest)
	case t > newest.Last:
		return fmt.Sprintf("the Security log of %s ends earlier, %s", name, newest.Last)
	}
	for _, g := range s.views[h].gaps {
		if t >= g.From && t <= g.To {
			return fmt.Sprintf("%s missing from the Security log of %s between %s and %s", areOf(g.Before-g.After-1, "record"), name, g.From, g.To)
		}
	}
	return ""
}
