package findings

import "slices"

// Rule is one row of the table of rules.
type Rule struct {
	ID        string // short words joined by dashes, for ever
	Title     string
	Severity  Severity // the highest that a finding of it has
	Technique []string // ids of MITRE ATT&CK
	Needs     []Requirement
	Decides   string // how, naming its thresholds as they are set
	Innocent  string // causes without an intruder that look the same
	Confirms  string // what would confirm or refute it
	Source    string
	// Thresholds are the names of those that it decides by.
	Thresholds []string

	// Tried says that the accounts of its findings, but for those that these name
	// as reached, and the hosts, but for the one that it came from, are those
	// that were tried.
	Tried bool

	find func(*scope)
}

// Requirement is something that a rule needs of the evidence.
type Requirement struct {
	Need string // the ID of a row of the table of needs
	// Cap is the severity that a finding has at most where it is not covered.
	Cap Severity
}

// Rules returns all rules, in the order of the table.
func Rules() []Rule { return slices.Clone(rules) }

// RuleByID returns one rule; false if there is none of that name.
func RuleByID(id string) (Rule, bool) {
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, false
	}
	return rules[i], true
}
