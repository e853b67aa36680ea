package model_test

import (
	"slices"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

func accountsNamed(s *model.Snapshot, name string) []model.Account {
	var out []model.Account
	for _, a := range s.Accounts() {
		if a.Name == name {
			out = append(out, a)
		}
	}
	return out
}

func account(t *testing.T, s *model.Snapshot, name string) model.Account {
	t.Helper()
	found := accountsNamed(s, name)
	if len(found) != 1 {
		t.Fatalf("%d accounts are called %s: %+v", len(found), name, found)
	}
	return found[0]
}

func failed(name, domain string) fields {
	return fields{event.TargetSID: "S-1-0-0", event.TargetName: name, event.TargetDomain: domain, event.Status: uint32(0xc000006d), event.SubStatus: uint32(0xc000006a), event.LogonType: uint32(3)}
}

// One SID is one account, however it is spelled.
func TestSpellingsOfOneSIDAreOneAccount(t *testing.T) {
	pc := newMachine("PC01.corp.local").at("08:00:00").logon(alice, 0x5000, 2)
	pc.logon(who{alice.sid, "Alice", "CORP.LOCAL"}, 0x6000, 3).logon(who{alice.sid, "alice", "corp.local"}, 0x7000, 3)
	a := account(t, tell(t, pc), "alice")
	if a.Sessions != 3 || a.SID != alice.sid || a.Display() != `CORP\alice` || a.Class != model.ClassUser || a.Host != model.None {
		t.Errorf("%+v", a)
	}
	if !slices.Equal(a.Spellings, []string{`CORP.LOCAL\Alice`, `corp.local\alice`}) {
		t.Errorf("spellings %q", a.Spellings)
	}
}

// What every machine has is each machine's own.
func TestAccountsOfAMachineAreItsOwn(t *testing.T) {
	for _, w := range []who{
		{"S-1-5-18", "SYSTEM", "NT AUTHORITY"}, {"S-1-5-19", "LOCAL SERVICE", "NT AUTHORITY"}, {"S-1-5-20", "NETWORK SERVICE", "NT AUTHORITY"}, {"S-1-5-7", "ANONYMOUS LOGON", "NT AUTHORITY"},
		{"S-1-5-80-1-2-3-4-5", "MSSQL", "NT SERVICE"}, {"S-1-5-82-1-2-3-4-5", "pool", "IIS APPPOOL"}, {"S-1-5-83-1-1-2-3-4", "vm", "NT VIRTUAL MACHINE"},
		{"S-1-5-90-0-1", "DWM-1", "Window Manager"}, {"S-1-5-96-0-1", "UMFD-1", "Font Driver Host"}, {"S-1-5-111-1-2-3-4-5-6", "sshd_4332", "VIRTUAL USERS"},
	} {
		a, b := newMachine("PC01.corp.local").at("08:00:00").logon(w, 0x5000, 2), newMachine("PC02.corp.local").at("08:00:00").logon(w, 0x5000, 2)
		s := tell(t, a, b)
		found := accountsNamed(s, w.name)
		if len(found) != 2 || found[0].Host == found[1].Host || !found[0].Boring {
			t.Errorf("%s: %+v", w.name, found)
		}
	}
	// Cloned images share the SIDs of their local accounts.
	a := newMachine("PC01.corp.local").at("08:00:00").logon(who{"S-1-5-21-9-9-9-1001", "carol", "PC01"}, 0x5000, 2)
	b := newMachine("PC02.corp.local").at("08:00:00").logon(who{"S-1-5-21-9-9-9-1001", "carol", "PC02"}, 0x5000, 2)
	if found := accountsNamed(tell(t, a, b), "carol"); len(found) != 2 || found[0].Host == found[1].Host {
		t.Errorf("%+v", found)
	}
}

func TestSameNameInTwoDomainsIsTwoAccounts(t *testing.T) {
	pc := newMachine("PC01.corp.local").at("08:00:00").logon(alice, 0x5000, 2).logon(who{"S-1-5-21-7-8-9-1101", "alice", "OTHER"}, 0x6000, 3)
	pc.log(event.LogonFailed, failed("alice", "OTHER")).log(event.LogonFailed, failed("alice", "THIRD"))
	s := tell(t, pc)
	if found := accountsNamed(s, "alice"); len(found) != 3 {
		t.Fatalf("%+v", found)
	}
	for _, a := range s.Accounts() {
		want := map[string]int{"OTHER": 1, "THIRD": 1}[a.Domain]
		if a.Failures != want {
			t.Errorf("%s has %d failures, want %d", a.Display(), a.Failures, want)
		}
	}
}

// Failures name no SID: they go with the one account that they can mean.
func TestNameWithoutSIDGoesWithTheOneAccountItCanMean(t *testing.T) {
	base := func() *machine {
		return newMachine("PC01.corp.local").at("08:00:00").logon(alice, 0x5000, 2).logon(system, 0x3e7, 5)
	}
	tests := []struct {
		name, domain string
		joined       bool
	}{
		{"alice", "CORP", true},
		{"ALICE", "corp", true},
		{"alice", "corp.local", true}, // PC01$ is of CORP, PC01 of corp.local
		{"alice@CORP.LOCAL", "", true},
		{`CORP\alice`, "", true},
		{"alice", "OTHER", false},
		{"alice", ".", false},
		{"alice", "PC01", false},
		{"alicia", "CORP", false},
	}
	for _, test := range tests {
		pc := base().log(event.LogonFailed, failed(test.name, test.domain))
		s := tell(t, pc)
		f := s.Failures()[0]
		if got := s.Account(f.Account).SID == alice.sid; got != test.joined {
			t.Errorf("%s of %q: joined %t", test.name, test.domain, got)
		}
	}
}

// A name that was given twice in one domain can mean either.
func TestNameOfTwoAccountsOfOneDomainGoesWithNeither(t *testing.T) {
	pc := newMachine("PC01.corp.local").at("08:00:00").logon(alice, 0x5000, 2).logon(who{"S-1-5-21-1-2-3-1901", "alice", "CORP"}, 0x6000, 2)
	pc.log(event.LogonFailed, failed("alice", "CORP"))
	s := tell(t, pc)
	if a := s.Account(s.Failures()[0].Account); a.SID != "" || a.Name != "alice" {
		t.Errorf("%+v", a)
	}
}

// 4776 names no domain. On a member it is a local account's, on a DC
// one of the DC's own domain.
func TestCredentialValidationNamesNoDomain(t *testing.T) {
	check := fields{event.TargetName: "alice", event.Status: uint32(0xc000006a), event.Workstation: "KALI"}
	member := newMachine("PC01.corp.local").at("08:00:00").logon(alice, 0x5000, 3).log(event.CredentialValidation, check)
	s := tell(t, member)
	if a := s.Account(s.Failures()[0].Account); a.SID != "" || a.Host == model.None {
		t.Errorf("on a member: %+v", a)
	}
	tgt := func(w who) fields {
		return fields{event.TargetName: w.name, event.TargetDomain: "CORP.LOCAL", event.TargetSID: w.sid, event.Status: uint32(0)}
	}
	dc := newMachine("DC1.corp.local").at("08:00:00").log(event.TicketGranting, tgt(alice)).log(event.CredentialValidation, check)
	s = tell(t, dc)
	if a := s.Account(s.Failures()[0].Account); a.SID != alice.sid {
		t.Errorf("on a DC: %+v", a)
	}
	visitor := newMachine("DC1.corp.local").at("08:00:00").log(event.TicketGranting, tgt(bob)).logon(who{"S-1-5-21-7-8-9-1101", "alice", "OTHER"}, 0x5000, 3).log(event.CredentialValidation, check)
	s = tell(t, visitor)
	if a := s.Account(s.Failures()[0].Account); a.SID != "" {
		t.Errorf("another domain's account was chosen: %+v", a)
	}
}

// What may be hidden, and what never is.
func TestBoringAccounts(t *testing.T) {
	own := who{"S-1-5-21-1-2-3-1001", "PC01$", "CORP"}
	ticket := func(w who, address string) fields {
		return fields{event.TargetName: w.name, event.TargetDomain: "CORP.LOCAL", event.TargetSID: w.sid, event.Status: uint32(0), event.IPAddress: address}
	}
	from := func(a string) fields { return fields{event.IPAddress: a} }
	pc := newMachine("PC01.corp.local").at("08:00:00").logon(own, 0x5000, 3)
	newDC := func() *machine { return newMachine("DC1.corp.local").at("08:00:00") }
	tests := []struct {
		name   string
		dc     *machine
		with   bool // PC01's own log is there
		boring bool
	}{
		{"a machine on itself", newDC(), true, true},
		{"from its own address", newDC().log(event.TicketGranting, ticket(own, "10.0.0.7")).logon(own, 0x6000, 3, from("10.0.0.7")), true, true},
		{"from another address", newDC().log(event.TicketGranting, ticket(own, "10.0.0.7")).logon(own, 0x6000, 3, from("10.0.0.66")), true, false},
		{"from another address than its tickets, which name it alike", newDC().log(event.TicketGranting, merge(ticket(own, "10.0.0.7"), fields{event.TargetDomain: "CORP"})).logon(own, 0x6000, 3, from("10.0.0.66")), true, false},
		{"from an address that two machines have", newDC().log(event.TicketGranting, ticket(own, "10.0.0.7")).log(event.TicketGranting, ticket(who{"S-1-5-21-1-2-3-1009", "EVIL$", "CORP"}, "10.0.0.7")).logon(own, 0x6000, 3, from("10.0.0.7")), true, false},
		{"from an address that another machine had before it", newDC().log(event.TicketGranting, ticket(who{"S-1-5-21-1-2-3-1009", "EVIL$", "CORP"}, "10.0.0.7")).log(event.TicketGranting, ticket(own, "10.0.0.7")).logon(own, 0x6000, 3, from("10.0.0.7")), true, false},
		{"no computer that is here: gMSA, trust, made up", newDC().log(event.TicketGranting, ticket(own, "10.0.0.7")), false, false},
		{"in a failure", newDC().log(event.PreAuthFailed, fields{event.TargetName: "PC01$", event.TargetSID: own.sid, event.Status: uint32(0x18)}), true, false},
	}
	for _, test := range tests {
		all := []*machine{test.dc}
		if test.with {
			all = append(all, pc)
		}
		if a := account(t, tell(t, all...), "PC01$"); a.Boring != test.boring || a.Class != model.ClassMachine {
			t.Errorf("%s: boring %t, %s", test.name, a.Boring, a.Class)
		}
	}
}

func TestAccountSaysWhereItWasAndWhenceItCame(t *testing.T) {
	a := newMachine("PC01.corp.local").at("08:00:00").logon(alice, 0x5000, 3, fields{event.IPAddress: "10.0.0.7"})
	b := newMachine("PC02.corp.local").at("09:00:00").logon(alice, 0x5000, 3, fields{event.IPAddress: "10.0.0.8"}).at("10:00:00").ends(alice, 0x5000, 3)
	s := tell(t, a, b)
	got := account(t, s, "alice")
	if !slices.Equal(got.Hosts, []model.HostID{1, 0}) || !slices.Equal(slices.Collect(s.Sources(got.ID)), []string{"10.0.0.8", "10.0.0.7"}) {
		t.Errorf("hosts %v, sources %v", got.Hosts, slices.Collect(s.Sources(got.ID)))
	}
	if got.First != clock("08:00:00") || got.Last != clock("10:00:00") {
		t.Errorf("%s to %s", got.First, got.Last)
	}
	if n := len(s.Sessions(got.ID, model.None)); n != 2 {
		t.Errorf("%d sessions of the account", n)
	}
	if n := len(s.Sessions(got.ID, 1)); n != 1 {
		t.Errorf("%d sessions of the account on PC02", n)
	}
}

func TestFailuresAreDecoded(t *testing.T) {
	pc := newMachine("PC01.corp.local").at("08:00:00")
	pc.log(event.LogonFailed, merge(failed("alice", "CORP"), subject(bob, 0x7000), fields{event.Workstation: "KALI", event.IPAddress: "::ffff:10.0.0.9"}))
	pc.log(event.LogonFailed, fields{event.TargetName: "x", event.Status: uint32(0xc0000234), event.SubStatus: uint32(0)})
	pc.log(event.PreAuthFailed, fields{event.TargetName: "x", event.Status: uint32(0x18)})
	pc.log(event.TicketGranting, fields{event.TargetName: "x", event.Status: uint32(0x6)})
	pc.log(event.ServiceTicket, fields{event.TargetName: "x@CORP", event.Status: uint32(0x25)})
	pc.log(event.CredentialValidation, fields{event.TargetName: "y", event.Status: uint32(0xc0000064)})
	pc.log(event.CredentialValidation, fields{event.TargetName: "x", event.Status: uint32(0)})
	pc.log(event.LogonFailed, fields{event.TargetName: "x", event.Status: uint32(0xc00abcde)})
	s := tell(t, pc)
	want := [][3]string{
		{"logon", "0xc000006a", "wrong password"}, {"logon", "0xc0000234", "account locked out"}, {"kerberos", "0x18", "wrong password"},
		{"kerberos", "0x6", "user name does not exist"}, {"kerberos", "0x25", "clocks too far apart"}, {"ntlm", "0xc0000064", "user name does not exist"},
		{"logon", "0xc00abcde", "unknown code 0xc00abcde"},
	}
	got := s.Failures()
	if len(got) != len(want) {
		t.Fatalf("%d failures, want %d", len(got), len(want))
	}
	for i, f := range got {
		if g := [3]string{f.Protocol, f.Code, f.Reason}; g != want[i] {
			t.Errorf("failure %d: %q, want %q", i, g, want[i])
		}
	}
	if f := got[0]; f.Subject != `CORP\bob` || f.SubjectID != 0x7000 || f.Tried != `CORP\alice` || f.Source.Address != "10.0.0.9" || f.Source.Name != "KALI" {
		t.Errorf("%+v", f)
	}
	if x := session(t, s, "PC01/0x7000"); x.Failures != 1 {
		t.Errorf("the Subject's session counts %d failures", x.Failures)
	}
}
