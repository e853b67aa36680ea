package findings

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"spoor/model"
	"spoor/model/event"
)

// scope is one search: the snapshot, what rules have worked out of it for one
// another, and what they found.
type scope struct {
	*model.Snapshot
	ctx    context.Context
	values map[string]int           // of the thresholds
	lasts  map[string]time.Duration // of those that are lengths of time
	rule   *Rule
	drafts []draft

	lists     [][]model.EventRow
	asked     map[string]bool // see askedDomains
	from      *places
	habit     *habits
	succeeded []success
	left      map[placeID][]success
	numbered  map[process][]model.EventRow                     // starts, in order of time
	tscons    map[model.HostID][]model.EventRow                // starts of tscon.exe, in order of time
	onHosts   map[event.Kind]map[model.HostID][]model.EventRow // in order of time

	names      []string // of the accounts tried, by number less one
	seriesDone bool
	seriesOf   []series
	// guessed are the series by which passwords or names were guessed.
	guessed  map[placeID][]*series
	aims     map[*series]*aim
	together map[string]*aimed // by the series

	roasts    *roastable
	roastDays map[roastHabit]map[int64]bool

	grants    map[model.AccountID][]event.FileTime
	typed     map[uint8][]int // of visited
	visited   []visit
	users     []bool
	holders   []model.AccountID      // of the users' tickets
	networked map[model.HostID][]int // of visited

	covered     bool
	spans       map[model.HostID]span
	gaps        map[model.HostID][]model.Gap      // by when they begin
	until       map[model.HostID][]event.FileTime // when the last of the gaps up to each ends
	controllers []model.HostID
	domains     map[string]*domain               // by SID
	channels    map[string]map[model.HostID]bool // the hosts with a log, by its name folded
}

func newScope(s *model.Snapshot, t Thresholds) *scope {
	x := &scope{Snapshot: s, ctx: context.Background(), values: map[string]int{}, lasts: map[string]time.Duration{}, guessed: map[placeID][]*series{}}
	for _, row := range thresholds {
		x.values[row.Name] = t.Value(row.Name)
		if unit, ok := units[row.Unit]; ok {
			x.lasts[row.Name] = time.Duration(x.values[row.Name]) * unit
		}
	}
	return x
}

// lookedUp is how many rows a loop goes over between two looks at whether the
// search was cancelled.
const lookedUp = 10_000

// over reports, of a row of a loop, whether the search was cancelled: what a
// rule finds then is not taken.
func (x *scope) over(row int) bool { return row%lookedUp == 0 && x.ctx.Err() != nil }

// value returns a threshold.
func (x *scope) value(name string) int { return x.values[name] }

// span returns a threshold that is a length of time.
func (x *scope) span(name string) time.Duration { return x.lasts[name] }

// coverage works out what the logs cover.
func (x *scope) coverage() {
	if x.covered {
		return
	}
	x.covered = true
	x.spans, x.gaps = securitySpans(x.Snapshot)
	x.until = map[model.HostID][]event.FileTime{}
	for h, all := range x.gaps {
		last := event.FileTime(0)
		for _, g := range all {
			if g.To == 0 {
				last = math.MaxUint64
			}
			last = max(last, g.To)
			x.until[h] = append(x.until[h], last)
		}
	}
	for _, h := range x.Hosts() {
		if slices.Contains(h.Roles, "domain controller") {
			x.controllers = append(x.controllers, h.ID)
		}
	}
}

// add takes a draft as a finding of the rule at work, anchored on a record;
// salt tells apart those that share one. It is lowered to what the evidence
// covers.
func (x *scope) add(d draft, anchor model.EventRow, salt string) {
	r := x.rule
	d.Rule, d.Title, d.Innocent, d.tried = r.ID, r.Title, cmp.Or(d.Innocent, r.Innocent), r.Tried
	d.ID = findingID(x.Snapshot, r.ID, anchor, salt)
	x.boundBy(&d.Source, anchor)
	if d.Account != model.None && d.AccountName == "" {
		d.AccountName = x.Account(d.Account).Display()
	}
	severity := min(d.Severity, r.Severity)
	var lowered []string
	if d.Lowered != "" {
		lowered = append(lowered, d.Lowered)
	}
	asked := d.Finding
	asked.Start = cmp.Or(d.since, d.Start)
	for _, q := range r.Needs {
		n := needByID(q.Need).of(x, &d.Finding)
		covered, why := n.covered(x, &asked)
		if covered != model.Yes && d.proved {
			why += "; it is not missed, as the records of the hosts themselves say it"
		}
		d.Needed = append(d.Needed, Needed{n.ID, n.Title, covered, why})
		if covered != model.Yes && q.Cap < r.Severity && !d.proved {
			severity = min(severity, q.Cap)
			if !slices.Contains(lowered, why) {
				lowered = append(lowered, why)
			}
		}
	}
	d.Severity, d.Lowered = severity, strings.Join(lowered, "; ")
	d.SessionCount, d.FailureCount = len(d.sessions), max(d.FailureCount, len(d.failures))
	d.Sessions = d.sessions[:min(len(d.sessions), MostListed)]
	d.Failures = d.failures[:min(len(d.failures), MostListed)]
	d.RecordCount = max(d.RecordCount, len(d.Records))
	d.Records = d.Records[:min(len(d.Records), MostListed)]
	x.drafts = append(x.drafts, d)
}
