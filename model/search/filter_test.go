package search

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// thing is a session as a filter sees it.
type thing struct {
	names    map[Field][]string
	numbers  map[Field][]uint64
	from, to string
}

func (t thing) Names(f Field) []string   { return t.names[f] }
func (t thing) Numbers(f Field) []uint64 { return t.numbers[f] }

func (t thing) Lasted() (from, to time.Time) {
	from, _ = time.Parse(time.RFC3339, t.from)
	to, _ = time.Parse(time.RFC3339, t.to)
	return from, to
}

// march lends its year and zone.
var march = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

var sitting = thing{
	names: map[Field][]string{
		User: {`CORP\alice`, "alice@corp.example"}, Host: {"WKS-12.corp.example", "WKS-12"},
		Activity: {"file share"}, Channel: {"Security"}, Severity: {"medium"}, Rule: {"password-spray", "T1110.003"},
		Kind: {"remote-desktop", "rdp"}, IP: {"10.1.2.3"}, End: {"logoff"},
	},
	numbers: map[Field][]uint64{Type: {10}, EventID: {4624, 4778, 4647}, Logon: {0x3ca371, 0x3ca390}},
	from:    "2026-11-01T09:00:00Z", to: "2026-11-01T11:00:00Z",
}

func TestFilterTermsHoldTogether(t *testing.T) {
	for filter, want := range map[string]bool{
		"user:alice":                  true,
		"user:ALICE host:wks*":        true,
		"user:bob":                    false,
		"user:bob,alice":              true,
		"-user:bob":                   true,
		"!user:alice":                 false,
		"host:wks-??":                 true,
		"host:wks-?":                  false,
		"type:3,10":                   true,
		"-type:5 type:10":             true,
		"type:3":                      false,
		"type:rdp":                    true,
		"type:network,remote-desktop": true,
		"-type:console":               true,
		"type:console":                false,
		"id:0x3ca390":                 true,
		"id:0x3ca391":                 false,
		"from:10.1.2.3":               true,
		"after:11-01":                 true,
		"after:11-02":                 false,
		"after:11-01 10:30":           true,
		"after:11-01 11:30 user:bob":  false,
		"before:2026-11-01 08:59:00":  false,
		"before:2026-11-01 09:30":     true,
		"fe80::1 user:alice":          true,
		"-event:4625 account:*alice":  true,
		"id:4778":                     true,
		"id:4625":                     false,
		"logon:0x3CA390":              true,
		"ip:10.0.0.0/8":               true,
		"ip:10.1.2.3":                 true,
		"ip:192.168.0.0/16":           false,
		"-ip:10.1.0.0/16":             false,
		"after:2026-11-01T10:00":      true,
		"after:2026-11-01T12:00":      false,
		"before:2026-11-01":           false,
		"before:2026-11-02":           true,
		"end:logoff kind:rdp":         true,
		"kind:desk":                   true,
		"kind:network":                false,
		"kind:r*p":                    true,
		"kind:share":                  true,
		"-kind:file-share":            false,
		"activity:file-share":         true,
		"activity:file*":              true,
		"-activity:console":           true,
		"channel:security":            true,
		"severity:medium,high":        true,
		"-severity:medium":            false,
		"rule:spray":                  true,
		"rule:t1110*":                 true,
		"rule:log-cleared":            false,
		"words of no field":           true,
		`C:\dir user:alice`:           true,
	} {
		f, err := ParseFilter(filter, march)
		if err != nil {
			t.Errorf("%q: %v", filter, err)
		} else if got := f.Match(sitting); got != want {
			t.Errorf("%q matches: %v, want %v", filter, got, want)
		}
	}
}

func TestFilterErrorsNameTheirPlace(t *testing.T) {
	for filter, want := range map[string]SyntaxError{
		"user:":                {5, 0, "a value is missing after the colon"},
		"user:a type:3,x":      {14, 1, `"x" is no logon type: a number, or one of ` + typeWords},
		"ip:10.0.0.0/99":       {3, 11, `"10.0.0.0/99" is no address and no network, as 10.0.0.0/8`},
		"a -after:yesterday b": {9, 9, `"yesterday" is no time, as 2026-03-02 or 2026-03-02T09:00`},
		"colour:red":           {0, 6, `"colour" is no field; there are ` + FieldNames},
		"end:logof":            {4, 5, `"logof" is no end of a session: one of ` + endWords},
		"id:x":                 {3, 1, `"x" is no number of an event, as 4624, and no logon ID, as 0x3e7`},
		"a activity:smoking":   {11, 7, `"smoking" is no activity: one of ` + activities},
		"activity:smo*":        {9, 4, `"smo*" is no activity: one of ` + activities},
		"severity:grave":       {9, 5, `"grave" is no severity: one of ` + severityWords},
		"logon:0xzz":           {6, 4, `"0xzz" is no logon ID, as 0x3e7`},
	} {
		_, err := ParseFilter(filter, march)
		var at *SyntaxError
		if !errors.As(err, &at) || *at != want {
			t.Errorf("%q: %#v, want %#v", filter, err, want)
		}
	}
}

func TestAKindThatNothingIsIsAnErrorThatNamesThoseThereAre(t *testing.T) {
	for _, filter := range []string{"kind:smart", "-kind:smart", "kind:network,smart", "kind:s?art"} {
		_, err := ParseFilter(filter, march)
		var at *SyntaxError
		if !errors.As(err, &at) || filter[at.Offset:at.Offset+at.Length] != filter[len(filter)-5:] {
			t.Fatalf("%q: %#v", filter, err)
		}
		for _, word := range []string{"remote-desktop", "scheduled-task", "machine", "ntlm", "domain-controller", "failed-attempts"} {
			if !strings.Contains(at.Reason, word) {
				t.Errorf("%q does not name %s: %s", filter, word, at.Reason)
			}
		}
	}
}

func TestFilterTimesAreOfTheZone(t *testing.T) {
	berlin := time.FixedZone("CET", 3600)
	f, err := ParseFilter("after:2026-11-01T11:30", march.In(berlin))
	if err != nil || !f.Match(sitting) {
		t.Errorf("11:30 in a zone one hour ahead is 10:30: %v %v", f, err)
	}
}

func TestADayWithoutAYearNeedsOneToBeOf(t *testing.T) {
	if _, err := ParseFilter("after:11-01", time.Time{}); err == nil {
		t.Error("a day of no year was read")
	}
}

func TestWhatIsNotKnownPassesNoFilter(t *testing.T) {
	f, err := ParseFilter("after:2020-01-01", march)
	if err != nil || f.Match(thing{}) {
		t.Error("a thing without a time is after a time")
	}
}

func FuzzFilter(f *testing.F) {
	f.Add("user:a* -type:3,10 ip:10.0.0.0/8 after:2026-11-01T10:00 x:y")
	f.Add("::: -: !user: ip:::1/128")
	f.Fuzz(func(t *testing.T, s string) {
		filter, err := ParseFilter(s, march)
		var at *SyntaxError
		if errors.As(err, &at) && (at.Offset < 0 || at.Length < 0 || at.Offset+at.Length > len(s)) {
			t.Errorf("%q: the error lies at %d+%d", s, at.Offset, at.Length)
		}
		filter.Match(sitting)
	})
}
