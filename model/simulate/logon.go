package simulate

import (
	"spoor/model/event"
)

// logon is one logon ID while it lives.
type logon struct {
	host  *Host
	boot  *boot
	who   principal
	typ   uint32
	port  string // of a network logon's client
	truth *Session
	over  bool
}

// logonEvent is what a 4624 says.
type logonEvent struct {
	subject                      principal
	target                       principal
	typ                          uint32
	process, pack, workstation   string
	guid                         event.GUID
	lmPackage                    string
	keyLength                    uint32
	pid                          uint32
	program                      string
	address, port                string
	impersonation                string
	outboundName, outboundDomain string
	virtual, elevated            bool
	linked                       uint64
}

func yesNo(b bool) string {
	if b {
		return "%%1842"
	}
	return "%%1843"
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// logOn logs 4624 in the version of Windows 10 and Server 2016 to 2022.
func (h *Host) logOn(e logonEvent) (*logon, ref) {
	data := append(e.subject.subject(), e.target.target()...)
	data = append(data, fields("LogonType", e.typ, "LogonProcessName", e.process, "AuthenticationPackageName", e.pack,
		"WorkstationName", orDash(e.workstation), "LogonGuid", e.guid, "TransmittedServices", "-", "LmPackageName", orDash(e.lmPackage),
		"KeyLength", e.keyLength, "ProcessId", hex64(e.pid), "ProcessName", orDash(e.program),
		"IpAddress", orDash(e.address), "IpPort", orDash(e.port), "ImpersonationLevel", e.impersonation,
		"RestrictedAdminMode", "-", "TargetOutboundUserName", orDash(e.outboundName), "TargetOutboundDomainName", orDash(e.outboundDomain),
		"VirtualAccount", yesNo(e.virtual), "TargetLinkedLogonId", hex64(e.linked), "ElevatedToken", yesNo(e.elevated))...)
	r := h.security(4624, 2, 12544, data)
	l := &logon{host: h, boot: h.boot, who: e.target, typ: e.typ}
	if e.target.logon > localLogon && e.target.logon != systemLogon {
		h.boot.logons = append(h.boot.logons, l)
	}
	return l, r
}

// logOff logs 4634 for a logon that lives.
func (l *logon) logOff() {
	if l.over || l.boot.over || !l.host.on {
		return
	}
	r := l.host.security(4634, 0, 12545, append(l.who.target(), fields("LogonType", l.typ)...))
	if l.truth != nil && l.truth.End == "" {
		l.truth.Records = append(l.truth.Records, r.as("logoff"))
	}
	l.finish("terminated", r.time)
	l.boot.forget(l)
}

// finish ends a logon in truth.
func (l *logon) finish(reason string, t event.FileTime) {
	l.over = true
	if l.truth != nil && l.truth.End == "" {
		l.truth.End, l.truth.Reason = t.String(), reason
	}
}

func (b *boot) forget(gone *logon) {
	for i, l := range b.logons {
		if l == gone {
			b.logons = append(b.logons[:i], b.logons[i+1:]...)
			return
		}
	}
}

// failedLogon is what a 4625 says.
type failedLogon struct {
	name, domain         string
	typ                  uint32
	status, subStatus    hex32
	reason               string
	process, pack        string
	workstation, address string
	subject              principal
	program              string
	pid                  uint32
	port                 string
}

const (
	wrongPassword = 0xc000006a
	logonFailure  = 0xc000006d
	lockedOut     = 0xc0000234
)

// refuse logs 4625.
func (h *Host) refuse(e failedLogon) ref {
	data := append(e.subject.subject(), fields("TargetUserSid", sid("S-1-0-0"), "TargetUserName", e.name, "TargetDomainName", e.domain,
		"Status", e.status, "FailureReason", e.reason, "SubStatus", e.subStatus, "LogonType", e.typ,
		"LogonProcessName", e.process, "AuthenticationPackageName", e.pack, "WorkstationName", orDash(e.workstation),
		"TransmittedServices", "-", "LmPackageName", "-", "KeyLength", uint32(0), "ProcessId", hex64(e.pid), "ProcessName", orDash(e.program),
		"IpAddress", orDash(e.address), "IpPort", orDash(e.port))...)
	return h.securityFailure(4625, 0, 12544, data)
}

// explicit logs 4648: somebody used the credentials of another, or typed his
// own. To another machine, the address is that machine's.
func (h *Host) explicit(who principal, a *Account, guid event.GUID, server, info string, pid uint32, program, address, port string) ref {
	data := append(who.subject(), fields("LogonGuid", event.GUID{}, "TargetUserName", a.Name, "TargetDomainName", a.domain.netBIOS,
		"TargetLogonGuid", guid, "TargetServerName", server, "TargetInfo", info,
		"ProcessId", hex64(pid), "ProcessName", program, "IpAddress", address, "IpPort", port)...)
	r := h.security(4648, 0, 12544, data)
	h.w.truth.prove(r, "explicit-credentials", Proof{SID: a.sid, From: h.title, For: h.w.called(server, h)})
	return r
}

// The privileges that 4672 names, of the system and of administrators.
const (
	separator       = "\r\n\t\t\t"
	systemRights    = "SeAssignPrimaryTokenPrivilege" + separator + "SeTcbPrivilege" + separator + "SeSecurityPrivilege" + separator + "SeTakeOwnershipPrivilege" + separator + "SeLoadDriverPrivilege" + separator + "SeBackupPrivilege" + separator + "SeRestorePrivilege" + separator + "SeDebugPrivilege" + separator + "SeAuditPrivilege" + separator + "SeSystemEnvironmentPrivilege" + separator + "SeImpersonatePrivilege" + separator + "SeDelegateSessionUserImpersonatePrivilege"
	adminRights     = "SeSecurityPrivilege" + separator + "SeTakeOwnershipPrivilege" + separator + "SeLoadDriverPrivilege" + separator + "SeBackupPrivilege" + separator + "SeRestorePrivilege" + separator + "SeDebugPrivilege" + separator + "SeSystemEnvironmentPrivilege" + separator + "SeImpersonatePrivilege" + separator + "SeDelegateSessionUserImpersonatePrivilege"
	desktopRights   = "SeAssignPrimaryTokenPrivilege" + separator + "SeAuditPrivilege"
	dcMachineRights = "SeSecurityPrivilege" + separator + "SeBackupPrivilege" + separator + "SeRestorePrivilege" + separator + "SeTakeOwnershipPrivilege" + separator + "SeDebugPrivilege" + separator + "SeSystemEnvironmentPrivilege" + separator + "SeLoadDriverPrivilege" + separator + "SeImpersonatePrivilege" + separator + "SeDelegateSessionUserImpersonatePrivilege" + separator + "SeEnableDelegationPrivilege"
	serviceRights   = "SeAssignPrimaryTokenPrivilege" + separator + "SeAuditPrivilege" + separator + "SeImpersonatePrivilege"
)

// privileges logs 4672.
func (h *Host) privileges(who principal, list string) ref {
	return h.security(4672, 0, 12548, append(who.subject(), fields("PrivilegeList", list)...))
}
