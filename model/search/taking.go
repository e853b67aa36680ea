package search

// taking keeps of the rows that matched those that were asked for.
type taking struct {
	options *Options
	sure    int32 // the least score of contiguous matches of all terms
	best    int32
	found   Result // its Rows are not filled
	first   []uint32
	second  []uint32 // where contiguous matches come first: the others
	top     ranking  // of positions
}

func (w *walk) taking() *taking {
	return &taking{options: &w.options, best: -1, top: ranking{limit: w.options.Limit},
		sure: int32(min(w.wanted*(contiguous-mostPenalty), mostScore))}
}

// take takes the row at a position of the list.
func (t *taking) take(position, row, total uint32) {
	score := int32(total & mostScore)
	t.found.Total++
	if score > t.best {
		t.best, t.found.Best = score, row
	}
	switch o := t.options; {
	case o.Order == Ranked:
		t.top.add(score, position)
	case o.Order == Tiered && score < t.sure:
		if len(t.second) < o.Limit {
			t.second = append(t.second, row)
		}
	case len(t.first) < o.Limit:
		t.first = append(t.first, row)
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
