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

func (x *scope) clearedLogs() {
	var named map[string]model.AccountID
	for _, c := range x.Clears() {
		by := "nobody named"
		if c.By != "" {
			by = "account " + c.By
		}
		d := draft{Finding: Finding{
			Severity: High, Account: model.None, AccountName: c.By, Hosts: []model.HostID{c.Host}, Source: model.Place{Host: model.None},
			Start: c.Time, End: c.Time, Records: []model.EventRow{c.Event},
			Why: fmt.Sprintf("The %s log of %s was cleared by %s: what it held before is gone from it.", c.Channel, x.Host(c.Host).Short(), by),
		}}
		if !strings.EqualFold(c.Channel, "Security") {
			d.Severity, d.Lowered = Medium, "it was not the Security log"
		}
		if n := x.ActorSessions(d.Records)[0]; n != model.None {
			d.sessions, d.Account = []model.SessionRow{n}, x.SessionAccount(n)
		} else {
			if named == nil {
				named = x.accountsByName()
			}
			if a, ok := named[strings.ToLower(c.By)]; ok {
				d.Account = a // the System log knows no SIDs
			}
		}
		x.add(d, c.Event, "")
	}
}

// accountsByName returns the accounts with a SID by DOMAIN\name, folded; None
// for those that several have.
func (x *scope) accountsByName() map[string]model.AccountID {
	out := map[string]model.AccountID{}
	for _, a := range x.Accounts() {
		if a.SID == "" {
			continue
		}
		name := strings.ToLower(a.Display())
		if _, taken := out[name]; taken {
			out[name] = model.None
		} else {
			out[name] = a.ID
		}
	}
	return out
}

// missingRecords looks for holes in the numbers of a Security log. Where most
// of the hosts have some, that is one finding.
func (x *scope) missingRecords() {
	x.coverage()
	cleared := map[model.HostID]bool{}
	for _, c := range x.Clears() {
		cleared[c.Host] = true
	}
	var hosts []model.HostID
	for h := range x.gaps {
		if len(x.gaps[h]) > 0 {
			hosts = append(hosts, h)
		}
	}
	slices.Sort(hosts)
	all := make([]holes, len(hosts))
	for i, h := range hosts {
		all[i] = x.holes(h)
	}
	if len(all) > 1 && x.usual(len(all), len(x.spans)) {
		x.missingTogether(all)
		return
	}
	for i := range all {
		g := &all[i]
		d := x.lacking(g)
		d.Why = fmt.Sprintf("The Security log of %s lacks %s of its record numbers.", x.Host(g.host).Short(), g.words(", in "))
		switch {
		case len(g.gaps) > x.value("export-gaps"):
			d.Severity, d.Lowered = Info, "so many gaps are what an export by a filter leaves"
		case cleared[g.host]:
			d.Severity, d.Lowered = Info, "the log was cleared, which is a finding of its own"
		}
		x.add(d, model.None, x.saltOf(g))
	}
}

// holes are the gaps of one host's Security log, by number.
type holes struct {
	host    model.HostID
	gaps    []model.Gap
	missing uint64
}

func (x *scope) holes(h model.HostID) holes {
	g := holes{host: h, gaps: slices.Clone(x.gaps[h])}
	slices.SortFunc(g.gaps, func(a, b model.Gap) int { return cmp.Compare(a.After, b.After) })
	for _, gap := range g.gaps {
		g.missing += gap.Before - gap.After - 1
	}
	return g
}

func (g *holes) words(in string) string {
	return counted(int(min(g.missing, 1<<62)), "record") + in + counted(len(g.gaps), "gap")
}

// saltOf tells the gaps of one log from others.
func (x *scope) saltOf(g *holes) string {
	return fmt.Sprint(x.Host(g.host).Name, 0, g.gaps[0].After, 0, g.gaps[0].Before)
}

func (x *scope) lacking(g *holes) draft {
	d := draft{Finding: Finding{Severity: Low, Account: model.None, Hosts: []model.HostID{g.host}, Source: model.Place{Host: model.None}, Records: x.BesideGaps(g.host, g.gaps)}}
	for _, gap := range g.gaps {
		if d.Start == 0 || gap.From < d.Start {
			d.Start = gap.From
		}
		d.End = max(d.End, gap.To)
	}
	return d
}

// missingTogether makes one finding of the hosts of one collection, those that
// lack most first.
func (x *scope) missingTogether(all []holes) {
	slices.SortStableFunc(all, func(a, b holes) int {
		return cmp.Or(cmp.Compare(b.missing, a.missing), strings.Compare(x.Host(a.host).Name, x.Host(b.host).Name))
	})
	var names, salts []string
	d := draft{Finding: Finding{
		Severity: Info, Account: model.None, Source: model.Place{Host: model.None},
		Lowered: fmt.Sprintf("the logs of %d of %s have gaps: perhaps it is how they were exported", len(all), counted(len(x.spans), "host")),
	}}
	for i := range all {
		g := &all[i]
		one := x.lacking(g)
		names = append(names, x.Host(g.host).Short()+" "+g.words(" in "))
		salts = append(salts, x.saltOf(g))
		d.Hosts, d.Records = append(d.Hosts, g.host), append(d.Records, one.Records...)
		if d.Start == 0 || one.Start < d.Start {
			d.Start = one.Start
		}
		d.End = max(d.End, one.End)
	}
	slices.SortFunc(d.Records, func(a, b model.EventRow) int {
		return cmp.Or(cmp.Compare(x.EventTime(a), x.EventTime(b)), cmp.Compare(a, b))
	})
	slices.Sort(salts)
	d.Why = fmt.Sprintf("The Security logs of %d hosts lack records: %s.", len(all), listed(names))
	x.add(d, model.None, strings.Join(salts, "\x00"))
}

// setClocks looks for clocks that were set back, or that an account of a user
// set.
func (x *scope) setClocks() {
	least := x.span("clock-minutes")
	keys, lists := x.grouped(x.events(event.ClockChanged), func(e model.EventRow) (group, bool) {
		by := x.clockSet(e)
		a := x.SubjectAccount(e)
		user := x.Account(a).Class == model.ClassUser
		return group{account: a, options: uint64(x.EventHost(e))}, by <= -least || user && by >= least
	})
	for _, k := range keys {
		all := lists[k]
		d := x.draftOf(all, 0)
		d.Account, d.Severity = k.account, Medium
		if k.account == model.None {
			d.AccountName = x.Text(all[0], event.SubjectName)
		}
		d.sessions = known(x.ActorSessions(d.Records))
		d.Why = fmt.Sprintf("Account %s set the clock of %s: %s.", x.called(&d), x.Host(model.HostID(k.options)).Short(), x.clockChanges(all))
		if x.Account(k.account).Class != model.ClassUser {
			d.Severity, d.Lowered = Low, "Windows or a service set it, as after a wrong start or the return of a virtual machine"
		}
		x.add(d, all[0], "")
	}
}

// clockChanges are changes of a clock of one direction, by one program.
type clockChanges struct {
	direction, by  string
	count          int
	least, largest time.Duration
	at             event.FileTime // of the largest
}

// mostLengths is how many changes of a clock that differ are told one by one: a
// clock that drifts is set for ever, each time by something else.
const mostLengths = 3

// clockChanges says in words how a clock was set: each change while they are few
// or alike, else how often, by what at least and at most, and when that was.
func (x *scope) clockChanges(all []model.EventRow) string {
	var each []string
	var kinds []*clockChanges
	often, of := map[string]int{}, map[string]*clockChanges{}
	for _, e := range all {
		direction, n := "forward", x.clockSet(e)
		if n < 0 {
			direction, n = "back", -n
		}
		by := cmp.Or(image(x.Text(e, event.Process)), "a program")
		how := direction + " by " + lasting(n) + " by " + by
		if often[how]++; often[how] == 1 && len(each) <= mostLengths {
			each = append(each, how)
		}
		k := of[direction+by]
		if k == nil {
			k = &clockChanges{direction: direction, by: by, least: n}
			of[direction+by], kinds = k, append(kinds, k)
		}
		k.count++
		k.least = min(k.least, n)
		if n > k.largest {
			k.largest, k.at = n, x.EventTime(e)
		}
	}
	if len(each) <= mostLengths {
		for i, how := range each {
			if n := often[how]; n > 1 {
				each[i] += fmt.Sprintf(", %d times", n)
			}
		}
		return listed(each)
	}
	var words []string
	for _, k := range kinds {
		switch least, largest := lasting(k.least), lasting(k.largest); {
		case k.count == 1:
			words = append(words, fmt.Sprintf("%s by %s by %s", k.direction, largest, k.by))
		case least == largest:
			words = append(words, fmt.Sprintf("%s by %s by %s, %d times", k.direction, largest, k.by, k.count))
		default:
			words = append(words, fmt.Sprintf("%s %d times by %s, by %s at least, the largest by %s at %s", k.direction, k.count, k.by, least, largest, k.at))
		}
	}
	return fmt.Sprintf("%d changes, %s", len(all), listed(words))
}

// clockSet is by how much an event set a clock.
func (x *scope) clockSet(e model.EventRow) time.Duration {
	before, _ := x.Number(e, event.PreviousTime)
	after, _ := x.Number(e, event.NewTime)
	if before == 0 || after == 0 {
		return 0
	}
	return event.FileTime(after).Sub(event.FileTime(before))
}

// known are the rows that are not None, each once.
func known(rows []model.SessionRow) []model.SessionRow {
	var out []model.SessionRow
	seen := map[model.SessionRow]bool{model.None: true}
	for _, n := range rows {
		if !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out
}
