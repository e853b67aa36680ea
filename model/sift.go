package model

import (
	"strings"

	"spoor/model/event"
)

// sift decides which rows of a Security log are kept: at once, or when the
// window has moved on.
func (p *prefilter) sift(s *store, l *lane, g *glance, subject, target uint32, at uint32) {
	in := g.in
	if l.file != s.logs[at].file {
		l.file, l.inFile = s.logs[at].file, 0
	}
	l.inFile++
	l.place++
	kept := l.inFile <= aroundEdge || l.isFirst(g) || control(g)
	if p.selects {
		l.boot(in)
		l.followIDs(s, g, target)
		// It takes note of what is wanted, too.
		l.serves = servedLogon{}
		kept = p.wanted(s, l, g, subject, target) || kept
		if in.Kind == event.LogonTerminated {
			// Of one that is named after its end, all is kept.
			l.network.delete(g.number(event.TargetLogon))
		}
	}
	if l.ahead > 0 {
		l.ahead--
		kept = true
	}
	if l.within > 0 {
		l.within--
		kept = true
		if in.Time > l.until {
			l.within = 0
		}
	}
	w := &l.window
	w.push().set(in, g.values, g.reader, at, kept)
	w.at(w.n - 1).served = l.serves
	if startSign(g) {
		w.keep(aroundStart, 0)
		l.follow(aroundStart, 0, 0)
	}
	if p.selects {
		p.around(s, l, g, subject, target, kept)
	}
	for w.full() {
		p.decide(s, l)
	}
}

// isFirst reports whether a row is the first of its kind.
func (l *lane) isFirst(g *glance) bool {
	k := sight{g.in.EventID, g.failed()}
	if l.seen[k] {
		return false
	}
	l.seen[k] = true
	return true
}

// control reports whether a row says something of the whole computer, or of
// accounts: starts, clocks, desktops, names.
func control(g *glance) bool {
	switch k := g.in.Kind; k {
	case event.LSASSStarted, event.ClockChanged, event.EventLogStopped, event.SecurityLogCleared, event.SecurityLogFull,
		event.SessionReconnected, event.SessionDisconnected:
		return true
	default:
		return k >= event.AccountCreated && k <= event.KerberosRefused || startSign(g)
	}
}

// startSign reports whether a row tells of a start or a stop of the computer.
func startSign(g *glance) bool {
	switch g.in.Kind {
	case event.LSASSStarted, event.EventLogStopped:
		return true
	case event.Logon:
		typ, ok := g.value(event.LogonType)
		return ok && uint32(typ) == 0 && event.LogonID(g.number(event.TargetLogon)) == event.LogonIDSystem
	}
	return false
}

// boot takes note of where boots begin.
func (l *lane) boot(in *event.Row) {
	for l.next < len(l.starts) && l.starts[l.next] <= in.RecordID {
		l.next++
		clear(l.fixed)
		l.watch.reset()
	}
}

// followIDs follows the logon IDs that the computer gives out: where they tell
// of a start that no event tells of, all of it is kept.
func (l *lane) followIDs(s *store, g *glance, target uint32) {
	id := g.number(event.TargetLogon)
	switch g.in.Kind {
	case event.Logon:
		if id == 0 || event.LogonID(id).Fixed() {
			return
		}
		if _, why := l.watch.issue(uint32(l.place), id, s.principals[target].sid); why != "" {
			l.restarted = true
			l.watch.reset()
		}
	case event.LogonTerminated, event.LogoffInitiated:
		l.watch.live.delete(id)
	}
}

// wanted reports whether a row is of what is asked for.
func (p *prefilter) wanted(s *store, l *lane, g *glance, subject, target uint32) bool {
	by, about := g.number(event.SubjectLogon), g.number(event.TargetLogon)
	wanted := p.choice.everybody() && p.during.holds(g.in.Time)
	wanted = l.begins(g, by, false) || wanted
	wanted = l.begins(g, about, g.in.Kind == event.Logon) || wanted
	for _, x := range []struct {
		who    uint32
		id     uint64
		target bool
	}{{subject, by, false}, {target, about, true}} {
		relevant := l.local[x.who] || p.relevant.all[x.who] && !(l.timed && p.outside(l, g, x.who, x.id, x.target))
		if l.timed {
			picked := l.picked.has(x.id)
			relevant = relevant || picked || p.relevant.all[x.who] && l.firstOf(g, x.who)
		}
		if relevant && x.id != 0 && !(l.timed && event.LogonID(x.id).Fixed()) {
			l.ids.add(x.id)
		}
		nameless := x.id != 0 && !event.LogonID(x.id).Fixed() && s.sidless(x.who)
		wanted = wanted || relevant || nameless || x.id != 0 && l.ids.has(x.id)
	}
	if wanted {
		return true
	}
	if l.timed && g.in.Kind == event.Logon && p.relevant.all[target] {
		l.network.add(about)
		if p.mayShare(l, g, target) {
			if l.clockSet || !servedAlone(s, g, target) {
				return true
			}
			l.serves = servedLogon{g.in.Time, target, g.textID(event.IPAddress)}
		}
	}
	switch g.in.Kind {
	case event.Logon:
		if event.LogonID(about).Fixed() {
			return false
		}
		typ := uint32(g.number(event.LogonType))
		if splitType[typ] && !l.kdc {
			return true
		}
		name, _ := splitName(g.text(event.OutboundName), "")
		if typ != 9 || name == "" || !p.relevant.names[name] {
			return false
		}
		// When it ended says whether another logon can have come out of it.
		l.ids.add(about)
		return true
	case event.ExplicitCredentials:
		// A GUID names whom it is for, even where the account is called otherwise.
		return g.guid(event.TargetGUID) != event.GUID{}
	case event.TicketGranting, event.TicketRenewed, event.ServiceTicket:
		if !g.failed() && l.client(s, g, target) {
			return true
		}
		if g.in.Kind != event.ServiceTicket {
			return false
		}
		if p.guids[g.guid(event.LogonGUID)] {
			return true
		}
		service, machine := strings.CutSuffix(g.text(event.ServiceName), "$")
		if !machine {
			return false
		}
		name, _ := splitName(s.name(target), "")
		return p.asked[[2]string{shortName(strings.ToLower(service)), name}]
	}
	return false
}

// client reports whether a row is the first by which a machine account, written
// so, came for a ticket from somewhere: then a computer of that name is known.
func (l *lane) client(s *store, g *glance, account uint32) bool {
	if l.clients[account] || !strings.ContainsRune(s.name(account), '$') || !names(g.text(event.IPAddress)) {
		return false
	}
	l.clients[account] = true
	return true
}

// begins reports whether a row is the first of one of Windows' own logon IDs in
// a boot.
func (l *lane) begins(g *glance, id uint64, logon bool) bool {
	if !event.LogonID(id).Fixed() {
		return false
	}
	bits := uint8(fixedNamed)
	if logon {
		bits |= fixedBegun
	}
	first := l.fixed[id]&bits != bits
	l.fixed[id] |= bits
	return first
}

// around keeps what rules look at beside a row that is kept.
func (p *prefilter) around(s *store, l *lane, g *glance, subject, target uint32, kept bool) {
	relevant := p.near(l, g, subject) || p.near(l, g, target)
	w := &l.window
	switch g.in.Kind {
	case event.ExplicitCredentials:
		if relevant {
			w.keep(aroundCredentials, 0)
			l.follow(aroundCredentials, 0, 0)
		}
	case event.SessionDisconnected:
		if relevant {
			l.follow(aroundEdge, 0, 0)
		}
	case event.SessionReconnected:
		if relevant {
			w.keep(aroundArrival, arrivalSpan)
			l.follow(aroundArrival, g.in.Time, arrivalSpan)
		}
	case event.Logon:
		id := event.LogonID(g.number(event.TargetLogon))
		if id == 0 || id.Fixed() {
			return
		}
		typ := uint8(g.number(event.LogonType))
		if kept && relevant && deskTypes[typ] && (typ == 10 || typ == 12 || names(g.text(event.IPAddress))) {
			w.keep(aroundArrival, arrivalSpan)
		}
		if kept && g.in.Version < 2 && splitType[uint32(typ)] && l.previous.reader != nil {
			p.keepPrevious(s, l)
		}
		l.previous.set(g.in, g.values, g.reader, w.at(w.n-1).stream, false)
		l.previous.served = l.serves
	}
}

// keepPrevious keeps the 4624 before one that may be its other half: another
// one in between shows that it is not.
func (p *prefilter) keepPrevious(s *store, l *lane) {
	w := &l.window
	for i := w.n - 2; i >= 0; i-- {
		if x := w.at(i); x.row.RecordID == l.previous.row.RecordID {
			x.kept = true
			return
		}
	}
	if x := &l.previous; !x.kept {
		x.kept = true
		s.hold(&x.row, x.values, x.reader, x.stream)
		if x.served != (servedLogon{}) {
			l.served = l.served[:len(l.served)-1] // it was the newest logon of all
		}
	}
}
