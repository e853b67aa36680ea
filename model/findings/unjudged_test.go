package findings

import (
	"slices"
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

func TestWhatIsBlindWithoutANeedIsARule(t *testing.T) {
	for what, by := range map[string]map[string][]string{"nothing": blind, "less": dim} {
		for need, ids := range by {
			if !slices.ContainsFunc(needs, func(n Need) bool { return n.ID == need }) {
				t.Errorf("%q is no need", need)
			}
			for _, id := range ids {
				if _, ok := RuleByID(id); !ok {
					t.Errorf("%q is no rule", id)
				}
				if slices.ContainsFunc(BlindWithout(id), func(n Need) bool { return n.ID == need }) != (what == "nothing") ||
					slices.ContainsFunc(LessWithout(id), func(n Need) bool { return n.ID == need }) != (what == "less") {
					t.Errorf("without %s, %s finds not %s", need, id, what)
				}
			}
		}
	}
}

// TestEveryRuleNamesTheEventsThatItReads: or nobody hears that it could not
// judge. What is missing from a log is seen in the log itself.
func TestEveryRuleNamesTheEventsThatItReads(t *testing.T) {
	for _, r := range rules {
		if none := len(BlindWithout(r.ID)) + len(LessWithout(r.ID)); none == 0 && r.ID != "records-missing" {
			t.Errorf("%s names nothing that it finds nothing, or less, without", r.ID)
		}
	}
	for _, n := range needs {
		if len(rulesThatNeed(n.ID)) == 0 {
			t.Errorf("no rule needs %s", n.ID)
		}
	}
}

// TestWhatIsNotAuditedIsSaid: a need is asked of the hosts that
// the evidence holds, and of their logs.
func TestWhatIsNotAuditedIsSaid(t *testing.T) {
	b := model.NewBuilder(event.NewSchemas())
	b.AddFile(event.File{Name: "Security.evtx"})
	b.Add(&event.Batch{
		Dictionary: 1, FirstText: 1, Texts: []string{"Microsoft-Windows-Security-Auditing", "Security", "WS01"},
		Rows: []event.Row{{Time: 1 << 56, RecordID: 1, Provider: 1, Channel: 2, Computer: 3, Kind: event.Other, EventID: 4624}},
		Runs: []event.Run{{Computer: 3, Channel: 2, FirstID: 1, LastID: 1, FirstTime: 1 << 56, LastTime: 1 << 56, MinTime: 1 << 56, MaxTime: 1 << 56, Count: 1}},
	})
	b.FileDone(event.FileStats{Records: 1})
	got := map[string]Unjudged{}
	for _, u := range NotJudged(b.Finish()) {
		got[u.Need] = u
	}
	if u, ok := got[needHostLogons]; ok {
		t.Errorf("Logon is audited: %s", u)
	}
	for need, want := range map[string]string{
		needHostPrograms:  "no event of Process Creation is in the log of WS01",
		needHostShares:    "no event of File Share is in the log of WS01: it is not audited, or there was nothing to log",
		needAccounts:      "no event of User Account Management is in the log of WS01: it is not audited, or there was nothing to log",
		needSystemLog:     "it is not in the evidence of WS01",
		needRemoteDesktop: "it is not in the evidence of WS01",
	} {
		if got[need].Why != want {
			t.Errorf("%s: %q, want %q", need, got[need].Why, want)
		}
	}
	if rules := got[needHostShares].Rules; !slices.Equal(rules, []string{"admin-shares"}) {
		t.Errorf("without shares %q do not judge", rules)
	}
}

func TestWithoutLogsNothingIsJudgedAndThatIsSaid(t *testing.T) {
	var text strings.Builder
	for _, u := range NotJudged(model.NewBuilder(event.NewSchemas()).Finish()) {
		text.WriteString(u.String() + "\n")
	}
	for _, want := range []string{"kerberoast-rc4", "ticket-without-tgt", "the evidence holds no log of a domain controller"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("it is not said that %s: %s", want, text.String())
		}
	}
}
