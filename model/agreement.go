package model

import "slices"

// agreement says how well two records go together as of one attempt.
type agreement uint8

const (
	contradicts agreement = iota
	open                  // nothing speaks against it
	agrees                // they name the same source
)

// agree compares a record with those of an attempt: it must contradict none.
func (f *folder) agree(a *attempt, r *failedRecord) agreement {
	out := open
	for _, o := range a.records {
		switch f.compare(o, r) {
		case contradicts:
			return contradicts
		case agrees:
			out = agrees
		}
	}
	return out
}

// compare compares two records of which a's class comes first.
func (f *folder) compare(a, b *failedRecord) agreement {
	if a.class > b.class {
		a, b = b, a
	}
	if a.family&b.family == 0 && (a.code != b.code || a.class == classKerberos != (b.class == classKerberos)) {
		return contradicts
	}
	if !f.sameAccount(a, b) || a.host != b.host && !f.mayTell(a, b) {
		return contradicts
	}
	return f.sameSource(a, b)
}

// sameAccount reports whether two records may be about one account: they are
// known to be, or one of them names no domain.
func (f *folder) sameAccount(a, b *failedRecord) bool {
	if a.account == b.account && a.account != None {
		return true
	}
	if a.who.name != b.who.name || a.account == None || b.account == None {
		return false
	}
	if a.host == b.host && f.controller(int(a.host)) {
		// A domain controller has no accounts but its domain's.
		own := func(r *failedRecord) bool { return r.who.domain == "" || f.isHost(r.host, netBIOSName(r.who.domain)) }
		return own(a) || own(b)
	}
	x, y := &f.accounts[a.account], &f.accounts[b.account]
	return unsaid(a, x) && y.Host == None || unsaid(b, y) && x.Host == None
}

// unsaid reports whether a record leaves open which domain's account it means.
func unsaid(r *failedRecord, a *Account) bool {
	return r.who.domain == "" && a.SID == "" && (a.Host == None || r.class == classLogon)
}

// mayTell reports whether records of two hosts may tell of one attempt: one
// of them is a domain controller's. Where the hosts are of different domains,
// the account must be known by its SID.
func (f *folder) mayTell(a, b *failedRecord) bool {
	if !f.controller(int(a.host)) && !f.controller(int(b.host)) {
		return false
	}
	x, y := f.groups[a.host].domainSID, f.groups[b.host].domainSID
	return x == "" || y == "" || x == y || a.account == b.account && f.Account(a.account).SID != ""
}

// sameSource compares where two records say that an attempt came from.
func (f *folder) sameSource(a, b *failedRecord) agreement {
	switch {
	case a.class == classLogon && b.byAddress():
		return f.logonAndAddress(a, b)
	case a.class == classLogon:
		return f.logonAndName(a, b)
	case a.byAddress() && b.byAddress():
		return f.sameAddress(a, b)
	case a.byAddress():
		return f.nameAndAddress(b, a)
	case b.byAddress():
		return f.nameAndAddress(a, b)
	}
	return same(a.name, b.name)
}

// byAddress reports whether a record names its source by address, not by name.
func (r *failedRecord) byAddress() bool { return r.name == "" && r.address != 0 }

func same(a, b string) agreement {
	switch {
	case a == "" || b == "":
		return open
	case a == b:
		return agrees
	}
	return contradicts
}

func (f *folder) sameAddress(a, b *failedRecord) agreement {
	if a.here || b.here {
		return same(f.machineAt(a), f.machineAt(b))
	}
	if a.address != b.address {
		return contradicts
	}
	return agrees
}

// machineAt is the name of the machine that a record's address is of, or "".
func (f *folder) machineAt(r *failedRecord) string {
	if r.here {
		return f.hostName(r.host)
	}
	owner, c, _ := f.book.at(f.book.realm(int(r.host)), f.texts[r.address], r.time)
	if owner == None || c < Medium {
		return ""
	}
	return netBIOSName(f.book.name(f.Snapshot, owner))
}

func (f *folder) hostName(h uint32) string { return netBIOSName(f.groups[h].name) }

// isHost reports whether a machine's name is one of a host's.
func (f *folder) isHost(h uint32, name string) bool {
	return slices.ContainsFunc(f.groups[h].spellings, func(s string) bool { return netBIOSName(s) == name })
}

func (f *folder) nameAndAddress(named, addressed *failedRecord) agreement {
	return same(named.name, f.machineAt(addressed))
}

// logonAndName compares a failed logon with the name of the workstation that
// a domain controller was told: that of the client, or of the host itself.
func (f *folder) logonAndName(a, b *failedRecord) agreement {
	switch {
	case b.name == "":
		if a.host == b.host {
			return agrees
		}
		return open
	case b.name == a.name || f.isHost(a.host, b.name):
		return agrees
	case a.name != "" && !workstationIsSelf[a.typ]:
		return contradicts
	case a.address != 0 && !a.here:
		return same(f.machineAt(a), b.name)
	}
	return open
}

// logonAndAddress compares a failed logon with the address that a domain
// controller was asked from: the client's, or that of the host, which asks for
// a user who sits at it or gave it the password.
func (f *folder) logonAndAddress(a, b *failedRecord) agreement {
	machine := f.machineAt(b)
	switch {
	case a.address == b.address && !b.here, f.isHost(a.host, machine):
		return agrees
	case machine == "" && a.typ != 3:
		return open
	case a.address == 0 || a.here && a.typ == 3:
		if machine == "" || a.typ == 3 {
			return open
		}
		return contradicts
	case a.here:
		return contradicts
	}
	if machine != "" && f.machineAt(a) == machine {
		return agrees
	}
	return contradicts
}
