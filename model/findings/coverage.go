package findings

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"spoor/model"
	"spoor/model/event"
)

const (
	ticketLife = 10 * time.Hour     // of a ticket (Microsoft's default policy)
	renewLife  = 7 * 24 * time.Hour // how long it can be renewed
	day        = 24 * time.Hour
)

// span is a time that a host's Security log reaches over.
type span struct {
	first, last event.FileTime
	newest      model.Coverage // of the file that reaches furthest
}

// securitySpans returns, by host, the time that its Security log reaches over,
// and its gaps.
func securitySpans(s *model.Snapshot) (spans map[model.HostID]span, gaps map[model.HostID][]model.Gap) {
	spans, gaps = map[model.HostID]span{}, map[model.HostID][]model.Gap{}
	type hole struct {
		host model.HostID
		gap  model.Gap
	}
	seen := map[hole]bool{}
	for _, c := range s.Coverage() {
		if c.Host == model.None || !strings.EqualFold(c.Channel, "Security") || c.Records == 0 {
			continue
		}
		x, ok := spans[c.Host]
		if !ok {
			x.first = c.First
		}
		if x.first = min(x.first, c.First); c.Last >= x.last {
			x.last, x.newest = c.Last, c
		}
		spans[c.Host] = x
		for _, g := range c.Gaps {
			if k := (hole{c.Host, g}); !seen[k] {
				seen[k] = true
				gaps[c.Host] = append(gaps[c.Host], g)
			}
		}
	}
	for _, all := range gaps {
		slices.SortFunc(all, func(a, b model.Gap) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.After, b.After)) })
	}
	return spans, gaps
}

// uncovered says why a host's Security log does not hold a time in full, ""
// where it does.
func (x *scope) uncovered(h model.HostID, from, to event.FileTime) string {
	x.coverage()
	c, ok := x.spans[h]
	name, grace := x.Host(h).Short(), x.span("edge-seconds")
	switch {
	case !ok:
		return "no Security log of " + name + " " + x.InEvidence()
	case from.Add(grace) < c.first:
		return fmt.Sprintf("the Security log of %s begins at %s", name, c.first)
	case to > c.last.Add(grace) && c.newest.MayGoOn():
		return x.ReadUpTo(c.newest)
	case to > c.last.Add(grace):
		return fmt.Sprintf("the Security log of %s ends at %s", name, c.last)
	}
	all, until := x.gaps[h], x.until[h]
	i, _ := slices.BinarySearchFunc(all, to+1, func(g model.Gap, t event.FileTime) int { return cmp.Compare(g.From, t) })
	for i--; i >= 0 && until[i] >= from; i-- {
		if g := all[i]; g.To >= from || g.To == 0 {
			return fmt.Sprintf("the Security log of %s lacks %s from %s to %s", name, counted(int(min(g.Before-g.After-1, 1<<62)), "record"), g.From, g.To)
		}
	}
	return ""
}

// missingBefore is how many records a host's Security log lacks that it had
// begun to lack by a time.
func (x *scope) missingBefore(h model.HostID, t event.FileTime) uint64 {
	x.coverage()
	n := uint64(0)
	for _, g := range x.gaps[h] {
		if g.From < t {
			n += g.Before - g.After - 1
		}
	}
	return n
}

// dcCovered says whether the logs of all domain controllers known, of the domain
// that a finding is about, hold a time.
func (x *scope) dcCovered(f *Finding, from, to event.FileTime) (model.Tri, string) {
	controllers := x.controllersOf(f)
	if len(controllers) == 0 {
		return model.No, x.noController()
	}
	var names, why []string
	for _, h := range controllers {
		if w := x.uncovered(h, from, to); w != "" {
			why = append(why, w)
		}
		names = append(names, x.Host(h).Short())
	}
	if len(why) > 0 {
		return model.No, strings.Join(why, "; ")
	}
	return model.Yes, "those of " + strings.Join(names, ", ") + " hold it; that there are no other domain controllers is for you to know"
}

func (x *scope) dcLogs(f *Finding) (model.Tri, string) { return x.dcCovered(f, f.Start, f.End) }

func (x *scope) tenHours(f *Finding) (model.Tri, string) {
	return x.dcCovered(f, f.Start.Add(-ticketLife), f.Start)
}

func (x *scope) sevenDays(f *Finding) (model.Tri, string) {
	return x.dcCovered(f, f.Start.Add(-renewLife), f.Start)
}

// keeperLog asks for the log of the host that keeps the account of a finding.
func (x *scope) keeperLog(f *Finding) (model.Tri, string) { return x.kept(f, f.Start, f.End) }

func (x *scope) keeperTenHours(f *Finding) (model.Tri, string) {
	return x.kept(f, f.Start.Add(-ticketLife), f.Start)
}

func (x *scope) kept(f *Finding, from, to event.FileTime) (model.Tri, string) {
	h := x.keeper(f)
	if why := x.uncovered(h, from, to); why != "" {
		return model.No, why
	}
	return model.Yes, "that of " + x.Host(h).Short() + " holds it"
}

// history asks how far the logs of the finding's hosts reach back before it.
func (x *scope) history(f *Finding) (model.Tri, string) {
	x.coverage()
	need := x.span("history-days")
	least := time.Duration(-1)
	for _, h := range f.Hosts {
		had := time.Duration(0)
		if c, ok := x.spans[h]; ok && c.first < f.Start {
			had = f.Start.Sub(c.first)
		}
		if least < 0 || had < least {
			least = had
		}
	}
	switch {
	case least < 0:
		return model.Unknown, "no host is named"
	case least < need:
		return model.No, fmt.Sprintf("the log begins %s before, not %s", lasting(least), lasting(need))
	}
	for _, h := range f.Hosts {
		if why := x.uncovered(h, f.Start.Add(-need), f.Start); why != "" {
			return model.No, why
		}
	}
	return model.Yes, fmt.Sprintf("the log begins %s before", lasting(least))
}
