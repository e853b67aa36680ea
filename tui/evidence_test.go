package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"spoor/model/event"
)

func TestFilesAreNamedByTheShortestEndThatTellsThemApart(t *testing.T) {
	const windows = "Microsoft-Windows-"
	names := []string{`C:\logs\WS07\Security.evtx`, "/logs/FS01/Security.evtx", "a.zip:System.evtx", "/x/System.evtx", "lone.evtx", "lone.evtx",
		"/logs/FS01/" + windows + "TerminalServices-LocalSessionManager%4Operational.evtx", "a.zip:FS02/" + windows + "TerminalServices-LocalSessionManager%4Operational.evtx",
		"/logs/FS01/" + windows + "Bits-Client%4Operational.evtx", "/x/" + windows + "Bits-Client%4Admin.evtx",
		"/p/" + windows + "NTLM.evtx", "/p/" + windows + "NTLM%4Operational.evtx", "notes on " + windows + "NTLM.evtx"}
	want := []string{`WS07\Security.evtx`, "FS01/Security.evtx", "a.zip:System.evtx", "x/System.evtx", "lone.evtx", "lone.evtx",
		"FS01/TS-LocalSessionManager", "FS02/TS-LocalSessionManager", "Bits-Client", "Bits-Client/Admin",
		windows + "NTLM.evtx", windows + "NTLM%4Operational.evtx", "notes on " + windows + "NTLM.evtx"}
	var all []*exhibit
	for _, n := range names {
		all = append(all, &exhibit{file: event.File{Name: n}})
	}
	nameBriefly(all)
	var got []string
	for _, x := range all {
		got = append(got, x.shown)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// wiped is a host whose logs were cleared and have gaps.
func wiped() []log {
	eve := person{"S-1-5-21-1-2-3-1110", "EXAMPLE", "svc_backup"}
	fs := &machine{name: "FS01.example.org"}
	fs.logon(60, eve, 0x51000, 3, "10.0.0.23", "WS09", 0, true)
	fs.next += 34
	fs.cleared(70, eve, 0x51000)
	for i := range 5 {
		fs.next += 2
		fs.process(80+i, eve, 0x51000, `C:\Windows\System32\cmd.exe`, "cmd")
	}
	system := &machine{name: "FS01.example.org", next: 500}
	system.clearedOther(90, eve, "Microsoft-Windows-TaskScheduler/Operational")
	return []log{{"FS01/Security.evtx", fs.out, 0}, {"FS01/System.evtx", system.out, 0}}
}

// Truth: the fixture. 1000, 1035 (1102), then every third number.
func TestGapsAreNamedWithTheirNumbersAndTimes(t *testing.T) {
	d := drive(t, options(t, wiped()), 200, 50).press("8", "/", "Security.evtx", "esc").sees("6 gaps",
		"34 records missing between 1000 (2026-03-02T13:01:00.0000000Z) and 1035 (2026-03-02T13:01:10.0000000Z)",
		"2 records missing between 1038 (", "and 3 more; enter lists them").misses("between 1041")
	d.press("enter").sees("between 1038", "between 1041", "between 1044", "between 1047")
}

func TestClearedLogsAreNamedWithWhoClearedThem(t *testing.T) {
	said := `2026-03-02 13:01:10 by EXAMPLE\svc_backup (1102, record 1035)`
	other := `Microsoft-Windows-TaskScheduler/Operational 2026-03-02 13:01:30 by EXAMPLE\svc_backup (104, record 500)`
	d := drive(t, options(t, wiped()), 200, 50).press("2").sees("cleared", "Security "+said, other)
	d.press("8", "/", "Security.evtx", "esc").sees("cleared, 6 gaps", "cleared   "+said).misses(other)
	d.press("enter", "/", "cleared", "esc").sees("Security of FS01", said).press("enter").sees("1102 #1035", "SubjectUserName")
	d.press("8", "/", "System.evtx", "esc").sees("cleared   " + other).misses(said)
	d.press("enter", "enter").sees("104 #500", "BackupPath")
}

func TestAHostWithManyClearedLogsNamesTheLastOfThem(t *testing.T) {
	eve := person{"S-1-5-21-1-2-3-1110", "EXAMPLE", "svc_backup"}
	fs := &machine{name: "FS01.example.org"}
	fs.logon(60, eve, 0x51000, 3, "10.0.0.23", "WS09", 0, true)
	for i := range 9 {
		fs.cleared(70+i, eve, 0x51000)
	}
	d := drive(t, options(t, []log{{"FS01/Security.evtx", fs.out, 0}}), 200, 60).press("2").sees("record 1009)", "record 1005)", "and 4 times before").misses("record 1004)")
	d.press("8", "enter").sees("record 1001)", "record 1009)")
}

// The names of logs differ in their middle and at their end.
func TestEvidenceIsToldApartInEightyColumns(t *testing.T) {
	m := &machine{name: "FS01.example.org"}
	m.failed(60, "EXAMPLE", "alice", "10.0.0.66", "KALI")
	var logs []log
	for _, host := range []string{"FS01", "FS02"} {
		for _, channel := range []string{"LocalSessionManager", "RemoteConnectionManager", "RDPClient"} {
			logs = append(logs, log{fmt.Sprintf("/evidence/%s/Microsoft-Windows-TerminalServices-%s%%4Operational.evtx", host, channel), m.out, 0})
		}
	}
	logs = append(logs, log{"/evidence/a backup of the log of a server that was found too late on a tape, 1.evtx", m.out, 0},
		log{"/evidence/a backup of the log of a server that was found too late on a tape, 2.evtx", m.out, 0})
	d := drive(t, options(t, logs), 80, 30).press("8").sees("FS01/TS-LocalSessionManager", "FS02/TS-RemoteConnectionManager", "tape, 1.evtx", "tape, 2.evtx")
	d.press("/", "FS02 Microsoft-Windows LocalSession", "esc").sees("1 of 8 files", "/evidence/FS02/Microsoft-Windows-TerminalServices-LocalSessionManager%4Operatio\n nal.evtx")
	if !strings.Contains(d.chosen(), "FS02/TS-LocalSessionManager") {
		t.Errorf("the row is %q", d.chosen())
	}
}
