package simulate

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// estate is a generated domain: its sites, machines and people.
type estate struct {
	w       *World
	rng     *rand.Rand
	names   map[string]int
	days    int // that people work, with the one before the logs
	sites   []*site
	vpn     *pool
	admins  []*worker
	workers []*worker
	apps    []*Host
	backup  *Account
	scanner *Account
}

// site is a place with a network of its own.
type site struct {
	number  int
	dcs     []*Host
	files   []*Host
	clients *pool
	servers int // addresses of servers given out
}

// How many machines there are of a kind: one in so many.
const (
	hostsPerDC    = 150
	hostsPerFiles = 60
	hostsPerApp   = 25
	hostsPerSite  = 400
	hostsPerAdmin = 50
)

// build makes a domain of so many hosts.
func (e *estate) build(hosts int) {
	e.w.domain = newDomain("HAFEN", "hafen.example", fmt.Sprintf("S-1-5-21-%d-%d-%d", 1_000_000_000+e.rng.IntN(3_000_000_000), 1_000_000_000+e.rng.IntN(3_000_000_000), 1_000_000_000+e.rng.IntN(3_000_000_000)))
	e.backup, e.scanner = e.w.domain.addUser("svc_backup"), e.w.domain.addUser("svc_scan")
	count := func(per, from int) int {
		if hosts < from {
			return 0
		}
		return max(1, hosts/per)
	}
	dcs, files, apps := count(hostsPerDC, 1), count(hostsPerFiles, 3), count(hostsPerApp, 8)
	clients := max(0, hosts-dcs-files-apps)
	for i := range 1 + (hosts-1)/hostsPerSite {
		size := clients/(1+(hosts-1)/hostsPerSite) + 6
		e.sites = append(e.sites, &site{number: i, clients: newPool(fmt.Sprintf("10.%d", 20+i), 1000, size)})
	}
	e.vpn = newPool("10.90", 250, clients/3+4)
	e.vpn.vpn = true
	e.servers(dcs, files, apps)
	e.desks(clients)
	if clients == 0 {
		e.caretaker()
	}
	e.habits()
}

// server puts a server into a site. It keeps its address.
func (e *estate) server(name string, s *site, o *windows) *Host {
	h := e.w.addHost(name, fmt.Sprintf("10.%d.%d.%d", 20+s.number, s.servers/200, 10+s.servers%200), true)
	s.servers++
	h.windows, h.site = o, s
	h.bind(h.address, false)
	return h
}

// siteOf deals out machines to sites in turn.
func (e *estate) siteOf(i int) *site { return e.sites[i%len(e.sites)] }

func (e *estate) servers(dcs, files, apps int) {
	controllers := []*windows{server2022, server2025, windows10, server2012}
	for i := range dcs {
		s := e.siteOf(i)
		h := e.server(fmt.Sprintf("DC%02d", i+1), s, controllers[(i+int(e.w.seed%4))%len(controllers)])
		h.account.domainAdmin = true
		h.dc = h
		s.dcs = append(s.dcs, h)
		e.w.domain.dcs = append(e.w.domain.dcs, h)
		e.w.files = h // unless there is a file server
		h.skew = time.Duration(e.rng.IntN(400_000)-200_000) * time.Microsecond
	}
	for i := range files {
		s := e.siteOf(i)
		h := e.server(fmt.Sprintf("FS%02d", i+1), s, []*windows{server2022, windows10, server2012}[i%3])
		h.admins = []*Account{e.backup}
		s.files = append(s.files, h)
		e.w.files = h
	}
	for i := range apps {
		h := e.server(fmt.Sprintf("APP%02d", i+1), e.siteOf(i), []*windows{windows10, server2025, server2012, server2022}[i%4])
		h.services = []service{{e.w.domain.addUser(fmt.Sprintf("svc_app%02d", i+1)), `C:\Program Files\Auftrag\auftrag.exe`}}
		e.apps = append(e.apps, h)
	}
	for i, h := range e.w.hosts {
		if h.dc == nil {
			h.dc = e.controller(h.site, i)
			e.drift(h)
		}
		e.w.start(e.w.now.Add(time.Duration(i%600)*1100*time.Millisecond), "first start of "+h.title, func(p *process) { p.powerOn(h) })
	}
}

// controller is one of the site's domain controllers, or of another's.
func (e *estate) controller(s *site, i int) *Host {
	if len(s.dcs) > 0 {
		return s.dcs[i%len(s.dcs)]
	}
	return e.w.domain.dcs[i%len(e.w.domain.dcs)]
}

func (e *estate) fileServer(s *site, i int) *Host {
	if len(s.files) > 0 {
		return s.files[i%len(s.files)]
	}
	return e.w.files
}

// client puts a workstation or laptop into a site, where it leases its
// address.
func (e *estate) client(name string, i int, o *windows) *Host {
	s := e.siteOf(i)
	h := e.w.addHost(name, "", false)
	h.windows, h.site, h.network = o, s, s.clients
	h.dc = e.controller(s, i)
	e.drift(h)
	return h
}
