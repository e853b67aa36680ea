package search

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// find returns the values that a query finds, in order, each being a row.
func find(t testing.TB, query string, o Options, rows ...string) []string {
	t.Helper()
	ix, err := Build(t.Context(), len(rows), func(row int, add func(string)) {
		for v := range strings.SplitSeq(rows[row], "|") {
			add(v)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := ix.Search(t.Context(), Parse(query), o)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, row := range r.Rows {
		out = append(out, rows[row])
	}
	return out
}

func TestFind(t *testing.T) {
	for _, c := range []struct {
		name, query string
		rows, want  []string
	}{
		{"nothing typed finds all in order", " ", []string{"b", "a"}, []string{"b", "a"}},
		{"letters apart match in order", "pgv", []string{`THESHIRE\pgustavo`, "alice"}, []string{`THESHIRE\pgustavo`}},
		{"a contiguous match beats a scattered one", "host12", []string{"srv-host-012", "h-old-store host12.corp"}, []string{"h-old-store host12.corp", "srv-host-012"}},
		{"the whole value beats its start beats a word in it beats a part of it", "bob",
			[]string{"xbobx", `CORP\bob`, "bobby", "bob"}, []string{"bob", "bobby", `CORP\bob`, "xbobx"}},
		{"a space means and, in any order and over several values", "alice 4625", []string{"4625|failed|alice", "4624|alice", "4625|bob"}, []string{"4625|failed|alice"}},
		{"accents do not count", "eric", []string{"Éric"}, []string{"Éric"}},
		{"accents do not count in the query either", "éric", []string{"ERIC", "E\u0301RIC"}, []string{"ERIC", "E\u0301RIC"}},
		{"case does not count beyond ASCII", "ΣΊΣΥΦΟΣ", []string{"σίσυφοσ"}, []string{"σίσυφοσ"}},
		{"a NUL does not end a value", "bob", []string{"alice\x00bob"}, []string{"alice\x00bob"}},
		{"a NUL in the query is a space", "bob\x00al", []string{"alice bob"}, []string{"alice bob"}},
		{"scattered digits are no number", "4625", []string{"0x4a6b2c5", "4625"}, []string{"4625"}},
		{"ties keep their order", "x", []string{"xb", "xa"}, []string{"xb", "xa"}},
		{"more letters than the matcher can score must be contained", strings.Repeat("a", 45),
			[]string{strings.Repeat("a", 44) + "ba", strings.Repeat("a", 60)}, []string{strings.Repeat("a", 60)}},
		{"what is after ! must be in no value", "!alice 4625", []string{"4625|alice", "4625|bob", "4624|bob"}, []string{"4625|bob"}},
		{"what is left out stays so whatever else it matches", "alice !4625 failed", []string{"4625|failed|alice", "4624|failed|alice"}, []string{"4624|failed|alice"}},
		{"alone it leaves the others in their order", "!al", []string{"bob", "ALICE", "ann"}, []string{"bob", "ann"}},
		{"scattered letters leave nothing out", "!ae", []string{"alice", "aeneas"}, []string{"alice"}},
		{"logon IDs are left out too", "!0x3e7", []string{"0x3e7|system", "0x51000|bob"}, []string{"0x51000|bob"}},
		{"a ! to which more is to come leaves nothing out", "bob !", []string{"bob!", "bob", "alice"}, []string{"bob", "bob!"}},
		{"what nothing matches finds nothing", "zzqx", []string{"alice"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := find(t, c.query, Options{}, c.rows...); !slices.Equal(got, c.want) {
				t.Errorf("%q finds %q, want %q", c.query, got, c.want)
			}
		})
	}
}

// Thirty-nine adjacent letters are the most that the matcher scores without
// overflow; below the cap the longer match still wins.
func TestLongUnbrokenMatchesDoNotOverflow(t *testing.T) {
	long := strings.Repeat("ab", 16)
	got := find(t, long, Options{}, long[:31]+"-b", long)
	if want := []string{long, long[:31] + "-b"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTieredKeepsTheOrderOfTheListWithinATier(t *testing.T) {
	rows := []string{"a-l-i", "xxali", "ali", "aXlXi"}
	if got, want := find(t, "ali", Options{Order: Tiered}, rows...), []string{"xxali", "ali", "a-l-i", "aXlXi"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := find(t, "ali", Options{Order: Position}, rows...); !slices.Equal(got, rows) {
		t.Errorf("got %q, want %q", got, rows)
	}
	if got, want := find(t, "ali", Options{Order: Position, Sorted: []uint32{3, 2, 1, 0}}, rows...), []string{"aXlXi", "ali", "xxali", "a-l-i"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLimitKeepsTheBestAndCountsAll(t *testing.T) {
	n := 5000
	ix, _ := Build(t.Context(), n, func(row int, add func(string)) { add("host" + strconv.Itoa(row)) })
	r, err := ix.Search(t.Context(), Parse("host"), Options{Order: Position, Limit: 10})
	if err != nil || r.Total != n || len(r.Rows) != 10 || r.Rows[0] != 0 || r.Rows[9] != 9 {
		t.Errorf("got %d of %d: %v, %v", len(r.Rows), r.Total, r.Rows, err)
	}
}

func TestAnOvertakenSearchEnds(t *testing.T) {
	ix, _ := Build(t.Context(), 5000, func(row int, add func(string)) { add("host" + strconv.Itoa(row)) })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ix.Search(ctx, Parse("zq"), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("search: got %v", err)
	}
	if _, err := Build(ctx, 1, func(int, func(string)) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("build: got %v", err)
	}
}

func TestHighlight(t *testing.T) {
	for _, c := range []struct{ query, value, want string }{
		{"alice", `4624 Administrator logon CORP\alice`, `4624 Administrator logon CORP\[alice]`},
		{"ERIC", "Éric", "[Éric]"},
		{"pgv", "pgustavo", "[pg]usta[v]o"},
		{"ali li", "alice", "[ali]ce"},
		{"46", "0x4a6", "0x4a6"},
		{"zz", "alice", "alice"},
	} {
		got := c.value
		spans := Parse(c.query).Highlight(c.value)
		for _, s := range slices.Backward(spans) {
			got = got[:s.Start] + "[" + got[s.Start:s.End] + "]" + got[s.End:]
		}
		if got != c.want {
			t.Errorf("%q in %q: got %s, want %s", c.query, c.value, got, c.want)
		}
	}
}

func FuzzHighlight(f *testing.F) {
	f.Add("e ri", "Éric\x00\xff")
	f.Fuzz(func(t *testing.T, query, value string) {
		end := 0
		for _, s := range Parse(query).Highlight(value) {
			if s.Start < end || s.End <= s.Start || s.End > len(value) {
				t.Fatalf("%q in %q: span %v after %d", query, value, s, end)
			}
			end = s.End
		}
		find(t, query, Options{Limit: 3}, value, value+"x")
	})
}

// BenchmarkKeystroke searches as many distinct values as a large domain has,
// over a million rows of six values.
func BenchmarkKeystroke(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	values := make([]string, 10_000)
	for i := range values {
		values[i] = `CORP\user` + strconv.Itoa(i) + "-" + strconv.Itoa(random.IntN(1000))
	}
	ix, _ := Build(b.Context(), 1_000_000, func(_ int, add func(string)) {
		for range 6 {
			add(values[random.IntN(len(values))])
		}
	})
	for _, query := range []string{"u", "user12", "usr99"} {
		b.Run(query, func(b *testing.B) {
			for b.Loop() {
				if _, err := ix.Search(b.Context(), Parse(query), Options{Order: Tiered, Limit: 10_000}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// What is remembered of earlier searches must change no result.
func TestTypingOnFindsWhatTypingAtOnceFinds(t *testing.T) {
	values := []string{"alice", "ALICE.B", "bob", "malice", "xaxlxixcxe", "0x3e7a", "0x1c2ba1", "deadbeefdeadbeef", "al", "a"}
	build := func() *Index {
		ix, err := Build(t.Context(), len(values), func(row int, add func(string)) { add(values[row]) })
		if err != nil {
			t.Fatal(err)
		}
		return ix
	}
	typed := build()
	for _, q := range []string{"a", "al", "ali", "alic", "alice", "alic", "ali", "!ali", "al", "x", "0", "0x", "0x3", "0xa", "dead", "db", "alice b", "a b"} {
		got, err := typed.Search(t.Context(), Parse(q), Options{Order: Ranked})
		if err != nil {
			t.Fatal(err)
		}
		want, err := build().Search(t.Context(), Parse(q), Options{Order: Ranked})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Rows, want.Rows) || got.Total != want.Total {
			t.Errorf("%q: typed on it finds %v, at once %v", q, got.Rows, want.Rows)
		}
	}
}
