package model

import "strings"

// The SIDs that Windows knows on every computer ([MS-DTYP] 2.4.2.4).
const (
	sidNobody    = "S-1-0-0"
	sidAnonymous = "S-1-5-7"
	sidSystem    = "S-1-5-18"
	sidLocal     = "S-1-5-19"
	sidNetwork   = "S-1-5-20"
	sidIUSR      = "S-1-5-17"
)

// builtinNames names them where no event does.
var builtinNames = map[string]string{
	sidAnonymous: "ANONYMOUS LOGON", sidSystem: "SYSTEM", sidLocal: "LOCAL SERVICE", sidNetwork: "NETWORK SERVICE", sidIUSR: "IUSR",
}

const builtinDomain = "NT AUTHORITY"

// virtualSIDs are the accounts that Windows makes up on each computer:
// services, application pools, virtual machines, window managers, font
// drivers, virtual users.
var virtualSIDs = []string{"S-1-5-80-", "S-1-5-82-", "S-1-5-83-", "S-1-5-90-", "S-1-5-96-", "S-1-5-111-"}

func isVirtualSID(sid string) bool {
	for _, p := range virtualSIDs {
		if strings.HasPrefix(sid, p) {
			return true
		}
	}
	return false
}

// virtualDomains are the domains of built-in and virtual accounts, folded.
var virtualDomains = map[string]AccountClass{
	"nt authority": ClassBuiltin, "window manager": ClassVirtual, "font driver host": ClassVirtual,
	"nt service": ClassVirtual, "iis apppool": ClassVirtual, "nt virtual machine": ClassVirtual, "virtual users": ClassVirtual,
}

// ofHost reports whether an account of this SID is another one on each host.
func ofHost(sid string) bool { return builtinNames[sid] != "" || isVirtualSID(sid) }

// classOf tells what an account is by its SID and name.
func classOf(sid, name, domain string) AccountClass {
	switch {
	case builtinNames[sid] != "":
		return ClassBuiltin
	case isVirtualSID(sid):
		return ClassVirtual
	case strings.HasSuffix(name, "$"):
		return ClassMachine
	case sid == "":
		return virtualDomains[strings.ToLower(domain)]
	}
	return ClassUser
}
