package tui

import (
	"context"
	"fmt"
	"strconv"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/search"
	"spoor/tui/table"
)

// eventsOf is the fifth level: the events of a logon, or of all logons of a
// session.
func eventsOf(session sessionRef, i logonItem) *list {
	title := "all"
	if !i.all {
		title = i.logon.LogonID.String()
	}
	return newList(title, search.Tiered, func(_ context.Context, v *view) rows {
		l := v.eventListing()
		l.info.empty = "the session is not in what was read so far"
		s, ok := session.find(v.snap)
		if !ok {
			return l
		}
		l.who = func(model.Event) sessionScope { return v.sessionScope(s) }
		l.marked = func(model.Event) (model.SessionRow, bool) { return s.Row, true }
		if i.all {
			v.setEvents(l, v.snap.SessionEvents(s.Row))
			return l
		}
		for _, row := range s.Logons {
			if v.snap.Logon(row).LogonID == i.logon.LogonID {
				v.setEvents(l, v.snap.LogonEvents(row))
			}
		}
		return l
	})
}

// eventListing is a list of events without its items.
func (v *view) eventListing() *listing[model.Event] {
	return &listing[model.Event]{
		cols:    eventColumns(v),
		id:      func(e model.Event) string { return v.eventKey(e) },
		found:   v.eventValues,
		facts:   v.eventFacts,
		touches: func(e model.Event) []int { return v.judged.ofEvents(e.Row) },
		say:     v.sayEvent,
		next:    func(e model.Event) *list { return recordList(v, e) },
		copyText: func(e model.Event) string {
			return fmt.Sprintf("%s %s %d", e.Computer, e.Channel, e.RecordID)
		},
		info: about{kind: "events", one: "event", many: "events"},
	}
}

func (v *view) setEvents(l *listing[model.Event], rows []model.EventRow) {
	l.count, l.fetch = len(rows), func(i int) model.Event { return v.snap.Event(rows[i]) }
}

func eventColumns(v *view) []column[model.Event] {
	return []column[model.Event]{
		{Column: table.Column{Title: "TIME", Min: 8 + len(v.layout), Max: 27}, quiet: true,
			cell:   func(e model.Event) table.Cell { return table.Cell{Text: v.precise(e.Time)} },
			number: func(e model.Event) uint64 { return uint64(e.Time) }},
		{Column: table.Column{Title: "ID", Min: 5, Max: 5, Right: true},
			cell:   func(e model.Event) table.Cell { return table.Cell{Text: strconv.Itoa(int(e.EventID))} },
			number: func(e model.Event) uint64 { return uint64(e.EventID) }},
		textColumn("WHAT", 20, 0, 0, func(e model.Event) string { return v.snap.Describe(e.Row) }),
		textColumn("COMPUTER", 12, 30, 6, func(e model.Event) string { return e.Computer }),
		textColumn("LOG", 8, 24, 5, func(e model.Event) string { return e.Channel }),
		{Column: table.Column{Title: "RECORD", Min: 9, Max: 20, Priority: 3, Right: true}, quiet: true,
			cell: func(e model.Event) table.Cell {
				return table.Cell{Text: strconv.FormatUint(e.RecordID, 10)}
			},
			number: func(e model.Event) uint64 { return e.RecordID }},
	}
}

// searchedColumns are the columns of events that an event is found by.
var searchedColumns = [...]event.Column{
	event.SubjectName, event.SubjectDomain, event.TargetName, event.TargetDomain,
	event.IPAddress, event.ClientAddress, event.ClientName, event.Workstation, event.Process,
	event.NewProcess, event.CommandLine, event.ShareName, event.ObjectName, event.ServiceName, event.TaskName,
}

func (v *view) eventValues(ev model.Event, add func(string)) {
	e := ev.Row
	for _, c := range searchedColumns {
		add(v.snap.Text(e, c))
	}
	for _, c := range [...]event.Column{event.SubjectLogon, event.TargetLogon} {
		if n, ok := v.snap.Number(e, c); ok {
			add(event.LogonID(n).String())
		}
	}
	add(v.snap.Title(e))
	v.minutes(ev.Time, add)
}

func (v *view) sayEvent(e model.Event, p *page) {
	row := e.Row
	p.head(strconv.Itoa(int(e.EventID)), v.snap.Title(row))
	p.add(v.snap.Describe(row))
	v.sayFindings(v.judged.ofEvents(row), p)
	p.label("time", v.full(e.Time))
	p.label("log", e.Channel, e.Computer, fmt.Sprintf("record %d", e.RecordID))
	p.label("account", slashed(v.snap.Text(row, event.TargetDomain), v.snap.Text(row, event.TargetName)))
	p.label("by", slashed(v.snap.Text(row, event.SubjectDomain), v.snap.Text(row, event.SubjectName)))
	p.label("from", v.snap.Text(row, event.IPAddress), v.snap.Text(row, event.Workstation), v.snap.Text(row, event.ClientName), v.snap.Text(row, event.ClientAddress))
	p.label("process", v.snap.Text(row, event.NewProcess), v.snap.Text(row, event.CommandLine), v.snap.Text(row, event.Process))
	p.label("object", v.snap.Text(row, event.ShareName), v.snap.Text(row, event.RelativeName), v.snap.Text(row, event.ObjectName))
	p.label("file", v.place(e.Ref), recoveredWord(e.Recovered))
}

func slashed(domain, name string) string {
	if domain == "" || name == "" {
		return domain + name
	}
	return domain + `\` + name
}

func recoveredWord(yes bool) string {
	if yes {
		return "(recovered: past the end that its chunk states)"
	}
	return ""
}

// place names where in the evidence a record lies.
func (v *view) place(ref event.Ref) string {
	name := fmt.Sprintf("file %d", ref.File)
	if files := v.snap.Files(); int(ref.File) < len(files) {
		name = files[ref.File].Name
	}
	return fmt.Sprintf("%s  chunk %d  offset 0x%x", name, ref.Chunk, ref.Offset)
}
