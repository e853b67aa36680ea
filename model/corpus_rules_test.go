package model_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// realLogs loads the real logs: those of unrelated machines as one, each lab
// by itself.
func realLogs(t *testing.T, labs ...string) []*model.Snapshot {
	t.Helper()
	out := []*model.Snapshot{load(t, logsIn(t, windomain, privacy, twice, "single", example, offsec)...)}
	for _, l := range labs {
		out = append(out, load(t, logsIn(t, l)...))
	}
	return out
}

// Of 24 logons of type 7 in real logs, 18 are LSASS's own (Negotiat): none of
// them unlocked anything unless a 4801 or an LSM 25 says so.
func TestTypeSevenIsMostlyNoUnlock(t *testing.T) {
	all, own := 0, 0
	for _, s := range realLogs(t, lab, spray) {
		for _, e := range told(s, event.Logon, nil) {
			if typ, _ := s.Number(e.Row, event.LogonType); typ != 7 {
				continue
			}
			all++
			if s.Text(e.Row, event.LogonProcess) == "Negotiat" {
				own++
			}
		}
		for _, row := range s.Sessions(model.None, model.None) {
			for _, c := range s.Session(row).Checks {
				events := s.LogonEvents(c.Logons[0])
				if c.Type == 7 && s.Text(events[0], event.LogonProcess) == "Negotiat" && !strings.HasPrefix(c.Why, "revalidation") {
					t.Errorf("a logon of LSASS's own is called %q", c.Why)
				}
			}
		}
	}
	if all != 24 || own != 18 {
		t.Errorf("%d of %d are LSASS's own, want 18 of 24", own, all)
	}
}

// The twenty logons that prompts made (CredPro, types 2 and 11) are prompts.
func TestPromptsOfRealLogsAreNotAtTheConsole(t *testing.T) {
	s := realLogs(t)[0]
	n := 0
	for _, e := range told(s, event.Logon, func(e model.Event) bool { return s.Text(e.Row, event.LogonProcess) == "CredPro" }) {
		n++
		id, _ := s.Number(e.Row, event.TargetLogon)
		for _, x := range sessions(t, s, fmt.Sprintf("%s/0x%x", s.Host(e.Host).Short(), id)) {
			if x.Activity.Name != "uac-prompt" || len(x.Segments) > 0 {
				t.Errorf("%s: %s, %+v", x.ID, x.Activity.Name, x.Segments)
			}
		}
	}
	if n != 20 {
		t.Errorf("%d prompts, want 20", n)
	}
}

// Of 424 elevated network logons 94 have no special privileges: elevated,
// privileged and of which groups are three things.
func TestElevatedIsNotAdministrator(t *testing.T) {
	elevated, without := 0, 0
	for _, s := range realLogs(t, lab, spray) {
		privileged := map[string]bool{}
		for _, e := range told(s, event.SpecialPrivileges, nil) {
			id, _ := s.Number(e.Row, event.SubjectLogon)
			privileged[fmt.Sprint(e.Host, id)] = true
		}
		for _, e := range told(s, event.Logon, nil) {
			id, _ := s.Number(e.Row, event.TargetLogon)
			if typ, _ := s.Number(e.Row, event.LogonType); typ != 3 || s.Text(e.Row, event.Elevated) != "%%1842" {
				continue
			}
			elevated++
			if !privileged[fmt.Sprint(e.Host, id)] {
				without++
			}
		}
		for _, row := range s.Sessions(model.None, model.None) {
			x := s.Session(row)
			for _, l := range x.Logons {
				for _, e := range s.LogonEvents(l) {
					if s.Event(e).Kind == event.SpecialPrivileges && len(x.Logons) == 1 && len(x.Privileges) == 0 {
						t.Errorf("%s has a 4672 and no privileges", x.ID)
					}
				}
			}
		}
	}
	if elevated != 424 || without != 94 {
		t.Errorf("%d of %d elevated logons have no 4672, want 94 of 424", without, elevated)
	}
	pc := newMachine("PC01").at("08:00:00").logon(alice, 0x5000, 3, fields{event.Elevated: "%%1842"}).logon(bob, 0x6000, 3, fields{event.Elevated: "%%1843"})
	pc.log(event.SpecialPrivileges, merge(subject(bob, 0x6000), fields{event.Privileges: "SeDebugPrivilege"}))
	s := tell(t, pc)
	x, y := session(t, s, "PC01/0x5000"), session(t, s, "PC01/0x6000")
	if x.Elevated != model.Yes || len(x.Privileges)+len(x.Groups) != 0 || y.Elevated != model.No || len(y.Privileges) != 1 || len(y.Groups) != 0 {
		t.Errorf("%+v and %+v", x, y)
	}
}

// Of 704 records of started processes 124 name a session that the process was
// started in by somebody else.
func TestProcessesAreOfTheSessionThatTheyWereStartedIn(t *testing.T) {
	all, others := 0, 0
	for _, s := range realLogs(t, lab, spray, rdp) {
		for _, e := range told(s, event.ProcessCreated, nil) {
			all++
			if id, _ := s.Number(e.Row, event.TargetLogon); id != 0 {
				others++
			}
		}
	}
	if all != 704 || others != 124 {
		t.Errorf("%d of %d, want 124 of 704", others, all)
	}
}

// In real logs a 4647 that a stop of the log service follows within seconds is
// Windows logging the user off, and no other is.
func TestLogoffsBeforeAStopOfRealLogsAreShutdowns(t *testing.T) {
	s := realLogs(t)[0]
	for _, row := range s.Sessions(model.None, model.None) {
		x := s.Session(row)
		if x.End.By == model.None || s.Event(x.End.By).EventID != 4647 {
			continue
		}
		stopped := false
		for _, k := range []event.Kind{event.EventLogStopped, event.EventLogShutdown, event.KernelStopped, event.LSASSStarted} {
			for _, e := range told(s, k, func(e model.Event) bool { return e.Host == x.Host }) {
				after := e.Time.Sub(x.End.Time).Seconds()
				stopped = stopped || after >= 0 && after <= 30
			}
		}
		if stopped != (x.End.Reason == model.EndReasonShutdown) {
			t.Errorf("%s at %s: %s; a stop follows: %t", x.ID, x.End.Time, x.End.Reason, stopped)
		}
	}
}

// The address of explicit credentials is where they were taken to, unless they
// were used on the host itself.
func TestAddressOfExplicitCredentialsIsTheDestination(t *testing.T) {
	dc, pc, fs := domain()
	pc.at("09:00:00").log(event.ExplicitCredentials, merge(subject(alice, 0x5000), fields{
		event.TargetName: "bob", event.TargetDomain: "CORP", event.TargetServer: "FS01.corp.local", event.IPAddress: "10.0.0.8", event.Process: `C:\Windows\System32\mstsc.exe`,
	}))
	fs.at("09:00:10").log(event.ExplicitCredentials, merge(subject(who{"S-1-5-18", "FS01$", "CORP"}, 0x3e7), fields{
		event.TargetName: "bob", event.TargetDomain: "CORP", event.TargetServer: "localhost", event.IPAddress: "10.0.0.99",
	}))
	fs.logon(bob, 0x8000, 10, fields{event.IPAddress: "10.0.0.99"})
	s := tell(t, dc, pc, fs)
	seen := false
	for _, x := range s.Trail(account(t, s, "bob").ID) {
		if x.Kind != model.StepCredentials {
			continue
		}
		seen = true
		if x.From.Host == model.None || s.Host(x.From.Host).Short() != "PC01" || x.From.Address == "10.0.0.8" || x.To.Host == model.None || s.Host(x.To.Host).Short() != "FS01" {
			t.Errorf("from %+v to %+v", x.From, x.To)
		}
	}
	if !seen {
		t.Error("no step tells of the credentials")
	}
	for _, name := range []string{"alice", "bob"} {
		if a := account(t, s, name); slices.Contains(slices.Collect(s.Sources(a.ID)), "10.0.0.8") {
			t.Errorf("%s came from where it went to", a.Display())
		}
	}
}

// No domain controller is missing where none would have a record.
func TestNoControllerIsMissingForAnAccountOfTheCloud(t *testing.T) {
	console := fields{event.LogonProcess: "User32 ", event.Package: "Negotiate"}
	pc := newMachine("PC01").at("08:00:00").logon(who{"S-1-12-1-1-2-3-4", "carol", "AzureAD"}, 0x5000, 2, console).
		logon(who{"S-1-5-21-9-9-9-1001", "dora@outlook.com", "MicrosoftAccount"}, 0x6000, 2, console).logon(alice, 0x7000, 2, console)
	s := tell(t, pc)
	for id, want := range map[string]bool{"0x5000": false, "0x6000": false, "0x7000": true} {
		if missing := session(t, s, "PC01/"+id).ChainMissing; strings.Contains(missing, "4769") != want || !want && !strings.Contains(missing, "no domain controller") {
			t.Errorf("%s: %q", id, missing)
		}
	}
}
