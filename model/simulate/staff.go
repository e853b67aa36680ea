package simulate

import (
	"fmt"
	"time"

	"spoor/model/event"
)

var (
	firstNames = []string{"anke", "bernd", "carla", "dirk", "elke", "frank", "gesa", "hauke", "imke", "jens", "karin", "lutz", "maren", "nils", "olga", "peer",
		"rieke", "soeren", "tina", "uwe", "vera", "wiebke", "yvonne", "zita"}
	surnames = []string{"ahlers", "boysen", "claasen", "detlefs", "ehlers", "frerichs", "gerdes", "harms", "ihnen", "janssen", "kruse", "lorenzen", "meyer",
		"nissen", "oltmanns", "petersen", "quast", "reimers", "saathoff", "tammen", "ubben", "voigt", "wilken", "zander"}
	folders = []string{"Disposition", "Zoll", "Lager", "Einkauf", "Verkauf", "Personal", "Technik", "Leitung"}
	papers  = []string{`Plan.xlsx`, `Liste 2026.xlsx`, `Protokolle\Februar.docx`, `Vorlagen\Brief.dotx`, `Übersicht.pptx`, `Verträge\Rahmenvertrag.pdf`}
	ledger  = [2]string{`C:\Program Files\Auftrag\client.exe`, `"C:\Program Files\Auftrag\client.exe" /site:1`}
)

// hire gives somebody an account with a name that nobody else has.
func (e *estate) hire() *Account {
	name := firstNames[e.rng.IntN(len(firstNames))] + "." + surnames[e.rng.IntN(len(surnames))]
	e.names[name]++
	if n := e.names[name]; n > 1 {
		name += fmt.Sprint(n)
	}
	return e.w.domain.addUser(name)
}

// desks makes the machines that people sit at, and the people.
func (e *estate) desks(clients int) {
	for i := range clients {
		site := e.siteOf(i)
		k := &worker{account: e.hire(), folder: folders[e.rng.IntN(len(folders))], files: papers, program: ledger, server: e.fileServer(site, i),
			arrives: hours(5, 30) + e.minutes(150), clumsy: 2 + e.rng.IntN(14)}
		k.leaves = k.arrives + hours(8, 0) + e.minutes(50)
		e.workers = append(e.workers, k)
		switch n := e.rng.IntN(100); {
		case i%hostsPerAdmin == 0:
			e.admin(k, i)
		case n < 25:
			k.host = e.client(fmt.Sprintf("LT%04d", i+1), i, windows10)
			e.commuter(k)
			continue
		case n < 33:
			k.host = e.client(fmt.Sprintf("WS%04d", i+1), i, windows7)
		default:
			k.host = e.client(fmt.Sprintf("WS%04d", i+1), i, windows10)
		}
		k.habit = []habit{logsOff, shutsDown, shutsDown, locks}[e.rng.IntN(4)]
		if e.rng.IntN(100) < 10 {
			k.host.admins = append(k.host.admins, k.account)
		}
		if k.habit != shutsDown {
			e.w.start(e.w.now.Add(e.minutes(30)), "first start of "+k.host.title, func(p *process) { p.powerOn(k.host) })
		}
		e.w.employ(k)
		if k.habit != locks && e.rng.IntN(100) < 8 {
			e.lateShift(k)
		}
	}
}

// admin makes somebody an administrator, with a second account for that.
func (e *estate) admin(k *worker, i int) {
	k.host = e.client(fmt.Sprintf("WS%04d", i+1), i, windows10)
	k.host.admins = []*Account{k.account}
	k.second = e.w.domain.addUser("adm." + k.account.Name)
	k.second.domainAdmin = true
	e.admins = append(e.admins, k)
}

// lateShift is somebody who comes to the same machine when the first has gone.
func (e *estate) lateShift(first *worker) {
	k := *first
	k.account, k.errands, k.habit = e.hire(), nil, shutsDown
	k.arrives, k.leaves = first.leaves+2*time.Hour, first.leaves+5*time.Hour
	e.workers = append(e.workers, &k)
	e.w.employ(&k)
}

// caretaker looks after a domain of servers alone, at their consoles.
func (e *estate) caretaker() {
	a := e.w.domain.addUser("adm.wart")
	a.domainAdmin = true
	k := &worker{account: a, host: e.w.hosts[0], folder: "IT", files: papers, program: ledger, server: e.w.hosts[0], arrives: hours(7, 0), leaves: hours(9, 0), clumsy: 10}
	e.workers = append(e.workers, k)
	e.w.employ(k)
}

func (e *estate) minutes(n int) time.Duration { return time.Duration(e.rng.IntN(n)) * time.Minute }

// day is the beginning of one of the days that people work, from 0 for the
// first that is in the logs.
func (e *estate) day(i int) event.FileTime { return e.w.from + event.FileTime(i)*ticksPerDay }

// on plans an errand of somebody for a day.
func (k *worker) on(day event.FileTime, at time.Duration, do func(*process, *session)) {
	k.errands = append(k.errands, errand{day.Add(at), do})
}
