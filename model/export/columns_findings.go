package export

import (
	"slices"
	"strconv"
	"strings"

	"spoor/model/findings"
)

// severities are the words for them, from the least.
var severities = []string{"info", "low", "medium", "high"}

// Findings are the columns of findings.
func (c Columns) Findings() []Column[Finding] {
	return []Column[Finding]{
		{Name: "severity", Text: func(f Finding) string { return f.Severity }, Rank: func(f Finding) int { return slices.Index(severities, f.Severity) }},
		{Name: "start", Text: func(f Finding) string { return c.time(f.Start) }},
		{Name: "end", Text: func(f Finding) string { return c.time(f.End) }, CSVOnly: true},
		{Name: "rule", Text: func(f Finding) string { return f.Rule }},
		{Name: "title", Text: func(f Finding) string { return f.Title }, CSVOnly: true},
		{Name: "account", Text: c.accounts},
		{Name: "hosts", Text: c.hosts},
		{Name: "source", Text: func(f Finding) string { return c.placed(f.Source) }, CSVOnly: true},
		{Name: "why", Text: func(f Finding) string { return c.Zoned(c.shown(f.Why)) }},
		{Name: "lowered", Text: func(f Finding) string { return c.Zoned(c.shown(orEmpty(f.Lowered))) }},
		{Name: "needs", Text: func(f Finding) string { return c.Zoned(needWords(f.Needs)) }, CSVOnly: true},
		{Name: "innocent_causes", Text: func(f Finding) string { return f.Innocent }, CSVOnly: true},
		{Name: "confirms", Text: func(f Finding) string { return f.Confirms }, CSVOnly: true},
		{Name: "technique", Text: func(f Finding) string { return strings.Join(f.Technique, " ") }, CSVOnly: true},
		{Name: "account_count", Text: func(f Finding) string { return strconv.Itoa(f.AccountCount) }, CSVOnly: true},
		{Name: "record_count", Text: func(f Finding) string { return strconv.Itoa(f.RecordCount) }, CSVOnly: true},
		{Name: "records", Text: func(f Finding) string { return references(f.Records) }, CSVOnly: true},
		{Name: "session_count", Text: func(f Finding) string { return strconv.Itoa(f.SessionCount) }, CSVOnly: true},
		{Name: "sessions", Text: func(f Finding) string { return strings.Join(f.Sessions, " ") }, CSVOnly: true},
		{Name: "failure_count", Text: func(f Finding) string { return strconv.Itoa(f.FailureCount) }, CSVOnly: true},
		{Name: "failures", Text: func(f Finding) string { return strings.Join(f.Failures, " ") }, CSVOnly: true},
		{Name: "id", Text: func(f Finding) string { return f.ID }, CSVOnly: true},
		{Name: "dismissed", Text: func(f Finding) string {
			if f.Dismissed == nil {
				return ""
			}
			return strings.TrimSpace(c.time(f.Dismissed.Time) + " " + f.Dismissed.Note)
		}, CSVOnly: true},
	}
}

// shown is a sentence as a table on a screen has it; CSV files have all of it.
func (c Columns) shown(sentence string) string {
	if c.Zone == nil {
		return sentence
	}
	return findings.Shortened(sentence)
}

// mostHosts is how many hosts a cell of a table on a screen names; CSV files
// name all.
const mostHosts = 3

func (c Columns) hosts(f Finding) string {
	if c.Zone == nil {
		return strings.Join(f.Hosts, ", ")
	}
	return someOf(f.Hosts, mostHosts, len(f.Hosts))
}

// accounts names the account, and how many there are besides; in CSV files all
// that the record lists.
func (c Columns) accounts(f Finding) string {
	names := f.accounts()
	if c.Zone == nil {
		return someOf(names, len(names), f.AccountCount)
	}
	if f.Account == nil && f.AccountCount > 1 {
		if findings.NamesOnly(f.Rule) {
			return amount(f.AccountCount, "name")
		}
		return amount(f.AccountCount, "account")
	}
	return someOf(names, 1, f.AccountCount)
}

// accounts names the accounts that a finding is about, the first hundred or so.
func (f Finding) accounts() []string {
	var out []string
	if f.Account != nil {
		out = append(out, f.Account.display())
	}
	for _, a := range f.Accounts {
		out = append(out, a.display())
	}
	return out
}

// someOf names the first few of several, and says how many more there are of
// all.
func someOf(names []string, few, all int) string {
	few = min(few, len(names))
	words := strings.Join(names[:few], ", ")
	if left := all - few; left > 0 {
		words += " and " + strconv.Itoa(left) + " more"
	}
	return words
}

// needWords says of each thing needed whether it is there.
func needWords(needs []FindingNeed) string {
	var out []string
	for _, n := range needs {
		words := n.Title + ": " + n.Covered
		if n.Covered == "yes" {
			words = n.Title + ": there"
		} else if n.Covered == "no" {
			words = n.Title + ": not there"
		}
		if n.Why != "" {
			words += " (" + n.Why + ")"
		}
		out = append(out, words)
	}
	return strings.Join(out, "; ")
}

// Without says what becomes of findings where the evidence lacks a need.
func (n RuleNeed) Without() string {
	if n.Cap == "nothing" || n.Cap == "less" {
		return n.Cap + " is found"
	}
	return n.Cap + " at most"
}

// Rules are the columns of rules.
func (c Columns) Rules() []Column[Rule] {
	return []Column[Rule]{
		{Name: "rule", Text: func(r Rule) string { return r.ID }},
		{Name: "severity", Text: func(r Rule) string { return r.Severity }},
		{Name: "technique", Text: func(r Rule) string { return strings.Join(r.Technique, " ") }},
		{Name: "title", Text: func(r Rule) string { return r.Title }},
		{Name: "decides", Text: func(r Rule) string { return r.Decides }},
		{Name: "thresholds", Text: func(r Rule) string {
			var out []string
			for _, t := range r.Thresholds {
				out = append(out, t.Name+"="+strconv.Itoa(t.Value))
			}
			return strings.Join(out, " ")
		}},
		{Name: "needs", Text: func(r Rule) string {
			var out []string
			for _, n := range r.Needs {
				out = append(out, n.Title+"; without it "+n.Without())
			}
			return strings.Join(out, ". ")
		}},
		{Name: "innocent_causes", Text: func(r Rule) string { return r.Innocent }},
		{Name: "confirms", Text: func(r Rule) string { return r.Confirms }},
		{Name: "source", Text: func(r Rule) string { return r.Source }},
	}
}
