package main

import (
	"fmt"
	"slices"
	"time"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/simulate"
)

// end compares how a session ended. Where a record says so, the time is that
// record's; else it must lie within the bounds given.
func (j *judgement) end(m *model.Session, t *simulate.Session) {
	end := moment(t.End)
	if m.End.Certainty != model.EndExact {
		if kept(t.Records, "logoff") > 0 {
			j.missed(endTimes, "a logoff", "%s: %s %s", where(t), m.End.Reason, m.End.Certainty)
		}
		j.bounds(m, t, end)
		j.reason(m, t)
		return
	}
	// Without the record, what stands beside it says so (LSM 23); without the
	// logons, nothing says that two are the halves of one.
	_, whole := began(t)
	if end == 0 || end != m.End.Time && (whole && told(t.Records, "logoff") || end.Sub(m.End.Time).Abs() > time.Second) {
		j.wrong(endTimes, "another time", "%s: %s at %s", where(t), m.End.Reason, m.End.Time)
		return
	}
	j.right(endTimes)
	j.reason(m, t)
}

// reasons is what the model calls the truth's reasons where an event ends a
// session, and where none does.
var reasons = map[string]model.EndReason{"logoff": model.EndReasonLogoff, "terminated": model.EndReasonTerminated, "shutdown": model.EndReasonShutdown, "crash": model.EndReasonBoot, "": model.EndReasonOpen}

// reason compares why a session ended. To say that it is not known is no
// mistake; it is a gap where the evidence has all that tells.
func (j *judgement) reason(m *model.Session, t *simulate.Session) {
	end := moment(t.End)
	switch {
	case m.End.Reason == reasons[t.Reason]:
		j.right(endReasons)
	case m.End.Reason == model.EndReasonOpen && end > j.last[t.Host]:
		j.right(endReasons) // alive at the end of the log
	case t.Reason == "shutdown" && m.End.Reason == model.EndReasonBoot && !j.stopped(t):
		j.right(endReasons) // what the log has of it: the next start
	case m.End.Reason == model.EndReasonUnknown:
		if j.tells(t) {
			j.missed(endReasons, t.Reason, "%s: %s", where(t), m.End.Certainty)
		}
	default:
		j.wrong(endReasons, fmt.Sprintf("%s for %s", m.End.Reason, t.Reason), "%s: %s at %s", where(t), m.End.Certainty, m.End.Time)
	}
}

// stopped reports whether the evidence tells that a session's host went down at
// the session's end.
func (j *judgement) stopped(t *simulate.Session) bool {
	end := moment(t.End)
	return slices.ContainsFunc(j.stops[t.Host], func(at event.FileTime) bool { return at.Sub(end).Abs() < time.Minute })
}

// lasting are the logon types of sessions that end when their host does, if
// they were not logged off. A network logon may be gone long before, and its
// 4634 never written.
var lasting = map[uint32]bool{2: true, 4: true, 5: true, 9: true, 10: true, 11: true}

// tells reports whether the evidence determines why a session ended: all of
// its host's records since it began are there, and of its end.
func (j *judgement) tells(t *simulate.Session) bool {
	if len(t.Records) == 0 || !lasting[t.Type] || j.has(simulate.NoLogoff) || j.has(simulate.Dropped) {
		return false
	}
	for _, r := range t.Records {
		if r.Role == "logoff" {
			return r.Kept && (t.Reason != "shutdown" || j.stopped(t))
		}
	}
	logon, _ := began(t)
	if j.lost[t.Host] >= logon {
		return false
	}
	if t.End == "" {
		return true
	}
	next := j.nextBoot(t)
	return next != nil && told(next.Records, "start") && (t.Reason != "shutdown" || j.stopped(t))
}

// nextBoot is the one after a session's, or nil.
func (j *judgement) nextBoot(t *simulate.Session) *simulate.Boot {
	for _, b := range j.bootsOf[t.Host] {
		if b.Number == t.Boot+1 {
			return b
		}
	}
	return nil
}

// bounds compares when a session ended at the earliest and at the latest.
// Nothing is rounded: both are times of records of the session's own host.
func (j *judgement) bounds(m *model.Session, t *simulate.Session, end event.FileTime) {
	next, after := j.nextBoot(t), event.FileTime(0)
	if next != nil && told(next.Records, "start") {
		after = moment(next.Records[0].Time)
	}
	switch last := lastSeen(t); {
	case m.ClockSet || j.clockSet(t):
		// Its times are no order.
	case end != 0 && m.End.NotBefore > end:
		j.wrong(endBounds, "seen after its end", "%s: not before %s", where(t), m.End.NotBefore)
	case m.End.NotAfter != 0 && (end == 0 || m.End.NotAfter < end):
		j.wrong(endBounds, "bounded before its end", "%s: not after %s", where(t), m.End.NotAfter)
	case m.End.NotAfter != 0 && after != 0 && m.End.NotAfter > after:
		j.wrong(endBounds, "bounded after the next start", "%s: not after %s, though %s started again at %s", where(t), m.End.NotAfter, t.Host, after)
	case m.End.NotAfter == 0 && after != 0:
		j.missed(endBounds, "the next start", "%s: %s started again at %s", where(t), t.Host, after)
	case m.End.NotBefore < last:
		j.missed(endBounds, "a later record", "%s: not before %s, though seen at %s", where(t), m.End.NotBefore, last)
	default:
		j.right(endBounds)
	}
}

// clockSet reports whether the clock of a session's host was set while it
// lived, or between it and the next start.
func (j *judgement) clockSet(t *simulate.Session) bool {
	next := j.nextBoot(t)
	for _, c := range j.truth.Clocks {
		logon, _ := began(t)
		if c.Host == t.Host && c.Records[0].At >= logon && (next == nil || len(next.Records) == 0 || c.Records[0].At <= next.Records[0].At) {
			return true
		}
	}
	return false
}

// lastSeen is the time of the last record in the evidence that a session's host
// wrote of it.
func lastSeen(t *simulate.Session) (last event.FileTime) {
	see := func(records []simulate.Record) {
		for _, r := range records {
			if r.Kept && r.Host == t.Host && r.Channel == "Security" {
				last = max(last, moment(r.Time))
			}
		}
	}
	for _, r := range t.Records {
		if r.Role == "logon" {
			see([]simulate.Record{r})
		}
	}
	see(t.Rights)
	for _, g := range t.Segments {
		see(g.Records)
	}
	return last
}
