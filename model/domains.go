package model

import (
	"slices"
	"strings"
)

// domainNames knows which names are of one domain, NetBIOS and DNS alike:
// names that one domain SID was written with, and the domain of a machine's
// own account, or of its SID, beside the machine's DNS suffix.
type domainNames struct{ parent map[string]string }

func learnDomains(t *table, groups []hostGroup, locals []map[string]bool) domainNames {
	d := domainNames{parent: map[string]string{}}
	local := map[string]bool{}
	for _, m := range locals {
		for base := range m {
			local[base] = true
		}
	}
	first := map[string]string{}
	for i := 1; i < len(t.principals); i++ {
		base, ok := sidBase(t.sid(uint32(i)))
		if !ok || local[base] {
			continue
		}
		_, domain := splitName(t.name(uint32(i)), t.domain(uint32(i)))
		if domain == "" {
			continue
		}
		if f, ok := first[base]; ok {
			d.join(f, domain)
		} else {
			first[base] = domain
		}
	}
	for i := range groups {
		_, suffix, full := strings.Cut(strings.ToLower(groups[i].name), ".")
		if !full {
			continue
		}
		if n := groups[i].netbios; n != "" && n != "workgroup" {
			d.join(n, suffix)
		}
		if n, ok := first[groups[i].domainSID]; ok {
			d.join(n, suffix)
		}
	}
	return d
}

// root returns the name that stands for all names of a folded name's domain.
func (d domainNames) root(name string) string {
	top := name
	for p, ok := d.parent[top]; ok && p != top; p, ok = d.parent[top] {
		top = p
	}
	for name != top {
		name, d.parent[name] = d.parent[name], top
	}
	return top
}

// join makes two names one domain's; the first in order stands for both.
func (d domainNames) join(a, b string) {
	a, b = d.root(a), d.root(b)
	if a > b {
		a, b = b, a
	}
	d.parent[b] = a
}

// bases lists the SIDs of the domains that have one name, two at most. Machines of one name
// may be in domains of one name that never heard of each other.
func (d domainNames) bases(t *table, groups []hostGroup) map[string][]string {
	out := map[string][]string{}
	add := func(domain, base string) {
		root := d.root(domain)
		if domain != "" && base != "" && len(out[root]) < 2 && !slices.Contains(out[root], base) {
			out[root] = append(out[root], base)
		}
	}
	for i := 1; i < len(t.principals); i++ {
		if base, ok := sidBase(t.sid(uint32(i))); ok {
			_, domain := splitName(t.name(uint32(i)), t.domain(uint32(i)))
			add(domain, base)
		}
	}
	for i := range groups {
		add(groups[i].domainName(), groups[i].domainSID)
	}
	return out
}

// domainName is the domain that a host is in, folded: by its own account, else
// by its full name.
func (g *hostGroup) domainName() string {
	if g.netbios != "" {
		return g.netbios
	}
	_, suffix, _ := strings.Cut(strings.ToLower(g.name), ".")
	return suffix
}

// domainsCalled returns how each domain or machine is called, by the base of
// its SIDs: the name without a dot that most of its accounts are written with.
func domainsCalled(t *table) map[string]string {
	type call struct{ base, domain string }
	counts := map[call]int{}
	best := map[string]call{}
	for i := 1; i < len(t.principals); i++ {
		base, ok := sidBase(t.sid(uint32(i)))
		domain := t.domain(uint32(i))
		if ok && domain != "" && !strings.Contains(domain, ".") {
			counts[call{base, domain}]++
		}
	}
	for c, n := range counts {
		b := best[c.base]
		if m := counts[b]; n > m || n == m && c.domain < b.domain {
			best[c.base] = c
		}
	}
	out := map[string]string{}
	for base, c := range best {
		out[base] = c.domain
	}
	return out
}
