package findings

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"spoor/model"
	"spoor/model/event"
)

// takenOver looks for sessions that somebody was connected to without that a
// credential was checked.
func (x *scope) takenOver() {
	seen := map[model.EventRow]bool{}
	done := map[model.SessionRow]bool{model.None: true}
	for _, n := range x.TargetSessions(x.events(event.SessionReconnected)) {
		if done[n] {
			continue
		}
		done[n] = true
		s := x.SessionBrief(n)
		for _, g := range s.Segments {
			if !g.WithoutCredentials || seen[g.Event] {
				continue
			}
			seen[g.Event] = true
			d := x.ofSession(&s)
			d.Start, d.End, d.Records = g.Start, max(g.Start, g.End), []model.EventRow{g.Event}
			d.Source = model.Place{Host: model.None, Name: g.ClientName, Address: g.ClientAddress, Claimed: true, Certainty: model.Exact}
			d.Severity = High
			left, victim := "another account's session", x.called(&d)
			if before, who := x.leftBefore(s.Host, g.Event); before != model.None {
				d.Records = []model.EventRow{before, g.Event}
				if who != model.None && who != d.Account {
					// Who took over comes first: the other one lost the session.
					d.Account, d.Accounts = who, []model.AccountID{d.Account}
					left = "the session of account " + x.Account(who).Display()
				}
			}
			tscon := x.tsconBefore(s.Host, g.Event)
			switch {
			case tscon != model.None && x.bySystem(tscon):
				d.Start, d.Records = min(d.Start, x.EventTime(tscon)), append([]model.EventRow{tscon}, d.Records...)
				d.Why = fmt.Sprintf("SYSTEM, of whom tscon.exe asks no password, had run it %s before%s", apartBy(x.EventTime(g.Event).Sub(x.EventTime(tscon))), x.startedBy(&d, tscon))
			case g.CheckCertainty < model.Medium:
				d.Severity, d.Lowered = Medium, "records of that time are missing, and the check may be among them"
				fallthrough
			default:
				d.Why = g.CheckWhy
			}
			d.Why = fmt.Sprintf("The session of account %s on %s was connected by the client %s, which %s had just left; what it does from then on is done from that client: %s.",
				victim, x.Host(s.Host).Short(), cmp.Or(g.ClientName, g.ClientAddress), left, d.Why)
			x.add(d, g.Event, "")
		}
	}
	x.switched(seen)
}

// byHost returns events by their host, in order of time.
func (x *scope) byHost(events []model.EventRow) map[model.HostID][]model.EventRow {
	out := map[model.HostID][]model.EventRow{}
	for _, e := range events {
		out[x.EventHost(e)] = append(out[x.EventHost(e)], e)
	}
	for _, all := range out {
		slices.SortStableFunc(all, func(a, b model.EventRow) int { return cmp.Compare(x.EventTime(a), x.EventTime(b)) })
	}
	return out
}

// between returns those of some events, in order of time, from one time to
// another, both included.
func (x *scope) between(all []model.EventRow, from, to event.FileTime) []model.EventRow {
	at := func(t event.FileTime) int {
		i, _ := slices.BinarySearchFunc(all, t, func(e model.EventRow, t event.FileTime) int { return cmp.Compare(x.EventTime(e), t) })
		return i
	}
	return all[at(from):at(to+1)]
}

// during returns the events of a kind on a host from one time to another, both
// included.
func (x *scope) during(k event.Kind, h model.HostID, from, to event.FileTime) []model.EventRow {
	if x.onHosts == nil {
		x.onHosts = map[event.Kind]map[model.HostID][]model.EventRow{}
	}
	if x.onHosts[k] == nil {
		x.onHosts[k] = x.byHost(x.events(k))
	}
	return x.between(x.onHosts[k][h], from, to)
}

// leftBefore returns the 4779 that came before a 4778 on its host by seconds,
// and whose session it was.
func (x *scope) leftBefore(h model.HostID, back model.EventRow) (model.EventRow, model.AccountID) {
	found := model.EventRow(model.None)
	t := x.EventTime(back)
	for _, e := range x.during(event.SessionDisconnected, h, t.Add(-x.span("switch-seconds")), t) {
		found = e
	}
	if found == model.None {
		return found, model.None
	}
	return found, x.TargetAccount(found)
}

// tsconBefore returns the start of tscon.exe on a host in the seconds before a
// 4778, that by SYSTEM first, or None.
func (x *scope) tsconBefore(h model.HostID, back model.EventRow) model.EventRow {
	if x.tscons == nil {
		x.tscons = x.byHost(x.list(startsOfTscon))
	}
	found, t := model.EventRow(model.None), x.EventTime(back)
	for _, e := range x.between(x.tscons[h], t.Add(-x.span("switch-seconds")), t) {
		if found == model.None || x.bySystem(e) {
			found = e
		}
	}
	return found
}

// parentOf returns the start of the process that started another one, the newest
// of its number on that host before it, or None.
func (x *scope) parentOf(e model.EventRow) model.EventRow {
	id, ok := x.Number(e, event.ProcessID)
	if !ok || id == 0 {
		return model.None
	}
	if x.numbered == nil {
		x.numbered = map[process][]model.EventRow{}
		for _, p := range x.list(starts) {
			n, _ := x.Number(p, event.NewProcessID)
			k := process{x.EventHost(p), n}
			x.numbered[k] = append(x.numbered[k], p)
		}
		for _, all := range x.numbered {
			slices.SortStableFunc(all, func(a, b model.EventRow) int { return cmp.Compare(x.EventTime(a), x.EventTime(b)) })
		}
	}
	all := x.between(x.numbered[process{x.EventHost(e), id}], 0, x.EventTime(e))
	if n := len(all); n > 0 && all[n-1] != e {
		return all[n-1]
	}
	return model.None
}

// process is a number that a host gives to its processes, one after the other.
type process struct {
	host model.HostID
	id   uint64
}

// startedBy cites who started a program, before the records of a draft, and
// says so for a sentence.
func (x *scope) startedBy(d *draft, e model.EventRow) string {
	p := x.parentOf(e)
	if p == model.None {
		return ""
	}
	d.Records = append([]model.EventRow{p}, d.Records...)
	by := "SYSTEM"
	if !x.bySystem(p) {
		by = "account " + x.Text(p, event.SubjectName)
		if a := x.SubjectAccount(p); a != model.None {
			by = "account " + x.Account(a).Display()
		}
	}
	return fmt.Sprintf(" (from %s, which %s had started at %s)", cmp.Or(image(x.Text(p, event.NewProcess)), "a program"), by, x.EventTime(p))
}

// bySystem reports whether SYSTEM did something.
func (x *scope) bySystem(e model.EventRow) bool { return x.Text(e, event.SubjectSID) == "S-1-5-18" }

// switched looks for tscon, which connects a session to another one's client:
// run by SYSTEM it asks for no password.
func (x *scope) switched(seen map[model.EventRow]bool) {
	if len(x.list(startsOfTscon)) == 0 {
		return
	}
	for _, back := range x.events(event.SessionReconnected) {
		h := x.EventHost(back)
		e := x.tsconBefore(h, back)
		if e == model.None || seen[back] {
			continue
		}
		seen[back] = true
		d := draft{Finding: Finding{
			Severity: Medium, Account: x.TargetAccount(back), AccountName: x.Text(back, event.TargetName), Hosts: []model.HostID{h}, Start: x.EventTime(e), End: x.EventTime(back),
			Source:  model.Place{Host: model.None, Name: x.Text(back, event.ClientName), Address: x.Text(back, event.ClientAddress), Claimed: true, Certainty: model.Exact},
			Records: []model.EventRow{e, back}, Lowered: "whose session the client had before is not in the log",
		}}
		if d.Account != model.None {
			d.AccountName = x.Account(d.Account).Display()
		}
		d.sessions = known(x.TargetSessions([]model.EventRow{back}))
		by := "account " + x.Text(e, event.SubjectName) + ": of SYSTEM alone it asks no password"
		if x.bySystem(e) {
			by = "SYSTEM, of whom it asks no password"
		}
		d.Why = fmt.Sprintf("The session of account %s on %s was connected by %s, %s after tscon.exe had been run there by %s%s.",
			d.AccountName, x.Host(h).Short(), cmp.Or(d.Source.Name, d.Source.Address), apartBy(d.End.Sub(d.Start)), by, x.startedBy(&d, e))
		if a := x.SubjectAccount(e); a != model.None && a != d.Account && d.Account != model.None && !x.bySystem(e) && x.isUser(a) {
			d.Account, d.Accounts, d.AccountName = a, []model.AccountID{d.Account}, "" // who did it comes first
		}
		x.add(d, back, "")
	}
}

// inClear looks for logons that gave a host the password in clear text.
func (x *scope) inClear() {
	type door struct {
		host model.HostID
		by   string
	}
	all := map[door][]model.SessionRow{}
	var order []door
	for _, v := range x.ofType(8) {
		k := door{v.host, image(x.Text(v.logon, event.Process))}
		if all[k] == nil {
			order = append(order, k)
		}
		all[k] = append(all[k], v.row)
	}
	for _, k := range order {
		var events []model.EventRow
		var names []string
		for _, n := range all[k] {
			f := x.SessionFacts(n)
			events = append(events, f.Logon)
			if name := x.Account(f.Account).Display(); len(names) < MostListed && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		d := x.draftOf(events, 0)
		d.sessions, d.Severity = all[k], Low
		for _, n := range all[k] {
			if a := x.SessionAccount(n); len(d.Accounts) < MostListed && !slices.Contains(d.Accounts, a) {
				d.Accounts = append(d.Accounts, a)
			}
		}
		if len(d.Accounts) == 1 {
			d.Account, d.Accounts = d.Accounts[0], nil
		}
		d.Why = fmt.Sprintf("%s on %s sent the password to %s in clear text (type 8): %s.", capital(counted(len(events), "logon")), x.Host(k.host).Short(), cmp.Or(k.by, "a program"), listed(names))
		if proxies[k.by] {
			d.Severity, d.Lowered = Info, k.by+" takes passwords so by design"
		}
		x.add(d, events[0], k.by)
	}
}

// tunnelled looks for Remote Desktop that came from the host itself.
func (x *scope) tunnelled() {
	type way struct {
		host model.HostID
		name string
	}
	events, sessions := map[way][]model.EventRow{}, map[way][]model.SessionRow{}
	var order []way
	add := func(k way, e model.EventRow) {
		if events[k] == nil {
			order = append(order, k)
		}
		events[k] = append(events[k], e)
	}
	for _, v := range x.ofType(10, 12) {
		if isLoopback(x.Text(v.logon, event.IPAddress)) {
			k := way{v.host, strings.ToLower(x.Account(v.account).Name)}
			add(k, v.logon)
			sessions[k] = append(sessions[k], v.row)
		}
	}
	for _, e := range x.list(loopbacks) {
		add(way{x.EventHost(e), strings.ToLower(plain(x.Text(e, event.TargetName)))}, e)
	}
	for _, k := range order {
		all := events[k]
		slices.SortStableFunc(all, func(a, b model.EventRow) int { return cmp.Compare(x.EventTime(a), x.EventTime(b)) })
		d := x.draftOf(all, x.places().host(k.host))
		d.sessions, d.AccountName, d.Severity = sessions[k], x.Text(all[0], event.TargetName), Medium
		if d.Account = x.TargetAccount(all[0]); d.Account != model.None {
			d.AccountName = ""
		} else if len(d.sessions) > 0 {
			d.Account = x.SessionAccount(d.sessions[0])
		}
		d.Why = fmt.Sprintf("Account %s came to %s by Remote Desktop from the host itself (loopback), %s: as through a tunnel that another program made.", x.called(&d), x.Host(k.host).Short(), times(x.arrivalsIn(all)))
		x.add(d, all[0], "")
	}
}

func isLoopback(address string) bool { return address == "127.0.0.1" || address == "::1" }

// arrivalsIn counts the connections that events of one account on one host tell
// of: a 1149 and the logon next to it are one.
func (x *scope) arrivalsIn(events []model.EventRow) int {
	var logons, steps []event.FileTime
	for _, e := range events {
		if x.Event(e).Kind == event.RDPNetworkAuth {
			steps = append(steps, x.EventTime(e))
		} else {
			logons = append(logons, x.EventTime(e))
		}
	}
	n, at, within := len(logons), 0, x.span("skew-seconds")
	for _, t := range steps {
		for at < len(logons) && logons[at] < t.Add(-within) {
			at++
		}
		if at < len(logons) && logons[at] <= t.Add(within) {
			at++ // it is told of by both
		} else {
			n++
		}
	}
	return n
}
