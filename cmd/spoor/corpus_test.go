package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// corpus returns the folder of real logs that the facts below were verified
// on, or skips.
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

// spoor runs the program and returns what it prints and its exit code.
func spoor(args ...string) (stdout, stderr string, code int) {
	var out, errs bytes.Buffer
	code = run(context.Background(), args, strings.NewReader(""), &out, &errs, nil)
	return out.String(), errs.String(), code
}

// printed runs a command and decodes the records that it prints.
func printed[T any](t *testing.T, args ...string) []T {
	t.Helper()
	stdout, stderr, code := spoor(append(args, "--format", "jsonl")...)
	if code != exitFine && code != exitDamaged {
		t.Fatalf("spoor %s: exit code %d\n%s", strings.Join(args, " "), code, stderr)
	}
	var all []T
	for dec := json.NewDecoder(strings.NewReader(stdout)); ; {
		var r T
		if err := dec.Decode(&r); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
}

// session is what the facts say of a printed session.
type session struct {
	ID       string
	Account  struct{ Name, Domain, SID string }
	Host     string
	Boot     struct{ Index int }
	Kind     string
	Type     int      `json:"logon_type"`
	LogonIDs []string `json:"logon_ids"`
	Elevated *bool    `json:"token_elevated"`
	Start    struct{ Time, Certainty string }
	End      struct {
		Time, Reason, Certainty string
		By                      *struct {
			EventID int `json:"event_id"`
		}
	}
	Source struct {
		Address, Name string
		Port          int
		Claimed       bool
	}
	Authentication struct {
		Package   string
		LogonGUID string `json:"logon_guid"`
	}
}

// fact is one thing that is true of one session of a real log. Times are
// compared by their beginning; empty fields are not compared.
type fact struct {
	host, logonID       string
	ids                 string // all logon IDs of the session
	account, kind       string
	logonType           int
	start, end          string
	startCertainty      string
	reason, certainty   string
	by                  int
	address, name, guid string
	port                int
}

var facts = map[string][]fact{
	"windomain-dc-2021-02-12": {
		{host: "dc", logonID: "0x513da", ids: "0x513da 0x512d1 0xae330 0xae31a 0xa48ec", account: "vagrant", kind: "interactive", logonType: 2, start: "2021-02-12T12:33:51", startCertainty: "exact", end: "2021-02-12T12:34:40", reason: "logoff", certainty: "exact", by: 4647},
		{host: "dc", logonID: "0x1febc5", account: "vagrant", startCertainty: "bounded", end: "2021-02-12T12:32:43", reason: "shutdown", certainty: "exact", by: 4647},
	},
	"praivacymatrix-ws-rename": {
		{host: "desktop-23ps6es", logonID: "0xf946e", ids: "0xf946e 0xf94c0 0x15a706 0x15a75a", account: "anit.ghosh", kind: "interactive", logonType: 11, start: "2020-08-01T22:57:10"},
		{host: "desktop-23ps6es", logonID: "0x59aa2", account: "Administrator", kind: "remote-desktop", logonType: 10, start: "2020-08-01T22:56:06", end: "2020-08-01T22:56:33", reason: "logoff", certainty: "exact", by: 4647},
		{host: "desktop-23ps6es", logonID: "0x3ca371", ids: "0x3ca371 0x3ca3c4 0xa79fa5 0xa7ae5d", account: "anit.ghosh", kind: "interactive", logonType: 11, start: "2020-08-07T17:44:45", end: "2020-08-07T19:28:15", reason: "logoff", certainty: "exact", by: 4647},
	},
	"otrf-theshire-2020-09-22-rdp": {
		{host: "workstation5", logonID: "0x10ac67", ids: "0x10ac67 0xc3e079 0xc47279 0xc47666 0xc47c05 0xc49e51", account: "pgustavo", kind: "remote-desktop", startCertainty: "bounded", address: "1.2.3.4", name: "robertos-mbp"},
		{host: "mordordc", logonID: "0x7203044", account: "pgustavo", kind: "network", start: "2020-09-22T08:38:04", address: "172.18.39.5"},
		{host: "mordordc", logonID: "0x7204285", start: "2020-09-22T08:38:15"},
		{host: "mordordc", logonID: "0x72042af", start: "2020-09-22T08:38:15"},
	},
	"otrf-theshire-2020-10-22-spray": {
		{host: "workstation7", logonID: "0x9b1a6d", account: "pgustavo", kind: "network", start: "2020-10-22T08:29:54", address: "172.18.39.5", port: 58201},
		{host: "workstation6", logonID: "0x8fc1d9", account: "pgustavo", kind: "network", start: "2020-10-22T08:29:54", address: "172.18.39.5", port: 58196},
		{host: "workstation7", logonID: "0x9b1ad0", account: "pgustavo", kind: "network"},
		{host: "workstation6", logonID: "0x8fc6d5", account: "pgustavo", kind: "network", start: "2020-10-22T08:29:55"},
	},
	"otrf-theshire-2020-09-17_22-lab-logon-ids-only": {
		{host: "workstation6", logonID: "0x153ec2b", account: "pgustavo", kind: "network", start: "2020-09-17T21:46:05", address: "172.18.39.5", name: "WORKSTATION5"},
		{host: "workstation6", logonID: "0x1549f31", account: "pgustavo", kind: "network", start: "2020-09-17T21:46:12", address: "172.18.39.5", name: "WORKSTATION5"},
		{host: "workstation6", logonID: "0xceec42", account: "pgustavo", kind: "network", start: "2020-09-18T19:00:21", address: "172.18.39.5", name: "WORKSTATION5"},
		{host: "workstation6", logonID: "0xcf85b7", account: "pgustavo", kind: "network", start: "2020-09-18T19:00:27", address: "172.18.39.5", name: "WORKSTATION5"},
		{host: "workstation6", logonID: "0x2074186", account: "pgustavo", kind: "network", start: "2020-09-20T06:57:46", address: "172.18.39.5", name: "WORKSTATION5"},
		{host: "mordordc", logonID: "0xa6647c", account: "ANONYMOUS LOGON", kind: "network", start: "2020-09-17T21:46:13", address: "172.18.39.6"},
	},
	"offsec-lan": {
		{host: "fs01", logonID: "0x13b5e1e", account: "admmig", startCertainty: "bounded"},
		{host: "fs01", logonID: "0x6a423", account: "admmarsid", startCertainty: "bounded"},
	},
	"example-corp-2019": {
		{host: "pc01", logonID: "0x14a321", account: "admin01", kind: "remote-desktop", logonType: 10, start: "2019-02-13T18:04:58", address: "127.0.0.1", port: 49274, guid: "{af83a89c-c68a-5397-5ac6-24a0c4d2baf6}"},
		{host: "pc01", logonID: "0x14871d", kind: "network", logonType: 3, name: "PC02"},
		{host: "pc01", logonID: "0x148f5d", kind: "network", logonType: 3, name: "PC02"},
		{host: "pc01", logonID: "0x1414c8", ids: "0x1414c8 0x1414d9", account: "user01", kind: "interactive", logonType: 11, start: "2019-02-13T18:02:04"},
		{host: "pc02", logonID: "0x45120", account: "IEUser", kind: "remote-desktop", logonType: 10, start: "2019-02-13T15:26:53", address: "127.0.0.1", port: 49164},
	},
}

func TestPrintedSessionsAgreeWithVerifiedFacts(t *testing.T) {
	dir := corpus(t)
	for set, list := range facts {
		t.Run(set, func(t *testing.T) {
			all := printed[session](t, "sessions", "--all", filepath.Join(dir, set))
			for _, f := range list {
				f.check(t, all)
			}
		})
	}
}

func (f fact) check(t *testing.T, all []session) {
	t.Helper()
	var found []session
	for _, s := range all {
		if strings.EqualFold(strings.SplitN(s.Host, ".", 2)[0], f.host) && slices.Contains(s.LogonIDs, f.logonID) {
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		t.Errorf("%s %s: %d sessions, want 1", f.host, f.logonID, len(found))
		return
	}
	s := found[0]
	same := func(what, got, want string) {
		if want != "" && !strings.EqualFold(got, want) {
			t.Errorf("%s %s: %s is %q, want %q", f.host, f.logonID, what, got, want)
		}
	}
	begins := func(what, got, want string) {
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s %s: %s is %q, want %q", f.host, f.logonID, what, got, want)
		}
	}
	if f.ids != "" {
		want := strings.Fields(f.ids)
		slices.Sort(want)
		got := slices.Clone(s.LogonIDs)
		slices.Sort(got)
		same("the set of logon IDs", strings.Join(got, " "), strings.Join(want, " "))
	}
	same("account", s.Account.Name, f.account)
	same("kind", s.Kind, f.kind)
	begins("start", s.Start.Time, f.start)
	same("the start's certainty", s.Start.Certainty, f.startCertainty)
	begins("end", s.End.Time, f.end)
	same("reason", s.End.Reason, f.reason)
	same("the end's certainty", s.End.Certainty, f.certainty)
	same("address", s.Source.Address, f.address)
	same("source name", s.Source.Name, f.name)
	same("logon GUID", s.Authentication.LogonGUID, f.guid)
	if f.name != "" && !s.Source.Claimed {
		t.Errorf("%s %s: the source's name is only claimed", f.host, f.logonID)
	}
	if f.logonType != 0 && s.Type != f.logonType {
		t.Errorf("%s %s: type %d, want %d", f.host, f.logonID, s.Type, f.logonType)
	}
	if f.port != 0 && s.Source.Port != f.port {
		t.Errorf("%s %s: port %d, want %d", f.host, f.logonID, s.Source.Port, f.port)
	}
	if f.by != 0 && (s.End.By == nil || s.End.By.EventID != f.by) {
		t.Errorf("%s %s: ended by %v, want %d", f.host, f.logonID, s.End.By, f.by)
	}
}

// The same number in two boots is two logons, of two accounts.
func TestLogonIDsOfDifferentBootsAreDifferentLogons(t *testing.T) {
	all := printed[session](t, "sessions", "--all", filepath.Join(corpus(t), "praivacymatrix-ws-rename"))
	for id, want := range map[string][]string{
		"0x68fb": {"UMFD-0 2020-08-07T20:03:41", "UMFD-1 2021-02-14T02:31:39"},
		"0xb61a": {"DWM-1 2020-08-07T20:14:17", "DWM-1 2020-09-08T18:09:08"},
		"0x6574": {"UMFD-0 2020-12-10T19:12:21", "UMFD-0 2021-02-10T19:50:36"},
	} {
		var got []string
		boots := map[int]bool{}
		for _, s := range all {
			if slices.Contains(s.LogonIDs, id) {
				got = append(got, fmt.Sprintf("%s %.19s", s.Account.Name, s.Start.Time))
				boots[s.Boot.Index] = true
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) || len(boots) != 2 {
			t.Errorf("%s: %q in %d boots, want %q in 2", id, got, len(boots), want)
		}
	}
}

// A length that the clock does not measure is null, beside two exact times.
func TestALengthAcrossASettingOfTheClockIsNotPrinted(t *testing.T) {
	type timed struct {
		Logons []string `json:"logon_ids"`
		Length struct {
			Seconds   *float64
			Certainty string
		}
	}
	all := printed[timed](t, "sessions", "--all", filepath.Join(corpus(t), "praivacymatrix-ws-rename"))
	want := map[string]string{"0xced92": "unknown", "0x1e542": "unknown", "0x59aa2": "exact"}
	for _, s := range all {
		for _, id := range s.Logons {
			if w := want[id]; w != "" && (s.Length.Certainty != w || (s.Length.Seconds == nil) != (w == "unknown")) {
				t.Errorf("%s: %+v, want %s", id, s.Length, w)
			}
			delete(want, id)
		}
	}
	if len(want) > 0 {
		t.Errorf("not printed: %v", want)
	}
}

func TestARenamedComputerIsOneHost(t *testing.T) {
	type host struct {
		Name      string
		Spellings []string
		Boots     []struct{}
	}
	all := printed[host](t, "hosts", filepath.Join(corpus(t), "praivacymatrix-ws-rename"))
	if len(all) != 1 {
		t.Fatalf("%d hosts, want 1: %+v", len(all), all)
	}
	for _, name := range []string{"WIN-AN5B2T7E4GI", "DESKTOP-23PS6ES", "DESKTOP-23PS6ES.praivacymatrix.com"} {
		if !slices.ContainsFunc(all[0].Spellings, func(s string) bool { return strings.EqualFold(s, name) }) {
			t.Errorf("spellings %q lack %s", all[0].Spellings, name)
		}
	}
	if n := len(all[0].Boots); n < 24 || n > 27 {
		t.Errorf("%d boots; LSASS says 24 times that it starts", n)
	}
}

func TestAFileOfManyComputersHasManyHosts(t *testing.T) {
	all := printed[struct{ Name string }](t, "hosts", filepath.Join(corpus(t), "offsec-lan", "ID1149-RDP-success-logins-to-multiple-hosts.evtx"))
	if len(all) != 11 {
		t.Errorf("%d hosts, want 11: %v", len(all), all)
	}
}

func TestTheSameRecordsTwiceAreTheSameSessions(t *testing.T) {
	dir := filepath.Join(corpus(t), "single-duplicate-export")
	one, _, _ := spoor("sessions", "--all", "--format", "jsonl", filepath.Join(dir, "win2008r2-security.evtx"))
	both, _, _ := spoor("sessions", "--all", "--format", "jsonl", dir)
	strip := func(s string) string {
		return strings.NewReplacer("win2008r2-security-same-records-again.evtx", "F", "win2008r2-security.evtx", "F").Replace(s)
	}
	if one == "" || strip(one) != strip(both) {
		t.Errorf("one file prints %d bytes of sessions, both print %d, and they differ", len(one), len(both))
	}
}

// Two folders share 100 records. Dumping prints what each file holds; joining
// counts a record once.
func TestASharedRecordIsPrintedOnce(t *testing.T) {
	dir := corpus(t)
	rdp := filepath.Join(dir, "otrf-theshire-2020-09-22-rdp")
	lab := filepath.Join(dir, "otrf-theshire-2020-09-17_22-lab-logon-ids-only")
	type dumped struct {
		Event struct {
			System struct {
				Computer, Channel string
				EventRecordID     int
			}
		}
	}
	inRDP := map[dumped]bool{}
	for _, r := range printed[dumped](t, "dump", rdp) {
		inRDP[r] = true
	}
	shared := 0
	for _, r := range printed[dumped](t, "dump", lab) {
		if inRDP[r] {
			shared++
		}
	}
	if shared != 100 {
		t.Errorf("%d records are in both folders, want 100", shared)
	}
	type record struct {
		Computer, Channel, Time string
		RecordID                uint64 `json:"record_id"`
	}
	seen := map[record]bool{}
	for _, r := range printed[record](t, "events", rdp, lab) {
		if seen[r] {
			t.Errorf("printed twice: %+v", r)
		}
		seen[r] = true
	}
}

func TestPrintedEventCountsAgreeWithVerifiedFacts(t *testing.T) {
	type record struct {
		Computer string
		EventID  int `json:"event_id"`
	}
	got := map[string]int{}
	for _, r := range printed[record](t, "events", filepath.Join(corpus(t), "otrf-theshire-2020-09-17_22-lab-logon-ids-only")) {
		got[fmt.Sprintf("%s %d", strings.ToUpper(strings.SplitN(r.Computer, ".", 2)[0]), r.EventID)]++
		got[fmt.Sprint(r.EventID)]++
	}
	for key, want := range map[string]int{
		"MORDORDC 4624": 265, "WORKSTATION6 4624": 39, "WORKSTATION5 4624": 10,
		"4768": 4, "4769": 34, "4770": 1, "4776": 6, "5140": 48, "5145": 99,
	} {
		if got[key] != want {
			t.Errorf("%s: %d, want %d", key, got[key], want)
		}
	}
}

func TestPrintedFailuresNameWhoTried(t *testing.T) {
	type failure struct {
		Account    struct{ Name string }
		LoggedOn   string `json:"logged_on"`
		TargetHost string `json:"target_host"`
		Protocol   string
		Code       string
		Subject    struct {
			Account string
			LogonID string `json:"logon_id"`
		}
		Records []struct {
			EventID int `json:"event_id"`
		}
	}
	var tried []string
	for _, f := range printed[failure](t, "failures", "--all", filepath.Join(corpus(t), "otrf-theshire-2020-10-22-spray")) {
		tried = append(tried, f.Account.Name)
		if f.Protocol != "logon" || f.Code != "0xc000006a" || !strings.HasPrefix(strings.ToUpper(f.TargetHost), "WORKSTATION5") || f.TargetHost != f.LoggedOn {
			t.Errorf("%+v", f)
		}
		if !strings.Contains(f.Subject.Account, "pgustavo") || f.Subject.LogonID != "0x9cc0b6" {
			t.Errorf("%s was tried by %+v, want pgustavo 0x9cc0b6", f.Account.Name, f.Subject)
		}
		events := map[int]int{}
		for _, r := range f.Records {
			events[r.EventID]++
		}
		if len(f.Records) != 2 || events[4625] != 1 || events[4776] != 1 {
			t.Errorf("%s is told by %v", f.Account.Name, f.Records)
		}
	}
	if want := "lrodriguez pgustavo sysmonsvc sbeavers mscott pbeesly nxlogsvc"; strings.Join(tried, " ") != want {
		t.Errorf("tried %q, want %q", tried, want)
	}
}
