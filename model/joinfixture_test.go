package model_test

import (
	"fmt"
	"slices"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// realm is a Windows domain of the fixtures.
type realm struct{ netbios, dns, sid string }

var (
	corpDomain    = realm{"CORP", "corp.local", corp}
	partnerDomain = realm{"PARTNER", "partner.example", "S-1-5-21-4-5-6"}
)

// user is an account of a domain.
func (d realm) user(name string, rid int) who {
	return who{fmt.Sprint(d.sid, "-", rid), name, d.netbios}
}

// computer is a machine's account; its name ends in two digits of its own.
func (d realm) computer(name string) who {
	return who{d.sid + "-2" + name[len(name)-2:], name + "$", d.netbios}
}

// machine is a computer of the domain: its own account says so.
func (d realm) machine(name string) *machine {
	m := newMachine(name + "." + d.dns).at("00:00:01")
	m.log(event.SpecialPrivileges, subject(d.computer(name), 0x3e5))
	return m.log(event.SpecialPrivileges, subject(who{"S-1-5-18", name + "$", d.netbios}, 0x3e7))
}

// ask is a service ticket of an account, as a domain controller writes it.
type ask struct {
	who     who
	realm   string
	service string
	address string
	guid    byte
	status  uint32
}

func (m *machine) asks(a ask) *machine {
	if a.realm == "" {
		a.realm = "CORP.LOCAL"
	}
	return m.log(event.ServiceTicket, fields{event.TargetName: a.who.name + "@" + a.realm, event.TargetDomain: a.realm,
		event.ServiceName: a.service, event.Status: a.status, event.IPAddress: a.address, event.LogonGUID: guidOf(a.guid)})
}

// renews logs 4770.
func (m *machine) renews(w who, address string) *machine {
	return m.log(event.TicketRenewed, fields{event.TargetName: w.name + "@CORP.LOCAL", event.TargetDomain: "CORP.LOCAL", event.ServiceName: "krbtgt", event.IPAddress: address})
}

// checksPassword logs 4776, which names no domain.
func (m *machine) checksPassword(name, workstation string) *machine {
	return m.log(event.CredentialValidation, fields{event.TargetName: name, event.Workstation: workstation, event.Status: uint32(0)})
}

// uses logs 4648.
func (m *machine) uses(by who, id event.LogonID, w who, server string, guid byte) *machine {
	return m.log(event.ExplicitCredentials, merge(subject(by, id), fields{event.TargetName: w.name, event.TargetDomain: w.domain, event.TargetServer: server, event.TargetGUID: guidOf(guid)}))
}

func guidOf(b byte) event.GUID {
	if b == 0 {
		return event.GUID{}
	}
	return event.GUID{b, 1}
}

func kerberos(address string, guid byte) fields {
	return fields{event.Package: "Kerberos", event.LogonProcess: "Kerberos", event.IPAddress: address, event.LogonGUID: guidOf(guid)}
}

func ntlmFrom(address, workstation string) fields {
	return fields{event.Package: "NTLM", event.LogonProcess: "NtLmSsp", event.IPAddress: address, event.Workstation: workstation}
}

// wantChain demands that a logon's links are these and no others.
func wantChain(t *testing.T, s *model.Snapshot, name string, want ...string) model.Session {
	t.Helper()
	x := session(t, s, name)
	got := links(s, x.Chain)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s has %q, want %q; missing: %s", name, got, want, x.ChainMissing)
		for _, l := range x.Chain {
			t.Log(l.Role, l.Certainty, l.Candidates, l.Why)
		}
	}
	return x
}

// wantCandidates demands that every link of a role says how many records could
// have it.
func wantCandidates(t *testing.T, x model.Session, role model.ChainRole, listed, candidates int) {
	t.Helper()
	n := 0
	for _, l := range x.Chain {
		if l.Role != role {
			continue
		}
		n++
		if l.Candidates != candidates || candidates > 1 && l.Certainty >= model.Strong {
			t.Errorf("%s is %s, one of %d; want %d", l.Role, l.Certainty, l.Candidates, candidates)
		}
	}
	if n != listed {
		t.Errorf("%d %s listed, want %d", n, role, listed)
	}
}
