package model

import (
	"slices"
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

// findSkews compares the domain controllers' tickets of hosts to themselves
// with what the hosts logged when they used them: the logon GUID says which
// (4769 to 4624 and 4648). Domain controllers are what is compared with.
func (s *Snapshot) findSkews() []skew {
	out := make([]skew, len(s.views))
	type used struct {
		host uint32
		guid event.GUID
	}
	when := map[used]event.FileTime{}
	note := func(h int, n uint32, col event.Column) {
		if g := s.guid(n, col); g != (event.GUID{}) {
			key, t := used{uint32(h), g}, s.row(n).time
			if old, ok := when[key]; !ok || t < old {
				when[key] = t
			}
		}
	}
	for h, v := range s.views {
		if s.groups[h].kdc {
			continue
		}
		for i := range v.logons {
			if l := &v.logons[i]; l.start != None && splitType[uint32(l.typ)] {
				note(h, v.events[l.start], event.LogonGUID)
			}
		}
		for _, e := range v.explicit {
			note(h, v.events[e], event.TargetGUID)
		}
	}
	if len(when) == 0 {
		return out
	}
	lags := make([][]time.Duration, len(s.views))
	for h, v := range s.views {
		for _, e := range v.tickets {
			n := v.events[e]
			guid := s.guid(n, event.LogonGUID)
			if guid == (event.GUID{}) {
				continue
			}
			if to := s.serviceHost(h, n); to != None {
				if t, ok := when[used{uint32(to), guid}]; ok {
					lags[to] = append(lags[to], t.Sub(s.row(n).time))
				}
			}
		}
	}
	for h, list := range lags {
		out[h] = skewOf(list)
	}
	return out
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
	return t.Add(-s.skews[h].median)
}

// serviceHost is the host that a ticket (4769) is for: only a machine's
// account names one.
func (s *Snapshot) serviceHost(h int, n uint32) HostID {
	name := s.text(n, event.ServiceName)
	if len(name) < 2 || name[len(name)-1] != '$' {
		return None
	}
	return s.hostCalled(h, name[:len(name)-1])
}
