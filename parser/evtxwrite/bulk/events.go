package bulk

import (
	"fmt"

	"spoor/model/event"
)

func text(name, s string) event.Field { return event.Field{Name: name, Value: event.TextValue(s)} }

func sid(name, s string) event.Field { return event.Field{Name: name, Value: event.SIDValue(s)} }

func number(name string, t event.Type, n uint64) event.Field {
	return event.Field{Name: name, Value: event.NumberValue(t, n)}
}

func field(name string, v event.Value) event.Field { return event.Field{Name: name, Value: v} }

func subject(l logon) []event.Field {
	return []event.Field{
		sid("SubjectUserSid", l.sid), text("SubjectUserName", l.user),
		text("SubjectDomainName", domain), number("SubjectLogonId", event.HexInt64, l.id),
	}
}

func (s *source) loggedOn() *event.Record {
	name, account := s.account()
	s.logon += 40 + s.rng.Uint64N(9000)
	l := logon{name, account, s.address(), s.logon}
	s.live = append(s.live, l)
	if len(s.live) > 500 {
		s.live = s.live[250:]
	}
	return event.NewRecord(s.system(4624, 2, 12544),
		sid("SubjectUserSid", "S-1-0-0"), text("SubjectUserName", "-"), text("SubjectDomainName", "-"),
		number("SubjectLogonId", event.HexInt64, 0),
		sid("TargetUserSid", l.sid), text("TargetUserName", l.user), text("TargetDomainName", realm),
		number("TargetLogonId", event.HexInt64, l.id), number("LogonType", event.UInt32, 3),
		text("LogonProcessName", "Kerberos"), text("AuthenticationPackageName", "Kerberos"), text("WorkstationName", "-"),
		field("LogonGuid", s.guid()), text("TransmittedServices", "-"), text("LmPackageName", "-"),
		number("KeyLength", event.UInt32, 0), number("ProcessId", event.HexInt64, 0), text("ProcessName", "-"),
		text("IpAddress", l.address), field("IpPort", s.port()), text("ImpersonationLevel", "%%1833"),
		text("RestrictedAdminMode", "-"), text("TargetOutboundUserName", "-"), text("TargetOutboundDomainName", "-"),
		text("VirtualAccount", "%%1843"), number("TargetLinkedLogonId", event.HexInt64, 0), text("ElevatedToken", "%%1842"))
}

func (s *source) loggedOff() *event.Record {
	l := s.some()
	if len(s.live) > 0 {
		l, s.live = s.live[0], s.live[1:]
	}
	return event.NewRecord(s.system(4634, 0, 12545),
		sid("TargetUserSid", l.sid), text("TargetUserName", l.user), text("TargetDomainName", domain),
		number("TargetLogonId", event.HexInt64, l.id), number("LogonType", event.UInt32, 3))
}

func (s *source) privileges() *event.Record {
	return event.NewRecord(s.system(4672, 0, 12548), append(subject(s.some()),
		text("PrivilegeList", "SeSecurityPrivilege\n\t\t\tSeBackupPrivilege\n\t\t\tSeRestorePrivilege\n\t\t\tSeDebugPrivilege"))...)
}

var programs = []string{
	`C:\Windows\System32\svchost.exe`, `C:\Windows\System32\conhost.exe`, `C:\Windows\System32\taskhostw.exe`,
	`C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe`, `C:\Windows\System32\cmd.exe`,
	`C:\Program Files\Backup\agent.exe`,
}

func (s *source) process() *event.Record {
	program, parent := programs[s.rng.IntN(len(programs))], programs[s.rng.IntN(2)]
	return event.NewRecord(s.system(4688, 2, 13312), append(subject(s.some()),
		number("NewProcessId", event.HexInt64, s.rng.Uint64N(9000)*4), text("NewProcessName", program),
		text("TokenElevationType", "%%1936"), number("ProcessId", event.HexInt64, s.rng.Uint64N(900)*4),
		text("CommandLine", fmt.Sprintf("%s -k job%d", program, s.rng.IntN(400))),
		sid("TargetUserSid", "S-1-0-0"), text("TargetUserName", "-"), text("TargetDomainName", "-"),
		number("TargetLogonId", event.HexInt64, 0), text("ParentProcessName", parent),
		sid("MandatoryLabel", "S-1-16-12288"))...)
}

func (s *source) tgt() *event.Record {
	name, account := s.account()
	return event.NewRecord(s.system(4768, 0, 14339),
		text("TargetUserName", name), text("TargetDomainName", realm), sid("TargetSid", account),
		text("ServiceName", "krbtgt"), sid("ServiceSid", domainSID+"-502"),
		number("TicketOptions", event.HexInt32, 0x40810010), number("Status", event.HexInt32, 0),
		number("TicketEncryptionType", event.HexInt32, 0x12), text("PreAuthType", "2"),
		text("IpAddress", "::ffff:"+s.address()), field("IpPort", s.port()),
		text("CertIssuerName", ""), text("CertSerialNumber", ""), text("CertThumbprint", ""))
}

func (s *source) ticket() *event.Record {
	name, _ := s.account()
	n := s.rng.IntN(60)
	return event.NewRecord(s.system(4769, 0, 14337),
		text("TargetUserName", name+"@"+realm), text("TargetDomainName", realm),
		text("ServiceName", fmt.Sprintf("SRV%02d$", n)), sid("ServiceSid", fmt.Sprintf("%s-%d", domainSID, 2000+n)),
		number("TicketOptions", event.HexInt32, 0x40810000), number("TicketEncryptionType", event.HexInt32, 0x12),
		text("IpAddress", "::ffff:"+s.address()), field("IpPort", s.port()),
		number("Status", event.HexInt32, 0), field("LogonGuid", s.guid()), text("TransmittedServices", "-"))
}

func (s *source) ntlm() *event.Record {
	name, _ := s.account()
	status := uint64(0)
	system := s.system(4776, 0, 14336)
	if s.rng.IntN(20) == 0 {
		status, system.Keywords = 0xc000006a, event.AuditFailure
	}
	return event.NewRecord(system,
		text("PackageName", "MICROSOFT_AUTHENTICATION_PACKAGE_V1_0"), text("TargetUserName", name),
		text("Workstation", fmt.Sprintf("PC%03d", s.rng.IntN(180))), number("Status", event.HexInt32, status))
}

func (s *source) share() *event.Record {
	l := s.some()
	return event.NewRecord(s.system(5140, 1, 12808), append(subject(l),
		text("ObjectType", "File"), text("IpAddress", l.address), field("IpPort", s.port()),
		text("ShareName", `\\*\Projekte`), text("ShareLocalPath", `\??\D:\Projekte`),
		number("AccessMask", event.HexInt32, 1), text("AccessList", "%%4416\n\t\t\t\t"))...)
}

func (s *source) shareFile() *event.Record {
	l := s.some()
	return event.NewRecord(s.system(5145, 0, 12811), append(subject(l),
		text("ObjectType", "File"), text("IpAddress", l.address), field("IpPort", s.port()),
		text("ShareName", `\\*\Projekte`), text("ShareLocalPath", `\??\D:\Projekte`),
		text("RelativeTargetName", fmt.Sprintf(`Auftrag %d\Angebot %d.docx`, s.rng.IntN(900), s.rng.IntN(9))),
		number("AccessMask", event.HexInt32, 0x120089), text("AccessList", "%%1538\n\t\t\t\t%%1541\n\t\t\t\t%%4416\n\t\t\t\t"),
		text("AccessReason", "-"))...)
}
