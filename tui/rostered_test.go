package tui

import (
	"context"
	"slices"
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/search"
	"spoor/model/text"
)

// estateOf drives the UI on n events of an estate.
func estateOf(t testing.TB, n int) *driver {
	o := options(t, nil)
	o.Load = func(ctx context.Context, publish func(Progress)) { simulated(ctx, n, publish) }
	return drive(t, o, 160, 50)
}

// sessionRows are the rows of all sessions, folded or not.
func sessionRows(t *testing.T, d *driver, folded bool) *listing[sitting] {
	v := *d.root.view
	v.folds, v.all = folded, true
	l, ok := sessionsList().build(t.Context(), &v).(*listing[sitting])
	if !ok || l.len() == 0 {
		t.Fatal("there are no sessions")
	}
	return l
}

// fetchedAll is a listing that fetches every row.
func fetchedAll(l *listing[sitting]) *listing[sitting] {
	out := &listing[sitting]{cols: l.cols, id: l.id, found: l.found, numbers: l.numbers, facts: l.facts, info: l.info}
	for row := range l.len() {
		out.items = append(out.items, l.item(row))
	}
	return out
}

func TestLookingAtColumnsOfSessionsSaysWhatWholeSessionsSay(t *testing.T) {
	for name, d := range map[string]*driver{"demo": drive(t, demo(t), 160, 50), "estate": estateOf(t, 5_000)} {
		for _, folded := range []bool{true, false} {
			quick := sessionRows(t, d, folded)
			slow := fetchedAll(quick)
			for c, column := range quick.cols {
				for _, down := range []bool{true, false} {
					a, _ := arrange(t.Context(), quick, sorting{c, down})
					b, _ := arrange(t.Context(), slow, sorting{c, down})
					if !slices.Equal(a, b) {
						t.Errorf("%s, folded %t: sorted by %s the rows lie elsewhere", name, folded, column.Title)
					}
				}
			}
			for row := range quick.len() {
				if key := slow.key(row); key != quick.key(row) || !quick.is(key)(row) || row > 0 && quick.is(key)(row-1) {
					t.Fatalf("%s, folded %t: row %d is called %q and %q", name, folded, row, quick.key(row), key)
				}
				if a, b := quick.sessions(row), quick.item(row).sessionsOf(); !slices.Equal(a, b) {
					t.Fatalf("%s, folded %t: row %d stands for %v and %v", name, folded, row, a, b)
				}
			}
			sieve := search.NewSieve(quick.len(), quick.filtered())
			for _, query := range []string{
				"kind:file-share", "-kind:file-share user:anna", "kind:winrm,rdp", "user:anna", "user:a* -user:anna", "host:srv", "host:dc01 type:3", "type:network", "type:interactive", "kind:run", "-kind:run kind:network",
				"ip:10.20.0.0/24", "ip:10", "-ip:10.20.0.0/24", "end:logoff", "-end:terminated", "after:2026-03-03", "before:2026-03-03 -type:5", "id:4688", "type:2 type:10",
			} {
				f, err := search.ParseFilter(query, d.root.view.now())
				if err != nil {
					t.Fatal(query, err)
				}
				pass, err := sieve.Pass(t.Context(), f)
				if err != nil {
					t.Fatal(query, err)
				}
				for row := range quick.len() {
					if a, b := pass.Has(uint32(row)), f.Match(slow.thing(row)); a != b {
						t.Fatalf("%s, folded %t: %s lets row %d pass: %t, whole: %t", name, folded, query, row, a, b)
					}
				}
			}
			x, err := search.BuildBy(t.Context(), quick.len(), text.Clean, quick.values)
			y, err2 := search.BuildBy(t.Context(), slow.len(), text.Clean, slow.values)
			if err != nil || err2 != nil {
				t.Fatal(err, err2)
			}
			for _, query := range []string{
				"a", "anna", "srv01", "fs01", "lars", "network", "network x2", "rdp", "remote", "kerberos", "ntlm", "10.20.0", "10.20", "2026-03-03", "elevated", "logoff", "docx",
				"0x", "0x1", "0x3e7", "3e7", "anna srv", "terminated =",
			} {
				a, err := x.Search(t.Context(), search.Parse(query), search.Options{Order: search.Position})
				b, err2 := y.Search(t.Context(), search.Parse(query), search.Options{Order: search.Position})
				if err != nil || err2 != nil || !slices.Equal(a.Rows, b.Rows) {
					t.Errorf("%s, folded %t: %q finds %d rows, whole: %d", name, folded, query, a.Total, b.Total)
				}
			}
		}
	}
}

func TestCountingKindsByColumnsCountsWhatWholeSessionsSay(t *testing.T) {
	for name, d := range map[string]*driver{"demo": drive(t, demo(t), 160, 50), "estate": estateOf(t, 5_000)} {
		v, all := d.root.view, 0
		for _, a := range v.snap.Accounts() {
			want := map[string]int{}
			for _, s := range v.snap.Sessions(a.ID, model.None) {
				want[kindWord(v.snap.Session(s))]++
			}
			got := v.kinds(v.snap.Sessions(a.ID, model.None))
			for word, n := range want {
				if word == shortKinds[model.KindUnknown] {
					word = "of unknown kind"
				}
				if all++; !slices.Contains(strings.Split(got, ", "), thousands(n)+" "+word) {
					t.Errorf("%s: the sessions of %s are %s, want %d %s", name, a.Display(), got, n, word)
				}
			}
			if n := len(strings.Split(got, ", ")); len(want) > 0 && n != len(want) {
				t.Errorf("%s: the sessions of %s are %s, want %v", name, a.Display(), got, want)
			}
		}
		if all == 0 {
			t.Errorf("%s: nothing is counted", name)
		}
	}
}

func TestLookingAtFailuresWithoutCopiesSaysWhatTheySay(t *testing.T) {
	for name, d := range map[string]*driver{"demo": drive(t, demo(t), 160, 50), "estate": estateOf(t, 5_000)} {
		l, ok := failuresList().build(t.Context(), d.root.view).(*listing[model.Failure])
		if !ok || l.len() == 0 {
			t.Fatal("there are no failures")
		}
		for _, query := range []string{"user:a", "-user:anna", "host:srv", "ip:10.20.0.0/24", "kind:ntlm", "reason:password", "type:3", "after:2026-03-03", "before:2026-03-03", "id:4625"} {
			f, err := search.ParseFilter(query, d.root.view.now())
			if err != nil {
				t.Fatal(query, err)
			}
			pass, err := search.NewSieve(l.len(), l.filtered()).Pass(t.Context(), f)
			if err != nil {
				t.Fatal(query, err)
			}
			for row := range l.len() {
				if a, b := pass.Has(uint32(row)), f.Match(l.thing(row)); a != b {
					t.Fatalf("%s: %s lets failure %d pass: %t, whole: %t", name, query, row, a, b)
				}
			}
		}
	}
}

func TestAnOvertakenSortKeepsTheRowsAndStops(t *testing.T) {
	d := estateOf(t, 20_500).press("3", "g")
	d.root.after = nothingLater
	before := d.chosen()
	_, first := d.root.Update(key("s"))
	if d.chosen() != before || !d.root.top().busy() {
		t.Fatalf("while it is sorted the cursor is on %q, busy: %t", d.chosen(), d.root.top().busy())
	}
	_, second := d.root.Update(key("s"))
	d.run(first)
	if d.root.top().shown[0] != 0 {
		t.Error("a sort that was overtaken is shown")
	}
	d.run(second)
	if d.root.top().busy() || d.root.top().sort.column != 1 {
		t.Error("the sort that overtook it is not shown")
	}
}
