package search

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
)

// plainly searches row by row what [Index.Search] searches by blocks, and
// several at once.
func plainly(t *testing.T, ix *Index, query string, o Options) Result {
	t.Helper()
	total, left, wanted := make([]int, ix.count), make([]bool, ix.count), 0
	for _, term := range Parse(query).terms {
		matches, err := ix.match(t.Context(), term)
		if err != nil {
			t.Fatal(err)
		}
		scores := make([]int, ix.count)
		note := func(row uint32, score int) { scores[row] = max(scores[row], score) }
		shared := make([]map[int]int, len(ix.columns)) // by group
		for i := range shared {
			shared[i] = map[int]int{}
		}
		for _, m := range matches {
			for _, x := range m.numbers {
				note(x.row, m.score)
			}
			if m.set != nil {
				m.set.all(func(row uint32) bool { note(row, m.score); return true })
			}
			if !m.ofValue() {
				continue
			}
			for _, row := range ix.rows[ix.starts[m.value]:ix.starts[m.value+1]] {
				note(row, m.score)
			}
			for i, c := range ix.columns {
				for _, group := range c.having[c.starts[m.value]:c.starts[m.value+1]] {
					shared[i][int(group)] = max(shared[i][int(group)], m.score)
				}
			}
		}
		for i, c := range ix.columns {
			for row := range ix.count {
				note(uint32(row), shared[i][c.of.group(row)])
			}
		}
		if !term.not {
			wanted++
		}
		for row, score := range scores {
			switch {
			case term.not:
				left[row] = left[row] || score > 0
			case score == 0:
				left[row] = true
			}
			total[row] += score
		}
	}
	var r Result
	best := -1
	rows := []uint32{}
	for position := range ix.count {
		row := uint32(position)
		if o.Sorted != nil {
			row = o.Sorted[position]
		}
		if left[row] || o.Keep != nil && !o.Keep.Has(row) {
			continue
		}
		if r.Total++; total[row] > best {
			best, r.Best = total[row], row
		}
		rows = append(rows, row)
	}
	switch o.Order {
	case Ranked:
		slices.SortStableFunc(rows, func(a, b uint32) int { return cmp.Compare(total[b], total[a]) })
	case Tiered:
		tier := func(row uint32) int { return min(total[row], wanted*(contiguous-mostPenalty)) }
		slices.SortStableFunc(rows, func(a, b uint32) int {
			return cmp.Compare(tier(b)/max(1, wanted*(contiguous-mostPenalty)), tier(a)/max(1, wanted*(contiguous-mostPenalty)))
		})
	}
	r.Rows = rows
	if o.Limit > 0 {
		r.Rows = rows[:min(len(rows), o.Limit)]
	}
	return r
}

func (p *perRow) group(row int) int {
	switch {
	case p.few != nil:
		return int(p.few[row])
	case p.some != nil:
		return int(p.some[row])
	}
	return int(p.many[row])
}

func TestRowsSearchedInBlocksAreThoseSearchedPlainly(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	n := 2*leastPart + 2*blockRows + 77 // in parts, and blocks, and some
	word := func(i int) string {
		return []string{"anna", "anton", "ben", "carla", "service", "remote"}[i%6] + strconv.Itoa(i)
	}
	ix, err := BuildBy(t.Context(), n, func(s string) string { return s }, func(row int, r *Row) {
		of := func(what uint8, groups int) {
			if k := rng.IntN(groups); k != 0 {
				r.Shared(what, uint64(k), func() { r.Text(word(k)) })
			}
		}
		of(0, 5)
		of(1, 900)
		of(2, 70_000) // more than two bytes tell apart
		if rng.IntN(50) == 0 {
			r.Text("own" + strconv.Itoa(rng.IntN(30)))
		}
		if rng.IntN(3) != 0 {
			r.LogonID(rng.Uint64N(1 << 20))
		}
		r.ID(rng.Uint64())
	})
	if err != nil {
		t.Fatal(err)
	}
	keep, sorted := newSet(n), make([]uint32, n)
	for i := range sorted {
		sorted[i] = uint32(i)
	}
	rng.Shuffle(n, func(i, k int) { sorted[i], sorted[k] = sorted[k], sorted[i] })
	for i := range keep {
		keep[i] = rng.Uint64()
	}
	keep = keep.complement(n)
	for _, query := range []string{"a", "0x2", "own1 0x1", "ann !ben", ""} {
		for i, o := range []Options{
			{Order: Ranked, Limit: 1000}, {Order: Tiered, Limit: 50_000}, {Order: Position, Sorted: sorted, Limit: 1000}, {Order: Ranked, Sorted: sorted, Keep: keep, Limit: 300}, {Order: Tiered, Keep: keep}, {Order: Tiered, Limit: 100},
		} {
			if i%2 == len(query)%2 && i > 1 {
				continue
			}
			got, err := ix.Search(t.Context(), Parse(query), o)
			if err != nil {
				t.Fatal(err)
			}
			want := plainly(t, ix, query, o)
			if got.Total != want.Total || got.Best != want.Best || !slices.Equal(got.Rows, want.Rows) {
				t.Errorf("%q with options %d finds %d, best %d, want %d, best %d (rows are the same: %t)", query, i, got.Total, got.Best, want.Total, want.Best, slices.Equal(got.Rows, want.Rows))
			}
		}
	}
}
