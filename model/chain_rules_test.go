package model_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/event"
)

// Rule 17: unique both ways. A ticket that a logon has by its GUID was that
// logon's: it serves for hours, so another one may have used it, but nothing
// makes that strong.
func TestTicketThatALogonHasByItsGUIDIsNoStrongOneOfAnother(t *testing.T) {
	for name, x := range map[string]struct {
		another bool // a second ticket in that minute
		want    []string
	}{
		"the only one":         {false, []string{"medium service-ticket 4769 FS03$ DC09"}},
		"another one is there": {true, []string{"strong service-ticket 4769 FS03$ DC09"}},
	} {
		dc, pc, fs := office09()
		dc.at("09:00:00").asks(ask{who: alice, service: "FS03$", address: desk, guid: 7})
		fs.at("09:00:01").logon(alice, 0x100, 2, fields{event.LogonProcess: "User32", event.LogonGUID: guidOf(7)})
		if x.another {
			dc.at("09:00:10").asks(ask{who: alice, service: "FS03$", address: desk, guid: 8})
		}
		fs.at("09:00:20").logon(alice, 0x200, 3, kerberos(desk, 9))
		s := tell(t, closing(dc), pc, fs)
		wantChain(t, s, "FS03/0x100", "exact service-ticket 4769 FS03$ DC09")
		if got := links(s, session(t, s, "FS03/0x200").Chain); fmt.Sprint(got) != fmt.Sprint(x.want) {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}

// Rule 17: a ticket from another address is a candidate too, until the rest is
// counted.
func TestTicketFromElsewhereInThatMinuteLeavesNoneStrong(t *testing.T) {
	for _, from := range []string{desk, ""} {
		dc, pc, fs := office09()
		dc.at("08:59:20").asks(ask{who: alice, service: "FS03$", address: "10.0.0.77"}).at("08:59:30").asks(ask{who: alice, service: "FS03$", address: from})
		fs.at("09:00:00").logon(alice, 0x5000, 3, kerberos(desk, 3))
		want := "medium service-ticket 4769 FS03$ DC09"
		if from == "" {
			want = "weak service-ticket 4769 FS03$ DC09"
		}
		for _, l := range wantChain(t, tell(t, closing(dc), pc, fs), "FS03/0x5000", want).Chain {
			if strings.Contains(l.Why, "only ticket") {
				t.Error(l.Why)
			}
		}
	}
}

// A logon that says nothing of where it came from may be anybody's.
func TestTicketOfALogonWithoutAnAddressIsMedium(t *testing.T) {
	for address, want := range map[string]string{desk: "strong service-ticket 4769 FS03$ DC09", "": "medium service-ticket 4769 FS03$ DC09"} {
		dc, pc, fs := office09()
		dc.at("08:59:30").asks(ask{who: alice, service: "FS03$", address: desk})
		fs.at("09:00:00").logon(alice, 0x5000, 3, kerberos(address, 3))
		wantChain(t, tell(t, closing(dc), pc, fs), "FS03/0x5000", want)
	}
}

// A ticket serves for hours: each of its links says how many sessions have it.
func TestLinkSaysHowManySessionsATicketServed(t *testing.T) {
	for _, n := range []int{1, 2, 5} {
		dc, pc, fs := office09()
		dc.at("08:00:00").grants(alice, desk).at("08:30:00").asks(ask{who: alice, service: "FS03$", address: desk})
		for i := range n {
			fs.at(fmt.Sprintf("09:%02d:00", i)).logon(alice, event.LogonID(0x5000+i), 3, kerberos(desk, 3))
		}
		fs.at("09:30:00").logon(alice, 0x6000, 3, kerberos("10.0.0.77", 3))
		s := tell(t, closing(dc), pc, fs)
		for i := range n {
			for _, l := range session(t, s, fmt.Sprintf("FS03/0x%x", 0x5000+i)).Chain {
				want := 0
				if l.Role == model.RoleServiceTicket {
					want = n
				}
				if l.Served != want {
					t.Errorf("%s served %d, want %d", l.Role, l.Served, want)
				}
			}
		}
	}
}

func TestTicketsServeAsManySessionsAsHaveThemInTheirChains(t *testing.T) {
	s := build(t, practiceFiles(t))
	have, linked := map[model.EventRow]int{}, 0
	for _, n := range s.Sessions(model.None, model.None) {
		for _, l := range s.Session(n).Chain {
			if l.Role == model.RoleServiceTicket {
				have[l.Event]++
			}
		}
	}
	for _, n := range s.Sessions(model.None, model.None) {
		for _, l := range s.Session(n).Chain {
			if l.Served != have[l.Event] {
				t.Errorf("%s of %s served %d, and is in the chains of %d", l.Role, s.Session(n).ID, l.Served, have[l.Event])
			}
			linked += l.Served
		}
	}
	if linked == 0 {
		t.Error("no ticket is in any chain")
	}
}

// Rule 20: a domain controller's accounts are its domain's, whose names its
// SID tells, though nothing else says that they are one's.
func TestPasswordCheckIsOfTheOneAccountWhoseSIDIsOfTheControllersDomain(t *testing.T) {
	dc := joined("DC01").at("07:00:00").grants(alice, desk).at("09:00:00").checksPassword("alice", "KALI")
	fs := joined("FS01").at("09:00:00").logon(alice, 0x5000, 3, ntlmFrom("10.0.0.66", "KALI"))
	s := tell(t, dc, fs)
	wantChain(t, s, "FS01/0x5000", "strong ntlm-validation 4776 DC01")
	n := 0
	for _, a := range s.Accounts() {
		if a.Name == "alice" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d accounts alice", n)
	}
}

// Of many candidates as many are listed as can be read; all are counted.
func TestStormOfPasswordChecksIsCountedNotListed(t *testing.T) {
	const n = 3000
	dc, pc, fs := office09()
	dc.log(event.SpecialPrivileges, subject(alice, 0x99)).at("09:00:00")
	fs.at("09:00:00")
	for i := range n {
		dc.now, fs.now = dc.now+1, fs.now+1
		dc.checksPassword("alice", "KALI")
		fs.logon(alice, event.LogonID(0x5000+i), 3, ntlmFrom("10.0.0.66", "KALI"))
	}
	s := tell(t, dc, pc, fs)
	wantCandidates(t, session(t, s, "FS03/0x5000"), model.RoleNTLMValidation, 64, n)
}

// BenchmarkStorm makes the chains of many logons by NTLM of one account in one
// moment, for one check of its password and for as many. It reports how many
// times the time for each logon is that of four times fewer.
func BenchmarkStorm(b *testing.B) {
	for _, many := range []bool{false, true} {
		b.Run(fmt.Sprint("many-checks=", many), func(b *testing.B) {
			var per [2]float64
			for i, n := range []int{5_000, 20_000} {
				dc := joined("DC01").at("07:00:00").grants(alice, desk).at("09:00:00")
				fs := joined("FS01").at("09:00:00")
				for k := range n {
					dc.now, fs.now = dc.now+1, fs.now+1
					if many || k == 0 {
						dc.checksPassword("alice", "KALI")
					}
					fs.logon(alice, event.LogonID(0x1000+k), 3, ntlmFrom("10.0.0.66", "KALI"))
				}
				s := buildFor(filesOf([]*machine{dc, fs}, 4096))
				began := time.Now()
				for range b.N {
					for row := range s.SessionCount() {
						s.Session(model.SessionRow(row))
					}
				}
				per[i] = float64(time.Since(began)) / float64(b.N) / float64(n)
			}
			b.ReportMetric(per[1], "ns/logon")
			b.ReportMetric(per[1]/per[0], "x-smaller")
		})
	}
}
