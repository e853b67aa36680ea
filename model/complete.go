package model

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"time"

	"spoor/model/event"
)

// securityLog is the time that the evidence of one host's Security log reaches
// over, and where records are missing from it.
type securityLog struct {
	first, last event.FileTime // 0: there is none
	several     bool           // numbers began anew: what is missing between the lives is not told
	holes       []hole         // by where they begin
}

// hole is a time from which records are missing.
type hole struct {
	from event.FileTime
	to   event.FileTime // the latest end of this one and those before
}

// findSecurityLogs tells of each host's Security log, by its own clock.
func (s *Snapshot) findSecurityLogs() []securityLog {
	out := make([]securityLog, len(s.views))
	for _, k := range s.coverage {
		if k.Host == None || !strings.EqualFold(k.Channel, "Security") || k.First == 0 {
			continue
		}
		l := &out[k.Host]
		if l.first == 0 || k.First < l.first {
			l.first = k.First
		}
		l.last = max(l.last, k.Last)
	}
	for h, v := range s.views {
		l := &out[h]
		l.several = len(v.security.lives) > 1
		for _, g := range v.gaps {
			l.holes = append(l.holes, hole{min(g.From, g.To), max(g.From, g.To)})
		}
		slices.SortFunc(l.holes, func(a, b hole) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
		for i := 1; i < len(l.holes); i++ {
			l.holes[i].to = max(l.holes[i].to, l.holes[i-1].to)
		}
	}
	return out
}

// lacks reports whether a record of a time may be missing from the log.
func (l *securityLog) lacks(from, to event.FileTime) bool {
	if l.first == 0 || l.several || l.first > from || l.last.Add(readTogether) < to {
		return true
	}
	n := sort.Search(len(l.holes), func(i int) bool { return l.holes[i].from > to })
	return n > 0 && l.holes[n-1].to >= from
}

// complete reports whether the evidence holds all records of a host's Security
// log between two times of the domain controllers' clocks, both included.
func (c *chainFinder) complete(host int, from, to event.FileTime) bool {
	return !c.security[host].lacks(c.shown(host, from), c.shown(host, to))
}

// shown is what a host's clock showed at a time of the domain controllers'.
func (c *chainFinder) shown(host int, t event.FileTime) event.FileTime {
	return t.Add(c.skews[host].when(t).median)
}

// ifComplete is how sure it is that a record is the only one of a time: it is
// so only where none of that time is missing from the logs that could have
// another one.
func (c *chainFinder) ifComplete(sure Certainty, why string, from, to event.FileTime, hosts ...int) (Certainty, string) {
	if sure != Strong {
		return sure, why
	}
	for _, h := range hosts {
		if !c.complete(h, from, to) {
			return Medium, why + "; but the Security log of " + c.hosts[h].Short() + " may lack another, records of that time are missing"
		}
	}
	return sure, why
}

// controllersBeside lists the domain controllers of one's domain, itself
// included.
func (c *chainFinder) controllersBeside(host int) []int {
	out := []int{host}
	for _, d := range c.controllers[c.book.realm(host)] {
		if d.host != host {
			out = append(out, d.host)
		}
	}
	return out
}

// upTo is the end of a span of time, as far as a host's log can tell of it: it
// was read before the rest happened.
func (c *chainFinder) upTo(host int, reached, to event.FileTime) event.FileTime {
	last := c.security[host].last
	return max(reached, min(to, last.Add(-c.skews[host].at(last).median)))
}

// readTogether is how far the ends of logs that were read together may lie
// apart: a domain controller's log does not stand still for longer.
const readTogether = time.Minute
