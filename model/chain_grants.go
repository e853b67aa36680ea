package model

import (
	"cmp"
	"strings"
	"time"

	"spoor/model/event"
)

const (
	// renewLife is how long a ticket-granting ticket can be renewed (4770)
	// after it was granted (Microsoft's default policy).
	renewLife = 7 * 24 * time.Hour
	// mostRealms is how many realms a ticket is followed back through.
	mostRealms = 8
)

// referral is a ticket for the domain controllers of another realm: 4769 for
// krbtgt/REALM, or for the account of a trust.
type referral struct {
	ticketRow
	to string // the realm
}

// nextRealm is the realm that a service's name in a 4769 refers to, "" for all
// other services. A realm of which no domain controller's log is there cannot
// be told from a machine without one.
func (s *Snapshot) nextRealm(h int, name string, controllers map[string][]controller) string {
	name, _, _ = strings.Cut(strings.ToLower(name), "@")
	domain, ok := strings.CutPrefix(name, "krbtgt/")
	if !ok {
		domain, ok = strings.CutSuffix(name, "$")
	}
	if !ok || domain == "" {
		return ""
	}
	if realm := s.realms.at(h, domain); realm != s.realms.of[h] && len(controllers[realm]) > 0 {
		return realm
	}
	return ""
}

func (j *joins) referralsTo(realm string, a AccountID, client uint32, from, to event.FileTime) []referral {
	at := func(t event.FileTime) func(*referral) int {
		return func(x *referral) int {
			return cmp.Or(cmp.Compare(x.to, realm), cmp.Compare(x.account, a), cmp.Compare(x.client, client), cmp.Compare(x.time, t))
		}
	}
	return between(j.referrals, at(from), at(to))
}

// home is the realm whose domain controllers know the account's password; ""
// where the records do not say which.
func (c *chainFinder) home() string {
	if base, ok := sidBase(c.who.SID); ok && (len(c.controllers[base]) > 0 || base == c.realms.of[c.h]) {
		return base
	}
	return c.realms.at(c.h, strings.ToLower(c.who.Domain))
}

// referred follows a ticket of another realm's domain controller back to where
// the account was referred to it, realm by realm, and returns the first ticket
// of all.
func (c *chainFinder) referred(t ticketRow) ticketRow {
	for range mostRealms {
		realm := c.realms.of[t.dc]
		if realm == "" || realm == c.home() {
			return t
		}
		found, more := newestMatched(c.referralsTo(realm, t.account, t.client, t.time.Add(-ticketLife), t.time.Add(clockTolerance)))
		all := make([]ticketRow, len(found))
		for i := range found {
			all[i] = found[i].ticketRow
		}
		one := freshOf(all, &t)
		if len(one) == 1 && more == 0 {
			why := "the account was referred to this realm from that address within 10 h"
			if len(all) == 1 {
				why = "the account's only referral to this realm from that address in 10 h"
			}
			sure, why := c.ifComplete(min(Strong, c.sure), why, one[0].time, t.time, c.controllersBeside(int(one[0].dc))...)
			c.add(RoleReferral, one[0].event, sure, 1, why)
			t = one[0]
			continue
		}
		for _, r := range newestOf(one) {
			c.add(RoleReferral, r.event, min(Medium, c.sure), len(one)+more, "one of several referrals to this realm from that address in 10 h")
		}
		return t
	}
	return t
}

// freshOf returns the one of several that came in the minute before a ticket,
// else all.
func freshOf(all []ticketRow, t *ticketRow) []ticketRow {
	i := len(all)
	for i > 0 && all[i-1].time >= t.time.Add(-freshTicket) {
		i--
	}
	if len(all) > 1 && len(all)-i == 1 {
		return all[i:]
	}
	return all
}

// grants links the ticket-granting ticket that a ticket was asked for with:
// the same account, the same client, in the ten hours before; or, where that
// was renewed, in the seven days before.
func (c *chainFinder) grants() {
	if len(c.tickets) != 1 || c.tickets[0].client == 0 {
		return
	}
	t := c.referred(c.tickets[0])
	all, more := c.grantsBefore(&t)
	one := freshOf(all, &t)
	switch {
	case len(one) == 0:
	case len(one) == 1 && more == 0 && !one[0].renewal:
		why := "the account's only one from that address in 10 h"
		if len(all) > 1 {
			why = "the account's only one from that address in 60 s"
		}
		sure, why := c.ifComplete(min(Strong, c.sure), why, one[0].time, t.time, c.controllersBeside(int(one[0].dc))...)
		c.add(RoleTGT, one[0].event, sure, 1, why)
	case more == 0 && (len(one) == 1 || renewals(all[1:])):
		last := &one[len(one)-1]
		c.add(RoleTGT, last.event, min(Medium, c.sure), 1, "renewed from that address within 10 h; granted earlier")
		c.origin(last, &t)
	default:
		for _, g := range newestOf(one) {
			c.add(RoleTGT, g.event, min(Medium, c.sure), len(one)+more, "one of several from that address in 10 h")
		}
	}
}

// grantsBefore returns what a ticket may have been asked for with, and how
// many more there are.
func (c *chainFinder) grantsBefore(t *ticketRow) (list []ticketRow, more int) {
	list = c.grantsOf(t.account, t.client, t.time.Add(-ticketLife), t.time.Add(clockTolerance))
	// A grant that was logged later than the ticket was not before it.
	for len(list) > 0 && c.later(&list[len(list)-1], t) {
		list = list[:len(list)-1]
	}
	return newestMatched(list)
}

// origin links the grant of a ticket-granting ticket that was renewed: each
// renewal is of what was granted or renewed within the ten hours before it.
func (c *chainFinder) origin(renewal, t *ticketRow) {
	c.renewed = true
	for from := t.time.Add(-renewLife); renewal.time >= from; {
		before, more := c.grantsBefore(renewal)
		if more > 0 || len(before) == 0 {
			return
		}
		if !renewals(before[1:]) {
			c.originals(before)
			return
		}
		if !before[0].renewal {
			c.renewed = false
			c.add(RoleTGT, before[0].event, min(Medium, c.sure), 1, "granted to that address, and renewed there since")
			return
		}
		renewal = &before[0]
	}
}

func (c *chainFinder) originals(list []ticketRow) {
	var granted []ticketRow
	for _, g := range list {
		if !g.renewal {
			granted = append(granted, g)
		}
	}
	c.renewed = false
	for _, g := range newestOf(granted) {
		c.add(RoleTGT, g.event, Weak, max(2, len(granted)), "granted to that address, and perhaps the one that was renewed")
	}
}

func renewals(list []ticketRow) bool {
	for i := range list {
		if !list[i].renewal {
			return false
		}
	}
	return true
}

// later reports whether a grant came no sooner than a ticket: by record, where
// one log has both.
func (c *chainFinder) later(g, t *ticketRow) bool {
	if g.dc == t.dc {
		return g.event >= t.event
	}
	return g.time > t.time
}
