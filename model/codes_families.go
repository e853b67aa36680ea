package model

// codeFamily is what an attempt failed by, as far as a code says. Windows words
// one cause in several codes, and some codes leave open which of several it is.
type codeFamily uint16

const (
	wrongPassword codeFamily = 1 << iota
	noSuchAccount
	lockedOut
	disabled
	accountExpired
	passwordExpired
	logonRestricted
	clockSkewed
	noLogonServer
	untrusted
)

// kerberosFamilies and ntFamilies say what the codes of both protocols have in
// common (Microsoft's pages on 4625, 4768, 4771 and 4776). A Kerberos client
// that is revoked may be disabled, expired or locked out.
var kerberosFamilies = map[uint32]codeFamily{
	0x1:  accountExpired,
	0x6:  noSuchAccount,
	0xc:  logonRestricted,
	0x12: disabled | accountExpired | lockedOut,
	0x17: passwordExpired,
	0x18: wrongPassword,
	0x1d: noLogonServer,
	0x25: clockSkewed,
}

var ntFamilies = map[uint32]codeFamily{
	0xc000005e: noLogonServer,
	0xc0000064: noSuchAccount,
	0xc000006a: wrongPassword,
	0xc000006d: wrongPassword | noSuchAccount,
	0xc000006e: wrongPassword | noSuchAccount | disabled | accountExpired | passwordExpired | logonRestricted,
	0xc000006f: logonRestricted,
	0xc0000070: logonRestricted,
	0xc0000071: passwordExpired,
	0xc0000072: disabled,
	0xc0000133: clockSkewed,
	0xc000015b: logonRestricted,
	0xc000018c: untrusted,
	0xc000018d: untrusted,
	0xc0000192: noLogonServer,
	0xc0000193: accountExpired,
	0xc0000224: passwordExpired,
	0xc0000234: lockedOut,
	0xc0000413: logonRestricted,
}

// vagueCodes leave the reason to the other records of the attempt.
var vagueCodes = map[uint32]bool{0xc000006d: true, 0xc000006e: true}
