package findings

import (
	"cmp"
	"fmt"
	"slices"

	"spoor/model"
	"spoor/model/event"
)

// group is events of one kind that one place and one account, or one program,
// has in common.
type group struct {
	from    placeID
	account model.AccountID
	options uint64
}

// grouped orders events into groups by a key, each in order of time; events
// for which key is false are left out.
func (x *scope) grouped(events []model.EventRow, key func(model.EventRow) (group, bool)) (keys []group, lists map[group][]model.EventRow) {
	lists = map[group][]model.EventRow{}
	for i, e := range events {
		if x.over(i) {
			return nil, nil
		}
		if k, ok := key(e); ok {
			lists[k] = append(lists[k], e)
		}
	}
	for k, list := range lists {
		keys = append(keys, k)
		slices.SortStableFunc(list, func(a, b model.EventRow) int {
			return cmp.Or(cmp.Compare(x.EventTime(a), x.EventTime(b)), cmp.Compare(a, b))
		})
	}
	slices.SortFunc(keys, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.account, b.account), cmp.Compare(a.options, b.options))
	})
	return keys, lists
}

// draftOf is a draft of events that are in order of time.
func (x *scope) draftOf(events []model.EventRow, from placeID) draft {
	d := draft{Finding: Finding{Account: model.None, Source: x.places().all[from], RecordCount: len(events),
		Start: x.EventTime(events[0]), End: x.EventTime(events[len(events)-1]), Records: events[:min(len(events), MostListed)]}}
	hosts := map[model.HostID]bool{}
	for _, e := range events {
		if h := x.EventHost(e); !hosts[h] {
			hosts[h] = true
			d.Hosts = append(d.Hosts, h)
		}
	}
	if h := d.Source.Host; h != model.None && !hosts[h] {
		d.Hosts = append(d.Hosts, h)
	}
	return d
}

// asker is where a ticket was asked for from: the domain controller itself
// where its record says so.
func (x *scope) asker(e model.EventRow) placeID {
	if id := x.away(e, x.EventTime(e)); id != 0 {
		return id
	}
	return x.places().host(x.EventHost(e))
}

// oneAsker is where all of some tickets were asked for from, 0 if from several
// places.
func (x *scope) oneAsker(tickets []model.EventRow) placeID {
	from := x.asker(tickets[0])
	for _, e := range tickets[1:] {
		if x.asker(e) != from {
			return 0
		}
	}
	return from
}

// withoutPreAuth looks for ticket-granting tickets that were given without a
// proof of the password.
func (x *scope) withoutPreAuth() {
	keys, lists := x.grouped(x.list(grantsUnproved), func(e model.EventRow) (group, bool) {
		if x.Refused(e) {
			return group{}, false
		}
		return group{from: x.asker(e), account: x.TargetAccount(e)}, true
	})
	for _, k := range keys {
		all := lists[k]
		d := x.draftOf(all, k.from)
		d.Account = k.account
		if k.account == model.None {
			d.AccountName = x.Text(all[0], event.TargetName)
		}
		weak := slices.ContainsFunc(all, func(e model.EventRow) bool {
			n, _ := x.Number(e, event.TicketEncryption)
			return n == rc4 || n == rc4Exported
		})
		with := "AES"
		if weak {
			with = "RC4"
		}
		d.Severity = Medium
		d.Why = fmt.Sprintf("A ticket-granting ticket of account %s was given to %s without pre-authentication, with %s, %s.", x.called(&d), x.whence(k.from), with, times(len(all)))
		switch {
		case x.routine(&d, x.days(all)):
		case !weak:
			d.Severity, d.Lowered = Low, "the ticket has no RC4, which guessing its password would ask for"
		}
		x.add(d, all[0], "")
	}
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// windowsOptions are the options with which Windows asks for a ticket-granting
// ticket: forwardable, renewable, canonicalize, with and without renewable-ok;
// Microsoft's page on 4768 has the first as what is usual.
var windowsOptions = []uint64{0x40810010, 0x40810000}

func isForeign(options uint64) bool { return !slices.Contains(windowsOptions, options) }

// foreignOptions looks for requests that a Windows client does not make.
func (x *scope) foreignOptions() {
	key := func(e model.EventRow) (group, bool) {
		n, _ := x.Number(e, event.TicketOptions)
		return group{from: x.asker(e), options: n}, true
	}
	keys, lists := x.grouped(slices.Concat(x.list(grantsForeign), x.list(refusalsForeign)), key)
	for _, k := range keys {
		all := lists[k]
		d := x.draftOf(all, k.from)
		names := map[string]bool{}
		var list []string
		for _, e := range all {
			if a := x.TargetAccount(e); a != model.None && !slices.Contains(d.Accounts, a) && len(d.Accounts) < MostListed {
				d.Accounts = append(d.Accounts, a)
			}
			if a := x.TargetAccount(e); a != model.None && x.Event(e).Kind == event.TicketGranting && !x.Refused(e) && !slices.Contains(d.Reached, a) && len(d.Reached) < MostListed {
				d.Reached = append(d.Reached, a)
			}
			if name := x.Text(e, event.TargetName); !names[name] {
				names[name] = true
				list = append(list, name)
			}
		}
		d.Severity = Low
		d.Why = fmt.Sprintf("From %s, %s with options 0x%x, which Windows clients do not send: %s.", x.whence(k.from), counted(len(all), "request for a ticket-granting ticket"), k.options, listed(list))
		x.routine(&d, x.days(all))
		x.add(d, all[0], fmt.Sprintf("%x", k.options))
	}
}
