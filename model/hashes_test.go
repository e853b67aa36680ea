package model_test

import (
	"fmt"
	"testing"

	"spoor/model"
)

func TestHashesMadeAtOnceAreThoseOfEachSession(t *testing.T) {
	fs, ws := newMachine("FS01.corp.local").at("08:00:00").starts(), newMachine("WS01.corp.local").at("08:00:00").starts()
	fs.at("09:00:00").logon(alice, 0x100, 3, from("10.0.0.5")).logon(alice, 0x200, 3, from("10.0.0.6"))
	ws.at("09:10:00").logon(alice, 0x100, 2)
	s := tell(t, fs, ws)
	s.HashSessions()
	seen := map[uint64]bool{}
	for n := range s.SessionCount() {
		row := model.SessionRow(n)
		if got, want := fmt.Sprintf("%016x", s.SessionHash(row)), s.SessionID(row); got != want {
			t.Errorf("session %d is hashed to %s, want %s", n, got, want)
		}
		seen[s.SessionHash(row)] = true
	}
	if len(seen) < 3 || s.SessionHash(model.SessionRow(s.SessionCount())) != 0 {
		t.Errorf("%d hashes; of no session %x", len(seen), s.SessionHash(model.SessionRow(s.SessionCount())))
	}
}
