package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"spoor/model/event"
)

// FootprintRole is what a place is in an account's footprint.
type FootprintRole uint8

// The roles.
const (
	CameFrom  FootprintRole = iota // tickets of the account were asked for from there
	AskedFor                       // tickets for it were granted
	NTLMFrom                       // a client of that name had the password accepted
	TriedFrom                      // attempts from there were refused
)

func (r FootprintRole) String() string {
	return [...]string{"came-from", "asked-for", "ntlm-from", "tried-from"}[r]
}

// Footmark is one place of an account's footprint.
type Footmark struct {
	Role    FootprintRole
	Host    HostID // None where no log determines it
	Name    string // as the records give it: a service's account, or what a client claims
	Address string
	First   event.FileTime
	Last    event.FileTime
	Count   int
	// Own is how many of the tickets were the host's for itself: a logon at
	// the machine, or by Remote Desktop, asks for such a one.
	Own       int
	Logged    bool // the host's own Security log is in the evidence
	Certainty Certainty
	Why       string
	Records   []EventRow // the first and the last
}

// Footprint returns what the records of domain controllers alone (4768, 4769,
// 4770, 4771, 4776) say of an account: where its tickets came from, what it was
// given tickets for, and which clients had its password accepted or refused.
// A ticket proves that access was asked for; only the server's own log proves
// that it was had.
func (s *Snapshot) Footprint(a AccountID) []Footmark {
	x := s.deeds()
	f := footprinter{Snapshot: s, marks: map[footKey]*Footmark{}}
	for _, e := range x.asked[a] {
		f.granted(e)
	}
	for _, e := range x.refused[a] {
		f.refused(e)
	}
	out := make([]Footmark, 0, len(f.marks))
	for _, m := range f.marks {
		out = append(out, f.finish(*m))
	}
	slices.SortFunc(out, func(a, b Footmark) int {
		return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(a.First, b.First), cmp.Compare(a.Records[0], b.Records[0]),
			cmp.Compare(a.Host, b.Host), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Address, b.Address))
	})
	return out
}

type footKey struct {
	role          FootprintRole
	host          HostID
	name, address string
}

type footprinter struct {
	*Snapshot
	marks map[footKey]*Footmark
}

// note counts one record for a place.
func (f footprinter) note(role FootprintRole, p Place, row EventRow, own bool) {
	k := footKey{role, p.Host, "", p.Address}
	if p.Host == None || role == NTLMFrom {
		k.name = strings.ToLower(p.Name)
	}
	t := f.Event(row).Time
	m := f.marks[k]
	if m == nil {
		m = &Footmark{Role: role, Host: p.Host, Name: p.Name, Address: p.Address, First: t, Last: t, Certainty: p.Certainty, Why: p.Why, Records: []EventRow{row, row}}
		f.marks[k] = m
	}
	m.Count++
	if own {
		m.Own++
	}
	// A place is as sure as the least sure of its records.
	if p.Certainty < m.Certainty || p.Certainty == m.Certainty && p.Why < m.Why {
		m.Certainty, m.Why = p.Certainty, p.Why
	}
	earlier := func(a, b EventRow) bool {
		return cmp.Or(cmp.Compare(f.Event(a).Time, f.Event(b).Time), cmp.Compare(a, b)) < 0
	}
	if earlier(row, m.Records[0]) {
		m.Records[0], m.First = row, t
	}
	if earlier(m.Records[1], row) {
		m.Records[1], m.Last = row, t
	}
}

// granted reads an authentication that succeeded.
func (f footprinter) granted(row EventRow) {
	e := f.Event(row)
	if e.Kind == event.CredentialValidation {
		f.note(NTLMFrom, f.claimed(row), row, false)
		return
	}
	from := f.fromAddress(f.Text(row, event.IPAddress), e.Host, e.Time)
	own := false
	if e.Kind == event.ServiceTicket {
		if s := f.service(f.Text(row, event.ServiceName)); !s.referral {
			own = s.place.Host != None && s.place.Host == from.Host
			f.note(AskedFor, s.mark(), row, own)
		}
	}
	f.note(CameFrom, from, row, own)
}

func (f footprinter) refused(row EventRow) {
	e := f.Event(row)
	if e.Kind == event.CredentialValidation {
		f.note(TriedFrom, f.claimed(row), row, false)
		return
	}
	f.note(TriedFrom, f.fromAddress(f.Text(row, event.IPAddress), e.Host, e.Time), row, false)
}

// claimed is the client of a 4776, of which only a claimed name is known.
func (f footprinter) claimed(row EventRow) Place {
	name := strings.TrimLeft(f.Text(row, event.Workstation), `\`)
	if name == "" {
		return Place{Host: None, Why: "the record names no workstation"}
	}
	p := Place{Host: f.hostNamed(name), Name: name, Claimed: true, Certainty: Weak, Why: "the name that the client claims"}
	return p
}

// mark is a service as a place: a host, or the account that runs it.
func (s service) mark() Place {
	p := s.place
	if s.account != "" {
		p = Place{Host: None, Name: s.account, Certainty: Exact, Why: "the ticket names " + s.words + ", not a host"}
	}
	return p
}

// finish completes a place's sentence.
func (f footprinter) finish(m Footmark) Footmark {
	m.Records = slices.Compact(m.Records)
	h := f.Host(m.Host)
	m.Logged = m.Host != None && h.Logged
	switch {
	case m.Role == AskedFor && m.Host == None:
		// An account says nothing of the host it serves on.
	case m.Role == AskedFor && m.Logged && len(f.Sessions(f.whoseMark(m), m.Host)) > 0:
		m.Why += "; seen on its own log"
	case m.Role == AskedFor && m.Logged:
		m.Why += "; its own log shows no logon of the account"
	case m.Role == AskedFor:
		m.Why += "; asked for, its own log " + f.NotInEvidence()
	}
	if m.Own > 0 {
		m.Why += fmt.Sprintf("; %s of the machine for itself, as a logon at it or by Remote Desktop asks for", counted(m.Own, "ticket"))
	}
	return m
}

func (f footprinter) whoseMark(m Footmark) AccountID {
	e := f.Event(m.Records[0])
	n, _ := f.storeRow(m.Records[0])
	return f.whoIs(int(e.Host), f.target(n))
}
