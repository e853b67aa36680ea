package model

import (
	"slices"
	"strings"
)

// domainNames knows which names are of one domain, NetBIOS and DNS alike:
// names that one domain SID was written with, and the domain of a machine's
// own account, or of its SID, beside the machine's DNS suffix.
type domainNames struct{ parent map[string]string }

// learnDomains reads the pairs of domains and SIDs, but for those of machines'
// own accounts.
func learnDomains(t *table, pairs []domainPair, groups []hostGroup, local map[string]bool) domainNames {
	d := domainNames{parent: map[string]string{}}
	first := map[string]string{}
	for _, p := range pairs {
		base := t.texts[p.base]
		if local[base] {
			continue
		}
		if f, ok := first[base]; ok {
			d.join(f, p.domain)
		} else {
			first[base] = p.domain
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
func (d domainNames) bases(t *table, pairs []domainPair, groups []hostGroup) map[string][]string {
	out := map[string][]string{}
	add := func(domain, base string) {
		root := d.root(domain)
		if domain != "" && base != "" && len(out[root]) < 2 && !slices.Contains(out[root], base) {
			out[root] = append(out[root], base)
		}
	}
	for _, p := range pairs {
		add(p.domain, t.texts[p.base])
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
func domainsCalled(t *table, counts map[call]int) map[textID]string {
	best := map[textID]call{}
	for c, n := range counts {
		b, ok := best[c.base]
		if m := counts[b]; !ok || n > m || n == m && t.texts[c.domain] < t.texts[b.domain] {
			best[c.base] = c
		}
	}
	out := map[textID]string{}
	for base, c := range best {
		out[base] = t.texts[c.domain]
	}
	return out
}
