package tui

import (
	"context"
	"net/netip"
	"slices"

	tea "charm.land/bubbletea/v2"

	"spoor/model"
	"spoor/model/search"
)

// found is one thing that can be looked for everywhere.
type found struct {
	what    string // account, host, address, session
	name    string
	account model.AccountID
	host    model.HostID
	session model.SessionRow
}

// everywhereList finds accounts, hosts, addresses and sessions with their logon
// IDs by one search.
func everywhereList() *list {
	return newList("everywhere", search.Ranked, func(ctx context.Context, v *view) rows {
		l := &listing[found]{
			cols: []column[found]{
				textColumn("WHAT", 8, 8, 0, func(f found) string { return f.what }),
				textColumn("NAME", 20, 0, 0, v.foundName),
			},
			id:       func(f found) string { return f.what + "\x00" + v.foundKey(f) },
			found:    v.foundValues,
			say:      v.sayFound,
			next:     v.belowFound,
			copyText: v.foundName,
			marked:   func(f found) (model.SessionRow, bool) { return f.session, f.session != model.None },
			who:      v.foundScope,
			facts: func(f found) facts {
				if f.session != model.None {
					return v.sessionFacts(v.snap.SessionBrief(f.session))
				}
				return v.factsOf(f.account, f.host, 0, 0)
			},
			info: about{one: "thing", many: "things", empty: "nothing was read so far; 8 shows the evidence"},
		}
		l.items = v.everything(ctx)
		return l
	})
}

func (v *view) everything(ctx context.Context) []found {
	var out []found
	addresses := map[string]bool{}
	for _, a := range v.snap.Accounts() {
		out = append(out, found{what: "account", account: a.ID, host: model.None, session: model.None})
		for _, s := range a.Sources {
			addresses[s] = true
		}
	}
	for _, h := range v.snap.Hosts() {
		out = append(out, found{what: "host", account: model.None, host: h.ID, session: model.None})
		for _, a := range h.Addresses {
			addresses[a.Address] = true
		}
	}
	for _, f := range v.snap.Failures() {
		if f.Source.Address != "" {
			addresses[f.Source.Address] = true
		}
	}
	var sorted []string
	for a := range addresses {
		sorted = append(sorted, a)
	}
	slices.Sort(sorted)
	for _, a := range sorted {
		out = append(out, found{what: "address", name: a, account: model.None, host: model.None, session: model.None})
	}
	for i, row := range v.snap.Sessions(model.None, model.None) {
		if i%1024 == 0 && ctx.Err() != nil {
			break
		}
		out = append(out, found{what: "session", account: model.None, host: model.None, session: row})
	}
	return out
}

func (v *view) foundName(f found) string {
	switch {
	case f.account != model.None:
		return v.accountName(f.account)
	case f.host != model.None:
		return v.snap.Host(f.host).Name
	case f.session != model.None:
		s := v.snap.SessionBrief(f.session)
		return v.short(s.Start) + "  " + v.accountName(s.Account) + " on " + v.hostName(s.Host) + "  " + kindWord(s) + "  " + v.logonIDs(s)
	}
	return f.name
}

func (v *view) foundKey(f found) string {
	switch {
	case f.account != model.None:
		return refAccount(v.snap, v.snap.Account(f.account)).key()
	case f.host != model.None:
		return refHost(v.snap.Host(f.host)).key()
	case f.session != model.None:
		return refOf(v.snap, f.session).key()
	}
	return f.name
}

func (v *view) foundValues(f found, add func(string)) {
	switch {
	case f.account != model.None:
		a := v.snap.Account(f.account)
		add(a.SID)
		for _, s := range a.Spellings {
			add(s)
		}
	case f.host != model.None:
		v.hostValues(v.snap.Host(f.host), add)
	case f.session != model.None:
		v.sessionValues(v.snap.SessionBrief(f.session), add)
	}
}

func (v *view) sayFound(f found, p *page) {
	switch {
	case f.account != model.None:
		v.sayAccount(v.snap.Account(f.account), p)
	case f.host != model.None:
		v.sayHost(v.snap.Host(f.host), p)
	case f.session != model.None:
		v.saySession(v.snap.Session(f.session), p)
	default:
		p.head(f.name)
		for _, h := range v.snap.Hosts() {
			for _, a := range h.Addresses {
				if a.Address == f.name {
					p.label("was", v.hostName(h.ID), certaintyMark(a.Certainty), v.full(a.From)+" to "+v.full(a.To))
				}
			}
		}
		p.label("enter", "the sessions that came from it")
	}
}

func (v *view) belowFound(f found) *list {
	switch {
	case f.account != model.None:
		return accountHostsList(v, v.snap.Account(f.account))
	case f.host != model.None:
		return hostAccountsList(v, v.snap.Host(f.host))
	case f.session != model.None:
		return logonsOf(v, v.snap.Session(f.session))
	}
	return fromAddress(f.name)
}

// fromAddress lists the sessions that came from an address: by a filter that
// can be changed, where a filter can name it, for evidence may hold anything.
func fromAddress(name string) *list {
	title := "from " + name
	if a, err := netip.ParseAddr(name); err == nil && a.Zone() == "" {
		l := newSessions(title, sessionScope{})
		l.query = "ip:" + name
		return l
	}
	return sessionsBy(title, sessionScope{}, true, func(v *view, info *about) ([]model.SessionRow, bool) {
		info.empty = "no session says that it came from there"
		var out []model.SessionRow
		for _, row := range slices.Backward(v.snap.Sessions(model.None, model.None)) {
			s := v.snap.SessionBrief(row)
			if s.Source.Address == name || slices.ContainsFunc(s.Segments, func(g model.Segment) bool { return g.ClientAddress == name }) {
				out = append(out, row)
			}
		}
		return out, true
	})
}

func (v *view) foundScope(f found) sessionScope {
	if f.session != model.None {
		return v.sessionScope(v.snap.SessionBrief(f.session))
	}
	return v.scopeOf(f.account, f.host)
}

// openEverywhere looks for something everywhere.
func (r *root) openEverywhere() tea.Cmd {
	cmd := r.rootList(everywhereList)
	return tea.Batch(cmd, r.narrow())
}
