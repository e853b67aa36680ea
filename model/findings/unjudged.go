package findings

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"spoor/model"
)

// Unjudged is something that rules need and that the evidence, taken as a
// whole, does not hold: what these rules look for may have happened and left
// no finding, or one that weighs less.
type Unjudged struct {
	Need  string // its ID
	Title string
	Why   string
	Rules []string // the IDs of those that need it, in the order of the table
}

// blind are the rules that find nothing at all without a need, by that: they
// read those events alone. What else they need lowers their findings, see
// [Rule.Needs].
var blind = map[string][]string{
	needDCGrants:     {"as-rep-roast", "foreign-ticket-options"},
	needDCTickets:    {"kerberoast-rc4", "kerberoast-fan-out", "ticket-without-tgt", "unknown-ticket-name", "unknown-ticket-domain"},
	needAccounts:     {"alive-after-disabled"},
	needHostSessions: {"session-taken-over"},
	needHostSpecial:  {"special-group"},
	needHostServices: {"remote-service"},
	needHostTasks:    {"remote-task"},
	needHostShares:   {"admin-shares"},
	needHostGroups:   {"local-groups-listed"},
	needHostClock:    {"clock-set"},
	needHostLogons: {
		"logon-while-refused", "account-of-other-name", "new-credentials", "run-as", "ntlm-after-kerberos", "cleartext-logon", "explicit-credentials", "hop-chain",
		"first-host", "first-source", "first-kind", "changed-then-used", "two-consoles",
	},
}

// dim are the rules that find less without a need, by that: they read other
// events, too.
var dim = map[string][]string{
	needDCGrants:      {"password-spray", "password-guessing", "account-enumeration", "guessed-right", "logon-while-refused", "computer-name-without-dollar", "new-credentials"},
	needDCTickets:     {"computer-name-without-dollar", "fan-out"},
	needDCNTLM:        {"password-spray", "password-guessing", "guessed-right", "logon-while-refused", "new-credentials"},
	needAccounts:      {"account-of-other-name", "changed-then-used"},
	needGroups:        {"changed-then-used"},
	needHostLogons:    {"password-spray", "password-guessing", "account-enumeration", "guessed-right", "back-after-guessing", "remote-desktop-from-itself", "remote-service", "remote-task", "remote-wmi", "fan-out", "alive-after-disabled"},
	needHostSessions:  {"back-after-guessing"},
	needHostPrograms:  {"session-taken-over", "remote-wmi"},
	needSystemLog:     {"log-cleared"},
	needRemoteDesktop: {"remote-desktop-from-itself", "fan-out"},
}

// BlindWithout returns what a rule finds nothing without.
func BlindWithout(rule string) []Need { return needsOf(blind, rule) }

// LessWithout returns what a rule finds less without.
func LessWithout(rule string) []Need { return needsOf(dim, rule) }

func needsOf(by map[string][]string, rule string) []Need {
	var out []Need
	for _, n := range needs {
		if slices.Contains(by[n.ID], rule) {
			out = append(out, n)
		}
	}
	return out
}

// NotJudged says what rules could not judge for want of logs, in the order of
// the table of needs.
func NotJudged(s *model.Snapshot) []Unjudged {
	x := newScope(s, Thresholds{})
	x.coverage()
	whole := x.whole()
	var out []Unjudged
	for _, n := range needs {
		users := rulesThatNeed(n.ID)
		if n.ID == needHistory || len(users) == 0 {
			continue // how far a log reaches back is asked of each finding
		}
		at := whole
		if n.ID == needTenHours || n.ID == needSevenDays {
			at.Start = at.End // if not even the last moment has them, none has
		}
		if covered, why := n.covered(x, &at); covered != model.Yes {
			out = append(out, Unjudged{n.ID, n.Title, why, users})
		}
	}
	return out
}

// edge is by how much logs of one evidence begin and end apart without a word:
// computers start and are collected one after the other.
const edge = time.Hour

// whole is all hosts with a Security log, and the time that those logs reach
// over.
func (x *scope) whole() Finding {
	f := Finding{Account: model.None}
	for _, h := range x.Hosts() {
		c, ok := x.spans[h.ID]
		if !ok {
			continue
		}
		f.Hosts = append(f.Hosts, h.ID)
		f.Start, f.End = min(cmp.Or(f.Start, c.first), c.first), max(f.End, c.last)
	}
	if f.End.Sub(f.Start) > 4*edge {
		f.Start, f.End = f.Start.Add(edge), f.End.Add(-edge)
	}
	return f
}

// Of returns those of things not judged that some rules need, and names only
// these rules; all of them where no rule is named.
func Of(all []Unjudged, rules []string) []Unjudged {
	if len(rules) == 0 {
		return all
	}
	var out []Unjudged
	for _, u := range all {
		var own []string
		for _, id := range u.Rules {
			if slices.Contains(rules, id) {
				own = append(own, id)
			}
		}
		if u.Rules = own; len(own) > 0 {
			out = append(out, u)
		}
	}
	return out
}

// RulesOf returns the rules that could not judge something, each once.
func RulesOf(all []Unjudged) []string {
	var out []string
	for _, u := range all {
		for _, id := range u.Rules {
			if !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

func rulesThatNeed(need string) []string {
	var out []string
	for _, r := range rules {
		if slices.Contains(blind[need], r.ID) || slices.Contains(dim[need], r.ID) || slices.ContainsFunc(r.Needs, func(q Requirement) bool { return q.Need == need }) {
			out = append(out, r.ID)
		}
	}
	return out
}

func (u Unjudged) String() string {
	return "Not judged, or not in full: " + strings.Join(u.Rules, ", ") + ". Wanted: " + u.Title + "; " + u.Why + "."
}
