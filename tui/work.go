package tui

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"spoor/model/search"
	"spoor/model/text"
)

// job is the work that turns a view into the rows of a list in order. It runs
// beside Update and touches nothing but itself.
type job struct {
	list       *list
	generation int
	view       *view

	build   func(context.Context, *view) rows // nil: take rows
	rows    rows
	index   *indexing       // of rows
	life    context.Context // of the UI, for what outlives this job
	sort    sorting
	query   string
	order   search.Order
	printer text.Printer
	all     bool // find more than are shown
	holds   holding
}

// holding is the row that the cursor is to be on where rows are built anew, and
// the place where it was.
type holding struct {
	is    bool // there is one
	key   string
	place int
}

// outcome is what a job found.
type outcome struct {
	job
	shown  []uint32 // rows in order
	total  int
	best   int // the place of the best match in shown
	widths []int
	held   int   // the place in shown of what the job holds, or -1
	err    error // ctx ended first
}

// sorting is the column that a list is sorted by, -1 for its own order.
type sorting struct {
	column int
	down   bool
}

const (
	// mostFound is how many rows a search shows; it counts all.
	mostFound = 10_000
	// sampled is how many rows are measured for the widths of columns.
	sampled = 500
)

func (j job) run(ctx context.Context) outcome {
	out := outcome{job: j}
	if j.build != nil {
		out.rows, out.index = j.build(ctx, j.view), newIndexing()
	}
	n := out.rows.len()
	order, err := out.index.arrange(ctx, out.rows, j.sort)
	if err != nil {
		out.err = err
		return out
	}
	filter, err := search.ParseFilter(j.query, j.view.now())
	if err != nil {
		out.err = err
		return out
	}
	out.shown, out.total = order, n
	if !filter.Empty() {
		found, err := j.find(ctx, &out, filter, order)
		if err != nil {
			out.err = err
			return out
		}
		out.shown, out.total = found.Rows, found.Total
		out.best = max(0, slices.Index(found.Rows, found.Best))
	}
	out.measure()
	if out.held = -1; j.holds.is {
		out.held = around(out.rows, out.shown, j.holds)
	}
	out.err = ctx.Err()
	return out
}

// find returns the rows that a filter leaves.
func (j job) find(ctx context.Context, out *outcome, filter search.Filter, order []uint32) (search.Result, error) {
	options := search.Options{Order: j.order, Limit: mostFound}
	if j.sort.column >= 0 {
		options.Sorted = order
	}
	if j.all {
		options.Limit = 0
	}
	if filter.Structured() {
		var err error
		if options.Keep, err = out.index.sieve(out.rows).Pass(ctx, filter); err != nil {
			return search.Result{}, err
		}
	}
	if filter.Words.Empty() {
		return search.All(ctx, out.rows.len(), options)
	}
	index, err := out.index.get(ctx, j.life, out.rows, j.printer)
	if err != nil {
		return search.Result{}, err
	}
	if j.sort.column >= 0 {
		options.Order = search.Position
	}
	return index.Search(ctx, filter.Words, options)
}

// measure finds how wide the first rows need each column: those that are
// shown, and those of the whole list, so that the columns do not lie elsewhere
// for somebody who types faster than the list was built.
func (out *outcome) measure() {
	out.widths = make([]int, len(out.rows.columns()))
	note := func(row int) {
		for c := range out.widths {
			w := text.Width(out.printer.Clean(out.rows.cell(row, c).Text))
			out.widths[c] = max(out.widths[c], w)
		}
	}
	n := sampled
	if out.job.build == nil && out.rows.len() > 100*sampled {
		n = sampled / 8 // of rows that were measured before, found again as one types
	}
	for _, row := range out.shown[:min(len(out.shown), n)] {
		note(int(row))
	}
	if j := out.job; j.build != nil && len(out.shown) < out.rows.len() {
		for row := range min(out.rows.len(), sampled) {
			note(row)
		}
	}
}

// indexing makes the index of rows once, for every search in them: a search
// that is overtaken leaves it to the next one.
type indexing struct {
	once  sync.Once
	begun atomic.Bool
	done  chan struct{}
	index *search.Index
	err   error

	lock   sync.Mutex
	orders map[sorting][]uint32
	keys   []uint64 // of the column that was sorted by last
	keyed  int
	sifts  *search.Sieve
}

// sieve returns what filters the rows, which is one for all filters of them.
func (x *indexing) sieve(r rows) *search.Sieve {
	x.lock.Lock()
	defer x.lock.Unlock()
	if x.sifts == nil {
		x.sifts = search.NewSieve(r.len(), r.filtered())
	}
	return x.sifts
}

// arrange returns the rows in the order of a sort, which is made once for every
// search in them; nobody may write to it.
func (x *indexing) arrange(ctx context.Context, r rows, s sorting) ([]uint32, error) {
	x.lock.Lock()
	defer x.lock.Unlock()
	if known, ok := x.orders[s]; ok {
		return known, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if x.keys == nil || x.keyed != s.column {
		var err error
		if x.keys, err = sortKeys(ctx, r, s.column); err != nil {
			return nil, err
		}
		x.keyed = s.column
	}
	order, err := arrangeBy(ctx, r.len(), x.keys, s.down)
	if err == nil {
		x.orders[s] = order
	}
	return order, err
}

func newIndexing() *indexing {
	return &indexing{done: make(chan struct{}), orders: map[sorting][]uint32{}}
}

// making reports whether the index is being made.
func (x *indexing) making() bool {
	select {
	case <-x.done:
		return false
	default:
		return x.begun.Load()
	}
}

// get waits for the index until ctx ends. Whoever comes first starts it; it
// ends with life.
func (x *indexing) get(ctx, life context.Context, r rows, printer text.Printer) (*search.Index, error) {
	x.once.Do(func() {
		x.begun.Store(true)
		go func() {
			defer close(x.done)
			x.index, x.err = search.BuildBy(life, r.len(), printer.Clean, r.values)
		}()
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-x.done:
		return x.index, x.err
	}
}
