package findings

import (
	"fmt"
	"slices"

	"spoor/model"
	"spoor/model/event"
)

// firstHosts looks for the first desktop of an account of a user on a host. As
// for the other first times, of an account that the logs know for less than
// known-hours nothing is said: everything is its first time.
func (x *scope) firstHosts() {
	of := func(v *visit) (model.HostID, bool) { return v.host, true }
	for _, n := range firsts(x, x.ofType(2, 10, 11, 12), of) {
		lowered := ""
		if n.before >= x.value("usual-hosts") {
			lowered = fmt.Sprintf("it had been on %d hosts before: new ones are usual for it", n.before)
		}
		x.addFirst(n.visit.row, "a desktop on "+x.Host(n.visit.host).Short(), n.since, lowered)
	}
}

func (x *scope) firstSources() {
	of := func(v *visit) (placeID, bool) { return v.from, v.from != 0 }
	for _, n := range firsts(x, x.ofType(8, 10, 12), of) {
		v := n.visit
		if !x.habits().used(v.account, v.from, v.start.Add(-x.span("skew-seconds"))) {
			x.addFirst(v.row, "a logon to "+x.Host(v.host).Short()+" from "+x.whence(v.from), n.since, "")
		}
	}
}

func (x *scope) firstKinds() {
	of := func(v *visit) (model.SessionKind, bool) { return v.kind, true }
	for _, n := range firsts(x, x.ofType(2, 4, 8, 9, 10, 11, 12), of) {
		x.addFirst(n.visit.row, "a logon of the kind "+n.visit.kind.String()+", on "+x.Host(n.visit.host).Short(), n.since, "")
	}
}

// novelty is a session that was the first of its sort of a user's account that
// the logs had known for known-hours by then.
type novelty struct {
	visit  *visit
	since  event.FileTime // when the account was first seen in such sessions
	before int            // how many sorts it had had by then
}

// firsts returns the novelties among visits in order of time; sort says of
// which sort one is, and whether it is of any.
func firsts[S comparable](x *scope, visits []*visit, sort func(*visit) (S, bool)) []novelty {
	type of struct {
		account model.AccountID
		sort    S
	}
	var out []novelty
	seen, since, had := map[of]bool{}, map[model.AccountID]event.FileTime{}, map[model.AccountID]int{}
	accounts, long := x.Accounts(), x.span("known-hours")
	for i, v := range visits {
		if x.over(i) {
			break
		}
		if accounts[v.account].Class != model.ClassUser {
			continue
		}
		what, ok := sort(v)
		if !ok {
			continue
		}
		first, known := since[v.account]
		if !known {
			since[v.account] = v.start
		}
		if seen[of{v.account, what}] {
			continue
		}
		seen[of{v.account, what}] = true
		if known && v.start.Sub(first) >= long {
			out = append(out, novelty{v, first, had[v.account]})
		}
		had[v.account]++
	}
	return out
}

// addFirst adds that a session is the first of its sort, of an account known
// since a time.
func (x *scope) addFirst(n model.SessionRow, what string, since event.FileTime, lowered string) {
	s := x.SessionBrief(n)
	d := x.ofSession(&s)
	d.Hosts = []model.HostID{s.Host}
	d.Severity = Low
	if lowered != "" {
		d.Severity, d.Lowered = Info, lowered
	}
	known := s.Start.Sub(since)
	d.Why = fmt.Sprintf("Account %s, known to the logs for %s by then, had %s for the first time.", x.called(&d), lasting(known), what)
	if need := x.span("history-days"); known < need {
		d.Severity, d.Lowered = Info, fmt.Sprintf("the account is known for %s only", lasting(known))
	}
	x.add(d, s.Anchor, "")
}

// otherPackage looks for network logons by NTLM of accounts that came from the
// same place to the same host by Kerberos before. Where many accounts do, the
// host is called by an address or an alias: that is one finding.
func (x *scope) otherPackage() {
	type way struct {
		came
		to model.HostID
	}
	type past struct {
		kerberos int
		ntlm     bool
	}
	type switched struct {
		session  model.SessionRow
		from     placeID
		kerberos int
	}
	known := map[way]*past{}
	byHost := map[model.HostID][]switched{}
	for i := range x.visits() {
		v := &x.visited[i]
		if v.typ != 3 || v.pack == otherPack || v.from == 0 {
			continue
		}
		k := way{came{v.account, v.from}, v.host}
		p := known[k]
		if p == nil {
			p = &past{}
			known[k] = p
		}
		if v.pack == byKerberos {
			p.kerberos++
			continue
		}
		if p.kerberos > 0 && !p.ntlm {
			byHost[v.host] = append(byHost[v.host], switched{v.row, v.from, p.kerberos})
		}
		p.ntlm = true
	}
	for _, h := range x.Hosts() {
		all := byHost[h.ID]
		if len(all) < x.value("shared-accounts") {
			for _, w := range all {
				x.addNTLM(w.session, w.from, w.kerberos)
			}
			continue
		}
		var events []model.EventRow
		var sessions []model.SessionRow
		var names []string
		d := draft{}
		for _, w := range all {
			sessions, events = append(sessions, w.session), append(events, x.SessionFacts(w.session).Logon)
			a := x.SessionAccount(w.session)
			if !slices.Contains(d.Accounts, a) && len(d.Accounts) < MostListed {
				d.Accounts = append(d.Accounts, a)
				names = append(names, x.Account(a).Display())
			}
		}
		accounts := d.Accounts
		d = x.draftOf(events, 0)
		d.Accounts, d.sessions, d.Lowered = accounts, sessions, "so many accounts do that the host seems to be called by its address or an alias"
		d.Why = fmt.Sprintf("%s came to %s by NTLM from where they had come by Kerberos before: %s.", capital(counted(len(names), "account")), h.Short(), listed(names))
		x.add(d, events[0], "")
	}
}

func (x *scope) addNTLM(n model.SessionRow, from placeID, kerberos int) {
	s := x.SessionBrief(n)
	d := x.ofSession(&s)
	d.Severity = Low
	d.Why = fmt.Sprintf("Account %s came from %s to %s by NTLM, after %s by Kerberos.", x.called(&d), x.whence(from), x.Host(s.Host).Short(), counted(kerberos, "logon"))
	if kerberos < x.value("kerberos-logons") {
		d.Severity, d.Lowered = Info, "few logons by Kerberos are known"
	}
	x.add(d, s.Anchor, "")
}
