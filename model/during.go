package model

import (
	"math"
	"strings"
	"time"

	"spoor/model/event"
)

// A selection by time keeps all records of the logons that may have lived in
// it, and of their accounts what rules look at for these: everything within
// some hours of their lives, and at any time what lasts or tells of clocks.
// What alone is left out is what there is most of: network logons that began
// and ended at other times, and the tickets and password checks of other
// times.

// span is a time, both moments included.
type span struct{ from, to event.FileTime }

// ever is all times.
var ever = span{0, math.MaxUint64}

func (s span) holds(t event.FileTime) bool { return s.from <= t && t <= s.to }

func (s span) join(o span) span { return span{min(s.from, o.from), max(s.to, o.to)} }

// widen adds time at both ends; what has no end keeps none.
func (s span) widen(before, after time.Duration) span {
	return span{s.from.Add(-before), s.to.Add(after)}
}

const (
	// windowEdge is added to a time asked for.
	windowEdge = time.Minute
	// around a life, rules look at most so far: for what may have opened a
	// session half an hour back, and clocks may be off by half of that.
	besideLife = time.Hour
	// skewAllowed is by how much clocks may be off for that.
	skewAllowed = besideLife / 2
	// ticketReach is how far before a life its tickets reach, and how far from
	// it what else these served.
	ticketReach = ticketLife + besideLife
	// longLife is how long a network logon lives at least of which all is kept,
	// whenever that was.
	longLife = 10 * time.Minute
)

// life is what a survey knows of a logon that may still be alive.
type life struct {
	span
	principal uint32
	typ       uint8
	begun     bool // its 4624 was there
	desk      bool // it had a desktop
}

// logonLives are the logons of one computer, by their IDs.
type logonLives struct {
	open idMap[life]
	// picked are those that may have lived in the time asked for, long those
	// of which it is not sure that they began and ended near one another.
	picked   idMap[uint32] // with their accounts
	long     idSet
	ticketed bool           // there are tickets for the computer
	started  event.FileTime // the last sign of a start
	// machines are the addresses that machine accounts came from.
	machines map[[2]uint32]addressUse
}

// timed reports whether a time is asked for.
func (c *Choice) timed() bool { return c.Hosts == nil && (c.Since != 0 || c.Until != 0) }

// everybody reports whether all accounts of a time are asked for.
func (c *Choice) everybody() bool { return c.timed() && c.Accounts == nil }

// window is the time asked for, and a little more.
func (c *Choice) window() span {
	w := ever
	if c.Since != 0 {
		w.from = c.Since
	}
	if c.Until != 0 {
		w.to = c.Until
	}
	return w.widen(windowEdge, windowEdge)
}

// noteLives follows the logons that a row of a Security log names.
func (v *survey) noteLives(s *store, l *lane, g *glance, subject, target uint32) {
	by, about := g.number(event.SubjectLogon), g.number(event.TargetLogon)
	t := g.in.Time
	v.noteLife(s, l, g, subject, by, false)
	v.noteLife(s, l, g, target, about, g.in.Kind == event.Logon)
	if g.in.Kind == event.LogonTerminated {
		if x, ok := l.open.get(about); ok {
			v.ended(l, about, x)
			l.open.delete(about)
		}
	}
	switch k := g.in.Kind; k {
	case event.Logon:
		v.logonGUIDs.add(g.guid(event.LogonGUID))
		l.came(s, g, target, false)
	case event.TicketGranting, event.TicketRenewed, event.ServiceTicket:
		v.tickets = true
		v.renewals = v.renewals || k == event.TicketRenewed
		if k == event.ServiceTicket {
			v.ticketGUIDs.add(g.guid(event.LogonGUID))
			if host, ok := machineOf(g); ok {
				v.services[host] = true
			}
		}
		if !g.failed() {
			l.came(s, g, target, true)
		}
	case event.CredentialValidation:
		if !g.failed() {
			l.came(s, g, target, true)
		}
	case event.ClockChanged:
		was, now := event.FileTime(g.number(event.PreviousTime)), event.FileTime(g.number(event.NewTime))
		if was == 0 || now == 0 || absDuration(now.Sub(was)) > clockStep {
			l.irregular("its clock was set")
		}
		l.clockSet = l.clockSet || was == 0 || now == 0 || absDuration(now.Sub(was)) >= leastSetting
	}
	if startSign(g) {
		l.started = max(l.started, t)
	}
	if g.failed() && target != 0 {
		sid := s.sid(target)
		name, _ := splitName(s.name(target), "")
		if ofHost(sid) || builtinNamed[name] {
			v.builtinFails = true
		}
		if v.during.holds(t) {
			v.failing[target] = true
		}
	}
}

// builtinNamed are the names of Windows' own accounts, folded.
var builtinNamed = func() map[string]bool {
	out := map[string]bool{}
	for _, n := range builtinNames {
		out[strings.ToLower(n)] = true
	}
	return out
}()

// machineOf returns the short name, folded, of the machine that a ticket is for.
func machineOf(g *glance) (string, bool) {
	name, ok := strings.CutSuffix(strings.ToLower(g.text(event.ServiceName)), "$")
	return shortName(name), ok
}

// noteLife follows one logon that a row names.
func (v *survey) noteLife(s *store, l *lane, g *glance, who uint32, id uint64, begins bool) {
	if id == 0 || event.LogonID(id).Fixed() {
		return
	}
	t := g.in.Time
	x, ok := l.open.get(id)
	switch {
	case !ok && !begins:
		// It began before the log, or is named after its end.
		l.long.add(id)
	case ok && begins && x.begun:
		v.unended(l, id, x)
		ok = false
	case ok && !s.sidless(who) && !s.sidless(x.principal) && s.principals[who].sid != s.principals[x.principal].sid:
		// It must have been given out again unseen.
		v.unended(l, id, x)
		l.long.add(id)
		ok = false
	}
	if !ok {
		x = life{span: span{t, t}, principal: who, typ: noLogonType}
	}
	x.span = x.span.join(span{t, t})
	if s.sidless(x.principal) {
		x.principal = who
	}
	x.begun = x.begun || begins
	x.desk = x.desk || ofDesktop(g.in.Kind)
	if typ, ok := g.value(event.LogonType); ok && (begins || g.in.Kind == event.LogonTerminated && x.typ == noLogonType) && uint32(typ) < noLogonType {
		x.typ = uint8(typ)
	}
	l.open.set(id, x)
}

// ended closes a logon whose end was logged.
func (v *survey) ended(l *lane, id uint64, x life) {
	if x.from <= v.during.to && x.to >= v.during.from {
		v.pick(l, id, x)
	}
	l.noteLong(id, x)
}

func (l *lane) noteLong(id uint64, x life) {
	if x.to.Sub(x.from) > longLife {
		l.long.add(id)
	}
}

// unended closes a logon that nothing is known to have ended. One over the
// network may be gone at once; others may live on.
func (v *survey) unended(l *lane, id uint64, x life) {
	l.noteLong(id, x)
	if unclear := x.typ == noLogonType && !x.desk && len(l.terminal) == 0; x.typ != networkLogon && !unclear {
		x.to = ever.to
	}
	if x.from <= v.during.to && max(x.to, l.started) >= v.during.from {
		v.pick(l, id, x)
	}
}

func (v *survey) pick(l *lane, id uint64, x life) {
	if p, ok := l.picked.get(id); ok && p != x.principal {
		l.picked.set(id, 0) // of several
	} else {
		l.picked.set(id, x.principal)
	}
	if old, ok := v.when[x.principal]; ok {
		x.span = x.span.join(old)
	}
	v.when[x.principal] = x.span
}

// came notes where a machine's account came from: whether it is seen on
// itself alone is for all of its records to say.
func (l *lane) came(s *store, g *glance, who uint32, ticket bool) {
	if !strings.HasSuffix(s.name(who), "$") && !strings.Contains(s.name(who), "$@") {
		return
	}
	address := g.textID(event.IPAddress)
	if address == 0 || !names(s.lexicon.texts.all[address]) {
		return
	}
	x := l.machines[[2]uint32{who, address}]
	l.machines[[2]uint32{who, address}] = addressUse{max(x.last, g.in.Time), address, x.ticket || ticket}
}

// settleLives ends what nothing ended.
func (v *survey) settleLives() {
	for _, l := range v.lanes {
		l.open.each(func(id uint64, x life) { v.unended(l, id, x) })
		l.open = idMap[life]{}
		l.ticketed = v.services[shortName(l.name)]
	}
	v.settleReach()
}

// ticketSpans are how far around a life an account's tickets matter, and what they
// opened; 0 where there are none.
type ticketSpans struct {
	tickets, logons time.Duration
	grants          time.Duration // before it: what the tickets were asked for with
}

// settleReach finds out how far tickets matter, which is longer where they can
// be of several realms, or renewed.
func (v *survey) settleReach() {
	if !v.tickets {
		return
	}
	v.reach = ticketSpans{ticketReach, ticketReach, ticketReach + ticketLife}
	realm, several := "", false
	for _, l := range v.lanes {
		if !l.kdc {
			continue
		}
		_, suffix, _ := strings.Cut(l.name, ".")
		several = several || suffix == "" || realm != "" && suffix != realm
		realm = suffix
	}
	if v.referrals = several; several {
		v.reach.tickets += mostRealms * ticketLife
		v.reach.grants += mostRealms * ticketLife
	}
	if v.renewals {
		v.reach.grants += renewLife + ticketLife
	}
}

// askAll adds the accounts whose sessions may have lived in the time asked for,
// but for Windows' own.
func (r *relevant) askAll(v *survey) {
	for p := range v.when {
		if builtinNames[r.sid(p)] == "" {
			r.asked[p] = true
		}
	}
	r.asked = r.close(r.asked)
}

// limit says of each account how long what it did matters. What is not in when
// has no limit: an account that may be called in several ways, of which all its
// records say which.
func (r *relevant) limit(v *survey) {
	failing := map[uint32]bool{}
	for p := range v.failing {
		if builtinNames[r.sid(p)] == "" && (v.choice.Accounts == nil || r.all[p]) {
			failing[p] = true
		}
	}
	for p := range r.close(failing) {
		r.all[p] = true
	}
	lives := map[uint32]span{}
	of := map[uint32]uint32{} // the one of an account's principals that stands for it
	var accounts []map[uint32]bool
	for p := range r.all {
		if _, ok := of[p]; ok {
			continue
		}
		whole := r.close(map[uint32]bool{p: true})
		accounts = append(accounts, whole)
		life := v.during
		for o := range whole {
			of[o] = p
			if x, ok := v.when[o]; ok {
				life = life.join(x)
			}
		}
		lives[p] = life
	}
	limits := map[uint32]span{}
	for p, life := range lives {
		limits[p] = life.widen(besideLife, besideLife)
	}
	for x := range v.pairs {
		r.kinOf(v, x, func(asked, kin uint32) {
			if to, ok := of[kin]; ok {
				limits[to] = limits[to].join(lives[of[asked]].widen(besideLife, besideLife))
			}
		})
	}
	r.when = map[uint32]span{}
	for _, whole := range accounts {
		if r.severalNames(whole) {
			continue
		}
		for p := range whole {
			r.when[p] = limits[of[p]]
		}
	}
	for _, l := range v.lanes {
		if v.choice.Accounts == nil {
			continue
		}
		var kept idMap[uint32]
		l.picked.each(func(id uint64, p uint32) {
			if p == 0 || r.asked[p] {
				kept.set(id, p)
			}
		})
		l.picked = kept
	}
}

// severalNames reports whether what an account is called depends on how often
// each of its names is used.
func (r *relevant) severalNames(account map[uint32]bool) bool {
	type name struct{ name, domain string }
	sids, names := map[textID]bool{}, map[string]bool{}
	var plain, long map[name]bool
	plain, long = map[name]bool{}, map[name]bool{}
	others := map[name]bool{}
	for p := range account {
		if !r.sidless(p) {
			sids[r.principals[p].sid] = true
		}
		n := name{r.texts[r.principals[p].name], r.texts[r.principals[p].domain]}
		if n.name == "" {
			continue
		}
		folded, _ := splitName(n.name, "")
		names[folded] = true
		switch {
		case n.domain == "" || strings.ContainsAny(n.name, `@\\`):
			others[n] = true
		case strings.Contains(n.domain, "."):
			long[n] = true
		default:
			plain[n] = true
		}
	}
	best := len(plain)
	if best == 0 {
		best = len(long)
	}
	if best == 0 {
		best = len(others)
	}
	return len(names) > 1 || len(sids) > 1 || best > 1
}

// outside reports whether a row, as far as it is of one account, is of a time
// that does not matter for that account, and of what is left out then.
func (p *prefilter) outside(l *lane, g *glance, who uint32, id uint64, target bool) bool {
	limit, ok := p.relevant.when[who]
	if !ok || limit.holds(g.in.Time) {
		return false
	}
	switch g.in.Kind {
	case event.Logon:
		if !target {
			break
		}
		typ, ok := g.value(event.LogonType)
		return ok && uint32(typ) == networkLogon && !l.long.has(id) && !p.ticketGUIDs.has(g.guid(event.LogonGUID))
	case event.TicketGranting, event.TicketRenewed:
		return !g.failed() && !limit.widen(p.reach.grants, p.reach.logons).holds(g.in.Time)
	case event.ServiceTicket:
		if g.failed() || p.logonGUIDs.has(g.guid(event.LogonGUID)) {
			return false
		}
		host, machine := machineOf(g)
		matters := p.referrals || machine && p.computers[host]
		return !matters || !limit.widen(p.reach.tickets, p.reach.logons).holds(g.in.Time)
	case event.CredentialValidation:
		return !g.failed()
	}
	return id != 0 && l.network.has(id)
}

// mayShare reports whether a network logon that is left out may have been opened
// by the ticket of one that is not: then that it began says how many sessions
// the ticket served.
func (p *prefilter) mayShare(l *lane, g *glance, who uint32) bool {
	limit, ok := p.relevant.when[who]
	return ok && l.ticketed && limit.widen(p.reach.logons, p.reach.logons).holds(g.in.Time) && strings.EqualFold(g.text(event.Package), "Kerberos")
}

// firstOf reports whether a row is the first of its kind that an account is in.
func (l *lane) firstOf(g *glance, who uint32) bool {
	k := sightOf{sight{g.in.EventID, g.failed()}, who}
	if l.firsts[k] {
		return false
	}
	l.firsts[k] = true
	return true
}

// near reports whether an account is relevant at the time of a row.
func (p *prefilter) near(l *lane, g *glance, who uint32) bool {
	if l.local[who] {
		return true
	}
	limit, ok := p.relevant.when[who]
	return p.relevant.all[who] && (!ok || limit.holds(g.in.Time))
}

// skewed sees to it that all is kept where clocks are off by more than a
// selection by time allows for.
func (p *prefilter) skewed(s *Snapshot) bool {
	whole := true
	for _, l := range p.lanes {
		whole = whole && l.whole != ""
	}
	for _, c := range s.skews {
		off := absDuration(c.median)
		for _, x := range c.periods {
			off = max(off, absDuration(x.median)+x.spread)
		}
		if off > skewAllowed && !whole {
			p.keepAll("clocks are off by more than a selection by time allows for")
			return true
		}
	}
	return false
}

// Told reports whether all is kept that tells of a session. Where evidence was
// selected by time, it is not of those that lived at other times only, nor of
// Windows' own.
func (s *Snapshot) Told(n SessionRow) bool {
	h, at, ok := place(s.sessions, uint32(n))
	if !ok {
		return false
	}
	v := s.views[h]
	if v.picked == nil {
		return true
	}
	for x := v.sessions[at].first; x != None; x = v.logons[x].next {
		if v.picked.has(v.logons[x].id) {
			return true
		}
	}
	return false
}
