package model

import (
	"cmp"
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
	if int(a) >= len(s.accounts) {
		return nil
	}
	t := &trailer{Snapshot: s, who: a, told: map[EventRow]bool{}, opened: map[HostID][]opening{}, lasting: map[HostID][]opening{}}
	t.sessions()
	t.networks()
	t.story()
	t.credentials()
	t.deeds()
	t.tickets()
	t.failures()
	slices.SortStableFunc(t.steps, compareSteps)
	return t.steps
}

func compareSteps(a, b Step) int {
	return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Records[0], b.Records[0]), cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Session, b.Session), cmp.Compare(a.Why, b.Why))
}

// trailer puts one trail together.
type trailer struct {
	*Snapshot
	who     AccountID
	steps   []Step
	told    map[EventRow]bool    // records that a step is of already
	opened  map[HostID][]opening // the account's sessions by host, in order of start
	lasting map[HostID][]opening // those that are not of the network
	ntlm    []opening            // those of all hosts that NTLM may have vouched for
}

// add completes a step and keeps it. Its records may be a failure's own list,
// which every reader of the snapshot shares.
func (t *trailer) add(s Step) {
	s.Records = slices.DeleteFunc(slices.Clone(s.Records), func(e EventRow) bool { return e == None })
	if len(s.Records) == 0 {
		return
	}
	slices.SortStableFunc(s.Records, func(a, b EventRow) int {
		return cmp.Or(cmp.Compare(t.Event(a).Time, t.Event(b).Time), cmp.Compare(a, b))
	})
	s.Records = slices.Compact(s.Records)
	s.Last = max(s.Last, s.Time)
	s.Count = max(s.Count, 1)
	if s.Actor != None {
		s.ActorName = t.Account(s.Actor).Display()
	}
	if s.Used != None {
		s.UsedName = t.Account(s.Used).Display()
	}
	t.steps = append(t.steps, s)
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
		x := t.Session(row)
		t.note(x)
		if x.Kind != KindSystem && t.RunOf(row) == None {
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
		step.Why = "first seen then in the log of " + t.Host(x.Host).Short() + ", the session began earlier"
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
	step.Why += fmt.Sprintf("; out of session %s of %s on %s (%s: %s)", p.ID, t.Account(p.Account).Display(), t.Host(p.Host).Short(), x.Parent.Certainty, x.Parent.Why)
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
		t.doneIn(c, r.Certainty)
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
			Why: fmt.Sprintf("%s; out of session %s on %s (%s)", t.logonWords(c), x.ID, t.Host(x.Host).Short(), r.Why),
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
		case !left && (i == 0 || sameClient(here, g)):
			here = g
			continue
		default:
			if g.Console {
				step.Via = "console"
			}
			if i > 0 && here.Console != g.Console {
				step.Kind = StepTakeover
			}
			here, left = g, false
		}
		step.Why = join(": ", g.Why, fmt.Sprintf(segmentWords[step.Kind], x.ID))
		if g.WithoutCredentials {
			step.Actor = None
			step.Why += "; no credential of the account was checked"
		}
		t.add(step)
	}
}

// segmentWords say what became of a session.
var segmentWords = map[StepKind]string{
	StepReconnect: "session %s was connected to again", StepTakeover: "session %s, which lived on, was taken over",
	StepDisconnect: "session %s was left, not logged off",
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
	EndReasonLogoff: "the user logged off", EndReasonTerminated: "Windows ended the session",
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
		why += fmt.Sprintf(", after %s", n.Round(time.Second))
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
	return EventRow(s.events[h] + s.views[h].sessions[at].anchor)
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
