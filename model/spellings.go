package model

import (
	"cmp"
	"slices"
	"strings"
)

// spellings is how an account is written; one after the other uses the same.
type spellings struct {
	at      map[[2]string]int // in all, by name and domain, where they are many
	vouched map[string]int    // by folded name
	all     []written
	said    map[string]bool
}

// written is one way to write an account, and how often it was used.
type written struct {
	name, domain string
	n            int
}

// mostLooked is how many spellings are looked through rather than kept in a map.
const mostLooked = 8

// mostCleared is how large a map may be to be cleared for the next account:
// that takes as long as the map ever was large.
const mostCleared = 64

func (s *spellings) clear() {
	if s.at == nil || len(s.all) > mostCleared {
		*s = spellings{at: map[[2]string]int{}, vouched: map[string]int{}, said: map[string]bool{}}
		return
	}
	clear(s.at)
	clear(s.vouched)
	clear(s.said)
	s.all = s.all[:0]
}

// use counts the uses of an account as it is written.
func (s *spellings) use(name, domain string, n int) {
	if name == "" {
		return
	}
	at, known := 0, false
	if len(s.all) <= mostLooked {
		at = slices.IndexFunc(s.all, func(w written) bool { return w.name == name && w.domain == domain })
		known = at >= 0
	} else {
		at, known = s.at[[2]string{name, domain}]
	}
	if known {
		s.all[at].n += n
		return
	}
	s.all = append(s.all, written{name, domain, n})
	switch {
	case len(s.all) == mostLooked+1:
		for i, w := range s.all {
			s.at[[2]string{w.name, w.domain}] = i
		}
	case len(s.all) > mostLooked:
		s.at[[2]string{name, domain}] = len(s.all) - 1
	}
}

// describe chooses how an account is called: as it is written most often,
// with the short domain name where there is one.
func (f *accountFinder) describe(a *accountDraft) {
	a.SID, a.Host = a.key.sid, HostID(a.key.host)
	x := &f.scratch
	x.clear()
	former, now := f.renamed(a)
	for _, s := range a.spelled {
		x.use(f.name(s.principal), f.domain(s.principal), s.used)
		if s.vouched > 0 {
			x.vouched[foldedName(f.name(s.principal))] += s.vouched
		}
	}
	if now != "" {
		x.all = append(x.all, written{now, f.domain(f.renames[a.key][0].principal), 0})
	}
	machine := func(s written) bool { return builtinNames[a.SID] != "" && strings.HasSuffix(s.name, "$") }
	if len(x.all) > 1 {
		x.sort(machine, former)
	}
	if len(x.all) > 0 && !machine(x.all[0]) {
		a.Name, a.Domain = x.all[0].name, x.all[0].domain
	} else {
		a.Name, a.Domain = builtinNames[a.SID], builtinDomain
	}
	if name, realm, ok := strings.Cut(a.Name, "@"); ok && a.Domain == "" && name != "" {
		a.Name, a.Domain = name, realm
	}
	if base, ok := sidBase(a.SID); ok && a.Domain == "" && a.key.host == None {
		a.Domain = f.called[base]
	}
	a.Class = classOf(a.SID, a.Name, a.Domain)
	a.Spellings = x.others(a.Account)
	a.Hosts = newest(a.hosts, func(h uint32) HostID { return HostID(h) }, func(x, y HostID) int { return cmp.Compare(x, y) })
	a.Sources = newest(a.addresses, func(t textID) string { return f.texts[t] }, cmp.Compare[string])
}

func foldedName(written string) string {
	name, _ := splitName(written, "")
	return name
}

// sort orders the spellings, the one to show first.
func (x *spellings) sort(machine func(written) bool, former map[string]bool) {
	plain := func(s written) bool { return !strings.ContainsAny(s.name, `@\`) && s.domain != "" }
	slices.SortFunc(x.all, func(a, b written) int {
		left, right := foldedName(a.name), foldedName(b.name)
		return cmp.Or(compareBool(machine(a), machine(b)), compareBool(former[left], former[right]), compareBool(plain(b), plain(a)), cmp.Compare(x.vouched[right], x.vouched[left]),
			compareBool(strings.Contains(a.domain, "."), strings.Contains(b.domain, ".")),
			cmp.Compare(b.n, a.n), cmp.Compare(a.domain, b.domain), cmp.Compare(a.name, b.name))
	})
}

// others lists the spellings but the one that is shown.
func (x *spellings) others(shown Account) []string {
	var out []string
	for _, s := range x.all {
		if s.name == shown.Name && s.domain == shown.Domain && !strings.ContainsAny(s.name, `@\`) {
			continue
		}
		if len(x.said) == 0 {
			x.said[shown.Display()] = true
		}
		w := (Account{Name: s.name, Domain: s.domain}).Display()
		if strings.ContainsAny(s.name, `@\`) {
			w = s.name
		}
		if !x.said[w] {
			x.said[w] = true
			out = append(out, w)
		}
	}
	slices.Sort(out)
	return out
}
