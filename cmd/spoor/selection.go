package main

import (
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/export"
)

// selection is what --user, --host, --type, --since and --until ask for.
type selection struct {
	snapshot     *model.Snapshot
	accounts     map[model.AccountID]bool // nil: any
	hosts        map[model.HostID]bool
	names        []string // of hosts, as they were asked for
	types        []string
	since, until event.FileTime
	all          bool
}

func (o *options) selection(s *model.Snapshot) (*selection, error) {
	sel := &selection{snapshot: s, all: o.all}
	var err error
	if sel.since, sel.until, err = o.during(); err != nil {
		return nil, err
	}
	for _, t := range o.types {
		kind, err := sessionType(t)
		if err != nil {
			return nil, err
		}
		sel.types = append(sel.types, kind)
	}
	if len(o.users) > 0 {
		sel.accounts = map[model.AccountID]bool{}
		for _, a := range s.Accounts() {
			if matchesAny(o.users, accountNames(a)) {
				sel.accounts[a.ID] = true
			}
		}
	}
	if len(o.hosts) > 0 {
		sel.hosts, sel.names = map[model.HostID]bool{}, o.hosts
		for _, h := range s.Hosts() {
			if matchesAny(o.hosts, hostNames(h)) {
				sel.hosts[h.ID] = true
			}
		}
	}
	return sel, nil
}

// choosable refuses flags that nothing can match, before anything is read.
func (o *options) choosable() error {
	if _, _, err := o.during(); err != nil {
		return err
	}
	for _, t := range o.types {
		if _, err := sessionType(t); err != nil {
			return err
		}
	}
	return nil
}

// during reads --since and --until; 0 is none.
func (o *options) during() (since, until event.FileTime, err error) {
	zone, err := o.location()
	if err != nil {
		return 0, 0, err
	}
	if since, err = when("since", o.since, zone); err != nil {
		return 0, 0, err
	}
	if until, err = when("until", o.until, zone); err != nil {
		return 0, 0, err
	}
	if o.until != "" && until == 0 {
		return 0, 0, usage("--until %s is as early as times of Windows begin: nothing can match", o.until)
	}
	if since != 0 && until != 0 && until <= since {
		return 0, 0, usage("--until %s is not after --since %s: nothing can match", o.until, o.since)
	}
	return since, until, nil
}

// accountNames is everything that --user may call an account.
func accountNames(a model.Account) []string {
	return append([]string{a.Name, a.Display(), a.SID}, a.Spellings...)
}

// hostNames is everything that --host may call a computer.
func hostNames(h model.Host) []string {
	return append([]string{h.Name, h.Short()}, h.Spellings...)
}

// kindAliases are what the screens call kinds for short.
var kindAliases = map[string]model.SessionKind{
	"console": model.KindInteractive, "rdp": model.KindRemoteDesktop, "cleartext": model.KindNetworkCleartext,
}

// sessionTypes are the words that --type knows.
func sessionTypes() []string {
	out := slices.Sorted(maps.Keys(kindAliases))
	for k := model.KindUnknown; k <= model.KindUnlock; k++ {
		out = append(out, k.String())
	}
	return out
}

// sessionType reads one value of --type: a logon type's number or a kind.
func sessionType(s string) (string, error) {
	if n, err := strconv.ParseUint(s, 10, 32); err == nil {
		return strconv.FormatUint(n, 10), nil
	}
	if kind, ok := kindAliases[strings.ToLower(s)]; ok {
		return kind.String(), nil
	}
	var kinds []string
	for k := model.KindUnknown; k <= model.KindUnlock; k++ {
		if strings.EqualFold(s, k.String()) {
			return k.String(), nil
		}
		kinds = append(kinds, k.String())
	}
	return "", usage("unknown --type %q; use a logon type's number, or one of %s", s, strings.Join(kinds, ", "))
}

func matchesAny(patterns, names []string) bool {
	for _, p := range patterns {
		for _, n := range names {
			if matches(p, n) {
				return true
			}
		}
	}
	return false
}

// matches compares without regard to case; * and ? match as in a shell.
func matches(pattern, name string) bool {
	pattern, name = strings.ToLower(pattern), strings.ToLower(name)
	if pattern == name {
		return name != ""
	}
	if !strings.ContainsAny(pattern, "*?") {
		return false
	}
	// A backslash separates domain and name; it escapes nothing here.
	quoted := strings.NewReplacer(`\`, `\\`, `[`, `\[`).Replace(pattern)
	ok, err := path.Match(quoted, strings.ReplaceAll(name, "/", "\x00"))
	return err == nil && ok
}

func (sel *selection) account(id model.AccountID) bool {
	if sel.accounts != nil {
		return sel.accounts[id]
	}
	return sel.all || id == model.None || !sel.snapshot.Account(id).Boring
}

func (sel *selection) host(id model.HostID) bool { return sel.hosts == nil || sel.hosts[id] }

// absent returns the computers asked for of which no log is in the evidence.
func (sel *selection) absent() []model.AbsentHost {
	if sel.hosts == nil {
		return sel.snapshot.Absent()
	}
	var out []model.AbsentHost
	for _, a := range sel.snapshot.Absent() {
		if matchesAny(sel.names, []string{a.Name}) {
			out = append(out, a)
		}
	}
	return out
}

// during reports whether something that lasted from first to last touches the
// time asked for.
func (sel *selection) during(first, last event.FileTime) bool {
	return (sel.since == 0 || last >= sel.since) && (sel.until == 0 || first < sel.until)
}

func (sel *selection) session(s model.Session) bool {
	return sel.account(s.Account) && sel.host(s.Host) && sel.kind(s) && sel.during(s.Start, sessionLast(s)) && sel.snapshot.Told(s.Row)
}

// sat reports whether a session of an account on a host (None: any) matches.
// Without a flag about sessions the account and the host need have none.
func (sel *selection) sat(account model.AccountID, host model.HostID) bool {
	if len(sel.types) == 0 && (account == model.None || sel.hosts == nil) && (host == model.None || sel.accounts == nil) {
		return true
	}
	for _, row := range sel.snapshot.Sessions(account, host) {
		if sel.session(sel.snapshot.Session(row)) {
			return true
		}
	}
	return false
}

// covers reports whether a log is of a host and time that were asked for. What
// an account did not log is in no log: --user and --type choose none.
func (sel *selection) covers(c export.Coverage) bool {
	if c.Host == nil {
		return sel.hosts == nil
	}
	if sel.hosts == nil {
		return sel.during(c.First.FileTime, c.Last.FileTime)
	}
	for id := range sel.hosts {
		if sel.snapshot.Host(id).Name == *c.Host {
			return sel.during(c.First.FileTime, c.Last.FileTime)
		}
	}
	return false
}

// attempt reports whether a failure is of a type asked for. Only the computer
// that was logged on to says which it was.
func (sel *selection) attempt(f model.Failure) bool {
	return len(sel.types) == 0 || f.Protocol == "logon" && sel.kind(model.Session{
		Kind: model.KindOfLogon(f.LogonType), LogonType: f.LogonType, StartKnown: true,
	})
}

func (sel *selection) kind(s model.Session) bool {
	if len(sel.types) == 0 {
		return true
	}
	for _, t := range sel.types {
		if t == s.Kind.String() || s.StartKnown && t == strconv.FormatUint(uint64(s.LogonType), 10) {
			return true
		}
	}
	return false
}

// sessionLast is the latest time at which s may still have lived.
func sessionLast(s model.Session) event.FileTime {
	return max(s.End.Time, s.End.NotAfter, s.End.NotBefore, s.Start)
}

// sessions returns the sessions that match, oldest first.
func (sel *selection) sessions() []model.SessionRow {
	var out []model.SessionRow
	for _, row := range sel.snapshot.Sessions(model.None, model.None) {
		if sel.session(sel.snapshot.Session(row)) {
			out = append(out, row)
		}
	}
	return out
}
