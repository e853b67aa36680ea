package model

import (
	"fmt"
	"slices"
	"testing"
)

// However many ways there are to write an account, each is counted once, with
// all of its uses.
func TestEachSpellingIsCountedOnceHoweverManyThereAre(t *testing.T) {
	var s spellings
	for _, many := range []int{1, mostLooked, mostLooked + 1, 3 * mostCleared, 2} {
		s.clear()
		s.use("", "CORP", 1) // names nobody
		for round := range 3 {
			for i := range many {
				s.use(fmt.Sprint("name", i/2), fmt.Sprint("domain", i%2), round)
			}
		}
		if len(s.all) != many {
			t.Errorf("%d spellings, want %d", len(s.all), many)
		}
		for i, w := range s.all {
			if w.name != fmt.Sprint("name", i/2) || w.domain != fmt.Sprint("domain", i%2) || w.n != 3 {
				t.Errorf("of %d: %+v at %d", many, w, i)
			}
		}
	}
}

// A host of many events holds numbers in a list, one of few in a map; what was
// not set is not there in either, and 0 is a number like others.
func TestNumbersOfPrincipalsAreHeldInAListOrAMap(t *testing.T) {
	for name, p := range map[string]perPrincipal{"list": newPerPrincipal(10, 100), "map": newPerPrincipal(100, 10), "zero": {}} {
		for _, principal := range []uint32{3, 9, 5000} {
			p.set(principal, principal/9) // 0 among them
		}
		for principal, want := range map[uint32]bool{3: true, 9: true, 5000: true, 0: false, 4: false, 10: false} {
			if n, ok := p.get(principal); ok != want || ok && n != principal/9 {
				t.Errorf("%s: %d is %d, %t", name, principal, n, ok)
			}
		}
		var all [][2]uint32
		for principal, n := range p.each {
			all = append(all, [2]uint32{principal, n})
		}
		if want := [][2]uint32{{3, 0}, {9, 1}, {5000, 555}}; !slices.Equal(all, want) {
			t.Errorf("%s: all are %v, want %v", name, all, want)
		}
	}
}
