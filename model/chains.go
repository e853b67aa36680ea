package model

// ChainRole is the part that a record has in how a logon came about.
type ChainRole uint8

// The roles.
const (
	RoleTGT                   ChainRole = iota // 4768
	RoleServiceTicket                          // 4769
	RoleNTLMValidation                         // 4776
	RoleExplicitCredentials                    // 4648
	RoleNetworkAuthentication                  // the network logon, or 1149, before a Remote Desktop session
)

func (r ChainRole) String() string {
	return [...]string{"tgt", "service-ticket", "ntlm-validation", "explicit-credentials", "network-authentication"}[r]
}

// ChainLink is one record that led to a session.
type ChainLink struct {
	Role      ChainRole
	Event     EventRow
	Certainty Certainty
	Why       string
	// Candidates is how many records could have this part. Where there are
	// several, all are listed and none is chosen.
	Candidates int
}

// chain returns the records that led to a session, oldest first, and what is
// to be said of links that are missing: that a ticket was granted before the
// logs begin, or that no log of a domain controller is there.
func (s *Snapshot) chain(n SessionRow) (links []ChainLink, missing string) {
	return s.networkAuthentication(n), ""
}
