package search

import (
	"context"
	"math"
)

// mostTerms is how many terms of a query are looked at.
const mostTerms = math.MaxUint8 - 1

// Search returns the rows in which every term of q matches some value. It
// returns ctx's error if ctx ends first. The empty query matches every row.
func (ix *Index) Search(ctx context.Context, q Query, o Options) (Result, error) {
	if o.Limit <= 0 {
		o.Limit = math.MaxInt
	}
	w := walk{ctx: ctx, ix: ix, options: o}
	defer w.end()
	for _, t := range q.terms[:min(len(q.terms), mostTerms)] {
		if err := w.look(t); err != nil {
			return Result{}, err
		}
	}
	return w.run()
}

// walk is one search over all rows. A block of them at a time is scored by
// every term and done with while it is in the processor's nearest memory: most
// of what a search of millions of rows takes is to reach them.
type walk struct {
	ctx     context.Context
	ix      *Index
	options Options
	terms   []*scorer
	wanted  uint32 // of the terms, those that leave nothing out
	// total is kept where rows are to be taken in another order than theirs,
	// and which of them matched.
	total   []uint32
	matched Set
}

// scorer is a term with what it matched.
type scorer struct {
	not     bool
	matches []match
	own     []uint32 // by row, the best score of a value or a number of its own; nil: no row has any
	noted   int      // how often a score was noted there
	shared  []raiser
	sets    []match
}

type raiser struct {
	of   *perRow
	best []uint32
}

// blockRows is how many rows are scored together: a multiple of 64.
const blockRows = 1 << 12

// look finds what a term matches.
func (w *walk) look(t term) error {
	matches, err := w.ix.match(w.ctx, t)
	if err != nil {
		return err
	}
	s := &scorer{not: t.not, matches: matches}
	w.terms = append(w.terms, s)
	if !t.not {
		w.wanted++
	}
	for n, m := range matches {
		if n%checkEvery == 0 && w.ctx.Err() != nil {
			return w.ctx.Err()
		}
		if m.set != nil {
			s.sets = append(s.sets, m)
		}
		w.ix.note(m, s)
	}
	for _, c := range w.ix.columns {
		if best := c.best(matches); best != nil {
			s.shared = append(s.shared, raiser{&c.of, best})
		}
	}
	return nil
}

// note notes the score of what matched for each row that has it for itself.
func (ix *Index) note(m match, s *scorer) {
	rows, score := ix.own(m), uint32(m.score)
	if s.own == nil && len(rows)+len(m.numbers) > 0 {
		s.own = ix.borrow()
	}
	for _, row := range rows {
		s.own[row] = max(s.own[row], score)
	}
	for _, x := range m.numbers {
		s.own[x.row] = max(s.own[x.row], score)
	}
	s.noted += len(rows) + len(m.numbers)
}

// own returns the rows that have the value that matched for themselves.
func (ix *Index) own(m match) []uint32 {
	if !m.ofValue() {
		return nil
	}
	return ix.rows[ix.starts[m.value]:ix.starts[m.value+1]]
}

func (ix *Index) borrow() []uint32 {
	if s, ok := ix.scratch.Get().(*[]uint32); ok {
		return *s
	}
	return make([]uint32, ix.count)
}

// end gives back what was borrowed, as it was.
func (w *walk) end() {
	for _, s := range w.terms {
		if s.own == nil {
			continue
		}
		own := s.own
		if s.noted > len(own)/8 {
			clear(own)
		} else {
			for _, m := range s.matches {
				for _, row := range w.ix.own(m) {
					own[row] = 0
				}
				for _, x := range m.numbers {
					own[x.row] = 0
				}
			}
		}
		w.ix.scratch.Put(&own)
	}
}

// run scores all rows and takes those that matched, in the order of the list.
func (w *walk) run() (Result, error) {
	n := w.ix.count
	if w.options.Sorted == nil {
		parts := spread(n, func(from, to int) *taking { return w.blocks(from, to) })
		return w.join(parts)
	}
	total, ok := w.ix.totals.Get().(*[]uint32)
	if !ok {
		total = new([]uint32)
		*total = make([]uint32, n)
	}
	defer w.ix.totals.Put(total)
	w.total, w.matched = *total, newSet(n)
	scored := spread(n, func(from, to int) *taking { return w.blocks(from, to) })
	if w.options.Order == Position {
		all := w.taking()
		for _, p := range scored {
			all.found.Total += p.found.Total
			all.best = max(all.best, p.best)
		}
		if all.found.Total > w.options.Limit {
			return w.first(all)
		}
	}
	parts := spread(n, func(from, to int) *taking { return w.sorted(from, to) })
	return w.join(parts)
}

// blocks scores some rows, block by block. It takes those that matched, or
// counts them where they are wanted in another order.
func (w *walk) blocks(from, to int) *taking {
	t := w.taking()
	var totals, term [blockRows]uint32
	var words [blockRows / 64]uint64
	for ; from < to && w.ctx.Err() == nil; from += blockRows {
		n := min(blockRows, to-from)
		total := totals[:n]
		if w.total != nil {
			total = w.total[from : from+n]
		}
		w.score(from, total, term[:n])
		matched := words[:(n+63)/64]
		w.match(from, total, matched)
		if w.total != nil {
			copy(w.matched[from/64:], matched)
			t.count(total, matched)
			continue
		}
		t.block(uint32(from), total, matched)
	}
	return t
}

// sorted takes the rows that matched at some places of the order that is wanted.
func (w *walk) sorted(from, to int) *taking {
	t := w.taking()
	for position, row := range w.options.Sorted[from:to] {
		if position%(checkEvery*16) == 0 && w.ctx.Err() != nil {
			break
		}
		if w.matched.Has(row) {
			t.take(uint32(from+position), row, w.total[row])
		}
	}
	return t
}

// first takes the rows that come first of the order that is wanted, and the first
// of those that match best: how many there are and how well they match is known.
func (w *walk) first(known *taking) (Result, error) {
	r, sought := known.found, true
	r.Rows = make([]uint32, 0, w.options.Limit)
	for position, row := range w.options.Sorted {
		if position%(checkEvery*16) == 0 && w.ctx.Err() != nil {
			break
		}
		if !w.matched.Has(row) {
			continue
		}
		if sought && int32(w.total[row]&mostScore) == known.best {
			r.Best, sought = row, false
		}
		if len(r.Rows) < w.options.Limit {
			r.Rows = append(r.Rows, row)
		} else if !sought {
			break
		}
	}
	return r, w.ctx.Err()
}

const (
	// seenShift is where the number of terms that a row matched begins, above
	// the sum of their scores.
	seenShift = 24
	// mostScore is the highest sum that there is room for: that of fifteen
	// terms. Of more, those that score higher are equal.
	mostScore = 1<<seenShift - 1
	// leftOut is how many terms a row is said to have matched that a term
	// leaves out: more than there are.
	leftOut = math.MaxUint8
)

// alone reports whether a score says that a row matched: there is one term, and
// it leaves nothing out.
func (w *walk) alone() bool { return len(w.terms) == 1 && w.wanted == 1 }

// score fills total for rows, the first of which is from, with how many of the
// terms they matched, unless one leaves them out, and how well; of a term that is
// alone with how well. term is room for the scores of one.
func (w *walk) score(from int, total, term []uint32) {
	seen := uint32(0)
	for i, s := range w.terms {
		if i == 0 && !s.not { // nothing was taken before
			s.score(from, total)
			if w.alone() {
				return
			}
			for row, score := range total {
				// The term counts where there is a score: no guess for the
				// processor to miss.
				total[row] = score | (score|-score)>>31<<seenShift
			}
			seen++
			continue
		}
		if i == 0 {
			clear(total)
		}
		s.score(from, term)
		take := total[:len(term)]
		if s.not {
			for row, score := range term {
				if score != 0 {
					take[row] = leftOut << seenShift
				}
			}
			continue
		}
		for row, score := range term {
			now := take[row]
			// All bits where there is a score and all terms before matched.
			both := -((score | -score) >> 31 & (((now>>seenShift ^ seen) - 1) >> 31))
			take[row] = now&^both | ((seen+1)<<seenShift|min(now&mostScore+score, mostScore))&both
		}
		seen++
	}
	if len(w.terms) == 0 {
		clear(total)
	}
}

// score fills scores for rows, the first of which is from: 0 where the term does
// not match.
func (s *scorer) score(from int, scores []uint32) {
	shared := s.shared
	switch {
	case s.own != nil:
		copy(scores, s.own[from:])
	case len(shared) > 0:
		shared[0].of.set(from, shared[0].best, scores)
		shared = shared[1:]
	default:
		clear(scores)
	}
	for _, m := range s.sets {
		for row, score := range scores {
			if m.set.Has(uint32(from + row)) {
				scores[row] = max(score, uint32(m.score))
			}
		}
	}
	for _, r := range shared {
		r.of.raise(from, r.best, scores)
	}
}

// match fills words, a bit for each row, with which of them matched every term
// and count.
func (w *walk) match(from int, total []uint32, words []uint64) {
	alone := w.alone()
	for i := range words {
		word := uint64(0)
		rows := total[i*64 : min(i*64+64, len(total))]
		// No guess for the processor to miss.
		if alone {
			for _, score := range rows { // one where there is any
				word = word>>1 | uint64(score|-score)>>31<<63
			}
		} else {
			for _, x := range rows { // one where the two are equal
				word = word>>1 | uint64((x>>seenShift^w.wanted)-1)>>31<<63
			}
		}
		word >>= 64 - len(rows)
		if w.options.Keep != nil {
			word &= w.options.Keep[from/64+i]
		}
		words[i] = word
	}
}
