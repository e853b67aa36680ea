package findings

import (
	"cmp"
	"fmt"
	"slices"

	"spoor/model"
	"spoor/model/event"
)

// backAfterGuessing looks for logons from where guessing came, later than those
// that may be its success at once. It comes after the rules that find guessing.
func (x *scope) backAfterGuessing() {
	if len(x.guessed) == 0 {
		return
	}
	back := map[came][]success{}
	var order []came
	for _, s := range append(x.reconnections(), x.successes()...) {
		if s.session == model.None || len(x.before(&s)) == 0 {
			continue
		}
		k := came{s.account, s.from}
		if back[k] == nil {
			order = append(order, k)
		}
		back[k] = append(back[k], s)
	}
	slices.SortFunc(order, func(a, b came) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.account, b.account)) })
	for _, k := range order {
		all := back[k]
		slices.SortFunc(all, func(a, b success) int { return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.record, b.record)) })
		x.addBack(k, all)
	}
}

// reconnections returns the times that somebody came back to a session from
// elsewhere: a logon that only checks the password for that has none of its own.
func (x *scope) reconnections() []success {
	events := x.events(event.SessionReconnected)
	var out []success
	for i, n := range x.TargetSessions(events) {
		e := events[i]
		if address := x.Text(e, event.ClientAddress); n != model.None && elsewhere(address) && x.isUser(x.SessionAccount(n)) {
			t := x.EventTime(e)
			out = append(out, success{x.SessionAccount(n), x.place(address, "", t), x.EventHost(e), t, e, n})
		}
	}
	return out
}

// before returns the guessing that had come from where an account came from, and
// before which it had not: what is long past, and what it may be the success of
// at once, left out.
func (x *scope) before(s *success) []*series {
	soon, long := x.span("success-hours"), x.span("history-days")
	var out []*series
	for _, g := range x.guessed[s.from] {
		if g.few || s.time <= g.end().Add(soon) || s.time > g.end().Add(long) || x.habits().used(s.account, s.from, g.start()) || x.aim(g).subjects[s.account] {
			continue
		}
		out = append(out, g)
	}
	return out
}

func (x *scope) addBack(k came, all []success) {
	first := &all[0]
	before := x.before(first)
	g := x.aimed(before)
	d := draft{Finding: Finding{Account: k.account, Source: x.places().all[k.from], Start: first.time, Severity: Medium}}
	if d.Source.Host != model.None {
		d.Hosts = append(d.Hosts, d.Source.Host)
	}
	var to []string
	for i := range all {
		s := &all[i]
		if d.End = s.time; len(d.sessions) == 0 || d.sessions[len(d.sessions)-1] != s.session {
			d.sessions = append(d.sessions, s.session)
		}
		if d.RecordCount++; len(d.Records) < MostListed {
			d.Records = append(d.Records, s.record)
		}
		if !slices.Contains(d.Hosts, s.host) {
			d.Hosts = append(d.Hosts, s.host)
		}
		if name := x.Host(s.host).Short(); !slices.Contains(to, name) {
			to = append(to, name)
		}
	}
	d.failures, d.FailureCount = g.draft.failures, g.draft.FailureCount
	tie := "nothing but the source ties the account to them"
	tied := true
	switch since, ok := x.habits().first[k]; {
	case ok && since < first.time:
		tie = "it had first been accepted from there at " + since.String()
	case slices.ContainsFunc(before, func(g *series) bool { _, ok := x.aim(g).refused[k.account]; return ok }):
		tie = "it is among those refused"
	default:
		tied = false
	}
	d.Why = fmt.Sprintf("Account %s came from %s to %s, %s after %s from there on %s: %s.", x.called(&d), x.whenceOf(d.Source), listed(to),
		lasting(first.time.Sub(g.end)), counted(g.draft.FailureCount, "refused attempt"), counted(g.names, "name"), tie)
	switch {
	case g.shared >= x.value("shared-accounts"):
		d.Severity, d.Lowered = Info, fmt.Sprintf("%s had logged on from there before: it is a shared source", counted(g.shared, "account"))
	case d.Source.Claimed || x.Text(first.record, event.IPAddress) == "" && x.Text(first.record, event.ClientAddress) == "":
		d.Severity, d.Lowered = Low, "what a client calls itself, anybody can write: the attempts and the logon may be of two computers"
	case !tied:
		d.Severity, d.Lowered = Low, "nothing but the source ties the account to them"
	}
	x.add(d, first.record, "")
}
