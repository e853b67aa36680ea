package model_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// sitting is what is true of one sitting of a real log. Segments are "state
// start client address", with as much of the start as is known.
type sitting struct {
	logs     string
	id       string
	kind     model.SessionKind
	logons   []string // its own halves, then what was folded
	checks   []string // "type why"
	segments []string
	source   string
}

var sittings = []sitting{
	{windomain, "dc/0x513da", model.KindInteractive, []string{"0x513da", "0x512d1", "0xae330", "0xae31a", "0xa48ec"}, []string{"10 reconnect (4778 from 192.168.38.1; its network authentication is 0xa48ec)"},
		[]string{"connected 2021-02-12T12:33:51 console", "disconnected 2021-02-12T12:34:28", "connected 2021-02-12T12:34:30 silversurfer 192.168.38.1"}, "127.0.0.1"},
	{rdp, "WORKSTATION5/0x10ac67", model.KindRemoteDesktop, []string{"0x10ac67", "0xc47279", "0xc47666", "0xc47c05", "0xc49e51", "0xc3e079"}, []string{"7 unlock (4801; its network authentication is 0xc3e079)", "7 revalidation"},
		[]string{"connected 2020-09-22T08:38:02 robertos-mbp 1.2.3.4"}, "1.2.3.4"},
	{privacy, "DESKTOP-23PS6ES/0xf946e", model.KindInteractive, []string{"0xf946e", "0xf94c0", "0x15a706", "0x15a75a"}, []string{"7 revalidation", "11 revalidation", "7 revalidation"},
		[]string{"connected 2020-08-01T22:57:10 console"}, "127.0.0.1"},
	{privacy, "DESKTOP-23PS6ES/0x3ca371", model.KindInteractive, []string{"0x3ca371", "0x3ca3c4", "0xa79fa5", "0xa7ae5d"}, []string{"7 revalidation", "11 revalidation", "7 revalidation"},
		[]string{"connected 2020-08-07T17:44:45 console"}, "127.0.0.1"},
	// LSM 24 and 25 alone tell of it; its type 10 has the address 0.0.0.0.
	{privacy, "DESKTOP-23PS6ES/0xced92", model.KindInteractive, []string{"0xced92", "0xced75", "0x1f5362", "0x1f1de4"}, []string{"10 reconnect (LSM 25)"},
		[]string{"connected 2020-08-01T18:50:57 console", "disconnected 2021-02-13T19:52:47", "connected 2021-02-13T19:52:50"}, "127.0.0.1"},
	{privacy, "DESKTOP-23PS6ES/0x1e542", model.KindInteractive, []string{"0x1e542", "0x1e4ed", "0x672b9", "0x6729c", "0x36687c", "0x36685c"}, []string{"10 reconnect (LSM 25)", "10 reconnect (LSM 25)"},
		[]string{"connected 2021-02-13T19:56:38 console", "disconnected 2021-02-13T19:56:50", "connected 2021-02-13T19:56:52", "disconnected 2020-08-01T21:17:09", "connected 2020-08-01T21:17:26"}, "127.0.0.1"},
	{privacy, "DESKTOP-23PS6ES/0x59aa2", model.KindRemoteDesktop, []string{"0x59aa2"}, nil, []string{"connected 2020-08-01T22:56:06"}, ""},
	// 1149 says the address that 4624 has too; the network logons before it
	// name none, so they stay sessions.
	{example, "PC01/0x14a321", model.KindRemoteDesktop, []string{"0x14a321"}, nil, []string{"connected 2019-02-13T18:04:58 127.0.0.1"}, "127.0.0.1"},
	{example, "PC01/0x1414c8", model.KindInteractive, []string{"0x1414c8", "0x1414d9"}, []string{"7 revalidation"}, []string{"connected 2019-02-13T18:02:04 console"}, "127.0.0.1"},
	{offsec, "fs01/0x6a423", model.KindRemoteDesktop, []string{"0x6a423"}, nil,
		[]string{"disconnected 2021-05-14T20:40:17.40", "connected 2021-05-14T20:40:17.53 JUMP01 10.23.23.9", "connected 2021-05-14T21:01:05.83 JUMP01 10.23.23.9 without credentials"}, "10.23.23.9"},
	{offsec, "fs01/0x13b5e1e", model.KindRemoteDesktop, []string{"0x13b5e1e"}, nil, []string{"connected 2021-05-14T20:40:17.16 JUMP01 10.23.23.9", "disconnected 2021-05-14T21:01:05.37"}, "10.23.23.9"},
	{twice, "WIN-03DLIIOFRRA/0x915bb", model.KindInteractive, []string{"0x91581", "0x915bb", "0xa113ac", "0xa113ba"}, []string{"7 unlock (its type; no 4801 says so)"},
		[]string{"connected 2016-07-16T21:12:57 console"}, "127.0.0.1"},
}

func TestSittingsOfRealLogs(t *testing.T) {
	loaded := map[string]*model.Snapshot{}
	for _, want := range sittings {
		s := loaded[want.logs]
		if s == nil {
			s = load(t, logsIn(t, want.logs)...)
			loaded[want.logs] = s
		}
		x := session(t, s, want.id)
		var ids, checks []string
		for _, row := range x.Logons {
			ids = append(ids, s.Logon(row).LogonID.String())
		}
		expected := slices.Clone(want.logons)
		slices.Sort(expected)
		slices.Sort(ids)
		if !slices.Equal(ids, expected) || x.Kind != want.kind || x.Source.Address != want.source {
			t.Errorf("%s: %s from %q with %q", want.id, x.Kind, x.Source.Address, ids)
		}
		for _, c := range x.Checks {
			checks = append(checks, fmt.Sprintf("%d %s", c.Type, c.Why))
		}
		if !slices.EqualFunc(checks, want.checks, strings.HasPrefix) {
			t.Errorf("%s: checks %q, want %q", want.id, checks, want.checks)
		}
		if got := drawn(x.Segments); !slices.EqualFunc(got, want.segments, sameSegment) {
			t.Errorf("%s: segments %q, want %q", want.id, got, want.segments)
		}
		for _, id := range want.logons {
			host, _, _ := strings.Cut(want.id, "/")
			if y := session(t, s, host+"/"+id); y.Row != x.Row {
				t.Errorf("%s finds another session than %s", id, want.id)
			}
		}
	}
}

// sameSegment compares the start by its beginning.
func sameSegment(got, want string) bool {
	g, w := strings.Fields(got), strings.Fields(want)
	return len(g) == len(w) && g[0] == w[0] && strings.HasPrefix(g[1], w[1]) && slices.Equal(g[2:], w[2:])
}

func drawn(segments []model.Segment) []string {
	var out []string
	for _, g := range segments {
		s := g.State.String() + " " + g.Start.String()
		if g.Console {
			s += " console"
		}
		for _, part := range []string{g.ClientName, g.ClientAddress} {
			if part != "" {
				s += " " + part
			}
		}
		if g.WithoutCredentials {
			s += " without credentials"
		}
		out = append(out, s)
	}
	return out
}

// The console segment lasts until the client takes over, the client's until
// the logoff; the check and the network logon end nothing.
func TestWindomainTakeoverIsOneSession(t *testing.T) {
	s := load(t, logsIn(t, windomain)...)
	x := session(t, s, "dc/0x513da")
	if len(x.Segments) != 3 {
		t.Fatalf("%+v", x.Segments)
	}
	for i, want := range []string{"2021-02-12T12:34:28.", "2021-02-12T12:34:30.", "2021-02-12T12:34:40."} {
		if got := x.Segments[i].End.String(); !strings.HasPrefix(got, want) {
			t.Errorf("segment %d ends %s", i, got)
		}
	}
	for id, end := range map[event.LogonID]string{0xae31a: "2021-02-12T12:34:31.", 0xae330: "2021-02-12T12:34:31.", 0xa48ec: "2021-02-12T12:34:41."} {
		if l, ok := logonOf(s, x, id); !ok || !strings.HasPrefix(l.End.Time.String(), end) {
			t.Errorf("%s: %+v", id, l)
		}
	}
	if len(x.Chain) > 0 && slices.ContainsFunc(x.Chain, func(l model.ChainLink) bool { return l.Role == model.RoleNetworkAuthentication }) {
		t.Errorf("a network authentication led to a session at the console: %+v", x.Chain)
	}
}

// The network logons through the tunnel name no address: none is chosen.
func TestExampleTunnelNetworkAuthenticationIsNotChosen(t *testing.T) {
	s := load(t, logsIn(t, example)...)
	for _, id := range []string{"PC01/0x14871d", "PC01/0x148f5d"} {
		if x := session(t, s, id); x.Kind != model.KindNetwork || len(x.Logons) != 1 {
			t.Errorf("%s: %+v", id, x)
		}
	}
	for _, l := range session(t, s, "PC01/0x14a321").Chain {
		if s.Event(l.Event).Kind == event.Logon && l.Certainty != model.Medium {
			t.Errorf("%+v", l)
		}
	}
}

// Of the corpus' prompts (CredPro), none is at the console, and those within
// a session of the log are its children.
func TestPrivacymatrixPromptsAreChildrenOfTheSession(t *testing.T) {
	s := load(t, logsIn(t, privacy)...)
	desk := session(t, s, "DESKTOP-23PS6ES/0x3ca371")
	for _, id := range []string{"0x4b2b9f", "0x6ff68c", "0xade854"} {
		x := session(t, s, "DESKTOP-23PS6ES/"+id)
		if x.Activity.Name != "uac-prompt" || x.Parent.Session != desk.Row || x.Parent.Certainty != model.Medium || len(x.Segments) != 0 {
			t.Errorf("%s: %+v, parent %+v", id, x.Activity, x.Parent)
		}
		if !slices.ContainsFunc(desk.Children, func(r model.Relation) bool { return r.Session == x.Row }) {
			t.Errorf("%s is no child", id)
		}
	}
}
