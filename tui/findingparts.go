package tui

import (
	"context"
	"fmt"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/findings"
	"spoor/model/search"
	"spoor/tui/table"
)

// part is one thing that a finding is about or is made of.
type part struct {
	what    string // account, host, session, failure, record
	time    event.FileTime
	account model.AccountID  // or None
	host    model.HostID     // or None
	session model.SessionRow // or None
	failure int              // of the snapshot's failures, or -1
	event   model.EventRow   // or None
}

// partsOf lists what a finding is about: its accounts and hosts, its sessions,
// failures and records.
func partsOf(v *view, n int) *list {
	id := v.finding(n).ID
	return newList(v.finding(n).Title, search.Tiered, func(_ context.Context, v *view) rows {
		l := &listing[part]{
			cols:     partColumns(v),
			id:       v.partKey,
			say:      v.sayPart,
			next:     v.belowPart,
			copyText: v.partName,
			marked:   func(x part) (model.SessionRow, bool) { return x.session, x.session != model.None },
			who:      func(x part) sessionScope { return v.scopeOf(x.account, x.host) },
			facts:    v.partFacts,
			touches:  v.partTouched,
			info:     about{kind: "finding", one: "part", many: "parts", sessions: true, empty: "the finding is not among those of what was read"},
		}
		if !v.judged.known() {
			l.info.waits = v.judged.why
			return l
		}
		if f := v.judged.set.Find(id); f != nil {
			l.items = v.parts(f)
			l.info.note = leftOut(f)
		}
		return l
	})
}

// leftOut says how much of a finding is not listed.
func leftOut(f *findings.Finding) string {
	var out []string
	for _, x := range []struct {
		all, listed int
		many        string
	}{{f.SessionCount, len(f.Sessions), "sessions"}, {f.FailureCount, len(f.Failures), "failures"}, {f.RecordCount, len(f.Records), "records"}} {
		if x.all > x.listed {
			out = append(out, thousands(x.listed)+" of "+thousands(x.all)+" "+x.many)
		}
	}
	return join(out...)
}

func (v *view) parts(f *findings.Finding) []part {
	none := part{account: model.None, host: model.None, session: model.None, failure: -1, event: model.None}
	var out []part
	for _, row := range f.Sessions {
		x, s := none, v.snap.SessionBrief(row)
		x.what, x.session, x.account, x.host, x.time = "session", row, s.Account, s.Host, s.Start
		out = append(out, x)
	}
	accounts := f.Accounts
	if f.Account != model.None {
		accounts = append([]model.AccountID{f.Account}, accounts...)
	}
	for _, a := range accounts {
		x := none
		x.what, x.account, x.time = "account", a, v.snap.Account(a).First
		out = append(out, x)
	}
	for _, h := range f.Hosts {
		x := none
		x.what, x.host, x.time = "host", h, v.snap.Host(h).First
		out = append(out, x)
	}
	told := map[model.EventRow]bool{}
	for _, i := range f.Failures {
		x, failed := none, v.snap.Failures()[i]
		x.what, x.failure, x.account, x.host, x.time = "failure", i, failed.Account, failed.LoggedOn, failed.Time
		told[failed.Event] = true
		out = append(out, x)
	}
	for _, row := range f.Records {
		if told[row] {
			continue // the failure leads to it
		}
		x, e := none, v.snap.Event(row)
		x.what, x.event, x.host, x.time = "record", row, e.Host, e.Time
		if f.Account != model.None {
			x.account = f.Account
		}
		out = append(out, x)
	}
	return out
}

func (v *view) partKey(x part) string {
	switch {
	case x.session != model.None:
		return x.what + refOf(v.snap, x.session).key()
	case x.failure >= 0:
		return x.what + v.snap.Failures()[x.failure].ID
	case x.event != model.None:
		return x.what + v.eventKey(v.snap.Event(x.event))
	case x.account != model.None:
		return x.what + refAccount(v.snap, v.snap.Account(x.account)).key()
	}
	return x.what + refHost(v.snap.Host(x.host)).key()
}

func partColumns(v *view) []column[part] {
	return []column[part]{
		textColumn("WHAT", 8, 8, 0, func(x part) string { return x.what }),
		{Column: table.Column{Title: "TIME", Min: len(v.layout), Max: 19, Priority: 1}, quiet: true,
			cell: func(x part) table.Cell {
				if x.what == "account" || x.what == "host" {
					return table.Cell{}
				}
				return table.Cell{Text: v.short(x.time)}
			},
			number: func(x part) uint64 { return uint64(x.time) }},
		textColumn("HOST", 8, 24, 1, func(x part) string {
			if x.host == model.None {
				return ""
			}
			return v.hostName(x.host)
		}),
		textColumn("NAME", 24, 0, 0, v.partName),
	}
}

func (v *view) partName(x part) string {
	switch {
	case x.session != model.None:
		s := v.snap.SessionBrief(x.session)
		return join(v.accountName(s.Account), kindWord(s), prefixed("from ", v.fromWord(s.Source)), v.logonIDs(s))
	case x.failure >= 0:
		f := v.snap.Failures()[x.failure]
		return join(v.triedName(f), f.Reason, prefixed("from ", v.fromWord(f.Source)))
	case x.event != model.None:
		return fmt.Sprintf("%d %s", v.snap.Event(x.event).EventID, v.snap.Describe(x.event))
	case x.account != model.None:
		return v.accountName(x.account)
	}
	return v.snap.Host(x.host).Name
}

func (v *view) sayPart(x part, p *page) {
	switch {
	case x.session != model.None:
		v.saySession(v.snap.Session(x.session), p)
	case x.failure >= 0:
		v.sayFailure(v.snap.Failures()[x.failure], p)
	case x.event != model.None:
		v.sayEvent(v.snap.Event(x.event), p)
	case x.account != model.None:
		v.sayAccount(v.snap.Account(x.account), p)
	default:
		v.sayHost(v.snap.Host(x.host), p)
	}
}

func (v *view) belowPart(x part) *list {
	switch {
	case x.session != model.None:
		return logonsOf(v, v.snap.Session(x.session))
	case x.failure >= 0:
		return recordList(v, v.snap.Event(v.snap.Failures()[x.failure].Event))
	case x.event != model.None:
		return recordList(v, v.snap.Event(x.event))
	case x.account != model.None:
		return accountHostsList(v, v.snap.Account(x.account))
	}
	return hostAccountsList(v, v.snap.Host(x.host))
}

func (v *view) partFacts(x part) facts {
	switch {
	case x.session != model.None:
		return v.sessionFacts(v.snap.SessionBrief(x.session))
	case x.failure >= 0:
		return v.failureFacts(v.snap.Failures()[x.failure])
	case x.event != model.None:
		return v.eventFacts(v.snap.Event(x.event))
	}
	return v.factsOf(x.account, x.host, 0, 0)
}

func (v *view) partTouched(x part) []int {
	switch {
	case x.session != model.None:
		return v.judged.ofSession(x.session)
	case x.failure >= 0:
		return v.judged.ofEvents(v.snap.Failures()[x.failure].Event)
	case x.event != model.None:
		return v.judged.ofEvents(x.event)
	}
	return v.judged.ofScope(x.account, x.host)
}
