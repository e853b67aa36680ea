package tui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is about an account that only failed, or makes a finding without a
// session, is marked and exported as sessions are.
func TestWhatHasNoSessionIsMarkedAndExported(t *testing.T) {
	o := demo(t)
	o.Find = nil
	d := drive(t, o, 120, 40)
	lines := func(what string) map[string]int {
		t.Helper()
		path := filepath.Join(t.TempDir(), "out.jsonl")
		d.press("e").sees("export " + what).target(path).press("enter").sees("wrote ")
		out, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]int{}
		for line := range strings.Lines(string(out)) {
			kind, _, _ := strings.Cut(strings.TrimPrefix(line, `{"schema":"`), `"`)
			got[kind]++
		}
		return got
	}
	d.press("1", "/", "administrator", "tab").sees("3 attempts", "space mark  e export")
	if got := lines("the selected account, which has no session (none is marked)"); got["spoor.failure/1"] != 3 || got["spoor.event/1"] != 3 || got["spoor.session/1"] != 0 || got["spoor.finding/1"] == 0 {
		t.Errorf("of the account: %v", got)
	}
	d.press("space").sees("the account is marked", "* NORDLICHT\\Administrator", "1 marked")
	d.press("esc", "7", "/", "rule:password-spray host:dc01", "tab", "space").sees("2 marked", "the finding is marked")
	if got := lines("0 marked sessions  1 account without a session  1 finding without a session"); got["spoor.failure/1"] < 10 || got["spoor.event/1"] < 10 || got["spoor.session/1"] != 0 || got["spoor.finding/1"] == 0 {
		t.Errorf("of both: %v", got)
	}
	d.press("u").sees("2 marks cleared").press("U").sees("2 marked")
	d.press("esc", "3", "/", "host:ws103 ip:10.20.99.77", "tab", "space").sees("3 marked")
	if got := lines("1 marked session  1 account without"); got["spoor.failure/1"] < 10 || got["spoor.session/1"] != 1 {
		t.Errorf("of all three: %v", got)
	}
	d.press("u", "esc", "1", "/", "emil.jacobs", "tab")
	if got := lines("the selected account, which has no session (none is marked)"); got["spoor.event/1"] != 5 || got["spoor.session/1"]+got["spoor.failure/1"] != 0 {
		t.Errorf("of the account that only others changed: %v", got)
	}
	d.press("esc", "1", "/", "larhin", "tab", "space").sees("only sessions are marked and exported, and accounts and findings that have none")
}
