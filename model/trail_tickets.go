package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"spoor/model/event"
)

const (
	// ticketSkew is how far clocks may differ in a domain (Kerberos' default),
	// and so by how much a logon may seem to be earlier than its ticket.
	ticketSkew = 5 * time.Minute
	// ticketLife is how long a service ticket serves (the domain's default).
	ticketLife = 10 * time.Hour
	// answered is how long after a controller's answer the logon that asked
	// for it may be written.
	answered = time.Minute
)

// request is one authentication that no session explains.
type request struct {
	kind    StepKind
	event   Event
	from    Place
	to      Place
	service string
	pause   time.Duration // within which such requests are one step
	why     string
}

// tickets tells of tickets that were granted and passwords that were accepted
// by domain controllers for the account, and that no session in the logs
// explains: what was asked for, but not seen to be reached.
func (t *trailer) tickets() {
	type fold struct {
		kind             StepKind
		service, address string
		from             HostID
	}
	rows := slices.Clone(t.Snapshot.deeds().asked[t.who])
	slices.SortStableFunc(rows, func(a, b EventRow) int {
		return cmp.Or(cmp.Compare(t.Event(a).Time, t.Event(b).Time), cmp.Compare(a, b))
	})
	last := map[fold]int{}
	for _, row := range rows {
		if t.over() {
			return
		}
		r, ok := t.request(row)
		if !ok {
			continue
		}
		if i := t.beside(r); i >= 0 {
			t.steps[i].Records = t.ordered(append(t.steps[i].Records, row))
			continue
		}
		k := fold{r.kind, strings.ToLower(r.service), r.from.Address + strings.ToLower(r.from.Name), r.from.Host}
		if i, ok := last[k]; ok && r.event.Time <= t.steps[i].Last.Add(r.pause) {
			step := &t.steps[i]
			step.Count++
			step.Last = r.event.Time
			step.Records = append(step.Records, row)
			continue
		}
		last[k] = len(t.steps)
		t.add(Step{
			Time: r.event.Time, Kind: r.kind, Actor: None, Used: t.who, From: r.from, To: r.to, Via: requestVia[r.kind],
			Certainty: Exact, Why: r.why, Records: []EventRow{row}, Session: None, Run: None,
		})
	}
}

var requestKind = map[event.Kind]StepKind{
	event.TicketGranting: StepTGT, event.TicketRenewed: StepTGT, event.ServiceTicket: StepTicket, event.CredentialValidation: StepNTLM,
}

var requestVia = map[StepKind]string{StepTGT: "kerberos", StepTicket: "kerberos", StepNTLM: "ntlm"}

// asker ends the sentence of a ticket: the account that it is for need not be
// the one whose session asked, as where a prompt in somebody else's session was
// given its password.
const asker = "; no record says whose session asked"

// request reads one authentication; false for one that a session explains.
func (t *trailer) request(row EventRow) (request, bool) {
	e := t.Event(row)
	r := request{kind: requestKind[e.Kind], event: e, from: t.fromAddress(t.Text(row, event.IPAddress), e.Host, e.Time), to: nowhere(), pause: runPause}
	if requestVia[r.kind] == "" || t.explains(row, r.kind, r.from, e.Time) {
		return r, false
	}
	controller := t.Host(e.Host).Short()
	switch e.Kind {
	case event.TicketGranting:
		r.why = fmt.Sprintf("4768 on %s: a ticket-granting ticket was given to %s, %s", controller, t.words(r.from), t.unopened(r.from, e.Time))
		if lent := t.lentOn(r.from.Host, e.Time); lent != "" {
			r.why = fmt.Sprintf("4768 on %s: a ticket-granting ticket was given to %s", controller, t.words(r.from))
		}
	case event.TicketRenewed:
		r.service, r.pause = "renewal", ticketLife
		r.why = fmt.Sprintf("4770 on %s: a ticket was renewed for %s", controller, t.words(r.from))
	case event.ServiceTicket:
		r.service = t.Text(row, event.ServiceName)
		s, ok := t.services[r.service]
		if !ok {
			s = t.service(r.service)
			t.services[r.service] = s
		}
		r.to = s.place
		if s.referral {
			r.why = fmt.Sprintf("4769 on %s: a ticket for %s, which is no server, was given to %s", controller, r.service, t.words(r.from))
			r.pause = ticketLife
			break
		}
		r.why = fmt.Sprintf("4769 on %s: a ticket for %s was given to %s; %s", controller, s.words, t.words(r.from), t.unreached(row, s, e.Time))
	case event.CredentialValidation:
		name := strings.TrimLeft(t.Text(row, event.Workstation), `\`)
		r.from = Place{Host: None, Why: "the record names no workstation"}
		if name != "" {
			r.from = t.origin(Source{Host: None, Name: name, Claimed: true, Certainty: Weak, Why: "the name that the client claims"}, e.Host, KindNetwork, e.Time)
		}
		r.why = fmt.Sprintf("4776 on %s: the account's password was accepted for a client that calls itself %s; no logon in %s follows", controller, cmp.Or(name, "nothing"), t.Evidence())
	}
	r.why += t.lentOn(r.from.Host, e.Time) + asker
	return r, true
}

// unopened says why no session explains a ticket-granting ticket.
func (t *trailer) unopened(from Place, at event.FileTime) string {
	if from.Host == None && from.Name != "" {
		return "and no log of " + from.Name + " " + t.InEvidence()
	}
	if from.Host == None {
		return "and which host that was is not known"
	}
	if why := t.uncovered(from.Host, at); why != "" {
		return "and " + why
	}
	return "and no session there has a use for it at that time"
}

func (t *trailer) unreached(row EventRow, s service, at event.FileTime) string {
	later := ""
	if d, ok := t.chained[row]; ok {
		later = fmt.Sprintf(" but one %s from it, which may have used it", d.Round(time.Second))
	}
	if s.place.Host == None {
		return "it was asked for, more is not known"
	}
	if why := t.uncovered(s.place.Host, at); why != "" {
		if later != "" {
			later = "; the only logon that it is joined with is" + strings.TrimPrefix(later, " but")
		}
		return "it was asked for, and " + why + later
	}
	return "it was asked for, and no logon in the log of " + t.Host(s.place.Host).Short() + " is joined with it" + later
}

// words name a place.
func (s *Snapshot) words(p Place) string {
	switch {
	case p.Host != None && p.Address != "" && names(p.Address):
		return p.Address + " (" + s.Host(p.Host).Short() + ", " + p.Certainty.String() + ")"
	case p.Host != None:
		return s.Host(p.Host).Short()
	case p.Address != "":
		if p.Name != "" {
			return p.Address + " (" + p.Name + ", " + p.Certainty.String() + ")"
		}
		return p.Address
	case p.Name != "" && p.Claimed:
		return p.Name + " (claimed)"
	}
	return cmp.Or(p.Name, "an unknown client")
}

// service is what a ticket is for.
type service struct {
	place    Place
	account  string // a service's own account, not a host
	words    string
	referral bool // a ticket for a ticket: it says nothing of a server
	computer bool // a host that is not in the evidence
}

// service reads the ServiceName of a 4769, which is the account that runs the
// service: a machine's only if a computer of that name was seen, as one that
// wrote a log or as one that came for tickets of its own.
func (s *Snapshot) service(name string) service {
	short, _, _ := strings.Cut(name, "@")
	out := service{place: nowhere(), referral: strings.EqualFold(short, "krbtgt") || strings.HasPrefix(strings.ToLower(short), "krbtgt/")}
	machine, ok := strings.CutSuffix(short, "$")
	if !ok {
		out.account = short
		out.words = "the service account " + short
		return out
	}
	if h := s.hostNamed(machine); h != None {
		out.place = Place{Host: h, Name: machine, Certainty: Strong, Why: "the machine account that the ticket is for"}
		out.words = s.Host(h).Short()
		return out
	}
	for _, a := range s.accounts {
		if strings.EqualFold(a.Name, short) && a.Authentications > 0 && a.From > 0 {
			out.computer = true
			out.place = Place{Host: None, Name: machine, Certainty: Medium, Why: "an account of this name came for tickets of its own"}
			out.words = machine
			return out
		}
	}
	out.account = short
	out.words = "the account " + short + ", which is no computer that the evidence knows"
	return out
}

// failures tells of failed attempts on the account, and of those that its
// sessions made with other accounts, each burst from one source as one step.
func (t *trailer) failures() {
	type fold struct {
		source  sourceKey
		target  HostID
		subject AccountID
		of      bool // the account was tried
	}
	type burst struct {
		step    int
		seen    map[string]bool
		names   []string
		reasons []string
	}
	last := map[fold]*burst{}
	var bursts []*burst
	for i, f := range t.Snapshot.Failures() {
		if i%1024 == 0 && t.over() {
			return
		}
		subject, name := t.tried(f)
		if f.Account != t.who && subject != t.who {
			continue
		}
		k := fold{f.Source.key(), f.TargetHost, subject, f.Account == t.who}
		b := last[k]
		if b == nil || f.Time > t.steps[b.step].Last.Add(runPause) {
			b = &burst{step: len(t.steps), seen: map[string]bool{}}
			last[k] = b
			bursts = append(bursts, b)
			t.add(Step{
				Time: f.Time, Kind: StepFailure, Actor: subject, ActorName: name, Used: f.Account, UsedName: f.Tried,
				From: t.origin(f.Source, f.LoggedOn, KindNetwork, f.Time), To: at(f.TargetHost), Via: f.Protocol, Certainty: Exact,
				Records: f.Records, Session: None, Run: None,
			})
			t.steps[b.step].Count = 0
		}
		t.another(&t.steps[b.step], f)
		if !b.seen[f.Tried] {
			b.seen[f.Tried] = true
			b.names = append(b.names, f.Tried)
		}
		if r := f.Reason + with(" ", parenthesised(f.Code)); !slices.Contains(b.reasons, r) {
			b.reasons = append(b.reasons, r)
		}
	}
	for _, b := range bursts {
		step := &t.steps[b.step]
		t.failureWords(step, b.names, b.reasons)
		slices.Sort(step.Records)
		step.Records = slices.Compact(step.Records)
	}
}

func parenthesised(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ")"
}

// another adds a failure to the step of its burst.
func (t *trailer) another(step *Step, f Failure) {
	step.Count++
	step.Last = max(step.Last, f.Time)
	step.Records = append(step.Records, f.Records...)
	if f.Account != step.Used {
		step.Used, step.UsedName = None, ""
	}
	if !strings.Contains(step.Via, f.Protocol) {
		step.Via += " " + f.Protocol
	}
}

func (t *trailer) failureWords(step *Step, names, reasons []string) {
	step.Why = fmt.Sprintf("%s on %s: %s", counted(step.Count, "failed attempt"), some(names), some(reasons))
	if step.ActorName == "" {
		step.Why += "; the records do not say who tried"
	}
}

// tried is the account whose session made a failed attempt, and its name;
// neither where no record says so, or where only Windows itself asked for
// somebody.
func (t *trailer) tried(f Failure) (AccountID, string) {
	for _, row := range append([]EventRow{f.Event}, f.Records...) {
		e := t.Event(row)
		n, ok := t.storeRow(row)
		if !ok || e.Kind != event.LogonFailed {
			continue
		}
		subject := t.subject(n)
		if class := classOf(t.sid(subject), t.name(subject), t.domain(subject)); class == ClassUser {
			return t.whoIs(int(e.Host), subject), t.called(subject)
		}
	}
	return None, ""
}
