package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/simulate"
)

// recordKey names a record in the words of the truth.
type recordKey struct {
	host, channel string
	id            uint64
}

func keyOf(r simulate.Record) recordKey { return recordKey{r.Host, r.Channel, r.ID} }

// logonKey is a logon ID of a host, in any of its boots.
type logonKey struct{ host, id string }

// happened is what the truth says of one logon ID in one boot: a session, or a
// check within one.
type happened struct {
	session *simulate.Session
	check   *simulate.Check
}

func (h happened) records() []simulate.Record {
	if h.check != nil {
		return h.check.Records
	}
	return h.session.Records
}

func (h happened) start() event.FileTime {
	if h.check != nil {
		return moment(h.check.Time)
	}
	return moment(h.session.Start)
}

// judgement compares one domain's truth with what the model says.
type judgement struct {
	*score
	truth    *simulate.Truth
	snapshot *model.Snapshot
	hosts    map[string]string // what the truth calls a host, by each of its names
	logons   map[logonKey][]happened
	// found is the truth's session for each of the model's, and the other way
	// round.
	found map[model.SessionRow]*simulate.Session
	rows  map[*simulate.Session]model.SessionRow
	stops map[string][]event.FileTime // what is left of the records of a host's going down
	last  map[string]event.FileTime   // of a host's Security log
	// bindings are those of each address.
	bindings map[string][]*simulate.Binding
	proofs   map[recordKey]*simulate.Proof
	// bySID and sessionsOf are what is known of an account.
	bySID      map[string][]*simulate.Proof
	sessionsOf map[string][]*simulate.Session
	bootsOf    map[string][]*simulate.Boot // of a host, oldest first
	lost       map[string]event.FileTime   // of a host, when the last record of its Security log was really written that the evidence lacks
	began      map[string]bool             // the sessions, as Parent names them, whose 4624 is there
}

func judge(s *score, truth *simulate.Truth, snapshot *model.Snapshot) {
	j := &judgement{score: s, truth: truth, snapshot: snapshot, hosts: make(map[string]string), logons: make(map[logonKey][]happened),
		found: make(map[model.SessionRow]*simulate.Session), rows: make(map[*simulate.Session]model.SessionRow), stops: make(map[string][]event.FileTime), last: make(map[string]event.FileTime), bindings: make(map[string][]*simulate.Binding), proofs: make(map[recordKey]*simulate.Proof),
		bySID: make(map[string][]*simulate.Proof), sessionsOf: make(map[string][]*simulate.Session), bootsOf: make(map[string][]*simulate.Boot), lost: make(map[string]event.FileTime), began: make(map[string]bool)}
	j.learn()
	j.matchSessions()
	for _, row := range slices.Sorted(maps.Keys(j.found)) {
		m, t := snapshot.Session(row), j.found[row]
		j.account(&m, t)
		j.end(&m, t)
		j.foldedChecks(&m, t)
		j.segments(&m, t)
		j.beginning(&m, t)
		j.sourceHost(&m, t)
		j.validation(&m, t)
		j.privileges(&m, t)
		j.chain(&m, t)
		j.parent(&m, t)
		j.address(&m, t)
		j.activity(&m, t)
	}
	j.failures()
	j.boots()
	j.stories()
}

// moment reads a time of the truth.
func moment(s string) event.FileTime {
	if s == "" {
		return 0
	}
	t, err := event.ParseFileTime(s)
	if err != nil {
		panic(err) // the simulator's own writing
	}
	return t
}

// learn indexes the truth.
func (j *judgement) learn() {
	for _, b := range j.truth.Boots {
		j.hosts[strings.ToUpper(b.Host)] = b.Host
		j.bootsOf[b.Host] = append(j.bootsOf[b.Host], b)
		j.losses(b.Records)
		for _, r := range b.Records {
			if r.Role == "stop" && r.Kept {
				j.stops[b.Host] = append(j.stops[b.Host], moment(r.Time))
			}
		}
	}
	for _, c := range j.snapshot.Coverage() {
		if name := j.host(c.Host); c.Channel == "Security" {
			j.last[name] = max(j.last[name], c.Last)
		}
	}
	for _, p := range j.truth.Proofs {
		j.proofs[keyOf(p.Record)] = p
		j.bySID[p.SID] = append(j.bySID[p.SID], p)
		j.losses([]simulate.Record{p.Record})
	}
	for _, b := range j.truth.Bindings {
		j.bindings[b.Address] = append(j.bindings[b.Address], b)
	}
	for _, r := range j.truth.Renames {
		if r.What == "computer" {
			j.hosts[strings.ToUpper(r.Old)] = r.Host
		}
	}
	for _, s := range j.truth.Sessions {
		if kept(s.Records, "logon") > 0 {
			j.began[fmt.Sprintf("%s/%d/%s", s.Host, s.Boot, s.LogonIDs[0])] = true
		}
		j.sessionsOf[s.SID] = append(j.sessionsOf[s.SID], s)
		j.losses(s.Records)
		for _, g := range s.Segments {
			j.losses(g.Records)
		}
		for _, id := range s.LogonIDs {
			k := logonKey{s.Host, id}
			j.logons[k] = append(j.logons[k], happened{session: s})
		}
		for _, c := range s.Checks {
			j.losses(c.Records)
			for _, id := range c.LogonIDs {
				k := logonKey{s.Host, id}
				j.logons[k] = append(j.logons[k], happened{s, c})
			}
		}
	}
}

// losses notes what the evidence lacks of a host.
func (j *judgement) losses(records []simulate.Record) {
	for _, r := range records {
		if !r.Kept && r.ID != 0 && r.Channel == "Security" {
			j.lost[r.Host] = max(j.lost[r.Host], r.At)
		}
	}
}

// host is what the truth calls one of the model's hosts.
func (j *judgement) host(id model.HostID) string {
	if id == model.None {
		return ""
	}
	return j.hosts[strings.ToUpper(j.snapshot.Host(id).Short())]
}

// record is what the truth calls one of the model's events.
func (j *judgement) record(row model.EventRow) recordKey {
	e := j.snapshot.Event(row)
	name, _, _ := strings.Cut(e.Computer, ".")
	return recordKey{j.hosts[strings.ToUpper(name)], e.Channel, e.RecordID}
}

// whose is what really happened under one of the model's logons: what its own
// 4624 began, else what last began before it was first seen.
func (j *judgement) whose(l model.Logon) (best happened, ok bool) {
	anchor := j.record(l.Anchor)
	for _, h := range j.logons[logonKey{j.host(l.Host), l.LogonID.String()}] {
		for _, r := range h.records() {
			if r.Role == "logon" && keyOf(r) == anchor {
				return h, true
			}
		}
		// A clock may have been set back by two minutes.
		if h.start() <= l.Start.Add(3*time.Minute) && (!ok || h.start() > best.start()) {
			best, ok = h, true
		}
	}
	return best, ok
}

// kept counts the records of a role that are in the evidence.
func kept(records []simulate.Record, role string) (n int) {
	for _, r := range records {
		if r.Role == role && r.Kept {
			n++
		}
	}
	return n
}

// told reports whether all records of a role are there, and one at least.
func told(records []simulate.Record, role string) bool {
	n := 0
	for _, r := range records {
		if r.Role == role {
			if n++; !r.Kept {
				return false
			}
		}
	}
	return n > 0
}

// matchSessions finds each of the model's sessions in the truth.
func (j *judgement) matchSessions() {
	for n := range j.snapshot.SessionCount() {
		row := model.SessionRow(n)
		m := j.snapshot.Session(row)
		if logon := j.snapshot.Logon(m.Logons[0]); !logon.LogonID.Fixed() {
			j.matchSession(&m, logon)
		}
	}
	folded := j.foldedAuthentications()
	for _, s := range j.truth.Sessions {
		if _, ok := j.rows[s]; !ok && kept(s.Records, "logon") > 0 && !folded[s] {
			j.missed(sessions, s.Kind, "%s %v of %s from %s", s.Host, s.LogonIDs, s.Account, s.Start)
		}
	}
}

// foldedAuthentications finds the network authentications of Remote Desktop that
// are parts of other sessions: of one that their client was connected to.
func (j *judgement) foldedAuthentications() map[*simulate.Session]bool {
	out := make(map[*simulate.Session]bool)
	for row, t := range j.found {
		m := j.snapshot.Session(row)
		for _, l := range m.Logons[1:] {
			is, ok := j.whose(j.snapshot.Logon(l))
			if !ok || is.check != nil || is.session == t {
				continue
			}
			connected := slices.ContainsFunc(t.Segments, func(g simulate.Segment) bool {
				after := moment(g.Start).Sub(moment(is.session.Start))
				return g.State == "connected" && g.Address == is.session.Address && after > -time.Second && after < 15*time.Second
			})
			if is.session.Kind == "network-authentication" && is.session.SID == t.SID && connected {
				out[is.session] = true
				j.right(sessions)
			} else {
				j.wrong(sessions, "folded into another", "%s in %s", where(is.session), where(t))
			}
		}
	}
	return out
}

func (j *judgement) matchSession(m *model.Session, l model.Logon) {
	is, ok := j.whose(l)
	say := func(kind string) {
		j.wrong(sessions, kind, "%s %s of %s at %s", j.snapshot.Host(m.Host).Short(), l.LogonID, j.snapshot.Account(m.Account).Display(), m.Start)
	}
	switch {
	case !ok:
		say("never happened")
	case is.check != nil:
		// Without its end, or the session that it belongs to, nothing tells a
		// check from a session.
		if told(is.check.Records, "logoff") && told(is.check.Records, "logon") && kept(is.session.Records, "logon") > 0 {
			say("only a check (" + is.check.Why + ")")
		}
	case j.rows[is.session] != 0 || j.found[0] == is.session:
		if told(is.session.Records, "logon") {
			say("a session twice")
		}
	default:
		j.rows[is.session], j.found[m.Row] = m.Row, is.session
		j.right(sessions)
	}
}
