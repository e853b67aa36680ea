package main

import (
	"fmt"
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
	case says == "" && !j.parentTold(t):
	case says == "":
		j.missed(parents, t.Kind, "%s came out of %s", where(t), t.Parent)
	default:
		j.wrong(parents, t.Kind+" "+m.Parent.Certainty.String(), "%s came out of %q, not %s (%s)", where(t), t.Parent, says, m.Parent.Why)
	}
}

// parentTold reports whether the logs tell what a session came out of: the
// parent's own 4624 is there, and for a logon over the network what binds the
// address that it came from.
func (j *judgement) parentTold(t *simulate.Session) bool {
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
