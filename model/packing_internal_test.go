package model

import "testing"

// A row that claims fields of which the batch holds no values has none.
func TestOnlyFieldsWithValuesArePresent(t *testing.T) {
	for _, c := range []struct {
		fields uint64
		values int
		want   uint64
	}{{0b1111, 2, 0b11}, {0b1010, 4, 0b1010}, {^uint64(0), 0, 0}, {1<<63 | 1, 64, 1<<63 | 1}, {1<<63 | 1, 100, 1<<63 | 1}} {
		if got := present(c.fields, make([]uint64, c.values)); got != c.want {
			t.Errorf("%b with %d values: %b, want %b", c.fields, c.values, got, c.want)
		}
	}
	s := slot{fields: []int{7, 2}}
	if v, ok := s.value(1<<7|1<<2, []uint64{0, 0, 5}); !ok || v != 5 {
		t.Errorf("the first field that has a value holds %d, %t, want 5", v, ok)
	}
}
