package model

import "strings"

// foldedID numbers names and domains as they are compared: folded, however they
// were written. 0 is none.
type foldedID uint32

// foldedNames is what principals say of accounts' names and domains. It grows
// with the principals: one after the other snapshot uses the same.
type foldedNames struct {
	ids     map[string]foldedID
	all     []string
	of      []foldedPrincipal // by principal
	last    [2]string         // what was folded last, before and after
	domains []string          // each once
	known   map[foldedID]bool // those
	pairs   []domainPair      // each once
	paired  map[[2]uint32]bool
	// called is how many principals of a SID's base are written with a domain.
	called map[call]int
}

// foldedPrincipal is what an account is known by.
type foldedPrincipal struct {
	name, domain foldedID
	sidless      bool
	ofHost       bool // its SID is of another account on each host
}

// domainPair is a folded domain beside the base of a SID.
type domainPair struct {
	base   textID
	domain string
}

// call is a domain as written, beside the base of a SID.
type call struct{ base, domain textID }

func newFoldedNames() *foldedNames {
	return &foldedNames{ids: map[string]foldedID{"": 0}, all: []string{""}, known: map[foldedID]bool{0: true}, paired: map[[2]uint32]bool{}, called: map[call]int{}}
}

// fold returns the number of a name or domain.
func (n *foldedNames) fold(written string) foldedID {
	if written != n.last[0] {
		n.last = [2]string{written, strings.ToLower(written)}
	}
	return n.number(n.last[1])
}

// number returns the number of what is folded already.
func (n *foldedNames) number(folded string) foldedID {
	id, ok := n.ids[folded]
	if !ok {
		id = foldedID(len(n.all))
		n.ids[folded] = id
		n.all = append(n.all, folded)
	}
	return id
}

// learn takes over the principals that are new.
func (n *foldedNames) learn(t *table) {
	domain, written := foldedID(0), "" // of the principal before: mostly there is one domain
	for i := len(n.of); i < len(t.principals); i++ {
		p := &t.principals[i]
		sid := t.texts[p.sid]
		name, in := cutName(t.texts[p.name], t.texts[p.domain])
		if in != written {
			domain, written = n.fold(in), in
		}
		n.of = append(n.of, foldedPrincipal{n.fold(name), domain, t.sidless(uint32(i)), ofHost(sid)})
		n.noteDomain(p, domain)
		if written := t.texts[p.domain]; p.base != 0 && written != "" && !strings.Contains(written, ".") {
			n.called[call{p.base, p.domain}]++
		}
	}
}

func (n *foldedNames) noteDomain(p *principal, domain foldedID) {
	if domain == 0 {
		return
	}
	if !n.known[domain] {
		n.known[domain] = true
		n.domains = append(n.domains, n.all[domain])
	}
	if key := [2]uint32{p.base, uint32(domain)}; p.base != 0 && !n.paired[key] {
		n.paired[key] = true
		n.pairs = append(n.pairs, domainPair{p.base, n.all[domain]})
	}
}

// splitName returns an account's name and domain, folded, however they were
// written: u@REALM and DOM\u in the name's place too.
func splitName(name, domain string) (string, string) {
	name, domain = cutName(name, domain)
	return strings.ToLower(name), strings.ToLower(domain)
}

// cutName is splitName without folding.
func cutName(name, domain string) (string, string) {
	if i := strings.LastIndexByte(name, '@'); i > 0 {
		if realm := name[i+1:]; realm != "" {
			domain = realm
		}
		name = name[:i]
	} else if d, n, ok := strings.Cut(name, `\`); ok {
		name = n
		if d != "" {
			domain = d
		}
	}
	return name, domain
}
