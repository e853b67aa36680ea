package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/simulate"
)

// where is a session for people.
func where(t *simulate.Session) string {
	return fmt.Sprintf("%s %v %s type %d of %s, %s to %s (%s)", t.Host, t.LogonIDs, t.Kind, t.Type, t.Account, t.Start, t.End, t.Reason)
}

// account: the SID is the account's, whatever it was called.
func (j *judgement) account(m *model.Session, t *simulate.Session) {
	a := j.snapshot.Account(m.Account)
	switch a.SID {
	case t.SID:
		j.right(accounts)
	case "":
		j.missed(accounts, "no SID", "%s: %s", where(t), a.Display())
	default:
		j.wrong(accounts, "another account", "%s: %s %s", where(t), a.Display(), a.SID)
	}
}

// near: two times are the same, but for the halves of a pair.
func near(a, b event.FileTime) bool { return a.Sub(b).Abs() <= time.Second }

// end compares how a session ended. Where a record says so, the time is that
// record's; else it must lie within the bounds given.
func (j *judgement) end(m *model.Session, t *simulate.Session) {
	end := moment(t.End)
	if end == 0 && m.End.NotAfter == 0 && m.End.Certainty != model.EndExact {
		j.right(endBounds)
		return
	}
	if m.End.Certainty != model.EndExact {
		if kept(t.Records, "logoff") > 0 {
			j.missed(endTimes, "a logoff", "%s: %s %s", where(t), m.End.Reason, m.End.Certainty)
		}
		j.bounds(m, t, end)
		return
	}
	if end == 0 || !near(end, m.End.Time) {
		j.wrong(endTimes, "another time", "%s: %s at %s", where(t), m.End.Reason, m.End.Time)
		return
	}
	j.right(endTimes)
	j.reason(m, t)
}

// endReasons is what the model calls the truth's reasons where an event ends a
// session, and where none does.
var reasons = map[string]model.EndReason{"logoff": model.EndReasonLogoff, "terminated": model.EndReasonTerminated, "shutdown": model.EndReasonShutdown, "crash": model.EndReasonBoot, "": model.EndReasonOpen}

func (j *judgement) reason(m *model.Session, t *simulate.Session) {
	if m.End.Reason == reasons[t.Reason] {
		j.right(endReasons)
		return
	}
	end := moment(t.End)
	if t.Reason == "shutdown" && !slices.ContainsFunc(j.stops[t.Host], func(at event.FileTime) bool { return at.Sub(end).Abs() < 2*time.Minute }) {
		return // nothing tells of the shutdown
	}
	if m.End.Reason == model.EndReasonOpen && end > j.last[t.Host] {
		j.right(endReasons) // alive at the end of the log
		return
	}
	j.wrong(endReasons, fmt.Sprintf("%s for %s", m.End.Reason, t.Reason), "%s: %s at %s", where(t), m.End.Certainty, m.End.Time)
}

func (j *judgement) bounds(m *model.Session, t *simulate.Session, end event.FileTime) {
	switch {
	case end != 0 && m.End.NotBefore > end.Add(2*time.Minute):
		j.wrong(endBounds, "seen after its end", "%s: not before %s", where(t), m.End.NotBefore)
	case m.End.NotAfter != 0 && (end == 0 || m.End.NotAfter < end.Add(-2*time.Minute)):
		j.wrong(endBounds, "bounded before its end", "%s: not after %s", where(t), m.End.NotAfter)
	default:
		j.right(endBounds)
	}
	if m.End.Reason != model.EndReasonUnknown {
		j.reason(m, t)
	}
}

// foldedChecks compares the checks within a session.
func (j *judgement) foldedChecks(m *model.Session, t *simulate.Session) {
	given := make(map[*simulate.Check]bool)
	for _, c := range m.Checks {
		for _, l := range c.Logons {
			logon := j.snapshot.Logon(l)
			is, ok := j.whose(logon)
			switch {
			case !ok || is.session != t && is.check == nil:
				j.wrong(checks, "a session of its own", "%s: %s at %s", where(t), logon.LogonID, c.Time)
			case is.check == nil || is.session != t:
				j.wrong(checks, "not of this session", "%s: %s at %s", where(t), logon.LogonID, c.Time)
			case !given[is.check]:
				given[is.check] = true
				j.right(checks)
			}
		}
	}
	for _, c := range t.Checks {
		if !given[c] && told(c.Records, "logon") && told(c.Records, "logoff") {
			j.missed(checks, c.Why, "%s: %v at %s", where(t), c.LogonIDs, c.Time)
		}
	}
}

// segments compares the states of a desktop, one by one.
func (j *judgement) segments(m *model.Session, t *simulate.Session) {
	if len(t.Segments) < 2 && len(m.Segments) == 0 {
		return
	}
	var is, says []string
	for i, g := range t.Segments {
		if !m.StartKnown && i+1 < len(t.Segments) && moment(t.Segments[i+1].Start) <= m.Start {
			continue // older than what the logs have of it
		}
		if len(g.Records) > 0 && !told(g.Records, "segment") {
			return // not all of it can be known
		}
		if n := len(is); n == 0 || is[n-1] != g.State {
			is = append(is, g.State)
		}
	}
	for _, g := range m.Segments {
		if n := len(says); n == 0 || says[n-1] != g.State.String() {
			says = append(says, g.State.String())
		}
	}
	switch {
	case strings.Join(is, " ") == strings.Join(says, " "):
		j.right(segments)
	case len(says) == 0:
		j.missed(segments, "none", "%s: %v", where(t), is)
	default:
		j.wrong(segments, "another course", "%s: %v, not %v", where(t), says, is)
	}
}

// parent compares what a session came out of.
func (j *judgement) parent(m *model.Session, t *simulate.Session) {
	says := ""
	if m.Parent.Session != model.None {
		says = "one that never happened"
		// Where no logoff is logged, a check looks like a session.
		if is, ok := j.whose(j.snapshot.Logon(j.snapshot.Session(m.Parent.Session).Logons[0])); ok {
			p := is.session
			says = fmt.Sprintf("%s/%d/%s", p.Host, p.Boot, p.LogonIDs[0])
		}
	}
	switch {
	case says == "" && t.Parent == "":
	case says == t.Parent:
		j.right(parents)
	case says == "" && !j.determined(t):
	case says == "":
		j.missed(parents, t.Kind, "%s came out of %s", where(t), t.Parent)
	default:
		j.wrong(parents, t.Kind+" "+m.Parent.Certainty.String(), "%s came out of %q, not %s (%s)", where(t), t.Parent, says, m.Parent.Why)
	}
}

// determined reports whether the logs tell what a session came out of: the
// parent's own 4624 is there, and for a logon over the network what binds the
// address that it came from.
func (j *judgement) determined(t *simulate.Session) bool {
	return j.began[t.Parent] && (t.Address == "" || j.bound(t))
}

// boots compares when hosts started.
func (j *judgement) boots() {
	starts := make(map[string]map[event.FileTime]bool)
	for _, b := range j.truth.Boots {
		if starts[b.Host] == nil {
			starts[b.Host] = make(map[event.FileTime]bool)
		}
		starts[b.Host][moment(b.Start)] = false
	}
	for i := range j.snapshot.Hosts() {
		h := j.snapshot.Host(model.HostID(i))
		title := j.host(model.HostID(i))
		for _, b := range h.Boots {
			if b.Started == 0 {
				continue
			}
			at := event.FileTime(0)
			for s := range starts[title] {
				if b.Started.Sub(s).Abs() < 30*time.Second {
					at = s
				}
			}
			if at == 0 {
				j.wrong(boots, b.Certainty.String(), "%s did not start at %s (%s)", h.Short(), b.Started, b.Why)
			} else if starts[title][at] = true; true {
				j.right(boots)
			}
		}
	}
	for _, b := range j.truth.Boots {
		if told(b.Records, "start") && !starts[b.Host][moment(b.Start)] {
			j.missed(boots, "a start", "%s started at %s", b.Host, b.Start)
		}
	}
}
