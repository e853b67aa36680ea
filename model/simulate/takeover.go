package simulate

import (
	"time"
)

// takeOver is somebody coming over Remote Desktop to his own session, which is
// still at the console. What is logged was seen on a real machine: the network
// authentication, a logon of type 10 that ends in seconds, 4779 of the console
// and 4778 of the connection, both with the logon ID of the old session.
func (p *process) takeOver(s *session, c client) {
	if !s.live() || s.client != nil {
		return
	}
	nla := p.networkAuthentication(s.host, s.account, c, "")
	if nla == nil {
		return
	}
	p.sleep(p.between(700*time.Millisecond, 1500*time.Millisecond))
	if !s.live() {
		return
	}
	b := s.boot
	b.connections++
	halves := p.beginCheck(s, 10, c.address, "reconnect")
	p.sleep(p.between(200*time.Millisecond, 600*time.Millisecond))
	left := s.host.security(4779, 0, 12551, fields("AccountName", s.account.Name, "AccountDomain", s.account.domain.netBIOS, "LogonID", hex64(s.id),
		"SessionName", "Console", "ClientName", "Unknown", "ClientAddress", "LOCAL"))
	s.truth.Segments = append(s.truth.Segments, s.segment("disconnected", left.time, left))
	p.blink()
	s.client, s.nla, s.tcp = &c, nla, b.connections
	s.host.lsm(25, s)
	r := s.host.security(4778, 0, 12551, s.connection())
	s.truth.Segments = append(s.truth.Segments, s.segment("connected", r.time, r))
	p.blink()
	b.session++
	b.console = b.session
	p.openDesktop(b, b.console)
	p.sleep(p.between(800*time.Millisecond, 2500*time.Millisecond))
	p.endCheck(halves)
}

// lockOut is somebody who has forgotten his new password: five mistypes lock
// the account, for a quarter of an hour.
func (p *process) lockOut(s *session) {
	dc := s.host.kdc()
	if dc == nil || !s.live() {
		return
	}
	p.lock(s)
	p.sleep(3 * time.Minute)
	for range 5 {
		if !s.live() || !dc.on {
			return
		}
		p.mistype(s.host, s.account, 7)
		p.think()
	}
	w := p.w
	r := dc.security(4740, 0, 13824, append(fields("TargetUserName", s.account.Name, "TargetDomainName", s.host.Name, "TargetSid", sid(s.account.sid)),
		dc.itself().subject()...))
	w.truth.Changes = append(w.truth.Changes, &Change{What: "locked-out", Account: s.account.String(), SID: s.account.sid, Time: r.time.String(),
		Caller: s.host.Name, Records: []Record{r.as("change")}})
	p.think()
	p.refuseLocked(s, dc)
	p.sleep(16 * time.Minute)
	p.unlock(s)
}

func (p *process) refuseLocked(s *session, dc *Host) {
	f := &Failure{Name: s.account.Name, Host: s.host.title, Address: s.host.address, Reason: "locked-out"}
	f.Records = append(f.Records, dc.refusePreAuth(s.account, s.host.address, windowsTGT, 0x12).as("pre-authentication"))
	p.blink()
	r := s.host.refuse(failedLogon{subject: s.host.itself(), name: s.account.Name, domain: s.account.domain.netBIOS, typ: 7, status: lockedOut,
		reason: "%%2307", process: "User32 ", pack: "Negotiate", workstation: s.host.Name, pid: s.host.newPID(), program: `C:\Windows\System32\svchost.exe`,
		address: "127.0.0.1", port: "0"})
	f.Time, f.Records = r.time.String(), append(f.Records, r.as("logon"))
	p.w.truth.Failures = append(p.w.truth.Failures, f)
}

// refuseService is a service that cannot start, as its stored password is old.
func (p *process) refuseService(h *Host, a *Account) {
	dc := h.kdc()
	if !h.on || dc == nil {
		return
	}
	f := &Failure{Name: a.Name, Host: h.title, Address: h.address, Reason: "wrong-password"}
	f.Records = append(f.Records, dc.refusePreAuth(a, h.address, windowsTGT, 0x18).as("pre-authentication"))
	p.blink()
	r := h.refuse(failedLogon{subject: h.itself(), name: a.Name, domain: a.domain.netBIOS, typ: 5, status: logonFailure, subStatus: wrongPassword,
		reason: "%%2313", process: "Advapi  ", pack: "Negotiate", workstation: h.Name, pid: h.boot.lsass - 80, program: `C:\Windows\System32\services.exe`,
		address: "-", port: "-"})
	f.Time, f.Records = r.time.String(), append(f.Records, r.as("logon"))
	p.w.truth.Failures = append(p.w.truth.Failures, f)
}

const noSuchUser = 0xc0000064

// refuseNTLM is a name or a password that a server refuses by NTLM.
func (p *process) refuseNTLM(server *Host, name, address, workstation string, status hex32) {
	dc := server.kdc()
	if !server.on || dc == nil {
		return
	}
	v := dc.validate(name, workstation, status).as("ntlm-validation")
	p.blink()
	r := server.refuse(failedLogon{subject: nobody, name: name, domain: p.w.domain.netBIOS, typ: 3, status: logonFailure, subStatus: status,
		reason: "%%2313", process: "NtLmSsp ", pack: "NTLM", workstation: workstation, address: address, port: port(p.rng)}).as("logon")
	reason := "wrong-password"
	if status == noSuchUser {
		reason = "no-such-account"
	}
	p.w.truth.Failures = append(p.w.truth.Failures, &Failure{Time: r.Time, Name: name, Host: server.title, Address: address, Reason: reason, Records: []Record{v, r}})
}

// byAddress is a program that names the file server by its address, so that it
// gets NTLM.
func (p *process) byAddress(s *session, server *Host, clumsy bool) {
	if !s.live() || s.host.kdc() == nil {
		return
	}
	if clumsy {
		p.refuseNTLM(server, s.account.Name+"x", s.host.address, s.host.Name, noSuchUser)
		p.think()
	}
	l := p.arrive(server, arrival{account: s.account, address: s.host.address, source: s.host.title, name: s.host.Name, ntlm: true, from: s})
	if l == nil {
		return
	}
	who := s.account.as(l.who.logon)
	server.openShare(who, s.host.address, l.port, "Auftrag", `D:\Auftrag`)
	p.blink()
	server.checkFile(who, s.host.address, l.port, "Auftrag", `D:\Auftrag`, `Daten\auftrag.mdb`, true)
	p.sleep(p.between(3*time.Second, 40*time.Second))
	l.logOff()
}
