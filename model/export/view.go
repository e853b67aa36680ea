package export

import (
	"fmt"
	"slices"
	"strconv"

	"spoor/model"
	"spoor/model/event"
)

// View makes public records of a snapshot.
type View struct {
	Snapshot *model.Snapshot
	// Read decodes a whole record again; only events need it.
	Read func(event.Ref) (*event.Record, error)
	mask *mask // of names that are not to be told; may be nil
}

// Session returns the public record of a session.
func (v View) Session(row model.SessionRow) Session {
	s := v.Snapshot.Session(row)
	host := v.Snapshot.Host(s.Host)
	out := Session{
		Schema:      "spoor.session/1",
		ID:          s.ID,
		Aliases:     list(s.Aliases),
		Account:     v.account(s.Account),
		Host:        host.Name,
		Boot:        sessionBoot(host, s.Boot),
		Kind:        s.Kind.String(),
		Validated:   orUnknown(s.Validated),
		Privileges:  list(s.Privileges),
		Groups:      list(s.Groups),
		Start:       Start{Time{s.Start}, startCertainty(s.StartKnown)},
		End:         v.end(s.End),
		Length:      length(s),
		Source:      v.source(s.Source),
		Record:      v.ref(s.Anchor),
		Events:      s.Events,
		Provisional: s.Provisional,
	}
	if s.Outbound != "" {
		out.Outbound = &Outbound{s.Outbound}
	}
	if s.StartKnown {
		out.LogonType = &s.LogonType
		out.Authentication.KeyLength = &s.KeyLength
	}
	for _, l := range s.Logons {
		out.LogonIDs = append(out.LogonIDs, v.Snapshot.Logon(l).LogonID.String())
	}
	out.TokenElevated = truth(s.Elevated)
	out.Authentication.RestrictedAdmin = truth(s.RestrictedAdmin)
	out.Authentication.RemoteCredentialGuard = truth(s.RemoteCredentialGuard)
	out.Authentication.Package = optional(s.Package)
	out.Authentication.Process = optional(s.Process)
	out.Authentication.Image = optional(s.ProcessName)
	if s.LogonGUID != (event.GUID{}) {
		out.Authentication.LogonGUID = optional(s.LogonGUID.String())
	}
	v.story(&out, s)
	v.mask.apply(&out)
	return out
}

// Failure returns the public record of a failure.
func (v View) Failure(f model.Failure) Failure {
	out := Failure{
		Schema:   "spoor.failure/1",
		ID:       f.ID,
		Aliases:  list(f.Aliases),
		Time:     Time{f.Time},
		Account:  Account{Name: f.Tried, Spellings: []string{}},
		Subject:  Subject{Account: optional(f.Subject), Process: optional(f.ProcessName)},
		LoggedOn: v.Snapshot.Host(f.LoggedOn).Name,
		Source:   v.source(f.Source),
		Protocol: f.Protocol,
		Status:   code(f.Status),
		Code:     f.Code,
		Reason:   f.Reason,
		Records:  []Ref{},
	}
	for _, r := range f.Records {
		out.Records = append(out.Records, v.ref(r))
	}
	if f.Account != model.None {
		out.Account = v.account(f.Account)
	}
	if f.SubjectID != 0 {
		out.Subject.LogonID = optional(f.SubjectID.String())
	}
	// Only the computer that was logged on to says so; a domain controller's
	// records never name it.
	if f.TargetHost != model.None {
		out.TargetHost = optional(v.Snapshot.Host(f.TargetHost).Name)
	}
	if f.Protocol == "logon" {
		out.LogonType = &f.LogonType
		sub := code(f.SubStatus)
		out.SubStatus = &sub
	}
	v.mask.apply(&out)
	return out
}

// User returns the public record of an account.
func (v View) User(a model.Account) User {
	out := User{
		Schema:          "spoor.user/1",
		Account:         v.account(a.ID),
		Class:           a.Class.String(),
		Boring:          a.Boring,
		First:           Time{a.First},
		Last:            Time{a.Last},
		Hosts:           []string{},
		Sources:         list(slices.Collect(v.Snapshot.Sources(a.ID))),
		Sessions:        a.Sessions,
		Failures:        a.Failures,
		Authentications: a.Authentications,
		Story:           []Change{},
	}
	for _, c := range v.Snapshot.Story(a.ID) {
		out.Story = append(out.Story, Change{
			Time: Time{c.Time}, What: c.What, By: optional(c.ByName), Host: v.Snapshot.Host(c.Host).Name,
			Session: optional(v.Snapshot.SessionID(c.Session)), Caller: optional(c.Caller), Record: v.ref(c.Event),
		})
	}
	if a.Host != model.None {
		out.LocalTo = optional(v.Snapshot.Host(a.Host).Name)
	}
	for _, h := range a.Hosts {
		out.Hosts = append(out.Hosts, v.Snapshot.Host(h).Name)
	}
	return out
}

// Host returns the public record of a host.
func (v View) Host(h model.Host) Host {
	out := Host{
		Schema: "spoor.host/1", Name: h.Name, Spellings: list(h.Spellings), DomainSID: optional(h.DomainSID),
		Roles: list(h.Roles), Logged: h.Logged, First: Time{h.First}, Last: Time{h.Last},
		Addresses: []Address{}, Boots: []Boot{},
		Sessions: h.Sessions, Failures: h.Failures, Accounts: h.Accounts,
	}
	out.SkewCertainty = h.SkewCertainty.String()
	if h.SkewCertainty != model.CertaintyUnknown {
		seconds := h.Skew.Seconds()
		out.SkewSeconds = &seconds
	}
	for _, a := range h.Addresses {
		out.Addresses = append(out.Addresses, Address{a.Address, Time{a.From}, Time{a.To}, a.Certainty.String()})
	}
	for _, b := range h.Boots {
		out.Boots = append(out.Boots, Boot{b.Index, Time{b.Started}, Time{b.Ended}, b.Reason, b.Certainty.String(), b.Why})
	}
	return out
}

// Absent returns the public record of a computer of which no log is in the
// evidence.
func (v View) Absent(a model.AbsentHost) Host {
	h := v.Host(model.Host{Name: a.Name, First: a.First, Last: a.Last, Addresses: a.Addresses})
	h.Spellings = []string{a.Name}
	return h
}

// Event returns the public record of an event, its fields decoded again. A
// record that cannot be read any more says so in Error.
func (v View) Event(row model.EventRow, sessions []string) Event {
	rec, err := v.Read(v.Snapshot.Event(row).Ref)
	out := v.recorded(row, sessions, rec)
	if err != nil {
		out.Error = optional(err.Error())
	}
	v.mask.apply(&out)
	return out
}

// recorded is the public record of an event whose record was read, or is nil.
func (v View) recorded(row model.EventRow, sessions []string, rec *event.Record) Event {
	e := v.Snapshot.Event(row)
	out := Event{
		Schema: "spoor.event/1", File: v.file(e.Ref.File), Chunk: e.Ref.Chunk, Offset: e.Ref.Offset,
		RecordID: e.RecordID, Time: Time{e.Time}, Computer: e.Computer, Channel: e.Channel,
		Provider: e.Provider, EventID: e.EventID, Version: e.Version, What: v.Snapshot.Describe(row),
		Session: list(sessions), Data: []Field{},
	}
	if rec != nil {
		out.System = fields(rec.System())
		out.Data = fields(rec.Data())
		out.UserData = node(rec.UserData())
	}
	return out
}

func (v View) account(id model.AccountID) Account {
	a := v.Snapshot.Account(id)
	return Account{optional(a.SID), a.Name, optional(a.Domain), list(a.Spellings)}
}

func length(s model.Session) Length {
	d, certainty := s.Length()
	out := Length{Certainty: certainty.String()}
	if certainty != model.EndUnknown {
		seconds := d.Seconds()
		out.Seconds = &seconds
	}
	return out
}

func (v View) end(e model.End) End {
	out := End{
		Time: Time{e.Time}, Reason: e.Reason.String(), Certainty: e.Certainty.String(),
		NotBefore: Time{e.NotBefore}, NotAfter: Time{e.NotAfter}, Account: optional(e.Account),
	}
	if e.By != model.None {
		ref := v.ref(e.By)
		out.By = &ref
	}
	return out
}

func (v View) source(s model.Source) Source {
	out := Source{
		Address: optional(s.Address), Name: optional(s.Name), Claimed: s.Claimed,
		Certainty: s.Certainty.String(), Why: optional(s.Why),
	}
	if s.Port != 0 {
		out.Port = &s.Port
	}
	if s.Host != model.None {
		out.Host = optional(v.Snapshot.Host(s.Host).Name)
	}
	return out
}

func (v View) ref(row model.EventRow) Ref {
	e := v.Snapshot.Event(row)
	return Ref{e.Computer, e.Channel, e.RecordID, e.EventID, Time{e.Time}, v.file(e.Ref.File)}
}

func (v View) file(id event.FileID) string {
	if files := v.Snapshot.Files(); int(id) < len(files) {
		return files[id].Name
	}
	return fmt.Sprintf("file %d", id)
}

func sessionBoot(h model.Host, index int) SessionBoot {
	for _, b := range h.Boots {
		if b.Index == index {
			return SessionBoot{index, Time{b.Started}, b.Certainty.String()}
		}
	}
	return SessionBoot{Index: index, Certainty: model.CertaintyUnknown.String()}
}

func startCertainty(known bool) string {
	if known {
		return model.EndExact.String()
	}
	return model.EndBounded.String()
}

func fields(in []event.Field) []Field {
	out := make([]Field, len(in))
	for i, f := range in {
		out[i] = Field{f.Name, f.Value.String()}
	}
	return out
}

func node(e *event.Element) *Node {
	if e == nil {
		return nil
	}
	out := &Node{Name: e.Name, Value: e.Text()}
	for _, a := range e.Attrs {
		out.Attributes = append(out.Attributes, Field{a.Name, a.Text()})
	}
	for _, c := range e.Elements() {
		out.Children = append(out.Children, *node(c))
	}
	return out
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

func code(n uint32) string { return "0x" + strconv.FormatUint(uint64(n), 16) }
