package findings

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"spoor/model"
	"spoor/model/event"
)

// guessedRight looks for what guessing had as its result. It comes after the
// rules that find guessing.
func (x *scope) guessedRight() {
	if len(x.guessed) == 0 {
		return
	}
	after := x.span("success-hours")
	found := map[placeID][]success{}
	spell := x.span("skew-seconds")
	for _, s := range x.successes() {
		if slices.ContainsFunc(x.guessed[s.from], func(g *series) bool {
			return s.time >= g.start().Add(-spell) && s.time <= g.end().Add(after)
		}) {
			found[s.from] = append(found[s.from], s)
		}
	}
	var from []placeID
	for id := range found {
		from = append(from, id)
	}
	slices.Sort(from)
	for _, id := range from {
		all := found[id]
		slices.SortFunc(all, func(a, b success) int { return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.record, b.record)) })
		own := map[model.AccountID][]success{}
		var order []model.AccountID
		for _, s := range all {
			if s.account == model.None {
				continue
			}
			if own[s.account] == nil {
				order = append(order, s.account)
			}
			own[s.account] = append(own[s.account], s)
		}
		for i, a := range order {
			if x.over(i) {
				return
			}
			x.right(id, own[a], x.guessed[id], after)
		}
	}
}

// right judges the successes of an account from a place where guessing came
// from, by the first of them.
func (x *scope) right(from placeID, all []success, guessed []*series, after time.Duration) {
	first := &all[0]
	if c := x.Account(first.account).Class; c == model.ClassMachine || c == model.ClassBuiltin || c == model.ClassVirtual {
		return
	}
	var amidst []*series
	most := noTarget
	few, spell := true, x.span("skew-seconds")
	for _, g := range guessed {
		if first.time < g.start().Add(-spell) || first.time > g.end().Add(after) {
			continue
		}
		how, own := x.targeted(g, first)
		if how == noTarget || own || x.habits().used(first.account, from, g.start()) {
			continue
		}
		amidst, most, few = append(amidst, g), max(most, how), few && g.few
	}
	if len(amidst) > 0 {
		x.addRight(from, all, x.aimed(amidst), few, most)
	}
}

// target is how an account was one of those that a series was aimed at.
type target uint8

const (
	noTarget target = iota
	amid            // it was let in amid the attempts, as any other may have been
	alike           // it was let in amid them, by the program that made them
	refused         // it was refused before
)

// targeted says how an account was aimed at by a series; own is that the
// account itself is logged as the one who tried.
func (x *scope) targeted(g *series, s *success) (how target, own bool) {
	spell, by := x.span("skew-seconds"), x.aim(g)
	if t, ok := by.refused[s.account]; ok && t <= s.time.Add(spell) {
		how = refused
	} else if s.time >= g.start().Add(-spell) && s.time <= g.end().Add(spell) {
		how = by.amid(x, s)
	}
	return how, by.subjects[s.account]
}

func (x *scope) addRight(from placeID, all []success, g *aimed, few bool, how target) {
	first := &all[0]
	d, tried := g.draft, g.draft.FailureCount
	d.Hosts = slices.Clone(d.Hosts)
	last := first.time
	d.Account, d.AccountName, d.Accounts = first.account, x.Account(first.account).Display(), nil
	for i := range all {
		s := &all[i]
		d.RecordCount++
		if len(d.Records) < MostListed {
			d.Records = append(d.Records, s.record)
		}
		if s.session != model.None {
			d.sessions = append(d.sessions, s.session)
		}
		if !slices.Contains(d.Hosts, s.host) {
			d.Hosts = append(d.Hosts, s.host)
		}
		last = s.time
	}
	claimed := d.Source.Claimed || !slices.ContainsFunc(all, func(s success) bool {
		return x.Event(s.record).Kind != event.CredentialValidation
	})
	d.Severity = High
	// What it presumes is of the time before the guessing; what happened is that
	// the account was accepted.
	d.since, d.Start = min(d.Start, first.time), first.time
	d.End = max(first.time, last)
	d.Why = fmt.Sprintf("Account %s, which had never come from %s in the logs%s, was accepted from there at %s, amid or after %s from there on %s since %s.",
		d.AccountName, x.whenceOf(d.Source), x.reaching(first), first.time, counted(tried, "refused attempt"), counted(g.names, "name"), g.start)
	switch {
	case g.shared >= x.value("shared-accounts"):
		d.Severity, d.Lowered = Medium, fmt.Sprintf("%s had logged on from there before: it is a shared source", counted(g.shared, "account"))
	case claimed:
		d.Severity, d.Lowered = Medium, "what a client calls itself, anybody can write: the attempts and the success may be of two computers"
	case how == amid:
		d.Severity, d.Lowered = Medium, "it is not among those refused, and was let in as anybody is"
	case few:
		d.Severity, d.Lowered = Medium, "the attempts before were few, as of somebody who mistypes at a new computer"
	}
	x.add(d, first.record, "")
}

// reaching says how far the log that a success is of reaches back before it:
// what never was is worth no more than that.
func (x *scope) reaching(s *success) string {
	x.coverage()
	c, ok := x.spans[s.host]
	if !ok || c.first >= s.time {
		return ""
	}
	missing := ""
	if n := x.missingBefore(s.host, s.time); n > 0 {
		missing = ", with " + counted(int(min(n, 1<<62)), "record") + " missing"
	}
	return fmt.Sprintf(" (that of %s reaches back %s%s)", x.Host(s.host).Short(), lasting(s.time.Sub(c.first)), missing)
}

// whileRefused looks for accounts that sit down at one place while wrong
// passwords are tried for them at another.
func (x *scope) whileRefused() {
	for i := range x.series() {
		s := &x.series()[i]
		byAccount := map[model.AccountID][]attempt{}
		var order []model.AccountID
		for _, a := range s.attempts {
			if a.kind == wrongPassword && a.account != model.None {
				if byAccount[a.account] == nil {
					order = append(order, a.account)
				}
				byAccount[a.account] = append(byAccount[a.account], a)
			}
		}
		for _, id := range order {
			if own := byAccount[id]; len(own) >= x.value("ongoing-tries") {
				x.sitsDown(id, &series{from: s.from, attempts: own})
			}
		}
	}
}

// sitsDown looks for the desktops that an account opened from elsewhere during
// a series of attempts on it.
func (x *scope) sitsDown(a model.AccountID, s *series) {
	d, anchor, _ := x.about(s, func(*attempt) bool { return true })
	d.Account, d.Accounts = a, nil
	all := x.Sessions(a, model.None)
	i, _ := slices.BinarySearchFunc(all, s.start(), func(n model.SessionRow, t event.FileTime) int { return cmp.Compare(x.SessionStart(n), t) })
	var at []string
	for ; i < len(all) && x.SessionStart(all[i]) <= s.end(); i++ {
		f := x.SessionFacts(all[i])
		if f.Logon == model.None || f.Kind != model.KindInteractive && f.Kind != model.KindRemoteDesktop {
			continue
		}
		if from := x.cameFrom(&f); from == 0 || from == s.from {
			continue
		}
		d.sessions = append(d.sessions, all[i])
		if name := x.Host(f.Host).Short(); !slices.Contains(at, name) {
			at = append(at, name)
		}
		if !slices.Contains(d.Hosts, f.Host) {
			d.Hosts = append(d.Hosts, f.Host)
		}
	}
	if len(d.sessions) == 0 {
		return
	}
	d.Severity = Low
	d.Why = fmt.Sprintf("Account %s logged on at %s while %s with a wrong password for it came from %s.", x.Account(a).Display(), listed(at), counted(len(s.attempts), "attempt"), x.whenceOf(d.Source))
	if x.habits().used(a, s.from, s.start()) {
		d.Severity, d.Lowered = Info, "the account had logged on from there before: a stored old password looks the same"
	}
	x.add(d, anchor, "")
}
