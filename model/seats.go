package model

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"spoor/model/event"
)

// seatTypes are the logon types with which somebody sits down at a desktop, at
// the machine or from afar.
var seatTypes = map[uint8]bool{2: true, 10: true, 11: true, 12: true}

// deskTypes are those and the types of an unlock: a short logon of one of them
// within a living session of its account is a check.
var deskTypes = map[uint8]bool{2: true, 7: true, 10: true, 11: true, 12: true, 13: true}

// unlockTypes are never logged but for a session that is there (Microsoft on
// 4624: "this workstation was unlocked").
var unlockTypes = map[uint8]bool{7: true, 13: true}

const (
	// checkSpan is how long a check lasts at most: 0.4 s in real logs for
	// types 2, 7 and 11, 3 s for type 10.
	checkSpan = 10 * time.Second
	// openSpan is how long after its 4624 a session's LSM 21 may come.
	openSpan = 30 * time.Second
	// besideSpan is how far apart records of one unlock, reconnection or
	// disconnection are at most.
	besideSpan = 5 * time.Second
	// mostLiving is how many living sessions of one account are looked at;
	// of more, nothing decides.
	mostLiving = 64
)

// seatFinder tells sittings at a desktop from the checks within them. Units
// are named by their first logon: a pair's filtered half, or a single logon.
type seatFinder struct {
	*correlator
	heads  []uint32
	opened map[uint32]bool // units with an LSM 21 of their own
	living map[string][]uint32
	boot   uint32
	latest map[string]latest
	folded map[uint32][]uint32 // checks by their sitting, oldest first
}

// latest is the newest logon of an account that belongs to a known sitting.
type latest struct {
	at    event.FileTime
	owner uint32
}

// foldChecks finds which units are checks, and of which sitting each is.
func (c *correlator) foldChecks(heads []uint32) map[uint32][]uint32 {
	f := &seatFinder{correlator: c, heads: heads, living: map[string][]uint32{}, latest: map[string]latest{}, folded: map[uint32][]uint32{}}
	var steps []seatStep
	for _, h := range heads {
		seat, check := c.isSeat(h), c.isBrief(h)
		if !seat && !check {
			continue
		}
		from, started := c.unitStart(h)
		if seat {
			c.flag(h, logonSeat)
			if !started {
				from = c.boots[c.bootOfLogon(&c.logons[h])].from
			}
		}
		steps = append(steps, seatStep{from, h, seat, check})
	}
	slices.SortStableFunc(steps, func(a, b seatStep) int { return cmp.Compare(a.from, b.from) })
	f.findOpened(steps)
	for _, s := range steps {
		f.step(s)
	}
	return f.folded
}

type seatStep struct {
	from, head  uint32
	seat, check bool
}

func (f *seatFinder) step(s seatStep) {
	l := &f.logons[s.head]
	if boot := f.bootOfLogon(l); boot != f.boot {
		f.boot = boot
		clear(f.living)
		clear(f.latest)
	}
	key := strings.ToLower(f.name(l.principal))
	if s.check && !f.opened[s.head] {
		owner, found := f.ownerOf(s, key)
		if found {
			f.flag(s.head, logonCheck)
			if owner != None {
				f.folded[owner] = append(f.folded[owner], s.head)
				f.latest[key] = latest{f.time(s.from), owner}
			}
			return
		}
	}
	if s.seat {
		f.latest[key] = latest{f.time(s.from), s.head}
		if all := f.living[key]; len(all) <= mostLiving {
			f.living[key] = append(all, s.head)
		}
	}
}

// halves calls use for a unit's logons.
func (c *correlator) halves(head uint32, use func(l *logonRow)) {
	l := &c.logons[head]
	use(l)
	if l.linked != None {
		use(&c.logons[l.linked])
	}
}

func (c *correlator) flag(head uint32, flag uint16) {
	c.halves(head, func(l *logonRow) { l.flags |= flag })
}

// unitStart is the first 4624 of a unit, else its first event.
func (c *correlator) unitStart(head uint32) (at uint32, started bool) {
	first := uint32(None)
	at = None
	c.halves(head, func(l *logonRow) { at, first = min(at, l.start), min(first, l.first) })
	if at == None {
		return first, false
	}
	return at, true
}

// unitEnd is the first 4647 of a unit, else the last 4634 if no half lives on,
// else None.
func (c *correlator) unitEnd(head uint32) uint32 {
	logoff, gone, last := uint32(None), uint32(0), uint32(0)
	ended := false
	c.halves(head, func(l *logonRow) {
		logoff = min(logoff, l.logoff)
		if l.gone != None {
			gone, ended = max(gone, l.gone), true
		} else {
			last = max(last, l.last)
		}
	})
	switch {
	case logoff != None:
		return logoff
	case ended && last <= gone:
		return gone
	}
	return None
}

// isSeat reports whether somebody sits at a desktop with a unit: it has events
// that only a desktop's session has, or Windows' own logon screen asked for it.
func (c *correlator) isSeat(head uint32) bool {
	l := &c.logons[head]
	seat := false
	c.halves(head, func(l *logonRow) { seat = seat || l.flags&logonDesktop != 0 })
	return !l.fixed() && (seat || seatTypes[l.typ] && l.start != None && c.byLogonScreen(l.start))
}

// logonScreens are the logon processes of winlogon and of LSASS, which checks
// again what winlogon was told.
var logonScreens = map[string]bool{"": true, "user32": true, "negotiat": true}

// byLogonScreen reports whether Windows itself asked for a logon: not a
// program, a prompt (CredPro) or runas (seclogo), nor for a virtual account.
func (c *correlator) byLogonScreen(start uint32) bool {
	if id := event.LogonID(c.num(start, event.SubjectLogon)); id != 0 && !id.Fixed() {
		return false
	}
	sid := c.text(c.events[start], event.TargetSID)
	return logonScreens[strings.ToLower(c.text(c.events[start], event.LogonProcess))] &&
		!strings.HasPrefix(sid, "S-1-5-90-") && !strings.HasPrefix(sid, "S-1-5-96-")
}

// isBrief reports whether a unit may be a check: of an interactive type, asked
// for by Windows itself, over within seconds without a word of the user's.
func (c *correlator) isBrief(head uint32) bool {
	l := &c.logons[head]
	if !deskTypes[l.typ] || l.start == None || !c.byLogonScreen(l.start) {
		return false
	}
	ended, brief := unlockTypes[l.typ], true
	c.halves(head, func(l *logonRow) {
		ended = ended || l.gone != None
		brief = brief && l.start != None && l.logoff == None && l.flags&logonDesktop == 0 && absDuration(c.time(l.last).Sub(c.time(l.start))) <= checkSpan
	})
	return ended && brief
}

// findOpened gives each LSM 21 to the sitting that it opened: the newest of its
// account before it.
func (f *seatFinder) findOpened(steps []seatStep) {
	type opening struct {
		at   event.FileTime
		head uint32
	}
	var byName map[string][]opening
	f.opened = map[uint32]bool{}
	for _, at := range f.terminalEvents() {
		if f.kind(at) != event.RDPSessionLogon {
			continue
		}
		if byName == nil {
			byName = map[string][]opening{}
			for _, s := range steps {
				if l := &f.logons[s.head]; seatTypes[l.typ] && l.start != None {
					key := strings.ToLower(f.name(l.principal))
					byName[key] = append(byName[key], opening{f.time(s.from), s.head})
				}
			}
			for _, all := range byName {
				slices.SortStableFunc(all, func(a, b opening) int { return cmp.Compare(a.at, b.at) })
			}
		}
		name, _ := splitName(f.text(f.events[at], event.TargetName), "")
		all := byName[name]
		t := f.time(at)
		i, _ := slices.BinarySearchFunc(all, t.Add(firstSight)+1, func(o opening, t event.FileTime) int { return cmp.Compare(o.at, t) })
		if i > 0 && t.Sub(all[i-1].at) <= openSpan && f.sameUser(f.events[at], f.logons[all[i-1].head].principal) {
			f.opened[all[i-1].head] = true
		}
	}
}

// sameUser reports whether an event of Terminal Services may be about an
// account: it has DOMAIN\name and no SID.
func (t *table) sameUser(row, principal uint32) bool {
	name, domain := splitName(t.text(row, event.TargetName), t.text(row, event.TargetDomain))
	own, realm := splitName(t.name(principal), t.domain(principal))
	return name == own && (domain == "" || realm == "" || shortName(domain) == shortName(realm))
}

// sameAccount reports whether two triples name one account, as far as they say.
func (t *table) sameAccount(a, b uint32) bool {
	if !t.sidless(a) && !t.sidless(b) {
		return t.principals[a].sid == t.principals[b].sid
	}
	x, xd := splitName(t.name(a), t.domain(a))
	y, yd := splitName(t.name(b), t.domain(b))
	return x != "" && x == y && (xd == "" || yd == "" || shortName(xd) == shortName(yd))
}

// ownerOf finds the living sitting that a possible check belongs to. It is None
// where several could own it and nothing decides; found is false where none is.
func (f *seatFinder) ownerOf(s seatStep, key string) (owner uint32, found bool) {
	l := &f.logons[s.head]
	all := f.living[key]
	all = slices.DeleteFunc(all, func(o uint32) bool {
		end := f.unitEnd(o)
		return end != None && end < s.from
	})
	f.living[key] = all
	if len(all) > mostLiving {
		return None, true
	}
	var candidates []uint32
	for _, o := range all {
		x := &f.logons[o]
		// IDs rise within a boot: a sitting whose start was not logged is the
		// older one only if its ID is the lower.
		if o == s.head || x.start == None && x.id > l.id || !f.sameAccount(x.principal, l.principal) {
			continue
		}
		candidates = append(candidates, o)
	}
	switch len(candidates) {
	case 0:
		return None, false
	case 1:
		return candidates[0], true
	}
	if o := f.namedBeside(s, candidates); o != None {
		return o, true
	}
	// LSASS proves again at once what was just proved.
	if last, ok := f.latest[key]; ok && absDuration(f.time(s.from).Sub(last.at)) <= firstSight && slices.Contains(candidates, last.owner) {
		return last.owner, true
	}
	return None, true
}

// namedBeside returns the one of several sittings that a reconnection or an
// unlock within seconds of a check names, or None.
func (f *seatFinder) namedBeside(s seatStep, candidates []uint32) uint32 {
	found := uint32(None)
	t := f.time(s.from)
	i, _ := slices.BinarySearchFunc(f.desk, s.from, func(m moment, e uint32) int { return cmp.Compare(m.event, e) })
	look := func(m moment) bool {
		if absDuration(f.time(m.event).Sub(t)) > checkSpan {
			return false
		}
		if k := f.kind(m.event); k != event.SessionReconnected && k != event.WorkstationUnlocked {
			return true
		}
		for _, o := range candidates {
			if o != m.of && f.logons[o].linked != m.of {
				continue
			}
			if found != None && found != o {
				found = None
				return false
			}
			found = o
		}
		return true
	}
	for k := i; k < len(f.desk) && k < i+mostNear && look(f.desk[k]); k++ {
	}
	if found != None {
		return found
	}
	for k := i - 1; k >= 0 && i-k < mostNear && look(f.desk[k]); k-- {
	}
	return found
}
