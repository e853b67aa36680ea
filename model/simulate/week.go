package simulate

import (
	"time"
)

// administration is what the administrator does: with his own account at his
// machine, with his other one everywhere else.
func (c *company) administration() {
	var desk *session // of adm.voss on FS01
	from := func(s *session) client {
		return client{name: s.host.Name, address: s.host.address, host: s.host.title, from: s}
	}
	c.niels.errands = []errand{
		{march(2, 8, 20, 0), func(p *process, s *session) {
			p.openElevated(s, `C:\Windows\System32\mmc.exe`, `"C:\Windows\system32\mmc.exe" "C:\Windows\system32\compmgmt.msc" /s`)
		}},
		{march(3, 9, 12, 0), func(p *process, s *session) {
			desk = p.remoteDesktop(c.fs01, c.admVoss, from(s), "")
			p.sleep(9 * time.Minute)
			p.openElevated(desk, `C:\Windows\System32\mmc.exe`, `"C:\Windows\system32\mmc.exe" "C:\Windows\system32\fsrm.msc"`)
			p.sleep(17 * time.Minute)
			p.disconnect(desk)
		}},
		{march(3, 13, 5, 0), func(p *process, s *session) {
			if p.reconnect(desk, from(s), "") != nil {
				p.sleep(26 * time.Minute)
				p.logOff(desk)
			}
		}},
		{march(3, 14, 2, 0), c.hire},
		{march(4, 9, 30, 0), func(p *process, s *session) {
			p.openElevated(s, `C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe`, `"powershell.exe"`)
		}},
		{march(4, 17, 20, 0), func(p *process, s *session) { c.restart(p, s, c.dc02) }},
		{march(4, 17, 45, 0), func(p *process, s *session) { c.restart(p, s, c.fs01) }},
	}
	c.jonas.errands = []errand{{march(2, 13, 10, 0), func(p *process, s *session) {
		p.askAdministrator(s, c.admVoss, `C:\Windows\System32\msiexec.exe`, `"C:\Windows\System32\msiexec.exe" /i "C:\Users\jonas.brandt\Downloads\drucker.msi"`, 7*time.Minute)
	}}}
}

// restart installs updates on a server over Remote Desktop and restarts it.
func (c *company) restart(p *process, s *session, h *Host) {
	desk := p.remoteDesktop(h, c.admVoss, client{name: s.host.Name, address: s.host.address, host: s.host.title, from: s}, "")
	if desk == nil {
		return
	}
	p.sleep(6 * time.Minute)
	p.openElevated(desk, `C:\Windows\System32\shutdown.exe`, `"C:\Windows\system32\shutdown.exe" /r /t 5 /d p:2:17 /c Updates`)
	p.sleep(5 * time.Second)
	p.shutDown(h, desk.user(), true)
	p.sleep(p.between(40*time.Second, 80*time.Second))
	p.powerOn(h)
}

// hire makes an account for somebody who starts next month.
func (c *company) hire(p *process, s *session) {
	desk := p.remoteDesktop(c.dc01, c.admVoss, client{name: s.host.Name, address: s.host.address, host: s.host.title, from: s}, "")
	if desk == nil {
		return
	}
	p.sleep(2 * time.Minute)
	d, who := c.w.domain, desk.elevatedUser()
	emil := d.addUser("emil.jacobs")
	about := append(fields("TargetUserName", emil.Name, "TargetDomainName", d.netBIOS, "TargetSid", sid(emil.sid)), who.subject()...)
	unset := fields("PrivilegeList", "-", "SamAccountName", emil.Name, "DisplayName", "Emil Jacobs", "UserPrincipalName", emil.Name+"@"+d.dns, "PrimaryGroupId", "513", "OldUacValue", "0x0", "NewUacValue", "0x15")
	p.open(desk, `C:\Windows\System32\mmc.exe`, `"C:\Windows\system32\mmc.exe" "C:\Windows\system32\dsa.msc"`)
	c.dc01.security(4720, 0, 13824, append(about, unset...))
	p.blink()
	c.dc01.security(4722, 0, 13824, about)
	p.blink()
	c.dc01.security(4724, 0, 13824, about)
	p.blink()
	c.dc01.security(4738, 0, 13824, append(fields("Dummy", "-"), append(about, unset...)...))
	p.think()
	c.dc01.security(4728, 0, 13826, append(fields("MemberName", "CN=Emil Jacobs,OU=Werkstatt,DC=nordlicht,DC=example", "MemberSid", sid(emil.sid),
		"TargetUserName", "Werkstatt", "TargetDomainName", d.netBIOS, "TargetSid", sid(d.sid+"-1620")), append(who.subject(), fields("PrivilegeList", "-")...)...))
	p.sleep(8 * time.Minute)
	p.logOff(desk)
}

// mishaps are what goes wrong in an ordinary week.
func (c *company) mishaps() {
	c.w.start(march(4, 12, 20, 31), "crash", func(p *process) {
		c.ws102.crash()
		p.sleep(4*time.Minute + 11*time.Second)
		p.powerOn(c.ws102)
	})
	c.sofie.errands = []errand{{march(5, 6, 40, 0), c.lockOut}}
	// Whoever has the late shift at the shared machine shuts it down.
	c.w.start(c.w.now, "late shift", func(p *process) {
		for evening := c.w.now.Add(hours(21, 40)); ; evening += ticksPerDay {
			p.until(evening)
			if c.ws104.on {
				p.shutDown(c.ws104, principal{localSystem, "SYSTEM", "NT AUTHORITY", systemLogon}, false)
			}
		}
	})
}

// lockOut is somebody coming back to a locked desktop and mistyping a new
// password until the account is locked, for a quarter of an hour.
func (c *company) lockOut(p *process, s *session) {
	p.lock(s)
	p.sleep(3 * time.Minute)
	for range 5 {
		p.mistype(s.host, s.account, 7)
		p.think()
	}
	c.dc01.security(4740, 0, 13824, append(fields("TargetUserName", s.account.Name, "TargetDomainName", s.host.Name, "TargetSid", sid(s.account.sid)),
		c.dc01.itself().subject()...))
	p.think()
	f := &Failure{Name: s.account.Name, Host: s.host.title, Address: s.host.address, Reason: "locked-out"}
	f.Records = append(f.Records, s.host.kdc().refusePreAuth(s.account, s.host.address, windowsTGT, 0x12).as("pre-authentication"))
	p.blink()
	r := s.host.refuse(failedLogon{subject: s.host.itself(), name: s.account.Name, domain: s.account.domain.netBIOS, typ: 7, status: lockedOut,
		reason: "%%2307", process: "User32 ", pack: "Negotiate", workstation: s.host.Name, pid: s.host.newPID(), program: `C:\Windows\System32\svchost.exe`,
		address: "127.0.0.1", port: "0"})
	f.Time, f.Records = r.time.String(), append(f.Records, r.as("logon"))
	c.w.truth.Failures = append(c.w.truth.Failures, f)
	p.sleep(16 * time.Minute)
	p.unlock(s)
}

// intrusion is the intruder's story.
func (c *company) intrusion() {
	i := &intruder{w: c.w, dc: c.dc02, name: "DESKTOP-7Q2KLM", address: "10.20.99.77"}
	everybody := []*Account{c.admin, c.behrens, c.brandt, c.clausen, c.hinrichs, c.lund, c.petersen, c.thomsen, c.voss, c.backup}
	c.w.start(march(5, 21, 12, 4), "intruder outside", func(p *process) {
		i.step("asks for tickets of guessed account names", "", i.address, "DC02", func() []Record {
			return p.enumerate(i, []string{"admin", "buchhaltung", "info", "scanner", "backup", "test", "praktikum", "empfang", "lager", "versand", "office",
				"it", "support", "erp", "vpn", "jbrandt", "abehrens", "lhinrichs", "hclausen", "nvoss", "mlund", "ktho"})
		})
		p.until(march(5, 21, 31, 10))
		i.step("tries one password for ten accounts by Kerberos", "", i.address, "DC02", func() []Record { return p.spray(i, everybody, nil) })
		p.until(march(5, 21, 52, 20))
		i.step("tries one password for ten accounts by NTLM at the file server", "", i.address, "FS01", func() []Record { return p.sprayNTLM(i, c.fs01, everybody) })
		p.until(march(5, 22, 10, 5))
		i.step("tries one password for ten accounts by Kerberos; it is right for one", c.hinrichs.Name, i.address, "DC02", func() []Record {
			return p.spray(i, everybody, c.hinrichs)
		})
		p.until(march(6, 0, 47, 12))
		c.inside(p, i)
	})
}

// inside is what the intruder does with the stolen account.
func (c *company) inside(p *process, i *intruder) {
	var s, hop *session
	i.step("logs on to the workstation over Remote Desktop", c.hinrichs.Name, i.address, "WS103", func() []Record {
		s = p.remoteDesktop(c.ws103, c.hinrichs, i.client(), intruderActor)
		return append([]Record{}, append(s.nla.truth.Records, sessionRecords(s)...)...)
	})
	i.step("looks around", c.hinrichs.Name, "WS103", "WS103", func() []Record {
		return p.look(s, "whoami /all", `net group "Domain Admins" /domain`, "nltest /dclist:nordlicht", `net view \\fs01`)
	})
	p.until(march(6, 1, 9, 40))
	i.step("reads a script that holds the backup account's password", c.hinrichs.Name, "WS103", "FS01", func() []Record {
		return p.use(s, c.fs01, "IT", `D:\IT`, false, `Skripte`, `Skripte\abgleich.ps1`, `Skripte\backup.cmd`)
	})
	p.until(march(6, 1, 31, 2))
	i.step("clears the file server's Security log from the workstation", c.backup.Name, "WS103", "FS01", func() []Record {
		tool := p.look(s, `wevtutil cl Security /r:fs01 /u:NORDLICHT\svc_backup /p:*`)
		l, records := p.useAs(s, c.backup, c.fs01, `C:\Windows\System32\lsass.exe`, "RPCSS/"+c.fs01.FQDN())
		records = append(records, c.fs01.clearLog(c.backup.as(l.who.logon)).as("cleared"))
		p.sleep(2 * time.Second)
		l.logOff()
		return append(tool, records...)
	})
	p.until(march(6, 1, 38, 25))
	i.step("hops on to the file server over Remote Desktop", c.hinrichs.Name, "WS103", "FS01", func() []Record {
		hop = p.remoteDesktop(c.fs01, c.hinrichs, client{name: s.host.Name, address: s.host.address, host: s.host.title, from: s}, intruderActor)
		return append([]Record{}, append(hop.nla.truth.Records, sessionRecords(hop)...)...)
	})
	c.onTheServer(p, i, s, hop)
	p.until(march(6, 2, 21, 7))
	i.step("disconnects from the file server without logging off", c.hinrichs.Name, "WS103", "FS01", func() []Record { return p.disconnect(hop) })
	p.until(march(6, 2, 24, 33))
	i.step("logs off from the workstation", c.hinrichs.Name, i.address, "WS103", func() []Record {
		p.logOff(s)
		return s.truth.Records[len(s.truth.Records)-1:]
	})
	p.until(march(7, 22, 40, 18))
	i.step("comes back to the session on the file server", c.hinrichs.Name, i.address, "FS01", func() []Record {
		return p.reconnect(hop, i.client(), intruderActor)
	})
	p.until(march(7, 22, 52, 50))
	i.step("disconnects again", c.hinrichs.Name, i.address, "FS01", func() []Record { return p.disconnect(hop) })
}

// onTheServer is what the intruder does on the file server, and with it.
func (c *company) onTheServer(p *process, i *intruder, s, hop *session) {
	var high uint64
	p.until(march(6, 1, 44, 51))
	i.step("starts a shell as the backup account with explicit credentials", c.backup.Name, "FS01", "FS01", func() []Record {
		p.look(hop, "whoami /groups")
		t, h, _ := p.runAs(hop, c.backup, `C:\Windows\System32\cmd.exe`, "cmd.exe")
		high = h
		return t.Records
	})
	p.until(march(6, 1, 50, 16))
	i.step("reads the personnel and the management's files as the backup account", c.backup.Name, "WS103", "FS01", func() []Record {
		return c.steal(p, s)
	})
	p.until(march(6, 2, 14, 44))
	i.step("installs a service", c.backup.Name, "FS01", "FS01", func() []Record {
		h := c.fs01
		h.process(run{who: h.itself(), target: c.backup.as(high), program: `C:\Windows\System32\sc.exe`, command: `sc create NlSync binPath= C:\ProgramData\NlSync\nlsync.exe start= auto`,
			parent: `C:\Windows\System32\cmd.exe`, parentID: h.newPID(), elevation: elevationFull, integrity: integrityHigh})
		p.blink()
		return p.install(h, c.backup.as(high), "NlSync", `C:\ProgramData\NlSync\nlsync.exe`)
	})
}

// steal copies files from shares that the stolen account alone may not read.
func (c *company) steal(p *process, s *session) []Record {
	l, records := p.useAs(s, c.backup, c.fs01, `C:\Windows\System32\lsass.exe`, "cifs/"+c.fs01.FQDN())
	who := c.backup.as(l.who.logon)
	for _, share := range []struct {
		name, path string
		files      []string
	}{
		{"Personal", `D:\Personal`, []string{`Gehälter`, `Gehälter\Gehaltsliste 2026.xlsx`, `Verträge\Arbeitsvertrag Clausen.pdf`, `Verträge\Arbeitsvertrag Voss.pdf`}},
		{"Leitung", `D:\Leitung`, []string{`Bank\Kreditlinie.docx`, `Verkauf der Werft.docx`, `Planung 2027.xlsx`}},
	} {
		c.fs01.openShare(who, s.host.address, l.port, share.name, share.path)
		p.blink()
		for _, f := range share.files {
			records = append(records, c.fs01.checkFile(who, s.host.address, l.port, share.name, share.path, f, false).as("file"))
			p.sleep(p.between(4*time.Second, 70*time.Second))
		}
	}
	p.sleep(p.between(10*time.Minute, 12*time.Minute))
	l.logOff()
	return records
}
