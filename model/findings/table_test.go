package findings

import (
	"errors"
	"regexp"
	"slices"
	"testing"
)

var dashed = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func TestEveryRuleIsComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules() {
		if !dashed.MatchString(r.ID) || seen[r.ID] {
			t.Errorf("rule %q: not short words joined by dashes, or not the only one", r.ID)
		}
		seen[r.ID] = true
		for what, text := range map[string]string{"Title": r.Title, "Decides": r.Decides, "Innocent": r.Innocent, "Confirms": r.Confirms, "Source": r.Source} {
			if text == "" {
				t.Errorf("rule %s has no %s", r.ID, what)
			}
		}
		if len(r.Technique) == 0 {
			t.Errorf("rule %s names no technique", r.ID)
		}
		for _, q := range r.Needs {
			if !slices.ContainsFunc(needs, func(n Need) bool { return n.ID == q.Need }) {
				t.Errorf("rule %s needs %q, which is in no table", r.ID, q.Need)
			}
		}
		for _, name := range r.Thresholds {
			if !slices.ContainsFunc(thresholds, func(x Threshold) bool { return x.Name == name }) {
				t.Errorf("rule %s decides by %q, which is in no table", r.ID, name)
			}
		}
	}
	if _, ok := RuleByID("no-such-rule"); ok {
		t.Error("a rule that is in no table was found")
	}
}

func TestThresholdsCanBeSet(t *testing.T) {
	set, err := Parse("spray-accounts=8, window=5", "guess-tries=30")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"spray-accounts": 8, "window": 5, "guess-tries": 30, "spray-tries": 4, "nothing": 0} {
		if got := set.Value(name); got != want {
			t.Errorf("%s is %d, want %d", name, got, want)
		}
	}
	if got := set.Changed(); !slices.Equal(got, []string{"window", "spray-accounts", "guess-tries"}) {
		t.Errorf("changed are %q", got)
	}
	for _, wrong := range []string{"spray-accounts", "spray-accounts=1", "spray-accounts=many", "nothing=3", "window=1441"} {
		if _, err := Parse(wrong); !errors.Is(err, ErrThreshold) {
			t.Errorf("%q: %v, want ErrThreshold", wrong, err)
		}
	}
	for _, x := range AllThresholds() {
		if x.Default < x.Least || x.Default > x.Most || x.For == "" || !dashed.MatchString(x.Name) {
			t.Errorf("threshold %q is not one", x.Name)
		}
	}
}
