package model

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"

	"spoor/model/event"
)

// accountKey is what makes an account one: its SID, within the host where it
// is of the host's own; or, where no SID is known, its name and domain.
type accountKey struct {
	host         uint32 // None: of a domain
	sid          textID
	name, domain foldedID // only without a SID
}

// accountFinder merges the triples by which events name accounts. A domain's
// are very many: all that it compares are numbers.
type accountFinder struct {
	*table
	names   *foldedNames
	groups  []hostGroup
	views   []*hostView
	domains domainNames
	roots   map[foldedID]domainRoot
	locals  []map[textID]bool // by host: SIDs of the machine's own accounts begin so
	byName  map[nameKey]namedAccount
	typed   map[nameKey]bool  // names that are written with a domain, but no SID
	called  map[textID]string // a domain's short name, by its SID
	former  map[nameKey][]formerName
	renames map[accountKey][]rename
	bases   map[string][]string // SIDs of the domains of one name
	realms  realms
	book    *addressBook
	own     [][]foldedID        // by host: its short names
	hosts   map[string][]uint32 // by short name

	// What one account after the other uses.
	scratch spellings
	spelled []spelling
	visited []dated[uint32]
	came    []dated[textID]

	first    []uint32 // of all uses, where each host's begin
	index    map[accountKey]uint32
	keys     []accountKey // by index
	of       []uint32     // by use: which account it is of, or None
	accounts []Account
	sources  sourceLists
}

// namedAccount is the account that a name can mean, the first of several.
type namedAccount struct {
	key     accountKey
	several bool
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

func hostPrincipal(host, principal uint32) uint64 { return uint64(host)<<32 | uint64(principal) }

// findAccounts merges principals on their SIDs first; then names without a SID
// go with the account that alone they can mean.
func findAccounts(t *table, names *foldedNames, groups []hostGroup, views []*hostView) *accountFinder {
	f := &accountFinder{
		table: t, names: names, groups: groups, views: views, locals: make([]map[textID]bool, len(groups)), roots: map[foldedID]domainRoot{},
		byName: map[nameKey]namedAccount{}, typed: map[nameKey]bool{}, index: map[accountKey]uint32{}, first: []uint32{0},
	}
	for h, v := range views {
		f.first = append(f.first, f.first[h]+uint32(len(v.uses)))
	}
	names.learn(t)
	f.nameHosts()
	local := f.findLocals()
	f.domains = learnDomains(t, names.pairs, groups, local)
	f.called = domainsCalled(t, names.called)
	f.bases = f.domains.bases(t, names.pairs, groups)
	f.indexNames()
	f.indexRenames()
	f.merge()
	f.byName, f.typed, f.former = nil, nil, nil // what follows needs their memory
	f.realms = f.findRealms()
	f.book = bookOf(f.table, &f.realms, f.views)
	f.describeAll()
	f.sort()
	return f
}

// use returns one of all uses, and the host that it is on.
func (f *accountFinder) use(n uint32) (host int, u *principalUse) {
	host, at, _ := place(f.first, n)
	return host, &f.views[host].uses[at]
}

// merge finds which account each use is of.
func (f *accountFinder) merge() {
	f.of = make([]uint32, 0, f.first[len(f.views)])
	for h, v := range f.views {
		for i := range v.uses {
			k, ok := f.key(uint32(h), v.uses[i].principal, v.uses[i].last)
			if !ok {
				f.of = append(f.of, None)
				continue
			}
			at, ok := f.index[k]
			if !ok {
				at = uint32(len(f.keys))
				f.index[k] = at
				f.keys = append(f.keys, k)
			}
			f.of = append(f.of, at)
		}
	}
}

// grouped lists numbers by the group that each is in, those of group g from
// starts[g] to starts[g+1]; None is no group.
func grouped(groupOf []uint32, groups int) (starts, list []uint32) {
	starts = make([]uint32, groups+2)
	for _, g := range groupOf {
		if g != None {
			starts[g+2]++
		}
	}
	for g := range groups {
		starts[g+2] += starts[g+1]
	}
	list = make([]uint32, starts[groups+1])
	for i, g := range groupOf {
		if g != None {
			list[starts[g+1]] = uint32(i)
			starts[g+1]++
		}
	}
	return starts[:groups+1], list
}

// describeAll counts, names and classes the accounts.
func (f *accountFinder) describeAll() {
	starts, uses := grouped(f.of, len(f.keys))
	// Spellings that only Subjects use belong to an account too.
	of := make([]uint32, len(f.principals))
	for i := range of {
		of[i] = None
		if sid := f.principals[i].sid; sid != 0 {
			if at, ok := f.index[accountKey{host: None, sid: sid}]; ok {
				of[i] = at
			}
		}
	}
	f.index = nil
	written, principals := grouped(of, len(f.keys))
	f.accounts, f.sources.first = make([]Account, len(f.keys)), make([]uint32, len(f.keys))
	for i := range f.accounts {
		f.sources.first[i] = f.sources.all.n
		f.describe(&f.accounts[i], f.keys[i], uses[starts[i]:starts[i+1]], principals[written[i]:written[i+1]])
	}
}

// accountOrder is what accounts are sorted by: domain, then name. Most differ
// in the name's first bytes.
type accountOrder struct {
	domain  uint32 // its rank
	account uint32
	name    uint64
}

// sort gives the accounts their IDs.
func (f *accountFinder) sort() {
	domains, names := make([]foldedID, len(f.accounts)), make([]foldedID, len(f.accounts))
	rank := map[foldedID]uint32{}
	for i := range f.accounts {
		domains[i], names[i] = f.names.fold(f.accounts[i].Domain), f.names.fold(f.accounts[i].Name)
		rank[domains[i]] = 0
	}
	ranked := make([]foldedID, 0, len(rank))
	for d := range rank {
		ranked = append(ranked, d)
	}
	slices.SortFunc(ranked, func(a, b foldedID) int { return strings.Compare(f.names.all[a], f.names.all[b]) })
	for i, d := range ranked {
		rank[d] = uint32(i)
	}
	order := make([]accountOrder, len(f.accounts))
	for i := range order {
		var first [8]byte
		copy(first[:], f.names.all[names[i]])
		order[i] = accountOrder{rank[domains[i]], uint32(i), binary.BigEndian.Uint64(first[:])}
	}
	slices.SortFunc(order, func(a, b accountOrder) int {
		if c := cmp.Or(cmp.Compare(a.domain, b.domain), cmp.Compare(a.name, b.name)); c != 0 {
			return c
		}
		if c := strings.Compare(f.names.all[names[a.account]], f.names.all[names[b.account]]); c != 0 {
			return c
		}
		return f.compareKeys(&f.keys[a.account], &f.keys[b.account])
	})
	moved := make([]uint32, len(order))
	first := make([]uint32, len(order))
	for to, o := range order {
		moved[o.account], first[to] = uint32(to), f.sources.first[o.account]
	}
	f.sources.first = first
	reorder(f.accounts, order)
	for i := range f.accounts {
		f.accounts[i].ID = AccountID(i)
	}
	for i, at := range f.of {
		if at != None {
			f.of[i] = moved[at]
		}
	}
}

// reorder moves accounts to their places in an order, which it uses up. They
// are too many to have them twice.
func reorder(accounts []Account, order []accountOrder) {
	for start := range order {
		held, to := accounts[start], start
		for from := int(order[to].account); from != start; from = int(order[to].account) {
			accounts[to], order[to].account = accounts[from], uint32(to)
			to = from
		}
		accounts[to], order[to].account = held, uint32(to)
	}
}

func (f *accountFinder) compareKeys(a, b *accountKey) int {
	return cmp.Or(strings.Compare(f.texts[a.sid], f.texts[b.sid]), cmp.Compare(a.host, b.host),
		strings.Compare(f.names.all[a.domain], f.names.all[b.domain]), strings.Compare(f.names.all[a.name], f.names.all[b.name]))
}

// byPrincipal names the account of each principal on each host.
func (f *accountFinder) byPrincipal() map[uint64]AccountID {
	of := make(map[uint64]AccountID, len(f.of))
	for h, v := range f.views {
		for i := range v.uses {
			of[hostPrincipal(uint32(h), v.uses[i].principal)] = AccountID(f.of[f.first[h]+uint32(i)])
		}
	}
	return of
}

// newest leaves what was seen once each, the latest first. It reorders list.
func newest[K cmp.Ordered](list []dated[K], compare func(a, b K) int) []dated[K] {
	slices.SortFunc(list, func(a, b dated[K]) int { return cmp.Or(cmp.Compare(a.of, b.of), cmp.Compare(b.last, a.last)) })
	list = slices.CompactFunc(list, func(a, b dated[K]) bool { return a.of == b.of })
	slices.SortFunc(list, func(a, b dated[K]) int {
		if c := cmp.Compare(b.last, a.last); c != 0 {
			return c
		}
		return compare(a.of, b.of)
	})
	return list
}
