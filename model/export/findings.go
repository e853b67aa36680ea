package export

import (
	"cmp"
	"time"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/findings"
)

// Finding is spoor.finding/1: that a rule found something unusual. It is a
// reason to look and no verdict: what it presumes, which innocent causes look
// the same and what would confirm or refute it are part of it. Accounts,
// records, sessions and failures are the first hundred; the counts are of all.
type Finding struct {
	Schema       string         `json:"schema"` // spoor.finding/1
	ID           string         `json:"id"`     // a hash of the rule and of the record that it is anchored on
	Rule         string         `json:"rule"`   // spoor findings --rules says all of it
	Title        string         `json:"title"`
	Severity     string         `json:"severity"`  // info, low, medium, high: how much it deserves a look before others
	Lowered      *string        `json:"lowered"`   // why the severity is below the rule's
	Technique    []string       `json:"technique"` // ids of MITRE ATT&CK
	Account      *Account       `json:"account"`   // null where it is about none, or about several alike
	Accounts     []Account      `json:"accounts"`  // further ones
	AccountCount int            `json:"account_count"`
	Hosts        []string       `json:"hosts"`  // in the order of what happened
	Source       *StepPlace     `json:"source"` // null where there is none or there are several
	Start        Time           `json:"start"`
	End          Time           `json:"end"`
	Why          string         `json:"why"`
	Needs        []FindingNeed  `json:"needs"`
	Innocent     string         `json:"innocent_causes"` // without an intruder, that look the same
	Confirms     string         `json:"confirms"`        // what would confirm or refute it
	Records      []Ref          `json:"records"`
	RecordCount  int            `json:"record_count"`
	Sessions     []string       `json:"sessions"` // their IDs
	SessionCount int            `json:"session_count"`
	Failures     []string       `json:"failures"` // their IDs
	FailureCount int            `json:"failure_count"`
	Dismissed    *DismissedNote `json:"dismissed"` // null unless an analyst set it aside
}

// FindingNeed is one thing that a rule needs of the evidence, and whether it
// is there.
type FindingNeed struct {
	Need    string `json:"need"`
	Title   string `json:"title"`
	Covered string `json:"covered"` // yes, no, unknown
	Why     string `json:"why"`
}

// DismissedNote is that an analyst set a finding aside, which changes nothing
// of it.
type DismissedNote struct {
	Time Time   `json:"time"` // by the clock of the analyst's computer
	Note string `json:"note"`
}

// Finding returns the public record of a finding; dismissed may be nil.
func (v View) Finding(f findings.Finding, dismissed *findings.Dismissal) Finding {
	rule, _ := findings.RuleByID(f.Rule)
	out := Finding{
		Schema: "spoor.finding/1", ID: f.ID, Rule: f.Rule, Title: f.Title, Severity: f.Severity.String(), Lowered: optional(f.Lowered),
		Technique: list(rule.Technique), Account: v.party(f.Account, f.AccountName), Accounts: []Account{}, Hosts: []string{},
		Source: v.place(f.Source), Start: Time{f.Start}, End: Time{f.End}, Why: f.Why, Needs: []FindingNeed{},
		Innocent: cmp.Or(f.Innocent, rule.Innocent), Confirms: rule.Confirms,
		Records: []Ref{}, RecordCount: f.RecordCount, Sessions: []string{}, SessionCount: f.SessionCount,
		Failures: []string{}, FailureCount: f.FailureCount,
	}
	out.AccountCount = len(f.Accounts)
	if out.Account != nil {
		out.AccountCount++
	}
	for _, a := range f.Accounts[:min(len(f.Accounts), findings.MostListed)] {
		out.Accounts = append(out.Accounts, v.account(a))
	}
	for _, h := range f.Hosts {
		out.Hosts = append(out.Hosts, v.Snapshot.Host(h).Name)
	}
	for _, n := range f.Needed {
		out.Needs = append(out.Needs, FindingNeed{n.Need, n.Title, covered(n.Covered), n.Why})
	}
	for _, r := range f.Records {
		out.Records = append(out.Records, v.ref(r))
	}
	for _, n := range f.Sessions {
		out.Sessions = append(out.Sessions, v.Snapshot.SessionID(n))
	}
	if len(f.Failures) > 0 {
		all := v.Snapshot.Failures()
		for _, n := range f.Failures {
			out.Failures = append(out.Failures, all[n].ID)
		}
	}
	if dismissed != nil {
		out.Dismissed = &DismissedNote{Time{stampOf(dismissed.Time)}, dismissed.Note}
	}
	v.mask.apply(&out)
	return out
}

// stampOf is a time of a clock that may not be known.
func stampOf(t time.Time) event.FileTime {
	if t.IsZero() {
		return 0
	}
	return event.FileTimeOf(t)
}

func covered(t model.Tri) string {
	switch t {
	case model.Yes:
		return "yes"
	case model.No:
		return "no"
	}
	return "unknown"
}

// Rule is spoor.rule/1: one row of the table of rules that findings are of.
type Rule struct {
	Schema     string          `json:"schema"` // spoor.rule/1
	ID         string          `json:"id"`
	Title      string          `json:"title"`
	Severity   string          `json:"severity"`  // the highest that a finding of it has
	Technique  []string        `json:"technique"` // ids of MITRE ATT&CK
	Decides    string          `json:"decides"`   // how, by the names of its thresholds
	Thresholds []RuleThreshold `json:"thresholds"`
	Needs      []RuleNeed      `json:"needs"`
	Innocent   string          `json:"innocent_causes"` // without an intruder, that look the same
	Confirms   string          `json:"confirms"`        // what would confirm or refute it
	Source     string          `json:"source"`
}

// RuleNeed is one thing that a rule needs of the evidence.
type RuleNeed struct {
	Need  string `json:"need"`
	Title string `json:"title"`
	Cap   string `json:"severity_without"` // that a finding has at most where the evidence does not cover it; nothing: none is made then; less: some are not
}

// RuleThreshold is one number that a rule decides by.
type RuleThreshold struct {
	Name    string `json:"name"`
	Value   int    `json:"value"` // that holds in this run
	Default int    `json:"default"`
	Unit    string `json:"unit"`
	Least   int    `json:"least"`
	Most    int    `json:"most"`
	For     string `json:"for"`
}

// NewRule returns the public record of a rule, its thresholds as they are set.
func NewRule(r findings.Rule, t findings.Thresholds) Rule {
	out := Rule{
		Schema: "spoor.rule/1", ID: r.ID, Title: r.Title, Severity: r.Severity.String(), Technique: list(r.Technique), Decides: r.Decides,
		Thresholds: []RuleThreshold{}, Needs: []RuleNeed{}, Innocent: r.Innocent, Confirms: r.Confirms, Source: r.Source,
	}
	for _, x := range findings.AllThresholds() {
		for _, name := range r.Thresholds {
			if x.Name == name {
				out.Thresholds = append(out.Thresholds, RuleThreshold{x.Name, t.Value(x.Name), x.Default, x.Unit, x.Least, x.Most, x.For})
			}
		}
	}
	for _, n := range findings.BlindWithout(r.ID) {
		out.Needs = append(out.Needs, RuleNeed{n.ID, n.Title, "nothing"})
	}
	for _, n := range findings.LessWithout(r.ID) {
		out.Needs = append(out.Needs, RuleNeed{n.ID, n.Title, "less"})
	}
	for _, q := range r.Needs {
		for _, n := range findings.Needs() {
			if n.ID == q.Need {
				out.Needs = append(out.Needs, RuleNeed{n.ID, n.Title, min(q.Cap, r.Severity).String()})
			}
		}
	}
	return out
}
