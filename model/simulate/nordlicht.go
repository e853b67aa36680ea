package simulate

import (
	"time"

	"spoor/model/event"
)

// company is the practice domain's people and machines.
type company struct {
	w                                                   *World
	dc01, dc02, fs01                                    *Host
	ws101, ws102, ws103, ws104, ws105, ws106, lt201     *Host
	behrens, brandt, hinrichs, thomsen, petersen        *Account
	clausen, voss, lund, admVoss, admin                 *Account
	backup, erp, scan                                   *Account
	anna, jonas, lars, karl, sofie, heike, niels, mette *worker
}

const (
	demoSeed = 20260302
	monday   = 2 // of March 2026
	archived = "Archive-Security-2026-03-05-17-00-03-112.evtx"
)

// march returns a moment of the week in UTC.
func march(day, hour, minute, second int) event.FileTime {
	return at(2026, time.March, day, hour, minute, second)
}

// Demo is the practice domain: the same at every call. See the package's
// documentation for what happens in it.
func Demo() *World {
	w := newWorld(demoSeed, at(2026, time.February, 27, 0, 0, 0), march(monday, 0, 0, 0), march(monday+7, 0, 0, 0))
	c := &company{w: w}
	c.accounts()
	c.machines()
	c.people()
	c.business()
	c.administration()
	c.mishaps()
	c.intrusion()
	return w
}

func (c *company) accounts() {
	d := newDomain("NORDLICHT", "nordlicht.example", "S-1-5-21-2968031745-1120768932-3416005281")
	c.w.domain = d
	c.admin = &Account{Name: "Administrator", domain: d, sid: d.sid + "-500", domainAdmin: true}
	for _, a := range []struct {
		account **Account
		name    string
	}{
		{&c.behrens, "anna.behrens"}, {&c.brandt, "jonas.brandt"}, {&c.hinrichs, "lars.hinrichs"}, {&c.thomsen, "karl.thomsen"},
		{&c.petersen, "sofie.petersen"}, {&c.clausen, "heike.clausen"}, {&c.voss, "niels.voss"}, {&c.lund, "mette.lund"},
		{&c.admVoss, "adm.voss"}, {&c.backup, "svc_backup"}, {&c.erp, "svc_erp"}, {&c.scan, "svc_scan"},
	} {
		*a.account = d.addUser(a.name)
	}
	c.admVoss.domainAdmin = true
}

func (c *company) machines() {
	for _, m := range []struct {
		host    **Host
		name    string
		address string
		server  bool
	}{
		{&c.dc01, "DC01", "10.20.0.10", true}, {&c.dc02, "DC02", "10.20.0.11", true}, {&c.fs01, "FS01", "10.20.0.20", true},
		{&c.ws101, "WS101", "10.20.1.101", false}, {&c.ws102, "WS102", "10.20.1.102", false}, {&c.ws103, "WS103", "10.20.1.103", false},
		{&c.ws104, "WS104", "10.20.1.104", false}, {&c.ws105, "WS105", "10.20.1.105", false}, {&c.ws106, "WS106", "10.20.1.106", false},
		{&c.lt201, "LT201", "10.20.1.201", false},
	} {
		*m.host = c.w.addHost(m.name, m.address, m.server)
	}
	c.w.domain.dcs, c.w.files = []*Host{c.dc01, c.dc02}, c.fs01
	for i, h := range c.w.hosts {
		h.dc = c.w.domain.dcs[i%2]
	}
	c.dc01.account.domainAdmin, c.dc02.account.domainAdmin = true, true
	c.fs01.admins = []*Account{c.backup}
	c.fs01.services = []service{{c.erp, `C:\Program Files\Segelplan\erpserver.exe`}}
	c.ws106.admins = []*Account{c.voss}
	// The shared machine starts every day, and so fast that whoever comes
	// first gets the same logon ID.
	c.ws104.fixedIDs = 8
	c.fs01.log(securityLog).file = archived
	for i, h := range []*Host{c.dc01, c.dc02, c.fs01, c.ws102, c.ws103, c.ws105, c.ws106} {
		c.w.start(c.w.now.Add(time.Duration(i)*97*time.Second), "first start of "+h.Name, func(p *process) { p.powerOn(h) })
	}
}

func hours(h, m int) time.Duration { return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute }

func (c *company) people() {
	// The two of the workshop share a machine and change shifts every day.
	late := func(odd bool) func(event.FileTime) time.Duration {
		return func(day event.FileTime) time.Duration {
			if (day.Time().Day()%2 == 1) == odd {
				return hours(8, 30)
			}
			return 0
		}
	}
	plan := [2]string{`C:\Program Files\Segelplan\segelplan.exe`, `"C:\Program Files\Segelplan\segelplan.exe" /server:fs01`}
	books := [2]string{`C:\Program Files (x86)\Kontor\kontor.exe`, `"C:\Program Files (x86)\Kontor\kontor.exe"`}
	draw := [2]string{`C:\Program Files\SailCAD\sailcad.exe`, `"C:\Program Files\SailCAD\sailcad.exe"`}
	tools := [2]string{`C:\Program Files\PuTTY\putty.exe`, `"C:\Program Files\PuTTY\putty.exe"`}
	c.anna = c.w.employ(&worker{account: c.behrens, host: c.ws101, folder: "Buchhaltung", program: books, arrives: hours(6, 10), leaves: hours(14, 50), habit: shutsDown, clumsy: 6,
		files: []string{`2026\Rechnungen Februar.xlsx`, `2026\Rechnungen März.xlsx`, `2026\Mahnliste.docx`, `Vorlagen\Rechnung.dotx`, `2026\Umsatzsteuer.xlsx`}})
	c.jonas = c.w.employ(&worker{account: c.brandt, host: c.ws102, folder: "Verkauf", program: plan, arrives: hours(6, 50), leaves: hours(15, 40), clumsy: 14,
		files: []string{`Angebote\Regatta Kiel.docx`, `Angebote\Haus am Fjord.docx`, `Kunden.xlsx`, `Preisliste 2026.xlsx`, `Messe\Stand.pptx`}})
	c.lars = c.w.employ(&worker{account: c.hinrichs, host: c.ws103, folder: "Einkauf", program: plan, arrives: hours(6, 30), leaves: hours(15, 5), clumsy: 8,
		files: []string{`Bestellungen\Tuch.xlsx`, `Bestellungen\Beschläge.xlsx`, `Lieferanten.docx`, `Verträge\Rahmenvertrag Tuch.pdf`}})
	c.karl = c.w.employ(&worker{account: c.thomsen, host: c.ws104, folder: "Werkstatt", program: plan, arrives: hours(4, 30), leaves: hours(11, 50), shift: late(true), clumsy: 8,
		files: []string{`Zuschnitt\Auftrag 2611.pdf`, `Zuschnitt\Auftrag 2614.pdf`, `Schichtbuch.xlsx`}})
	c.sofie = c.w.employ(&worker{account: c.petersen, host: c.ws104, folder: "Werkstatt", program: plan, arrives: hours(4, 30), leaves: hours(11, 50), shift: late(false), clumsy: 8,
		files: []string{`Zuschnitt\Auftrag 2612.pdf`, `Zuschnitt\Auftrag 2615.pdf`, `Schichtbuch.xlsx`, `Material.xlsx`}})
	c.heike = c.w.employ(&worker{account: c.clausen, host: c.ws105, folder: "Leitung", program: mail, arrives: hours(7, 20), leaves: hours(16, 30), habit: locks, clumsy: 4,
		files: []string{`Bank\Kreditlinie.docx`, `Planung 2027.xlsx`, `Verkauf der Werft.docx`, `Protokolle\2026-02.docx`}})
	c.niels = c.w.employ(&worker{account: c.voss, host: c.ws106, folder: "IT", program: tools, arrives: hours(6, 0), leaves: hours(16, 0), clumsy: 3,
		shift: func(day event.FileTime) time.Duration {
			if day.Time().Weekday() == time.Wednesday { // updates, when the others have gone
				return hours(2, 30)
			}
			return 0
		},
		files: []string{`Inventar.xlsx`, `Skripte\abgleich.ps1`, `Doku\Netz.vsdx`}})
	c.mette = &worker{account: c.lund, host: c.lt201, folder: "Entwurf", program: draw, arrives: hours(6, 40), leaves: hours(15, 15), clumsy: 5,
		files: []string{`Risse\Vorsegel 38.dwg`, `Risse\Spinnaker.dwg`, `Rechnung Kräfte.xlsx`}}
}

// business is what goes on by itself: the nightly backup, the scanner that
// knows only NTLM, the old book-keeping program that names the file server by
// its address, the archived log, the laptop.
func (c *company) business() {
	c.w.start(c.w.now, "backup", func(p *process) {
		for night := c.w.now.Add(hours(21, 30)); ; night += ticksPerDay {
			p.until(night)
			p.task(c.fs01, c.backup, `\Sicherung`, `\\fs01\IT\Skripte\backup.cmd`, 4*time.Minute, c.nightlyBackup)
		}
	})
	c.w.start(c.w.now, "scanner", func(p *process) {
		for day := c.w.now; ; day += ticksPerDay {
			if n := day.Time().Weekday(); n == time.Saturday || n == time.Sunday {
				continue
			}
			for _, hour := range []int{7, 8, 9, 11, 13} {
				p.until(day.Add(hours(hour, p.rng.IntN(50))))
				c.scanDocument(p)
			}
		}
	})
	for day := range 5 {
		for _, minute := range []int{20, 260} {
			c.anna.errands = append(c.anna.errands, errand{march(monday+day, 7, minute, 0), c.bookKeeping})
		}
	}
	c.w.start(march(5, 17, 0, 3).Add(112*time.Millisecond), "archive", func(p *process) {
		c.fs01.archive(securityLog, "Security.evtx")
		c.fs01.writeUserData(logAudit.system(1105, 0, 105), "AutoBackup", "http://manifests.microsoft.com/win/2004/08/windows/eventlog",
			fields("Channel", securityLog, "BackupPath", `C:\Windows\System32\Winevt\Logs\`+archived))
	})
	c.w.start(c.w.now, "laptop", c.laptop)
}

func (c *company) nightlyBackup(p *process, l *logon) {
	creds := newCredentials(c.backup)
	for _, dc := range c.w.domain.dcs {
		p.sleep(p.between(10*time.Second, 40*time.Second))
		if to := p.arrive(dc, arrival{account: c.backup, address: c.fs01.address, source: c.fs01.title, tickets: creds, kdc: c.fs01.kdc()}); to != nil {
			dc.openShare(c.backup.as(to.who.logon), c.fs01.address, to.port, "SYSVOL", `C:\Windows\SYSVOL\sysvol`)
			p.sleep(p.between(time.Minute, 3*time.Minute))
			to.logOff()
		}
	}
}

// scanDocument is the printer putting a scanned page on the file server.
func (c *company) scanDocument(p *process) {
	const address = "10.20.1.250"
	l := p.arrive(c.fs01, arrival{account: c.scan, address: address, source: "MFP-01", name: "MFP-01", ntlm: true})
	if l == nil {
		return
	}
	who := c.scan.as(l.who.logon)
	c.fs01.openShare(who, address, l.port, "Scans", `D:\Scans`)
	p.blink()
	c.fs01.checkFile(who, address, l.port, "Scans", `D:\Scans`, "Scan_"+c.w.now.Time().Format("20060102_150405")+".pdf", true)
	p.sleep(p.between(time.Second, 4*time.Second))
	l.logOff()
}

// bookKeeping names the file server by its address, so that it gets NTLM.
func (c *company) bookKeeping(p *process, s *session) {
	l := p.arrive(c.fs01, arrival{account: c.behrens, address: s.host.address, source: s.host.title, name: s.host.Name, ntlm: true})
	if l == nil {
		return
	}
	who := c.behrens.as(l.who.logon)
	c.fs01.openShare(who, s.host.address, l.port, "Kontor", `D:\Kontor`)
	p.blink()
	c.fs01.checkFile(who, s.host.address, l.port, "Kontor", `D:\Kontor`, `Daten\kontor.mdb`, true)
	p.sleep(p.between(3*time.Second, 40*time.Second))
	l.logOff()
}

// laptop is a designer's week, in the office and at home: with fast start-up,
// away from any domain controller until the VPN is there.
func (c *company) laptop(p *process) {
	k, h := c.mette, c.lt201
	h.dc = c.dc01
	for _, day := range []struct {
		day  event.FileTime
		home bool
	}{{at(2026, time.February, 27, 0, 0, 0), false}, {march(2, 0, 0, 0), false}, {march(3, 0, 0, 0), true}, {march(4, 0, 0, 0), false}, {march(5, 0, 0, 0), true}, {march(6, 0, 0, 0), false}} {
		p.until(day.day.Add(k.arrives))
		how := sitting{account: c.lund, typ: 2, kind: "console", address: "127.0.0.1"}
		h.address, h.dc = "10.20.1.201", c.dc01
		if day.home {
			h.address, h.dc, how.typ = "192.168.178.24", nil, 11
		}
		if h.boot == nil {
			p.powerOn(h)
		} else {
			p.switchOn(h)
		}
		p.sleep(p.between(20*time.Second, 50*time.Second))
		k.session = p.openSession(h, how)
		p.open(k.session, k.program[0], k.program[1])
		if day.home {
			p.sleep(p.between(15*time.Minute, 30*time.Minute))
			h.address, h.dc = "10.20.99.21", c.dc01 // the VPN
			p.machinePolicy(h)
		}
		c.drawing(p, day.day)
		p.switchOff(h, k.session.user())
	}
}

// drawing is a day's work at the laptop.
func (c *company) drawing(p *process, day event.FileTime) {
	slept := false
	for p.w.now < day.Add(c.mette.leaves) {
		p.sleep(p.between(10*time.Minute, 30*time.Minute))
		if !slept && p.w.now > day.Add(hours(10, 40)) {
			slept = true
			p.lock(c.mette.session)
			p.suspend(c.lt201, p.between(30*time.Minute, 50*time.Minute))
			p.think()
			p.unlock(c.mette.session)
			continue
		}
		p.work(c.mette)
	}
}
