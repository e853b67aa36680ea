package findings

import (
	"fmt"
	"slices"
	"time"

	"spoor/model"
	"spoor/model/event"
)

// about makes a draft of a series of attempts: those that pick chooses.
func (x *scope) about(s *series, pick func(*attempt) bool) (d draft, anchor model.EventRow, names []string) {
	d = draft{Finding: Finding{Account: model.None, Source: x.cameBy(s, pick)}}
	anchor = model.None
	accounts, hosts, named := map[model.AccountID]bool{}, map[model.HostID]bool{}, map[string]bool{}
	if h := d.Source.Host; h != model.None {
		hosts[h] = true
		d.Hosts = append(d.Hosts, h)
	}
	for i := range s.attempts {
		a := &s.attempts[i]
		if !pick(a) {
			continue
		}
		if anchor == model.None {
			anchor, d.Start = a.event, a.time
		}
		d.End = a.time
		d.failures = append(d.failures, a.failure)
		d.RecordCount++
		if len(d.Records) < MostListed {
			d.Records = append(d.Records, a.event)
		}
		if h := x.EventHost(a.event); !hosts[h] {
			hosts[h] = true
			d.Hosts = append(d.Hosts, h)
		}
		if a.account != model.None && !accounts[a.account] {
			accounts[a.account] = true
			d.Accounts = append(d.Accounts, a.account)
		}
		if name := x.tried(a); !named[name] {
			named[name] = true
			names = append(names, name)
		}
	}
	return d, anchor, names
}

// cameBy is where the attempts of a series that pick chooses came from: the
// host of their place only where addresses say so of half of them at least.
// What clients call themselves, anybody can write.
func (x *scope) cameBy(s *series, pick func(*attempt) bool) model.Place {
	all, claims := 0, 0
	for i := range s.attempts {
		if a := &s.attempts[i]; pick(a) {
			all++
			if a.claimed {
				claims++
			}
		}
	}
	p := x.places().all[s.from]
	if p.Host != model.None && 2*claims > all {
		return model.Place{Host: model.None, Name: x.Host(p.Host).Short(), Claimed: true, Certainty: model.Weak}
	}
	return p
}

func (x *scope) sprays() {
	window := x.span("window")
	for i := range x.series() {
		s := &x.series()[i]
		if n, from, to := most(s.attempts, wrongPassword, window); n >= x.value("spray-accounts") {
			x.spray(s, &series{from: s.from, attempts: s.attempts[from:to]})
		}
	}
}

// spray judges a series of which a part was on many accounts.
func (x *scope) spray(whole, dense *series) {
	tries, accounts := 0, map[uint32]model.AccountID{}
	var first, last event.FileTime
	for i := range dense.attempts {
		if a := &dense.attempts[i]; a.kind == wrongPassword {
			if tries == 0 {
				first = a.time
			}
			last = a.time
			tries++
			accounts[a.name] = a.account
		}
	}
	if tries > x.value("spray-tries")*len(accounts) {
		return
	}
	x.guessed[whole.from] = append(x.guessed[whole.from], whole)
	// Where accounts usually come from, they mistype too.
	usual := 0
	for _, a := range accounts {
		if _, ever := x.habits().first[came{a, whole.from}]; ever && a != model.None {
			usual++
		}
	}
	d, anchor, names := x.about(whole, func(a *attempt) bool { return a.kind == wrongPassword })
	d.Severity = Medium
	shared := x.habits().before(whole.from, whole.start())
	by := x.triers(dense)
	d.Why = fmt.Sprintf("%s, %s with a wrong password on %s within %s: %s.", x.triedBy(&d, dense, &by), counted(tries, "attempt"),
		counted(len(accounts), "account"), within(last.Sub(first)), listed(names))
	if by != "" {
		d.Why += " Who tried is logged: " + by + "."
	}
	if shared >= x.value("shared-accounts") {
		d.Why += fmt.Sprintf(" %s had logged on from there before.", counted(shared, "account"))
	}
	if len(accounts)-usual < x.value("spray-accounts") && x.usual(usual, len(accounts)) {
		d.Severity, d.Lowered = Low, fmt.Sprintf("%d of the accounts log on from there too, so that it may be a shared source", usual)
	}
	x.add(d, anchor, "")
}

// triers names the accounts that are logged as those who tried.
func (x *scope) triers(s *series) string {
	var names []string
	for i := range s.attempts {
		if a := s.attempts[i].subject; a != model.None && x.Account(a).Class != model.ClassMachine && x.Account(a).Class != model.ClassBuiltin {
			if name := "account " + x.Account(a).Display(); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return listed(names)
}

func (x *scope) enumerations() {
	window := x.span("window")
	for i := range x.series() {
		s := &x.series()[i]
		n, _, _ := most(s.attempts, noSuchName, window)
		if n < x.value("unknown-names") {
			continue
		}
		x.guessed[s.from] = append(x.guessed[s.from], s)
		d, anchor, names := x.about(s, func(a *attempt) bool { return a.kind == noSuchName })
		d.Severity = Medium
		d.Why = fmt.Sprintf("%s, %s that no account has were asked for within %s: %s.", x.triedBy(&d, s, new(string)), counted(len(names), "name"), within(d.End.Sub(d.Start)), listed(names))
		if shared := x.habits().before(s.from, s.start()); shared >= x.value("shared-accounts") {
			d.Severity, d.Lowered = Low, fmt.Sprintf("%s had logged on from there before: it is a shared source, where names are mistyped", counted(shared, "account"))
		}
		x.add(d, anchor, "")
	}
}

func (x *scope) guesses() {
	for i := range x.series() {
		s := &x.series()[i]
		byName := map[uint32][]attempt{}
		var order []uint32
		for _, a := range s.attempts {
			if a.kind == wrongPassword && a.name != 0 {
				if byName[a.name] == nil {
					order = append(order, a.name)
				}
				byName[a.name] = append(byName[a.name], a)
			}
		}
		var all []guessing
		for _, name := range order {
			if g, ok := x.guessing(&series{from: s.from, attempts: byName[name]}); ok {
				all = append(all, g)
			}
		}
		if len(all) >= x.value("spray-accounts") {
			x.addGuesses(all)
			continue
		}
		for i := range all {
			x.addGuess(&all[i])
		}
	}
}

// guessing is that the password of one account was guessed.
type guessing struct {
	series *series
	most   int // attempts in guess-minutes
	fast   int // attempts in fast-seconds
	lowers string
}

// densest returns the most attempts within a time.
func densest(all []attempt, within time.Duration) int {
	n, from := 0, 0
	for to := range all {
		for all[to].time.Sub(all[from].time) > within {
			from++
		}
		n = max(n, to-from+1)
	}
	return n
}

// guessing judges the attempts on one account.
func (x *scope) guessing(s *series) (g guessing, ok bool) {
	g = guessing{series: s, most: densest(s.attempts, x.span("guess-minutes")), fast: densest(s.attempts, x.span("fast-seconds"))}
	s.few = g.most < x.value("guess-tries")
	if s.few && g.fast < x.value("fast-tries") {
		return g, false
	}
	switch {
	case x.habits().used(s.attempts[0].account, s.from, s.start()):
		g.lowers = "the account had logged on from there before: a stored old password looks the same"
	case x.stored(s):
		g.lowers = "a service or a scheduled task tried it, which keep a password: an old one looks the same"
	case s.few:
		g.lowers = fmt.Sprintf("%s are few, though %d came faster than anyone types", counted(len(s.attempts), "attempt"), g.fast)
	}
	return g, true
}

func (x *scope) addGuess(g *guessing) {
	s, first := g.series, &g.series.attempts[0]
	d, anchor, _ := x.about(s, func(*attempt) bool { return true })
	d.Account, d.AccountName, d.Accounts = first.account, x.tried(first), nil
	d.Severity = Medium
	d.Why = fmt.Sprintf("%s, %s with a wrong password for account %s within %s", x.triedBy(&d, s, new(string)), counted(len(s.attempts), "attempt"),
		d.AccountName, within(s.end().Sub(s.start())))
	if g.most < len(s.attempts) {
		d.Why += fmt.Sprintf(", up to %d of them within %s", max(g.most, g.fast), within(x.span("guess-minutes")))
	}
	d.Why += "."
	if g.lowers != "" {
		d.Severity, d.Lowered = Low, g.lowers
	}
	x.guessed[s.from] = append(x.guessed[s.from], s)
	x.add(d, anchor, "")
}

// addGuesses makes one finding of the guessing of many accounts from one place.
func (x *scope) addGuesses(all []guessing) {
	var parts []*series
	few, lower, names := true, 0, map[string]int{}
	for i := range all {
		g := &all[i]
		parts, few = append(parts, g.series), few && g.series.few
		if g.lowers != "" {
			lower++
			names[g.lowers]++
		}
	}
	s := merged(parts)
	s.few = few
	d, anchor, tried := x.about(s, func(*attempt) bool { return true })
	d.Severity = Medium
	d.Why = fmt.Sprintf("%s, %s with a wrong password for %s within %s, more of each than anybody types: %s.", x.triedBy(&d, s, new(string)), counted(len(s.attempts), "attempt"),
		counted(len(all), "account"), within(s.end().Sub(s.start())), listed(tried))
	if x.usual(lower, len(all)) {
		d.Severity, d.Lowered = Low, fmt.Sprintf("of %d of the accounts: %s", lower, mostOften(names))
	}
	x.guessed[s.from] = append(x.guessed[s.from], s)
	x.add(d, anchor, "")
}

// mostOften is the text that was counted most often, the first of those in the
// order of letters.
func mostOften(counts map[string]int) string {
	best := ""
	for text, n := range counts {
		if n > counts[best] || n == counts[best] && text < best {
			best = text
		}
	}
	return best
}
