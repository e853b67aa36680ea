package model

import (
	"strings"
)

// byNTLM links a logon by NTLM to the check of its password (4776), which
// never names the server: the same account, the same claimed workstation, the
// same moment. A domain account's is on a domain controller of the domain, a
// local one's on the host itself. A check serves one logon: two records must be
// missing for the only check and the only logon of a moment not to be of each
// other, so that a gap in a log does not make it less sure.
func (c *chainFinder) byNTLM() {
	if !strings.EqualFold(c.pack, "NTLM") {
		return
	}
	station := c.workstation(c.n)
	span := c.tolerance()
	var same, unnamed []validation
	for _, v := range c.validationsOf(c.account, c.time.Add(-span), c.time.Add(span)) {
		switch {
		case !c.checks(v.host):
		case station != "" && v.workstation == station:
			same = append(same, v)
		case station == "" || v.workstation == "":
			unnamed = append(unnamed, v)
		}
	}
	if len(same)+len(unnamed) == 0 {
		c.byName(station)
		return
	}
	found, why := same, "the account's only check then, for the same claimed name"
	if len(same) == 0 {
		found, why = unnamed, "a check of the account then; one names no workstation"
	}
	sure := Medium
	switch {
	case len(found) > 1:
		why = "one of several password checks of the account in that moment"
	case len(same) == 1 && c.checked(same[0], station) == 1:
		sure = Strong
	case len(same) == 1:
		why = "a password check of the account in that moment, which another logon may have asked for"
	}
	for _, v := range newestOf(found) {
		sure, why := c.timed(v.event, sure, why)
		c.add(RoleNTLMValidation, v.event, sure, len(found), why)
	}
}

// checks reports whether a host checks passwords of the account.
func (c *chainFinder) checks(host uint32) bool {
	if c.who.Host != None {
		return host == uint32(c.h)
	}
	near := c.realms.one(int(host), c.h) || c.realms.of[host] != "" && c.realms.of[host] == c.home()
	return near && (c.groups[host].kdc || c.views[host].vouches || host == uint32(c.h))
}

// byName lists the checks of an account of that name of which their record,
// which names no domain, does not determine whose it is: none is chosen.
func (c *chainFinder) byName(station string) {
	if c.who.Host != None {
		return
	}
	var found []validation
	for _, a := range c.nameless[strings.ToLower(c.who.Name)] {
		for _, v := range c.validationsOf(a, c.time.Add(-c.tolerance()), c.time.Add(c.tolerance())) {
			if c.checks(v.host) && (station == "" || v.workstation == "" || station == v.workstation) {
				found = append(found, v)
			}
		}
	}
	for _, v := range newestOf(found) {
		c.add(RoleNTLMValidation, v.event, Weak, max(2, len(found)), "a check of an account of this name; the record names no domain, and several accounts may be meant")
	}
}

// checked counts the logons, on all hosts, that a check of a password may have
// been for: none, one, or several.
func (c *chainFinder) checked(v validation, station string) int {
	n := 0
	span := c.tolerance()
	for _, x := range c.ntlmOf(c.account, v.time.Add(-span), v.time.Add(span)) {
		v := c.views[x.host]
		row := v.events[v.logons[x.logon].start]
		if other := c.workstation(row); other == "" || other == station {
			if n++; n > 1 {
				break
			}
		}
	}
	return n
}
