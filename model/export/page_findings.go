package export

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"spoor/model/findings"
)

// findingSections tell of the findings, a section below the first one for
// every rule that found any.
func (c *content) findingSections() []section {
	head := section{title: "Findings", notes: []string{
		"A finding is a reason to look, not a verdict. Each presumes logs, and each has innocent causes that look the same.",
	}}
	if !c.judges {
		return []section{{title: head.title, notes: []string{FindingsLeftOut}}}
	}
	var rules []string
	of := map[string]*section{}
	counts := map[string]int{}
	for f := range c.foundRecords() {
		s := of[f.Rule]
		if s == nil {
			s = &section{
				title: f.Title, below: true,
				notes: []string{
					"Rule " + f.Rule + ", of MITRE ATT&CK " + strings.Join(f.Technique, ", ") + ".",
					"Innocent causes that look the same: " + innocentOf(f),
					"What would confirm or refute it: " + f.Confirms,
				},
				header: []string{"Severity", "From", "Until", "Account", "Hosts", "Came from", "Why", "What it needs", "Records", "Finding"},
			}
			of[f.Rule], rules = s, append(rules, f.Rule)
		}
		counts[f.Severity]++
		c.addFinding(s, f)
	}
	head.notes = append(head.notes, c.countedFindings(counts))
	for _, u := range findings.NotJudged(c.view.Snapshot) {
		head.notes = append(head.notes, Columns{Zone: c.zone}.Zoned(u.String()))
	}
	head.notes = clean(head.notes)
	out := []section{head}
	for _, id := range rules {
		out = append(out, *of[id])
	}
	return out
}

func (c *content) addFinding(s *section, f Finding) {
	columns := Columns{Zone: c.zone}
	severity, why := f.Severity, columns.Zoned(findings.Shortened(f.Why))
	if f.Lowered != nil {
		severity += ", lowered: " + columns.Zoned(findings.Shortened(*f.Lowered))
	}
	if rule, ok := findings.RuleByID(f.Rule); ok && f.Innocent != rule.Innocent {
		why += " Innocent causes of this case: " + f.Innocent
	}
	if f.Dismissed != nil {
		why += " Dismissed"
		if f.Dismissed.Time.FileTime != 0 {
			why += " on " + f.Dismissed.Time.Format(c.zone)
		}
		why += ": " + f.Dismissed.Note
	}
	needs, from := "nothing but its own records", ""
	if len(f.Needs) > 0 {
		needs = columns.Zoned(needWords(f.Needs))
	}
	if f.Source != nil {
		from = columns.placed(f.Source)
	}
	s.add(severity, f.Start.Format(c.zone), f.End.Format(c.zone), someOf(f.accounts(), mostOnPage, f.AccountCount), someOf(f.Hosts, mostOnPage, len(f.Hosts)), from, why,
		needs, strconv.Itoa(f.RecordCount), f.ID)
}

// innocentOf is the innocent causes of a finding's rule.
func innocentOf(f Finding) string {
	if rule, ok := findings.RuleByID(f.Rule); ok {
		return rule.Innocent
	}
	return f.Innocent
}

// mostOnPage is how many accounts or hosts a cell of a page names.
const mostOnPage = 20

// countedFindings says how many there are, the highest first, and by which
// numbers that were set.
func (c *content) countedFindings(counts map[string]int) string {
	var out []string
	for _, severity := range slices.Backward(severities) {
		if n := counts[severity]; n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, severity))
		}
	}
	words := "No rule found anything about the sessions and accounts above."
	if len(out) > 0 {
		words = "Of the sessions above, their accounts and the failed attempts: " + strings.Join(out, ", ") + "."
	}
	set := c.found().set.Thresholds
	for i, name := range set.Changed() {
		if i == 0 {
			words += " Decided by thresholds that were set:"
		}
		words += fmt.Sprintf(" %s=%d", name, set.Value(name))
	}
	return words
}
