package export

import (
	"strings"

	"spoor/model"
	"spoor/model/event"
)

// StepPlace is where a step came from or led to.
type StepPlace struct {
	Host      *string `json:"host"` // null where no log determines it
	Name      *string `json:"name"` // as a record gives it
	Claimed   bool    `json:"claimed"`
	Address   *string `json:"address"`
	Certainty string  `json:"certainty"`
	Why       *string `json:"why"`
}

// Step is spoor.step/1: one step of an account's trail. Time and Last are
// those of its first and last record; Count is how many logons, attempts or
// tickets it folds. Actor is the account whose session acted, null where no
// record says so.
type Step struct {
	Schema      string     `json:"schema"`
	Time        Time       `json:"time"`
	Last        Time       `json:"last"`
	Actor       *Account   `json:"actor"`
	UsedAccount *Account   `json:"used_account"`
	What        string     `json:"what"`
	From        *StepPlace `json:"from"` // null where there is none to tell of
	To          *StepPlace `json:"to"`
	Via         string     `json:"via"`
	Count       int        `json:"count"`
	Certainty   string     `json:"certainty"`
	Why         string     `json:"why"`
	Session     *string    `json:"session"`
	Records     []Ref      `json:"records"`
}

// Run is spoor.run/1: network logons of one account on one host from one
// source that follow on each other.
type Run struct {
	Schema   string   `json:"schema"`
	Account  Account  `json:"account"`
	Host     string   `json:"host"`
	Source   Source   `json:"source"`
	First    Time     `json:"first"`
	Last     Time     `json:"last"`
	Sessions []string `json:"sessions"` // their IDs, oldest first
	Count    int      `json:"count"`
	Events   int      `json:"events"`
	Objects  []string `json:"objects"`
	Median   Length   `json:"median_length"`
	Failures int      `json:"failures"`
}

// Step returns the public record of a step.
func (v View) Step(s model.Step) Step {
	out := Step{
		Schema: "spoor.step/1", Time: Time{s.Time}, Last: Time{s.Last}, Actor: v.party(s.Actor, s.ActorName), UsedAccount: v.party(s.Used, s.UsedName),
		What: s.Kind.String(), From: v.place(s.From), To: v.place(s.To), Via: s.Via, Count: s.Count,
		Certainty: s.Certainty.String(), Why: s.Why, Records: []Ref{},
	}
	if s.Session != model.None {
		out.Session = optional(v.Snapshot.SessionID(s.Session))
	}
	for _, r := range s.Records {
		out.Records = append(out.Records, v.ref(r))
	}
	v.mask.apply(&out)
	return out
}

// party is an account, known or only named.
func (v View) party(id model.AccountID, name string) *Account {
	switch {
	case id != model.None:
		a := v.account(id)
		return &a
	case name == "":
		return nil
	}
	out := Account{Name: name, Spellings: []string{}}
	if domain, user, ok := strings.Cut(name, `\`); ok {
		out.Name, out.Domain = user, &domain
	}
	return &out
}

func (v View) place(p model.Place) *StepPlace {
	if !p.Known() && p.Why == "" {
		return nil
	}
	out := StepPlace{Name: optional(p.Name), Claimed: p.Claimed, Address: optional(p.Address), Certainty: p.Certainty.String(), Why: optional(p.Why)}
	if p.Host != model.None {
		out.Host = optional(v.Snapshot.Host(p.Host).Name)
	}
	return &out
}

// words show a place in one cell: the host, else the address or name.
func (p *StepPlace) words() string {
	switch {
	case p == nil:
		return ""
	case p.Host != nil:
		return *p.Host
	case p.Address != nil && p.Name != nil && !p.Claimed:
		return *p.Address + " (" + *p.Name + ")"
	case p.Address != nil:
		return *p.Address
	case p.Name != nil && p.Claimed:
		return *p.Name + " (claimed)"
	case p.Name != nil:
		return *p.Name
	}
	return "unknown"
}

func (p *StepPlace) field(value func(*StepPlace) *string) string {
	if p == nil {
		return ""
	}
	return orEmpty(value(p))
}

func (a *Account) words() string {
	if a == nil {
		return "unknown"
	}
	return a.display()
}

// Run returns the public record of a run.
func (v View) Run(r model.Run) Run {
	out := Run{
		Schema: "spoor.run/1", Account: v.account(r.Account), Host: v.Snapshot.Host(r.Host).Name, Source: v.source(r.Source),
		First: Time{r.First}, Last: Time{r.Last}, Count: len(r.Sessions), Events: r.Events, Objects: list(r.Objects), Failures: r.Failures,
		Median: Length{Certainty: r.MedianCertainty.String()}, Sessions: make([]string, len(r.Sessions)),
	}
	if r.MedianCertainty != model.EndUnknown {
		seconds := r.Median.Seconds()
		out.Median.Seconds = &seconds
	}
	for i, n := range r.Sessions {
		out.Sessions[i] = v.Snapshot.SessionID(n)
	}
	return out
}

// Sitting is a row of a list in which network sessions are folded: a run, or
// another session.
type Sitting struct {
	Session *Session
	Run     *Run
}

// MarshalJSON implements json.Marshaler: a row is the record that it holds.
func (s Sitting) MarshalJSON() ([]byte, error) {
	if s.Run != nil {
		return marshal(s.Run)
	}
	return marshal(s.Session)
}

// Footmark is spoor.footprint/1: one place of what domain controllers' logs
// alone say of an account.
type Footmark struct {
	Schema    string  `json:"schema"`
	Account   Account `json:"account"`
	Role      string  `json:"role"` // came-from, asked-for, ntlm-from, tried-from
	Host      *string `json:"host"` // null where no log determines it
	Name      *string `json:"name"` // as the records give it
	Address   *string `json:"address"`
	First     Time    `json:"first"`
	Last      Time    `json:"last"`
	Count     int     `json:"count"`
	Own       int     `json:"own_tickets"` // of the host for itself: a logon there
	Logged    *bool   `json:"logged"`      // the host's own log is in the evidence; null where the host is not known
	Certainty string  `json:"certainty"`
	Why       string  `json:"why"`
	Records   []Ref   `json:"records"` // the first and the last
}

// Footmark returns the public record of a place of an account's footprint.
func (v View) Footmark(a model.AccountID, m model.Footmark) Footmark {
	out := Footmark{
		Schema: "spoor.footprint/1", Account: v.account(a), Role: m.Role.String(), Name: optional(m.Name), Address: optional(m.Address),
		First: Time{m.First}, Last: Time{m.Last}, Count: m.Count, Own: m.Own, Logged: v.logged(m),
		Certainty: m.Certainty.String(), Why: m.Why, Records: []Ref{},
	}
	if m.Host != model.None {
		out.Host = optional(v.Snapshot.Host(m.Host).Name)
	}
	for _, r := range m.Records {
		out.Records = append(out.Records, v.ref(r))
	}
	return out
}

// logged says whether a place's own log is in the evidence: of one that is not
// known to be a certain computer, nobody can say.
func (v View) logged(m model.Footmark) *bool {
	absent := m.Name != "" && (m.Role == model.CameFrom || m.Role == model.TriedFrom) && m.Address != ""
	if m.Host == model.None && m.Role == model.AskedFor {
		for _, a := range v.Snapshot.Absent() {
			absent = absent || strings.EqualFold(a.Name, m.Name)
		}
	}
	if m.Host == model.None && !absent {
		return nil
	}
	return &m.Logged
}

// Presence is spoor.presence/1: a session at a time, or, with state unknown
// and no session, what is not known of a host then.
type Presence struct {
	Schema  string   `json:"schema"`
	At      Time     `json:"at"`
	State   string   `json:"state"` // on, possibly on, unknown
	Account *Account `json:"account"`
	Host    string   `json:"host"`
	Session *string  `json:"session"`
	Kind    *string  `json:"kind"`
	Start   *Start   `json:"start"`
	End     *End     `json:"end"`
	Source  *Source  `json:"source"`
	Segment *Segment `json:"segment"` // the state of the desktop then
	Why     string   `json:"why"`
}

// Presence returns the public record of a session at a time.
func (v View) Presence(p model.Presence, at event.FileTime) Presence {
	out := Presence{
		Schema: "spoor.presence/1", At: Time{at}, State: p.State.String(), Account: v.party(p.Account, ""),
		Host: v.Snapshot.Host(p.Host).Name, Why: p.Why,
	}
	if p.Host == model.None {
		out.Host = p.Name
	}
	if p.Session == model.None {
		return out
	}
	s := v.Session(p.Session)
	out.Session, out.Kind, out.Start, out.End = &s.ID, optional(p.Kind.String()), &s.Start, &s.End
	source := v.source(p.Source)
	out.Source = &source
	if p.Segment != nil {
		g := v.segment(*p.Segment)
		out.Segment = &g
	}
	return out
}
