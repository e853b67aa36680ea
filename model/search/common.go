package search

// common is what rows have in common of one thing while an index is built.
type common struct {
	// small and large are the groups by key.
	small  []uint32
	large  map[uint64]uint32
	last   uint64 // the large key that came last, of group latest
	latest uint32
	of     []uint32   // the group of each row; 0 is none
	groups [][]uint32 // the values of a group, without that of none
}

// smallKeys is how many keys are looked up by their number.
const smallKeys = 1 << 20

func newCommon(rows int) *common { return &common{of: make([]uint32, rows)} }

// group returns the group of a key, false where it is new: then its values are
// to be added.
func (c *common) group(key uint64) (uint32, bool) {
	next := uint32(len(c.groups)) + 1
	if key < smallKeys {
		if key >= uint64(len(c.small)) {
			c.small = append(c.small, make([]uint32, int(key)+1-len(c.small)+len(c.small)/2)...)
		}
		if known := c.small[key]; known != 0 {
			return known, true
		}
		c.small[key] = next
		return next, false
	}
	if key == c.last && c.latest != 0 {
		return c.latest, true
	}
	known, ok := c.large[key]
	if !ok {
		if c.large == nil {
			c.large = map[uint64]uint32{}
		}
		known = next
		c.large[key] = next
	}
	c.last, c.latest = key, known
	return known, ok
}

// column is what rows share of one thing: a group each, which has values.
type column struct {
	of     perRow
	groups int // and that of none
	// the groups of value v are having[starts[v]:starts[v+1]].
	starts []uint32
	having []uint32
}

// column returns what was learnt as a search of some values needs it.
func (c *common) column(values int) *column {
	out := &column{of: narrow(c.of, len(c.groups)+1), groups: len(c.groups) + 1, starts: make([]uint32, values+1)}
	n := 0
	for _, group := range c.groups {
		n += len(group)
		for _, v := range group {
			out.starts[v+1]++
		}
	}
	for i := 1; i < len(out.starts); i++ {
		out.starts[i] += out.starts[i-1]
	}
	fill := make([]uint32, values)
	copy(fill, out.starts)
	out.having = make([]uint32, n)
	for i, group := range c.groups {
		for _, v := range group {
			out.having[fill[v]] = uint32(i + 1)
			fill[v]++
		}
	}
	return out
}

// perRow is the group of each row, 0 for none, in as few bytes as there are
// groups for: one of the three. Most of what a search of millions of rows takes
// is to read these.
type perRow struct {
	few  []uint8
	some []uint16
	many []uint32
}

func narrow(of []uint32, groups int) perRow {
	switch {
	case groups <= 1<<8:
		return perRow{few: narrowed[uint8](of)}
	case groups <= 1<<16:
		return perRow{some: narrowed[uint16](of)}
	}
	return perRow{many: of}
}

func narrowed[T uint8 | uint16](of []uint32) []T {
	out := make([]T, len(of))
	for row, group := range of {
		out[row] = T(group)
	}
	return out
}

// raise gives rows, the first of which is from, the score of their group where
// that is better than what they have.
func (p *perRow) raise(from int, best, scores []uint32) {
	switch {
	case p.few != nil:
		raise(p.few[from:], best, scores)
	case p.some != nil:
		raise(p.some[from:], best, scores)
	default:
		raise(p.many[from:], best, scores)
	}
}

func raise[T uint8 | uint16 | uint32](of []T, best, scores []uint32) {
	of = of[:len(scores)]
	for row, score := range scores {
		scores[row] = max(score, best[of[row]])
	}
}

// set gives rows, the first of which is from, the score of their group.
func (p *perRow) set(from int, best, scores []uint32) {
	switch {
	case p.few != nil:
		set(p.few[from:], best, scores)
	case p.some != nil:
		set(p.some[from:], best, scores)
	default:
		set(p.many[from:], best, scores)
	}
}

func set[T uint8 | uint16 | uint32](of []T, best, scores []uint32) {
	of = of[:len(scores)]
	for row := range scores {
		scores[row] = best[of[row]]
	}
}

// best returns the best score of the values of each group, nil where none has
// any.
func (c *column) best(matches []match) []uint32 {
	var best []uint32
	for _, m := range matches {
		if !m.ofValue() {
			continue
		}
		for _, group := range c.having[c.starts[m.value]:c.starts[m.value+1]] {
			if best == nil {
				best = make([]uint32, c.groups)
			}
			best[group] = max(best[group], uint32(m.score))
		}
	}
	return best
}
