package model

import (
	"strings"
	"time"
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
	same, more := c.asked(station, span)
	if station == "" {
		same, more = nil, 0
	}
	if len(same)+more > 0 {
		c.checkedBy(same, more, station)
		return
	}
	var unnamed []validation
	if station == "" {
		near, others := newestMatched(c.validationsOf(c.account, c.time.Add(-span), c.time.Add(span)))
		unnamed, more = c.ofDomain(near), others
	} else {
		unnamed, more = c.asked("", span)
	}
	if len(unnamed)+more == 0 {
		c.byName(station)
		return
	}
	why := "a check of the account then; one names no workstation"
	if len(unnamed)+more > 1 {
		why = severalChecks
	}
	for _, v := range newestOf(unnamed) {
		sure, why := c.timed(v.event, Medium, why)
		c.add(RoleNTLMValidation, v.event, sure, len(unnamed)+more, why)
	}
}

const severalChecks = "one of several password checks of the account in that moment"

// asked returns the checks of the account's password in the moment of its
// logon, for a client that called itself something, and how many more there
// are.
func (c *chainFinder) asked(workstation string, span time.Duration) (found []validation, more int) {
	near, more := newestMatched(c.validationsBeside(c.account, workstation, c.time.Add(-span), c.time.Add(span)))
	all := make([]validation, len(near))
	for i, n := range near {
		all[i] = c.validations[n]
	}
	return c.ofDomain(all), more
}

// ofDomain keeps the checks that a host made which checks the account's.
func (c *chainFinder) ofDomain(list []validation) []validation {
	var out []validation
	for _, v := range list {
		if c.checks(v.host) {
			out = append(out, v)
		}
	}
	return out
}

// checkedBy links the checks for the name that the logon's client claimed too.
func (c *chainFinder) checkedBy(found []validation, more int, station string) {
	sure, why := Medium, "a password check of the account in that moment, which another logon may have asked for"
	switch {
	case len(found)+more > 1:
		why = severalChecks
	case c.checked(found[0], station) == 1:
		sure, why = Strong, "the account's only check then, for the same claimed name"
	}
	for _, v := range newestOf(found) {
		sure, why := c.timed(v.event, sure, why)
		c.add(RoleNTLMValidation, v.event, sure, len(found)+more, why)
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
		near, _ := newestMatched(c.validationsOf(a, c.time.Add(-c.tolerance()), c.time.Add(c.tolerance())))
		for _, v := range near {
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
// been for.
func (c *chainFinder) checked(v validation, station string) int {
	span := c.tolerance()
	from, to := v.time.Add(-span), v.time.Add(span)
	return c.ntlmOf(c.account, station, from, to) + c.ntlmOf(c.account, "", from, to)
}
