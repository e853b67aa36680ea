package export

import (
	"encoding/json"
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/findings"
)

// A sentence of a finding names accounts, also those that are passwords.
func TestNamesAreMaskedInFindings(t *testing.T) {
	v := View{Snapshot: model.NewBuilder(event.NewSchemas()).Finish(), mask: newMask([]string{"summer!2026", "winter rain"})}
	got := v.Finding(findings.Finding{
		Rule: "password-spray", Account: model.None, AccountName: `CORP\Summer!2026`, Source: model.Place{Host: model.None, Address: "10.0.0.9"},
		Why: "Names without an account were tried: Summer!2026, CORP\\Winter Rain and admin.", Lowered: "nothing is known of summer!2026",
		Needed: []findings.Needed{{Need: "host-log", Why: "Summer!2026: no log"}},
	}, &findings.Dismissal{Note: "Summer!2026 was typed in the wrong field"})
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"summer", "winter", "rain"} {
		if strings.Contains(strings.ToLower(string(b)), name) {
			t.Errorf("%s is told: %s", name, b)
		}
	}
	if want := `Names without an account were tried: masked-name-1, CORP\masked-name-2 and admin.`; got.Why != want || *got.Account.Domain != "CORP" {
		t.Errorf("told as %s, want %s", got.Why, want)
	}
}
