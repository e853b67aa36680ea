package tui

import (
	"fmt"
	"strings"
	"testing"
)

// Thousands of spellings leave a page readable, and it says how many it leaves
// out.
func TestThousandsOfSpellingsDoNotFillThePage(t *testing.T) {
	var all []string
	for i := range 5000 {
		all = append(all, fmt.Sprintf(`CORP\alice%d`, i))
	}
	if got := spelledWords(all); len(strings.Fields(got)) > 60 || !strings.HasPrefix(got, `CORP\alice0  CORP\alice1`) || !strings.Contains(got, "4,960 more") {
		t.Errorf("%q", got)
	}
	if got := spelledWords(all[:2]); got != `CORP\alice0  CORP\alice1` {
		t.Errorf("%q", got)
	}
}
