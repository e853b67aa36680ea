package model

import "strings"

// addressOwners says which machine account alone each address belongs to, by
// the machines' own tickets: those name the host and its address together
// (Microsoft on 4768 and 4769). An address of several machines is nobody's.
func (f *accountFinder) addressOwners() map[textID]AccountID {
	owners := map[textID]AccountID{}
	for h, v := range f.views {
		if !f.groups[h].kdc {
			continue
		}
		for i := range v.uses {
			u := &v.uses[i]
			id := f.of[hostPrincipal(uint32(h), u.principal)]
			name, _ := splitName(f.name(u.principal), "")
			if id == None || u.tickets == 0 || !strings.HasSuffix(name, "$") {
				continue
			}
			for _, x := range u.addresses {
				if !x.ticket {
					continue
				}
				if o, ok := owners[x.address]; ok && o != id {
					owners[x.address] = None
				} else {
					owners[x.address] = id
				}
			}
		}
	}
	return owners
}

// boring reports whether an account may be hidden until asked for:
// built-in and virtual ones, and a machine's own account on itself or from its
// own address. Group-managed, trust and made-up machine accounts end in $ too,
// so a machine account must be of a computer whose log is here. What is in a
// failure is never hidden.
func (f *accountFinder) boring(a *accountDraft, owners map[textID]AccountID) bool {
	if a.Failures > 0 {
		return false
	}
	switch a.Class {
	case ClassBuiltin, ClassVirtual:
		return true
	case ClassMachine:
	default:
		return false
	}
	self, ok := f.hostOf(a)
	if !ok {
		return false
	}
	id := f.index[a.key]
	for _, v := range a.visits {
		if v.host == self {
			continue
		}
		for _, x := range v.use.addresses {
			if o, ok := owners[x.address]; !ok || o != id {
				return false
			}
		}
	}
	return true
}

// hostOf returns the one host whose machine account a is.
func (f *accountFinder) hostOf(a *accountDraft) (uint32, bool) {
	name := strings.TrimSuffix(strings.ToLower(a.Name), "$")
	base, _ := sidBase(a.SID)
	found, n := uint32(None), 0
	for h := range f.groups {
		g := &f.groups[h]
		if g.domainSID != "" && base != "" && g.domainSID != base {
			continue
		}
		for _, own := range g.hostNames() {
			if own == name {
				found = uint32(h)
				n++
				break
			}
		}
	}
	return found, n == 1
}
