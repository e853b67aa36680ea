package simulate

import (
	"fmt"
	"time"
)

// rc4 is the encryption that a guess at a ticket's password is quickest for.
const rc4 = 0x17

// grantUnproved logs 4768 for an account that needs no pre-authentication: the
// ticket is given to anybody who asks.
func (dc *Host) grantUnproved(a *Account, address string, options hex32) ref {
	d := a.domain
	data := append(fields("TargetUserName", a.Name, "TargetDomainName", d.netBIOS, "TargetSid", sid(a.sid),
		"ServiceName", "krbtgt", "ServiceSid", sid(d.sid+"-502"), "TicketOptions", options, "Status", hex32(0),
		"TicketEncryptionType", hex32(rc4), "PreAuthType", "0"), dc.caller(address)...)
	r := dc.security(4768, 0, 14339, append(data, noCertificate()...))
	dc.w.truth.prove(r, "tgt", Proof{SID: a.sid, From: dc.seen(address)})
	return r
}

// grantFor logs 4769 for a service that runs as a user's account.
func (dc *Host) grantFor(name string, service *Account, address string, encryption hex32) ref {
	d := service.domain
	data := append(fields("TargetUserName", name+"@"+d.realm(), "TargetDomainName", d.realm(), "ServiceName", service.Name, "ServiceSid", sid(service.sid),
		"TicketOptions", hex32(windowsTicket), "TicketEncryptionType", encryption), dc.caller(address)...)
	return dc.security(4769, 0, 14337, append(data, fields("Status", hex32(0), "LogonGuid", randomGUID(dc.rng), "TransmittedServices", "-")...))
}

// roasted is somebody with a password who asks for what can be guessed at
// home: tickets without pre-authentication, and service tickets by RC4.
func (e *estate) roasted(p *process, i *intruder, victim *worker) {
	all := e.everybody(victim)
	weak := all[1:min(3, len(all))]
	i.step("asks for tickets that need no pre-authentication", "", i.address, i.dc.title, func() []Record {
		var records []Record
		for _, a := range weak {
			records = append(records, i.dc.grantUnproved(a, i.address, foreignTGT).as("tgt"))
			p.blink()
		}
		return records
	})
	p.sleep(30 * time.Minute)
	i.step("asks for service tickets by RC4", victim.account.Name, i.address, i.dc.title, func() []Record {
		records := []Record{i.dc.grantTGT(victim.account, i.address, foreignTGT).as("tgt")}
		for n := range 6 {
			service := e.w.domain.addUser(fmt.Sprintf("svc_lager%02d", n+1))
			records = append(records, i.dc.grantFor(victim.account.Name, service, i.address, rc4).as("service-ticket"))
			p.blink()
		}
		return records
	})
}

// forged is somebody who makes ticket-granting tickets himself: what domain
// controllers log of him are service tickets alone, one of them in a name that
// nobody has.
func (e *estate) forged(p *process, i *intruder, victim *worker) {
	i.step("asks for service tickets with a ticket of his own making", victim.account.Name, i.address, i.dc.title, func() []Record {
		var records []Record
		for _, h := range append([]*Host{i.dc}, e.apps...) {
			r, _ := i.dc.grantTicket(victim.account, h, i.address)
			records = append(records, r.as("service-ticket"))
			p.sleep(p.between(time.Second, 20*time.Second))
		}
		return records
	})
	p.sleep(10 * time.Minute)
	i.step("asks in a name that nobody has", "", i.address, i.dc.title, func() []Record {
		return []Record{i.dc.grantFor("kein-konto", i.dc.account, i.address, 0x12).as("service-ticket")}
	})
}

// wiped is somebody with a password who comes in and clears the log.
func (e *estate) wiped(p *process, i *intruder, victim *worker) {
	target := e.w.files
	if len(e.apps) > 0 {
		target = e.apps[0]
	}
	var s *session
	i.step("logs on over Remote Desktop", victim.account.Name, i.address, target.title, func() []Record {
		s = p.remoteDesktop(target, victim.account, i.client(), intruderActor)
		return sessionRecords(s)
	})
	if s == nil {
		return
	}
	p.sleep(20 * time.Minute)
	i.step("clears the Security log", victim.account.Name, target.title, target.title, func() []Record {
		return []Record{target.clearLog(s.user()).as("cleared")}
	})
	p.sleep(5 * time.Minute)
	p.logOff(s)
}

// spread is somebody with an administrator's password, who installs a service
// on every machine that he reaches.
func (e *estate) spread(p *process, i *intruder, _ *worker) {
	a := e.backup
	if len(e.admins) > 0 && e.admins[0].second != nil {
		a = e.admins[0].second
	}
	c := newCredentials(a)
	i.step("installs a service on many machines", a.Name, i.address, "", func() []Record {
		var records []Record
		for n, h := range e.w.hosts {
			if n >= 12 || !h.on {
				continue
			}
			l := p.arrive(h, arrival{account: a, address: i.address, source: i.name, tickets: c, actor: intruderActor, kdc: i.dc})
			if l == nil {
				continue
			}
			records = append(records, p.install(h, a.as(l.who.logon), "HfSync", `C:\ProgramData\HfSync\hfsync.exe`)...)
			records = append(records, l.truth.Records...)
			p.sleep(p.between(time.Second, 10*time.Second))
			l.logOff()
		}
		return records
	})
}

// passed is somebody at a worker's machine who uses an administrator's key
// there: a logon for the network alone, and what is reached with it.
func (e *estate) passed(p *process, i *intruder, victim *worker) {
	s, server := victim.session, e.w.files
	if !s.live() || len(e.admins) == 0 || e.admins[0].second == nil {
		return
	}
	a := e.admins[0].second
	var own string // what the truth calls the logon for the network
	i.step("logs on for the network alone", victim.account.Name, s.host.title, s.host.title, func() []Record {
		h := s.host
		t := &Session{Account: s.account.String(), SID: s.account.sid, Host: h.title, Boot: h.boot.number, Kind: "new-credentials", Type: 9, Source: h.title, Actor: intruderActor, Parent: s.name()}
		id := h.boot.newID()
		l, r := h.logOn(logonEvent{subject: s.user(), target: s.account.as(id), typ: 9, process: "seclogo", pack: "Negotiate", pid: h.newPID(), program: `C:\Windows\System32\svchost.exe`,
			address: "::1", port: "0", impersonation: "%%1833", outboundName: a.Name, outboundDomain: a.domain.netBIOS})
		l.truth = t
		t.Start, t.LogonIDs, t.Records = r.time.String(), logonIDs(id), []Record{r.as("logon")}
		own = fmt.Sprintf("%s/%d/%s", h.title, h.boot.number, t.LogonIDs[0])
		e.w.truth.Sessions = append(e.w.truth.Sessions, t)
		return t.Records
	})
	p.sleep(2 * time.Minute)
	i.step("reaches the file server with it", a.Name, s.host.title, server.title, func() []Record {
		l := p.arrive(server, arrival{account: a, address: s.host.address, source: s.host.title, tickets: newCredentials(a), actor: intruderActor, kdc: s.host.kdc()})
		if l == nil {
			return nil
		}
		l.truth.Parent = own
		p.w.start(p.w.now.Add(time.Minute), "passed", func(*process) { l.logOff() })
		return append([]Record(nil), l.truth.Records...)
	})
}
