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

// ofSession is a draft of one session.
func (x *scope) ofSession(s *model.Session) draft {
	d := draft{sessions: []model.SessionRow{s.Row}}
	d.Finding = Finding{
		Account: s.Account, Hosts: []model.HostID{s.Host}, Start: s.Start, End: s.Start, Records: []model.EventRow{s.Anchor},
		Source: model.Place{Host: s.Source.Host, Name: s.Source.Name, Address: s.Source.Address, Claimed: s.Source.Claimed, Certainty: s.Source.Certainty, Why: s.Source.Why},
	}
	if h := s.Source.Host; h != model.None && h != s.Host {
		d.Hosts = append(d.Hosts, h)
	}
	return d
}

// usedAfter is how long after a new-credentials logon what leaves its host is
// looked at.
const usedAfter = 30 * time.Minute

// otherCredentials looks for logons that keep the account here and use other
// credentials on the network (type 9 by seclogo): runas /netonly, and the way
// of passing a hash or a key.
func (x *scope) otherCredentials() {
	for _, n := range x.ofType(9) {
		s := x.SessionBrief(n)
		if !strings.EqualFold(s.Process, "seclogo") {
			continue
		}
		d := x.ofSession(&s)
		used := s.Outbound
		if used == "" {
			used = "an account that the record does not name"
		}
		next := x.leftFor(s.Host, s.Outbound, s.Start)
		d.Severity = Low
		d.Why = fmt.Sprintf("In a session of account %s on %s a logon was made that uses %s on the network (type 9, seclogo)", x.called(&d), x.Host(s.Host).Short(), used)
		if len(next) > 0 {
			d.Severity = Medium
			var at []string
			for _, m := range next[:min(len(next), MostListed)] {
				f := x.SessionFacts(m)
				d.sessions = append(d.sessions, m)
				d.Records = append(d.Records, f.Logon)
				d.End = max(d.End, f.Start)
				if name := x.Host(f.Host).Short() + " as " + x.Account(f.Account).Display(); !slices.Contains(at, name) {
					at = append(at, name)
				}
				if !slices.Contains(d.Hosts, f.Host) {
					d.Hosts = append(d.Hosts, f.Host)
				}
				if f.Account != d.Account && !slices.Contains(d.Accounts, f.Account) {
					d.Accounts = append(d.Accounts, f.Account)
				}
			}
			d.Why += fmt.Sprintf("; within %s there were logons from that host to %s", lasting(usedAfter), listed(at))
		} else {
			d.Lowered = "no logon from that host with other credentials is in the logs of the half hour after"
		}
		d.Why += "."
		x.add(d, s.Anchor, "")
	}
}

// leftFor returns the network logons that came from a host after a time, of an
// account that it had not come with in the hours before; of the account named,
// where it is.
func (x *scope) leftFor(h model.HostID, outbound string, t event.FileTime) []model.SessionRow {
	from := x.places().host(h)
	all := x.arrivals()[from]
	i, _ := slices.BinarySearchFunc(all, t, func(a arrival, t event.FileTime) int { return cmp.Compare(a.time, t) })
	var out []model.SessionRow
	for ; i < len(all) && all[i].time.Sub(t) <= usedAfter; i++ {
		a := x.Account(all[i].account)
		if a.Class == model.ClassMachine || a.Class == model.ClassBuiltin {
			continue
		}
		named := outbound != "" && (strings.EqualFold(a.Display(), outbound) || strings.EqualFold(a.Name, plain(outbound)))
		if named || outbound == "" && !x.habits().used(all[i].account, from, t) {
			out = append(out, all[i].session)
		}
	}
	return out
}

// plain is an account's name without its domain.
func plain(name string) string {
	if _, after, ok := strings.Cut(name, `\`); ok {
		return after
	}
	name, _, _ = strings.Cut(name, "@")
	return name
}

// arrival is a network or Remote Desktop logon that came from a place.
type arrival struct {
	time    event.FileTime
	account model.AccountID
	host    model.HostID
	session model.SessionRow
}

// arrivals returns them by the place that they came from, in order of time.
func (x *scope) arrivals() map[placeID][]arrival {
	if x.arrived != nil {
		return x.arrived
	}
	x.arrived = map[placeID][]arrival{}
	for i := range x.visits() {
		v := &x.visited[i]
		if (v.typ == 3 || v.typ == 10 || v.typ == 8) && v.from != 0 && x.places().all[v.from].Host != v.host {
			x.arrived[v.from] = append(x.arrived[v.from], arrival{v.start, v.account, v.host, v.row})
		}
	}
	return x.arrived
}

// runAs looks for logons that a program of one account made with the password
// of another one, on the same host.
func (x *scope) runAs() {
	type use struct {
		by, as model.AccountID
		host   model.HostID
	}
	uses := map[use][]model.EventRow{}
	var order []model.SessionRow
	by := map[model.SessionRow]model.AccountID{}
	add := func(n model.SessionRow, f *model.SessionFacts) {
		actor := x.SubjectAccount(f.Logon)
		c := x.Account(actor).Class
		if actor == model.None || actor == f.Account || c != model.ClassUser || x.Account(f.Account).Class != model.ClassUser {
			return
		}
		by[n] = actor
		order = append(order, n)
		k := use{actor, f.Account, f.Host}
		uses[k] = append(uses[k], f.Logon)
	}
	for _, n := range x.ofType(2) {
		f := x.SessionFacts(n)
		if strings.EqualFold(x.Text(f.Logon, event.LogonProcess), "seclogo") {
			add(n, &f)
		}
	}
	for i := range x.visits() {
		if v := &x.visited[i]; v.program && !proxies[image(x.Text(v.logon, event.Process))] {
			f := x.SessionFacts(v.row)
			add(v.row, &f)
		}
	}
	seen := map[use]bool{}
	for _, n := range order {
		s := x.SessionBrief(n)
		k := use{by[n], s.Account, s.Host}
		if seen[k] {
			continue
		}
		seen[k] = true
		d := x.ofSession(&s)
		d.Accounts, d.Severity = []model.AccountID{by[n]}, Low
		d.Why = fmt.Sprintf("On %s, %s of account %s logged account %s on with its password (type %d), %s.", x.Host(s.Host).Short(), programOr(s.ProcessName), x.Account(by[n]).Display(), x.called(&d), s.LogonType, times(len(uses[k])))
		x.routine(&d, x.days(uses[k]))
		x.add(d, s.Anchor, "")
	}
}

// proxies are the services that log their clients on: that a client has another
// name than the service is what they are for.
var proxies = map[string]bool{"sshd.exe": true, "sshd-session.exe": true, "w3wp.exe": true, "inetinfo.exe": true, "lsass.exe": true, "services.exe": true, "winlogon.exe": true}

// image is the name of a program's file, folded.
func image(path string) string {
	return strings.ToLower(path[strings.LastIndexAny(path, `\/`)+1:])
}

func programOr(path string) string {
	if path == "" {
		return "a program"
	}
	return "the program " + path[strings.LastIndexAny(path, `\/`)+1:]
}
