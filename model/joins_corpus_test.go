package model_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// wantNothingCrosses fails for every join between two hosts.
func wantNothingCrosses(t *testing.T, s *model.Snapshot) {
	t.Helper()
	for _, row := range s.Sessions(model.None, model.None) {
		x := s.Session(row)
		at := fmt.Sprintf("%s of %s on %s", x.ID, s.Account(x.Account).Display(), s.Host(x.Host).Name)
		for _, l := range x.Chain {
			if e := s.Event(l.Event); e.Host != x.Host {
				t.Errorf("%s has a %s of %s: %s", at, l.Role, e.Computer, l.Why)
			}
		}
		for _, r := range append(x.Children, x.Parent) {
			if r.Session != model.None && s.Session(r.Session).Host != x.Host {
				t.Errorf("%s is tied to one on %s: %s", at, s.Host(s.Session(r.Session).Host).Name, r.Why)
			}
		}
		if x.Source.Host != model.None && x.Source.Host != x.Host {
			t.Errorf("%s came from %s: %s", at, s.Host(x.Source.Host).Name, x.Source.Why)
		}
	}
	for _, f := range s.Failures() {
		if f.Source.Host != model.None && f.Source.Host != f.LoggedOn {
			t.Errorf("failure %s on %s came from %s: %s", f.ID, s.Host(f.LoggedOn).Name, s.Host(f.Source.Host).Name, f.Source.Why)
		}
	}
}

// No native set holds a domain controller and a member for the same minutes:
// 69 tempting matches, all false.
func TestNativeLogsLoadedAsOneJoinNothingBetweenHosts(t *testing.T) {
	wantNothingCrosses(t, load(t, logsIn(t, windomain, privacy, twice, "single", example, offsec)...))
}

func TestLabsOfOneNameJoinNothingBetweenThem(t *testing.T) {
	s := load(t, logsIn(t, lab, spray)...)
	for _, row := range s.Sessions(model.None, model.None) {
		x := s.Session(row)
		sid := s.Host(x.Host).DomainSID
		for _, l := range x.Chain {
			if e := s.Event(l.Event); s.Host(e.Host).DomainSID != sid {
				t.Errorf("%s has a %s of another domain", x.ID, l.Role)
			}
		}
		if x.Source.Host != model.None && s.Host(x.Source.Host).DomainSID != sid {
			t.Errorf("%s came from another domain", x.ID)
		}
	}
}

// links names a chain's links as a test does.
func links(s *model.Snapshot, chain []model.ChainLink) []string {
	var out []string
	for _, l := range chain {
		e := s.Event(l.Event)
		w := fmt.Sprintf("%s %s %d", l.Certainty, l.Role, e.EventID)
		if name := s.Text(l.Event, event.ServiceName); l.Role == model.RoleServiceTicket {
			w += " " + name
		}
		out = append(out, w+" "+s.Host(e.Host).Short())
	}
	return out
}

func wantLinks(t *testing.T, s *model.Snapshot, name string, want ...string) {
	t.Helper()
	x := session(t, s, name)
	chain, missing := x.Chain, x.ChainMissing
	for _, row := range x.Logons {
		if l := s.Logon(row); strings.HasSuffix(name, "/"+l.LogonID.String()) && l.StartKnown {
			chain, missing = s.LogonChain(row)
		}
	}
	got := links(s, chain)
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("%s: no %q in %q; missing: %s", name, w, got, missing)
		}
	}
}

func TestLabNTLMPairs(t *testing.T) {
	s := load(t, logsIn(t, lab)...)
	for _, id := range []string{"0x153ec2b", "0x1549f31", "0xceec42", "0xcf85b7", "0x2074186"} {
		wantLinks(t, s, "WORKSTATION6/"+id, "strong ntlm-validation 4776 MORDORDC")
	}
	// The sixth names no workstation.
	wantLinks(t, s, "WORKSTATION5/0xc3e079", "medium ntlm-validation 4776 MORDORDC")
}

func TestRDPUnlockHasItsTicketByGUID(t *testing.T) {
	s := load(t, logsIn(t, rdp)...)
	wantLinks(t, s, "WORKSTATION5/0xc47c05", "exact service-ticket 4769 WORKSTATION5$ MORDORDC", "medium service-ticket 4769 MORDORDC$ MORDORDC",
		"exact explicit-credentials 4648 WORKSTATION5", "strong tgt 4768 MORDORDC")
	for _, id := range []string{"MORDORDC/0x7203044", "MORDORDC/0x7204285", "MORDORDC/0x72042af"} {
		for _, l := range session(t, s, id).Chain {
			if l.Certainty == model.Exact {
				t.Errorf("%s: no 4769 has its GUID, but %+v", id, l)
			}
		}
	}
}

func TestSprayTicketsServedSeveralLogons(t *testing.T) {
	s := load(t, logsIn(t, spray)...)
	for _, id := range []string{"WORKSTATION7/0x9b1a6d", "WORKSTATION6/0x8fc1d9"} {
		host, _, _ := strings.Cut(id, "/")
		wantLinks(t, s, id, "medium service-ticket 4769 "+host+"$ MORDORDC")
	}
	for _, h := range s.Hosts() {
		for address, short := range map[string]string{"172.18.39.6": "WORKSTATION6", "172.18.39.7": "WORKSTATION7"} {
			has := slices.ContainsFunc(h.Addresses, func(a model.Address) bool { return a.Address == address })
			if has != (h.Short() == short) {
				t.Errorf("%s has %v, %s", h.Name, h.Addresses, address)
			}
		}
	}
}

func TestWindomainLogonsHaveTheirTicketsByGUID(t *testing.T) {
	s := load(t, logsIn(t, windomain)...)
	for _, id := range []string{"dc/0x512d1", "dc/0xae31a"} {
		wantLinks(t, s, id, "exact service-ticket 4769 DC$ dc", "exact explicit-credentials 4648 dc")
	}
	wantLinks(t, s, "dc/0xa48ec", "medium ntlm-validation 4776 dc")
}

func TestTunnelledRDPHasItsExplicitCredentials(t *testing.T) {
	s := load(t, logsIn(t, example)...)
	wantLinks(t, s, "PC01/0x14a321", "exact explicit-credentials 4648 PC01")
	if x := session(t, s, "PC01/0x14a321"); x.Source.Host != model.None {
		t.Errorf("%+v", x.Source)
	}
	if m := session(t, s, "PC01/0x14a321").ChainMissing; !strings.Contains(m, "do not hold that time") {
		t.Error(m)
	}
}
