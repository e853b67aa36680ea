package findings

import (
	"slices"
	"strings"

	"spoor/model"
)

// domain is what is known of the domain of an account or a host: its SID, or ""
// where no record says it, and its names, DNS and NetBIOS ones, folded.
type domain struct {
	sid   string
	names []string
}

func (d *domain) known() bool { return d.sid != "" || len(d.names) > 0 }

func (d *domain) add(name string) {
	if name = strings.ToLower(name); name != "" && !slices.Contains(d.names, name) {
		d.names = append(d.names, name)
	}
}

// domainNames returns the names of each domain by its SID: those that its
// accounts are written with, and the DNS names of its hosts.
func (x *scope) domainNames() map[string]*domain {
	if x.domains != nil {
		return x.domains
	}
	x.domains = map[string]*domain{}
	of := func(sid string) *domain {
		d := x.domains[sid]
		if d == nil {
			d = &domain{sid: sid}
			x.domains[sid] = d
		}
		return d
	}
	for i := range x.Accounts() {
		a := &x.Accounts()[i]
		if sid := domainSID(a); sid != "" {
			addNames(of(sid), a)
		}
	}
	for i := range x.Hosts() {
		if h := &x.Hosts()[i]; h.DomainSID != "" {
			of(h.DomainSID).add(dnsDomain(h))
		}
	}
	return x.domains
}

// domainSID is the SID of the domain of an account, "" where it is of a host or
// of Windows itself, or no record says it.
func domainSID(a *model.Account) string {
	if a.Host != model.None || !strings.HasPrefix(a.SID, "S-1-5-21-") {
		return ""
	}
	return a.SID[:strings.LastIndexByte(a.SID, '-')]
}

// addNames adds the domains that an account is written with.
func addNames(d *domain, a *model.Account) {
	d.add(a.Domain)
	for _, s := range a.Spellings {
		if before, _, ok := strings.Cut(s, `\`); ok {
			d.add(before)
		} else if _, after, ok := strings.Cut(s, "@"); ok {
			d.add(after)
		}
	}
}

// dnsDomain is a host's name after the first dot.
func dnsDomain(h *model.Host) string {
	_, after, _ := strings.Cut(h.Name, ".")
	return after
}

// domainOf is the domain of an account; nothing is known of it where the account
// is of a host or of Windows itself.
func (x *scope) domainOf(id model.AccountID) domain {
	if id == model.None {
		return domain{}
	}
	a := &x.Accounts()[id]
	sid := domainSID(a)
	if d := x.domainNames()[sid]; sid != "" && d != nil {
		return *d
	}
	var d domain
	if a.Host == model.None && a.SID == "" {
		addNames(&d, a)
	}
	return d
}

func (x *scope) domainOfHost(id model.HostID) domain {
	if id == model.None {
		return domain{}
	}
	h := &x.Hosts()[id]
	if d := x.domainNames()[h.DomainSID]; h.DomainSID != "" && d != nil {
		return *d
	}
	var d domain
	d.add(dnsDomain(h))
	return d
}

// apart reports whether two domains are known to be different ones.
func apart(a, b *domain) bool {
	if a.sid != "" && b.sid != "" {
		return a.sid != b.sid
	}
	shared := func(name string) bool { return slices.Contains(b.names, name) }
	dns := func(name string) bool { return strings.Contains(name, ".") }
	label := func(name string) bool {
		first, _, _ := strings.Cut(name, ".")
		return slices.Contains(b.names, first) || slices.ContainsFunc(b.names, func(s string) bool { return strings.HasPrefix(s, name+".") })
	}
	if slices.ContainsFunc(a.names, shared) || slices.ContainsFunc(a.names, label) {
		return false
	}
	return slices.ContainsFunc(a.names, dns) && slices.ContainsFunc(b.names, dns)
}

// controllersOf returns the domain controllers that know of what a finding is
// about: those of the domain of its account, else of its other accounts, else of
// its hosts. One that is not known to be of another domain counts.
func (x *scope) controllersOf(f *Finding) []model.HostID {
	x.coverage()
	var own []domain
	add := func(d domain) {
		if d.known() {
			own = append(own, d)
		}
	}
	add(x.domainOf(f.Account))
	if len(own) == 0 {
		for _, a := range f.Accounts {
			add(x.domainOf(a))
		}
	}
	if len(own) == 0 {
		for _, h := range f.Hosts {
			add(x.domainOfHost(h))
		}
	}
	if len(own) == 0 {
		return x.controllers
	}
	var out []model.HostID
	for _, h := range x.controllers {
		c := x.domainOfHost(h)
		if slices.ContainsFunc(own, func(d domain) bool { return !apart(&d, &c) }) {
			out = append(out, h)
		}
	}
	return out
}

// noController says that the evidence holds no log of a domain controller that
// knows of what a finding is about.
func (x *scope) noController() string {
	if len(x.controllers) > 0 {
		return x.Evidence() + " holds no log of a domain controller of that domain"
	}
	none := x.Evidence() + " holds no log of a domain controller"
	if !x.namesDomain() {
		return none + ", and names no domain"
	}
	return none
}

// namesDomain reports whether the evidence knows of any domain: of a computer
// that is in none there is no controller to miss.
func (x *scope) namesDomain() bool {
	return slices.ContainsFunc(x.Hosts(), func(h model.Host) bool { return h.DomainSID != "" }) ||
		slices.ContainsFunc(x.Accounts(), func(a model.Account) bool { return domainSID(&a) != "" })
}
