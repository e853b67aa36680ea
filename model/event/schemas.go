package event

import "strings"

// Schema says which events are of one kind and which of their fields fill
// which columns.
type Schema struct {
	Kind     Kind
	Provider string // as Windows spells it; any case is accepted
	Channel  string
	EventID  uint16
	Title    string // what Microsoft's reference says that it means
	Fields   []SchemaField
}

// SchemaField binds one field of an event to a column. Name is the Name of a
// Data element, the local name of a leaf of UserData, or #0, #1 and so on for
// unnamed Data by position.
type SchemaField struct {
	Name   string
	Column Column
}

// Index returns the position of c among s's columns, or -1.
func (s *Schema) Index(c Column) int {
	for i, f := range s.Fields {
		if f.Column == c {
			return i
		}
	}
	return -1
}

const (
	security     = "Security"
	system       = "System"
	auditing     = "Microsoft-Windows-Security-Auditing"
	eventlog     = "Microsoft-Windows-Eventlog"
	lsm          = "Microsoft-Windows-TerminalServices-LocalSessionManager"
	rcm          = "Microsoft-Windows-TerminalServices-RemoteConnectionManager"
	rdpClient    = "Microsoft-Windows-TerminalServices-ClientActiveXCore"
	rdpCore      = "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS"
	gateway      = "Microsoft-Windows-TerminalServices-Gateway"
	ntlm         = "Microsoft-Windows-NTLM"
	netlogonName = "Microsoft-Windows-Security-Netlogon"
	operational  = "/Operational"

	subject   = "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId "
	target    = "TargetUserSid TargetUserName TargetDomainName "
	group     = "MemberName MemberSid TargetUserName TargetDomainName TargetSid " + subject
	principal = "TargetUserName TargetDomainName TargetSid " + subject
	rdpUser   = "User SessionID Address"
	gatewayIO = "Username=TargetName IpAddress AuthType=Package Resource=TargetServer"
)

// row is a line of the table: fields are separated by spaces and fill the
// column that fieldColumns names, or the one after =.
type row struct {
	kind              Kind
	provider, channel string
	id                uint16
	title             string
	fields            string
}

// table is every event that spoor indexes by name. Numbers are never enough:
// 1102, 1100, 104, 12 and 21 to 25 mean other things elsewhere. Versions of an
// event differ only in the fields that they have, so one row serves them all.
// Sources: Microsoft's "Advanced security auditing" reference, one page an
// event, and the field names that the providers' own templates carry.
var table = []row{
	{Other, "", "", 0, "an event with a logon ID", subject + target + "TargetLogonId LogonGuid TargetLogonGuid ProcessId ProcessName IpAddress IpPort ObjectType ObjectName AccountName AccountDomain LogonID SessionId"},

	{Logon, auditing, security, 4624, "An account was successfully logged on", subject + target + "TargetLogonId LogonType LogonProcessName AuthenticationPackageName WorkstationName LogonGuid TransmittedServices LmPackageName KeyLength ProcessId ProcessName IpAddress IpPort ImpersonationLevel RestrictedAdminMode RemoteCredentialGuard TargetOutboundUserName TargetOutboundDomainName VirtualAccount TargetLinkedLogonId ElevatedToken"},
	{LogonFailed, auditing, security, 4625, "An account failed to log on", subject + target + "Status FailureReason SubStatus LogonType LogonProcessName AuthenticationPackageName WorkstationName TransmittedServices LmPackageName KeyLength ProcessId ProcessName IpAddress IpPort"},
	{GroupMembership, auditing, security, 4627, "Group membership information", subject + target + "TargetLogonId LogonType GroupMembership"},
	{LogonTerminated, auditing, security, 4634, "An account was logged off", target + "TargetLogonId LogonType"},
	{LogoffInitiated, auditing, security, 4647, "User initiated logoff", target + "TargetLogonId"},
	{ExplicitCredentials, auditing, security, 4648, "A logon was attempted using explicit credentials", subject + "LogonGuid TargetUserName TargetDomainName TargetLogonGuid TargetServerName TargetInfo ProcessId ProcessName IpAddress IpPort"},
	{SpecialPrivileges, auditing, security, 4672, "Special privileges assigned to new logon", subject + "PrivilegeList"},
	{SpecialGroups, auditing, security, 4964, "Special groups have been assigned to a new logon", subject + "LogonGuid " + target + "TargetLogonId TargetLogonGuid SidList"},
	{TicketGranting, auditing, security, 4768, "A Kerberos authentication ticket (TGT) was requested", "TargetUserName TargetDomainName TargetSid ServiceName ServiceSid TicketOptions Status TicketEncryptionType PreAuthType IpAddress IpPort CertThumbprint"},
	{ServiceTicket, auditing, security, 4769, "A Kerberos service ticket was requested", "TargetUserName TargetDomainName ServiceName ServiceSid TicketOptions TicketEncryptionType IpAddress IpPort Status LogonGuid TransmittedServices"},
	{TicketRenewed, auditing, security, 4770, "A Kerberos service ticket was renewed", "TargetUserName TargetDomainName ServiceName ServiceSid TicketOptions TicketEncryptionType IpAddress IpPort"},
	{PreAuthFailed, auditing, security, 4771, "Kerberos pre-authentication failed", "TargetUserName TargetSid ServiceName TicketOptions Status PreAuthType IpAddress IpPort CertThumbprint"},
	{CredentialValidation, auditing, security, 4776, "The computer attempted to validate the credentials for an account", "PackageName TargetUserName Workstation Status"},
	{SessionReconnected, auditing, security, 4778, "A session was reconnected to a Window Station", "AccountName AccountDomain LogonID SessionName ClientName ClientAddress"},
	{SessionDisconnected, auditing, security, 4779, "A session was disconnected from a Window Station", "AccountName AccountDomain LogonID SessionName ClientName ClientAddress"},
	{WorkstationLocked, auditing, security, 4800, "The workstation was locked", target + "TargetLogonId SessionId"},
	{WorkstationUnlocked, auditing, security, 4801, "The workstation was unlocked", target + "TargetLogonId SessionId"},
	{ScreenSaverInvoked, auditing, security, 4802, "The screen saver was invoked", target + "TargetLogonId SessionId"},
	{ScreenSaverDismissed, auditing, security, 4803, "The screen saver was dismissed", target + "TargetLogonId SessionId"},
	{LSASSStarted, auditing, security, 4608, "Windows is starting up", ""},
	{ClockChanged, auditing, security, 4616, "The system time was changed", subject + "PreviousTime NewTime ProcessId ProcessName"},
	{EventLogStopped, eventlog, security, 1100, "The event logging service has shut down", ""},
	{SecurityLogCleared, eventlog, security, 1102, "The audit log was cleared", subject},
	{SecurityLogFull, eventlog, security, 1104, "The security log is now full", ""},
	{HandleRequested, auditing, security, 4656, "A handle to an object was requested", subject + "ObjectType ObjectName AccessMask ProcessId ProcessName"},
	{ObjectAccessed, auditing, security, 4663, "An attempt was made to access an object", subject + "ObjectType ObjectName AccessMask ProcessId ProcessName"},
	{ObjectDeleted, auditing, security, 4660, "An object was deleted", subject + "ProcessId ProcessName"},
	{ShareAccessed, auditing, security, 5140, "A network share object was accessed", subject + "ObjectType IpAddress IpPort ShareName AccessMask"},
	{ShareFileChecked, auditing, security, 5145, "A network share object was checked for access", subject + "ObjectType IpAddress IpPort ShareName RelativeTargetName AccessMask"},
	{ProcessCreated, auditing, security, 4688, "A new process has been created", subject + "NewProcessId NewProcessName TokenElevationType ProcessId CommandLine " + target + "TargetLogonId ParentProcessName"},
	{ProcessExited, auditing, security, 4689, "A process has exited", subject + "Status ProcessId ProcessName"},
	{ServiceInstalled, auditing, security, 4697, "A service was installed in the system", subject + "ServiceName ServiceFileName ServiceAccount"},
	{TaskCreated, auditing, security, 4698, "A scheduled task was created", subject + "TaskName"},
	{TaskDeleted, auditing, security, 4699, "A scheduled task was deleted", subject + "TaskName"},
	{TaskUpdated, auditing, security, 4702, "A scheduled task was updated", subject + "TaskName"},
	{AccountCreated, auditing, security, 4720, "A user account was created", principal},
	{AccountEnabled, auditing, security, 4722, "A user account was enabled", principal},
	{PasswordChanged, auditing, security, 4723, "An attempt was made to change an account's password", principal},
	{PasswordReset, auditing, security, 4724, "An attempt was made to reset an account's password", principal},
	{AccountDisabled, auditing, security, 4725, "A user account was disabled", principal},
	{AccountDeleted, auditing, security, 4726, "A user account was deleted", principal},
	{GlobalGroupAdded, auditing, security, 4728, "A member was added to a security-enabled global group", group},
	{GlobalGroupRemoved, auditing, security, 4729, "A member was removed from a security-enabled global group", group},
	{LocalGroupAdded, auditing, security, 4732, "A member was added to a security-enabled local group", group},
	{LocalGroupRemoved, auditing, security, 4733, "A member was removed from a security-enabled local group", group},
	{AccountChanged, auditing, security, 4738, "A user account was changed", principal},
	// The page on 4740: TargetDomainName is the caller computer's name.
	{AccountLockedOut, auditing, security, 4740, "A user account was locked out", "TargetUserName TargetDomainName=Workstation TargetSid " + subject},
	{UniversalGroupAdded, auditing, security, 4756, "A member was added to a security-enabled universal group", group},
	{UniversalGroupRemoved, auditing, security, 4757, "A member was removed from a security-enabled universal group", group},
	{AccountUnlocked, auditing, security, 4767, "A user account was unlocked", principal},
	{AccountRenamed, auditing, security, 4781, "The name of an account was changed", "OldTargetUserName NewTargetUserName TargetDomainName TargetSid " + subject},
	{NTLMRefused, auditing, security, 4822, "NTLM authentication failed because the account was a member of the Protected Users group", "AccountName DeviceName=Workstation Status"},
	{KerberosRefused, auditing, security, 4824, "Kerberos pre-authentication by using DES or RC4 failed because the account was a member of the Protected Users group", "TargetUserName TargetSid ServiceName TicketOptions Status PreAuthType IpAddress IpPort"},

	{LogCleared, eventlog, system, 104, "A log file was cleared", "SubjectUserName SubjectDomainName Channel=Text1"},
	{KernelStarted, "Microsoft-Windows-Kernel-General", system, 12, "The operating system started", "StartTime"},
	{KernelStopped, "Microsoft-Windows-Kernel-General", system, 13, "The operating system is shutting down", "StopTime"},
	{KernelBootType, "Microsoft-Windows-Kernel-Boot", system, 27, "The boot type", "BootType"},
	{DirtyRestart, "Microsoft-Windows-Kernel-Power", system, 41, "The system has rebooted without cleanly shutting down first", ""},
	{Sleeping, "Microsoft-Windows-Kernel-Power", system, 42, "The system is entering sleep", ""},
	{Resumed, "Microsoft-Windows-Kernel-Power", system, 107, "The system has resumed from sleep", ""},
	{ShutdownTransition, "Microsoft-Windows-Kernel-Power", system, 109, "The kernel power manager has initiated a shutdown transition", ""},
	{Woken, "Microsoft-Windows-Power-Troubleshooter", system, 1, "The system has returned from a low power state", "SleepTime=StopTime WakeTime=StartTime"},
	{ShutdownRequested, "User32", system, 1074, "A process has initiated a restart or shutdown", "param1=Process param2=Workstation param3=Reason param5=Text1 param6=Text2 param7=TargetName"},
	{ShutdownAborted, "User32", system, 1075, "The last shutdown attempt was aborted", "param1=TargetName #0=TargetName"},
	{EventLogStarted, "EventLog", system, 6005, "The event log service was started", ""},
	{EventLogShutdown, "EventLog", system, 6006, "The event log service was stopped", ""},
	{UnexpectedShutdown, "EventLog", system, 6008, "The previous system shutdown was unexpected", "#0=Text1 #1=Text2"},
	{OSVersionAtStart, "EventLog", system, 6009, "The operating system's version at start", "#0=Text1 #1=Text2"},
	{ComputerRenamed, "EventLog", system, 6011, "The computer's NetBIOS and DNS names were changed", "#0=OldName #1=NewName"},
	{Uptime, "EventLog", system, 6013, "The system uptime", "#4=Text1 #5=Text2 #6=Text3"},
	{ServiceAdded, "Service Control Manager", system, 7045, "A service was installed in the system", "ServiceName ImagePath=ServiceFile AccountName=ServiceAccount"},

	{RDPSessionLogon, lsm, lsm + operational, 21, "Remote Desktop Services: session logon succeeded", rdpUser},
	{RDPShellStarted, lsm, lsm + operational, 22, "Remote Desktop Services: shell start notification received", rdpUser},
	{RDPSessionLogoff, lsm, lsm + operational, 23, "Remote Desktop Services: session logoff succeeded", rdpUser},
	{RDPSessionDisconnected, lsm, lsm + operational, 24, "Remote Desktop Services: session has been disconnected", rdpUser},
	{RDPSessionReconnected, lsm, lsm + operational, 25, "Remote Desktop Services: session reconnection succeeded", rdpUser},
	{RDPDisconnectedBy, lsm, lsm + operational, 39, "A session has been disconnected by another session", "TargetSession=Session Source=OtherSession"},
	{RDPDisconnectReason, lsm, lsm + operational, 40, "A session has been disconnected, with a reason code", "Session=Session Reason=Reason"},
	{RDPArbitrationBegin, lsm, lsm + operational, 41, "Begin session arbitration", rdpUser},
	{RDPArbitrationEnd, lsm, lsm + operational, 42, "End session arbitration", rdpUser},
	{RDPNetworkAuth, rcm, rcm + operational, 1149, "Remote Desktop Services: user authentication succeeded", "Param1=TargetName Param2=TargetDomain Param3=IPAddress"},
	{RDPClientTarget, rdpClient, "Microsoft-Windows-TerminalServices-RDPClient" + operational, 1024, "RDP client is trying to connect to a server", "Value=TargetServer"},
	{RDPClientAddress, rdpClient, "Microsoft-Windows-TerminalServices-RDPClient" + operational, 1102, "The client has initiated a multi-transport connection to a server", "Value=TargetServer"},
	{RDPConnectionAccepted, rdpCore, rdpCore + operational, 131, "The server accepted a new connection from a client", "ConnType=Text1 ClientIP=ClientAddress"},
	{RDPAuthFailed, rdpCore, rdpCore + operational, 140, "A connection from a client failed because the user name or password is not correct", "IPString=IPAddress"},
	{GatewayConnected, gateway, gateway + operational, 302, "The user connected to a network resource through the gateway", gatewayIO},
	{GatewayDisconnected, gateway, gateway + operational, 303, "The user disconnected from a network resource through the gateway", gatewayIO},

	{NTLMAudit8001, ntlm, ntlm + operational, 8001, "NTLM client: outgoing authentication audited", "TargetName=TargetServer UserName=TargetName DomainName=TargetDomain ProcessName"},
	{NTLMAudit8002, ntlm, ntlm + operational, 8002, "NTLM server: incoming authentication audited (local account)", "ProcessName ClientUserName=TargetName ClientDomainName=TargetDomain"},
	{NTLMAudit8003, ntlm, ntlm + operational, 8003, "NTLM server: incoming authentication audited (domain account)", "UserName=TargetName DomainName=TargetDomain Workstation ProcessName LogonType"},
	{NTLMAudit8004, ntlm, ntlm + operational, 8004, "Domain controller: NTLM authentication to this server audited", "SChannelName=TargetServer UserName=TargetName DomainName=TargetDomain WorkstationName"},
	{NTLMAudit4020, ntlm, ntlm + operational, 4020, "NTLM client used", ntlmNew},
	{NTLMAudit4021, ntlm, ntlm + operational, 4021, "NTLM client used (warning)", ntlmNew},
	{NTLMAudit4022, ntlm, ntlm + operational, 4022, "NTLM server used", ntlmNew},
	{NTLMAudit4023, ntlm, ntlm + operational, 4023, "NTLM server used (warning)", ntlmNew},
	{NetlogonAudit4030, netlogonName, netlogonName + operational, 4030, "NTLM authentication processed by the domain controller", ntlmNew},
	{NetlogonAudit4031, netlogonName, netlogonName + operational, 4031, "NTLM authentication processed by the domain controller (warning)", ntlmNew},
	{NetlogonAudit4032, netlogonName, netlogonName + operational, 4032, "NTLM authentication forwarded to another domain controller", ntlmNew},
	{NetlogonAudit4033, netlogonName, netlogonName + operational, 4033, "NTLM authentication forwarded to another domain controller (warning)", ntlmNew},
	{OpenSSHMessage, "OpenSSH", "OpenSSH" + operational, 4, "OpenSSH message", "process=Process payload=Text1"},
}

const ntlmNew = "UserName=TargetName DomainName=TargetDomain ClientUserName=TargetName ClientDomainName=TargetDomain WorkstationName TargetMachine=TargetServer TargetName=TargetServer ProcessName ClientIp=IPAddress"

var columnNames = map[string]Column{
	"TargetName": TargetName, "TargetDomain": TargetDomain, "TargetServer": TargetServer,
	"Workstation": Workstation, "IPAddress": IPAddress, "ClientAddress": ClientAddress,
	"Session": Session, "OtherSession": OtherSession, "Reason": Reason, "Process": Process,
	"Package": Package, "OldName": OldName, "NewName": NewName, "ServiceFile": ServiceFile,
	"ServiceAccount": ServiceAccount, "StartTime": StartTime, "StopTime": StopTime,
	"Text1": Text1, "Text2": Text2, "Text3": Text3,
}

// Schemas finds the schema of an event. It is immutable.
type Schemas struct {
	byKind []Schema
	byKey  map[schemaKey]Kind
}

type schemaKey struct {
	provider, channel string
	id                uint16
}

// NewSchemas builds the table. It is cheap enough to be made once for each
// load, so no package state is needed.
func NewSchemas() *Schemas {
	s := &Schemas{byKind: make([]Schema, kindCount), byKey: make(map[schemaKey]Kind, kindCount)}
	for _, r := range table {
		schema := Schema{Kind: r.kind, Provider: r.provider, Channel: r.channel, EventID: r.id, Title: r.title}
		for _, f := range strings.Fields(r.fields) {
			name, column, overridden := strings.Cut(f, "=")
			c := fieldColumns[name]
			if overridden {
				c = columnNames[column]
			}
			schema.Fields = append(schema.Fields, SchemaField{name, c})
		}
		s.byKind[r.kind] = schema
		s.byKey[schemaKey{fold(r.provider), fold(r.channel), r.id}] = r.kind
	}
	return s
}

// Len returns how many kinds there are; they are numbered from 0.
func (s *Schemas) Len() int { return len(s.byKind) }

// Of returns the schema of a kind.
func (s *Schemas) Of(k Kind) *Schema { return &s.byKind[k] }

// Find returns the kind of an event by all three of provider, channel and
// number, or Other and false. Letter case does not count.
func (s *Schemas) Find(provider, channel string, id uint16) (Kind, bool) {
	k, ok := s.byKey[schemaKey{fold(provider), fold(channel), id}]
	return k, ok && k != Other
}

// LogonFields are the names of fields that carry a logon ID. An event of any
// provider that has one of them is indexed, as Other where no schema names it.
func LogonFields() []string {
	return []string{"SubjectLogonId", "TargetLogonId", "LogonID", "LogonId"}
}

func fold(s string) string { return strings.ToLower(s) }
