package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	tea "charm.land/bubbletea/v2"

	"spoor/model"
	"spoor/model/findings"
	"spoor/model/search"
	"spoor/tui/table"
)

// findingsList is the root of all findings.
func findingsList() *list { return findingsBy("findings", nil) }

// findingsBy lists the findings of some IDs, or all, the gravest first.
func findingsBy(title string, ids []string) *list {
	return newList(title, search.Position, func(_ context.Context, v *view) rows {
		l := &listing[int]{
			cols:     findingColumns(v),
			id:       func(n int) string { return v.finding(n).ID },
			found:    v.findingValues,
			say:      func(n int, p *page) { v.sayFinding(n, p, false) },
			sayAll:   func(n int, p *page) { v.sayFinding(n, p, true) },
			next:     func(n int) *list { return partsOf(v, n) },
			copyText: func(n int) string { return v.finding(n).ID },
			facts:    v.findingFacts,
			who:      func(n int) sessionScope { return v.findingScope(v.finding(n)) },
			group:    v.judged.sessionsOf,
			apart:    v.findingBeside,
			before:   v.asideMark,
			named:    func(n int) (string, string) { return v.finding(n).ID, v.finding(n).Title },
			info:     about{kind: "findings", one: "finding", many: "findings", sessions: true, findings: true},
		}
		if !v.judged.known() {
			l.info.waits = v.judged.why
			return l
		}
		aside := 0
		for n := range v.judged.set.All {
			if ids != nil && !slices.Contains(ids, v.finding(n).ID) {
				continue
			}
			if _, ok := v.judged.dismissed(n); ok {
				aside++
				if !v.judged.all {
					continue
				}
			}
			l.items = append(l.items, n)
		}
		l.info.empty = v.whyNoFindings(aside, ids != nil)
		if aside > 0 {
			l.info.note = thousands(aside) + " dismissed (" + v.key("dismissed") + ")"
		}
		if n := len(v.judged.wants); n > 0 && ids == nil {
			l.info.note = join(l.info.note, "not all judged ("+v.key("not-judged")+")")
		}
		return l
	})
}

func (v *view) finding(n int) *findings.Finding { return &v.judged.set.All[n] }

func (v *view) whyNoFindings(aside int, some bool) string {
	switch {
	case aside > 0:
		return count(aside, "finding is dismissed", "findings are dismissed") + "; " + v.key("dismissed") + " shows them"
	case some:
		return "no finding of what was read touches this"
	}
	words := []string{"no rule found anything"}
	for _, w := range v.judged.wants {
		words = append(words, w.String())
	}
	return strings.Join(words, ". ")
}

// openNotJudged says what rules could not judge, or not in full, and for want of which logs.
func (r *root) openNotJudged() tea.Cmd {
	p := new(page)
	for _, w := range r.view.judged.wants {
		p.label(w.Need, w.Title)
		p.item("", "rules  "+strings.Join(w.Rules, ", "))
		p.item("", "why    "+w.Why)
	}
	switch {
	case !r.view.judged.known():
		p.add(r.view.judged.why)
	case len(r.view.judged.wants) == 0:
		p.add("every rule could judge what was read, as far as logs go that the evidence names")
	}
	printer, width := r.theme.printer, max(20, r.width-4)
	return r.overlay(textList("not judged, or not in full", sync.OnceValue(func() []pageLine { return p.lines(printer, width) })))
}

// asideMark stands before a finding that was dismissed.
func (v *view) asideMark(n int) string {
	if _, ok := v.judged.dismissed(n); ok {
		return "-"
	}
	return ""
}

func findingColumns(v *view) []column[int] {
	return []column[int]{
		{Column: table.Column{Title: "SEVERITY", Min: 8, Max: 8},
			cell: func(n int) table.Cell {
				s := v.finding(n).Severity
				return table.Cell{Text: s.String(), Style: severityStyles[s]}
			},
			number: func(n int) uint64 { return uint64(v.finding(n).Severity) }},
		{Column: table.Column{Title: "WHEN", Min: len(v.layout), Max: 19, Priority: 1}, quiet: true,
			cell:   func(n int) table.Cell { return table.Cell{Text: v.short(v.finding(n).Start)} },
			number: func(n int) uint64 { return uint64(v.finding(n).Start) }},
		textColumn("FINDING", 24, 60, 0, func(n int) string { return v.finding(n).Title }),
		textColumn("ACCOUNT", 20, 36, 0, func(n int) string { return v.findingAccount(v.finding(n)) }),
		textColumn("HOSTS", 8, 24, 3, func(n int) string { return v.findingHosts(v.finding(n)) }),
		textColumn("FROM", 12, 36, 4, func(n int) string { return v.placeName(v.finding(n).Source) }),
		countColumn("RECORDS", 6, table.Plain, func(n int) int { return v.finding(n).RecordCount }),
		textColumn("DISMISSED", 9, 24, 5, v.asideWords),
		textColumn("RULE", 12, 30, 9, func(n int) string { return v.finding(n).Rule }),
		textColumn("WHY", 34, 0, 4, func(n int) string { return findings.Shortened(v.finding(n).Why) }),
	}
}

func (v *view) findingAccount(f *findings.Finding) string {
	switch {
	case f.AccountName != "":
		return f.AccountName
	case len(f.Accounts) == 1:
		return v.accountName(f.Accounts[0])
	case len(f.Accounts) > 1:
		if findings.NamesOnly(f.Rule) {
			return thousands(len(f.Accounts)) + " names"
		}
		return thousands(len(f.Accounts)) + " accounts"
	}
	return "-"
}

func (v *view) findingHosts(f *findings.Finding) string {
	switch len(f.Hosts) {
	case 0:
		return "-"
	case 1:
		return v.hostName(f.Hosts[0])
	}
	return fmt.Sprintf("%s +%d", v.hostName(f.Hosts[0]), len(f.Hosts)-1)
}

// asideWords say whether and why a finding was dismissed.
func (v *view) asideWords(n int) string {
	d, ok := v.judged.dismissed(n)
	switch {
	case !ok:
		return ""
	case d.Note == "":
		return "yes"
	}
	return d.Note
}

// findingScope is whom and where a finding is about, if that is one.
func (v *view) findingScope(f *findings.Finding) sessionScope {
	account, host := f.Account, model.HostID(model.None)
	if account == model.None && len(f.Accounts) == 1 {
		account = f.Accounts[0]
	}
	if len(f.Hosts) > 0 {
		host = f.Hosts[0]
	}
	return v.scopeOf(account, host)
}

func (v *view) findingValues(n int, add func(string)) {
	f := v.finding(n)
	for _, s := range []string{f.ID, f.Rule, f.Why, f.AccountName, v.asideWords(n), f.Source.Address, f.Source.Name} {
		add(s)
	}
	for _, a := range f.Accounts {
		add(v.accountName(a))
	}
	for _, h := range f.Hosts {
		add(v.snap.Host(h).Name)
	}
	v.minutes(f.Start, add)
	v.minutes(f.End, add)
}

func (v *view) findingFacts(n int) facts {
	f := v.finding(n)
	out := v.factsOf(f.Account, model.None, f.Start, f.End)
	out.names[search.User] = append(out.names[search.User], f.AccountName)
	for _, a := range f.Accounts {
		out.names[search.User] = append(out.names[search.User], v.userNames(a)...)
	}
	for _, h := range f.Hosts {
		out.names[search.Host] = append(out.names[search.Host], v.hostNamesOf(h)...)
	}
	out.names[search.IP] = []string{f.Source.Address, f.Source.Name}
	out.names[search.Severity], out.names[search.Rule] = []string{f.Severity.String()}, []string{f.Rule}
	if rule, ok := findings.RuleByID(f.Rule); ok {
		out.names[search.Rule] = append(out.names[search.Rule], rule.Technique...)
	}
	for _, s := range f.Sessions {
		for _, l := range v.snap.SessionBrief(s).Logons {
			out.logons = append(out.logons, uint64(v.snap.Logon(l).LogonID))
		}
	}
	out.events = func() []uint64 {
		var ids []uint64
		for _, e := range f.Records {
			ids = append(ids, uint64(v.snap.Event(e).EventID))
		}
		return ids
	}
	return out
}

// openFindings shows the findings that touch the selected row.
func (r *root) openFindings() tea.Cmd {
	l := r.top()
	row, _ := l.row()
	ids := []string{}
	for _, n := range l.rows.touched(row) {
		ids = append(ids, l.view.finding(n).ID)
	}
	what := strings.TrimSpace(l.rows.cell(row, 0).Text)
	if s, ok := r.subject(); ok {
		if account, host, _ := s.scope.find(l.view.snap); account != model.None {
			what = l.view.accountName(account)
		} else if host != model.None {
			what = l.view.hostName(host)
		}
	}
	return r.into(findingsBy("findings of "+what, ids))
}
