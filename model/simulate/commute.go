package simulate

import (
	"time"

	"spoor/model/event"
)

// homeAddress is what a laptop has away from the office. No log of the domain
// sees it.
const homeAddress = "192.168.178.24"

// commuter lets somebody work with a laptop, at home on some days: there his
// logon is cached until the VPN is up.
func (e *estate) commuter(k *worker) {
	k.commutes = true
	h := k.host
	office := h.dc
	e.w.start(e.w.now, "commuter "+k.account.Name, func(p *process) {
		for day := e.w.now - e.w.now%ticksPerDay; ; day += ticksPerDay {
			if n := day.Time().Weekday(); n == time.Saturday || n == time.Sunday {
				continue
			}
			p.until(day.Add(k.arrives + p.between(0, 25*time.Minute)))
			if p.chance(35) {
				h.dc, h.network, h.address = nil, nil, homeAddress
			} else {
				h.dc, h.network = office, h.site.clients
			}
			p.startLaptop(k)
			if h.dc == nil {
				p.sleep(p.between(15*time.Minute, 40*time.Minute))
				h.dc = office
				h.lease(e.vpn, "")
				p.machinePolicy(h)
			}
			p.travel(k, day.Add(k.leaves))
			p.switchOff(h, k.session.user())
		}
	})
}

// startLaptop opens the lid in the morning.
func (p *process) startLaptop(k *worker) {
	h := k.host
	if h.boot == nil {
		p.powerOn(h)
	} else {
		p.switchOn(h)
	}
	p.sleep(p.between(20*time.Second, 50*time.Second))
	how := sitting{account: k.account, typ: 2, kind: "console", address: "127.0.0.1"}
	if h.kdc() == nil {
		how.typ = 11
	}
	if p.chance(k.clumsy) {
		p.mistype(h, k.account, 2)
		p.think()
	}
	k.session = p.openSession(h, how)
	p.open(k.session, k.program[0], k.program[1])
}

// travel is a day at a laptop, which sleeps at noon.
func (p *process) travel(k *worker, end event.FileTime) {
	slept := false
	for p.w.now < end {
		p.sleep(p.between(8*time.Minute, 25*time.Minute))
		if due := k.due(p.w.now); due != nil {
			due.do(p, k.session)
			continue
		}
		if !slept && end.Sub(p.w.now) < 4*time.Hour {
			slept = true
			p.lock(k.session)
			p.suspend(k.host, p.between(30*time.Minute, 50*time.Minute))
			p.think()
			p.unlockClumsily(k)
			continue
		}
		p.work(k)
	}
}
