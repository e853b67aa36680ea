package main

import (
	"path/filepath"
	"testing"
)

// An event is indexed for its logon ID though no schema names it; it still
// says what Microsoft says that it means.
func TestAnEventWithoutASchemaSaysWhatItMeans(t *testing.T) {
	path := writeLog(t, filepath.Join(t.TempDir(), "S.evtx"),
		logon(1, minutes(0), "WS1", "alice", aliceSID, 0x11111),
		auditRecord(4673, 2, minutes(1), "WS1", textField("SubjectUserSid", aliceSID), textField("SubjectUserName", "alice"), hexID("SubjectLogonId", 0x11111)))
	type record struct {
		What    string
		EventID int `json:"event_id"`
	}
	for _, r := range printed[record](t, "events", "--user", "alice", path) {
		if r.EventID == 4673 && r.What == "A privileged service was called" {
			return
		}
	}
	t.Error("4673 does not say what it means")
}
