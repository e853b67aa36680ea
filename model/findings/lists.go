package findings

import (
	"strings"

	"spoor/model"
	"spoor/model/event"
)

// list numbers the lists of events that rules look at, which are found in one
// pass over all events.
type list int

const (
	grantsOfUsers      list = iota // ticket-granting tickets (4768)
	ticketsOfUsers                 // service tickets (4769)
	validationsOfUsers             // by NTLM (4776)
	grantsUnproved                 // without pre-authentication
	grantsForeign                  // with options that Windows does not ask for
	refusalsForeign                // the same, of what was refused (4771)
	ticketsToRoast                 // for services that may run as a user
	starts                         // of any process; from here on, of some
	startsOfWMI                    // of WMI's provider
	startsOfTscon
	startsByWMI    // of what the provider started, as their records say
	startsNameless // whose record names no parent but by its number, as before Windows 10
	adminShares    // opened
	callsElsewhere // explicit credentials for another computer
	callsOfWMI     // for the remote procedure calls that WMI and DCOM begin with
	groupListings  // of the members of a local group (4799)
	loopbacks      // Remote Desktop's network authentication from the host itself
	domainNames    // empty: see scope.queries
	realmNames     // empty
	ofKinds        // then all events of each of kinds
)

// kinds are the events that rules look at one by one.
var kinds = []event.Kind{
	event.TicketRenewed,
	event.ClockChanged, event.ServiceInstalled, event.TaskCreated,
	event.SpecialGroups, event.RDPNetworkAuth, event.SessionReconnected, event.SessionDisconnected,
}

// queries says how lists are found.
func (x *scope) queries() []model.Query {
	x.asked = map[string]bool{}
	is := func(program string) func(string) bool { return func(s string) bool { return image(s) == program } }
	out := []model.Query{
		grantsOfUsers:      {Kind: event.TicketGranting, OfUsers: true},
		ticketsOfUsers:     {Kind: event.ServiceTicket, OfUsers: true},
		validationsOfUsers: {Kind: event.CredentialValidation, OfUsers: true},
		grantsUnproved:     {Kind: event.TicketGranting, OfUsers: true, Column: event.PreAuthType, Wanted: func(s string) bool { return s == "0" }},
		grantsForeign:      {Kind: event.TicketGranting, Column: event.TicketOptions, WantedNumber: isForeign},
		refusalsForeign:    {Kind: event.PreAuthFailed, Column: event.TicketOptions, WantedNumber: isForeign},
		ticketsToRoast:     {Kind: event.ServiceTicket, OfUsers: true, Column: event.ServiceName, Wanted: roasts},
		starts:             {Kind: event.ProcessCreated},
		startsOfWMI:        {Kind: event.ProcessCreated, Column: event.NewProcess, Wanted: is(wmiProvider)},
		startsOfTscon:      {Kind: event.ProcessCreated, Column: event.NewProcess, Wanted: is("tscon.exe")},
		startsByWMI:        {Kind: event.ProcessCreated, Column: event.ParentProcess, Wanted: is(wmiProvider)},
		startsNameless:     {Kind: event.ProcessCreated, Column: event.ParentProcess, Wanted: is("")},
		adminShares:        {Kind: event.ShareAccessed, Column: event.ShareName, Wanted: isAdminShare},
		callsElsewhere:     {Kind: event.ExplicitCredentials, Column: event.TargetServer, Wanted: func(s string) bool { return s != "" && !strings.EqualFold(s, "localhost") }},
		callsOfWMI:         {Kind: event.ExplicitCredentials, Column: event.TargetInfo, Wanted: func(s string) bool { return strings.HasPrefix(strings.ToUpper(s), "RPCSS/") }},
		groupListings:      {Kind: event.Other, EventID: 4799},
		loopbacks:          {Kind: event.RDPNetworkAuth, Column: event.IPAddress, Wanted: isLoopback},
		// Of these, that each text is asked about once is all that is wanted.
		domainNames: {Kind: event.TicketGranting, Column: event.TargetDomain, Wanted: func(domain string) bool {
			x.asked[strings.ToLower(domain)] = true
			return false
		}},
		realmNames: {Kind: event.ServiceTicket, Column: event.ServiceName, Wanted: func(service string) bool {
			if realm, ok := strings.CutPrefix(strings.ToLower(service), "krbtgt/"); ok {
				x.asked[realm] = true
			}
			return false
		}},
	}
	for _, k := range kinds {
		out = append(out, model.Query{Kind: k})
	}
	return out
}

// list returns one of them.
func (x *scope) list(l list) []model.EventRow {
	if x.lists == nil {
		x.lists = x.Select(x.queries())
	}
	return x.lists[l]
}

// events returns the events of one of kinds.
func (x *scope) events(k event.Kind) []model.EventRow {
	for i := range kinds {
		if kinds[i] == k {
			return x.list(ofKinds + list(i))
		}
	}
	panic("findings: no list of events of this kind")
}

// askedDomains are the names of domains that ticket-granting tickets and
// referrals were asked for, folded.
func (x *scope) askedDomains() map[string]bool {
	x.list(domainNames)
	return x.asked
}
