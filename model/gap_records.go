package model

import (
	"cmp"
	"slices"
)

// BesideGaps returns the events of a host's Security log that are nearest to
// gaps of it, by their record numbers: one before and one after each, as far as
// they are indexed, in the order of the log, each once. Where the log began
// anew, so that a number says little, they are those on the very edges.
func (s *Snapshot) BesideGaps(h HostID, gaps []Gap) []EventRow {
	if int(h) >= len(s.views) || len(gaps) == 0 {
		return nil
	}
	v := s.views[h]
	before, after := make([]uint32, len(gaps)), make([]uint32, len(gaps))
	order := make([]int, len(gaps)) // of gaps, by number
	for i := range order {
		order[i] = i
		before[i], after[i] = None, None
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(gaps[a].After, gaps[b].After) })
	single := len(v.security.lives) <= 1
	for at := v.security.from; at < v.security.to; at++ {
		r := s.row(v.events[at])
		i, _ := slices.BinarySearchFunc(order, r.record, func(n int, record uint64) int {
			if gaps[n].After < record {
				return -1
			}
			return 1
		})
		// Before order[i] it lies, and after order[i-1].
		if i < len(order) {
			if g := &gaps[order[i]]; single || g.After == r.record && g.From == r.time {
				if b := &before[order[i]]; *b == None || s.row(v.events[*b]).record <= r.record {
					*b = at
				}
			}
		}
		if i > 0 {
			if g := &gaps[order[i-1]]; r.record >= g.Before && (single || g.Before == r.record && g.To == r.time) {
				if a := &after[order[i-1]]; *a == None || s.row(v.events[*a]).record > r.record {
					*a = at
				}
			}
		}
	}
	var local []uint32
	for i := range gaps {
		for _, at := range []uint32{before[i], after[i]} {
			if at != None {
				local = append(local, at)
			}
		}
	}
	slices.Sort(local)
	return s.global(int(h), slices.Compact(local))
}
