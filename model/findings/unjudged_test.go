package findings

import (
	"slices"
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

func TestWhatIsBlindWithoutANeedIsARule(t *testing.T) {
	for need, ids := range blind {
		if !slices.ContainsFunc(needs, func(n Need) bool { return n.ID == need }) {
			t.Errorf("%q is no need", need)
		}
		for _, id := range ids {
			if _, ok := RuleByID(id); !ok {
				t.Errorf("%q is no rule", id)
			}
			if !slices.ContainsFunc(BlindWithout(id), func(n Need) bool { return n.ID == need }) {
				t.Errorf("%s is not blind without %s", id, need)
			}
		}
	}
	for need := range ofAll {
		if !slices.ContainsFunc(needs, func(n Need) bool { return n.ID == need }) {
			t.Errorf("%q is no need", need)
		}
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
