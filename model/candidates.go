package model

import (
	"cmp"
	"fmt"
	"slices"

	"spoor/model/event"
)

// Candidate is what may have opened a session whose 4624 is not in the
// evidence: a use of explicit credentials (4648) that names the host and the
// account, or a ticket of the account for the host. It is medium at most.
type Candidate struct {
	Session   SessionRow // that gave the credentials, or None
	From      Place
	Records   []EventRow // oldest first
	Certainty Certainty
	Why       string
}

const (
	// candidateSpan is how long before the first record of a session its logon
	// is looked for: network logons follow on each other within that time.
	candidateSpan = runPause
	// mostOpeners is how many candidates are listed.
	mostOpeners = 8
)

// candidates lists what may have opened a session that no 4624 tells of, oldest
// first. What was done while the host's log holds every record led to no
// logon there, so only the time that its log does not cover counts.
func (s *Snapshot) candidates(h int, at uint32, x *Session) []Candidate {
	if s.provisional || x.StartKnown || x.Kind == KindSystem || x.Account == None || s.Account(x.Account).Class != ClassUser {
		return nil
	}
	first := s.correctedEvent(h, s.views[h].sessions[at].start)
	f := &openerFinder{Snapshot: s, host: HostID(h), account: x.Account, from: first.Add(-candidateSpan), to: first.Add(clockTolerance)}
	f.explicit()
	f.tickets()
	f.judge(first)
	if n := len(f.found); n > mostOpeners {
		f.found = f.found[n-mostOpeners:]
	}
	return f.found
}

// openerFinder looks for the candidates of one session. Times are by the
// clocks of the domain controllers.
type openerFinder struct {
	*Snapshot
	host     HostID
	account  AccountID
	from, to event.FileTime
	found    []Candidate
	times    []event.FileTime // of the candidates
}

// lost reports whether a logon of a time may be missing from the host's log.
func (f *openerFinder) lost(t event.FileTime) bool {
	return t >= f.from && t <= f.to && f.uncovered(f.host, t) != ""
}

// explicit adds the 4648s of other hosts.
func (f *openerFinder) explicit() {
	for _, x := range newestOf(f.joined().explicitTo(f.host, f.account, f.from, f.to)) {
		if HostID(x.host) == f.host || !f.lost(x.time) {
			continue
		}
		e := f.Event(x.event)
		c := Candidate{Session: None, From: at(HostID(x.host)), Records: []EventRow{x.event}, Certainty: Weak}
		c.Why = "a session on " + f.Host(e.Host).Short()
		if rows := f.EventSessions(x.event); len(rows) > 0 {
			c.Session = rows[len(rows)-1]
			c.Why = f.sessionWords(f.Session(c.Session))
			c.Why += " of " + f.Account(f.Session(c.Session).Account).Display()
		}
		c.Why += " gave the account's credentials for this host at " + e.Time.String() + " (4648)"
		f.add(c, x.time)
	}
}

func (f *openerFinder) add(c Candidate, t event.FileTime) {
	f.found, f.times = append(f.found, c), append(f.times, t)
}

// tickets adds the tickets of the account for the host: to the use of
// credentials that they come with, else as candidates of their own.
func (f *openerFinder) tickets() {
	used := len(f.found)
	for _, k := range newestOf(f.joined().ticketsFor(f.host, f.account, f.from, f.to)) {
		if !f.lost(k.time) {
			continue
		}
		e := f.Event(k.event)
		from := f.fromAddress(f.Text(k.event, event.IPAddress), e.Host, e.Time)
		words := fmt.Sprintf("a ticket for this host was given to %s at %s (4769 on %s)", f.words(from), e.Time, f.Host(e.Host).Short())
		mine := -1
		for i := range used {
			if absDuration(k.time.Sub(f.times[i])) <= besideSpan && from.Host == f.found[i].From.Host {
				mine = i
			}
		}
		if mine < 0 {
			from.Certainty = min(from.Certainty, Weak)
			f.add(Candidate{Session: None, From: from, Records: []EventRow{k.event}, Certainty: Weak, Why: words}, k.time)
			continue
		}
		c := &f.found[mine]
		c.Records = append(c.Records, k.event)
		c.Why += ", and " + words
	}
}

// judge puts the candidates in order and says of one that stands alone, moments
// before, with both records that it should leave, that it is medium.
func (f *openerFinder) judge(first event.FileTime) {
	if len(f.found) == 1 && len(f.found[0].Records) > 1 && first.Sub(f.times[0]) <= madeBySystem {
		f.found[0].Certainty = Medium
	}
	for i := range f.found {
		c := &f.found[i]
		c.From.Certainty = min(c.From.Certainty, c.Certainty)
		c.From.Why = "what may have opened the session, whose 4624 " + f.NotInEvidence() + ": " + c.Why
		slices.SortStableFunc(c.Records, func(a, b EventRow) int {
			return cmp.Or(cmp.Compare(f.Event(a).Time, f.Event(b).Time), cmp.Compare(a, b))
		})
	}
	slices.SortStableFunc(f.found, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(f.Event(a.Records[0]).Time, f.Event(b.Records[0]).Time), cmp.Compare(a.Records[0], b.Records[0]))
	})
}

// unopenedWords say what is not known of how a session without a 4624 began.
func (s *Snapshot) unopenedWords(x Session) string {
	absent := "its 4624 " + s.NotInEvidence()
	if len(x.Candidates) == 0 {
		return absent
	}
	words := absent + "; candidates: "
	for i, c := range x.Candidates {
		if i > 0 {
			words += "; "
		}
		words += c.Why + " (" + c.Certainty.String() + ")"
	}
	return words
}
