package findings

import (
	"slices"
	"strings"

	"spoor/model"
	"spoor/model/event"
)

// visit is a logon of a user's account whose 4624 is there, as small as may be:
// there may be millions.
type visit struct {
	start   event.FileTime
	row     model.SessionRow
	logon   model.EventRow
	account model.AccountID
	host    model.HostID
	from    placeID // 0 where its record names none, or nobody came
	typ     uint8
	kind    model.SessionKind
	pack    pack
	program bool // a program on the host asked for it, by neither of the two
	seclogo bool // the service of runas asked for it
	console bool // it was made at the host's own logon screen
}

// pack is what a network logon was authenticated by.
type pack uint8

const (
	otherPack pack = iota
	byNTLM
	byKerberos
)

// seats are the logon types with which somebody sits at the machine itself.
var seats = map[uint32]bool{2: true, 7: true, 11: true, 13: true}

// visits returns them, oldest first.
func (x *scope) visits() []visit {
	if x.visited != nil {
		return x.visited
	}
	order := x.Sessions(model.None, model.None)
	// They are read host by host, as their records lie, and put in order after.
	byHost := make([]visit, 0, len(order)/4)
	number := make([]uint32, x.SessionCount()) // of a session's visit, from 1
	for f, logon := range x.EachArrival(x.isUser) {
		if f.Kind == model.KindService || f.Kind == model.KindSystem {
			continue
		}
		if x.over(len(byHost)) {
			break
		}
		byHost = append(byHost, x.visit(f, logon))
		number[f.Row] = uint32(len(byHost))
	}
	x.visited = make([]visit, 0, len(byHost))
	for _, n := range order {
		if at := number[n]; at != 0 {
			x.visited = append(x.visited, byHost[at-1])
		}
	}
	return x.visited
}

// visit returns a session as one.
func (x *scope) visit(f *model.SessionFacts, logon *model.EventView) visit {
	v := visit{start: f.Start, row: f.Row, logon: f.Logon, account: f.Account, host: f.Host, from: x.arrivedFrom(f, logon), typ: uint8(f.Type), kind: f.Kind}
	switch f.Type {
	case 2, 9, 11:
		process := strings.TrimSpace(logon.Text(event.LogonProcess))
		v.seclogo = strings.EqualFold(process, "seclogo")
		v.console = strings.EqualFold(process, "User32") || image(logon.Text(event.Process)) == "winlogon.exe"
	case 3:
		switch logon.Text(event.Package) {
		case "NTLM":
			v.pack = byNTLM
		case "Kerberos":
			v.pack = byKerberos
		default:
			v.program = logon.TextNumber(event.Process) != 0
		}
	}
	return v
}

// isUser reports whether an account is of a user, or of unknown class: no
// machine's and none of Windows itself.
func (x *scope) isUser(a model.AccountID) bool {
	if x.users == nil {
		x.users = make([]bool, len(x.Accounts()))
		for i := range x.users {
			c := x.Accounts()[i].Class
			x.users[i] = c == model.ClassUser || c == model.ClassUnknown
		}
	}
	return int(a) < len(x.users) && x.users[a]
}

// cameFrom is the place that a logon came from, 0 where its record names none
// or nobody came.
func (x *scope) cameFrom(f *model.SessionFacts) placeID {
	if logon, ok := x.View(f.Logon); ok {
		return x.arrivedFrom(f, &logon)
	}
	return 0
}

// arrivedFrom does so where the view of its 4624 is at hand.
func (x *scope) arrivedFrom(f *model.SessionFacts, logon *model.EventView) placeID {
	switch {
	case f.Kind == model.KindService || f.Kind == model.KindBatch || f.Kind == model.KindSystem || f.Kind == model.KindNewCredentials:
		return 0
	case seats[f.Type]:
		return x.places().host(f.Host)
	}
	if from := x.awayAt(logon.TextNumber(event.IPAddress), f.Start); from != 0 {
		return from
	}
	if client := logon.Text(event.Workstation); f.Type == 3 && client != "" && !strings.EqualFold(client, x.Host(f.Host).Short()) {
		return x.place("", client, f.Start)
	}
	return 0
}

// ofType returns the visits of some logon types, oldest first.
func (x *scope) ofType(types ...uint8) []*visit {
	if x.typed == nil {
		x.typed = map[uint8][]int{}
		for i := range x.visits() {
			if v := &x.visited[i]; v.typ != 3 {
				x.typed[v.typ] = append(x.typed[v.typ], i)
			}
		}
	}
	var at []int
	for _, t := range types {
		at = append(at, x.typed[t]...)
	}
	slices.Sort(at)
	out := make([]*visit, len(at))
	for i := range at {
		out[i] = &x.visited[at[i]]
	}
	return out
}

// ticketHolders returns the accounts of the users' tickets.
func (x *scope) ticketHolders() []model.AccountID {
	if tickets := x.list(ticketsOfUsers); x.holders == nil {
		x.holders = make([]model.AccountID, len(tickets))
		for i, e := range x.Each(tickets) {
			if x.over(i) {
				break
			}
			x.holders[i] = e.Target()
		}
	}
	return x.holders
}
