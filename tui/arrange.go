package tui

import (
	"context"
	"slices"
	"strings"
)

// checkEvery is how many rows pass between two looks at whether a job was
// overtaken.
const checkEvery = 4096

// arrange returns the rows in the order of a sort. Equal rows keep their order.
func arrange(ctx context.Context, r rows, s sorting) ([]uint32, error) {
	order := make([]uint32, r.len())
	for i := range order {
		order[i] = uint32(i)
	}
	if s.column < 0 {
		return order, nil
	}
	number, words := r.order(s.column)
	if number == nil && words == nil {
		return order, nil
	}
	var err error
	if number == nil {
		if number, err = ranks(ctx, r.len(), words); err != nil {
			return nil, err
		}
	}
	keys := make([]uint64, len(order))
	for i := range keys {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if keys[i] = number(i); s.down {
			keys[i] = ^keys[i]
		}
	}
	return byKeys(ctx, order, keys)
}

// ranks returns where each row's word stands among all that there are. Letter
// case does not count.
func ranks(ctx context.Context, n int, words func(int) string) (func(int) uint64, error) {
	ids := map[string]uint32{}
	all, of := []string{}, make([]uint32, n)
	for row := range n {
		if row%checkEvery == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		word := words(row)
		id, ok := ids[word]
		if !ok {
			id = uint32(len(all))
			ids[word] = id
			all = append(all, strings.ToLower(word))
		}
		of[row] = id
	}
	sorted := slices.Clone(all)
	slices.Sort(sorted)
	rank := make([]uint64, len(all))
	for id, word := range all {
		at, _ := slices.BinarySearch(sorted, word)
		rank[id] = uint64(at)
	}
	return func(row int) uint64 { return rank[of[row]] }, ctx.Err()
}

// byKeys sorts rows by their keys, a byte after the other from the last on,
// leaving out those that are the same in all keys.
func byKeys(ctx context.Context, order []uint32, keys []uint64) ([]uint32, error) {
	var some, every uint64 = 0, ^uint64(0)
	for _, k := range keys {
		some |= k
		every &= k
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
			starts[k>>shift&0xff+1]++
		}
		for i := range 256 {
			starts[i+1] += starts[i]
		}
		for _, row := range order {
			at := &starts[keys[row]>>shift&0xff]
			next[*at] = row
			*at++
		}
		order, next = next, order
	}
	return order, nil
}
