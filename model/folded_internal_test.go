package model

import (
	"slices"
	"testing"

	"spoor/model/event"
)

// However often they are asked between, names are folded and counted once.
func TestNamesLearntInStepsAreThoseLearntAtOnce(t *testing.T) {
	s := newStore(event.NewSchemas())
	triple := func(sid, name, domain string) {
		x := &s.lexicon.texts
		s.lexicon.internPrincipal(x.intern(sid), x.intern(name), x.intern(domain))
	}
	const base = "S-1-5-21-1-2-3"
	stepwise := newFoldedNames()
	for _, p := range [][3]string{
		{base + "-1001", "Alice", "CORP"}, {base + "-1001", "alice@corp.example", ""}, {"", `corp\ALICE`, ""},
		{"", "bob", "Corp.Example"}, {base + "-1002", "bob", "CORP"}, {sidSystem, "PC1$", "CORP"}, {sidNobody, "eve", "-"},
	} {
		triple(p[0], p[1], p[2])
		v := s.view()
		stepwise.learn(&v)
	}
	v := s.view()
	once := newFoldedNames()
	once.learn(&v)
	if !slices.Equal(once.of, stepwise.of) || !slices.Equal(once.all, stepwise.all) {
		t.Errorf("%v of %q, want %v of %q", stepwise.of, stepwise.all, once.of, once.all)
	}
	for _, n := range []*foldedNames{once, stepwise} {
		if a, b, c := n.of[1], n.of[2], n.of[3]; a.name != b.name || a.name != c.name || a.domain != c.domain || n.all[a.name] != "alice" || n.all[b.domain] != "corp.example" {
			t.Errorf("three ways to write one name are %+v, %+v and %+v", a, b, c)
		}
		if !n.of[3].sidless || n.of[1].sidless || !n.of[6].ofHost || n.of[1].ofHost || !n.of[7].sidless {
			t.Errorf("SIDs are not told apart: %+v", n.of)
		}
		corp := n.of[1].domain
		want := []string{n.all[corp], "corp.example", "-"}
		if !slices.Equal(n.domains, want) || len(n.pairs) != 2 {
			t.Errorf("domains %q, want %q; %d pairs with a SID, want 2", n.domains, want, len(n.pairs))
		}
		if got := n.called[call{s.lexicon.texts.intern(base), s.lexicon.texts.intern("CORP")}]; got != 2 {
			t.Errorf("%d principals of the SID are written with CORP, want 2", got)
		}
	}
}
