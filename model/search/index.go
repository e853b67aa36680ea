package search

import (
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
	values  []string // distinct and folded
	marks   []marks  // of the values
	exact   []bool   // values that are not matched loosely: see identifier
	starts  []uint32 // the rows that have value v of their own are rows[starts[v]:starts[v+1]]
	rows    []uint32
	columns []*column   // what rows share
	numbers [2][]number // by value: logon IDs, and numbers of sixteen digits
	count   int
	before  before
	logged  Set       // the rows that have a logon ID
	scratch sync.Pool // of *[]uint32: a number for each row, all of them 0
	totals  sync.Pool // of *[]uint32: a number for each row, any
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
	r := remembered{text: t.text, loose: t.loose}
	for _, m := range found {
		if m.ofValue() {
			r.values = append(r.values, m.value)
		}
	}
	slices.Sort(r.values)
	b.lock.Lock()
	defer b.lock.Unlock()
	b.terms = slices.DeleteFunc(b.terms, func(o remembered) bool { return o.text == t.text && o.loose == t.loose })
	b.terms = slices.Insert(b.terms[:min(len(b.terms), mostRemembered-1)], 0, r)
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
	// Sorted is the rows in the order of the list; nil: by their numbers.
	Sorted []uint32
	// Keep is the rows that count; nil: all.
	Keep Set
}

// Result is what a search found.
type Result struct {
	Rows  []uint32 // in the order asked for, at most Limit
	Total int      // of rows that match
	Best  uint32   // the row that matches best, if Total is not 0
}

// All returns the rows of n that are kept. It needs no index.
func All(ctx context.Context, n int, o Options) (Result, error) {
	if o.Limit <= 0 {
		o.Limit = math.MaxInt
	}
	if o.Keep == nil {
		o.Keep = newSet(n).complement(n)
	}
	r := Result{Total: o.Keep.Len()}
	wanted := min(r.Total, o.Limit)
	r.Rows = make([]uint32, 0, wanted)
	if o.Sorted == nil {
		o.Keep.all(func(row uint32) bool {
			if len(r.Rows) < wanted {
				r.Rows = append(r.Rows, row)
			}
			return len(r.Rows) < wanted
		})
	}
	for i := 0; i < len(o.Sorted) && len(r.Rows) < wanted; i++ {
		if o.Keep.Has(o.Sorted[i]) {
			r.Rows = append(r.Rows, o.Sorted[i])
		}
	}
	if wanted > 0 {
		r.Best = r.Rows[0]
	}
	return r, ctx.Err()
}

type match struct {
	value   uint32
	score   int
	numbers []number // instead of a value's rows
	set     Set      // instead of these
}

// ofValue reports whether a match is one of a value, not of numbers.
func (m match) ofValue() bool { return m.numbers == nil && m.set == nil }

// match scores every value that t matches.
func (ix *Index) match(ctx context.Context, t term) ([]match, error) {
	var out []match
	var apart []uint32 // the values given to the matcher, by its index
	some, narrowed := ix.before.within(t)
	wanted := wantedMarks(t.text)
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
			if wanted&^ix.marks[i] != 0 {
				continue
			}
			v := ix.values[i]
			if score, ok := contained(t.text, v); ok {
				out = append(out, match{value: uint32(i), score: score})
				continue
			}
			if !t.loose || ix.exact[i] || len(v) < len(t.text) || !inOrder(t.text, v) {
				continue
			}
			apart = append(apart, uint32(i))
			if !yield(v) {
				return
			}
		}
	}
	for _, m := range fuzzy.FindFromIterNoSort(t.text, iter.Seq[string](rest)) {
		out = append(out, match{value: apart[m.Index], score: scattered(m.Score)})
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if len(out) <= len(ix.values)/2 {
		ix.before.remember(t, out)
	}
	return append(out, ix.numbered(t)...), nil
}
