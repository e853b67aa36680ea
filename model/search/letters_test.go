package search

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/sahilm/fuzzy"
)

// The matcher takes ſ for s and the sign of Kelvin for k.
func TestNoValueThatMatchesIsPassedOver(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	letters := []rune("aabkst1 20.\\-éſ\u212aσς世")
	text := func(most int) string {
		var b strings.Builder
		for range 1 + rng.IntN(most) {
			b.WriteRune(letters[rng.IntN(len(letters))])
		}
		return b.String()
	}
	matched, passed := 0, 0
	for range 200_000 {
		term, value := text(4), text(14)
		may := wantedMarks(term)&^marksOf(value) == 0
		if strings.Contains(value, term) && !may {
			t.Fatalf("%q is in %q and is passed over", term, value)
		}
		may = may && inOrder(term, value)
		switch {
		case len(fuzzy.FindNoSort(term, []string{value})) > 0:
			if matched++; !may {
				t.Fatalf("%q matches %q and is passed over", term, value)
			}
		case !may:
			passed++
		}
	}
	if matched < 1000 || passed < 1000 {
		t.Errorf("%d matched and %d were passed over: too few to tell", matched, passed)
	}
}
