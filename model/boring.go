package model

import "strings"

// boring reports whether an account may be hidden until asked for:
// built-in and virtual ones, and a machine's own account on itself or from its
// own address. Group-managed, trust and made-up machine accounts end in $ too,
// so a machine account must be of a computer whose log is here. What is in a
// failure is never hidden.
func (f *accountFinder) boring(a *Account, uses []uint32) bool {
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
	for _, n := range uses {
		h, use := f.use(n)
		if uint32(h) == self {
			continue
		}
		for _, x := range use.addresses {
			if !f.book.own(h, f.texts[x.address], x.last, self) {
				return false
			}
		}
	}
	return true
}

// hostOf returns the one host whose machine account a is.
func (f *accountFinder) hostOf(a *Account) (uint32, bool) {
	name := strings.TrimSuffix(strings.ToLower(a.Name), "$")
	base, _ := sidBase(a.SID)
	found, n := uint32(None), 0
	for _, h := range f.hosts[name] {
		if g := &f.groups[h]; g.domainSID != "" && base != "" && g.domainSID != base {
			continue
		}
		found = h
		n++
	}
	return found, n == 1
}
