package tui

import (
	"slices"
	"sync"

	tea "charm.land/bubbletea/v2"

	"spoor/model"
	"spoor/model/search"
	"spoor/tui/table"
)

// sitting is a row of a list of sessions: a session, or a run of network
// logons that is folded into one row.
type sitting struct {
	model.Session               // of a run: its first
	run           model.Run     // of no session where it is no run
	names         func() string // of its logon IDs; nil where they are few
}

// manyLogons is how many logon IDs of a row are put into words once, rather
// than in each frame.
const manyLogons = 16

func (s sitting) folded() bool { return len(s.run.Sessions) > 0 }

// sittingRow names a sitting by its rows in a snapshot.
type sittingRow struct {
	session model.SessionRow
	run     model.RunRow // or None
}

// leastRun is how many network logons are worth folding.
const leastRun = 2

// fold makes rows of sessions, in their order, newest first; a run stands where
// the first of its sessions stands. A run is only folded where all of its sessions are
// among them.
func (v *view) fold(sessions []model.SessionRow) []sittingRow {
	out := make([]sittingRow, 0, len(sessions))
	if !v.folds {
		for _, s := range sessions {
			out = append(out, sittingRow{s, model.None})
		}
		return out
	}
	runs := v.snap.Roster().Run
	few := map[model.RunRow]int{}
	count, here := func(r model.RunRow) { few[r]++ }, func(r model.RunRow) int { return few[r] }
	if all := v.snap.RunCount(); len(sessions) > all/8 {
		many := make([]int32, all)
		count, here = func(r model.RunRow) { many[r]++ }, func(r model.RunRow) int { return int(many[r]) }
	}
	for _, s := range sessions {
		if r := runs[s]; r != model.None {
			count(r)
		}
	}
	for _, s := range sessions {
		r := runs[s]
		if r == model.None || here(r) < leastRun || here(r) != len(v.snap.RunSessions(r)) {
			out = append(out, sittingRow{s, model.None})
		} else if s == v.snap.RunSessions(r)[0] {
			out = append(out, sittingRow{s, r})
		}
	}
	return out
}

func (v *view) sitting(r sittingRow) sitting {
	s := sitting{Session: v.snap.SessionBrief(r.session)}
	if r.run != model.None {
		s.run = v.snap.RunBrief(r.run)
	}
	if len(s.Logons) > manyLogons {
		session := s.Session
		s.names = sync.OnceValue(func() string { return v.logonIDs(session) })
	}
	return s
}

// logonNames are the logon IDs of a row.
func (v *view) logonNames(s sitting) string {
	if s.names != nil {
		return s.names()
	}
	return v.logonIDs(s.Session)
}

// sessionsOf are the sessions that a row stands for.
func (s sitting) sessionsOf() []model.SessionRow {
	if s.folded() {
		return s.run.Sessions
	}
	return []model.SessionRow{s.Row}
}

// sittingKey names a row by its first session, so that a run and the session
// that it begins with are the same thing to the cursor.
func (v *view) sittingKey(s sitting) string { return refSession(v.snap, s.Session).key() }

// lengthCell is how long a session lasted; of a run it is the middle one.
func (s sitting) lengthCell() table.Cell {
	if !s.folded() {
		return table.Cell{Text: sessionLength(s.Session)}
	}
	switch s.run.MedianCertainty {
	case model.EndExact:
		return table.Cell{Text: "mid " + lengthWords(s.run.Median)}
	case model.EndBounded:
		return table.Cell{Text: "mid " + markAtLeast + lengthWords(s.run.Median)}
	}
	return table.Cell{Text: "unknown"}
}

func (v *view) endedCell(s sitting) table.Cell {
	if s.folded() {
		return table.Cell{Text: "by " + v.clock(s.run.Last)}
	}
	return endCell(s.End)
}

func (s sitting) kindWord() string {
	if s.folded() {
		return "network x" + thousands(len(s.run.Sessions))
	}
	return kindWord(s.Session)
}

func (s sitting) events() int {
	if s.folded() {
		return s.run.Events
	}
	return s.Events
}

// sittingFindings are those that any session of a row is part of.
func (v *view) sittingFindings(s sitting) []int {
	if s.folded() {
		return v.judged.ofRun(v.snap.RunOf(s.Row))
	}
	return v.judged.ofSession(s.Row)
}

func (s sitting) failures() int {
	if s.folded() {
		return s.run.Failures
	}
	return s.Failures
}

func (v *view) saySitting(s sitting, p *page) {
	if !s.folded() {
		v.saySession(v.snap.Session(s.Row), p)
		return
	}
	p.head(count(len(s.run.Sessions), "network logon", "network logons") + " of " + v.accountName(s.run.Account) + " on " + v.snap.Host(s.run.Host).Name)
	v.sayFindings(v.sittingFindings(s), p)
	p.label("time", v.full(s.run.First)+" to "+v.full(s.run.Last))
	p.label("from", v.sourceWords(s.run.Source))
	p.label("lasted", s.lengthCell().Text+" (the median)")
	if s.run.Failures > 0 {
		p.styled("failures !", table.Bad, count(s.run.Failures, "refused network logon", "refused network logons")+" from there meanwhile")
	}
	objects := v.snap.RunObjects(s.run.Row)
	for i, o := range objects[:min(len(objects), 40)] {
		label := ""
		if i == 0 {
			label = "touched"
		}
		p.item(label, o)
	}
	if n := len(objects) - 40; n > 0 {
		p.item("", "and "+thousands(n)+" more")
	}
	p.label(v.key("enter"), "the logons one by one; "+v.key("fold")+" unfolds all")
}

func (v *view) belowSitting(s sitting) *list {
	if !s.folded() {
		return logonsOf(v, s.Session)
	}
	var chosen refSet
	for _, row := range s.run.Sessions {
		chosen.set(refOf(v.snap, row), true)
	}
	return sessionsBy("run of "+v.short(s.run.First), sessionScope{}, false, func(v *view, info *about) ([]model.SessionRow, bool) {
		info.empty = "these sessions are not in what was read so far"
		rows := chosen.rows(v.snap)
		slices.Reverse(rows)
		return rows, true
	}).crumbed(func(v *view) string { return "run of " + v.short(s.run.First) })
}

func (v *view) sittingValues(s sitting, add func(string)) {
	v.sessionValues(s.Session, add)
	if !s.folded() {
		return
	}
	for _, o := range v.snap.RunObjects(s.run.Row) {
		add(o)
	}
}

// sittingNumbers are the logon IDs and the IDs that a row is found by.
func (v *view) sittingNumbers(s sitting, to *search.Row) {
	for _, row := range s.sessionsOf() {
		for _, id := range v.snap.SessionLogons(row) {
			to.LogonID(uint64(id))
		}
	}
	to.ID(v.snap.SessionHash(s.Row))
}

func (v *view) sittingFacts(s sitting) facts {
	f := v.sessionFacts(s.Session)
	if !s.folded() {
		return f
	}
	f.to = max(f.to, s.run.Last)
	for _, row := range s.run.Sessions[1:] {
		for _, id := range v.snap.SessionLogons(row) {
			f.logons = append(f.logons, uint64(id))
		}
	}
	first := f.events
	f.events = func() []uint64 {
		out := first()
		for _, row := range s.run.Sessions[1:] {
			for _, e := range v.snap.SessionEvents(row) {
				out = append(out, uint64(v.snap.Event(e).EventID))
			}
		}
		return out
	}
	f.names[search.Kind] = append(f.names[search.Kind], "run")
	return f
}

// toggleFolds folds network logons into runs, or unfolds them.
func (r *root) toggleFolds() tea.Cmd {
	r.folds = !r.folds
	r.message = "network logons are shown one by one"
	if r.folds {
		r.message = "network logons that follow on each other are one row"
	}
	return r.look(r.view.snap, r.view.zone, r.view.all)
}
