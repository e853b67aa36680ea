package tui

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/search"
	"spoor/tui/table"
)

// kin is one thing that led to a session, belongs to it or came out of it: a
// record of its chain, its parent or a child.
type kin struct {
	role      string
	time      event.FileTime
	what      string
	host      string
	certainty model.Certainty
	why       string
	session   model.SessionRow // or None
	event     model.EventRow   // or None
	several   int              // how many candidates there are, of whom none is chosen
}

// kinOf lists what led to a session and what came out of it.
func kinOf(v *view, s model.Session) *list {
	ref := refSession(v.snap, s)
	l := newList("kin of "+v.short(s.Start), search.Tiered, func(_ context.Context, v *view) rows {
		l := &listing[kin]{
			cols: kinColumns(v),
			id:   v.kinKey,
			say:  v.sayKin, next: v.belowKin,
			touches:  v.kinFindings,
			copyText: func(k kin) string { return k.what },
			marked:   func(k kin) (model.SessionRow, bool) { return k.session, k.session != model.None },
			info:     about{kind: "kin", one: "record or session", many: "records and sessions", empty: "the session is not in what was read so far"},
		}
		row, ok := ref.row(v.snap)
		if !ok {
			return l
		}
		session := v.snap.Session(row)
		l.who = func(k kin) sessionScope {
			if k.session != model.None {
				return v.sessionScope(v.snap.SessionBrief(k.session))
			}
			return v.sessionScope(session)
		}
		l.facts = func(k kin) facts {
			if k.session != model.None {
				return v.sessionFacts(v.snap.SessionBrief(k.session))
			}
			return v.eventFacts(v.snap.Event(k.event))
		}
		l.items = v.kin(session)
		l.info.empty = "nothing in the evidence led to this session or came out of it"
		if !session.StartKnown && session.Kind != model.KindSystem {
			l.info.empty = "the 4624 of the session is not in the evidence, and neither is what may have led to it"
		}
		if session.ChainMissing != "" {
			l.info.empty += ": " + session.ChainMissing
		}
		l.info.note = session.ChainMissing
		return l
	})
	return l.crumbed(func(v *view) string { return "kin of " + v.short(s.Start) })
}

// kinKey names a line of kin the same in every snapshot.
func (v *view) kinKey(k kin) string {
	if k.session != model.None {
		return k.role + "\x00" + refOf(v.snap, k.session).key()
	}
	return k.role + "\x00" + v.eventKey(v.snap.Event(k.event))
}

func (v *view) kin(s model.Session) []kin {
	var out []kin
	if s.Parent.Session != model.None {
		out = append(out, v.kinSession("parent", s.Parent))
	}
	for _, c := range s.Chain {
		e := v.snap.Event(c.Event)
		out = append(out, kin{role: c.Role.String(), time: e.Time, what: fmt.Sprintf("%d %s", e.EventID, v.snap.Describe(c.Event)),
			host: v.hostName(e.Host), certainty: c.Certainty, why: c.Why, session: model.None, event: c.Event, several: c.Candidates})
	}
	for _, c := range s.Children {
		out = append(out, v.kinSession("child", c))
	}
	return out
}

func (v *view) kinSession(role string, r model.Relation) kin {
	s := v.snap.SessionBrief(r.Session)
	return kin{role: role, time: s.Start, what: v.accountName(s.Account) + ", " + kindWord(s) + ", " + v.logonIDs(s), host: v.hostName(s.Host),
		certainty: r.Certainty, why: r.Why, session: r.Session, event: r.Event}
}

func (v *view) kinFindings(k kin) []int {
	if k.session != model.None {
		return v.judged.ofSession(k.session)
	}
	return v.judged.ofEvents(k.event)
}

func kinColumns(v *view) []column[kin] {
	return []column[kin]{
		textColumn("ROLE", 10, 22, 0, func(k kin) string { return k.role }),
		{Column: table.Column{Title: "TIME", Min: len(v.layout), Max: 19, Priority: 1}, quiet: true,
			cell:   func(k kin) table.Cell { return table.Cell{Text: v.short(k.time)} },
			number: func(k kin) uint64 { return uint64(k.time) }},
		textColumn("SURE", 4, 8, 1, func(k kin) string { return certaintyMark(k.certainty) + severalMark(k.several) }),
		textColumn("HOST", 8, 24, 2, func(k kin) string { return k.host }),
		textColumn("WHAT", 20, 0, 0, func(k kin) string { return k.what }),
	}
}

// severalMark says that a record is one of several candidates.
func severalMark(n int) string {
	if n < 2 {
		return ""
	}
	return fmt.Sprintf(" 1/%d", n)
}

func (v *view) sayKin(k kin, p *page) {
	p.head(k.role, k.what, "on "+k.host)
	p.label("time", v.full(k.time))
	sure := k.certainty.String()
	if k.several > 1 {
		sure += fmt.Sprintf("; one of %d candidates, none is chosen", k.several)
	}
	p.label("how sure", certaintyMark(k.certainty)+" "+sure)
	p.label("why", k.why)
	if k.event != model.None {
		e := v.snap.Event(k.event)
		p.label("record", fmt.Sprintf("%d in %s of %s, event %d", e.RecordID, e.Channel, e.Computer, e.EventID), v.place(e.Ref))
	}
}

func (v *view) belowKin(k kin) *list {
	if k.session != model.None {
		return logonsOf(v, v.snap.SessionBrief(k.session))
	}
	if k.event != model.None {
		return recordList(v, v.snap.Event(k.event))
	}
	return nil
}

// openKin shows what led to the selected session and what came out of it.
func (r *root) openKin() tea.Cmd {
	l := r.top()
	row, ok := l.row()
	if !ok {
		return nil
	}
	s, ok := l.rows.session(row)
	if !ok {
		r.message = r.keys.of("kin") + ": only a session has a parent, children and a chain"
		return nil
	}
	return r.into(kinOf(l.view, l.view.snap.SessionBrief(s)))
}

// sayStory tells what started a session, its segments and checks, what led to
// it and what came out of it.
func (v *view) sayStory(s model.Session, p *page) {
	if s.Activity.Name != "" {
		p.label("activity", s.Activity.Name, "because "+strings.Join(s.Activity.Because, ", "))
	}
	for i, g := range s.Segments {
		label := ""
		if i == 0 {
			label = "segments"
		}
		p.item(label, v.segmentWords(g))
	}
	for i, c := range s.Checks {
		label := ""
		if i == 0 {
			label = "checks"
		}
		var ids []string
		for _, l := range c.Logons {
			ids = append(ids, v.snap.Logon(l).LogonID.String())
		}
		p.item(label, v.short(c.Time)+"  "+strings.Join(ids, " + ")+"  "+typeWords(c.Type)+"  "+c.Why)
	}
	label := "because"
	for _, k := range v.kin(s) {
		if k.role == "child" || k.several > 1 {
			continue // p lists them all
		}
		// Why, p lists: here it would write more bytes a step than a bad line takes.
		p.item(label, fmt.Sprintf("%s %s %s%s  %s", k.role, v.short(k.time), certaintyMark(k.certainty), severalMark(k.several), k.what))
		label = ""
	}
	p.styled("not there", table.Warn, s.ChainMissing)
	if n := len(s.Children); n > 0 {
		p.label("children", count(n, "session came out of it", "sessions came out of it")+"; "+v.key("kin")+" lists them")
	}
}

func (v *view) segmentWords(g model.Segment) string {
	from := "console"
	if !g.Console {
		from = strings.TrimSpace("from " + strings.TrimSpace(g.ClientName+" "+g.ClientAddress))
		if g.ClientName == "" && g.ClientAddress == "" {
			from = ""
		}
	}
	to := "..."
	if g.End != 0 {
		to = v.short(g.End)
	}
	state := g.State.String()
	if g.State != model.Connected {
		from = ""
	}
	words := v.short(g.Start) + " - " + to + "  " + strings.TrimSpace(state+" "+from)
	if g.WithoutCredentials {
		words += "  WITHOUT credentials: taken over by the same client from another account's session"
	}
	return join(words, g.Why)
}
