package simulate

import (
	"fmt"
	"strings"

	"spoor/model/event"
)

// Domain is an Active Directory domain.
type Domain struct {
	netBIOS, dns, sid string
	nextRID           int
	accounts          []*Account
	dcs               []*Host
	// guids are the GUIDs of tickets by account and second: tickets of one
	// account that are issued within one second share theirs.
	guids map[guidKey]event.GUID
}

type guidKey struct {
	account *Account
	second  event.FileTime
}

// Account is a user, service or machine of the domain.
type Account struct {
	Name        string
	sid         string
	domain      *Domain
	domainAdmin bool
	formerly    string // its name before it got this one
}

func newDomain(netBIOS, dns, sid string) *Domain {
	return &Domain{netBIOS: netBIOS, dns: dns, sid: sid, nextRID: 1103, guids: make(map[guidKey]event.GUID)}
}

func (d *Domain) realm() string { return strings.ToUpper(d.dns) }

func (d *Domain) addUser(name string) *Account {
	a := &Account{Name: name, domain: d, sid: fmt.Sprintf("%s-%d", d.sid, d.nextRID)}
	d.nextRID++
	d.accounts = append(d.accounts, a)
	return a
}

// sidOf is the SID of the account of a name, "" if there is none.
func (d *Domain) sidOf(name string) string {
	for _, a := range d.accounts {
		if strings.EqualFold(a.Name, name) {
			return a.sid
		}
	}
	return ""
}

func (d *Domain) addMachine(host string) *Account { return d.addUser(host + "$") }

// String is the account as people write it.
func (a *Account) String() string { return a.domain.netBIOS + `\` + a.Name }

// principal is an account as an event names it, with the logon it acts from.
type principal struct {
	sid, name, domain string
	logon             uint64
}

// The logon IDs that are the same on every machine.
const (
	systemLogon  = 0x3e7
	serviceLogon = 0x3e4
	localLogon   = 0x3e5
)

// nobody is the subject of logons that come over the network.
var nobody = principal{"S-1-0-0", "-", "-", 0}

// itself is the machine as the subject of what its own services do.
func (h *Host) itself() principal {
	return principal{localSystem, h.account.Name, h.w.domain.netBIOS, systemLogon}
}

func (a *Account) as(logon uint64) principal {
	return principal{a.sid, a.Name, a.domain.netBIOS, logon}
}

func (p principal) subject() []event.Field {
	return fields("SubjectUserSid", sid(p.sid), "SubjectUserName", p.name, "SubjectDomainName", p.domain, "SubjectLogonId", hex64(p.logon))
}

func (p principal) target() []event.Field {
	return fields("TargetUserSid", sid(p.sid), "TargetUserName", p.name, "TargetDomainName", p.domain, "TargetLogonId", hex64(p.logon))
}
