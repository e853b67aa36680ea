package model

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"spoor/model/event"
)

const roleDomainController = "domain controller"

// Trail returns the steps of an account in order of time: its sessions, what
// was done in them and out of them, its runs of network logons, the tickets
// and failures that no session explains, and what was done to the account. It
// is also of the trail where its sessions used another account, and where
// another account's sessions used it. The times are those of each host's own
// clock.
func (s *Snapshot) Trail(a AccountID) []Step {
	steps, _ := s.TrailContext(context.Background(), a) // which does not end
	return steps
}

// TrailContext is [Snapshot.Trail] until ctx ends: that of an account with very
// many sessions takes seconds. It returns ctx's error if ctx ends first.
func (s *Snapshot) TrailContext(ctx context.Context, a AccountID) ([]Step, error) {
	if int(a) >= len(s.accounts) {
		return nil, ctx.Err()
	}
	t := newTrailer(ctx, s, a)
	for _, tell := range [...]func(){t.sessions, t.networks, t.story, t.credentials, t.deeds, t.hops, t.tickets, t.failures} {
		if tell(); ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	slices.SortStableFunc(t.steps, compareSteps)
	return t.steps, nil
}

// Moves returns those steps of [Snapshot.Trail] that lead from one place to
// another. Of an account with very many network logons it takes much less
// memory.
func (s *Snapshot) Moves(ctx context.Context, a AccountID) ([]Step, error) {
	if int(a) >= len(s.accounts) {
		return nil, ctx.Err()
	}
	t := newTrailer(ctx, s, a)
	t.moves = true
	t.sessions()
	t.credentials()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	t.steps = slices.DeleteFunc(t.steps, func(s Step) bool { return !s.Kind.Moves() })
	slices.SortStableFunc(t.steps, compareSteps)
	return t.steps, nil
}

func newTrailer(ctx context.Context, s *Snapshot, a AccountID) *trailer {
	return &trailer{Snapshot: s, ctx: ctx, who: a, told: map[EventRow]bool{}, opened: map[HostID][]opening{}, lasting: map[HostID][]opening{},
		chained: map[EventRow]time.Duration{}, headless: map[[2]uint32][]SessionRow{}, firsts: map[SessionRow]Session{},
		began: map[SessionRow]int{}, ran: map[RunRow]int{}, services: map[string]service{}}
}

// over reports whether nobody waits for the trail any more.
func (t *trailer) over() bool { return t.ctx.Err() != nil }

func compareSteps(a, b Step) int {
	return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Records[0], b.Records[0]), cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Session, b.Session), cmp.Compare(a.Why, b.Why))
}

// trailer puts one trail together.
type trailer struct {
	*Snapshot
	ctx     context.Context
	who     AccountID
	moves   bool // steps that lead from one place to another are enough
	steps   []Step
	told    map[EventRow]bool    // records that a step is of already
	opened  map[HostID][]opening // the account's sessions by host, in order of start
	lasting map[HostID][]opening // those that are not of the network
	ntlm    []opening            // those of all hosts that NTLM may have vouched for
	// chained is how far from each record that a session's chain holds the
	// nearest such session began.
	chained  map[EventRow]time.Duration
	headless map[[2]uint32][]SessionRow // without a 4624, by account and host
	firsts   map[SessionRow]Session     // those that runs begin with
	// began and ran are the first steps that tell how a session began, and of
	// a run.
	began    map[SessionRow]int
	ran      map[RunRow]int
	services map[string]service // by name
}

// add completes a step and keeps it. Its records may be a failure's own list,
// which every reader of the snapshot shares.
func (t *trailer) add(s Step) {
	s.Records = slices.DeleteFunc(slices.Clone(s.Records), func(e EventRow) bool { return e == None })
	if len(s.Records) == 0 {
		return
	}
	s.Records = t.ordered(s.Records)
	s.Last = max(s.Last, s.Time)
	s.Count = max(s.Count, 1)
	if s.Actor != None {
		s.ActorName = t.Account(s.Actor).Display()
	}
	if s.Used != None {
		s.UsedName = t.Account(s.Used).Display()
	}
	at := len(t.steps)
	if _, ok := t.began[s.Session]; !ok && (s.Kind == StepLogon || s.Kind == StepSeen || s.Kind == StepCheck) {
		t.began[s.Session] = at
	}
	if _, ok := t.ran[s.Run]; !ok {
		t.ran[s.Run] = at
	}
	t.steps = append(t.steps, s)
}

// ordered puts records in order of time, each once.
func (t *trailer) ordered(records []EventRow) []EventRow {
	slices.SortStableFunc(records, func(a, b EventRow) int {
		return cmp.Or(cmp.Compare(t.Event(a).Time, t.Event(b).Time), cmp.Compare(a, b))
	})
	return slices.Compact(records)
}

func nowhere() Place { return Place{Host: None} }

// at is a host that a record itself proves.
func at(h HostID) Place {
	if h == None {
		return nowhere()
	}
	return Place{Host: h, Certainty: Exact, Why: "the host that wrote the record"}
}

// origin says where a logon on a host came from.
func (s *Snapshot) origin(src Source, here HostID, kind SessionKind, t event.FileTime) Place {
	p := Place{Host: src.Host, Name: src.Name, Address: src.Address, Claimed: src.Claimed, Certainty: src.Certainty, Why: src.Why}
	switch {
	case p.Host != None:
	case p.Address != "" && !names(p.Address):
		if kind == KindRemoteDesktop {
			p.Certainty, p.Why = CertaintyUnknown, "the loopback address: the connection came through a program on the host itself"
			break
		}
		p.Host, p.Certainty, p.Why = here, Exact, "the loopback address of the host itself"
	case p.Address != "":
		s.whose(&p, t)
	case p.Name != "":
		if h := s.hostNamed(p.Name); h != None {
			p.Host, p.Certainty, p.Why = h, Weak, "a host has the name that the client claims"
		}
	case kind == KindInteractive || kind == KindBatch || kind == KindService || kind == KindNewCredentials || kind == KindUnlock:
		p = Place{Host: here, Certainty: Exact, Why: "a logon on the host itself"}
	}
	return p
}

// fromAddress is the place of an address that a domain controller's record
// names as its client.
func (s *Snapshot) fromAddress(address string, controller HostID, t event.FileTime) Place {
	p := Place{Host: None, Address: address}
	switch {
	case address == "":
		p.Why = "the record names no address"
	case !names(address):
		p.Host, p.Certainty, p.Why = controller, Exact, "the loopback address of the domain controller itself"
	default:
		p.Certainty, p.Why = Exact, "the address that the record names"
		s.whose(&p, t)
	}
	return p
}

// whose names the host behind a place's address, or the computer that had it
// where that is none of the evidence.
func (s *Snapshot) whose(p *Place, t event.FileTime) {
	name, h, how, why := s.NameAt(p.Address, t)
	switch {
	case h != None:
		p.Host, p.Certainty, p.Why = h, how, why
	case name != "":
		p.Name, p.Claimed, p.Certainty, p.Why = name, false, how, why
	}
}

// sessions tells of the account's sessions but for those of the network, and
// of those of other accounts that came out of any of them.
func (t *trailer) sessions() {
	for _, row := range t.Sessions(t.who, None) {
		if t.over() {
			return
		}
		x := t.Session(row)
		t.note(x)
		run := t.RunOf(row)
		if !t.moves {
			t.noteLed(x)
			if all := t.RunSessions(run); len(all) > 0 && all[0] == row {
				t.firsts[row] = x
			}
		}
		if x.Kind != KindSystem && run == None {
			t.opens(x)
			t.segments(x)
			t.ends(x)
		}
		t.children(x)
	}
	t.orderOpenings()
}

// opens tells of a session's beginning.
func (t *trailer) opens(x Session) {
	actor, sure := t.actor(x.Account, x.Parent)
	step := Step{
		Time: x.Start, Kind: StepLogon, Actor: actor, Used: x.Account, From: t.origin(x.Source, x.Host, x.Kind, x.Start), To: at(x.Host),
		Via: via(x), Certainty: sure, Why: t.logonWords(x), Records: []EventRow{x.Anchor}, Session: x.Row, Run: None,
	}
	switch {
	case x.Kind == KindUnlock:
		step.Kind = StepCheck
	case !x.StartKnown:
		step.Kind = StepSeen
		if len(x.Segments) == 0 || x.Segments[0].Event != x.Anchor || x.Segments[0].State != Connected {
			step.From = nowhere() // what names a client later says nothing of the time before
		}
		step.Why = "first seen then in the log of " + t.Host(x.Host).Short() + ", the session began earlier; " + t.unopenedWords(x)
	}
	t.out(&step, x)
	for _, l := range x.Chain {
		if l.Candidates <= 1 {
			step.Records = append(step.Records, l.Event)
		}
	}
	t.add(step)
}

// out completes a step with the session that x came out of.
func (t *trailer) out(step *Step, x Session) {
	if x.Parent.Session == None {
		return
	}
	p := t.SessionBrief(x.Parent.Session)
	if p.Host != x.Host && step.From.Host == None {
		step.From.Host, step.From.Certainty, step.From.Why = p.Host, x.Parent.Certainty, x.Parent.Why
	}
	step.Why += fmt.Sprintf("; out of %s of %s (%s: %s)", t.sessionWords(p), t.Account(p.Account).Display(), x.Parent.Certainty, x.Parent.Why)
	step.Records = append(step.Records, x.Parent.Event)
}

func via(x Session) string {
	if x.Activity.Name != "" {
		return x.Activity.Name
	}
	return x.Kind.String()
}

// logonWords says what the 4624 of a session does.
func (t *trailer) logonWords(x Session) string {
	ids := []string{t.Logon(x.Logons[0]).LogonID.String()}
	if other := t.Logon(x.Logons[0]).Linked; other != None {
		ids = append(ids, t.Logon(other).LogonID.String())
	}
	return join(", ", fmt.Sprintf("4624 of type %d (%s)", x.LogonType, LogonTypeName(x.LogonType)), with("logon ID ", strings.Join(ids, " and ")),
		with("by ", join(" ", x.Package, with("through ", baseName(x.ProcessName)))))
}

// children tells of the sessions of other accounts that came out of one, those
// of one run as one step.
func (t *trailer) children(x Session) {
	runs := map[RunRow]int{}
	for _, r := range x.Children {
		c := t.Session(r.Session)
		if c.Account == t.who {
			continue
		}
		t.doneIn(c, r.Certainty, fmt.Sprintf("; in %s of %s, which came out of %s of %s (%s: %s)", t.sessionWords(c), t.Account(c.Account).Display(),
			t.sessionWords(x), t.Account(x.Account).Display(), r.Certainty, r.Why))
		run := t.RunOf(c.Row)
		if i, ok := runs[run]; ok && run != None {
			step := &t.steps[i]
			step.Count++
			step.Last = max(step.Last, c.Start)
			step.Certainty = min(step.Certainty, r.Certainty)
			step.Records = append(step.Records, c.Anchor)
			continue
		}
		step := Step{
			Time: c.Start, Kind: StepLogon, Actor: x.Account, Used: c.Account, From: t.origin(c.Source, c.Host, c.Kind, c.Start), To: at(c.Host),
			Via: via(c), Certainty: r.Certainty, Records: []EventRow{c.Anchor, r.Event}, Session: c.Row, Run: run,
			Why: fmt.Sprintf("%s; out of %s of %s (%s: %s)", t.logonWords(c), t.sessionWords(x), t.Account(x.Account).Display(), r.Certainty, r.Why),
		}
		if run != None {
			step.Kind = StepNetwork
		}
		if c.Host != x.Host && step.From.Host == None {
			step.From.Host, step.From.Certainty, step.From.Why = x.Host, r.Certainty, r.Why
		}
		runs[run] = len(t.steps)
		t.add(step)
	}
}

// segments tells of coming back to a session and of leaving it. Locking and
// unlocking are no steps.
func (t *trailer) segments(x Session) {
	here := Segment{Console: x.Kind == KindInteractive, ClientAddress: x.Source.Address}
	left := !x.StartKnown
	for i, g := range x.Segments {
		step := Step{
			Time: g.Start, Kind: StepReconnect, Actor: x.Account, Used: x.Account, From: t.client(g, x), To: at(x.Host), Via: "remote-desktop",
			Certainty: Exact, Records: []EventRow{g.Event}, Session: x.Row, Run: None,
		}
		switch {
		case g.Start == 0 || g.State == Locked:
			continue
		case g.State == Disconnected:
			left = true
			step.Kind, step.From = StepDisconnect, nowhere()
		case !left && (i == 0 || sameClient(here, g)) && !t.reconnects(g, x):
			here = g
			continue
		default:
			if g.Console {
				step.Via = "console"
			}
			if i > 0 && here.Console != g.Console || g.WithoutCredentials {
				step.Kind = StepTakeover
			}
			here, left = g, false
		}
		step.Why = join(": ", g.Why, fmt.Sprintf(segmentWords[step.Kind], t.sessionWords(x)))
		if g.WithoutCredentials {
			step.Actor, step.Certainty = None, g.CheckCertainty
			step.Why += " by a client that had just been disconnected from another account's; " + g.CheckWhy
		}
		if step.Kind == StepDisconnect {
			step.Why += t.followedBy(g)
		}
		t.add(step)
	}
}

// segmentWords say what became of a session.
var segmentWords = map[StepKind]string{
	StepReconnect: "%s was connected to again", StepTakeover: "%s, which lived on, was taken over",
	StepDisconnect: "%s was left, not logged off",
}

// sessionWords name a session by its host and start.
func (s *Snapshot) sessionWords(x Session) string {
	since := "since "
	if !x.StartKnown {
		since = "older than the log, seen since "
	}
	return "the session on " + s.Host(x.Host).Short() + " (" + since + x.Start.String() + ")"
}

// reconnects reports whether a segment begins with a record that somebody came
// back, though none says that the session was left before.
func (t *trailer) reconnects(g Segment, x Session) bool {
	k := t.Event(g.Event).Kind
	return g.Event != None && g.Event != x.Anchor && (k == event.SessionReconnected || k == event.RDPSessionReconnected)
}

// followedBy says what the client of a session that was left did at once, where
// it went on into a session of another account.
func (t *trailer) followedBy(g Segment) string {
	h, at, ok := place(t.events, uint32(g.Event))
	if !ok {
		return ""
	}
	v := t.views[h]
	for k, n := at+1, 0; int(k) < len(v.events) && n < mostNear; k, n = k+1, n+1 {
		row := EventRow(t.events[h] + k)
		e := t.Event(row)
		if e.Time.Sub(g.Start) > besideSpan {
			break
		}
		if e.Kind != event.SessionReconnected {
			continue
		}
		for _, s := range t.EventSessions(row) {
			x := t.Session(s)
			for _, o := range x.Segments {
				if o.Event == row && o.WithoutCredentials {
					return fmt.Sprintf("; %s later its client, %s, was connected to %s of %s without a check of a credential that the log shows (%s: %s)",
						e.Time.Sub(g.Start).Round(time.Millisecond), join(" ", o.ClientAddress, parenthesised(o.ClientName)), t.sessionWords(x), t.Account(x.Account).Display(), o.CheckCertainty, o.CheckWhy)
				}
			}
		}
	}
	return ""
}

func sameClient(a, b Segment) bool {
	return a.Console == b.Console && a.ClientAddress == b.ClientAddress && strings.EqualFold(a.ClientName, b.ClientName)
}

// client is where a segment of a session is seen from.
func (t *trailer) client(g Segment, x Session) Place {
	if g.Console {
		return Place{Host: x.Host, Certainty: Exact, Why: "at the console"}
	}
	src := Source{Host: None, Address: g.ClientAddress, Name: g.ClientName, Claimed: g.ClientName != ""}
	if src.Address != "" {
		src.Certainty, src.Why = Exact, "the address that the record names"
	}
	return t.origin(src, x.Host, KindRemoteDesktop, g.Start)
}

// endWords say how a session ended.
var endWords = map[EndReason]string{
	EndReasonLogoff: "a logoff was begun in the session", EndReasonTerminated: "Windows ended the session",
	EndReasonShutdown: "the machine was going down",
}

func (t *trailer) ends(x Session) {
	if x.End.Certainty != EndExact || x.Kind == KindUnlock {
		return
	}
	why := cmp.Or(endWords[x.End.Reason], x.End.Reason.String())
	if x.End.By != None {
		why = fmt.Sprintf("%d: %s", t.Event(x.End.By).EventID, why)
	}
	why += with(", asked for by ", x.End.Account)
	if n, how := x.Length(); how != EndUnknown {
		least := ""
		if how != EndExact {
			least = "at least "
		}
		why += fmt.Sprintf(", after %s%s", least, n.Round(time.Second))
	}
	by := x.End.By
	if by == None {
		by = x.Anchor
	}
	t.add(Step{
		Time: x.End.Time, Kind: StepEnd, Actor: x.Account, Used: x.Account, From: nowhere(), To: at(x.Host), Via: x.End.Reason.String(),
		Certainty: Exact, Why: why, Records: []EventRow{by}, Session: x.Row, Run: None,
	})
}

func medianWords(r Run) string {
	if r.MedianCertainty == EndUnknown {
		return ""
	}
	length := r.Median.Round(time.Millisecond).String()
	if r.MedianCertainty != EndExact {
		length = "at least " + length
	}
	if len(r.Sessions) == 1 {
		return " of " + length
	}
	return " of a median length of " + length
}

func (s *Snapshot) anchor(n SessionRow) EventRow {
	h, at, ok := place(s.sessions, uint32(n))
	if !ok {
		return None
	}
	v := s.views[h]
	return EventRow(s.events[h] + v.logons[v.sessions[at].first].anchor())
}

func counted(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// some names the first few of a list.
func some(list []string) string {
	const few = 3
	if len(list) <= few {
		return strings.Join(list, ", ")
	}
	return strings.Join(list[:few], ", ") + fmt.Sprintf(" and %d more", len(list)-few)
}
