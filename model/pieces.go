package model

// pieceSize is how many values a piece of a list has.
const pieceSize = 1 << 8

// pieces is a list that grows without being copied, so that while it does there
// is never more than one of it.
type pieces[T any] struct {
	all []*[pieceSize]T
	n   uint32
}

// add appends a value and returns where it is.
func (p *pieces[T]) add(v T) uint32 {
	if p.n%pieceSize == 0 {
		p.all = append(p.all, new([pieceSize]T))
	}
	i := p.n
	p.n++
	*p.at(i) = v
	return i
}

func (p *pieces[T]) at(i uint32) *T { return &p.all[i/pieceSize][i%pieceSize] }
