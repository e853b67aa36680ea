package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// What is found is judged of all evidence: flags choose, and change nothing.
func TestFlagsChooseFindingsAndChangeNone(t *testing.T) {
	const demo = "../../testdata/demo.zip"
	list := func(args ...string) []string {
		t.Helper()
		stdout, stderr, code := spoor(append([]string{"findings", "--format", "jsonl", demo}, args...)...)
		if code != exitFine {
			t.Fatalf("%v: exit code %d: %s", args, code, stderr)
		}
		return strings.Split(strings.TrimSuffix(stdout, "\n"), "\n")
	}
	all := map[string]bool{}
	for _, line := range list() {
		all[line] = true
	}
	for _, args := range [][]string{
		{"--user", "lars.hinrichs"}, {"--user", "svc_*", "--severity", "high"}, {"--host", "ws103"}, {"--since", "2026-03-06"}, {"--until", "2026-03-05T22:00"},
		{"--rule", "log-cleared"}, {"--where", "user:lars* rule:t1110*"}, {"--sort", "-start", "--limit", "3"},
	} {
		some := list(args...)
		if len(some) == 0 || len(some) >= len(all) {
			t.Errorf("%v: %d of %d", args, len(some), len(all))
		}
		for _, line := range some {
			if !all[line] {
				t.Errorf("%v: not as without flags: %s", args, line)
			}
		}
	}
	for _, line := range list("--user", "lars.hinrichs") {
		if !strings.Contains(line, `"name":"lars.hinrichs"`) {
			t.Errorf("not about the account: %s", line)
		}
	}
	for _, line := range list("--severity", "Medium") {
		if !strings.Contains(line, `"severity":"high"`) && !strings.Contains(line, `"severity":"medium"`) {
			t.Errorf("neither high nor medium: %s", line)
		}
	}
	var last struct{ Severity string }
	rank := map[string]int{"info": 0, "low": 1, "medium": 2, "high": 3}
	for i, line := range list("--sort", "severity") {
		before := last.Severity
		if err := json.Unmarshal([]byte(line), &last); err != nil {
			t.Fatal(err)
		}
		if i > 0 && rank[last.Severity] < rank[before] {
			t.Errorf("%s is sorted behind %s", last.Severity, before)
		}
	}
}

// What was found says nothing of what could not be: one line tells that there
// is more to know, of the rules asked for alone.
func TestFindingsSayThatRulesCouldNotJudge(t *testing.T) {
	const demo = "../../testdata/demo.zip"
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--severity", "high"}, "spoor: of the rules, 13 could not judge what was read, or not in full, for want of logs: spoor report says which and why, and so does N on the screens\n"},
		{[]string{"--rule", "log-cleared", "--quiet"}, ""},
		{[]string{"--rule", "password-spray"}, ""},
	} {
		stdout, stderr, code := spoor(append([]string{"findings", demo}, c.args...)...)
		if code != exitFine || stderr != c.want || stdout == "" {
			t.Errorf("%v: exit code %d, %q, want %q", c.args, code, stderr, c.want)
		}
	}
	_, stderr, _ := spoor("findings", demo, "--rule", "clock-set")
	if strings.Count(stderr, "Not judged, or not in full:") != 1 || !strings.Contains(stderr, "in full: clock-set. Wanted:") {
		t.Errorf("not the needs of the rule asked for alone: %s", stderr)
	}
}

func TestNamesThatNoAccountHasAreNotCalledAccounts(t *testing.T) {
	stdout, _, _ := spoor("findings", "../../testdata/demo.zip", "--rule", "account-enumeration")
	if !strings.Contains(stdout, " names  ") || strings.Contains(stdout, " accounts  ") {
		t.Error(stdout)
	}
}
