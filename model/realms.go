package model

import "strings"

// realms says which domain each host is in, so that records of two hosts are
// joined only where there is a reason to believe that they are of one: the
// same domain SID, or a name that only one domain here has. Machines of one
// name in domains of one name may never have heard of each other.
type realms struct {
	of    []string             // by host: a domain's SID, or its name; "" where nothing tells
	named map[string]string    // by folded name of a domain, NetBIOS or DNS
	roots map[string]string    // the name that stands for all names of a domain
	own   []string             // by host: the name that stands for its domain
	hosts map[[2]string]HostID // by realm and folded short name; None: several have it
}

func (f *accountFinder) findRealms() realms {
	r := realms{of: make([]string, len(f.groups)), named: map[string]string{}, roots: map[string]string{}, own: make([]string, len(f.groups)), hosts: map[[2]string]HostID{}}
	name := func(domain string) string {
		if known, ok := r.named[domain]; ok {
			return known
		}
		root := f.domains.root(domain)
		r.roots[domain] = root
		realm := "name " + root
		switch bases := f.bases[root]; len(bases) {
		case 0:
		case 1:
			realm = bases[0]
		default:
			realm = ""
		}
		r.named[domain] = realm
		return realm
	}
	for _, domain := range f.names.domains {
		name(domain)
	}
	for h := range f.groups {
		g := &f.groups[h]
		domain := g.domainName()
		if _, suffix, full := strings.Cut(strings.ToLower(g.name), "."); full {
			name(suffix) // logs may know the domain by its NetBIOS name alone
		}
		if domain != "" && domain != "workgroup" {
			r.of[h], r.own[h] = name(domain), f.domains.root(domain)
		}
		if g.domainSID != "" {
			r.of[h] = g.domainSID
		}
		if r.of[h] == "" {
			continue
		}
		for _, n := range g.hostNames() {
			key := [2]string{r.of[h], n}
			if other, ok := r.hosts[key]; ok && other != HostID(h) {
				r.hosts[key] = None
			} else {
				r.hosts[key] = HostID(h)
			}
		}
	}
	return r
}

// at returns the realm that a host means by a domain's name; its own where it
// names none.
func (r *realms) at(host int, domain string) string {
	if domain == "" {
		return r.of[host]
	}
	if root, ok := r.roots[domain]; ok && root == r.own[host] {
		return r.of[host]
	}
	return r.named[domain]
}

// one reports whether two hosts are of one domain, for all that is known.
func (r *realms) one(a, b int) bool { return a == b || r.of[a] != "" && r.of[a] == r.of[b] }

// host returns the host of a folded name in a realm, or None.
func (r *realms) host(realm, name string) HostID {
	if realm == "" || name == "" {
		return None
	}
	if h, ok := r.hosts[[2]string{realm, shortName(name)}]; ok {
		return h
	}
	return None
}

// hostCalled returns the host that one host calls by a name, short or full, as
// far as both are of one domain: None for others, and for names of domains of
// which nothing is known.
func (s *Snapshot) hostCalled(h int, name string) HostID {
	name = strings.ToLower(strings.TrimLeft(name, `\`))
	if s.isSelf(h, name) {
		if _, suffix, full := strings.Cut(name, "."); !full || s.realms.at(h, suffix) == s.realms.of[h] || strings.EqualFold(name, s.groups[h].name) {
			return HostID(h)
		}
		return None
	}
	realm := s.realms.of[h]
	if short, suffix, full := strings.Cut(name, "."); full {
		realm, name = s.realms.at(h, suffix), short
	}
	return s.realms.host(realm, name)
}
