package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"spoor/model/event"
)

// opening is that a session of the account began.
type opening struct {
	start event.FileTime
	row   SessionRow
}

// note keeps when a session and the checks within it began.
func (t *trailer) note(x Session) {
	o := opening{start: x.Start, row: x.Row}
	t.opened[x.Host] = append(t.opened[x.Host], o)
	if t.RunOf(x.Row) == None {
		t.lasting[x.Host] = append(t.lasting[x.Host], o)
	}
	for _, c := range x.Checks {
		t.opened[x.Host] = append(t.opened[x.Host], opening{start: c.Time, row: x.Row})
	}
}

// noteLed keeps which records led to a session and to the checks within it.
func (t *trailer) noteLed(x Session) {
	began := t.startOf(x.Row)
	t.led(x.Chain, began)
	// Its network authentications and the checks within it asked for tickets
	// of their own.
	for _, l := range x.Logons[1:] {
		chain, _ := t.LogonChain(l)
		t.led(chain, began.Add(t.Logon(l).Start.Sub(x.Start)))
	}
	if !strings.EqualFold(x.Package, "Kerberos") && x.Kind != KindNewCredentials && x.Kind != KindSystem {
		t.ntlm = append(t.ntlm, opening{start: x.Start, row: x.Row})
	}
}

func (t *trailer) led(chain []ChainLink, to event.FileTime) {
	for _, l := range chain {
		d := absDuration(to.Sub(t.timeOf(l.Event)))
		if old, ok := t.chained[l.Event]; !ok || d < old {
			t.chained[l.Event] = d
		}
	}
}

func (t *trailer) orderOpenings() {
	for _, all := range t.opened {
		slices.SortStableFunc(all, byStart)
	}
	slices.SortStableFunc(t.ntlm, byStart)
}

func byStart(a, b opening) int { return cmp.Compare(a.start, b.start) }

// beside returns the step of the one session that began about when a record
// was written that no join needs: a machine's ticket for itself, or a
// ticket-granting ticket, which a logon at it asks for, or a password that was accepted for a logon that may have
// been by NTLM. It is -1 where there is none, or several.
func (t *trailer) beside(r request) int {
	sessions, span := t.ntlm, answered
	own := r.kind == StepTicket && r.from.Host == r.to.Host || r.kind == StepTGT
	switch {
	case own && r.from.Host != None:
		sessions, span = t.opened[r.from.Host], besideSpan
	case r.kind != StepNTLM:
		return -1
	}
	found := SessionRow(None)
	i, _ := slices.BinarySearchFunc(sessions, r.event.Time.Add(-span), func(o opening, t event.FileTime) int { return cmp.Compare(o.start, t) })
	for ; i < len(sessions) && sessions[i].start <= r.event.Time.Add(span); i++ {
		if found != None && found != sessions[i].row {
			return -1
		}
		found = sessions[i].row
	}
	if found == None {
		return -1
	}
	at, ok := t.began[found]
	if !ok {
		at = -1
	}
	if run := t.RunOf(found); run != None {
		if first, ok := t.ran[run]; ok && (at < 0 || first < at) {
			at = first
		}
	}
	return at
}

// explains reports whether a session of the account explains a record: it led
// to one that began then. What is asked for at a time at which none began was
// asked for by something else, though a later session may have used it; but a
// session that lives on renews its own ticket-granting ticket.
func (t *trailer) explains(row EventRow, kind StepKind, from Place, at event.FileTime) bool {
	d, ok := t.chained[row]
	return ok && (d <= ticketSkew || kind == StepTGT && from.Host != None && t.living(from.Host, at))
}

// begun reports whether one of the sessions, which are in order of start,
// began from before until after a time.
func begun(sessions []opening, at event.FileTime, before, after time.Duration) bool {
	i, _ := slices.BinarySearchFunc(sessions, at.Add(-before), func(o opening, t event.FileTime) int { return cmp.Compare(o.start, t) })
	return i < len(sessions) && sessions[i].start <= at.Add(after)
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

// lentOn says which sessions on a host used the account's credentials at about
// a time (4648), which asks for tickets of the account.
func (t *trailer) lentOn(h HostID, at event.FileTime) string {
	for _, row := range t.Snapshot.deeds().lent[t.who] {
		e := t.Event(row)
		if e.Host != h || absDuration(e.Time.Sub(at)) > madeBySystem {
			continue
		}
		if n := t.sessionOf(row); n != None {
			x := t.SessionBrief(n)
			if x.Account == t.who || t.Account(x.Account).Class != ClassUser {
				continue
			}
			return fmt.Sprintf("; %s of %s had given the account's credentials there (4648 at %s)", t.sessionWords(x), t.Account(x.Account).Display(), e.Time)
		}
	}
	return ""
}
