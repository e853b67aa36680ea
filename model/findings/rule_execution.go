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

// deedKey is what deeds of one sort have in common: who does them.
type deedKey struct {
	account model.AccountID
	host    model.HostID
}

// addDeeds makes one finding of an account's deeds on a host; name says what
// they are, of one.
func (x *scope) addDeeds(deeds []deed, name string, severity Severity) {
	byKey, days := map[deedKey][]deed{}, map[model.AccountID]map[int64]bool{}
	var order []deedKey
	for _, d := range deeds {
		f := x.SessionFacts(d.session)
		k := deedKey{f.Account, f.Host}
		if byKey[k] == nil {
			order = append(order, k)
		}
		byKey[k] = append(byKey[k], d)
		if days[k.account] == nil {
			days[k.account] = map[int64]bool{}
		}
		days[k.account][dayOf(x.EventTime(d.event))] = true
	}
	for _, k := range order {
		all := byKey[k]
		var events []model.EventRow
		var what []string
		var sessions []model.SessionRow
		for _, d := range all {
			events = append(events, d.event)
			if !slices.Contains(what, d.what) {
				what = append(what, d.what)
			}
			if !slices.Contains(sessions, d.session) {
				sessions = append(sessions, d.session)
			}
		}
		slices.SortStableFunc(events, func(a, b model.EventRow) int { return cmp.Compare(x.EventTime(a), x.EventTime(b)) })
		f := x.SessionFacts(sessions[0])
		from := placeID(0)
		if f.Logon != model.None {
			from = x.cameFrom(&f)
		}
		d := x.draftOf(events, from)
		d.sessions, d.Account, d.Severity = sessions, k.account, severity
		d.Why = fmt.Sprintf("Account %s made %s on %s in a session from %s: %s.", x.called(&d), counted(len(events), name), x.Host(k.host).Short(), x.whence(from), listed(what))
		if n := len(days[k.account]); n > 2 {
			d.Severity, d.Lowered = Info, fmt.Sprintf("the account did so on %d days", n)
		} else if f.Type == 10 && severity > Low {
			d.Severity, d.Lowered = Low, "it was done at a Remote Desktop, as administrators do"
		}
		x.add(d, events[0], "")
	}
}

// inNetworkSessions returns those of some events that a user's account did in a
// session from elsewhere.
func (x *scope) inNetworkSessions(events []model.EventRow, what func(model.EventRow) string) []deed {
	var out []deed
	for i, n := range x.ActorSessions(events) {
		if n == model.None {
			continue
		}
		f := x.SessionFacts(n)
		if (f.Type == 3 || f.Type == 10) && x.Account(f.Account).Class == model.ClassUser {
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
	}), "new service", Medium)
}

// remoteTasks looks for scheduled tasks that were registered from elsewhere.
func (x *scope) remoteTasks() {
	x.addDeeds(x.inNetworkSessions(x.events(event.TaskCreated), func(e model.EventRow) string { return x.Text(e, event.TaskName) }), "scheduled task", Medium)
}

// wmiSpan is how long after a logon a process that WMI starts for it begins.
const wmiSpan = 5 * time.Second

// remoteWMI looks for processes that WMI started right after a network logon,
// and for WMI asked for on another computer with other credentials.
func (x *scope) remoteWMI() {
	var deeds []deed
	started := x.EventsWhere(x.events(event.ProcessCreated), event.NewProcess, func(s string) bool { return image(s) == "wmiprvse.exe" })
	providers := map[[2]uint64]bool{}
	for _, e := range started {
		id, _ := x.Number(e, event.NewProcessID)
		providers[[2]uint64{uint64(x.EventHost(e)), id}] = true
	}
	children := x.EventsWhere(x.events(event.ProcessCreated), event.ParentProcess, func(s string) bool { return image(s) == "wmiprvse.exe" })
	if len(started) > 0 {
		for _, e := range x.events(event.ProcessCreated) {
			id, ok := x.Number(e, event.ProcessID)
			if ok && providers[[2]uint64{uint64(x.EventHost(e)), id}] && x.Text(e, event.ParentProcess) == "" {
				children = append(children, e)
			}
		}
	}
	for _, e := range children {
		if n := x.arrivedJustBefore(x.EventHost(e), x.EventTime(e)); n != model.None {
			deeds = append(deeds, deed{e, n, image(x.Text(e, event.NewProcess))})
		}
	}
	x.addDeeds(deeds, "process of WMI", Low)
	x.wmiElsewhere()
}

// arrivedJustBefore returns the newest network logon of a user's account from
// elsewhere in the seconds before a time, or None.
func (x *scope) arrivedJustBefore(h model.HostID, t event.FileTime) model.SessionRow {
	all := x.Sessions(model.None, h)
	i, _ := slices.BinarySearchFunc(all, t+1, func(n model.SessionRow, t event.FileTime) int { return cmp.Compare(x.SessionStart(n), t) })
	for i--; i >= 0 && t.Sub(x.SessionStart(all[i])) <= wmiSpan; i-- {
		f := x.SessionFacts(all[i])
		if f.Type == 3 && f.Logon != model.None && x.Account(f.Account).Class == model.ClassUser {
			return all[i]
		}
	}
	return model.None
}

// wmiElsewhere looks for explicit credentials used for another computer's
// remote procedure calls, which WMI and DCOM begin with.
func (x *scope) wmiElsewhere() {
	calls := x.EventsWhere(x.events(event.ExplicitCredentials), event.TargetInfo, func(s string) bool { return strings.HasPrefix(strings.ToUpper(s), "RPCSS/") })
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
		}
		d.Why = fmt.Sprintf("Account %s on %s used other credentials for the remote procedure calls that WMI and DCOM begin with: %s.", x.called(&d), x.whence(k.from), listed(as))
		if n := x.days(all); n > 2 {
			d.Severity, d.Lowered = Info, fmt.Sprintf("the account did so on %d days", n)
		}
		x.add(d, all[0], "")
	}
}

// hiddenShares looks for the administrators' shares opened from elsewhere.
func (x *scope) hiddenShares() {
	opened := x.EventsWhere(x.events(event.ShareAccessed), event.ShareName, func(s string) bool {
		s = strings.ToUpper(s)
		return strings.HasSuffix(s, `\ADMIN$`) || len(s) > 3 && s[len(s)-1] == '$' && s[len(s)-3] == '\\'
	})
	keys, lists := x.grouped(opened, func(e model.EventRow) (group, bool) {
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
		if n := x.days(all); n > 2 {
			d.Severity, d.Lowered = Info, fmt.Sprintf("the account did so on %d days", n)
		}
		x.add(d, all[0], "")
	}
}
