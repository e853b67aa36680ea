package main

import (
	"strconv"
	"strings"
	"time"

	"spoor/model"
	"spoor/model/export"
	"spoor/model/search"
)

// record is a public record as a filter sees it.
type record struct {
	names    map[search.Field][]string
	numbers  map[search.Field][]uint64
	from, to time.Time
}

// Names implements search.Thing.
func (r record) Names(f search.Field) []string { return r.names[f] }

// Numbers implements search.Thing.
func (r record) Numbers(f search.Field) []uint64 { return r.numbers[f] }

// Lasted implements search.Thing.
func (r record) Lasted() (from, to time.Time) { return r.from, r.to }

// recordThing shows a record to a filter. A kind of record that is not here
// has no fields to filter by.
func recordThing(v any) search.Thing {
	switch r := v.(type) {
	case export.Session:
		return sessionThing(r)
	case export.Failure:
		return record{
			names: map[search.Field][]string{search.User: accountWords(r.Account), search.Host: {r.LoggedOn}, search.IP: sourceWords(r.Source),
				search.Kind: {r.Protocol}, search.Reason: {r.Reason, r.Code}},
			numbers: map[search.Field][]uint64{search.Type: number(r.LogonType), search.EventID: eventIDs(r.Records)},
			from:    timeOf(r.Time), to: timeOf(r.Time),
		}
	case export.User:
		return record{names: map[search.Field][]string{search.User: accountWords(r.Account), search.Host: r.Hosts, search.IP: r.Sources, search.Kind: {r.Class}},
			from: timeOf(r.First), to: timeOf(r.Last)}
	case export.Host:
		names := map[search.Field][]string{search.Host: append([]string{r.Name}, r.Spellings...), search.Kind: r.Roles}
		for _, a := range r.Addresses {
			names[search.IP] = append(names[search.IP], a.Address)
		}
		return record{names: names, from: timeOf(r.First), to: timeOf(r.Last)}
	case export.Finding:
		return findingThing(r)
	case export.Coverage:
		return record{names: map[search.Field][]string{search.Host: {pointed(r.Host), pointed(r.Computer)}, search.Channel: {pointed(r.Channel)}},
			from: timeOf(r.First), to: timeOf(r.Last)}
	case export.Event:
		return eventThing(r)
	case export.Step:
		return stepThing(r)
	case export.Footmark:
		return record{names: map[search.Field][]string{search.User: accountWords(r.Account), search.Host: {pointed(r.Host), pointed(r.Name)},
			search.IP: {pointed(r.Address)}},
			numbers: map[search.Field][]uint64{search.EventID: eventIDs(r.Records)}, from: timeOf(r.First), to: timeOf(r.Last)}
	case export.Presence:
		return presenceThing(r)
	}
	return record{}
}

func stepThing(s export.Step) record {
	out := record{
		names:   map[search.Field][]string{search.Kind: {strings.ReplaceAll(s.What, " ", "-"), s.Via}},
		numbers: map[search.Field][]uint64{search.EventID: eventIDs(s.Records)}, from: timeOf(s.Time), to: timeOf(s.Last),
	}
	for _, a := range []*export.Account{s.Actor, s.UsedAccount} {
		if a != nil {
			out.names[search.User] = append(out.names[search.User], accountWords(*a)...)
		}
	}
	for _, p := range []*export.StepPlace{s.From, s.To} {
		if p != nil {
			out.names[search.Host] = append(out.names[search.Host], pointed(p.Host))
			out.names[search.IP] = append(out.names[search.IP], pointed(p.Address), pointed(p.Name))
		}
	}
	return out
}

func presenceThing(p export.Presence) record {
	out := record{names: map[search.Field][]string{search.Host: {p.Host}, search.Kind: {pointed(p.Kind)}}, from: timeOf(p.At), to: timeOf(p.At)}
	if p.Account != nil {
		out.names[search.User] = accountWords(*p.Account)
	}
	if p.Source != nil {
		out.names[search.IP] = sourceWords(*p.Source)
	}
	if p.Start != nil {
		out.from = timeOf(p.Start.Time)
	}
	return out
}

func sessionThing(s export.Session) record {
	out := record{
		names: map[search.Field][]string{search.User: accountWords(s.Account), search.Host: {s.Host}, search.Kind: {s.Kind},
			search.IP: sourceWords(s.Source), search.End: {s.End.Reason}},
		numbers: map[search.Field][]uint64{search.Type: number(s.LogonType), search.EventID: {uint64(s.Record.EventID)}},
		from:    timeOf(s.Start.Time), to: timeOf(s.End.Time),
	}
	for _, t := range []export.Time{s.Start.Time, s.End.NotBefore, s.End.NotAfter} {
		if at := timeOf(t); at.After(out.to) {
			out.to = at
		}
	}
	for word, kind := range kindAliases {
		if kind == model.KindRemoteDesktop && s.Kind == kind.String() {
			out.names[search.Kind] = append(out.names[search.Kind], word)
		}
	}
	if s.Activity != nil {
		out.names[search.Activity] = []string{s.Activity.Name}
		out.names[search.Kind] = append(out.names[search.Kind], s.Activity.Name)
	}
	for _, g := range s.Segments {
		out.names[search.IP] = append(out.names[search.IP], pointed(g.Client.Address), pointed(g.Client.Name))
	}
	for _, id := range s.LogonIDs {
		if n, err := strconv.ParseUint(strings.TrimPrefix(id, "0x"), 16, 64); err == nil {
			out.numbers[search.Logon] = append(out.numbers[search.Logon], n)
		}
	}
	return out
}

func findingThing(f export.Finding) record {
	out := record{
		names: map[search.Field][]string{search.Host: f.Hosts, search.Severity: {f.Severity}, search.Rule: append([]string{f.Rule}, f.Technique...)},
		from:  timeOf(f.Start), to: timeOf(f.End),
		numbers: map[search.Field][]uint64{search.EventID: eventIDs(f.Records)},
	}
	if f.Account != nil {
		out.names[search.User] = accountWords(*f.Account)
	}
	for _, a := range f.Accounts {
		out.names[search.User] = append(out.names[search.User], accountWords(a)...)
	}
	if f.Source != nil {
		out.names[search.IP] = []string{pointed(f.Source.Address), pointed(f.Source.Name), pointed(f.Source.Host)}
	}
	return out
}

// addressFields and accountFields are the fields of events that name them.
var (
	addressFields = map[string]bool{"IpAddress": true, "ClientAddress": true, "Address": true}
	accountFields = map[string]bool{"TargetUserName": true, "SubjectUserName": true, "AccountName": true, "User": true}
	logonFields   = map[string]bool{"TargetLogonId": true, "SubjectLogonId": true, "LogonID": true}
)

func eventThing(e export.Event) record {
	out := record{
		names:   map[search.Field][]string{search.Host: {e.Computer}, search.Channel: {e.Channel}},
		numbers: map[search.Field][]uint64{search.EventID: {uint64(e.EventID)}},
		from:    timeOf(e.Time), to: timeOf(e.Time),
	}
	for _, f := range e.Data {
		switch {
		case accountFields[f.Name]:
			out.names[search.User] = append(out.names[search.User], f.Value)
		case addressFields[f.Name]:
			out.names[search.IP] = append(out.names[search.IP], strings.TrimPrefix(f.Value, "::ffff:"))
		case f.Name == "LogonType":
			if n, err := strconv.ParseUint(f.Value, 0, 32); err == nil {
				out.numbers[search.Type] = []uint64{n}
			}
		case logonFields[f.Name]:
			if n, err := strconv.ParseUint(f.Value, 0, 64); err == nil {
				out.numbers[search.Logon] = append(out.numbers[search.Logon], n)
			}
		}
	}
	return out
}

func accountWords(a export.Account) []string {
	out := append([]string{a.Name, pointed(a.SID)}, a.Spellings...)
	if d := pointed(a.Domain); d != "" {
		out = append(out, d+`\`+a.Name)
	}
	return out
}

func sourceWords(s export.Source) []string {
	return []string{pointed(s.Address), pointed(s.Name), pointed(s.Host)}
}

func eventIDs(refs []export.Ref) []uint64 {
	var out []uint64
	for _, r := range refs {
		out = append(out, uint64(r.EventID))
	}
	return out
}

func number(n *uint32) []uint64 {
	if n == nil {
		return nil
	}
	return []uint64{uint64(*n)}
}

func pointed(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func timeOf(t export.Time) time.Time {
	if t.FileTime == 0 {
		return time.Time{}
	}
	return t.FileTime.Time()
}
