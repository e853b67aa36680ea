package model

import (
	"slices"
	"sort"
	"time"

	"spoor/model/event"
)

// clockTolerance is how far two records of one moment on two hosts may lie
// apart beside the skew of their clocks: threads log late, and some logs keep
// whole seconds.
const clockTolerance = 2 * time.Second

// kerberosSkew is the most by which clocks may differ for Kerberos to work
// (Microsoft's default policy).
const kerberosSkew = 5 * time.Minute

// skew is how much later a host's clock is than those of its domain
// controllers.
type skew struct {
	median, spread time.Duration
	samples        int
}

func (k skew) certainty() Certainty {
	switch {
	case k.samples == 0:
		return CertaintyUnknown
	case k.samples < 3 || k.spread > clockTolerance:
		return Medium
	}
	return Strong
}

// clock is what is known of a host's clock: its skew by all that was measured,
// and in each period between two settings of it.
type clock struct {
	skew
	paired  bool          // some was measured without a GUID
	periods []clockPeriod // oldest first; of a clock that was never set one
}

// certainty is how sure the skew is, at most medium where no GUID said which
// records to compare.
func (c clock) certainty() Certainty {
	if c.paired {
		return min(c.skew.certainty(), Medium)
	}
	return c.skew.certainty()
}

// clockPeriod is a time in which nobody set a clock.
type clockPeriod struct {
	from  uint32         // its first event in the Security log
	since event.FileTime // that event's time by the clock; 0: the log begins in it
	by    time.Duration  // by how much the clock was set then
	skew                 // no samples: not known
}

// leastSetting is how far a clock must be set for its skew to be measured
// anew: the time service's own corrections are less.
const leastSetting = time.Second

// newClock finds when a host's clock was set (4616).
func newClock(t *table, v *hostView) clock {
	c := clock{periods: []clockPeriod{{from: v.security.from}}}
	for i := v.security.from; i < v.security.to; i++ {
		n := v.events[i]
		if t.row(n).kind != event.ClockChanged {
			continue
		}
		was, _ := t.number(n, event.PreviousTime)
		now, _ := t.number(n, event.NewTime)
		if by := event.FileTime(now).Sub(event.FileTime(was)); was != 0 && now != 0 && absDuration(by) >= leastSetting {
			c.periods = append(c.periods, clockPeriod{from: i, since: event.FileTime(now), by: by})
		}
	}
	return c
}

// of returns the period that an event of the Security log was written in.
func (c *clock) of(at uint32) int {
	return max(0, sort.Search(len(c.periods), func(i int) bool { return c.periods[i].from > at })-1)
}

// at returns the skew that a clock had when it showed a time: in the last
// period that had begun by then.
func (c *clock) at(t event.FileTime) skew {
	for i := len(c.periods) - 1; i > 0; i-- {
		if c.periods[i].since <= t {
			return c.periods[i].skew
		}
	}
	if len(c.periods) > 0 {
		return c.periods[0].skew
	}
	return skew{}
}

// when returns the skew that a clock had at a time of the domain controllers.
func (c *clock) when(t event.FileTime) skew {
	for i := len(c.periods) - 1; i > 0; i-- {
		if p := &c.periods[i]; p.since <= t.Add(p.median) {
			return p.skew
		}
	}
	return c.at(0)
}

// measure takes what was measured in each period. What is known of one says
// what held in its neighbour where nothing was measured if the clock was set
// back between the two. Set forward, it may have been wrong, or stood still
// while the machine was paused.
func (c *clock) measure(lags [][]time.Duration) {
	var all []time.Duration
	for i := range c.periods {
		all = append(all, lags[i]...)
		c.periods[i].skew = skewOf(lags[i])
	}
	c.skew = skewOf(all)
	infer := func(to, from *clockPeriod, by time.Duration) {
		if to.samples == 0 && from.samples > 0 && absDuration(from.median+by) <= kerberosSkew {
			to.skew = skew{median: from.median + by, spread: from.spread, samples: 1}
		}
	}
	for i := 1; i < len(c.periods); i++ {
		if by := c.periods[i].by; by < 0 {
			infer(&c.periods[i], &c.periods[i-1], by)
		}
	}
	for i := len(c.periods) - 1; i > 0; i-- {
		if by := c.periods[i].by; by < 0 {
			infer(&c.periods[i-1], &c.periods[i], -by)
		}
	}
}

// skewOf is the median of what was measured, and how far nine of ten
// measurements lie from it at most. Measurements that differ by more than
// Kerberos allows tell of a clock that was set: then nothing is known.
func skewOf(lags []time.Duration) skew {
	if len(lags) == 0 {
		return skew{}
	}
	slices.Sort(lags)
	k := skew{median: lags[len(lags)/2], samples: len(lags)}
	for i, d := range lags {
		lags[i] = absDuration(d - k.median)
	}
	slices.Sort(lags)
	k.spread = lags[(len(lags)-1)*9/10]
	if k.spread > kerberosSkew {
		return skew{}
	}
	return k
}

// corrected is a time of a host's log by the clocks of its domain controllers.
func (s *Snapshot) corrected(h int, t event.FileTime) event.FileTime {
	k := s.skews[h].at(t)
	return t.Add(-k.median)
}

// correctedEvent is the time of a host's event by the clocks of its domain
// controllers: where a clock was set back, its record knows what it showed for
// the second time.
func (s *Snapshot) correctedEvent(h int, at uint32) event.FileTime {
	v, c := s.views[h], &s.skews[h]
	t := s.row(v.events[at]).time
	if at < v.security.from || at >= v.security.to || len(c.periods) == 0 {
		return s.corrected(h, t)
	}
	return t.Add(-c.periods[c.of(at)].median)
}

// skewAt is the skew of a host's clock at one of its events.
func (s *Snapshot) skewAt(h int, at uint32) skew {
	v, c := s.views[h], &s.skews[h]
	if len(c.periods) == 0 {
		return skew{}
	}
	if !v.inSecurity(at) {
		return c.at(s.row(v.events[at]).time)
	}
	return c.periods[c.of(at)].skew
}

// doubtful reports whether a host's clock was set next to one of its events, by
// more than moments may differ, and nothing tells how wrong it was: then the
// event and those of other hosts are not of one moment for sure.
func (s *Snapshot) doubtful(h int, at uint32) bool {
	v, c := s.views[h], &s.skews[h]
	if len(c.periods) < 2 || !v.inSecurity(at) {
		return false
	}
	i := c.of(at)
	set := absDuration(c.periods[i].by) > clockTolerance || i+1 < len(c.periods) && absDuration(c.periods[i+1].by) > clockTolerance
	return c.periods[i].samples == 0 && set
}

// serviceHosts finds the hosts that tickets (4769) of one host after another are
// for. A host asks for few services many times.
type serviceHosts struct {
	*Snapshot
	from  int // the host
	known map[textID]HostID
}

func (s *Snapshot) serviceHosts() *serviceHosts {
	return &serviceHosts{s, -1, map[textID]HostID{}}
}

// of is the host that a ticket is for: only a machine's account names one.
func (x *serviceHosts) of(from int, n uint32) HostID {
	if from != x.from {
		x.from, x.known = from, map[textID]HostID{}
	}
	service := x.textID(n, event.ServiceName)
	host, ok := x.known[service]
	if !ok {
		host = x.serviceHost(from, x.texts[service])
		x.known[service] = host
	}
	return host
}

func (s *Snapshot) serviceHost(h int, name string) HostID {
	if len(name) < 2 || name[len(name)-1] != '$' {
		return None
	}
	return s.hostCalled(h, name[:len(name)-1])
}
