package model

import (
	"cmp"
	"slices"
	"strings"

	"spoor/model/event"
)

// accountKey is what makes an account one: its SID, within the host where it
// is of the host's own; or, where no SID is known, its name and domain.
type accountKey struct {
	host         uint32 // None: of a domain
	sid          string
	name, domain string // folded; only without a SID
}

// accountFinder merges the triples by which events name accounts.
type accountFinder struct {
	*table
	groups  []hostGroup
	views   []*hostView
	domains domainNames
	locals  []map[string]bool // by host: SIDs of the machine's own accounts begin so
	byName  map[nameKey]namedAccount
	typed   map[nameKey]bool  // names that are written with a domain, but no SID
	called  map[string]string // a domain's short name, by its SID
	former  map[nameKey][]formerName
	renames map[accountKey][]rename
	bases   map[string][]string // SIDs of the domains of one name
	index   map[accountKey]AccountID
	all     []*accountDraft
	fresh   []accountDraft       // for the next of them
	of      map[uint64]AccountID // by host and principal
	realms  realms
	book    *addressBook
	own     [][]string          // by host: its short names
	hosts   map[string][]uint32 // by short name
	scratch spellings
}

type nameKey struct {
	host         uint32 // None: of a domain
	name, domain string
}

// namedAccount is the account that a name can mean, the first of several.
type namedAccount struct {
	key     accountKey
	several bool
}

// accountDraft is an account while it is put together. Most have one use or
// two, so what may come twice is listed as it comes.
type accountDraft struct {
	Account
	folded    [2]string // domain and name
	key       accountKey
	spelled   []spelling
	addresses []dated[textID]
	hosts     []dated[uint32]
	visits    []visit
}

// spelling is how often a principal was used, and how often its name stood in
// the directory: a name in a forged ticket needs not.
type spelling struct {
	principal     uint32
	used, vouched int
}

// dated is when something was last seen.
type dated[K cmp.Ordered] struct {
	of   K
	last event.FileTime
}

// visit is an account's use of one host.
type visit struct {
	host uint32
	use  *principalUse
}

func hostPrincipal(host, principal uint32) uint64 { return uint64(host)<<32 | uint64(principal) }

// findAccounts merges principals on their SIDs first; then names without a SID
// go with the account that alone they can mean.
func findAccounts(t *table, groups []hostGroup, views []*hostView) *accountFinder {
	uses := 0
	for _, v := range views {
		uses += len(v.uses)
	}
	f := &accountFinder{
		table: t, groups: groups, views: views, locals: make([]map[string]bool, len(groups)),
		byName: make(map[nameKey]namedAccount, 2*len(t.principals)), typed: map[nameKey]bool{},
		index: make(map[accountKey]AccountID, min(uses, len(t.principals))), of: make(map[uint64]AccountID, uses),
	}
	f.nameHosts()
	f.findLocals()
	f.domains = learnDomains(t, groups, f.locals)
	f.called = domainsCalled(t)
	f.bases = f.domains.bases(t, groups)
	f.indexNames()
	f.indexRenames()
	for h, v := range views {
		for i := range v.uses {
			f.add(uint32(h), &v.uses[i])
		}
	}
	f.finish()
	return f
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
	f.own, f.hosts = make([][]string, len(f.groups)), map[string][]uint32{}
	for h := range f.groups {
		f.own[h] = f.groups[h].hostNames()
		for i, n := range f.own[h] {
			if !slices.Contains(f.own[h][:i], n) {
				f.hosts[n] = append(f.hosts[n], uint32(h))
			}
		}
	}
}

// findLocals learns which SIDs are of a machine's own accounts: those whose
// domain is spelled like the machine. On another machine such a domain means a
// cloned or renamed one, so they are that machine's own as well.
func (f *accountFinder) findLocals() {
	domains := map[string]bool{}
	for i := range f.groups {
		domains[f.groups[i].domainSID] = true
	}
	for h, v := range f.views {
		f.locals[h] = map[string]bool{}
		if f.groups[h].kdc {
			continue
		}
		note := func(principal uint32) {
			base, ok := sidBase(f.sid(principal))
			if ok && !domains[base] && f.hosts[strings.ToLower(f.domain(principal))] != nil {
				f.locals[h][base] = true
			}
		}
		for _, u := range v.uses {
			note(u.principal)
		}
		for _, p := range v.locals {
			note(p)
		}
	}
}

func (f *accountFinder) keyBySID(host uint32, sid string) accountKey {
	if base, ok := sidBase(sid); ofHost(sid) || ok && f.locals[host][base] {
		return accountKey{host: host, sid: sid}
	}
	return accountKey{host: None, sid: sid}
}

// indexNames lists the accounts that each name can mean.
func (f *accountFinder) indexNames() {
	note := func(n nameKey, k accountKey) {
		known, ok := f.byName[n]
		switch {
		case !ok:
			f.byName[n] = namedAccount{key: k}
		case !known.several && known.key != k:
			f.byName[n] = namedAccount{k, true}
		}
	}
	noted := make([]bool, len(f.principals)) // as a domain's: on every host the same
	for h, v := range f.views {
		for i := range v.uses {
			u := &v.uses[i]
			if noted[u.principal] && !f.ofHost(uint32(h), u.principal) {
				continue
			}
			name, domain := splitName(f.name(u.principal), f.domain(u.principal))
			if f.sidless(u.principal) {
				if domain != "" {
					f.typed[nameKey{None, name, f.domainAt(uint32(h), domain)}] = true
				}
				continue
			}
			k := f.keyBySID(uint32(h), f.sid(u.principal))
			if k.host != None {
				note(nameKey{host: k.host, name: name}, k)
				continue
			}
			noted[u.principal] = true
			note(nameKey{None, name, f.domainOf(k.sid, f.saidOr(k.sid, domain))}, k)
			note(nameKey{None, name, ""}, k)
		}
	}
	f.indexOtherNames(noted, note)
}

// ofHost reports whether a principal with a SID is an account of the host's own.
func (f *accountFinder) ofHost(host, principal uint32) bool {
	return f.keyBySID(host, f.sid(principal)).host != None
}

// indexOtherNames adds the accounts of domains that only Subjects, or hosts
// not yet correlated, name.
func (f *accountFinder) indexOtherNames(noted []bool, note func(nameKey, accountKey)) {
	local := map[string]bool{}
	for _, m := range f.locals {
		for base := range m {
			local[base] = true
		}
	}
	for i := 1; i < len(f.principals); i++ {
		sid := f.sid(uint32(i))
		if base, ok := sidBase(sid); ok && !noted[i] && !local[base] {
			name, domain := splitName(f.name(uint32(i)), f.domain(uint32(i)))
			note(nameKey{None, name, f.domainOf(sid, f.saidOr(sid, domain))}, accountKey{host: None, sid: sid})
			note(nameKey{None, name, ""}, accountKey{host: None, sid: sid})
		}
	}
}

// saidOr returns the domain that is named beside a SID, or else, as in 4771,
// the one that other accounts of the SID's domain are written with.
func (f *accountFinder) saidOr(sid, domain string) string {
	if base, ok := sidBase(sid); ok && domain == "" {
		return strings.ToLower(f.called[base])
	}
	return domain
}

// domainOf is what stands for the domain of an account with a SID. Where
// several domains have one name, their SIDs tell them apart.
func (f *accountFinder) domainOf(sid, domain string) string {
	root := f.domains.root(domain)
	if len(f.bases[root]) < 2 {
		return root
	}
	base, _ := sidBase(sid)
	return root + "\x00" + base
}

// domainAt is what stands for a domain that a host names without a SID: of
// several of one name its own, else none of them.
func (f *accountFinder) domainAt(host uint32, domain string) string {
	root := f.domains.root(domain)
	if len(f.bases[root]) < 2 {
		return root
	}
	if g := &f.groups[host]; f.domains.root(g.domainName()) == root {
		return root + "\x00" + g.domainSID
	}
	return root + "\x00"
}

// splitName returns an account's name and domain, folded, however they were
// written: u@REALM and DOM\u in the name's place too.
func splitName(name, domain string) (string, string) {
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
	return strings.ToLower(name), strings.ToLower(domain)
}

// key finds what account a principal on a host is, that was last used at last.
func (f *accountFinder) key(host, principal uint32, last event.FileTime) (accountKey, bool) {
	if !f.sidless(principal) {
		return f.keyBySID(host, f.sid(principal)), true
	}
	name, domain := splitName(f.name(principal), f.domain(principal))
	if name == "" {
		return accountKey{}, false
	}
	k := f.keyByName(host, name, domain)
	if k.sid == "" {
		if old, ok := f.formerly(nameKey{k.host, k.name, k.domain}, last); ok {
			return old, true
		}
	}
	return k, true
}

// keyByName finds what account a name on a host means.
func (f *accountFinder) keyByName(host uint32, name, domain string) accountKey {
	g := &f.groups[host]
	switch {
	case domain == "." || slices.Contains(f.own[host], domain) || virtualDomains[domain] != ClassUnknown:
		return f.only(accountKey{host: host, name: name}, nameKey{host: host, name: name})
	case domain != "":
		in := f.domainAt(host, domain)
		return f.only(accountKey{host: None, name: name, domain: in}, nameKey{None, name, in})
	case g.kdc || f.views[host].vouches:
		return f.unsaid(name, f.domainAt(host, g.domainName()))
	}
	return f.only(accountKey{host: host, name: name}, nameKey{host: host, name: name})
}

// unsaid finds whom a record of a DC means that names no domain, as 4771 and
// 4776 have no field for one: the one account of that name in the DC's own domain. Of other domains' accounts
// none is chosen.
func (f *accountFinder) unsaid(name, own string) accountKey {
	bare := accountKey{host: None, name: name}
	if own == "" {
		return f.only(bare, nameKey{None, name, ""})
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

func (f *accountFinder) add(host uint32, u *principalUse) {
	k, ok := f.key(host, u.principal, u.last)
	if !ok {
		f.of[hostPrincipal(host, u.principal)] = None
		return
	}
	id, ok := f.index[k]
	if !ok {
		id = AccountID(len(f.all))
		f.index[k] = id
		f.all = append(f.all, f.draft(k))
	}
	f.of[hostPrincipal(host, u.principal)] = id
	a := f.all[id]
	a.spelled = append(a.spelled, spelling{u.principal, int(u.sessions) + int(u.tickets), int(u.vouched)})
	a.Sessions += int(u.sessions)
	a.Failures += int(u.failures)
	a.Authentications += int(u.tickets)
	if u.first != 0 && (a.First == 0 || u.first < a.First) {
		a.First = u.first
	}
	a.Last = max(a.Last, u.last)
	if u.sessions > 0 {
		a.hosts = append(a.hosts, dated[uint32]{host, u.last})
	}
	for _, x := range u.addresses {
		a.addresses = append(a.addresses, dated[textID]{x.address, x.last})
	}
	a.visits = append(a.visits, visit{host, u})
}

// draft returns a new account.
func (f *accountFinder) draft(k accountKey) *accountDraft {
	if len(f.fresh) == 0 {
		f.fresh = make([]accountDraft, 256)
	}
	a := &f.fresh[0]
	f.fresh, a.key = f.fresh[1:], k
	return a
}

// finish names, classes and orders the accounts.
func (f *accountFinder) finish() {
	// Spellings that only Subjects use belong to an account too.
	for i := 1; i < len(f.principals); i++ {
		if sid := f.sid(uint32(i)); sid != "" {
			if id, ok := f.index[accountKey{host: None, sid: sid}]; ok {
				f.all[id].spelled = append(f.all[id].spelled, spelling{principal: uint32(i)})
			}
		}
	}
	f.realms = f.findRealms()
	f.book = bookOf(f.table, &f.realms, f.views)
	for id, a := range f.all {
		a.ID = AccountID(id)
		f.describe(a)
		a.Boring = f.boring(a)
		a.folded = [2]string{strings.ToLower(a.Domain), strings.ToLower(a.Name)}
	}
	slices.SortFunc(f.all, compareAccounts)
	moved := make([]AccountID, len(f.all))
	for to, a := range f.all {
		moved[a.ID] = AccountID(to)
		a.ID = AccountID(to)
	}
	for k, id := range f.of {
		if id != None {
			f.of[k] = moved[id]
		}
	}
}

func compareAccounts(a, b *accountDraft) int {
	for i := range a.folded {
		if c := strings.Compare(a.folded[i], b.folded[i]); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(a.SID, b.SID), cmp.Compare(a.key.host, b.key.host), cmp.Compare(a.key.domain, b.key.domain), cmp.Compare(a.key.name, b.key.name))
}

// newest lists what was seen, each once, the latest first. It reorders list.
func newest[K cmp.Ordered, V any](list []dated[K], value func(K) V, compare func(a, b V) int) []V {
	slices.SortFunc(list, func(a, b dated[K]) int { return cmp.Or(cmp.Compare(a.of, b.of), cmp.Compare(b.last, a.last)) })
	list = slices.CompactFunc(list, func(a, b dated[K]) bool { return a.of == b.of })
	slices.SortFunc(list, func(a, b dated[K]) int {
		return cmp.Or(cmp.Compare(b.last, a.last), compare(value(a.of), value(b.of)))
	})
	out := make([]V, len(list))
	for i, d := range list {
		out[i] = value(d.of)
	}
	return out
}
