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

// deed is something done on a host in a session that came from elsewhere.
type deed struct {
	event   model.EventRow
	session model.SessionRow
	what    string
}

// sentence tells of deeds: whose, how many, where, from where, and what.
type sentence func(account, hosts, from, what string, count int) string

// out says that deeds were done in sessions from elsewhere.
func out(name string) sentence {
	return func(account, hosts, from, what string, count int) string {
		if from == hosts {
			return fmt.Sprintf("Account %s made %s on %s in a session that was opened on that host itself: %s.", account, counted(count, name), hosts, what)
		}
		return fmt.Sprintf("Account %s made %s on %s in a session from %s: %s.", account, counted(count, name), hosts, from, what)
	}
}

// beside says that processes began at the time of network logons, which is all
// that ties them to an account where the records name none.
func beside(within time.Duration) sentence {
	return func(account, hosts, from, what string, count int) string {
		return fmt.Sprintf("WMI started %s on %s within %s after a network logon of account %s from %s: %s. The records do not say that it was for this account.",
			counted(count, "process"), hosts, lasting(within), account, from, what)
	}
}

// addDeeds makes one finding of each account's deeds.
func (x *scope) addDeeds(deeds []deed, say sentence, severity Severity) {
	byAccount := map[model.AccountID][]deed{}
	for _, d := range deeds {
		a := x.SessionAccount(d.session)
		byAccount[a] = append(byAccount[a], d)
	}
	for _, a := range sortedKeys(byAccount) {
		all := byAccount[a]
		slices.SortStableFunc(all, func(a, b deed) int { return cmp.Compare(x.EventTime(a.event), x.EventTime(b.event)) })
		x.addDeed(a, all, say, severity)
	}
}

func (x *scope) addDeed(a model.AccountID, all []deed, say sentence, severity Severity) {
	var events []model.EventRow
	var what, on []string
	told := map[string]bool{}
	var sessions []model.SessionRow
	seated := true
	from := placeID(0)
	for _, d := range all {
		f := x.SessionFacts(d.session)
		events, sessions = append(events, d.event), append(sessions, d.session)
		if !told[d.what] {
			told[d.what] = true
			what = append(what, d.what)
		}
		if h := x.Host(f.Host).Short(); !slices.Contains(on, h) {
			on = append(on, h)
		}
		seated = seated && f.Type != 3
		if f.Logon != model.None && from == 0 {
			from = x.cameFrom(&f)
		}
	}
	d := x.draftOf(events, from)
	d.sessions, d.Account, d.Severity = known(sessions), a, severity
	d.Why = say(x.called(&d), listed(on), x.whence(from), listed(what), len(events))
	if !x.routine(&d, x.days(events)) && seated && severity > Low {
		d.Severity, d.Lowered = Low, "it was done in a session with a desktop, as administrators do"
	}
	x.add(d, events[0], "")
}

// inNetworkSessions returns those of some events that a user's account did in a
// session from elsewhere, or in one that another account made for it.
func (x *scope) inNetworkSessions(events []model.EventRow, what func(model.EventRow) string) []deed {
	var out []deed
	for i, n := range x.ActorSessions(events) {
		if n == model.None {
			continue
		}
		f := x.SessionFacts(n)
		runAs := f.Type == 2 && f.Logon != model.None && strings.EqualFold(x.Text(f.Logon, event.LogonProcess), "seclogo")
		if (f.Type == 3 || f.Type == 10 || runAs) && x.Account(f.Account).Class == model.ClassUser {
			out = append(out, deed{events[i], n, what(events[i])})
		}
	}
	return out
}

// remoteServices looks for services that were installed from elsewhere, as
// PsExec does.
func (x *scope) remoteServices() {
	x.addDeeds(x.inNetworkSessions(x.events(event.ServiceInstalled), func(e model.EventRow) string {
		return x.Text(e, event.ServiceName) + " (" + x.Text(e, event.ServiceFile) + ")"
	}), out("new service"), Medium)
}

// remoteTasks looks for scheduled tasks that were registered from elsewhere.
func (x *scope) remoteTasks() {
	x.addDeeds(x.inNetworkSessions(x.events(event.TaskCreated), func(e model.EventRow) string { return x.Text(e, event.TaskName) }), out("scheduled task"), Medium)
}

// wmiProvider is the program that WMI starts others by.
const wmiProvider = "wmiprvse.exe"

// ofWMI returns the processes that WMI started.
func (x *scope) ofWMI() []model.EventRow {
	providers := map[process]bool{}
	for _, e := range x.Each(x.list(startsOfWMI)) {
		id, _ := e.Number(event.NewProcessID)
		providers[process{e.Host(), id}] = true
	}
	out := slices.Clone(x.list(startsByWMI))
	if len(providers) == 0 {
		return out
	}
	for _, e := range x.Each(x.list(startsNameless)) {
		if id, _ := e.Number(event.ProcessID); providers[process{e.Host(), id}] {
			out = append(out, e.Row)
		}
	}
	return out
}

// remoteWMI looks for processes that WMI started right after a network logon,
// and for WMI asked for on another computer with other credentials.
func (x *scope) remoteWMI() {
	var named, near []deed
	for _, e := range x.ofWMI() {
		if n := x.arrivedJustBefore(x.EventHost(e), x.EventTime(e)); n != model.None {
			d := deed{e, n, image(x.Text(e, event.NewProcess))}
			// By its name as written: of its SID the record says nothing.
			if strings.EqualFold(x.Text(e, event.TargetName), x.Account(x.SessionAccount(n)).Name) {
				named = append(named, d)
			} else {
				near = append(near, d)
			}
		}
	}
	x.addDeeds(named, out("process of WMI"), Low)
	x.addDeeds(near, beside(x.span("wmi-seconds")), Low)
	x.wmiElsewhere()
}

// arrivedJustBefore returns the newest network logon of a user's account from
// elsewhere in the seconds before a time, or None.
func (x *scope) arrivedJustBefore(h model.HostID, t event.FileTime) model.SessionRow {
	if x.networked == nil {
		x.networked = map[model.HostID][]int{}
		for i := range x.visits() {
			if v := &x.visited[i]; v.typ == 3 {
				x.networked[v.host] = append(x.networked[v.host], i)
			}
		}
	}
	all := x.networked[h]
	i, _ := slices.BinarySearchFunc(all, t+1, func(at int, t event.FileTime) int { return cmp.Compare(x.visited[at].start, t) })
	if i--; i >= 0 && t.Sub(x.visited[all[i]].start) <= x.span("wmi-seconds") {
		return x.visited[all[i]].row
	}
	return model.None
}

// wmiElsewhere looks for explicit credentials used for another computer's
// remote procedure calls, which WMI and DCOM begin with.
func (x *scope) wmiElsewhere() {
	calls := x.list(callsOfWMI)
	keys, lists := x.grouped(calls, func(e model.EventRow) (group, bool) {
		a := x.SubjectAccount(e)
		return group{from: x.places().host(x.EventHost(e)), account: a}, x.Account(a).Class == model.ClassUser
	})
	for _, k := range keys {
		all := lists[k]
		d := x.draftOf(all, k.from)
		d.Account, d.Severity = k.account, Low
		var as []string
		for _, e := range all[:min(len(all), MostListed)] {
			if to := x.Text(e, event.TargetServer) + " as " + x.Text(e, event.TargetName); !slices.Contains(as, to) {
				as = append(as, to)
			}
			if a := x.TargetAccount(e); a != model.None && a != k.account && !slices.Contains(d.Accounts, a) {
				d.Accounts = append(d.Accounts, a)
			}
			if h := x.hostCalled(x.Text(e, event.TargetServer)); h != model.None && !slices.Contains(d.Hosts, h) {
				d.Hosts = append(d.Hosts, h)
			}
		}
		d.Why = fmt.Sprintf("Account %s on %s used other credentials for the remote procedure calls that WMI and DCOM begin with: %s.", x.called(&d), x.whence(k.from), listed(as))
		x.routine(&d, x.days(all))
		x.add(d, all[0], "")
	}
}

// isAdminShare reports whether a share, with its path, is one of the
// administrators'.
func isAdminShare(path string) bool {
	share := path[strings.LastIndexByte(path, '\\')+1:]
	return len(share) < len(path) && (strings.EqualFold(share, "ADMIN$") || len(share) == len("C$") && share[1] == '$')
}

// hiddenShares looks for the administrators' shares opened from elsewhere.
func (x *scope) hiddenShares() {
	keys, lists := x.grouped(x.list(adminShares), func(e model.EventRow) (group, bool) {
		a := x.SubjectAccount(e)
		if c := x.Account(a).Class; c == model.ClassMachine || c == model.ClassBuiltin || !elsewhere(x.Text(e, event.IPAddress)) {
			return group{}, false
		}
		return group{from: x.asker(e), account: a}, true
	})
	for _, k := range keys {
		all := lists[k]
		d := x.draftOf(all, k.from)
		d.Account, d.Severity = k.account, Low
		if k.account == model.None {
			d.AccountName = x.Text(all[0], event.SubjectName)
		}
		var shares []string
		for _, e := range all[:min(len(all), MostListed)] {
			if name := x.Host(x.EventHost(e)).Short() + " " + strings.TrimPrefix(x.Text(e, event.ShareName), `\\*\`); !slices.Contains(shares, name) {
				shares = append(shares, name)
			}
		}
		for _, n := range x.ActorSessions(d.Records) {
			if n != model.None && !slices.Contains(d.sessions, n) {
				d.sessions = append(d.sessions, n)
			}
		}
		d.Why = fmt.Sprintf("Account %s opened administrators' shares from %s, %s: %s.", x.called(&d), x.whence(k.from), times(len(all)), listed(shares))
		x.routine(&d, x.days(all))
		x.add(d, all[0], "")
	}
}
