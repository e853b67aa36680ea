package search

import (
	"slices"
	"strings"
	"testing"
)

func TestNumbersAreFoundByHowTheyBegin(t *testing.T) {
	ids := []uint64{0x3e7, 0x3e71, 0x13e7, 0, 0xffffffffffffffff}
	ix, err := BuildBy(t.Context(), len(ids), strings.ToUpper, func(row int, r *Row) {
		r.LogonID(ids[row])
		r.ID(ids[row] ^ 0xabc0_0000_0000_0000)
		r.Shared(1, uint64(row%2), func() { r.Text([]string{"even", "odd"}[row%2]) })
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		query string
		want  []uint32
	}{
		{"0x3e7", []uint32{0, 1}}, {"3e7", []uint32{0, 1}}, {"0x", []uint32{0, 1, 2, 3, 4}}, {"0x0", []uint32{3}}, {"0x00", nil},
		{"3e", nil}, // too few digits to mean one
		{"13e", []uint32{2}}, {"abc", []uint32{0, 1, 2, 3}}, {"0xabc", nil}, {"abc00000000003e7", []uint32{0}},
		{"ffffffffffffffff", []uint32{4}}, {"ffffffffffffffff0", nil}, {"odd 0x3e7", []uint32{1}}, {"0x3e7 !odd", []uint32{0}},
	} {
		r, err := ix.Search(t.Context(), Parse(c.query), Options{Order: Position})
		if err != nil || !slices.Equal(r.Rows, c.want) {
			t.Errorf("%q finds %v, %v, want %v", c.query, r.Rows, err, c.want)
		}
	}
	if r, _ := ix.Search(t.Context(), Parse("0x3e7"), Options{}); r.Best != 0 || len(r.Rows) == 0 || r.Rows[0] != 0 {
		t.Errorf("the number itself is not the best of %+v", r)
	}
}
