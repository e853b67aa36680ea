package search

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestRankingKeepsTheBestInOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	type hit struct {
		score    int32
		position uint32
	}
	for name, score := range map[string]func(position int) int32{
		"any":     func(int) int32 { return rng.Int32N(50) },
		"better":  func(position int) int32 { return int32(position / 3) },
		"worse":   func(position int) int32 { return int32(2000 - position) },
		"equal":   func(int) int32 { return 7 },
		"unequal": func(int) int32 { return rng.Int32N(1 << 20) },
	} {
		for _, limit := range []int{1, 2, 20, 999, 1000, 5000} {
			t.Run(fmt.Sprint(name, limit), func(t *testing.T) {
				var all []hit
				top, half := ranking{limit: limit}, ranking{limit: limit}
				for position := range 1000 {
					h := hit{score(position), uint32(position)}
					all = append(all, h)
					to := &top
					if position >= 600 {
						to = &half
					}
					to.add(h.score, h.position)
				}
				top.join(&half)
				slices.SortStableFunc(all, func(a, b hit) int { return int(b.score - a.score) })
				got := top.positions()
				if len(got) != min(limit, len(all)) {
					t.Fatalf("%d are kept", len(got))
				}
				for i, position := range got {
					if position != all[i].position {
						t.Fatalf("place %d is position %d, want %d", i, position, all[i].position)
					}
				}
			})
		}
	}
}
