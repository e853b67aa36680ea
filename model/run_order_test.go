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
	const most = 2000
	written := &table{rows: []*[blockSize]row{{}}, count: most}
	for i := range uint32(most) {
		*written.row(i) = row{record: uint64(i), time: event.FileTime(1000 - i%3)}
	}
	const twice = 1800 // numbers from here on come with two times
	for i := range uint32(most - twice) {
		*written.row(twice + i) = row{record: uint64(twice + i/2), time: event.FileTime(i)}
	}
	of := func(from, n uint32) []uint32 {
		var out []uint32
		for i := range n {
			out = append(out, from+i)
		}
		return out
	}
	shuffled := of(0, 500)
	again := of(twice, most-twice)
	for _, rows := range [][]uint32{shuffled, again} {
		random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	}
	for name, rows := range map[string][]uint32{
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
		"numbers of two times":      again,
	} {
		want := slices.Clone(rows)
		slices.Sort(want)
		got := slices.Clone(rows)
		written.sortRun(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v", name, got)
		}
	}
}
