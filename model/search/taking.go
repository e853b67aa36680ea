package search

import "math/bits"

// taking keeps of the rows that matched those that were asked for.
type taking struct {
	options *Options
	sure    int32 // the least score of contiguous matches of all terms
	best    int32
	floor   int32  // what does not score more is none of those asked for, but may be the best
	found   Result // its Rows are not filled
	first   []uint32
	second  []uint32 // where contiguous matches come first: the others
	top     ranking  // of positions
}

func (w *walk) taking() *taking {
	return &taking{options: &w.options, best: -1, floor: -1, top: ranking{limit: w.options.Limit},
		sure: int32(min(w.wanted*(contiguous-mostPenalty), mostScore))}
}

// take takes the row at a position of the list.
func (t *taking) take(position, row, total uint32) {
	score := int32(total & mostScore)
	t.found.Total++
	if score > t.best {
		t.best, t.found.Best = score, row
	}
	if score > t.floor {
		t.put(position, row, score)
	}
}

// block takes those rows of a block that matched, the first of which is from, in
// the order of the list.
func (t *taking) block(from uint32, total []uint32, matched []uint64) {
	for i, word := range matched {
		t.found.Total += bits.OnesCount64(word)
		for ; word != 0; word &= word - 1 {
			at := i*64 + bits.TrailingZeros64(word)
			score, row := int32(total[at]&mostScore), from+uint32(at)
			if score > t.best {
				t.best, t.found.Best = score, row
			}
			if score > t.floor {
				t.put(row, row, score)
			}
		}
	}
}

// put keeps a row, and learns what need not be kept from now on: positions only
// grow, so of those that score the same the first are kept.
func (t *taking) put(position, row uint32, score int32) {
	switch o := t.options; {
	case o.Order == Ranked:
		t.top.add(score, position)
		if t.top.least > 0 {
			t.floor = int32(t.top.least >> 32)
		}
	case o.Order == Tiered && score < t.sure:
		if t.second = append(t.second, row); len(t.second) >= o.Limit {
			t.floor = max(t.floor, t.sure-1)
		}
	default:
		if t.first = append(t.first, row); len(t.first) >= o.Limit {
			t.floor = mostScore
		}
	}
}

// count counts rows that matched, of a block, and notes how well the best does.
func (t *taking) count(total []uint32, matched []uint64) {
	for i, word := range matched {
		t.found.Total += bits.OnesCount64(word)
		for ; word != 0; word &= word - 1 {
			t.best = max(t.best, int32(total[i*64+bits.TrailingZeros64(word)]&mostScore))
		}
	}
}

// join puts together what was taken of parts of the list, in their order.
func (w *walk) join(parts []*taking) (Result, error) {
	all := w.taking()
	for _, p := range parts {
		all.found.Total += p.found.Total
		if p.best > all.best {
			all.best, all.found.Best = p.best, p.found.Best
		}
		all.first, all.second = append(all.first, p.first...), append(all.second, p.second...)
		all.top.join(&p.top)
	}
	o, r := w.options, all.found
	if o.Order == Ranked {
		all.first = all.top.positions()
		if o.Sorted != nil {
			for i, position := range all.first {
				all.first[i] = o.Sorted[position]
			}
		}
	}
	r.Rows = all.first[:min(len(all.first), o.Limit)]
	r.Rows = append(r.Rows, all.second[:min(len(all.second), o.Limit-len(r.Rows))]...)
	return r, w.ctx.Err()
}
