package model

import (
	"math/rand/v2"
	"testing"
)

func TestAPairMapHoldsWhatAMapDoes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	m, want := newPairMap[int](), map[[2]uint32]int{}
	var first [][2]uint32
	for i := range 20000 {
		a, b := r.Uint32N(300), r.Uint32N(50)*1000
		if want[[2]uint32{a, b}] == 0 {
			first = append(first, [2]uint32{a, b})
		}
		want[[2]uint32{a, b}] += i + 1
		*m.of(a, b) += i + 1
	}
	if int(m.entries.n) != len(want) {
		t.Fatalf("%d pairs, want %d", m.entries.n, len(want))
	}
	for i, k := range first {
		e := m.entries.at(uint32(i))
		if e.a != k[0] || e.b != k[1] {
			t.Fatalf("the pair that came as number %d is %d, %d, want %v", i, e.a, e.b, k)
		}
		if got := *m.of(e.a, e.b); got != want[k] || e.value != got {
			t.Fatalf("%v holds %d, want %d", k, got, want[k])
		}
	}
}
