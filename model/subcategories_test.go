package model_test

import (
	"slices"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// What a host does not audit is said, so that "no logoff" and "no ticket" can
// be read; tickets are asked of domain controllers only.
func TestAuditSubcategoriesNeverSeen(t *testing.T) {
	pc := newMachine("PC01.corp.local").at("08:00:00").logon(alice, 0x5000, 2).log(event.SpecialPrivileges, subject(alice, 0x5000))
	dc := newMachine("DC1.corp.local").at("08:00:00").logon(alice, 0x5000, 3).ends(alice, 0x5000, 3)
	dc.log(event.TicketGranting, fields{event.TargetName: "alice", event.TargetDomain: "CORP", event.TargetSID: alice.sid, event.Status: uint32(0)})
	bare := newMachine("FS01.corp.local").at("08:00:00").log(event.KernelStarted, nil)
	s := tell(t, pc, dc, bare)
	host := func(name string) model.HostID {
		for _, h := range s.Hosts() {
			if h.Short() == name {
				return h.ID
			}
		}
		t.Fatalf("no host %s", name)
		return model.None
	}
	if got := s.NotAudited(host("PC01")); !slices.Equal(got, []string{"Logoff", "Process Creation"}) {
		t.Errorf("PC01: %q", got)
	}
	if got := s.NotAudited(host("DC1")); !slices.Equal(got, []string{"Special Logon", "Kerberos Service Ticket Operations", "Process Creation"}) {
		t.Errorf("DC1: %q", got)
	}
	if got := s.NotAudited(host("FS01")); got != nil {
		t.Errorf("without a Security log: %q", got)
	}
	if !s.AuditSeen(host("DC1"), "logoff") || s.AuditSeen(host("PC01"), "Logoff") || s.AuditSeen(model.None, "Logon") || s.AuditSeen(0, "no such thing") {
		t.Error("AuditSeen differs")
	}
	for _, c := range s.Coverage() {
		if security := c.Channel == "Security"; slices.Contains(c.NeverSeen, "Process Creation") != security || slices.Contains(c.NeverSeen, "Logon") {
			t.Errorf("%s of %s: %q", c.Channel, c.Computer, c.NeverSeen)
		}
	}
}
