package tui

import (
	"cmp"
	"context"
	"slices"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/search"
	"spoor/tui/table"
)

// pair is what one account did on one host.
type pair struct {
	account     model.AccountID
	host        model.HostID
	kinds       [len(shortKinds)]int
	console     int // at the machine itself
	sessions    int
	failures    int
	first, last event.FileTime
}

func (p *pair) see(t event.FileTime) {
	if t == 0 {
		return
	}
	if p.first == 0 || t < p.first {
		p.first = t
	}
	p.last = max(p.last, t)
}

// other counts the sessions that no column shows.
func (p *pair) other() int {
	return p.sessions - p.console - p.kinds[model.KindRemoteDesktop] - p.kinds[model.KindNetwork]
}

// pairs sums sessions and failures by account and host, newest first; None for
// either means any.
func (v *view) pairs(ctx context.Context, account model.AccountID, host model.HostID) []*pair {
	type key struct {
		account model.AccountID
		host    model.HostID
	}
	byKey := map[key]*pair{}
	at := func(a model.AccountID, h model.HostID) *pair {
		p := byKey[key{a, h}]
		if p == nil {
			p = &pair{account: a, host: h}
			byKey[key{a, h}] = p
		}
		return p
	}
	for i, row := range v.snap.Sessions(account, host) {
		if i%1024 == 0 && ctx.Err() != nil {
			break
		}
		s := v.snap.SessionBrief(row)
		p := at(s.Account, s.Host)
		p.sessions++
		if int(s.Kind) < len(p.kinds) {
			p.kinds[s.Kind]++
		}
		if atConsole(s) {
			p.console++
		}
		p.see(s.Start)
		p.see(s.End.Time)
		p.see(s.End.NotBefore)
	}
	for _, f := range v.snap.Failures() {
		if f.LoggedOn == model.None || f.Account == model.None ||
			account != model.None && f.Account != account || host != model.None && f.LoggedOn != host {
			continue
		}
		p := at(f.Account, f.LoggedOn)
		p.failures++
		p.see(f.Time)
	}
	out := make([]*pair, 0, len(byKey))
	for _, p := range byKey {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *pair) int {
		return cmp.Or(cmp.Compare(b.last, a.last), cmp.Compare(a.host, b.host), cmp.Compare(a.account, b.account))
	})
	return out
}

// pairFindings are those that speak of both.
func (v *view) pairFindings(p *pair) []int {
	if p.account == model.None {
		return nil
	}
	return v.judged.ofScope(p.account, p.host)
}

func (v *view) pairRank(p *pair) uint64 {
	if p.account == model.None {
		return 0
	}
	return v.judged.rankOfScope(p.account, p.host)
}

// newestFirst sorts by a time, newest first; equal ones keep their order.
func newestFirst[T any](items []T, at func(T) uint64) {
	slices.SortStableFunc(items, func(a, b T) int { return cmp.Compare(at(b), at(a)) })
}

// accountHostsList is the second level: the hosts of an account.
func accountHostsList(v *view, a model.Account) *list {
	ref := refAccount(v.snap, a)
	return newList(a.Display(), search.Ranked, func(ctx context.Context, v *view) rows {
		l := v.pairListing("host", "hosts", func(p *pair) string { return v.hostName(p.host) })
		l.copyText = func(p *pair) string { return v.snap.Host(p.host).Name }
		id, ok := ref.find(v.snap)
		if !ok {
			l.info.empty = "the account is not in what was read so far"
			return l
		}
		l.items = v.pairs(ctx, id, model.None)
		now := v.snap.Account(id)
		l.info.empty = "no log here holds a session of this account"
		if now.Authentications > 0 {
			l.info.empty += "; domain controllers authenticated it " + count(now.Authentications, "time", "times")
		}
		if now.Failures > 0 {
			l.info.empty += "; " + count(now.Failures, "failure names it: 4", "failures name it: 4")
		}
		return l
	})
}

// hostAccountsList is the second level below a host: the accounts on it.
func hostAccountsList(v *view, h model.Host) *list {
	ref := refHost(h)
	return newList(v.hostName(h.ID), search.Ranked, func(ctx context.Context, v *view) rows {
		l := v.pairListing("account", "accounts", func(p *pair) string { return v.accountName(p.account) })
		l.copyText = func(p *pair) string { return v.accountName(p.account) }
		id, ok := ref.find(v.snap)
		if !ok {
			l.info.empty = "the host is not in what was read so far"
			return l
		}
		hidden := 0
		for _, p := range v.pairs(ctx, model.None, id) {
			if v.hides(p.account) {
				hidden++
				continue
			}
			l.items = append(l.items, p)
		}
		l.info.empty = "no session and no failure on this host " + v.snap.InEvidence()
		if hidden > 0 {
			l.info.note = thousands(hidden) + " hidden (" + v.key("all") + ")"
			l.info.empty = "only accounts of machines and of Windows itself; " + v.key("all") + " shows them"
		} else if !v.snap.Host(id).Logged {
			l.info.empty = "this host's own Security log " + v.snap.NotInEvidence() + ": who was on it cannot be told"
		}
		return l
	})
}

func (v *view) pairListing(one, many string, name func(*pair) string) *listing[*pair] {
	title := map[string]string{"host": "HOST", "account": "ACCOUNT"}[one]
	l := &listing[*pair]{
		cols: pairColumns(v, title, name),
		id: func(p *pair) string {
			key := refHost(v.snap.Host(p.host)).key()
			if p.account != model.None {
				key += "\x00" + refAccount(v.snap, v.snap.Account(p.account)).key()
			}
			return key
		},
		say:     func(p *pair, out *page) { v.sayPair(p, out) },
		next:    func(p *pair) *list { return v.belowPair(p) },
		info:    about{kind: map[string]string{"host": "account-hosts", "account": "host-accounts"}[one], one: one, many: many},
		facts:   func(p *pair) facts { return v.factsOf(p.account, p.host, p.first, p.last) },
		who:     func(p *pair) sessionScope { return v.scopeOf(p.account, p.host) },
		touches: v.pairFindings,
	}
	l.found = func(p *pair, add func(string)) {
		if one == "host" {
			v.hostValues(v.snap.Host(p.host), add)
		} else if p.account != model.None {
			for _, s := range v.snap.Account(p.account).Spellings {
				add(s)
			}
		}
	}
	return l
}

func pairColumns(v *view, title string, name func(*pair) string) []column[*pair] {
	kind := func(name string, priority int, k model.SessionKind) column[*pair] {
		return countColumn(name, priority, table.Plain, func(p *pair) int { return p.kinds[k] })
	}
	cols := []column[*pair]{textColumn(title, 14, 40, 0, name)}
	if title == "HOST" {
		cols = append(cols, textColumn("ITS LOG", 8, 8, 4, func(p *pair) string { return logWord(v.snap.Host(p.host)) }))
	}
	return append(cols,
		countColumn("CONSOLE", 2, table.Plain, func(p *pair) int { return p.console }), kind("RDP", 2, model.KindRemoteDesktop),
		kind("NETWORK", 2, model.KindNetwork),
		countColumn("OTHER", 5, table.Plain, (*pair).other),
		countColumn("FAILED", 3, table.Bad, func(p *pair) int { return p.failures }),
		flagColumn(v, 1, v.pairRank),
		column[*pair]{Column: table.Column{Title: "FIRST", Min: len(v.layout), Max: 19, Priority: 6}, quiet: true,
			cell:   func(p *pair) table.Cell { return table.Cell{Text: v.short(p.first)} },
			number: func(p *pair) uint64 { return uint64(p.first) }},
		column[*pair]{Column: table.Column{Title: "LAST", Min: len(v.layout), Max: 19, Priority: 1}, quiet: true,
			cell:   func(p *pair) table.Cell { return table.Cell{Text: v.short(p.last)} },
			number: func(p *pair) uint64 { return uint64(p.last) }},
	)
}

func (v *view) belowPair(p *pair) *list {
	ref := sessionScope{host: refHost(v.snap.Host(p.host))}
	if p.account != model.None {
		ref.account = refAccount(v.snap, v.snap.Account(p.account))
	}
	if p.sessions == 0 && p.failures > 0 {
		return failuresOf(v.accountName(p.account)+" on "+v.hostName(p.host), ref)
	}
	return sessionsOf(v, p.account, p.host, ref)
}

func (v *view) sayPair(p *pair, out *page) {
	out.head(v.accountName(p.account), "on "+v.snap.Host(p.host).Name)
	if p.account != model.None {
		v.sayScope(p.account, p.host, out)
	}
	out.label("sessions", v.kinds(v.snap.Sessions(p.account, p.host)))
	if p.failures > 0 {
		out.styled("failed", table.Bad, count(p.failures, "attempt", "attempts")+" on this host; "+v.key("failures")+" lists failures")
	}
	if h := v.snap.Host(p.host); !h.Logged {
		out.style(table.Warn, "its own Security log "+v.snap.NotInEvidence()+": how sessions on it ended cannot be told")
	}
	out.label("seen", v.full(p.first)+" to "+v.full(p.last))
	if a := v.addresses(v.snap.Host(p.host)); a != "" {
		out.label("addresses", a)
	}
}
