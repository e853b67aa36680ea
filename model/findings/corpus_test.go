package findings_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/findings"
	"spoor/parser"
)

// judged is one finding on real logs: its rule, severity, account and first
// host, and what is thought of it.
type judged struct{ finding, judgement string }

// Judgements that many findings have in common. Every file of these sets is an
// excerpt: what is not about its scenario was left out by a filter.
const (
	named   = "what the file is named after"
	cutOut  = "true of the excerpt, not of the host: the file was exported by a filter"
	cleared = "true: the scenario's author cleared the log before it, and the record is in the file"
	// captures is of sets that were pieced together of short captures.
	captures = "false: the ticket-granting ticket is older than the capture, one of thirty with holes between; info, and it says so"
)

// scenarios are the sets of real logs whose files are named after what was done,
// and all that is found in each.
var scenarios = []struct {
	logs     string
	findings []judged
}{
	{"offsec-lan/ID1149-RDP-success-logins-to-multiple-hosts.evtx", []judged{
		{`fan-out medium admmig fs03vuln`, named},
	}},
	{"offsec-lan/ID4616-system-time-changed.evtx", []judged{
		{`clock-set medium OFFSEC\admmig jump01`, named},
		{`clock-set low NT AUTHORITY\LOCAL SERVICE jump01`, "true: Windows set back what the account had set forward"},
		{`records-missing low - jump01`, cutOut},
	}},
	{"offsec-lan/ID4624-Success-login-with-Golden-ticket.evtx", []judged{
		{`account-of-other-name info OFFSEC\not_existing_user fs02`, named + ": the first administrator's SID under a made-up name; info, as no domain controller's log is there. The other forged logons have true names, which no member's log tells from real ones"},
		{`records-missing info - fs02`, cutOut},
	}},
	{"offsec-lan/ID4625-OpenSSH-brutforce-with-valid-users.evtx", []judged{
		{`password-guessing low OFFSEC\admmig fs01`, named + "; low, as five attempts are few, though four came within 1.5 s"},
		{`records-missing info - fs01`, cutOut},
	}},
	{"offsec-lan/ID4648-4624-RunAsCS-login.evtx", []judged{
		{`run-as low OFFSEC\admmig FS03`, named},
		{`log-cleared high OFFSEC\admmig FS03`, cleared},
	}},
	{"offsec-lan/ID4688-4648-4624-Runas-execution-with-different-user.evtx", []judged{
		{`run-as low OFFSEC\admmig FS03`, named},
		{`log-cleared high OFFSEC\admmig FS03`, cleared},
	}},
	{"offsec-lan/ID4688-4697-5140-5145-PSexec-remote-execution-admin-share.evtx", []judged{
		{`remote-service medium OFFSEC\admmig srvdefender01`, named},
		{`admin-shares low OFFSEC\admmig srvdefender01`, named + ": the share that the service's file came by"},
		{`records-missing info - srvdefender01`, cutOut},
	}},
	{"offsec-lan/ID4688-4778-4779-RDP-hijack-direct.evtx", []judged{
		{`session-taken-over high OFFSEC\admmig fs01`, named},
		{`records-missing low - fs01`, cutOut},
	}},
	{"offsec-lan/ID4688-4778-RDP-hijack-command-execution.evtx", []judged{
		{`session-taken-over medium OFFSEC\admmarsid fs01`, named + "; medium, as the 4779 of the other session is not in the file"},
		{`records-missing info - fs01`, cutOut},
	}},
	{"offsec-lan/ID4768-4771-Kerberos-brutforce-with-non-existing-users.evtx", []judged{
		{`account-enumeration medium - rootdc1`, named},
		{`guessed-right medium OFFSEC.LAN\admmig rootdc1`, "true: the tool had one password that was right, the tester's own; medium, as the log begins with the attempts"},
		{`foreign-ticket-options low - rootdc1`, "true: the tool's way of asking"},
		{`as-rep-roast low OFFSEC.LAN\admin-test rootdc1`, "true: the account needs no pre-authentication, as another file shows"},
		{`records-missing low - rootdc1`, cutOut},
	}},
	{"offsec-lan/ID4768-Kerberos-AS-REP-Roasting.evtx", []judged{
		{`as-rep-roast medium offsec.lan\admin-test rootdc1`, named},
		{`foreign-ticket-options low - rootdc1`, "true: the tool's way of asking"},
	}},
	{"offsec-lan/ID4769-Kerberoast-ticket-with-low-encryption.evtx", []judged{
		{`kerberoast-rc4 low OFFSEC.LAN\admmig@OFFSEC.LAN rootdc1`, named + "; low, as it is one ticket"},
		{`unknown-ticket-name info OFFSEC.LAN\admmig@OFFSEC.LAN rootdc1`, "false of the account, which other files know: info, as records are missing, and it says so"},
		{`records-missing info - rootdc1`, cutOut},
	}},
	{"offsec-lan/ID4771-Kerberos-brutforce-with-valid-user.evtx", []judged{
		{`password-guessing medium admin-hacker rootdc1`, named},
		{`foreign-ticket-options low - rootdc1`, "true: the tool's way of asking"},
		{`records-missing info - rootdc1`, cutOut},
	}},
	{"offsec-lan/ID4799-4624-Local-admin-group-enumerated-by-SharpHound.evtx", []judged{
		{`local-groups-listed low OFFSEC\admmig atanids01`, named},
		{`fan-out medium OFFSEC\admmig atanids01`, named + ": eleven hosts within thirteen seconds, each of which logged it itself"},
		{`records-missing info - adfs01`, cutOut},
	}},
	{"offsec-lan/ID4964-Login-of-a-member-of-a-special-group.evtx", []judged{
		{`special-group low OFFSEC\admmig rootdc1`, named},
		{`records-missing info - rootdc1`, cutOut},
	}},
	{"offsec-lan/ID5140-ADMIN-share-connection-with-Golden-ticket.evtx", []judged{
		{`admin-shares low OFFSEC\not_existing_user rootdc1`, named},
		{`account-of-other-name info OFFSEC\not_existing_user rootdc1`, named + ": the first administrator's SID under a made-up name; info, as no 4768 is in the file"},
		{`records-missing low - rootdc1`, cutOut},
	}},
	{"example-corp-2019/DE_RDP_Tunnel_5156.evtx", []judged{
		{`remote-desktop-from-itself medium EXAMPLE\admin01 PC01`, named},
		{`log-cleared high EXAMPLE\admin01 PC01`, cleared},
		{`records-missing info - PC01`, cutOut},
	}},
	{"example-corp-2019/DE_RDP_Tunneling_4624.evtx", []judged{
		{`remote-desktop-from-itself medium PC02\IEUser PC02`, named},
		{`records-missing info - PC02`, cutOut},
	}},
	{"example-corp-2019/DE_RDP_Tunneling_TerminalServices-RemoteConnectionManagerOperational_1149.evtx", []judged{
		{`remote-desktop-from-itself medium admin01 PC01`, named},
	}},
	{"example-corp-2019/LM_4624_mimikatz_sekurlsa_pth_source_machine.evtx", []judged{
		{`new-credentials low EXAMPLE\user01 PC01`, named + "; low, as no log of a host that the credentials were used on is there"},
		{`log-cleared high EXAMPLE\user01 PC01`, cleared},
		{`records-missing info - PC01`, cutOut},
	}},
	{"example-corp-2019/LM_ScheduledTask_ATSVC_target_host.evtx", []judged{
		{`remote-task medium EXAMPLE\Administrator WIN-77LTAPHIQ1R`, named},
		{`admin-shares low EXAMPLE\Administrator WIN-77LTAPHIQ1R`, "true: the share that the task's output was read by"},
		{`log-cleared high EXAMPLE\administrator WIN-77LTAPHIQ1R`, cleared},
		{`records-missing info - WIN-77LTAPHIQ1R`, cutOut},
	}},
	{"example-corp-2019/LM_WMIC_4648_rpcss.evtx", []judged{
		{`remote-wmi low EXAMPLE\user01 PC01`, named},
		{`log-cleared high EXAMPLE\user01 PC01`, cleared},
		{`records-missing info - PC01`, cutOut},
	}},
	{"example-corp-2019/LM_WMI_4624_4688_TargetHost.evtx", []judged{
		{`remote-wmi low EXAMPLE\Administrator WIN-77LTAPHIQ1R`, named},
		{`ntlm-after-kerberos info EXAMPLE\Administrator WIN-77LTAPHIQ1R`, "true: DCOM took NTLM for one of its connections; info, as the log is 13 s long"},
		{`records-missing info - WIN-77LTAPHIQ1R`, cutOut},
	}},
	{"otrf-theshire-2020-10-22-spray/*.evtx", []judged{
		{`password-spray medium - WORKSTATION5`, named},
		{`kerberoast-rc4 medium THESHIRE\pgustavo MORDORDC`, "true: the same account asked for tickets of five services right after"},
		{`ticket-without-tgt info THESHIRE\pgustavo MORDORDC`, "false: the account's ticket-granting ticket is older than the capture; info, and it says so"},
		{`records-missing info - WORKSTATION5`, cutOut},
	}},
}

// corpus returns the folder of real logs, or skips.
func corpus(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("SPOOR_CORPUS")
	if dir == "" {
		if os.Getenv("SPOOR_REQUIRE_TOOLS") == "1" {
			t.Fatal("SPOOR_CORPUS is not set, and SPOOR_REQUIRE_TOOLS demands the corpus")
		}
		t.Skip("SPOOR_CORPUS is not set: no real logs to test on")
	}
	return dir
}

// read loads logs.
func read(t *testing.T, paths []string) *model.Snapshot {
	t.Helper()
	b := model.NewBuilder(event.NewSchemas())
	for i, p := range paths {
		f, err := os.Open(p)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		log, err := parser.Open(f, info.Size(), event.FileID(i), p)
		if err != nil {
			t.Fatal(err)
		}
		b.AddFile(event.File{ID: event.FileID(i), Name: p, Size: info.Size()})
		stats, err := log.Scan(context.Background(), parser.Options{}, func(batch *event.Batch) error {
			b.Add(batch)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		b.FileDone(stats)
	}
	return b.Finish()
}

// collections are the sets of real logs that are named after no scenario, and all
// that is found in each.
var collections = []struct {
	logs     string
	findings []judged
}{
	{"otrf-theshire-2020-09-22-rdp/*.evtx", []judged{
		{`records-missing info - MORDORDC`, cutOut},
	}},
	{"otrf-theshire-2020-09-17_22-lab-logon-ids-only/*.evtx", []judged{
		{`remote-service medium THESHIRE\pgustavo WORKSTATION6`, "true: 4697 with an encoded command in the NTLM session 0x2074186 from WORKSTATION5, and one more in 0x2990d17"},
		{`new-credentials medium THESHIRE\wardog WORKSTATION6`, "true: type 9 for theshire.local\\pgustavo, and a ticket of pgustavo asked for as no Windows client does"},
		{`new-credentials medium THESHIRE\wardog WORKSTATION6`, "true: type 9 under a made-up name, and such a ticket in the same second"},
		{`admin-shares low THESHIRE\pgustavo WORKSTATION6`, "true: C$ from 172.18.39.5 while that is known to be WORKSTATION5, twice"},
		{`admin-shares low THESHIRE\pgustavo WORKSTATION6`, "true: C$ from 172.18.39.5, of which no record of that time says whose it is"},
		{`remote-wmi low THESHIRE\pgustavo WORKSTATION6`, "true: WmiPrvSE.exe started cmd.exe and powershell.exe, of which 4688 names pgustavo"},
		{`foreign-ticket-options low - MORDORDC`, "true: the two tickets after type 9, 0x40800010"},
		{`ticket-without-tgt info THESHIRE\pgustavo MORDORDC`, captures},
		{`ticket-without-tgt info THESHIRE\pgustavo MORDORDC`, captures},
		{`ticket-without-tgt info THESHIRE\pgustavo MORDORDC`, captures},
		{`ticket-without-tgt info THESHIRE\pgustavo MORDORDC`, captures},
		{`ticket-without-tgt info THESHIRE\pgustavo MORDORDC`, captures},
		{`account-of-other-name info THESHIRE\wardog WORKSTATION6`, "true and innocent: the lab's first administrator is called wardog; info, as records of the domain controller are missing"},
		{`records-missing info - MORDORDC`, cutOut},
	}},
	{"windomain-dc-2021-02-12/*.evtx", []judged{
		{`log-cleared high WINDOMAIN\vagrant dc`, "true: 1102 at 12:32:35, before the machine was shut down and the logon that the set is about"},
		{`log-cleared medium WINDOMAIN\vagrant dc`, "true: 104 at 12:32:31 of the System log. That Remote Desktop takes over the account's own console session after it is no finding"},
	}},
	{"praivacymatrix-ws-rename/*.evtx", []judged{
		{`clock-set medium DESKTOP-23PS6ES\User DESKTOP-23PS6ES`, "true: records 804 and 811, by the program of the settings' page: back by 318 days, then forward by two hours"},
		{`clock-set low NT AUTHORITY\LOCAL SERVICE DESKTOP-23PS6ES`, "true and innocent: the time service, back thrice (290, 779, 791)"},
		{`changed-then-used low DESKTOP-23PS6ES\User DESKTOP-23PS6ES`, "true and innocent: the setup of Windows makes the first account (399 to 416), in a workgroup and while the computer's own account has the name of the setup"},
		{`changed-then-used low DESKTOP-23PS6ES\defaultuser0 DESKTOP-23PS6ES`, "true and innocent: the account of the setup itself (161 to 177, msoobe.exe)"},
		{`first-kind info PRAIVACYMATRIX\Administrator DESKTOP-23PS6ES`, "true: at the console after Remote Desktop on 2020-08-01; info, as it is known for five days"},
	}},
	{"single/*.evtx", []judged{
		{`log-cleared high TESTCOMPUTER\test TestComputer`, "true: 1102, record 31878"},
		{`run-as low TESTCOMPUTER\test TestComputer`, "true: eight logons of type 2 by seclogo whose Subject is test"},
		{`clock-set low NT AUTHORITY\SYSTEM TestComputer`, "true and innocent: VBoxService.exe, twice out of the year 2296"},
	}},
	{"single-duplicate-export/*.evtx", []judged{
		{`changed-then-used low WIN-03DLIIOFRRA\fsir WIN-03DLIIOFRRA`, "true and innocent: the setup of Windows makes the first account (51 to 58), which logs on at 18:15:51"},
		{`changed-then-used medium WIN-03DLIIOFRRA\fsir WIN-03DLIIOFRRA`, "true: archir makes fsir an administrator again (821), and fsir logs on 18 s later. That fsir made archir one on 2016-07-09 (752) is none: archir logged on a week later"},
	}},
	{"damaged/*.evtx", []judged{
		{`changed-then-used low GREENDALEGOLD\gold_administrator Student-PC1`, "true and innocent: the setup of Windows makes the first account (107 to 114)"},
		{`clock-set low NT AUTHORITY\SYSTEM Student-PC1`, "true and innocent: VBoxService.exe takes two hours back at three starts (139, 159, 234)"},
	}},
}

func TestRealScenariosAreFound(t *testing.T) {
	dir := corpus(t)
	for _, c := range scenarios {
		t.Run(c.logs, func(t *testing.T) {
			judgeLogs(t, dir, c.logs, c.findings)
			if !slices.ContainsFunc(c.findings, func(j judged) bool { return strings.HasPrefix(j.judgement, named) }) {
				t.Error("no finding is judged to be the scenario")
			}
		})
	}
}

func TestWhatIsFoundInOtherRealLogsIsJudged(t *testing.T) {
	dir := corpus(t)
	for _, c := range collections {
		t.Run(c.logs, func(t *testing.T) { judgeLogs(t, dir, c.logs, c.findings) })
	}
}

// judgeLogs demands that what is found in logs is what is judged, each with its
// judgement.
func judgeLogs(t *testing.T, dir, logs string, all []judged) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(logs)))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no logs: %v", err)
	}
	s := read(t, paths)
	var got, want []string
	for _, f := range findings.Find(context.Background(), s, findings.Thresholds{}).All {
		account := f.AccountName
		if account == "" {
			account = "-"
		}
		got = append(got, fmt.Sprintf("%s %s %s %s", f.Rule, f.Severity, account, s.Host(f.Hosts[0]).Short()))
	}
	for _, j := range all {
		if want = append(want, j.finding); j.judgement == "" {
			t.Errorf("%s is not judged", j.finding)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("found\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// A tool asked for a ticket with a key twice, each time in a session with
// made-up or other credentials for the network: the records are 1950060 and
// 1957163 of the domain controller, with options that Windows does not send.
func TestTicketsOfRealLogsFollowNewCredentials(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(corpus(t), "otrf-theshire-2020-09-17_22-lab-logon-ids-only", "*.evtx"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no logs: %v", err)
	}
	s := read(t, paths)
	var told []uint64
	for _, f := range of(findings.Find(context.Background(), s, findings.Thresholds{}), "new-credentials") {
		if f.Severity != findings.Medium {
			t.Errorf("%s: %s", f.Severity, f.Why)
		}
		for _, e := range f.Records[1:] {
			told = append(told, s.Event(e).RecordID)
		}
	}
	if want := []uint64{1950060, 1957163}; !slices.Equal(told, want) {
		t.Errorf("records %d follow, want %d", told, want)
	}
}
