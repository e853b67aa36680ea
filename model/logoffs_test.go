package model_test

import (
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// A log of many logons and no logoff does not audit them: then nothing tells
// whether a session lived until the machine went down.
func TestWhereLogoffsAreNotAuditedNoReasonIsGiven(t *testing.T) {
	for audited, want := range map[bool]model.EndReason{false: model.EndReasonUnknown, true: model.EndReasonBoot} {
		pc := newMachine("PC01").at("08:00:00").logon(alice, 0x20000, 2)
		for i := range 20 {
			pc.logon(bob, event.LogonID(0x20100+i), 3)
		}
		if audited {
			pc.ends(bob, 0x20100, 3)
		}
		pc.at("09:00:00").starts()
		wantEnd(t, session(t, tell(t, pc), "PC01/0x20000").End, want, model.EndBounded, "")
	}
}

// Terminal Services tell of a second session of the account, after the end of
// the Security log: it is not the first one's end.
func TestLogoffOfASessionThatTheSecurityLogHasNotEndsNoOther(t *testing.T) {
	pc := newMachine("PC01").at("08:00:00").logon(alice, 0x5000, 2, byWinlogon).lsm(event.RDPSessionLogon, alice, 2, "LOCAL").
		at("2024-05-03 08:00:00").lsm(event.RDPSessionLogon, alice, 3, "LOCAL").
		at("2024-05-03 16:00:00").lsm(event.RDPSessionLogoff, alice, 3, "")
	if e := session(t, tell(t, pc), "PC01/0x5000").End; e.Certainty == model.EndExact {
		t.Errorf("it ends at %s", e.Time)
	}
}
