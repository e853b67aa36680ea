package model_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// told lists the events of a kind, oldest first by host and record.
func told(s *model.Snapshot, k event.Kind, use func(e model.Event) bool) []model.Event {
	var out []model.Event
	for row := range s.EventCount() {
		if e := s.Event(model.EventRow(row)); e.Kind == k && (use == nil || use(e)) {
			out = append(out, e)
		}
	}
	return out
}

// guidsOf counts the non-zero GUIDs of the events of a kind.
func guidsOf(s *model.Snapshot, k event.Kind, col event.Column, use func(e model.Event) bool) map[string]int {
	out := map[string]int{}
	for _, e := range told(s, k, use) {
		if g := s.GUID(e.Row, col); g != (event.GUID{}) {
			out[g.String()]++
		}
	}
	return out
}

// joinedBy counts the events of a kind, and those whose logon ID is one that a
// 4624 of their host began; fixed says whether Windows' own IDs count.
func joinedBy(s *model.Snapshot, k event.Kind, col event.Column, fixed bool) (with, all int) {
	type key struct {
		host model.HostID
		id   uint64
	}
	began := map[key]bool{}
	for _, e := range told(s, event.Logon, nil) {
		id, _ := s.Number(e.Row, event.TargetLogon)
		began[key{e.Host, id}] = true
	}
	for _, e := range told(s, k, nil) {
		id, _ := s.Number(e.Row, col)
		if !fixed && event.LogonID(id).Fixed() {
			continue
		}
		if all++; began[key{e.Host, id}] {
			with++
		}
	}
	return with, all
}

func wantJoined(t *testing.T, s *model.Snapshot, k event.Kind, col event.Column, fixed bool, with, all int) {
	t.Helper()
	if w, a := joinedBy(s, k, col, fixed); w != with || a != all {
		t.Errorf("kind %d: %d of %d are of a logon of the log, want %d of %d", k, w, a, with, all)
	}
}

// wantOfTheirSessions fails for every event of a kind with a logon ID that a
// 4624 of the log began and that the session with that ID does not hold.
func wantOfTheirSessions(t *testing.T, s *model.Snapshot, k event.Kind, col event.Column) {
	t.Helper()
	held := map[model.EventRow]event.LogonID{}
	for _, row := range s.Sessions(model.None, model.None) {
		for _, l := range s.Session(row).Logons {
			for _, e := range s.LogonEvents(l) {
				if s.Logon(l).StartKnown {
					held[e] = s.Logon(l).LogonID
				}
			}
		}
	}
	for _, e := range told(s, k, nil) {
		id, _ := s.Number(e.Row, col)
		if got, ok := held[e.Row]; !event.LogonID(id).Fixed() && (!ok || got != event.LogonID(id)) {
			t.Errorf("record %d of %s with %s is of %s", e.RecordID, e.Computer, event.LogonID(id), got)
		}
	}
}

func TestRDPRecordsJoinTheirLogons(t *testing.T) {
	s := load(t, logsIn(t, rdp)...)
	wantJoined(t, s, event.LogonTerminated, event.TargetLogon, false, 14, 14)
	wantJoined(t, s, event.SpecialPrivileges, event.SubjectLogon, false, 12, 12)
	wantJoined(t, s, event.SpecialPrivileges, event.SubjectLogon, true, 14, 14)
	// Processes of sessions that are older than the log, whoever started them.
	if n := len(told(s, event.ProcessCreated, nil)); n != 17 {
		t.Errorf("%d 4688s, want 17", n)
	}
	others := 0
	for _, e := range told(s, event.ProcessCreated, nil) {
		for _, col := range []event.Column{event.TargetLogon, event.SubjectLogon} {
			if id, _ := s.Number(e.Row, col); id != 0 && !event.LogonID(id).Fixed() {
				others++
				if found := sessions(t, s, s.Host(e.Host).Short()+"/"+event.LogonID(id).String()); len(found) != 1 || found[0].StartKnown {
					t.Errorf("%s is not one session older than the log: %+v", event.LogonID(id), found)
				}
				break
			}
		}
	}
	if others != 7 {
		t.Errorf("%d 4688s of other logons than SYSTEM's, want 7", others)
	}
	wantOfTheirSessions(t, s, event.LogonTerminated, event.TargetLogon)
	wantOfTheirSessions(t, s, event.SpecialPrivileges, event.SubjectLogon)
}

// One batch of tickets, the credentials that asked for it and the logon that
// it made have one GUID; the four logons of the unlocking end in one second.
func TestRDPUnlockSharesOneGUID(t *testing.T) {
	s := load(t, logsIn(t, rdp)...)
	const guid = "{d32a869b-4f7a-0ae9-2bea-1a80a97be0d0}"
	var services []string
	for _, e := range told(s, event.ServiceTicket, nil) {
		if s.GUID(e.Row, event.LogonGUID).String() == guid {
			services = append(services, s.Text(e.Row, event.ServiceName))
		}
	}
	slices.Sort(services)
	if !slices.Equal(services, []string{"MORDORDC$", "WORKSTATION5$"}) {
		t.Errorf("tickets for %q", services)
	}
	if n := guidsOf(s, event.ExplicitCredentials, event.TargetGUID, nil)[guid]; n == 0 {
		t.Error("no 4648 has the GUID")
	}
	linked := map[string]string{"0xc47c05": "0xc49e51", "0xc49e51": "0xc47c05", "0xc47279": "0xc47666", "0xc47666": "0xc47279"}
	ends := map[string]bool{}
	for _, e := range told(s, event.Logon, nil) {
		typ, _ := s.Number(e.Row, event.LogonType)
		if typ != 7 {
			continue
		}
		number, _ := s.Number(e.Row, event.TargetLogon)
		other, _ := s.Number(e.Row, event.LinkedLogon)
		id := event.LogonID(number).String()
		if linked[id] != event.LogonID(other).String() {
			t.Errorf("%s is linked with %s", id, event.LogonID(other))
		}
		delete(linked, id)
		if g := s.GUID(e.Row, event.LogonGUID).String(); (g == guid) != (id == "0xc47c05") {
			t.Errorf("%s has the GUID %s", id, g)
		}
		for _, row := range session(t, s, "WORKSTATION5/"+id).Logons {
			if l := s.Logon(row); l.LogonID.String() == id {
				ends[fmt.Sprintf("%.19s", l.End.Time)] = true
			}
		}
	}
	if len(linked) > 0 || len(ends) != 1 {
		t.Errorf("not seen: %v; ends: %v", linked, ends)
	}
}

// No network logon has the GUID of any ticket.
func TestNetworkLogonsOfTheLabsShareNoGUIDWithATicket(t *testing.T) {
	for logs, known := range map[string]struct{ tickets, logons []string }{
		rdp:   {[]string{"{bd098e53"}, []string{"{f4ca4977", "{6effc087"}},
		spray: {[]string{"{4202b534", "{3748d8a7"}, []string{"{37223f3e", "{f6bb92c8", "{8bb8378a", "{10d56fcf"}},
	} {
		s := load(t, logsIn(t, logs)...)
		network := func(e model.Event) bool { typ, _ := s.Number(e.Row, event.LogonType); return typ == 3 }
		tickets, logons := guidsOf(s, event.ServiceTicket, event.LogonGUID, nil), guidsOf(s, event.Logon, event.LogonGUID, network)
		for g := range logons {
			if tickets[g] > 0 {
				t.Errorf("%s: a ticket and a network logon have %s", logs, g)
			}
		}
		has := func(in map[string]int, prefix string) bool {
			for g := range in {
				if strings.HasPrefix(g, prefix) {
					return true
				}
			}
			return false
		}
		for _, g := range known.tickets {
			if !has(tickets, g) {
				t.Errorf("%s: no ticket has %s", logs, g)
			}
		}
		for _, g := range known.logons {
			if !has(logons, g) {
				t.Errorf("%s: no network logon has %s", logs, g)
			}
		}
		for _, row := range s.Sessions(model.None, model.None) {
			x := s.Session(row)
			for _, l := range x.Chain {
				if x.LogonType == 3 && l.Role == model.RoleServiceTicket && l.Certainty == model.Exact {
					t.Errorf("%s: %s has an exact ticket", logs, x.ID)
				}
			}
		}
	}
}

func TestSprayRecords(t *testing.T) {
	s := load(t, logsIn(t, spray)...)
	failing := func(e model.Event) bool { code, _ := s.Number(e.Row, event.Status); return code != 0 }
	names := func(events []model.Event) (out []string) {
		slices.SortFunc(events, func(a, b model.Event) int { return int(a.RecordID) - int(b.RecordID) })
		for _, e := range events {
			out = append(out, s.Text(e.Row, event.TargetName))
		}
		return out
	}
	order := []string{"lrodriguez", "pgustavo", "sysmonsvc", "sbeavers", "mscott", "pbeesly", "nxlogsvc"}
	if got := names(told(s, event.CredentialValidation, failing)); !slices.Equal(got, order) {
		t.Errorf("4776 of %q", got)
	}
	if got := names(told(s, event.LogonFailed, nil)); !slices.Equal(got, order) {
		t.Errorf("4625 of %q", got)
	}
	roasted := map[string]bool{}
	for _, e := range told(s, event.ServiceTicket, nil) {
		crypt, _ := s.Number(e.Row, event.TicketEncryption)
		if name := s.Text(e.Row, event.ServiceName); crypt == 0x17 && !strings.HasSuffix(name, "$") {
			roasted[name] = true
			if s.Text(e.Row, event.IPAddress) != "172.18.39.5" || !strings.HasPrefix(e.Time.String(), "2020-10-22T08:29:5") {
				t.Errorf("%s from %s at %s", name, s.Text(e.Row, event.IPAddress), e.Time)
			}
		}
	}
	for _, name := range []string{"sysmonsvc", "nxlogsvc", "defensesvc", "otrsvc", "mordorsvc"} {
		if !roasted[name] {
			t.Errorf("no RC4 ticket for %s: %v", name, roasted)
		}
	}
	wantJoined(t, s, event.LogonTerminated, event.TargetLogon, false, 31, 31)
	wantOfTheirSessions(t, s, event.LogonTerminated, event.TargetLogon)
	on := map[uint64]model.HostID{}
	for _, e := range told(s, event.Logon, nil) {
		id, _ := s.Number(e.Row, event.TargetLogon)
		if h, ok := on[id]; ok && h != e.Host && !event.LogonID(id).Fixed() {
			t.Errorf("%s is on two hosts", event.LogonID(id))
		}
		on[id] = e.Host
	}
}

// Machines' own tickets say whose an address is; WEC's log is not here.
func TestAddressesOfTheLabs(t *testing.T) {
	for logs, want := range map[string]map[string]string{
		spray: {"172.18.39.6": "WORKSTATION6", "172.18.39.7": "WORKSTATION7", "172.18.38.6": "WEC"},
		lab:   {"172.18.39.5": "WORKSTATION5", "172.18.39.6": "WORKSTATION6"},
	} {
		s := load(t, logsIn(t, logs)...)
		of := map[string]map[string]int{}
		for _, k := range []event.Kind{event.TicketGranting, event.ServiceTicket} {
			for _, e := range told(s, k, nil) {
				name, _, _ := strings.Cut(s.Text(e.Row, event.TargetName), "@")
				address := s.Text(e.Row, event.IPAddress)
				machine, ok := strings.CutSuffix(name, "$")
				if status, _ := s.Number(e.Row, event.Status); !ok || status != 0 || want[address] == "" {
					continue
				}
				if of[address] == nil {
					of[address] = map[string]int{}
				}
				of[address][strings.ToUpper(machine)]++
				found, id, sure, why := s.NameAt(address, e.Time)
				short, _, _ := strings.Cut(found, ".")
				if !strings.EqualFold(short, want[address]) || sure < model.Medium || (id == model.None) != (want[address] == "WEC") {
					t.Errorf("%s: %s was %s, %s: %s", logs, address, found, sure, why)
				}
			}
		}
		for address, name := range want {
			if len(of[address]) != 1 || of[address][name] == 0 {
				t.Errorf("%s: machine tickets from %s: %v", logs, address, of[address])
			}
		}
		if logs == lab && (of["172.18.39.5"]["WORKSTATION5"] != 4 || of["172.18.39.6"]["WORKSTATION6"] != 1) {
			t.Errorf("%v, want 4 and 1", of)
		}
	}
}

// The numbers of the lab's records rise with time, and no logon ID is used
// twice in its six days.
func TestLabRecordsRiseWithTime(t *testing.T) {
	s := load(t, logsIn(t, lab)...)
	type log struct {
		host    model.HostID
		channel string
	}
	last := map[log]model.Event{}
	var first, end event.FileTime
	for row := range s.EventCount() {
		e := s.Event(model.EventRow(row))
		k := log{e.Host, e.Channel}
		if before, ok := last[k]; ok && (e.RecordID <= before.RecordID || e.Time < before.Time) {
			t.Errorf("%s: record %d at %s follows %d at %s", e.Computer, e.RecordID, e.Time, before.RecordID, before.Time)
		}
		last[k] = e
		if first == 0 || e.Time < first {
			first = e.Time
		}
		end = max(end, e.Time)
	}
	if !strings.HasPrefix(first.String(), "2020-09-17T21:32:14") || !strings.HasPrefix(end.String(), "2020-09-22T18:54:00") {
		t.Errorf("%s to %s", first, end)
	}
	ids := map[string]model.SessionRow{}
	own := 0
	for _, row := range s.Sessions(model.None, model.None) {
		x := s.Session(row)
		for _, l := range x.Logons {
			l := s.Logon(l)
			if l.LogonID.Fixed() {
				continue
			}
			key := fmt.Sprint(l.Host, l.LogonID)
			if _, ok := ids[key]; ok {
				t.Errorf("%s of %s is in two sessions", l.LogonID, s.Host(l.Host).Name)
			}
			ids[key] = row
			if l.StartKnown {
				own++
			}
		}
	}
	if own != 299 {
		t.Errorf("%d logons began in the log, want 299", own)
	}
	all := map[string]bool{}
	for _, e := range told(s, event.Logon, nil) {
		if id, _ := s.Number(e.Row, event.TargetLogon); !event.LogonID(id).Fixed() || id == 0x3e7 {
			all[fmt.Sprint(e.Host, id)] = true
		}
	}
	if len(all) != 302 {
		t.Errorf("%d logon IDs with 0x3e7, want 302", len(all))
	}
}

// A logoff may say another type than the logon did.
func TestPrivacymatrixLogoffsSayAnotherType(t *testing.T) {
	s := load(t, logsIn(t, privacy)...)
	for id, at := range map[string]string{"0x15a706": "2020-08-01T23:28:29", "0xa79fa5": "2020-08-07T19:11:42"} {
		x := session(t, s, "DESKTOP-23PS6ES/"+id)
		number, _ := event.ParseLogonID(id)
		l, ok := logonOf(s, x, number)
		if !ok || l.Type != 11 || !strings.HasPrefix(l.End.Time.String(), at) {
			t.Errorf("%s: %+v", id, l)
			continue
		}
		if typ, _ := s.Number(l.End.By, event.LogonType); s.Event(l.End.By).EventID != 4634 || typ != 2 {
			t.Errorf("%s ends by %d of type %d", id, s.Event(l.End.By).EventID, typ)
		}
	}
	x := session(t, s, "DESKTOP-23PS6ES/0xf94c0")
	l, ok := logonOf(s, x, 0xf94c0)
	const guid = "{3554e89e-21ce-17a7-77b3-feca6fbacbde}"
	if !ok || l.Type != 7 || guidsOf(s, event.ExplicitCredentials, event.TargetGUID, nil)[guid] == 0 || guidsOf(s, event.Logon, event.LogonGUID, nil)[guid] == 0 {
		t.Errorf("%+v", l)
	}
	if chain, _ := s.LogonChain(l.Row); !slices.ContainsFunc(chain, func(c model.ChainLink) bool {
		return c.Role == model.RoleExplicitCredentials && c.Certainty == model.Exact
	}) {
		t.Errorf("0xf94c0 has no explicit credentials by GUID: %q", links(s, chain))
	}
}

// Its own tickets come from ::1; each of its logons by ticket has one GUID with
// the ticket and the credentials.
func TestWindomainRecords(t *testing.T) {
	s := load(t, logsIn(t, windomain)...)
	for _, k := range []event.Kind{event.TicketGranting, event.ServiceTicket} {
		for _, e := range told(s, k, nil) {
			name, _, _ := strings.Cut(s.Text(e.Row, event.TargetName), "@")
			if strings.EqualFold(name, "DC$") && s.Text(e.Row, event.IPAddress) != "::1" {
				t.Errorf("record %d: %s came from %s", e.RecordID, name, s.Text(e.Row, event.IPAddress))
			}
		}
	}
	if cleared := s.Clears(); !slices.ContainsFunc(cleared, func(c model.Clear) bool {
		return c.Channel == "Security" && strings.HasPrefix(c.Time.String(), "2021-02-12T12:32:35") && s.Event(c.Event).EventID == 1102
	}) {
		t.Errorf("%+v", cleared)
	}
	const console, remote = "{0fe90b73-135d-9a16-cea8-0ab509ecff74}", "{df6202fa-5e43-2c09-ebc9-b4482335f90a}"
	for guid, id := range map[string]uint64{console: 0x512d1, remote: 0xae31a} {
		if guidsOf(s, event.ServiceTicket, event.LogonGUID, nil)[guid] == 0 || guidsOf(s, event.ExplicitCredentials, event.TargetGUID, nil)[guid] == 0 {
			t.Errorf("no 4769 or no 4648 has %s", guid)
		}
		if found := told(s, event.Logon, func(e model.Event) bool { return s.GUID(e.Row, event.LogonGUID).String() == guid }); len(found) != 1 {
			t.Errorf("%d logons have %s", len(found), guid)
		} else if n, _ := s.Number(found[0].Row, event.TargetLogon); n != id {
			t.Errorf("%s is of %s", guid, event.LogonID(n))
		}
	}
}

func TestExampleAndOffsecRecords(t *testing.T) {
	s := load(t, logsIn(t, example)...)
	way := told(s, event.RDPNetworkAuth, func(e model.Event) bool { return strings.HasPrefix(e.Time.String(), "2019-02-13T18:0") })
	if len(way) != 1 || !strings.HasPrefix(way[0].Time.String(), "2019-02-13T18:04:57") || s.Text(way[0].Row, event.TargetName) != "admin01" ||
		!strings.EqualFold(s.Text(way[0].Row, event.TargetDomain), "example") || s.Text(way[0].Row, event.IPAddress) != "127.0.0.1" {
		t.Errorf("%+v", way)
	}
	if l, ok := logonOf(s, session(t, s, "PC01/0x1414d9"), 0x1414d9); !ok || l.Type != 7 || !strings.HasPrefix(s.GUID(s.LogonEvents(l.Row)[0], event.LogonGUID).String(), "{42daf7a9") {
		t.Errorf("%+v", l)
	}
	s = load(t, logsIn(t, offsec)...)
	var first, last event.FileTime
	for _, e := range told(s, event.RDPNetworkAuth, nil) {
		if first == 0 || e.Time < first {
			first = e.Time
		}
		last = max(last, e.Time)
	}
	if d := last.Sub(first); d.Seconds() > 2.45 || d.Seconds() < 2.3 {
		t.Errorf("the 1149s are %s apart, want 2.4 s", d)
	}
}

// A controller's own NTLM logons follow from its own 4776, in whatever case.
func TestScheduledTaskLogonsHaveTheirValidations(t *testing.T) {
	s := load(t, logsIn(t, example)...)
	if n := len(told(s, event.CredentialValidation, func(e model.Event) bool {
		return strings.EqualFold(s.Text(e.Row, event.TargetName), "administrator") && strings.HasPrefix(e.Time.String(), "2019-03-19T00:02:04")
	})); n != 3 {
		t.Errorf("%d 4776s, want 3", n)
	}
	for _, id := range []string{"0x17e2aa", "0x17e2c0", "0x17e2d2"} {
		found := 0
		for _, l := range session(t, s, "WIN-77LTAPHIQ1R/"+id).Chain {
			if l.Role == model.RoleNTLMValidation {
				found++
			}
		}
		if found == 0 {
			t.Errorf("%s has no 4776", id)
		}
	}
}
