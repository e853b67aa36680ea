package search

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

// many are things of few users, each on a host of its own; the last of them has
// names that it shares with none.
func many(n int) (all []thing, rows Rows) {
	for i := range n {
		all = append(all, thing{
			names:   map[Field][]string{User: {fmt.Sprintf(`CORP\User%d`, i%7)}, Host: {fmt.Sprintf("WKS-%d", i)}, IP: {fmt.Sprintf("10.0.0.%d", i%5)}, Kind: {"network"}, Activity: {[]string{"file share", "winrm"}[i%2]}},
			numbers: map[Field][]uint64{Type: {uint64(i % 3)}, EventID: {uint64(4624 + i%4)}},
			from:    fmt.Sprintf("2026-11-%02dT09:00:00Z", 1+i%28), to: fmt.Sprintf("2026-11-%02dT11:00:00Z", 1+i%28),
		})
	}
	all[n-1].names[User] = []string{"user3.alone"}
	return all, Rows{
		Thing: func(row int) Thing { return all[row] },
		Key: func(f Field) func(int) (uint32, bool) {
			of := map[Field]int{User: 7, IP: 5, Kind: 1, Type: 3}[f]
			if of == 0 {
				return nil
			}
			return func(row int) (uint32, bool) { return uint32(1000 * (row % of)), f != User || row != n-1 }
		},
		Lasted: func(row int) (from, to time.Time) { return all[row].Lasted() },
	}
}

func TestASieveLetsPassWhatMatches(t *testing.T) {
	for _, n := range []int{1, 64, 200} {
		all, rows := many(n)
		s := NewSieve(n, rows)
		for _, query := range []string{
			"user:u", "user:us", "user:user3", "-user:user3", "user:user3 ip:10.0.0.2", "ip:10.0.0.0/31", "user:alone", "-user:alone", "host:wks-1*", "type:2 -ip:10.0.0.1", "type:network",
			"kind:net*", "kind:winrm", "-kind:winrm", "kind:file-share user:user1,user2", "id:4625 user:user3", "after:2026-11-07", "before:11-07 11:00 -user:user3", "user:nobody", "user:u",
		} {
			f, err := ParseFilter(query, march)
			if err != nil {
				t.Fatal(query, err)
			}
			pass, err := s.Pass(t.Context(), f)
			if err != nil {
				t.Fatal(query, err)
			}
			matching := 0
			for row := range n {
				if f.Match(all[row]) {
					matching++
				}
				if pass.Has(uint32(row)) != f.Match(all[row]) {
					t.Errorf("%q of %d lets row %d pass: %t", query, n, row, !f.Match(all[row]))
				}
			}
			if pass.Len() != matching {
				t.Errorf("%q of %d lets %d pass, want %d", query, n, pass.Len(), matching)
			}
		}
	}
}

func TestAnOvertakenSieveEndsAndHoldsAgain(t *testing.T) {
	all, rows := many(5000)
	s := NewSieve(len(all), rows)
	f, _ := ParseFilter("user:user3 id:4625 after:2026-11-07", march)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Pass(ctx, f); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	pass, err := s.Pass(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	for row := range all {
		if pass.Has(uint32(row)) != f.Match(all[row]) {
			t.Fatalf("row %d passes: %t", row, pass.Has(uint32(row)))
		}
	}
}

func TestWhatIsKeptComesInTheOrderOfTheList(t *testing.T) {
	keep := newSet(5)
	keep[0] = 0b11010
	for _, c := range []struct {
		o    Options
		want []uint32
	}{
		{Options{Keep: keep}, []uint32{1, 3, 4}},
		{Options{Keep: keep, Limit: 2}, []uint32{1, 3}},
		{Options{Keep: keep, Limit: 2, Sorted: []uint32{4, 0, 3, 2, 1}}, []uint32{4, 3}},
		{Options{}, []uint32{0, 1, 2, 3, 4}},
		{Options{Sorted: []uint32{4, 0, 3, 2, 1}, Limit: 1}, []uint32{4}},
	} {
		r, err := All(t.Context(), 5, c.o)
		total := 3
		if c.o.Keep == nil {
			total = 5
		}
		if err != nil || !slices.Equal(r.Rows, c.want) || r.Total != total || r.Best != c.want[0] {
			t.Errorf("%+v: %+v, want %v of %d", c.o, r, c.want, total)
		}
	}
}
