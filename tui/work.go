package tui

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

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
}

// outcome is what a job found.
type outcome struct {
	job
	shown  []uint32 // rows in order
	total  int
	best   int // the place of the best match in shown
	widths []int
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
	order, positions := out.index.arrange(out.rows, j.sort)
	filter, err := search.ParseFilter(j.query, j.view.now())
	if err != nil {
		out.err = err
		return out
	}
	switch {
	case !filter.Empty():
		index, err := out.index.get(ctx, j.life, out.rows, j.printer)
		if err != nil {
			out.err = err
			return out
		}
		options := search.Options{Order: j.order, Limit: mostFound, Positions: positions}
		if filter.Structured() {
			match, things := filter.Matcher(), out.rows.things()
			options.Keep = func(row uint32) bool { return ctx.Err() == nil && match(things(int(row))) }
		}
		if filter.Words.Empty() {
			options.Order = search.Position
		}
		if j.sort.column >= 0 {
			options.Order = search.Position
		}
		found, err := index.Search(ctx, filter.Words, options)
		if err != nil {
			out.err = err
			return out
		}
		out.shown, out.total = found.Rows, found.Total
		out.best = max(0, slices.Index(found.Rows, found.Best))
	case order != nil:
		out.shown, out.total = slices.Clone(order), n
	default:
		out.shown, out.total = make([]uint32, n), n
		for i := range out.shown {
			out.shown[i] = uint32(i)
		}
	}
	out.measure()
	out.err = ctx.Err()
	return out
}

// arrange returns the rows in the order of a sort and each row's place in it;
// nil for the list's own order. Equal rows keep their order.
func arrange(r rows, s sorting) (order, positions []uint32) {
	if s.column < 0 {
		return nil, nil
	}
	n := r.len()
	order, positions = make([]uint32, n), make([]uint32, n)
	for i := range order {
		order[i] = uint32(i)
	}
	sign := 1
	if s.down {
		sign = -1
	}
	number, words := r.order(s.column)
	switch {
	case number != nil:
		keys := make([]uint64, n)
		for i := range keys {
			keys[i] = number(i)
		}
		slices.SortStableFunc(order, func(a, b uint32) int { return sign * cmp.Compare(keys[a], keys[b]) })
	case words != nil:
		keys := make([]string, n)
		for i := range keys {
			keys[i] = strings.ToLower(words(i))
		}
		slices.SortStableFunc(order, func(a, b uint32) int { return sign * cmp.Compare(keys[a], keys[b]) })
	}
	for place, row := range order {
		positions[row] = uint32(place)
	}
	return order, positions
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
	for _, row := range out.shown[:min(len(out.shown), sampled)] {
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
	done  chan struct{}
	index *search.Index
	err   error

	lock   sync.Mutex
	orders map[sorting]arranged
}

// arranged is the rows in the order of a sort, and each row's place in it.
type arranged struct{ order, positions []uint32 }

// arrange sorts the rows once for every search in them.
func (x *indexing) arrange(r rows, s sorting) (order, positions []uint32) {
	if s.column < 0 {
		return nil, nil
	}
	x.lock.Lock()
	defer x.lock.Unlock()
	known, ok := x.orders[s]
	if !ok {
		known.order, known.positions = arrange(r, s)
		x.orders[s] = known
	}
	return known.order, known.positions
}

func newIndexing() *indexing {
	return &indexing{done: make(chan struct{}), orders: map[sorting]arranged{}}
}

// get waits for the index until ctx ends. Whoever comes first starts it; it
// ends with life.
func (x *indexing) get(ctx, life context.Context, r rows, printer text.Printer) (*search.Index, error) {
	x.once.Do(func() {
		go func() {
			defer close(x.done)
			x.index, x.err = search.Build(life, r.len(), func(row int, add func(string)) {
				r.values(row, func(s string) { add(printer.Clean(s)) })
			})
		}()
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-x.done:
		return x.index, x.err
	}
}
