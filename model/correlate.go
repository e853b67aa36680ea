package model

import (
	"slices"
	"sort"
	"strings"
	"time"

	"spoor/model/event"
)

// hostView is what one host's logs tell: immutable once made. Its events,
// logons and sessions are numbered from 0; a snapshot adds where they begin.
type hostView struct {
	streams    []uint32
	rows       int      // of the store, with duplicates
	events     []uint32 // rows in order
	channels   []channelRange
	security   channelRange
	duplicates int

	boots []bootRow
	signs map[event.Kind][]sign // of stops and starts, by time
	// started is the boots with a known start, by its time.
	started []uint32
	// doubt is one more than the event where logon IDs last fell by much: what
	// was last seen before it may have ended with a start that was not logged.
	doubt uint32

	// vouches is true where the host itself checked the password of a domain's
	// account: only a domain controller can.
	vouches bool
	// gaps are where records of the Security log are missing.
	gaps []Gap
	// cut is true where the Security log had newer records than those that were
	// read, or another log that tells of ends had, and reaches less far.
	cut bool
	// jumps are the events after which the clock tells nothing of the time
	// that has passed since one before them.
	jumps []uint32

	logons      []logonRow
	sessions    []sessionRow
	logonEvents []uint32
	tried       map[uint32]uint32 // failed attempts that were made from a logon
	failures    []uint32
	audited     []bool   // by subcategory
	changes     []uint32 // what was done to accounts
	renames     []rename
	uses        []principalUse // by principal
	locals      []uint32       // principals that may be the host's own, beside those
	credentialUses
	sightings []sighting
	// moments are what changed the state of desktops, by session.
	moments []moment
	// network is what is known of the network authentications before Remote
	// Desktop sessions, by session.
	network       []networkLink
	authenticated []uint32 // 1149, by time
	terminals     bool     // Terminal Services' own log is there
	kin           []kinLink
	// picked are the logons that alone are told of, where a selection by time
	// left others out; else nil.
	picked *idMap[uint32]
	served []servedLogon // of those left out
}

// principalUse counts what a host's logs say of one principal.
type principalUse struct {
	principal                   uint32
	sessions, failures, tickets uint32
	// vouched counts the uses whose name stands in the directory: a name in a
	// forged ticket needs not.
	vouched     uint32
	first, last event.FileTime
	addresses   []addressUse
}

type addressUse struct {
	last    event.FileTime
	address textID
	ticket  bool // a ticket was asked for from there
}

// correlator joins the events of one host.
type correlator struct {
	*table
	*hostView
	group  hostGroup
	begins int      // 4624s of the host's logs
	lane   *lane    // what a survey learnt of all the host's records, where not all are kept
	about  []uint32 // the logon of each event's Target, or None
	by     []uint32 // that of its Subject
	desk   []moment // by event; of logons
	// terminal is the events of Terminal Services, in order; nil until asked for.
	terminal []uint32
	seated   []uint32        // sittings by boot; nil until asked for
	locals   map[string]bool // names of its own accounts; nil until asked for
}

func correlate(t *table, logs []streamState, g hostGroup, files []string, sifted *lane) *hostView {
	v := &hostView{streams: slices.Clone(g.streams)}
	for _, s := range g.streams {
		v.rows += logs[s].events
	}
	v.events, v.channels, v.duplicates = orderEvents(t, logs, g, files)
	for _, c := range v.channels {
		if strings.EqualFold(t.texts[c.channel], "Security") {
			v.security = c
		}
	}
	v.gaps, v.cut = securityGaps(t, logs, g)
	c := &correlator{table: t, hostView: v, group: g, lane: sifted}
	for _, s := range g.streams {
		c.begins += logs[s].logons
	}
	c.findJumps()
	c.findFailures()
	c.findAudited()
	// What needs sessions, and what does not: neither reads what the other finds.
	atOnce(func() {
		c.findBoots()
		c.findLogons()
		c.findSessions()
		c.joinTerminal()
		c.findKin()
	}, func() {
		c.findVouching()
		c.findAuthentications()
	})
	c.countUses()
	if sifted != nil {
		v.sightings = sifted.sightings.sightings
		for p := range sifted.principals {
			v.locals = append(v.locals, p)
		}
		if sifted.timed {
			v.picked, v.served = &sifted.picked, sifted.served
			v.seenFrom(sifted.machines)
		}
	}
	return v
}

// sifted reports whether not all records of the host are kept.
func (c *correlator) sifted() bool { return c.lane != nil }

// findVouching looks for NTLM passwords checked (4776) at the very second at
// which the same host logs that domain account on: a member's domain accounts
// are checked, and logged, on a domain controller. Where the host has an account
// of its own of that name, the check may have been of that one.
func (c *correlator) findVouching() {
	if !strings.Contains(c.group.name, ".") {
		return
	}
	checked := map[string]event.FileTime{}
	for i := c.security.from; i < c.security.to && !c.vouches; i++ {
		n := c.events[i]
		switch c.kind(i) {
		case event.CredentialValidation:
			if status, ok := c.number(n, event.Status); ok && status == 0 {
				name, _ := splitName(c.text(n, event.TargetName), "")
				checked[name] = c.time(i)
			}
		case event.Logon:
			c.vouches = len(checked) > 0 && strings.EqualFold(c.text(n, event.Package), "NTLM") && c.vouchedFor(i, checked)
		}
	}
}

// vouchedFor reports whether a logon by NTLM is of an account of the domain
// whose password was checked at that very second.
func (c *correlator) vouchedFor(i uint32, checked map[string]event.FileTime) bool {
	n := c.events[i]
	if _, ok := sidBase(c.text(n, event.TargetSID)); !ok {
		return false
	}
	name, domain := splitName(c.text(n, event.TargetName), c.text(n, event.TargetDomain))
	at, ok := checked[name]
	return ok && !c.ownAccount(name) && absDuration(c.time(i).Sub(at)) <= time.Second && !slices.Contains(c.group.hostNames(), domain)
}

// ownAccount reports whether the host logged an account of its own of a folded
// name on.
func (c *correlator) ownAccount(name string) bool {
	if c.locals == nil {
		c.locals = map[string]bool{}
		for i := c.security.from; i < c.security.to; i++ {
			if n := c.events[i]; c.kind(i) == event.Logon {
				if name, domain := splitName(c.text(n, event.TargetName), c.text(n, event.TargetDomain)); slices.Contains(c.group.hostNames(), domain) {
					c.locals[name] = true
				}
			}
		}
	}
	return c.locals[name]
}

// securityGaps returns where records of a host's Security log are missing, and
// whether there were newer ones that were not read.
func securityGaps(t *table, logs []streamState, g hostGroup) (gaps []Gap, cut bool) {
	streams := streamsOf(t, logs, g, "Security")
	if len(streams) == 0 {
		return nil, false
	}
	cut = endsCut(logs, streams)
	for _, channel := range endingLogs {
		others := streamsOf(t, logs, g, channel)
		cut = cut || endsCut(logs, others) && newestIn(logs, others) < newestIn(logs, streams)
	}
	return findGaps(logs, streams), cut
}

// endingLogs are those that tell of the end of sessions besides Security: of
// stops of the machine, and of who left it (LSM 23).
var endingLogs = []string{"System", "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"}

func streamsOf(t *table, logs []streamState, g hostGroup, channel string) (streams []uint32) {
	for _, s := range g.streams {
		if strings.EqualFold(t.texts[logs[s].channel], channel) && len(logs[s].runs) > 0 {
			streams = append(streams, s)
		}
	}
	return streams
}

func newestIn(logs []streamState, streams []uint32) (newest event.FileTime) {
	for _, s := range streams {
		newest = max(newest, logs[s].last)
	}
	return newest
}

// clockStep is the least change of the clock that makes a length untrue. The
// time service's own corrections are of less than a second in real logs, but
// for the minutes and months after a machine was paused or set by hand.
const clockStep = time.Minute

// findJumps finds where the clock was set (4616) by more than clockStep.
func (c *correlator) findJumps() {
	for i := c.security.from; i < c.security.to; i++ {
		if c.kind(i) != event.ClockChanged {
			continue
		}
		was, now := event.FileTime(c.num(i, event.PreviousTime)), event.FileTime(c.num(i, event.NewTime))
		if was != 0 && now != 0 && absDuration(now.Sub(was)) > clockStep {
			c.jumps = append(c.jumps, i)
		}
	}
}

// clockSet reports whether the clock was set after one event and up to
// another.
func (v *hostView) clockSet(from, to uint32) bool {
	i, _ := slices.BinarySearch(v.jumps, from+1)
	return i < len(v.jumps) && v.jumps[i] <= to
}

func (c *correlator) kind(i uint32) event.Kind     { return c.row(c.events[i]).kind }
func (c *correlator) time(i uint32) event.FileTime { return c.row(c.events[i]).time }

func (c *correlator) num(i uint32, col event.Column) uint64 {
	n, _ := c.number(c.events[i], col)
	return n
}

// bootOf returns the boot, from 0, in which an event of the Security log was
// written.
func (v *hostView) bootOf(i uint32) int {
	return max(0, sort.Search(len(v.boots), func(k int) bool { return v.boots[k].from > i })-1)
}

// bootAt returns the boot that ran at t by the boots' own times.
func (v *hostView) bootAt(t event.FileTime) int {
	k := sort.Search(len(v.started), func(i int) bool { return v.boots[v.started[i]].started > t })
	if k == 0 {
		return 0
	}
	return int(v.started[k-1])
}

// bootOfEvent returns the boot of any event of the host.
func (v *hostView) bootOfEvent(t *table, i uint32) int {
	if i >= v.security.from && i < v.security.to {
		return v.bootOf(i)
	}
	return v.bootAt(t.row(v.events[i]).time)
}
