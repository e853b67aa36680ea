package model

import (
	"strings"
)

// directory finds accounts and hosts by what records call them, where the
// record is not one that makes an account known: the Target of a 4648, the
// Subject of an action, the Workstation of a 4776.
type directory struct {
	bySID   map[sidOf]AccountID
	byName  map[calledOf]AccountID // None: several
	domains map[string]string      // a domain's name to the one that stands for it
	hosts   map[string]HostID      // by folded name, short or full; None: several
}

// sidOf is a SID within its host, None: of a domain.
type sidOf struct {
	host uint32
	sid  string
}

// calledOf is a folded name within its host, or its domain's root.
type calledOf struct {
	host         uint32
	name, domain string
}

func (s *Snapshot) directory() *directory {
	s.tracks.directoryOnce.Do(func() { s.tracks.names = s.makeDirectory() })
	return s.tracks.names
}

func (s *Snapshot) makeDirectory() *directory {
	d := &directory{
		bySID: map[sidOf]AccountID{}, byName: map[calledOf]AccountID{},
		domains: map[string]string{}, hosts: map[string]HostID{},
	}
	local := map[string]bool{}
	for _, a := range s.accounts {
		if base, ok := sidBase(a.SID); ok && a.Host != None {
			local[base] = true
		}
	}
	names := newFoldedNames()
	names.learn(&s.table)
	learned := learnDomains(&s.table, names.pairs, s.groups, local)
	for name := range learned.parent {
		d.domains[name] = learned.root(name)
	}
	for _, a := range s.accounts {
		if a.SID != "" {
			d.bySID[sidOf{uint32(a.Host), a.SID}] = a.ID
		}
		names := append([]string{a.Display()}, a.Spellings...)
		for _, n := range names {
			name, domain := splitName(n, "")
			k := calledOf{host: uint32(a.Host), name: name}
			if a.Host == None {
				k.domain = d.domain(domain)
			}
			if old, ok := d.byName[k]; ok && old != a.ID {
				d.byName[k] = None
			} else {
				d.byName[k] = a.ID
			}
		}
	}
	for _, h := range s.hosts {
		known := map[string]bool{}
		for _, n := range append([]string{h.Name}, h.Spellings...) {
			known[strings.ToLower(n)] = true
			known[strings.ToLower(shortName(n))] = true
		}
		for n := range known {
			if _, ok := d.hosts[n]; ok {
				d.hosts[n] = None
			} else {
				d.hosts[n] = h.ID
			}
		}
	}
	return d
}

func (d *directory) domain(name string) string {
	if root, ok := d.domains[name]; ok {
		return root
	}
	return name
}

// hostNamed returns the one host that is called so; None where there is none,
// or several.
func (s *Snapshot) hostNamed(name string) HostID {
	name = strings.ToLower(strings.TrimLeft(name, `\`))
	d := s.directory()
	if id, ok := d.hosts[name]; ok {
		return id
	}
	// A full name that no log has written may still be of a host whose logs
	// know only the short one, but never of a host of another domain.
	if short := shortName(name); short != name {
		if id, ok := d.hosts[short]; ok && id != None && !strings.Contains(s.hosts[id].Name, ".") {
			return id
		}
	}
	return None
}

// whoIs returns the account that a principal of a record on a host is; None
// where the record does not determine it.
func (s *Snapshot) whoIs(h int, principal uint32) AccountID {
	if principal == 0 {
		return None
	}
	if id, ok := s.accountOf[hostPrincipal(uint32(h), principal)]; ok {
		return id
	}
	if !s.sidless(principal) {
		return s.whoHas(h, s.sid(principal))
	}
	return s.accountCalled(h, s.name(principal), s.domain(principal))
}

// whoHas returns the account that a SID in a record on a host is of, or None.
func (s *Snapshot) whoHas(h int, sid string) AccountID {
	d := s.directory()
	if id, ok := d.bySID[sidOf{uint32(h), sid}]; ok {
		return id
	}
	if id, ok := d.bySID[sidOf{None, sid}]; ok && !ofHost(sid) {
		return id
	}
	return None
}

// accountCalled returns the account that a record on a host calls so, without a SID.
func (s *Snapshot) accountCalled(h int, name, domain string) AccountID {
	d := s.directory()
	name, domain = splitName(name, domain)
	k := calledOf{host: None, name: name, domain: d.domain(domain)}
	switch host, ok := d.hosts[domain]; {
	case name == "":
		return None
	case domain == "" || domain == "." || s.isSelf(h, domain):
		k = calledOf{host: uint32(h), name: name}
	case ok && host != None && d.domains[domain] != "":
		return None // a host and a domain are called so
	case ok && host != None:
		k = calledOf{host: uint32(host), name: name}
	}
	if id, ok := d.byName[k]; ok {
		return id
	}
	return None
}

// called returns how a record writes a principal: DOMAIN\name.
func (s *Snapshot) called(principal uint32) string {
	return Account{Name: s.name(principal), Domain: s.domain(principal)}.Display()
}
