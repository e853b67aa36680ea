package tui

import (
	"cmp"
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/search"
	"spoor/tui/table"
)

// presenceOf lists who was on a host, or where an account was on, at a time.
func presenceOf(name string, scope sessionScope, at event.FileTime, v *view) *list {
	title := "on " + name + " at " + v.short(at)
	return newList(title, search.Tiered, func(_ context.Context, v *view) rows {
		l := &listing[model.Presence]{
			cols:     presenceColumns(v),
			id:       v.presenceKey,
			say:      v.sayPresence,
			next:     v.belowPresence,
			copyText: func(p model.Presence) string { return v.accountName(p.Account) + " " + p.State.String() },
			marked:   func(p model.Presence) (model.SessionRow, bool) { return p.Session, p.Session != model.None },
			touches:  func(p model.Presence) []int { return v.judged.ofSession(p.Session) },
			who:      func(p model.Presence) sessionScope { return v.scopeOf(p.Account, p.Host) },
			facts:    func(p model.Presence) facts { return v.factsOf(p.Account, p.Host, at, at) },
			info:     about{kind: "presence", one: "line", many: "lines", empty: "no session that is in the logs lasted then"},
		}
		account, host, ok := scope.find(v.snap)
		if !ok {
			l.info.empty = "the account or the host is not in what was read so far"
			return l
		}
		all := v.snap.Whereabouts
		if host != model.None {
			l.items = v.snap.OnHost(host, at)
		} else {
			l.items = all(account, at)
		}
		hidden := 0
		kept := l.items[:0:0]
		for _, p := range l.items {
			if host != model.None && v.hides(p.Account) {
				hidden++
				continue
			}
			kept = append(kept, p)
		}
		l.items = kept
		if hidden > 0 {
			l.info.note = thousands(hidden) + " hidden (" + v.key("all") + ")"
		}
		return l
	}).crumbed(func(v *view) string { return "on " + name + " at " + v.short(at) })
}

// presenceKey names a line: the session, or the host of which no log tells.
func (v *view) presenceKey(p model.Presence) string {
	if p.Session == model.None {
		return refHost(v.snap.Host(p.Host)).key() + "\x00" + p.State.String()
	}
	return refOf(v.snap, p.Session).key()
}

func presenceColumns(v *view) []column[model.Presence] {
	session := func(p model.Presence) model.Session { return v.snap.SessionBrief(p.Session) }
	return []column[model.Presence]{
		{Column: table.Column{Title: "STATE", Min: 11, Max: 11},
			cell: func(p model.Presence) table.Cell {
				return table.Cell{Text: p.State.String(), Style: [...]table.Style{table.Strong, table.Plain, table.Warn}[p.State]}
			},
			text: func(p model.Presence) string { return p.State.String() }},
		textColumn("ACCOUNT", 14, 36, 0, func(p model.Presence) string {
			if p.Session == model.None {
				return "-"
			}
			return v.accountName(p.Account)
		}),
		textColumn("HOST", 8, 24, 1, func(p model.Presence) string { return v.hostName(p.Host) }),
		textColumn("KIND", 8, 10, 2, func(p model.Presence) string {
			if p.Session == model.None {
				return ""
			}
			return kindWord(session(p))
		}),
		textColumn("DESKTOP", 9, 12, 3, func(p model.Presence) string {
			if p.Segment == nil {
				return ""
			}
			return p.Segment.State.String()
		}),
		textColumn("WHY", 20, 0, 1, func(p model.Presence) string { return p.Why }),
	}
}

func (v *view) sayPresence(p model.Presence, out *page) {
	out.head(p.State.String(), v.hostName(p.Host))
	out.label("why", p.Why)
	if p.Session != model.None {
		v.saySession(v.snap.Session(p.Session), out)
	}
}

func (v *view) belowPresence(p model.Presence) *list {
	if p.Session == model.None {
		return nil
	}
	return logonsOf(v, v.snap.SessionBrief(p.Session))
}

// moment is the time that the selected row is about, else the end of the
// evidence.
func (r *root) moment() event.FileTime { return cmp.Or(r.top().moment(), r.view.last) }

// moment is the time that the selected row is about, or 0.
func (l *list) moment() event.FileTime {
	if l.timeline != nil {
		return l.timeline.at
	}
	if row, ok := l.row(); ok {
		if from, _ := l.rows.thing(row).Lasted(); !from.IsZero() {
			return event.FileTimeOf(from)
		}
	}
	return 0
}

// openPresence asks for a time and shows who was on then: on the host that the
// selected row is about, or where its account was.
func (r *root) openPresence() tea.Cmd {
	l := r.top()
	row, ok := l.row()
	if !ok {
		return nil
	}
	scope, ok := l.rows.subject(row)
	account, host, found := scope.find(l.view.snap)
	if !ok || !found || account == model.None && host == model.None {
		r.message = r.keys.of("presence") + ": select a host, an account, a session or a failure first"
		return nil
	}
	name, label := l.view.hostName(host), "who was on "+l.view.hostName(host)+" at"
	if host != model.None {
		scope.account = accountRef{}
	} else {
		name, label = l.view.accountName(account), "where was "+l.view.accountName(account)+" at"
	}
	at := r.moment().Time().In(r.view.zone).Format("2006-01-02T15:04:05.9999999")
	r.ask(label, at, func(r *root, s string) (tea.Cmd, string) {
		t, err := readMoment(s, r.view.now())
		if err != nil {
			return nil, err.Error()
		}
		return r.into(presenceOf(name, scope, t, r.view)), ""
	})
	return nil
}

// readMoment reads a time that somebody typed.
func readMoment(s string, near time.Time) (event.FileTime, error) {
	t, ok := search.ParseTime(s, near)
	if !ok {
		return 0, fmt.Errorf("%q is no time, as 2026-03-02T09:00", s)
	}
	return event.FileTimeOf(t), nil
}
