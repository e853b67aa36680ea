package export

import (
	"fmt"
	"slices"
	"strings"

	"spoor/model"
	"spoor/model/text"
)

const (
	auditLines = 10 // lines of what was not audited
	auditHosts = 8  // hosts named in one of them
	gapLines   = 40 // lines of gaps
)

// Missing says in clean words which logs are not in the evidence, so that what
// is not shown can be read.
func (v View) Missing() []string {
	var out []string
	s := v.Snapshot
	if n := s.Unread(); n > 0 {
		out = append(out, fmt.Sprintf("Of %d files, %d could not be read, or not to the end: what is said not to be there may be in those.", len(s.Files()), n))
	}
	if !slices.ContainsFunc(s.Hosts(), func(h model.Host) bool { return h.Logged && slices.Contains(h.Roles, "domain controller") }) {
		out = append(out, "No domain controller's Security log "+s.InEvidence()+": tickets (4768, 4769) and NTLM validations (4776) are unknown.")
	}
	const named = 20
	var absent []string
	for _, a := range s.Absent() {
		absent = append(absent, text.Clean(a.Name))
	}
	if n := len(absent); n > named {
		absent = append(absent[:named:named], fmt.Sprintf("and %d more (spoor hosts)", n-named))
	}
	if len(absent) > 0 {
		out = append(out, "Computers that tickets name and of which no log is here: "+strings.Join(absent, ", ")+".")
	}
	systemLog := map[model.HostID]bool{}
	for _, c := range s.Coverage() {
		if strings.EqualFold(c.Channel, "System") {
			systemLog[c.Host] = true
		}
	}
	var without []string
	for _, h := range s.Hosts() {
		if h.Logged && !systemLog[h.ID] {
			without = append(without, text.Clean(h.Short()))
		}
	}
	if len(without) > 0 {
		out = append(out, "Without a System log, starts and stops may be missing for: "+strings.Join(without, ", ")+".")
	}
	return out
}

// Unaudited says in clean words what hosts did not log that any computer in
// use logs, so that its absence is read as that and not as an answer. Hosts
// that are alike share a line.
func (v View) Unaudited() []string {
	byList := map[string][]string{}
	var lists []string
	for _, h := range v.Snapshot.Hosts() {
		list := strings.Join(v.Snapshot.NotAudited(h.ID), ", ")
		if list == "" {
			continue
		}
		if byList[list] == nil {
			lists = append(lists, list)
		}
		byList[list] = append(byList[list], text.Clean(h.Short()))
	}
	slices.SortStableFunc(lists, func(a, b string) int { return len(byList[b]) - len(byList[a]) })
	var out []string
	for _, list := range lists[:min(len(lists), auditLines)] {
		hosts := byList[list]
		names := strings.Join(hosts[:min(len(hosts), auditHosts)], ", ")
		if more := len(hosts) - auditHosts; more > 0 {
			names += fmt.Sprintf(" and %d more", more)
		}
		out = append(out, "Nothing logged on "+names+" of what is audited as: "+list+" (not audited, or not kept).")
	}
	if more := len(lists) - auditLines; more > 0 {
		out = append(out, fmt.Sprintf("and %d more sets of hosts on which something is not audited: spoor coverage --format json", more))
	}
	return out
}

// caveats says in clean words all that keeps the evidence from being whole:
// logs that are missing, cleared or have gaps, what was never audited, damage.
func (c *content) caveats() []string {
	out := c.view.Missing()
	if c.view.Snapshot.Provisional() {
		out = append(out, "The evidence was still being read when this was made.")
	}
	remarked := map[string]bool{}
	var gaps []string
	for _, log := range c.view.Coverage() {
		if !remarked[log.File] {
			remarked[log.File] = true
			for _, d := range log.Damage {
				word := "Damaged"
				if rest, unread := strings.CutPrefix(d, "not read"); unread { // nothing is known to be wrong with it
					to, why, _ := strings.Cut(rest, ": ")
					word, d = "Not read"+to, why
				}
				out = append(out, word+": "+text.Clean(log.File+": "+d)+".")
			}
			for _, n := range log.Notes {
				out = append(out, "Note: "+text.Clean(log.File+": "+n)+".")
			}
		}
		for _, g := range log.Gaps {
			gaps = append(gaps, fmt.Sprintf("Records are missing in the %s log of %s: after number %d (%s), before %d (%s).",
				text.Clean(orEmpty(log.Channel)), text.Clean(orEmpty(log.Host)),
				g.AfterRecord, g.From.Format(c.zone), g.BeforeRecord, g.To.Format(c.zone)))
		}
	}
	out = append(out, gaps[:min(len(gaps), gapLines)]...)
	if more := len(gaps) - gapLines; more > 0 {
		out = append(out, fmt.Sprintf("and %d more gaps: spoor coverage --format json", more))
	}
	return append(out, c.view.Unaudited()...)
}
