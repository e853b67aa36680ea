package parser

import (
	"encoding/binary"
	"hash/maphash"
	"slices"
)

// interner numbers pieces of bytes from 1, in the order in which it first
// meets them. Its hash is seeded, so that a log cannot be made to fill one
// place of its table.
type interner struct {
	seed   maphash.Seed
	table  []entry // open addressing; a power of two
	raw    []byte  // the pieces, one after another
	starts []uint32

	// recent is what was asked for lately, by a few of its bytes. An entry is a
	// guess that is compared with the whole piece.
	recent [4096]guess
}

type entry struct{ hash, number uint32 }

type guess struct{ start, end, number uint32 }

// reset forgets all pieces. The memory that they took is for those that follow.
func (n *interner) reset() {
	if n.table == nil {
		n.seed = maphash.MakeSeed()
		n.table = make([]entry, 1<<10)
	}
	clear(n.table)
	n.raw, n.starts = n.raw[:0], append(n.starts[:0], 0, 0)
	n.recent = [4096]guess{}
}

// count is the highest number given.
func (n *interner) count() int { return len(n.starts) - 2 }

// at returns the piece of that number.
func (n *interner) at(number uint32) []byte { return n.raw[n.starts[number]:n.starts[number+1]] }

// number returns the number of a piece of bytes, and whether it is new.
func (n *interner) number(piece []byte) (number uint32, added bool) {
	g := &n.recent[mix(piece)>>52]
	if g.number != 0 && string(n.raw[g.start:g.end]) == string(piece) {
		return g.number, false
	}
	number, added = n.find(piece)
	*g = guess{n.starts[number], n.starts[number+1], number}
	return number, added
}

func (n *interner) find(piece []byte) (number uint32, added bool) {
	hash := uint32(maphash.Bytes(n.seed, piece))
	mask := uint32(len(n.table) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		e := &n.table[i]
		if e.number == 0 {
			return n.add(piece, hash, e), true
		}
		if e.hash == hash && string(n.at(e.number)) == string(piece) {
			return e.number, false
		}
	}
}

func (n *interner) add(piece []byte, hash uint32, e *entry) uint32 {
	number := uint32(len(n.starts) - 1)
	*e = entry{hash, number}
	n.raw = append(double(n.raw, len(piece)), piece...)
	n.starts = append(double(n.starts, 1), uint32(len(n.raw)))
	if 3*len(n.starts) > 2*len(n.table) {
		n.grow()
	}
	return number
}

// double makes room for n more in a slice that becomes large: append would grow
// it by a quarter at a time, and copy all of it five times before it is full.
func double[T any](s []T, n int) []T {
	if cap(s)-len(s) >= n {
		return s
	}
	return slices.Grow(s, max(n, cap(s)))
}

func (n *interner) grow() {
	old := n.table
	n.table = make([]entry, 2*len(old))
	mask := uint32(len(n.table) - 1)
	for _, e := range old {
		if e.number == 0 {
			continue
		}
		i := e.hash & mask
		for n.table[i].number != 0 {
			i = (i + 1) & mask
		}
		n.table[i] = e
	}
}

// mix makes a number of a piece's length and of up to 24 of its bytes. It is
// for guessing only.
func mix(piece []byte) uint64 {
	n := len(piece)
	if n < 8 {
		h := uint64(n)
		for _, c := range piece {
			h = h<<8 | uint64(c)
		}
		return h * 0x9e3779b97f4a7c15
	}
	h := binary.LittleEndian.Uint64(piece) * 0x9e3779b97f4a7c15
	h ^= binary.LittleEndian.Uint64(piece[n-8:]) * 0xc2b2ae3d27d4eb4f
	h ^= (binary.LittleEndian.Uint64(piece[n/2-4:]) + uint64(n)) * 0x165667b19e3779f9
	return h ^ h>>29
}
