package model_test

import (
	"testing"

	"spoor/model"
	"spoor/model/event"
)

const corp = "S-1-5-21-1-2-3"

// computer is a machine's account, which tells the domain of its host.
func computer(name string) who { return who{corp + "-2" + name[len(name)-2:], name + "$", "CORP"} }

// joined makes a machine of the domain CORP: its own account says so.
func joined(name string) *machine {
	m := newMachine(name + ".corp.local").at("00:00:01")
	return m.log(event.SpecialPrivileges, merge(subject(computer(name), 0x3e5), fields{event.Privileges: "SeTcbPrivilege"}))
}

func (m *machine) grants(w who, address string) *machine {
	return m.log(event.TicketGranting, fields{event.TargetName: w.name, event.TargetDomain: w.domain, event.TargetSID: w.sid, event.ServiceName: "krbtgt", event.Status: uint32(0), event.IPAddress: address})
}

func (m *machine) ticket(w who, host, address string, guid event.GUID) *machine {
	return m.log(event.ServiceTicket, fields{event.TargetName: w.name + "@CORP.LOCAL", event.TargetDomain: "CORP.LOCAL", event.ServiceName: host + "$", event.Status: uint32(0), event.IPAddress: address, event.LogonGUID: guid})
}

func wantOwner(t *testing.T, s *model.Snapshot, address, at, host string, certainty model.Certainty) {
	t.Helper()
	name, id, c, why := s.NameAt(address, clock(at))
	if id != model.None && s.Host(id).Short() != name {
		name = s.Host(id).Short()
	}
	if name != host || c != certainty {
		t.Errorf("%s at %s is of %q, %s (%s); want %q, %s", address, at, name, c, why, host, certainty)
	}
}

func TestAddressIsOfTheMachineWhoseTicketsCameFromIt(t *testing.T) {
	dc := joined("DC01")
	dc.at("08:00:00").grants(computer("PC01"), "::ffff:10.0.0.5").at("12:00:00").ticket(computer("PC01"), "DC01", "10.0.0.5", event.GUID{})
	s := tell(t, dc, joined("PC01"))
	wantOwner(t, s, "10.0.0.5", "10:00:00", "PC01", model.Strong)
	wantOwner(t, s, "10.0.0.5", "21:59:00", "PC01", model.Medium)
	wantOwner(t, s, "10.0.0.5", "22:01:00", "", model.CertaintyUnknown)
	wantOwner(t, s, "10.0.0.5", "07:59:00", "PC01", model.Medium)
	wantOwner(t, s, "10.0.0.5", "07:00:00", "PC01", model.Weak)
	wantOwner(t, s, "10.0.0.6", "10:00:00", "", model.CertaintyUnknown)
	for _, h := range s.Hosts() {
		if h.Short() == "PC01" && (len(h.Addresses) != 1 || h.Addresses[0] != model.Address{Address: "10.0.0.5", From: clock("08:00:00"), To: clock("12:00:00"), Certainty: model.Strong}) {
			t.Errorf("%+v", h.Addresses)
		}
	}
}

func TestAddressThatIsLeasedAgainIsOfTheNextMachine(t *testing.T) {
	dc := joined("DC01")
	dc.at("08:00:00").grants(computer("PC01"), "10.0.0.5").at("09:00:00").grants(computer("PC02"), "10.0.0.5").at("09:30:00").grants(computer("PC01"), "10.0.0.7")
	s := tell(t, dc, joined("PC01"), joined("PC02"))
	wantOwner(t, s, "10.0.0.5", "08:30:00", "PC01", model.Medium)
	wantOwner(t, s, "10.0.0.5", "09:10:00", "PC02", model.Medium)
	wantOwner(t, s, "10.0.0.7", "10:10:00", "PC01", model.Medium)
}

func TestAddressEndsWhereTheMachineIsSeenWithAnother(t *testing.T) {
	dc := joined("DC01")
	dc.at("08:00:00").grants(computer("PC01"), "10.0.0.5").at("09:00:00").grants(computer("PC01"), "10.0.9.9").at("11:00:00").grants(computer("PC01"), "10.0.0.5")
	s := tell(t, dc, joined("PC01"))
	wantOwner(t, s, "10.0.0.5", "08:59:00", "PC01", model.Medium)
	wantOwner(t, s, "10.0.0.5", "10:00:00", "PC01", model.Weak)
	wantOwner(t, s, "10.0.0.5", "12:00:00", "PC01", model.Medium)
}

func TestSharedAddressBindsNobody(t *testing.T) {
	dc := joined("DC01")
	for _, at := range []string{"08:00:00", "09:00:00", "10:00:00"} {
		dc.at(at).grants(computer("PC01"), "192.0.2.1").grants(computer("PC02"), "192.0.2.1")
	}
	dc.at("08:10:00").grants(computer("PC01"), "192.0.2.2").at("08:40:00").grants(computer("LT09"), "192.0.2.2").at("09:40:00").grants(computer("PC01"), "192.0.2.2")
	s := tell(t, dc, joined("PC01"), joined("PC02"))
	for _, at := range []string{"08:00:00", "08:30:00", "09:30:00", "10:30:00"} {
		wantOwner(t, s, "192.0.2.1", at, "", model.CertaintyUnknown)
		wantOwner(t, s, "192.0.2.2", at, "", model.CertaintyUnknown)
	}
}

// X$ is a host only if seen as a Computer, or as the owner of an address.
func TestMachineWithoutALogHasItsAddressByNameOnly(t *testing.T) {
	dc := joined("DC01")
	dc.at("08:00:00").grants(computer("LT09"), "10.0.0.9")
	s := tell(t, dc)
	wantOwner(t, s, "10.0.0.9", "08:30:00", "LT09", model.Medium)
	if id, _, _ := s.HostAt("10.0.0.9", clock("08:30:00")); id != model.None || len(s.Hosts()) != 1 {
		t.Errorf("%d, %d hosts", id, len(s.Hosts()))
	}
}

func TestWhatAClientClaimsBindsWeakly(t *testing.T) {
	pc := joined("PC01")
	ntlm := fields{event.Package: "NTLM", event.Workstation: "PC02", event.IPAddress: "10.0.0.2"}
	pc.at("08:00:00").logon(alice, 0x100, 3, ntlm).at("09:00:00").logon(alice, 0x200, 3, ntlm)
	pc.log(event.SessionReconnected, fields{event.TargetName: "alice", event.TargetDomain: "CORP", event.TargetLogon: event.LogonID(0x100), event.ClientName: "PC02", event.ClientAddress: "10.0.0.3", event.SessionName: "RDP-Tcp#0"})
	s := tell(t, pc, joined("PC02"))
	wantOwner(t, s, "10.0.0.2", "08:30:00", "PC02", model.Weak)
	wantOwner(t, s, "10.0.0.3", "09:00:00", "PC02", model.Weak)

	dc := joined("DC01").at("08:10:00").grants(computer("PC07"), "10.0.0.2").at("08:20:00").grants(computer("PC07"), "10.0.0.2")
	s = tell(t, pc, joined("PC02"), dc)
	wantOwner(t, s, "10.0.0.2", "08:15:00", "PC07", model.Medium) // clients of another name came from it: many may stand behind it
}

func TestMachinesOfOneNameInAnotherDomainShareNoAddress(t *testing.T) {
	dc := joined("DC01").at("08:00:00").grants(computer("PC01"), "10.0.0.5").at("09:00:00").grants(computer("PC01"), "10.0.0.5")
	other := newMachine("PC01.corp.local").at("08:00:00")
	other.log(event.SpecialPrivileges, subject(who{"S-1-5-21-7-8-9-2001", "PC01$", "CORP"}, 0x3e5))
	s := tell(t, dc, other)
	name, id, _, _ := s.NameAt("10.0.0.5", clock("08:30:00"))
	if id != model.None || name != "PC01" {
		t.Errorf("%q is host %d", name, id)
	}
}

func TestSourceHostIsTheOneWithTheAddressAtThatTime(t *testing.T) {
	dc := joined("DC01").at("08:00:00").grants(computer("PC01"), "10.0.0.5").at("12:00:00").grants(computer("PC01"), "10.0.0.5")
	fs := joined("FS01").at("09:00:00").logon(alice, 0x100, 3, fields{event.IPAddress: "10.0.0.5", event.Package: "Kerberos"}).
		at("23:00:00").logon(alice, 0x200, 3, fields{event.IPAddress: "10.0.0.5", event.Package: "Kerberos"})
	s := tell(t, dc, fs, joined("PC01"))
	if x := session(t, s, "FS01/0x100"); x.Source.Host == model.None || s.Host(x.Source.Host).Short() != "PC01" || x.Source.Certainty != model.Strong {
		t.Errorf("%+v", x.Source)
	}
	if x := session(t, s, "FS01/0x200"); x.Source.Host != model.None || x.Source.Certainty != model.Exact || x.Source.Address != "10.0.0.5" {
		t.Errorf("%+v", x.Source)
	}
}
