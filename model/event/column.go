package event

// Column is a typed slot that the fields of events fill, whatever the events
// call them.
type Column uint8

// The columns. Subject is who asked, Target whom it is about.
const (
	NoColumn Column = iota
	SubjectSID
	SubjectName
	SubjectDomain
	SubjectLogon
	TargetSID
	TargetName
	TargetDomain
	TargetLogon
	LinkedLogon
	OutboundName
	OutboundDomain
	LogonType
	LogonGUID
	TargetGUID
	LogonProcess
	Package
	LmPackage
	KeyLength
	Workstation
	IPAddress
	Port
	ProcessID
	Process
	Impersonation
	RestrictedAdmin
	RemoteCredentialGuard
	VirtualAccount
	Elevated
	TransmittedServices
	Status
	SubStatus
	FailureReason
	ServiceName
	ServiceSID
	TicketOptions
	TicketEncryption
	PreAuthType
	CertThumbprint
	TargetServer
	TargetInfo
	Privileges
	Groups
	Session
	OtherSession
	SessionName
	ClientName
	ClientAddress
	Reason
	ObjectType
	ObjectName
	ShareName
	RelativeName
	AccessMask
	NewProcessID
	NewProcess
	CommandLine
	ParentProcess
	TokenElevation
	ServiceFile
	ServiceAccount
	TaskName
	MemberName
	MemberSID
	OldName
	NewName
	PreviousTime
	NewTime
	StartTime
	StopTime
	BootType
	Text1
	Text2
	Text3
	columnCount
)

// ColumnType says how a column's value is kept in a [Batch].
type ColumnType uint8

// The column types.
const (
	Text    ColumnType = iota // StringID of the text as it was logged
	Address                   // StringID too; an IP address or a word like LOCAL
	Number                    // up to 32 bits
	ID64                      // a logon ID, 64 bits
	GUIDRef                   // GUIDID
	Instant                   // FileTime
)

var columnTypes = [columnCount]ColumnType{
	SubjectLogon: ID64, TargetLogon: ID64, LinkedLogon: ID64,
	LogonType: Number, LogonGUID: GUIDRef, TargetGUID: GUIDRef,
	KeyLength: Number, Port: Number, ProcessID: Number, IPAddress: Address,
	Status: Number, SubStatus: Number,
	TicketOptions: Number, TicketEncryption: Number,
	Session: Number, OtherSession: Number, ClientAddress: Address,
	AccessMask: Number, NewProcessID: Number,
	PreviousTime: Instant, NewTime: Instant, StartTime: Instant, StopTime: Instant,
	BootType: Number,
}

// Type returns how values of c are kept.
func (c Column) Type() ColumnType {
	if c >= columnCount {
		return Text
	}
	return columnTypes[c]
}

// fieldColumns says which column a field fills by the name that Microsoft
// gave it. A schema overrides it with Name=Column.
var fieldColumns = map[string]Column{
	"SubjectUserSid": SubjectSID, "SubjectUserName": SubjectName,
	"SubjectDomainName": SubjectDomain, "SubjectLogonId": SubjectLogon,
	"TargetUserSid": TargetSID, "TargetSid": TargetSID, "TargetUserName": TargetName,
	"TargetDomainName": TargetDomain, "TargetLogonId": TargetLogon,
	"TargetLinkedLogonId":    LinkedLogon,
	"TargetOutboundUserName": OutboundName, "TargetOutboundDomainName": OutboundDomain,
	"LogonType": LogonType, "LogonGuid": LogonGUID, "TargetLogonGuid": TargetGUID,
	"LogonProcessName": LogonProcess, "AuthenticationPackageName": Package, "PackageName": Package,
	"LmPackageName": LmPackage, "KeyLength": KeyLength,
	"WorkstationName": Workstation, "Workstation": Workstation,
	"IpAddress": IPAddress, "IpPort": Port, "ProcessId": ProcessID, "ProcessName": Process,
	"ImpersonationLevel": Impersonation, "RestrictedAdminMode": RestrictedAdmin,
	"RemoteCredentialGuard": RemoteCredentialGuard, "VirtualAccount": VirtualAccount,
	"ElevatedToken": Elevated, "TransmittedServices": TransmittedServices,
	"Status": Status, "SubStatus": SubStatus, "FailureReason": FailureReason,
	"ServiceName": ServiceName, "ServiceSid": ServiceSID,
	"TicketOptions": TicketOptions, "TicketEncryptionType": TicketEncryption,
	"PreAuthType": PreAuthType, "CertThumbprint": CertThumbprint,
	"TargetServerName": TargetServer, "TargetInfo": TargetInfo,
	"PrivilegeList": Privileges, "GroupMembership": Groups, "SidList": Groups,
	"AccountName": TargetName, "AccountDomain": TargetDomain, "LogonID": TargetLogon,
	"SessionName": SessionName, "ClientName": ClientName, "ClientAddress": ClientAddress,
	"SessionId": Session, "SessionID": Session, "User": TargetName, "Address": IPAddress,
	"ObjectType": ObjectType, "ObjectName": ObjectName, "ShareName": ShareName,
	"RelativeTargetName": RelativeName, "AccessMask": AccessMask,
	"NewProcessId": NewProcessID, "NewProcessName": NewProcess, "CommandLine": CommandLine,
	"ParentProcessName": ParentProcess, "TokenElevationType": TokenElevation,
	"ServiceFileName": ServiceFile, "ServiceAccount": ServiceAccount, "TaskName": TaskName,
	"MemberName": MemberName, "MemberSid": MemberSID,
	"OldTargetUserName": OldName, "NewTargetUserName": NewName,
	"PreviousTime": PreviousTime, "NewTime": NewTime,
	"StartTime": StartTime, "StopTime": StopTime, "BootType": BootType,
}
