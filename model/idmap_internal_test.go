package model

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"spoor/model/event"
)

func TestIDsAreHeldWhateverOrderTheyComeAndGoIn(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	rising := uint64(0)
	for name, next := range map[string]func() uint64{
		"rising": func() uint64 { rising += 1 + random.Uint64N(9); return rising },
		"any":    func() uint64 { return random.Uint64N(9000) },
	} {
		t.Run(name, func(t *testing.T) {
			var m idMap[int]
			want := map[uint64]int{}
			for i := range 40000 {
				id := next()
				m.set(id, i)
				want[id] = i
				for len(want) > 6000-(i/5000)*700 {
					for id = range want {
						break
					}
					m.delete(id)
					m.delete(id)
					delete(want, id)
					if m.has(id) {
						t.Fatalf("%d is still there", id)
					}
				}
			}
			got := map[uint64]int{}
			var order []uint64
			m.each(func(id uint64, v int) { got[id], order = v, append(order, id) })
			if !maps.Equal(got, want) || !slices.IsSorted(order) {
				t.Errorf("%d are there, not %d", len(got), len(want))
			}
			for id, v := range want {
				if got, ok := m.get(id); !ok || got != v {
					t.Fatalf("%d is %d", id, got)
				}
			}
		})
	}
}

func TestPiecesAreFullWhereIDsRise(t *testing.T) {
	var s idSet
	for id := range uint64(50 * idPieceSize) {
		s.add(id)
	}
	if len(s.pieces) != 50 {
		t.Errorf("%d pieces", len(s.pieces))
	}
}

func TestAGUIDThatWasAddedIsFoundAndFewOthers(t *testing.T) {
	id := func(n uint64) (g event.GUID) {
		random := rand.New(rand.NewPCG(n, 3))
		for i := range g {
			g[i] = byte(random.Uint32())
		}
		return g
	}
	var s guidSet
	const n = 20000
	if s.has(id(0)) {
		t.Error("an empty set has one")
	}
	for i := range uint64(n) {
		s.add(id(i))
	}
	wrong := 0
	for i := range uint64(n) {
		if !s.has(id(i)) {
			t.Fatal("one is missing")
		}
		if s.has(id(i + n)) {
			wrong++
		}
	}
	size := 0
	for _, f := range s.filters {
		size += 8 * len(f)
	}
	if wrong > n/50 || size > 8*n {
		t.Errorf("%d of %d are wrong; %d bytes", wrong, n, size)
	}
}
