package model_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/export"
)

// attemptsAbout are all that is told of the failed attempts at an account, and
// of those that its sessions made, by ID.
func attemptsAbout(t testing.TB, s *model.Snapshot, name string) map[string]string {
	t.Helper()
	about := func(id model.AccountID) bool { return id != model.None && strings.EqualFold(s.Account(id).Name, name) }
	out := map[string]string{}
	for _, f := range s.Failures() {
		made := func(r model.EventRow) bool {
			return slices.ContainsFunc(s.EventSessions(r), func(n model.SessionRow) bool { return about(s.SessionAccount(n)) })
		}
		if !about(f.Account) && !slices.ContainsFunc(f.Records, made) {
			continue
		}
		b, err := json.MarshalIndent(export.View{Snapshot: s}.Failure(f), "", " ")
		if err != nil {
			t.Fatal(err)
		}
		out[f.ID] = string(b)
	}
	return out
}

// What a session tried, and what was tried at its account, is told as by all
// records, at whatever time and by however many computers.
func TestASelectionKeepsTheFailedAttemptsThatSessionsMadeOrSuffered(t *testing.T) {
	dc := corpDomain.machine("DC09").at("03:00:00").grants(corpDomain.computer("PC01"), desk)
	dc.at("04:00:00").asks(ask{who: bob, service: "FS03$", address: "10.0.0.44"})
	dc.at("04:30:00").log(event.CredentialValidation, ntlm("stranger", "PC77", badPassword))
	dc.at("05:00:00").log(event.PreAuthFailed, preAuth("alice", "10.0.0.66", 0x18))
	pc := corpDomain.machine("PC01").at("08:00:00").audits()
	pc.at("09:00:00").desktop(alice, 0x100)
	pc.at("09:30:00").log(event.LogonFailed, merge(noLogon("bob", "CORP", 2, badPassword, "PC01", ""), subject(alice, 0x100)))
	dc.at("09:30:00").log(event.CredentialValidation, ntlm("bob", "PC01", badPassword))
	dc.at("22:00:00").log(event.CredentialValidation, ntlm("alice", "KALI", badPassword))
	var files []logFile
	for i, m := range []*machine{dc, pc.at("17:00:00").ends(alice, 0x100, 2)} {
		files = append(files, asFile(event.FileID(i), m.name+".evtx", padded(m).recs, 1000))
	}
	want := attemptsAbout(t, build(t, files), "alice")
	if len(want) != 3 {
		t.Fatalf("%d attempts, not 3: %v", len(want), want)
	}
	is := func(names []string) bool { return slices.Contains(names, "alice") }
	began := clock("09:00:00")
	for by, choice := range map[string]model.Choice{
		"account":                  {Accounts: is},
		"time":                     {Since: began.Add(-time.Minute), Until: began.Add(time.Minute)},
		"time of an account":       {Accounts: is, Since: began.Add(-time.Minute), Until: began.Add(time.Minute)},
		"the computer it was made": {Hosts: func(names []string) bool { return slices.Contains(names, "pc01") }},
	} {
		got := attemptsAbout(t, selected(t, files, choice), "alice")
		for id := range want {
			if want[id] != got[id] {
				t.Errorf("a selection by %s tells of an attempt\n%s\nnot\n%s", by, got[id], want[id])
			}
		}
		if len(got) != len(want) {
			t.Errorf("a selection by %s tells of %d attempts, not %d", by, len(got), len(want))
		}
	}
}
