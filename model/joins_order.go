package model

import (
	"bytes"
	"cmp"
	"slices"

	"spoor/model/event"
)

// sort puts each list in its order, as many at once as there are cores.
func (j *joins) sort() {
	atOnce(
		j.sortTickets, j.sortExplicit,
		func() { sortReaches(j.network) },
		func() { sortReaches(j.reached) },
		func() {
			slices.SortFunc(j.grants, func(a, b ticketRow) int {
				return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.client, b.client), cmp.Compare(a.time, b.time), cmp.Compare(a.event, b.event))
			})
			slices.SortFunc(j.referrals, func(a, b referral) int {
				return cmp.Or(cmp.Compare(a.to, b.to), cmp.Compare(a.account, b.account), cmp.Compare(a.client, b.client), cmp.Compare(a.time, b.time), cmp.Compare(a.event, b.event))
			})
		},
		func() {
			j.sortValidations()
			slices.SortFunc(j.ntlm, func(a, b claimant) int {
				return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.workstation, b.workstation), cmp.Compare(a.time, b.time))
			})
		},
	)
}

func (j *joins) sortTickets() {
	slices.SortFunc(j.tickets, compareTickets)
	for i := range j.tickets {
		if j.tickets[i].guid != (event.GUID{}) {
			j.ticketsByGUID = append(j.ticketsByGUID, uint32(i))
		}
		if j.tickets[i].service != None {
			j.ticketsFrom = append(j.ticketsFrom, uint32(i))
		}
	}
	slices.SortFunc(j.ticketsByGUID, func(a, b uint32) int {
		return cmp.Or(compareGUIDs(&j.tickets[a].guid, &j.tickets[b].guid), cmp.Compare(a, b))
	})
	slices.SortFunc(j.ticketsFrom, func(a, b uint32) int {
		x, y := &j.tickets[a], &j.tickets[b]
		return cmp.Or(cmp.Compare(x.service, y.service), cmp.Compare(x.account, y.account), cmp.Compare(x.client, y.client), cmp.Compare(a, b))
	})
}

func (j *joins) sortValidations() {
	slices.SortFunc(j.validations, func(a, b validation) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.time, b.time), cmp.Compare(a.event, b.event))
	})
	for i := range j.validations {
		j.validationsBy = append(j.validationsBy, uint32(i))
	}
	slices.SortFunc(j.validationsBy, func(a, b uint32) int {
		x, y := &j.validations[a], &j.validations[b]
		return cmp.Or(cmp.Compare(x.account, y.account), cmp.Compare(x.workstation, y.workstation), cmp.Compare(a, b))
	})
}

func (j *joins) sortExplicit() {
	slices.SortFunc(j.explicit, func(a, b explicit) int {
		return cmp.Or(cmp.Compare(a.target, b.target), cmp.Compare(a.account, b.account), cmp.Compare(a.time, b.time), cmp.Compare(a.event, b.event))
	})
	for i := range j.explicit {
		if j.explicit[i].guid != (event.GUID{}) {
			j.explicitByGUID = append(j.explicitByGUID, uint32(i))
		}
	}
	slices.SortFunc(j.explicitByGUID, func(a, b uint32) int {
		return cmp.Or(compareGUIDs(&j.explicit[a].guid, &j.explicit[b].guid), cmp.Compare(a, b))
	})
}

// sortReaches puts logons, which lie host by host, in order of host, account,
// class and time: those of each host by themselves.
func sortReaches(all []reach) {
	var hosts [][]reach
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].host == all[0].host {
			n++
		}
		hosts, all = append(hosts, all[:n]), all[n:]
	}
	eachAtOnce(hosts, func(of []reach) {
		slices.SortFunc(of, func(a, b reach) int {
			switch {
			case a.account != b.account:
				return cmp.Compare(a.account, b.account)
			case a.class != b.class:
				return cmp.Compare(a.class, b.class)
			case a.time != b.time:
				return cmp.Compare(a.time, b.time)
			}
			return cmp.Compare(a.logon, b.logon)
		})
	})
}

func compareTickets(a, b ticketRow) int {
	return cmp.Or(cmp.Compare(a.service, b.service), cmp.Compare(a.account, b.account), cmp.Compare(a.time, b.time), cmp.Compare(a.event, b.event))
}

func compareGUIDs(a, b *event.GUID) int { return bytes.Compare(a[:], b[:]) }
