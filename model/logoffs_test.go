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
