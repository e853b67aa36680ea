package findings

import (
	"spoor/model"
	"spoor/model/event"
)

// trier is a program on a host that tried passwords itself, in the session of a
// user's account.
type trier struct {
	host    model.HostID
	program string // its path
	account model.AccountID
}

// trier returns the program that made the attempts of a series: 4625 names it
// and the account that it ran as where no other computer asked. It is one only
// where most of the attempts were its own.
func (x *scope) trier(s *series) (by trier, ok bool) {
	count := map[trier]int{}
	for i := range s.attempts {
		a := &s.attempts[i]
		if t, ok := x.programOf(a); ok {
			if count[t]++; 2*count[t] > len(s.attempts) {
				return t, true
			}
		}
	}
	return trier{}, false
}

func (x *scope) programOf(a *attempt) (trier, bool) {
	if a.subject == model.None || !x.isUser(a.subject) || x.Event(a.event).Kind != event.LogonFailed {
		return trier{}, false
	}
	path := x.Text(a.event, event.Process)
	if path == "" || proxies[image(path)] || elsewhere(x.Text(a.event, event.IPAddress)) {
		return trier{}, false
	}
	return trier{x.EventHost(a.event), path, a.subject}, true
}

// ownProgram is what else looks like passwords tried by a program on a host.
const ownProgram = "A program of the house that logs on in other names, such as a script, a connection manager or an installer with a list of accounts; a test of passwords that was agreed on; somebody who mistypes in runas."

// triedBy begins the sentence about attempts: where they came from or, where a
// program on the host made them, which one and as whom. What is also said of
// who tried is then left out.
func (x *scope) triedBy(d *draft, s *series, also *string) string {
	by, ok := x.trier(s)
	if !ok {
		return "From " + x.whenceOf(d.Source)
	}
	*also, d.Innocent, d.Reached = "", ownProgram, []model.AccountID{by.account}
	d.Source = x.places().all[x.places().host(by.host)]
	return "On " + x.Host(by.host).Short() + ", by " + programOr(by.program) + " that account " + x.Account(by.account).Display() + " ran"
}

// services are the logon types for which Windows keeps a password: scheduled
// tasks and services.
var services = map[uint64]bool{4: true, 5: true}

// stored reports whether the attempts of a series on one account are of what
// keeps its password: all of them say so, or the account runs services or tasks
// on the host that they came from.
func (x *scope) stored(s *series) bool {
	all := true
	for i := range s.attempts {
		typ, ok := x.Number(s.attempts[i].event, event.LogonType)
		all = all && ok && services[typ]
	}
	if all {
		return true
	}
	h := x.places().all[s.from].Host
	if h == model.None || s.attempts[0].account == model.None {
		return false
	}
	for _, n := range x.Sessions(s.attempts[0].account, h) {
		if k := x.SessionFacts(n).Kind; k == model.KindService || k == model.KindBatch {
			return true
		}
	}
	return false
}
