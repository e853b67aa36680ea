package model

import (
	"slices"
	"strings"
)

// relevant are the principals of which all records are kept: those asked for,
// and those that acted for them or that they acted for.
type relevant struct {
	*store
	byName map[string][]uint32 // by folded name without a domain
	bySID  map[textID][]uint32
	former map[string][]string // names of one account, by each of them
	asked  map[uint32]bool     // those asked for, under all their names
	all    map[uint32]bool
	names  map[string]bool // of all
	timed  bool
	when   map[uint32]span // all of which matters only then
}

func newRelevant(s *store, v *survey) *relevant {
	s.sync()
	r := &relevant{store: s, byName: map[string][]uint32{}, bySID: map[textID][]uint32{}, former: map[string][]string{}, asked: map[uint32]bool{}, all: map[uint32]bool{}, names: map[string]bool{}, timed: v.choice.timed()}
	for i := 1; i < len(s.principals); i++ {
		p := uint32(i)
		if name, _ := splitName(s.name(p), ""); name != "" {
			r.byName[name] = append(r.byName[name], p)
		}
		if !s.sidless(p) {
			r.bySID[s.principals[p].sid] = append(r.bySID[s.principals[p].sid], p)
		}
	}
	for _, n := range v.renames {
		r.former[n[0]] = append(r.former[n[0]], n[1])
		r.former[n[1]] = append(r.former[n[1]], n[0])
	}
	return r
}

// ask adds the principals that a choice may mean, by any name that their
// accounts may be called. It reports whether Windows' own accounts are among
// them, which are in nearly all records.
func (r *relevant) ask(choose func(names []string) bool) (everybody bool) {
	var domains []string
	seen := map[string]bool{"": true}
	for i := range r.principals {
		if d := r.domain(uint32(i)); !seen[d] {
			seen[d] = true
			domains = append(domains, d)
		}
	}
	chosen := map[string]bool{}
	for i := 1; i < len(r.principals); i++ {
		p := uint32(i)
		name := r.name(p)
		is, ok := chosen[name]
		if !ok {
			is = choose(callings(name, domains))
			chosen[name] = is
		}
		sid := r.sid(p)
		if is || choose([]string{sid, builtinNames[sid], builtinDomain + `\` + builtinNames[sid]}) {
			r.asked[p] = true
		}
	}
	r.asked = r.close(r.asked)
	for p := range r.asked {
		everybody = everybody || builtinNames[r.sid(p)] != ""
	}
	return everybody
}

// askThose adds the accounts that the chosen computers' logs name, but for
// Windows' own, which are others on each computer.
func (r *relevant) askThose(v *survey) {
	for _, l := range v.lanes {
		for p := range l.users {
			if !ofHost(r.sid(p)) {
				r.asked[p] = true
			}
		}
	}
	r.asked = r.close(r.asked)
}

// callings are all ways in which an account of a name may be written.
func callings(name string, domains []string) []string {
	plain := name
	if i := strings.LastIndexByte(plain, '@'); i > 0 {
		plain = plain[:i]
	} else if i := strings.IndexByte(plain, '\\'); i >= 0 {
		plain = plain[i+1:]
	}
	out := []string{name, plain}
	for _, d := range domains {
		out = append(out, d+`\`+plain, d+`\`+name, plain+"@"+d)
	}
	return out
}

// close adds what has a name or a SID of what is there, and names that the
// account had before or since.
func (r *relevant) close(some map[uint32]bool) map[uint32]bool {
	out := map[uint32]bool{}
	named := map[string]bool{}
	var todo []uint32
	add := func(p uint32) {
		if nobody := r.sidless(p) && r.name(p) == ""; !nobody && !out[p] {
			out[p] = true
			todo = append(todo, p)
		}
	}
	var addName func(name string)
	addName = func(name string) {
		if name == "" || named[name] {
			return
		}
		named[name] = true
		for _, p := range r.byName[name] {
			if !r.timed || builtinNames[r.sid(p)] == "" {
				add(p)
			}
		}
		for _, n := range r.former[name] {
			addName(n)
		}
	}
	for p := range some {
		add(p)
	}
	for len(todo) > 0 {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		name, _ := splitName(r.name(p), "")
		addName(name)
		if !r.sidless(p) && builtinNames[r.sid(p)] == "" {
			for _, o := range r.bySID[r.principals[p].sid] {
				add(o)
			}
		}
	}
	return out
}

// relate adds the accounts that acted for those asked for, or for which these
// acted, and tells each lane of whom else all of it is kept.
func (r *relevant) relate(v *survey) {
	for p := range r.asked {
		r.all[p] = true
	}
	kin := map[uint32]bool{}
	for x := range v.pairs {
		r.kinOf(v, x, func(_, p uint32) { kin[p] = true })
	}
	for p := range r.close(kin) {
		r.all[p] = true
	}
	if v.choice.timed() {
		r.limit(v)
	}
	for p := range r.all {
		if name, _ := splitName(r.name(p), ""); name != "" {
			r.names[name] = true
		}
	}
	for _, l := range v.lanes {
		r.relateOn(l)
	}
}

// kinOf yields the accounts that one asked for acted for, or that acted for it.
func (r *relevant) kinOf(v *survey, x pair, yield func(asked, kin uint32)) {
	outbound, _ := splitName(r.texts[x.outbound], "")
	switch {
	case x.outbound != 0:
		for _, p := range r.byName[outbound] {
			if r.asked[p] {
				yield(p, x.by)
			}
			if r.asked[x.by] {
				yield(x.by, p)
			}
		}
	case x.member != 0:
		for _, p := range r.bySID[x.member] {
			if r.asked[p] {
				yield(p, x.by)
			}
			if r.asked[x.by] {
				yield(x.by, p)
			}
		}
	default:
		if r.asked[x.account] {
			yield(x.account, x.by)
		}
		if r.asked[x.by] {
			yield(x.by, x.account)
		}
	}
}

// relateOn adds, for one lane, who may have sat at its desktops beside those
// asked for, and one whose password shows that it is a domain controller's.
func (r *relevant) relateOn(l *lane) {
	named := func(name string) {
		for _, p := range r.byName[name] {
			l.local[p] = true
		}
	}
	for name := range l.terminal {
		if r.names[name] {
			for other := range l.terminal {
				named(other)
			}
			break
		}
	}
	if l.prompts {
		for p := range l.seats {
			l.local[p] = true
		}
	}
	if !l.kdc {
		var witnesses []string
		for name := range l.vouched {
			if !l.own[name] {
				witnesses = append(witnesses, name)
			}
		}
		if len(witnesses) > 0 {
			named(slices.Min(witnesses))
		}
	}
	l.local = r.close(l.local)
}
