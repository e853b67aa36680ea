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

// missingRecords looks for holes in the numbers of a Security log.
func (x *scope) missingRecords() {
	x.coverage()
	cleared := map[model.HostID]bool{}
	for _, c := range x.Clears() {
		cleared[c.Host] = true
	}
	var hosts []model.HostID
	for h := range x.gaps {
		hosts = append(hosts, h)
	}
	slices.Sort(hosts)
	together := len(hosts) > 1 && x.usual(len(hosts), len(x.spans))
	for _, h := range hosts {
		gaps := slices.Clone(x.gaps[h])
		if len(gaps) == 0 {
			continue
		}
		slices.SortFunc(gaps, func(a, b model.Gap) int { return cmp.Compare(a.After, b.After) })
		missing := uint64(0)
		d := draft{Finding: Finding{Severity: Low, Account: model.None, Hosts: []model.HostID{h}, Source: model.Place{Host: model.None}, Records: x.BesideGaps(h, gaps)}}
		for _, g := range gaps {
			missing += g.Before - g.After - 1
			if d.Start == 0 || g.From < d.Start {
				d.Start = g.From
			}
			d.End = max(d.End, g.To)
		}
		d.Why = fmt.Sprintf("The Security log of %[2]s lacks %[1]s, in %[3]s of its record numbers.", counted(int(min(missing, 1<<62)), "record"), x.Host(h).Short(), counted(len(gaps), "gap"))
		switch {
		case together:
			d.Severity, d.Lowered = Info, fmt.Sprintf("the logs of %d of %s have gaps: it is how they were exported", len(hosts), counted(len(x.spans), "host"))
		case len(gaps) > x.value("export-gaps"):
			d.Severity, d.Lowered = Info, "so many gaps are what an export by a filter leaves"
		case cleared[h]:
			d.Severity, d.Lowered = Info, "the log was cleared, which is a finding of its own"
		}
		x.add(d, model.None, fmt.Sprint(x.Host(h).Name, 0, gaps[0].After, 0, gaps[0].Before))
	}
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
		var by []string
		for _, e := range all[:min(len(all), MostListed)] {
			direction := "forward"
			n := x.clockSet(e)
			if n < 0 {
				direction, n = "back", -n
			}
			by = append(by, direction+" by "+lasting(n)+" by "+cmp.Or(image(x.Text(e, event.Process)), "a program"))
		}
		d.Why = fmt.Sprintf("Account %s set the clock of %s: %s.", x.called(&d), x.Host(model.HostID(k.options)).Short(), listed(by))
		if x.Account(k.account).Class != model.ClassUser {
			d.Severity, d.Lowered = Low, "Windows or a service set it, as after a wrong start or the return of a virtual machine"
		}
		x.add(d, all[0], "")
	}
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
