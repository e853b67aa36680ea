package findings

import (
	"spoor/model"
	"spoor/model/event"
)

// success is that a credential of an account was accepted from a place.
type success struct {
	account model.AccountID
	from    placeID
	host    model.HostID // where it was logged
	time    event.FileTime
	record  model.EventRow
	session model.SessionRow // or None
}

// successes returns the ticket-granting tickets, the NTLM validations and the
// logons of accounts of users that came from places which rules ask about, in
// the order of the evidence, not of time.
func (x *scope) successes() []success {
	if x.succeeded != nil {
		return x.succeeded
	}
	x.succeeded = []success{}
	wanted := x.askedAbout()
	add := func(s success) {
		if wanted.has(s.from) {
			x.succeeded = append(x.succeeded, s)
		}
	}
	for i, e := range x.Each(x.list(grantsOfUsers)) {
		if x.over(i) {
			return x.succeeded
		}
		t := e.Time()
		from := x.awayAt(e.TextNumber(event.IPAddress), t)
		if !wanted.has(from) || e.Refused() || e.Text(event.PreAuthType) == "0" {
			continue // without pre-authentication, no password was proved
		}
		add(success{e.Target(), from, e.Host(), t, e.Row, model.None})
	}
	for i, e := range x.Each(x.list(validationsOfUsers)) {
		if x.over(i) {
			return x.succeeded
		}
		if client := e.Text(event.Workstation); client != "" && !e.Refused() {
			add(success{e.Target(), x.place("", client, e.Time()), e.Host(), e.Time(), e.Row, model.None})
		}
	}
	for i := range x.visits() {
		v := &x.visited[i]
		add(success{v.account, v.from, v.host, v.start, v.logon, v.row})
	}
	return x.succeeded
}

// askedAbout is the places that rules ask about: where failures came from, and
// logons by Remote Desktop, in clear text or with new credentials.
func (x *scope) askedAbout() placeSet {
	var out placeSet
	for _, s := range x.series() {
		out.add(s.from)
	}
	for i := range x.visits() {
		switch v := &x.visited[i]; v.typ {
		case 8, 10, 12:
			out.add(v.from)
		case 9:
			out.add(x.places().host(v.host))
		}
	}
	return out
}

// placeSet is a set of places, of which the one that is none is never part.
type placeSet []bool

func (p *placeSet) add(id placeID) {
	for int(id) >= len(*p) {
		*p = append(*p, false)
	}
	(*p)[id] = id != 0
}

func (p placeSet) has(id placeID) bool { return int(id) < len(p) && p[id] }

// came is an account at a place.
type came struct {
	account model.AccountID
	from    placeID
}

// habits is which accounts came from which of the places that rules ask about,
// and when first.
type habits struct {
	first  map[came]event.FileTime
	others map[placeID][]model.AccountID // that came from a place, each once
}

func (x *scope) habits() *habits {
	if x.habit != nil {
		return x.habit
	}
	x.habit = &habits{map[came]event.FileTime{}, map[placeID][]model.AccountID{}}
	for _, s := range x.successes() {
		k := came{s.account, s.from}
		t, ok := x.habit.first[k]
		if !ok {
			x.habit.others[s.from] = append(x.habit.others[s.from], s.account)
		}
		if !ok || s.time < t {
			x.habit.first[k] = s.time
		}
	}
	return x.habit
}

// before counts the accounts that came from a place before a time.
func (h *habits) before(from placeID, t event.FileTime) int {
	n := 0
	for _, a := range h.others[from] {
		if h.first[came{a, from}] < t {
			n++
		}
	}
	return n
}

// used reports whether an account came from a place before a time.
func (h *habits) used(a model.AccountID, from placeID, t event.FileTime) bool {
	first, ok := h.first[came{a, from}]
	return ok && first < t && a != model.None
}
