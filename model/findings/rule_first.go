package findings

import (
	"fmt"
	"slices"
	"time"

	"spoor/model"
	"spoor/model/event"
)

// firstHosts looks for the first desktop of an account of a user on a host. As
// for the other first times, of an account that the logs know for less than a
// day nothing is said: everything is its first time.
func (x *scope) firstHosts() {
	type visit struct {
		account model.AccountID
		host    model.HostID
	}
	seen, since, hosts := map[visit]bool{}, map[model.AccountID]event.FileTime{}, map[model.AccountID]int{}
	for _, n := range x.ofType(2, 10, 11, 12) {
		f := x.SessionFacts(n)
		if x.Account(f.Account).Class != model.ClassUser {
			continue
		}
		first, known := since[f.Account]
		if !known {
			since[f.Account] = f.Start
		}
		k := visit{f.Account, f.Host}
		if seen[k] {
			continue
		}
		seen[k] = true
		if known && f.Start.Sub(first) >= day {
			lowered := ""
			if hosts[f.Account] >= mostNamed {
				lowered = fmt.Sprintf("it had been on %d hosts before: new ones are usual for it", hosts[f.Account])
			}
			x.addFirst(n, "a desktop on "+x.Host(f.Host).Short(), first, lowered)
		}
		hosts[f.Account]++
	}
}

func (x *scope) firstSources() {
	seen, since := map[came]bool{}, map[model.AccountID]event.FileTime{}
	for _, n := range x.ofType(8, 10, 12) {
		f := x.SessionFacts(n)
		from := x.cameFrom(&f)
		if from == 0 || x.Account(f.Account).Class != model.ClassUser {
			continue
		}
		first, known := since[f.Account]
		if !known {
			since[f.Account] = f.Start
		}
		k := came{f.Account, from}
		if seen[k] {
			continue
		}
		seen[k] = true
		if known && f.Start.Sub(first) >= day && !x.habits().used(f.Account, from, f.Start.Add(-spell)) {
			x.addFirst(n, "a logon to "+x.Host(f.Host).Short()+" from "+x.whence(from), first, "")
		}
	}
}

func (x *scope) firstKinds() {
	type way struct {
		account model.AccountID
		kind    model.SessionKind
	}
	seen, since := map[way]bool{}, map[model.AccountID]event.FileTime{}
	for _, n := range x.ofType(2, 4, 8, 9, 10, 11, 12) {
		f := x.SessionFacts(n)
		if x.Account(f.Account).Class != model.ClassUser {
			continue
		}
		first, known := since[f.Account]
		if !known {
			since[f.Account] = f.Start
		}
		k := way{f.Account, f.Kind}
		if seen[k] {
			continue
		}
		seen[k] = true
		if known && f.Start.Sub(first) >= day {
			x.addFirst(n, "a logon of the kind "+f.Kind.String()+", on "+x.Host(f.Host).Short(), first, "")
		}
	}
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
	if need := time.Duration(x.value("history-days")) * day; known < need {
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
	if kerberos < 3 {
		d.Severity, d.Lowered = Info, "few logons by Kerberos are known"
	}
	x.add(d, s.Anchor, "")
}
