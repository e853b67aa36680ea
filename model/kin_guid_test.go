package model_test

import (
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// A GUID ties a logon to the session whose credentials it came by, whatever name
// these were given under: a user principal name need not be the account's.
func TestGUIDTiesALogonToItsParentUnderAnyName(t *testing.T) {
	upn := who{"", "robert.smith@corp.local", ""}
	for _, name := range []string{"PC01", "DC01"} {
		t.Run(name, func(t *testing.T) {
			m := corpDomain.machine(name)
			if name == "DC01" {
				m.at("07:00:00").grants(corpDomain.computer("PC01"), desk)
			}
			m.at("08:00:00").logon(alice, 0x100, 2, fields{event.LogonProcess: "User32"})
			m.at("08:10:00").logon(svc, 0x200, 2, fields{event.LogonProcess: "User32"}).uses(svc, 0x200, svc, "FS09", 9)
			m.at("09:00:00").uses(alice, 0x100, upn, "localhost", 5)
			m.logon(bob, 0x300, 2, fields{event.LogonProcess: "seclogo", event.LogonGUID: guidOf(5)})
			selectsAlike(t, m)
			wantParent(t, tell(t, m), name+"/0x300", name+"/0x100", model.Exact)
		})
	}
}
