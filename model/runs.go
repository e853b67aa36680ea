package model

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"spoor/model/event"
)

// runPause is how long nothing may happen within a run. Windows' file server
// ends a session that is idle for 15 minutes (Microsoft, "autodisconnect"), so
// a client that comes back within twice that was never long away; the next
// round of group policy, 90 minutes later, is a run of its own.
const runPause = 30 * time.Minute

// RunRow names a run by its index in a snapshot.
type RunRow uint32

// Run is the network logons (type 3) of one account on one host from one
// source, of which none follows on the last sign of life of those before by
// more than half an hour. It is a way to show them: every one of them is in
// Sessions.
type Run struct {
	Row      RunRow
	Account  AccountID
	Host     HostID
	Source   Source // of the first, without a port
	First    event.FileTime
	Last     event.FileTime // the last end or sign of life
	Sessions []SessionRow   // oldest first
	Events   int
	// Objects are the shares, files and other objects that its records name
	// (5140, 5145, 4656, 4663), each once, in order of name.
	Objects []string
	// Median is the middle one of the sessions' lengths; where some of them
	// are only bounded it is the least that it can be.
	Median          time.Duration
	MedianCertainty EndCertainty
	// Failures counts the refused network logons of the account on the host
	// from that source in the time of the run.
	Failures int
}

// runDraft is what is kept of a run: no pointers, for there may be millions.
type runDraft struct {
	first, last event.FileTime
	runKey
	from, to uint32 // its sessions are those of the index
	failures uint32
}

// runKey is what the sessions of a run have in common.
type runKey struct {
	account AccountID
	host    HostID
	source  uint32 // the number of a sourceKey
}

// sourceKey is a source without its port: the address, or else the name that
// the client claimed, and the host behind it, where that is known.
type sourceKey struct {
	address, name string
	host          HostID
}

func (s Source) key() sourceKey {
	k := sourceKey{address: s.Address, host: s.Host}
	if s.Address == "" {
		k.name = strings.ToLower(s.Name)
	}
	return k
}

// runIndex is all runs, oldest first.
type runIndex struct {
	all       []runDraft
	sessions  []SessionRow // of all runs, those of one together, oldest first
	byAccount [][]RunRow   // by AccountID, but for sessions of nobody known
	of        []RunRow     // by SessionRow; None for those of no run
}

// sessionsOf returns the sessions of a run that there is.
func (x *runIndex) sessionsOf(r RunRow) []SessionRow {
	d := &x.all[r]
	return x.sessions[d.from:d.to:d.to]
}

// Runs returns the runs of an account on a host, oldest first; None for
// either means any.
func (s *Snapshot) Runs(a AccountID, h HostID) []Run {
	rows := s.RunRows(a, h)
	out := make([]Run, len(rows))
	for i, r := range rows {
		out[i] = s.Run(r)
	}
	return out
}

// RunRows returns the rows of what Runs returns.
func (s *Snapshot) RunRows(a AccountID, h HostID) []RunRow {
	x := s.runs()
	var out []RunRow
	take := func(r RunRow) {
		if h == None || x.all[r].host == h {
			out = append(out, r)
		}
	}
	if a != None {
		if int(a) < len(x.byAccount) {
			for _, r := range x.byAccount[a] {
				take(r)
			}
		}
		return out
	}
	for r := range x.all {
		take(RunRow(r))
	}
	return out
}

// RunOf returns the run that a session is in; None for one that is not of the
// network.
func (s *Snapshot) RunOf(n SessionRow) RunRow {
	if x := s.runs(); int(n) < len(x.of) {
		return x.of[n]
	}
	return None
}

// Run returns one run; the zero Run if there is no such row.
func (s *Snapshot) Run(r RunRow) Run {
	out := s.RunBrief(r)
	out.Objects = s.RunObjects(r)
	return out
}

// RunBrief returns a run without its Objects, for lists of very many.
func (s *Snapshot) RunBrief(r RunRow) Run {
	x := s.runs()
	if int(r) >= len(x.all) {
		return Run{}
	}
	d := &x.all[r]
	out := s.sumUp(Run{Row: r, Account: d.account, Host: d.host, Sessions: x.sessionsOf(r), Failures: int(d.failures)})
	out.First, out.Last = d.first, d.last
	return out
}

// RunObjects returns the Objects of a run.
func (s *Snapshot) RunObjects(r RunRow) []string { return s.objectsOf(s.RunSessions(r)) }

func (s *Snapshot) objectsOf(sessions []SessionRow) []string {
	objects := map[string]bool{}
	for _, n := range sessions {
		h, at, _ := place(s.sessions, uint32(n))
		s.touched(h, &s.views[h].sessions[at], objects)
	}
	if len(objects) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(objects))
}

// RunSpan returns the First and Last of a run.
func (s *Snapshot) RunSpan(r RunRow) (first, last event.FileTime) {
	x := s.runs()
	if int(r) >= len(x.all) {
		return 0, 0
	}
	return x.all[r].first, x.all[r].last
}

// sumUp completes a run of some sessions.
func (s *Snapshot) sumUp(out Run) Run {
	lengths := make([]time.Duration, len(out.Sessions))
	certainty := EndExact
	known := false
	for i, n := range out.Sessions {
		h, at, _ := place(s.sessions, uint32(n))
		row := &s.views[h].sessions[at]
		if i == 0 {
			out.Source = s.sourceOf(h, row)
			out.Source.Port = 0
			out.First = s.SessionStart(n)
		}
		length, how := s.lengthOf(h, row)
		out.Last = max(out.Last, s.SessionStart(n).Add(length))
		lengths[i], known = length, known || how != EndUnknown
		certainty = min(certainty, max(how, EndBounded))
		out.Events += int(row.events)
	}
	slices.Sort(lengths)
	if known {
		out.Median, out.MedianCertainty = lengths[(len(lengths)-1)/2], certainty
	}
	return out
}

// lengthOf is Session.Length without the rest of a session.
func (s *Snapshot) lengthOf(h int, r *sessionRow) (time.Duration, EndCertainty) {
	v := s.views[h]
	last := v.logons[r.first].last
	x := Session{Start: s.row(v.events[r.start]).time, End: v.sessionEnd(&s.table, r)}
	for at := r.first; at != None; at = v.logons[at].next {
		x.StartKnown = x.StartKnown || v.begun(&v.logons[at])
		last = max(last, v.logons[at].last)
	}
	if x.End.By != None {
		last = uint32(x.End.By)
	}
	x.ClockSet = v.clockSet(r.start, last)
	return x.Length()
}

// sourceOf is where a session came from, without the rest of it.
func (s *Snapshot) sourceOf(h int, r *sessionRow) Source {
	v := s.views[h]
	for at := r.first; at != None; at = v.logons[at].next {
		if l := &v.logons[at]; l.start != None {
			return s.source(h, v.events[l.start], uint32(l.typ))
		}
	}
	return Source{Host: None}
}

// touched collects the objects that a session's records name.
func (s *Snapshot) touched(h int, r *sessionRow, objects map[string]bool) {
	v := s.views[h]
	for _, at := range v.sessionEvents(r) {
		if o := s.objectOf(v.events[at]); o != "" {
			objects[o] = true
		}
	}
}

// objectOf names the object that a record is about: \\*\share\path of a share,
// or a name as the host itself has it; "" for other records.
func (s *Snapshot) objectOf(n uint32) string {
	switch s.row(n).kind {
	case event.ShareAccessed, event.ShareFileChecked:
		share := strings.TrimSuffix(s.text(n, event.ShareName), `\`)
		return share + with(`\`, s.text(n, event.RelativeName))
	case event.HandleRequested, event.ObjectAccessed:
		return s.text(n, event.ObjectName)
	}
	return ""
}

// RunSessions returns the sessions of a run, oldest first.
func (s *Snapshot) RunSessions(r RunRow) []SessionRow {
	if x := s.runs(); int(r) < len(x.all) {
		return x.sessionsOf(r)
	}
	return nil
}

// SessionAccount returns whose session it is; None if there is no such row.
func (s *Snapshot) SessionAccount(n SessionRow) AccountID {
	s.once.Do(s.orderSessions)
	if int(n) >= len(s.owners) {
		return None
	}
	return s.owners[n]
}

// SessionHost returns where a session was; None if there is no such row.
func (s *Snapshot) SessionHost(n SessionRow) HostID {
	if h, _, ok := place(s.sessions, uint32(n)); ok {
		return HostID(h)
	}
	return None
}

// SessionStart returns when a session began, or was first seen.
func (s *Snapshot) SessionStart(n SessionRow) event.FileTime {
	h, at, ok := place(s.sessions, uint32(n))
	if !ok {
		return 0
	}
	v := s.views[h]
	return s.row(v.events[v.sessions[at].start]).time
}

// SessionSpan returns when a session began, or was first seen, and the last time
// at which it may have lasted, as far as that is bounded.
func (s *Snapshot) SessionSpan(n SessionRow) (from, to event.FileTime) {
	h, at, ok := place(s.sessions, uint32(n))
	if !ok {
		return 0, 0
	}
	v := s.views[h]
	r := &v.sessions[at]
	from = s.row(v.events[r.start]).time
	end := v.sessionEnd(&s.table, r)
	return from, max(from, end.Time, end.NotBefore, end.NotAfter)
}

func (s *Snapshot) runs() *runIndex {
	s.tracks.runOnce.Do(func() { s.tracks.runs = s.makeRuns() })
	return s.tracks.runs
}

// makeRuns folds each host's network sessions, which lie in order of their
// starts.
func (s *Snapshot) makeRuns() *runIndex {
	x := &runIndex{of: make([]RunRow, s.SessionCount())}
	for i := range x.of {
		x.of[i] = None
	}
	known := s.unfolded()
	numbers := map[sourceKey]uint32{}
	number := func(src Source) uint32 {
		k := src.key()
		n, ok := numbers[k]
		if !ok {
			n = uint32(len(numbers))
			numbers[k] = n
		}
		return n
	}
	sources := make([]uint32, len(known.Origins))
	for i, o := range known.Origins {
		sources[i] = number(o.Source)
	}
	open := map[runKey]uint32{}
	for h, v := range s.views {
		clear(open)
		for i := range v.sessions {
			r := &v.sessions[i]
			if v.logons[r.first].kind() != KindNetwork {
				continue
			}
			n := SessionRow(s.sessions[h] + uint32(i))
			k := runKey{account: known.Account[n], host: HostID(h)}
			if o := known.Origin[n]; o != None {
				k.source = sources[o]
			} else {
				k.source = number(s.sourceOf(h, r))
			}
			start := s.row(v.events[r.start]).time
			end := v.sessionEnd(&s.table, r)
			last := max(start, end.Time, end.NotBefore)
			at, ok := open[k]
			if !ok || start > x.all[at].last.Add(runPause) {
				at = uint32(len(x.all))
				open[k] = at
				x.all = append(x.all, runDraft{runKey: k, first: start})
			}
			x.all[at].last = max(x.all[at].last, last)
			x.of[n] = RunRow(at)
		}
	}
	x.gather()
	x.order()
	x.share(len(s.accounts))
	s.countRefused(x, numbers)
	return x
}

// gather puts the sessions of each run together.
func (x *runIndex) gather() {
	for _, r := range x.of {
		if r != None {
			x.all[r].to++
		}
	}
	at := uint32(0)
	for i := range x.all {
		d := &x.all[i]
		d.from = at
		at += d.to
		d.to = d.from
	}
	x.sessions = make([]SessionRow, at)
	for n, r := range x.of {
		if r != None {
			d := &x.all[r]
			x.sessions[d.to] = SessionRow(n)
			d.to++
		}
	}
}

// order puts runs in order of their beginnings, and of their first sessions.
func (x *runIndex) order() {
	type beginning struct {
		time  event.FileTime
		first SessionRow
		run   RunRow
	}
	all := make([]beginning, len(x.all))
	for i := range x.all {
		all[i] = beginning{x.all[i].first, x.sessions[x.all[i].from], RunRow(i)}
	}
	slices.SortFunc(all, func(a, b beginning) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.first, b.first))
	})
	ordered, places := make([]runDraft, len(all)), make([]RunRow, len(all))
	for i, b := range all {
		ordered[i], places[b.run] = x.all[b.run], RunRow(i)
	}
	x.all = ordered
	for n, r := range x.of {
		if r != None {
			x.of[n] = places[r]
		}
	}
}

// share gives each account its runs.
func (x *runIndex) share(accounts int) {
	counts := make([]uint32, accounts)
	for i := range x.all {
		if a := x.all[i].account; a != None {
			counts[a]++
		}
	}
	x.byAccount = make([][]RunRow, accounts)
	for i := range x.all {
		a := x.all[i].account
		if a == None {
			continue
		}
		if x.byAccount[a] == nil {
			x.byAccount[a] = make([]RunRow, 0, counts[a])
		}
		x.byAccount[a] = append(x.byAccount[a], RunRow(i))
	}
}

// countRefused counts the failed network logons that fell into each run.
func (s *Snapshot) countRefused(x *runIndex, numbers map[sourceKey]uint32) {
	refused, accounts := map[runKey][]event.FileTime{}, map[AccountID]bool{}
	for _, f := range s.Failures() {
		if f.TargetHost == None || f.LogonType != 3 {
			continue
		}
		if source, ok := numbers[f.Source.key()]; ok {
			k := runKey{f.Account, f.TargetHost, source}
			refused[k], accounts[f.Account] = append(refused[k], f.Time), true
		}
	}
	rows := map[runKey][]RunRow{}
	for i := range x.all {
		d := &x.all[i]
		if accounts[d.account] && refused[d.runKey] != nil {
			rows[d.runKey] = append(rows[d.runKey], RunRow(i))
		}
	}
	for k, times := range refused {
		rows := rows[k]
		for _, when := range times {
			at, _ := slices.BinarySearchFunc(rows, when, func(r RunRow, t event.FileTime) int { return cmp.Compare(x.all[r].first, t+1) })
			if at > 0 && when <= x.all[rows[at-1]].last {
				x.all[rows[at-1]].failures++
			}
		}
	}
}
