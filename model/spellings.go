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
	rest    []string // those that are not shown
	said    map[string]bool
}

// written is one way to write an account, and how often it was used.
type written struct {
	name, domain string
	n            int
	folded       string // the name, once they are sorted
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
	s.all = append(s.all, written{name: name, domain: domain, n: n})
	switch {
	case len(s.all) == mostLooked+1:
		for i, w := range s.all {
			s.at[[2]string{w.name, w.domain}] = i
		}
	case len(s.all) > mostLooked:
		s.at[[2]string{name, domain}] = len(s.all) - 1
	}
}

// describe counts an account's uses and chooses how it is called: as it is
// written most often, with the short domain name where there is one.
func (f *accountFinder) describe(a *Account, k accountKey, uses, principals []uint32) {
	a.SID, a.Host = f.texts[k.sid], HostID(k.host)
	f.count(a, uses)
	for _, p := range principals {
		f.spelled = append(f.spelled, spelling{principal: p})
	}
	x := &f.scratch
	x.clear()
	former, now := f.renamed(k)
	for _, s := range f.spelled {
		x.use(f.name(s.principal), f.domain(s.principal), s.used)
	}
	if now != "" {
		x.all = append(x.all, written{name: now, domain: f.domain(f.renames[k][0].principal)})
	}
	machine := func(s written) bool { return builtinNames[a.SID] != "" && strings.HasSuffix(s.name, "$") }
	if len(x.all) > 1 {
		for _, s := range f.spelled {
			if s.vouched > 0 {
				x.vouched[f.names.all[f.names.of[s.principal].name]] += s.vouched
			}
		}
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
	if a.Domain == "" && a.Host == None {
		a.Domain = f.calledBySID(k.sid)
	}
	a.Class = classOf(a.SID, a.Name, a.Domain)
	a.Spellings = x.others(*a)
	a.Boring = f.boring(a, uses)
}

// calledBySID returns the domain that others of a domain's SIDs are written
// with, or "". The SID is one of those that f.spelled are of.
func (f *accountFinder) calledBySID(sid textID) string {
	for _, s := range f.spelled {
		if p := &f.principals[s.principal]; sid != 0 && p.sid == sid {
			return f.called[p.base]
		}
	}
	return ""
}

// count adds up an account's uses, and keeps how they are written.
func (f *accountFinder) count(a *Account, uses []uint32) {
	f.spelled, f.visited, f.came = f.spelled[:0], f.visited[:0], f.came[:0]
	for _, n := range uses {
		h, u := f.use(n)
		f.spelled = append(f.spelled, spelling{u.principal, int(u.sessions) + int(u.tickets), int(u.vouched)})
		a.Sessions += int(u.sessions)
		a.Failures += int(u.failures)
		a.Authentications += int(u.tickets)
		if u.first != 0 && (a.First == 0 || u.first < a.First) {
			a.First = u.first
		}
		a.Last = max(a.Last, u.last)
		if u.sessions > 0 {
			f.visited = append(f.visited, dated[uint32]{uint32(h), u.last})
		}
		for _, x := range u.addresses {
			f.came = append(f.came, dated[textID]{x.address, x.last})
		}
	}
	visited := newest(f.visited, cmp.Compare[uint32])
	a.Hosts = make([]HostID, len(visited))
	for i, x := range visited {
		a.Hosts[i] = HostID(x.of)
	}
	for _, x := range newest(f.came, func(a, b textID) int { return strings.Compare(f.texts[a], f.texts[b]) }) {
		f.sources.all.add(x.of)
		a.From++
	}
}

func foldedName(written string) string {
	name, _ := splitName(written, "")
	return name
}

// sort orders the spellings, the one to show first.
func (x *spellings) sort(machine func(written) bool, former map[string]bool) {
	plain := func(s written) bool { return !strings.ContainsAny(s.name, `@\`) && s.domain != "" }
	for i := range x.all {
		x.all[i].folded = foldedName(x.all[i].name)
	}
	slices.SortFunc(x.all, func(a, b written) int {
		return cmp.Or(compareBool(machine(a), machine(b)), compareBool(former[a.folded], former[b.folded]), compareBool(plain(b), plain(a)),
			cmp.Compare(x.vouched[b.folded], x.vouched[a.folded]),
			compareBool(strings.Contains(a.domain, "."), strings.Contains(b.domain, ".")),
			cmp.Compare(b.n, a.n), cmp.Compare(a.domain, b.domain), cmp.Compare(a.name, b.name))
	})
}

// others lists the spellings but the one that is shown.
func (x *spellings) others(shown Account) []string {
	x.rest = x.rest[:0]
	display := ""
	for _, s := range x.all {
		if s.name == shown.Name && s.domain == shown.Domain && !strings.ContainsAny(s.name, `@\`) {
			continue
		}
		if display == "" {
			display = shown.Display()
		}
		w := (Account{Name: s.name, Domain: s.domain}).Display()
		if strings.ContainsAny(s.name, `@\`) {
			w = s.name
		}
		if w != display && !x.told(w) {
			x.rest = append(x.rest, w)
		}
	}
	if len(x.rest) == 0 {
		return nil
	}
	slices.Sort(x.rest)
	return slices.Clone(x.rest)
}

// told reports whether a spelling is listed already, and notes that it is.
func (x *spellings) told(w string) bool {
	if len(x.all) <= mostLooked {
		return slices.Contains(x.rest, w)
	}
	told := x.said[w]
	x.said[w] = true
	return told
}
