package simulate

import (
	"fmt"
	"math/rand/v2"
	"path"
	"strings"
	"time"

	"spoor/model/event"
)

// Host is a machine that keeps logs.
type Host struct {
	Name    string // NetBIOS
	title   string // what its folder and the truth call it: the name that it has at the end
	account *Account
	w       *World
	rng     *rand.Rand
	address string
	server  bool
	dc      *Host         // the domain controller that it talks to; nil: none in reach
	skew    time.Duration // how much its clock is ahead
	logs    map[string]*hostLog
	boots   int
	boot    *boot
	on      bool
	// admins are the accounts with administrators' rights on this host alone.
	admins []*Account
	// services are domain accounts that services run as from the start on.
	services []service
	machine  *credentials
	windows  *windows
	binding  *Binding // of its address, if the world gives them out
	leased   *pool    // that its address is from, or nil
	network  *pool    // that it takes one from at its start, or nil
	site     *site    // of a generated domain
	lastStop stop
	// fixedIDs is how many of the first logon IDs after a start are the same
	// at every start: the same services begin in the same order.
	fixedIDs int
}

type service struct {
	account *Account
	program string
}

// hostLog is one channel of a host.
type hostLog struct {
	file   string
	first  uint64 // record of the file
	record uint64 // the newest
	last   event.FileTime
}

func (w *World) addHost(name, address string, server bool) *Host {
	rng := w.random("host " + name)
	h := &Host{
		Name: name, title: name, w: w, rng: rng, address: address, server: server,
		skew: time.Duration(rng.IntN(300_000)-150_000) * time.Microsecond,
		logs: make(map[string]*hostLog), fixedIDs: 3, windows: windows10,
	}
	h.account = w.domain.addMachine(name)
	h.machine = newCredentials(h.account)
	h.machine.owner = h
	w.hosts = append(w.hosts, h)
	return h
}

// FQDN is the name that the host puts into its records.
func (h *Host) FQDN() string { return strings.ToLower(h.Name) + "." + h.w.domain.dns }

func (h *Host) log(channel string) *hostLog {
	l := h.logs[channel]
	if l == nil {
		l = &hostLog{file: strings.ReplaceAll(channel, "/", "%4") + ".evtx", record: 900 + h.rng.Uint64N(90_000)}
		h.logs[channel] = l
	}
	return l
}

// clock is what the host takes for the time.
func (h *Host) clock() event.FileTime { return h.w.now.Add(h.skew) }

// write logs an event whose data are fields.
func (h *Host) write(s event.System, data []event.Field) ref {
	return h.emit(s, func(s event.System) *event.Record { return event.NewRecord(s, data...) })
}

// writeUserData logs an event whose data are one element of UserData.
func (h *Host) writeUserData(s event.System, name, namespace string, data []event.Field) ref {
	return h.emit(s, func(s event.System) *event.Record {
		return event.NewUserDataRecord(s, name, namespace, data...)
	})
}

// emit numbers a record and hands it to the sink. A record without a time of
// its own gets the host's. A host that is off logs nothing.
func (h *Host) emit(s event.System, make func(event.System) *event.Record) ref {
	if !h.on {
		h.w.lost++
		return ref{host: h, channel: s.Channel, event: s.EventID, time: h.clock(), now: h.w.now}
	}
	l := h.log(s.Channel)
	if h.windows.lacks(s.Provider, s.EventID) {
		return ref{host: h, channel: s.Channel, event: s.EventID, time: h.clock(), now: h.w.now}
	}
	if s.Time == 0 {
		s.Time = max(h.clock(), l.last+10)
		l.last = s.Time
	}
	if s.ProcessID == 0 && s.Channel != systemLog {
		s.ProcessID = h.boot.lsass
	}
	if s.ThreadID == 0 {
		s.ThreadID = uint32(4 * (100 + h.rng.IntN(60)))
	}
	if h.w.losses.unaudited(&s) {
		return ref{host: h, channel: s.Channel, event: s.EventID, time: s.Time, now: h.w.now}
	}
	l.record++
	s.RecordID, s.Computer = l.record, h.FQDN()
	kept := h.w.now >= h.w.from && h.w.losses.keeps(h, &s, h.w.now)
	if kept && h.w.failed == nil {
		r := make(s)
		h.w.failed = h.w.sink.Add(h.path(l), r)
		if h.w.failed == nil {
			h.w.failed = h.w.losses.copyTo(h.w.sink, h.path(l), r)
		}
	}
	return ref{h, s.Channel, s.RecordID, s.EventID, s.Time, h.w.now, kept}
}

func (h *Host) path(l *hostLog) string { return path.Join(h.title, l.file) }

// security logs an audited success.
func (h *Host) security(id uint16, version uint8, task uint16, data []event.Field) ref {
	version, data = h.windows.adapt(id, version, data)
	return h.write(auditing.system(id, version, task), data)
}

// securityFailure logs an audited failure.
func (h *Host) securityFailure(id uint16, version uint8, task uint16, data []event.Field) ref {
	version, data = h.windows.adapt(id, version, data)
	s := auditing.system(id, version, task)
	s.Keywords = event.AuditFailure
	return h.write(s, data)
}

// archive is what a full log does where the policy is to archive it: the file
// was written under the name that it has as an archive, and what comes from
// now on goes to file.
func (h *Host) archive(channel, file string) {
	l := h.log(channel)
	l.file, l.first = file, l.record+1
}

// clearLog is somebody clearing the Security log.
func (h *Host) clearLog(who principal) ref {
	l := h.log(securityLog)
	h.w.sink.Clear(h.path(l))
	lost := l.first
	l.first = l.record + 1
	r := h.writeUserData(logAudit.system(1102, 0, 104), "LogFileCleared", "http://manifests.microsoft.com/win/2004/08/windows/eventlog",
		fields("SubjectUserSid", sid(who.sid), "SubjectUserName", who.name, "SubjectDomainName", who.domain, "SubjectLogonId", hex64(who.logon)))
	h.w.truth.Clears = append(h.w.truth.Clears, &Clear{h.title, securityLog, lost, r.id, r.time.String()})
	return r
}

// called is what the truth calls the host that a record of another one names.
func (w *World) called(server string, self *Host) string {
	if server == "localhost" {
		return self.title
	}
	name, _, _ := strings.Cut(server, ".")
	for _, h := range w.hosts {
		if strings.EqualFold(name, h.Name) {
			return h.title
		}
	}
	return server
}

// isAdmin reports whether an account is an administrator of h.
func (h *Host) isAdmin(a *Account) bool {
	if a.domainAdmin {
		return true
	}
	for _, b := range h.admins {
		if a == b {
			return true
		}
	}
	return false
}

// port is a client's port.
func port(rng *rand.Rand) string { return fmt.Sprint(49_700 + rng.IntN(15_000)) }
