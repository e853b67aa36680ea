package model

import (
	"maps"
	"slices"
)

// perPrincipal holds a number for some principals: in a list by principal where
// a host has events enough to be worth one, else in a map.
type perPrincipal struct {
	list   []uint32 // plus 1; 0 is none
	sparse map[uint32]uint32
}

// newPerPrincipal is for so many principals, of a host with so many events.
func newPerPrincipal(principals, events int) perPrincipal {
	if principals <= events {
		return perPrincipal{list: make([]uint32, principals)}
	}
	return perPrincipal{sparse: map[uint32]uint32{}}
}

func (p *perPrincipal) get(principal uint32) (uint32, bool) {
	if int(principal) < len(p.list) {
		n := p.list[principal]
		return n - 1, n != 0
	}
	n, ok := p.sparse[principal]
	return n, ok
}

// set holds a number below None.
func (p *perPrincipal) set(principal, n uint32) {
	switch {
	case int(principal) < len(p.list):
		p.list[principal] = n + 1
	case p.sparse == nil:
		p.sparse = map[uint32]uint32{principal: n}
	default:
		p.sparse[principal] = n
	}
}

// each yields all, in the order of the principals. The numbers may be set
// meanwhile.
func (p *perPrincipal) each(yield func(principal, n uint32) bool) {
	for principal, n := range p.list {
		if n != 0 && !yield(uint32(principal), n-1) {
			return
		}
	}
	for _, principal := range slices.Sorted(maps.Keys(p.sparse)) {
		if !yield(principal, p.sparse[principal]) {
			return
		}
	}
}
