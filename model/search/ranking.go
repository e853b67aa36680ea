package search

import "slices"

// ranking keeps the best of very many hits, in order of score and then of
// position: a heap with the worst on top, of the score above the turned
// position, so that a greater number is a better hit.
type ranking struct {
	limit int
	hits  []uint64
}

func (r *ranking) add(score int32, position uint32) {
	hit := uint64(max(score, 0))<<32 | uint64(^position)
	switch {
	case len(r.hits) < r.limit:
		r.hits = append(r.hits, hit)
		if len(r.hits) == r.limit {
			slices.Sort(r.hits) // the least first is a heap
		}
	case len(r.hits) > 0 && hit > r.hits[0]:
		r.hits[0] = hit
		r.sink()
	}
}

// sink lets the hit on top go down to where it belongs.
func (r *ranking) sink() {
	for at := 0; ; {
		least := at
		for child := 2*at + 1; child <= 2*at+2 && child < len(r.hits); child++ {
			if r.hits[child] < r.hits[least] {
				least = child
			}
		}
		if least == at {
			return
		}
		r.hits[at], r.hits[least] = r.hits[least], r.hits[at]
		at = least
	}
}

// positions returns the positions of the hits, best first.
func (r *ranking) positions() []uint32 {
	slices.SortFunc(r.hits, func(a, b uint64) int {
		if a > b {
			return -1
		}
		return 1
	})
	out := make([]uint32, len(r.hits))
	for i, hit := range r.hits {
		out[i] = ^uint32(hit)
	}
	return out
}
