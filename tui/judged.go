package tui

import (
	"cmp"
	"slices"

	"spoor/model"
	"spoor/model/findings"
	"spoor/tui/table"
)

// judged is what was found in a view's snapshot, and what the analyst set
// aside of it. It never changes. The nil judged has found nothing yet.
type judged struct {
	set     *findings.Set // nil: not known
	why     string        // why it is not
	touched               // by set
	wants   []findings.Unjudged
	aside   map[string]findings.Dismissal
	all     bool // those set aside are listed too
}

// judgement is what is known of a snapshot's findings now.
func (r *root) judgement(snap *model.Snapshot) *judged {
	j := &judged{aside: r.aside.byID, all: r.aside.shown}
	switch found := r.judging.found; {
	case !r.progress.Finished:
		j.why = "findings follow when all is read"
	case r.judging.of != snap || found == nil:
		j.why = "looking for findings in all that was read"
	case found.err != nil:
		j.why = "there are no findings: " + found.err.Error()
	default:
		j.set, j.touched, j.wants = found.set, found.touched, found.wants
	}
	return j
}

// touched says what findings touch that a set does not say itself: it is asked
// for many rows in each frame.
type touched struct {
	// byEvent is of each record that a finding lists or counts among its
	// failures.
	byEvent map[model.EventRow][]int
	byRun   map[model.RunRow][]int
	// allOf are the sessions of the findings that do not list all of theirs.
	allOf map[int][]model.SessionRow
}

func touchedBy(snap *model.Snapshot, set *findings.Set) touched {
	out := touched{map[model.EventRow][]int{}, map[model.RunRow][]int{}, map[int][]model.SessionRow{}}
	if len(set.All) == 0 {
		return out
	}
	for n := range set.All {
		for _, e := range set.All[n].Records {
			out.byEvent[e] = append(out.byEvent[e], n)
		}
	}
	for i, f := range snap.Failures() {
		found := set.OfFailure(i)
		if len(found) == 0 {
			continue
		}
		for _, e := range append([]model.EventRow{f.Event}, f.Records...) {
			out.byEvent[e] = append(out.byEvent[e], found...)
		}
	}
	for _, s := range snap.Sessions(model.None, model.None) {
		found := set.OfSession(s)
		for _, n := range found {
			if f := &set.All[n]; f.SessionCount > len(f.Sessions) {
				out.allOf[n] = append(out.allOf[n], s)
			}
		}
		if run := snap.RunOf(s); run != model.None && len(found) > 0 {
			out.byRun[run] = distinct(append(out.byRun[run], found...))
		}
	}
	for e, list := range out.byEvent {
		out.byEvent[e] = distinct(list)
	}
	return out
}

// distinct sorts and leaves each out that is there twice.
func distinct(list []int) []int {
	slices.Sort(list)
	return slices.Compact(list)
}

func (j *judged) known() bool { return j != nil && j.set != nil }

func (j *judged) ofSession(s model.SessionRow) []int {
	if !j.known() {
		return nil
	}
	return j.set.OfSession(s)
}

// sessionsOf returns all sessions of a finding, which lists only the first ones
// where they are many.
func (j *judged) sessionsOf(n int) []model.SessionRow {
	if all, ok := j.allOf[n]; ok {
		return all
	}
	return j.set.All[n].Sessions
}

// ofRun returns the findings of the sessions of a run.
func (j *judged) ofRun(run model.RunRow) []int {
	if !j.known() {
		return nil
	}
	return j.byRun[run]
}

// ofScope returns the findings of an account, of a host, or of both where both
// are meant.
func (j *judged) ofScope(account model.AccountID, host model.HostID) []int {
	switch {
	case !j.known():
		return nil
	case host == model.None:
		return j.set.OfAccount(account)
	case account == model.None:
		return j.set.OfHost(host)
	}
	var both []int
	there := j.set.OfHost(host) // both are in order
	for _, n := range j.set.OfAccount(account) {
		for len(there) > 0 && there[0] < n {
			there = there[1:]
		}
		if len(there) > 0 && there[0] == n {
			both = append(both, n)
		}
	}
	return both
}

// ofEvents returns the findings of several records, each once.
func (j *judged) ofEvents(all ...model.EventRow) []int {
	if !j.known() {
		return nil
	}
	if len(all) == 1 {
		return j.byEvent[all[0]]
	}
	var out []int
	for _, e := range all {
		out = append(out, j.byEvent[e]...)
	}
	return distinct(out)
}

// dismissed returns how the analyst set a finding aside, if he did.
func (j *judged) dismissed(n int) (findings.Dismissal, bool) {
	d, ok := j.aside[j.set.All[n].ID]
	return d, ok
}

// worst returns the finding of the highest severity of some that were not set
// aside, or nil.
func (j *judged) worst(of []int) *findings.Finding {
	for _, n := range of {
		if _, aside := j.dismissed(n); !aside {
			return &j.set.All[n] // a set is ordered by severity
		}
	}
	return nil
}

// rank is by how grave the worst of findings is, 0 for none.
func (j *judged) rank(of []int) uint64 {
	f := j.worst(of)
	if f == nil {
		return 0
	}
	return 1 + uint64(f.Severity)
}

// ranked ranks items by the worst of the findings that touch them.
func ranked[T any](v *view, touched func(T) []int) func(T) uint64 {
	return func(item T) uint64 { return v.judged.rank(touched(item)) }
}

// gravest is how grave the findings are for an account, a host or both, and
// whether there are any that were not set aside.
func (j *judged) gravest(account model.AccountID, host model.HostID) (worst findings.Severity, any bool) {
	for _, n := range j.ofScope(account, host) {
		if _, aside := j.dismissed(n); aside {
			continue
		}
		f := &j.set.All[n]
		if s := f.Touching(account, host); !any || s > worst {
			worst, any = s, true
		}
		if worst == f.Severity {
			break // a set is ordered by severity
		}
	}
	return worst, any
}

// rankOfScope is rank for an account, a host or both.
func (j *judged) rankOfScope(account model.AccountID, host model.HostID) uint64 {
	worst, any := j.gravest(account, host)
	if !any {
		return 0
	}
	return 1 + uint64(worst)
}

// severityMarks tell severities apart without colour.
var severityMarks = [...]string{findings.Info: "i", findings.Low: "!", findings.Medium: "!!", findings.High: "!!!"}

var severityStyles = [...]table.Style{findings.Info: table.Plain, findings.Low: table.Warn, findings.Medium: table.Bad, findings.High: table.Bad}

// severityWords is a severity with its mark.
func severityWords(s findings.Severity) string { return severityMarks[s] + " " + s.String() }

const flagTitle = "!"

// flagColumn marks rows that findings touch by the rank of the worst of them.
func flagColumn[T any](v *view, priority int, rank func(T) uint64) column[T] {
	least := 1
	if v.judged.known() && len(v.judged.set.All) > 0 {
		least = len(severityMarks[findings.High])
	}
	return column[T]{Column: table.Column{Title: flagTitle, Min: least, Max: least, Priority: priority}, quiet: true,
		cell: func(item T) table.Cell {
			n := rank(item)
			if n == 0 {
				return table.Cell{}
			}
			return table.Cell{Text: severityMarks[n-1], Style: severityStyles[n-1]}
		},
		number: rank,
	}
}

// hides reports whether an account is left out of lists of several: none that
// a finding speaks of is.
func (v *view) hides(a model.AccountID) bool {
	return !v.all && a != model.None && v.snap.Account(a).Boring && len(v.judged.ofScope(a, model.None)) == 0
}

// mostNamedFindings is how many findings the details of what they touch name.
const mostNamedFindings = 3

// sayFindings names the findings that touch what a page is about.
func (v *view) sayFindings(touched []int, p *page) {
	v.nameFindings(touched, func(f *findings.Finding) (findings.Severity, bool) { return f.Severity, false }, p)
}

// sayScope names those that touch an account, a host or both.
func (v *view) sayScope(account model.AccountID, host model.HostID, p *page) {
	v.nameFindings(v.judged.ofScope(account, host), func(f *findings.Finding) (findings.Severity, bool) {
		return f.Touching(account, host), f.OnlyTried(account, host)
	}, p)
}

// nameFindings names findings, the gravest first, those of a kind together. Weigh
// says how grave one is for what the page is about, and whether that was only
// tried.
func (v *view) nameFindings(touched []int, weigh func(*findings.Finding) (findings.Severity, bool), p *page) {
	type kind struct {
		rule     string
		severity findings.Severity
	}
	var kinds []kind
	alike, words := map[kind]int{}, map[kind]string{}
	open, aside := 0, 0
	for _, n := range touched {
		if _, ok := v.judged.dismissed(n); ok {
			aside++
			continue
		}
		f := &v.judged.set.All[n]
		severity, tried := weigh(f)
		k := kind{f.Rule, severity}
		if alike[k] == 0 {
			kinds = append(kinds, k)
			words[k] = severityWords(severity) + "  " + f.Title
			if tried {
				words[k] = severityWords(severity) + "  only tried: " + f.Title
			}
		}
		alike[k]++
		open++
	}
	slices.SortStableFunc(kinds, func(a, b kind) int { return cmp.Compare(b.severity, a.severity) })
	left := open
	for _, k := range kinds[:min(len(kinds), mostNamedFindings)] {
		if n := alike[k]; n > 1 {
			words[k] += " x" + thousands(n)
		}
		left -= alike[k]
		p.styled("finding", severityStyles[k.severity], words[k])
	}
	more := ""
	if left > 0 {
		more = "and " + thousands(left) + " more"
	}
	if aside > 0 {
		more = join(more, thousands(aside)+" dismissed")
	}
	if more != "" {
		p.label("findings", more+"; "+v.key("findings-of-row")+" lists them")
	}
}

func (j *judged) ofFailure(i int) []int {
	if !j.known() {
		return nil
	}
	return j.set.OfFailure(i)
}
