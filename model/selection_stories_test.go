package model_test

import (
	"fmt"
	"testing"
	"time"

	"spoor/model/event"
)

// strangers logs so many records of an account that has no part in a story,
// within a time from now on.
func (m *machine) strangers(n int, within time.Duration) *machine {
	for range n {
		m.now = m.now.Add(within / time.Duration(n))
		m.runs(stranger, 0x77, `C:\idle.exe`)
	}
	return m
}

// desktop begins an interactive session.
func (m *machine) desktop(w who, id event.LogonID) *machine {
	return m.logon(w, id, 2, fields{event.LogonProcess: "User32"})
}

// Each story has a record of somebody else, or of no account, that a session
// asked for may be told otherwise without.
func TestASelectionKeepsWhatSessionsAreToldFrom(t *testing.T) {
	measured := func(second func(dc, pc *machine, n int, at string, skew time.Duration)) func() []*machine {
		return func() []*machine {
			const skew = 4 * time.Minute
			dc, pc := corpDomain.machine("DC09").at("07:00:00").grants(corpDomain.computer("PC01"), desk), corpDomain.machine("PC01")
			second(dc, pc, 1, "09:00:00", skew)
			second(dc, pc, 2, "11:00:00", skew)
			dc.at("13:00:00").asks(ask{who: alice, service: "PC01$", address: "10.0.0.9"})
			pc.at(later("13:00:01", skew)).logon(alice, 0x500, 3, kerberos("10.0.0.9", 0))
			return []*machine{dc.at("15:00:00").grants(corpDomain.computer("PC01"), desk), pc}
		}
	}
	one := func(write func(pc *machine)) func() []*machine {
		return func() []*machine {
			pc := corpDomain.machine("PC01").at("08:00:00").audits()
			write(pc)
			return []*machine{pc}
		}
	}
	stories := []struct {
		rule     string
		machines func() []*machine
	}{
		{"a record that names a logon and no account is the first of it", one(func(pc *machine) {
			pc.at("09:00:00").log(event.ProcessCreated, fields{event.SubjectLogon: event.LogonID(0x100), event.NewProcess: `C:\a.exe`})
			pc.at("10:00:00").runs(alice, 0x100, `C:\b.exe`)
		})},
		{"another account under the same ID ends a logon", one(func(pc *machine) {
			pc.at("09:00:00").desktop(alice, 0x100)
			pc.at("10:00:00").runs(bob, 0x100, `C:\b.exe`)
			pc.at("11:00:00").runs(alice, 0x100, `C:\a.exe`)
		})},
		{"the first record of Windows' own logon is what its session is known by", func() []*machine {
			pc := corpDomain.machine("PC01")
			pc.at("09:00:00").uses(system, 0x3e7, alice, "FS03.corp.local", 0)
			fs := corpDomain.machine("FS03").at("08:50:00").runs(bob, 0x800, `C:\a.exe`).skip("Security", 5)
			fs.at("09:10:00").runs(alice, 0x900, `C:\a.exe`)
			return []*machine{corpDomain.machine("DC09").at("07:00:00").grants(corpDomain.computer("PC01"), desk), pc, fs}
		}},
		{"the first 4624 of Windows' own account says since when its session is", func() []*machine {
			pc := corpDomain.machine("PC01").at("07:00:00").starts().desktop(bob, 0x200).strangers(2200, time.Hour)
			pc.logon(system, 0x3e7, 5).at("09:00:00").uses(system, 0x3e7, alice, "FS03.corp.local", 0)
			fs := corpDomain.machine("FS03").at("08:50:00").runs(bob, 0x800, `C:\a.exe`).skip("Security", 5)
			fs.at("09:10:00").runs(alice, 0x900, `C:\a.exe`)
			return []*machine{corpDomain.machine("DC09").at("07:00:00").grants(corpDomain.computer("PC01"), desk), pc, fs}
		}},
		{"another logon had the same ticket hours before", func() []*machine {
			dc, pc, fs := office09()
			dc.at("09:00:00").asks(ask{who: alice, service: "FS03$", address: desk})
			fs.at("08:00:00").logon(alice, 0x900, 3, ntlmFrom(desk, "PC01")).ends(alice, 0x900, 3)
			fs.at("09:00:01").logon(alice, 0x901, 3, kerberos(desk, 0)).at("09:00:30").ends(alice, 0x901, 3)
			fs.at("15:00:00").logon(alice, 0x902, 3, kerberos(desk, 0)).at("15:00:30").ends(alice, 0x902, 3)
			return []*machine{closing(dc), pc, fs.at("18:00:00").audits()}
		}},
		{"records after the kernel stopped show that it was not the end", one(func(pc *machine) {
			pc.starts().strangers(2200, 30*time.Minute)
			pc.at("09:00:00").desktop(alice, 0x100)
			pc.at("17:00:00").log(event.KernelStopped, nil)
			pc.at("17:10:00").strangers(5, time.Minute)
			pc.at("17:15:00").starts()
		})},
		{"so many records after a start that what follows is of another", one(func(pc *machine) {
			pc.at("08:30:00").desktop(alice, 0x100)
			pc.at("09:00:00").starts().strangers(2100, 5*time.Minute)
			pc.logVersion(event.Logon, 2, merge(target(system, 0x3e7), fields{event.LogonType: uint32(0)}))
			pc.at("10:00:00").desktop(alice, 0x100)
		})},
		{"the clock was set again", one(func(pc *machine) {
			pc.sets("08:30:00", 2*time.Minute)
			pc.at("09:00:00").desktop(alice, 0x100)
			pc.sets("10:00:00", time.Hour)
			pc.at("12:00:00").ends(alice, 0x100, 2)
		})},
		{"somebody else's logons measure a clock", measured(func(dc, pc *machine, n int, at string, skew time.Duration) {
			dc.at(at).asks(ask{who: bob, service: "PC01$", address: desk})
			pc.at(later(at, skew)).desktop(bob, event.LogonID(0x9000+n)).ends(bob, event.LogonID(0x9000+n), 2)
		})},
		{"somebody else's logons measure a clock by their GUID", measured(func(dc, pc *machine, n int, at string, skew time.Duration) {
			dc.at(at).asks(ask{who: bob, service: "PC01$", address: desk, guid: byte(n)})
			pc.at(later(at, skew)).logon(bob, event.LogonID(0x9000+n), 2, fields{event.LogonGUID: guidOf(byte(n))}).ends(bob, event.LogonID(0x9000+n), 2)
		})},
		{"a computer without a log came for a ticket", func() []*machine {
			dc := corpDomain.machine("DC09").at("07:00:00").grants(corpDomain.computer("PC55"), "10.0.0.55").grants(corpDomain.computer("PC77"), "10.0.0.77")
			fs := corpDomain.machine("FS03").at("08:00:00").logon(alice, 0x900, 3, kerberos("10.0.0.77", 0))
			return []*machine{dc.at("09:00:00").grants(corpDomain.computer("PC77"), "10.0.0.77"), fs}
		}},
		{"another logon stands between what else were two halves", one(func(pc *machine) {
			pc.at("09:00:00").old(alice, 0x100, 2, nil)
			pc.at("09:00:00.01").old(bob, 0x200, 3, nil)
			pc.at("09:00:00.02").old(alice, 0x101, 2, nil)
		})},
		{"an unseen restart gives out low logon IDs again", one(func(pc *machine) {
			for i := range event.LogonID(3) {
				pc.at("09:00:00").logon(bob, 0x900000+i, 3).ends(bob, 0x900000+i, 3)
			}
			for i := range event.LogonID(12) {
				pc.at("10:00:00").logon(bob, 0x9000+i, 3).ends(bob, 0x9000+i, 3)
			}
			pc.at("11:00:00").desktop(alice, 0xa000)
		})},
		{"credentials given for nobody by name are somebody's by their GUID", one(func(pc *machine) {
			pc.at("09:00:00").desktop(alice, 0x100)
			pc.at("10:00:00").log(event.ExplicitCredentials, merge(subject(alice, 0x100), fields{event.TargetServer: "localhost", event.TargetGUID: guidOf(5)}))
			pc.logon(bob, 0x300, 2, fields{event.LogonProcess: "seclogo", event.LogonGUID: guidOf(5)})
		})},
		{"other credentials on the network lead on as another account", func() []*machine {
			dc, pc, fs := terminalServer()
			pc.at("08:30:00").logon(bob, 0x400, 9, fields{event.LogonProcess: "seclogo", event.OutboundName: "svc", event.OutboundDomain: "CORP"})
			fs.at("09:00:00").logon(svc, 0x901, 3, kerberos(desk, 3))
			return []*machine{dc, pc, fs}
		}},
		{"a ticket under the name that the account has since", func() []*machine {
			dc, _, fs := office09()
			dc.at("09:00:00").log(event.AccountRenamed, merge(target(who{alice.sid, "", "CORP"}, 0), subject(bob, 0x99), fields{event.OldName: "alice", event.NewName: "alicia"}))
			dc.at("09:30:00").asks(ask{who: who{"", "alicia", ""}, service: "FS03$", address: desk})
			fs.at("09:30:01").logon(alice, 0x901, 3, kerberos(desk, 0))
			return []*machine{closing(dc), fs}
		}},
		{"more records than are looked at lie before an arrival", one(func(pc *machine) {
			pc.at("09:00:00").logon(alice, 0x300, 3, fields{event.IPAddress: "10.0.0.9", event.Package: "Negotiate"}).strangers(4100, 5*time.Second)
			pc.logon(alice, 0x301, 10, fields{event.IPAddress: "10.0.0.9", event.LogonProcess: "User32"})
		})},
		{"more records than are looked at lie before a return", one(func(pc *machine) {
			pc.at("08:30:00").logon(alice, 0x200, 10, fields{event.IPAddress: "10.0.0.9", event.LogonProcess: "User32"})
			pc.at("08:40:00").client(event.SessionDisconnected, alice, 0x200, "RDP-Tcp#1", "PC9", "10.0.0.9")
			pc.at("09:00:00").logon(alice, 0x300, 3, fields{event.IPAddress: "10.0.0.9", event.Package: "Negotiate"}).strangers(4100, 5*time.Second)
			pc.client(event.SessionReconnected, alice, 0x200, "RDP-Tcp#2", "PC9", "10.0.0.9")
		})},
		{"a record out of its time shows how far an arrival is looked back from", one(func(pc *machine) {
			pc.at("09:00:10").logon(alice, 0x300, 3, fields{event.IPAddress: "10.0.0.9", event.Package: "Negotiate"})
			pc.at("08:59:00").runs(stranger, 0x77, `C:\idle.exe`)
			pc.at("09:00:12").logon(alice, 0x301, 10, fields{event.IPAddress: "10.0.0.9", event.LogonProcess: "User32"})
		})},
		{"the log ends while the machine goes down", one(func(pc *machine) {
			pc.at("09:00:00").desktop(alice, 0x100)
			pc.at("17:00:00").log(event.EventLogStopped, nil)
		})},
		{"it stopped between two starts", one(func(pc *machine) {
			pc.starts()
			pc.at("09:00:00").desktop(alice, 0x100)
			pc.at("17:00:00").log(event.EventLogStopped, nil)
			pc.at("17:05:00").starts()
			pc.at("18:00:00").desktop(alice, 0x50)
			pc.at("19:00:00").log(event.EventLogStopped, nil).at("19:05:00").starts()
		})},
	}
	for _, x := range stories {
		t.Run(x.rule, func(t *testing.T) { selectsAlike(t, x.machines()...) })
	}
}

// What is left out must stay left out where nothing asks for it: computers are
// kept whole for a reason alone, and no third reading is made without need.
func TestASelectionKeepsNoComputerWholeWithoutNeed(t *testing.T) {
	stories := map[string]func(pc *machine){
		"IDs start low again with a start that was logged": func(pc *machine) {
			for i := range event.LogonID(3) {
				pc.at("09:00:00").logon(bob, 0x900000+i, 3).ends(bob, 0x900000+i, 3)
			}
			pc.at("10:00:00").starts()
			for i := range event.LogonID(12) {
				pc.at("11:00:00").logon(bob, 0x9000+i, 3).ends(bob, 0x9000+i, 3)
			}
		},
		"an ID is given out again after its end": func(pc *machine) {
			pc.at("09:00:00").logon(bob, 0x9000, 3).ends(bob, 0x9000, 3)
			pc.at("10:00:00").logon(svc, 0x9000, 3).ends(svc, 0x9000, 3)
		},
		"one account logs another on": func(pc *machine) {
			pc.at("09:00:00").desktop(bob, 0x9000)
			pc.at("10:00:00").logVersion(event.Logon, 2, merge(target(alice, 0x9100), subject(bob, 0x9000), fields{event.LogonType: uint32(2)}))
		},
	}
	for name, write := range stories {
		t.Run(name, func(t *testing.T) {
			pc := corpDomain.machine("PC01").at("08:00:00").audits()
			write(pc)
			files := []logFile{asFile(0, "PC01.evtx", padded(pc.at("12:00:00").desktop(alice, 0xa000)).recs, 1000)}
			whole, readings := keptWhole(t, files, "alice")
			if len(whole) > 0 || readings != 2 {
				t.Errorf("%d readings; kept whole: %v", readings, whole)
			}
		})
	}
}

// Where the parts of a log are read in the wrong order, what tells of a session
// may have come before it is known that the session is asked for.
func TestASelectionKeepsAllOfAComputerWhoseRecordsAreInNoOrder(t *testing.T) {
	pc := corpDomain.machine("PC01").at("08:00:00").audits()
	pc.at("09:00:00").desktop(alice, 0x100)
	pc.at("10:00:00").runs(bob, 0x100, `C:\b.exe`)
	pc.at("11:00:00").runs(alice, 0x100, `C:\a.exe`)
	recs := padded(pc).recs
	for at := range recs {
		if recs[at].fields[event.TargetLogon] == event.LogonID(0x100) {
			files := []logFile{asFile(0, "b.evtx", recs[at+1:], 1000), asFile(1, "a.evtx", recs[:at+1], 1000)}
			selectsFilesAlike(t, files)
			if whole, _ := keptWhole(t, files, "alice"); fmt.Sprint(whole) == "map[]" {
				t.Error("nothing is kept whole")
			}
			return
		}
	}
	t.Fatal("the story has no logon")
}
