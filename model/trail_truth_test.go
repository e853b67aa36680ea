package model_test

import (
	"slices"
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

func stepsOf(t *testing.T, s *model.Snapshot, account string) []model.Step {
	t.Helper()
	return s.Trail(accountCalled(t, s, account).ID)
}

// stepAt returns the one step of a kind whose time begins so.
func stepAt(t *testing.T, steps []model.Step, kind model.StepKind, at string) model.Step {
	t.Helper()
	for _, x := range steps {
		if x.Kind == kind && strings.HasPrefix(x.Time.String(), at) {
			return x
		}
	}
	t.Fatalf("no %s at %s", kind, at)
	return model.Step{}
}

func says(t *testing.T, why string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(why, w) {
			t.Errorf("%q does not say %q", why, w)
		}
	}
}

// Every success of 4768, 4769, 4770 and 4776 is in a step of its account's
// trail, or led to one of its sessions.
func TestEveryTicketIsAStepOrLedToASession(t *testing.T) {
	evidence := map[string]*model.Snapshot{"demo": practiceDomain(t)}
	for _, set := range []string{"otrf-theshire-2020-09-22-rdp", "otrf-theshire-2020-10-22-spray", "windomain-dc-2021-02-12"} {
		evidence[set] = load(t, logsIn(t, set)...)
	}
	kinds := []event.Kind{event.TicketGranting, event.ServiceTicket, event.TicketRenewed, event.CredentialValidation}
	for name, s := range evidence {
		told := map[model.EventRow]bool{}
		for _, a := range s.Accounts() {
			for _, x := range s.Trail(a.ID) {
				for _, r := range x.Records {
					told[r] = true
				}
			}
		}
		for _, row := range s.Sessions(model.None, model.None) {
			x := s.Session(row)
			for _, l := range x.Chain {
				told[l.Event] = true
			}
			for _, l := range x.Logons {
				chain, _ := s.LogonChain(l)
				for _, k := range chain {
					told[k.Event] = true
				}
			}
		}
		n := 0
		for row := range model.EventRow(s.EventCount()) {
			e := s.Event(row)
			if status, _ := s.Number(row, event.Status); status != 0 || !slices.Contains(kinds, e.Kind) {
				continue
			}
			if !slices.Contains(s.Host(e.Host).Roles, "domain controller") {
				continue
			}
			n++
			if !told[row] {
				t.Errorf("%s: %s %d %d of %s for %s is told nowhere", name, e.Time, e.EventID, e.RecordID, s.Text(row, event.TargetName), s.Text(row, event.ServiceName))
			}
		}
		if n == 0 {
			t.Errorf("%s: no ticket at all", name)
		}
	}
}

// In the practice domain: FS01's log of that time is lost by the clear.
func TestATicketAtATimeAtWhichNoLogonBeganIsAStep(t *testing.T) {
	s := practiceDomain(t)
	x := stepAt(t, stepsOf(t, s, `NORDLICHT\lars.hinrichs`), model.StepTicket, "2026-03-06T01:09:40")
	if place(s, x.To) != "fs01" || place(s, x.From) != "ws103" {
		t.Error(line(s, x))
	}
	says(t, x.Why, "records are missing from the Security log of fs01")
	backup := stepsOf(t, s, `NORDLICHT\svc_backup`)
	for _, kind := range []model.StepKind{model.StepTGT, model.StepTicket} {
		x := stepAt(t, backup, kind, "2026-03-06T01:31:41")
		if place(s, x.From) != "ws103" {
			t.Error(line(s, x))
		}
		says(t, x.Why, `of NORDLICHT\lars.hinrichs had given the account's credentials there (4648`)
	}
}

// A prompt in somebody else's session asks for tickets too.
func TestNobodyIsSaidToHaveAskedForATicket(t *testing.T) {
	s := practiceDomain(t)
	for _, a := range s.Accounts() {
		for _, x := range s.Trail(a.ID) {
			if ticket := x.Kind == model.StepTGT || x.Kind == model.StepTicket || x.Kind == model.StepNTLM; ticket && (x.Actor != model.None || x.Used != a.ID) {
				t.Error(line(s, x))
			}
		}
	}
}

// svc_backup's session on FS01 cleared the log that would have told of its
// logon; the credentials were given on WS103 a moment before, and a ticket too.
func TestASessionWithoutItsLogonNamesWhatMayHaveOpenedIt(t *testing.T) {
	s := practiceDomain(t)
	backup := stepAt(t, stepsOf(t, s, `NORDLICHT\svc_backup`), model.StepNetwork, "2026-03-06T01:31:41")
	says(t, backup.Why, "its 4624 is not in the evidence; candidates: ", "4648", "4769 on dc02")
	if place(s, backup.From) != "ws103" || backup.From.Certainty > model.Medium {
		t.Errorf("from %+v", backup.From)
	}
	x := s.Session(backup.Session)
	if len(x.Candidates) != 1 || x.Candidates[0].Certainty != model.Medium || x.Parent.Session != model.None {
		t.Fatalf("%+v", x.Candidates)
	}
	if c := s.Session(x.Candidates[0].Session); s.Account(c.Account).Name != "lars.hinrichs" {
		t.Errorf("candidate of %s", s.Account(c.Account).Name)
	}
	clear := stepAt(t, stepsOf(t, s, `NORDLICHT\lars.hinrichs`), model.StepLogCleared, "2026-03-06T01:31:41")
	if clear.ActorName != `NORDLICHT\svc_backup` || clear.Certainty != model.Medium {
		t.Errorf("%s, %s", line(s, clear), clear.Certainty)
	}
}

// Where the host's log holds the moment, a 4648 without a 4624 led nowhere.
func TestWhatTheLogWouldHaveShownIsNoCandidate(t *testing.T) {
	for lost, want := range map[bool]int{false: 0, true: 1} {
		pc := joined("PC01").at("08:00:00").logon(bob, 0x100, 2)
		pc.at("09:00:00").log(event.ExplicitCredentials, merge(subject(bob, 0x100), fields{event.TargetName: alice.name, event.TargetDomain: alice.domain, event.TargetServer: "FS01.corp.local"}))
		fs := joined("FS01").at("08:00:00").starts()
		if lost {
			fs.skip("Security", 3)
		}
		fs.at("09:00:00.5").runs(system, 0x3e7, "y.exe").runs(alice, 0x9000, "x.exe")
		s := tell(t, pc, fs)
		if n := len(session(t, s, "FS01/0x9000").Candidates); n != want {
			t.Errorf("records missing %v: %d candidates, want %d", lost, n, want)
		}
	}
}

// The account whose session the Subject is has acted; the trail of the one
// whose session opened that says how.
func TestADeedHasOneActorInEveryTrail(t *testing.T) {
	s := practiceDomain(t)
	for _, account := range []string{`NORDLICHT\lars.hinrichs`, `NORDLICHT\svc_backup`} {
		x := stepAt(t, stepsOf(t, s, account), model.StepServiceInstall, "2026-03-06T02:14:44")
		if x.ActorName != `NORDLICHT\svc_backup` {
			t.Errorf("in the trail of %s: %s", account, line(s, x))
		}
	}
	says(t, stepAt(t, stepsOf(t, s, `NORDLICHT\lars.hinrichs`), model.StepServiceInstall, "2026-03-06T02:14:44").Why,
		"which came out of", `of NORDLICHT\lars.hinrichs (exact`)
}

// Rule 28; records 1829593 to 1829814 of fs01 are in no file.
func TestAHijackIsATakeoverInferredFromAbsentRecords(t *testing.T) {
	s := load(t, logsIn(t, "offsec-lan")...)
	x := stepAt(t, stepsOf(t, s, `OFFSEC\admmarsid`), model.StepTakeover, "2021-05-14T21:01:05.83")
	if x.Actor != model.None || x.Certainty != model.Weak || place(s, x.From) != "jump01" && x.From.Address != "10.23.23.9" {
		t.Errorf("%s, %s", line(s, x), x.Certainty)
	}
	says(t, x.Why, "inferred from absent records", "records are missing just before")
	left := stepAt(t, stepsOf(t, s, `OFFSEC\admmig`), model.StepDisconnect, "2021-05-14T21:01:05.37")
	says(t, left.Why, `later its client, 10.23.23.9 (JUMP01), was connected to`, `OFFSEC\admmarsid`)
	g := s.Session(x.Session).Segments
	if before := g[len(g)-2]; before.Certainty != model.Medium || !strings.Contains(before.Why, "missing") {
		t.Errorf("the while before, over missing records: %s, %s", before.Certainty, before.Why)
	}
}

func TestATakeoverOnWholeLogsIsMedium(t *testing.T) {
	pc := newMachine("FS01").at("08:00:00").logon(bob, 0x5000, 10, byWinlogon).logon(alice, 0x6000, 10, byWinlogon)
	pc.at("09:00:00").client(event.SessionDisconnected, bob, 0x5000, "RDP-Tcp#1", "PC09", "10.0.0.7")
	pc.at("10:00:00").client(event.SessionDisconnected, alice, 0x6000, "RDP-Tcp#2", "JUMP01", "10.0.0.9")
	pc.at("10:00:00.4").client(event.SessionReconnected, bob, 0x5000, "RDP-Tcp#2", "JUMP01", "10.0.0.9")
	g := session(t, tell(t, pc), "FS01/0x5000").Segments
	if last := g[len(g)-1]; !last.WithoutCredentials || last.CheckCertainty != model.Medium || last.Certainty != model.Exact {
		t.Errorf("%+v", last)
	}
}

// Verified in the records: 0x10ac67 is older than the log; 4778 of 08:38:02 names its client.
func TestASessionOlderThanTheLogCameFromNowhereKnown(t *testing.T) {
	s := load(t, logsIn(t, "otrf-theshire-2020-09-17_22-lab-logon-ids-only")...)
	for _, x := range stepsOf(t, s, `THESHIRE\pgustavo`) {
		if x.Kind == model.StepSeen && x.From.Known() && x.From.Address == "1.2.3.4" {
			t.Errorf("%s from 1.2.3.4", x.Time)
		}
	}
	h := hostCalled(t, s, "WORKSTATION5").ID
	id := session(t, s, "WORKSTATION5/0x10ac67").Row
	for at, want := range map[string]string{"2020-09-22T08:38:01Z": "", "2020-09-22T08:38:30Z": "1.2.3.4"} {
		found := false
		for _, p := range s.OnHost(h, instant(t, at)) {
			if p.Session == id {
				found = true
				if p.Source.Address != want {
					t.Errorf("at %s from %q, want %q", at, p.Source.Address, want)
				}
			}
		}
		if !found {
			t.Errorf("at %s not there", at)
		}
	}
}
