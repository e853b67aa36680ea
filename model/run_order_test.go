package model

import (
	"math/rand/v2"
	"slices"
	"testing"

	"spoor/model/event"
)

// However a file's rows come, in pieces that workers hand over or in none, they
// are ordered by record and time.
func TestRowsOfAFileAreOrderedHoweverTheyCome(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	of := func(from, n int) []numbered {
		var out []numbered
		for i := range n {
			out = append(out, numbered{uint64(from + i), event.FileTime(1000 - i%3), uint32(from + i)})
		}
		return out
	}
	shuffled := of(0, 500)
	random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	for name, rows := range map[string][]numbered{
		"none":                      nil,
		"one":                       of(7, 1),
		"in order":                  of(0, 1000),
		"two pieces the other way":  slices.Concat(of(500, 500), of(0, 500)),
		"pieces of several workers": slices.Concat(of(0, 200), of(400, 200), of(200, 200), of(800, 100), of(600, 200)),
		"pieces left out by turns":  slices.Concat(of(0, 300), of(600, 300), of(300, 300), of(900, 300), of(1500, 300), of(1200, 300)),
		"pieces that overlap":       slices.Concat(of(0, 300), of(200, 300), of(100, 200)),
		"the same piece twice":      slices.Concat(of(100, 300), of(100, 300)),
		"many small pieces":         slices.Concat(of(8, 4), of(4, 4), of(0, 4), of(12, 100)),
		"in no order":               shuffled,
	} {
		want := slices.Clone(rows)
		slices.SortFunc(want, compareNumbered)
		got := slices.Clone(rows)
		sortRun(got)
		same := func(a, b numbered) bool { return compareNumbered(a, b) == 0 }
		if !slices.EqualFunc(got, want, same) {
			t.Errorf("%s: %v", name, got)
		}
	}
}
