package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/simulate"
)

var certainties = map[model.Certainty]aspect{model.Exact: exactLinks, model.Strong: strongLinks, model.Medium: mediumLinks, model.Weak: mediumLinks}

// chain compares the records that the model says led to a session with those
// that did.
func (j *judgement) chain(m *model.Session, t *simulate.Session) {
	for _, link := range m.Chain {
		if link.Candidates > 1 || link.Event == model.None {
			continue // listed, and none chosen
		}
		key, in := j.record(link.Event), certainties[link.Certainty]
		if link.Certainty == model.CertaintyUnknown {
			continue
		}
		if slices.ContainsFunc(t.Chain, func(r simulate.Record) bool { return keyOf(r) == key && r.Role == link.Role.String() }) {
			j.right(in)
			continue
		}
		if link.Role == model.RoleServiceTicket && link.Certainty <= model.Medium && j.ofBatch(key, t) {
			j.right(in) // asked for in the same moment, as it says
			continue
		}
		j.wrong(in, link.Role.String(), "%s: %s %d at %s (%s); really %s", where(t), key.host, key.id, j.snapshot.Event(link.Event).Time, link.Why, chainText(t))
	}
	// The GUID of a ticket for the host itself comes back in the logon.
	if t.TicketGUID && told(t.Records, "logon") && kept(t.Chain, "service-ticket") > 0 && !j.links(m, t, "service-ticket", model.Exact) {
		j.missed(exactLinks, "ticket of the host for itself", "%s: %s", where(t), chainText(t))
	}
}

// ofBatch reports whether a ticket was asked for by the same account in the
// same second as one that led to the session.
func (j *judgement) ofBatch(key recordKey, t *simulate.Session) bool {
	k, known := j.tickets[key]
	return known && k.sid == t.SID && slices.ContainsFunc(t.Chain, func(r simulate.Record) bool {
		return r.Role == "service-ticket" && moment(r.Time)/10_000_000 == k.time/10_000_000
	})
}

func chainText(t *simulate.Session) string {
	var b strings.Builder
	for _, r := range t.Chain {
		fmt.Fprintf(&b, "%s %s %d at %s kept %v; ", r.Role, r.Host, r.ID, r.Time, r.Kept)
	}
	return b.String()
}

// links reports whether the model has a link that happened, with at least a
// certainty.
func (j *judgement) links(m *model.Session, t *simulate.Session, role string, least model.Certainty) bool {
	return slices.ContainsFunc(m.Chain, func(l model.ChainLink) bool {
		return l.Role.String() == role && l.Certainty >= least && slices.ContainsFunc(t.Chain, func(r simulate.Record) bool { return keyOf(r) == j.record(l.Event) })
	})
}

// issued is a service ticket of an account.
type issued struct {
	sid  string
	time event.FileTime
}

// service is an account's use of a host.
type service struct{ sid, host string }

// uses are the tickets for a service and the network logons with them.
type uses struct {
	tickets map[recordKey]event.FileTime
	logons  []event.FileTime
}

const ticketSpan = time.Minute

// missingChains looks for the joins that hold by themselves: one ticket in the
// minute before a logon, and one logon in the minute after the ticket.
func (j *judgement) missingChains() {
	all := make(map[service]*uses)
	of := func(t *simulate.Session) *uses {
		k := service{t.SID, t.Host}
		if all[k] == nil {
			all[k] = &uses{tickets: make(map[recordKey]event.FileTime)}
		}
		return all[k]
	}
	for _, t := range j.truth.Sessions {
		u := of(t)
		for _, r := range t.Chain {
			if r.Role == "service-ticket" && r.Kept {
				u.tickets[keyOf(r)] = moment(r.Time)
			}
		}
		if t.Type == 3 && kept(t.Records, "logon") > 0 && kept(t.Records, "ntlm-validation") == 0 {
			u.logons = append(u.logons, moment(t.Start))
		}
	}
	for _, t := range j.truth.Sessions {
		row, ok := j.rows[t]
		if !ok || t.Type != 3 || kept(t.Chain, "service-ticket") == 0 {
			continue
		}
		if start := moment(t.Start); of(t).alone(start) {
			m := j.snapshot.Session(row)
			if !j.links(&m, t, "service-ticket", model.Strong) {
				j.missed(strongLinks, "the only ticket", "%s: %s", where(t), chainText(t))
			}
		}
	}
}

// alone reports whether a logon and a ticket can only belong together.
func (u *uses) alone(start event.FileTime) bool {
	var ticket event.FileTime
	n := 0
	for _, at := range u.tickets {
		if d := start.Sub(at); d.Abs() <= 3*ticketSpan {
			n++
			if d >= 0 && d <= ticketSpan {
				ticket = at
			}
		}
	}
	if n != 1 || ticket == 0 {
		return false
	}
	n = 0
	for _, at := range u.logons {
		if at.Sub(ticket).Abs() <= 3*ticketSpan {
			n++
		}
	}
	return n == 1
}

// address compares which machine the address of a network logon was: its own
// tickets name it even where no log of it is there.
func (j *judgement) address(m *model.Session, t *simulate.Session) {
	if t.Address == "" || t.Type != 3 && t.Type != 10 || t.Address == "::1" {
		return
	}
	name, id, certainty, why := j.snapshot.NameAt(t.Address, m.Start)
	is := t.Source
	name, _, _ = strings.Cut(name, ".")
	switch says := j.hosts[strings.ToUpper(name)]; {
	case name == "":
		if j.bound(t) {
			j.missed(addresses, t.Kind, "%s at %s was %s", t.Address, t.Start, is)
		}
	case is == "" && id == model.None:
		// A machine of nobody's here: all that is known is what it calls itself.
	case says == is && is != "" || strings.EqualFold(name, is):
		j.right(addresses)
	default:
		j.wrong(addresses, certainty.String(), "%s at %s was %q, not %s (%s)", t.Address, t.Start, is, name, why)
	}
}

// bound reports whether the machine's own tickets name its address before.
func (j *judgement) bound(t *simulate.Session) bool {
	at := moment(t.Start)
	for _, b := range j.bindings[t.Address] {
		if b.Host != t.Source || moment(b.Start) > at || b.End != "" && moment(b.End) < at {
			continue
		}
		for _, r := range b.Records {
			if r.Kept && moment(r.Time) <= at {
				return true
			}
		}
	}
	return false
}

// attempts are failures for people.
func attempts(of map[*simulate.Failure]bool) string {
	var b strings.Builder
	for f := range of {
		if f != nil {
			fmt.Fprintf(&b, "[%s on %s from %s:", f.Name, f.Host, f.Address)
			for _, r := range f.Records {
				fmt.Fprintf(&b, " %s %d at %s kept %v;", r.Host, r.Event, r.Time, r.Kept)
			}
			b.WriteString("]")
		}
	}
	return b.String()
}

// failures compares attempts: one attempt is one failure, with all its records.
func (j *judgement) failures() {
	is := make(map[recordKey]*simulate.Failure)
	for _, f := range j.truth.Failures {
		for _, r := range f.Records {
			if r.Kept {
				is[keyOf(r)] = f
			}
		}
	}
	seen := make(map[*simulate.Failure]int)
	for _, f := range j.snapshot.Failures() {
		of := make(map[*simulate.Failure]bool)
		for _, r := range f.Records {
			of[is[j.record(r)]] = true
		}
		say := func(kind string) {
			var records strings.Builder
			for _, r := range f.Records {
				e := j.snapshot.Event(r)
				fmt.Fprintf(&records, "; %s %d at %s", e.Computer, e.EventID, e.Time)
			}
			j.wrong(failures, kind, "%s on %s%s; really %s", f.Tried, j.snapshot.Host(f.LoggedOn).Short(), records.String(), attempts(of))
		}
		if len(of) > 1 {
			say("two attempts as one")
			continue
		}
		for t := range of {
			if t == nil {
				say("none")
			} else if seen[t]++; seen[t] > 1 {
				say("one attempt as two")
			} else {
				j.right(failures)
			}
		}
	}
	for _, f := range j.truth.Failures {
		if seen[f] == 0 && slices.ContainsFunc(f.Records, func(r simulate.Record) bool { return r.Kept }) {
			j.missed(failures, f.Reason, "%s on %s at %s", f.Name, f.Host, f.Time)
		}
	}
}
