package tui

import (
	"cmp"
	"slices"
	"time"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/search"
)

// facts is a row as a filter sees it. What is costly is only found when a
// filter asks.
type facts struct {
	names    map[search.Field][]string
	activity func() string
	logons   []uint64
	types    []uint64
	events   func() []uint64
	from, to event.FileTime
}

// Names implements search.Thing.
func (f facts) Names(field search.Field) []string {
	if field == search.Activity && f.activity != nil {
		return []string{f.activity()}
	}
	return f.names[field]
}

// Numbers implements search.Thing.
func (f facts) Numbers(field search.Field) []uint64 {
	switch field {
	case search.Logon:
		return f.logons
	case search.Type:
		return f.types
	case search.EventID:
		if f.events != nil {
			return f.events()
		}
	}
	return nil
}

// Lasted implements search.Thing.
func (f facts) Lasted() (from, to time.Time) {
	if f.from != 0 {
		from = f.from.Time()
	}
	if f.to != 0 {
		to = f.to.Time()
	}
	return from, to
}

func (v *view) userNames(id model.AccountID) []string {
	if id == model.None {
		return nil
	}
	a := v.snap.Account(id)
	return append([]string{a.Display(), a.Name, a.SID}, a.Spellings...)
}

func (v *view) hostNamesOf(id model.HostID) []string {
	if id == model.None {
		return nil
	}
	h := v.snap.Host(id)
	return append([]string{h.Name, h.Short()}, h.Spellings...)
}

// factsOf is what lists of accounts on hosts are filtered by.
func (v *view) factsOf(account model.AccountID, host model.HostID, from, to event.FileTime) facts {
	return facts{names: map[search.Field][]string{search.User: v.userNames(account), search.Host: v.hostNamesOf(host)}, from: from, to: to}
}

func (v *view) accountFacts(a model.Account) facts {
	f := v.factsOf(a.ID, model.None, a.First, a.Last)
	for _, h := range a.Hosts {
		f.names[search.Host] = append(f.names[search.Host], v.hostNamesOf(h)...)
	}
	f.names[search.IP], f.names[search.Kind] = slices.Collect(v.snap.Sources(a.ID)), []string{a.Class.String()}
	return f
}

func (v *view) hostFacts(h model.Host) facts {
	f := v.factsOf(model.None, h.ID, h.First, h.Last)
	for _, a := range h.Addresses {
		f.names[search.IP] = append(f.names[search.IP], a.Address)
	}
	f.names[search.Kind] = h.Roles
	return f
}

func (v *view) sessionFacts(s model.Session) facts {
	f := v.factsOf(s.Account, s.Host, s.Start, max(s.Start, s.End.Time, s.End.NotBefore, s.End.NotAfter))
	f.names[search.Kind] = []string{s.Kind.String(), kindWord(s)}
	f.names[search.IP] = []string{s.Source.Address, s.Source.Name}
	for _, g := range s.Segments {
		f.names[search.IP] = append(f.names[search.IP], g.ClientAddress, g.ClientName)
	}
	f.names[search.End] = []string{s.End.Reason.String()}
	f.activity = func() string { return cmp.Or(s.Activity.Name, v.snap.Session(s.Row).Activity.Name) }
	if s.StartKnown {
		f.types = []uint64{uint64(s.LogonType)}
	}
	for _, l := range s.Logons {
		f.logons = append(f.logons, uint64(v.snap.Logon(l).LogonID))
	}
	f.events = func() []uint64 {
		var out []uint64
		for _, e := range v.snap.SessionEvents(s.Row) {
			out = append(out, uint64(v.snap.Event(e).EventID))
		}
		return out
	}
	return f
}

func (v *view) failureFacts(x model.Failure) facts {
	f := v.factsOf(x.Account, x.LoggedOn, x.Time, x.Time)
	f.names[search.User] = append(f.names[search.User], x.Tried)
	f.names[search.Kind], f.names[search.Reason] = []string{x.Protocol}, []string{x.Reason, x.Code, x.StatusName()}
	f.names[search.IP] = []string{x.Source.Address, x.Source.Name}
	if x.LogonType != 0 {
		f.types = []uint64{uint64(x.LogonType)}
	}
	if x.SubjectID != 0 {
		f.logons = []uint64{uint64(x.SubjectID)}
	}
	f.events = func() []uint64 {
		var out []uint64
		for _, e := range x.Records {
			out = append(out, uint64(v.snap.Event(e).EventID))
		}
		return out
	}
	return f
}

func (v *view) eventFacts(e model.Event) facts {
	f := facts{names: map[search.Field][]string{search.Host: v.hostNamesOf(e.Host), search.Channel: {e.Channel}}, from: e.Time, to: e.Time}
	f.names[search.User] = []string{v.snap.Text(e.Row, event.TargetName), v.snap.Text(e.Row, event.SubjectName)}
	f.names[search.IP] = []string{v.snap.Text(e.Row, event.IPAddress), v.snap.Text(e.Row, event.ClientAddress)}
	for _, c := range [...]event.Column{event.TargetLogon, event.SubjectLogon} {
		if n, ok := v.snap.Number(e.Row, c); ok {
			f.logons = append(f.logons, n)
		}
	}
	if n, ok := v.snap.Number(e.Row, event.LogonType); ok {
		f.types = []uint64{n}
	}
	f.events = func() []uint64 { return []uint64{uint64(e.EventID)} }
	return f
}
