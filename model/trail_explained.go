package model

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"spoor/model/event"
)

// opening is what explains a ticket: a session of the account began.
type opening struct {
	start   event.FileTime
	row     SessionRow
	address string // where it came from, "" where no record says so
	host    HostID // behind the address, or None
}

// note keeps when a session and the checks within it began.
func (t *trailer) note(x Session) {
	o := opening{start: x.Start, row: x.Row, host: x.Source.Host}
	if names(x.Source.Address) {
		o.address = x.Source.Address
	}
	t.began(x, o)
	if t.RunOf(x.Row) == None {
		t.lasting[x.Host] = append(t.lasting[x.Host], o)
	}
	for _, c := range x.Checks {
		// Where a check came from is where somebody came back from.
		t.began(x, opening{start: c.Time, row: x.Row, host: None})
	}
}

func (t *trailer) began(x Session, o opening) {
	t.opened[x.Host] = append(t.opened[x.Host], o)
	if len(x.Checks) > 0 || !strings.EqualFold(x.Package, "Kerberos") && x.Kind != KindNewCredentials && x.Kind != KindSystem {
		t.ntlm = append(t.ntlm, o)
	}
}

func (t *trailer) orderOpenings() {
	byStart := func(a, b opening) int { return cmp.Compare(a.start, b.start) }
	for _, all := range t.opened {
		slices.SortStableFunc(all, byStart)
	}
	slices.SortStableFunc(t.ntlm, byStart)
}

// begun reports whether one of the sessions, which are in order of start,
// began from before until after a time, and may have come from a place: a
// session that another machine opened explains nothing.
func begun(sessions []opening, at event.FileTime, before, after time.Duration, from Place) bool {
	i, _ := slices.BinarySearchFunc(sessions, at.Add(-before), func(o opening, t event.FileTime) int { return cmp.Compare(o.start, t) })
	for ; i < len(sessions) && sessions[i].start <= at.Add(after); i++ {
		if sessions[i].mayBeFrom(from) {
			return true
		}
	}
	return false
}

func (o opening) mayBeFrom(p Place) bool {
	return o.address == "" || !names(p.Address) || o.address == p.Address || o.host != None && o.host == p.Host
}

// living reports whether a session of the account lived on a host at a time,
// or may have.
func (t *trailer) living(h HostID, at event.FileTime) bool {
	sessions := t.lasting[h]
	end, _ := slices.BinarySearchFunc(sessions, at+1, func(o opening, t event.FileTime) int { return cmp.Compare(o.start, t) })
	for i := end - 1; i >= 0; i-- {
		if t.mayBeAlive(sessions[i].row, at) {
			return true
		}
	}
	return false
}

// lentOn reports whether a session on a host used the account's credentials at
// about a time (4648), which asks for tickets of the account.
func (t *trailer) lentOn(h HostID, at event.FileTime) bool {
	return slices.ContainsFunc(t.Snapshot.deeds().lent[t.who], func(row EventRow) bool {
		e := t.Event(row)
		return e.Host == h && e.Time >= at.Add(-ticketSkew) && e.Time <= at.Add(ticketSkew)
	})
}
