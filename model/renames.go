package model

import (
	"cmp"
	"slices"
	"strings"

	"spoor/model/event"
)

// formerName is that an account had a name until it was renamed (4781).
type formerName struct {
	key   accountKey
	until event.FileTime
}

// indexRenames learns which accounts had which names before.
func (f *accountFinder) indexRenames() {
	f.former, f.renames = map[nameKey][]formerName{}, map[accountKey][]rename{}
	for h, v := range f.views {
		for _, r := range v.renames {
			if f.sid(r.principal) == "" || r.from == 0 {
				continue
			}
			k := f.keyBySID(uint32(h), r.principal)
			f.renames[k] = append(f.renames[k], r)
			name, domain := cutName(f.texts[r.from], f.domain(r.principal))
			n := nameKey{host: k.host, name: f.names.fold(name)}
			if k.host == None {
				n.domain = f.domainOf(f.principals[r.principal].base, f.names.fold(domain))
			}
			f.former[n] = append(f.former[n], formerName{k, r.time})
		}
	}
}

// formerly returns the one account that had a name until after it was last
// used somewhere.
func (f *accountFinder) formerly(n nameKey, last event.FileTime) (accountKey, bool) {
	var found accountKey
	for _, old := range f.former[n] {
		if last == 0 || last > old.until {
			continue
		}
		if found.sid != 0 && found != old.key {
			return accountKey{}, false
		}
		found = old.key
	}
	return found, found.sid != 0
}

// renamed returns the names that an account no longer has, folded, and the one
// that it was last given, or "".
func (f *accountFinder) renamed(k accountKey) (former map[string]bool, now string) {
	renames := f.renames[k]
	if len(renames) == 0 {
		return nil, ""
	}
	slices.SortStableFunc(renames, func(x, y rename) int { return cmp.Compare(x.time, y.time) })
	former = map[string]bool{}
	for _, r := range renames {
		former[strings.ToLower(f.texts[r.from])] = true
	}
	now = f.texts[renames[len(renames)-1].to]
	delete(former, strings.ToLower(now))
	return former, now
}
