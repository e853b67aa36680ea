package export

import (
	"testing"
	"time"
)

func word(s string) *string { return &s }

func TestAPlaceInATableSaysWhereItIsNotSure(t *testing.T) {
	for _, test := range []struct {
		place *StepPlace
		table string
		csv   string
	}{
		{&StepPlace{Host: word("ws103"), Certainty: "strong"}, "ws103", "ws103"},
		{&StepPlace{Host: word("ws103"), Certainty: "medium"}, "ws103, medium", "ws103"},
		{&StepPlace{Address: word("10.20.99.77"), Name: word("DESKTOP-7Q2KLM"), Certainty: "weak"}, "10.20.99.77 (DESKTOP-7Q2KLM), weak", "10.20.99.77 (DESKTOP-7Q2KLM)"},
		{&StepPlace{Name: word("KIOSK"), Claimed: true, Certainty: "weak"}, "KIOSK (claimed)", "KIOSK (claimed)"},
		{nil, "", ""},
	} {
		if got := (Columns{Zone: time.UTC}).placed(test.place); got != test.table {
			t.Errorf("table: %q, want %q", got, test.table)
		}
		if got := (Columns{}).placed(test.place); got != test.csv {
			t.Errorf("csv: %q, want %q", got, test.csv)
		}
	}
}

func TestTimesInSentencesAreInTheTablesZone(t *testing.T) {
	const why = "began 2026-03-06T01:38:33.0292269Z, ended"
	if got, want := (Columns{Zone: time.FixedZone("", 3600)}).Zoned(why), "began 2026-03-06T02:38:33.0292269+01:00, ended"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := (Columns{}).Zoned(why); got != why {
		t.Errorf("%q", got)
	}
}
