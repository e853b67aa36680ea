package search

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkSearch searches two million rows that share what a network's
// sessions share: accounts, hosts, addresses, and the minutes of a month.
//
//	go test ./model/search -run '^$' -bench Search
func BenchmarkSearch(b *testing.B) {
	const rows = 2_200_000
	ix := network(b, rows)
	sorted := make([]uint32, rows)
	for i := range sorted {
		sorted[i] = uint32(rows - 1 - i)
	}
	for _, order := range []struct {
		name string
		Options
	}{
		{"ranked", Options{Order: Ranked, Limit: 10_000}},
		{"tiered", Options{Order: Tiered, Limit: 10_000}},
		{"sorted", Options{Order: Position, Limit: 10_000, Sorted: sorted}},
	} {
		for _, query := range []string{"a", "an", "anna", "anna.fuchs1", "srv01", "10.20.1", "0x2f", "anna srv"} {
			b.Run(fmt.Sprintf("%s/%s", order.name, query), func(b *testing.B) {
				for b.Loop() {
					ix.before = before{} // nothing was typed before
					if _, err := ix.Search(b.Context(), Parse(query), order.Options); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func network(b *testing.B, rows int) *Index {
	given := []string{"anna", "ben", "carla", "dirk", "ella", "frank", "georg", "ivan", "lena", "paula"}
	family := []string{"fuchs", "ebert", "graf", "adler", "meyer", "stein"}
	rng := rand.New(rand.NewPCG(1, 1))
	few := func(n int) uint64 { return uint64(rng.IntN(rng.IntN(n) + 1)) } // and of these some often
	ix, err := BuildBy(b.Context(), rows, func(s string) string { return s }, func(row int, r *Row) {
		account, host, from, minute := few(8_900), few(2_000), few(10_000), uint64(row/68)
		r.Shared(0, account, func() {
			r.Text(fmt.Sprintf(`CORP\%s.%s%d`, given[account%10], family[account/10%6], account/60))
		})
		r.Shared(1, host, func() { r.Text(fmt.Sprintf("%s%04d", []string{"PC", "SRV"}[host%2], host)) })
		r.Shared(2, from, func() {
			r.Text(fmt.Sprintf("10.20.%d.%d", from/250, from%250))
			r.Text(fmt.Sprintf("10.20.%d.%d = PC%04d ~", from/250, from%250, from%2_000))
		})
		r.Shared(3, uint64(row%4), func() { r.Text([]string{"Kerberos", "NTLM", "Negotiate", "Advapi"}[row%4]) })
		r.Shared(4, uint64(row%3), func() { r.Text([]string{"network", "remote desktop", "batch"}[row%3]) })
		r.Shared(5, minute, func() {
			r.Text(fmt.Sprintf("03-%02d %02d:%02d", minute/1440+1, minute/60%24, minute%60))
			r.Text(fmt.Sprintf("2026-03-%02d %02d:%02d", minute/1440+1, minute/60%24, minute%60))
		})
		if row%4 == 0 {
			r.Text(fmt.Sprintf("cifs/srv%04d", rng.IntN(2_000)))
		}
		r.LogonID(rng.Uint64N(1 << 32))
		r.ID(rng.Uint64())
	})
	if err != nil {
		b.Fatal(err)
	}
	return ix
}
