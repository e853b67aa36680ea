package simulate

import (
	"time"

	"spoor/model/event"
)

// share is a live network logon of a session at a server.
type share struct {
	logon   *logon
	address string
	until   event.FileTime // when the server lets it go, unless it is used again
}

// arrival is how somebody reaches a server over the network.
type arrival struct {
	account *Account
	address string
	source  string // which machine it really is
	name    string // which one it claims to be, by NTLM
	ntlm    bool
	tickets *credentials
	actor   string
	kind    string
	kdc     *Host    // whom the client asks; nil: whom the server asks
	from    *session // that it comes out of, or nil
}

// arrive logs the network logon of an account at a server, and what the
// domain controllers log for it. It is nil if the server or they are down.
func (p *process) arrive(server *Host, how arrival) *logon {
	dc := how.kdc
	if dc == nil || how.ntlm {
		dc = server.kdc()
	}
	if !server.on || dc == nil {
		return nil
	}
	t := &Session{Account: how.account.String(), SID: how.account.sid, Host: server.title, Boot: server.boot.number, Kind: "network", Type: 3,
		Source: how.source, Address: how.address, Actor: how.actor, Parent: how.from.name()}
	if how.kind != "" {
		t.Kind = how.kind
	}
	e := logonEvent{subject: nobody, typ: 3, address: how.address, port: port(server.rng), impersonation: "%%1833", elevated: true}
	if how.ntlm {
		t.Records = append(t.Records, dc.validate(how.account.Name, how.name, 0).as("ntlm-validation"))
		t.Chain = t.Records[:1:1]
		p.blink()
		e.process, e.pack, e.workstation, e.lmPackage, e.keyLength = "NtLmSsp ", "NTLM", how.name, "NTLM V2", 128
	} else {
		used := p.ticketFor(dc, how.tickets, server, how.address)
		e.guid, t.Chain = used.used, used.chain
		t.Records = append(t.Records, how.tickets.told()...)
		e.process, e.pack, e.workstation = "Kerberos", "Kerberos", "-"
	}
	if !server.on {
		return nil
	}
	e.target = how.account.as(server.boot.newID())
	if !how.ntlm {
		e.target.domain = how.account.domain.realm()
	}
	admin := server.isAdmin(how.account)
	if admin {
		rights := adminRights
		if how.account.Name[len(how.account.Name)-1] == '$' {
			rights = dcMachineRights
		}
		t.Rights = append(t.Rights, server.privileges(how.account.as(e.target.logon), rights).as("privileges"))
		p.blink()
	}
	l, r := server.logOn(e)
	l.who.domain, l.port = how.account.domain.netBIOS, e.port
	l.truth = t
	t.Start, t.LogonIDs = r.time.String(), logonIDs(e.target.logon)
	t.Records = append(t.Records, r.as("logon"))
	server.w.truth.Sessions = append(server.w.truth.Sessions, t)
	p.blink()
	return l
}

// The rights that 5145 says were asked for.
const (
	readData   = "%%1538" + "\r\n\t\t\t\t" + "%%1541" + "\r\n\t\t\t\t" + "%%4416" + "\r\n\t\t\t\t" + "%%4419" + "\r\n\t\t\t\t" + "%%4423" + "\r\n\t\t\t\t"
	writeData  = readData + "%%4417" + "\r\n\t\t\t\t" + "%%4418" + "\r\n\t\t\t\t" + "%%4420" + "\r\n\t\t\t\t" + "%%4424" + "\r\n\t\t\t\t"
	listFolder = "%%4416" + "\r\n\t\t\t\t"
)

// openShare logs 5140.
func (h *Host) openShare(who principal, address, port, name, path string) {
	h.security(5140, 1, 12808, append(who.subject(), fields("ObjectType", "File", "IpAddress", address, "IpPort", port,
		"ShareName", `\\*\`+name, "ShareLocalPath", `\??\`+path, "AccessMask", hex32(1), "AccessList", listFolder)...))
}

// checkFile logs 5145.
func (h *Host) checkFile(who principal, address, port, name, path, file string, write bool) ref {
	mask, list := hex32(0x120089), readData
	if write {
		mask, list = 0x12019f, writeData
	}
	return h.security(5145, 0, 12811, append(who.subject(), fields("ObjectType", "File", "IpAddress", address, "IpPort", port,
		"ShareName", `\\*\`+name, "ShareLocalPath", `\??\`+path, "RelativeTargetName", file,
		"AccessMask", mask, "AccessList", list, "AccessReason", "-")...))
}

// use opens files of a share from a session: over the network logon that it
// has at the server, or a new one. It returns the records of the files.
func (p *process) use(s *session, server *Host, name, path string, write bool, files ...string) []Record {
	if !s.live() || !server.on || s.host.kdc() == nil {
		return nil
	}
	sh := p.shareOf(s, server)
	if sh == nil {
		return nil
	}
	who := s.account.as(sh.logon.who.logon)
	server.openShare(who, sh.address, sh.logon.port, name, path)
	p.blink()
	var records []Record
	for _, f := range files {
		if sh.logon.over || !server.on {
			break
		}
		records = append(records, server.checkFile(who, sh.address, sh.logon.port, name, path, f, write).as("file"))
		p.sleep(p.between(2*time.Millisecond, 900*time.Millisecond))
	}
	sh.until = p.w.now.Add(p.between(10*time.Minute, 15*time.Minute))
	return records
}

// shareOf returns the session's network logon at a server.
func (p *process) shareOf(s *session, server *Host) *share {
	if sh := s.shares[server]; sh != nil && !sh.logon.over {
		return sh
	}
	l := p.arrive(server, arrival{account: s.account, address: s.host.address, source: s.host.title, tickets: s.tickets, actor: s.actor, kdc: s.host.kdc(), from: s})
	if l == nil {
		return nil
	}
	sh := &share{logon: l, address: s.host.address, until: p.w.now.Add(15 * time.Minute)}
	s.shares[server] = sh
	p.w.start(sh.until, "share "+server.Name, func(p *process) {
		for sh.until > p.w.now && s.live() {
			p.until(sh.until)
		}
		l.logOff()
	})
	return sh
}

// policy is what every logon does at a domain controller: it reads the group
// policy.
func (p *process) policy(s *session) {
	dc := s.host.kdc()
	if dc == nil {
		return
	}
	l := p.arrive(dc, arrival{account: s.account, address: s.host.address, source: s.host.title, tickets: s.tickets, actor: s.actor, kdc: s.host.kdc(), from: s})
	if l == nil {
		return
	}
	p.readPolicy(dc, l, s.account, s.host.address)
}

func (p *process) readPolicy(dc *Host, l *logon, a *Account, address string) {
	who := a.as(l.who.logon)
	dc.openShare(who, address, l.port, "SYSVOL", `C:\Windows\SYSVOL\sysvol`)
	p.blink()
	dc.checkFile(who, address, l.port, "SYSVOL", `C:\Windows\SYSVOL\sysvol`,
		a.domain.dns+`\Policies\{31B2F340-016D-11D2-945F-00C04FB984F9}\gpt.ini`, false)
	p.w.start(p.w.now.Add(p.between(8*time.Second, 50*time.Second)), "policy "+dc.Name, func(*process) { l.logOff() })
}
