package model_test

import (
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// System's signs of a start are written late; they and
// 4608 are one start, which is when the kernel started.
func TestAllSignsOfOneStartAreOneBoot(t *testing.T) {
	pc := newMachine("PC01.corp.local")
	pc.at("08:00:00").logon(alice, 0x5000, 2)
	pc.at("12:32:59").log(event.KernelStarted, fields{event.StartTime: clock("12:32:59")})
	pc.log(event.KernelBootType, fields{event.BootType: uint32(0)})
	pc.at("12:33:07").starts().logon(system, 0x3e7, 0)
	pc.at("12:33:10").log(event.EventLogStarted, nil).log(event.OSVersionAtStart, nil)
	// Written after them, about the boot before.
	pc.at("12:32:49").log(event.ShutdownTransition, nil).log(event.KernelStopped, fields{event.StopTime: clock("12:32:49.3")})
	boots := tell(t, pc).Hosts()[0].Boots
	if len(boots) != 2 {
		t.Fatalf("%d boots, want 2: %+v", len(boots), boots)
	}
	if boots[1].Started != clock("12:32:59") || boots[1].Certainty != model.Exact {
		t.Errorf("boot 2 started %s, %s", boots[1].Started, boots[1].Certainty)
	}
	if boots[0].Reason != "shutdown" || boots[0].Ended != clock("12:32:49.3") {
		t.Errorf("boot 1 ended %s, %s", boots[0].Ended, boots[0].Reason)
	}
	if boots[0].Started != 0 || boots[0].Certainty != model.CertaintyUnknown {
		t.Errorf("boot 1 began before the log, not at %s", boots[0].Started)
	}
}

// Record numbers order the Security log, whatever the clock says.
func TestRecordNumbersOrderTheSecurityLogNotTheClock(t *testing.T) {
	pc := newMachine("PC01")
	pc.at("2021-02-13 19:51:00").logon(alice, 0x5000, 2)
	pc.at("2020-04-01 19:57:00").starts().logon(bob, 0x5000, 2)
	pc.at("2020-04-01 19:58:00").logsOff(bob, 0x5000)
	s := tell(t, pc)
	found := sessions(t, s, "PC01/0x5000")
	if len(found) != 2 || found[0].Boot == found[1].Boot {
		t.Fatalf("want one logon in each of two boots: %+v", found)
	}
	for _, x := range found {
		if s.Account(x.Account).Name == "alice" && x.End.Certainty != model.EndUnknown {
			t.Errorf("the clock was set back: nothing bounds alice's end, not %+v", x.End)
		}
	}
}

// 41 and 6008 tell of the boot before.
func TestDirtyRestartEndsTheBootBefore(t *testing.T) {
	for _, kind := range []event.Kind{event.DirtyRestart, event.UnexpectedShutdown} {
		pc := newMachine("PC01")
		pc.at("08:00:00").starts().audits().logon(alice, 0x5000, 2)
		pc.at("09:00:00").log(event.KernelStarted, nil)
		pc.at("09:00:05").starts()
		pc.at("09:00:06").log(kind, nil)
		s := tell(t, pc)
		boots := s.Hosts()[0].Boots
		if len(boots) != 2 || boots[0].Reason != "dirty" || boots[0].Ended != 0 {
			t.Fatalf("kind %d: %+v", kind, boots)
		}
		x := session(t, s, "PC01/0x5000")
		wantEnd(t, x.End, model.EndReasonBoot, model.EndBounded, "")
		if x.End.NotBefore != clock("08:00:00") || x.End.NotAfter != clock("09:00:00") {
			t.Errorf("bounded by %s and %s", x.End.NotBefore, x.End.NotAfter)
		}
	}
}

// 1074, 1100 and 6006 end a boot only if a start follows.
func TestStoppedLogServiceWithoutAStartEndsNoBoot(t *testing.T) {
	pc := newMachine("PC01")
	pc.at("08:00:00").starts().audits().logon(alice, 0x5000, 2)
	pc.at("09:00:00").log(event.ShutdownRequested, fields{event.TargetName: `CORP\alice`})
	pc.at("09:00:10").log(event.EventLogStopped, nil).log(event.EventLogShutdown, nil)
	pc.at("11:00:00").runs(alice, 0x5000, `C:\x.exe`)
	s := tell(t, pc)
	if boots := s.Hosts()[0].Boots; len(boots) != 1 || boots[0].Reason != "" {
		t.Fatalf("%+v", boots)
	}
	wantEnd(t, session(t, s, "PC01/0x5000").End, model.EndReasonOpen, model.EndUnknown, "")
}

// A log service that was restarted hours before the crash is no
// shutdown.
func TestEarlierStopOfTheLogServiceIsNotHowABootEnded(t *testing.T) {
	pc := newMachine("PC01")
	pc.at("08:00:00").starts().log(event.EventLogStopped, nil)
	for range 60 {
		pc.at("10:00:00").runs(alice, 0x5000, `C:\x.exe`)
	}
	pc.at("11:00:00").starts()
	if boots := tell(t, pc).Hosts()[0].Boots; len(boots) != 2 || boots[0].Reason != "unknown" {
		t.Fatalf("%+v", boots)
	}
}

// Nor is a stop of the log service that the Security log outlived.
func TestStopOfTheLogServiceThatLogonsFollowIsNotHowABootEnded(t *testing.T) {
	pc := newMachine("PC01")
	pc.at("08:00:00").starts().at("09:00:00").log(event.EventLogShutdown, nil).at("10:00:00").logon(alice, 0x5000, 2)
	pc.at("11:00:00").starts()
	if boots := tell(t, pc).Hosts()[0].Boots; len(boots) != 2 || boots[0].Reason != "unknown" {
		t.Fatalf("%+v", boots)
	}
}

// Only BootType 0 starts a boot.
func TestHybridStartAndResumeKeepTheBoot(t *testing.T) {
	for bootType, boots := range map[uint32]int{0: 2, 1: 1, 2: 1} {
		pc := newMachine("PC01")
		pc.at("08:00:00").log(event.EventLogStarted, nil).logon(alice, 0x5000, 2)
		pc.at("20:00:00").log(event.KernelBootType, fields{event.BootType: bootType})
		pc.at("21:00:00").logsOff(alice, 0x5000)
		s := tell(t, pc)
		if got := s.Hosts()[0].Boots; len(got) != boots {
			t.Errorf("BootType %d: %d boots, want %d: %+v", bootType, len(got), boots, got)
		}
		if got := sessions(t, s, "PC01/0x5000"); len(got) != boots {
			t.Errorf("BootType %d: %d sessions, want %d", bootType, len(got), boots)
		}
	}
}

// Time-Service and others write 12 as well; they are other kinds. What
// is left of a start without Security is still a start.
func TestSystemAloneTellsOfBoots(t *testing.T) {
	pc := newMachine("PC01")
	for _, day := range []string{"2024-05-01 ", "2024-05-02 "} {
		pc.at(day+"08:00:00").log(event.KernelStarted, nil).log(event.EventLogStarted, nil)
		pc.at(day+"18:00:00").log(event.EventLogShutdown, nil)
	}
	boots := tell(t, pc).Hosts()[0].Boots
	if len(boots) != 2 || boots[0].Reason != "shutdown" || boots[1].Reason != "" || boots[1].Started != clock("2024-05-02 08:00:00") {
		t.Fatalf("%+v", boots)
	}
}

// Logon IDs that fall a little are disorder, not a boot.
func TestLogonIDsFallALittleWithinOneBoot(t *testing.T) {
	pc := newMachine("PC01")
	pc.at("08:00:00").logon(alice, 0x49d27, 3).logon(bob, 0x49d14, 3)
	for i := range 20 {
		pc.logon(alice, event.LogonID(0x49d30+0x100*i), 3).logon(bob, event.LogonID(0x49d20+0x100*i), 3)
	}
	if boots := tell(t, pc).Hosts()[0].Boots; len(boots) != 1 {
		t.Fatalf("%+v", boots)
	}
}

// Nor are many IDs that stay above half of the highest.
func TestLogonIDsAboveHalfOfTheHighestInferNoBoot(t *testing.T) {
	pc := newMachine("PC01").at("08:00:00").logon(alice, 0x20000, 2)
	for i := range 30 {
		pc.logon(bob, event.LogonID(0x18000+i), 3)
	}
	if boots := tell(t, pc).Hosts()[0].Boots; len(boots) != 1 {
		t.Fatalf("%+v", boots)
	}
}

// IDs that stay below half of the highest are a boot, medium.
func TestLogonIDsThatStartLowAgainInferABoot(t *testing.T) {
	pc := newMachine("PC01")
	pc.at("08:00:00").logon(alice, 0x20000, 2)
	for i := range 20 {
		pc.at("09:00:00").logon(bob, event.LogonID(0x20100+i), 3).ends(bob, event.LogonID(0x20100+i), 3)
	}
	pc.at("2024-05-03 08:00:00")
	for i := range 20 {
		pc.logon(bob, event.LogonID(0x4000+i), 3)
	}
	s := tell(t, pc)
	boots := s.Hosts()[0].Boots
	if len(boots) != 2 || boots[1].Certainty != model.Medium || boots[1].Started != clock("2024-05-03 08:00:00") {
		t.Fatalf("%+v", boots)
	}
	x := session(t, s, "PC01/0x20000")
	wantEnd(t, x.End, model.EndReasonBoot, model.EndBounded, "")
}

// A few low IDs infer nothing, but then nothing is said to have lived
// on.
func TestFewLowLogonIDsInferNoBootButLeaveADoubt(t *testing.T) {
	pc := newMachine("PC01")
	pc.at("08:00:00").logon(alice, 0x20000, 2)
	pc.at("2024-05-03 08:00:00").logon(bob, 0x4000, 3).logon(bob, 0x4100, 3)
	s := tell(t, pc)
	if boots := s.Hosts()[0].Boots; len(boots) != 1 {
		t.Fatalf("%+v", boots)
	}
	wantEnd(t, session(t, s, "PC01/0x20000").End, model.EndReasonUnknown, model.EndUnknown, "")
}

// Windows never gives a living ID to somebody else.
func TestLivingLogonIDGivenToAnotherAccountInfersABoot(t *testing.T) {
	pc := newMachine("PC01")
	pc.at("08:00:00").logon(alice, 0x9000, 2).runs(alice, 0x9000, "a.exe")
	pc.at("2024-05-02 08:00:00").logon(bob, 0x9000, 2).runs(bob, 0x9000, "b.exe")
	s := tell(t, pc)
	if boots := s.Hosts()[0].Boots; len(boots) != 2 || boots[1].Certainty != model.Medium {
		t.Fatalf("%+v", boots)
	}
	found := sessions(t, s, "PC01/0x9000")
	if len(found) != 2 || found[0].Account == found[1].Account || found[0].Events != 2 || found[1].Events != 2 {
		t.Fatalf("%+v", found)
	}
}

// Who is logged off because the machine goes down did not choose to.
func TestLogoffWhileTheMachineGoesDownIsShutdown(t *testing.T) {
	request := fields{event.TargetName: `CORP\bob`}
	tests := []struct {
		name   string
		tell   func(pc *machine)
		reason model.EndReason
		by     string
	}{
		{"within 30 s before 1100", func(pc *machine) {
			pc.at("10:00:00").logsOff(alice, 0x5000).at("10:00:20").log(event.EventLogStopped, nil)
		}, model.EndReasonShutdown, ""},
		{"within 30 s before 6006", func(pc *machine) {
			pc.at("10:00:00").logsOff(alice, 0x5000).at("10:00:20").log(event.EventLogShutdown, nil)
		}, model.EndReasonShutdown, ""},
		{"within 30 s before 13", func(pc *machine) {
			pc.at("10:00:00").logsOff(alice, 0x5000).at("10:05:00").log(event.KernelStopped, fields{event.StopTime: clock("10:00:29")})
		}, model.EndReasonShutdown, ""},
		{"within 30 s before 4608", func(pc *machine) { pc.at("10:00:00").logsOff(alice, 0x5000).at("10:00:20").starts() }, model.EndReasonShutdown, ""},
		{"more than 30 s before 1100", func(pc *machine) {
			pc.at("10:00:00").logsOff(alice, 0x5000).at("10:00:31").log(event.EventLogStopped, nil)
		}, model.EndReasonLogoff, ""},
		{"after 1074", func(pc *machine) {
			pc.at("09:59:00").log(event.ShutdownRequested, request).at("10:00:00").logsOff(alice, 0x5000).at("10:01:00").log(event.EventLogStopped, nil)
		}, model.EndReasonShutdown, `CORP\bob`},
		{"seconds after 1074, before a fast startup", func(pc *machine) {
			pc.at("09:59:58").log(event.ShutdownRequested, request).at("10:00:00").logsOff(alice, 0x5000)
			pc.at("2024-05-02 08:00:00").log(event.KernelBootType, fields{event.BootType: uint32(1)}).logon(bob, 0x6000, 2)
		}, model.EndReasonShutdown, `CORP\bob`},
		{"a minute after 1074, before the kernel sleeps", func(pc *machine) {
			pc.at("09:59:00").log(event.ShutdownRequested, request).at("10:00:00").logsOff(alice, 0x5000).at("10:00:05").log(event.Sleeping, nil)
			pc.at("2024-05-02 08:00:00").log(event.Resumed, nil).logon(bob, 0x6000, 2)
		}, model.EndReasonShutdown, `CORP\bob`},
		{"after 1074 that 1075 took back", func(pc *machine) {
			pc.at("09:58:00").log(event.ShutdownRequested, request).at("09:59:00").log(event.ShutdownAborted, nil).at("10:00:00").logsOff(alice, 0x5000)
		}, model.EndReasonLogoff, ""},
		{"after 1074 that was taken back, but the machine went down", func(pc *machine) {
			pc.at("09:58:00").log(event.ShutdownRequested, request).at("09:59:00").log(event.ShutdownAborted, nil).at("10:00:00").logsOff(alice, 0x5000).at("10:00:20").log(event.EventLogStopped, nil)
		}, model.EndReasonShutdown, ""},
		{"after 1074 that came to nothing", func(pc *machine) {
			pc.at("09:59:00").log(event.ShutdownRequested, request).at("10:00:00").logsOff(alice, 0x5000).at("11:00:00").logon(bob, 0x6000, 3)
		}, model.EndReasonLogoff, ""},
		{"after the 1074 of the boot before", func(pc *machine) {
			pc.at("09:55:00").log(event.ShutdownRequested, request).at("09:56:00").starts().logon(alice, 0x7000, 2).at("10:00:00").logsOff(alice, 0x7000)
		}, model.EndReasonLogoff, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			pc := newMachine("PC01")
			pc.at("08:00:00").starts().logon(alice, 0x5000, 2)
			test.tell(pc)
			s := tell(t, pc)
			name := "PC01/0x5000"
			if test.name == "after the 1074 of the boot before" {
				name = "PC01/0x7000"
			}
			x := session(t, s, name)
			wantEnd(t, x.End, test.reason, model.EndExact, "10:00:00")
			if x.End.Account != test.by {
				t.Errorf("asked for by %q, want %q", x.End.Account, test.by)
			}
		})
	}
}

// A record that tells of the old boot may be written after 1100.
func TestLateLogoffBelongsToTheBootThatItEnds(t *testing.T) {
	pc := newMachine("PC01")
	pc.at("08:00:00").starts().logon(alice, 0x5000, 2)
	pc.at("10:00:43.2").log(event.EventLogStopped, nil)
	pc.at("10:00:42.8").logsOff(alice, 0x5000)
	pc.at("10:00:48").runs(system, 0x3e7, "Registry")
	pc.at("10:00:49").starts()
	s := tell(t, pc)
	x := session(t, s, "PC01/0x5000")
	wantEnd(t, x.End, model.EndReasonShutdown, model.EndExact, "10:00:42.8")
	if found := sessions(t, s, "PC01/0x3e7"); len(found) != 2 || found[1].Boot != 2 || found[1].Start != clock("10:00:48") {
		t.Errorf("the first process of boot 2 is in boot 1: %+v", found)
	}
}

// 1100 is the Security log's own last word: which boot it ends is told by its
// number, even where the clock was set back to before that boot's start.
func TestStopAfterTheClockWasSetBackEndsItsBoot(t *testing.T) {
	pc := newMachine("PC01")
	pc.at("2024-05-09 08:00:00").starts().logon(alice, 0x5000, 2)
	pc.at("10:00:00").log(event.EventLogStopped, nil).at("10:00:30").starts()
	boots := tell(t, pc).Hosts()[0].Boots
	if len(boots) != 2 || boots[0].Reason != "shutdown" || boots[0].Ended != clock("10:00:00") {
		t.Fatalf("%+v", boots)
	}
}

// The kernel's stop ends a boot without a start that follows. The end of the
// log service alone does not, but then nothing is said to be alive.
func TestStopAtTheEndOfTheLogLeavesNothingOpen(t *testing.T) {
	start := func() *machine {
		pc := newMachine("PC01")
		return pc.at("08:00:00").starts().audits().logon(alice, 0x5000, 2).at("10:00:00").log(event.EventLogStopped, nil).log(event.EventLogShutdown, nil)
	}
	pc := start()
	s := tell(t, pc)
	if b := s.Hosts()[0].Boots[0]; b.Reason != "" || b.Ended != 0 {
		t.Errorf("1100 and 6006: %+v", b)
	}
	wantEnd(t, session(t, s, "PC01/0x5000").End, model.EndReasonUnknown, model.EndUnknown, "")

	pc = start()
	pc.at("10:00:05").log(event.KernelStopped, fields{event.StopTime: clock("10:00:03")})
	s = tell(t, pc)
	if b := s.Hosts()[0].Boots[0]; b.Reason != "shutdown" || b.Ended != clock("10:00:03") {
		t.Errorf("13: %+v", b)
	}
	x := session(t, s, "PC01/0x5000")
	wantEnd(t, x.End, model.EndReasonShutdown, model.EndBounded, "")
	if x.End.NotAfter != clock("10:00:03") {
		t.Errorf("not after %s", x.End.NotAfter)
	}

	pc = start()
	pc.at("10:01:00").log(event.EventLogStarted, nil)
	wantEnd(t, session(t, tell(t, pc), "PC01/0x5000").End, model.EndReasonOpen, model.EndUnknown, "")
}

// What ended a session may be among the records that are missing before the
// next start: the start bounds it and says no more.
func TestMissingRecordsBeforeTheNextStartLeaveTheReasonUnknown(t *testing.T) {
	tests := map[string]struct {
		tell func(pc *machine)
		want model.EndReason
	}{
		"records are missing": {func(pc *machine) { pc.skip("Security", 5).at("12:00:00").starts() }, model.EndReasonUnknown},
		"records are missing, 1100 is not": {func(pc *machine) {
			pc.skip("Security", 5).at("11:59:00").log(event.EventLogStopped, nil).at("12:00:00").starts()
		}, model.EndReasonUnknown},
		"none are missing":      {func(pc *machine) { pc.at("12:00:00").starts() }, model.EndReasonBoot},
		"some of the next boot": {func(pc *machine) { pc.at("12:00:00").starts().skip("Security", 5).runs(bob, 0x7000, "a.exe") }, model.EndReasonBoot},
		"only System goes on":   {func(pc *machine) { pc.at("12:00:00").log(event.KernelStarted, nil) }, model.EndReasonUnknown},
		"only System goes on after 1100": {func(pc *machine) {
			pc.at("11:59:00").log(event.EventLogStopped, nil).at("12:00:00").log(event.KernelStarted, nil)
		}, model.EndReasonShutdown},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			pc := newMachine("PC01")
			pc.at("08:00:00").starts().audits().logon(alice, 0x5000, 2)
			test.tell(pc)
			x := session(t, tell(t, pc), "PC01/0x5000")
			wantEnd(t, x.End, test.want, model.EndBounded, "")
			if x.End.NotAfter != clock("12:00:00") {
				t.Errorf("not after %s", x.End.NotAfter)
			}
		})
	}
}

// year19121 is a time that a damaged record of a real log has.
const year19121 = event.FileTime(5529_000_000_000_000_000)

// One record with an absurd time says nothing of where a start lies that only
// System tells of.
func TestAbsurdTimeDoesNotMisplaceAStart(t *testing.T) {
	for _, absurd := range []event.FileTime{year19121, 1, 0} {
		pc := newMachine("PC01.corp.local").at("08:00:00").logon(alice, 0x5000, 2)
		pc.now = absurd
		pc.runs(alice, 0x5000, "x.exe")
		for _, at := range []string{"08:10:00", "08:20:00", "09:00:00"} {
			pc.at(at).runs(alice, 0x5000, "y.exe")
		}
		pc.at("12:00:00").log(event.KernelStarted, fields{event.StartTime: clock("12:00:00")})
		pc.at("12:01:00").logon(bob, 0x5000, 2).at("12:02:00").runs(bob, 0x5000, "z.exe")
		s := tell(t, pc)
		got := sessions(t, s, "PC01/0x5000")
		if len(got) != 2 || got[0].Events != 5 || got[1].Events != 2 || len(s.Hosts()[0].Boots) != 2 {
			t.Errorf("at %s: %+v, boots %+v", absurd, got, s.Hosts()[0].Boots)
		}
	}
}

// A 4608 with an absurd time is of the start that System tells of, not another
// one.
func TestSignWithAnAbsurdTimeIsOfTheStartThatSystemTellsOf(t *testing.T) {
	for _, absurd := range []event.FileTime{year19121, 1} {
		pc := newMachine("PC01.corp.local").at("08:00:00").logon(alice, 0x5000, 2).at("09:00:00").runs(alice, 0x5000, "y.exe")
		pc.at("12:00:00").log(event.KernelStarted, fields{event.StartTime: clock("12:00:00")})
		pc.now = absurd
		pc.starts()
		pc.at("12:01:00").logon(bob, 0x5000, 2).at("12:02:00").runs(bob, 0x5000, "z.exe")
		s := tell(t, pc)
		boots := s.Hosts()[0].Boots
		if len(boots) != 2 || boots[1].Started != clock("12:00:00") {
			t.Errorf("at %s: boots %+v", absurd, boots)
		}
		if got := sessions(t, s, "PC01/0x5000"); len(got) != 2 || got[0].Events != 2 || got[1].Events != 2 {
			t.Errorf("at %s: %+v", absurd, got)
		}
	}
}
