package tui

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"
)

// checkEvery is how many rows pass between two looks at whether a job was
// overtaken.
const checkEvery = 4096

// ordering is what a column is sorted by: numbers or texts, or neither where it
// cannot be sorted by.
type ordering struct {
	number func(row int) uint64
	text   func(row int) string
	// same, which may be nil, gives a small number that only rows of the same
	// text have; false for a row of which nothing but its text tells.
	same func(row int) (uint32, bool)
	// own is true where most rows have a text of their own.
	own bool
}

// sorts reports whether there is anything to sort by.
func (o ordering) sorts() bool { return o.number != nil || o.text != nil }

// arrange returns the rows in the order of a sort. Equal rows keep their order.
func arrange(ctx context.Context, r rows, s sorting) ([]uint32, error) {
	keys, err := sortKeys(ctx, r, s.column)
	if err != nil {
		return nil, err
	}
	return arrangeBy(ctx, r.len(), keys, s.down)
}

// arrangeBy returns n rows in the order of their keys, in their own where there
// are none.
func arrangeBy(ctx context.Context, n int, keys []uint64, down bool) ([]uint32, error) {
	order := make([]uint32, n)
	for i := range order {
		order[i] = uint32(i)
	}
	if keys == nil {
		return order, nil
	}
	return byKeys(ctx, order, keys, down)
}

// sortKeys returns the number that each row is sorted by under a column; nil
// where rows are not sorted by it.
func sortKeys(ctx context.Context, r rows, column int) ([]uint64, error) {
	if column < 0 {
		return nil, nil
	}
	o := r.order(column)
	switch {
	case o.number != nil:
		keys := make([]uint64, r.len())
		for i := range keys {
			if i%checkEvery == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			keys[i] = o.number(i)
		}
		return keys, nil
	case o.text != nil:
		return ranks(ctx, r.len(), o)
	}
	return nil, nil
}

// mostKeys is how many rows' texts are known by their numbers: those that rows
// share are far fewer.
const mostKeys = 1 << 22

// ranks returns where each row's text stands among all that there are. Letter
// case does not count.
func ranks(ctx context.Context, n int, o ordering) ([]uint64, error) {
	ids := map[string]uint32{}
	var known []uint32 // by what rows have the same, plus one
	var all []string
	of := make([]uint32, n)
	text := func(row int) uint32 {
		word := o.text(row)
		id, ok := uint32(0), false
		if !o.own {
			id, ok = ids[word]
		}
		if !ok {
			id = uint32(len(all))
			all = append(all, strings.ToLower(word))
			if !o.own {
				ids[word] = id
			}
		}
		return id
	}
	for row := range n {
		if row%checkEvery == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if o.same != nil {
			if key, ok := o.same(row); ok && key < mostKeys {
				if int(key) >= len(known) {
					known = append(known, make([]uint32, int(key)+1-len(known)+len(known)/2)...)
				}
				if known[key] == 0 {
					known[key] = text(row) + 1
				}
				of[row] = known[key] - 1
				continue
			}
		}
		of[row] = text(row)
	}
	rank, err := rankWords(ctx, all)
	if err != nil {
		return nil, err
	}
	keys := make([]uint64, n)
	for row, id := range of {
		keys[row] = rank[id]
	}
	return keys, ctx.Err()
}

// rankWords returns for each word a number by which it stands among all of them:
// the same for the same. They are ordered by the eight bytes in which they begin
// to differ, and compared only where those are the same.
func rankWords(ctx context.Context, all []string) ([]uint64, error) {
	if len(all) == 0 {
		return nil, nil
	}
	skip := len(all[0])
	for _, word := range all {
		n := 0
		for n < min(skip, len(word)) && word[n] == all[0][n] {
			n++
		}
		skip = n
	}
	order, keys := make([]uint32, len(all)), make([]uint64, len(all))
	for i, word := range all {
		var b [8]byte
		copy(b[:], word[skip:])
		order[i], keys[i] = uint32(i), binary.BigEndian.Uint64(b[:])
	}
	order, err := byKeys(ctx, order, keys, false)
	if err != nil {
		return nil, err
	}
	rank := make([]uint64, len(all))
	for from, to := 0, 0; from < len(order); from = to {
		for to = from + 1; to < len(order) && keys[order[to]] == keys[order[from]]; to++ {
		}
		same := order[from:to]
		slices.SortFunc(same, func(a, b uint32) int { return strings.Compare(all[a], all[b]) })
		for i, id := range same {
			rank[id] = uint64(from + i)
			if i > 0 && all[id] == all[same[i-1]] {
				rank[id] = rank[same[i-1]]
			}
		}
	}
	return rank, nil
}

// byKeys sorts rows by their keys, a byte after the other from the last on,
// leaving out those that are the same in all keys.
func byKeys(ctx context.Context, order []uint32, keys []uint64, down bool) ([]uint32, error) {
	some, every, turned := uint64(0), ^uint64(0), uint64(0)
	for _, k := range keys {
		some |= k
		every &= k
	}
	if down {
		turned = ^turned
	}
	next := make([]uint32, len(order))
	for shift := 0; shift < 64; shift += 8 {
		if (some^every)>>shift&0xff == 0 {
			continue
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		var starts [257]int
		for _, k := range keys {
			starts[(k^turned)>>shift&0xff+1]++
		}
		for i := range 256 {
			starts[i+1] += starts[i]
		}
		for _, row := range order {
			at := &starts[(keys[row]^turned)>>shift&0xff]
			next[*at] = row
			*at++
		}
		order, next = next, order
	}
	return order, nil
}
