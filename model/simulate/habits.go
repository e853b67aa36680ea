package simulate

import (
	"fmt"
	"time"
)

// habits are what happens in a domain besides people's ordinary days.
func (e *estate) habits() {
	e.nights()
	for i, k := range e.workers {
		e.errandsOf(i, k)
	}
	for i, a := range e.admins {
		for d := -1; d < e.days-1; d++ {
			e.administrate(i, a, d)
		}
	}
	e.crashes()
	e.stale()
	e.visitors()
}

// nights are the backups of the file servers, and a scanner's documents.
func (e *estate) nights() {
	for _, s := range e.sites {
		for i, h := range s.files {
			e.w.start(e.w.now, "backup of "+h.title, func(p *process) {
				for night := e.w.now - e.w.now%ticksPerDay; ; night += ticksPerDay {
					p.until(night.Add(hours(21, 10+i%40)))
					p.task(h, e.backup, `\Sicherung`, `D:\Skripte\backup.cmd`, 4*time.Minute, nil)
				}
			})
			e.w.start(e.w.now, "scanner of "+h.title, func(p *process) {
				for day := e.w.now - e.w.now%ticksPerDay; ; day += ticksPerDay {
					for _, hour := range []int{7, 9, 11, 14} {
						p.until(day.Add(hours(hour, p.rng.IntN(50))))
						p.scan(e, h, s, i)
					}
				}
			})
		}
	}
}

// scan is a printer without logs that knows only NTLM.
func (p *process) scan(e *estate, h *Host, s *site, i int) {
	address, name := fmt.Sprintf("10.%d.3.%d", 20+s.number, 10+i), fmt.Sprintf("MFP-%d%02d", s.number, i+1)
	if p.chance(4) {
		p.refuseNTLM(h, e.scanner.Name, address, name, wrongPassword)
		p.think()
	}
	l := p.arrive(h, arrival{account: e.scanner, address: address, source: name, name: name, ntlm: true})
	if l == nil {
		return
	}
	who := e.scanner.as(l.who.logon)
	h.openShare(who, address, l.port, "Scans", `D:\Scans`)
	p.blink()
	h.checkFile(who, address, l.port, "Scans", `D:\Scans`, "Scan_"+p.w.now.Time().Format("20060102_150405")+".pdf", true)
	p.sleep(p.between(time.Second, 4*time.Second))
	l.logOff()
}

// errandsOf are the less ordinary things in somebody's days.
func (e *estate) errandsOf(i int, k *worker) {
	for d := -1; d < e.days-1; d++ {
		at := k.arrives + time.Hour + e.minutes(300)
		switch n := e.rng.IntN(100); {
		case n < 15:
			k.on(e.day(d), at, func(p *process, s *session) { p.byAddress(s, k.server, p.chance(15)) })
		case n < 18:
			k.on(e.day(d), at, func(p *process, s *session) { p.lockOut(s) })
		case n < 24 && len(e.admins) > 0:
			helper := e.admins[i%len(e.admins)]
			k.on(e.day(d), at, func(p *process, s *session) {
				p.askAdministrator(s, helper.second, `C:\Windows\System32\msiexec.exe`, `"C:\Windows\System32\msiexec.exe" /i "drucker.msi"`, p.between(time.Minute, 20*time.Minute))
			})
		case n < 30 && k.host.isAdmin(k.account):
			k.on(e.day(d), at, func(p *process, s *session) {
				p.openElevated(s, `C:\Windows\System32\mmc.exe`, `"C:\Windows\system32\mmc.exe" "C:\Windows\system32\compmgmt.msc" /s`)
			})
		}
	}
	if k.habit == locks && k.second == nil && k.host.network != nil && i%3 == 0 {
		e.fromAfar(i, k)
	}
}

// fromAfar is somebody who comes back to his locked session in the evening,
// from a colleague's machine.
func (e *estate) fromAfar(i int, k *worker) {
	other := e.workers[(i+1)%len(e.workers)]
	if other == k || other.host == nil || other.host == k.host {
		return
	}
	other.on(e.day(0), other.leaves-20*time.Minute, func(p *process, s *session) {
		if !s.live() || !k.session.live() || s.host.kdc() == nil {
			return
		}
		p.lock(k.session)
		p.think()
		p.takeOver(k.session, client{name: s.host.Name, address: s.host.address, host: s.host.title, from: s})
		p.sleep(p.between(4*time.Minute, 9*time.Minute))
		p.logOff(k.session)
	})
}

// clientAt is the client program in a session.
func clientAt(s *session) client {
	return client{name: s.host.Name, address: s.host.address, host: s.host.title, from: s}
}

// administrate is an administrator's day: servers over Remote Desktop.
func (e *estate) administrate(i int, k *worker, d int) {
	servers := e.rounds(i, d)
	var desk *session
	h := servers[0]
	k.on(e.day(d), k.arrives+90*time.Minute, func(p *process, s *session) {
		desk = p.remoteDesktop(h, k.second, clientAt(s), "")
		if desk == nil {
			return
		}
		p.sleep(p.between(5*time.Minute, 15*time.Minute))
		p.openElevated(desk, `C:\Windows\System32\mmc.exe`, `"C:\Windows\system32\mmc.exe" "C:\Windows\system32\eventvwr.msc"`)
		p.sleep(p.between(5*time.Minute, 15*time.Minute))
		p.disconnect(desk)
	})
	k.on(e.day(d), k.arrives+4*time.Hour, func(p *process, s *session) {
		if desk == nil || p.reconnect(desk, clientAt(s), "") == nil {
			return
		}
		p.sleep(p.between(10*time.Minute, 20*time.Minute))
		p.logOff(desk)
	})
	k.on(e.day(d), k.arrives+5*time.Hour, func(p *process, s *session) {
		dc := s.host.kdc()
		if dc == nil {
			return
		}
		at := p.remoteDesktop(dc, k.second, clientAt(s), "")
		if at == nil {
			return
		}
		p.sleep(p.between(time.Minute, 4*time.Minute))
		p.manage(e, at)
		p.sleep(p.between(time.Minute, 4*time.Minute))
		p.logOff(at)
	})
	if d == 0 {
		k.on(e.day(0), k.leaves-8*time.Minute, func(p *process, s *session) { e.marry(p, k, s) })
	}
	if d == 0 && len(e.apps) > i {
		e.updates(i, k, e.apps[i])
	}
}

// marry gives somebody who has gone home a new name.
func (e *estate) marry(p *process, k *worker, s *session) {
	dc := s.host.kdc()
	if dc == nil {
		return
	}
	for n := range e.workers {
		who := e.workers[(n+k.clumsy)%len(e.workers)]
		if who.second != nil || who.session == nil || who.session.live() || who.commutes || who.account.formerly != "" {
			continue
		}
		desk := p.remoteDesktop(dc, k.second, clientAt(s), "")
		if desk == nil {
			return
		}
		p.think()
		if !who.session.live() {
			p.renameAccount(desk, who.account, who.account.Name+"-"+surnames[p.rng.IntN(len(surnames))])
		}
		p.sleep(time.Minute)
		p.logOff(desk)
		return
	}
}

// rounds deals out the servers that an administrator looks after.
func (e *estate) rounds(i, d int) []*Host {
	var all []*Host
	all = append(append(all, e.apps...), e.w.domain.dcs...)
	n := (i*3 + d + 1) % len(all)
	return append(all[n:len(all):len(all)], all[:n]...)
}

// updates restarts a server in the evening, and gives every other one a new
// name by the way.
func (e *estate) updates(i int, k *worker, h *Host) {
	name := h.Name + "N"
	rename := i%2 == 0
	if rename {
		h.title = name
		h.binding.Host = name
	}
	k.on(e.day(0), k.leaves-40*time.Minute, func(p *process, s *session) {
		desk := p.remoteDesktop(h, k.second, clientAt(s), "")
		if desk == nil {
			return
		}
		p.sleep(p.between(3*time.Minute, 6*time.Minute))
		if rename {
			p.renameComputer(desk, name)
			return
		}
		p.shutDown(h, desk.user(), true)
		p.sleep(p.between(40*time.Second, 80*time.Second))
		p.powerOn(h)
	})
}

// crashes stops one machine in a hundred in the middle of a day, and at least
// one of any domain with people.
func (e *estate) crashes() {
	for i, k := range e.workers {
		if i != len(e.workers)/2 && e.rng.IntN(100) > 0 || k.host.network == nil || k.host.site == nil || k.commutes {
			continue
		}
		at := e.day(0).Add(k.arrives + hours(3, 0) + e.minutes(200))
		e.w.start(at, "crash of "+k.host.title, func(p *process) {
			if !k.host.on {
				return
			}
			k.host.crash()
			p.sleep(p.between(3*time.Minute, 6*time.Minute))
			p.powerOn(k.host)
		})
	}
}

// stale is a service on every third application server whose password was
// changed, but not with the service: it is started again and again at night.
func (e *estate) stale() {
	for i, h := range e.apps {
		if i%3 != 0 {
			continue
		}
		a := e.w.domain.addUser(fmt.Sprintf("svc_alt%02d", i+1))
		e.w.start(e.w.from, "stale service of "+h.title, func(p *process) {
			for day := e.w.from; ; day += ticksPerDay {
				p.until(day.Add(hours(1, 10)))
				for range 3 {
					p.refuseService(h, a)
					p.sleep(p.between(50*time.Second, 70*time.Second))
				}
			}
		})
	}
}
