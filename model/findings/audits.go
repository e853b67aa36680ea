package findings

import (
	"slices"
	"strings"

	"spoor/model"
)

// dcAudit asks whether every domain controller that knows of what a finding is
// about logs a subcategory.
func dcAudit(name string) func(*scope, *Finding) (model.Tri, string) {
	return func(x *scope, f *Finding) (model.Tri, string) {
		return x.audited(name, x.controllersOf(f), x.noController())
	}
}

// keepersAudit asks whether the domain controllers do that keep the accounts of
// a domain, or, where the evidence names none, the hosts of a finding.
func keepersAudit(name string) func(*scope, *Finding) (model.Tri, string) {
	return func(x *scope, f *Finding) (model.Tri, string) {
		if controllers := x.controllersOf(f); len(controllers) > 0 {
			return x.audited(name, controllers, "")
		}
		return x.audited(name, f.Hosts, x.noHost())
	}
}

// keeperAudit asks whether the host does that keeps the account of a finding.
func keeperAudit(name string) func(*scope, *Finding) (model.Tri, string) {
	return func(x *scope, f *Finding) (model.Tri, string) {
		return x.audited(name, []model.HostID{x.keeper(f)}, x.noHost())
	}
}

// hostAudit asks whether the hosts of a finding log a subcategory.
func hostAudit(name string) func(*scope, *Finding) (model.Tri, string) {
	return func(x *scope, f *Finding) (model.Tri, string) { return x.audited(name, f.Hosts, x.noHost()) }
}

func (x *scope) noHost() string { return "no Security log of a host " + x.InEvidence() }

// audited says whether hosts log a subcategory. That a host logs no event of one
// that any computer in use logs within hours is that it does not audit it; of
// the others, it may have had nothing to log.
func (x *scope) audited(name string, hosts []model.HostID, none string) (model.Tri, string) {
	x.coverage()
	var with, without, unlogged []string
	audits := true
	for _, h := range hosts {
		_, logged := x.spans[h]
		short := x.Host(h).Short()
		switch {
		case x.AuditSeen(h, name):
			with = append(with, short)
		case logged:
			without = append(without, short)
			audits = audits && !slices.Contains(x.NotAudited(h), name)
		default:
			unlogged = append(unlogged, short)
		}
	}
	switch {
	case len(hosts) == 0:
		return model.No, none
	case len(without) > 0 && !audits:
		return model.No, "no event of " + name + " is in the log of " + listed(without)
	case len(unlogged) > 0:
		return model.No, "no Security log of " + listed(unlogged) + " " + x.InEvidence()
	case len(without) > 0:
		return model.Unknown, "no event of " + name + " is in the log of " + listed(without) + ": it is not audited, or there was nothing to log"
	}
	return model.Yes, "events of it are in the log of " + listed(with)
}

// hostChannel asks for a log of the hosts of a finding.
func hostChannel(name string) func(*scope, *Finding) (model.Tri, string) {
	return func(x *scope, f *Finding) (model.Tri, string) {
		have := x.channel(name)
		var without []string
		for _, h := range f.Hosts {
			if !have[h] {
				without = append(without, x.Host(h).Short())
			}
		}
		switch {
		case len(f.Hosts) == 0:
			return model.No, x.noHost()
		case len(without) > 0:
			return model.No, "it " + x.NotInEvidence() + " of " + listed(without)
		}
		return model.Yes, "it is in the evidence"
	}
}

// channel returns the hosts of which a log is in the evidence.
func (x *scope) channel(name string) map[model.HostID]bool {
	if x.channels == nil {
		x.channels = map[string]map[model.HostID]bool{}
		for _, c := range x.Coverage() {
			folded := strings.ToLower(c.Channel)
			if x.channels[folded] == nil {
				x.channels[folded] = map[model.HostID]bool{}
			}
			if c.Host != model.None && c.Records > 0 {
				x.channels[folded][c.Host] = true
			}
		}
	}
	return x.channels[strings.ToLower(name)]
}
