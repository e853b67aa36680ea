package main

import (
	"fmt"
	"slices"
	"strings"

	"spoor/model"
	"spoor/model/text"
)

const (
	auditLines = 10 // of the report
	auditHosts = 8  // named in one of them
)

// unaudited says in words what hosts did not log that any computer in use
// logs, so that its absence is read as that and not as an answer. Hosts that
// are alike share a line.
func unaudited(s *model.Snapshot) []string {
	byList := map[string][]string{}
	var lists []string
	for _, h := range s.Hosts() {
		list := strings.Join(s.NotAudited(h.ID), ", ")
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
