package findings

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"spoor/model"
	"spoor/model/event"
)

// ofSession is a draft of one session.
func (x *scope) ofSession(s *model.Session) draft {
	d := draft{sessions: []model.SessionRow{s.Row}}
	d.Finding = Finding{
		Account: s.Account, Hosts: []model.HostID{s.Host}, Start: s.Start, End: s.Start, Records: []model.EventRow{s.Anchor},
		Source: model.Place{Host: s.Source.Host, Name: s.Source.Name, Address: s.Source.Address, Claimed: s.Source.Claimed, Certainty: s.Source.Certainty, Why: s.Source.Why},
	}
	if h := s.Source.Host; h != model.None && h != s.Host {
		d.Hosts = append(d.Hosts, h)
	}
	return d
}

// otherCredentials looks for logons that keep the account here and use other
// credentials on the network (type 9 by seclogo): runas /netonly, and the way
// of passing a hash or a key.
func (x *scope) otherCredentials() {
	for _, v := range x.ofType(9) {
		if !v.seclogo {
			continue
		}
		s := x.SessionBrief(v.row)
		d := x.ofSession(&s)
		used := s.Outbound
		if used == "" {
			used = "an account that the record does not name"
		}
		next, sure := x.usedNext(s.Host, s.Outbound, s.Start)
		d.Severity = Low
		d.Why = fmt.Sprintf("In a session of account %s on %s a logon was made that uses %s on the network (type 9, seclogo)", x.called(&d), x.Host(s.Host).Short(), used)
		if len(next) > 0 {
			d.Severity = Medium
			d.Why += fmt.Sprintf("; within %s there came from that host %s", lasting(x.span("credentials-minutes")), listed(x.tellNext(&d, next)))
			if covered, why := x.history(&Finding{Hosts: []model.HostID{s.Host}, Start: s.Start}); !sure && covered != model.Yes {
				d.Severity, d.Lowered = Low, "the record names no account, and that one is new to the host says little: "+why
			}
		} else {
			d.Lowered = "no logon and no ticket from that host with other credentials is in the logs of the " + lasting(x.span("credentials-minutes")) + " after"
		}
		d.Why += "."
		x.add(d, s.Anchor, "")
	}
}

// tellNext adds to a draft what came from its host next, and returns what that
// was.
func (x *scope) tellNext(d *draft, next []success) (told []string) {
	for _, n := range next[:min(len(next), MostListed)] {
		d.Records = append(d.Records, n.record)
		d.End = max(d.End, n.time)
		what := "a logon to " + x.Host(n.host).Short() + " as " + x.Account(n.account).Display()
		switch {
		case n.session != model.None:
			d.sessions = append(d.sessions, n.session)
		case x.Event(n.record).Kind == event.TicketGranting:
			what = "a request for a ticket-granting ticket of " + x.Account(n.account).Display()
		default:
			what = "an NTLM check of " + x.Account(n.account).Display()
		}
		if !slices.Contains(told, what) {
			told = append(told, what)
		}
		if !slices.Contains(d.Hosts, n.host) {
			d.Hosts = append(d.Hosts, n.host)
		}
		if n.account != d.Account && !slices.Contains(d.Accounts, n.account) {
			d.Accounts = append(d.Accounts, n.account)
		}
	}
	return told
}

// usedNext returns what came from a host soon after a time with
// the credentials named or, where none are, with those of an account that had
// not come from there before; and tickets asked for as no Windows client does,
// with whatever credentials: tools that ask for a ticket with a key name made-up
// ones. Sure is that it is more than an account new to the host.
func (x *scope) usedNext(h model.HostID, outbound string, t event.FileTime) (next []success, sure bool) {
	all, within := x.leaving()[x.places().host(h)], x.span("credentials-minutes")
	i, _ := slices.BinarySearchFunc(all, t, func(s success, t event.FileTime) int { return cmp.Compare(s.time, t) })
	for ; i < len(all) && all[i].time.Sub(t) <= within; i++ {
		s := &all[i]
		a := x.Account(s.account)
		if s.account == model.None || s.session != model.None && s.host == h || !x.isUser(s.account) {
			continue
		}
		named := outbound != "" && (strings.EqualFold(a.Display(), outbound) || strings.EqualFold(a.Name, plain(outbound)))
		if n, ok := x.Number(s.record, event.TicketOptions); ok && isForeign(n) {
			named = true
		}
		if named || outbound == "" && !x.habits().used(s.account, s.from, t) {
			next, sure = append(next, *s), sure || named
		}
	}
	return next, sure
}

// leaving returns the successes that came from the hosts where new credentials
// were taken, by place and in order of time.
func (x *scope) leaving() map[placeID][]success {
	if x.left != nil {
		return x.left
	}
	x.left = map[placeID][]success{}
	hosts := map[placeID]bool{}
	for _, v := range x.ofType(9) {
		hosts[x.places().host(v.host)] = true
	}
	for _, s := range x.successes() {
		if hosts[s.from] {
			x.left[s.from] = append(x.left[s.from], s)
		}
	}
	for _, all := range x.left {
		slices.SortFunc(all, func(a, b success) int { return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.record, b.record)) })
	}
	return x.left
}

// plain is an account's name without its domain.
func plain(name string) string {
	if _, after, ok := strings.Cut(name, `\`); ok {
		return after
	}
	name, _, _ = strings.Cut(name, "@")
	return name
}

// runAs looks for logons that a program of one account made with the password
// of another one, on the same host.
func (x *scope) runAs() {
	type use struct {
		by, as model.AccountID
		host   model.HostID
	}
	type done struct {
		events   []model.EventRow
		sessions []model.SessionRow
	}
	uses := map[use]*done{}
	var order []*visit
	by := map[*visit]model.AccountID{}
	add := func(v *visit) {
		actor := x.SubjectAccount(v.logon)
		c := x.Account(actor).Class
		if actor == model.None || actor == v.account || c != model.ClassUser || x.Account(v.account).Class != model.ClassUser {
			return
		}
		by[v] = actor
		order = append(order, v)
	}
	for _, v := range x.ofType(2) {
		if v.seclogo {
			add(v)
		}
	}
	for i := range x.visits() {
		if v := &x.visited[i]; v.program && !proxies[image(x.Text(v.logon, event.Process))] && !x.withoutPassword(v.logon) {
			add(v)
		}
	}
	slices.SortStableFunc(order, func(a, b *visit) int { return cmp.Compare(a.start, b.start) })
	var keys []use
	for _, v := range order {
		k := use{by[v], v.account, v.host}
		if uses[k] == nil {
			uses[k] = &done{}
			keys = append(keys, k)
		}
		u := uses[k]
		u.events, u.sessions = append(u.events, v.logon), append(u.sessions, v.row)
	}
	for _, k := range keys {
		u := uses[k]
		s := x.SessionBrief(u.sessions[0])
		d := x.ofSession(&s)
		d.sessions, d.Records, d.End = u.sessions, u.events, max(d.End, x.EventTime(u.events[len(u.events)-1]))
		// Who did it comes first: the other one may know nothing of it.
		d.Account, d.Accounts, d.Severity = k.by, []model.AccountID{k.as}, Low
		d.Why = fmt.Sprintf("On %s, %s of account %s logged account %s on with its password (type %d), %s.", x.Host(s.Host).Short(), programFor(s.Process, s.ProcessName), x.called(&d), x.Account(k.as).Display(), s.LogonType, times(len(u.events)))
		x.routine(&d, x.days(u.events))
		x.add(d, s.Anchor, "")
	}
}

// withoutPassword reports whether a program logged an account on in its name
// alone (S4U), as programs do that ask what an account may.
func (x *scope) withoutPassword(logon model.EventRow) bool {
	return x.Text(logon, event.TransmittedServices) != "" || strings.EqualFold(strings.TrimSpace(x.Text(logon, event.LogonProcess)), "authz")
}

// proxies are the services that log their clients on: that a client has another
// name than the service is what they are for.
var proxies = map[string]bool{"sshd.exe": true, "sshd-session.exe": true, "w3wp.exe": true, "inetinfo.exe": true, "lsass.exe": true, "services.exe": true, "winlogon.exe": true}

// image is the name of a program's file, folded.
func image(path string) string {
	return strings.ToLower(path[strings.LastIndexAny(path, `\/`)+1:])
}

// programFor is the program that had a logon made; the service that makes those
// of runas only does as another one asks.
func programFor(process, path string) string {
	if strings.EqualFold(process, "seclogo") {
		return "a program"
	}
	return programOr(path)
}

func programOr(path string) string {
	if path == "" {
		return "a program"
	}
	return "the program " + path[strings.LastIndexAny(path, `\/`)+1:]
}
