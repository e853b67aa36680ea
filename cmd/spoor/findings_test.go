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
