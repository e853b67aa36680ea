package simulate

import (
	"time"

	"spoor/model/event"
)

// The marks of a token in 4688: its elevation, and its integrity.
const (
	elevationDefault = "%%1936"
	elevationFull    = "%%1937"
	elevationLimited = "%%1938"

	integrityMedium = "S-1-16-8192"
	integrityHigh   = "S-1-16-12288"
	integritySystem = "S-1-16-16384"
)

// noTarget is the target of a process that keeps its creator's token.
var noTarget = principal{"S-1-0-0", "-", "-", 0}

// run is what a 4688 says.
type run struct {
	who, target              principal
	program, command, parent string
	elevation, integrity     string
	parentID, pid            uint32
}

// process logs 4688 and returns the process ID.
func (h *Host) process(r run) uint32 {
	pid, _ := h.create(r)
	return pid
}

// create logs 4688 in the version of Windows 10.
func (h *Host) create(r run) (pid uint32, logged ref) {
	r.pid = h.newPID()
	if r.target == (principal{}) {
		r.target = noTarget
	}
	data := append(r.who.subject(), fields("NewProcessId", hex64(r.pid), "NewProcessName", r.program, "TokenElevationType", r.elevation,
		"ProcessId", hex64(r.parentID), "CommandLine", r.command)...)
	data = append(data, r.target.target()...)
	data = append(data, fields("ParentProcessName", r.parent, "MandatoryLabel", sid(r.integrity))...)
	version, data := h.windows.adapt(4688, 2, data)
	s := auditing.system(4688, version, 13312)
	s.ProcessID = 4
	return r.pid, h.write(s, data)
}

const explorer = `C:\Windows\explorer.exe`

// elevation says what token the session's own programs have.
func (s *session) elevation() string {
	if s.linked != 0 {
		return elevationLimited
	}
	return elevationDefault
}

// startShell starts the desktop's first programs.
func (p *process) startShell(s *session) {
	h := s.host
	init := h.process(run{who: h.itself(), target: s.user(), program: `C:\Windows\System32\userinit.exe`, command: `C:\Windows\system32\userinit.exe`,
		parent: `C:\Windows\System32\winlogon.exe`, parentID: h.newPID(), elevation: s.elevation(), integrity: integrityMedium})
	p.blink()
	s.shell = h.process(run{who: s.user(), program: explorer, command: `C:\Windows\Explorer.EXE`,
		parent: `C:\Windows\System32\userinit.exe`, parentID: init, elevation: s.elevation(), integrity: integrityMedium})
	p.blink()
}

// open starts a program from the session's desktop.
func (p *process) open(s *session, program, command string) uint32 {
	pid, _ := p.openFrom(s, program, command, explorer, s.shell)
	return pid
}

func (p *process) openFrom(s *session, program, command, parent string, parentID uint32) (uint32, []Record) {
	if !s.live() {
		return 0, nil
	}
	pid, r := s.host.create(run{who: s.user(), program: program, command: command, parent: parent, parentID: parentID,
		elevation: s.elevation(), integrity: integrityMedium})
	p.blink()
	return pid, []Record{r.as("process")}
}

// openElevated starts a program with the session's elevated half, after the
// user consented: the service that does it is the creator.
func (p *process) openElevated(s *session, program, command string) uint32 {
	if !s.live() {
		return 0
	}
	h := s.host
	h.process(run{who: h.itself(), target: s.user(), program: `C:\Windows\System32\consent.exe`, command: "consent.exe 5180 288 000001E4A2C2F0D0",
		parent: `C:\Windows\System32\svchost.exe`, parentID: h.newPID(), elevation: elevationDefault, integrity: integritySystem})
	p.sleep(p.between(2*time.Second, 6*time.Second))
	pid := h.process(run{who: h.itself(), target: s.elevatedUser(), program: program, command: command, parent: `C:\Windows\System32\svchost.exe`,
		parentID: h.newPID(), elevation: elevationFull, integrity: integrityHigh})
	p.blink()
	return pid
}

// earlyProcesses are the first ones after a start.
func (p *process) earlyProcesses(h *Host) {
	nobody := principal{localSystem, "-", "-", systemLogon}
	for _, early := range [][2]string{{"Registry", ""}, {`C:\Windows\System32\smss.exe`, ""}, {`C:\Windows\System32\csrss.exe`, `C:\Windows\System32\smss.exe`},
		{`C:\Windows\System32\wininit.exe`, `C:\Windows\System32\smss.exe`}, {`C:\Windows\System32\services.exe`, `C:\Windows\System32\wininit.exe`},
		{`C:\Windows\System32\lsass.exe`, `C:\Windows\System32\wininit.exe`}} {
		h.process(run{who: nobody, program: early[0], parent: early[1], parentID: 4, elevation: elevationDefault, integrity: integritySystem})
		p.blink()
	}
}

// askAdministrator is a UAC prompt on a user's desktop, answered with another
// account's password: a logon by consent.exe, and a program that has it.
func (p *process) askAdministrator(s *session, admin *Account, program, command string, lasts time.Duration) {
	if !s.live() {
		return
	}
	h := s.host
	consent := h.process(run{who: h.itself(), target: s.user(), program: `C:\Windows\System32\consent.exe`, command: "consent.exe 4972 310 00000229D8E13B40",
		parent: `C:\Windows\System32\svchost.exe`, parentID: h.newPID(), elevation: elevationDefault, integrity: integritySystem})
	p.sleep(p.between(9*time.Second, 20*time.Second))
	if !s.live() {
		return
	}
	c := newCredentials(admin)
	own := p.ownTicket(h, c)
	guid, chain := own.asked, own.chain
	if guid != (event.GUID{}) {
		r := h.explicit(s.user(), admin, guid, "localhost", "localhost", consent, `C:\Windows\System32\consent.exe`, "::1", "0")
		chain = append(chain, r.as("explicit-credentials"))
		p.blink()
	}
	t := &Session{Parent: s.name(), Chain: chain, TicketGUID: chain != nil && !h.windows.ownGUIDs, Account: admin.String(), SID: admin.sid, Host: h.title, Boot: h.boot.number, Kind: "uac-prompt", Type: 2}
	halves, high, _ := p.interactive(h, logonEvent{subject: h.itself(), typ: 2, process: "CredPro ", pack: "Negotiate", workstation: h.Name, guid: guid,
		pid: consent, program: `C:\Windows\System32\consent.exe`, address: "::1", port: "0", impersonation: "%%1833"}, admin, t)
	t.Records = append(t.Records, c.told()...)
	h.w.truth.Sessions = append(h.w.truth.Sessions, t)
	h.process(run{who: h.itself(), target: admin.as(high), program: program, command: command, parent: `C:\Windows\System32\svchost.exe`,
		parentID: h.newPID(), elevation: elevationFull, integrity: integrityHigh})
	p.sleep(lasts)
	for _, l := range halves {
		l.logOff()
		p.blink()
	}
}
