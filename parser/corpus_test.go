package parser

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"spoor/model/event"
)

// corpus returns the logs of the test corpus, by their path in it.
func corpus(t testing.TB) map[string][]byte {
	t.Helper()
	root := os.Getenv("SPOOR_CORPUS")
	if root == "" {
		if os.Getenv("SPOOR_REQUIRE_TOOLS") == "1" {
			t.Fatal("SPOOR_CORPUS is not set")
		}
		t.Skip("SPOOR_CORPUS is not set: no real logs to read")
	}
	logs := make(map[string][]byte)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".evtx") {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(root, path)
		logs[filepath.ToSlash(name)] = data
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return logs
}

func names(logs map[string][]byte) []string {
	var out []string
	for name := range logs {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}

func open(t testing.TB, name string, data []byte) *File {
	t.Helper()
	f, err := Open(bytes.NewReader(data), int64(len(data)), 7, name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return f
}

// scanned is all that a Scan said.
type scanned struct {
	stats   event.FileStats
	batches []*event.Batch
}

func scanAll(t testing.TB, f *File, workers int) scanned {
	t.Helper()
	var s scanned
	stats, err := f.Scan(context.Background(), Options{Workers: workers}, func(b *event.Batch) error {
		s.batches = append(s.batches, b)
		return nil
	})
	if err != nil {
		t.Fatalf("%s: %v", f.Name(), err)
	}
	s.stats = stats
	return s
}

// counts is how many records each log of the corpus holds. Where golang-evtx
// reads a log, it reads as many, recovered ones apart; package secondopinion
// tests that.
var counts = map[string]struct{ records, recovered, damaged uint64 }{
	"damaged/truncated-System2.evtx":                                                                            {283, 0, 1},
	"example-corp-2019/DE_RDP_Tunnel_5156.evtx":                                                                 {101, 0, 0},
	"example-corp-2019/DE_RDP_Tunneling_4624.evtx":                                                              {18, 0, 0},
	"example-corp-2019/DE_RDP_Tunneling_TerminalServices-RemoteConnectionManagerOperational_1149.evtx":          {228, 0, 0},
	"example-corp-2019/LM_4624_mimikatz_sekurlsa_pth_source_machine.evtx":                                       {6, 0, 0},
	"example-corp-2019/LM_ScheduledTask_ATSVC_target_host.evtx":                                                 {34, 0, 0},
	"example-corp-2019/LM_WMIC_4648_rpcss.evtx":                                                                 {5, 0, 0},
	"example-corp-2019/LM_WMI_4624_4688_TargetHost.evtx":                                                        {8, 0, 0},
	"offsec-lan/ID1149-RDP-success-logins-to-multiple-hosts.evtx":                                               {11, 0, 0},
	"offsec-lan/ID4616-system-time-changed.evtx":                                                                {27, 19, 0},
	"offsec-lan/ID4624-Success-login-with-Golden-ticket.evtx":                                                   {10, 0, 0},
	"offsec-lan/ID4625-OpenSSH-brutforce-with-valid-users.evtx":                                                 {11, 0, 0},
	"offsec-lan/ID4648-4624-RunAsCS-login.evtx":                                                                 {6, 0, 0},
	"offsec-lan/ID4688-4648-4624-Runas-execution-with-different-user.evtx":                                      {9, 0, 0},
	"offsec-lan/ID4688-4697-5140-5145-PSexec-remote-execution-admin-share.evtx":                                 {30, 0, 0},
	"offsec-lan/ID4688-4778-4779-RDP-hijack-direct.evtx":                                                        {14, 0, 0},
	"offsec-lan/ID4688-4778-RDP-hijack-command-execution.evtx":                                                  {22, 0, 0},
	"offsec-lan/ID4768-4771-Kerberos-brutforce-with-non-existing-users.evtx":                                    {52, 0, 0},
	"offsec-lan/ID4768-Kerberos-AS-REP-Roasting.evtx":                                                           {1, 0, 0},
	"offsec-lan/ID4769-Kerberoast-ticket-with-low-encryption.evtx":                                              {10, 0, 0},
	"offsec-lan/ID4771-Kerberos-brutforce-with-valid-user.evtx":                                                 {54, 0, 0},
	"offsec-lan/ID4799-4624-Local-admin-group-enumerated-by-SharpHound.evtx":                                    {74, 19, 0},
	"offsec-lan/ID4964-Login-of-a-member-of-a-special-group.evtx":                                               {8, 0, 0},
	"offsec-lan/ID5140-ADMIN-share-connection-with-Golden-ticket.evtx":                                          {2, 0, 0},
	"otrf-theshire-2020-09-17_22-lab-logon-ids-only/MORDORDC_Security.evtx":                                     {1208, 0, 0},
	"otrf-theshire-2020-09-17_22-lab-logon-ids-only/MORDORDC_System.evtx":                                       {63, 0, 0},
	"otrf-theshire-2020-09-17_22-lab-logon-ids-only/WORKSTATION5_Security.evtx":                                 {116, 0, 0},
	"otrf-theshire-2020-09-17_22-lab-logon-ids-only/WORKSTATION5_System.evtx":                                   {33, 0, 0},
	"otrf-theshire-2020-09-17_22-lab-logon-ids-only/WORKSTATION5_TerminalServices-LocalSessionManager.evtx":     {2, 0, 0},
	"otrf-theshire-2020-09-17_22-lab-logon-ids-only/WORKSTATION5_TerminalServices-RemoteConnectionManager.evtx": {2, 0, 0},
	"otrf-theshire-2020-09-17_22-lab-logon-ids-only/WORKSTATION6_Security.evtx":                                 {267, 0, 0},
	"otrf-theshire-2020-09-17_22-lab-logon-ids-only/WORKSTATION6_System.evtx":                                   {32, 0, 0},
	"otrf-theshire-2020-09-22-rdp/MORDORDC_Security.evtx":                                                       {206, 0, 0},
	"otrf-theshire-2020-09-22-rdp/WORKSTATION5_Security.evtx":                                                   {564, 0, 0},
	"otrf-theshire-2020-09-22-rdp/WORKSTATION5_System.evtx":                                                     {1, 0, 0},
	"otrf-theshire-2020-09-22-rdp/WORKSTATION5_TerminalServices-LocalSessionManager.evtx":                       {2, 0, 0},
	"otrf-theshire-2020-09-22-rdp/WORKSTATION5_TerminalServices-RemoteConnectionManager.evtx":                   {2, 0, 0},
	"otrf-theshire-2020-09-22-rdp/WORKSTATION6_Security.evtx":                                                   {23, 0, 0},
	"otrf-theshire-2020-10-22-spray/MORDORDC_Security.evtx":                                                     {1589, 0, 0},
	"otrf-theshire-2020-10-22-spray/WORKSTATION5_Security.evtx":                                                 {220, 0, 0},
	"otrf-theshire-2020-10-22-spray/WORKSTATION5_System.evtx":                                                   {3, 0, 0},
	"otrf-theshire-2020-10-22-spray/WORKSTATION6_Security.evtx":                                                 {516, 0, 0},
	"otrf-theshire-2020-10-22-spray/WORKSTATION7_Security.evtx":                                                 {518, 0, 0},
	"praivacymatrix-ws-rename/Microsoft-Windows-TerminalServices-LocalSessionManager_Operational.evtx":          {204, 0, 0},
	"praivacymatrix-ws-rename/Microsoft-Windows-TerminalServices-RemoteConnectionManager_Operational.evtx":      {252, 0, 0},
	"praivacymatrix-ws-rename/Security.evtx":                                                                    {5881, 0, 0},
	"single-duplicate-export/win2008r2-security-same-records-again.evtx":                                        {2261, 0, 0},
	"single-duplicate-export/win2008r2-security.evtx":                                                           {2261, 0, 0},
	"single/win10-testcomputer-Security.evtx":                                                                   {740, 1, 0},
	"windomain-dc-2021-02-12/RDPAuth_LocalSessionManager.evtx":                                                  {20, 3, 0},
	"windomain-dc-2021-02-12/RDPAuth_RemoteConnectionManager.evtx":                                              {4, 0, 0},
	"windomain-dc-2021-02-12/RDPAuth_Security.evtx":                                                             {789, 0, 0},
	"windomain-dc-2021-02-12/RDPAuth_System.evtx":                                                               {186, 0, 0},
}

func TestEveryRecordOfTheCorpusIsRead(t *testing.T) {
	logs := corpus(t)
	if len(logs) != len(counts) {
		t.Errorf("%d logs in the corpus, %d in the table", len(logs), len(counts))
	}
	for _, name := range names(logs) {
		f := open(t, name, logs[name])
		s := scanAll(t, f, 2)
		want, ok := counts[name]
		if got := s.stats; !ok || got.Records != want.records || got.RecoveredRecords != want.recovered || got.DamagedRecords != want.damaged {
			t.Errorf("%s: %d records, %d recovered, %d damaged; want %+v", name, got.Records, got.RecoveredRecords, got.DamagedRecords, want)
		}
		checkAgreement(t, f, s)
	}
}

// Every record of every log is well-formed in both notations.
func TestCorpusRendersAsXMLAndJSON(t *testing.T) {
	logs := corpus(t)
	for _, name := range names(logs) {
		f := open(t, name, logs[name])
		_, err := f.Records(t.Context(), func(r *event.Record) error {
			if b := r.AppendJSON(nil); !json.Valid(b) {
				t.Errorf("%s: no JSON: %.300q", name, b)
			}
			var any struct {
				System struct {
					EventRecordID uint64
					Channel       string
				}
			}
			b := r.AppendXML(nil)
			if err := xml.Unmarshal(b, &any); err != nil {
				t.Errorf("%s: no XML: %v in %.300q", name, err, b)
			}
			if h := r.Head(); any.System.EventRecordID != h.RecordID || any.System.Channel != h.Channel {
				t.Errorf("%s: the XML says %+v, the record %+v", name, any, h)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// The old format is refused with its name, by its content.
func TestCorpusHoldsAnOldLogThatIsRefused(t *testing.T) {
	corpus(t)
	data, err := os.ReadFile(filepath.Join(os.Getenv("SPOOR_CORPUS"), "damaged", "old-evt-format-not-evtx.evt"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(bytes.NewReader(data), int64(len(data)), 0, "old.evt"); !errors.Is(err, ErrOldFormat) {
		t.Errorf("%v", err)
	}
}
