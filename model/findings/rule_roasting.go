package findings

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"spoor/model"
	"spoor/model/event"
)

// asked is a service ticket for a service that runs as a user's account.
type asked struct {
	time    event.FileTime
	record  model.EventRow
	account model.AccountID
	from    placeID
	service uint32
	weak    bool // by RC4
}

// roastable is those tickets, by account, place and time.
type roastable struct {
	all      []asked
	services []string
	// weak and strong count each service's tickets; askers the accounts that
	// came for it by RC4.
	weak, strong []int
	askers       []map[model.AccountID]bool
}

const (
	rc4         = 0x17
	rc4Exported = 0x18
)

func (x *scope) roastable() *roastable {
	if x.roasts != nil {
		return x.roasts
	}
	r := &roastable{}
	number := map[string]uint32{}
	for i, e := range x.Each(x.list(ticketsToRoast)) {
		if x.over(i) {
			break
		}
		if e.Refused() {
			continue
		}
		name := e.Text(event.ServiceName)
		service, _, _ := strings.Cut(strings.ToLower(name), "@")
		if client, _, _ := strings.Cut(strings.ToLower(e.Text(event.TargetName)), "@"); client == service {
			continue
		}
		n, ok := number[service]
		if !ok {
			n = uint32(len(r.services))
			number[service] = n
			r.services = append(r.services, name)
			r.weak, r.strong, r.askers = append(r.weak, 0), append(r.strong, 0), append(r.askers, map[model.AccountID]bool{})
		}
		t := e.Time()
		kind, _ := e.Number(event.TicketEncryption)
		a := asked{time: t, record: e.Row, account: e.Target(), from: x.awayAt(e.TextNumber(event.IPAddress), t), service: n, weak: kind == rc4 || kind == rc4Exported}
		if a.from == 0 {
			a.from = x.places().host(e.Host())
		}
		if a.weak {
			r.weak[n]++
			r.askers[n][a.account] = true
		} else {
			r.strong[n]++
		}
		r.all = append(r.all, a)
	}
	slices.SortFunc(r.all, func(a, b asked) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.from, b.from), cmp.Compare(a.time, b.time), cmp.Compare(a.record, b.record))
	})
	x.roasts = r
	return r
}

// roasts reports whether a service may run as a user: it is neither a computer
// nor the domain's own.
func roasts(name string) bool {
	service, _, _ := strings.Cut(strings.ToLower(name), "@")
	first, _, _ := strings.Cut(service, "/")
	return service != "" && !strings.HasSuffix(service, "$") && first != "krbtgt" && first != "kadmin"
}

// eachRun calls use for the tickets of one account from one place of which none
// is further than roast-minutes from the next.
func (x *scope) eachRun(use func([]asked)) {
	all, within := x.roastable().all, x.span("roast-minutes")
	for from := 0; from < len(all); {
		to := from + 1
		for to < len(all) && all[to].account == all[from].account && all[to].from == all[from].from && all[to].time.Sub(all[to-1].time) <= within {
			to++
		}
		use(all[from:to])
		from = to
	}
}

// pick returns the tickets of a run that are by RC4, or those that are not, and
// the names of their services.
func (r *roastable) pick(run []asked, weak bool) (out []asked, services []string) {
	named := map[uint32]bool{}
	for _, a := range run {
		if a.weak == weak {
			out = append(out, a)
			if !named[a.service] {
				named[a.service] = true
				services = append(services, r.services[a.service])
			}
		}
	}
	return out, services
}

// habitual counts the services of a run that the account asked for on another
// day too.
func (x *scope) habitual(run []asked) int {
	if x.roastDays == nil {
		x.roastDays = map[roastHabit]map[int64]bool{}
		for _, a := range x.roastable().all {
			k := roastHabit{a.account, a.service}
			if x.roastDays[k] == nil {
				x.roastDays[k] = map[int64]bool{}
			}
			x.roastDays[k][dayOf(a.time)] = true
		}
	}
	n, seen := 0, map[uint32]bool{}
	for _, a := range run {
		if !seen[a.service] && len(x.roastDays[roastHabit{a.account, a.service}]) > 1 {
			n++
		}
		seen[a.service] = true
	}
	return n
}

type roastHabit struct {
	account model.AccountID
	service uint32
}

func dayOf(t event.FileTime) int64 { return int64(t) / int64(day/100) }

func (x *scope) roastDraft(run []asked) draft {
	first := run[0]
	d := draft{Finding: Finding{
		Severity: Medium, Account: first.account, Source: x.places().all[first.from], Start: first.time, End: run[len(run)-1].time, RecordCount: len(run),
	}}
	if first.account == model.None {
		d.AccountName = x.Text(first.record, event.TargetName)
	}
	for _, a := range run[:min(len(run), MostListed)] {
		d.Records = append(d.Records, a.record)
		if h := x.EventHost(a.record); !slices.Contains(d.Hosts, h) {
			d.Hosts = append(d.Hosts, h)
		}
	}
	if h := d.Source.Host; h != model.None && !slices.Contains(d.Hosts, h) {
		d.Hosts = append(d.Hosts, h)
	}
	return d
}

// called is an account in a sentence.
func (x *scope) called(d *draft) string {
	if d.AccountName != "" {
		return d.AccountName
	}
	return x.Account(d.Account).Display()
}

// weakTickets looks for service tickets by RC4 of services that are users.
func (x *scope) weakTickets() {
	r := x.roastable()
	x.eachRun(func(run []asked) {
		weak, services := r.pick(run, true)
		if len(weak) == 0 {
			return
		}
		many := len(services) >= x.value("roast-services")
		if !many && !slices.ContainsFunc(weak, func(a asked) bool { return r.rare(a.service, x.value("rare-tickets")) }) {
			return
		}
		usual := x.habitual(weak)
		if !many && usual > 0 {
			return
		}
		d := x.roastDraft(weak)
		d.Why = fmt.Sprintf("Account %s was given tickets with RC4 for %s of users' accounts within %s, from %s: %s.", x.called(&d), counted(len(services), "service"),
			within(d.End.Sub(d.Start)), x.whence(weak[0].from), listed(services))
		switch {
		case !many:
			d.Severity, d.Lowered = Low, "it is "+counted(len(services), "service")+", which an old program or service asks for by itself"
		case x.usual(usual, len(services)):
			d.Severity, d.Lowered = Info, "the account asks for these services on other days too"
		}
		x.add(d, weak[0].record, "")
	})
}

// rare reports whether RC4 is not what a service's tickets usually have: most of
// them are by AES, or they are at most so many and one account's.
func (r *roastable) rare(service uint32, most int) bool {
	return r.strong[service] > r.weak[service] || r.weak[service] <= most && len(r.askers[service]) == 1
}

// manyTickets looks for tickets by AES for many services that are users.
func (x *scope) manyTickets() {
	r := x.roastable()
	x.eachRun(func(run []asked) {
		strong, services := r.pick(run, false)
		if len(services) < x.value("roast-services") {
			return
		}
		usual := x.habitual(strong)
		if x.usual(usual, len(services)) {
			return
		}
		d := x.roastDraft(strong)
		d.Why = fmt.Sprintf("Account %s was given tickets for %s of users' accounts within %s, from %s: %s; %d of them only on that day.", x.called(&d), counted(len(services), "service"),
			within(d.End.Sub(d.Start)), x.whence(strong[0].from), listed(services), len(services)-usual)
		x.add(d, strong[0].record, "")
	})
}
