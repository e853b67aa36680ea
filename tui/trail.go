package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spoor/model"
	"spoor/model/search"
	"spoor/tui/table"
)

// trailOf lists the steps of an account in order of time.
func trailOf(name string, scope sessionScope) *list {
	l := newList("trail of "+name, search.Tiered, func(ctx context.Context, v *view) rows {
		l := &listing[model.Step]{
			cols:     trailColumns(v),
			id:       v.stepKey,
			say:      v.sayStep,
			next:     v.belowStep,
			copyText: func(s model.Step) string { return v.full(s.Time) + " " + v.stepWords(s) },
			marked:   func(s model.Step) (model.SessionRow, bool) { return s.Session, s.Session != model.None },
			facts:    v.stepFacts,
			touches:  v.stepFindings,
			info:     about{kind: "trail", one: "step", many: "steps", empty: "no log here tells of a step of this account"},
		}
		account, _, ok := scope.find(v.snap)
		if !ok || account == model.None {
			l.info.empty = "the account is not in what was read so far"
			return l
		}
		l.who = func(s model.Step) sessionScope {
			if s.Used == model.None {
				return v.scopeOf(account, s.To.Host)
			}
			return v.scopeOf(s.Used, s.To.Host)
		}
		l.items, _ = v.snap.TrailContext(ctx, account) // whoever ends ctx does not look
		return l
	})
	l.root = "trail " + scope.account.key()
	return l
}

// stepKey names a step by its first record, which is the same in every
// snapshot, and by what the trail is sorted by beyond that.
func (v *view) stepKey(s model.Step) string {
	key := fmt.Sprint(s.Kind, v.snap.SessionID(s.Session), s.Why)
	if len(s.Records) > 0 {
		key = v.eventKey(v.snap.Event(s.Records[0])) + "\x00" + key
	}
	return key
}

func trailColumns(v *view) []column[model.Step] {
	return []column[model.Step]{
		{Column: table.Column{Title: "TIME", Min: len(v.layout), Max: 19}, quiet: true,
			cell:   func(s model.Step) table.Cell { return table.Cell{Text: v.short(s.Time)} },
			number: func(s model.Step) uint64 { return uint64(s.Time) }},
		{Column: table.Column{Title: "", Min: 1, Max: 1}, quiet: true,
			cell: func(s model.Step) table.Cell { return table.Cell{Text: certaintyMark(s.Certainty)} }},
		{Column: table.Column{Title: "WHAT", Min: 16, Max: 30},
			cell: func(s model.Step) table.Cell { return table.Cell{Text: v.stepName(s), Style: stepStyle(s.Kind)} },
			text: func(s model.Step) string { return s.Kind.String() }},
		textColumn("FROM", 10, 40, 0, func(s model.Step) string { return v.placeName(s.From) }),
		textColumn("TO", 8, 30, 0, func(s model.Step) string { return v.placeName(s.To) }),
		textColumn("VIA", 8, 18, 2, func(s model.Step) string { return s.Via }),
		flagColumn(v, 1, ranked(v, v.stepFindings)),
		textColumn("WITH", 12, 36, 3, v.usedName),
		textColumn("BY", 12, 36, 6, func(s model.Step) string { return s.ActorName }),
		textColumn("WHY", 20, 0, 7, func(s model.Step) string { return s.Why }),
	}
}

func stepStyle(k model.StepKind) table.Style {
	switch k {
	case model.StepFailure, model.StepLogCleared:
		return table.Bad
	case model.StepLogon, model.StepReconnect, model.StepTakeover:
		return table.Strong
	}
	return table.Plain
}

func (v *view) stepName(s model.Step) string {
	if s.Count > 1 {
		return fmt.Sprintf("%s x%s", s.Kind, thousands(s.Count))
	}
	return s.Kind.String()
}

// usedName is the account whose credentials were used, where it is another
// than the one that acted.
func (v *view) usedName(s model.Step) string {
	if s.Used == s.Actor && s.UsedName == s.ActorName {
		return ""
	}
	return s.UsedName
}

// placeName names a place in a cell; what only a client said is in quotes.
func (v *view) placeName(p model.Place) string {
	switch {
	case p.Host != model.None:
		return v.hostName(p.Host)
	case p.Claimed && p.Name != "":
		return strings.TrimSpace(p.Address + " " + quoted(p.Name))
	case p.Name != "":
		return strings.TrimSpace(p.Name + " " + p.Address)
	}
	return p.Address
}

func (v *view) placeWords(p model.Place) string {
	if !p.Known() {
		return ""
	}
	out := v.placeName(p)
	if p.Host != model.None {
		out = join(v.snap.Host(p.Host).Name, p.Address)
	}
	if p.Certainty == model.Exact {
		return "" // a record names it, and the line above has it
	}
	return join(out, certaintyMark(p.Certainty)+" "+p.Certainty.String(), p.Why)
}

func (v *view) stepWords(s model.Step) string {
	return join(v.stepName(s), prefixed("from ", v.placeName(s.From)), prefixed("to ", v.placeName(s.To)), s.Via, prefixed("with ", v.usedName(s)))
}

// stepFindings are those that a step's session or one of its records is part of.
func (v *view) stepFindings(s model.Step) []int {
	out := v.judged.ofEvents(s.Records...)
	if s.Session == model.None {
		return out
	}
	return distinct(slices.Concat(out, v.judged.ofSession(s.Session)))
}

// mostRecords is how many of a step's records its details name: what changes
// with each step goes over the line.
const mostRecords = 3

func (v *view) sayStep(s model.Step, p *page) {
	p.styled("", stepStyle(s.Kind)|table.Strong, v.stepWords(s))
	v.sayFindings(v.stepFindings(s), p)
	when := v.full(s.Time)
	if s.Last > s.Time {
		when += " to " + v.full(s.Last)
	}
	p.label("time", when)
	p.label("why", certaintyMark(s.Certainty)+" "+s.Certainty.String(), s.Why)
	p.label("from", v.placeWords(s.From))
	p.label("to", v.placeWords(s.To))
	p.label("account", s.ActorName, prefixed("with the credentials of ", v.usedName(s)))
	for i, e := range s.Records[:min(len(s.Records), mostRecords)] {
		label := ""
		if i == 0 {
			label = "records"
		}
		ev := v.snap.Event(e)
		p.item(label, fmt.Sprintf("%d  %s  record %d of %s", ev.EventID, v.snap.Describe(e), ev.RecordID, v.hostName(ev.Host)))
	}
	if n := len(s.Records) - mostRecords; n > 0 {
		p.item("", "and "+count(n, "record", "records")+" more")
	}
	if s.Session != model.None {
		p.label("session", v.logonIDs(v.snap.SessionBrief(s.Session)), v.key("enter")+" goes there")
	}
}

func (v *view) belowStep(s model.Step) *list {
	if s.Session != model.None {
		return logonsOf(v, v.snap.SessionBrief(s.Session))
	}
	return recordsOf(v, v.stepName(s), s.Records)
}

// recordsOf lists records that belong together; a single one is shown at once.
func recordsOf(v *view, title string, records []model.EventRow) *list {
	switch len(records) {
	case 0:
		return nil
	case 1:
		return recordList(v, v.snap.Event(records[0]))
	}
	first := v.snap.Event(records[0])
	of := v.snap
	return newList(title, search.Tiered, func(_ context.Context, v *view) rows {
		l := v.eventListing()
		l.info.empty = "these records lie elsewhere in what was read since; go out and in again"
		if v.snap == of || v.eventKey(v.snap.Event(records[0])) == v.eventKey(first) {
			v.setEvents(l, records)
		}
		return l
	})
}

func (v *view) stepFacts(s model.Step) facts {
	f := v.factsOf(s.Used, s.To.Host, s.Time, max(s.Time, s.Last))
	f.names[search.User] = append(f.names[search.User], s.ActorName, s.UsedName)
	f.names[search.Host] = append(append(f.names[search.Host], v.hostNamesOf(s.From.Host)...), s.To.Name, s.From.Name)
	f.names[search.IP] = []string{s.From.Address, s.To.Address}
	f.names[search.Kind] = []string{s.Via, s.Kind.String()}
	f.events = func() []uint64 {
		var out []uint64
		for _, e := range s.Records {
			out = append(out, uint64(v.snap.Event(e).EventID))
		}
		return out
	}
	return f
}

// openTrail shows the trail of the account that the selected row is about.
func (r *root) openTrail() tea.Cmd {
	s, ok := r.subject()
	if !ok || s.scope.account == (accountRef{}) {
		r.message = r.keys.of("trail") + ": select a user, a session or a failure first: a trail is an account's"
		return nil
	}
	l := trailOf(s.name, s.scope)
	l.begins = s.place
	return r.intoOrBack(l)
}
