package model_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

const (
	windomain = "windomain-dc-2021-02-12"
	privacy   = "praivacymatrix-ws-rename"
	lab       = "otrf-theshire-2020-09-17_22-lab-logon-ids-only"
	rdp       = "otrf-theshire-2020-09-22-rdp"
	spray     = "otrf-theshire-2020-10-22-spray"
	example   = "example-corp-2019"
	offsec    = "offsec-lan"
	twice     = "single-duplicate-export"
)

// ofLogon returns the sessions of a host with a logon ID, fixed boots apart.
func logonOf(s *model.Snapshot, x model.Session, id event.LogonID) (model.Logon, bool) {
	for _, row := range x.Logons {
		if l := s.Logon(row); l.LogonID == id {
			return l, true
		}
	}
	return model.Logon{}, false
}

func TestWindomainBootsOnceWhenItRestarts(t *testing.T) {
	s := load(t, logsIn(t, windomain)...)
	if len(s.Hosts()) != 1 {
		t.Fatalf("%d hosts", len(s.Hosts()))
	}
	h := s.Hosts()[0]
	if !slices.Equal(h.Roles, []string{"domain controller"}) || !h.Logged {
		t.Errorf("%+v", h)
	}
	if len(h.Boots) != 2 {
		t.Fatalf("%d boots, want the one before the log and the one after the restart", len(h.Boots))
	}
	if got := h.Boots[1].Started.String(); !strings.HasPrefix(got, "2021-02-12T12:32:59.") || h.Boots[1].Certainty != model.Exact {
		t.Errorf("boot 2 started %s", got)
	}
	if b := h.Boots[0]; b.Reason != "shutdown" || !strings.HasPrefix(b.Ended.String(), "2021-02-12T12:32:49.311") {
		t.Errorf("boot 1 ended %s, %s", b.Ended, b.Reason)
	}
}

func TestWindomainConsoleSessionIsOneFromLogonToLogoff(t *testing.T) {
	s := load(t, logsIn(t, windomain)...)
	x, y := session(t, s, "dc/0x512d1"), session(t, s, "dc/0x513da")
	if x.Row != y.Row {
		t.Fatal("0x512d1 and 0x513da are two sessions")
	}
	wantEnd(t, x.End, model.EndReasonLogoff, model.EndExact, "2021-02-12 12:34:40.6092328")
	if got := s.Event(x.End.By); got.EventID != 4647 {
		t.Errorf("ended by %d", got.EventID)
	}
	if x.Kind != model.KindInteractive || x.Boot != 2 || s.Account(x.Account).Name != "vagrant" || !strings.HasPrefix(x.Start.String(), "2021-02-12T12:33:51") {
		t.Errorf("%+v", x)
	}
	if anchor := s.Logon(x.Logons[0]); anchor.LogonID != 0x513da {
		t.Errorf("the filtered half is 0x513da, not %s", anchor.LogonID)
	}
	if guid := x.LogonGUID.String(); guid != "{0fe90b73-135d-9a16-cea8-0ab509ecff74}" {
		t.Errorf("LogonGuid %s", guid)
	}
	// 4778 and 4779 name the living session.
	var kinds []event.Kind
	for _, e := range s.SessionEvents(x.Row) {
		if k := s.Event(e).Kind; k == event.SessionDisconnected || k == event.SessionReconnected {
			kinds = append(kinds, k)
		}
	}
	if !slices.Equal(kinds, []event.Kind{event.SessionDisconnected, event.SessionReconnected}) {
		t.Errorf("4779 and 4778: %v", kinds)
	}
}

func TestWindomainEnds(t *testing.T) {
	s := load(t, logsIn(t, windomain)...)
	x := session(t, s, "dc/0x1febc5")
	if x.StartKnown || x.End.Reason != model.EndReasonShutdown || !strings.HasPrefix(x.End.Time.String(), "2021-02-12T12:32:43.") || x.End.Account != `WINDOMAIN\vagrant` {
		t.Errorf("0x1febc5: %+v", x)
	}
	linked := 0
	for e := range s.EventCount() {
		if id, _ := s.Number(model.EventRow(e), event.LinkedLogon); id != 0 {
			linked++
		}
	}
	if linked != 10 {
		t.Errorf("%d logons carry a linked ID, want 10", linked)
	}
}

func TestPrivacymatrixIsOneHostThroughItsRenames(t *testing.T) {
	s := load(t, logsIn(t, privacy)...)
	if len(s.Hosts()) != 1 {
		t.Fatalf("%q", spellings(s))
	}
	h := s.Hosts()[0]
	if h.Name != "DESKTOP-23PS6ES.praivacymatrix.com" || !slices.Equal(h.Spellings, []string{"DESKTOP-23PS6ES", "DESKTOP-23PS6ES.praivacymatrix.com", "WIN-AN5B2T7E4GI"}) {
		t.Errorf("%s %q", h.Name, h.Spellings)
	}
	starts := map[string]int{}
	for e := range s.EventCount() {
		if x := s.Event(model.EventRow(e)); x.Kind == event.LSASSStarted {
			starts[x.Computer]++
		}
	}
	if starts["WIN-AN5B2T7E4GI"] != 1 || starts["DESKTOP-23PS6ES"]+starts["DESKTOP-23PS6ES.praivacymatrix.com"] != 23 {
		t.Errorf("4608: %v, want 1 and 23", starts)
	}
	if exact := slices.DeleteFunc(slices.Clone(h.Boots), func(b model.Boot) bool { return b.Certainty != model.Exact }); len(exact) != 24 {
		t.Errorf("%d boots with a start, want 24", len(exact))
	}
}

// Its clock was set ahead by half a year and back, within sessions of minutes
// (4616: records 484 and 779 to 811). Nineteen of its starts follow a 1100.
func TestPrivacymatrixClockMeasuresNothingWhereItWasSet(t *testing.T) {
	s := load(t, logsIn(t, privacy)...)
	for _, name := range []string{"DESKTOP-23PS6ES/0xced92", "DESKTOP-23PS6ES/0x1e542"} {
		x := session(t, s, name)
		if d, how := x.Length(); how != model.EndUnknown || x.End.Certainty != model.EndExact {
			t.Errorf("%s: %s to %s lasted %s, %s", name, x.Start, x.End.Time, d, how)
		}
	}
	shutdowns := 0
	for _, b := range s.Hosts()[0].Boots {
		if b.Reason == "shutdown" {
			shutdowns++
		}
	}
	if shutdowns != 19 {
		t.Errorf("%d boots ended by a shutdown, want 19", shutdowns)
	}
}

// The same numbers, other people.
func TestPrivacymatrixReusedLogonIDsAreDifferentLogons(t *testing.T) {
	s := load(t, logsIn(t, privacy)...)
	tests := map[string][2]string{
		"0x68fb": {"UMFD-0 2020-08-07T20:03:41", "UMFD-1 2021-02-14T02:31:39"},
		"0xb61a": {"DWM-1 2020-08-07T20:14:17", "DWM-1 2020-09-08T18:09:08"},
		"0x6574": {"UMFD-0 2020-12-10T19:12:21", "UMFD-0 2021-02-10T19:50:36"},
	}
	for id, want := range tests {
		var got []string
		boots := map[int]bool{}
		for _, x := range sessions(t, s, "DESKTOP-23PS6ES/"+id) {
			logon, _ := event.ParseLogonID(id)
			l, _ := logonOf(s, x, logon)
			if !l.StartKnown {
				continue
			}
			boots[l.Boot] = true
			got = append(got, fmt.Sprintf("%s %.19s", s.Account(l.Account).Name, l.Start.String()))
		}
		slices.Sort(got)
		if !slices.Equal(got, want[:]) || len(boots) != 2 {
			t.Errorf("%s: %q in %d boots, want %q", id, got, len(boots), want)
		}
	}
}

func TestPrivacymatrixEnds(t *testing.T) {
	s := load(t, logsIn(t, privacy)...)
	tests := []struct {
		id      string
		account string
		kind    model.SessionKind
		typ     uint32
		start   string
		reason  model.EndReason
		end     string
	}{
		{"0x59aa2", "Administrator", model.KindRemoteDesktop, 10, "2020-08-01T22:56:06", model.EndReasonLogoff, "2020-08-01T22:56:33"},
		{"0x3ca371", "anit.ghosh", model.KindInteractive, 11, "2020-08-07T17:44:45", model.EndReasonLogoff, "2020-08-07T19:28:15"},
	}
	for _, test := range tests {
		x := session(t, s, "DESKTOP-23PS6ES/"+test.id)
		if x.Kind != test.kind || x.LogonType != test.typ || s.Account(x.Account).Name != test.account || x.End.Reason != test.reason || x.End.Certainty != model.EndExact ||
			!strings.HasPrefix(x.Start.String(), test.start) || !strings.HasPrefix(x.End.Time.String(), test.end) {
			t.Errorf("%s: %+v", test.id, x)
		}
	}
	if x := session(t, s, "DESKTOP-23PS6ES/0x59aa2"); x.Source.Address != "" {
		t.Errorf("0.0.0.0 is no source: %+v", x.Source)
	}
	if cached := session(t, s, "DESKTOP-23PS6ES/0xf946e"); cached.LogonType != 11 || cached.Validated != "cached" {
		t.Errorf("%+v", cached)
	}
}

// logonIDs counts distinct logon IDs of hosts, those with an end among them.
func logonIDs(s *model.Snapshot, use func(e model.Event) bool) (ids, ended int) {
	type key struct {
		host model.HostID
		id   uint64
	}
	all, ends := map[key]bool{}, map[key]bool{}
	for e := range s.EventCount() {
		x := s.Event(model.EventRow(e))
		if !use(x) {
			continue
		}
		id, _ := s.Number(model.EventRow(e), event.TargetLogon)
		k := key{x.Host, id}
		switch {
		case id == 0 || event.LogonID(id).Fixed():
		case x.Kind == event.Logon:
			all[k] = true
		case x.Kind == event.LogonTerminated || x.Kind == event.LogoffInitiated:
			ends[k] = true
		}
	}
	for k := range all {
		if ends[k] {
			ended++
		}
	}
	return len(all), ended
}

func TestPrivacymatrixCounts(t *testing.T) {
	s := load(t, logsIn(t, privacy)...)
	ids, ended := logonIDs(s, func(model.Event) bool { return true })
	if ids != 209 || ended != 99 {
		t.Errorf("%d logon IDs, %d with an end; want 209 and 99", ids, ended)
	}
	later, _ := logonIDs(s, func(e model.Event) bool { return e.Computer != "WIN-AN5B2T7E4GI" })
	if later != 205 {
		t.Errorf("%d logon IDs under the later names, want 205", later)
	}
	linked := map[uint64]bool{}
	for e := range s.EventCount() {
		if id, _ := s.Number(model.EventRow(e), event.LinkedLogon); id != 0 {
			target, _ := s.Number(model.EventRow(e), event.TargetLogon)
			linked[target] = true
		}
	}
	if len(linked) != 97 {
		t.Errorf("%d logon IDs are linked, want 97", len(linked))
	}
}

func TestLabCounts(t *testing.T) {
	s := load(t, logsIn(t, lab)...)
	logons := map[string]int{}
	kinds := map[event.Kind]int{}
	for e := range s.EventCount() {
		x := s.Event(model.EventRow(e))
		kinds[x.Kind]++
		if x.Kind == event.Logon {
			logons[s.Host(x.Host).Short()]++
		}
	}
	for host, want := range map[string]int{"MORDORDC": 265, "WORKSTATION6": 39, "WORKSTATION5": 10} {
		if logons[host] != want {
			t.Errorf("%s: %d 4624s, want %d", host, logons[host], want)
		}
	}
	for kind, want := range map[event.Kind]int{event.TicketGranting: 4, event.ServiceTicket: 34, event.TicketRenewed: 1, event.CredentialValidation: 6, event.ShareAccessed: 48, event.ShareFileChecked: 99} {
		if kinds[kind] != want {
			t.Errorf("kind %d: %d, want %d", kind, kinds[kind], want)
		}
	}
	if ids, ended := logonIDs(s, func(model.Event) bool { return true }); ids != 299 || ended != 218 {
		t.Errorf("%d logon IDs, %d with an end; want 299 and 218", ids, ended)
	}
	if s.Duplicates() != 0 || len(s.Hosts()) != 3 {
		t.Errorf("%d duplicates, %d hosts", s.Duplicates(), len(s.Hosts()))
	}
}

func TestLabNTLMLogons(t *testing.T) {
	s := load(t, logsIn(t, lab)...)
	for id, at := range map[string]string{
		"0x153ec2b": "2020-09-17T21:46:05", "0x1549f31": "2020-09-17T21:46:12", "0xceec42": "2020-09-18T19:00:21", "0xcf85b7": "2020-09-18T19:00:27", "0x2074186": "2020-09-20T06:57:46",
	} {
		x := session(t, s, "WORKSTATION6/"+id)
		if x.Kind != model.KindNetwork || x.Package != "NTLM" || s.Account(x.Account).Display() != `THESHIRE\pgustavo` || x.Source.Address != "172.18.39.5" ||
			x.Source.Name != "WORKSTATION5" || !x.Source.Claimed || !strings.HasPrefix(x.Start.String(), at) {
			t.Errorf("%s: %+v", id, x)
		}
	}
	anonymous := session(t, s, "MORDORDC/0xa6647c")
	if anonymous.Kind != model.KindNetwork || anonymous.Source.Address != "172.18.39.6" || s.Account(anonymous.Account).SID != "S-1-5-7" {
		t.Errorf("%+v", anonymous)
	}
	count := map[string]int{}
	for _, row := range s.Sessions(model.None, model.None) {
		if x := s.Session(row); x.StartKnown {
			count[fmt.Sprintf("%s %s %d", s.Account(x.Account).Name, s.Host(x.Host).Short(), x.LogonType)] += len(x.Logons)
		} else if len(x.Checks) > 0 {
			for _, row := range x.Logons[1:] {
				l := s.Logon(row)
				count[fmt.Sprintf("%s %s %d", s.Account(l.Account).Name, s.Host(l.Host).Short(), l.Type)]++
			}
		}
	}
	for key, want := range map[string]int{
		"pgustavo MORDORDC 3": 21, "pgustavo WORKSTATION6 3": 28, "pgustavo WORKSTATION5 3": 1, "pgustavo WORKSTATION5 7": 4, "sbeavers MORDORDC 3": 1, "wardog WORKSTATION6 9": 2,
	} {
		if count[key] != want {
			t.Errorf("%s: %d logons, want %d", key, count[key], want)
		}
	}
}

// "No 4608 seen" is no proof of one boot.
func TestLabDoesNotClaimThatSessionsLivedAcrossAFallOfLogonIDs(t *testing.T) {
	s := load(t, logsIn(t, lab)...)
	for _, row := range s.Sessions(model.None, model.None) {
		x := s.Session(row)
		if s.Host(x.Host).Short() == "WORKSTATION6" && x.End.Reason == model.EndReasonOpen && x.End.NotBefore < event.FileTimeOf(clock("2020-09-18 12:00:00").Time()) {
			t.Errorf("%s: %+v", x.ID, x.End)
		}
	}
}

func TestRDPReconnect(t *testing.T) {
	s := load(t, logsIn(t, rdp)...)
	living := session(t, s, "WORKSTATION5/0x10ac67")
	if living.StartKnown || s.Account(living.Account).Display() != `THESHIRE\pgustavo` {
		t.Errorf("%+v", living)
	}
	var kinds []event.Kind
	for _, e := range s.SessionEvents(living.Row) {
		if k := s.Event(e).Kind; k == event.SessionReconnected || k == event.WorkstationUnlocked {
			kinds = append(kinds, k)
		}
	}
	if !slices.Equal(kinds, []event.Kind{event.SessionReconnected, event.WorkstationUnlocked}) {
		t.Errorf("4778 and 4801 belong to 0x10ac67: %v", kinds)
	}
	for _, id := range []string{"0x7203044", "0x7204285", "0x72042af"} {
		if x := session(t, s, "MORDORDC/"+id); x.Kind != model.KindNetwork || x.Source.Address != "172.18.39.5" {
			t.Errorf("%s: %+v", id, x)
		}
	}
}

// 100 records are in both sets.
func TestRDPSetAndLabShareRecords(t *testing.T) {
	a, b := load(t, logsIn(t, rdp)...), load(t, logsIn(t, lab)...)
	s := load(t, logsIn(t, rdp, lab)...)
	if len(s.Hosts()) != 3 {
		t.Errorf("%q", spellings(s))
	}
	if got := a.EventCount() + b.EventCount() - s.EventCount(); got != s.Duplicates() {
		t.Errorf("%d events fewer, %d duplicates", got, s.Duplicates())
	}
	if s.Duplicates() != 98 {
		// Two of the hundred, System 1501 and RCM 261, are counted, not indexed.
		t.Errorf("%d duplicates", s.Duplicates())
	}
	// Each session of the smaller set is in the union under its ID.
	for row := range a.SessionCount() {
		x := a.Session(model.SessionRow(row))
		if _, err := s.FindSessions(x.ID); err != nil {
			t.Error(err)
		}
	}
}

func TestSpray(t *testing.T) {
	s := load(t, logsIn(t, spray)...)
	users := []string{"lrodriguez", "pgustavo", "sysmonsvc", "sbeavers", "mscott", "pbeesly", "nxlogsvc"}
	slices.Sort(users)
	var tried []string
	for _, f := range s.Failures() {
		tried = append(tried, strings.TrimPrefix(f.Tried, `theshire.local\`))
		if f.Code != "0xc000006a" || f.Reason != "wrong password" || !strings.HasPrefix(f.Time.String(), "2020-10-22T08:29:53") {
			t.Errorf("%+v", f)
		}
		if f.Protocol != "logon" || f.Subject != `THESHIRE\pgustavo` || f.SubjectID != 0x9cc0b6 || f.LogonType != 2 || f.Status != 0xc000006d ||
			s.Host(f.LoggedOn).Short() != "WORKSTATION5" || f.TargetHost != f.LoggedOn || f.Source.Name != "WORKSTATION5" {
			t.Errorf("%+v", f)
		}
		var told []string
		for _, r := range f.Records {
			e := s.Event(r)
			told = append(told, fmt.Sprintf("%d of %s", e.EventID, s.Host(e.Host).Short()))
		}
		slices.Sort(told)
		if !slices.Equal(told, []string{"4625 of WORKSTATION5", "4776 of MORDORDC"}) {
			t.Errorf("%s is told by %q", f.Tried, told)
		}
	}
	slices.Sort(tried)
	if !slices.Equal(tried, users) {
		t.Errorf("tried %q", tried)
	}
	for _, u := range users {
		if a := account(t, s, u); a.Failures != 1 || a.Boring {
			t.Errorf("%+v", a)
		}
	}
	for id, want := range map[string]string{"WORKSTATION7/0x9b1a6d": "172.18.39.5", "WORKSTATION6/0x8fc1d9": "172.18.39.5", "WORKSTATION7/0x9b1ad0": "", "WORKSTATION6/0x8fc6d5": ""} {
		if x := session(t, s, id); x.Kind != model.KindNetwork || x.Source.Address != want {
			t.Errorf("%s: %+v", id, x)
		}
	}
	remote := session(t, s, "WORKSTATION7/0x9b1ad0")
	if !slices.ContainsFunc(s.SessionEvents(remote.Row), func(e model.EventRow) bool {
		return strings.HasSuffix(s.Text(e, event.NewProcess), `\wsmprovhost.exe`)
	}) {
		t.Error("wsmprovhost.exe is not in 0x9b1ad0")
	}
}

func TestExampleCorp(t *testing.T) {
	s := load(t, logsIn(t, example)...)
	x := session(t, s, "PC01/0x14a321")
	if x.Kind != model.KindRemoteDesktop || x.Source.Address != "127.0.0.1" || x.Source.Port != 49274 || x.LogonGUID.String() != "{af83a89c-c68a-5397-5ac6-24a0c4d2baf6}" || !strings.HasPrefix(x.Start.String(), "2019-02-13T18:04:58") {
		t.Errorf("%+v", x)
	}
	for _, id := range []string{"0x14871d", "0x148f5d"} {
		if y := session(t, s, "PC01/"+id); y.Kind != model.KindNetwork || y.Source.Name != "PC02" || !y.Source.Claimed || y.Source.Address != "" {
			t.Errorf("%s: %+v", id, y)
		}
	}
	if y := session(t, s, "PC01/0x1414c8"); y.LogonType != 11 || s.Account(y.Account).Display() != `EXAMPLE\user01` {
		t.Errorf("%+v", y)
	}
	if y := session(t, s, "PC02/0x45120"); y.LogonType != 10 || y.Source.Address != "127.0.0.1" || y.Source.Port != 49164 || s.Account(y.Account).Name != "IEUser" {
		t.Errorf("%+v", y)
	}
	// The case differs, the account does not.
	a := account(t, s, "Administrator")
	if a.Authentications != 4 && a.Authentications != 3 {
		t.Errorf("%+v", a)
	}
	for id, address := range map[string]string{"0x17e2aa": "10.0.2.17", "0x17e2c0": "10.0.2.17", "0x17e2d2": ""} {
		if y := session(t, s, "WIN-77LTAPHIQ1R/"+id); y.Package != "NTLM" || y.Account != a.ID || y.Source.Address != address {
			t.Errorf("%s: %+v", id, y)
		}
	}
}

func TestOffsecHijackNamesTwoSessionsOfTwoUsers(t *testing.T) {
	s := load(t, logsIn(t, offsec)...)
	for id, name := range map[string]string{"fs01/0x13b5e1e": "admmig", "fs01/0x6a423": "admmarsid"} {
		found := sessions(t, s, id)
		if !slices.ContainsFunc(found, func(x model.Session) bool { return s.Account(x.Account).Name == name }) {
			t.Errorf("%s is not %s's", id, name)
		}
	}
	hosts := map[model.HostID]bool{}
	for e := range s.EventCount() {
		if x := s.Event(model.EventRow(e)); x.Kind == event.RDPNetworkAuth {
			hosts[x.Host] = true
			if s.Text(x.Row, event.IPAddress) != "10.23.123.11" || s.Text(x.Row, event.TargetName) != "admmig" {
				t.Errorf("%s: 1149 of %s from %s", x.Computer, s.Text(x.Row, event.TargetName), s.Text(x.Row, event.IPAddress))
			}
		}
	}
	if len(hosts) != 11 {
		t.Errorf("1149 on %d hosts, want 11", len(hosts))
	}
}

func TestDuplicateExportGivesTheSameSessions(t *testing.T) {
	paths := logsIn(t, twice)
	one, both := load(t, paths[0]), load(t, paths...)
	if both.Records() != 2*one.Records() || one.Records() != 2261 {
		t.Errorf("%d and %d records, want 2261 and twice that", one.Records(), both.Records())
	}
	if both.Duplicates() != one.EventCount() || both.EventCount() != one.EventCount() {
		t.Errorf("%d duplicates of %d events", both.Duplicates(), one.EventCount())
	}
	if diff := difference(one, both); diff != "" {
		t.Error(diff)
	}
}

// No two machines of the corpus are made one, and no machine is made two.
func TestNativeLogsLoadedAsOneMergeNoHosts(t *testing.T) {
	s := load(t, logsIn(t, windomain, privacy, twice, "single", example, offsec)...)
	want := [][]string{
		{"37L4247F27-25", "WIN-03DLIIOFRRA"},
		{"DESKTOP-23PS6ES", "DESKTOP-23PS6ES.praivacymatrix.com", "WIN-AN5B2T7E4GI"},
		{"IEWIN7", "PC01.example.corp"},
	}
	for _, h := range s.Hosts() {
		if len(h.Spellings) != 1 && !slices.ContainsFunc(want, func(w []string) bool { return slices.Equal(w, h.Spellings) }) {
			t.Errorf("%q are one host", h.Spellings)
		}
	}
	if len(s.Hosts()) != 24 {
		t.Errorf("%d hosts", len(s.Hosts()))
	}
	for _, a := range s.Accounts() {
		if a.Host == model.None && len(a.Hosts) > 1 && a.SID == "" {
			t.Errorf("%s without a SID is on %d hosts", a.Display(), len(a.Hosts))
		}
	}
}

// The same full name with another domain SID is another machine.
func TestTwoLabsOfOneNameAreTwoSetsOfHosts(t *testing.T) {
	s := load(t, logsIn(t, lab, spray)...)
	count := map[string]int{}
	for _, h := range s.Hosts() {
		count[h.Short()]++
	}
	for name, want := range map[string]int{"MORDORDC": 2, "WORKSTATION5": 2, "WORKSTATION6": 2, "WORKSTATION7": 1} {
		if count[name] != want {
			t.Errorf("%d hosts are called %s, want %d", count[name], name, want)
		}
	}
	if found := accountsNamed(s, "pgustavo"); len(found) != 2 {
		t.Errorf("%+v", found)
	}
}

func TestEveryCorpusFileLoads(t *testing.T) {
	all, err := filepath.Glob(filepath.Join(corpus(t), "*", "*.evtx"))
	if err != nil {
		t.Fatal(err)
	}
	s := load(t, all...)
	for e := range s.EventCount() {
		s.Describe(model.EventRow(e))
	}
	for row := range s.SessionCount() {
		x := s.Session(model.SessionRow(row))
		if x.End.Certainty == model.EndExact && x.End.Time == 0 {
			t.Errorf("%s ended exactly at no time", x.ID)
		}
	}
}
