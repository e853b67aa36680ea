package model_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/simulate"
	"spoor/parser"
	"spoor/testdata"
)

// practice reads the practice domain.
func practice(t testing.TB) *model.Snapshot {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(testdata.Demo), int64(len(testdata.Demo)))
	if err != nil {
		t.Fatal(err)
	}
	var files []logFile
	for _, m := range z.File {
		r, err := m.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		id := event.FileID(len(files))
		log, err := parser.Open(bytes.NewReader(b), int64(len(b)), id, m.Name)
		if err != nil {
			t.Fatal(err)
		}
		f := logFile{file: event.File{ID: id, Name: m.Name, Size: int64(len(b))}}
		f.stats, err = log.Scan(context.Background(), parser.Options{}, func(b *event.Batch) error {
			f.batches = append(f.batches, b)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return build(t, files)
}

type nowhere struct{}

func (nowhere) Add(string, *event.Record) error { return nil }
func (nowhere) Clear(string)                    {}

func recordNames(s *model.Snapshot, rows []model.EventRow) string {
	var out []string
	for _, r := range rows {
		e := s.Event(r)
		out = append(out, fmt.Sprintf("%s/%s/%d", strings.ToLower(s.Host(e.Host).Short()), e.Channel, e.RecordID))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// Each failed attempt of the practice domain is one failure, with all the
// records that its author says tell of it, and no failure is anything else.
func TestFailuresOfThePracticeDomain(t *testing.T) {
	s := practice(t)
	w := simulate.Demo()
	if err := w.Run(nowhere{}); err != nil {
		t.Fatal(err)
	}
	want := map[string]*simulate.Failure{}
	for _, f := range w.Truth().Failures {
		var names []string
		for _, r := range f.Records {
			if r.Kept {
				host, _, _ := strings.Cut(r.Host, ".")
				names = append(names, fmt.Sprintf("%s/%s/%d", strings.ToLower(host), r.Channel, r.ID))
			}
		}
		if len(names) > 0 {
			slices.Sort(names)
			want[strings.Join(names, " ")] = f
		}
	}
	if len(want) < 50 {
		t.Fatalf("the domain tells of %d failures only", len(want))
	}
	reasons := map[string][]string{
		"wrong-password": {"wrong password"}, "no-such-account": {"user name does not exist"}, "locked-out": {"account locked out", "account disabled, expired or locked out"},
	}
	for _, f := range s.Failures() {
		names := recordNames(s, f.Records)
		truth := want[names]
		if truth == nil {
			t.Errorf("%s of %s at %s is no attempt: %s", f.Reason, f.Tried, f.Time, names)
			continue
		}
		delete(want, names)
		if !slices.Contains(reasons[truth.Reason], f.Reason) || !strings.HasSuffix(strings.ToLower(f.Tried), strings.ToLower(truth.Name)) {
			t.Errorf("%s of %s, want %s of %s", f.Reason, f.Tried, truth.Reason, truth.Name)
		}
	}
	for names, f := range want {
		t.Errorf("%s of %s at %s is not told: %s", f.Reason, f.Name, f.Time, names)
	}
}

// domain is a DC and two members whose addresses its tickets tell.
func domain() (dc, pc, fs *machine) {
	dc = newMachine("DC1.corp.local").at("07:00:00")
	for i, n := range []string{"PC01$", "FS01$"} {
		dc.log(event.TicketGranting, fields{event.TargetName: n, event.TargetDomain: "CORP.LOCAL", event.TargetSID: fmt.Sprintf("S-1-5-21-1-2-3-100%d", i), event.Status: uint32(0), event.IPAddress: fmt.Sprintf("10.0.0.%d", 7+i)})
	}
	dc.log(event.TicketGranting, fields{event.TargetName: "alice", event.TargetDomain: "CORP.LOCAL", event.TargetSID: alice.sid, event.Status: uint32(0), event.IPAddress: "10.0.0.7"})
	pc = newMachine("PC01.corp.local").at("07:00:00").logon(alice, 0x5000, 2).logon(system, 0x3e7, 5)
	fs = newMachine("FS01.corp.local").at("07:00:00").logon(alice, 0x5000, 3).logon(who{"S-1-5-18", "FS01$", "CORP"}, 0x3e7, 5)
	return dc, pc, fs
}

func preAuth(name, address string, status uint32) fields {
	return fields{event.TargetName: name, event.TargetSID: alice.sid, event.Status: status, event.IPAddress: address}
}

func ntlm(name, workstation string, status uint32) fields {
	return fields{event.TargetName: name, event.Workstation: workstation, event.Status: status}
}

func noLogon(name, domain string, typ uint32, sub uint32, workstation, address string) fields {
	return fields{event.TargetSID: "S-1-0-0", event.TargetName: name, event.TargetDomain: domain, event.Status: uint32(0xc000006d), event.SubStatus: sub,
		event.LogonType: typ, event.Workstation: workstation, event.IPAddress: address}
}

const (
	badPassword = uint32(0xc000006a)
	noSuchUser  = uint32(0xc0000064)
)

// The records of one attempt are one failure; those that anything speaks
// against are not.
func TestRecordsOfOneAttemptAreOneFailure(t *testing.T) {
	tests := []struct {
		name string
		tell func(dc, pc, fs *machine)
		want int
	}{
		{"Kerberos at the console", func(dc, pc, fs *machine) {
			dc.at("08:00:00").log(event.PreAuthFailed, preAuth("alice", "10.0.0.7", 0x18))
			pc.at("08:00:00.1").log(event.LogonFailed, noLogon("alice", "CORP", 2, badPassword, "PC01", "127.0.0.1"))
		}, 1},
		{"of an account that only its failures name", func(dc, pc, fs *machine) {
			dc.at("08:00:00").log(event.PreAuthFailed, fields{event.TargetName: "svc", event.TargetSID: "S-1-5-21-1-2-3-1150", event.Status: uint32(0x18), event.IPAddress: "10.0.0.7"})
			pc.at("08:00:00.1").log(event.LogonFailed, noLogon("svc", "CORP", 5, badPassword, "PC01", ""))
		}, 1},
		{"Kerberos at the console of another host", func(dc, pc, fs *machine) {
			dc.at("08:00:00").log(event.PreAuthFailed, preAuth("alice", "10.0.0.8", 0x18))
			pc.at("08:00:00.1").log(event.LogonFailed, noLogon("alice", "CORP", 2, badPassword, "PC01", "127.0.0.1"))
		}, 2},
		{"NTLM over the network", func(dc, pc, fs *machine) {
			dc.at("08:00:00").log(event.CredentialValidation, ntlm("alice", "PC01", badPassword))
			fs.at("08:00:00.1").log(event.LogonFailed, noLogon("alice", "CORP", 3, badPassword, "PC01", "10.0.0.7"))
		}, 1},
		{"NTLM of another workstation", func(dc, pc, fs *machine) {
			dc.at("08:00:00").log(event.CredentialValidation, ntlm("alice", "KALI", badPassword))
			fs.at("08:00:00.1").log(event.LogonFailed, noLogon("alice", "CORP", 3, badPassword, "PC01", "10.0.0.7"))
		}, 2},
		{"with an empty workstation", func(dc, pc, fs *machine) {
			dc.at("08:00:00").log(event.CredentialValidation, ntlm("alice", "", badPassword))
			fs.at("08:00:00.1").log(event.LogonFailed, noLogon("alice", "CORP", 3, badPassword, "PC01", "10.0.0.7"))
		}, 1},
		{"three seconds apart", func(dc, pc, fs *machine) {
			dc.at("08:00:00").log(event.CredentialValidation, ntlm("alice", "PC01", badPassword))
			fs.at("08:00:03").log(event.LogonFailed, noLogon("alice", "CORP", 3, badPassword, "PC01", "10.0.0.7"))
		}, 2},
		{"for two reasons", func(dc, pc, fs *machine) {
			dc.at("08:00:00").log(event.CredentialValidation, ntlm("alice", "PC01", 0xc0000234))
			fs.at("08:00:00.1").log(event.LogonFailed, noLogon("alice", "CORP", 3, badPassword, "PC01", "10.0.0.7"))
		}, 2},
		{"of two accounts", func(dc, pc, fs *machine) {
			dc.at("08:00:00").log(event.CredentialValidation, ntlm("alice", "PC01", badPassword))
			fs.at("08:00:00.1").log(event.LogonFailed, noLogon("alice", "FS01", 3, badPassword, "PC01", "10.0.0.7"))
		}, 2},
		{"of a name that nobody has", func(dc, pc, fs *machine) {
			dc.at("08:00:00").log(event.CredentialValidation, ntlm("alcie", "PC01", noSuchUser))
			fs.at("08:00:00.1").log(event.LogonFailed, noLogon("alcie", "CORP", 3, noSuchUser, "PC01", "10.0.0.7"))
		}, 1},
		{"locked out, as Kerberos and Windows word it", func(dc, pc, fs *machine) {
			dc.at("08:00:00").log(event.TicketGranting, merge(preAuth("alice", "10.0.0.7", 0x12), fields{event.TargetDomain: "CORP"}))
			pc.at("08:00:00.1").log(event.LogonFailed, fields{event.TargetSID: "S-1-0-0", event.TargetName: "alice", event.TargetDomain: "CORP", event.Status: uint32(0xc0000234), event.LogonType: uint32(2)})
		}, 1},
		{"twice on the DC and the PDC emulator", func(dc, pc, fs *machine) {
			dc.at("08:00:00").log(event.CredentialValidation, ntlm("alice", "PC01", badPassword))
			pdc := dc.beside("DC2.corp.local")
			pdc.at("08:00:00.5").log(event.CredentialValidation, ntlm("alice", "PC01", badPassword))
		}, 1},
		{"twice on one DC", func(dc, pc, fs *machine) {
			dc.at("08:00:00").log(event.CredentialValidation, ntlm("alice", "PC01", badPassword)).log(event.CredentialValidation, ntlm("alice", "PC01", badPassword))
		}, 2},
		{"logons on two hosts", func(dc, pc, fs *machine) {
			pc.at("08:00:00").log(event.LogonFailed, noLogon("alice", "CORP", 3, badPassword, "KALI", "10.0.0.66"))
			fs.at("08:00:00").log(event.LogonFailed, noLogon("alice", "CORP", 3, badPassword, "KALI", "10.0.0.66"))
			dc.at("08:00:00").log(event.CredentialValidation, ntlm("alice", "KALI", badPassword)).log(event.CredentialValidation, ntlm("alice", "KALI", badPassword))
		}, 2},
		{"five attempts in one second", func(dc, pc, fs *machine) {
			for range 5 {
				dc.at("08:00:00").log(event.CredentialValidation, ntlm("alice", "KALI", badPassword))
				fs.at("08:00:00").log(event.LogonFailed, noLogon("alice", "CORP", 3, badPassword, "KALI", "10.0.0.66"))
			}
		}, 5},
		{"five on the DC, two of which came to a logon", func(dc, pc, fs *machine) {
			for i := range 5 {
				dc.at("08:00:00").log(event.CredentialValidation, ntlm("alice", "KALI", badPassword))
				if i < 2 {
					fs.at("08:00:00").log(event.LogonFailed, noLogon("alice", "CORP", 3, badPassword, "KALI", "10.0.0.66"))
				}
			}
		}, 5},
		{"two sources in one second, each with its own", func(dc, pc, fs *machine) {
			fs.at("08:00:00").log(event.LogonFailed, noLogon("alice", "CORP", 3, badPassword, "KALI", "10.0.0.66")).
				log(event.LogonFailed, noLogon("alice", "CORP", 3, badPassword, "PC01", "10.0.0.7"))
			dc.at("08:00:00").log(event.CredentialValidation, ntlm("alice", "", badPassword)).log(event.CredentialValidation, ntlm("alice", "KALI", badPassword))
		}, 2},
		{"two attempts by a clock that is 18 s slow, nobody knows", func(dc, pc, fs *machine) {
			for _, at := range []string{"08:00:18.5", "08:00:36.5"} {
				dc.at(at).log(event.CredentialValidation, ntlm("alice", "KALI", badPassword))
			}
			for _, at := range []string{"08:00:00.5", "08:00:18.5"} {
				fs.at(at).log(event.LogonFailed, noLogon("alice", "CORP", 3, badPassword, "KALI", "10.0.0.66"))
			}
		}, 4},
		{"steps of a normal exchange", func(dc, pc, fs *machine) {
			dc.at("08:00:00").log(event.TicketGranting, preAuth("alice", "10.0.0.7", 0x19)).log(event.ServiceTicket, preAuth("alice@CORP.LOCAL", "10.0.0.7", 0x20))
		}, 0},
		{"Protected Users", func(dc, pc, fs *machine) {
			dc.at("08:00:00").log(event.NTLMRefused, ntlm("alice", "PC01", 0xc000006e))
			fs.at("08:00:00.1").log(event.LogonFailed, noLogon("alice", "CORP", 3, 0xc000006e, "PC01", "10.0.0.7"))
		}, 1},
		{"Remote Desktop names an address alone", func(dc, pc, fs *machine) {
			fs.at("08:00:00").log(event.LogonFailed, noLogon("alice", "CORP", 3, badPassword, "KALI", "10.0.0.66"))
			fs.at("08:00:00.2").log(event.RDPAuthFailed, fields{event.IPAddress: "10.0.0.66"})
		}, 1},
		{"Remote Desktop from elsewhere", func(dc, pc, fs *machine) {
			fs.at("08:00:00").log(event.LogonFailed, noLogon("alice", "CORP", 3, badPassword, "KALI", "10.0.0.66"))
			fs.at("08:00:00.2").log(event.RDPAuthFailed, fields{event.IPAddress: "10.0.0.67"})
		}, 2},
		{"Remote Desktop that may mean either of two accounts", func(dc, pc, fs *machine) {
			for _, n := range []string{"alice", "bob"} {
				fs.at("08:00:00").log(event.LogonFailed, noLogon(n, "CORP", 3, badPassword, "KALI", "10.0.0.66"))
			}
			fs.at("08:00:00.2").log(event.RDPAuthFailed, fields{event.IPAddress: "10.0.0.66"})
		}, 3},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dc, pc, fs := domain()
			test.tell(dc, pc, fs)
			s := tell(t, append([]*machine{dc, pc, fs}, dc.others...)...)
			if got := s.Failures(); len(got) != test.want {
				for _, f := range got {
					t.Errorf("%s: %s: %s", f.Tried, f.Reason, recordNames(s, f.Records))
				}
				t.Errorf("%d failures, want %d", len(got), test.want)
			}
			wantFolded(t, s)
		})
	}
}

// wantFolded holds what is true of all failures: each failing record is in one
// of them, none has two records of one kind and host, and the counts of
// accounts and hosts are of failures.
func wantFolded(t testing.TB, s *model.Snapshot) {
	t.Helper()
	records := map[model.EventRow]bool{}
	accounts, hosts := map[model.AccountID]int{}, map[model.HostID]int{}
	for _, f := range s.Failures() {
		accounts[f.Account]++
		hosts[f.LoggedOn]++
		seen := map[string]bool{}
		for _, r := range f.Records {
			if records[r] {
				t.Errorf("record %d is in two failures", r)
			}
			records[r] = true
			e := s.Event(r)
			place := fmt.Sprint(e.Kind, e.Host)
			if e.Kind == event.LogonFailed {
				place = "4625"
			}
			if seen[place] {
				t.Errorf("%s: two of one place", recordNames(s, f.Records))
			}
			seen[place] = true
		}
		if !slices.Contains(f.Records, f.Event) || len(f.Aliases) != len(f.Records)-1 {
			t.Errorf("%+v", f)
		}
	}
	for n := range s.EventCount() {
		e := model.EventRow(n)
		status, ok := s.Number(e, event.Status)
		failed := false
		switch k := s.Event(e).Kind; k {
		case event.LogonFailed, event.PreAuthFailed, event.NTLMRefused, event.KerberosRefused, event.RDPAuthFailed:
			failed = true
		case event.CredentialValidation:
			failed = ok && status != 0
		case event.TicketGranting, event.ServiceTicket:
			failed = ok && status != 0 && status != 0x19 && status != 0x20 && status != 0x34
		}
		if failed != records[e] {
			t.Errorf("%s fails: %t", recordNames(s, []model.EventRow{e}), failed)
		}
	}
	for _, a := range s.Accounts() {
		if a.Failures != accounts[a.ID] {
			t.Errorf("%s counts %d failures, has %d", a.Display(), a.Failures, accounts[a.ID])
		}
	}
	for _, h := range s.Hosts() {
		if h.Failures != hosts[h.ID] {
			t.Errorf("%s counts %d failures, has %d", h.Name, h.Failures, hosts[h.ID])
		}
	}
}

// Whatever fails when and wherever, no record is lost and no attempt made up,
// and the order of the files changes nothing.
func TestNoFailingRecordIsLost(t *testing.T) {
	for seed := range int64(20) {
		r := rand.New(rand.NewSource(seed))
		dc, pc, fs := domain()
		dc2 := dc.beside("DC2.corp.local")
		pick := func(from ...string) string { return from[r.Intn(len(from))] }
		codes := []uint32{badPassword, noSuchUser, 0xc0000234, 0, 0xc00abcde}
		for i := range 300 {
			now := fmt.Sprintf("08:%02d:%02d.%d", i/60, i%60, r.Intn(10))
			name, station, address := pick("alice", "ALICE", "bob", "", "alice@corp.local"), pick("", "KALI", "PC01"), pick("", "10.0.0.7", "10.0.0.66", "127.0.0.1")
			for range 1 + r.Intn(4) {
				on := []*machine{dc, dc2}[r.Intn(2)]
				switch r.Intn(5) {
				case 0:
					on.at(now).log(event.CredentialValidation, ntlm(name, station, codes[r.Intn(5)]))
				case 1:
					on.at(now).log(event.PreAuthFailed, preAuth(name, address, 0x18))
				case 2:
					on.at(now).log(event.TicketGranting, preAuth(name, address, []uint32{0, 0x6, 0x12, 0x19}[r.Intn(4)]))
				case 3:
					fs.at(now).log(event.RDPAuthFailed, fields{event.IPAddress: address})
				case 4:
					[]*machine{pc, fs, dc}[r.Intn(3)].at(now).log(event.LogonFailed, noLogon(name, pick("CORP", "", "PC01"), 3, codes[r.Intn(5)], station, address))
				}
			}
		}
		s := tell(t, dc, dc2, pc, fs)
		wantFolded(t, s)
		if d := failureDifference(s, tell(t, fs, dc2, pc, dc)); d != "" {
			t.Errorf("seed %d: the order of the files changes %s", seed, d)
		}
	}
}

func failureDifference(a, b *model.Snapshot) string {
	x, y := a.Failures(), b.Failures()
	if len(x) != len(y) {
		return fmt.Sprintf("%d failures to %d", len(x), len(y))
	}
	for i := range x {
		if x[i].ID != y[i].ID || recordNames(a, x[i].Records) != recordNames(b, y[i].Records) || x[i].Source != y[i].Source {
			return fmt.Sprintf("%+v to %+v", x[i], y[i])
		}
	}
	return ""
}

// The reason is that of the record that knows it, and the source what any of
// them names.
func TestAFailureTakesTheBestOfItsRecords(t *testing.T) {
	dc, pc, fs := domain()
	dc.at("08:00:00").log(event.CredentialValidation, ntlm("alice", "KALI", badPassword))
	fs.at("08:00:00.1").log(event.LogonFailed, noLogon("alice", "CORP", 3, 0, "", ""))
	s := tell(t, dc, pc, fs)
	f := s.Failures()[0]
	if len(f.Records) != 2 || f.Code != "0xc000006a" || f.Reason != "wrong password" || f.Status != 0xc000006d || f.StatusName() != "STATUS_WRONG_PASSWORD" {
		t.Errorf("%+v", f)
	}
	if f.Source.Name != "KALI" || !f.Source.Claimed || s.Host(f.TargetHost).Short() != "FS01" || s.Account(f.Account).SID != alice.sid {
		t.Errorf("%+v", f)
	}
	if s.Event(f.Event).EventID != 4625 || s.Event(f.Records[0]).EventID != 4776 {
		t.Errorf("told by %s", recordNames(s, f.Records))
	}
	alone, _, _ := domain()
	alone.at("08:00:00").log(event.CredentialValidation, ntlm("alice", "KALI", badPassword))
	s = tell(t, alone)
	if g := s.Failures()[0]; !slices.Contains(f.Aliases, g.ID) || g.TargetHost != model.None {
		t.Errorf("%+v is not known as %s", f.Aliases, g.ID)
	}
}

// Real machines that have nothing to do with one another share names; none of
// their failures is folded.
func TestNoFailureOfTheNativeLogsIsOfTwoHosts(t *testing.T) {
	s := load(t, logsIn(t, example, offsec, privacy, "single", windomain)...)
	for _, f := range s.Failures() {
		for _, r := range f.Records {
			if s.Event(r).Host != s.Event(f.Event).Host {
				t.Errorf("%s: %s", f.Tried, recordNames(s, f.Records))
			}
		}
	}
	wantFolded(t, s)
}
