package findings_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"spoor/model/event"
	"spoor/model/findings"
)

// decided is a story of which a threshold, set to a value, changes the verdict.
type decided struct {
	set  string // name=value
	rule string
	was  findings.Severity // of the gravest finding, by default
	is   findings.Severity
	tell func(*lab)
}

func severityOf(set *findings.Set, rule string) findings.Severity {
	worst := nothing
	for _, f := range of(set, rule) {
		if worst == nothing || f.Severity > worst {
			worst = f.Severity
		}
	}
	return worst
}

func refusedEach(gap time.Duration, n int) func(*lab) {
	return func(l *lab) {
		h := dc(l).at(1, "20:00:00")
		for range n {
			h.after(gap).refuses("user00", "10.0.0.66")
		}
	}
}

func sprayedTwice(l *lab) {
	h := dc(l).at(1, "20:00:00")
	for _, n := range names(10) {
		h.after(6*time.Second).refuses(n, "10.0.0.66").after(time.Second).refuses(n, "10.0.0.66")
	}
}

func shared(accounts int) func(*lab) {
	return func(l *lab) {
		h := dc(l)
		for i := range accounts {
			h.after(time.Minute).tgt(fmt.Sprint("other", i), "10.0.0.66")
		}
		sprayed(h.at(1, "20:00:00"), "10.0.0.66").after(time.Minute).tgt("user03", "10.0.0.66")
	}
}

// dawn is a desktop each day, and another computer on the last one.
func dawn(days int, clock string) func(*lab) {
	return func(l *lab) {
		h := l.host("WS01")
		for day := range days {
			h.at(day, "09:00:00").desktop("alice")
		}
		l.host("WS02").at(days-1, clock).desktop("alice")
	}
}

func serviceEach(days ...int) func(*lab) {
	return func(l *lab) {
		h := l.host("FS01")
		for _, day := range days {
			h.at(day, "09:00:00")
			h.installs("svc_deploy", h.network("svc_deploy", "10.0.0.66", "Kerberos"), "Agent")
		}
	}
}

func usesOther(after time.Duration) func(*lab) {
	return func(l *lab) {
		ws, fs := l.host("WS01").at(1, "12:00:00"), l.host("FS01")
		dc(l).tgt("WS01$", "10.0.0.50").at(1, "23:00:00").tgt("WS01$", "10.0.0.50")
		ws.log(event.Logon, merge(ws.target("alice", 0x9999), ws.subject("alice", 0x777), fields{event.LogonType: uint32(9), event.LogonProcess: "seclogo", event.OutboundName: "boss", event.OutboundDomain: "LAB"}))
		fs.at(1, "12:00:00").after(after).network("boss", "10.0.0.50", "NTLM")
	}
}

func startedByWMI(after time.Duration) func(*lab) {
	return func(l *lab) {
		h := l.host("FS01").at(1, "09:00:00")
		h.network("boss", "10.0.0.66", "Kerberos")
		h.after(after).log(event.ProcessCreated, fields{event.SubjectSID: "S-1-5-20", event.SubjectName: "FS01$", event.SubjectLogon: event.LogonID(0x3e4), event.NewProcess: `C:\Windows\System32\calc.exe`,
			event.ParentProcess: `C:\Windows\System32\wbem\WmiPrvSE.exe`})
	}
}

func connectedByTscon(after time.Duration) func(*lab) {
	return func(l *lab) {
		h := l.host("TS01").at(1, "09:00:00")
		boss := h.remote("boss", "10.0.0.8")
		h.after(time.Hour).runs("S-1-5-18", "tscon.exe").after(after).log(event.SessionReconnected, fields{event.TargetName: "boss", event.TargetDomain: "LAB", event.TargetLogon: boss,
			event.SessionName: "RDP-Tcp#8", event.ClientName: "JUMP01", event.ClientAddress: "10.0.0.9"})
	}
}

func byPackages(kerberos int) func(*lab) {
	return func(l *lab) {
		h := l.host("FS01")
		for day := range kerberos {
			h.at(7+day, "09:00:00").network("alice", "10.0.0.50", "Kerberos")
		}
		h.at(15, "09:00:00").network("alice", "10.0.0.50", "NTLM")
	}
}

func setBack(d time.Duration) func(*lab) {
	return func(l *lab) {
		h := l.host("FS01").at(1, "10:00:00")
		now := h.now
		h.after(-d).log(event.ClockChanged, merge(h.subject("boss", 0x777), fields{event.PreviousTime: now, event.NewTime: now.Add(-d)}))
	}
}

func usedAfterDisabling(after time.Duration) func(*lab) {
	return func(l *lab) {
		dc(l).at(1, "10:00:00").does(event.AccountDisabled, "boss", "alice")
		ws := l.host("WS01").at(1, "10:00:00").after(after - time.Minute)
		ws.after(time.Minute).ends("alice", ws.desktop("alice"), 2)
	}
}

func roastedSome(n int, enc uint32, gap time.Duration) func(*lab) {
	return func(l *lab) {
		h := ahead(l).at(9, "10:00:00")
		for i := range n {
			h.after(gap).ticket("alice", fmt.Sprint("svc_app", i), "10.0.0.50", enc)
		}
	}
}

// roastedAgain is six services, of which three were asked for before.
func roastedAgain(l *lab) {
	h := ahead(l)
	for i := range 3 {
		h.at(2+i, "10:00:00").ticket("alice", fmt.Sprint("svc_app", i), "10.0.0.50", aes)
	}
	roastedSomeOn(h.at(9, "10:00:00"), 6)
}

func roastedSomeOn(h *host, n int) {
	for i := range n {
		h.after(time.Second).ticket("alice", fmt.Sprint("svc_app", i), "10.0.0.50", aes)
	}
}

func gaps(n int) func(*lab) {
	return func(l *lab) {
		h := l.host("FS01").at(1, "10:00:00")
		for range n {
			h.after(time.Minute).skip(5).desktop("alice")
		}
	}
}

// decisions has a row for every threshold.
var decisions = []decided{
	{"window=5", "account-enumeration", findings.Medium, nothing, func(l *lab) {
		h := dc(l).at(1, "20:00:00")
		for _, n := range names(6) {
			h.after(6*time.Minute).unknown(n, "10.0.0.66")
		}
	}},
	{"spray-accounts=11", "password-spray", findings.Medium, nothing, sprayedTwice},
	{"spray-tries=1", "password-spray", findings.Medium, nothing, sprayedTwice},
	{"guess-tries=31", "password-guessing", findings.Medium, nothing, refusedEach(10*time.Second, 30)},
	{"guess-minutes=1", "password-guessing", findings.Medium, nothing, refusedEach(10*time.Second, 30)},
	{"fast-tries=5", "password-guessing", findings.Low, nothing, refusedEach(500*time.Millisecond, 4)},
	{"fast-seconds=1", "password-guessing", findings.Low, nothing, refusedEach(500*time.Millisecond, 4)},
	{"unknown-names=9", "account-enumeration", findings.Medium, nothing, func(l *lab) {
		h := dc(l).at(1, "20:00:00")
		for _, n := range names(8) {
			h.after(time.Second).unknown(n, "10.0.0.66")
		}
	}},
	{"ongoing-tries=7", "logon-while-refused", findings.Low, nothing, func(l *lab) {
		refusedEach(time.Minute, 6)(l)
		l.host("WS01").at(1, "20:03:30").desktop("user00")
	}},
	{"success-hours=1", "guessed-right", findings.High, nothing, func(l *lab) {
		sprayed(dc(l).at(1, "20:00:00"), "10.0.0.66").after(2*time.Hour).tgt("user03", "10.0.0.66")
	}},
	{"shared-accounts=7", "guessed-right", findings.Medium, findings.High, shared(6)},
	{"roast-services=6", "kerberoast-rc4", findings.Medium, findings.Low, roastedSome(5, rc4, time.Second)},
	{"roast-minutes=1", "kerberoast-fan-out", findings.Medium, nothing, roastedSome(5, aes, 2*time.Minute)},
	{"rare-tickets=0", "kerberoast-rc4", findings.Low, nothing, roastedSome(1, rc4, time.Second)},
	{"usual-percent=51", "kerberoast-fan-out", nothing, findings.Medium, roastedAgain},
	{"several-accounts=3", "unknown-ticket-domain", findings.Info, findings.Low, func(l *lab) {
		h := dc(l).at(1, "10:00:00")
		ofDomain(h, "one@ELSEWHERE.EXAMPLE", "FS01$")
		ofDomain(h, "two@ELSEWHERE.EXAMPLE", "FS01$")
	}},
	{"kerberos-logons=2", "ntlm-after-kerberos", findings.Info, findings.Low, byPackages(2)},
	{"credentials-minutes=20", "new-credentials", findings.Medium, findings.Low, usesOther(25 * time.Minute)},
	{"wmi-seconds=3", "remote-wmi", findings.Low, nothing, startedByWMI(4 * time.Second)},
	{"switch-seconds=3", "session-taken-over", findings.Medium, nothing, connectedByTscon(4 * time.Second)},
	{"fan-out-hosts=11", "fan-out", findings.Medium, nothing, func(l *lab) { reachAll(estate(l), 1, "alice", "10.0.0.66") }},
	{"fan-out-minutes=1", "fan-out", findings.Medium, nothing, func(l *lab) { reachAll(estate(l), 1, "alice", "10.0.0.66") }},
	{"explicit-targets=8", "explicit-credentials", findings.Medium, nothing, func(l *lab) { usesAll(l.host("WS01"), 1, 7) }},
	{"group-hosts=4", "local-groups-listed", findings.Low, nothing, func(l *lab) { listsAll(estate(l)[:3], "alice") }},
	{"hops=4", "hop-chain", findings.Low, nothing, func(l *lab) { hop(l, 1) }},
	{"habit-days=4", "remote-service", findings.Info, findings.Medium, serviceEach(everyDay...)},
	{"history-days=10", "remote-service", findings.Info, findings.Low, serviceEach(everyDay...)},
	{"known-hours=240", "first-host", findings.Low, nothing, dawn(10, "12:00:00")},
	{"usual-hosts=1", "first-host", findings.Low, findings.Info, dawn(10, "12:00:00")},
	{"fresh-hours=1", "changed-then-used", findings.Medium, nothing, func(l *lab) {
		dc(l).at(1, "10:00:00").raises("boss", "alice")
		l.host("FS01").at(1, "12:00:00").remote("alice", "10.0.0.66")
	}},
	{"disabled-minutes=20", "alive-after-disabled", findings.Medium, nothing, usedAfterDisabling(15 * time.Minute)},
	{"export-gaps=10", "records-missing", findings.Info, findings.Low, gaps(10)},
	{"clock-minutes=300", "clock-set", findings.Medium, nothing, setBack(3 * time.Hour)},
	{"travel-minutes=4", "two-consoles", findings.Medium, nothing, func(l *lab) { rooms(l, "10.1.0.5", "10.2.0.5", "12:05:00") }},
	{"address-hours=0", "two-consoles", findings.Medium, nothing, func(l *lab) {
		h, a, b := dc(l).at(1, "11:00:00"), l.host("WS01"), l.host("WS02")
		h.tgt("WS01$", "10.1.0.5").tgt("WS02$", "10.2.0.5")
		a.at(1, "12:00:00").desktop("alice")
		b.at(1, "12:05:00").desktop("alice")
	}},
	{"skew-seconds=10", "guessed-right", findings.High, findings.Medium, func(l *lab) {
		h := dc(l).at(1, "20:00:00")
		for i, n := range names(10) {
			if h.after(6*time.Second).refuses(n, "10.0.0.66"); i == 4 {
				h.tgt("user09", "10.0.0.66") // by the clock before it was refused
			}
		}
	}},
	{"edge-seconds=0", "guessed-right", findings.High, findings.Medium, func(l *lab) {
		h := dc(l)
		h.records = nil
		h.at(1, "10:00:05").tgt("keeper", "10.0.0.9").at(1, "20:00:00")
		for _, n := range names(10) {
			h.refuses(n, "10.0.0.66")
		}
		h.after(time.Minute).tgt("user03", "10.0.0.66")
	}},
}

func TestEachThresholdDecides(t *testing.T) {
	done := map[string]bool{}
	for _, c := range decisions {
		t.Run(c.set, func(t *testing.T) {
			thresholds, err := findings.Parse(c.set)
			if err != nil {
				t.Fatal(err)
			}
			done[thresholds.Changed()[0]] = true
			l := newLab()
			c.tell(l)
			s := l.snapshot()
			for name, want := range map[string]findings.Severity{"": c.was, c.set: c.is} {
				thresholds, _ := findings.Parse(name)
				set := findings.Find(context.Background(), s, thresholds)
				if got := severityOf(set, c.rule); got != want {
					t.Errorf("with %q: %v, want %v: %+v", name, got, want, of(set, c.rule))
				}
				if rule, _ := findings.RuleByID(c.rule); name != "" && !slices.Contains(rule.Thresholds, thresholds.Changed()[0]) && thresholds.Changed()[0] != "edge-seconds" {
					t.Errorf("the rule %s does not name it", c.rule)
				}
			}
		})
	}
	for _, x := range findings.AllThresholds() {
		if !done[x.Name] {
			t.Errorf("nothing shows that %s decides anything", x.Name)
		}
	}
}
