package tui

import (
	"context"
	"slices"
	"strings"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/findings"
)

// foundInDemo is what the screens show of the practice domain: findings of
// every kind, made up of what is in its logs, so that no rule can change what
// the screens are held to.
func foundInDemo(_ context.Context, snap *model.Snapshot) *findings.Set {
	if len(snap.Clears()) == 0 {
		return findings.NewSet(nil, findings.Thresholds{})
	}
	return findings.NewSet([]findings.Finding{clearedInDemo(snap), sprayInDemo(snap), sourceInDemo(snap), machineInDemo(snap)}, findings.Thresholds{})
}

func covered(need, title, why string, covered model.Tri) findings.Needed {
	return findings.Needed{Need: need, Title: title, Covered: covered, Why: why}
}

func clearedInDemo(snap *model.Snapshot) findings.Finding {
	c := snap.Clears()[0]
	f := findings.Finding{
		ID: "c1ea40000000000a", Rule: "log-cleared", Title: "A log was cleared", Severity: findings.High,
		Account: model.None, AccountName: c.By, Hosts: []model.HostID{c.Host}, Source: model.Place{Host: model.None},
		Start: c.Time, End: c.Time, Records: []model.EventRow{c.Event}, RecordCount: 1,
		Why: "The " + c.Channel + " log of " + snap.Host(c.Host).Short() + " was cleared by account " + c.By + ": what it held before is gone from it.",
	}
	if sessions := snap.EventSessions(c.Event); len(sessions) > 0 {
		f.Sessions, f.SessionCount, f.Account = sessions[:1], 1, snap.SessionAccount(sessions[0])
	}
	return f
}

const visitor = "10.20.99.77"

func sprayInDemo(snap *model.Snapshot) findings.Finding {
	f := findings.Finding{
		ID: "5b4a40000000000b", Rule: "password-spray", Title: "One source, many accounts, wrong passwords", Severity: findings.Low,
		Account: model.None, Source: model.Place{Host: model.None, Address: visitor},
		Lowered: "the log begins 4 days before, not 7 days",
		Needed: []findings.Needed{
			covered("dc-logs", "the Security logs of all domain controllers that the evidence names, at that time", "those of dc01, dc02 hold it", model.Yes),
			covered("history", "the history-days before in the log that the finding is of", "the log begins 4 days before, not 7 days", model.No),
		},
	}
	for i, x := range snap.Failures() {
		if x.Source.Address != visitor || !strings.Contains(x.Reason, "password") {
			continue
		}
		if f.Start == 0 {
			f.Start = x.Time
		}
		f.End = x.Time
		f.Failures, f.Records = append(f.Failures, i), append(f.Records, x.Event)
		if x.Account != model.None && !slices.Contains(f.Accounts, x.Account) {
			f.Accounts = append(f.Accounts, x.Account)
		}
		if x.LoggedOn != model.None && !slices.Contains(f.Hosts, x.LoggedOn) {
			f.Hosts = append(f.Hosts, x.LoggedOn)
		}
	}
	f.FailureCount, f.RecordCount = len(f.Failures), 240 // as if it had gone on
	f.Why = "From " + visitor + ", " + thousands(f.FailureCount) + " attempts with a wrong password on " + thousands(len(f.Accounts)) + " accounts."
	return f
}

// sourceInDemo is by a rule that is in no table.
func sourceInDemo(snap *model.Snapshot) findings.Finding {
	f := findings.Finding{
		ID: "50c4c0000000000c", Rule: "unheard-of", Title: "A place that an account never came from before", Severity: findings.Medium,
		Account: model.None, Source: model.Place{Host: model.None, Address: visitor},
		Needed: []findings.Needed{covered("host-logons", "a host that audits Logon", "", model.Unknown)},
	}
	for _, row := range snap.Sessions(model.None, model.None) {
		s := snap.SessionBrief(row)
		if s.Source.Address != visitor {
			continue
		}
		if f.Start == 0 {
			f.Start, f.Account, f.AccountName = s.Start, s.Account, snap.Account(s.Account).Display()
		}
		f.End = max(f.End, s.Start)
		f.Sessions = append(f.Sessions, row)
		if !slices.Contains(f.Hosts, s.Host) {
			f.Hosts = append(f.Hosts, s.Host)
		}
		if e := snap.Logon(s.Logons[0]).Anchor; e != model.None {
			f.Records = append(f.Records, e)
		}
	}
	f.SessionCount, f.RecordCount = len(f.Sessions), len(f.Records)
	f.Why = "Account " + f.AccountName + " came from " + visitor + " " + thousands(f.SessionCount) + " times, and never before."
	return f
}

// machineInDemo is about an account that lists hide.
func machineInDemo(snap *model.Snapshot) findings.Finding {
	f := findings.Finding{ID: "3ac41e000000000d", Rule: "unheard-of", Title: "A machine at work", Severity: findings.Info, Account: model.None, Source: model.Place{Host: model.None}}
	for _, a := range snap.Accounts() {
		if a.Boring && len(a.Hosts) > 0 && a.Sessions > 0 && a.Sessions < 20 {
			f.Account, f.AccountName, f.Hosts, f.Start, f.End = a.ID, a.Display(), a.Hosts[:1], a.First, a.Last
			f.Why = "Account " + a.Display() + " logged on."
			break
		}
	}
	return f
}

// hostileFinding says what somebody wrote who wants the terminal.
func hostileFinding(_ context.Context, snap *model.Snapshot) *findings.Set {
	const evil = "\x1b[2J\x1b]0;owned\a\u202egpj\u009b31m\r\n"
	all := []findings.Finding{{ID: "0bad0bad0bad0bad", Rule: evil, Title: "A name " + evil, Severity: findings.High, Account: model.None, AccountName: evil,
		Source: model.Place{Host: model.None, Address: evil, Name: evil}, Start: 1, End: event.FileTime(1 << 63), Why: evil, Lowered: evil,
		Needed: []findings.Needed{covered(evil, evil, evil, model.No)}}}
	if n := snap.EventCount(); n > 0 {
		all[0].Records, all[0].RecordCount = []model.EventRow{0}, 3
	}
	all[0].Sessions = snap.Sessions(model.None, model.None)
	for i := range snap.Failures() {
		all[0].Failures = append(all[0].Failures, i)
	}
	for _, h := range snap.Hosts() {
		all[0].Hosts = append(all[0].Hosts, h.ID)
	}
	for _, a := range snap.Accounts() {
		all[0].Accounts = append(all[0].Accounts, a.ID)
	}
	return findings.NewSet(all, findings.Thresholds{})
}

// gravest are those that the rules find of high severity.
func gravest(ctx context.Context, snap *model.Snapshot) *findings.Set {
	set := findings.Find(ctx, snap, findings.Thresholds{})
	high := slices.DeleteFunc(slices.Clone(set.All), func(f findings.Finding) bool { return f.Severity < findings.High })
	return findings.NewSet(high, set.Thresholds)
}
