package tui

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/search"
	"spoor/tui/table"
)

// field is one value of an event as it was logged.
type field struct {
	part  string // System, EventData, UserData, Place
	name  string
	value string
	index int // among all fields: names may repeat
}

// recordList is the last level: one event, all its fields decoded, in order.
// It is read again from the evidence.
func recordList(v *view, e model.Event) *list {
	l := newList(fmt.Sprintf("%d #%d", e.EventID, e.RecordID), search.Position, func(_ context.Context, v *view) rows {
		out := &listing[field]{
			cols:     fieldColumns(),
			id:       func(f field) string { return strconv.Itoa(f.index) },
			say:      sayField,
			copyText: func(f field) string { return f.value },
			info:     about{kind: "fields", one: "field", many: "fields"},
		}
		record, err := v.record(e.Ref)
		if err != nil {
			out.info.empty = "the record could not be read again: " + err.Error()
			return out
		}
		out.items = v.fields(record)
		out.info.record = string(record.AppendXML(nil))
		return out
	})
	l.slow = true
	return l
}

var errNoReader = errors.New("the evidence is not open")

func (v *view) record(ref event.Ref) (*event.Record, error) {
	if v.read == nil {
		return nil, errNoReader
	}
	return v.read(ref)
}

// fields lists what the event says before what Windows says about it, and
// where it lies last.
func (v *view) fields(r *event.Record) []field {
	var out []field
	add := func(part, name, value string) {
		out = append(out, field{part, name, value, len(out)})
	}
	for i, f := range r.Data() {
		name := f.Name
		if name == "" {
			name = "#" + strconv.Itoa(i)
		}
		add("EventData", name, f.Value.String())
	}
	for _, f := range r.UserFields() {
		add("UserData", f.Name, f.Value.String())
	}
	for _, f := range r.System() {
		value := f.Value.String()
		if f.Name == "TimeCreated.SystemTime" {
			if t := r.Head().Time; t != 0 && v.zone.String() != "UTC" {
				value += "  (" + v.full(t) + ")"
			}
		}
		add("System", f.Name, value)
	}
	add("Place", "File", v.place(r.Ref))
	add("Place", "Record header", fmt.Sprintf("number %d, written %s", r.HeaderID, v.full(r.Written)))
	if r.Recovered {
		add("Place", "Recovered", "found past the end that its chunk states")
	}
	return out
}

func fieldColumns() []column[field] {
	return []column[field]{
		textColumn("PART", 9, 9, 1, func(f field) string { return f.part }),
		textColumn("FIELD", 18, 28, 0, func(f field) string { return f.name }),
		{Column: table.Column{Title: "VALUE", Min: 14}, cell: func(f field) table.Cell { return table.Cell{Text: f.value} }},
	}
}

func sayField(f field, p *page) {
	p.head(f.name, "("+f.part+")")
	if f.value == "" {
		p.add("(empty)")
	}
	p.add(f.value)
}
