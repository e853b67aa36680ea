package simulate

import "time"

// visitors bring machines that are none of the domain's: each leases an address
// that a workstation has given back, and knows the password of an account. No
// ticket ever names them, and no log of theirs is kept.
func (e *estate) visitors() {
	for i, k := range e.workers {
		if i%12 != 5 || k.host.network == nil || k.second != nil {
			continue
		}
		pool, name := k.host.network, "KEVIN-PC"
		e.w.start(e.day(0).Add(hours(19, 5)+e.random(i)), "visitor "+k.account.Name, func(p *process) {
			if len(pool.free) == 0 {
				return
			}
			address := pool.take(pool.free[len(pool.free)-1]) // the one given back last
			for range 3 {
				if l := p.arrive(k.server, arrival{account: k.account, address: address, source: name, name: name, ntlm: true}); l != nil {
					who := k.account.as(l.who.logon)
					k.server.openShare(who, address, l.port, "Daten", `D:\Daten`)
					p.sleep(p.between(3*time.Second, 40*time.Second))
					l.logOff()
				}
				p.sleep(p.between(time.Minute, 9*time.Minute))
			}
			pool.free = append(pool.free, address)
		})
	}
}

// random is a while that is the same for the same visitor, and takes nothing of
// the chance that the estate is built by.
func (e *estate) random(i int) time.Duration { return time.Duration(i*37%3000) * time.Second }
