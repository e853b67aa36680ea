package model

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"time"

	"spoor/model/event"
)

// bootRow is one run of a host. Its events in the Security log begin at from.
type bootRow struct {
	from      uint32
	started   event.FileTime
	ended     event.FileTime
	reason    string
	certainty Certainty
	why       string
}

// sign is an event that speaks of the machine's start or stop.
type sign struct {
	time event.FileTime
	at   uint32 // the event
	kind event.Kind
}

// The spans by which signs of one start or stop are held together. The kernel
// takes seconds to start LSASS and the log service; minutes on slow disks.
const (
	startSpan    = 10 * time.Minute
	earlySpan    = 2 * time.Minute  // from the first record of a boot to its 4608
	requestSpan  = 10 * time.Minute // from a request to shut down to the stop
	goingDown    = 30 * time.Second // SEMANTICS.md 7.1.5
	lastWords    = 2 * time.Minute  // what may still be logged after a stop's sign
	lookBack     = 2000             // records
	lastRecords  = 50
	fallenLogons = 8 // "many" in SEMANTICS.md 7.1.4
)

// start is one start of the machine while its signs are collected.
type start struct {
	pos       uint32 // first event of the boot in the Security log
	time      event.FileTime
	signs     map[event.Kind]bool
	dirty     bool
	resumed   bool // a resume from sleep or hibernation: no boot
	certainty Certainty
	why       string
}

// findBoots cuts the host's life into boots (SEMANTICS.md 7.1). The Security
// log is cut at record numbers; what System tells is placed by its own times.
func (c *correlator) findBoots() {
	c.collectSigns()
	starts := c.mergeStarts(c.securityStarts(), c.systemStarts())
	starts = append(starts, c.otherLives()...)
	sortStarts(starts)
	starts = append(starts, c.inferStarts(starts)...)
	sortStarts(starts)
	if len(starts) == 0 && c.group.logged || len(c.events) > 0 && (len(starts) == 0 || starts[0].pos > c.security.from || c.livedBefore(starts[0])) {
		starts = slices.Insert(starts, 0, start{pos: c.security.from, why: "the log begins within it"})
	}
	for i, s := range starts {
		b := bootRow{from: s.pos, started: s.time, certainty: s.certainty, why: s.why}
		if i+1 < len(starts) {
			c.endBoot(&b, starts[i+1])
		}
		c.boots = append(c.boots, b)
	}
	for i := range c.boots {
		if c.boots[i].started != 0 {
			c.started = append(c.started, uint32(i))
		}
	}
	slices.SortStableFunc(c.started, func(a, b uint32) int { return cmp.Compare(c.boots[a].started, c.boots[b].started) })
	if n := len(c.boots); n > 0 && c.doubt > 0 {
		c.boots[n-1].why += "; logon IDs fell at " + c.time(c.doubt-1).String() + ": it may have restarted unseen"
	}
}

func sortStarts(s []start) {
	slices.SortStableFunc(s, func(a, b start) int { return cmp.Or(cmp.Compare(a.pos, b.pos), cmp.Compare(a.time, b.time)) })
}

// livedBefore reports whether a log other than Security begins before a start.
func (c *correlator) livedBefore(s start) bool {
	for i, n := range c.events {
		if i >= int(c.security.from) && i < int(c.security.to) {
			continue
		}
		if s.time != 0 && c.row(n).time.Add(time.Minute) < s.time {
			return true
		}
	}
	return false
}

// collectSigns gathers the signs of starts and stops by the time that they
// tell of, which System's order and even their own times do not follow.
func (c *correlator) collectSigns() {
	c.signs = map[event.Kind][]sign{}
	for i := range c.events {
		at := uint32(i)
		s := sign{c.time(at), at, c.kind(at)}
		switch s.kind {
		case event.KernelStarted:
			s.time = c.own(at, event.StartTime, s.time)
		case event.KernelStopped:
			s.time = c.own(at, event.StopTime, s.time)
		case event.KernelBootType, event.EventLogStarted, event.OSVersionAtStart, event.DirtyRestart, event.UnexpectedShutdown,
			event.ShutdownTransition, event.EventLogShutdown, event.ShutdownRequested, event.ShutdownAborted,
			event.EventLogStopped, event.LSASSStarted:
		default:
			continue
		}
		c.signs[s.kind] = append(c.signs[s.kind], s)
	}
	for _, signs := range c.signs {
		slices.SortStableFunc(signs, func(a, b sign) int { return cmp.Compare(a.time, b.time) })
	}
}

func (c *correlator) own(i uint32, col event.Column, otherwise event.FileTime) event.FileTime {
	if t := event.FileTime(c.num(i, col)); t != 0 {
		return t
	}
	return otherwise
}

// systemStarts groups System's signs of one start. Only a cold start (BootType
// 0) is a boot: a hybrid start and a resume keep the kernel's logons (7.1.3).
func (c *correlator) systemStarts() []start {
	var out []start
	var signs []sign
	for _, k := range []event.Kind{event.KernelStarted, event.KernelBootType, event.EventLogStarted, event.OSVersionAtStart} {
		signs = append(signs, c.signs[k]...)
	}
	slices.SortStableFunc(signs, func(a, b sign) int { return cmp.Compare(a.time, b.time) })
	for _, s := range signs {
		k := len(out) - 1
		if k < 0 || s.time.Sub(out[k].time) > startSpan || out[k].signs[s.kind] {
			out = append(out, start{time: s.time, signs: map[event.Kind]bool{}})
			k++
		}
		out[k].signs[s.kind] = true
		if s.kind == event.KernelBootType && c.num(s.at, event.BootType) != 0 {
			out[k].resumed = true
		}
	}
	kernel := slices.ContainsFunc(out, func(s start) bool { return s.signs[event.KernelStarted] || s.signs[event.KernelBootType] })
	out = slices.DeleteFunc(out, func(s start) bool {
		if s.signs[event.KernelStarted] || s.signs[event.KernelBootType] {
			return false
		}
		// The log service alone may have been restarted.
		return kernel || !s.signs[event.OSVersionAtStart]
	})
	for i := range out {
		out[i].certainty, out[i].why = Exact, "System tells of the start"
		if !out[i].signs[event.KernelStarted] && !out[i].signs[event.KernelBootType] {
			out[i].certainty, out[i].why = Strong, "the event log service started (6009)"
		}
		out[i].dirty = c.signBetween(out[i].time, out[i].time.Add(startSpan), event.DirtyRestart, event.UnexpectedShutdown) != nil
	}
	return out
}

// securityStarts finds 4608 and the first logon of SYSTEM, type 0.
func (c *correlator) securityStarts() []start {
	var out []start
	for i := c.security.from; i < c.security.to; i++ {
		k := c.kind(i)
		first := k == event.Logon && event.LogonID(c.num(i, event.TargetLogon)) == event.LogonIDSystem && c.typeOf(i) == 0
		if k != event.LSASSStarted && !first {
			continue
		}
		if n := len(out); n > 0 && !out[n-1].signs[k] && i-out[n-1].pos < lookBack && absDuration(c.time(i).Sub(out[n-1].time)) < startSpan {
			out[n-1].signs[k] = true
			continue
		}
		out = append(out, start{pos: i, time: c.time(i), signs: map[event.Kind]bool{k: true}, certainty: Exact, why: "LSASS started (4608)"})
		if k == event.Logon {
			out[len(out)-1].why = "first logon of SYSTEM (4624 type 0)"
		}
	}
	return out
}

// typeOf returns a logon event's type, or an impossible one if it has none.
func (c *correlator) typeOf(i uint32) uint32 {
	if n, ok := c.number(c.events[i], event.LogonType); ok {
		return uint32(n)
	}
	return noLogonType
}

const noLogonType = 255

func absDuration(d time.Duration) time.Duration {
	if d < 0 && d != -1<<63 {
		return -d
	}
	return d & (1<<63 - 1)
}

// mergeStarts makes one of the signs that both logs give of one start.
func (c *correlator) mergeStarts(security, system []start) []start {
	used := make([]bool, len(system))
	for i := range security {
		s := &security[i]
		var kernel event.FileTime
		if best := nearestStart(s.time, system, used); best >= 0 {
			used[best] = true
			kernel = system[best].time
			s.dirty = system[best].dirty
			s.why += ", kernel started " + kernel.String()
		}
		s.pos = c.firstOfBoot(s.pos, kernel)
		if kernel != 0 && kernel < s.time {
			s.time = kernel
		}
	}
	var alone []start
	for k, s := range system {
		if !used[k] && !s.resumed {
			alone = append(alone, s)
		}
	}
	c.placeByTime(alone)
	return append(security, alone...)
}

// nearestStart returns the start of System's that 4608 at t belongs to, or -1.
func nearestStart(t event.FileTime, system []start, used []bool) int {
	low := sort.Search(len(system), func(k int) bool { return t.Sub(system[k].time) <= startSpan })
	best := -1
	for k := low; k < len(system) && k-low < mostNear && t.Sub(system[k].time) >= -time.Minute; k++ {
		if !used[k] && (best < 0 || absDuration(t.Sub(system[k].time)) < absDuration(t.Sub(system[best].time))) {
			best = k
		}
	}
	return best
}

// mostNear is how many signs at one place are looked at; real logs have a few.
const mostNear = 64

// firstOfBoot goes back from 4608 to the records that were written before it
// in the same boot: those since the kernel started, or else since 1100. Some
// that are older than 1100 may be written after it.
func (c *correlator) firstOfBoot(pos uint32, kernel event.FileTime) uint32 {
	at := c.time(pos)
	low := c.security.from
	if pos-low > lookBack {
		low = pos - lookBack
	}
	since, strays := kernel, 0
	for i := pos; i > low && since == 0 && strays <= lastRecords; {
		i--
		t := c.time(i)
		if c.kind(i) == event.LSASSStarted {
			break
		}
		if c.kind(i) == event.EventLogStopped {
			if t > at {
				break
			}
			since = max(t+1, at.Add(-earlySpan))
		} else if t > at || at.Sub(t) > earlySpan {
			strays++
		}
	}
	first := pos
	for i := pos; i > low && since != 0; {
		i--
		if t := c.time(i); t < since || t > at || c.kind(i) == event.EventLogStopped || c.kind(i) == event.LSASSStarted {
			break
		}
		first = i
	}
	return first
}

// placeByTime finds where in the Security log the starts lie, given by time,
// that this log does not tell of.
func (c *correlator) placeByTime(starts []start) {
	at := c.security.from
	var most event.FileTime
	for k := range starts {
		for ; at < c.security.to; at++ {
			if most = max(most, c.time(at)); most >= starts[k].time {
				break
			}
		}
		starts[k].pos = at
	}
}

// otherLives cuts where the numbers of the Security log start again.
func (c *correlator) otherLives() []start {
	var out []start
	for k, from := range c.security.lives {
		if k > 0 {
			out = append(out, start{pos: from, why: "record numbers start again: another installation or another machine of this name"})
		}
	}
	return out
}

// inferStarts finds boots that no event tells of (7.1.4). Logon IDs are given
// out in rising order, with a little disorder; they start low again only when
// the machine does.
func (c *correlator) inferStarts(known []start) []start {
	var out []start
	var ids idWatch
	next := 0
	// Going back is paid for from a budget, so that hostile logs cost no more
	// than a few passes.
	budget := 2 * (c.security.to - c.security.from)
	ids.reset()
	for i := c.security.from; i < c.security.to; i++ {
		for next < len(known) && known[next].pos <= i {
			ids.reset()
			next++
		}
		id := c.num(i, event.TargetLogon)
		switch c.kind(i) {
		case event.Logon:
			if id == 0 || event.LogonID(id).Fixed() {
				continue
			}
			pos, why := ids.issue(i, id, c.principals[c.target(c.events[i])].sid)
			if why != "" {
				if back := i - pos; back > budget {
					pos = i
				} else {
					budget -= back
				}
				out = append(out, start{pos: pos, time: c.time(pos), certainty: Medium, why: why})
				ids.reset()
				ids.issue(pos, c.num(pos, event.TargetLogon), c.principals[c.target(c.events[pos])].sid)
				i = pos
			}
		case event.LogonTerminated, event.LogoffInitiated:
			delete(ids.live, id)
		}
	}
	c.doubt = ids.doubt
	return out
}

// idWatch follows the logon IDs that one boot gives out.
type idWatch struct {
	live   map[uint64]textID // SID by ID of logons that have not ended
	most   uint64
	below  uint32 // where the IDs fell under the highest, while they stay there
	half   uint32 // where they fell under half of it
	fallen int    // how many in a row are under half of it
	doubt  uint32 // after the last event that came before a fall that matters
}

func (w *idWatch) reset() { *w = idWatch{live: map[uint64]textID{}} }

// issue takes note that the logon at event i got id; it returns where a boot
// must have begun, and why, if it must.
func (w *idWatch) issue(i uint32, id uint64, sid textID) (pos uint32, why string) {
	if id >= w.most {
		w.most, w.below, w.half, w.fallen = id, 0, 0, 0
	} else {
		if w.below == 0 {
			w.below = i + 1
		}
		if w.most-id > w.most/8 {
			w.doubt = w.below
		}
		if id < w.most/2 {
			if w.fallen == 0 {
				w.half = i + 1
			}
			w.fallen++
		} else {
			w.fallen = 0
		}
	}
	if w.fallen >= fallenLogons {
		return w.half - 1, fmt.Sprintf("logon IDs start low again: %d in a row under half of %#x", fallenLogons, w.most)
	}
	if was, ok := w.live[id]; ok && was != 0 && sid != 0 && was != sid {
		pos = i
		if w.below > 0 {
			pos = w.below - 1
		}
		return pos, fmt.Sprintf("logon ID %#x is given to another account while it lives", id)
	}
	w.live[id] = sid
	return 0, ""
}

// endBoot says how a boot ended before the next start (7.1.2): signs of a
// stop count only as the last words of the boot.
func (c *correlator) endBoot(b *bootRow, next start) {
	b.reason = "unknown"
	if next.dirty {
		b.reason = "dirty"
		return
	}
	if next.certainty == Medium || next.time == 0 {
		return
	}
	var last event.FileTime
	if next.pos > b.from {
		last = c.time(next.pos - 1)
	}
	for _, k := range stopKinds {
		s := c.lastSign(k, next.time)
		if k == event.EventLogStopped {
			s = c.lastStop(b.from, next.pos)
		}
		if s == nil || s.time < b.started || s.time.Add(lastWords) < last || k == event.ShutdownRequested && c.aborted(*s) {
			continue
		}
		b.reason = "shutdown"
		if k != event.ShutdownRequested && b.ended == 0 {
			b.ended = s.time
		}
	}
}

// stopKinds are the signs of a stop, the one that tells its time best first; a
// request tells none.
var stopKinds = []event.Kind{event.KernelStopped, event.EventLogShutdown, event.EventLogStopped, event.ShutdownTransition, event.ShutdownRequested}

// lastSign returns the newest sign of a kind up to t.
func (v *hostView) lastSign(k event.Kind, t event.FileTime) *sign {
	signs := v.signs[k]
	i := sort.Search(len(signs), func(i int) bool { return signs[i].time > t })
	if i == 0 {
		return nil
	}
	return &signs[i-1]
}

// lastStop returns the 1100 among the last records of a boot.
func (c *correlator) lastStop(from, to uint32) *sign {
	for i := to; i > from && to-i < lastRecords; {
		i--
		if c.kind(i) == event.EventLogStopped {
			return &sign{c.time(i), i, event.EventLogStopped}
		}
	}
	return nil
}

func (v *hostView) inSecurity(i uint32) bool { return i >= v.security.from && i < v.security.to }

// aborted reports whether a request to shut down was taken back (1075).
func (v *hostView) aborted(request sign) bool {
	return v.signBetween(request.time, request.time.Add(requestSpan), event.ShutdownAborted) != nil
}

// signBetween returns the first sign of the kinds in [from, to].
func (v *hostView) signBetween(from, to event.FileTime, kinds ...event.Kind) *sign {
	var first *sign
	for _, k := range kinds {
		signs := v.signs[k]
		i := sort.Search(len(signs), func(i int) bool { return signs[i].time >= from })
		if i < len(signs) && signs[i].time <= to && (first == nil || signs[i].time < first.time) {
			first = &signs[i]
		}
	}
	return first
}
