package model_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

const (
	desk   = "10.0.0.5" // PC01's address
	server = "10.0.0.9" // DC09's
)

var (
	fs03       = "FS03"
	otherAlice = partnerDomain.user("alice", 1101)
)

// office09 is a domain controller, a client that its tickets bind to its
// address from 07:00 to 12:00, and a server.
func office09() (dc, pc, fs *machine) {
	dc = corpDomain.machine("DC09").at("07:00:00").grants(corpDomain.computer("PC01"), desk)
	return dc, corpDomain.machine("PC01"), corpDomain.machine(fs03)
}

// closing lets the domain controller bind the client's address to the end.
func closing(dc *machine) *machine {
	return dc.at("12:00:00").asks(ask{who: corpDomain.computer("PC01"), service: "DC09$", address: desk})
}

// Rule 16: GUID equal is exact only on the 4769 whose service is that host.
func TestEqualGUIDIsExactOnTheTicketForTheHostOnly(t *testing.T) {
	tests := []struct {
		name  string
		typ   uint32
		guid  byte
		write func(dc *machine)
		want  []string
	}{
		{"its own ticket", 2, 7, func(dc *machine) { dc.asks(ask{who: alice, service: "FS03$", address: desk, guid: 7}) },
			[]string{"exact service-ticket 4769 FS03$ DC09"}},
		{"another service's in the same moment", 2, 7, func(dc *machine) {
			dc.asks(ask{who: alice, service: "FS03$", address: desk, guid: 7}).asks(ask{who: alice, service: "DC09$", address: desk, guid: 7})
		}, []string{"exact service-ticket 4769 FS03$ DC09", "medium service-ticket 4769 DC09$ DC09"}},
		{"two tickets for the host", 2, 7, func(dc *machine) {
			dc.asks(ask{who: alice, service: "FS03$", address: desk, guid: 7}).asks(ask{who: alice, service: "FS03$", address: desk, guid: 7})
		}, []string{"medium service-ticket 4769 FS03$ DC09", "medium service-ticket 4769 FS03$ DC09"}},
		{"another service's only", 10, 7, func(dc *machine) { dc.asks(ask{who: alice, service: "DC09$", address: desk, guid: 7}) }, []string{"medium service-ticket 4769 DC09$ DC09"}},
		{"a user account's, which is no host", 10, 7, func(dc *machine) { dc.asks(ask{who: alice, service: "fs03", address: desk, guid: 7}) }, []string{"medium service-ticket 4769 fs03 DC09"}},
		{"no GUID on either side", 2, 0, func(dc *machine) { dc.asks(ask{who: alice, service: "FS03$", address: desk}) }, nil},
		{"another GUID", 2, 7, func(dc *machine) { dc.asks(ask{who: alice, service: "FS03$", address: desk, guid: 8}) }, nil},
		{"another account's", 2, 7, func(dc *machine) { dc.asks(ask{who: bob, service: "FS03$", address: desk, guid: 7}) }, nil},
		{"one of another domain of that name", 2, 7, func(dc *machine) {
			dc.log(event.SpecialPrivileges, subject(otherAlice, 0x77)).asks(ask{who: otherAlice, realm: "PARTNER", service: "FS03$", address: desk, guid: 7})
		}, nil},
		{"a failure", 2, 7, func(dc *machine) { dc.asks(ask{who: alice, service: "FS03$", address: desk, guid: 7, status: 0x1b}) }, nil},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			dc, pc, fs := office09()
			x.write(dc.at("09:00:00"))
			fs.at("09:00:01").logon(alice, 0x5000, x.typ, fields{event.LogonGUID: guidOf(x.guid), event.Package: "Negotiate"})
			wantChain(t, tell(t, closing(dc), pc, fs), "FS03/0x5000", x.want...)
		})
	}
}

// Measured fact: a domain controller of a domain of the same name that never
// heard of this one has nothing to say of its logons.
func TestEqualGUIDOfAnotherDomainsControllerIsNotJoined(t *testing.T) {
	alien := realm{"CORP", "corp.local", "S-1-5-21-7-8-9"}
	dc := alien.machine("DC08").at("09:00:00").asks(ask{who: alice, service: "FS03$", address: desk, guid: 7})
	fs := corpDomain.machine(fs03).at("09:00:01").logon(alice, 0x5000, 2, fields{event.LogonGUID: guidOf(7)})
	wantChain(t, tell(t, dc, fs), "FS03/0x5000")
}

// Rule 16: so is the GUID of a 4648 to that host, on it or elsewhere.
func TestEqualGUIDIsExactOnExplicitCredentialsForTheHostOnly(t *testing.T) {
	for server, want := range map[string][]string{"FS03.corp.local": {"exact explicit-credentials 4648 PC01"}, "DC09": nil, "FS03.elsewhere.example": nil} {
		dc, pc, fs := office09()
		pc.at("09:00:00").uses(bob, 0x4000, alice, server, 7)
		fs.at("09:00:30").logon(alice, 0x5000, 10, fields{event.LogonGUID: guidOf(7), event.Package: "Negotiate"})
		wantChain(t, tell(t, dc, pc, fs), "FS03/0x5000", want...)
	}
	dc, pc, fs := office09()
	fs.at("09:00:00").uses(system, 0x3e7, alice, "localhost", 7).logon(alice, 0x5000, 2, fields{event.LogonGUID: guidOf(7)})
	wantChain(t, tell(t, dc, pc, fs), "FS03/0x5000", "exact explicit-credentials 4648 FS03")
}

// Rule 17: same account and service host, within 60 s, unique both ways. The
// GUIDs of network logons are never their tickets' (0 of 495).
func TestNetworkLogonHasTheTicketOfTheMinuteBefore(t *testing.T) {
	file := ask{who: alice, service: "FS03$", address: desk, guid: 1}
	const strong, medium, weak = "strong service-ticket 4769 FS03$ DC09", "medium service-ticket 4769 FS03$ DC09", "weak service-ticket 4769 FS03$ DC09"
	tests := []struct {
		name  string
		write func(dc, fs *machine)
		want  []string
	}{
		{"the only one", func(dc, _ *machine) { dc.at("08:59:30").asks(file) }, []string{strong}},
		{"from no address", func(dc, _ *machine) { dc.at("08:59:30").asks(ask{who: alice, service: "FS03$"}) }, []string{strong}},
		{"two tickets, the same address", func(dc, _ *machine) { dc.at("08:59:30").asks(file).at("08:59:40").asks(file) }, []string{medium, medium}},
		{"two tickets, no address", func(dc, _ *machine) {
			dc.at("08:59:30").asks(ask{who: alice, service: "FS03$"}).at("08:59:40").asks(ask{who: alice, service: "FS03$"})
		}, []string{weak, weak}},
		{"another logon that may have used it", func(dc, fs *machine) {
			dc.at("08:59:30").asks(file)
			fs.at("08:59:40").logon(alice, 0x4000, 3, kerberos(desk, 4))
		}, []string{medium}},
		{"another logon, and no address", func(dc, fs *machine) {
			dc.at("08:59:30").asks(ask{who: alice, service: "FS03$"})
			fs.at("08:59:40").logon(alice, 0x4000, 3, kerberos("", 4))
		}, []string{weak}},
		{"another logon of another account", func(dc, fs *machine) {
			dc.at("08:59:30").asks(file)
			fs.at("08:59:40").logon(bob, 0x4000, 3, kerberos(desk, 4))
		}, []string{strong}},
		{"older than a minute, the same address", func(dc, _ *machine) { dc.at("08:58:50").asks(file) }, []string{medium}},
		{"older than a minute, no address", func(dc, _ *machine) { dc.at("08:58:50").asks(ask{who: alice, service: "FS03$"}) }, nil},
		{"nearly ten hours old", func(dc, _ *machine) { dc.at("2024-04-30 23:00:10").asks(file) }, []string{medium}},
		{"older than ten hours", func(dc, _ *machine) { dc.at("2024-04-30 22:59:50").asks(file) }, nil},
		{"several in ten hours", func(dc, _ *machine) { dc.at("07:30:00").asks(file).at("08:00:00").asks(file) }, []string{medium, medium}},
		{"later than the logon", func(dc, _ *machine) { dc.at("09:00:03").asks(file) }, nil},
		{"for another server", func(dc, _ *machine) { dc.at("08:59:30").asks(ask{who: alice, service: "DC09$", address: desk}) }, nil},
		{"for a user account of the server's name", func(dc, _ *machine) { dc.at("08:59:30").asks(ask{who: alice, service: "FS03", address: desk}) }, nil},
		{"for krbtgt", func(dc, _ *machine) { dc.at("08:59:30").asks(ask{who: alice, service: "krbtgt", address: desk}) }, nil},
		{"from another address", func(dc, _ *machine) { dc.at("08:59:30").asks(ask{who: alice, service: "FS03$", address: "10.0.0.77"}) }, nil},
		{"from another address, hours ago", func(dc, _ *machine) { dc.at("08:00:00").asks(ask{who: alice, service: "FS03$", address: "10.0.0.77"}) }, nil},
		{"of another account", func(dc, _ *machine) { dc.at("08:59:30").asks(ask{who: bob, service: "FS03$", address: desk}) }, nil},
		{"of the account of that name in another domain", func(dc, _ *machine) {
			dc.at("08:59:00").log(event.SpecialPrivileges, subject(otherAlice, 0x77))
			dc.at("08:59:30").asks(ask{who: otherAlice, realm: "PARTNER", service: "FS03$", address: desk})
		}, nil},
		{"that was refused", func(dc, _ *machine) {
			dc.at("08:59:30").asks(ask{who: alice, service: "FS03$", address: desk, status: 7})
		}, nil},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			dc, pc, fs := office09()
			dc.recs = dc.recs[:2] // nothing binds the client's address: it is compared as it is
			dc.numbers["Security"] = dc.recs[1].number
			x.write(dc, fs)
			fs.at("09:00:00").logon(alice, 0x5000, 3, kerberos(desk, 3))
			got := wantChain(t, tell(t, dc, pc, fs), "FS03/0x5000", x.want...)
			if n := len(x.want); n > 1 {
				wantCandidates(t, got, model.RoleServiceTicket, n, n)
			}
		})
	}
}

func TestOtherLogonsHaveNoTicketByTime(t *testing.T) {
	for name, how := range map[string]struct {
		typ  uint32
		more fields
	}{
		"NTLM": {3, ntlmFrom(desk, "PC01")}, "desktop": {2, kerberos("", 0)}, "Remote Desktop": {10, kerberos(desk, 0)}, "service": {5, kerberos("", 0)},
	} {
		dc, pc, fs := office09()
		dc.at("08:59:50").asks(ask{who: alice, service: "FS03$", address: desk})
		fs.at("09:00:00").logon(alice, 0x5000, how.typ, how.more)
		for _, l := range wantChain(t, tell(t, dc, pc, fs), "FS03/0x5000").Chain {
			t.Errorf("%s: %+v", name, l)
		}
	}
}

// Rule 17: several candidates are all listed, none is strong.
func TestAllCandidatesAreListed(t *testing.T) {
	for _, n := range []int{2, 5, 64, 70} {
		dc, pc, fs := office09()
		for i := range n {
			dc.at(fmt.Sprintf("08:59:%02d.%02d", 30+i/10, i%10)).asks(ask{who: alice, service: "FS03$", address: desk})
		}
		fs.at("09:00:00").logon(alice, 0x5000, 3, kerberos(desk, 3))
		wantCandidates(t, session(t, tell(t, closing(dc), pc, fs), "FS03/0x5000"), model.RoleServiceTicket, min(n, 64), n)
	}
}

// One use of a GUID among more than are compared is not taken for the only one.
func TestWhatWasNotComparedMayBeTheOne(t *testing.T) {
	dc, pc, fs := office09()
	dc.log(event.SpecialPrivileges, subject(alice, 0x99))
	for range 1025 {
		dc.at("08:59:30").asks(ask{who: alice, service: "FS03$", address: desk, guid: 7})
	}
	dc.asks(ask{who: bob, service: "FS03$", address: desk, guid: 7})
	fs.at("09:00:00").logon(bob, 0x5000, 2, fields{event.LogonGUID: guidOf(7)})
	chain := session(t, tell(t, dc, pc, fs), "FS03/0x5000").Chain
	if len(chain) == 0 {
		t.Error("no ticket")
	}
	for _, l := range chain {
		if l.Certainty > model.Medium || l.Candidates < 2 {
			t.Errorf("%+v", l)
		}
	}
}

// Rule 18: a ticket says that access was asked for: it opens no session, and
// what it is for is a host only if seen as a Computer.
func TestTicketOpensNoSessionAndMakesNoHost(t *testing.T) {
	dc, pc, _ := office09()
	dc.at("09:00:00").asks(ask{who: alice, service: "FS03$", address: desk}).asks(ask{who: alice, service: "sqlsvc", address: desk})
	s := tell(t, dc, pc)
	if n := len(s.Hosts()); n != 2 {
		t.Errorf("%d hosts, want DC09 and PC01", n)
	}
	for _, row := range s.Sessions(model.None, model.None) {
		if x := s.Session(row); s.Account(x.Account).Name == "alice" {
			t.Errorf("%+v", x)
		}
	}
}

// Rule 18: krbtgt/REALM and trust accounts are referrals: the ticket of the
// next realm's domain controller is followed back to the account's own.
func TestTicketOfAnotherRealmIsFollowedBackThroughItsReferral(t *testing.T) {
	carol := partnerDomain.user("carol", 1500)
	foreign := func(service, address string) ask {
		return ask{who: carol, realm: "PARTNER", service: service, address: address}
	}
	const ticket, tgt = "strong service-ticket 4769 FS03$ DC09", "strong tgt 4768 DC08"
	tests := []struct {
		name  string
		write func(home *machine)
		lost  bool // the home domain controller's log is not there
		want  []string
	}{
		{"krbtgt of the realm", func(h *machine) { h.asks(foreign("krbtgt/CORP.LOCAL", desk)) }, false, []string{tgt, "strong referral 4769 DC08", ticket}},
		{"the trust's account", func(h *machine) { h.asks(foreign("CORP$", desk)) }, false, []string{tgt, "strong referral 4769 DC08", ticket}},
		{"from another address", func(h *machine) { h.asks(foreign("krbtgt/CORP.LOCAL", "10.0.0.66")) }, false, []string{tgt, ticket}},
		{"to another realm", func(h *machine) { h.asks(foreign("krbtgt/OTHER.EXAMPLE", desk)) }, false, []string{tgt, ticket}},
		{"its own realm's krbtgt", func(h *machine) { h.asks(foreign("krbtgt", desk)).asks(foreign("krbtgt/PARTNER.EXAMPLE", desk)) }, false, []string{tgt, ticket}},
		{"two in ten hours", func(h *machine) {
			h.asks(foreign("krbtgt/CORP.LOCAL", desk)).asks(foreign("CORP$", desk))
		}, false, []string{tgt, "medium referral 4769 DC08", "medium referral 4769 DC08", ticket}},
		{"no log of its home", func(*machine) {}, true, []string{ticket}},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			home := partnerDomain.machine("DC08").at("08:00:00").grants(carol, desk).at("08:58:00")
			home.log(event.SpecialPrivileges, subject(carol, 0x9000))
			x.write(home)
			home.at("09:00:00").grants(partnerDomain.user("dora", 1501), "10.0.0.67")
			dc, pc, fs := office09()
			dc.at("08:59:30").asks(foreign("FS03$", desk))
			fs.at("09:00:00").logon(carol, 0x5000, 3, kerberos(desk, 3))
			all := []*machine{closing(dc), pc, fs, home}
			if x.lost {
				all = all[:3]
			}
			s := tell(t, all...)
			var got []string
			chain := session(t, s, "FS03/0x5000")
			for _, l := range chain.Chain {
				e := s.Event(l.Event)
				w := fmt.Sprint(l.Certainty, " ", l.Role, " ", e.EventID)
				if l.Role == model.RoleServiceTicket {
					w += " " + s.Text(l.Event, event.ServiceName)
				}
				got = append(got, w+" "+s.Host(e.Host).Short())
			}
			slices.Sort(got)
			slices.Sort(x.want)
			if !slices.Equal(got, x.want) {
				t.Errorf("%q, want %q; missing: %s", got, x.want, chain.ChainMissing)
			}
			if x.lost && !strings.Contains(chain.ChainMissing, "of the account's domain, PARTNER") {
				t.Error(chain.ChainMissing)
			}
		})
	}
}

// Rule 19: visitors from a trusted domain do not split a host, nor move it.
func TestVisitorsFromATrustedDomainDoNotSplitAHost(t *testing.T) {
	dc, pc, fs := office09()
	fs.at("08:00:00").logon(partnerDomain.computer("PC77"), 0x100, 3, kerberos("10.9.9.9", 2)).logon(partnerDomain.user("carol", 1500), 0x200, 2)
	dc.at("08:59:30").asks(ask{who: alice, service: "FS03$", address: desk})
	fs.at("09:00:00").logon(alice, 0x5000, 3, kerberos(desk, 3))
	s := tell(t, closing(dc), pc, fs)
	if n := len(s.Hosts()); n != 3 {
		t.Errorf("%d hosts, want 3", n)
	}
	for _, h := range s.Hosts() {
		if h.Short() == fs03 && h.DomainSID != corp {
			t.Errorf("%s is of %s", h.Name, h.DomainSID)
		}
	}
	wantChain(t, s, "FS03/0x5000", "strong service-ticket 4769 FS03$ DC09")
}

// Rule 20: on a domain controller a 4776 is about one of its domain's
// accounts, on a member about one of its own.
func TestPasswordCheckIsOfTheDomainOnItsControllerAndLocalOnAMember(t *testing.T) {
	local := who{"S-1-5-21-9-9-9-1001", "alice", "FS03"}
	const strong, medium, weak = "strong ntlm-validation 4776 DC09", "medium ntlm-validation 4776 DC09", "weak ntlm-validation 4776 DC09"
	tests := []struct {
		name  string
		who   who
		write func(dc, fs *machine)
		want  []string
	}{
		{"on the controller, the same claimed name", alice, func(dc, _ *machine) { dc.checksPassword("alice", "PC01") }, []string{strong}},
		{"the name is written otherwise", alice, func(dc, _ *machine) { dc.checksPassword("Alice", `\\PC01`) }, []string{strong}},
		{"no workstation", alice, func(dc, _ *machine) { dc.checksPassword("alice", "") }, []string{medium}},
		{"another workstation", alice, func(dc, _ *machine) { dc.checksPassword("alice", "PC02") }, nil},
		{"another account", alice, func(dc, _ *machine) { dc.checksPassword("bob", "PC01") }, nil},
		{"seconds apart", alice, func(dc, _ *machine) { dc.at("08:59:57").checksPassword("alice", "PC01") }, nil},
		{"two checks", alice, func(dc, _ *machine) { dc.checksPassword("alice", "PC01").checksPassword("alice", "PC01") }, []string{medium, medium}},
		{"a failure", alice, func(dc, _ *machine) {
			dc.log(event.CredentialValidation, fields{event.TargetName: "alice", event.Workstation: "PC01", event.Status: uint32(0xc000006a)})
		}, nil},
		{"on the member, of its own account", alice, func(_, fs *machine) {
			fs.logon(local, 0x100, 2).checksPassword("alice", "PC01")
		}, nil},
		{"the local account on its host", local, func(_, fs *machine) { fs.checksPassword("alice", "PC01") }, []string{"strong ntlm-validation 4776 FS03"}},
		{"the local account on the controller", local, func(dc, _ *machine) { dc.checksPassword("alice", "PC01") }, nil},
		{"two accounts of that name", alice, func(dc, _ *machine) {
			dc.log(event.SpecialPrivileges, subject(who{corp + "-1777", "alice", "CORP"}, 0x88)).checksPassword("alice", "PC01")
		}, []string{weak}},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			dc, pc, fs := office09()
			dc.log(event.SpecialPrivileges, subject(alice, 0x99)).at("09:00:00")
			x.write(dc, fs.at("09:00:00"))
			fs.at("09:00:00.2").logon(x.who, 0x5000, 3, ntlmFrom("10.0.0.50", "PC01"))
			got := wantChain(t, tell(t, dc, pc, fs), "FS03/0x5000", x.want...)
			if len(x.want) > 1 || slices.Contains(x.want, weak) {
				wantCandidates(t, got, model.RoleNTLMValidation, len(x.want), 2)
			}
		})
	}
}

func TestPasswordCheckThatTwoLogonsMayHaveAskedForIsNotStrong(t *testing.T) {
	dc, pc, fs := office09()
	dc.at("09:00:00").log(event.SpecialPrivileges, subject(alice, 0x99)).checksPassword("alice", "PC01")
	fs.at("09:00:00.2").logon(alice, 0x5000, 3, ntlmFrom("10.0.0.50", "PC01"))
	pc.at("09:00:00.4").logon(alice, 0x6000, 3, ntlmFrom("10.0.0.50", "PC01"))
	wantChain(t, tell(t, dc, pc, fs), "FS03/0x5000", "medium ntlm-validation 4776 DC09")
}

// Rule 21: the workstation's name is a claim; behind a service of the host
// itself the client is unknown.
func TestWorkstationIsWhatTheClientClaims(t *testing.T) {
	dc, pc, fs := office09()
	fs.at("09:00:00").logon(alice, 0x5000, 3, ntlmFrom("", "PC01")).logon(alice, 0x6000, 8, fields{event.Workstation: fs03, event.Process: `C:\Windows\System32\OpenSSH\sshd.exe`})
	s := tell(t, dc, pc, fs)
	if x := session(t, s, "FS03/0x5000").Source; !x.Claimed || x.Name != "PC01" || x.Host != model.None || x.Certainty > model.Weak {
		t.Errorf("%+v", x)
	}
	if x := session(t, s, "FS03/0x6000").Source; x.Name != "" || x.Host != model.None || x.Certainty != model.CertaintyUnknown {
		t.Errorf("%+v", x)
	}
}

// While evidence is being read, what seems the only candidate may not be.
func TestProvisionalSnapshotsJoinNothing(t *testing.T) {
	dc, pc, fs := office09()
	dc.at("08:59:30").asks(ask{who: alice, service: "FS03$", address: desk})
	fs.at("09:00:00").logon(alice, 0x5000, 3, kerberos(desk, 3))
	b := model.NewBuilder(event.NewSchemas())
	for i, m := range []*machine{closing(dc), pc, fs} {
		f := asFile(event.FileID(i), m.name+".evtx", m.recs, 1000)
		b.AddFile(f.file)
		for _, batch := range f.batches {
			b.Add(batch)
		}
	}
	if x := wantChain(t, b.Snapshot(), "FS03/0x5000"); x.ChainMissing != "evidence is still being read" {
		t.Errorf("%+v", x)
	}
	wantChain(t, b.Finish(), "FS03/0x5000", "strong service-ticket 4769 FS03$ DC09")
}

func TestSessionWhoseTicketPredatesTheLogsSaysSo(t *testing.T) {
	for from, want := range map[string]string{"08:30:00": "log begins at", "2024-05-02 08:00:00": "do not hold that time", "2024-04-29 08:00:00": "do not hold that time"} {
		dc := newMachine("DC09.corp.local").at(from)
		dc.log(event.SpecialPrivileges, subject(corpDomain.computer("DC09"), 0x3e5)).log(event.SpecialPrivileges, subject(who{"S-1-5-18", "DC09$", "CORP"}, 0x3e7)).grants(corpDomain.computer("PC01"), desk)
		dc.now = dc.now.Add(1)
		dc.asks(ask{who: bob, service: "DC09$", address: desk})
		if from == "08:30:00" {
			dc.at("12:00:00").asks(ask{who: bob, service: "DC09$", address: desk})
		}
		_, pc, fs := office09()
		fs.at("09:00:00").logon(alice, 0x5000, 3, kerberos(desk, 3))
		if x := wantChain(t, tell(t, dc, pc, fs), "FS03/0x5000"); !strings.Contains(x.ChainMissing, want) {
			t.Errorf("%s: %s; want %q", from, x.ChainMissing, want)
		}
	}
}
