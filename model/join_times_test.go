package model_test

import (
	"strings"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/event"
)

// The ticket-granting ticket is the same account's, from the same client, in
// the ten hours before its ticket; a renewal (4770) is of one of the seven days
// before.
func TestTicketGrantingTicketIsGrantedOrRenewedBefore(t *testing.T) {
	const ticket = "strong service-ticket 4769 FS03$ DC09"
	tests := []struct {
		name    string
		write   func(dc *machine)
		want    []string
		missing string
	}{
		{"the only one", func(dc *machine) { dc.at("08:00:00").grants(alice, desk) }, []string{"strong tgt 4768 DC09"}, ""},
		{"another one a minute before", func(dc *machine) {
			dc.at("07:00:00").grants(alice, desk).at("08:59:20").grants(alice, desk)
		}, []string{"strong tgt 4768 DC09"}, ""},
		{"two", func(dc *machine) { dc.at("07:00:00").grants(alice, desk).at("08:00:00").grants(alice, desk) },
			[]string{"medium tgt 4768 DC09", "medium tgt 4768 DC09"}, ""},
		{"older than ten hours", func(dc *machine) { dc.at("2024-04-30 22:59:00").grants(alice, desk) }, nil, "no ticket-granting ticket (4768)"},
		{"from another address", func(dc *machine) { dc.at("08:00:00").grants(alice, "10.0.0.77") }, nil, "no ticket-granting ticket (4768)"},
		{"another account's", func(dc *machine) { dc.at("08:00:00").grants(bob, desk) }, nil, "no ticket-granting ticket (4768)"},
		{"after the ticket", func(dc *machine) { dc.at("08:59:31").grants(alice, desk) }, nil, "no ticket-granting ticket (4768)"},
		{"renewed", func(dc *machine) { dc.at("2024-04-30 20:00:00").grants(alice, desk).at("05:00:00").renews(alice, desk) },
			[]string{"medium tgt 4768 DC09", "medium tgt 4770 DC09"}, ""},
		{"renewed within the ten hours", func(dc *machine) { dc.at("01:00:00").grants(alice, desk).at("08:00:00").renews(alice, desk) },
			[]string{"medium tgt 4768 DC09", "medium tgt 4770 DC09"}, ""},
		{"renewed for days", func(dc *machine) {
			dc.at("2024-04-25 12:00:00").grants(alice, desk)
			for at := clock("2024-04-25 21:00:00"); at < clock("09:00:00"); at = at.Add(9 * time.Hour) {
				dc.now = at
				dc.renews(alice, desk)
			}
		}, []string{"medium tgt 4768 DC09", "medium tgt 4770 DC09"}, ""},
		{"renewed for more than seven days", func(dc *machine) {
			dc.at("2024-04-23 00:00:00").grants(alice, desk)
			for at := clock("2024-04-23 09:00:00"); at < clock("09:00:00"); at = at.Add(9 * time.Hour) {
				dc.now = at
				dc.renews(alice, desk)
			}
		}, []string{"medium tgt 4770 DC09"}, "no grant (4768) of the ticket that was renewed"},
		{"renewed, and expired between", func(dc *machine) {
			dc.at("2024-04-30 12:00:00").grants(alice, desk).at("05:00:00").renews(alice, desk)
		}, []string{"medium tgt 4770 DC09"}, "no grant (4768) of the ticket that was renewed"},
		{"renewed, and granted elsewhere", func(dc *machine) {
			dc.at("2024-04-30 20:00:00").grants(alice, "10.0.0.77").at("05:00:00").renews(alice, desk)
		}, []string{"medium tgt 4770 DC09"}, "no grant (4768) of the ticket that was renewed"},
		{"renewed: one of two", func(dc *machine) {
			dc.at("2024-04-30 20:00:00").grants(alice, desk).at("2024-04-30 21:00:00").grants(alice, desk).at("05:00:00").renews(alice, desk)
		}, []string{"medium tgt 4770 DC09", "weak tgt 4768 DC09", "weak tgt 4768 DC09"}, ""},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			dc, pc, fs := office09()
			dc.recs, dc.numbers = dc.recs[:2], map[string]uint64{"Security": 2}
			for i := range dc.recs {
				dc.recs[i].time = clock("2024-04-20 00:00:00")
			}
			x.write(dc)
			if x.name == "after the ticket" {
				last := dc.recs[len(dc.recs)-1]
				dc.recs = dc.recs[:len(dc.recs)-1]
				dc.numbers["Security"]--
				dc.at("08:59:30").asks(ask{who: alice, service: "FS03$", address: desk})
				last.number++
				dc.recs = append(dc.recs, last)
			} else {
				dc.at("08:59:30").asks(ask{who: alice, service: "FS03$", address: desk})
			}
			fs.at("09:00:00").logon(alice, 0x5000, 3, kerberos(desk, 3))
			got := wantChain(t, tell(t, dc, pc, fs), "FS03/0x5000", append(x.want, ticket)...)
			if x.missing == "" != (got.ChainMissing == "") || !strings.Contains(got.ChainMissing, x.missing) {
				t.Errorf("missing: %q, want %q", got.ChainMissing, x.missing)
			}
		})
	}
}

// Type 9 keeps the local identity: on the network the session is the outbound
// account, and the parent of that one's logons elsewhere.
func TestNewCredentialsAreTheOutboundAccountsParentElsewhere(t *testing.T) {
	outbound := func(w who) fields { return fields{event.OutboundName: w.name, event.OutboundDomain: w.domain} }
	runas := func(pc *machine, id event.LogonID, w who) { pc.at("08:30:00").logon(alice, id, 9, outbound(w)) }
	tests := []struct {
		name  string
		write func(pc *machine)
		who   who // whose logon at the server is looked at
		want  string
		sure  model.Certainty
	}{
		{"the outbound account's logon", func(pc *machine) { runas(pc, 0x900, bob) }, bob, "PC01/0x900", model.Medium},
		{"the local account's own logon", func(pc *machine) { runas(pc, 0x900, bob) }, alice, "PC01/0x800", model.Weak},
		{"another account's logon", func(pc *machine) { runas(pc, 0x900, alice) }, bob, "", 0},
		{"the account of that name in another domain", func(pc *machine) { runas(pc, 0x900, partnerDomain.user("bob", 1102)) }, bob, "", 0},
		{"two such sessions", func(pc *machine) { runas(pc, 0x900, bob); runas(pc, 0xa00, bob) }, bob, "", 0},
		{"the account sits there too", func(pc *machine) {
			runas(pc, 0x900, bob)
			pc.logon(bob, 0xb00, 2, fields{event.Process: `C:\Windows\System32\winlogon.exe`})
		}, bob, "", 0},
		{"it had ended", func(pc *machine) { runas(pc, 0x900, bob); pc.at("08:40:00").ends(alice, 0x900, 9) }, bob, "", 0},
		{"it began later", func(pc *machine) { pc.at("09:30:00").logon(alice, 0x900, 9, outbound(bob)) }, bob, "", 0},
		{"it names nobody", func(pc *machine) { pc.at("08:30:00").logon(alice, 0x900, 9) }, bob, "", 0},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			dc, pc, fs := office09()
			dc.log(event.SpecialPrivileges, subject(partnerDomain.user("bob", 1102), 0x77))
			pc.at("08:00:00").logon(alice, 0x800, 2, fields{event.Process: `C:\Windows\System32\winlogon.exe`})
			x.write(pc)
			fs.at("09:00:00").logon(x.who, 0x5000, 3, kerberos(desk, 3))
			s := tell(t, closing(dc), pc, fs)
			got := session(t, s, "FS03/0x5000").Parent
			if x.want == "" {
				if got.Session != model.None {
					t.Errorf("the parent is %s: %s", s.SessionID(got.Session), got.Why)
				}
				return
			}
			parent := session(t, s, x.want)
			if got.Session != parent.Row || got.Certainty != x.sure {
				t.Errorf("%+v, want %s, %s", got, x.want, x.sure)
			}
			if len(parent.Children) == 0 || parent.Children[len(parent.Children)-1].Session != session(t, s, "FS03/0x5000").Row {
				t.Errorf("its children are %+v", parent.Children)
			}
		})
	}
	dc, pc, fs := office09()
	runas(pc, 0x900, bob)
	fs.at("09:00:00").logon(bob, 0x5000, 3, kerberos("10.0.0.77", 3))
	if got := session(t, tell(t, closing(dc), pc, fs), "FS03/0x5000").Parent; got.Session != model.None {
		t.Errorf("from another address: %+v", got)
	}
}

// sits logs interactive logons of bob at a server whose tickets for itself
// tell how far its clock is ahead.
func sits(dc, fs *machine, skew time.Duration, times ...string) {
	for i, at := range times {
		guid := byte(100 + len(dc.recs)%100)
		dc.at(at).asks(ask{who: bob, service: "FS03$", address: "10.0.0.3", guid: guid})
		fs.now = clock(at).Add(skew + 20*time.Millisecond)
		fs.logon(bob, event.LogonID(0x9000+0x100*len(fs.recs)+i), 2, fields{event.LogonGUID: guidOf(guid), event.Package: "Negotiate"})
	}
}

// The skew of a clock is what a host's tickets to itself say it is; joins by
// time hold under it.
func TestJoinsHoldUnderTheSkewThatTicketsTell(t *testing.T) {
	for _, skew := range []time.Duration{0, 18 * time.Second, -18 * time.Second, 2 * time.Minute, -2 * time.Minute} {
		dc, pc, fs := office09()
		sits(dc, fs, skew, "07:10:00", "07:20:00", "07:30:00", "07:40:00")
		dc.at("08:59:30").asks(ask{who: alice, service: "FS03$", address: desk}).at("10:00:00").checksPassword("alice", "PC01")
		fs.now = clock("09:00:00").Add(skew)
		fs.logon(alice, 0x5000, 3, kerberos(desk, 3))
		fs.now = clock("10:00:00.3").Add(skew)
		fs.logon(alice, 0x6000, 3, ntlmFrom("", "PC01"))
		// By the server's own clock, another ticket would be the one of the minute before.
		dc.at("10:59:30").asks(ask{who: alice, service: "FS03$", address: "10.0.0.66"})
		pc.at("11:00:00").uses(bob, 0x700, alice, "FS03", 0)
		fs.now = clock("11:00:05").Add(skew)
		fs.logon(alice, 0x7000, 3, kerberos(desk, 5))
		s := tell(t, closing(dc), pc, fs)
		wantChain(t, s, "FS03/0x5000", "strong service-ticket 4769 FS03$ DC09")
		wantChain(t, s, "FS03/0x6000", "strong ntlm-validation 4776 DC09")
		wantLinks(t, s, "FS03/0x7000", "medium explicit-credentials 4648 PC01")
		for _, h := range s.Hosts() {
			if h.Short() == fs03 && (h.SkewCertainty != model.Strong || absolute(h.Skew-skew) > 100*time.Millisecond) {
				t.Errorf("skew %s, %s; want %s", h.Skew, h.SkewCertainty, skew)
			}
		}
	}
}

func absolute(d time.Duration) time.Duration { return max(d, -d) }

// Where a clock was set, each period has a skew of its own; in one of which
// nothing tells it, no moment is proven.
func TestClockThatWasSetProvesAMomentOnlyWhereItsSkewIsKnown(t *testing.T) {
	const strong, medium = "strong service-ticket 4769 FS03$ DC09", "medium service-ticket 4769 FS03$ DC09"
	logon := func(dc, fs *machine, at string, skew time.Duration, id event.LogonID) {
		now := clock(at)
		dc.now = now.Add(-30 * time.Second)
		dc.asks(ask{who: alice, service: "FS03$", address: desk})
		fs.now = now.Add(skew)
		fs.logon(alice, id, 3, kerberos(desk, 3))
	}
	dc, pc, fs := office09()
	sits(dc, fs, 2*time.Minute, "07:10:00", "07:20:00", "07:30:00")
	logon(dc, fs, "08:00:00", 2*time.Minute, 0x5000)
	fs.sets("09:02:00", -3*time.Minute)
	sits(dc, fs, -time.Minute, "09:10:00", "09:20:00", "09:30:00")
	logon(dc, fs, "10:00:00", -time.Minute, 0x6000)
	s := tell(t, closing(dc), pc, fs)
	wantChain(t, s, "FS03/0x5000", strong)
	wantChain(t, s, "FS03/0x6000", strong)

	dc, pc, fs = office09()
	sits(dc, fs, 0, "07:10:00", "07:20:00", "07:30:00")
	logon(dc, fs, "08:00:00", 0, 0x5000)
	fs.sets("09:00:00", 2*time.Minute) // forward: nothing tells whether it is right now
	logon(dc, fs, "10:00:00", 0, 0x6000)
	s = tell(t, closing(dc), pc, fs)
	wantChain(t, s, "FS03/0x5000", strong)
	wantChain(t, s, "FS03/0x6000", medium)
}
