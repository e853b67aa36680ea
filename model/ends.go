package model

import (
	"slices"

	"spoor/model/event"
)

// sessionEnd says how a session ended. Microsoft: 4647 is the user who starts to
// log off, 4634 the session that no longer exists; either may be alone. Measured
// on real logs, 4647 comes for the filtered half of a pair only, 4634 for both.
// So the first 4647 of the halves counts, without one the last 4634, else what
// bounds it.
//
// A check's 4634 ends no session, but shows it alive; the end of its network
// authentication shows nothing. LSM 23 counts where neither 4647 nor 4634 is
// there.
func (v *hostView) sessionEnd(t *table, s *sessionRow) End {
	logoff, gone, last := uint32(None), uint32(None), uint32(0)
	alive := uint32(0)
	for at := s.first; at != None; at = v.logons[at].next {
		l := &v.logons[at]
		switch {
		case l.own():
			logoff = min(logoff, l.logoff)
			if l.gone != None && (gone == None || l.gone > gone) {
				gone = l.gone
			}
			last = max(last, l.last)
		case l.flags&logonCheck != 0:
			alive = max(alive, l.last)
		}
	}
	if logoff == None && gone != None && v.livesOn(s, gone) {
		gone = None
	}
	if logoff == None && gone == None && s.left != None {
		return v.end(t, &v.logons[s.first], s.left, None, last)
	}
	return v.end(t, &v.logons[s.first], logoff, gone, max(last, alive))
}

// livesOn reports whether a half without an end of its own was active after
// the other's.
func (v *hostView) livesOn(s *sessionRow, gone uint32) bool {
	for at := s.first; at != None && v.logons[at].own(); at = v.logons[at].next {
		if l := &v.logons[at]; l.gone == None && l.last > gone {
			return true
		}
	}
	return false
}

// logonEnd says how one logon ended. The elevated half of a pair gets no 4647:
// it ends with its session.
func (v *hostView) logonEnd(t *table, l *logonRow) End {
	if l.logoff == None && l.gone == None && (l.linked != None || l.flags&logonSeat != 0) && l.session != None && l.own() {
		if e := v.sessionEnd(t, &v.sessions[l.session]); e.Certainty == EndExact {
			return e
		}
	}
	return v.end(t, l, l.logoff, l.gone, l.last)
}

func (v *hostView) end(t *table, l *logonRow, logoff, gone, last uint32) End {
	at := func(i uint32) event.FileTime { return t.row(v.events[i]).time }
	switch {
	case logoff != None:
		e := End{Time: at(logoff), Reason: EndReasonLogoff, Certainty: EndExact, By: EventRow(logoff)}
		if down, who := v.goingDown(t, logoff, int(v.bootOfLogon(l))); down {
			e.Reason, e.Account = EndReasonShutdown, who
		}
		e.NotBefore, e.NotAfter = e.Time, e.Time
		return e
	case gone != None:
		return End{Time: at(gone), NotBefore: at(gone), NotAfter: at(gone), Reason: EndReasonTerminated, Certainty: EndExact, By: EventRow(gone)}
	}
	return v.openEnd(t, l, t.row(v.events[last]), last)
}

// openEnd bounds what no event ends: by the last sign of life and by the next
// start of the machine, whose clock may have been set in between. It lived on
// until then, or is alive at the log's end, only if no record after its last
// is missing: what ended it may be among those.
func (v *hostView) openEnd(t *table, l *logonRow, seen *row, last uint32) End {
	e := End{NotBefore: seen.time, By: None}
	known := (l.kind().Lasting() || l.flags&logonDesktop != 0) && !v.lost(t, int(v.bootOfLogon(l)), seen.record) && v.auditsLogoffs()
	boot := &v.boots[v.bootOfLogon(l)]
	over := boot.ended
	if next := int(v.bootOfLogon(l)) + 1; next < len(v.boots) {
		over = v.boots[next].started
	} else if boot.reason == "" {
		if known && last >= v.doubt && !boot.goingDown {
			e.Reason = EndReasonOpen
		}
		return e
	}
	if over != 0 && over >= seen.time {
		e.NotAfter, e.Certainty = over, EndBounded
	}
	switch {
	case !known || over == 0:
	case boot.reason == "shutdown":
		e.Reason = EndReasonShutdown
	default:
		e.Reason = EndReasonBoot
	}
	return e
}

// lost reports whether records of the Security log may be missing between one
// of a boot and the boot's end.
func (v *hostView) lost(t *table, boot int, record uint64) bool {
	if len(v.security.lives) > 1 {
		return true // numbers of one life do not tell what is missing from another
	}
	to := ^uint64(0)
	if next := boot + 1; next >= len(v.boots) {
		if v.cut {
			return true
		}
	} else {
		from := v.boots[next].from
		if from >= v.security.to {
			return !v.boots[boot].logStopped // the log may end long before the boot did
		}
		to = t.row(v.events[from]).record
	}
	return slices.ContainsFunc(v.gaps, func(g Gap) bool { return g.After >= record && g.Before <= to })
}

// goingDown reports whether the machine was going down when a user was logged
// off: then it was not the user who chose to. Of 56 4647s in real logs, 34 are a
// shutdown's.
func (v *hostView) goingDown(t *table, logoff uint32, boot int) (down bool, account string) {
	at := t.row(v.events[logoff]).time
	down = v.stopBetween(at, at.Add(goingDown), boot, event.EventLogStopped, event.EventLogShutdown, event.KernelStopped, event.LSASSStarted)
	request := v.requestBefore(at, boot)
	if request == nil {
		return down, ""
	}
	if down || at.Sub(request.time) <= goingDown || v.takenUp(t, request, boot) {
		return true, t.text(v.events[request.at], event.TargetName)
	}
	return false, ""
}

// requestBefore returns the newest request to shut down in a boot that was not
// taken back before t, if there is one within requestSpan.
func (v *hostView) requestBefore(t event.FileTime, boot int) *sign {
	request := v.lastSign(event.ShutdownRequested, t)
	if request == nil || request.time < v.boots[boot].started || t.Sub(request.time) > requestSpan {
		return nil
	}
	if back := v.lastSign(event.ShutdownAborted, t); back != nil && back.time >= request.time {
		return nil
	}
	return request
}

// takenUp reports whether a request to shut down was followed by the stop, or
// by nothing that says otherwise. A fast startup's shutdown logs users off and
// puts the kernel to sleep (Kernel-Power 42).
func (v *hostView) takenUp(t *table, request *sign, boot int) bool {
	if v.aborted(*request) {
		return false
	}
	by := request.time.Add(requestSpan)
	if v.stopBetween(request.time, by, boot, event.EventLogStopped, event.EventLogShutdown, event.KernelStopped, event.ShutdownTransition, event.Sleeping, event.LSASSStarted, event.KernelStarted) {
		return true
	}
	to := v.security.to
	if boot+1 < len(v.boots) {
		to = v.boots[boot+1].from
	}
	return to > v.security.from && t.row(v.events[to-1]).time <= by
}

// stopBetween reports whether a sign of one of the kinds in [from, to] is of
// this boot's stop or of the next one's start. The clock may have been set, so
// that other boots have signs at these times too.
func (v *hostView) stopBetween(from, to event.FileTime, boot int, kinds ...event.Kind) bool {
	for range mostNear {
		s := v.signBetween(from, to, kinds...)
		if s == nil {
			return false
		}
		if b := v.bootOf(s.at); !v.inSecurity(s.at) || b == boot || b == boot+1 {
			return true
		}
		from = s.time + 1
	}
	return false
}
