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
		}
		x.add(d, c.Event, "")
	}
}

// mostGaps is how many gaps a log has at most that was not exported by a
// filter.
const mostGaps = 3

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
	for _, h := range hosts {
		gaps := x.gaps[h]
		if len(gaps) == 0 {
			continue
		}
		slices.SortFunc(gaps, func(a, b model.Gap) int { return cmp.Compare(a.After, b.After) })
		missing := uint64(0)
		d := draft{Finding: Finding{Severity: Low, Account: model.None, Hosts: []model.HostID{h}, Source: model.Place{Host: model.None}}}
		for _, g := range gaps {
			missing += g.Before - g.After - 1
			if d.Start == 0 || g.From < d.Start {
				d.Start = g.From
			}
			d.End = max(d.End, g.To)
		}
		d.Why = fmt.Sprintf("%s are missing from the Security log of %s, in %s of its record numbers.", capital(fmt.Sprintf("%d records", missing)), x.Host(h).Short(), counted(len(gaps), "gap"))
		switch {
		case len(gaps) > mostGaps:
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
	least := time.Duration(x.value("clock-minutes")) * time.Minute
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
		var by []string
		for _, e := range all[:min(len(all), MostListed)] {
			d.sessions = appendKnown(d.sessions, x.ActorSessions([]model.EventRow{e})...)
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

// appendKnown appends the rows that are not None.
func appendKnown(to []model.SessionRow, rows ...model.SessionRow) []model.SessionRow {
	for _, n := range rows {
		if n != model.None && !slices.Contains(to, n) {
			to = append(to, n)
		}
	}
	return to
}
