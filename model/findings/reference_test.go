package findings

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var updateRules = flag.Bool("update-rules", false, "write doc/findings.md and the list of rules in README.md anew")

const (
	rulesBegin = "<!-- rules: written from the table of rules by go test ./model/findings -update-rules -->\n"
	rulesEnd   = "<!-- end of rules -->\n"
)

// TestTheDocumentsNameTheRulesThatAre holds what is written of the rules to
// their table.
func TestTheDocumentsNameTheRulesThatAre(t *testing.T) {
	hold(t, filepath.Join("..", "..", "doc", "findings.md"), func(string) string { return rulesPage() })
	hold(t, filepath.Join("..", "..", "README.md"), func(is string) string {
		before, rest, ok := strings.Cut(is, rulesBegin)
		_, after, ends := strings.Cut(rest, rulesEnd)
		if !ok || !ends {
			t.Fatal("README.md has no place for the list of rules")
		}
		return before + rulesBegin + rulesParagraph() + rulesEnd + after
	})
}

func hold(t *testing.T, path string, make func(is string) string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil && !*updateRules {
		t.Fatal(err)
	}
	want := make(string(b))
	if *updateRules {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(b) != want {
		t.Errorf("%s is not what the table of rules says; go test ./model/findings -run Documents -update-rules writes it anew", path)
	}
}

// rulesParagraph names all rules in lines that fit.
func rulesParagraph() string {
	var out strings.Builder
	line := ""
	for i, r := range rules {
		word := "`" + r.ID + "`,"
		if i == len(rules)-1 {
			word = "`" + r.ID + "`."
		}
		if line != "" && len(line)+1+len(word) > 80 {
			out.WriteString(line + "\n")
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return out.String() + line + "\n"
}

func rulesPage() string {
	var out strings.Builder
	out.WriteString("# Findings\n\n" +
		"A finding is that a rule found something unusual: a reason to look, never a verdict. Accounts are named, not persons.\n" +
		"Each rule presumes logs; where the evidence lacks them its findings weigh less, and say why. Each has innocent causes\n" +
		"that look the same. That no rule found anything proves nothing: it sees what was logged. This page is written from\n" +
		"the table of rules, which `spoor findings --rules` prints.\n\n")
	for _, r := range rules {
		fmt.Fprintf(&out, "## %s\n\n%s. At most %s. MITRE ATT&CK %s.\n\n", r.ID, r.Title, r.Severity, strings.Join(r.Technique, ", "))
		fmt.Fprintf(&out, "- Decides: %s\n", r.Decides)
		for _, n := range BlindWithout(r.ID) {
			fmt.Fprintf(&out, "- Needs %s; without it nothing is found.\n", n.Title)
		}
		for _, n := range LessWithout(r.ID) {
			fmt.Fprintf(&out, "- Needs %s; without it less is found.\n", n.Title)
		}
		for _, q := range r.Needs {
			fmt.Fprintf(&out, "- Needs %s; without it %s at most.\n", needByID(q.Need).Title, min(q.Cap, r.Severity))
		}
		if len(r.Thresholds) > 0 {
			fmt.Fprintf(&out, "- Thresholds: %s.\n", strings.Join(r.Thresholds, ", "))
		}
		fmt.Fprintf(&out, "- Innocent causes that look the same: %s\n- What would confirm or refute it: %s\n- Source: %s\n\n", r.Innocent, r.Confirms, r.Source)
	}
	out.WriteString("## Thresholds\n\n| name | without being set | unit | from | to | |\n|---|---|---|---|---|---|\n")
	for _, x := range thresholds {
		fmt.Fprintf(&out, "| %s | %d | %s | %d | %d | %s |\n", x.Name, x.Default, x.Unit, x.Least, x.Most, x.For)
	}
	return out.String()
}
