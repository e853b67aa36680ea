package findings_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/findings"
)

// fails logs 4625 for a wrong password that a program on the host tried in the
// session of an account.
func (h *host) fails(name, by, program string, typ uint32) *host {
	subject := h.subject(by, 0x777)
	if by == "" {
		subject = fields{event.SubjectSID: "S-1-5-18", event.SubjectName: h.name + "$", event.SubjectDomain: "LAB", event.SubjectLogon: event.LogonID(0x3e7)}
	}
	return h.log(event.LogonFailed, merge(subject, fields{event.TargetSID: "S-1-0-0", event.TargetName: name, event.TargetDomain: "LAB", event.LogonType: typ,
		event.Status: uint32(0xc000006d), event.SubStatus: uint32(0xc000006a), event.Workstation: h.name, event.Process: program, event.LogonProcess: "Advapi  "}))
}

func TestWhoTriesIsJudged(t *testing.T) {
	judge(t, []story{
		{name: "a program on the host", rule: "password-spray", want: findings.Medium, tell: func(l *lab) {
			h := l.host("WS01").at(1, "20:00:00")
			for _, n := range names(10) {
				h.after(time.Second).fails(n, "alice", `C:\Users\alice\tool.exe`, 2)
			}
		}, why: `On ws01, by the program tool.exe that account LAB\alice ran, 10 attempts with a wrong password on 10 accounts`},
		{name: "a program on the host, at one account", rule: "password-guessing", want: findings.Low, tell: func(l *lab) {
			h := l.host("WS01").at(1, "20:00:00")
			for range 4 {
				h.after(500*time.Millisecond).fails("boss", "alice", `C:\Users\alice\tool.exe`, 2)
			}
		}, why: `On ws01, by the program tool.exe that account LAB\alice ran, 4 attempts`, lowered: "are few"},
		{name: "clients of a service on the host", rule: "password-spray", want: findings.Medium, why: "From a source that no record names, 10 attempts", tell: func(l *lab) {
			h := l.host("WS01").at(1, "20:00:00")
			for _, n := range names(10) {
				h.after(time.Second).fails(n, "svc_ssh", `C:\Program Files\OpenSSH\sshd.exe`, 8)
			}
		}},
		{name: "a service with an old password, new in the logs", rule: "password-guessing", want: findings.Low, lowered: "an old one looks the same", tell: func(l *lab) {
			h := l.host("WS01").at(1, "20:00:00")
			for range 30 {
				h.after(10*time.Second).fails("svc_app", "", `C:\Windows\System32\services.exe`, 5)
			}
		}},
		{name: "the computer of such a service, as its domain controller sees it", rule: "password-guessing", want: findings.Low, lowered: "an old one looks the same", tell: func(l *lab) {
			l.host("WS01").at(0, "08:00:00").logon("svc_app", 5, fields{event.LogonProcess: "Advapi  ", event.Process: `C:\Windows\System32\services.exe`})
			h := dc(l).at(1, "19:00:00").tgt("WS01$", "10.0.0.50").at(1, "20:00:00")
			for range 30 {
				h.after(10*time.Second).refuses("svc_app", "10.0.0.50")
			}
		}},
	})
}

// TestAProgramOnTheHostHasInnocentCausesOfItsOwn: no gateway explains what a
// program tried at the desk.
func TestAProgramOnTheHostHasInnocentCausesOfItsOwn(t *testing.T) {
	l := newLab()
	h := l.host("WS01").at(1, "20:00:00")
	for _, n := range names(10) {
		h.after(time.Second).fails(n, "alice", `C:\Users\alice\tool.exe`, 2)
	}
	sprayed(dc(l).at(1, "20:00:00"), "10.0.0.66")
	rule, _ := findings.RuleByID("password-spray")
	for _, f := range of(find(l), "password-spray") {
		if local := f.Source.Host != model.None; local == (f.Innocent == rule.Innocent) || local && strings.Contains(f.Innocent, "gateway") || strings.Contains(f.Why, "Who tried") {
			t.Errorf("%s\ninnocent: %s", f.Why, f.Innocent)
		}
	}
}

// TestWhoWasOnlyTriedIsMarkedLightly: those who try, and those who are let in,
// stand out among the many that are refused.
func TestWhoWasOnlyTriedIsMarkedLightly(t *testing.T) {
	l := newLab()
	h := l.host("WS01").at(1, "20:00:00")
	for _, n := range names(10) {
		h.after(time.Second).fails(n, "alice", `C:\Users\alice\tool.exe`, 2)
	}
	d := sprayed(dc(l).at(2, "20:00:00"), "10.0.0.66")
	d.after(time.Minute).tgt("user03", "10.0.0.66")
	odd := fields{event.TicketOptions: uint32(0x10)}
	d.at(3, "20:00:00").refuses("user01", "10.0.0.67", odd).tgt("user02", "10.0.0.67", odd)
	s := l.snapshot()
	set := findings.Find(t.Context(), s, findings.Thresholds{})
	account := func(name string) model.AccountID {
		for _, a := range s.Accounts() {
			if a.Name == name {
				return a.ID
			}
		}
		t.Fatalf("no account %s", name)
		return model.None
	}
	host := func(name string) model.HostID {
		for _, h := range s.Hosts() {
			if strings.EqualFold(h.Short(), name) {
				return h.ID
			}
		}
		t.Fatalf("no host %s", name)
		return model.None
	}
	worst := func(rule string, a model.AccountID, h model.HostID) (out string) {
		list := set.OfHost(h)
		if a != model.None {
			list = set.OfAccount(a)
		}
		for _, n := range list {
			if f := &set.All[n]; f.Rule == rule {
				out = max(out, fmt.Sprint(f.Touching(a, h)))
			}
		}
		return out
	}
	none := model.AccountID(model.None)
	for _, c := range []struct {
		rule    string
		account model.AccountID
		host    model.HostID
		want    string
	}{
		{"password-spray", account("user05"), model.None, "info"},
		{"password-spray", account("user03"), model.None, "info"},
		{"guessed-right", account("user03"), model.None, "high"},
		{"guessed-right", account("user05"), model.None, ""},
		{"password-spray", account("alice"), model.None, "medium"},
		{"password-spray", account("user05"), host("ws01"), "info"},
		{"password-spray", account("alice"), host("ws01"), "medium"},
		{"password-spray", none, host("ws01"), "medium"},
		{"password-spray", none, host("dc01"), "info"},
		{"foreign-ticket-options", account("user01"), model.None, "info"},
		{"foreign-ticket-options", account("user02"), model.None, "low"},
	} {
		if got := worst(c.rule, c.account, c.host); got != c.want {
			t.Errorf("%s is %q for account %d on host %d, want %q", c.rule, got, c.account, c.host, c.want)
		}
	}
}

// local is the fields of an account that a host keeps itself.
func (h *host) local(name string, rid int) fields {
	return fields{event.TargetSID: fmt.Sprintf("S-1-5-21-1-2-3-%d", rid), event.TargetName: name, event.TargetDomain: h.name}
}

// TestNoDomainControllerIsAskedOfAHostsOwnAccount: it knows nothing of them.
func TestNoDomainControllerIsAskedOfAHostsOwnAccount(t *testing.T) {
	guessed := func(day int) *lab {
		l := newLab()
		h := l.host("KIOSK")
		h.at(day, "05:00:00")
		for range 30 {
			h.after(5*time.Second).log(event.LogonFailed, merge(fields{event.TargetSID: "S-1-0-0", event.TargetName: "clerk", event.TargetDomain: "KIOSK", event.LogonType: uint32(3), event.Status: uint32(0xc000006d),
				event.SubStatus: uint32(0xc000006a), event.IPAddress: "10.0.0.66"}))
		}
		h.after(time.Minute).logon("clerk", 10, h.local("clerk", 1001), fields{event.LogonProcess: "User32 ", event.Process: `C:\Windows\System32\winlogon.exe`, event.IPAddress: "10.0.0.66"})
		return l
	}
	for day, want := range map[int]findings.Severity{0: findings.Medium, 1: findings.High} {
		got := of(find(guessed(day)), "guessed-right")
		if len(got) != 1 || got[0].Severity != want {
			t.Fatalf("day %d: %+v, want one, %s", day, got, want)
		}
		f := got[0]
		if text := fmt.Sprint(f.Lowered, f.Needed); strings.Contains(text, "domain controller") || !strings.Contains(text, "host that keeps the account") {
			t.Errorf("day %d: %s", day, text)
		}
		if want == findings.Medium && !strings.Contains(f.Lowered, "the Security log of kiosk begins at") {
			t.Errorf("lowered: %s", f.Lowered)
		}
	}
}

// TestOfAComputerInNoDomainItIsSaidThatNoneIsNamed: that no domain controller's
// log is there then is no gap in the evidence.
func TestOfAComputerInNoDomainItIsSaidThatNoneIsNamed(t *testing.T) {
	why := func(domain bool) string {
		l := newLab()
		h := l.host("KIOSK")
		if !domain {
			h.records = nil
		}
		h.at(0, "05:00:00").logon("clerk", 2, h.local("clerk", 1001), fields{event.SubjectDomain: "WORKGROUP"})
		for _, u := range findings.NotJudged(l.snapshot()) {
			if u.Need == "dc-service-tickets" {
				return u.Why
			}
		}
		return ""
	}
	const none = "the evidence holds no log of a domain controller"
	if got := why(true); got != none {
		t.Errorf("of a computer of a domain: %q", got)
	}
	if got := why(false); got != none+", and names no domain" {
		t.Errorf("of a computer of none: %q", got)
	}
}
