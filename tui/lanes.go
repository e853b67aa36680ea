package tui

import (
	"cmp"
	"context"
	"math"
	"slices"

	"spoor/model"
	"spoor/model/event"
)

// lane is one line of a timeline: what an account did on a host.
type lane struct {
	host    model.HostID
	account model.AccountID
	name    string
	bars    []bar // by from
	// ground is what lies under the bars: starts of the machine, and times of
	// which its log is not in the evidence.
	ground []bar
}

// bar is a while, or a moment, of a lane.
type bar struct {
	from, to event.FileTime
	until    event.FileTime // it may have lasted until then; 0: no longer than to
	stroke   stroke
	session  model.SessionRow // or None
	failure  int              // of the snapshot's failures, or -1
	flag     stroke           // that a finding touches it, or none
}

// last is when the last bar of a lane ends.
func (l *lane) last() event.FileTime {
	var out event.FileTime
	for _, b := range l.bars {
		out = max(out, b.to, b.until)
	}
	return out
}

// laneKey says whose lane on which host it is.
type laneKey struct {
	account model.AccountID
	host    model.HostID
}

// lanes makes the lanes of an account by host, of a host by account, or of one
// account on one host. Boring accounts of a host are left out and counted,
// unless they are asked for.
func (v *view) lanes(ctx context.Context, account model.AccountID, host model.HostID) (out []*lane, hidden int) {
	byKey, boring := map[laneKey]*lane{}, map[model.AccountID]bool{}
	at := func(a model.AccountID, h model.HostID) *lane {
		if account != model.None {
			a = account
		}
		l := byKey[laneKey{a, h}]
		if l == nil {
			l = &lane{host: h, account: a, name: v.hostName(h)}
			byKey[laneKey{a, h}] = l
		}
		return l
	}
	for i, row := range v.snap.Sessions(account, host) {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, 0
		}
		if a := v.snap.SessionAccount(row); account == model.None && (a == model.None && !v.all || v.hides(a)) {
			boring[a] = true
			continue
		}
		s := v.snap.SessionBrief(row)
		l := at(s.Account, s.Host)
		l.bars = append(l.bars, v.sessionBars(s)...)
	}
	for i, f := range v.snap.Failures() {
		if f.LoggedOn == model.None || account == model.None && f.LoggedOn != host || account != model.None && f.Account != account ||
			host != model.None && f.LoggedOn != host {
			continue
		}
		l := at(f.Account, f.LoggedOn)
		l.bars = append(l.bars, bar{from: f.Time, to: f.Time, stroke: strokeFailure, session: model.None, failure: i, flag: v.flagStroke(v.judged.ofFailure(i))})
	}
	for _, l := range byKey {
		slices.SortStableFunc(l.bars, func(a, b bar) int { return cmp.Compare(a.from, b.from) })
		l.ground = v.ground(l.host)
		out = append(out, l)
	}
	if account == model.None {
		v.nameLanes(out)
	}
	slices.SortFunc(out, func(a, b *lane) int {
		return cmp.Or(cmp.Compare(a.bars[0].from, b.bars[0].from), cmp.Compare(a.name, b.name), cmp.Compare(a.host, b.host), cmp.Compare(a.account, b.account))
	})
	return out, len(boring)
}

// nameLanes names the lanes of a host by account: without the domain that most
// are of, which would leave no room for the names, but where two would then
// have the same.
func (v *view) nameLanes(lanes []*lane) {
	domains, bare := map[string]int{}, map[string]int{}
	most := ""
	for _, l := range lanes {
		a := v.snap.Account(l.account)
		bare[a.Name]++
		if domains[a.Domain]++; domains[a.Domain] > domains[most] || domains[a.Domain] == domains[most] && a.Domain < most {
			most = a.Domain
		}
	}
	for _, l := range lanes {
		a := v.snap.Account(l.account)
		if l.name = v.accountName(l.account); a.Domain == most && bare[a.Name] == 1 && a.Name != "" {
			l.name = a.Name
		}
	}
}

// sessionBars draws a session: its segments, or itself as a whole. What has no
// end is only known to have lived until its last sign of life; until its
// host's log ends it may have.
func (v *view) sessionBars(s model.Session) []bar {
	to, until := s.End.Time, event.FileTime(0)
	if s.End.Certainty != model.EndExact {
		to, until = s.End.NotBefore, s.End.NotAfter
		if until == 0 && (s.End.Reason == model.EndReasonOpen || len(s.Segments) > 0) {
			until = v.snap.Host(s.Host).Last
		}
	}
	to = max(to, s.Start)
	flag := v.flagStroke(v.judged.ofSession(s.Row))
	if len(s.Segments) == 0 {
		return []bar{{s.Start, to, until, strokeOf(s), s.Row, -1, flag}}
	}
	var out []bar
	for i, g := range s.Segments {
		b := bar{from: g.Start, to: g.End, stroke: strokeOfSegment(g), session: s.Row, failure: -1}
		if i == 0 {
			b.flag = flag
		}
		if i == len(s.Segments)-1 {
			b.to, b.until = max(to, g.Start), until
		}
		b.to = max(b.to, b.from)
		out = append(out, b)
	}
	return out
}

// ground lists a host's starts, and when its Security log is not there.
func (v *view) ground(h model.HostID) []bar {
	var out []bar
	var held []model.Coverage
	for _, c := range v.snap.Coverage() {
		if c.Host == h && c.Channel == "Security" {
			held = append(held, c)
		}
	}
	missing := func(from, to event.FileTime) {
		if from < to {
			out = append(out, bar{from: from, to: to, stroke: strokeGap, session: model.None, failure: -1})
		}
	}
	slices.SortFunc(held, func(a, b model.Coverage) int { return cmp.Compare(a.First, b.First) })
	reached := event.FileTime(0)
	for i, c := range held {
		missing(reached, c.First)
		reached = max(reached, c.Last)
		for _, g := range c.Gaps {
			if !heldElsewhere(held, i, g) {
				missing(g.From, g.To)
			}
		}
	}
	missing(reached, math.MaxUint64)
	for _, b := range v.snap.Host(h).Boots {
		if b.Started != 0 {
			out = append(out, bar{from: b.Started, to: b.Started, stroke: strokeBoot, session: model.None, failure: -1})
		}
	}
	return out
}

// heldElsewhere reports whether another file holds the log's records of the
// time of a gap.
func heldElsewhere(held []model.Coverage, own int, gap model.Gap) bool {
	for i, c := range held {
		if i == own || c.First > gap.From || c.Last < gap.To {
			continue
		}
		if !slices.ContainsFunc(c.Gaps, func(g model.Gap) bool { return g.From < gap.To && gap.From < g.To }) {
			return true
		}
	}
	return false
}
