package findings

import (
	"slices"

	"spoor/model"
)

// Need is one thing that rules need of the evidence: a log, an audit
// subcategory, or a time before what they look at.
type Need struct {
	ID    string
	Title string

	covered func(*scope, *Finding) (model.Tri, string)
	// local is what is needed in its stead for an account that one host keeps
	// itself, of which no domain controller knows; nil where that is the same.
	local *Need
}

// Needs returns the table of needs.
func Needs() []Need { return slices.Clone(needs) }

func needByID(id string) *Need {
	i := slices.IndexFunc(needs, func(n Need) bool { return n.ID == id })
	return &needs[i]
}

// of is what a need is for a finding.
func (n *Need) of(x *scope, f *Finding) *Need {
	if n.local != nil && x.keeper(f) != model.None {
		return n.local
	}
	return n
}

// keeper is the host that keeps the account of a finding itself, or None.
func (x *scope) keeper(f *Finding) model.HostID {
	if f.Account == model.None {
		return model.None
	}
	return x.Account(f.Account).Host
}

// The needs.
const (
	needDCLogs        = "dc-logs"
	needDCGrants      = "dc-authentication"
	needDCTickets     = "dc-service-tickets"
	needDCNTLM        = "dc-credential-validation"
	needTenHours      = "dc-ten-hours"
	needSevenDays     = "dc-seven-days"
	needAccounts      = "account-management"
	needGroups        = "group-management"
	needHostLogons    = "host-logons"
	needHostSessions  = "host-reconnections"
	needHostSpecial   = "host-special-logons"
	needHostPrograms  = "host-programs"
	needHostServices  = "host-services"
	needHostTasks     = "host-tasks"
	needHostShares    = "host-shares"
	needHostGroups    = "host-groups"
	needHostClock     = "host-clock"
	needSystemLog     = "system-log"
	needRemoteDesktop = "remote-desktop-log"
	needHistory       = "history"
)
