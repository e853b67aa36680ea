package model

import (
	"cmp"
	"slices"
	"strings"

	"spoor/model/event"
)

// Change is something that was done to an account: it was created, enabled,
// reset, locked out, put in a group, renamed.
type Change struct {
	Event   EventRow
	Time    event.FileTime
	What    string    // "created", "locked out", "added to group CORP\Domain Admins"
	By      AccountID // who did it, or None
	ByName  string    // as the record names it
	Host    HostID    // where it was logged
	Session SessionRow
	// Caller is the computer that the bad passwords came from, of a lockout
	// (4740), as it called itself.
	Caller string
}

// changes say what each event did to the account that is its Target. Of a
// password, Windows logs that somebody tried (Microsoft on 4723 and 4724).
var changes = map[event.Kind]string{
	event.AccountCreated: "created", event.AccountEnabled: "enabled", event.PasswordChanged: "password change tried",
	event.PasswordReset: "password reset tried", event.AccountDisabled: "disabled", event.AccountDeleted: "deleted",
	event.AccountChanged: "changed", event.AccountLockedOut: "locked out", event.AccountUnlocked: "unlocked",
	event.AccountRenamed: "renamed", event.NTLMRefused: "refused NTLM, as a member of Protected Users",
	event.KerberosRefused: "refused Kerberos with DES or RC4, as a member of Protected Users",
	event.SpecialGroups:   "logged on as a member of special groups",
}

// memberships say what each event did to the account that is its Member; the
// group is its Target.
var memberships = map[event.Kind]string{
	event.GlobalGroupAdded: "added to group", event.LocalGroupAdded: "added to group", event.UniversalGroupAdded: "added to group",
	event.GlobalGroupRemoved: "removed from group", event.LocalGroupRemoved: "removed from group", event.UniversalGroupRemoved: "removed from group",
}

// Story returns what was done to an account, oldest first.
func (s *Snapshot) Story(a AccountID) []Change {
	s.storyOnce.Do(s.makeStories)
	return s.stories[a]
}

func (s *Snapshot) makeStories() {
	s.stories = map[AccountID][]Change{}
	bySID := s.accountsBySID()
	for h, v := range s.views {
		subjects := map[uint64]bool{}
		for _, at := range v.changes {
			id, _ := s.number(v.events[at], s.actorColumn(v.events[at]))
			subjects[id] = true
		}
		logons := v.logonsOf(subjects)
		for _, at := range v.changes {
			n := v.events[at]
			c := s.change(h, at)
			c.By = s.principalAccount(bySID, h, s.subject(n))
			c.Session = s.actorSession(h, at, logons)
			who := s.principalAccount(bySID, h, s.target(n))
			if memberships[s.row(n).kind] != "" {
				who = bySID.find(uint32(h), s.text(n, event.MemberSID))
			}
			if who != None {
				s.stories[who] = append(s.stories[who], c)
			}
		}
	}
	for _, all := range s.stories {
		slices.SortStableFunc(all, func(a, b Change) int { return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Event, b.Event)) })
	}
}

// actorColumn is where an event names the logon that acted.
func (s *Snapshot) actorColumn(n uint32) event.Column {
	if s.row(n).kind == event.SpecialGroups {
		return event.TargetLogon
	}
	return event.SubjectLogon
}

func (s *Snapshot) change(h int, at uint32) Change {
	n := s.views[h].events[at]
	r := s.row(n)
	d := describer{&s.table, n}
	c := Change{Event: EventRow(s.events[h] + at), Time: r.time, Host: HostID(h), ByName: d.by(), What: changes[r.kind]}
	switch r.kind {
	case event.AccountLockedOut:
		c.Caller = strings.TrimLeft(d.col(event.Workstation), `\`)
	case event.AccountRenamed:
		c.What = join(" ", c.What, with("from ", d.col(event.OldName)), with("to ", d.col(event.NewName)))
	case event.SpecialGroups:
		c.What = join(": ", c.What, strings.Join(groupSIDs(d.col(event.Groups)), ", "))
	default:
		if verb := memberships[r.kind]; verb != "" {
			c.What = join(" ", verb, d.who())
		}
	}
	return c
}

// sidIndex finds accounts by their SIDs, within the host for those that are
// another one on each.
type sidIndex map[sidOf]AccountID

func (s *Snapshot) accountsBySID() sidIndex {
	out := sidIndex{}
	for i := range s.accounts {
		if a := &s.accounts[i]; a.SID != "" {
			out[sidOf{uint32(a.Host), a.SID}] = a.ID
		}
	}
	return out
}

func (x sidIndex) find(host uint32, sid string) AccountID {
	for _, h := range []uint32{host, None} {
		if id, ok := x[sidOf{h, sid}]; ok && sid != "" {
			return id
		}
	}
	return None
}

func (s *Snapshot) principalAccount(x sidIndex, h int, principal uint32) AccountID {
	if id := s.account(h, principal); id != None {
		return id
	}
	return x.find(uint32(h), s.sid(principal))
}

// logonsOf returns the logons of a host by their IDs, of the IDs given.
func (v *hostView) logonsOf(ids map[uint64]bool) map[uint64][]uint32 {
	out := map[uint64][]uint32{}
	if len(ids) == 0 {
		return out
	}
	for i := range v.logons {
		if id := v.logons[i].id; ids[id] {
			out[id] = append(out[id], uint32(i))
		}
	}
	return out
}

// actorSession returns the session in which something was done, or None.
func (s *Snapshot) actorSession(h int, at uint32, logons map[uint64][]uint32) SessionRow {
	v := s.views[h]
	id, _ := s.number(v.events[at], s.actorColumn(v.events[at]))
	boot := uint32(v.bootOfEvent(&s.table, at))
	for _, i := range logons[id] {
		if l := &v.logons[i]; id != 0 && v.bootOfLogon(l) == boot && l.session != None {
			return SessionRow(s.sessions[h] + l.session)
		}
	}
	return None
}
