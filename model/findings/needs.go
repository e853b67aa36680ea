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
}

// Needs returns the table of needs.
func Needs() []Need { return slices.Clone(needs) }

func needByID(id string) *Need {
	i := slices.IndexFunc(needs, func(n Need) bool { return n.ID == id })
	return &needs[i]
}

// The needs.
const (
	needDCLogs       = "dc-logs"
	needDCGrants     = "dc-authentication"
	needDCTickets    = "dc-service-tickets"
	needDCNTLM       = "dc-credential-validation"
	needTenHours     = "dc-ten-hours"
	needSevenDays    = "dc-seven-days"
	needHostLog      = "host-log"
	needHostLogons   = "host-logons"
	needHostSessions = "host-reconnections"
	needHostAccounts = "account-management"
	needHistory      = "history"
)
