package findings_test

import (
	"testing"
	"time"

	"spoor/model/event"
	"spoor/model/findings"
)

// does logs that an account did something to another one.
func (h *host) does(k event.Kind, by, to string, more ...fields) *host {
	return h.log(k, merge(append([]fields{h.subject(by, 0x888), {event.TargetSID: h.lab.sid(to), event.TargetName: to, event.TargetDomain: "LAB"}}, more...)...))
}

// raises logs 4728: an account becomes a member of the domain's administrators.
func (h *host) raises(by, member string) *host {
	return h.log(event.GlobalGroupAdded, merge(h.subject(by, 0x888), fields{event.MemberSID: h.lab.sid(member), event.MemberName: "CN=" + member, event.TargetSID: labSID + "-512", event.TargetName: "Domain Admins", event.TargetDomain: "LAB"}))
}

func TestChangesOfAccountsAreJudged(t *testing.T) {
	judge(t, []story{
		{name: "made an administrator", rule: "changed-then-used", want: findings.Medium, why: "Domain Admins", tell: func(l *lab) {
			dc(l).at(1, "10:00:00").raises("boss", "alice")
			l.host("FS01").at(1, "11:00:00").remote("alice", "10.0.0.66")
		}},
		{name: "made, then made an administrator", rule: "changed-then-used", want: findings.Medium, why: "created and added to group", tell: func(l *lab) {
			dc(l).at(1, "10:00:00").does(event.AccountCreated, "boss", "alice").after(time.Minute).raises("boss", "alice")
			l.host("FS01").at(1, "11:00:00").remote("alice", "10.0.0.66")
		}},
		{name: "used between, and made an administrator after", rule: "changed-then-used", want: findings.Low, why: "was created by account", tell: func(l *lab) {
			h := dc(l).at(1, "10:00:00").does(event.AccountCreated, "boss", "alice")
			l.host("FS01").at(1, "10:30:00").remote("alice", "10.0.0.66")
			h.at(1, "11:00:00").raises("boss", "alice")
		}},
		{name: "made, for somebody new", rule: "changed-then-used", want: findings.Low, lowered: "new staff", tell: func(l *lab) {
			dc(l).at(1, "10:00:00").does(event.AccountCreated, "boss", "alice")
			l.host("WS01").at(1, "11:00:00").desktop("alice")
		}},
		{name: "unlocked", rule: "changed-then-used", want: findings.Info, lowered: "every day", tell: func(l *lab) {
			dc(l).at(1, "10:00:00").does(event.AccountUnlocked, "boss", "alice")
			l.host("WS01").at(1, "11:00:00").desktop("alice")
		}},
		{name: "not used", rule: "changed-then-used", want: nothing, tell: func(l *lab) {
			dc(l).at(1, "10:00:00").does(event.AccountCreated, "boss", "alice")
			l.host("WS01").at(4, "11:00:00").desktop("alice")
		}},
		{name: "a new logon", rule: "alive-after-disabled", want: findings.Medium, why: "1 session of it lived on, or began", tell: func(l *lab) {
			ws := l.host("WS01")
			ws.at(1, "08:00:00").ends("alice", ws.desktop("alice"), 2)
			dc(l).at(1, "10:00:00").does(event.AccountDisabled, "boss", "alice")
			ws.at(1, "12:00:00").desktop("alice")
		}},
		{name: "an old one", rule: "alive-after-disabled", want: findings.Low, lowered: "had begun before", tell: func(l *lab) {
			ws := l.host("WS01").at(1, "08:00:00")
			id := ws.desktop("alice")
			dc(l).at(1, "10:00:00").does(event.AccountDisabled, "boss", "alice")
			ws.at(1, "16:00:00").ends("alice", id, 2)
		}},
		{name: "enabled again", rule: "alive-after-disabled", want: nothing, tell: func(l *lab) {
			dc(l).at(1, "10:00:00").does(event.AccountDisabled, "boss", "alice").after(time.Hour).does(event.AccountEnabled, "boss", "alice")
			l.host("WS01").at(1, "12:00:00").desktop("alice")
		}},
		{name: "gone by then", rule: "alive-after-disabled", want: nothing, tell: func(l *lab) {
			ws := l.host("WS01").at(1, "08:00:00")
			ws.after(time.Hour).ends("alice", ws.desktop("alice"), 2)
			dc(l).at(1, "10:00:00").does(event.AccountDisabled, "boss", "alice")
		}},
		{name: "a member", rule: "special-group", want: findings.Low, why: "marks as special", tell: func(l *lab) {
			h := l.host("FS01").at(1, "10:00:00")
			h.log(event.SpecialGroups, merge(h.target("boss", h.remote("boss", "10.0.0.66")), fields{event.Groups: "%{" + labSID + "-512}"}))
		}},
		{name: "a member, every day", rule: "special-group", want: findings.Info, lowered: "on 3 days", tell: func(l *lab) {
			h := l.host("FS01")
			for _, day := range everyDay {
				h.at(day, "10:00:00").log(event.SpecialGroups, merge(h.target("boss", h.remote("boss", "10.0.0.66")), fields{event.Groups: "%{" + labSID + "-512}"}))
			}
		}},
	})
}

func TestLogsAreJudged(t *testing.T) {
	sets := func(h *host, by string, d time.Duration) {
		now := h.now
		subject := h.subject(by, 0x777)
		if by == "" {
			subject = fields{event.SubjectSID: "S-1-5-19", event.SubjectName: "LOCAL SERVICE", event.SubjectDomain: "NT AUTHORITY", event.SubjectLogon: event.LogonID(0x3e5)}
		}
		h.now = now.Add(d)
		h.log(event.ClockChanged, merge(subject, fields{event.PreviousTime: now, event.NewTime: h.now, event.Process: `C:\Windows\System32\svchost.exe`}))
	}
	judge(t, []story{
		{name: "Security", rule: "log-cleared", want: findings.High, why: `by account LAB\boss`, tell: func(l *lab) {
			h := l.host("FS01").at(1, "10:00:00")
			h.log(event.SecurityLogCleared, h.subject("boss", 0x777))
		}},
		{name: "System", rule: "log-cleared", want: findings.Medium, lowered: "not the Security log", tell: func(l *lab) {
			l.host("FS01").at(1, "09:00:00").network("boss", "10.0.0.50", "Kerberos")
			l.hosts[0].at(1, "10:00:00").log(event.LogCleared, fields{event.SubjectName: "boss", event.SubjectDomain: "LAB", event.Text1: "System"})
		}},
		{name: "one hole", rule: "records-missing", want: findings.Low, why: "lacks 50 records, in 1 gap", tell: func(l *lab) { l.host("FS01").at(1, "10:00:00").skip(50).desktop("alice") }},
		{name: "an export by a filter", rule: "records-missing", want: findings.Info, lowered: "by a filter", tell: func(l *lab) {
			h := l.host("FS01").at(1, "10:00:00")
			for range 10 {
				h.after(time.Minute).skip(5).desktop("alice")
			}
		}},
		{name: "a whole log", rule: "records-missing", want: nothing, tell: func(l *lab) { l.host("FS01").at(1, "10:00:00").desktop("alice") }},
		{name: "by a user", rule: "clock-set", want: findings.Medium, why: "back by 3 hours", tell: func(l *lab) { sets(l.host("FS01").at(1, "10:00:00"), "boss", -3*time.Hour) }},
		{name: "by a service", rule: "clock-set", want: findings.Low, lowered: "virtual machine", tell: func(l *lab) { sets(l.host("FS01").at(1, "10:00:00"), "", -3*time.Hour) }},
		{name: "forward, by a service", rule: "clock-set", want: nothing, tell: func(l *lab) { sets(l.host("FS01").at(1, "10:00:00"), "", 3*time.Hour) }},
		{name: "by a second", rule: "clock-set", want: nothing, tell: func(l *lab) { sets(l.host("FS01").at(1, "10:00:00"), "", -time.Second) }},
	})
}
