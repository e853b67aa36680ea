package tui

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"spoor/model"
	"spoor/model/search"
	"spoor/tui/table"
)

// usersList is the first level: the accounts, those seen last first.
func usersList() *list { return newList("users", search.Ranked, buildUsers) }

func buildUsers(_ context.Context, v *view) rows {
	l := &listing[model.Account]{
		cols:    userColumns(v),
		id:      func(a model.Account) string { return refAccount(v.snap, a).key() },
		facts:   v.accountFacts,
		who:     func(a model.Account) sessionScope { return sessionScope{account: refAccount(v.snap, a)} },
		touches: v.accountFindings,
		apart:   v.accountBeside,
		found: func(a model.Account, add func(string)) {
			for _, s := range a.Spellings {
				add(s)
			}
			for s := range v.snap.Sources(a.ID) {
				add(s)
			}
			for _, h := range a.Hosts {
				add(v.hostName(h))
			}
		},
		say:      func(a model.Account, p *page) { v.sayAccount(a, p) },
		next:     func(a model.Account) *list { return accountHostsList(v, a) },
		copyText: func(a model.Account) string { return a.Display() },
	}
	v.snap.Story(model.None) // all are told at once: here, not where a key waits for whether a row can be marked
	hidden := 0
	for _, a := range v.snap.Accounts() {
		if v.hides(a.ID) {
			hidden++
			continue
		}
		l.items = append(l.items, a)
	}
	newestFirst(l.items, func(a model.Account) uint64 { return uint64(a.Last) })
	l.info = about{kind: "users", one: "account", many: "accounts", empty: v.whyNoAccounts(hidden)}
	if hidden > 0 {
		l.info.note = thousands(hidden) + " hidden (" + v.key("all") + ")"
	}
	return l
}

func (v *view) whyNoAccounts(hidden int) string {
	if hidden > 0 {
		return count(hidden, "account", "accounts") + " of machines and of Windows itself only; " + v.key("all") + " shows them"
	}
	if v.snap.EventCount() == 0 {
		return "no event here speaks of a logon (" + count(v.snap.Records(), "record was", "records were") +
			" read). Logons are in Security.evtx; " + v.key("evidence") + " shows what was read"
	}
	return "no event here names an account; " + v.key("evidence") + " shows what was read"
}

func userColumns(v *view) []column[model.Account] {
	return []column[model.Account]{
		textColumn("ACCOUNT", 16, 40, 0, func(a model.Account) string { return a.Display() }),
		{Column: table.Column{Title: "LAST", Min: len(v.layout), Max: 19, Priority: 1}, quiet: true,
			cell:   func(a model.Account) table.Cell { return table.Cell{Text: v.short(a.Last)} },
			number: func(a model.Account) uint64 { return uint64(a.Last) }},
		countColumn("HOSTS", 3, table.Plain, func(a model.Account) int { return len(a.Hosts) }),
		countColumn("SESSIONS", 2, table.Plain, func(a model.Account) int { return a.Sessions }),
		countColumn("FAILED", 2, table.Bad, func(a model.Account) int { return a.Failures }),
		flagColumn(v, 1, func(a model.Account) uint64 { return v.judged.rankOfScope(a.ID, model.None) }),
		countColumn("TICKETS", 5, table.Plain, func(a model.Account) int { return a.Authentications }),
		countColumn("FROM", 4, table.Plain, func(a model.Account) int { return a.From }),
		{Column: table.Column{Title: "FIRST", Min: len(v.layout), Max: 19, Priority: 6}, quiet: true,
			cell:   func(a model.Account) table.Cell { return table.Cell{Text: v.short(a.First)} },
			number: func(a model.Account) uint64 { return uint64(a.First) }},
		textColumn("CLASS", 7, 8, 7, func(a model.Account) string { return a.Class.String() }),
		textColumn("SID", 12, 60, 8, func(a model.Account) string { return a.SID }),
	}
}

func (v *view) accountFindings(a model.Account) []int { return v.judged.ofScope(a.ID, model.None) }

// mostSummed is how many sessions or failures a summary looks at while one
// waits for it.
const mostSummed = 20_000

func (v *view) sayAccount(a model.Account, p *page) {
	p.head(a.Display(), a.SID)
	if a.SID == "" {
		p.style(table.Warn, "no event gives its SID: it is known by name only, so it may be two")
	}
	var hosts []string
	for _, h := range a.Hosts {
		hosts = append(hosts, v.hostName(h))
	}
	p.label("hosts", strings.Join(hosts, "  "))
	p.label("from", strings.Join(slices.Collect(v.snap.Sources(a.ID)), "  "))
	// Below them: of many findings nothing else would fit in a small pane.
	v.sayScope(a.ID, model.None, p)
	p.label("sessions", v.kinds(v.snap.Sessions(a.ID, model.None)))
	p.label("spelled", spelledWords(a.Spellings))
	if a.Host != model.None {
		p.label("local", "an account of "+v.hostName(a.Host)+" alone")
	}
	if a.Failures > 0 {
		p.styled("failed", table.Bad, count(a.Failures, "attempt", "attempts"), v.lastFailure(a.ID))
	}
	if a.Authentications > 0 {
		p.label("tickets", count(a.Authentications, "authentication", "authentications")+" at domain controllers")
	}
	p.label("seen", v.full(a.First)+" to "+v.full(a.Last))
}

// kinds counts sessions by what they are: 49 network, 1 RDP.
func (v *view) kinds(sessions []model.SessionRow) string {
	if len(sessions) > mostSummed {
		return thousands(len(sessions))
	}
	counts := map[string]int{}
	plain := map[model.SessionKind]int{}
	for _, s := range sessions {
		if kind, ok := v.snap.PlainKind(s); ok {
			plain[kind]++
		} else {
			counts[kindWord(v.snap.SessionBrief(s))]++
		}
	}
	for kind, n := range plain {
		counts[shortKind(kind)] += n
	}
	words := slices.Collect(maps.Keys(counts))
	slices.SortFunc(words, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	for i, w := range words {
		if words[i] = thousands(counts[w]) + " " + w; w == shortKinds[model.KindUnknown] {
			words[i] = thousands(counts[w]) + " of unknown kind"
		}
	}
	return strings.Join(words, ", ")
}

// lastFailure words an account's newest failure.
func (v *view) lastFailure(id model.AccountID) string {
	failures := v.snap.Failures()
	for i := range min(len(failures), mostSummed) {
		if f := failures[len(failures)-1-i]; f.Account == id {
			return "last " + v.short(f.Time) + " " + f.Reason + " (" + f.Code + ")"
		}
	}
	return ""
}

// mostSpelled is how many spellings a page shows; the records list them all.
const mostSpelled = 40

// spelledWords lists the ways in which something was written.
func spelledWords(all []string) string {
	shown := strings.Join(all[:min(len(all), mostSpelled)], "  ")
	if more := len(all) - mostSpelled; more > 0 {
		shown += "  and " + thousands(more) + " more: spoor users --format json"
	}
	return shown
}
