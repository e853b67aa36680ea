package tui

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"

	"spoor/model/event"
)

// estate is a domain at work for ten days, as its logs tell it, for lists of
// very many rows: four domain controllers, a hundred servers and the clients of
// its people. Shares of what happens are those of busy domains: most of it is
// the network's; a scanner and a robot that unlocks its desktop all day long
// are there for the accounts and sessions of which there is too much.
type estate struct {
	rng     *rand.Rand
	now     event.FileTime
	logs    []*feed // controllers, servers, clients
	people  int
	servers int
	events  int
	logon   event.LogonID
	desks   []workplace // by client
	robot   workplace
	unlocks int
}

// workplace is who sits at a client, 0 where nobody.
type workplace struct {
	id     event.LogonID
	who    []cell // as the Target
	locked bool
}

const controllers = 4

// newEstate has about as many hosts and accounts as n events of ten days come
// from: 2,000 and 5,000 from a million events up.
func newEstate(n int, send func(*event.Batch)) *estate {
	hosts := max(20, min(2000, n/500))
	e := &estate{rng: rand.New(rand.NewPCG(uint64(n), 1)), now: storyStart, people: max(50, min(5000, n/200)), servers: hosts / 20, logon: 0x10000}
	schemas := event.NewSchemas()
	for i := range hosts {
		e.logs = append(e.logs, newFeed(event.FileID(i), e.hostName(i)+".corp.local", schemas, send))
	}
	e.desks = make([]workplace, hosts)
	return e
}

func (e *estate) hostName(i int) string {
	switch {
	case i < controllers:
		return fmt.Sprintf("DC%02d", i+1)
	case i < controllers+e.servers:
		return fmt.Sprintf("SRV%03d", i-controllers+1)
	}
	return fmt.Sprintf("PC%04d", i-controllers-e.servers+1)
}

func address(host int) string {
	return fmt.Sprintf("10.%d.%d.%d", 20+host>>14, host>>7&0x7f, host&0x7f+1)
}

// run writes about n events.
func (e *estate) run(n int) {
	step := int64(10*24*time.Hour) / 100 / int64(n) * 3
	for i, f := range e.logs {
		e.log(i, event.LSASSStarted)
		e.log(i, event.SpecialPrivileges, subject("S-1-5-18", e.hostName(i)+"$", 0x3e7), []cell{{event.Privileges, "SeTcbPrivilege\n\t\t\tSeDebugPrivilege"}})
		f.flush()
	}
	for e.events < n {
		e.now += event.FileTime(e.rng.Int64N(2 * step))
		switch p := e.rng.IntN(1000); {
		case p < 420:
			e.share(e.person(), e.server())
		case p < 480:
			e.scan()
		case p < 600:
			e.ntlm(e.person(), e.server())
		case p < 700:
			e.machine(e.client())
		case p < 880:
			e.sit(e.client())
		case p < 905:
			e.refuse(e.person(), e.server())
		case p < 912:
			e.remote(e.person(), e.server())
		case p < 985:
			e.service(e.rng.IntN(len(e.logs)))
		default:
			e.unlock()
		}
	}
	for _, f := range e.logs {
		f.flush()
	}
}

func (e *estate) log(host int, k event.Kind, sets ...[]cell) {
	e.events++
	e.logs[host].log(e.now, k, sets...)
}

// person is one of the people; few are busy.
func (e *estate) person() int { return int(e.rng.ExpFloat64()*float64(e.people)/5) % e.people }

func (e *estate) server() int     { return controllers + e.rng.IntN(e.servers) }
func (e *estate) controller() int { return e.rng.IntN(controllers) }
func (e *estate) client() int {
	first := controllers + e.servers
	return first + e.rng.IntN(len(e.logs)-first)
}

// home is the client of a person.
func (e *estate) home(person int) int {
	first := controllers + e.servers
	return first + person%(len(e.logs)-first)
}

func userSID(n int) string {
	return fmt.Sprintf("S-1-5-21-1004336348-1177238915-682003330-%d", 10000+n)
}
func machineSID(n int) string {
	return fmt.Sprintf("S-1-5-21-1004336348-1177238915-682003330-%d", 1000+n)
}

var firstNames = [...]string{"anna", "ben", "clara", "david", "erik", "frida", "georg", "hanna", "ivan", "julia", "karl", "lena", "max", "nora", "otto", "paula"}
var lastNames = [...]string{"adler", "bauer", "conrad", "dietz", "ebert", "fuchs", "graf", "huber", "jung", "keller", "lang", "meyer", "neumann", "peters", "roth", "schmidt", "vogel", "weber", "zimmer"}

func userName(n int) string {
	return fmt.Sprintf("%s.%s%d", firstNames[n%len(firstNames)], lastNames[n/len(firstNames)%len(lastNames)], n/len(firstNames)/len(lastNames))
}

func target(sid, name string, id event.LogonID) []cell {
	return []cell{{event.TargetSID, sid}, {event.TargetName, name}, {event.TargetDomain, "CORP"}, {event.TargetLogon, id}}
}

func subject(sid, name string, id event.LogonID) []cell {
	return []cell{{event.SubjectSID, sid}, {event.SubjectName, name}, {event.SubjectDomain, "CORP"}, {event.SubjectLogon, id}}
}

// asSubject turns a Target round.
func asSubject(who []cell) []cell {
	return subject(who[0].value.(string), who[1].value.(string), who[3].value.(event.LogonID))
}

func (e *estate) fresh() event.LogonID {
	e.logon += event.LogonID(0x40 + e.rng.IntN(0x200))
	return e.logon
}

func (e *estate) guid() event.GUID {
	var g event.GUID
	binary.LittleEndian.PutUint64(g[:], e.rng.Uint64())
	return g
}

func from(host int) []cell {
	return []cell{{event.IPAddress, address(host)}, {event.Port, 50000 + host%9000}}
}

func over(typ int, pack string) []cell {
	return []cell{{event.LogonType, typ}, {event.Package, pack}, {event.LogonProcess, pack}, {event.Elevated, "%%1842"}}
}

func (e *estate) tick() { e.now += event.FileTime(e.rng.Int64N(5_000_000)) }

// ticket asks a domain controller for a ticket for a host and returns its GUID.
func (e *estate) ticket(name string, host, client int) event.GUID {
	g := e.guid()
	e.log(e.controller(), event.ServiceTicket, []cell{{event.TargetName, name + "@CORP.LOCAL"}, {event.TargetDomain, "CORP.LOCAL"},
		{event.ServiceName, e.hostName(host) + "$"}, {event.ServiceSID, machineSID(host)}, {event.LogonGUID, g}, {event.Status, 0}}, from(client))
	return g
}

func (e *estate) grant(sid, name string, client int) {
	e.log(e.controller(), event.TicketGranting, []cell{{event.TargetName, name}, {event.TargetDomain, "CORP"}, {event.TargetSID, sid},
		{event.ServiceName, "krbtgt"}, {event.Status, 0}}, from(client))
}

// share reads some files of a server.
func (e *estate) share(person, server int) {
	client, sid, name, id := e.home(person), userSID(person), userName(person), e.fresh()
	who := target(sid, name, id)
	g := event.GUID{}
	if e.rng.IntN(3) == 0 {
		g = e.ticket(name, server, client)
	}
	e.tick()
	e.log(server, event.Logon, who, over(3, "Kerberos"), from(client), []cell{{event.LogonGUID, g}})
	if person%50 == 0 {
		e.log(server, event.SpecialPrivileges, asSubject(who), []cell{{event.Privileges, "SeSecurityPrivilege\n\t\t\tSeBackupPrivilege"}})
	}
	files := e.rng.IntN(4)
	for range files {
		e.log(server, event.ShareFileChecked, asSubject(who), from(client), []cell{{event.ShareName, `\\*\Projects`},
			{event.RelativeName, fmt.Sprintf(`case %d\report %d.docx`, e.rng.IntN(200), e.rng.IntN(20))}})
		e.tick()
	}
	e.log(server, event.LogonTerminated, who, []cell{{event.LogonType, 3}})
}

// scan logs the inventory's account on to any host.
func (e *estate) scan() {
	host, id := e.rng.IntN(len(e.logs)), e.fresh()
	who := target(userSID(90000), "svc-inventory", id)
	e.log(host, event.Logon, who, over(3, "Kerberos"), from(controllers))
	e.log(host, event.LogonTerminated, who, []cell{{event.LogonType, 3}})
}

func (e *estate) ntlm(person, server int) {
	client, id := e.home(person), e.fresh()
	who, workstation := target(userSID(person), userName(person), id), []cell{{event.Workstation, e.hostName(client)}}
	e.log(e.controller(), event.CredentialValidation, []cell{{event.TargetName, userName(person)}, {event.Status, 0}}, workstation)
	e.log(server, event.Logon, who, over(3, "NTLM"), from(client), workstation)
	e.tick()
	e.log(server, event.LogonTerminated, who, []cell{{event.LogonType, 3}})
}

// machine lets a client read its policies.
func (e *estate) machine(client int) {
	name, id, dc := e.hostName(client)+"$", e.fresh(), e.controller()
	who := target(machineSID(client), name, id)
	e.grant(machineSID(client), name, client)
	e.log(dc, event.Logon, who, over(3, "Kerberos"), from(client), []cell{{event.LogonGUID, e.guid()}})
	e.tick()
	e.log(dc, event.LogonTerminated, who, []cell{{event.LogonType, 3}})
}

// sit does the next thing at a client: somebody logs on, runs programs, locks,
// unlocks, logs off.
func (e *estate) sit(client int) {
	d := &e.desks[client]
	switch p := e.rng.IntN(10); {
	case d.id == 0:
		person := client - controllers - e.servers
		for person+len(e.logs) < e.people && e.rng.IntN(2) == 0 {
			person += len(e.logs) - controllers - e.servers
		}
		person %= e.people
		e.grant(userSID(person), userName(person), client)
		d.id = e.fresh()
		d.who = target(userSID(person), userName(person), d.id)
		e.log(client, event.Logon, d.who, over(2, "Negotiate"), []cell{{event.LogonProcess, "User32"}, {event.IPAddress, "127.0.0.1"}, {event.LogonGUID, e.ticket(userName(person), client, client)}})
		e.log(client, event.SpecialPrivileges, asSubject(d.who), []cell{{event.Privileges, "SeChangeNotifyPrivilege"}})
		e.log(client, event.ProcessCreated, asSubject(d.who), []cell{{event.NewProcess, `C:\Windows\explorer.exe`}, {event.NewProcessID, 4000 + client}})
	case d.locked:
		d.locked = false
		again := target(d.who[0].value.(string), d.who[1].value.(string), e.fresh())
		e.log(client, event.Logon, again, over(7, "Negotiate"), []cell{{event.LogonProcess, "User32"}, {event.IPAddress, "127.0.0.1"}})
		e.log(client, event.LogonTerminated, again, []cell{{event.LogonType, 7}})
		e.log(client, event.WorkstationUnlocked, d.who, []cell{{event.Session, 1}})
	case p < 3:
		d.locked = true
		e.log(client, event.WorkstationLocked, d.who, []cell{{event.Session, 1}})
	case p < 4:
		e.log(client, event.LogoffInitiated, d.who)
		e.log(client, event.LogonTerminated, d.who, []cell{{event.LogonType, 2}})
		*d = workplace{}
	default:
		for range 3 {
			e.log(client, event.ProcessCreated, asSubject(d.who), []cell{{event.NewProcess, fmt.Sprintf(`C:\Program Files\Tool%d\tool.exe`, e.rng.IntN(40))},
				{event.NewProcessID, e.rng.IntN(1 << 16)}, {event.CommandLine, fmt.Sprintf("tool.exe /job:%d", e.rng.IntN(500))}})
			e.tick()
		}
	}
}

// refuse fails to log somebody on: a wrong password, or somebody who tries many
// names from one address.
func (e *estate) refuse(person, server int) {
	client, sub := e.home(person), 0xc000006a
	if e.rng.IntN(4) == 0 {
		client, sub = 7, 0xc0000064
	}
	e.log(server, event.LogonFailed, []cell{{event.TargetSID, "S-1-0-0"}, {event.TargetName, userName(person)}, {event.TargetDomain, "CORP"},
		{event.LogonType, 3}, {event.Status, 0xc000006d}, {event.SubStatus, sub}, {event.Package, "NTLM"}}, from(client))
	if sub == 0xc000006a {
		e.log(e.controller(), event.CredentialValidation, []cell{{event.TargetName, userName(person)}, {event.Status, sub}, {event.Workstation, e.hostName(client)}})
	}
}

// remote opens a desktop on a server, disconnects it, comes back and leaves.
func (e *estate) remote(person, server int) {
	client, id := e.home(person), e.fresh()
	who, sid, name := target(userSID(person), userName(person), id), userSID(person), userName(person)
	connect := []cell{{event.SessionName, "RDP-Tcp#1"}, {event.ClientName, e.hostName(client)}, {event.ClientAddress, address(client)}}
	before := target(sid, name, e.fresh())
	e.log(server, event.Logon, before, over(3, "Kerberos"), from(client), []cell{{event.LogonGUID, e.ticket(name, server, client)}})
	e.tick()
	e.log(server, event.Logon, who, over(10, "Negotiate"), from(client), []cell{{event.LogonProcess, "User32"}})
	e.log(server, event.ProcessCreated, asSubject(who), []cell{{event.NewProcess, `C:\Windows\explorer.exe`}})
	e.log(server, event.SessionDisconnected, who, connect)
	e.log(server, event.LogonTerminated, before, []cell{{event.LogonType, 3}})
	e.tick()
	e.log(server, event.SessionReconnected, who, connect)
	e.log(server, event.LogoffInitiated, who)
	e.log(server, event.LogonTerminated, who, []cell{{event.LogonType, 10}})
}

func (e *estate) service(host int) {
	who := target("S-1-5-18", "SYSTEM", 0x3e7)
	e.log(host, event.Logon, who, over(5, "Negotiate"), []cell{{event.LogonProcess, "Advapi"}})
	e.log(host, event.SpecialPrivileges, asSubject(who), []cell{{event.Privileges, "SeTcbPrivilege\n\t\t\tSeDebugPrivilege"}})
	e.log(host, event.ProcessCreated, asSubject(who), []cell{{event.NewProcess, `C:\Windows\System32\svchost.exe`}, {event.NewProcessID, e.rng.IntN(1 << 16)}})
}

// unlock lets the robot lock its desktop and unlock it, within one session.
func (e *estate) unlock() {
	client := len(e.logs) - 1
	d := &e.robot
	sid, name := userSID(90001), "robot"
	if d.id == 0 {
		d.id = e.fresh()
		d.who = target(sid, name, d.id)
		e.log(client, event.Logon, d.who, over(2, "Negotiate"), []cell{{event.LogonProcess, "User32"}, {event.IPAddress, "127.0.0.1"}})
	}
	e.log(client, event.WorkstationLocked, d.who, []cell{{event.Session, 2}})
	e.tick()
	again := target(sid, name, e.fresh())
	e.log(client, event.Logon, again, over(7, "Negotiate"), []cell{{event.LogonProcess, "User32"}, {event.IPAddress, "127.0.0.1"}})
	e.log(client, event.LogonTerminated, again, []cell{{event.LogonType, 7}})
	e.log(client, event.WorkstationUnlocked, d.who, []cell{{event.Session, 2}})
	if e.unlocks++; e.unlocks%mostUnlocks == 0 {
		e.log(client, event.LogoffInitiated, d.who)
		e.log(client, event.LogonTerminated, d.who, []cell{{event.LogonType, 2}})
		*d = workplace{}
	}
}

// mostUnlocks is how often the robot unlocks its desktop in one session.
const mostUnlocks = 8000
