package model

import (
	"encoding/binary"
	"math/bits"

	"spoor/model/event"
)

// guidSet holds any number of GUIDs in some three to six bytes each. It may say
// that it has one that it has not, of a hundred one or two; never the other way
// round.
type guidSet struct {
	filters [][]uint64 // each twice as large as the one before
	room    int        // how many more GUIDs the last one takes
}

const (
	// guidBits is how many bits a GUID has.
	guidBits = 24
	// leastGUIDs is how many words the first filter has.
	leastGUIDs = 1 << 8
)

// eachBit yields the places that stand for a GUID in a filter.
func eachBit(filter []uint64, id event.GUID, use func(word *uint64, bit uint64) bool) bool {
	a, b := binary.LittleEndian.Uint64(id[:8]), binary.LittleEndian.Uint64(id[8:])
	shift := 64 - bits.Len(uint(64*len(filter)-1))
	for i := range uint64(3) {
		h := (a + i*bits.RotateLeft64(b, 17) + b) * 0x9e3779b97f4a7c15 >> shift
		if !use(&filter[h>>6], 1<<(h&63)) {
			return false
		}
	}
	return true
}

func (g *guidSet) add(id event.GUID) {
	if id == (event.GUID{}) || g.has(id) {
		return
	}
	if g.room == 0 {
		words := leastGUIDs << len(g.filters)
		g.filters, g.room = append(g.filters, make([]uint64, words)), words*64/guidBits
	}
	g.room--
	eachBit(g.filters[len(g.filters)-1], id, func(word *uint64, bit uint64) bool { *word |= bit; return true })
}

func (g *guidSet) has(id event.GUID) bool {
	if id == (event.GUID{}) {
		return false
	}
	for _, f := range g.filters {
		if eachBit(f, id, func(word *uint64, bit uint64) bool { return *word&bit != 0 }) {
			return true
		}
	}
	return false
}
