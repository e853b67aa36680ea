package findings

import (
	"cmp"
	"slices"
	"strings"

	"spoor/model"
	"spoor/model/event"
)

// reach is that an account reached, or asked for, a computer from a place.
type reach struct {
	time    event.FileTime
	by      uint32 // the number of the traveller
	to      uint32 // the number of the computer's name
	record  model.EventRow
	session model.SessionRow // or None
	asked   bool             // only a ticket was given
}

// traveller is an account that comes from one place.
type traveller struct {
	account model.AccountID
	from    placeID
	name    uint32 // where account is None, its number among the names of such
}

// numbered are values that are called by numbers.
type numbered[T comparable] struct {
	all []T
	of  map[T]uint32
}

// number numbers a value, from 0 on.
func (n *numbered[T]) number(v T) uint32 {
	at, ok := n.of[v]
	if !ok {
		if n.of == nil {
			n.of = map[T]uint32{}
		}
		at = uint32(len(n.all))
		n.of[v] = at
		n.all = append(n.all, v)
	}
	return at
}

// travels are what travellers reached. Travellers and names are numbered: there
// may be millions of reaches.
type travels struct {
	computers  numbered[string] // short and folded
	names      numbered[string] // of accounts, folded; the first is ""
	travellers numbered[traveller]
	all        []reach
}

// far returns the travellers that reached so many different computers in all,
// by account, place and name, and what each reached, in order of time.
func (j *travels) far(least int) (who []traveller, lists [][]reach) {
	ends := make([]int, len(j.travellers.all)+1)
	for i := range j.all {
		ends[j.all[i].by+1]++
	}
	for n := range j.travellers.all {
		ends[n+1] += ends[n]
	}
	sorted, next := make([]uint32, len(j.all)), slices.Clone(ends)
	for i := range j.all {
		by := j.all[i].by
		sorted[next[by]] = uint32(i)
		next[by]++
	}
	var order []int
	for n := range j.travellers.all {
		if j.many(sorted[ends[n]:ends[n+1]], least) {
			order = append(order, n)
		}
	}
	slices.SortFunc(order, func(m, n int) int {
		a, b := &j.travellers.all[m], &j.travellers.all[n]
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.from, b.from), cmp.Compare(j.names.all[a.name], j.names.all[b.name]))
	})
	for _, n := range order {
		list := make([]reach, 0, ends[n+1]-ends[n])
		for _, at := range sorted[ends[n]:ends[n+1]] {
			list = append(list, j.all[at])
		}
		slices.SortFunc(list, func(a, b reach) int { return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.record, b.record)) })
		who, lists = append(who, j.travellers.all[n]), append(lists, list)
	}
	return who, lists
}

// many reports whether there are at least so many different computers.
func (j *travels) many(list []uint32, least int) bool {
	var few [32]uint32
	seen := few[:0]
	for _, at := range list {
		if len(seen) >= least {
			break
		}
		if to := j.all[at].to; !slices.Contains(seen, to) {
			seen = append(seen, to)
		}
	}
	return len(seen) >= least
}

// travels returns what accounts of users reached from each place: by their
// logons, by 1149, and by tickets for computers.
func (x *scope) travels() *travels {
	j := &travels{}
	j.names.number("")
	hosts := make([]uint32, len(x.Hosts()))
	for i := range hosts {
		hosts[i] = j.computers.number(strings.ToLower(x.Hosts()[i].Short()))
	}
	for i := range x.visits() {
		v := &x.visited[i]
		if (v.typ == 3 || v.typ == 10 || v.typ == 8) && v.from != 0 && x.places().all[v.from].Host != v.host {
			j.all = append(j.all, reach{v.start, j.travellers.number(traveller{account: v.account, from: v.from}), hosts[v.host], v.logon, v.row, false})
		}
	}
	for _, e := range x.Each(x.events(event.RDPNetworkAuth)) {
		t, account := e.Time(), e.Target()
		from := x.awayAt(e.TextNumber(event.IPAddress), t)
		if from == 0 {
			continue
		}
		by := traveller{account: account, from: from}
		if account == model.None {
			by.name = j.names.number(strings.ToLower(plain(e.Text(event.TargetName))))
		}
		j.all = append(j.all, reach{t, j.travellers.number(by), hosts[e.Host()], e.Row, model.None, false})
	}
	machine, holders := x.machines(j), x.ticketHolders()
	for i, e := range x.Each(x.list(ticketsOfUsers)) {
		if x.over(i) {
			return nil
		}
		to, ok := machine(e)
		if !ok || holders[i] == model.None || e.Refused() {
			continue
		}
		if from := x.awayAt(e.TextNumber(event.IPAddress), e.Time()); from != 0 {
			j.all = append(j.all, reach{e.Time(), j.travellers.number(traveller{account: holders[i], from: from}), to, e.Row, model.None, true})
		}
	}
	return j
}

// machines returns a function that tells of a ticket the number of the computer
// that it is for, false where it is for none. Each name is taken apart once.
func (x *scope) machines(j *travels) func(*model.EventView) (uint32, bool) {
	const unknown, none = 0, 1 // then the numbers of computers
	all := make([]uint32, x.TextCount())
	return func(e *model.EventView) (uint32, bool) {
		n := e.TextNumber(event.ServiceName)
		m := &all[n]
		if *m == unknown {
			*m = none
			service, _, _ := strings.Cut(strings.ToLower(x.TextAt(n)), "@")
			if name, ok := strings.CutSuffix(service, "$"); ok && name != "" {
				*m = j.computers.number(name) + none + 1
			}
		}
		return *m - none - 1, *m != none
	}
}
