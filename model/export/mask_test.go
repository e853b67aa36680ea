package export

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

// nameless are the texts of public records that hold no name of an account
// that only failed attempts name: hosts, logs, places in files, codes, rules,
// and what Windows itself writes.
var nameless = []string{
	"*.Schema", "*.ID", "*.Aliases", "*.Host", "*.Kind", "*.Certainty", "*.Computer", "*.Channel", "*.File", "*.Provider", "*.Reason",
	"Account.SID", "Account.Domain", "Activity.Name", "Authentication.*", "Client.*", "Check.LogonIDs", "Event.Session", "Event.Error",
	"Failure.*", "Field.Name", "Finding.Rule", "Finding.Title", "Finding.Severity", "Finding.Technique", "Finding.Hosts", "Finding.Innocent", "Finding.Confirms",
	"Finding.Sessions", "Finding.Failures", "FindingNeed.Need", "FindingNeed.Title", "FindingNeed.Covered", "Link.Role", "Node.Name", "Relation.Role", "Relation.Session", "Segment.CheckCertainty", "Segment.State",
	"Session.LogonIDs", "Session.Validated", "Session.Privileges", "Session.Groups", "Session.Parent", "Session.Children",
	"Source.Address", "Source.Name", "Step.Session", "Step.Via", "Step.What", "StepPlace.Address", "StepPlace.Name", "Subject.LogonID", "Subject.Process",
}

// A field that is added to a record must be thought of.
func TestEveryTextOfAnExportIsMaskedOrHoldsNoName(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(v reflect.Type) {
		for v.Kind() == reflect.Pointer || v.Kind() == reflect.Slice {
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct || seen[v] {
			return
		}
		seen[v] = true
		for i := range v.NumField() {
			field := v.Field(i)
			kind := field.Type
			for kind.Kind() == reflect.Pointer || kind.Kind() == reflect.Slice {
				kind = kind.Elem()
			}
			if kind.Kind() != reflect.String {
				walk(kind)
				continue
			}
			name := v.Name() + "." + field.Name
			_, tells := telling[name]
			if harmless := slices.Contains(nameless, name) || slices.Contains(nameless, "*."+field.Name) || slices.Contains(nameless, v.Name()+".*"); tells == harmless {
				t.Errorf("%s: masked %t, without a name %t; it must be one of them", name, tells, harmless)
			}
		}
	}
	for _, record := range []any{Session{}, Failure{}, Event{}, Step{}, Finding{}} {
		walk(reflect.TypeOf(record))
	}
}

func TestAMaskHidesNamesHoweverTheyAreWritten(t *testing.T) {
	m := newMask([]string{"hunter2", "summer rain", "p@ss", "spring!", "(.hidden.)", "a=b:c"})
	for in, want := range map[string]string{
		"hunter2": "masked-name-1", `CORP\Hunter2`: `CORP\masked-name-1`, "HUNTER2@corp.example": "masked-name-1@corp.example",
		"failed attempt on hunter2: no such account": "failed attempt on masked-name-1: no such account",
		`tried (CORP\hunter2), refused`:              `tried (CORP\masked-name-1), refused`,
		"--user=hunter2":                             "--user=masked-name-1", "user:hunter2 host:a": "user:masked-name-1 host:a",
		"logon of Summer Rain failed": "logon of masked-name-2 failed", "p@ss": "masked-name-3",
		"names tried: spring!, hunter2, and alice.": "names tried: masked-name-4, masked-name-1, and alice.", "was it spring!?": "was it masked-name-4?", "in spring": "in spring",
		`"CORP\spring!".`: `"CORP\masked-name-4".`, "((.hidden.))": "(masked-name-5)", "a=b:c": "masked-name-6", "user:a=b:c": "user:masked-name-6", strings.Repeat(".", 100) + "hunter2!": strings.Repeat(".", 100) + "masked-name-1!",
		"hunter22": "hunter22", "alice": "alice", "": "",
	} {
		if got := m.prose(in); got != want {
			t.Errorf("%q is told as %q, want %q", in, got, want)
		}
	}
	if got := (*mask)(nil).prose("hunter2"); got != "hunter2" {
		t.Errorf("no mask hides %q", got)
	}
}
