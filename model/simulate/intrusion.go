package simulate

import (
	"maps"
	"slices"
	"time"
)

// intrusions are the stories of intruders that a generated domain can have, by
// name. They happen in the night after the first day, or on the next morning.
var intrusions = map[string]intrusion{
	"spray":   {hours(20, 30), false, (*estate).sprayed},
	"lateral": {hours(23, 10), true, (*estate).lateral},
	"roast":   {hours(22, 10), false, (*estate).roasted},
	"forge":   {hours(28, 40), false, (*estate).forged},
	"wipe":    {hours(25, 15), false, (*estate).wiped},
	"spread":  {hours(34, 20), false, (*estate).spread},
	"pass":    {hours(34, 5), false, (*estate).passed},
}

// intrusion is such a story, and when it begins.
type intrusion struct {
	begins time.Duration
	poses  bool // his machine calls itself like one of the domain's
	story  func(*estate, *process, *intruder, *worker)
}

// Intruders returns the names of the stories of intruders.
func Intruders() []string { return slices.Sorted(maps.Keys(intrusions)) }

// calls is what an intruder's machine calls itself.
func (in intrusion) calls(e *estate, name string) string {
	if in.poses {
		return e.workers[len(e.workers)-1].host.Name
	}
	return name
}

func (e *estate) intrude(name string, in intrusion) {
	i := &intruder{w: e.w, dc: e.w.domain.dcs[0], name: "DESKTOP-3KQ81PZ", address: "10.90.9.77"}
	victim := e.workers[e.rng.IntN(len(e.workers))]
	i.name = in.calls(e, i.name)
	e.w.start(e.day(0).Add(in.begins), "intruder "+name, func(p *process) { in.story(e, p, i, victim) })
}

// everybody is up to ten accounts, the victim's among them.
func (e *estate) everybody(victim *worker) []*Account {
	out := []*Account{victim.account}
	for _, k := range e.workers {
		if k != victim && len(out) < 10 {
			out = append(out, k.account)
		}
	}
	return out
}

// sprayed is somebody outside who guesses names and passwords until one is
// right, and comes in with it.
func (e *estate) sprayed(p *process, i *intruder, victim *worker) {
	i.step("asks for tickets of guessed account names", "", i.address, i.dc.title, func() []Record {
		return p.enumerate(i, []string{"admin", "info", "scanner", "backup", "test", "praktikum", "lager", "office", "support", "vpn"})
	})
	p.sleep(20 * time.Minute)
	i.step("tries one password for several accounts by Kerberos; it is right for one", victim.account.Name, i.address, i.dc.title, func() []Record {
		return p.spray(i, e.everybody(victim), victim.account)
	})
	p.sleep(30 * time.Minute)
	e.comeIn(p, i, victim)
}

// lateral is somebody who has a password already and goes on from machine to
// machine with it.
func (e *estate) lateral(p *process, i *intruder, victim *worker) { e.comeIn(p, i, victim) }

// comeIn is Remote Desktop to a server, and on to the file server.
func (e *estate) comeIn(p *process, i *intruder, victim *worker) {
	first, files := e.w.files, e.w.domain.dcs[0]
	if len(e.apps) > 0 {
		first, files = e.apps[len(e.apps)-1], e.w.files
	}
	var s, hop *session
	i.step("logs on over Remote Desktop", victim.account.Name, i.address, first.title, func() []Record {
		s = p.remoteDesktop(first, victim.account, i.client(), intruderActor)
		return sessionRecords(s)
	})
	if s == nil {
		return
	}
	i.step("looks around", victim.account.Name, first.title, first.title, func() []Record {
		return p.look(s, "whoami /all", `net group "Domain Admins" /domain`)
	})
	i.step("hops on", victim.account.Name, first.title, files.title, func() []Record {
		hop = p.remoteDesktop(files, victim.account, clientAt(s), intruderActor)
		return sessionRecords(hop)
	})
	i.step("installs a service", victim.account.Name, first.title, first.title, func() []Record {
		return p.install(first, s.user(), "HfSync", `C:\ProgramData\HfSync\hfsync.exe`)
	})
	p.sleep(20 * time.Minute)
	p.disconnect(hop)
	p.sleep(5 * time.Minute)
	p.logOff(s)
}
