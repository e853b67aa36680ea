package tui

import (
	"cmp"
	"strings"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/findings"
	"spoor/tui/table"
)

// coveredWords say whether the evidence covers what a rule needs.
var coveredWords = [...]string{model.Unknown: "not known", model.No: "not covered", model.Yes: "covered"}

// sayFinding tells about a finding: why it is one, what that presumes, what
// else looks the same. In short it leaves out what the row says and what goes
// over the line with each step.
func (v *view) sayFinding(n int, p *page, all bool) {
	f := v.finding(n)
	rule, known := findings.RuleByID(f.Rule)
	p.head(severityWords(f.Severity), f.Title)
	if d, ok := v.judged.dismissed(n); ok {
		p.styled("dismissed", table.Warn, d.Note, v.full(event.FileTimeOf(d.Time)))
	}
	p.add(findings.Shortened(f.Why))
	if lowered := findings.Shortened(f.Lowered); lowered != "" {
		if known && rule.Severity > f.Severity {
			lowered = "from " + rule.Severity.String() + ": " + lowered
		}
		p.styled("lowered", table.Warn, lowered)
	}
	v.sayNeeds(f, p, all)
	p.label("innocent", cmp.Or(f.Innocent, rule.Innocent))
	p.label("confirm", rule.Confirms)
	p.label("made of", some(uint64(f.SessionCount), "session", "sessions"), some(uint64(f.FailureCount), "failed attempt", "failed attempts"),
		some(uint64(f.RecordCount), "record", "records"), "("+v.key("enter")+")")
	if !all {
		return
	}
	p.label("time", v.spanWords(f.Start, f.End))
	v.sayWhereabouts(f, p)
	if known {
		p.label("rule", f.Rule, strings.Join(rule.Technique, " "))
		p.label("decides", rule.Decides)
		for _, name := range rule.Thresholds {
			p.item("", name+" = "+thousands(v.judged.set.Thresholds.Value(name)))
		}
		p.label("source", rule.Source)
	}
	p.label("id", f.ID)
}

// sayNeeds says what a rule needs and whether it is there: in short only what
// is not, which is what weakens a finding.
func (v *view) sayNeeds(f *findings.Finding, p *page, all bool) {
	if len(f.Needed) == 0 {
		p.label("needs", "nothing but the records themselves")
		return
	}
	if !all {
		p.label("needs", lackedInShort(f.Needed))
		return
	}
	for i, need := range f.Needed {
		label := ""
		if i == 0 {
			label = "needs"
		}
		p.item(label, coveredWords[need.Covered]+": "+need.Title)
		p.item("", "  "+need.Why)
	}
}

func lackedInShort(needed []findings.Needed) string {
	var lacked []string
	for _, need := range needed {
		if need.Covered != model.Yes {
			lacked = append(lacked, coveredWords[need.Covered]+": "+need.Title)
		}
	}
	if len(lacked) == 0 {
		return "all covered"
	}
	return strings.Join(lacked, "; ")
}

func (v *view) spanWords(from, to event.FileTime) string {
	if to <= from {
		return v.full(from)
	}
	return v.full(from) + " to " + v.full(to)
}

func (v *view) sayWhereabouts(f *findings.Finding, p *page) {
	var accounts, hosts []string
	if f.AccountName != "" {
		accounts = append(accounts, f.AccountName)
	}
	for _, a := range f.Accounts {
		accounts = append(accounts, v.accountName(a))
	}
	for _, h := range f.Hosts {
		hosts = append(hosts, v.hostName(h))
	}
	p.label("accounts", strings.Join(accounts, "  "))
	p.label("hosts", strings.Join(hosts, "  "))
	if f.Source.Known() {
		p.label("from", v.placeName(f.Source), v.placeWords(f.Source))
	}
}
