package tui

import (
	"context"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spoor/model"
	"spoor/model/search"
	"spoor/tui/table"
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
				apart(textColumn("NAME", 20, 0, 0, v.foundName)),
			},
			id:       func(f found) string { return f.what + "\x00" + v.foundKey(f) },
			found:    v.foundValues,
			numbers:  v.foundNumbers,
			say:      v.sayFound,
			next:     v.belowFound,
			copyText: v.foundName,
			marked:   func(f found) (model.SessionRow, bool) { return f.session, f.session != model.None },
			who:      v.foundScope,
			touches:  v.foundFindings,
			facts: func(f found) facts {
				if f.session != model.None {
					return v.sessionFacts(v.snap.SessionBrief(f.session))
				}
				return v.factsOf(f.account, f.host, 0, 0)
			},
			info: about{one: "thing", many: "things", empty: "nothing was read so far; " + v.key("evidence") + " shows the evidence"},
		}
		few := v.everything(ctx)
		sessions := v.snap.Sessions(model.None, model.None)
		l.count, l.fetch = len(few)+len(sessions), func(i int) found {
			if i < len(few) {
				return few[i]
			}
			return found{what: "session", account: model.None, host: model.None, session: sessions[i-len(few)]}
		}
		l.quick = v.everywhereQuick(l, len(few), sessions)
		return l
	})
}

// everywhereQuick is how the sessions, which come after few others, are looked
// at without being put together.
func (v *view) everywhereQuick(l *listing[found], few int, sessions []model.SessionRow) quick {
	rows := make([]sittingRow, len(sessions))
	for i, s := range sessions {
		rows[i] = sittingRow{s, model.None}
	}
	all := v.rostered(rows)
	return quick{
		isKey: func(key string) func(int) bool {
			what, rest, _ := strings.Cut(key, "\x00")
			is := isSession(v.snap, rest)
			return func(row int) bool {
				if row < few {
					return l.key(row) == key
				}
				return what == "session" && is(sessions[row-few])
			}
		},
		tells: func(row int, to *search.Row) bool {
			if row < few || !all.tells(row-few, to) {
				return false
			}
			to.Shared(sharedWhat, 0, func() { to.Text("session") })
			return true
		},
		filter: func() search.Rows {
			of := all.quick().filter()
			return search.Rows{
				Thing: func(row int) search.Thing {
					if row < few {
						return l.thing(row)
					}
					return of.Thing(row - few)
				},
				Key: func(f search.Field) func(int) (uint32, bool) {
					key := of.Key(f)
					if key == nil {
						return nil
					}
					return func(row int) (uint32, bool) {
						if row < few {
							return 0, false
						}
						return key(row - few)
					}
				},
				Lasted: func(row int) (from, to time.Time) {
					if row < few {
						return l.thing(row).Lasted()
					}
					return of.Lasted(row - few)
				},
			}
		},
	}
}

func (v *view) everything(ctx context.Context) []found {
	var out []found
	addresses, names := map[string]bool{}, map[string]bool{}
	note := func(s model.Source) {
		if s.Address != "" {
			addresses[s.Address] = true
		}
		if s.Name != "" {
			names[s.Name] = true
		}
	}
	var boring []found // the last of the accounts: hardly anybody looks for them
	for _, a := range v.snap.Accounts() {
		one := found{what: "account", account: a.ID, host: model.None, session: model.None}
		if a.Boring && len(v.judged.ofScope(a.ID, model.None)) == 0 {
			boring = append(boring, one)
		} else {
			out = append(out, one)
		}
		for s := range v.snap.Sources(a.ID) {
			addresses[s] = true
		}
	}
	out = append(out, boring...)
	for _, h := range v.snap.Hosts() {
		out = append(out, found{what: "host", account: model.None, host: h.ID, session: model.None})
		for _, a := range h.Addresses {
			addresses[a.Address] = true
		}
	}
	tried := map[string]bool{}
	for _, f := range v.snap.Failures() {
		note(f.Source)
		tried[f.Source.Address], tried[f.Source.Name] = true, true
	}
	roster := v.snap.Roster()
	for _, o := range roster.Origins {
		note(o.Source)
	}
	for row, o := range roster.Origin {
		if row%1024 == 0 && ctx.Err() != nil {
			break
		}
		if o == model.None {
			note(v.snap.SessionBrief(model.SessionRow(row)).Source)
		}
	}
	for _, kind := range []struct {
		what string
		set  map[string]bool
	}{{"address", addresses}, {"name", names}} {
		for _, n := range slices.Sorted(maps.Keys(kind.set)) {
			out = append(out, found{what: kind.what, name: n, account: model.None, host: model.None, session: model.None})
		}
		// What was tried from there is a list of its own.
		for _, n := range slices.Sorted(maps.Keys(kind.set)) {
			if tried[n] {
				out = append(out, found{what: "failures", name: n, account: model.None, host: model.None, session: model.None})
			}
		}
	}
	return out
}

// triedFrom counts the failures that came from an address or a name.
func (v *view) triedFrom(name string) int {
	n := 0
	for _, f := range v.snap.Failures() {
		if f.Source.Address == name || f.Source.Name == name {
			n++
		}
	}
	return n
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
	if f.session == model.None {
		add(v.foundName(f))
	}
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
		s := v.snap.SessionBrief(f.session)
		add(v.accountName(s.Account))
		add(v.hostName(s.Host))
		add(kindWord(s))
		v.sessionValues(s, add)
	}
}

func (v *view) foundNumbers(f found, to *search.Row) {
	if f.session != model.None {
		v.sittingNumbers(sitting{Session: model.Session{Row: f.session}}, to)
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
		if f.what == "name" {
			p.add("a name that computers gave themselves, or that clients claimed")
		}
		if n := v.triedFrom(f.name); n > 0 {
			p.styled("failed", table.Bad, count(n, "attempt", "attempts")+" from there")
		}
		p.label(v.key("enter"), map[string]string{"failures": "the attempts that failed"}[f.what], map[bool]string{true: "the sessions that came from it"}[f.what != "failures"])
	}
}

func (v *view) belowFound(f found) *list {
	switch {
	case f.account != model.None:
		return accountHostsList(v, v.snap.Account(f.account))
	case f.host != model.None:
		return hostAccountsList(v, v.snap.Host(f.host))
	case f.session != model.None:
		return logonsOf(v, v.snap.SessionBrief(f.session))
	}
	if f.what == "failures" {
		return failuresFrom(f.name)
	}
	return fromAddress(f.name)
}

// fromAddress lists the sessions that came from an address: by a filter that
// can be changed, where a filter can name it, for evidence may hold anything.
func fromAddress(name string) *list {
	title := "from " + name
	if isAddress(name) {
		l := newSessions(title, sessionScope{})
		l.query = "ip:" + name
		return l
	}
	return sessionsBy(title, sessionScope{}, true, func(v *view, info *about) ([]model.SessionRow, bool) {
		info.empty = "no session says that it came from there"
		var out []model.SessionRow
		for _, row := range slices.Backward(v.snap.Sessions(model.None, model.None)) {
			s := v.snap.SessionBrief(row)
			if s.Source.Address == name || s.Source.Name == name || slices.ContainsFunc(s.Segments, func(g model.Segment) bool { return g.ClientAddress == name || g.ClientName == name }) {
				out = append(out, row)
			}
		}
		return out, true
	})
}

// failuresFrom lists the attempts that came from an address or a name: from an
// address by a filter that can be changed, from a name by itself, for evidence
// may hold anything, and other names may hold it.
func failuresFrom(name string) *list {
	title := "failures from " + name
	if isAddress(name) {
		l := failuresOf(title, sessionScope{})
		l.query = "ip:" + name
		return l
	}
	return failuresBy(title, sessionScope{}, func(f *model.Failure) bool { return f.Source.Address == name || f.Source.Name == name })
}

// isAddress reports whether a filter can name an address.
func isAddress(name string) bool {
	a, err := netip.ParseAddr(name)
	return err == nil && a.Zone() == ""
}

func (v *view) foundFindings(f found) []int {
	if f.session != model.None {
		return v.judged.ofSession(f.session)
	}
	if f.account == model.None && f.host == model.None {
		return nil
	}
	return v.judged.ofScope(f.account, f.host)
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
