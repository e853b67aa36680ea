package model

import "math/rand/v2"

// pairMap holds a value for each of many pairs of numbers in half of the memory
// of a map, and never twice of it while it grows.
type pairMap[V any] struct {
	table   []uint32 // open addressing; a power of two; which entry, plus 1
	entries pieces[pairEntry[V]]
	// seed makes it unforeseeable where a pair is put, so that no log can fill
	// one place of the table.
	seed uint64
}

type pairEntry[V any] struct {
	a, b  uint32
	value V
}

func newPairMap[V any]() pairMap[V] {
	return pairMap[V]{table: make([]uint32, 1<<8), seed: rand.Uint64() | 1}
}

// of returns the value of a pair, the zero value at first. It may be changed.
func (m *pairMap[V]) of(a, b uint32) *V {
	mask := uint32(len(m.table) - 1)
	i := m.hash(a, b) & mask
	for ; m.table[i] != 0; i = (i + 1) & mask {
		if e := m.entries.at(m.table[i] - 1); e.a == a && e.b == b {
			return &e.value
		}
	}
	n := m.entries.add(pairEntry[V]{a: a, b: b})
	m.table[i] = n + 1
	if 3*int(m.entries.n) > 2*len(m.table) {
		m.grow()
	}
	return &m.entries.at(n).value
}

func (m *pairMap[V]) grow() {
	m.table = make([]uint32, 2*len(m.table))
	mask := uint32(len(m.table) - 1)
	for n := range m.entries.n {
		e := m.entries.at(n)
		i := m.hash(e.a, e.b) & mask
		for m.table[i] != 0 {
			i = (i + 1) & mask
		}
		m.table[i] = n + 1
	}
}

func (m *pairMap[V]) hash(a, b uint32) uint32 {
	h := (uint64(a)<<32 | uint64(b)) * m.seed
	h = (h ^ h>>29) * m.seed
	return uint32(h >> 32)
}
