package model

import (
	"slices"
	"strings"

	"spoor/model/event"
)

type nameKey struct {
	host         uint32 // None: of a domain
	name, domain foldedID
}

// domainRoot is what stands for a domain.
type domainRoot struct {
	id      foldedID
	several bool // domains of different SIDs have this name
	virtual bool // it is one of Windows' own on each host
}

// hostNames returns a host's short names, folded.
func (g *hostGroup) hostNames() []string {
	var out []string
	for _, s := range g.spellings {
		out = append(out, strings.ToLower(shortName(s)))
	}
	return out
}

// nameHosts lists the hosts' short names, and the hosts that have each.
func (f *accountFinder) nameHosts() {
	f.own, f.hosts = make([][]foldedID, len(f.groups)), map[string][]uint32{}
	for h := range f.groups {
		for _, n := range f.groups[h].hostNames() {
			if id := f.names.number(n); !slices.Contains(f.own[h], id) {
				f.own[h] = append(f.own[h], id)
				f.hosts[n] = append(f.hosts[n], uint32(h))
			}
		}
	}
}

// findLocals learns which SIDs are of a machine's own accounts: those whose
// domain is spelled like the machine. On another machine such a domain means a
// cloned or renamed one, so they are that machine's own as well. It returns
// how they all begin.
func (f *accountFinder) findLocals() map[string]bool {
	domains, all := map[string]bool{}, map[string]bool{}
	for i := range f.groups {
		domains[f.groups[i].domainSID] = true
	}
	known := map[call]bool{}
	for h, v := range f.views {
		f.locals[h] = map[textID]bool{}
		if f.groups[h].kdc {
			continue
		}
		last := call{}
		note := func(principal uint32) {
			p := &f.principals[principal]
			c := call{p.base, p.domain}
			if p.base == 0 || c == last {
				return
			}
			last = c
			local, ok := known[c]
			if !ok {
				local = !domains[f.texts[p.base]] && f.hosts[strings.ToLower(f.texts[p.domain])] != nil
				known[c] = local
			}
			if local {
				f.locals[h][p.base], all[f.texts[p.base]] = true, true
			}
		}
		for i := range v.uses {
			note(v.uses[i].principal)
		}
		for _, p := range v.locals {
			note(p)
		}
	}
	return all
}

// keyBySID is the account of a principal with a SID.
func (f *accountFinder) keyBySID(host, principal uint32) accountKey {
	p := &f.principals[principal]
	if f.names.of[principal].ofHost || p.base != 0 && f.locals[host][p.base] {
		return accountKey{host: host, sid: p.sid}
	}
	return accountKey{host: None, sid: p.sid}
}

// indexNames lists the accounts that each name can mean.
func (f *accountFinder) indexNames() {
	noted := make([]bool, len(f.principals)) // as a domain's: on every host the same
	for h, v := range f.views {
		for i := range v.uses {
			principal := v.uses[i].principal
			n := &f.names.of[principal]
			if n.sidless {
				if n.domain != 0 {
					f.typed[nameKey{None, n.name, f.domainAt(uint32(h), n.domain)}] = true
				}
				continue
			}
			k := f.keyBySID(uint32(h), principal)
			switch {
			case k.host != None:
				f.note(nameKey{host: k.host, name: n.name}, k)
			case !noted[principal]:
				noted[principal] = true
				f.noteOfDomain(principal)
			}
		}
	}
	f.indexOtherNames(noted)
}

// note adds an account that a name can mean.
func (f *accountFinder) note(n nameKey, k accountKey) {
	known, ok := f.byName[n]
	switch {
	case !ok:
		f.byName[n] = namedAccount{key: k}
	case !known.several && known.key != k:
		f.byName[n] = namedAccount{k, true}
	}
}

// noteOfDomain adds what an account of a domain is called.
func (f *accountFinder) noteOfDomain(principal uint32) {
	n, p := &f.names.of[principal], &f.principals[principal]
	k := accountKey{host: None, sid: p.sid}
	if in := f.domainOf(p.base, f.saidOr(p.base, n.domain)); in != 0 {
		f.note(nameKey{None, n.name, in}, k)
	}
	f.note(nameKey{None, n.name, 0}, k)
}

// indexOtherNames adds the accounts of domains that only Subjects, or hosts
// not yet correlated, name.
func (f *accountFinder) indexOtherNames(noted []bool) {
	local := map[textID]bool{}
	for _, m := range f.locals {
		for base := range m {
			local[base] = true
		}
	}
	for i := 1; i < len(f.principals); i++ {
		if base := f.principals[i].base; base != 0 && !noted[i] && !local[base] {
			f.noteOfDomain(uint32(i))
		}
	}
}

// saidOr returns the domain that is named beside a SID, or else, as in 4771,
// the one that other accounts of the SID's domain are written with.
func (f *accountFinder) saidOr(base textID, domain foldedID) foldedID {
	if base != 0 && domain == 0 {
		return f.names.fold(f.called[base])
	}
	return domain
}

// root returns what stands for all names of a domain.
func (f *accountFinder) root(domain foldedID) domainRoot {
	r, ok := f.roots[domain]
	if !ok {
		name := f.names.all[domain]
		root := f.domains.root(name)
		r = domainRoot{f.names.number(root), len(f.bases[root]) > 1, virtualDomains[name] != ClassUnknown}
		f.roots[domain] = r
	}
	return r
}

// domainOf is what stands for the domain of an account with a SID. Where
// several domains have one name, their SIDs tell them apart.
func (f *accountFinder) domainOf(base textID, domain foldedID) foldedID {
	r := f.root(domain)
	if !r.several {
		return r.id
	}
	return f.names.number(f.names.all[r.id] + "\x00" + f.texts[base])
}

// domainAt is what stands for a domain that a host names without a SID: of
// several of one name its own, else none of them.
func (f *accountFinder) domainAt(host uint32, domain foldedID) foldedID {
	r := f.root(domain)
	if !r.several {
		return r.id
	}
	root := f.names.all[r.id]
	if g := &f.groups[host]; f.domains.root(g.domainName()) == root {
		return f.names.number(root + "\x00" + g.domainSID)
	}
	return f.names.number(root + "\x00")
}

// key finds what account a principal on a host is, that was last used at last.
func (f *accountFinder) key(host, principal uint32, last event.FileTime) (accountKey, bool) {
	n := &f.names.of[principal]
	if !n.sidless {
		return f.keyBySID(host, principal), true
	}
	if n.name == 0 {
		return accountKey{}, false
	}
	k := f.keyByName(host, n.name, n.domain)
	if k.sid == 0 {
		if old, ok := f.formerly(nameKey{k.host, k.name, k.domain}, last); ok {
			return old, true
		}
	}
	return k, true
}

// keyByName finds what account a name on a host means.
func (f *accountFinder) keyByName(host uint32, name, domain foldedID) accountKey {
	g := &f.groups[host]
	switch {
	case f.names.all[domain] == "." || slices.Contains(f.own[host], domain) || f.root(domain).virtual:
		return f.only(accountKey{host: host, name: name}, nameKey{host: host, name: name})
	case domain != 0:
		in := f.domainAt(host, domain)
		return f.only(accountKey{host: None, name: name, domain: in}, nameKey{None, name, in})
	case g.kdc || f.views[host].vouches:
		return f.unsaid(name, f.domainAt(host, f.names.fold(g.domainName())))
	}
	return f.only(accountKey{host: host, name: name}, nameKey{host: host, name: name})
}

// unsaid finds whom a record of a DC means that names no domain, as 4771 and
// 4776 have no field for one: the one account of that name in the DC's own domain.
// Of other domains' accounts none is chosen.
func (f *accountFinder) unsaid(name, own foldedID) accountKey {
	bare := accountKey{host: None, name: name}
	if own == 0 {
		return f.only(bare, nameKey{None, name, 0})
	}
	if _, known := f.byName[nameKey{None, name, own}]; f.typed[nameKey{None, name, own}] && !known {
		return accountKey{host: None, name: name, domain: own}
	}
	return f.only(bare, nameKey{None, name, own})
}

// only returns the one account that a name can mean, else one of its own.
func (f *accountFinder) only(own accountKey, n nameKey) accountKey {
	if k, ok := f.byName[n]; ok && !k.several {
		return k.key
	}
	return own
}
