package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/export"
)

// asked is what a report tells of where --user, --host, --type, --since or
// --until choose: sessions and failed attempts, of accounts asked for by name that
// have neither the records about them, and the hosts and accounts of these, each
// with its numbers of them alone. So it is the same where only what tells of them
// was kept.
type asked struct {
	hosts, accounts []*counted // the most sessions first
}

// counted counts what was asked for of one host or account.
type counted struct {
	host               model.HostID
	account            model.AccountID
	name               string // of an account that has none but what was tried
	sessions, failures int
	records            int // about an account, or logged by a host of one, that has neither
	first, last        event.FileTime
	others             []string // accounts of a host, hosts of an account
}

func (t *counted) see(first, last event.FileTime, other string) {
	if t.sessions+t.failures+t.records == 0 || first < t.first {
		t.first = first
	}
	t.last = max(t.last, last)
	if !slices.Contains(t.others, other) {
		t.others = append(t.others, other)
	}
}

// asks reports whether flags choose what is told.
func (o *options) asks() bool {
	return len(o.users)+len(o.hosts)+len(o.types) > 0 || o.since != "" || o.until != ""
}

// failures are the failed attempts that match.
func (sel *selection) failures() []model.Failure {
	var out []model.Failure
	for _, f := range sel.snapshot.Failures() {
		if sel.failure(f) {
			out = append(out, f)
		}
	}
	return out
}

func (sel *selection) failure(f model.Failure) bool {
	return sel.account(f.Account) && sel.host(f.LoggedOn) && sel.during(f.Time, f.Time) && sel.attempt(f)
}

// counts counts the sessions and failed attempts that match.
func (sel *selection) counts() *asked {
	s, out := sel.snapshot, &asked{}
	hosts, accounts, tried := map[model.HostID]*counted{}, map[model.AccountID]*counted{}, map[string]*counted{}
	of := func(h model.HostID, a model.AccountID, name string) (host, account *counted) {
		if host = hosts[h]; host == nil {
			host = &counted{host: h}
			hosts[h], out.hosts = host, append(out.hosts, host)
		}
		account = accounts[a]
		if a == model.None {
			account = tried[name]
		}
		if account == nil {
			account = &counted{account: a, name: name}
			out.accounts = append(out.accounts, account)
			if a == model.None {
				tried[name] = account
			} else {
				accounts[a] = account
			}
		}
		return host, account
	}
	display := func(a model.AccountID, tried string) string {
		if a == model.None {
			return cmp.Or(tried, "(none named)")
		}
		return s.Account(a).Display()
	}
	for _, row := range sel.sessions() {
		x := s.Session(row)
		name := display(x.Account, "")
		host, account := of(x.Host, x.Account, name)
		host.see(x.Start, sessionLast(x), name)
		account.see(x.Start, sessionLast(x), s.Host(x.Host).Short())
		host.sessions++
		account.sessions++
	}
	for _, f := range sel.failures() {
		name := display(f.Account, f.Tried)
		host, account := of(f.LoggedOn, f.Account, name)
		host.see(f.Time, f.Time, name)
		account.see(f.Time, f.Time, s.Host(f.LoggedOn).Short())
		host.failures++
		account.failures++
	}
	bare := map[model.AccountID]bool{}
	for a := range sel.accounts {
		bare[a] = accounts[a] == nil
	}
	// A ticket, a check of a password or a change shows an account, too.
	maps.DeleteFunc(bare, func(_ model.AccountID, is bool) bool { return !is })
	for row, a := range sel.about(bare) {
		e, name := s.Event(row), display(a, "")
		host, account := of(e.Host, a, name)
		host.see(e.Time, e.Time, name)
		account.see(e.Time, e.Time, s.Host(e.Host).Short())
		host.records++
		account.records++
	}
	for _, all := range [][]*counted{out.hosts, out.accounts} {
		slices.SortStableFunc(all, func(a, b *counted) int { return b.sessions - a.sessions })
	}
	return out
}

// askedHosts lists the hosts of what was asked for.
func (r *report) askedHosts() error {
	all := r.asked.hosts
	r.head("Hosts: %d with what was asked for; numbers are of that alone", len(all))
	shown := all[:min(len(all), reportLogs)]
	s := r.l.snapshot
	columns := append([]export.Column[*counted]{
		{Name: "host", Text: func(t *counted) string { return s.Host(t.host).Name }},
		{Name: "logged", Text: func(t *counted) string { return strconv.FormatBool(s.Host(t.host).Logged) }},
		{Name: "roles", Text: func(t *counted) string { return strings.Join(s.Host(t.host).Roles, ", ") }},
	}, r.numbers()...)
	columns = append(columns, export.Column[*counted]{Name: "accounts", Text: func(t *counted) string { return strconv.Itoa(len(t.others)) }})
	if err := export.Encode(r.out, export.Table, columns, slices.Values(shown)); err != nil {
		return err
	}
	r.more(len(shown), len(all), "hosts")
	return nil
}

// askedAccounts lists the accounts of what was asked for.
func (r *report) askedAccounts() error {
	all, s := r.asked.accounts, r.l.snapshot
	hint := ""
	if !r.sel.all && r.sel.accounts == nil {
		hint = "; not those of machines and of Windows itself (--all)"
	} else if slices.ContainsFunc(all, func(t *counted) bool { return t.records > 0 }) {
		hint = "; records are counted of those with neither sessions nor failures"
	}
	r.head("Accounts: %d with what was asked for%s", len(all), hint)
	shown := all[:min(len(all), reportRows)]
	columns := append([]export.Column[*counted]{
		{Name: "account", Text: func(t *counted) string { return cmp.Or(t.name, "(none named)") }},
		{Name: "class", Text: func(t *counted) string {
			if t.account == model.None {
				return "unknown"
			}
			return s.Account(t.account).Class.String()
		}},
	}, r.numbers()...)
	columns = append(columns, export.Column[*counted]{Name: "hosts", Text: func(t *counted) string {
		names := strings.Join(t.others[:min(len(t.others), askedNamed)], " ")
		if more := len(t.others) - askedNamed; more > 0 {
			names += fmt.Sprintf(" and %d more", more)
		}
		return names
	}})
	if err := export.Encode(r.out, export.Table, columns, slices.Values(shown)); err != nil {
		return err
	}
	r.more(len(shown), len(all), "users")
	return nil
}

// askedNamed is how many hosts of an account the page names.
const askedNamed = 8

// numbers are the columns of numbers. Records are counted of accounts that have
// neither sessions nor failures here, and so have a column only with one.
func (r *report) numbers() []export.Column[*counted] {
	out := []export.Column[*counted]{
		{Name: "first", Text: func(t *counted) string { return t.first.Format(r.zone) }},
		{Name: "last", Text: func(t *counted) string { return t.last.Format(r.zone) }},
		{Name: "sessions", Text: func(t *counted) string { return strconv.Itoa(t.sessions) }},
		{Name: "failures", Text: func(t *counted) string { return strconv.Itoa(t.failures) }},
	}
	if slices.ContainsFunc(r.asked.accounts, func(t *counted) bool { return t.records > 0 }) {
		out = append(out, export.Column[*counted]{Name: "records", Text: func(t *counted) string { return strconv.Itoa(t.records) }})
	}
	return out
}
