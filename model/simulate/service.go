package simulate

import (
	"fmt"
	"time"

	"spoor/model/event"
)

// startServices starts the services that run as accounts of the domain.
func (p *process) startServices(b *boot) {
	h := b.host
	for _, s := range h.services {
		c := newCredentials(s.account)
		own := p.ownTicket(h, c)
		id := b.newID()
		t := &Session{Chain: own.chain, Account: s.account.String(), SID: s.account.sid, Host: h.title, Boot: b.number, Kind: "service", Type: 5, LogonIDs: logonIDs(id), Records: c.told()}
		l, r := h.logOn(logonEvent{subject: h.itself(), target: s.account.as(id), typ: 5, process: "Advapi  ", pack: "Negotiate", workstation: h.Name,
			pid: b.lsass - 80, program: `C:\Windows\System32\services.exe`, impersonation: "%%1833", elevated: true})
		l.truth, t.Start = t, r.time.String()
		t.Records = append(t.Records, r.as("logon"))
		h.w.truth.Sessions = append(h.w.truth.Sessions, t)
		t.Rights = append(t.Rights, h.privileges(s.account.as(id), serviceRights).as("privileges"))
		h.process(run{who: h.itself(), target: s.account.as(id), program: s.program, command: `"` + s.program + `" -service`,
			parent: `C:\Windows\System32\services.exe`, parentID: b.lsass - 80, elevation: elevationDefault, integrity: integrityHigh})
		p.blink()
	}
}

// machine is a host's own business during one boot: its account's tickets,
// its group policy, services that start, the daily word on its uptime.
func (p *process) machine(b *boot) {
	h := b.host
	p.machinePolicy(h)
	noon := h.w.now - h.w.now%ticksPerDay + 11*ticksPerHour + 42
	for h.w.now > noon {
		noon += ticksPerDay
	}
	policy := h.w.now.Add(p.between(90*time.Minute, 120*time.Minute))
	for {
		next := min(noon, policy, h.w.now.Add(p.between(10*time.Minute, 50*time.Minute)))
		p.until(next)
		if b.over {
			return
		}
		if h.on {
			p.machineStep(b, next, noon, policy)
		}
		if b.over {
			return
		}
		if next >= noon {
			noon += ticksPerDay
		}
		if next >= policy {
			policy = h.w.now.Add(p.between(90*time.Minute, 120*time.Minute))
		}
	}
}

const (
	ticksPerHour = 3600 * 10_000_000
	ticksPerDay  = 24 * ticksPerHour
)

func (p *process) machineStep(b *boot, now, noon, policy event.FileTime) {
	h := b.host
	switch now {
	case noon:
		h.uptime()
	case policy:
		p.machinePolicy(h)
	default:
		p.systemService(b, principal{localSystem, "SYSTEM", "NT AUTHORITY", systemLogon})
		if p.chance(60) {
			program := systemPrograms[p.rng.IntN(len(systemPrograms))]
			h.process(run{who: h.itself(), program: program[0], command: program[1], parent: `C:\Windows\System32\svchost.exe`, parentID: h.newPID(),
				elevation: elevationDefault, integrity: integritySystem})
		}
	}
}

var systemPrograms = [][2]string{
	{`C:\Windows\System32\taskhostw.exe`, `taskhostw.exe`},
	{`C:\Windows\System32\backgroundTaskHost.exe`, `"C:\Windows\system32\backgroundTaskHost.exe" -ServerName:CortanaUI.AppXdbtz`},
	{`C:\Windows\servicing\TrustedInstaller.exe`, `C:\Windows\servicing\TrustedInstaller.exe`},
	{`C:\Windows\System32\wbem\WmiPrvSE.exe`, `C:\Windows\system32\wbem\wmiprvse.exe -secured -Embedding`},
	{`C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.26010.5-0\MpCmdRun.exe`, `"MpCmdRun.exe" SignatureUpdate -ScheduleJob`},
	{`C:\Windows\System32\sppsvc.exe`, `C:\Windows\system32\sppsvc.exe`},
}

// machinePolicy is a machine reading its group policy at a domain controller,
// with its own account's tickets.
func (p *process) machinePolicy(h *Host) {
	dc := h.kdc()
	if dc == nil || !h.on {
		return
	}
	if dc == h {
		p.selfLogon(h)
		return
	}
	if h.machine.tgt <= h.w.now {
		p.ticketFor(dc, h.machine, h, h.address)
	}
	l := p.arrive(dc, arrival{account: h.account, address: h.address, source: h.title, tickets: h.machine, kdc: dc})
	if l != nil {
		p.readPolicy(dc, l, h.account, h.address)
	}
}

// selfLogon is a domain controller's business with itself and its partners.
func (p *process) selfLogon(h *Host) {
	for _, partner := range h.w.domain.dcs {
		if !partner.on || !h.on {
			continue
		}
		address := h.address
		if partner == h {
			address = "::1"
		}
		l := p.arrive(partner, arrival{account: h.account, address: address, source: h.title, tickets: h.machine, kdc: h})
		if l != nil {
			p.w.start(p.w.now.Add(p.between(time.Second, 3*time.Minute)), "replication "+h.Name, func(*process) { l.logOff() })
		}
	}
}

// task runs a scheduled task as an account whose password is stored: a logon
// of type 4.
func (p *process) task(h *Host, a *Account, name, command string, lasts time.Duration, work func(*process, *logon)) {
	if !h.on {
		return
	}
	b := h.boot
	c := newCredentials(a)
	own := p.ownTicket(h, c)
	id := b.newID()
	t := &Session{Chain: own.chain, Account: a.String(), SID: a.sid, Host: h.title, Boot: b.number, Kind: "batch", Type: 4, LogonIDs: logonIDs(id), Records: c.told()}
	l, r := h.logOn(logonEvent{subject: h.itself(), target: a.as(id), typ: 4, process: "Advapi  ", pack: "Negotiate", workstation: h.Name,
		pid: h.newPID(), program: `C:\Windows\System32\svchost.exe`, impersonation: "%%1833", elevated: true})
	l.truth, t.Start = t, r.time.String()
	t.Records = append(t.Records, r.as("logon"))
	h.w.truth.Sessions = append(h.w.truth.Sessions, t)
	if h.isAdmin(a) {
		t.Rights = append(t.Rights, h.privileges(a.as(id), adminRights).as("privileges"))
	}
	p.blink()
	h.process(run{who: a.as(id), program: `C:\Windows\System32\cmd.exe`, command: fmt.Sprintf(`C:\Windows\SYSTEM32\cmd.exe /c "%s"`, command),
		parent: `C:\Windows\System32\svchost.exe`, parentID: h.newPID(), elevation: elevationDefault, integrity: integrityHigh})
	if work != nil {
		work(p, l)
	}
	p.sleep(lasts)
	l.logOff()
}
