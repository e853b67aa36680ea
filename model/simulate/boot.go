package simulate

import (
	"fmt"
	"time"

	"spoor/model/event"
)

// boot is one run of a host between start and stop.
type boot struct {
	host        *Host
	number      int
	over        bool
	nextID      uint64 // of logons
	given       int    // how many logon IDs
	lsass       uint32
	started     event.FileTime
	session     uint32 // the newest session's number
	console     uint32 // the session at the console
	connections int    // of Remote Desktop so far
	desktop     map[uint32][]*logon
	logons      []*logon // that have not ended
	seats       []*session
	truth       *Boot
}

// stop is how a boot ended, as far as it is logged only at the next start.
type stop struct {
	dirty             bool
	requested, kernel event.FileTime
}

// newID hands out a logon ID. They restart at each boot. The first ones are
// the same at every start, because the same services take them in the same
// order; later ones grow with what happens and with time.
func (b *boot) newID() uint64 {
	steps := b.host.rng
	if b.given < b.host.fixedIDs {
		b.nextID += 0x80 + uint64(b.given*b.given*37%1900)
	} else {
		b.nextID += 0x60 + steps.Uint64N(0x2600)
	}
	b.given++
	return b.nextID
}

// pair hands out the logon IDs of the two halves of an administrator's logon:
// the elevated one is the lower.
func (b *boot) pair() (elevated, filtered uint64) {
	elevated = b.newID()
	b.nextID += 0x12 + uint64(b.given%7)*8
	return elevated, b.nextID
}

func (h *Host) newPID() uint32 { return uint32(4 * (600 + h.rng.IntN(3000))) }

// powerOn starts a host that is off.
func (p *process) powerOn(h *Host) {
	if h.on {
		return
	}
	h.boots++
	b := &boot{host: h, number: h.boots, nextID: 0x5c00 + uint64(len(h.Name))*0x91, lsass: uint32(4 * (150 + h.rng.IntN(40))), desktop: make(map[uint32][]*logon)}
	h.boot, h.on = b, true
	h.starts()
	b.started = h.clock()
	b.truth = &Boot{Host: h.title, Number: b.number, Start: b.started.String()}
	h.w.truth.Boots = append(h.w.truth.Boots, b.truth)
	p.sleep(p.between(6*time.Second, 9*time.Second))
	p.startLSASS(b)
	p.sleep(p.between(2*time.Second, 4*time.Second))
	p.startEventLog(b, 0)
	p.startServices(b)
	h.w.start(h.w.now.Add(5*time.Second), fmt.Sprintf("machine %s %d", h.Name, b.number), func(p *process) { p.machine(b) })
}

func (p *process) startLSASS(b *boot) {
	h := b.host
	p.earlyProcesses(h)
	b.truth.Records = append(b.truth.Records, h.security(4608, 0, 12288, nil).as("start"))
	p.blink()
	h.logOn(logonEvent{target: principal{localSystem, "SYSTEM", "NT AUTHORITY", systemLogon}, typ: 0, subject: nobody,
		process: "-", pack: "-", workstation: "-", address: "-", port: "-", impersonation: "-", elevated: true})
	p.blink()
	b.session, b.console = 1, 1
	if h.windows.fontDriver {
		p.fontDriver(b, 0)
		p.fontDriver(b, 1)
	}
	p.systemService(b, principal{"S-1-5-20", "NETWORK SERVICE", "NT AUTHORITY", serviceLogon})
	if h.windows.windowManager {
		p.windowManager(b, 1)
	}
	p.systemService(b, principal{"S-1-5-19", "LOCAL SERVICE", "NT AUTHORITY", localLogon})
	for range 3 {
		p.systemService(b, principal{localSystem, "SYSTEM", "NT AUTHORITY", systemLogon})
	}
}

// startEventLog logs what the System log gets when it can be written again:
// the kernel's start, and late, by record number, the end of the boot before.
func (p *process) startEventLog(b *boot, bootType uint32) {
	h := b.host
	late := func(s event.System, t event.FileTime, data []event.Field) {
		s.Time, s.ProcessID = t, 4
		h.write(s, data)
	}
	late(kernelGeneral.system(12, 1, 1), b.started, fields("MajorVersion", h.windows.major, "MinorVersion", h.windows.minor,
		"BuildVersion", h.windows.build, "QfeVersion", uint32(5329), "ServiceVersion", uint32(0), "BootMode", uint32(0), "StartTime", b.started))
	late(kernelBoot.system(27, 0, 33), b.started.Add(40*time.Millisecond), fields("BootType", bootType, "LoadOptions", ""))
	if h.lastStop.dirty {
		s := kernelPower.system(41, 6, 63)
		s.Level, s.Keywords = 1, 0x8000400000000002
		late(s, b.started.Add(900*time.Millisecond), fields("BugcheckCode", uint32(0), "BugcheckParameter1", hex64(0), "BugcheckParameter2", hex64(0),
			"BugcheckParameter3", hex64(0), "BugcheckParameter4", hex64(0), "SleepInProgress", uint32(0), "PowerButtonTimestamp", hex64(0), "BootAppStatus", uint32(0)))
	}
	h.write(eventLog.system(6009, 0, 0), fields("", fmt.Sprintf("%d.%02d.", h.windows.major, h.windows.minor), "", fmt.Sprint(h.windows.build),
		"", "", "", "Multiprocessor Free", "", fmt.Sprint(h.windows.build)))
	if h.lastStop.dirty {
		was := h.lastStop.kernel.Time().Add(time.Hour) // local time
		s := eventLog.system(6008, 0, 0)
		s.Level = 2
		h.write(s, fields("", was.Format("15:04:05"), "", was.Format("02.01.2006"), "", "", "", "", "", fmt.Sprint(int(b.started.Sub(h.lastStop.requested).Seconds()))))
	}
	h.write(eventLog.system(6005, 0, 0), nil)
	h.uptime()
	if h.lastStop.requested != 0 && !h.lastStop.dirty {
		late(kernelPower.system(109, 0, 103), h.lastStop.requested.Add(2*time.Second), fields("ShutdownActionType", uint32(5), "ShutdownEventCode", uint32(0), "ShutdownReason", uint32(5)))
		late(kernelGeneral.system(13, 0, 2), h.lastStop.kernel, fields("StopTime", h.lastStop.kernel))
	}
	p.blink()
}

// uptime logs 6013: the seconds since the start, and the time zone.
func (h *Host) uptime() {
	seconds := int(h.clock().Sub(h.boot.started).Seconds())
	h.write(eventLog.system(6013, 0, 0), fields("", "", "", "", "", "", "", "", "", fmt.Sprint(seconds), "", "60", "", "-60 Mitteleuropäische Zeit"))
}

// shutDown stops a host. By is who asked for it: who works at it now is
// logged off by it.
func (p *process) shutDown(h *Host, by principal, restart bool) {
	b := h.boot
	requested := p.requestShutdown(h, by, restart)
	p.sleep(p.between(time.Second, 3*time.Second))
	for _, s := range append([]*session(nil), b.seats...) {
		p.endSeat(s, "shutdown")
	}
	p.sleep(p.between(time.Second, 3*time.Second))
	stopped := h.writeUserData(logAudit.system(1100, 0, 103), "ServiceShutdown", "http://manifests.microsoft.com/win/2004/08/windows/eventlog", nil)
	b.truth.Records = append(b.truth.Records, stopped.as("stop"), h.write(eventLog.system(6006, 0, 0), nil).as("stop"))
	h.lastStop = stop{requested: requested, kernel: h.clock().Add(1700 * time.Millisecond)}
	b.finish("shutdown", h.lastStop.kernel)
}

func (p *process) requestShutdown(h *Host, by principal, restart bool) event.FileTime {
	program, comment, kind := `C:\Windows\System32\RuntimeBroker.exe`, "", "Ausschalten"
	reason, code := "Anderer Grund (Nicht geplant)", "0x0"
	if h.server || restart {
		program, reason, code, comment = `C:\Windows\system32\shutdown.exe`, "Betriebssystem: Hotfix (Geplant)", "0x80020011", "Updates"
	}
	if restart {
		kind = "Neu starten"
	}
	user := by.domain + `\` + by.name
	if by.sid == localSystem {
		user = `NT-AUTORITÄT\SYSTEM`
	}
	r := h.write(user32.system(1074, 0, 0), fields("param1", fmt.Sprintf("%s (%s)", program, h.Name), "param2", h.Name,
		"param3", reason, "param4", code, "param5", kind, "param6", comment, "param7", user))
	h.boot.truth.Records = append(h.boot.truth.Records, r.as("stop"))
	return r.time
}

// crash stops a host without a word.
func (h *Host) crash() {
	now := h.clock()
	h.lastStop = stop{dirty: true, requested: h.boot.started, kernel: now}
	for _, s := range append([]*session(nil), h.boot.seats...) {
		s.finish("crash", now)
	}
	h.boot.finish("crash", now)
}

// finish ends a boot, and with it every logon that has not ended.
func (b *boot) finish(reason string, t event.FileTime) {
	for _, l := range b.logons {
		l.finish(reason, t)
	}
	b.logons, b.seats = nil, nil
	b.over, b.host.on = true, false
	b.host.stops()
	b.truth.End, b.truth.Reason = t.String(), reason
}

// switchOff is a shutdown with fast start-up: users are logged off, but the
// kernel's session is kept on disk, so that logon IDs go on.
func (p *process) switchOff(h *Host, by principal) {
	p.requestShutdown(h, by, false)
	p.sleep(p.between(time.Second, 3*time.Second))
	for _, s := range append([]*session(nil), h.boot.seats...) {
		p.endSeat(s, "shutdown")
	}
	p.sleep(p.between(time.Second, 2*time.Second))
	h.sleepRecord(6)
	h.on = false
	h.stops()
}

// switchOn is a start after switchOff.
func (p *process) switchOn(h *Host) {
	h.on = true
	h.connects()
	h.write(kernelPower.system(107, 0, 102), fields("TargetState", uint32(5), "EffectiveState", uint32(5), "WakeFromState", uint32(5)))
	h.write(kernelBoot.system(27, 0, 33), fields("BootType", uint32(1), "LoadOptions", ""))
	p.sleep(p.between(2*time.Second, 4*time.Second))
	h.boot.session++
	h.boot.console = h.boot.session
	p.openDesktop(h.boot, h.boot.console)
}

func (h *Host) sleepRecord(reason uint32) ref {
	return h.write(kernelPower.system(42, 3, 64), fields("TargetState", uint32(4), "EffectiveState", uint32(4), "Reason", reason, "Flags", uint32(0), "TransitionsToOn", uint32(1)))
}

// suspend puts a host to sleep and wakes it later.
func (p *process) suspend(h *Host, d time.Duration) {
	slept := h.sleepRecord(0)
	h.on = false
	p.sleep(d)
	h.on = true
	h.write(kernelPower.system(107, 0, 102), fields("TargetState", uint32(4), "EffectiveState", uint32(4), "WakeFromState", uint32(4)))
	p.blink()
	h.write(troubleshoot.system(1, 2, 0), fields("SleepTime", slept.time, "WakeTime", h.clock(), "SleepDuration", uint32(940), "WakeDuration", uint32(611)))
}
