package findings_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"spoor/model/event"
	"spoor/model/findings"
)

// ahead is a domain controller whose log begins eight days before the rest.
func ahead(l *lab) *host { return dc(l).at(9, "00:00:01").tgt("keeper", "10.0.0.9") }

func roasted(h *host, name string, enc uint32) *host {
	for i := range 5 {
		h.after(time.Second).ticket(name, fmt.Sprint("svc_app", i), "10.0.0.50", enc)
	}
	return h
}

func TestRoastingIsJudged(t *testing.T) {
	judge(t, []story{
		{name: "five services", rule: "kerberoast-rc4", want: findings.Medium, why: "RC4 for 5 services of users' accounts", tell: func(l *lab) {
			roasted(dc(l).at(1, "10:00:00").tgt("alice", "10.0.0.50"), "alice", rc4)
		}},
		{name: "an old service that always has RC4", rule: "kerberoast-rc4", want: nothing, tell: func(l *lab) {
			h := dc(l).at(1, "08:00:00")
			for _, n := range names(6) {
				h.after(time.Minute).tgt(n, "10.0.0.50").ticket(n, "svc_old", "10.0.0.50", rc4)
			}
		}},
		{name: "one service that has AES for others", rule: "kerberoast-rc4", want: findings.Low, why: "1 service", tell: func(l *lab) {
			h := dc(l).at(1, "08:00:00")
			for _, n := range names(6) {
				h.after(time.Minute).tgt(n, "10.0.0.50").ticket(n, "svc_new", "10.0.0.50", aes)
			}
			h.ticket("alice", "svc_new", "10.0.0.51", rc4)
		}},
		{name: "computers and krbtgt", rule: "kerberoast-rc4", want: nothing, tell: func(l *lab) {
			h := dc(l).at(1, "08:00:00").tgt("alice", "10.0.0.50")
			for i := range 6 {
				h.after(time.Second).ticket("alice", fmt.Sprintf("SRV%02d$", i), "10.0.0.50", rc4)
			}
			h.ticket("alice", "krbtgt", "10.0.0.50", rc4)
		}},
		{name: "the services of every day", rule: "kerberoast-rc4", want: findings.Info, lowered: "on other days too", tell: func(l *lab) {
			roasted(dc(l).at(1, "10:00:00"), "alice", rc4)
			for i := range 5 {
				l.hosts[0].at(2, "10:00:00").after(time.Duration(i)*time.Hour).ticket("alice", fmt.Sprint("svc_app", i), "10.0.0.50", rc4)
			}
		}},
		{name: "five services by AES, late in the logs", rule: "kerberoast-fan-out", want: findings.Medium, why: "5 services of users' accounts", tell: func(l *lab) {
			roasted(ahead(l).at(9, "10:00:00"), "alice", aes)
		}},
		{name: "on the first day of the logs", rule: "kerberoast-fan-out", want: findings.Low, lowered: "the log begins", tell: func(l *lab) {
			roasted(dc(l).at(1, "10:00:00"), "alice", aes)
		}},
		{name: "the services of every day", rule: "kerberoast-fan-out", want: nothing, tell: func(l *lab) {
			roasted(ahead(l).at(9, "10:00:00"), "alice", aes)
			roasted(l.hosts[0].at(10, "10:00:00"), "alice", aes)
		}},
		{name: "with RC4", rule: "as-rep-roast", want: findings.Medium, why: "without pre-authentication, with RC4", tell: func(l *lab) {
			dc(l).at(1, "10:00:00").tgt("alice", "10.0.0.50", fields{event.PreAuthType: "0", event.TicketEncryption: rc4})
		}},
		{name: "with AES", rule: "as-rep-roast", want: findings.Low, lowered: "no RC4", tell: func(l *lab) {
			dc(l).at(1, "10:00:00").tgt("alice", "10.0.0.50", fields{event.PreAuthType: "0"})
		}},
		{name: "an old program, every day", rule: "as-rep-roast", want: findings.Info, lowered: "on 3 days", tell: func(l *lab) {
			h := dc(l)
			for _, day := range everyDay {
				h.at(day, "10:00:00").tgt("alice", "10.0.0.50", fields{event.PreAuthType: "0", event.TicketEncryption: rc4})
			}
		}},
		{name: "a computer", rule: "as-rep-roast", want: nothing, tell: func(l *lab) {
			dc(l).at(1, "10:00:00").tgt("PC01$", "10.0.0.50", fields{event.PreAuthType: "0", event.TicketEncryption: rc4})
		}},
		{name: "a tool's", rule: "foreign-ticket-options", want: findings.Low, why: "0x50800000", tell: func(l *lab) {
			dc(l).at(1, "10:00:00").tgt("alice", "10.0.0.50", fields{event.TicketOptions: uint32(0x50800000)})
		}},
		{name: "Windows'", rule: "foreign-ticket-options", want: nothing, tell: func(l *lab) { dc(l).at(1, "10:00:00").tgt("alice", "10.0.0.50") }},
		{name: "an appliance", rule: "foreign-ticket-options", want: findings.Info, lowered: "on 3 days", tell: func(l *lab) {
			h := dc(l)
			for _, day := range everyDay {
				h.at(day, "10:00:00").tgt("svc_nas", "10.0.0.51", fields{event.TicketOptions: uint32(0x40000010)})
			}
		}},
	})
}

// ofDomain logs 4769 for an account of any domain.
func ofDomain(h *host, account, service string) {
	_, realm, _ := strings.Cut(account, "@")
	h.log(event.ServiceTicket, fields{event.TargetName: account, event.TargetDomain: realm, event.ServiceName: service, event.TicketOptions: uint32(0x40810000),
		event.TicketEncryption: aes, event.IPAddress: "10.0.0.66", event.Status: uint32(0)})
}

func TestTicketsWithoutGrantAreJudged(t *testing.T) {
	judge(t, []story{
		{name: "no grant in ten hours, all covered", rule: "ticket-without-tgt", want: findings.Medium, why: "though no ticket-granting ticket", tell: func(l *lab) {
			ahead(l).tgt("alice", "10.0.0.50").at(9, "20:00:00").ticket("alice", "FS01$", "10.0.0.66", aes)
		}},
		{name: "a ticket of the morning", rule: "ticket-without-tgt", want: nothing, tell: func(l *lab) {
			ahead(l).at(9, "08:00:00").tgt("alice", "10.0.0.50").at(9, "17:30:00").ticket("alice", "FS01$", "10.0.0.50", aes)
		}},
		{name: "a laptop that moved", rule: "ticket-without-tgt", want: nothing, tell: func(l *lab) {
			ahead(l).at(9, "08:00:00").tgt("alice", "10.0.0.50").at(9, "12:00:00").ticket("alice", "FS01$", "10.90.0.4", aes)
		}},
		{name: "renewed", rule: "ticket-without-tgt", want: nothing, tell: func(l *lab) {
			ahead(l).at(9, "01:00:00").tgt("alice", "10.0.0.50").at(9, "10:30:00").log(event.TicketRenewed, fields{event.TargetName: "alice@LAB.EXAMPLE", event.TargetDomain: "LAB.EXAMPLE", event.ServiceName: "krbtgt", event.IPAddress: "10.0.0.50"}).
				at(9, "15:00:00").ticket("alice", "FS01$", "10.0.0.50", aes)
		}},
		{name: "a grant by the other domain controller", rule: "ticket-without-tgt", want: nothing, tell: func(l *lab) {
			ahead(l).at(9, "17:00:00").ticket("alice", "FS01$", "10.0.0.50", aes)
			other := l.host("DC02")
			other.at(9, "08:00:00").tgt("alice", "10.0.0.50")
		}},
		{name: "the log begins an hour before", rule: "ticket-without-tgt", want: findings.Info, lowered: "begins at", tell: func(l *lab) {
			l.host("DC01").at(0, "00:10:00").tgt("alice", "10.0.0.50").at(1, "01:00:00").ticket("alice", "FS01$", "10.0.0.66", aes).after(time.Hour).tgt("keeper", "10.0.0.9")
		}},
		{name: "records of the other domain controller rolled over", rule: "ticket-without-tgt", want: findings.Info, lowered: "the Security log of dc02 ends at", tell: func(l *lab) {
			ahead(l).tgt("alice", "10.0.0.50").at(9, "20:00:00").ticket("alice", "FS01$", "10.0.0.66", aes)
			l.host("DC02").at(3, "08:00:00").tgt("keeper", "10.0.0.9")
		}},
		{name: "what was carved of the other domain controller ends before", rule: "ticket-without-tgt", want: findings.Info, lowered: "of the Security log of dc02 nothing later than 2026-03-05T08:00:00.0000000Z was found: what was carved out of DC02.evtx", tell: func(l *lab) {
			ahead(l).tgt("alice", "10.0.0.50").at(9, "20:00:00").ticket("alice", "FS01$", "10.0.0.66", aes)
			other := l.host("DC02").at(3, "08:00:00").tgt("keeper", "10.0.0.9")
			other.carved = true
		}},
		{name: "records are missing", rule: "ticket-without-tgt", want: findings.Info, lowered: "lacks 40 records", tell: func(l *lab) {
			ahead(l).tgt("alice", "10.0.0.50").skip(40).at(9, "20:00:00").ticket("alice", "FS01$", "10.0.0.66", aes)
		}},
		{name: "an account that nothing knows", rule: "unknown-ticket-name", want: findings.Medium, why: "of which no other record is in the logs", tell: func(l *lab) {
			ahead(l).at(9, "20:00:00").ticket("no-such-account", "FS01$", "10.0.0.66", aes)
		}},
		{name: "a known one", rule: "unknown-ticket-name", want: nothing, tell: func(l *lab) {
			ahead(l).tgt("alice", "10.0.0.50").at(9, "20:00:00").ticket("alice", "FS01$", "10.0.0.66", aes)
		}},
		{name: "in a log of an hour", rule: "unknown-ticket-name", want: findings.Info, lowered: "begins at", tell: func(l *lab) {
			l.host("DC01").at(0, "01:00:00").tgt("keeper", "10.0.0.9").ticket("alice", "FS01$", "10.0.0.66", aes)
		}},
		{name: "a made-up domain", rule: "unknown-ticket-domain", want: findings.Low, why: "the domain made.up, of which no other record", tell: func(l *lab) {
			ofDomain(ahead(l).tgt("alice", "10.0.0.50").at(9, "20:00:00"), "alice@MADE.UP", "FS01$")
		}},
		{name: "by its short name", rule: "unknown-ticket-domain", want: nothing, tell: func(l *lab) {
			ofDomain(ahead(l).tgt("alice", "10.0.0.50").at(9, "20:00:00"), "alice@LAB", "FS01$")
		}},
		{name: "a trusted domain's users", rule: "unknown-ticket-domain", want: findings.Info, lowered: "perhaps a trusted domain", tell: func(l *lab) {
			h := ahead(l).at(9, "20:00:00")
			ofDomain(h, "bob@PARTNER.EXAMPLE", "FS01$")
			ofDomain(h, "eve@PARTNER.EXAMPLE", "FS01$")
		}},
		{name: "a domain that was referred to", rule: "unknown-ticket-domain", want: nothing, tell: func(l *lab) {
			h := ahead(l).tgt("alice", "10.0.0.50").ticket("alice", "krbtgt/PARTNER.EXAMPLE", "10.0.0.50", aes)
			ofDomain(h.at(9, "20:00:00"), "bob@PARTNER.EXAMPLE", "FS01$")
		}},
		{name: "no log of a ticket-granting ticket", rule: "unknown-ticket-domain", want: findings.Info, lowered: "no event of Kerberos Authentication Service", tell: func(l *lab) {
			ofDomain(l.host("DC01").at(9, "20:00:00"), "alice@MADE.UP", "FS01$")
		}},
		{name: "a domain controller's name", rule: "computer-name-without-dollar", want: findings.Medium, why: "the name of the computer dc01", tell: func(l *lab) {
			dc(l).at(1, "20:00:00").tgt("dc01", "10.0.0.66").ticket("dc01", "DC01$", "10.0.0.66", aes)
		}},
		{name: "a till's account", rule: "computer-name-without-dollar", want: findings.Low, lowered: "no domain controller", tell: func(l *lab) {
			l.host("TILL01")
			dc(l).at(1, "20:00:00").tgt("till01", "10.0.0.66")
		}},
		{name: "the computer itself", rule: "computer-name-without-dollar", want: nothing, tell: func(l *lab) {
			l.host("TILL01")
			dc(l).at(1, "20:00:00").tgt("TILL01$", "10.0.0.66")
		}},
		{name: "two names of one SID", rule: "account-of-other-name", want: findings.Medium, why: "2 names", tell: func(l *lab) {
			dc(l).at(1, "08:00:00").tgt("alice", "10.0.0.50").at(1, "23:00:00").tgt("keeper", "10.0.0.9")
			fs := l.host("FS01").at(1, "09:00:00")
			fs.network("alice", "10.0.0.50", "Kerberos")
			fs.after(time.Hour).log(event.Logon, merge(fs.target("alice", 0x9999), fields{event.TargetName: "nobody-at-all", event.LogonType: uint32(3), event.Package: "Kerberos", event.IPAddress: "10.0.0.66"}))
		}},
		{name: "a renamed account", rule: "account-of-other-name", want: nothing, tell: func(l *lab) {
			h := dc(l).at(1, "08:00:00").tgt("alice", "10.0.0.50").at(1, "08:30:00")
			h.log(event.AccountRenamed, merge(h.subject("admin", 0x888), fields{event.OldName: "alice", event.NewName: "alice2", event.TargetDomain: "LAB", event.TargetSID: l.sid("alice")}))
			h.at(1, "23:00:00").tgt("keeper", "10.0.0.9")
			fs := l.host("FS01").at(1, "09:00:00")
			fs.log(event.Logon, merge(fs.target("alice", 0x9999), fields{event.TargetName: "alice2", event.LogonType: uint32(3), event.Package: "Kerberos", event.IPAddress: "10.0.0.50"}))
		}},
		{name: "the first administrator under another name", rule: "account-of-other-name", want: findings.Low, why: "is called captain", tell: func(l *lab) {
			dc(l).at(1, "23:00:00").tgt("keeper", "10.0.0.9")
			fs := l.host("FS01").at(1, "09:00:00")
			fs.log(event.Logon, merge(fs.target("administrator", 0x9999), fields{event.TargetName: "captain", event.LogonType: uint32(3), event.Package: "Kerberos", event.IPAddress: "10.0.0.66"}))
		}},
		{name: "the first administrator", rule: "account-of-other-name", want: nothing, tell: func(l *lab) {
			dc(l).at(1, "23:00:00").tgt("keeper", "10.0.0.9")
			l.host("FS01").at(1, "09:00:00").network("Administrator", "10.0.0.66", "Kerberos")
		}},
	})
}
