package model

import (
	"slices"
	"sort"
)

// idMap holds something for each of many logon IDs in little more memory than
// that takes: IDs are mostly given out in rising order, so that they stay
// sorted, in pieces that are full.
type idMap[V any] struct{ pieces []*idPiece[V] }

type idPiece[V any] struct {
	ids    []uint64
	values []V
}

// idPieceSize is how many IDs a piece holds at most.
const idPieceSize = 1 << 10

// find returns the piece in which an ID is, or would be, and its place there.
func (m *idMap[V]) find(id uint64) (piece, at int, ok bool) {
	last := len(m.pieces) - 1
	if last < 0 {
		return 0, 0, false
	}
	if piece = last; id < m.pieces[last].ids[0] {
		piece = max(0, sort.Search(last, func(i int) bool { return m.pieces[i].ids[0] > id })-1)
	}
	at, ok = slices.BinarySearch(m.pieces[piece].ids, id)
	return piece, at, ok
}

func (m *idMap[V]) get(id uint64) (v V, ok bool) {
	piece, at, ok := m.find(id)
	if ok {
		v = m.pieces[piece].values[at]
	}
	return v, ok
}

func (m *idMap[V]) has(id uint64) bool {
	_, _, ok := m.find(id)
	return ok
}

func (m *idMap[V]) set(id uint64, v V) {
	piece, at, ok := m.find(id)
	if ok {
		m.pieces[piece].values[at] = v
		return
	}
	if len(m.pieces) == 0 {
		m.pieces = append(m.pieces, new(idPiece[V]))
	}
	p := m.pieces[piece]
	if len(p.ids) == idPieceSize {
		half := idPieceSize / 2
		if at == idPieceSize {
			half = at // what comes in rising order leaves full pieces behind
		}
		next := &idPiece[V]{slices.Clone(p.ids[half:]), slices.Clone(p.values[half:])}
		p.ids, p.values = p.ids[:half], p.values[:half]
		m.pieces = slices.Insert(m.pieces, piece+1, next)
		if at >= half {
			p, at = next, at-half
		}
	}
	p.ids, p.values = slices.Insert(p.ids, at, id), slices.Insert(p.values, at, v)
}

func (m *idMap[V]) delete(id uint64) {
	piece, at, ok := m.find(id)
	if !ok {
		return
	}
	p := m.pieces[piece]
	p.ids, p.values = slices.Delete(p.ids, at, at+1), slices.Delete(p.values, at, at+1)
	switch {
	case len(p.ids) == 0:
		m.pieces = slices.Delete(m.pieces, piece, piece+1)
	case piece > 0 && len(p.ids)+len(m.pieces[piece-1].ids) <= idPieceSize/2:
		before := m.pieces[piece-1]
		before.ids, before.values = append(before.ids, p.ids...), append(before.values, p.values...)
		m.pieces = slices.Delete(m.pieces, piece, piece+1)
	}
}

// each yields all, in the order of their IDs. Nothing may be added or deleted
// meanwhile.
func (m *idMap[V]) each(yield func(id uint64, v V)) {
	for _, p := range m.pieces {
		for i, id := range p.ids {
			yield(id, p.values[i])
		}
	}
}

// idSet is a set of logon IDs.
type idSet struct{ idMap[struct{}] }

func (s *idSet) add(id uint64) { s.set(id, struct{}{}) }
