package model

import (
	"cmp"
	"slices"
	"sort"

	"spoor/model/event"
)

// segmentState says which state an event begins.
var segmentState = map[event.Kind]SegmentState{
	event.SessionReconnected: Connected, event.RDPSessionReconnected: Connected, event.WorkstationUnlocked: Connected,
	event.SessionDisconnected: Disconnected, event.RDPSessionDisconnected: Disconnected,
	event.WorkstationLocked: Locked,
}

// sameMoment is the event of Terminal Services that says again what one of the
// Security log says with a logon ID.
var sameMoment = map[event.Kind]event.Kind{
	event.RDPSessionReconnected: event.SessionReconnected, event.RDPSessionDisconnected: event.SessionDisconnected,
}

// before is the state that an event ends where nothing earlier is known.
var before = map[event.Kind]SegmentState{
	event.SessionReconnected: Disconnected, event.RDPSessionReconnected: Disconnected, event.WorkstationUnlocked: Locked,
	event.SessionDisconnected: Connected, event.RDPSessionDisconnected: Connected, event.WorkstationLocked: Connected,
}

// segmenter cuts one session.
type segmenter struct {
	*Snapshot
	h       int
	v       *hostView
	moments []moment
	out     []Segment
	session *Session
}

// segments cuts a sitting at a desktop where it was connected, disconnected,
// locked.
func (s *Snapshot) segments(h int, at uint32, out *Session) []Segment {
	v := s.views[h]
	r := &v.sessions[at]
	if l := &v.logons[r.first]; l.flags&logonSeat == 0 || l.flags&logonCheck != 0 {
		return nil
	}
	g := &segmenter{Snapshot: s, h: h, v: v, moments: v.momentsOf(at), session: out}
	g.begin()
	for i := range g.moments {
		if g.kindOf(i) == event.RDPSessionLogoff || out.End.Certainty == EndExact && !out.ClockSet && g.at(i) >= out.End.Time {
			break // the connection goes after the session
		}
		g.add(i)
	}
	for i := range g.out {
		if i+1 < len(g.out) {
			g.out[i].End = g.out[i+1].Start
		} else if out.End.Certainty == EndExact {
			g.out[i].End = out.End.Time
		}
		g.bridge(&g.out[i])
	}
	return g.out
}

func (g *segmenter) event(i int) uint32      { return g.v.events[g.moments[i].event] }
func (g *segmenter) kindOf(i int) event.Kind { return g.row(g.event(i)).kind }
func (g *segmenter) at(i int) event.FileTime { return g.row(g.event(i)).time }
func (g *segmenter) eventRow(i int) EventRow {
	return EventRow(g.Snapshot.events[g.h] + g.moments[i].event)
}
func (g *segmenter) last() *Segment      { return &g.out[len(g.out)-1] }
func (g *segmenter) security(i int) bool { return g.v.inSecurity(g.moments[i].event) }

// begin adds the first segment: it is connected from the logon on. Where the
// logon is older than the log, the first event says what it ended.
func (g *segmenter) begin() {
	x := g.session
	if x.StartKnown {
		l := &g.v.logons[g.v.sessions[g.place()].first]
		first := Segment{State: Connected, Start: x.Start, Event: x.Anchor, Why: "4624"}
		first.Console = l.typ == 2 || l.typ == 11
		if !first.Console {
			first.ClientName, first.ClientAddress = x.Source.Name, x.Source.Address
		}
		g.out = append(g.out, first)
		return
	}
	for i := range g.moments {
		state, ok := before[g.kindOf(i)]
		if !ok {
			continue
		}
		if x.Start < g.at(i) {
			g.out = append(g.out, Segment{State: state, Start: x.Start, Event: None, Why: "the first record of it that tells its state ends this one"})
			g.connection(g.last(), i)
		}
		return
	}
	g.out = append(g.out, Segment{State: Connected, Start: x.Start, Event: None, Why: "seen; its logon is older than the log"})
}

func (g *segmenter) place() uint32 {
	_, at, _ := place(g.sessions, uint32(g.session.Row))
	return at
}

// connection fills in who is connected, by an event that says it.
func (g *segmenter) connection(s *Segment, i int) {
	name, address := g.text(g.event(i), event.ClientName), g.text(g.event(i), event.ClientAddress)
	if !g.security(i) {
		name, address = "", g.text(g.event(i), event.IPAddress)
	}
	switch {
	case s.State != Connected:
	case isLocal(address) || isLocal(g.text(g.event(i), event.SessionName)):
		s.Console, s.ClientName, s.ClientAddress = true, "", ""
	case address != "" || name != "":
		s.Console = false
		if name != "" {
			s.ClientName = name
		}
		if address != "" {
			s.ClientAddress = address
		}
	}
}

// add cuts at one moment.
func (g *segmenter) add(i int) {
	kind := g.kindOf(i)
	state, ok := segmentState[kind]
	if kind == event.RDPSessionLogon && len(g.out) == 1 {
		g.connection(&g.out[0], i)
	}
	if !ok || g.saidAgain(i) {
		return
	}
	var prior Segment
	if len(g.out) > 0 {
		prior = *g.last()
		if kind == event.SessionDisconnected || kind == event.RDPSessionDisconnected {
			g.connection(g.last(), i)
		}
		locking := kind == event.WorkstationLocked || kind == event.WorkstationUnlocked
		if locking && prior.State == Disconnected || prior.State == state && kind != event.SessionReconnected {
			return // a disconnected desktop is locked too
		}
	}
	next := Segment{State: state, Start: g.at(i), Event: g.eventRow(i), Why: g.why(i)}
	switch {
	case kind == event.SessionReconnected || kind == event.RDPSessionReconnected:
		g.connection(&next, i)
		if g.withoutCredentials(i) {
			next.WithoutCredentials = true
			next.CheckCertainty, next.CheckWhy = g.unproved(g.at(i))
		}
	case state == Connected:
		// An unlock changes nothing about who is connected.
		next.Console, next.ClientName, next.ClientAddress = g.connected()
	}
	g.out = append(g.out, next)
}

// connected is who was connected last.
func (g *segmenter) connected() (console bool, name, address string) {
	for i := len(g.out) - 1; i >= 0; i-- {
		if s := &g.out[i]; s.State == Connected {
			return s.Console, s.ClientName, s.ClientAddress
		}
	}
	l := &g.v.logons[g.v.sessions[g.place()].first]
	return l.start != None && (l.typ == 2 || l.typ == 11), "", ""
}

// saidAgain reports whether an event of Terminal Services only repeats one of
// the Security log.
func (g *segmenter) saidAgain(i int) bool {
	same, ok := sameMoment[g.kindOf(i)]
	if !ok {
		return false
	}
	for k := max(0, i-mostNear); k < min(len(g.moments), i+mostNear); k++ {
		if g.kindOf(k) == same && absDuration(g.at(k).Sub(g.at(i))) <= besideSpan {
			return true
		}
	}
	return false
}

func (g *segmenter) why(i int) string {
	if g.security(i) {
		return g.number(i)
	}
	return g.number(i) + ": by account, session number and time"
}

func (g *segmenter) number(i int) string {
	return whyOf[g.kindOf(i)]
}

var whyOf = map[event.Kind]string{
	event.SessionReconnected: "4778", event.SessionDisconnected: "4779", event.WorkstationLocked: "4800", event.WorkstationUnlocked: "4801",
	event.RDPSessionReconnected: "LSM 25", event.RDPSessionDisconnected: "LSM 24",
}

// withoutCredentials reports whether a client that was just disconnected from
// another account's session was connected to this one though no credential of
// its account was checked: neither a logon of it nor 1149 stands beside 4778.
func (g *segmenter) withoutCredentials(i int) bool {
	if g.kindOf(i) != event.SessionReconnected {
		return false
	}
	e, t := g.moments[i].event, g.at(i)
	who := g.v.logons[g.v.sessions[g.place()].first].principal
	other := false
	for k, n := e, 0; k > g.v.security.from && n < mostBefore; n++ {
		k--
		row := g.v.events[k]
		if d := t.Sub(g.row(row).time); d > besideSpan {
			break
		}
		if g.row(row).kind == event.SessionDisconnected && !g.sameAccount(g.target(row), who) && g.sameClient(row, g.event(i)) {
			other = true
			break
		}
	}
	return other && !g.proved(e, t, who)
}

func (g *segmenter) sameClient(a, b uint32) bool {
	for _, c := range []event.Column{event.ClientName, event.ClientAddress} {
		if x := g.textID(a, c); x == 0 || x != g.textID(b, c) {
			return false
		}
	}
	return !isLocal(g.text(a, event.ClientAddress))
}

// proved reports whether a logon of an account or 1149 stands beside an event,
// or may do.
func (g *segmenter) proved(e uint32, t event.FileTime, who uint32) bool {
	v := g.v
	for _, step := range []int{-1, 1} {
		k := int(e) + step
		for n := 0; k >= int(v.security.from) && k < int(v.security.to); n++ {
			row := v.events[k]
			if absDuration(g.row(row).time.Sub(t)) > arrivalSpan {
				break
			}
			if n == mostBefore || g.row(row).kind == event.Logon && g.sameAccount(g.target(row), who) {
				return true
			}
			k += step
		}
	}
	// All events of the host but the Security log's are few near a time, and
	// not ordered by it.
	return slices.ContainsFunc(v.authenticated, func(a uint32) bool {
		row := v.events[a]
		return absDuration(g.row(row).time.Sub(t)) <= arrivalSpan && g.sameUser(row, who)
	})
}

// checks lists the checks that were folded into a session, oldest first.
func (s *Snapshot) checks(h int, at uint32, clockSet bool) []Check {
	v := s.views[h]
	var out []Check
	e := &explainer{Snapshot: s, v: v, session: at}
	for x := v.sessions[at].first; x != None; x = v.logons[x].next {
		l := &v.logons[x]
		if l.own() || l.flags&logonCheck == 0 {
			continue
		}
		if n := len(out); n > 0 && l.linked != None && out[n-1].Logons[0] == LogonRow(s.logons[h]+l.linked) {
			out[n-1].Logons = append(out[n-1].Logons, LogonRow(s.logons[h]+x))
			out[n-1].Time = min(out[n-1].Time, s.row(v.events[l.start]).time)
			continue
		}
		out = append(out, Check{Logons: []LogonRow{LogonRow(s.logons[h] + x)}, Type: l.typeNumber(), Time: s.row(v.events[l.start]).time, Why: s.checkWhy(e, l, clockSet)})
	}
	slices.SortStableFunc(out, func(a, b Check) int { return cmp.Compare(a.Time, b.Time) })
	return out
}

// checkWhy says what a check was for, by the records beside it. LSASS proves
// again what winlogon was just told ("Negotiat"): that is an unlock only where
// one follows that no other check explains.
func (s *Snapshot) checkWhy(e *explainer, l *logonRow, clockSet bool) string {
	v, session := e.v, e.session
	t := s.row(v.events[l.start]).time
	again := s.text(v.events[l.start], event.LogonProcess) == "Negotiat"
	found := map[event.Kind]uint32{}
	moments := v.momentsOf(session)
	if !clockSet {
		byTime := func(m moment, t event.FileTime) int { return cmp.Compare(s.row(v.events[m.event]).time, t) }
		from, _ := slices.BinarySearchFunc(moments, t.Add(-besideSpan), byTime)
		to, _ := slices.BinarySearchFunc(moments, t.Add(checkSpan)+1, byTime)
		moments = moments[from:max(from, to)]
	}
	for _, m := range moments {
		d := s.row(v.events[m.event]).time.Sub(t)
		k := s.row(v.events[m.event]).kind
		if _, ok := found[k]; !ok && d >= -besideSpan && d <= checkSpan && (k != event.WorkstationUnlocked || m.event > l.start) {
			found[k] = m.event
		}
	}
	unlocked, unlock := found[event.WorkstationUnlocked]
	back, reconnect := found[event.SessionReconnected]
	_, terminal := found[event.RDPSessionReconnected]
	remote := l.typ == 10 || l.typ == 12
	network := s.networkBefore(v, session, t)
	switch {
	case unlock && !remote && (!again || !e.explained(l, unlocked)):
		return "unlock (4801" + network + ")"
	case again:
		return "revalidation (by LSASS; no 4801 that is its own)"
	case reconnect:
		if from := s.text(v.events[back], event.ClientAddress); from != "" {
			return "reconnect (4778 from " + from + network + ")"
		}
		return "reconnect (4778" + network + ")"
	case terminal:
		return "reconnect (LSM 25" + network + ")"
	case remote:
		return "reconnect (type 10 within the session; neither 4778 nor LSM 25 says so)"
	case l.typ == 7 || l.typ == 13:
		return "unlock (its type; no 4801 says so)"
	}
	return "revalidation (the password was given again within the session; no 4801 says that it was locked)"
}

// explainer finds the checks that stand beside an unlock, among thousands.
type explainer struct {
	*Snapshot
	v       *hostView
	session uint32
	checks  []uint32 // the session's that LSASS did not make again, by time; nil until asked for
}

// explained reports whether another check of the session came before an unlock.
func (e *explainer) explained(l *logonRow, unlock uint32) bool {
	if e.checks == nil {
		e.checks = e.found()
	}
	t := e.row(e.v.events[unlock]).time
	from := sort.Search(len(e.checks), func(i int) bool { return e.at(e.checks[i]) >= t.Add(-checkSpan) })
	for _, x := range e.checks[from:] {
		if e.at(x) > t.Add(checkSpan) {
			return false
		}
		if o := &e.v.logons[x]; o != l && l.linked != x && o.start <= unlock {
			return true
		}
	}
	return false
}

func (e *explainer) found() []uint32 {
	out := []uint32{}
	for x := e.v.sessions[e.session].first; x != None; x = e.v.logons[x].next {
		o := &e.v.logons[x]
		if o.flags&logonCheck != 0 && o.start != None && e.text(e.v.events[o.start], event.LogonProcess) != "Negotiat" {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(a, b uint32) int { return cmp.Or(cmp.Compare(e.at(a), e.at(b)), cmp.Compare(a, b)) })
	return out
}

// at is when a logon began.
func (e *explainer) at(logon uint32) event.FileTime {
	return e.row(e.v.events[e.v.logons[logon].start]).time
}
