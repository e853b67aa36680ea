package export

import (
	"iter"
	"slices"

	"spoor/model"
	"spoor/model/findings"
)

// FindingsLeftOut says that an export tells of no finding though there may be
// some.
const FindingsLeftOut = "Findings were not judged (--no-findings): they judge all of the evidence, and there may be some about what is told here. spoor findings judges them, and takes the same --user, --host, --since and --until."

// found is the findings that an export tells of: those that its sessions are
// part of, those about their accounts, and those that its failed attempts are
// part of.
type found struct {
	set   *findings.Set
	chose []int // of set.All, in its order
}

// found searches for findings once, however many files tell of them.
func (c *content) found() found {
	if c.findings != nil {
		return *c.findings
	}
	r := c.request
	out := found{set: r.Findings}
	if out.set == nil {
		out.set = findings.Find(c.ctx, r.Snapshot, r.Thresholds)
	}
	if err := c.ctx.Err(); err != nil {
		c.err = err
	} else if out.set.Incomplete {
		c.result.Warnings = append(c.result.Warnings, "the search for findings was broken off: some may be missing")
	}
	accounts := map[model.AccountID]bool{}
	for _, row := range c.rows {
		out.chose = append(out.chose, out.set.OfSession(row)...)
		if a := r.Snapshot.SessionAccount(row); a != model.None && !accounts[a] {
			accounts[a] = true
			out.chose = append(out.chose, out.set.OfAccount(a)...)
		}
	}
	for _, a := range r.Accounts {
		out.chose = append(out.chose, out.set.OfAccount(a)...)
	}
	for _, id := range r.Found {
		if n := slices.IndexFunc(out.set.All, func(f findings.Finding) bool { return f.ID == id }); n >= 0 {
			out.chose = append(out.chose, n)
		}
	}
	for _, n := range c.attemptRows {
		out.chose = append(out.chose, out.set.OfFailure(n)...)
	}
	slices.Sort(out.chose)
	out.chose = slices.Compact(out.chose)
	c.findings = &out
	return out
}

// foundRecords yields the public records of the findings, the highest first.
func (c *content) foundRecords() iter.Seq[Finding] {
	f := c.found()
	return each(c, f.chose, &c.result.Findings, func(i int) Finding {
		finding := f.set.All[i]
		return c.view.Finding(finding, c.dismissal(finding.ID))
	})
}

// dismissal returns that of a finding, or nil.
func (c *content) dismissal(id string) *findings.Dismissal {
	i := slices.IndexFunc(c.request.Dismissals, func(d findings.Dismissal) bool { return d.ID == id })
	if i < 0 {
		return nil
	}
	return &c.request.Dismissals[i]
}

// ManifestThreshold is a number that findings were decided by and that was
// set.
type ManifestThreshold struct {
	Name    string `json:"name"`
	Value   int    `json:"value"`
	Default int    `json:"default"`
}

// ManifestDismissal is a finding in the export that an analyst set aside.
type ManifestDismissal struct {
	ID   string `json:"id"`
	Rule string `json:"rule"`
	Time Time   `json:"time"`
	Note string `json:"note"`
}

// describeFindings says in a manifest how findings were decided, and which of
// them were set aside. A format that tells of none leaves both empty.
func (c *content) describeFindings(m *Manifest) {
	m.Thresholds, m.Dismissed, m.Unjudged = []ManifestThreshold{}, []ManifestDismissal{}, !c.judges
	if c.findings == nil {
		return
	}
	m.Findings = c.result.Findings
	set := c.findings.set.Thresholds
	changed := set.Changed()
	for _, t := range findings.AllThresholds() {
		if slices.Contains(changed, t.Name) {
			m.Thresholds = append(m.Thresholds, ManifestThreshold{t.Name, set.Value(t.Name), t.Default})
		}
	}
	for _, i := range c.findings.chose {
		f := c.findings.set.All[i]
		if d := c.dismissal(f.ID); d != nil {
			m.Dismissed = append(m.Dismissed, ManifestDismissal{f.ID, f.Rule, Time{stampOf(d.Time)}, c.view.mask.prose(d.Note)})
		}
	}
}
