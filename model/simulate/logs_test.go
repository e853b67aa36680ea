package simulate_test

import (
	"strings"
	"testing"

	"spoor/model/event"
)

func TestRecordsOfALogAreNumberedWithoutAHoleAndSecurityIsInOrderOfTime(t *testing.T) {
	k, _ := demo()
	last := make(map[string]event.Head)
	for _, l := range k.records {
		key := l.head.Computer + l.head.Channel
		before, seen := last[key]
		if seen && l.head.RecordID != before.RecordID+1 {
			t.Fatalf("%s: record %d follows %d", l.log, l.head.RecordID, before.RecordID)
		}
		if seen && l.head.Channel == "Security" && l.head.Time <= before.Time {
			t.Fatalf("%s: record %d goes back to %s", l.log, l.head.RecordID, l.head.Time)
		}
		last[key] = l.head
	}
	if n := len(k.records); n < 15_000 || n > 40_000 {
		t.Errorf("%d events, want 15,000 to 40,000", n)
	}
}

// The end of a boot is told after the start of the next, as the kernel's
// records are written late.
func TestSystemTellsOfTheOldBootAfterTheNewOne(t *testing.T) {
	k, _ := demo()
	var started event.Head
	late := 0
	for _, l := range k.records {
		if l.head.Provider != "Microsoft-Windows-Kernel-General" {
			continue
		}
		switch l.head.EventID {
		case 12:
			started = l.head
		case 13:
			if l.head.Computer == started.Computer && l.head.Time < started.Time {
				late++
			}
		}
	}
	if late < 10 {
		t.Errorf("%d boots' ends are told late", late)
	}
}

func TestElevatedHalfHasTheLowerIDAndThePrivileges(t *testing.T) {
	pairs := 0
	privileged := make(map[string]bool)
	for _, l := range security(t) {
		if l.head.EventID == 4672 {
			privileged[l.head.Computer+l.text("SubjectLogonId")] = true
		}
	}
	for _, l := range security(t) {
		linked := l.id("TargetLinkedLogonId")
		if l.head.EventID != 4624 || linked == 0 || strings.Contains(l.text("TargetDomainName"), " ") {
			continue
		}
		pairs++
		elevated := l.text("ElevatedToken") == "%%1842"
		if elevated != (l.id("TargetLogonId") < linked) {
			t.Errorf("%s %d: elevated %v with ID %x linked to %x", l.log, l.head.RecordID, elevated, l.id("TargetLogonId"), linked)
		}
		if elevated != privileged[l.head.Computer+l.text("TargetLogonId")] {
			t.Errorf("%s %d: elevated %v and 4672 disagree", l.log, l.head.RecordID, elevated)
		}
	}
	if pairs < 50 {
		t.Errorf("only %d halves", pairs)
	}
}

func TestOnlyTheFilteredHalfLogsTheUsersLogoff(t *testing.T) {
	elevated := make(map[string]bool)
	for _, l := range security(t) {
		key := l.head.Computer + l.text("TargetLogonId")
		switch l.head.EventID {
		case 4624:
			elevated[key] = l.id("TargetLinkedLogonId") != 0 && l.text("ElevatedToken") == "%%1842"
		case 4647:
			if elevated[key] {
				t.Errorf("%s %d: 4647 of an elevated half", l.log, l.head.RecordID)
			}
		}
	}
}

// Measured on real logs: a ticket's GUID comes back in interactive logons of its
// own host, never in network logons.
func TestTicketGUIDIsThatOfInteractiveLogonsOnly(t *testing.T) {
	tickets := make(map[string]string)
	for _, l := range security(t) {
		if l.head.EventID == 4769 {
			tickets[l.text("LogonGuid")+strings.ToLower(strings.TrimSuffix(l.text("ServiceName"), "$"))] = l.text("TargetUserName")
		}
	}
	matched, network := 0, 0
	for _, l := range security(t) {
		if l.head.EventID != 4624 || l.text("LogonGuid") == (event.GUID{}).String() {
			continue
		}
		host, _, _ := strings.Cut(l.head.Computer, ".")
		_, found := tickets[l.text("LogonGuid")+host]
		switch l.id("LogonType") {
		case 3:
			network++
			if found {
				t.Errorf("%s %d: a network logon has a ticket's GUID", l.log, l.head.RecordID)
			}
		default:
			if !found {
				t.Errorf("%s %d: no ticket has the GUID of a logon of type %d", l.log, l.head.RecordID, l.id("LogonType"))
			}
			matched++
		}
	}
	if matched < 100 || network < 500 {
		t.Errorf("%d GUIDs found, %d network logons", matched, network)
	}
}

// fixed are the logon IDs that every machine has.
func fixed(id uint64) bool { return id == 0 || id >= 0x3e3 && id <= 0x3e7 }

// A process, a share or a logoff has the ID of a logon that was made in this
// boot; the rest began before the logs.
func TestEveryLogonIDWasHandedOutInItsBoot(t *testing.T) {
	live := make(map[string]map[uint64]string)
	unknown := make(map[string]bool)
	for _, l := range security(t) {
		ids := live[l.head.Computer]
		if ids == nil || l.head.EventID == 4608 {
			ids = make(map[uint64]string)
			live[l.head.Computer] = ids
		}
		if l.head.EventID == 4624 {
			ids[l.id("TargetLogonId")] = l.text("TargetUserName")
			continue
		}
		for _, side := range []string{"Subject", "Target"} {
			id := l.id(side + "LogonId")
			if fixed(id) || l.head.EventID == 4672 {
				continue
			}
			name, known := ids[id]
			if !known {
				unknown[l.head.Computer+l.text(side+"LogonId")] = true
			} else if name != l.text(side+"UserName") {
				t.Errorf("%s %d: ID %x is %s's, not %s's", l.log, l.head.RecordID, id, name, l.text(side+"UserName"))
			}
		}
	}
	if n := len(unknown); n > 40 {
		t.Errorf("%d IDs were never handed out: %v", n, unknown)
	}
}

func TestLogonIDsAreReusedByOthersInAnotherBoot(t *testing.T) {
	_, truth := demo()
	type key struct{ host, id string }
	owner := make(map[key]map[string]int)
	for _, s := range truth.Sessions {
		if s.Kind != "console" || s.Start < "2026-03-02" {
			continue
		}
		for _, id := range s.LogonIDs {
			k := key{s.Host, id}
			if owner[k] == nil {
				owner[k] = make(map[string]int)
			}
			if boot, ok := owner[k][s.Account]; ok && boot == s.Boot {
				t.Errorf("%v is handed out twice in one boot", k)
			}
			owner[k][s.Account] = s.Boot
		}
	}
	people := 0
	for _, o := range owner {
		if len(o) > 1 {
			people++
		}
	}
	if people == 0 {
		t.Error("no logon ID is two people's in two boots")
	}
}
