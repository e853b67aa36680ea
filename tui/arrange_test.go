package tui

import (
	"cmp"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestWordsAreRankedAsTheyCompare(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for name, some := range map[string]string{"logon IDs": "0x12af ", "short": "ab", "any": "a\x00zé\xff"} {
		letters := []rune(some)
		for _, prefix := range []string{"", "0x", "a prefix that all have"} {
			var all []string
			for range 400 {
				word := prefix
				for range rng.IntN(14) {
					word += string(letters[rng.IntN(len(letters))])
				}
				all = append(all, word)
			}
			rank, err := rankWords(t.Context(), all)
			if err != nil {
				t.Fatal(err)
			}
			for i, a := range all {
				for k, b := range all {
					if got, want := cmp.Compare(rank[i], rank[k]), strings.Compare(a, b); got != want {
						t.Fatalf("%s: %q and %q are ranked %d, want %d", name, a, b, got, want)
					}
				}
			}
		}
	}
}
