package tui

import (
	"context"
	"fmt"
	"strings"

	"spoor/model"
	"spoor/model/search"
	"spoor/tui/table"
)

// logonItem is a logon, or all of a session together.
type logonItem struct {
	all   bool
	logon model.Logon
}

// logonsOf is the fourth level: the logon IDs of a session.
func logonsOf(v *view, s model.Session) *list {
	ref := refSession(v.snap, s)
	return newList(v.short(s.Start), search.Tiered, func(_ context.Context, v *view) rows {
		l := &listing[logonItem]{
			cols: logonColumns(v),
			info: about{kind: "logons", one: "logon ID", many: "logon IDs", empty: "the session is not in what was read so far"},
		}
		session, ok := ref.find(v.snap)
		if !ok {
			return l
		}
		l.id = func(i logonItem) string {
			if i.all {
				return ""
			}
			return v.eventKey(v.snap.Event(i.logon.Anchor)) + i.logon.LogonID.String()
		}
		l.say = func(i logonItem, p *page) {
			if i.all {
				v.saySession(v.snap.Session(session.Row), p)
				return
			}
			v.sayLogon(i.logon, p)
		}
		l.next = func(i logonItem) *list { return eventsOf(refSession(v.snap, session), i) }
		l.copyText = func(i logonItem) string { return v.logonName(i) }
		l.touches = func(logonItem) []int { return v.judged.ofSession(session.Row) }
		l.who = func(logonItem) sessionScope { return v.sessionScope(session) }
		l.marked = func(logonItem) (model.SessionRow, bool) { return session.Row, true }
		for _, row := range session.Logons {
			l.items = append(l.items, logonItem{logon: v.snap.Logon(row)})
		}
		if len(l.items) > 1 {
			whole := model.Logon{Start: session.Start, StartKnown: session.StartKnown, End: session.End, Events: session.Events, Type: session.LogonType, Linked: model.None}
			l.items = append(l.items, logonItem{all: true, logon: whole})
		}
		return l
	}).crumbed(func(v *view) string { return v.short(s.Start) })
}

func (v *view) logonName(i logonItem) string {
	if i.all {
		return "all of them"
	}
	return i.logon.LogonID.String()
}

func logonColumns(v *view) []column[logonItem] {
	return []column[logonItem]{
		textColumn("LOGON ID", 12, 20, 0, v.logonName),
		textColumn("TOKEN", 8, 8, 2, func(i logonItem) string { return triWord(i.logon.Elevated, "elevated", "filtered") }),
		textColumn("TYPE", 4, 24, 3, func(i logonItem) string { return typeWords(i.logon.Type) }),
		{Column: table.Column{Title: "START", Min: 1 + len(v.layout), Max: 20, Priority: 1}, quiet: true,
			cell: func(i logonItem) table.Cell {
				return table.Cell{Text: v.startWord(model.Session{Start: i.logon.Start, StartKnown: i.logon.StartKnown})}
			},
			number: func(i logonItem) uint64 { return uint64(i.logon.Start) }},
		{Column: table.Column{Title: "ENDED", Min: 12, Max: 14, Priority: 1},
			cell: func(i logonItem) table.Cell { return endCell(i.logon.End) },
			text: func(i logonItem) string { return endWord(i.logon.End) }},
		countColumn("EVENTS", 2, table.Plain, func(i logonItem) int { return i.logon.Events }),
	}
}

// typeNames are the logon types (Microsoft's page on event 4624).
var typeNames = map[uint32]string{
	2: "interactive", 3: "network", 4: "batch", 5: "service", 7: "unlock", 8: "network cleartext",
	9: "new credentials", 10: "remote interactive", 11: "cached interactive",
	12: "cached remote", 13: "cached unlock",
}

func typeWords(t uint32) string {
	if t == 0 {
		return "-"
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", t, typeNames[t]))
}

func (v *view) sayLogon(l model.Logon, p *page) {
	p.head(l.LogonID.String(), v.accountName(l.Account)+" on "+v.snap.Host(l.Host).Name)
	p.label("type", typeWords(l.Type), triWord(l.Elevated, "elevated", "not elevated"))
	if l.Linked != model.None {
		p.label("pair", "the other half is "+v.snap.Logon(l.Linked).LogonID.String())
	}
	p.label("boot", thousands(l.Boot), "a logon ID is unique only within it")
	p.label("began", v.beganWords(model.Session{Start: l.Start, StartKnown: l.StartKnown}))
	p.styled("ended", endCell(l.End).Style, v.endWords(l.End))
	p.label("events", thousands(l.Events), "the last at "+v.full(l.Last))
}
