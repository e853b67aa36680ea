package search

import (
	"cmp"
	"container/heap"
	"context"
	"iter"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/sahilm/fuzzy"
)

// checkEvery is how many values or rows pass between two looks at whether the
// search was overtaken.
const checkEvery = 1024

// Index finds the rows of a list by their values. It may be searched from
// several goroutines.
type Index struct {
	values []string // distinct and folded
	exact  []bool   // values that are not matched loosely: see identifier
	starts []uint32 // the rows of value v are rows[starts[v]:starts[v+1]]
	rows   []uint32
	count  int
	before before
}

// identifier reports whether a folded value is a number that only a machine
// gave, as 0x3e7 or a session's ID. There is one for each row and more, letters
// scattered over them mean nothing, and they are most of what a search compares.
func identifier(v string) bool {
	digits, named := strings.CutPrefix(v, "0x")
	if !named && len(v) != 16 {
		return false
	}
	return strings.Trim(digits, "0123456789abcdef") == ""
}

// before remembers which values matched the terms that were searched last. What
// somebody types next begins with one of them, mostly.
type before struct {
	lock  sync.Mutex
	terms []remembered // the latest first
}

type remembered struct {
	text   string
	loose  bool
	values []uint32
}

// mostRemembered is how many terms are remembered.
const mostRemembered = 16

// within returns the values that a term can match: those of the longest
// remembered term that it begins with; false where it is any.
func (b *before) within(t term) ([]uint32, bool) {
	b.lock.Lock()
	defer b.lock.Unlock()
	best := -1
	for i, r := range b.terms {
		if strings.HasPrefix(t.text, r.text) && (r.loose || !t.loose) && (best < 0 || len(r.text) > len(b.terms[best].text)) {
			best = i
		}
	}
	if best < 0 {
		return nil, false
	}
	return b.terms[best].values, true
}

func (b *before) remember(t term, found []match) {
	r := remembered{text: t.text, loose: t.loose, values: make([]uint32, len(found))}
	for i, m := range found {
		r.values[i] = m.value
	}
	slices.Sort(r.values)
	b.lock.Lock()
	defer b.lock.Unlock()
	b.terms = slices.DeleteFunc(b.terms, func(o remembered) bool { return o.text == t.text && o.loose == t.loose })
	b.terms = slices.Insert(b.terms[:min(len(b.terms), mostRemembered-1)], 0, r)
}

// Build makes an index of n rows; values calls add for each value of a row.
// It returns ctx's error if ctx ends first.
func Build(ctx context.Context, n int, values func(row int, add func(string))) (*Index, error) {
	folds := newFolder()
	ids := make(map[string]uint32)
	ix := &Index{count: n}
	type pair struct{ value, row uint32 }
	var pairs []pair
	last := []uint32{} // the row that had a value last, plus one
	for row := range n {
		if row%checkEvery == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		values(row, func(s string) {
			if s == "" {
				return
			}
			id, ok := ids[s]
			if !ok {
				folded, _ := folds.fold(s)
				if id, ok = ids[folded]; !ok {
					id = uint32(len(ix.values))
					ix.values = append(ix.values, folded)
					last = append(last, 0)
					ids[folded] = id
				}
				ids[s] = id
			}
			if last[id] == uint32(row)+1 {
				return
			}
			last[id] = uint32(row) + 1
			pairs = append(pairs, pair{id, uint32(row)})
		})
	}
	ix.starts = make([]uint32, len(ix.values)+1)
	for _, p := range pairs {
		ix.starts[p.value+1]++
	}
	for i := 1; i < len(ix.starts); i++ {
		ix.starts[i] += ix.starts[i-1]
	}
	ix.exact = make([]bool, len(ix.values))
	for i, v := range ix.values {
		ix.exact[i] = identifier(v)
	}
	fill := slices.Clone(ix.starts)
	ix.rows = make([]uint32, len(pairs))
	for _, p := range pairs {
		ix.rows[fill[p.value]] = p.row
		fill[p.value]++
	}
	return ix, nil
}

// Order is how results are ordered.
type Order uint8

// The orders.
const (
	Ranked   Order = iota // best first
	Tiered                // contiguous matches first, then by position
	Position              // by position alone
)

// Options say what a search returns.
type Options struct {
	Order Order
	// Limit is how many rows are returned at most; 0 is no limit.
	Limit int
	// Positions gives each row its place in the list; nil: the row's number.
	Positions []uint32
	// Keep says which rows count; nil: all.
	Keep func(row uint32) bool
}

// Result is what a search found.
type Result struct {
	Rows  []uint32 // in the order asked for, at most Limit
	Total int      // of rows that match
	Best  uint32   // the row that matches best, if Total is not 0
}

type hit struct {
	row, position uint32
	rank          int
	score         int
}

func (a hit) compare(b hit) int {
	return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(a.position, b.position))
}

// Search returns the rows in which every term of q matches some value. It
// returns ctx's error if ctx ends first. The empty query matches every row.
func (ix *Index) Search(ctx context.Context, q Query, o Options) (Result, error) {
	if o.Limit <= 0 {
		o.Limit = math.MaxInt
	}
	collect := collector{options: o}
	if q.Empty() {
		for row := range uint32(ix.count) {
			collect.add(row, 0, 0)
		}
		return collect.result(), nil
	}
	seen := make([]uint16, ix.count) // how many of the terms a row matched
	scores := make([]int32, ix.count)
	for i, t := range q.terms[:min(len(q.terms), math.MaxUint16-1)] {
		matches, err := ix.match(ctx, t)
		if err != nil {
			return Result{}, err
		}
		final := i == len(q.terms)-1
		for n, m := range matches {
			if n%checkEvery == 0 && ctx.Err() != nil {
				return Result{}, ctx.Err()
			}
			for _, row := range ix.rows[ix.starts[m.value]:ix.starts[m.value+1]] {
				if seen[row] != uint16(i) {
					continue // an earlier term missed it, or this one has it
				}
				seen[row]++
				score := min(int64(scores[row])+int64(m.score), math.MaxInt32)
				scores[row] = int32(score)
				if final {
					collect.add(row, int(score), len(q.terms))
				}
			}
		}
	}
	return collect.result(), ctx.Err()
}

type match struct {
	value uint32
	score int
}

// match scores every value that t matches, best first.
func (ix *Index) match(ctx context.Context, t term) ([]match, error) {
	var out []match
	var apart []uint32 // the values given to the matcher, by its index
	some, narrowed := ix.before.within(t)
	n := len(ix.values)
	if narrowed {
		n = len(some)
	}
	rest := func(yield func(string) bool) {
		for at := range n {
			if at%checkEvery == 0 && ctx.Err() != nil {
				return
			}
			i := at
			if narrowed {
				i = int(some[at])
			}
			v := ix.values[i]
			if score, ok := contained(t.text, v); ok {
				out = append(out, match{uint32(i), score})
				continue
			}
			if !t.loose || ix.exact[i] || len(v) < len(t.text) {
				continue
			}
			apart = append(apart, uint32(i))
			if !yield(v) {
				return
			}
		}
	}
	for _, m := range fuzzy.FindFromIterNoSort(t.text, iter.Seq[string](rest)) {
		out = append(out, match{apart[m.Index], scattered(m.Score)})
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if len(out) <= len(ix.values)/2 {
		ix.before.remember(t, out)
	}
	slices.SortStableFunc(out, func(a, b match) int { return cmp.Compare(b.score, a.score) })
	return out, nil
}

// collector keeps the first Limit hits, worst on top of the heap.
type collector struct {
	options Options
	hits    []hit
	total   int
	best    hit
}

func (c *collector) add(row uint32, score, terms int) {
	if c.options.Keep != nil && !c.options.Keep(row) {
		return
	}
	h := hit{row: row, position: row, score: score}
	if c.options.Positions != nil {
		h.position = c.options.Positions[row]
	}
	switch c.options.Order {
	case Ranked:
		h.rank = score
	case Tiered:
		if score >= terms*(contiguous-mostPenalty) {
			h.rank = 1
		}
	}
	c.total++
	if c.total == 1 || h.score > c.best.score || h.score == c.best.score && h.position < c.best.position {
		c.best = h
	}
	switch {
	case len(c.hits) < c.options.Limit:
		heap.Push(c, h)
	case h.compare(c.hits[0]) < 0:
		c.hits[0] = h
		heap.Fix(c, 0)
	}
}

func (c *collector) result() Result {
	slices.SortFunc(c.hits, hit.compare)
	r := Result{Rows: make([]uint32, len(c.hits)), Total: c.total, Best: c.best.row}
	for i, h := range c.hits {
		r.Rows[i] = h.row
	}
	return r
}

// Len, Less, Swap, Push and Pop make a collector a heap.
func (c *collector) Len() int           { return len(c.hits) }
func (c *collector) Less(i, j int) bool { return c.hits[i].compare(c.hits[j]) > 0 }
func (c *collector) Swap(i, j int)      { c.hits[i], c.hits[j] = c.hits[j], c.hits[i] }
func (c *collector) Push(h any)         { c.hits = append(c.hits, h.(hit)) }
func (c *collector) Pop() any {
	last := c.hits[len(c.hits)-1]
	c.hits = c.hits[:len(c.hits)-1]
	return last
}
