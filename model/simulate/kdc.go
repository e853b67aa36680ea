package simulate

import (
	"time"

	"spoor/model/event"
)

const ticketLife = 10 * time.Hour

// credentials are an account's tickets in one logon session.
type credentials struct {
	account *Account
	tgt     event.FileTime // valid until
	granted Record         // of the ticket-granting ticket
	tickets map[*Host]ticket
	records []Record // of the domain controllers, not yet told to the truth
	owner   *Host    // whose own account's they are, or nil
}

// ticket is a service ticket in a client's cache.
type ticket struct {
	until event.FileTime
	// asked is the GUID in the domain controller's record. used is the one
	// that servers log for network logons made with the ticket: another.
	asked, used event.GUID
	chain       []Record // that led to it
}

func newCredentials(a *Account) *credentials {
	return &credentials{account: a, tickets: make(map[*Host]ticket)}
}

// kdc is the domain controller that h asks now, or nil if none is in reach.
func (h *Host) kdc() *Host {
	if h.dc == nil || h.dc.on {
		return h.dc
	}
	for _, dc := range h.w.domain.dcs {
		if dc.on {
			return dc
		}
	}
	return nil
}

// caller is a client as the domain controller sees it.
func (dc *Host) caller(address string) []event.Field {
	if address == dc.address || address == "::1" {
		return fields("IpAddress", "::1", "IpPort", "0")
	}
	return fields("IpAddress", "::ffff:"+address, "IpPort", port(dc.rng))
}

func noCertificate() []event.Field {
	return fields("CertIssuerName", "", "CertSerialNumber", "", "CertThumbprint", "")
}

// options of requests: Windows' own, and those of other Kerberos clients.
const (
	windowsTGT    = 0x40810010
	foreignTGT    = 0x50800000
	windowsTicket = 0x40810000
)

// grantTGT logs 4768: an account proved its password and got a ticket.
func (dc *Host) grantTGT(a *Account, address string, options hex32) ref {
	d := a.domain
	realm := d.netBIOS
	if a.Name[len(a.Name)-1] == '$' {
		realm = d.realm()
	}
	data := append(fields("TargetUserName", a.Name, "TargetDomainName", realm, "TargetSid", sid(a.sid),
		"ServiceName", "krbtgt", "ServiceSid", sid(d.sid+"-502"), "TicketOptions", options, "Status", hex32(0),
		"TicketEncryptionType", hex32(0x12), "PreAuthType", "2"), dc.caller(address)...)
	r := dc.security(4768, 0, 14339, append(data, noCertificate()...))
	dc.w.truth.prove(r, "tgt", Proof{SID: a.sid, From: dc.seen(address)})
	return r
}

// seen is how the domain controller names a client's address, without the
// prefix of IPv4.
func (dc *Host) seen(address string) string {
	if address == dc.address {
		return "::1"
	}
	return address
}

// refuseTGT logs 4768 for a name that the domain does not know.
func (dc *Host) refuseTGT(name, address string, options hex32) ref {
	data := append(fields("TargetUserName", name, "TargetDomainName", dc.w.domain.netBIOS, "TargetSid", sid("S-1-0-0"),
		"ServiceName", "krbtgt/"+dc.w.domain.netBIOS, "ServiceSid", sid("S-1-0-0"), "TicketOptions", options, "Status", hex32(0x6),
		"TicketEncryptionType", hex32(0xffffffff), "PreAuthType", "-"), dc.caller(address)...)
	return dc.securityFailure(4768, 0, 14339, append(data, noCertificate()...))
}

// refusePreAuth logs 4771: 0x18 is a wrong password, 0x12 a locked account.
func (dc *Host) refusePreAuth(a *Account, address string, options, status hex32) ref {
	data := append(fields("TargetUserName", a.Name, "TargetSid", sid(a.sid), "ServiceName", "krbtgt/"+a.domain.netBIOS,
		"TicketOptions", options, "Status", status, "PreAuthType", "2"), dc.caller(address)...)
	return dc.securityFailure(4771, 0, 14339, append(data, noCertificate()...))
}

// grantTicket logs 4769 for the account of a host.
func (dc *Host) grantTicket(a *Account, service *Host, address string) (ref, event.GUID) {
	d := a.domain
	key := guidKey{a, dc.clock() / 10_000_000}
	guid, ok := d.guids[key]
	if !ok {
		guid = randomGUID(dc.rng)
		d.guids[key] = guid
	}
	data := append(fields("TargetUserName", a.Name+"@"+d.realm(), "TargetDomainName", d.realm(),
		"ServiceName", service.account.Name, "ServiceSid", sid(service.account.sid),
		"TicketOptions", hex32(windowsTicket), "TicketEncryptionType", hex32(0x12)), dc.caller(address)...)
	r := dc.security(4769, 0, 14337, append(data, fields("Status", hex32(0), "LogonGuid", guid, "TransmittedServices", "-")...))
	dc.w.truth.prove(r, "service-ticket", Proof{SID: a.sid, From: dc.seen(address), For: service.title})
	return r, guid
}

// validate logs 4776, an NTLM check. Workstation is what the client claims.
func (h *Host) validate(name, workstation string, status hex32) ref {
	data := fields("PackageName", "MICROSOFT_AUTHENTICATION_PACKAGE_V1_0", "TargetUserName", name, "Workstation", workstation, "Status", status)
	if status != 0 {
		return h.securityFailure(4776, 0, 14336, data)
	}
	r := h.security(4776, 0, 14336, data)
	h.w.truth.prove(r, "ntlm-validation", Proof{SID: h.w.domain.sidOf(name), From: workstation})
	return r
}

// ticketFor gets a ticket for a service, from the cache or from dc, and a
// ticket-granting ticket before it if there is none.
func (p *process) ticketFor(dc *Host, c *credentials, service *Host, address string) ticket {
	if c.tgt <= p.w.now {
		c.granted = dc.grantTGT(c.account, address, windowsTGT).as("tgt")
		c.tell(c.granted, address)
		c.tgt = p.w.now.Add(ticketLife)
		clear(c.tickets)
		p.blink()
	}
	if t, ok := c.tickets[service]; ok && t.until > p.w.now {
		return t
	}
	r, guid := dc.grantTicket(c.account, service, address)
	asked := r.as("service-ticket")
	c.tell(asked, address)
	t := ticket{until: c.tgt, asked: guid, used: randomGUID(dc.rng), chain: []Record{c.granted, asked}}
	c.tickets[service] = t
	p.blink()
	return t
}

// ownTicket is what a host asks for when somebody logs on to it: a new
// ticket-granting ticket, and a ticket for itself, whose GUID it logs. It is
// the zero ticket if no domain controller answers.
func (p *process) ownTicket(h *Host, c *credentials) ticket {
	dc := h.kdc()
	if dc == nil {
		return ticket{}
	}
	c.tgt = 0
	t := p.ticketFor(dc, c, h, h.address)
	if h.windows.ownGUIDs {
		t.asked = randomGUID(h.rng)
	}
	return t
}

// tell keeps a domain controller's record for the truth: of the account that
// asked, and of a machine's own address.
func (c *credentials) tell(r Record, address string) {
	c.records = append(c.records, r)
	if c.owner != nil {
		c.owner.binding.witness(address, r)
	}
}

// told gives the domain controllers' records since the last time.
func (c *credentials) told() []Record {
	records := c.records
	c.records = nil
	return records
}
