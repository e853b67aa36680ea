package model

import (
	"slices"
	"time"

	"spoor/model/event"
)

// leastPairs is how many pairs without a GUID must agree to tell a skew.
const leastPairs = 2

// skewFinder measures clocks. Domain controllers are what is compared with.
type skewFinder struct {
	*Snapshot
	clocks []clock
	lags   [][][]time.Duration // by host and period
}

// findSkews compares the domain controllers' tickets of hosts to themselves
// with what the hosts logged when they used them. The logon GUID says which
// (4769 to 4624 and 4648); where it says nothing, as it does not before Windows
// 10 and Server 2016, an account's only ticket for the host within what Kerberos
// allows of its only logon there.
func (s *Snapshot) findSkews() []clock {
	f := skewFinder{s, make([]clock, len(s.views)), make([][][]time.Duration, len(s.views))}
	for h, v := range s.views {
		if !s.groups[h].kdc {
			f.clocks[h] = newClock(&s.table, v)
			f.lags[h] = make([][]time.Duration, len(f.clocks[h].periods))
		}
	}
	own := f.ownTickets()
	if len(own) == 0 {
		return f.clocks
	}
	f.byGUID(own)
	for h := range f.clocks {
		if len(own[h]) > 0 && slices.ContainsFunc(f.lags[h], func(l []time.Duration) bool { return len(l) == 0 }) {
			f.byAccount(h, own[h])
		}
		f.clocks[h].measure(f.lags[h])
	}
	return f.clocks
}

// ownTicket is a ticket (4769) for a host, as a domain controller logged it.
type ownTicket struct {
	time    event.FileTime
	account AccountID
	guid    event.GUID
}

// ownTickets lists the tickets for hosts whose clocks are measured.
func (f *skewFinder) ownTickets() map[int][]ownTicket {
	out, services := map[int][]ownTicket{}, f.serviceHosts()
	for h, v := range f.views {
		for _, e := range v.tickets {
			n := v.events[e]
			if to := services.of(h, n); to != None && f.lags[to] != nil {
				out[int(to)] = append(out[int(to)], ownTicket{f.row(n).time, f.account(h, f.target(n)), f.guid(n, event.LogonGUID)})
			}
		}
	}
	return out
}

// byGUID compares tickets with the first use of their GUID.
func (f *skewFinder) byGUID(own map[int][]ownTicket) {
	for h, tickets := range own {
		v := f.views[h]
		first := map[event.GUID]uint32{}
		note := func(at uint32, col event.Column) {
			n := v.events[at]
			g := f.guid(n, col)
			if old, ok := first[g]; g != (event.GUID{}) && (!ok || f.row(n).time < f.row(v.events[old]).time) {
				first[g] = at
			}
		}
		for i := range v.logons {
			if l := &v.logons[i]; l.start != None && splitType[uint32(l.typ)] {
				note(l.start, event.LogonGUID)
			}
		}
		for _, e := range v.explicit {
			note(e, event.TargetGUID)
		}
		for _, t := range tickets {
			if at, ok := first[t.guid]; ok {
				p := f.clocks[h].of(at)
				f.lags[h][p] = append(f.lags[h][p], f.row(v.events[at]).time.Sub(t.time))
			}
		}
	}
}

// byAccount compares an account's tickets for a host with its logons at it
// where one of each is near the other and none else. A chance pair would lie
// anywhere: pairs count where leastPairs of a period agree.
func (f *skewFinder) byAccount(h int, tickets []ownTicket) {
	v := f.views[h]
	granted, began := map[AccountID][]event.FileTime{}, map[AccountID][]uint32{}
	for _, t := range tickets {
		granted[t.account] = append(granted[t.account], t.time)
	}
	for i := range v.logons {
		l := &v.logons[i]
		if l.start == None || l.linked < uint32(i) || !askedFor[uint32(l.typ)] {
			continue
		}
		if who := f.account(h, l.principal); granted[who] != nil {
			began[who] = append(began[who], l.start)
		}
	}
	lags := make([][]time.Duration, len(f.lags[h]))
	for who, logons := range began {
		times := make([]event.FileTime, len(logons))
		for i, at := range logons {
			times[i] = f.row(v.events[at]).time
		}
		sorted := slices.Sorted(slices.Values(times))
		slices.Sort(granted[who])
		for i, at := range logons {
			t, ok := onlyNear(granted[who], times[i])
			if !ok {
				continue
			}
			if _, ok := onlyNear(sorted, t); ok {
				p := f.clocks[h].of(at)
				lags[p] = append(lags[p], times[i].Sub(t))
			}
		}
	}
	for p, list := range lags {
		if len(f.lags[h][p]) == 0 && agreed(list) {
			f.lags[h][p], f.clocks[h].paired = list, true
		}
	}
}

// agreed reports whether nine of ten measurements, and leastPairs at least, lie
// near their median.
func agreed(lags []time.Duration) bool {
	median, near := skewOf(slices.Clone(lags)).median, 0
	for _, d := range lags {
		if absDuration(d-median) <= clockTolerance {
			near++
		}
	}
	return near >= leastPairs && near*10 >= len(lags)*9
}

// askedFor are the logons at a host that it gets a ticket for itself for.
var askedFor = map[uint32]bool{2: true, 7: true, 10: true}

// onlyNear returns the one of sorted times within what Kerberos allows of t.
func onlyNear(sorted []event.FileTime, t event.FileTime) (event.FileTime, bool) {
	i, _ := slices.BinarySearch(sorted, t.Add(-kerberosSkew))
	if i == len(sorted) || sorted[i].Sub(t) > kerberosSkew {
		return 0, false
	}
	return sorted[i], i+1 == len(sorted) || sorted[i+1].Sub(t) > kerberosSkew
}
