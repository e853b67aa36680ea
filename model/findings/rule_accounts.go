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

// powerful are the ends of the SIDs of groups whose members rule a domain or a
// computer (Microsoft, "Well-known SIDs").
var powerful = []string{"S-1-5-32-544", "S-1-5-32-548", "S-1-5-32-549", "S-1-5-32-551", "-512", "-518", "-519", "-520", "-516", "-521"}

func isPowerful(sid string) bool {
	return slices.ContainsFunc(powerful, func(end string) bool { return strings.HasSuffix(sid, end) })
}

// raised says what a change did to an account that makes its next use worth a
// look, and how much; "" if nothing.
func (x *scope) raised(c *model.Change) (what string, severity Severity, lowered string) {
	switch x.Event(c.Event).Kind {
	case event.AccountCreated:
		return "created", Low, "accounts are made for new staff"
	case event.AccountEnabled:
		return "enabled", Low, "accounts are enabled every day"
	case event.PasswordReset:
		return "given a new password", Low, "passwords are reset for those who forget them"
	case event.AccountUnlocked:
		return "unlocked", Info, "accounts are unlocked every day"
	case event.GlobalGroupAdded, event.LocalGroupAdded, event.UniversalGroupAdded:
		if isPowerful(x.Text(c.Event, event.TargetSID)) {
			return c.What, Medium, ""
		}
	}
	return "", Info, ""
}

// changedAndUsed looks for accounts that are used soon after they were made,
// reset, unlocked or raised.
func (x *scope) changedAndUsed() {
	within := x.span("fresh-hours")
	for i, a := range x.Accounts() {
		if x.over(i) {
			break
		}
		if a.Class != model.ClassUser {
			continue
		}
		story := x.Story(a.ID)
		for i := 0; i < len(story); i++ {
			if what, _, _ := x.raised(&story[i]); what == "" {
				continue
			}
			// What one account does to it at one go is one change.
			from, to := i, i+1
			for to < len(story) && story[to].Time.Sub(story[from].Time) <= within && story[to].By == story[from].By {
				to++
			}
			x.changeUsed(&a, story[from:to], within)
			i = to - 1
		}
	}
}

// changeUsed judges what one account did to another one at one go, by the
// gravest change after which the account was used.
func (x *scope) changeUsed(a *model.Account, changes []model.Change, within time.Duration) {
	gravest, worst, lowered := -1, Info, ""
	used := make([]model.SessionRow, len(changes))
	for i := range changes {
		what, severity, why := x.raised(&changes[i])
		if used[i] = model.None; what == "" {
			continue
		}
		if used[i] = x.firstUse(a.ID, changes[i].Time, within); used[i] != model.None && (gravest < 0 || severity > worst) {
			gravest, worst, lowered = i, severity, why
		}
	}
	if gravest < 0 {
		return
	}
	c := &changes[0]
	s := x.SessionBrief(used[gravest])
	var records []model.EventRow
	var was []string
	for i := range changes {
		if what, _, _ := x.raised(&changes[i]); what != "" && changes[i].Time <= s.Start {
			records = append(records, changes[i].Event)
			if !slices.Contains(was, what) {
				was = append(was, what)
			}
		}
	}
	d := x.ofSession(&s)
	d.Account, d.Start, d.Severity, d.Lowered = a.ID, c.Time, worst, lowered
	d.Records = append(records, s.Anchor)
	if !slices.Contains(d.Hosts, c.Host) {
		d.Hosts = append(d.Hosts, c.Host)
	}
	by := c.ByName
	if c.By != model.None {
		by = x.Account(c.By).Display()
		if c.By != a.ID {
			d.Accounts = []model.AccountID{c.By}
		}
	}
	if worst > Low && x.setup(a, c, &s) {
		d.Severity, d.Lowered = Low, "SYSTEM did it on a computer in a workgroup, in the way of the setup of Windows"
	}
	d.Why = fmt.Sprintf("Account %s was %s by account %s at %s, and logged on to %s %s later.", a.Display(), joined(was), by, c.Time, x.Host(s.Host).Short(), lasting(s.Start.Sub(c.Time)))
	x.add(d, c.Event, a.Display())
}

const (
	// firstAccount is the end of the SID of the first account that is made on a
	// computer (Microsoft, "Security identifiers": relative identifiers of users
	// begin with 1000).
	firstAccount = "-1000"
	// firstRecords is how many records a Security log has soon after a setup:
	// their numbers go on when it is cleared.
	firstRecords = 500
)

// setup reports whether a change to an account that was used next looks like the
// setup of Windows: SYSTEM makes the first accounts of a computer that is in no
// domain, while its own account still has the name that the setup came with; or
// the first logon is by the pages that follow the setup (OOBE); or it is the
// first account of the computer, and its log has just begun.
func (x *scope) setup(a *model.Account, c *model.Change, next *model.Session) bool {
	if !x.bySystem(c.Event) || !strings.EqualFold(x.Text(c.Event, event.SubjectDomain), "WORKGROUP") {
		return false
	}
	own, machine := strings.CutSuffix(x.Text(c.Event, event.SubjectName), "$")
	computer, _, _ := strings.Cut(x.Event(c.Event).Computer, ".")
	if machine && strings.HasPrefix(own, "WIN-") && !strings.EqualFold(own, computer) {
		return true
	}
	if strings.HasSuffix(a.SID, firstAccount) && x.Event(c.Event).RecordID <= firstRecords {
		return true
	}
	return strings.EqualFold(strings.TrimSpace(next.Process), "OOBE")
}

// firstUse returns the first logon of an account within some time after
// another, or None.
func (x *scope) firstUse(a model.AccountID, t event.FileTime, within time.Duration) model.SessionRow {
	all := x.Sessions(a, model.None)
	i, _ := slices.BinarySearchFunc(all, t, func(n model.SessionRow, t event.FileTime) int {
		if x.SessionStart(n) <= t {
			return -1
		}
		return 1
	})
	for ; i < len(all) && x.SessionStart(all[i]).Sub(t) <= within; i++ {
		if f := x.SessionFacts(all[i]); f.Logon != model.None {
			return all[i]
		}
	}
	return model.None
}

// barred is a time in which an account was disabled or deleted: from what says
// so first until it is enabled again, 0 if it never is.
type barred struct {
	by    *model.Change
	until event.FileTime

	alive []lived
}

// lived is a session of an account with records of when it was barred.
type lived struct {
	session  model.SessionRow
	from, to event.FileTime
}

// outlived looks for sessions of accounts that were disabled or deleted while
// they lived, and of which something is logged later.
func (x *scope) outlived() {
	for _, a := range x.Accounts() {
		if a.Class != model.ClassUser {
			continue
		}
		times := x.barredTimes(x.Story(a.ID))
		if len(times) == 0 {
			continue
		}
		x.fillBarred(a.ID, times)
		for i := range times {
			if t := &times[i]; len(t.alive) > 0 {
				x.addOutlived(&a, t)
			}
		}
	}
}

// barredTimes returns the times in which an account was barred, one after the
// other.
func (x *scope) barredTimes(story []model.Change) []barred {
	var out []barred
	open := false
	for i := range story {
		c := &story[i]
		switch k := x.Event(c.Event).Kind; {
		case k == event.AccountEnabled && open:
			out[len(out)-1].until, open = c.Time, false
		case (k == event.AccountDisabled || k == event.AccountDeleted) && !open:
			out, open = append(out, barred{by: c}), true
		}
	}
	return out
}

// fillBarred sorts the sessions of an account into the times in which it was
// barred: each belongs to the one that it began in, or else to the one that its
// last record is of.
func (x *scope) fillBarred(a model.AccountID, times []barred) {
	grace := x.span("disabled-minutes")
	at := func(t event.FileTime) *barred {
		i, _ := slices.BinarySearchFunc(times, t+1, func(b barred, t event.FileTime) int { return cmp.Compare(b.by.Time, t) })
		if i--; i >= 0 && (times[i].until == 0 || t < times[i].until) {
			return &times[i]
		}
		return nil
	}
	for i, n := range x.Sessions(a, model.None) {
		if x.over(i) {
			break
		}
		from, to := x.SessionSpan(n)
		if to < times[0].by.Time.Add(grace) {
			continue
		}
		end := x.SessionBrief(n).End
		seen := max(end.Time, end.NotBefore)
		b := at(from)
		if b == nil {
			b = at(seen)
		}
		if b != nil && seen >= b.by.Time.Add(grace) {
			b.alive = append(b.alive, lived{n, from, seen})
		}
	}
}

func (x *scope) addOutlived(a *model.Account, b *barred) {
	c := b.by
	var sessions []model.SessionRow
	records := []model.EventRow{c.Event}
	var names []string
	named := map[model.HostID]bool{}
	last, begun := c.Time, 0
	for _, l := range b.alive {
		sessions, last = append(sessions, l.session), max(last, l.to)
		if len(records) < MostListed {
			records = append(records, x.SessionBrief(l.session).Anchor)
		}
		if l.from > c.Time {
			begun++
		}
		if h := x.SessionHost(l.session); !named[h] {
			named[h] = true
			names = append(names, x.Host(h).Short())
		}
	}
	d := x.draftOf(records, 0)
	d.RecordCount = 1 + len(b.alive)
	d.sessions, d.Account, d.Start, d.End, d.Severity = sessions, a.ID, c.Time, last, Medium
	d.Why = fmt.Sprintf("Account %s was %s at %s; %s of it lived on, or began, after that, on %s; the last of it was logged at %s.", a.Display(), c.What, c.Time, counted(len(sessions), "session"), listed(names), last)
	if begun == 0 {
		d.Severity, d.Lowered = Low, "all of them had begun before: a session is not ended by disabling its account"
	}
	x.add(d, c.Event, "")
}

// specialGroups looks for logons of members of the groups that the domain's
// owner wants to hear of (4964).
func (x *scope) specialGroups() {
	keys, lists := x.grouped(x.events(event.SpecialGroups), func(e model.EventRow) (group, bool) {
		return group{account: x.TargetAccount(e), options: uint64(x.EventHost(e))}, true
	})
	for _, k := range keys {
		all := lists[k]
		d := x.draftOf(all, 0)
		d.Account, d.Severity = k.account, Low
		if k.account == model.None {
			d.AccountName = x.Text(all[0], event.TargetName)
		}
		d.sessions = known(x.TargetSessions(all))
		d.Why = fmt.Sprintf("Account %s, a member of a group that this domain marks as special, logged on to %s, %s.", x.called(&d), x.Host(model.HostID(k.options)).Short(), times(len(all)))
		x.routine(&d, x.days(all))
		x.add(d, all[0], "")
	}
}
