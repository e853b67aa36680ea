package model_test

import (
	"bufio"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// declared lists the functions, methods ("Type.name"), types, constants and
// variables of this folder's Go files.
func declared(t *testing.T) (rules, tests map[string]bool) {
	t.Helper()
	rules, tests = map[string]bool{}, map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		names := rules
		if strings.HasSuffix(name, "_test.go") {
			names = tests
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				names[receiver(d)+d.Name.Name] = true
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						names[s.Name.Name] = true
					case *ast.ValueSpec:
						for _, n := range s.Names {
							names[n.Name] = true
						}
					}
				}
			}
		}
	}
	return rules, tests
}

func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return ""
	}
	x := d.Recv.List[0].Type
	if p, ok := x.(*ast.StarExpr); ok {
		x = p.X
	}
	if n, ok := x.(*ast.Ident); ok {
		return n.Name + "."
	}
	return ""
}

// Every rule and test that the package's documentation names for what the
// article says is there.
func TestTheTableOfTheArticleIsTrue(t *testing.T) {
	f, err := os.Open("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rules, tests := declared(t)
	rows := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		cells := strings.Split(strings.TrimPrefix(lines.Text(), "//\t"), "|")
		if len(cells) != 3 || strings.TrimSpace(cells[1]) == "rule" {
			continue
		}
		rows++
		for _, rule := range strings.Split(cells[1], ",") {
			if rule = strings.TrimSpace(rule); !rules[rule] {
				t.Errorf("%s: there is no %q", strings.TrimSpace(cells[0]), rule)
			}
		}
		if test := strings.TrimSpace(cells[2]); !tests[test] || !strings.HasPrefix(test, "Test") {
			t.Errorf("%s: there is no %q", strings.TrimSpace(cells[0]), test)
		}
	}
	if rows < 30 {
		t.Errorf("%d rows", rows)
	}
}

// 4771 and a failing 4768 are refusals alike, whichever code they have: which
// of the two comes for a code is not the same in all versions.
func TestEitherKerberosRecordTellsOfARefusal(t *testing.T) {
	for _, kind := range []event.Kind{event.PreAuthFailed, event.TicketGranting} {
		for code, why := range map[uint32]string{0x18: "password", 0x25: "clock", 0x12: "disabled", 0x17: "password"} {
			dc, pc, fs := domain()
			dc.at("08:00:00").log(kind, preAuth("alice", "10.0.0.7", code))
			got := tell(t, dc, pc, fs).Failures()
			if len(got) != 1 || !strings.Contains(got[0].Reason, why) || got[0].Protocol != "kerberos" {
				t.Errorf("kind %d, 0x%x: %+v", kind, code, got)
			}
		}
	}
}

// 0x12 is an account that is disabled, expired or locked; 4625 knows which.
func TestTheComputersOwnRecordSaysWhyExactly(t *testing.T) {
	for status, why := range map[uint32]string{0xc0000072: "account disabled", 0xc0000193: "account expired", 0xc0000234: "account locked out"} {
		dc, pc, fs := domain()
		dc.at("08:00:00").log(event.TicketGranting, merge(preAuth("alice", "10.0.0.7", 0x12), fields{event.TargetDomain: "CORP"}))
		alone := tell(t, dc, pc, fs).Failures()
		if len(alone) != 1 || alone[0].Reason == why {
			t.Errorf("0x12 alone: %+v", alone)
		}
		pc.at("08:00:00.1").log(event.LogonFailed, fields{event.TargetSID: "S-1-0-0", event.TargetName: "alice", event.TargetDomain: "CORP", event.Status: status, event.LogonType: uint32(2)})
		both := tell(t, dc, pc, fs).Failures()
		if len(both) != 1 || len(both[0].Records) != 2 || both[0].Reason != why {
			t.Errorf("with 4625 0x%x: %+v", status, both)
		}
	}
}

// Tickets and checked passwords are moments: without a 4624 there is no
// session to begin or to end.
func TestAuthenticationsAreNoSessions(t *testing.T) {
	dc := newMachine("DC1.corp.local").at("08:00:00").grants(alice, "10.0.0.7").ticket(alice, "FS01", "10.0.0.7", event.GUID{1})
	dc.log(event.CredentialValidation, ntlm("alice", "PC01", 0))
	s := tell(t, dc)
	if n := s.SessionCount(); n != 0 {
		t.Errorf("%d sessions", n)
	}
	authentications := 0
	for _, a := range accountsNamed(s, "alice") {
		authentications += a.Authentications
		if a.Sessions != 0 {
			t.Errorf("%+v", a)
		}
	}
	if authentications != 3 {
		t.Errorf("%d authentications, want 3", authentications)
	}
}

func TestTheSameLogonIDOfTwoHostsIsTwoSessions(t *testing.T) {
	a := newMachine("PC01.corp.local").at("08:00:00").logon(alice, 0x5000, 2).at("09:00:00").ends(alice, 0x5000, 2)
	b := newMachine("PC02.corp.local").at("08:00:00").logon(alice, 0x5000, 2)
	s := tell(t, a, b)
	x, y := session(t, s, "PC01/0x5000"), session(t, s, "PC02/0x5000")
	if x.Row == y.Row || x.End.Certainty != model.EndExact || y.End.Certainty == model.EndExact {
		t.Errorf("%+v and %+v", x.End, y.End)
	}
}

// What was done after a logoff began stays in the session, which has one end.
func TestALogoffThatWasCancelledStaysTheEnd(t *testing.T) {
	pc := newMachine("PC01").at("08:00:00").logon(alice, 0x5000, 2).at("09:00:00").logsOff(alice, 0x5000)
	pc.at("09:30:00").runs(alice, 0x5000, "a.exe").at("10:00:00").logsOff(alice, 0x5000)
	s := tell(t, pc)
	x := session(t, s, "PC01/0x5000")
	wantEnd(t, x.End, model.EndReasonLogoff, model.EndExact, "09:00:00")
	if n := len(s.SessionEvents(x.Row)); n != 4 {
		t.Errorf("%d events, want 4", n)
	}
}

func TestServersAreReachedOutOfTheSession(t *testing.T) {
	dc, pc, fs := domain()
	pc.at("08:00:00").logon(alice, 0x6000, 2)
	dc.at("09:00:00").ticket(alice, "FS01", "10.0.0.7", event.GUID{1})
	fs.at("09:00:00.1").logon(alice, 0x7000, 3, fields{event.IPAddress: "10.0.0.7", event.Package: "Kerberos", event.LogonProcess: "Kerberos", event.LogonGUID: event.GUID{2}})
	pc.ends(alice, 0x5000, 2)
	s := tell(t, dc, pc, fs)
	desk, reached := session(t, s, "PC01/0x6000"), session(t, s, "FS01/0x7000")
	if reached.Source.Host != desk.Host || reached.Parent.Session != desk.Row || reached.Parent.Certainty == model.Exact {
		t.Errorf("parent %+v, source %+v", reached.Parent, reached.Source)
	}
}

func TestNetworkSessionsEndAtTheirTermination(t *testing.T) {
	fs := newMachine("FS01").at("08:00:00").logon(alice, 0x5000, 3).at("08:00:00.4").ends(alice, 0x5000, 3)
	x := session(t, tell(t, fs), "FS01/0x5000")
	wantEnd(t, x.End, model.EndReasonTerminated, model.EndExact, "08:00:00.4")
}

func TestOneEventTellsOfGrantedAndRefusedNTLM(t *testing.T) {
	dc, pc, fs := domain()
	dc.at("08:00:00").log(event.CredentialValidation, ntlm("alice", "PC01", 0)).at("08:10:00").log(event.CredentialValidation, ntlm("alice", "PC01", badPassword))
	s := tell(t, dc, pc, fs)
	if f := s.Failures(); len(f) != 1 || f[0].Time != clock("08:10:00") || f[0].Protocol != "ntlm" {
		t.Errorf("%+v", f)
	}
}
