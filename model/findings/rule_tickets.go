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

// granted is a ticket, as small as may be.
type granted struct {
	time   event.FileTime
	record model.EventRow
}

// ticketGrants returns when each account was given a ticket-granting ticket,
// or had one renewed, by any domain controller, in order of time.
func (x *scope) ticketGrants() map[model.AccountID][]event.FileTime {
	if x.grants != nil {
		return x.grants
	}
	x.grants = map[model.AccountID][]event.FileTime{}
	for _, list := range [][]model.EventRow{x.list(grantsOfUsers), x.events(event.TicketRenewed)} {
		for i, e := range x.Each(list) {
			if x.over(i) {
				break
			}
			if !e.Refused() {
				a := e.Target()
				x.grants[a] = append(x.grants[a], e.Time())
			}
		}
	}
	for _, all := range x.grants {
		slices.Sort(all)
	}
	return x.grants
}

// hadGrant reports whether an account had a ticket-granting ticket that a
// service ticket of a time can be by, give or take by how much clocks differ.
func (x *scope) hadGrant(a model.AccountID, t event.FileTime, spell time.Duration) bool {
	all := x.ticketGrants()[a]
	i, _ := slices.BinarySearch(all, t.Add(spell)+1)
	return i > 0 && all[i-1] >= t.Add(-ticketLife-spell)
}

// withoutGrant looks for service tickets of accounts that had been given no
// ticket-granting ticket in the ten hours before. Machines are left out, which
// are all alike, and accounts of other realms, whose own domain controllers
// give them theirs.
func (x *scope) withoutGrant() {
	x.coverage()
	spell := x.span("skew-seconds")
	byAccount := map[model.AccountID][]granted{}
	holders := x.ticketHolders()
	for i, e := range x.Each(x.list(ticketsOfUsers)) {
		if x.over(i) {
			return
		}
		a, t := holders[i], e.Time()
		if a == model.None || x.hadGrant(a, t, spell) || e.Refused() || e.Text(event.TransmittedServices) != "" || x.foreign(e.Row) || x.nameless(a) {
			continue
		}
		byAccount[a] = append(byAccount[a], granted{time: t, record: e.Row})
	}
	for _, a := range sortedKeys(byAccount) {
		all := byAccount[a]
		slices.SortFunc(all, func(a, b granted) int { return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.record, b.record)) })
		for from := 0; from < len(all); {
			to := from + 1
			for to < len(all) && all[to].time.Sub(all[to-1].time) <= ticketLife {
				to++
			}
			x.addWithoutGrant(a, all[from:to])
			from = to
		}
	}
}

func sortedKeys[V any](m map[model.AccountID]V) []model.AccountID {
	keys := make([]model.AccountID, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// foreign reports whether an account of a ticket is of another domain than the
// domain controller that gave it.
func (x *scope) foreign(e model.EventRow) bool {
	_, realm, ok := strings.Cut(x.Text(e, event.TargetName), "@")
	_, own, full := strings.Cut(x.Event(e).Computer, ".")
	return ok && full && !strings.EqualFold(realm, own)
}

func (x *scope) addWithoutGrant(a model.AccountID, all []granted) {
	var events []model.EventRow
	for _, g := range all {
		events = append(events, g.record)
	}
	from := x.oneAsker(events)
	d := x.draftOf(events, from)
	d.Account, d.Severity = a, Medium
	services := x.servicesOf(events)
	x.addServed(&d, services)
	where := "from several places"
	if from != 0 {
		where = "from " + x.whence(from)
	}
	d.Why = fmt.Sprintf("Account %s was given %s %s, for %s, though no ticket-granting ticket of the account, nor a renewal, is logged in the ten hours before.",
		x.called(&d), counted(len(events), "service ticket"), where, listed(services))
	x.add(d, events[0], "")
}

// nameless reports whether no record but tickets knows an account by name: it
// has no SID, no session and was given no ticket-granting ticket.
func (x *scope) nameless(a model.AccountID) bool {
	c := x.Account(a)
	return c.SID == "" && c.Sessions == 0 && len(x.ticketGrants()[a]) == 0
}

// unknownNames looks for tickets in names that nothing else in the logs has.
func (x *scope) unknownNames() {
	x.coverage()
	var odd []model.EventRow
	holders := x.ticketHolders()
	for i, e := range x.list(ticketsOfUsers) {
		if a := holders[i]; a != model.None && x.nameless(a) {
			odd = append(odd, e)
		}
	}
	keys, lists := x.grouped(odd, func(e model.EventRow) (group, bool) {
		return group{account: x.TargetAccount(e)}, !x.Refused(e) && !x.foreign(e) && x.machineNamed(x.Text(e, event.TargetName)) == model.None
	})
	for _, k := range keys {
		all := lists[k]
		d := x.draftOf(all, x.asker(all[0]))
		x.addServed(&d, x.servicesOf(all))
		d.Account, d.Severity = k.account, Medium
		d.Why = fmt.Sprintf("%s for account %s, of which no other record is in the logs: no ticket-granting ticket, no logon, no SID.",
			capital(counted(len(all), "service ticket")), x.called(&d))
		x.add(d, all[0], "")
	}
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// machineNamed returns the host whose name, without its $, a name in a ticket
// is, or None.
func (x *scope) machineNamed(name string) model.HostID {
	name, _, _ = strings.Cut(strings.ToLower(name), "@")
	if name == "" || strings.HasSuffix(name, "$") {
		return model.None
	}
	if h, ok := x.places().named[name]; ok {
		return h
	}
	return model.None
}

// withoutDollar looks for tickets of users who are called like a computer.
func (x *scope) withoutDollar() {
	like := func(name string) bool { return x.machineNamed(name) != model.None }
	alike := slices.Concat(x.EventsWhere(x.list(grantsOfUsers), event.TargetName, like), x.EventsWhere(x.list(ticketsOfUsers), event.TargetName, like))
	keys, lists := x.grouped(alike, func(e model.EventRow) (group, bool) {
		if x.Refused(e) {
			return group{}, false
		}
		h := x.machineNamed(x.Text(e, event.TargetName))
		return group{account: x.TargetAccount(e), options: uint64(h)}, h != model.None
	})
	for _, k := range keys {
		all, h := lists[k], model.HostID(k.options)
		d := x.draftOf(all, x.asker(all[0]))
		d.Account, d.Severity = k.account, Medium
		if k.account == model.None {
			d.AccountName = x.Text(all[0], event.TargetName)
		}
		if !slices.Contains(d.Hosts, h) {
			d.Hosts = append(d.Hosts, h)
		}
		x.addServed(&d, x.servicesOf(all))
		d.Why = fmt.Sprintf("%s for account %s, which has the name of the computer %s without the $ of its account.", capital(counted(len(all), "ticket")), x.called(&d), x.Host(h).Short())
		if !slices.Contains(x.controllers, h) {
			d.Severity, d.Lowered = Low, x.Host(h).Short()+" is no domain controller"
		}
		x.add(d, all[0], "")
	}
}

// ridAdministrator is the end of the SID of a domain's first administrator.
const ridAdministrator = "-500"

// administratorNames are how Windows calls that account in its languages
// (Microsoft, "Localized account names").
var administratorNames = map[string]bool{
	"administrator": true, "administrateur": true, "administrador": true, "amministratore": true, "administratör": true,
	"järjestelmänvalvoja": true, "rendszergazda": true, "администратор": true, "beheerder": true, "rendszergazdák": true,
}

// otherNames looks for accounts that records call by another name than is
// theirs: two names of one SID, or another name of the first administrator
// that no domain controller knows.
func (x *scope) otherNames() {
	x.coverage()
	for _, a := range x.Accounts() {
		if a.Class != model.ClassUser || a.Host != model.None || a.SID == "" {
			continue
		}
		names := x.logonNames(&a)
		first := strings.ToLower(a.Name)
		unusual := strings.HasSuffix(a.SID, ridAdministrator) && !administratorNames[first] && len(x.ticketGrants()[a.ID]) == 0
		several := len(names) > 1
		if !several && !unusual || x.renamed(a.ID) {
			continue
		}
		events, sessions := x.firstOf(a.ID)
		if len(events) == 0 {
			continue
		}
		d := x.draftOf(events, 0)
		d.sessions, d.Account, d.Severity = sessions, a.ID, Medium
		d.Why = fmt.Sprintf("The account with SID %s is called by %s: %s; no record says that it was renamed.", a.SID, counted(len(names), "name"), listed(names))
		if !several {
			d.Severity, d.Lowered = Low, "the first administrator of a domain is often renamed on purpose"
			d.Why = fmt.Sprintf("The domain's first administrator, SID %s, is called %s in logons, and no ticket or account record of a domain controller gives it that name.", a.SID, a.Name)
		}
		x.add(d, events[0], "")
	}
}

// logonNames are the names without a domain by which an account is written; a
// name with an @ may be another one by right.
func (x *scope) logonNames(a *model.Account) []string {
	out := []string{a.Name}
	for _, s := range a.Spellings {
		_, name, ok := strings.Cut(s, `\`)
		if !ok {
			name = s
		}
		if name == "" || strings.Contains(name, "@") || strings.Contains(name, `\`) {
			continue
		}
		if !slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, name) }) {
			out = append(out, name)
		}
	}
	return out
}

func (x *scope) renamed(a model.AccountID) bool {
	return slices.ContainsFunc(x.Story(a), func(c model.Change) bool { return x.Event(c.Event).Kind == event.AccountRenamed })
}

// firstOf returns the first records and sessions of an account.
func (x *scope) firstOf(a model.AccountID) (events []model.EventRow, sessions []model.SessionRow) {
	sessions = x.Sessions(a, model.None)
	for _, n := range sessions[:min(len(sessions), MostListed)] {
		events = append(events, x.SessionBrief(n).Anchor)
	}
	return events, sessions
}
