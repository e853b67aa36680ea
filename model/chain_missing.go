package model

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"spoor/model/event"
)

// missing says which record should have led to the logon and is not there, and
// what can be read from that.
func (c *chainFinder) missing() string {
	kerberos := strings.EqualFold(c.pack, "Kerberos") || c.guid != (event.GUID{})
	switch {
	case c.typ == 9:
		return "" // nothing is checked until the credential is used
	case (c.typ == 11 || c.typ == 12 || c.typ == 13) && len(c.tickets) == 0:
		return fmt.Sprintf("logon type %d is validated from the host's own cache: no domain controller has a record of it", c.typ)
	case c.cloud():
		return "an account of the cloud, whose password no domain controller checks"
	case c.who.Host != None && c.who.SID != "":
		if c.has(RoleNTLMValidation) || !strings.EqualFold(c.pack, "NTLM") {
			return ""
		}
		return "an account of the host itself, which no domain controller knows; the host logged no check of its password (4776) in that moment"
	case strings.EqualFold(c.pack, "NTLM"):
		if c.has(RoleNTLMValidation) {
			return ""
		}
		return c.absent("password check (4776)", c.home(), clockTolerance, func(v *hostView) bool { return len(v.validations) > 0 })
	case !kerberos && !splitType[c.typ] && c.typ != 8:
		return ""
	case len(c.tickets) == 0:
		span := freshTicket
		if c.typ == 3 {
			span = ticketLife
		}
		return c.absent("service ticket (4769)", c.realms.of[c.h], span, func(v *hostView) bool { return len(v.tickets) > 0 })
	case !c.has(RoleTGT):
		return c.absent("ticket-granting ticket (4768)", c.home(), ticketLife, func(v *hostView) bool { return len(v.grants) > 0 })
	case c.renewed:
		return c.absent("grant (4768) of the ticket that was renewed", c.home(), renewLife, func(v *hostView) bool { return len(v.grants) > 0 })
	}
	return ""
}

// cloud reports whether an account is of Entra ID (AzureAD) or Microsoft's own:
// a domain controller has a record of it only where it is a domain's too.
func (c *chainFinder) cloud() bool {
	return len(c.tickets) == 0 && (strings.HasPrefix(c.who.SID, "S-1-12-1-") || strings.EqualFold(c.who.Domain, "MicrosoftAccount"))
}

func (c *chainFinder) has(role ChainRole) bool {
	return slices.ContainsFunc(c.links, func(l ChainLink) bool { return l.Role == role })
}

// absent says why a record of a domain controller may be missing that should
// have been written in the time before the logon: no log of one, logs that do
// not reach as far, holes in them, or an audit subcategory that is off. Else
// the logs hold that time and do not have it.
func (c *chainFinder) absent(what, realm string, span time.Duration, logged func(*hostView) bool) string {
	var all, short, holed, silent, full []string
	from := c.time.Add(-span)
	foreign := realm != "" && realm != c.realms.of[c.h]
	if !foreign {
		realm = c.book.realm(c.h)
	}
	for _, d := range c.controllers[realm] {
		v, name, first, last := c.views[d.host], c.hosts[d.host].Short(), d.first, d.last
		all = append(all, name)
		switch {
		case last == 0 || c.time > last.Add(clockTolerance) || c.time < first:
			short = append(short, name)
		case !logged(v):
			silent = append(silent, name)
		case from < first:
			holed = append(holed, name+", whose log begins at "+first.String())
		case slices.ContainsFunc(v.gaps, func(g Gap) bool { return g.From <= c.time && (g.To >= from || g.To == 0) }):
			holed = append(holed, name+", whose log has a gap then")
		default:
			full = append(full, name)
		}
	}
	list := func(names []string) string { return strings.Join(names, ", ") }
	switch {
	case len(all) == 0 && foreign:
		return fmt.Sprintf("no %s: %s holds no Security log of a domain controller of the account's domain, %s", what, c.Evidence(), c.who.Domain)
	case len(all) == 0:
		return fmt.Sprintf("no %s: %s holds no Security log of a domain controller of this host's domain", what, c.Evidence())
	case len(silent) > 0:
		return fmt.Sprintf("no %s: the Security log of %s never has that event, so its audit subcategory seems to be off", what, list(silent))
	case len(holed) > 0:
		return fmt.Sprintf("no %s: it may be older than the evidence, or lost: see %s", what, list(holed))
	case len(short) == len(all):
		return fmt.Sprintf("no %s: the Security logs of %s do not hold that time", what, list(short))
	case len(short) > 0:
		return fmt.Sprintf("no %s in the Security log of %s; those of %s do not hold that time", what, list(full), list(short))
	}
	return fmt.Sprintf("no %s in the %s before, though the Security logs of %s hold them; other domain controllers may exist", what, spanWords(span), list(full))
}

func spanWords(d time.Duration) string {
	if d >= 48*time.Hour {
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	}
	if d >= time.Hour {
		return fmt.Sprintf("%d hours", d/time.Hour)
	}
	return fmt.Sprintf("%d seconds", d/time.Second)
}

// controller is a domain controller and the time that its Security log reaches
// over.
type controller struct {
	host        int
	first, last event.FileTime // 0: it has none
}

// findControllers lists the domain controllers of each realm.
func (s *Snapshot) findControllers() map[string][]controller {
	at := map[HostID]controller{}
	for h, v := range s.views {
		if s.groups[h].kdc || v.vouches {
			at[HostID(h)] = controller{host: h}
		}
	}
	for _, k := range s.coverage {
		d, ok := at[k.Host]
		if !ok || !strings.EqualFold(k.Channel, "Security") || k.First == 0 {
			continue
		}
		if d.first == 0 || k.First < d.first {
			d.first = k.First
		}
		d.last = max(d.last, k.Last)
		at[k.Host] = d
	}
	out := map[string][]controller{}
	for h := range s.views {
		if d, ok := at[HostID(h)]; ok {
			realm := s.book.realm(h)
			out[realm] = append(out[realm], d)
		}
	}
	return out
}
