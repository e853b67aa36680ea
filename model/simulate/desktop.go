package simulate

import "fmt"

// fontDriver logs on the font driver's host of a session, as a pair.
func (p *process) fontDriver(b *boot, session uint32) {
	program := `C:\Windows\System32\winlogon.exe`
	if session == 0 {
		program = `C:\Windows\System32\wininit.exe`
	}
	p.virtual(b, session, principal{fmt.Sprintf("S-1-5-96-0-%d", session), fmt.Sprintf("UMFD-%d", session), "Font Driver Host", 0}, program)
}

// windowManager logs on the window manager of a session, as a pair whose
// elevated half has privileges.
func (p *process) windowManager(b *boot, session uint32) {
	elevated := p.virtual(b, session, principal{fmt.Sprintf("S-1-5-90-0-%d", session), fmt.Sprintf("DWM-%d", session), "Window Manager", 0}, `C:\Windows\System32\winlogon.exe`)
	b.host.privileges(elevated, desktopRights)
	p.blink()
}

// virtual logs on one of Windows' virtual accounts and returns its elevated
// half.
func (p *process) virtual(b *boot, session uint32, who principal, program string) principal {
	high, low := b.pair()
	e := logonEvent{subject: b.host.itself(), typ: 2, process: "Advapi  ", pack: "Negotiate", workstation: "-", virtual: true,
		pid: b.host.newPID(), program: program, impersonation: "%%1833"}
	e.target, e.linked, e.elevated = who, low, true
	e.target.logon = high
	first, r := b.host.logOn(e)
	p.blink()
	elevated := e.target
	e.target.logon, e.linked, e.elevated = low, high, false
	second, r2 := b.host.logOn(e)
	p.blink()
	t := &Session{Account: who.domain + `\` + who.name, SID: who.sid, Host: b.host.title, Boot: b.number, Kind: "system", Type: 2,
		LogonIDs: logonIDs(low, high), Start: r.time.String(), Records: []Record{r.as("logon"), r2.as("logon")}}
	b.host.w.truth.Sessions = append(b.host.w.truth.Sessions, t)
	second.truth = t
	b.desktop[session] = append(b.desktop[session], first, second)
	return elevated
}

// openDesktop makes a session's window manager and font driver.
func (p *process) openDesktop(b *boot, session uint32) {
	if b.host.windows.fontDriver {
		p.fontDriver(b, session)
	}
	if b.host.windows.windowManager {
		p.windowManager(b, session)
	}
}

// closeDesktop ends them.
func (p *process) closeDesktop(b *boot, session uint32) {
	for _, l := range b.desktop[session] {
		l.logOff()
		p.blink()
	}
	delete(b.desktop, session)
}

// systemService logs the start of a service as one of Windows' own accounts.
func (p *process) systemService(b *boot, who principal) {
	b.host.logOn(logonEvent{subject: b.host.itself(), target: who, typ: 5, process: "Advapi  ", pack: "Negotiate", workstation: "-",
		pid: b.lsass - 80, program: `C:\Windows\System32\services.exe`, impersonation: "%%1833", elevated: true})
	rights := systemRights
	if who.logon != systemLogon {
		rights = serviceRights
	}
	b.host.privileges(who, rights)
	p.blink()
}
