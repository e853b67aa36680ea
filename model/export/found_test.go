package export_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/export"
	"spoor/model/findings"
)

// judged adds findings to a request: one high of its session, one low of it
// that was dismissed, one info of its account alone, and one of nothing that
// the request asks for.
func (l *loaded) judged(t *testing.T, r export.Request) export.Request {
	t.Helper()
	thresholds, err := findings.Parse("spray-accounts=4")
	if err != nil {
		t.Fatal(err)
	}
	s := l.snapshot.Session(r.Sessions[0])
	one := findings.Finding{
		ID: "00000000000000aa", Rule: "log-cleared", Title: "A log was cleared", Severity: findings.High, Account: s.Account,
		AccountName: `CORP\alice`, Hosts: []model.HostID{s.Host}, Source: model.Place{Host: model.None}, Start: s.Start, End: s.Start,
		Why: "The log of WS1 was cleared.", Records: []model.EventRow{s.Anchor}, RecordCount: 1, Sessions: r.Sessions, SessionCount: 1,
		Needed: []findings.Needed{{Need: "host-log", Title: "the log", Covered: model.No, Why: "it begins later"}},
	}
	two, account, other := one, one, one
	account.ID, account.Severity, account.Sessions, account.SessionCount = "00000000000000dd", findings.Info, nil, 0
	two.ID, two.Severity, two.Lowered, two.Account = "00000000000000bb", findings.Low, "the log begins later", model.None
	other.ID, other.Account, other.Sessions = "00000000000000cc", model.None, nil
	r.Findings = findings.NewSet([]findings.Finding{one, two, account, other}, thresholds)
	r.Dismissals = []findings.Dismissal{
		{ID: two.ID, Note: "an image was prepared", Time: time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC)}, {ID: "of another export", Note: "x"},
	}
	return r
}

func TestAnExportTellsOfFindingsAndOfThoseSetAside(t *testing.T) {
	l := load(t)
	for _, f := range export.Formats() {
		dir := t.TempDir()
		path := filepath.Join(dir, "out")
		got, err := export.Write(t.Context(), l.judged(t, l.request(t, f, path)))
		if err != nil {
			t.Fatal(f, err)
		}
		var m export.Manifest
		b, err := os.ReadFile(manifestOf(f, path))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatal(err)
		}
		if f == export.Dot || f == export.EVTX {
			if got.Findings != 0 || m.Findings != 0 || len(m.Thresholds) != 0 || len(m.Dismissed) != 0 {
				t.Errorf("%s tells of none, and the manifest of %+v", f, m)
			}
			continue
		}
		if got.Findings != 3 || m.Findings != 3 || !slices.Equal(m.Thresholds, []export.ManifestThreshold{{Name: "spray-accounts", Value: 4, Default: 6}}) {
			t.Errorf("%s: %d findings; the manifest says %d, by %v", f, got.Findings, m.Findings, m.Thresholds)
		}
		if len(m.Dismissed) != 1 || m.Dismissed[0].ID != "00000000000000bb" || m.Dismissed[0].Note != "an image was prepared" || m.Dismissed[0].Time.String() != "2026-03-09T08:00:00.0000000Z" {
			t.Errorf("%s: dismissed are %+v", f, m.Dismissed)
		}
		var all strings.Builder
		for _, p := range got.Paths[:len(got.Paths)-1] {
			b, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(b)
		}
		for _, want := range []string{"log-cleared", "an image was prepared", "The log of WS1 was cleared.", "the log begins later"} {
			if !strings.Contains(all.String(), want) {
				t.Errorf("%s does not say %q", f, want)
			}
		}
		if f != export.Timesketch && !strings.Contains(all.String(), "it begins later") {
			t.Errorf("%s does not say what is missing", f)
		}
		if strings.Contains(all.String(), "00000000000000cc") {
			t.Errorf("%s tells of a finding about something else", f)
		}
		if f == export.HTML && strings.Count(all.String(), "<circle ") != 1 {
			t.Errorf("the timeline has %d dots, want that of the one finding that nobody set aside", strings.Count(all.String(), "<circle "))
		}
	}
}

// Evidence may name more accounts than anybody reads.
func TestAFindingListsAHundredAccountsAndCountsAll(t *testing.T) {
	l := load(t)
	alice := l.snapshot.SessionAccount(l.request(t, export.JSONL, "").Sessions[0])
	f := findings.Finding{Account: model.None, Source: model.Place{Host: model.None}, Accounts: slices.Repeat([]model.AccountID{alice}, 250)}
	got := export.View{Snapshot: l.snapshot}.Finding(f, nil)
	if len(got.Accounts) != 100 || got.AccountCount != 250 {
		t.Errorf("%d are listed, %d counted", len(got.Accounts), got.AccountCount)
	}
	for zone, want := range map[*time.Location]string{time.UTC: "250 accounts", nil: " and 150 more"} {
		for _, c := range (export.Columns{Zone: zone}).Findings() {
			if c.Name == "account" && !strings.HasSuffix(c.Text(got), want) {
				t.Errorf("the accounts are told as %q", c.Text(got))
			}
		}
	}
}

// Commands in records are as long as who wrote them liked: for people only
// their beginning is shown, and that it is; for programs all of it.
func TestLongTextsOfFindingsAreCutOnPagesAlone(t *testing.T) {
	l := load(t)
	long := strings.Repeat("QUFB", 2600)
	for _, f := range export.Formats() {
		if f == export.Dot || f == export.EVTX {
			continue
		}
		path := filepath.Join(t.TempDir(), "out")
		r := l.judged(t, l.request(t, f, path))
		all := slices.Clone(r.Findings.All)
		for i := range all {
			all[i].Why = "The command " + long + " ran."
		}
		r.Findings = findings.NewSet(all, r.Findings.Thresholds)
		got, err := export.Write(t.Context(), r)
		if err != nil {
			t.Fatal(f, err)
		}
		var text strings.Builder
		for _, p := range got.Paths[:len(got.Paths)-1] {
			b, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			text.Write(b)
		}
		page := f == export.Markdown || f == export.HTML
		if whole := strings.Contains(text.String(), long); whole == page || page && !strings.Contains(text.String(), "10280 characters left out here") {
			t.Errorf("%s has all of it: %t", f, whole)
		}
	}
	got := export.Finding{Why: "The command " + long + " ran."}
	for zone, cut := range map[*time.Location]bool{time.UTC: true, nil: false} {
		for _, c := range (export.Columns{Zone: zone}).Findings() {
			if c.Name == "why" && strings.Contains(c.Text(got), long) == cut {
				t.Errorf("in a table of the zone %v it is %q", zone, c.Text(got))
			}
		}
	}
}
