package model_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/simulate"
)

// place says where a step came from or led to, for comparison.
func place(s *model.Snapshot, p model.Place) string {
	switch {
	case p.Host != model.None:
		return s.Host(p.Host).Short()
	case p.Address != "":
		return p.Address
	}
	return p.Name
}

// line is a step as tests compare it.
func line(s *model.Snapshot, x model.Step) string {
	return fmt.Sprintf("%s %s actor=%s used=%s from=%s to=%s", x.Time.String()[:19], x.Kind, x.ActorName, x.UsedName, place(s, x.From), place(s, x.To))
}

// wantInOrder checks that a trail has these steps in this order, others
// between them. A * stands for anything.
func wantInOrder(t *testing.T, s *model.Snapshot, steps []model.Step, want ...string) {
	t.Helper()
	at := 0
	for _, w := range want {
		i := slices.IndexFunc(steps[at:], func(x model.Step) bool { return like(w, line(s, x)) })
		if i < 0 {
			var all []string
			for _, x := range steps[at:] {
				all = append(all, line(s, x))
			}
			t.Fatalf("no step %q in\n%s", w, strings.Join(all, "\n"))
		}
		at += i + 1
	}
}

// like compares with a pattern in which * stands for anything.
func like(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	for i, p := range parts[1:] {
		if i == len(parts)-2 {
			return strings.HasSuffix(text, p)
		}
		at := strings.Index(text, p)
		if at < 0 {
			return false
		}
		text = text[at+len(p):]
	}
	return text == ""
}

// The steps of the intruder that the documentation of the practice domain
// lists, in the trail of the account that he used.
func TestTheTrailOfTheStolenAccountTellsTheIntrudersSteps(t *testing.T) {
	s := practiceDomain(t)
	const lars, backup = `NORDLICHT\lars.hinrichs`, `NORDLICHT\svc_backup`
	steps := s.Trail(accountCalled(t, s, lars).ID)
	wantInOrder(t, s, steps,
		"2026-03-05T22:10:19 ticket-granting ticket actor= used="+lars+" from=10.20.99.77 to=",       // 4
		"2026-03-06T00:47:13 logon actor="+lars+" used="+lars+" from=10.20.99.77 to=ws103",           // 5
		"2026-03-06T01:31:41 explicit credentials actor="+lars+" used="+backup+" from=ws103 to=fs01", // 8
		"2026-03-06T01:38:30 explicit credentials actor="+lars+" used="+lars+" from=ws103 to=fs01",   // 9
		"2026-03-06T01:38:33 logon actor="+lars+" used="+lars+" from=ws103 to=fs01",                  // 9
		"2026-03-06T01:45:00 explicit credentials actor="+lars+" used="+backup+" from=fs01 to=fs01",  // 10
		"2026-03-06T01:45:00 logon actor="+lars+" used="+backup+" from=fs01 to=fs01",                 // 10
		"2026-03-06T01:50:15 explicit credentials actor="+lars+" used="+backup+" from=ws103 to=fs01", // 11
		"2026-03-06T02:14:44 service installed actor="+backup+" used="+backup+" from= to=fs01",       // 12
		"2026-03-06T02:21:07 disconnect actor="+lars+" used="+lars+" from= to=fs01",                  // 13
		"2026-03-06T02:24:32 end actor="+lars+" used="+lars+" from= to=ws103",                        // 14
		"2026-03-07T22:40:19 reconnect actor="+lars+" used="+lars+" from=10.20.99.77 to=fs01",        // 15
		"2026-03-07T22:52:50 disconnect actor="+lars+" used="+lars+" from= to=fs01",                  // 16
	)
	for _, x := range steps {
		if strings.HasPrefix(x.Time.String(), "2026-03-06T01:09:40") {
			continue // 7: what it was for is lost with FS01's log
		}
		if x.Time > clock("2026-03-05 20:00:00") && (x.Kind == model.StepTicket || x.Kind == model.StepNTLM) {
			t.Errorf("a session explains it: %s", x.Why)
		}
	}
}

func TestATrailIsTheSameForAnyOrderOfFiles(t *testing.T) {
	files := practiceFiles(t)
	trail := func(s *model.Snapshot) string {
		var out []string
		for _, name := range []string{`NORDLICHT\lars.hinrichs`, `NORDLICHT\svc_backup`, `NORDLICHT\adm.voss`} {
			for _, x := range s.Trail(accountCalled(t, s, name).ID) {
				var records []string
				for _, r := range x.Records {
					e := s.Event(r)
					records = append(records, fmt.Sprint(e.Computer, e.Channel, e.RecordID))
				}
				out = append(out, fmt.Sprint(line(s, x), x.Why, x.Count, x.Last, records))
			}
		}
		return strings.Join(out, "\n")
	}
	want := trail(build(t, files))
	rng := rand.New(rand.NewPCG(4, 9))
	for range 3 {
		rng.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
		if got := trail(build(t, files)); got != want {
			t.Fatal("another order of files, another trail")
		}
	}
}

func TestEveryStepSaysWhyByRecords(t *testing.T) {
	s := practiceDomain(t)
	for _, a := range s.Accounts() {
		last := event.FileTime(0)
		for _, x := range s.Trail(a.ID) {
			if x.Why == "" || len(x.Records) == 0 || x.Time == 0 || x.Time < last || x.Last < x.Time || x.Count < 1 || x.Certainty == model.CertaintyUnknown {
				t.Errorf("%s: %+v", a.Display(), x)
			}
			last = x.Time
		}
	}
}

func TestEveryFailureOfAnAccountIsInItsTrail(t *testing.T) {
	s := practiceDomain(t)
	failed := 0
	for _, a := range s.Accounts() {
		in := 0
		for _, x := range s.Trail(a.ID) {
			if x.Kind == model.StepFailure && x.Used == a.ID {
				in += x.Count
			}
		}
		if in != a.Failures {
			t.Errorf("%s: %d failures in the trail, want %d", a.Display(), in, a.Failures)
		}
		failed += in
	}
	if failed == 0 {
		t.Error("nobody failed")
	}
}

func TestCredentialsOfAnotherAccountAreInTheTrailsOfBoth(t *testing.T) {
	pc := newMachine("PC01.corp.local").at("08:00:00").starts()
	pc.at("09:00:00").logon(alice, 0x100, 2).log(event.ExplicitCredentials, merge(subject(alice, 0x100),
		fields{event.TargetName: "bob", event.TargetDomain: "CORP", event.TargetServer: "fs01.corp.local", event.Process: `C:\Windows\System32\net.exe`}))
	fs := newMachine("FS01.corp.local").at("08:00:00").starts().at("09:00:01").logon(bob, 0x200, 3, from("10.0.0.5"))
	s := tell(t, pc, fs)
	const want = `2024-05-01T09:00:00 explicit credentials actor=CORP\alice used=CORP\bob from=PC01 to=FS01`
	for _, name := range []string{`CORP\alice`, `CORP\bob`} {
		wantInOrder(t, s, s.Trail(accountCalled(t, s, name).ID), want)
	}
}

func TestWindowsOwnUseOfCredentialsForALogonIsNoStep(t *testing.T) {
	pc := newMachine("PC01.corp.local").at("08:00:00").starts()
	pc.at("09:00:00").log(event.ExplicitCredentials, merge(subject(system, 0x3e7), fields{event.TargetName: "alice", event.TargetDomain: "CORP", event.TargetServer: "localhost"}))
	pc.logon(alice, 0x100, 2)
	s := tell(t, pc)
	for _, x := range s.Trail(accountCalled(t, s, `CORP\alice`).ID) {
		if x.Kind == model.StepCredentials {
			t.Error(x.Why)
		}
	}
}

// ticketFor writes a ticket of alice for a service.
func ticketFor(dc *machine, service, address string) {
	dc.log(event.ServiceTicket, fields{event.TargetName: "alice@CORP", event.TargetDomain: "CORP", event.ServiceName: service,
		event.IPAddress: address, event.Status: uint32(0)})
}

func TestATicketThatNoSessionExplainsWasOnlyAskedFor(t *testing.T) {
	dc := newMachine("DC01.corp.local").at("08:00:00").starts()
	dc.logon(alice, 0x50, 3, from("10.0.0.5")).ends(alice, 0x50, 3)
	dc.at("09:00:00")
	ticketFor(dc, "FS01$", "10.0.0.5")  // reached a second later
	ticketFor(dc, "FS02$", "10.0.0.5")  // not seen there
	ticketFor(dc, "sqlsvc", "10.0.0.5") // an account's service, no host
	ticketFor(dc, "GHOST$", "10.0.0.5") // no computer of that name is known
	ticketFor(dc, "krbtgt", "10.0.0.5") // a ticket for tickets
	fs1 := newMachine("FS01.corp.local").at("08:00:00").starts().at("09:00:01").logon(alice, 0x100, 3, from("10.0.0.5"))
	fs2 := newMachine("FS02.corp.local").at("08:00:00").starts().at("09:00:01").logon(bob, 0x100, 3, from("10.0.0.5"))
	s := tell(t, dc, fs1, fs2)
	var got []string
	for _, x := range s.Trail(accountCalled(t, s, `CORP\alice`).ID) {
		if x.Kind == model.StepTicket {
			got = append(got, place(s, x.To)+": "+x.Why[strings.Index(x.Why, "a ticket for "):])
		}
	}
	want := []string{
		"FS02: a ticket for FS02 was given to 10.0.0.5; it was asked for, and no logon in the log of FS02 is joined with it; no record says whose session asked",
		": a ticket for the service account sqlsvc was given to 10.0.0.5; it was asked for, more is not known; no record says whose session asked",
		": a ticket for the account GHOST$, which is no computer that the evidence knows was given to 10.0.0.5; it was asked for, more is not known; no record says whose session asked",
		": a ticket for krbtgt, which is no server, was given to 10.0.0.5; no record says whose session asked",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAMachinesTicketForItselfIsExplainedByALogonFromAnywhere(t *testing.T) {
	dc := joined("DC01").at("08:00:00").grants(computer("FS01"), "10.0.0.20")
	dc.at("09:00:00").ticket(alice, "FS01", "10.0.0.20", event.GUID{}).at("10:00:00").grants(computer("FS01"), "10.0.0.20")
	fs := joined("FS01").at("09:00:01").logon(alice, 0x100, 10, from("10.0.0.5"))
	s := tell(t, dc, fs)
	if h, _, _ := s.HostAt("10.0.0.20", clock("09:00:00")); h != hostCalled(t, s, "FS01").ID {
		t.Fatal("the address is nobody's")
	}
	for _, x := range s.Trail(accountCalled(t, s, `CORP\alice`).ID) {
		if x.Kind == model.StepTicket {
			t.Error(x.Why)
		}
	}
}

func TestATicketForAHostWhoseLogIsLostSaysSo(t *testing.T) {
	dc := newMachine("DC01.corp.local").at("08:00:00").starts().logon(alice, 0x50, 3, from("10.0.0.5"))
	ticketFor(dc.at("09:00:00"), "FS01$", "10.0.0.5")
	fs := newMachine("FS01.corp.local").at("08:00:00").starts().skip("Security", 7).at("22:00:00").runs(system, 0x3e7, "x.exe")
	s := tell(t, dc, fs)
	for _, x := range s.Trail(accountCalled(t, s, `CORP\alice`).ID) {
		if x.Kind == model.StepTicket && strings.Contains(x.Why, "7 records are missing from the Security log of FS01") {
			return
		}
	}
	t.Error("no ticket whose logon may have been lost")
}

func TestALogonFromElsewhereDoesNotExplainATicket(t *testing.T) {
	dc := newMachine("DC01.corp.local").at("08:00:00").starts().logon(alice, 0x50, 3, from("10.0.0.5"))
	ticketFor(dc.at("09:00:00"), "FS01$", "10.0.0.66")
	fs := newMachine("FS01.corp.local").at("08:00:00").starts().at("09:00:01").logon(alice, 0x100, 3, from("10.0.0.5"))
	s := tell(t, dc, fs)
	wantInOrder(t, s, s.Trail(accountCalled(t, s, `CORP\alice`).ID),
		`2024-05-01T09:00:00 service ticket actor= used=CORP\alice from=10.0.0.66 to=FS01`)
}

func TestAnAcceptedPasswordIsExplainedByALogonThatNTLMMayHaveVouchedFor(t *testing.T) {
	for pack, unexplained := range map[string]int{"NTLM": 0, "Negotiate": 0, "Kerberos": 1} {
		dc := newMachine("DC01.corp.local").at("08:00:00").starts().logon(alice, 0x50, 3, from("10.0.0.5"), subject(who{"S-1-5-18", "DC01$", "CORP"}, 0x3e7))
		ticketFor(dc, "DC01$", "10.0.0.5")
		dc.at("09:00:00").log(event.CredentialValidation, fields{event.TargetName: "alice", event.Workstation: "KIOSK", event.Status: uint32(0)})
		fs := newMachine("FS01.corp.local").at("08:00:00").starts().at("09:00:01").logon(alice, 0x100, 3, from("10.0.0.5"), fields{event.Package: pack})
		s := tell(t, dc, fs)
		n := 0
		for _, x := range s.Trail(accountCalled(t, s, `CORP\alice`).ID) {
			if x.Kind == model.StepNTLM {
				n++
			}
		}
		if n != unexplained {
			t.Errorf("beside a logon by %s: %d validations left unexplained, want %d", pack, n, unexplained)
		}
	}
}

func TestNobodyIsSaidToHaveTriedWhereNoRecordSaysSo(t *testing.T) {
	dc := newMachine("DC01.corp.local").at("08:00:00").starts()
	dc.logon(alice, 0x50, 3, from("10.0.0.5"))
	for _, at := range []string{"09:00:00", "09:10:00", "10:00:00"} {
		dc.at(at).log(event.PreAuthFailed, fields{event.TargetName: "alice", event.TargetSID: alice.sid, event.Status: uint32(0x18), event.IPAddress: "10.0.0.9", event.ServiceName: "krbtgt/CORP"})
	}
	s := tell(t, dc)
	var counts []int
	for _, x := range s.Trail(accountCalled(t, s, `CORP\alice`).ID) {
		if x.Kind == model.StepFailure {
			counts = append(counts, x.Count)
			if x.Actor != model.None || x.ActorName != "" || place(s, x.From) != "10.0.0.9" {
				t.Errorf("%+v", x)
			}
		}
	}
	if !slices.Equal(counts, []int{2, 1}) {
		t.Errorf("bursts of %v, want of 2 and 1", counts)
	}
}

// Verified in the records of the rdp set: pgustavo's desktop on WORKSTATION5 is older than the
// log; 1.2.3.4 comes back to it at 08:38:02.
func TestPgustavosTrailComesBackToAnOlderSession(t *testing.T) {
	s := load(t, logsIn(t, rdp)...)
	steps := s.Trail(accountCalled(t, s, `THESHIRE\pgustavo`).ID)
	wantInOrder(t, s, steps, `2020-09-22T08:38:02 * from=1.2.3.4 to=WORKSTATION5`)
	wantInOrder(t, s, steps, `2020-09-22T08:38:04 network logons actor=THESHIRE\pgustavo used=THESHIRE\pgustavo from=* to=MORDORDC`)
	for _, x := range steps {
		if x.Kind == model.StepTGT || x.Kind == model.StepNTLM {
			t.Errorf("a session explains it: %s", x.Why)
		}
	}
}

// Verified in the records of windomain: vagrant's sessions end by the restart and by logging
// off; the machine is its own domain controller.
func TestVagrantsTrailEndsWithTheLogoff(t *testing.T) {
	s := load(t, logsIn(t, windomain)...)
	steps := s.Trail(accountCalled(t, s, `WINDOMAIN\vagrant`).ID)
	wantInOrder(t, s, steps,
		"2021-02-12T12:32:43 end *to=dc",
		"2021-02-12T12:33:51 logon *to=dc",
		"2021-02-12T12:34:28 disconnect *to=dc",
		"2021-02-12T12:34:30 takeover *from=192.168.38.1 to=dc",
		"2021-02-12T12:34:40 end *to=dc",
	)
	for _, x := range steps {
		if x.Kind == model.StepCredentials || x.Kind == model.StepTGT || x.Kind == model.StepTicket || x.Kind == model.StepNTLM {
			t.Errorf("a session explains it: %s", x.Why)
		}
		if x.Time.String() < "2021-02-12T12:33" && x.Kind == model.StepEnd && x.Via != "shutdown" {
			t.Errorf("the machine was going down: %s", x.Why)
		}
	}
}

func TestTheSprayIsOneStepOfTheSessionThatTried(t *testing.T) {
	s := load(t, logsIn(t, spray)...)
	var found []model.Step
	for _, x := range s.Trail(accountCalled(t, s, `THESHIRE\pgustavo`).ID) {
		if x.Kind == model.StepFailure && strings.HasSuffix(x.ActorName, "pgustavo") && x.Used == model.None {
			found = append(found, x)
		}
	}
	// Verified in the records: seven 4625 of WORKSTATION5 at 08:29:53, one of them about
	// pgustavo itself; the Subject of all is pgustavo.
	if len(found) != 1 || found[0].Count != 6 || place(s, found[0].To) != "WORKSTATION5" {
		t.Errorf("%+v", found)
	}
}

func TestWindowsItselfIsNotSaidToHaveTried(t *testing.T) {
	pc := newMachine("PC01.corp.local").at("08:00:00").starts().logon(alice, 0x100, 2)
	pc.at("09:00:00").log(event.LogonFailed, merge(subject(system, 0x3e7), fields{event.TargetSID: "S-1-0-0", event.TargetName: "alice", event.TargetDomain: "CORP",
		event.LogonType: uint32(2), event.Status: uint32(0xc000006d), event.SubStatus: uint32(0xc000006a)}))
	s := tell(t, pc)
	wantInOrder(t, s, s.Trail(accountCalled(t, s, `CORP\alice`).ID), "2024-05-01T09:00:00 failed attempts actor= used=CORP\\alice from=* to=PC01")
}

func TestATrailThatNobodyWaitsForEnds(t *testing.T) {
	s := lived(t, simulate.Demo())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, a := range s.Accounts() {
		if steps, err := s.TrailContext(ctx, a.ID); !errors.Is(err, context.Canceled) || steps != nil {
			t.Fatalf("%s: %d steps, %v", a.Display(), len(steps), err)
		}
	}
}

// What alone leads from place to place is told as the trail tells it, but for
// the records of tickets that only a trail puts together.
func TestMovesAreTheStepsOfATrailThatLeadSomewhere(t *testing.T) {
	s := practice(t)
	moved := 0
	for _, a := range s.Accounts() {
		var want []model.Step
		for _, step := range s.Trail(a.ID) {
			if step.Kind.Moves() {
				want = append(want, step)
			}
		}
		got, err := s.Moves(t.Context(), a.ID)
		if err != nil {
			t.Fatal(err)
		}
		moved += len(got)
		if len(got) != len(want) {
			t.Errorf("%s: %d moves, not %d", a.Display(), len(got), len(want))
			continue
		}
		for i := range want {
			for _, r := range got[i].Records {
				if !slices.Contains(want[i].Records, r) {
					t.Errorf("%s: a move has a record that the step has not", a.Display())
				}
			}
			want[i].Records = got[i].Records
			if !reflect.DeepEqual(got[i], want[i]) {
				t.Errorf("%s: a move is\n%+v\nnot\n%+v", a.Display(), got[i], want[i])
			}
		}
	}
	if moved < 100 {
		t.Errorf("%d moves: it proves nothing", moved)
	}
}
