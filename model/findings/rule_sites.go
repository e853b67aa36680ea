package findings

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"spoor/model"
	"spoor/model/event"
)

// twoSites looks for accounts that sat down at the consoles of two computers of
// different networks within less time than it takes to go there.
func (x *scope) twoSites() {
	within := x.span("travel-minutes")
	last := map[model.AccountID]*visit{}
	done := map[[3]uint32]bool{}
	accounts := x.Accounts()
	for _, v := range x.ofType(2, 11) {
		a := &accounts[v.account]
		if a.Class != model.ClassUser || a.Host != model.None || !v.console {
			continue
		}
		o := last[v.account]
		last[v.account] = v
		if o == nil {
			continue
		}
		apart := v.start.Sub(o.start)
		if o.host == v.host || apart > within || x.clockDoubt(o.host)+x.clockDoubt(v.host) > apart {
			continue
		}
		one, other := x.network(o.host, o.start), x.network(v.host, v.start)
		k := [3]uint32{uint32(v.account), uint32(min(o.host, v.host)), uint32(max(o.host, v.host))}
		if one == "" || other == "" || one == other || done[k] {
			continue
		}
		done[k] = true
		x.addSites(o.row, v.row, one, other)
	}
}

func (x *scope) addSites(a, b model.SessionRow, one, other string) {
	first, second := x.SessionBrief(a), x.SessionBrief(b)
	d := x.ofSession(&second)
	d.sessions, d.Records = []model.SessionRow{a, b}, []model.EventRow{first.Anchor, second.Anchor}
	d.Hosts, d.Start, d.Source, d.Severity = []model.HostID{first.Host, second.Host}, first.Start, model.Place{Host: model.None}, Medium
	d.Why = fmt.Sprintf("Account %s sat down at the console of %s (network %s) and, %s later, at that of %s (network %s).",
		x.called(&d), x.Host(first.Host).Short(), one, lasting(second.Start.Sub(first.Start)), x.Host(second.Host).Short(), other)
	if first.End.Certainty == model.EndExact && first.End.Time <= second.Start {
		d.Severity, d.Lowered = Low, "the first session had ended by then"
	}
	x.add(d, second.Anchor, "")
}

// clockDoubt is by how much a host's clock may be wrong.
func (x *scope) clockDoubt(h model.HostID) time.Duration {
	host := x.Host(h)
	if host.SkewCertainty == model.CertaintyUnknown {
		return 0
	}
	return max(host.Skew, -host.Skew)
}

// network is the network of a host's address at a time, as far as an address
// alone tells: its first three numbers; "" where it is not known.
func (x *scope) network(h model.HostID, t event.FileTime) string {
	all, kept := x.Host(h).Addresses, x.span("address-hours")
	i := slices.IndexFunc(all, func(a model.Address) bool {
		return a.From.Add(-kept) <= t && t <= a.To.Add(kept) && strings.Count(a.Address, ".") == 3
	})
	if i < 0 {
		return ""
	}
	near := all[i].Address
	return cmp.Or(near[:strings.LastIndexByte(near, '.')]+".*", "")
}
