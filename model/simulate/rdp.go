package simulate

import (
	"fmt"
	"time"

	"spoor/model/event"
)

// client is where a Remote Desktop connection comes from.
type client struct {
	name    string // as it claims
	address string
	host    string // which machine it really is
	ntlm    bool
	from    *session // in which the client program runs, if that machine keeps logs
}

// remoteDesktop opens a session over Remote Desktop: the network
// authentication first, then the logon of type 10.
func (p *process) remoteDesktop(target *Host, a *Account, c client, actor string) *session {
	nla := p.networkAuthentication(target, a, c, actor)
	if nla == nil {
		return nil
	}
	p.sleep(p.between(900*time.Millisecond, 2500*time.Millisecond))
	target.arbitration(41, target.boot.session+1)
	s := p.openSession(target, sitting{account: a, typ: 10, kind: "remote-desktop", address: c.address, client: &c, actor: actor})
	target.arbitration(42, s.number)
	s.nla = nla
	s.truth.Chain = append(s.truth.Chain, nla.truth.Chain...)
	for _, r := range nla.truth.Records {
		if r.Role == "logon" || r.Role == "network-authentication" {
			r.Role = "network-authentication"
			s.truth.Chain = append(s.truth.Chain, r)
		}
	}
	target.boot.connections++
	s.tcp = target.boot.connections
	return s
}

// networkAuthentication logs what comes before every Remote Desktop
// connection: explicit credentials at the client, a network logon and 1149 at
// the target.
func (p *process) networkAuthentication(target *Host, a *Account, c client, actor string) *logon {
	if !target.on {
		return nil
	}
	creds := newCredentials(a)
	var said []Record
	if c.from != nil {
		said = p.startClient(target, a, c, creds)
	}
	how := arrival{account: a, address: c.address, source: c.host, name: c.name, ntlm: c.ntlm, tickets: creds, actor: actor, kind: "network-authentication"}
	if c.from != nil {
		how.kdc, how.from = c.from.host.kdc(), c.from
	}
	l := p.arrive(target, how)
	if l == nil {
		return nil
	}
	r := target.writeUserData(rcm.system(1149, 0, 0), "EventXML", "Event_NS", fields("Param1", a.Name, "Param2", a.domain.netBIOS, "Param3", c.address))
	l.truth.Records = append(l.truth.Records, r.as("network-authentication"))
	l.truth.Chain = append(append([]Record(nil), l.truth.Chain...), said...)
	p.blink()
	return l
}

// startClient logs the client program's side, and returns its explicit
// credentials.
func (p *process) startClient(target *Host, a *Account, c client, creds *credentials) []Record {
	h, who := c.from.host, c.from.user()
	p.open(c.from, `C:\Windows\System32\mstsc.exe`, `"C:\Windows\system32\mstsc.exe" /v:`+target.FQDN())
	p.think()
	say := func(id uint16, name, value string) {
		s := rdpClient.system(id, 0, 101)
		s.UserID = who.sid
		h.write(s, fields("Name", name, "Value", value, "CustomLevel", "Info"))
	}
	say(1024, "Server Name", target.FQDN())
	var guid event.GUID
	if dc := h.kdc(); dc != nil && !c.ntlm {
		guid = p.ticketFor(dc, creds, target, c.address).asked
	}
	r := h.explicit(who, a, guid, target.FQDN(), "TERMSRV/"+target.FQDN(), h.boot.lsass, `C:\Windows\System32\lsass.exe`, target.address, "3389")
	p.blink()
	say(1102, "Server Address", target.address)
	p.blink()
	return []Record{r.as("explicit-credentials")}
}

// disconnect ends the connection; the session lives on. It returns the records
// that say so.
func (p *process) disconnect(s *session) []Record {
	if !s.live() {
		return nil
	}
	left := s.host.lsm(24, s)
	s.host.writeUserData(lsm.system(40, 0, 0), "EventXML", "Event_NS", fields("Session", s.number, "Reason", uint32(11)))
	r := s.host.security(4779, 0, 12551, s.connection())
	s.truth.Segments = append(s.truth.Segments, s.segment("disconnected", r.time, r))
	p.blink()
	p.endNLA(s)
	return []Record{left.as("disconnected"), r.as("disconnected")}
}

func (p *process) endNLA(s *session) {
	if s.nla != nil {
		p.sleep(p.between(100*time.Millisecond, 900*time.Millisecond))
		s.nla.logOff()
		s.nla = nil
	}
}

// reconnect comes back to a disconnected session: a network authentication
// and a logon of type 10 that ends in seconds, both only checks. It returns
// the records that say so, or none if the session is no more.
func (p *process) reconnect(s *session, c client, actor string) []Record {
	if !s.live() {
		return nil
	}
	nla := p.networkAuthentication(s.host, s.account, c, actor)
	if nla == nil {
		return nil
	}
	p.sleep(p.between(700*time.Millisecond, 1500*time.Millisecond))
	s.host.boot.connections++
	s.client, s.nla, s.tcp = &c, nla, s.host.boot.connections
	halves := p.beginCheck(s, 10, c.address, "reconnect")
	p.sleep(p.between(200*time.Millisecond, 600*time.Millisecond))
	back := s.host.lsm(25, s)
	r := s.host.security(4778, 0, 12551, s.connection())
	s.truth.Segments = append(s.truth.Segments, s.segment("connected", r.time, r))
	p.sleep(p.between(800*time.Millisecond, 2500*time.Millisecond))
	p.endCheck(halves)
	return append(append([]Record(nil), nla.truth.Records...), back.as("reconnected"), r.as("reconnected"))
}

func (s *session) connection() []event.Field {
	return fields("AccountName", s.account.Name, "AccountDomain", s.account.domain.netBIOS, "LogonID", hex64(s.id),
		"SessionName", fmt.Sprintf("RDP-Tcp#%d", s.tcp), "ClientName", s.client.name, "ClientAddress", s.client.address)
}

// arbitration logs that Terminal Services look for, and found, a session.
func (h *Host) arbitration(id uint16, session uint32) {
	h.writeUserData(lsm.system(id, 0, 0), "EventXML", "Event_NS", fields("User", "", "SessionID", session))
}
