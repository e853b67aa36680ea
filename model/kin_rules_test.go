package model_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/event"
)

var svc = corpDomain.user("svc", 1200)

const bobsDesk = "10.0.0.9"

// terminalServer is PC01 with a session of alice, 0x100, and one of bob, 0x200,
// whose address the domain controller's tickets bind all morning.
func terminalServer() (dc, pc, fs *machine) {
	dc, pc, fs = office09()
	dc.at("09:30:00").grants(corpDomain.computer("PC01"), desk)
	pc.at("08:00:00").logon(alice, 0x100, 2, fields{event.LogonProcess: "User32"})
	pc.logon(bob, 0x200, 10, fields{event.LogonProcess: "User32", event.IPAddress: bobsDesk})
	return closing(dc), pc, fs
}

// lends logs that a session gave svc's credentials for the server, and the
// logon there.
func lends(pc, fs *machine, at string, w who, id, to event.LogonID) {
	pc.at(at).uses(w, id, svc, "FS03.corp.local", 0)
	fs.now = clock(at).Add(100 * time.Millisecond)
	fs.logon(svc, to, 3, kerberos(desk, 3))
}

func steps(s *model.Snapshot, t *testing.T, name string, kind model.StepKind) []model.Step {
	t.Helper()
	for _, a := range s.Accounts() {
		if a.Name == name {
			return slices.DeleteFunc(s.Trail(a.ID), func(x model.Step) bool { return x.Kind != kind })
		}
	}
	t.Fatal("no account", name)
	return nil
}

// Rule 27: what one account made of a run is not said of another.
func TestRunIsTheActorsWhoseSessionsItsLogonsCameOutOf(t *testing.T) {
	const anna, berta, nobody = `CORP\alice`, `CORP\bob`, ""
	type made struct {
		actor string
		n     int
	}
	alone := func(_, fs *machine, at string, to event.LogonID) { fs.at(at).logon(svc, to, 3, kerberos(desk, 3)) }
	tests := []struct {
		name  string
		write func(pc, fs *machine)
		want  []made
	}{
		{"one actor", func(pc, fs *machine) {
			lends(pc, fs, "09:00:00", bob, 0x200, 0x901)
			lends(pc, fs, "09:01:00", bob, 0x200, 0x902)
		}, []made{{berta, 2}}},
		{"the first of another", func(pc, fs *machine) {
			lends(pc, fs, "09:00:00", alice, 0x100, 0x901)
			for i := range 5 {
				lends(pc, fs, fmt.Sprintf("09:0%d:00", i+1), bob, 0x200, event.LogonID(0x902+i))
			}
		}, []made{{anna, 1}, {berta, 5}}},
		{"some of nobody knows whom", func(pc, fs *machine) {
			lends(pc, fs, "09:00:00", alice, 0x100, 0x901)
			alone(pc, fs, "09:01:00", 0x902)
			alone(pc, fs, "09:02:00", 0x903)
		}, []made{{anna, 1}, {nobody, 2}}},
		{"nothing known", func(pc, fs *machine) { alone(pc, fs, "09:01:00", 0x902); alone(pc, fs, "09:02:00", 0x903) }, []made{{`CORP\svc`, 2}}},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			dc, pc, fs := terminalServer()
			x.write(pc, fs)
			s := tell(t, dc, pc, fs)
			var got []made
			for _, step := range steps(s, t, "svc", model.StepNetwork) {
				got = append(got, made{step.ActorName, step.Count})
				if other := step.ActorName != `CORP\svc` && step.Actor != model.None; other && step.Certainty > model.Medium {
					t.Errorf("%s acted, %s: %s", step.ActorName, step.Certainty, step.Why)
				}
			}
			if !slices.Equal(got, x.want) {
				t.Errorf("%v, want %v", got, x.want)
			}
		})
	}
}

// A step is no surer than that its session came out of the actor's.
func TestStepIsNoSurerThanTheParentThatNamesItsActor(t *testing.T) {
	admin := corpDomain.user("adm", 1300)
	pc := corpDomain.machine("PC01").at("08:00:00").logon(alice, 0x100, 2, fields{event.LogonProcess: "User32"})
	pc.at("09:00:00").logon(admin, 0x300, 2, fields{event.LogonProcess: "CredPro", event.Process: `C:\Windows\System32\consent.exe`})
	pc.at("09:01:00").log(event.ServiceInstalled, merge(subject(admin, 0x300), fields{event.ServiceName: "x"}))
	s := tell(t, pc)
	for _, name := range []string{"adm", "alice"} {
		found := false
		for _, step := range steps(s, t, name, model.StepLogon) {
			if step.UsedName != `CORP\adm` {
				continue
			}
			found = true
			if step.ActorName != `CORP\alice` || step.Certainty != model.Medium {
				t.Errorf("in the trail of %s %s acted, %s", name, step.ActorName, step.Certainty)
			}
		}
		if !found {
			t.Errorf("not in the trail of %s", name)
		}
	}
	for _, step := range steps(s, t, "alice", model.StepServiceInstall) {
		if step.Certainty != model.Medium {
			t.Errorf("%s: %s", step.Certainty, step.Why)
		}
	}
}

// Of two sessions that used the account's credentials at once, none is chosen.
func TestOfSeveralThatUsedCredentialsNoneIsTheParent(t *testing.T) {
	lend := func(pc *machine, at string, w who, id event.LogonID) { pc.at(at).uses(w, id, svc, "localhost", 0) }
	tests := []struct {
		name  string
		write func(pc *machine)
		want  string
	}{
		{"one session", func(pc *machine) { lend(pc, "09:00:00", alice, 0x100) }, "PC01/0x100"},
		{"one session, twice", func(pc *machine) { lend(pc, "09:00:00", alice, 0x100); lend(pc, "09:00:01", alice, 0x100) }, "PC01/0x100"},
		{"two sessions", func(pc *machine) { lend(pc, "09:00:00", alice, 0x100); lend(pc, "09:00:01", bob, 0x200) }, ""},
		{"the other comes later", func(pc *machine) { lend(pc, "09:00:01", bob, 0x200); lend(pc, "09:00:02", alice, 0x100) }, ""},
		{"a session, and Windows", func(pc *machine) { lend(pc, "09:00:00", alice, 0x100); lend(pc, "09:00:01", system, 0x3e7) }, ""},
		{"the other, too early", func(pc *machine) { lend(pc, "08:59:50", bob, 0x200); lend(pc, "09:00:00", alice, 0x100) }, "PC01/0x100"},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			_, pc, _ := terminalServer()
			x.write(pc)
			pc.at("09:00:01.5").logon(svc, 0x300, 2, fields{event.LogonProcess: "Advapi"})
			s := tell(t, pc)
			wantParent(t, s, "PC01/0x300", x.want, model.Strong)
		})
	}
}

func wantParent(t *testing.T, s *model.Snapshot, child, want string, sure model.Certainty) {
	t.Helper()
	got := session(t, s, child).Parent
	if want == "" {
		if got.Session != model.None {
			t.Errorf("the parent of %s is %s, %s: %s", child, s.SessionID(got.Session), got.Certainty, got.Why)
		}
		return
	}
	if parent := session(t, s, want); got.Session != parent.Row || got.Certainty != sure {
		t.Errorf("the parent of %s is %+v, want %s, %s", child, got, want, sure)
	}
}

// A 4648 is an attempt: what came out of it elsewhere is medium at most, and
// nobody's where another session may have made it.
func TestCredentialsForAnotherHostAreAnAttempt(t *testing.T) {
	outbound := fields{event.LogonProcess: "seclogo", event.OutboundName: "svc", event.OutboundDomain: "CORP"}
	tests := []struct {
		name  string
		write func(pc, fs *machine)
		want  string
	}{
		{"the only one", func(_, _ *machine) {}, "PC01/0x100"},
		{"new credentials of the account live there", func(pc, _ *machine) { pc.at("08:30:00").logon(bob, 0x400, 9, outbound) }, ""},
		{"they ended before", func(pc, _ *machine) {
			pc.at("08:20:00").audits().at("08:30:00").logon(bob, 0x400, 9, outbound).at("08:40:00").ends(bob, 0x400, 9)
		}, "PC01/0x100"},
		{"they began later", func(pc, _ *machine) { pc.at("09:30:00").logon(bob, 0x400, 9, outbound) }, "PC01/0x100"},
		{"the account itself sits there", func(pc, _ *machine) { pc.at("08:30:00").logon(svc, 0x400, 2, fields{event.LogonProcess: "User32"}) }, ""},
		{"another logon of the account", func(_, fs *machine) { fs.at("09:00:05").logon(svc, 0x902, 3, kerberos(desk, 3)) }, ""},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			dc, pc, fs := terminalServer()
			lends(pc, fs, "09:00:00", alice, 0x100, 0x901)
			x.write(pc, fs)
			selectsAlike(t, dc, pc, fs)
			s := tell(t, dc, pc, fs)
			wantParent(t, s, "FS03/0x901", x.want, model.Medium)
			wantLinks(t, s, "FS03/0x901", "medium explicit-credentials 4648 PC01")
		})
	}
}
