package simulate

import (
	"fmt"
	"time"

	"spoor/model/event"
)

// session is one sitting of an account at a host: at the console or over
// Remote Desktop.
type session struct {
	host    *Host
	boot    *boot
	account *Account
	id      uint64 // logon ID: of the filtered half, if there are two
	linked  uint64 // of the elevated half, or 0
	number  uint32 // of Terminal Services
	typ     uint32
	tickets *credentials
	shares  map[*Host]*share
	truth   *Session
	shell   uint32 // process ID of Explorer
	halves  []*logon
	client  *client // of Remote Desktop; nil: the console
	nla     *logon  // the network authentication that came before
	tcp     int     // number of the connection
	actor   string
	over    bool
}

// live reports whether the session can still do something.
func (s *session) live() bool { return s != nil && !s.over && !s.boot.over && s.host.on }

// name is what the truth calls a session by, "" if there is none.
func (s *session) name() string {
	if s == nil {
		return ""
	}
	return fmt.Sprintf("%s/%d/%s", s.host.title, s.boot.number, event.LogonID(s.id))
}

func (s *session) user() principal { return s.account.as(s.id) }

// elevatedUser is who the session is with administrators' rights.
func (s *session) elevatedUser() principal {
	if s.linked != 0 {
		return s.account.as(s.linked)
	}
	return s.user()
}

// sitting is how somebody logs on at a host.
type sitting struct {
	account *Account
	typ     uint32
	kind    string
	address string // as 4624 says it
	client  *client
	actor   string
}

// openSession logs what a domain controller and the host log when somebody
// logs on to a desktop. It is nil if the host is off.
func (p *process) openSession(h *Host, how sitting) *session {
	b := h.boot
	s := &session{host: h, boot: b, account: how.account, typ: how.typ, tickets: newCredentials(how.account),
		shares: make(map[*Host]*share), client: how.client, actor: how.actor}
	if how.client == nil {
		s.number = b.console
	} else {
		b.session++
		s.number = b.session
		p.openDesktop(b, s.number)
	}
	var own ticket
	if how.typ != 11 {
		own = p.ownTicket(h, s.tickets)
	}
	guid := own.asked
	s.truth = &Session{Account: how.account.String(), SID: how.account.sid, Host: h.title, Boot: b.number, Kind: how.kind, Type: how.typ, Actor: how.actor}
	if how.client != nil {
		s.truth.Source, s.truth.Address = how.client.host, how.client.address
		s.truth.Parent = how.client.from.name()
	}
	h.w.truth.Sessions = append(h.w.truth.Sessions, s.truth)
	service := h.newPID()
	if guid != (event.GUID{}) {
		r := h.explicit(h.itself(), how.account, guid, "localhost", "localhost", service, `C:\Windows\System32\svchost.exe`, how.address, "0")
		s.truth.Records = append(s.truth.Records, r.as("explicit-credentials"))
		s.truth.TicketGUID = !h.windows.ownGUIDs
		s.truth.Chain = append(own.chain, r.as("explicit-credentials"))
		p.blink()
	}
	s.halves, s.linked, s.id = p.interactive(h, logonEvent{subject: h.itself(), typ: how.typ, process: "User32 ", pack: "Negotiate",
		workstation: h.Name, guid: guid, pid: service, program: `C:\Windows\System32\svchost.exe`, address: how.address, port: "0",
		impersonation: "%%1833"}, how.account, s.truth)
	s.truth.Records = append(s.truth.Records, s.tickets.told()...)
	s.truth.Segments = append(s.truth.Segments, s.segment("connected", h.clock()))
	b.seats = append(b.seats, s)
	p.blink()
	s.truth.Records = append(s.truth.Records, h.lsm(21, s).as("session"))
	p.sleep(p.between(150*time.Millisecond, 700*time.Millisecond))
	h.lsm(22, s)
	p.startShell(s)
	p.policy(s)
	return s
}

// interactive logs the one or two 4624 of somebody's logon: two for an
// administrator of the host, of which the elevated one has the lower ID, the
// ticket's GUID and the privileges.
func (p *process) interactive(h *Host, e logonEvent, a *Account, t *Session) (halves []*logon, elevated, filtered uint64) {
	if !h.isAdmin(a) {
		id := h.boot.newID()
		e.target = a.as(id)
		l, r := h.logOn(e)
		l.truth = t
		t.Start, t.LogonIDs = r.time.String(), logonIDs(id)
		t.Records = append(t.Records, r.as("logon"))
		p.blink()
		return []*logon{l}, 0, id
	}
	high, low := h.boot.pair()
	e.target, e.linked, e.elevated = a.as(high), low, true
	first, r := h.logOn(e)
	p.blink()
	e.target, e.linked, e.elevated, e.guid = a.as(low), high, false, event.GUID{}
	second, r2 := h.logOn(e)
	second.truth = t
	p.blink()
	t.Rights = append(t.Rights, h.privileges(a.as(high), adminRights).as("privileges"))
	p.blink()
	t.Start, t.LogonIDs = r.time.String(), logonIDs(low, high)
	t.Records = append(t.Records, r.as("logon"), r2.as("logon"))
	return []*logon{first, second}, high, low
}

// logOff is the user's own: 4647, and sometimes, later, 4634 for what he had.
func (p *process) logOff(s *session) {
	if s.live() {
		p.endSeat(s, "logoff")
	}
}

// endSeat ends a session by the user or by the machine going down.
func (p *process) endSeat(s *session, reason string) {
	h, b := s.host, s.boot
	r := h.security(4647, 0, 12545, s.user().target())
	s.truth.Records = append(s.truth.Records, r.as("logoff"))
	s.finish(reason, r.time)
	p.blink()
	h.lsm(23, s)
	p.blink()
	p.closeDesktop(b, s.number)
	if s.client != nil {
		h.lsm(24, s)
		p.endNLA(s)
	}
	if reason == "shutdown" {
		return
	}
	if s.client == nil {
		b.session++
		b.console = b.session
		p.openDesktop(b, b.console)
	}
	if p.chance(6) {
		p.late(s)
	}
}

// late logs the 4634s that Windows seldom writes for a desktop: the token was
// held no longer.
func (p *process) late(s *session) {
	h := s.host
	h.w.start(h.w.now.Add(p.between(4*time.Second, 157*time.Second)), "late "+h.Name, func(p *process) {
		for _, l := range s.halves {
			if !s.boot.over && h.on {
				h.security(4634, 0, 12545, append(l.who.target(), fields("LogonType", l.typ)...))
				p.blink()
			}
		}
	})
}

// finish ends a session in truth.
func (s *session) finish(reason string, t event.FileTime) {
	s.over = true
	for _, l := range s.halves {
		l.finish(reason, t)
		s.boot.forget(l)
	}
	for i, seat := range s.boot.seats {
		if seat == s {
			s.boot.seats = append(s.boot.seats[:i:i], s.boot.seats[i+1:]...)
			break
		}
	}
}

// segment begins a part of a session, with the records that tell of it.
func (s *session) segment(state string, t event.FileTime, told ...ref) Segment {
	g := Segment{State: state, Start: t.String()}
	for _, r := range told {
		g.Records = append(g.Records, r.as("segment"))
	}
	if s.client != nil && state == "connected" {
		g.Client, g.Address = s.client.name, s.client.address
	}
	return g
}

// lock locks the desktop.
func (p *process) lock(s *session) {
	if !s.live() {
		return
	}
	r := s.host.security(4800, 0, 12551, append(s.user().target(), fields("SessionId", s.number)...))
	s.truth.Segments = append(s.truth.Segments, s.segment("locked", r.time, r))
}

// unlock proves the password again with a short logon of type 7, and unlocks.
func (p *process) unlock(s *session) {
	if !s.live() {
		return
	}
	p.check(s, 7, "127.0.0.1", "unlock")
	r := s.host.security(4801, 0, 12551, append(s.user().target(), fields("SessionId", s.number)...))
	s.truth.Segments = append(s.truth.Segments, s.segment("connected", r.time, r))
}

// check is a logon within a living session that only proves the credential
// again. It ends at once.
func (p *process) check(s *session, typ uint32, address, why string) {
	halves := p.beginCheck(s, typ, address, why)
	p.sleep(p.between(20*time.Millisecond, 300*time.Millisecond))
	p.endCheck(halves)
}

func (p *process) beginCheck(s *session, typ uint32, address, why string) []*logon {
	h := s.host
	guid := p.ownTicket(h, s.tickets).asked
	pid := h.newPID()
	if guid != (event.GUID{}) {
		h.explicit(h.itself(), s.account, guid, "localhost", "localhost", pid, `C:\Windows\System32\svchost.exe`, address, "0")
		p.blink()
	}
	t := &Session{}
	halves, high, low := p.interactive(h, logonEvent{subject: h.itself(), typ: typ, process: "User32 ", pack: "Negotiate", workstation: h.Name,
		guid: guid, pid: pid, program: `C:\Windows\System32\svchost.exe`, address: address, port: "0", impersonation: "%%1833"}, s.account, t)
	s.tickets.told()
	t.check = &Check{logonIDs(low, high), typ, t.Start, why, t.Records}
	s.truth.Checks = append(s.truth.Checks, t.check)
	return halves
}

func (p *process) endCheck(halves []*logon) {
	for _, l := range halves {
		l.logOff()
		if l.truth != nil {
			l.truth.check.Records = l.truth.Records
		}
		p.blink()
	}
}

// mistype is a wrong password at the console: the domain controller says so,
// and so does the host.
func (p *process) mistype(h *Host, a *Account, typ uint32) {
	f := &Failure{Name: a.Name, Host: h.title, Address: h.address, Reason: "wrong-password"}
	if dc := h.kdc(); dc != nil {
		f.Records = append(f.Records, dc.refusePreAuth(a, h.address, windowsTGT, 0x18).as("pre-authentication"))
		p.blink()
	}
	r := h.refuse(failedLogon{subject: h.itself(), name: a.Name, domain: a.domain.netBIOS, typ: typ, status: logonFailure, subStatus: wrongPassword,
		reason: "%%2313", process: "User32 ", pack: "Negotiate", workstation: h.Name, pid: h.newPID(), program: `C:\Windows\System32\svchost.exe`,
		address: "127.0.0.1", port: "0"})
	f.Time, f.Records = r.time.String(), append(f.Records, r.as("logon"))
	h.w.truth.Failures = append(h.w.truth.Failures, f)
}

// lsm logs an event of Terminal Services' session manager.
func (h *Host) lsm(id uint16, s *session) ref {
	data := fields("User", s.account.String(), "SessionID", s.number)
	if id != 23 {
		address := "LOCAL"
		if s.client != nil {
			address = s.client.address
		}
		data = append(data, fields("Address", address)...)
	}
	return h.writeUserData(lsm.system(id, 0, 0), "EventXML", "Event_NS", data)
}
