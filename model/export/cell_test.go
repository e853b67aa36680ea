package export

import (
	"strings"
	"testing"
)

// A line of a cell is broken between the parts of a name, never within a time,
// an ID, a number or an address; only what is longer than all of them may
// break anywhere.
func TestCellsBreakWhereNothingIsMisread(t *testing.T) {
	tests := []struct {
		text, pieces string // parted by |
		long         bool
	}{
		{"f4ecfe9ccf2fcd0a", "f4ecfe9ccf2fcd0a", false},
		{"2026-03-02T16:06:44.5900177Z, logoff", "2026-03-02|T16:06:44.5900177Z, logoff", false},
		{"2026-03-02T18:00:00.0000000+09:00", "2026-03-02|T18:00:00.0000000+09:00", false},
		{`NORDLICHT\lars.hinrichs`, `NORDLICHT\|lars.|hinrichs`, false},
		{"fs01.nordlicht.example (strong), 10.20.1.103", "fs01.|nordlicht.|example (strong), 10.20.1.103", false},
		{"34370.8s", "34370.8s", false},
		{"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", false},
		{"S-1-5-21-2968031745-1120768932-3416005281-1105", "S-|1-|5-|21-|2968031745-|1120768932-|3416005281-|1105", false},
		{strings.Repeat("ab", 32), strings.Repeat("ab", 32), true},
		{"ein " + strings.Repeat("ü", 40), "ein " + strings.Repeat("ü", 40), false},
		{"", "", false},
	}
	for _, test := range tests {
		c := newCell(test.text)
		var got []string
		for _, p := range c.Pieces {
			got = append(got, p.Text)
			if p.Ends {
				got = append(got, "|")
			}
		}
		if pieces := strings.Join(got, ""); pieces != test.pieces || c.Long != test.long {
			t.Errorf("%q: %q, long: %t", test.text, pieces, c.Long)
		}
		if strings.ReplaceAll(strings.Join(got, ""), "|", "") != test.text {
			t.Errorf("%q was changed", test.text)
		}
	}
}
