package search

import (
	"context"
	"slices"
)

// Build makes an index of n rows; values calls add for each value of a row.
// It returns ctx's error if ctx ends first.
func Build(ctx context.Context, n int, values func(row int, add func(string))) (*Index, error) {
	return BuildBy(ctx, n, func(s string) string { return s }, func(row int, r *Row) { values(row, r.Text) })
}

// BuildBy makes an index of n rows; values tells each row's, which clean makes
// what the rows show.
func BuildBy(ctx context.Context, n int, clean func(string) string, values func(row int, r *Row)) (*Index, error) {
	r := &Row{ix: &Index{count: n}, clean: clean, folds: newFolder(), ids: map[string]uint32{}}
	for row := range n {
		if row%checkEvery == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r.row = uint32(row)
		values(row, r)
	}
	return r.finish(), ctx.Err()
}

// Row takes what a row is found by while an index is built.
type Row struct {
	ix      *Index
	clean   func(string) string
	folds   folder
	row     uint32
	ids     map[string]uint32
	last    []uint32 // the row that had a value last, plus one
	pairs   []pair
	common  []*common // by what
	telling bool
	told    []uint32
}

type pair struct{ value, row uint32 }

// Text adds a value.
func (r *Row) Text(s string) {
	if s == "" {
		return
	}
	id := r.id(s)
	if r.telling {
		r.told = append(r.told, id)
		return
	}
	if r.last[id] != r.row+1 {
		r.last[id] = r.row + 1
		r.pairs = append(r.pairs, pair{id, r.row})
	}
}

func (r *Row) id(s string) uint32 {
	id, ok := r.ids[s]
	if ok {
		return id
	}
	folded, _ := r.folds.fold(r.clean(s))
	if id, ok = r.ids[folded]; !ok {
		id = uint32(len(r.ix.values))
		r.ix.values = append(r.ix.values, folded)
		r.last = append(r.last, 0)
		r.ids[folded] = id
	}
	r.ids[s] = id
	return id
}

// Shared adds the values of something that many rows have in common, as an
// account's names: texts adds them by Text, the first time that its key comes.
// What tells keys of different things apart: a small number, of which a row
// tells each once.
func (r *Row) Shared(what uint8, key uint64, texts func()) {
	for int(what) >= len(r.common) {
		r.common = append(r.common, nil)
	}
	c := r.common[what]
	if c == nil {
		c = newCommon(r.ix.count)
		r.common[what] = c
	}
	group, ok := c.group(key)
	if !ok {
		r.telling, r.told = true, nil
		texts()
		r.telling = false
		c.groups = append(c.groups, r.told)
	}
	c.of[r.row] = group
}

// LogonID adds a logon ID, which is found by how it begins, with 0x before it
// or without.
func (r *Row) LogonID(n uint64) {
	r.ix.numbers[logonIDs] = append(r.ix.numbers[logonIDs], number{n, r.row})
}

// ID adds a number that is written with sixteen digits and found by how it
// begins.
func (r *Row) ID(n uint64) {
	r.ix.numbers[sixteenDigits] = append(r.ix.numbers[sixteenDigits], number{n, r.row})
}

func (r *Row) finish() *Index {
	ix := r.ix
	ix.starts = make([]uint32, len(ix.values)+1)
	for _, p := range r.pairs {
		ix.starts[p.value+1]++
	}
	for i := 1; i < len(ix.starts); i++ {
		ix.starts[i] += ix.starts[i-1]
	}
	ix.exact = make([]bool, len(ix.values))
	ix.marks = make([]marks, len(ix.values))
	for i, v := range ix.values {
		ix.exact[i], ix.marks[i] = identifier(v), marksOf(v)
	}
	fill := slices.Clone(ix.starts)
	ix.rows = make([]uint32, len(r.pairs))
	for _, p := range r.pairs {
		ix.rows[fill[p.value]] = p.row
		fill[p.value]++
	}
	ix.logged = newSet(ix.count)
	for _, x := range ix.numbers[logonIDs] {
		ix.logged[x.row/64] |= 1 << (x.row % 64)
	}
	for i := range ix.numbers {
		ix.numbers[i] = orderNumbers(ix.numbers[i])
	}
	for _, c := range r.common {
		if c != nil {
			ix.columns = append(ix.columns, c.column(len(ix.values)))
		}
	}
	return ix
}
