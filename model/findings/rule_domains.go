package findings

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"spoor/model"
	"spoor/model/event"
)

// unknownDomains looks for tickets in the name of a domain that nothing else in
// the logs knows: no computer, no account with a SID, no ticket for it.
func (x *scope) unknownDomains() {
	known := x.knownDomains()
	byRealm := map[string][]model.EventRow{}
	odd := x.EventsWhere(x.list(ticketsOfUsers), event.TargetName, func(name string) bool {
		_, realm, ok := strings.Cut(strings.ToLower(name), "@")
		return ok && !knows(known, realm)
	})
	for _, e := range odd {
		if !x.Refused(e) {
			_, realm, _ := strings.Cut(strings.ToLower(x.Text(e, event.TargetName)), "@")
			byRealm[realm] = append(byRealm[realm], e)
		}
	}
	realms := make([]string, 0, len(byRealm))
	for realm := range byRealm {
		realms = append(realms, realm)
	}
	slices.Sort(realms)
	for _, realm := range realms {
		x.addDomain(realm, byRealm[realm])
	}
}

func (x *scope) addDomain(realm string, events []model.EventRow) {
	names := map[string]bool{}
	var list []string
	var accounts []model.AccountID
	for _, e := range events {
		name := x.Text(e, event.TargetName)
		if names[strings.ToLower(name)] {
			continue
		}
		names[strings.ToLower(name)] = true
		list = append(list, name)
		if a := x.TargetAccount(e); a != model.None && len(accounts) < MostListed {
			accounts = append(accounts, a)
		}
	}
	slices.SortFunc(events, func(a, b model.EventRow) int {
		return cmp.Or(cmp.Compare(x.EventTime(a), x.EventTime(b)), cmp.Compare(a, b))
	})
	from := x.oneAsker(events)
	d := x.draftOf(events, from)
	x.addServed(&d, x.servicesOf(events))
	// The account's own domain is what is in doubt: what is presumed are the logs
	// of the one whose controllers gave the tickets.
	d.Severity = Low
	if len(list) == 1 {
		d.AccountName = list[0]
	}
	where := "several places"
	if from != 0 {
		where = x.whence(from)
	}
	d.Why = fmt.Sprintf("%s from %s in the name of the domain %s, of which no other record is in the logs: %s.", capital(counted(len(events), "service ticket")), where, realm, listed(list))
	if len(list) >= x.value("several-accounts") {
		d.Severity, d.Lowered = Info, counted(len(list), "account")+" of it came: perhaps a trusted domain, of which no log is here"
	}
	x.add(d, events[0], realm)
	x.drafts[len(x.drafts)-1].Accounts = accounts
}

// knownDomains are the names of those that the logs know, in full or short, folded:
// of computers, of accounts with a SID, and of what ticket-granting tickets and
// referrals were asked for. Names in service tickets alone prove nothing.
func (x *scope) knownDomains() map[string]bool {
	out := map[string]bool{}
	for _, h := range x.Hosts() {
		for _, name := range append([]string{h.Name}, h.Spellings...) {
			if _, domain, ok := strings.Cut(strings.ToLower(name), "."); ok {
				out[domain] = true
			}
		}
	}
	for _, a := range x.Accounts() {
		if a.SID != "" {
			out[strings.ToLower(a.Domain)] = true
		}
	}
	maps.Copy(out, x.askedDomains())
	return out
}

// knows reports whether a realm is among domains, by its name in full or by its
// first word, which its short name mostly is.
func knows(domains map[string]bool, realm string) bool {
	short, _, _ := strings.Cut(realm, ".")
	return domains[realm] || domains[short]
}
