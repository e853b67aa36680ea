package simulate

import (
	"slices"

	"spoor/model/event"
)

// windows is a version of Windows, as far as it shows in what is logged.
type windows struct {
	name         string
	major, minor uint32
	build        uint32
	// versions are those of the events that differ from Windows 10's.
	versions map[uint16]version
	// missing are the System log's events, by provider and ID, that this
	// version has not.
	missing map[uint16]string
	// virtual says which accounts of the desktop there are: the window
	// manager's since Windows 8, the font driver's since Windows 10.
	windowManager, fontDriver bool
	// ownGUIDs is true where the GUID of a logon is never that of a ticket:
	// measured on 2012 R2, where 0 of 16 were.
	ownGUIDs bool
}

// version says how an event is in one version: the fields it does not have,
// and those it has besides, after one of them ("": at the end).
type version struct {
	number  uint8
	without []string
	after   string
	more    []event.Field
}

var (
	// The second version of 4624 came with Windows 10, with the linked ID; the
	// first with Windows 8, with the level of impersonation.
	since10  = []string{"RestrictedAdminMode", "TargetOutboundUserName", "TargetOutboundDomainName", "VirtualAccount", "TargetLinkedLogonId", "ElevatedToken"}
	since8   = append([]string{"ImpersonationLevel"}, since10...)
	process1 = version{number: 1, without: []string{"TargetUserSid", "TargetUserName", "TargetDomainName", "TargetLogonId", "ParentProcessName", "MandatoryLabel"}}

	// Domain controllers of 2025, and older ones since the updates of January
	// 2025, say which types of encryption everybody has.
	encryption = fields("AccountSupportedEncryptionTypes", "0x1C (RC4, AES128-SHA96, AES256-SHA96)", "AccountAvailableKeys", "AES-SHA1, RC4",
		"ServiceSupportedEncryptionTypes", "0x1C (RC4, AES128-SHA96, AES256-SHA96)", "ServiceAvailableKeys", "AES-SHA1, RC4",
		"DCSupportedEncryptionTypes", "0x1F (DES, RC4, AES128-SHA96, AES256-SHA96)", "DCAvailableKeys", "AES-SHA1, RC4",
		"ClientAdvertizedEncryptionTypes", "\r\n\t\tAES256-CTS-HMAC-SHA1-96\r\n\t\tAES128-CTS-HMAC-SHA1-96\r\n\t\tRC4-HMAC-NT", "SessionKeyEncryptionType", hex32(0x12))
	tgt2    = version{number: 2, more: slices.Concat(fields("ResponseTicket", "N/A"), encryption, fields("PreAuthEncryptionType", hex32(0x12)))}
	ticket2 = version{number: 2, more: slices.Concat(fields("RequestTicketHash", "N/A", "ResponseTicketHash", "N/A"), encryption)}
)

// The versions, oldest first.
var (
	windows7 = &windows{name: "Windows 7", major: 6, minor: 1, build: 7601, ownGUIDs: true,
		versions: map[uint16]version{4624: {number: 0, without: since8}, 4688: process1},
		missing:  map[uint16]string{27: kernelBoot.name, 109: kernelPower.name, 107: kernelPower.name}}
	server2012 = &windows{name: "Windows Server 2012 R2", major: 6, minor: 3, build: 9600, windowManager: true, ownGUIDs: true,
		versions: map[uint16]version{4624: {number: 1, without: since10}, 4688: process1}}
	windows10  = &windows{name: "Windows 10", major: 10, build: 17763, windowManager: true, fontDriver: true}
	server2022 = &windows{name: "Windows Server 2022", major: 10, build: 20348, windowManager: true, fontDriver: true}
	server2025 = &windows{name: "Windows Server 2025", major: 10, build: 26100, windowManager: true, fontDriver: true,
		versions: map[uint16]version{4768: tgt2, 4769: ticket2,
			4624: {number: 3, after: "RestrictedAdminMode", more: fields("RemoteCredentialGuard", "-")}}}
)

// adapt gives the version and the fields of a Windows 10 event that this
// version logs.
func (o *windows) adapt(id uint16, number uint8, data []event.Field) (uint8, []event.Field) {
	v, other := o.versions[id]
	if !other {
		return number, data
	}
	data = slices.DeleteFunc(data, func(f event.Field) bool { return slices.Contains(v.without, f.Name) })
	at := len(data)
	if v.after != "" {
		at = 1 + slices.IndexFunc(data, func(f event.Field) bool { return f.Name == v.after })
	}
	return v.number, slices.Insert(data, at, v.more...)
}

// lacks reports whether this version has not an event of the System log.
func (o *windows) lacks(provider string, id uint16) bool { return o.missing[id] == provider }
