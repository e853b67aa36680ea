package model

import (
	"encoding/binary"
	"math/bits"

	"spoor/model/event"
)

// guidSet holds any number of GUIDs in four megabytes. It may say that it has
// one that it has not; never the other way round.
type guidSet struct{ words []uint64 }

// guidSetBits makes one in a thousand wrong with some three million GUIDs.
const guidSetBits = 25

func (g *guidSet) each(id event.GUID, use func(word, bit uint64) bool) bool {
	a, b := binary.LittleEndian.Uint64(id[:8]), binary.LittleEndian.Uint64(id[8:])
	for i := range uint64(3) {
		h := (a + i*bits.RotateLeft64(b, 17) + b) * 0x9e3779b97f4a7c15 >> (64 - guidSetBits)
		if !use(h>>6, 1<<(h&63)) {
			return false
		}
	}
	return true
}

func (g *guidSet) add(id event.GUID) {
	if id == (event.GUID{}) {
		return
	}
	if g.words == nil {
		g.words = make([]uint64, 1<<(guidSetBits-6))
	}
	g.each(id, func(word, bit uint64) bool { g.words[word] |= bit; return true })
}

func (g *guidSet) has(id event.GUID) bool {
	return g.words != nil && id != (event.GUID{}) && g.each(id, func(word, bit uint64) bool { return g.words[word]&bit != 0 })
}
