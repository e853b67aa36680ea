package simulate_test

import (
	"slices"
	"strings"
	"testing"

	"spoor/model/simulate"
)

// fact is a record that the package's documentation speaks of.
type fact struct {
	host  string
	event uint16
	time  string // how it begins
	field string
	value string
}

// The documentation's facts, which others build on.
var facts = []fact{
	{"dc02", 4768, "2026-03-05T22:10:19", "TargetUserName", "lars.hinrichs"},
	{"ws103", 4624, "2026-03-06T00:47:11", "TargetLogonId", "0x41033"},
	{"ws103", 4624, "2026-03-06T00:47:13", "TargetLogonId", "0x468dd"},
	{"ws103", 1149, "2026-03-06T00:47:11", "Param3", "10.20.99.77"},
	{"fs01", 5145, "2026-03-06T01:09:40", "RelativeTargetName", `Skripte\backup.cmd`},
	{"ws103", 4648, "2026-03-06T01:31:41", "TargetUserName", "svc_backup"},
	{"fs01", 1102, "2026-03-06T01:31:41", "SubjectLogonId", "0x9497b"},
	{"ws103", 4648, "2026-03-06T01:38:30", "TargetServerName", "fs01.nordlicht.example"},
	{"fs01", 1149, "2026-03-06T01:38:30", "Param3", "10.20.1.103"},
	{"fs01", 4624, "2026-03-06T01:38:30", "TargetLogonId", "0x959a7"},
	{"fs01", 4624, "2026-03-06T01:38:33", "TargetLogonId", "0x999bb"},
	{"fs01", 4624, "2026-03-06T01:45:00", "TargetLogonId", "0x99e49"},
	{"fs01", 4624, "2026-03-06T01:45:00", "TargetLogonId", "0x99e0f"},
	{"fs01", 4624, "2026-03-06T01:50:16", "TargetLogonId", "0x9b3fa"},
	{"fs01", 4697, "2026-03-06T02:14:44", "SubjectLogonId", "0x99e0f"},
	{"fs01", 7045, "2026-03-06T02:14:44", "ServiceName", "NlSync"},
	{"fs01", 4779, "2026-03-06T02:21:07", "LogonID", "0x999bb"},
	{"ws103", 4647, "2026-03-06T02:24:32", "TargetLogonId", "0x468dd"},
	{"fs01", 4778, "2026-03-07T22:40:19", "LogonID", "0x999bb"},
	{"fs01", 4634, "2026-03-07T22:40:2", "TargetLogonId", "0x114466"},
	{"fs01", 4779, "2026-03-07T22:52:50", "LogonID", "0x999bb"},

	{"ws102", 4624, "2026-03-02T13:10", "LogonProcessName", "CredPro "},
	{"dc01", 4720, "2026-03-03T14:0", "TargetUserName", "emil.jacobs"},
	{"fs01", 4778, "2026-03-03T13:05", "AccountName", "adm.voss"},
	{"dc01", 4740, "2026-03-05T06:43", "TargetUserName", "sofie.petersen"},
	{"ws102", 6008, "2026-03-04T12:24", "", ""},
	{"lt201", 27, "2026-03-03T06:40", "BootType", "1"},
	{"lt201", 4624, "2026-03-03T06:40", "LogonType", "11"},
	{"dc01", 4768, "2026-03-03T0", "IpAddress", "::ffff:10.20.99.21"},
}

func (f fact) is(l *logged) bool {
	host, _, _ := strings.Cut(l.head.Computer, ".")
	return host == f.host && l.head.EventID == f.event && strings.HasPrefix(l.head.Time.String(), f.time) &&
		(f.field == "" || l.text(f.field) == f.value)
}

func TestTheLogsTellTheStoryOfTheDocumentation(t *testing.T) {
	k, _ := demo()
	for _, f := range facts {
		if !slices.ContainsFunc(k.records, f.is) {
			t.Errorf("no record for %+v", f)
		}
	}
}

func TestEnumerationAndSpraysAreOfOneSource(t *testing.T) {
	count := make(map[string]int)
	for _, l := range security(t) {
		if l.text("IpAddress") != "::ffff:10.20.99.77" {
			continue
		}
		switch l.head.EventID {
		case 4768:
			count["4768 "+l.text("Status")]++
		case 4771:
			count["4771 "+l.text("Status")]++
		}
	}
	for what, want := range map[string]int{"4768 0x6": 22, "4768 0x0": 1, "4771 0x18": 19} {
		if count[what] != want {
			t.Errorf("%d of %s, want %d", count[what], what, want)
		}
	}
}

func TestClearedLogHidesWhatCameBefore(t *testing.T) {
	k, truth := demo()
	if len(truth.Clears) != 1 {
		t.Fatalf("%d logs were cleared, want 1", len(truth.Clears))
	}
	c := truth.Clears[0]
	if c.Host != "FS01" || c.First-c.Lost != 120 {
		t.Errorf("%s lost %d records, want FS01 and 120", c.Host, c.First-c.Lost)
	}
	if got := k.cleared["FS01/Security.evtx"]; uint64(got) != c.First-c.Lost {
		t.Errorf("the sink forgot %d records", got)
	}
	for _, s := range truth.Steps {
		if i := slices.IndexFunc(s.Records, func(r simulate.Record) bool {
			return r.Host == "FS01" && r.Channel == "Security" && r.Time < c.Time && r.Kept
		}); i >= 0 {
			t.Errorf("step %d: record %d was cleared", s.Number, s.Records[i].ID)
		}
	}
}

func TestTheIntrudersLastSessionNeverEnds(t *testing.T) {
	_, truth := demo()
	var states []string
	for _, s := range truth.Sessions {
		if s.Actor == "intruder" && slices.Contains(s.LogonIDs, "0x999bb") {
			for _, g := range s.Segments {
				states = append(states, g.State)
			}
			if s.End != "" {
				t.Errorf("it ends at %s", s.End)
			}
		}
	}
	if want := []string{"connected", "disconnected", "connected", "disconnected"}; !slices.Equal(states, want) {
		t.Errorf("its segments are %v, want %v", states, want)
	}
	for _, l := range security(t) {
		if (l.head.EventID == 4647 || l.head.EventID == 4634) && l.head.Computer == "fs01.nordlicht.example" && l.text("TargetLogonId") == "0x999bb" && l.head.Time.String() > "2026-03-06" {
			t.Errorf("record %d ends it", l.head.RecordID)
		}
	}
}

func TestNobodySitsDownAtAConsoleInUse(t *testing.T) {
	_, truth := demo()
	last := make(map[string]*simulate.Session)
	for _, s := range truth.Sessions {
		if s.Kind != "console" {
			continue
		}
		if before := last[s.Host]; before != nil && (before.End == "" || before.End > s.Start) {
			t.Errorf("%s sits down at %s at %s while %s is there", s.Account, s.Host, s.Start, before.Account)
		}
		last[s.Host] = s
	}
}
