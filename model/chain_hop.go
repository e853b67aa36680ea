package model

// hopTypes are the logons that explicit credentials used on another host make.
var hopTypes = map[uint32]uint8{3: overNetwork, 8: overNetwork, 9: overNetwork, 10: overDesktop, 12: overDesktop}

// byHop links the use of explicit credentials on another host that names this
// one: the same account, within seconds. It was an attempt, which may have
// failed while another logon of the account did not: medium at most. only is
// the use that no other one and no other logon stands beside, on the host that
// the logon came from, in logs that lack nothing of that time; None where there
// is no such.
func (c *chainFinder) byHop() (only EventRow) {
	only = None
	class, ok := hopTypes[c.typ]
	if !ok {
		return only
	}
	var from []explicit
	span := c.tolerance()
	near, more := newestMatched(c.explicitTo(HostID(c.h), c.account, c.time.Add(-hopSpan), c.time.Add(span)))
	for _, x := range near {
		if x.host == uint32(c.h) || !c.realms.one(int(x.host), c.h) {
			continue
		}
		if c.client != None && c.client != HostID(x.host) {
			continue // it came from elsewhere
		}
		if c.client == None && c.claimed(x, class) {
			continue // it made one that came from there
		}
		from = append(from, x)
	}
	for _, x := range newestOf(from) {
		sure, why := Medium, hopWords
		if len(from) == 1 && more == 0 && c.client == HostID(x.host) && c.made(x, class) == 1 {
			// Strong stands for being the only one until the logs are looked at.
			sure, why = Strong, hopOnlyWords
		}
		sure, why = c.ifComplete(sure, why, c.time.Add(-hopSpan), c.time, int(x.host))
		sure, why = c.ifComplete(sure, why, x.time, c.upTo(c.h, c.time, x.time.Add(hopSpan)), c.h)
		sure, why = c.timed(x.event, sure, why)
		if sure == Strong {
			only = x.event
		}
		if !c.linked(x.event) {
			c.add(RoleExplicitCredentials, x.event, Medium, len(from)+more, why)
		}
	}
	return only
}

const (
	hopWords     = "explicit credentials of the account, used for this host within seconds before"
	hopOnlyWords = "the only use of explicit credentials of the account for this host in that moment, on the host that the logon came from; it was an attempt, which this logon seems to be"
)

func (c *chainFinder) linked(e EventRow) bool {
	for _, l := range c.links {
		if l.Event == e {
			return true
		}
	}
	return false
}

// claimed reports whether a use of explicit credentials made a logon that is
// known to have come from its host: then it is not for one of which nobody
// knows where it came from.
func (c *chainFinder) claimed(x explicit, class uint8) bool {
	near := arrivalsAt(c.reached, uint32(c.h), c.account, class, x.time.Add(-c.tolerance()), x.time.Add(hopSpan))
	for _, r := range newestOf(near) {
		if o, ok := c.chainOf(c.h, r.logon); ok && o.client == HostID(x.host) {
			return true
		}
	}
	return false
}

// made counts the logons of a class that a use of explicit credentials may
// have made.
func (c *chainFinder) made(x explicit, class uint8) int {
	return len(arrivalsAt(c.reached, uint32(c.h), c.account, class, x.time.Add(-c.tolerance()), x.time.Add(hopSpan)))
}
