package model

import (
	"cmp"
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
	// logStopped is true where the last records of the boot tell that the
	// Security log ended with it; goingDown where the log ends with signs of
	// a stop that no start follows.
	logStopped, goingDown bool
}

// The spans by which signs of one start or stop are held together. The kernel
// takes seconds to start LSASS and the log service; minutes on slow disks.
const (
	startSpan    = 10 * time.Minute
	earlySpan    = 2 * time.Minute  // from the first record of a boot to its 4608
	requestSpan  = 10 * time.Minute // from a request to shut down to the stop
	goingDown    = 30 * time.Second // from a logoff to the stop that made it; seconds in real logs
	lastWords    = 2 * time.Minute  // what may still be logged after a stop's sign
	lookBack     = 2000             // records
	lastRecords  = 50
	fallenLogons = 8 // in a row; disorder within a boot, measured on real logs, is of one or two
)

// start is one start of the machine while its signs are collected.
type start struct {
	pos       uint32 // first event of the boot in the Security log
	time      event.FileTime
	signs     map[event.Kind]bool
	dirty     bool
	resumed   bool // a resume from sleep or hibernation: no boot
	placed    bool // by its time alone: the Security log does not tell of it
	certainty Certainty
	why       string
}

// findBoots cuts the host's life into boots. The Security log is cut at record
// numbers; what System tells is placed by its own times: measured on real logs,
// it tells of the old boot's end after it told of the new one's start.
func (c *correlator) findBoots() {
	starts := c.knownStarts()
	if !c.sifted() {
		starts = append(starts, c.inferStarts(starts)...)
		sortStarts(starts)
	}
	if len(starts) == 0 && c.group.logged || len(c.events) > 0 && (len(starts) == 0 || starts[0].pos > c.security.from || c.livedBefore(starts[0])) {
		starts = slices.Insert(starts, 0, start{pos: c.security.from, why: "the log begins within it"})
	}
	for i, s := range starts {
		b := bootRow{from: s.pos, started: s.time, certainty: s.certainty, why: s.why}
		if i+1 < len(starts) {
			c.endBoot(&b, starts[i+1])
		} else {
			c.endLast(&b)
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

// knownStarts are the starts that events tell of, in order.
func (c *correlator) knownStarts() []start {
	c.collectSigns()
	starts := c.mergeStarts(c.securityStarts(), c.systemStarts())
	starts = append(starts, c.otherLives()...)
	sortStarts(starts)
	return starts
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

// systemStarts groups System's signs of one start. Only a cold start (BootType
// 0) is a boot: a hybrid start (1) and a resume from hibernation (2) bring back
// the kernel's session, and with it its logon IDs.
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
	switch {
	case d == -1<<63:
		return 1<<63 - 1
	case d < 0:
		return -d
	}
	return d
}

// mergeStarts makes one of the signs that both logs give of one start.
func (c *correlator) mergeStarts(security, system []start) []start {
	used := make([]bool, len(system))
	for i := range security {
		s := &security[i]
		var kernel event.FileTime
		settled := c.settled(s.pos)
		if best := nearestStart(settled, system, used); best >= 0 {
			used[best] = true
			kernel = system[best].time
			s.dirty = system[best].dirty
			s.why += ", kernel started " + kernel.String()
		}
		s.pos = c.firstOfBoot(s.pos, kernel)
		if kernel != 0 && (kernel < s.time || settled != s.time) {
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

// settled is the time of a record of the Security log, unless none of those
// that follow is near it: then that of the next, for one record's clock may be
// absurd.
func (c *correlator) settled(i uint32) event.FileTime {
	t := c.time(i)
	end := min(c.security.to, i+1+fallenLogons)
	for k := i + 1; k < end; k++ {
		if absDuration(c.time(k).Sub(t)) <= startSpan {
			return t
		}
	}
	if i+1 < end {
		return c.time(i + 1)
	}
	return t
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
	for k := range starts {
		for at < c.security.to && !c.reached(at, starts[k].time) {
			at++
		}
		starts[k].pos, starts[k].placed = at, true
	}
}

// reached reports whether the Security log has come to a time: a record is of
// it or later, and so are most of those that follow.
func (c *correlator) reached(i uint32, t event.FileTime) bool {
	if c.time(i) < t {
		return false
	}
	end, later := min(c.security.to, i+1+fallenLogons), 0
	for k := i + 1; k < end; k++ {
		if c.time(k) >= t {
			later++
		}
	}
	return later*2 >= int(end-i-1)
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

// endBoot says how a boot ended before the next start: 41 and 6008 are written
// in the next boot about this one, and signs of a stop count only as its last
// words. 1074 is a request, which may be taken back (1075).
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
		// The place of 1100 says which boot it ends, even if the clock was
		// set back to before the start.
		if s == nil || s.time < b.started && k != event.EventLogStopped || s.time.Add(lastWords) < last || k == event.ShutdownRequested && c.aborted(*s) {
			continue
		}
		b.reason = "shutdown"
		b.logStopped = b.logStopped || k == event.EventLogStopped
		if k != event.ShutdownRequested && b.ended == 0 {
			b.ended = s.time
		}
	}
}

// endLast looks for a stop among the last words of the last boot. That the
// kernel stopped (Kernel-General 13) ends it. A request, or the end of the log
// service, does only if a start follows; but nothing is known to live on.
func (c *correlator) endLast(b *bootRow) {
	const ever = ^event.FileTime(0)
	var last event.FileTime
	for _, ch := range c.channels {
		last = max(last, c.time(ch.to-1))
	}
	for _, k := range stopKinds {
		s := c.lastSign(k, ever)
		if k == event.EventLogStopped {
			s = c.lastStop(b.from, c.security.to)
		}
		if s == nil || s.time < b.started && k != event.EventLogStopped || s.time.Add(lastWords) < last || k == event.ShutdownRequested && c.aborted(*s) ||
			c.signBetween(s.time, ever, event.EventLogStarted, event.Resumed, event.KernelBootType) != nil {
			continue
		}
		if k == event.KernelStopped {
			b.reason, b.ended = "shutdown", s.time
			return
		}
		b.goingDown = true
	}
	if b.goingDown {
		b.why += "; the log ends while the machine was going down"
	}
}

// stopKinds are the signs of a stop, the one that tells its time best first; a
// request tells none.
var stopKinds = []event.Kind{event.KernelStopped, event.EventLogShutdown, event.EventLogStopped, event.ShutdownTransition, event.ShutdownRequested}

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
