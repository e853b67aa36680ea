package search

import "slices"

// ranking keeps the best of very many hits, in order of score and then of
// position: each is the score above the turned position, so that a greater
// number is a better hit. There may be twice as many as are wanted before the
// worse half is let go: that costs a hit less than to keep them in order.
type ranking struct {
	limit int
	least uint64 // what is not above it is none of the best
	hits  []uint64
}

func (r *ranking) add(score int32, position uint32) {
	r.put(uint64(max(score, 0))<<32 | uint64(^position))
}

func (r *ranking) put(hit uint64) {
	if hit <= r.least {
		return
	}
	r.hits = append(r.hits, hit)
	if n := len(r.hits) - r.limit; n > 0 && n >= r.limit {
		r.cut()
	}
}

// join adds the hits of another ranking.
func (r *ranking) join(o *ranking) {
	for _, hit := range o.hits {
		r.put(hit)
	}
}

// cut lets go of what is not among the best.
func (r *ranking) cut() {
	if len(r.hits) <= r.limit {
		return
	}
	greatestFirst(r.hits, r.limit)
	r.hits = r.hits[:r.limit]
	r.least = slices.Min(r.hits)
}

// greatestFirst moves the n greatest of some numbers, no two of which are equal,
// to the front, in any order.
func greatestFirst(all []uint64, n int) {
	for len(all) > 1 {
		// The middle of three parts what is in order, or the other way round, in
		// halves.
		pivot := all[len(all)/2]
		if first, last := all[0], all[len(all)-1]; first < last {
			pivot = min(max(pivot, first), last)
		} else {
			pivot = min(max(pivot, last), first)
		}
		i, k := 0, len(all)-1
		for i <= k {
			for all[i] > pivot {
				i++
			}
			for all[k] < pivot {
				k--
			}
			if i <= k {
				all[i], all[k] = all[k], all[i]
				i++
				k--
			}
		}
		switch {
		case n <= k:
			all = all[:k+1]
		case n > i:
			all, n = all[i:], n-i
		default: // one of the bounds lies there
			return
		}
	}
}

// positions returns the positions of the hits, best first.
func (r *ranking) positions() []uint32 {
	r.cut()
	slices.Sort(r.hits)
	out := make([]uint32, len(r.hits))
	for i, hit := range r.hits {
		out[len(out)-1-i] = ^uint32(hit)
	}
	return out
}
