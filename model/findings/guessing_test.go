package findings_test

import (
	"fmt"
	"testing"
	"time"

	"spoor/model/event"
	"spoor/model/findings"
)

// dc is a domain controller whose log holds the day before day 1 too.
func dc(l *lab) *host {
	h := l.host("DC01")
	return h.at(0, "01:00:00").tgt("keeper", "10.0.0.9")
}

func names(n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("user%02d", i))
	}
	return out
}

// sprayed is one wrong password for each of ten accounts within a minute.
func sprayed(h *host, address string) *host {
	for _, n := range names(10) {
		h.after(6*time.Second).refuses(n, address)
	}
	return h
}

func TestGuessingIsJudged(t *testing.T) {
	judge(t, []story{
		{name: "ten accounts from one place", rule: "password-spray", want: findings.Medium, why: "10 attempts with a wrong password on 10 accounts", tell: func(l *lab) {
			sprayed(dc(l).at(1, "20:00:00"), "10.0.0.66")
		}},
		{name: "by NTLM, of which a client's own name is all that is known", rule: "password-spray", want: findings.Medium, why: "From a client that calls itself ws01", tell: func(l *lab) {
			l.host("WS01")
			h := dc(l).at(1, "20:00:00")
			for _, n := range names(10) {
				h.after(time.Second).ntlm(n, "WS01", 0xc000006a)
			}
		}},
		{name: "an office behind one address", rule: "password-spray", want: findings.Low, why: "10 accounts had logged on from there before", lowered: "shared source", tell: func(l *lab) {
			h := dc(l)
			for _, n := range names(10) {
				h.after(time.Minute).tgt(n, "10.0.0.66")
			}
			sprayed(h.at(1, "09:00:00"), "10.0.0.66")
		}},
		{name: "five accounts", rule: "password-spray", want: nothing, tell: func(l *lab) {
			h := dc(l).at(1, "20:00:00")
			for _, n := range names(5) {
				h.after(time.Second).refuses(n, "10.0.0.66")
			}
		}},
		{name: "thirty tries in five minutes", rule: "password-guessing", want: findings.Medium, why: "30 attempts with a wrong password for account", tell: func(l *lab) {
			h := dc(l).at(1, "20:00:00")
			for range 30 {
				h.after(10*time.Second).refuses("user00", "10.0.0.66")
			}
		}},
		{name: "a drive with the old password", rule: "password-guessing", want: findings.Low, lowered: "a stored old password looks the same", tell: func(l *lab) {
			h := dc(l).tgt("user00", "10.0.0.66").at(1, "20:00:00")
			for range 30 {
				h.after(10*time.Second).refuses("user00", "10.0.0.66")
			}
		}},
		{name: "four at once", rule: "password-guessing", want: findings.Low, lowered: "are few", tell: func(l *lab) {
			h := dc(l).at(1, "20:00:00")
			for range 4 {
				h.after(500*time.Millisecond).refuses("user00", "10.0.0.66")
			}
		}},
		{name: "thirty tries on each of ten accounts", rule: "password-guessing", want: findings.Medium, why: "300 attempts with a wrong password for 10 accounts within", tell: func(l *lab) {
			h := dc(l).at(1, "20:00:00")
			for range 30 {
				for _, n := range names(10) {
					h.after(time.Second).refuses(n, "10.0.0.66")
				}
			}
		}},
		{name: "thirty tries on each of ten accounts, of which most come from there", rule: "password-guessing", want: findings.Low, lowered: "of 5 of the accounts: the account had logged on from there before", tell: func(l *lab) {
			h := dc(l)
			for _, n := range names(5) {
				h.after(time.Minute).tgt(n, "10.0.0.66")
			}
			h.at(1, "20:00:00")
			for range 30 {
				for _, n := range names(10) {
					h.after(time.Second).refuses(n, "10.0.0.66")
				}
			}
		}},
		{name: "somebody mistypes", rule: "password-guessing", want: nothing, tell: func(l *lab) {
			h := dc(l).at(1, "20:00:00")
			for range 5 {
				h.after(7*time.Second).refuses("user00", "10.0.0.66")
			}
		}},
		{name: "eight names", rule: "account-enumeration", want: findings.Medium, why: "8 names that no account has", tell: func(l *lab) {
			h := dc(l).at(1, "20:00:00")
			for _, n := range names(8) {
				h.after(time.Second).unknown(n, "10.0.0.66")
			}
		}},
		{name: "one name that left, again and again", rule: "account-enumeration", want: nothing, tell: func(l *lab) {
			h := dc(l).at(1, "20:00:00")
			for range 50 {
				h.after(time.Second).unknown("gone", "10.0.0.66")
			}
		}},
		{name: "at a gateway", rule: "account-enumeration", want: findings.Low, lowered: "shared source", tell: func(l *lab) {
			h := dc(l)
			for _, n := range names(6) {
				h.after(time.Minute).tgt(n, "10.0.0.66")
			}
			for i := range 8 {
				h.at(1, "20:00:00").after(time.Duration(i)*time.Second).unknown(fmt.Sprint("nobody", i), "10.0.0.66")
			}
		}},
	})
}

func TestSuccessAfterGuessingIsJudged(t *testing.T) {
	judge(t, []story{
		{name: "one of those tried", rule: "guessed-right", want: findings.High, why: "had never come from 10.0.0.66", tell: func(l *lab) {
			sprayed(dc(l).at(1, "20:00:00"), "10.0.0.66").after(time.Minute).tgt("user03", "10.0.0.66")
		}},
		{name: "amid a second spray, hours after the first", rule: "guessed-right", want: findings.High, why: "20 refused attempts from there on 10 names", tell: func(l *lab) {
			h := sprayed(dc(l).at(1, "18:00:00"), "10.0.0.66").at(1, "20:00:00")
			for i, n := range names(10) {
				if h.after(6*time.Second).refuses(n, "10.0.0.66"); i == 4 {
					h.after(time.Second).tgt("user03", "10.0.0.66")
				}
			}
		}},
		{name: "two days later", rule: "back-after-guessing", want: findings.Medium, why: "came from 10.0.0.66 to fs01, 2 days after 10 refused attempts from there on 10 names: it is among those refused", tell: func(l *lab) {
			sprayed(dc(l).at(1, "20:00:00"), "10.0.0.66")
			l.host("FS01").at(3, "21:00:00").remote("user03", "10.0.0.66")
		}},
		{name: "two days later, an account that was not tried", rule: "back-after-guessing", want: findings.Low, lowered: "nothing but the source", tell: func(l *lab) {
			sprayed(dc(l).at(1, "20:00:00"), "10.0.0.66")
			l.host("FS01").at(3, "21:00:00").remote("other", "10.0.0.66")
		}},
		{name: "two days later, from the account's own place", rule: "back-after-guessing", want: nothing, tell: func(l *lab) {
			sprayed(dc(l).tgt("user03", "10.0.0.66").at(1, "20:00:00"), "10.0.0.66")
			l.host("FS01").at(3, "21:00:00").remote("user03", "10.0.0.66")
		}},
		{name: "two days later, back to a session", rule: "back-after-guessing", want: findings.Medium, why: "it is among those refused", tell: func(l *lab) {
			fs := l.host("FS01").at(1, "08:00:00")
			id := fs.remote("user03", "10.0.0.8")
			sprayed(dc(l).at(1, "20:00:00"), "10.0.0.66")
			fs.at(3, "21:00:00").log(event.SessionReconnected, fields{event.TargetName: "user03", event.TargetDomain: "LAB", event.TargetLogon: id, event.SessionName: "RDP-Tcp#8", event.ClientName: "PC", event.ClientAddress: "10.0.0.66"})
		}},
		{name: "two weeks later an address may be another's", rule: "back-after-guessing", want: nothing, tell: func(l *lab) {
			sprayed(dc(l).at(1, "20:00:00"), "10.0.0.66")
			l.host("FS01").at(15, "21:00:00").remote("user03", "10.0.0.66")
		}},
		{name: "beside the log of another domain's controller, which knows nothing of it", rule: "guessed-right", want: findings.High, tell: func(l *lab) {
			l.foreign("DC90")
			sprayed(dc(l).at(1, "20:00:00"), "10.0.0.66").after(time.Minute).tgt("user03", "10.0.0.66")
		}},
		{name: "beside another controller of the domain, whose log ends before", rule: "guessed-right", want: findings.Medium, lowered: "the Security log of dc02 ends at", tell: func(l *lab) {
			l.host("DC02").at(0, "08:00:00").tgt("keeper", "10.0.0.9")
			sprayed(dc(l).at(1, "20:00:00"), "10.0.0.66").after(time.Minute).tgt("user03", "10.0.0.66")
		}},
		{name: "by NTLM, of which a client's own name is all that is known", rule: "guessed-right", want: findings.Medium, why: "a client that calls itself ws01", lowered: "anybody can write", tell: func(l *lab) {
			l.host("WS01")
			h := dc(l).at(1, "20:00:00")
			for _, n := range names(10) {
				h.after(time.Second).ntlm(n, "WS01", 0xc000006a)
			}
			h.after(time.Minute).ntlm("user03", "WS01", 0)
		}},
		{name: "right at the first try", rule: "guessed-right", want: findings.High, why: `LAB\lucky`, tell: func(l *lab) {
			h := dc(l).at(1, "20:00:00")
			tool := fields{event.TicketOptions: uint32(0x50800000)}
			for i, n := range names(10) {
				if h.after(6*time.Second).refuses(n, "10.0.0.66", tool); i == 4 {
					h.after(time.Second).tgt("lucky", "10.0.0.66", tool)
				}
			}
		}},
		{name: "somebody else comes in meanwhile", rule: "guessed-right", want: findings.Medium, lowered: "not among those refused", tell: func(l *lab) {
			h := dc(l).at(1, "20:00:00")
			for i, n := range names(10) {
				if h.after(6*time.Second).refuses(n, "10.0.0.66"); i == 4 {
					h.after(time.Second).tgt("other", "10.0.0.66")
				}
			}
		}},
		{name: "by another program meanwhile", rule: "guessed-right", want: nothing, tell: func(l *lab) {
			h := dc(l).at(1, "20:00:00")
			for i, n := range names(10) {
				if h.after(6*time.Second).refuses(n, "10.0.0.66", fields{event.TicketOptions: uint32(0x50800000)}); i == 4 {
					h.after(time.Second).tgt("other", "10.0.0.66")
				}
			}
		}},
		{name: "a program that tries four times, at a new computer", rule: "guessed-right", want: findings.Medium, lowered: "were few", tell: func(l *lab) {
			h := dc(l).at(1, "20:00:00")
			for range 4 {
				h.after(500*time.Millisecond).refuses("user00", "10.0.0.66")
			}
			h.after(time.Minute).tgt("user00", "10.0.0.66")
		}},
		{name: "without pre-authentication no password was proved", rule: "guessed-right", want: nothing, tell: func(l *lab) {
			sprayed(dc(l).at(1, "20:00:00"), "10.0.0.66").after(time.Minute).tgt("user03", "10.0.0.66", fields{event.PreAuthType: "0"})
		}},
		{name: "from the account's own place", rule: "guessed-right", want: nothing, tell: func(l *lab) {
			h := dc(l).tgt("user03", "10.0.0.66")
			sprayed(h.at(1, "20:00:00"), "10.0.0.66").after(time.Minute).tgt("user03", "10.0.0.66")
		}},
		{name: "at a shared place", rule: "guessed-right", want: findings.Medium, lowered: "shared source", tell: func(l *lab) {
			h := dc(l)
			for i := range 6 {
				h.after(time.Minute).tgt(fmt.Sprint("other", i), "10.0.0.66")
			}
			sprayed(h.at(1, "20:00:00"), "10.0.0.66").after(time.Minute).tgt("user03", "10.0.0.66")
		}},
		{name: "the one who tried", rule: "guessed-right", want: nothing, tell: func(l *lab) {
			h, ws := dc(l), l.host("WS01").at(1, "20:00:00")
			for _, n := range names(10) {
				ws.after(time.Second).log(event.LogonFailed, merge(ws.subject("user03", 0x777), fields{event.TargetSID: "S-1-0-0", event.TargetName: n, event.TargetDomain: "LAB", event.LogonType: uint32(2),
					event.Status: uint32(0xc000006d), event.SubStatus: uint32(0xc000006a), event.Workstation: "WS01"}))
			}
			ws.after(time.Minute).desktop("user03")
			h.at(1, "23:00:00").tgt("keeper", "10.0.0.9")
		}},
		{name: "long after", rule: "guessed-right", want: nothing, tell: func(l *lab) {
			sprayed(dc(l).at(1, "20:00:00"), "10.0.0.66").at(2, "20:00:00").tgt("user03", "10.0.0.66")
		}},
		{name: "with less than ten hours of log before", rule: "guessed-right", want: findings.Medium, lowered: "begins at", tell: func(l *lab) {
			h := l.host("DC01").at(0, "01:00:00").tgt("keeper", "10.0.0.9")
			sprayed(h.at(0, "05:00:00"), "10.0.0.66").after(time.Minute).tgt("user03", "10.0.0.66")
		}},
		{name: "a desktop meanwhile", rule: "logon-while-refused", want: findings.Low, why: "logged on at ws01 while", tell: func(l *lab) {
			h, ws := dc(l).at(1, "20:00:00"), l.host("WS01")
			for range 6 {
				h.after(time.Minute).refuses("user00", "10.0.0.66")
			}
			ws.at(1, "20:03:30").desktop("user00")
		}},
		{name: "a phone with the old password", rule: "logon-while-refused", want: findings.Info, lowered: "stored old password", tell: func(l *lab) {
			h, ws := dc(l).tgt("user00", "10.0.0.66").at(1, "20:00:00"), l.host("WS01")
			for range 6 {
				h.after(time.Minute).refuses("user00", "10.0.0.66")
			}
			ws.at(1, "20:03:30").desktop("user00")
		}},
	})
}

func TestMillionsOfFailuresFromOnePlaceAreOneFinding(t *testing.T) {
	l := newLab()
	h := dc(l).at(1, "20:00:00")
	const tries = 20_000
	for range tries {
		h.after(100*time.Millisecond).refuses("user00", "10.0.0.66")
	}
	set := find(l)
	got := of(set, "password-guessing")
	if len(got) != 1 || got[0].FailureCount != tries || got[0].RecordCount != tries {
		t.Fatalf("%d findings of %+v", len(got), got)
	}
	if n := len(got[0].Failures); n != findings.MostListed || len(got[0].Records) != n {
		t.Errorf("%d failures and %d records are listed, want %d", n, len(got[0].Records), findings.MostListed)
	}
	for _, i := range []int{0, tries / 2, tries - 1} {
		if len(set.OfFailure(i)) != 1 {
			t.Errorf("failure %d has no mark", i)
		}
	}
}
