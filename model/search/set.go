package search

import (
	"math/bits"
	"slices"
)

// Set is some of the rows of a list, a bit each. It has room for all of them.
type Set []uint64

// newSet returns a set of none of n rows.
func newSet(n int) Set { return make(Set, (n+63)/64) }

// Has reports whether a row is of the set.
func (s Set) Has(row uint32) bool { return s[row/64]>>(row%64)&1 != 0 }

// Len returns how many rows are of the set.
func (s Set) Len() int {
	n := 0
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

// all calls do for each row of the set, in order of their numbers, until it
// returns false.
func (s Set) all(do func(row uint32) bool) {
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			if !do(uint32(i*64 + bits.TrailingZeros64(word))) {
				return
			}
		}
	}
}

// complement returns those of n rows that are not of the set.
func (s Set) complement(n int) Set {
	out := slices.Clone(s)
	for i := range out {
		out[i] = ^out[i]
	}
	if n%64 != 0 {
		out[len(out)-1] &= 1<<(n%64) - 1
	}
	return out
}
