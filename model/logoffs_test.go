package model_test

import (
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// A log without a single logoff may not audit them, however few its logons:
// then nothing tells whether a session lived until the machine went down, or
// to the log's end.
func TestWhereLogoffsAreNotAuditedNoReasonIsGiven(t *testing.T) {
	for _, logons := range []int{1, 20} {
		for audited, want := range map[bool][2]model.EndReason{
			false: {model.EndReasonUnknown, model.EndReasonUnknown}, true: {model.EndReasonBoot, model.EndReasonOpen},
		} {
			pc := newMachine("PC01").at("08:00:00").logon(alice, 0x20000, 2)
			for i := range logons {
				pc.logon(bob, event.LogonID(0x20100+i), 3)
			}
			if audited {
				pc.ends(bob, 0x20100, 3)
			}
			pc.at("09:00:00").starts().logon(alice, 0x30000, 2).runs(alice, 0x30000, "a.exe")
			s := tell(t, pc)
			wantEnd(t, session(t, s, "PC01/0x20000").End, want[0], model.EndBounded, "")
			wantEnd(t, session(t, s, "PC01/0x30000").End, want[1], model.EndUnknown, "")
		}
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
