package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/simulate"
)

var certainties = map[model.Certainty]aspect{model.Exact: exactLinks, model.Strong: strongLinks, model.Medium: mediumLinks, model.Weak: mediumLinks}

var roles = map[string]aspect{"tgt": tgtLinks, "service-ticket": ticketLinks, "ntlm-validation": ntlmLinks, "explicit-credentials": explicitLinks, "network-authentication": networkLinks}

// chain compares the records that the model says led to a session with those
// that did, whether or not these are in the evidence: where they are not,
// another record is a wrong one all the same.
func (j *judgement) chain(m *model.Session, t *simulate.Session) {
	for _, link := range m.Chain {
		role, known := roles[link.Role.String()]
		if link.Candidates > 1 || link.Event == model.None || link.Certainty == model.CertaintyUnknown || !known {
			continue // listed, and none chosen
		}
		key, in := j.record(link.Event), certainties[link.Certainty]
		if link.Certainty == model.Exact && !byGUID(link, key, t) {
			j.wrong(exactLinks, "beyond the rule", "%s: %s %s %d (%s)", where(t), link.Role, key.host, key.id, link.Why)
		}
		if slices.ContainsFunc(t.Chain, func(r simulate.Record) bool { return keyOf(r) == key && r.Role == link.Role.String() }) || j.ofBatch(link, key, t) {
			j.right(in)
			j.right(role)
			continue
		}
		j.wrong(in, link.Role.String(), "%s: %s %d at %s (%s); really %s", where(t), key.host, key.id, j.snapshot.Event(link.Event).Time, link.Why, chainText(t))
		j.wrong(role, link.Certainty.String(), "%s: %s %d", where(t), key.host, key.id)
	}
	j.candidates(m, t)
	for _, d := range j.determined(t) {
		j.compareLink(m, t, d)
	}
}

// byGUID reports whether a GUID can say that a record led to a session: that of
// a ticket for its host, or of explicit credentials used there. Nothing else is
// exact, right or not.
func byGUID(link model.ChainLink, key recordKey, t *simulate.Session) bool {
	return link.Role == model.RoleServiceTicket && t.TicketGUID || link.Role == model.RoleExplicitCredentials && key.host == t.Host
}

// candidates: where several records are listed for a part, the true one is
// among them, if it is in the evidence.
func (j *judgement) candidates(m *model.Session, t *simulate.Session) {
	listed := make(map[string]int)
	for _, l := range m.Chain {
		if l.Candidates > 1 {
			listed[l.Role.String()] = l.Candidates
		}
	}
	for role, total := range listed {
		is, has, n := false, false, 0
		for _, l := range m.Chain {
			if l.Role.String() == role {
				n++
				has = has || slices.ContainsFunc(t.Chain, func(r simulate.Record) bool { return keyOf(r) == j.record(l.Event) && r.Role == role })
			}
		}
		for _, r := range t.Chain {
			is = is || r.Role == role && r.Kept
		}
		switch a, known := roles[role]; {
		case !known || !is || n < total:
		case has:
			j.right(listedLinks)
		default:
			j.wrong(listedLinks, role, "%s: %d candidates for %s without the true one; really %s", where(t), n, aspectNames[a], chainText(t))
		}
	}
}

// ofBatch reports whether a ticket is said to be asked for in the same moment
// as the session's, and was: by the same account, within a second.
func (j *judgement) ofBatch(link model.ChainLink, key recordKey, t *simulate.Session) bool {
	p := j.proofs[key]
	if link.Role != model.RoleServiceTicket || !strings.Contains(link.Why, "same moment") || p == nil || p.SID != t.SID {
		return false
	}
	return slices.ContainsFunc(t.Chain, func(r simulate.Record) bool {
		return r.Role == "service-ticket" && moment(r.Time)/10_000_000 == moment(p.Time)/10_000_000
	})
}

func chainText(t *simulate.Session) string {
	var b strings.Builder
	for _, r := range t.Chain {
		fmt.Fprintf(&b, "%s %s %d at %s kept %v; ", r.Role, r.Host, r.ID, r.Time, r.Kept)
	}
	return b.String()
}

// determination is a record that led to a session, and how sure the rules of
// joins are of it: where they cannot choose, it is at least listed.
type determination struct {
	record simulate.Record
	least  model.Certainty
}

// compareLink compares what the rules determine with what the model has.
func (j *judgement) compareLink(m *model.Session, t *simulate.Session, d determination) {
	role := roles[d.record.Role]
	best, listed, full := model.CertaintyUnknown, false, false
	for _, l := range m.Chain {
		if l.Role.String() != d.record.Role {
			continue
		}
		full = full || l.Candidates > 64
		if j.record(l.Event) == keyOf(d.record) {
			listed = true
			if l.Candidates <= 1 {
				best = l.Certainty
			}
		}
	}
	switch {
	case !listed && !full, d.least >= model.Medium && best < model.Medium:
		j.missed(role, d.least.String(), "%s: %s %d at %s; really %s", where(t), d.record.Host, d.record.ID, d.record.Time, chainText(t))
		j.missed(certainties[max(d.least, model.Weak)], d.record.Role, "%s: %d", where(t), d.record.ID)
	case d.least >= model.Medium && best < d.least:
		j.missed(certainties[d.least], d.record.Role+" only "+best.String(), "%s: %s %d at %s; really %s", where(t), d.record.Host, d.record.ID, d.record.Time, chainText(t))
	}
}

// The spans of the rules of joins, in real time, and how far apart two uses of
// one credential must lie for no clock to make them one.
const (
	freshSpan  = time.Minute
	ticketSpan = 10 * time.Hour
	hopSpan    = 10 * time.Second
	apart      = 5 * time.Minute
)

// determined lists the records that led to a session which the evidence
// determines by the rules of joins: kept, and alone in their windows.
func (j *judgement) determined(t *simulate.Session) (all []determination) {
	logon, whole := began(t)
	if logon == 0 || !whole {
		return nil
	}
	desk := t.Type == 10
	var ticket *determination
	var grant *simulate.Record
	add := func(r simulate.Record, least model.Certainty) {
		if r.Kept && least != model.CertaintyUnknown {
			all = append(all, determination{r, least})
		}
	}
	for i := range t.Chain {
		switch r := &t.Chain[i]; r.Role {
		case "tgt":
			if grant == nil {
				grant = r
			}
		case "service-ticket":
			if ticket == nil { // those after are its network authentication's
				ticket = &determination{*r, j.ticketRule(t, r, logon)}
				add(*r, ticket.least)
			}
		case "ntlm-validation":
			if t.Type == 3 {
				add(*r, j.ntlmRule(t, r, logon))
			}
		case "explicit-credentials":
			add(*r, j.explicitRule(t, r, logon))
		case "network-authentication":
			if desk {
				add(*r, j.networkRule(t, logon))
			}
		}
	}
	if grant != nil && ticket != nil && ticket.record.Kept && ticket.least >= model.Medium {
		add(*grant, j.grantRule(t, grant, ticket))
	}
	return all
}

// began is when a session's first logon was really written, and whether all its
// logons are in the evidence.
func began(t *simulate.Session) (at event.FileTime, whole bool) {
	whole = true
	for _, r := range t.Records {
		if r.Role == "logon" {
			whole = whole && r.Kept
			if at == 0 || r.At < at {
				at = r.At
			}
		}
	}
	return at, whole
}

// usesOf counts the kept uses of a credential in [from, to].
func (j *judgement) usesOf(role string, t *simulate.Session, from, to event.FileTime, same func(*simulate.Proof) bool) (n int) {
	for _, p := range j.bySID[t.SID] {
		if p.Role == role && p.Kept && p.At >= from && p.At <= to && same(p) {
			n++
		}
	}
	return n
}

// logonsOf counts the kept sessions of an account that began in [from, to].
func (j *judgement) logonsOf(t *simulate.Session, from, to event.FileTime, same func(*simulate.Session) bool) (n int) {
	for _, s := range j.sessionsOf[t.SID] {
		if at, _ := began(s); at >= from && at <= to && kept(s.Records, "logon") > 0 && same(s) {
			n++
		}
	}
	return n
}

// ticketRule is rules 16 and 17: the GUID of a ticket for the host itself comes
// back in the logon; of a network logon, the ticket of the minute before, if
// there is one only, and one logon only.
func (j *judgement) ticketRule(t *simulate.Session, r *simulate.Record, logon event.FileTime) model.Certainty {
	forHost := func(p *simulate.Proof) bool { return p.For == t.Host }
	if t.TicketGUID {
		return model.Exact
	}
	if t.Type != 3 {
		return model.CertaintyUnknown
	}
	byKerberos := func(s *simulate.Session) bool {
		return s.Type == 3 && s.Host == t.Host && !slices.ContainsFunc(s.Chain, func(r simulate.Record) bool { return r.Role == "ntlm-validation" })
	}
	p := j.proofs[keyOf(*r)]
	switch d := logon.Sub(r.At); {
	case p == nil || d > ticketSpan-apart:
		return model.CertaintyUnknown
	case d <= freshSpan-5*time.Second:
		if j.usesOf("service-ticket", t, logon.Add(-freshSpan-apart), logon.Add(apart), forHost) > 1 || j.logonsOf(t, r.At.Add(-apart), r.At.Add(freshSpan+apart), byKerberos) > 1 {
			return model.Weak
		}
		return model.Strong
	case d <= freshSpan+apart || p.From != t.Address || j.usesOf("service-ticket", t, logon.Add(-freshSpan-apart), logon.Add(apart), forHost) > 0:
		return model.CertaintyUnknown
	}
	fromThere := func(q *simulate.Proof) bool { return q.For == t.Host && q.From == p.From }
	if j.usesOf("service-ticket", t, logon.Add(-ticketSpan-apart), logon, fromThere) > 1 {
		return model.Weak
	}
	return model.Medium
}

// grantRule is the ticket-granting ticket that a ticket was asked for with: the
// account's only one from that address in ten hours, or in the minute before.
func (j *judgement) grantRule(t *simulate.Session, grant *simulate.Record, ticket *determination) model.Certainty {
	p, g := j.proofs[keyOf(ticket.record)], j.proofs[keyOf(*grant)]
	if p == nil || g == nil || p.From != g.From || grant.At > ticket.record.At || ticket.record.At.Sub(grant.At) > ticketSpan-apart {
		return model.CertaintyUnknown
	}
	fromThere := func(q *simulate.Proof) bool { return q.From == p.From }
	to := ticket.record.At
	if j.usesOf("tgt", t, to.Add(-ticketSpan-apart), to.Add(apart), fromThere) == 1 {
		return min(model.Strong, ticket.least)
	}
	if to.Sub(grant.At) < freshSpan-5*time.Second && j.usesOf("tgt", t, to.Add(-freshSpan-5*time.Second), to.Add(clockSlack), fromThere) == 1 {
		return min(model.Strong, ticket.least)
	}
	if to.Sub(grant.At) > freshSpan+apart && j.usesOf("tgt", t, to.Add(-freshSpan-apart), to.Add(apart), fromThere) > 0 {
		return model.CertaintyUnknown
	}
	return model.Weak
}

// clockSlack is how far the clocks of domain controllers may lie apart.
const clockSlack = 2 * time.Second

// ntlmRule is a password check of the account, for the name that the client
// claims, in the moment of the logon.
func (j *judgement) ntlmRule(t *simulate.Session, r *simulate.Record, logon event.FileTime) model.Certainty {
	p := j.proofs[keyOf(*r)]
	if p == nil || p.SID != t.SID {
		return model.CertaintyUnknown
	}
	same := func(q *simulate.Proof) bool { return q.From == p.From || q.From == "" }
	byNTLM := func(s *simulate.Session) bool {
		return slices.ContainsFunc(s.Chain, func(r simulate.Record) bool { return r.Role == "ntlm-validation" })
	}
	if j.usesOf("ntlm-validation", t, logon.Add(-apart), logon.Add(apart), same) == 1 && j.logonsOf(t, logon.Add(-apart), logon.Add(apart), byNTLM) == 1 {
		return model.Strong
	}
	return model.Weak
}

// explicitRule is explicit credentials: on the host itself those with the
// logon's GUID, on another one those used seconds before for this host.
func (j *judgement) explicitRule(t *simulate.Session, r *simulate.Record, logon event.FileTime) model.Certainty {
	if r.Host == t.Host {
		if slices.ContainsFunc(t.Chain, func(r simulate.Record) bool { return r.Role == "service-ticket" }) {
			return model.Exact
		}
		return model.CertaintyUnknown
	}
	if d := logon.Sub(r.At); d < 0 || d > hopSpan {
		return model.CertaintyUnknown
	}
	forHost := func(p *simulate.Proof) bool { return p.For == t.Host && p.From != t.Host }
	reaches := func(s *simulate.Session) bool { return s.Host == t.Host && (s.Type == 3 || s.Type == 8 || s.Type == 9) }
	switch {
	case j.usesOf("explicit-credentials", t, logon.Add(-apart), logon.Add(apart), forHost) > 1:
		return model.Weak
	case j.has(simulate.NoTickets) && (ahead(*r)-clockOf(t)).Abs() > clockSlack:
		return model.CertaintyUnknown // nothing tells how wrong the clocks are
	case t.Type != 3 || !j.bound(t) || j.logonsOf(t, r.At.Add(-apart), r.At.Add(apart), reaches) > 1:
		return model.Medium
	}
	return model.Strong
}

// ahead is how far the clock was ahead of which a record has its time.
func ahead(r simulate.Record) time.Duration { return moment(r.Time).Sub(r.At) }

func clockOf(t *simulate.Session) time.Duration {
	logon, _ := began(t)
	return moment(t.Start).Sub(logon)
}

// networkRule is what a Remote Desktop connection came with on its own host:
// 1149 and the network logon, of the account and address alone within seconds.
func (j *judgement) networkRule(t *simulate.Session, logon event.FileTime) model.Certainty {
	for _, r := range t.Chain {
		if r.Role == "network-authentication" && !r.Kept {
			return model.CertaintyUnknown
		}
	}
	came := func(s *simulate.Session) bool { return s.Host == t.Host && s.Type == 3 && s.Address == t.Address }
	if j.logonsOf(t, logon.Add(-20*time.Second), logon, came) > 1 {
		return model.Weak
	}
	return model.Strong
}
