package findings

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"spoor/model"
	"spoor/model/event"
)

// fanOuts looks for accounts that reach many computers in a short time.
func (x *scope) fanOuts() {
	least, within := x.value("fan-out-hosts"), x.span("fan-out-minutes")
	j := x.travels()
	if j == nil {
		return
	}
	who, lists := j.far(least)
	for i, k := range who {
		if bursts := burstsOf(lists[i], least, within); len(bursts) > 0 {
			x.fanOut(k, j, bursts)
		}
	}
}

func distinct(list []reach) int {
	seen := map[uint32]bool{}
	for i := range list {
		seen[list[i].to] = true
	}
	return len(seen)
}

// burstsOf returns the parts of a list in which so many computers are reached
// within a time, each up to where nothing more was for as long.
func burstsOf(list []reach, least int, within time.Duration) (bursts [][]reach) {
	count := map[uint32]int{}
	from := 0
	for to := 0; to < len(list); to++ {
		count[list[to].to]++
		for list[to].time.Sub(list[from].time) > within {
			if count[list[from].to]--; count[list[from].to] == 0 {
				delete(count, list[from].to)
			}
			from++
		}
		if len(count) < least {
			continue
		}
		for to+1 < len(list) && list[to+1].time.Sub(list[to].time) <= within {
			to++
		}
		bursts = append(bursts, list[from:to+1])
		from = to + 1
		clear(count)
	}
	return bursts
}

// fanOut makes one finding of an account's bursts from a place.
func (x *scope) fanOut(k traveller, j *travels, bursts [][]reach) {
	var names []string
	var events []model.EventRow
	var sessions []model.SessionRow
	days, proved, named := map[int64]bool{}, map[uint32]bool{}, map[uint32]bool{}
	for _, b := range bursts {
		days[dayOf(b[0].time)] = true
		for _, r := range b {
			events = append(events, r.record)
			if !named[r.to] {
				named[r.to] = true
				names = append(names, j.computers.all[r.to])
			}
			if r.session != model.None {
				sessions = append(sessions, r.session)
			}
			if !r.asked {
				proved[r.to] = true
			}
		}
	}
	first := bursts[0]
	d := x.draftOf(events, k.from)
	x.addCalled(&d, names)
	d.sessions, d.Account, d.AccountName, d.Severity = sessions, k.account, j.names.all[k.name], Medium
	d.Why = fmt.Sprintf("Account %s reached or asked for %s from %s within %s: %s; %d of them logged it themselves.", x.called(&d), counted(len(names), "computer"), x.whence(k.from),
		within(first[len(first)-1].time.Sub(first[0].time)), listed(names), len(proved))
	// The logs of the computers themselves say so many that those of the domain
	// controllers are not missed.
	d.proved = len(proved) >= x.value("fan-out-hosts")
	switch {
	case x.routine(&d, days):
	case len(proved) < x.value("fan-out-hosts"):
		d.Severity, d.Lowered = Low, "a ticket says that access was asked for, not that it was had"
	}
	x.add(d, events[0], j.names.all[k.name])
}

// mostBefore is how many sessions of a host are looked at for one that another
// was opened out of.
const mostBefore = 64

// hopParents returns, for each Remote Desktop session, the one on the computer
// that it came from which it was opened out of: the only one of its account
// that was alive there then, else the only one at all. Those from the
// computer's own console are left out: they begin a chain.
func (x *scope) hopParents() (parent map[model.SessionRow]model.SessionRow, parents map[model.SessionRow]bool) {
	parent, parents = map[model.SessionRow]model.SessionRow{}, map[model.SessionRow]bool{}
	on := map[model.HostID][]model.SessionRow{}
	remote := x.ofType(10, 12)
	for _, v := range remote {
		on[v.host] = append(on[v.host], v.row)
	}
	for _, v := range remote {
		h := x.places().all[v.from].Host
		if v.from == 0 || h == model.None || h == v.host {
			continue
		}
		own, any, found, all := 0, 0, model.SessionRow(model.None), model.SessionRow(model.None)
		i, _ := slices.BinarySearchFunc(on[h], v.start+1, func(p model.SessionRow, t event.FileTime) int { return cmp.Compare(x.SessionStart(p), t) })
		for _, p := range on[h][max(0, i-mostBefore):i] {
			if end := x.SessionBrief(p).End; max(end.Time, end.NotBefore) < v.start && end.Certainty != model.EndUnknown && end.NotAfter < v.start {
				continue
			}
			any++
			all = p
			if x.SessionAccount(p) == v.account {
				own++
				found = p
			}
		}
		if own == 0 && any == 1 {
			own, found = 1, all
		}
		if own == 1 {
			parent[v.row] = found
			parents[found] = true
		}
	}
	return parent, parents
}

// longestChain is how many sessions of a chain are followed: the most that the
// threshold hops can be.
const longestChain = 50

// hops looks for chains of Remote Desktop sessions, each opened out of the one
// before.
func (x *scope) hops() {
	parent, parents := x.hopParents()
	remote := x.ofType(10, 12)
	type path struct{ account, hosts string }
	seen := map[path]map[int64]bool{}
	type chain struct {
		sessions []model.SessionRow
		places   []string
		origin   placeID
		path     path
	}
	var chains []chain
	for _, v := range remote {
		n := v.row
		if _, ok := parent[n]; !ok || parents[n] {
			continue
		}
		c := chain{}
		for at, ok := n, true; ok && len(c.sessions) < longestChain; {
			c.sessions = append([]model.SessionRow{at}, c.sessions...)
			c.places = append([]string{x.Host(x.SessionHost(at)).Short()}, c.places...)
			var p model.SessionRow
			if p, ok = parent[at]; ok {
				at = p
			} else if f := x.SessionFacts(at); f.Logon != model.None {
				if c.origin = x.cameFrom(&f); c.origin != 0 && x.places().all[c.origin].Host != f.Host {
					c.places = append([]string{x.whence(c.origin)}, c.places...)
				}
			}
		}
		if len(c.places) < x.value("hops") {
			continue
		}
		c.path = path{x.Account(x.SessionAccount(n)).Display(), strings.Join(c.places, " > ")}
		if seen[c.path] == nil {
			seen[c.path] = map[int64]bool{}
		}
		seen[c.path][dayOf(x.SessionStart(n))] = true
		chains = append(chains, c)
	}
	done := map[path]bool{}
	for _, c := range chains {
		if done[c.path] {
			continue
		}
		done[c.path] = true
		last := x.SessionBrief(c.sessions[len(c.sessions)-1])
		d := x.ofSession(&last)
		d.sessions, d.Hosts, d.Records, d.Severity = c.sessions, nil, nil, Low
		d.Source = x.places().all[c.origin]
		for _, n := range c.sessions {
			f := x.SessionFacts(n)
			if f.Logon != model.None {
				d.Records = append(d.Records, f.Logon)
			}
			if !slices.Contains(d.Hosts, f.Host) {
				d.Hosts = append(d.Hosts, f.Host)
			}
			if f.Account != d.Account && !slices.Contains(d.Accounts, f.Account) {
				d.Accounts = append(d.Accounts, f.Account)
			}
			if d.Start == 0 || f.Start < d.Start {
				d.Start = f.Start
			}
		}
		d.Why = fmt.Sprintf("Account %s came by Remote Desktop from one computer to the next: %s.", x.called(&d), c.path.hosts)
		x.routine(&d, seen[c.path])
		x.add(d, last.Anchor, "")
	}
}

// explicits looks for explicit credentials used for many computers.
func (x *scope) explicits() {
	window, least := x.span("window"), x.value("explicit-targets")
	calls := x.list(callsElsewhere)
	keys, lists := x.grouped(calls, func(e model.EventRow) (group, bool) {
		a := x.SubjectAccount(e)
		return group{from: x.places().host(x.EventHost(e)), account: a}, x.Account(a).Class == model.ClassUser
	})
	var computers numbered[string]
	for _, k := range keys {
		list := make([]reach, 0, len(lists[k]))
		for _, e := range lists[k] {
			to, _, _ := strings.Cut(strings.ToLower(x.Text(e, event.TargetServer)), ".")
			list = append(list, reach{time: x.EventTime(e), to: computers.number(to), record: e})
		}
		x.explicit(k, list, computers.all, window, least)
	}
}

func (x *scope) explicit(k group, list []reach, computers []string, window time.Duration, least int) {
	var events []model.EventRow
	var names []string
	days, used, named := map[int64]bool{}, map[string]bool{}, map[uint32]bool{}
	for from := 0; from < len(list); {
		to := from + 1
		for to < len(list) && list[to].time.Sub(list[to-1].time) <= window {
			to++
		}
		if distinct(list[from:to]) >= least {
			days[dayOf(list[from].time)] = true
			for _, r := range list[from:to] {
				events = append(events, r.record)
				if !named[r.to] {
					named[r.to] = true
					names = append(names, computers[r.to])
				}
				used[x.Text(r.record, event.TargetName)] = true
			}
		}
		from = to
	}
	if len(events) == 0 {
		return
	}
	d := x.draftOf(events, k.from)
	x.addCalled(&d, names)
	d.Account, d.Severity = k.account, Medium
	d.Why = fmt.Sprintf("Account %s on %s used explicit credentials of %s for %s: %s.", x.called(&d), x.whence(k.from), counted(len(used), "account"), counted(len(names), "computer"), listed(names))
	x.routine(&d, days)
	x.add(d, events[0], "")
}

// groupLists looks for accounts that have several computers list the members of
// their administrators' group (4799).
func (x *scope) groupLists() {
	keys, lists := x.grouped(x.list(groupListings), func(e model.EventRow) (group, bool) {
		a := x.SubjectAccount(e)
		return group{account: a}, x.Account(a).Class == model.ClassUser
	})
	for _, k := range keys {
		all := lists[k]
		d := x.draftOf(all, 0)
		if len(d.Hosts) < x.value("group-hosts") {
			continue
		}
		for _, n := range x.ActorSessions(d.Records) {
			if n != model.None {
				d.sessions = append(d.sessions, n)
			}
		}
		d.Account, d.Severity = k.account, Low
		var names []string
		for _, h := range d.Hosts {
			names = append(names, x.Host(h).Short())
		}
		d.Why = fmt.Sprintf("Account %s had %s list the members of local groups, %s: %s.", x.called(&d), counted(len(d.Hosts), "computer"), times(len(all)), listed(names))
		x.routine(&d, x.days(all))
		x.add(d, all[0], "")
	}
}
