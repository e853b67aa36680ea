package main

import (
	"path/filepath"
	"slices"
	"testing"

	"spoor/model/export"
)

// What verify says of real logs is what both readers read of them by
// themselves (package secondopinion) and what is known of the logs.
func TestVerifyTellsTheTruthOfRealLogs(t *testing.T) {
	dir := corpus(t)
	rows := printed[export.Verification](t, "verify", dir)
	var fields, faults uint64
	outcomes := map[string][]string{}
	for _, v := range rows {
		name, _ := filepath.Rel(dir, v.File)
		name = filepath.ToSlash(name)
		outcomes[v.Outcome] = append(outcomes[v.Outcome], name)
		sum := v.Agreed + v.Differing
		for _, n := range v.KnownFaults {
			sum, faults = sum+n, faults+n
		}
		fields += v.Fields
		if sum != v.Fields || v.BothRecords+v.OnlySpoor != v.SpoorRecords || v.BothRecords+v.OnlyGolang != v.GolangRecords {
			t.Errorf("%s: the counts do not add up: %+v", name, v)
		}
		if want, ok := recordsOf[name]; ok && (v.SpoorRecords != want.spoor || v.GolangRecords != want.golang || v.RecoveredRecords != want.recovered) {
			t.Errorf("%s: %d and %d records, %d recovered; want %+v", name, v.SpoorRecords, v.GolangRecords, v.RecoveredRecords, want)
		}
	}
	if got := outcomes[export.OutcomeRefused]; !slices.Equal(got, []string{"damaged/old-evt-format-not-evtx.evt"}) {
		t.Errorf("refused are %q", got)
	}
	if got := outcomes[export.OutcomeFailed]; !slices.Equal(got, []string{"damaged/truncated-System2.evtx"}) {
		t.Errorf("golang-evtx fails on %q", got)
	}
	if n := len(outcomes[export.OutcomeAgrees]); n != len(rows)-2 || n < 50 {
		t.Errorf("they agree on %d of %d logs: %v", n, len(rows), outcomes)
	}
	if fields < 100_000 || faults == 0 {
		t.Errorf("%d fields, %d known faults", fields, faults)
	}
}

// recordsOf is what is known of some logs by more than one reader.
var recordsOf = map[string]struct{ spoor, golang, recovered uint64 }{
	"damaged/truncated-System2.evtx":                           {283, 0, 0},
	"windomain-dc-2021-02-12/RDPAuth_Security.evtx":            {789, 789, 0},
	"windomain-dc-2021-02-12/RDPAuth_LocalSessionManager.evtx": {17, 17, 3},
	"praivacymatrix-ws-rename/Security.evtx":                   {5881, 5881, 0},
	"single-duplicate-export/win2008r2-security.evtx":          {2261, 2261, 0},
	"offsec-lan/ID4616-system-time-changed.evtx":               {8, 8, 19},
}

// On the screen the second reader runs beside the work, in a process of its own.
func TestTheSecondReaderIsAskedOnTheScreen(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a terminal")
	}
	log := ordinaryLog(t, filepath.Join(t.TempDir(), "WS1.evtx"))
	m := startTmux(t, 120, 24)
	onScreen(t, m, binary(t), log, "0", func() {
		m.wait(`EXAMPLE\alice`)
		m.text("8v")
		m.wait("the second reader is done: it agrees on 1 file", "2nd agrees", "3 records in common")
	})
}
