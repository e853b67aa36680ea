package model

import (
	"slices"
	"strings"

	"spoor/model/event"
)

// subcategory is one of the things that Windows can be told to audit, and the
// events that it logs for it (Microsoft, "Advanced security audit policy
// settings", one page a subcategory). Of each, the events that are indexed.
type subcategory struct {
	name   string
	events []uint16
	// onlyDC is of those that only a domain controller has something to log for.
	onlyDC bool
	// always is of those that any computer in use logs something for within
	// hours, so that their absence says that they are not audited.
	always bool
}

// subcategories are those that tracks are read from. File System shares its
// events with Registry, Kernel Object and the other kinds of object.
var subcategories = []subcategory{
	{name: "Logon", events: []uint16{4624, 4625, 4648}, always: true},
	{name: "Logoff", events: []uint16{4634, 4647}, always: true},
	{name: "Special Logon", events: []uint16{4672, 4964}, always: true},
	{name: "Group Membership", events: []uint16{4627}},
	{name: "Other Logon/Logoff Events", events: []uint16{4649, 4778, 4779, 4800, 4801, 4802, 4803, 5378, 5632, 5633}},
	{name: "Kerberos Authentication Service", events: []uint16{4768, 4771, 4824}, onlyDC: true, always: true},
	{name: "Kerberos Service Ticket Operations", events: []uint16{4769, 4770}, onlyDC: true, always: true},
	{name: "Credential Validation", events: []uint16{4776, 4822}},
	{name: "User Account Management", events: []uint16{4720, 4722, 4723, 4724, 4725, 4726, 4738, 4740, 4765, 4766, 4767, 4780, 4781, 4794, 4798, 5376, 5377}},
	{name: "Computer Account Management", events: []uint16{4741, 4742, 4743}, onlyDC: true},
	{name: "Security Group Management", events: []uint16{4727, 4728, 4729, 4730, 4731, 4732, 4733, 4734, 4735, 4737, 4754, 4755, 4756, 4757, 4758, 4764, 4799}},
	{name: "File Share", events: []uint16{5140, 5142, 5143, 5144}},
	{name: "Detailed File Share", events: []uint16{5145}},
	{name: "File System", events: []uint16{4656, 4658, 4660, 4663, 4670}},
	{name: "Other Object Access Events", events: []uint16{4698, 4699, 4700, 4701, 4702}},
	{name: "Process Creation", events: []uint16{4688, 4696}, always: true},
	{name: "Process Termination", events: []uint16{4689}},
	{name: "Security State Change", events: []uint16{4608, 4616}},
	{name: "Security System Extension", events: []uint16{4697, 4610, 4611, 4614, 4622}},
}

// findAudited notes for which subcategories the host's Security log holds
// events.
func (c *correlator) findAudited() {
	kinds, others := make([]bool, len(c.layouts)), map[uint16]bool{}
	for i := c.security.from; i < c.security.to; i++ {
		r := c.row(c.events[i])
		if r.kind == event.Other {
			others[r.id] = true
		} else {
			kinds[r.kind] = true
		}
	}
	for k, seen := range kinds {
		if seen {
			others[c.schemas.Of(event.Kind(k)).EventID] = true
		}
	}
	c.audited = make([]bool, len(subcategories))
	for i, s := range subcategories {
		c.audited[i] = slices.ContainsFunc(s.events, func(id uint16) bool { return others[id] })
	}
}

// auditsLogoffs reports whether that a session's end is missing says something:
// not in a log without a single logoff, which may not audit them.
func (v *hostView) auditsLogoffs() bool {
	i := slices.IndexFunc(subcategories, func(s subcategory) bool { return s.name == "Logoff" })
	return v.audited[i]
}

// AuditSeen reports whether a host's Security log holds any event of an audit
// subcategory, by the name that Microsoft gives it in English. That a logoff is
// missing says something only where logoffs are logged at all.
func (s *Snapshot) AuditSeen(h HostID, name string) bool {
	if int(h) >= len(s.views) {
		return false
	}
	for i, x := range subcategories {
		if strings.EqualFold(x.name, name) {
			return s.views[h].audited[i]
		}
	}
	return false
}

// NeverSeen returns the audit subcategories of which a host's Security log
// holds no event, in Microsoft's words: none that has nothing to log on such a
// host. Where the log itself is not there, nothing is returned.
func (s *Snapshot) NeverSeen(h HostID) []string {
	return s.neverSeen(h, func(subcategory) bool { return true })
}

// NotAudited returns those of [Snapshot.NeverSeen] that any computer in use
// logs something for, so that they were not audited, or not for long enough.
func (s *Snapshot) NotAudited(h HostID) []string {
	return s.neverSeen(h, func(x subcategory) bool { return x.always })
}

func (s *Snapshot) neverSeen(h HostID, counts func(subcategory) bool) []string {
	if int(h) >= len(s.views) || !s.groups[h].logged {
		return nil
	}
	var out []string
	for i, x := range subcategories {
		if !s.views[h].audited[i] && counts(x) && (!x.onlyDC || s.controller(int(h))) {
			out = append(out, x.name)
		}
	}
	return out
}

// controller reports whether a host is a domain controller.
func (s *Snapshot) controller(h int) bool { return s.groups[h].kdc || s.views[h].vouches }
