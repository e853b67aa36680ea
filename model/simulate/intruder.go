package simulate

import (
	"strings"
	"time"
)

// intruder is somebody who has no account here, until he has.
type intruder struct {
	w       *World
	dc      *Host // whom he asks
	name    string
	address string
	steps   int
}

const intruderActor = "intruder"

// step notes what an intruder does.
func (i *intruder) step(title, account, from, to string, do func() []Record) {
	i.steps++
	s := &Step{Number: i.steps, Title: title, Account: account, From: from, To: to, Start: i.w.now.String()}
	i.w.truth.Steps = append(i.w.truth.Steps, s)
	s.Records = do()
	s.End = i.w.now.String()
}

// enumerate asks the domain controller for tickets of guessed names, with a
// tool that tells names that exist from those that do not.
func (p *process) enumerate(i *intruder, names []string) []Record {
	var records []Record
	for _, n := range names {
		r := i.dc.refuseTGT(n, i.address, foreignTGT).as("no-such-account")
		records = append(records, r)
		i.w.truth.Failures = append(i.w.truth.Failures, &Failure{Time: r.Time, Name: n, Address: i.address, Reason: "no-such-account", Actor: intruderActor, Records: []Record{r}})
		p.sleep(p.between(2*time.Second, 6*time.Second))
	}
	return records
}

// spray tries one password for many accounts by Kerberos; it is right for one
// of them, if that is not nil.
func (p *process) spray(i *intruder, accounts []*Account, right *Account) []Record {
	var records []Record
	for _, a := range accounts {
		if a == right {
			records = append(records, i.dc.grantTGT(a, i.address, foreignTGT).as("tgt"))
		} else {
			r := i.dc.refusePreAuth(a, i.address, foreignTGT, 0x18).as("pre-authentication")
			records = append(records, r)
			i.w.truth.Failures = append(i.w.truth.Failures, &Failure{Time: r.Time, Name: a.Name, Address: i.address, Reason: "wrong-password", Actor: intruderActor, Records: []Record{r}})
		}
		p.sleep(p.between(1500*time.Millisecond, 5*time.Second))
	}
	return records
}

// sprayNTLM tries one password for many accounts at a server by NTLM.
func (p *process) sprayNTLM(i *intruder, server *Host, accounts []*Account) []Record {
	var records []Record
	for _, a := range accounts {
		v := server.kdc().validate(a.Name, i.name, wrongPassword).as("ntlm-validation")
		p.blink()
		r := server.refuse(failedLogon{subject: nobody, name: a.Name, domain: a.domain.netBIOS, typ: 3, status: logonFailure, subStatus: wrongPassword,
			reason: "%%2313", process: "NtLmSsp ", pack: "NTLM", workstation: i.name, address: i.address, port: port(p.rng)}).as("logon")
		records = append(records, v, r)
		i.w.truth.Failures = append(i.w.truth.Failures, &Failure{Time: r.Time, Name: a.Name, Host: server.title, Address: i.address, Reason: "wrong-password", Actor: intruderActor, Records: []Record{v, r}})
		p.sleep(p.between(2*time.Second, 5*time.Second))
	}
	return records
}

// look runs programs from a session's command line.
func (p *process) look(s *session, commands ...string) []Record {
	const cmd = `C:\Windows\System32\cmd.exe`
	shell, records := p.openFrom(s, cmd, `"C:\Windows\system32\cmd.exe"`, explorer, s.shell)
	for _, c := range commands {
		name, _, _ := strings.Cut(c, " ")
		p.sleep(p.between(8*time.Second, 55*time.Second))
		_, r := p.openFrom(s, `C:\Windows\System32\`+name+`.exe`, c, cmd, shell)
		records = append(records, r...)
	}
	return records
}

// useAs reaches a server from a session with the credentials of another
// account: explicit credentials at the source, a network logon at the server.
func (p *process) useAs(s *session, a *Account, server *Host, program, info string) (*logon, []Record) {
	c := newCredentials(a)
	t := p.ticketFor(s.host.kdc(), c, server, s.host.address)
	r := s.host.explicit(s.user(), a, t.asked, server.FQDN(), info, s.host.boot.lsass, program, server.address, "445").as("explicit-credentials")
	p.blink()
	records := append([]Record{r}, c.told()...)
	l := p.arrive(server, arrival{account: a, address: s.host.address, source: s.host.title, tickets: c, actor: s.actor, kdc: s.host.kdc(), from: s})
	if l == nil {
		return nil, records
	}
	l.truth.Chain = append(l.truth.Chain, r)
	l.truth.Records = append(l.truth.Records, records...)
	return l, records
}

// runAs starts a program on the same host with the credentials of another
// account: a logon of type 2 by the secondary logon service.
func (p *process) runAs(s *session, a *Account, program, command string) (t *Session, high uint64, halves []*logon) {
	h := s.host
	t = &Session{Account: a.String(), SID: a.sid, Host: h.title, Boot: h.boot.number, Kind: "runas", Type: 2, Source: h.title, Actor: s.actor, Parent: s.name()}
	c := newCredentials(a)
	own := p.ownTicket(h, c)
	guid := own.asked
	t.TicketGUID = own.chain != nil && !h.windows.ownGUIDs
	pid := h.newPID()
	t.Records = append(c.told(), h.explicit(s.user(), a, guid, "localhost", "localhost", pid, `C:\Windows\System32\svchost.exe`, "::1", "0").as("explicit-credentials"))
	t.Chain = append(own.chain, t.Records[len(t.Records)-1])
	p.blink()
	halves, high, low := p.interactive(h, logonEvent{subject: s.user(), typ: 2, process: "seclogo", pack: "Negotiate", workstation: h.Name, guid: guid,
		pid: pid, program: `C:\Windows\System32\svchost.exe`, address: "::1", port: "0", impersonation: "%%1833"}, a, t)
	h.w.truth.Sessions = append(h.w.truth.Sessions, t)
	h.process(run{who: s.user(), target: a.as(low), program: program, command: command, parent: `C:\Windows\System32\svchost.exe`, parentID: pid,
		elevation: elevationLimited, integrity: integrityMedium})
	p.blink()
	return t, high, halves
}

// install puts a service on a host: 4697 and, in System, 7045.
func (p *process) install(h *Host, who principal, name, image string) []Record {
	r := h.security(4697, 0, 12289, append(who.subject(), fields("ServiceName", name, "ServiceFileName", image,
		"ServiceType", hex32(0x10), "ServiceStartType", uint32(2), "ServiceAccount", "LocalSystem")...)).as("service")
	p.blink()
	s := serviceCtl.system(7045, 0, 0)
	s.UserID = who.sid
	r2 := h.write(s, fields("ServiceName", name, "ImagePath", image, "ServiceType", "Benutzermodusdienst", "StartType", "Automatisch starten", "AccountName", "LocalSystem")).as("service")
	p.blink()
	p.systemService(h.boot, principal{localSystem, "SYSTEM", "NT AUTHORITY", systemLogon})
	h.process(run{who: h.itself(), program: image, command: `"` + image + `" -k`, parent: `C:\Windows\System32\services.exe`, parentID: h.boot.lsass - 80,
		elevation: elevationDefault, integrity: integritySystem})
	return []Record{r, r2}
}

// sessionRecords are a session's records so far.
func sessionRecords(s *session) []Record {
	if s == nil {
		return nil
	}
	return append([]Record(nil), s.truth.Records...)
}

func (i *intruder) client() client {
	return client{name: i.name, address: i.address, ntlm: true}
}
