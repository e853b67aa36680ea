package findings_test

import (
	"fmt"
	"testing"
	"time"

	"spoor/model/event"
	"spoor/model/findings"
)

// everyDay are days that make a habit.
var everyDay = []int{1, 2, 9}

// estate is a domain controller and ten servers, whose logs begin a day before
// and end a day after day 1.
func estate(l *lab) []*host {
	dc(l).at(12, "23:00:00").tgt("keeper", "10.0.0.9")
	var out []*host
	for i := range 10 {
		out = append(out, l.host(fmt.Sprintf("SRV%02d", i)))
	}
	return out
}

func reachAll(hosts []*host, day int, name, address string) {
	for i, h := range hosts {
		h.at(day, "20:00:00").after(time.Duration(i)*10*time.Second).network(name, address, "Kerberos")
	}
}

func TestMovementIsJudged(t *testing.T) {
	judge(t, []story{
		{name: "ten servers in two minutes", rule: "fan-out", want: findings.Medium, why: "10 computers from 10.0.0.66", tell: func(l *lab) { reachAll(estate(l), 1, "alice", "10.0.0.66") }},
		{name: "a scanner, every day", rule: "fan-out", want: findings.Info, lowered: "a habit", tell: func(l *lab) {
			hosts := estate(l)
			for _, day := range everyDay {
				reachAll(hosts, day, "svc_scan", "10.0.0.66")
			}
		}},
		{name: "for three days", rule: "fan-out", want: findings.Low, lowered: "perhaps a habit", tell: func(l *lab) {
			hosts := estate(l)
			for day := range 3 {
				reachAll(hosts, 1+day, "alice", "10.0.0.66")
			}
		}},
		{name: "no log of a domain controller, which is not missed", rule: "fan-out", want: findings.Medium, why: "10 of them logged it themselves", tell: func(l *lab) {
			var hosts []*host
			for i := range 10 {
				hosts = append(hosts, l.host(fmt.Sprintf("SRV%02d", i)))
			}
			reachAll(hosts, 1, "alice", "10.0.0.66")
		}},
		{name: "the logs begin an hour before, and tickets alone tell", rule: "fan-out", want: findings.Info, lowered: "begins at", tell: func(l *lab) {
			h := dc(l).at(0, "01:00:00").tgt("alice", "10.0.0.66")
			for i := range 10 {
				h.after(time.Second).ticket("alice", fmt.Sprintf("SRV%02d$", i), "10.0.0.66", aes)
			}
		}},
		{name: "tickets alone", rule: "fan-out", want: findings.Low, lowered: "not that it was had", tell: func(l *lab) {
			h := dc(l).at(1, "20:00:00").tgt("alice", "10.0.0.66")
			for i := range 10 {
				h.after(time.Second).ticket("alice", fmt.Sprintf("SRV%02d$", i), "10.0.0.66", aes)
			}
		}},
		{name: "seven servers", rule: "fan-out", want: nothing, tell: func(l *lab) { reachAll(estate(l)[:7], 1, "alice", "10.0.0.66") }},
		{name: "a computer's own account", rule: "fan-out", want: nothing, tell: func(l *lab) { reachAll(estate(l), 1, "PC01$", "10.0.0.66") }},
		{name: "seven computers in half an hour", rule: "explicit-credentials", want: findings.Medium, why: "for 7 computers", tell: func(l *lab) { usesAll(l.host("WS01"), 1, 7) }},
		{name: "every day", rule: "explicit-credentials", want: findings.Info, lowered: "a habit", tell: func(l *lab) {
			h := l.host("WS01")
			for _, day := range everyDay {
				usesAll(h, day, 7)
			}
		}},
		{name: "one computer", rule: "explicit-credentials", want: nothing, tell: func(l *lab) { usesAll(l.host("WS01"), 1, 1) }},
		{name: "on three computers", rule: "local-groups-listed", want: findings.Low, why: "3 computers", tell: func(l *lab) { listsAll(estate(l)[:3], "alice") }},
		{name: "on one computer", rule: "local-groups-listed", want: nothing, tell: func(l *lab) { listsAll(estate(l)[:1], "alice") }},
		{name: "by the computers themselves", rule: "local-groups-listed", want: nothing, tell: func(l *lab) { listsAll(estate(l), "SRV00$") }},
		{name: "from one server to the next", rule: "hop-chain", want: findings.Low, why: "10.0.0.66 > srv00 > srv01", tell: func(l *lab) { hop(l, 1) }},
		{name: "every day", rule: "hop-chain", want: findings.Info, lowered: "on 3 days", tell: func(l *lab) { hop(l, everyDay...) }},
		{name: "one server", rule: "hop-chain", want: nothing, tell: func(l *lab) { estate(l)[0].at(1, "20:00:00").remote("alice", "10.0.0.66") }},
	})
}

// usesAll logs 4648 for so many computers.
func usesAll(h *host, day, n int) {
	h.at(day, "10:00:00")
	for i := range n {
		h.after(time.Minute).log(event.ExplicitCredentials, merge(h.subject("alice", 0x777), fields{event.TargetName: "boss", event.TargetDomain: "LAB", event.TargetServer: fmt.Sprintf("srv%02d.lab.example", i)}))
	}
	h.log(event.ExplicitCredentials, merge(h.subject("alice", 0x777), fields{event.TargetName: "boss", event.TargetDomain: "LAB", event.TargetServer: "localhost"}))
}

// listsAll logs 4799 on each host.
func listsAll(hosts []*host, by string) {
	for _, h := range hosts {
		h.at(1, "20:00:00").logID(event.Other, 4799, merge(h.subject(by, 0x777), fields{event.TargetName: "Administrators", event.TargetDomain: "Builtin", event.TargetSID: "S-1-5-32-544"}))
	}
}

// hop goes by Remote Desktop to SRV00 and out of that session to SRV01.
func hop(l *lab, days ...int) {
	hosts := estate(l)
	for _, day := range days {
		l.hosts[0].at(day, "19:50:00").tgt("SRV00$", "10.0.1.10").at(day, "20:30:00").tgt("SRV00$", "10.0.1.10")
		id := hosts[0].at(day, "20:00:00").remote("alice", "10.0.0.66")
		hosts[0].after(time.Minute).log(event.ExplicitCredentials, merge(hosts[0].subject("alice", id), fields{event.TargetName: "alice", event.TargetDomain: "LAB", event.TargetServer: "srv01.lab.example"}))
		hosts[1].at(day, "20:01:02").remote("alice", "10.0.1.10")
		hosts[0].at(day, "21:00:00").ends("alice", id, 10)
	}
}

func TestFirstTimesAreJudged(t *testing.T) {
	eachDay := func(h *host, days int) {
		for day := range days {
			h.at(day, "09:00:00").desktop("alice")
		}
	}
	judge(t, []story{
		{name: "after nine days", rule: "first-host", want: findings.Low, why: "known to the logs for 9 days", tell: func(l *lab) {
			eachDay(l.host("WS01"), 10)
			l.host("WS02").at(9, "12:00:00").desktop("alice")
		}},
		{name: "where the host's own log begins an hour before", rule: "first-host", want: findings.Info, lowered: "the log begins 60 minutes before", tell: func(l *lab) {
			eachDay(l.host("WS01"), 10)
			h := l.host("WS02")
			h.records = nil
			h.at(9, "11:00:00").network("keeper", "10.0.0.9", "Kerberos")
			h.at(9, "12:00:00").desktop("alice")
		}},
		{name: "after two days", rule: "first-host", want: findings.Info, lowered: "known for 2 days only", tell: func(l *lab) {
			eachDay(l.host("WS01"), 3)
			l.host("WS02").at(2, "12:00:00").desktop("alice")
		}},
		{name: "on the first day", rule: "first-host", want: nothing, tell: func(l *lab) {
			eachDay(l.host("WS01"), 1)
			l.host("WS02").at(0, "12:00:00").desktop("alice")
		}},
		{name: "a new place", rule: "first-source", want: findings.Low, why: "from 10.0.0.66", tell: func(l *lab) {
			h := l.host("TS01")
			for day := range 10 {
				h.at(day, "09:00:00").remote("alice", "10.0.0.50")
			}
			h.at(9, "12:00:00").remote("alice", "10.0.0.66")
		}},
		{name: "the place of every day", rule: "first-source", want: nothing, tell: func(l *lab) {
			h := l.host("TS01")
			for day := range 10 {
				h.at(day, "09:00:00").remote("alice", "10.0.0.50")
			}
		}},
		{name: "Remote Desktop", rule: "first-kind", want: findings.Low, why: "of the kind remote-desktop", tell: func(l *lab) {
			eachDay(l.host("WS01"), 10)
			l.host("TS01").at(9, "12:00:00").remote("alice", "10.0.0.50")
		}},
		{name: "in two rooms at once", rule: "two-consoles", want: findings.Medium, why: "5 minutes later", tell: func(l *lab) { rooms(l, "10.1.0.5", "10.2.0.5", "12:05:00") }},
		{name: "in one network", rule: "two-consoles", want: nothing, tell: func(l *lab) { rooms(l, "10.1.0.5", "10.1.0.6", "12:05:00") }},
		{name: "after the way", rule: "two-consoles", want: nothing, tell: func(l *lab) { rooms(l, "10.1.0.5", "10.2.0.5", "13:05:00") }},
	})
}

// rooms are two computers with their addresses; somebody sits down at one at
// noon, at the other one later.
func rooms(l *lab, one, other, later string) {
	h, a, b := dc(l).at(1, "11:00:00"), l.host("WS01"), l.host("WS02")
	h.tgt("WS01$", one).tgt("WS02$", other)
	a.at(1, "12:00:00").desktop("alice")
	b.at(1, later).desktop("alice")
	h.at(1, "14:00:00").tgt("WS01$", one).tgt("WS02$", other)
}
