package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"spoor/model/event"
)

// AbsentHost is a computer that records of others name and of which no log is
// in the evidence. Its own account came for tickets, or logged on, from an
// address: group-managed and trust accounts end in $ too, and are no computers.
type AbsentHost struct {
	Name      string
	Addresses []Address // oldest first
	First     event.FileTime
	Last      event.FileTime
	Tickets   int // that were granted for it
}

// Absent returns the computers of which no log is in the evidence, by name.
func (s *Snapshot) Absent() []AbsentHost {
	byName := map[string]*AbsentHost{}
	for address, byRealm := range s.book.spans {
		for _, spans := range byRealm {
			for _, x := range spans {
				if x.owner == None || s.book.host(x.owner) != None || x.trust != byTicket {
					continue
				}
				name := s.book.name(s, x.owner)
				a := byName[name]
				if a == nil {
					a = &AbsentHost{Name: name, First: x.from, Last: x.to}
					byName[name] = a
				}
				a.First, a.Last = min(a.First, x.from), max(a.Last, x.to)
				a.Addresses = append(a.Addresses, Address{address, x.from, x.to, trustCertainty[x.trust]})
			}
		}
	}
	s.countTickets(byName)
	out := make([]AbsentHost, 0, len(byName))
	for _, a := range byName {
		slices.SortFunc(a.Addresses, func(a, b Address) int {
			return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Address, b.Address))
		})
		out = append(out, *a)
	}
	slices.SortFunc(out, func(a, b AbsentHost) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// countTickets counts the tickets that were granted for absent computers.
func (s *Snapshot) countTickets(byName map[string]*AbsentHost) {
	for _, rows := range s.deeds().asked {
		for _, row := range rows {
			if s.Event(row).Kind != event.ServiceTicket {
				continue
			}
			short, _, _ := strings.Cut(s.Text(row, event.ServiceName), "@")
			if machine, ok := strings.CutSuffix(short, "$"); ok {
				if a := byName[strings.ToUpper(machine)]; a != nil {
					a.Tickets++
				}
			}
		}
	}
}

// ticketsFromUnknown says which computers an account's tickets came from within the
// life of a ticket of a time, and whose logs do not tell of that time: it may
// have been there.
func (s *Snapshot) ticketsFromUnknown(a AccountID, t event.FileTime, known []HostID) []Presence {
	type mark struct {
		host    HostID
		name    string
		address string
		first   event.FileTime
		last    event.FileTime
	}
	var marks []mark
	for _, row := range s.deeds().asked[a] {
		e := s.Event(row)
		address := s.Text(row, event.IPAddress)
		if !names(address) || absDuration(e.Time.Sub(t)) > ticketLife {
			continue
		}
		name, h, _, _ := s.NameAt(address, e.Time)
		if h != None && slices.Contains(known, h) {
			continue
		}
		i := slices.IndexFunc(marks, func(m mark) bool { return m.host == h && m.name == name && m.address == address })
		if i < 0 {
			i = len(marks)
			marks = append(marks, mark{h, name, address, e.Time, e.Time})
		}
		marks[i].first, marks[i].last = min(marks[i].first, e.Time), max(marks[i].last, e.Time)
	}
	slices.SortFunc(marks, func(a, b mark) int {
		return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.name, b.name), cmp.Compare(a.address, b.address))
	})
	var out []Presence
	for _, m := range marks {
		p := Presence{Session: None, Account: None, Host: m.host, Name: cmp.Or(m.name, m.address), State: PresenceUnknown, Source: Source{Host: None}}
		why := "no log of it " + s.InEvidence()
		switch {
		case m.host != None:
			if why = s.uncovered(m.host, t); why == "" {
				continue
			}
			p.Name = ""
		case m.name == "":
			why = "which computer had this address is not known"
		}
		p.Why = fmt.Sprintf("%s; tickets of the account were given to %s between %s and %s", why, m.address, m.first, m.last)
		if m.first == m.last {
			p.Why = fmt.Sprintf("%s; a ticket of the account was given to %s at %s", why, m.address, m.first)
		}
		out = append(out, p)
	}
	return out
}
