package model_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// marks are the places of a footprint as tests compare them.
func marks(s *model.Snapshot, a model.AccountID) []string {
	var out []string
	for _, m := range s.Footprint(a) {
		where := m.Name
		if m.Host != model.None {
			where = s.Host(m.Host).Short()
		}
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s x%d", m.Role, strings.TrimSpace(where), m.Address, m.Count)))
	}
	return out
}

func TestAFootprintIsOfDomainControllersRecordsAlone(t *testing.T) {
	dc := newMachine("DC01.corp.local").at("08:00:00").starts()
	dc.logon(alice, 0x50, 3, from("10.0.0.5"), subject(who{"S-1-5-18", "DC01$", "CORP"}, 0x3e7))
	dc.at("09:00:00").log(event.TicketGranting, fields{event.TargetName: "alice", event.TargetDomain: "CORP", event.TargetSID: alice.sid, event.IPAddress: "10.0.0.5", event.Status: uint32(0)})
	ticketFor(dc, "krbtgt", "10.0.0.5")
	ticketFor(dc, "FS01$", "10.0.0.5")
	ticketFor(dc.at("09:05:00"), "FS01$", "10.0.0.5")
	ticketFor(dc, "sqlsvc", "10.0.0.5")
	ticketFor(dc, "GHOST$", "10.0.0.5")
	dc.log(event.CredentialValidation, fields{event.TargetName: "alice", event.Workstation: `\\KIOSK`, event.Status: uint32(0)})
	dc.log(event.PreAuthFailed, fields{event.TargetName: "alice", event.TargetSID: alice.sid, event.Status: uint32(0x18), event.IPAddress: "10.0.0.9", event.ServiceName: "krbtgt/CORP"})
	fs := newMachine("FS01.corp.local").at("08:00:00").starts().at("09:00:01").logon(alice, 0x100, 3, from("10.0.0.77"))
	// A member's own check of a password is about its own account of that name.
	fs.log(event.CredentialValidation, fields{event.TargetName: "alice", event.Workstation: "ELSEWHERE", event.Status: uint32(0)})
	s := tell(t, dc, fs)
	a := accountCalled(t, s, `CORP\alice`)
	got := marks(s, a.ID)
	want := []string{
		"came-from  10.0.0.5 x6", "asked-for FS01  x2", "asked-for sqlsvc  x1", "asked-for GHOST$  x1", "ntlm-from KIOSK  x1", "tried-from  10.0.0.9 x1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, m := range s.Footprint(a.ID) {
		if m.Logged != (m.Role == model.AskedFor && m.Host != model.None) {
			t.Errorf("%+v", m)
		}
		if m.Own != 0 {
			t.Errorf("%s has %d tickets of itself", m.Name, m.Own)
		}
		if n := len(m.Records); n != min(m.Count, 2) {
			t.Errorf("%d records of %d", n, m.Count)
		}
	}
}

// Verified in the records: THESHIRE\pgustavo's own tickets came 31 times from 172.18.39.5 and
// twice from 172.18.39.6; three of the 31 were refused, as they were for
// accounts that serve only from user to user (0x1b).
func TestTheLabsTicketsCameFromTwoWorkstations(t *testing.T) {
	s := load(t, logsIn(t, lab)...)
	count, refused := map[string]int{}, 0
	for _, m := range s.Footprint(accountCalled(t, s, `THESHIRE\pgustavo`).ID) {
		switch m.Role {
		case model.TriedFrom:
			refused += m.Count
			fallthrough
		case model.CameFrom:
			count[m.Address] += m.Count
		}
	}
	if count["172.18.39.5"] != 31 || count["172.18.39.6"] != 2 || len(count) != 2 || refused != 3 {
		t.Errorf("%v, %d refused", count, refused)
	}
}

// Verified in the records: five user accounts are asked for as services; they are no hosts.
func TestServiceAccountsThatTicketsAreForAreNoHosts(t *testing.T) {
	s := load(t, logsIn(t, spray)...)
	accounts := map[string]bool{}
	hosts := map[string]bool{}
	for _, m := range s.Footprint(accountCalled(t, s, `THESHIRE\pgustavo`).ID) {
		if m.Role != model.AskedFor {
			continue
		}
		if m.Host == model.None {
			accounts[m.Name] = true
		} else {
			hosts[s.Host(m.Host).Short()] = true
		}
	}
	for _, name := range []string{"sysmonsvc", "nxlogsvc", "defensesvc", "otrsvc", "mordorsvc"} {
		if !accounts[name] {
			t.Errorf("%s is not among the accounts asked for: %v", name, accounts)
		}
	}
	for _, name := range []string{"WORKSTATION6", "WORKSTATION7"} {
		if !hosts[name] {
			t.Errorf("%s is not among the hosts asked for: %v", name, hosts)
		}
	}
}

func TestNothingOfAFootprintIsOfAnotherAccount(t *testing.T) {
	s := practiceDomain(t)
	marked := 0
	for _, a := range s.Accounts() {
		for _, m := range s.Footprint(a.ID) {
			marked += m.Count
			for _, r := range m.Records {
				if name := strings.ToLower(s.Text(r, event.TargetName)); strings.TrimSuffix(name, "@nordlicht.example") != strings.ToLower(a.Name) {
					t.Errorf("%s: a record of %s", a.Display(), name)
				}
			}
			if m.First > m.Last || m.Why == "" || m.Count == 0 {
				t.Errorf("%+v", m)
			}
		}
	}
	if marked == 0 {
		t.Error("no footprints")
	}
}
