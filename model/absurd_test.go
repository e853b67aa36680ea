package model_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// Whatever fields hold, each event is counted, each session is one and the
// names are shown as they are.
func TestAbsurdFieldsBreakNoJoinAndNoCount(t *testing.T) {
	long := strings.Repeat("Ü", 10_000)
	names := map[string]who{
		"empty":     {},
		"dashes":    {"-", "-", "-"},
		"localised": {"S-1-5-7", "ANONYMOUS-ANMELDUNG", "NT-AUTORITÄT"},
		"long":      {"S-1-5-21-1-2-3-1200", long, long},
		"no SID":    {strings.Repeat("S-1-", 3000), "x", "y"},
		"controls":  {"S-1-5-21-1-2-3-1201", "a\x1b[2J\nb\u202ec", `\\@\@`},
	}
	for name, w := range names {
		for _, now := range []event.FileTime{0, 1, year19121, math.MaxUint64} {
			pc := newMachine("PC01.corp.local").at("08:00:00").logon(alice, 0x5000, 2)
			dc, _, _ := domain()
			pc.now, dc.now = now, now
			const id = math.MaxUint64
			pc.logon(w, id, math.MaxUint32).runs(w, id, long).ends(w, id, 3)
			pc.log(event.LogonFailed, merge(target(w, id), fields{event.Status: uint32(math.MaxUint32), event.LogonType: uint32(math.MaxUint32), event.IPAddress: "999.1.2.3", event.Workstation: long}))
			dc.log(event.PreAuthFailed, merge(principalOf(w), fields{event.Status: uint32(math.MaxUint32), event.IPAddress: long}))
			dc.log(event.CredentialValidation, ntlm(w.name, long, math.MaxUint32))
			dc.log(event.AccountRenamed, merge(principalOf(w), fields{event.OldName: long, event.NewName: w.name}))
			dc.log(event.AccountCreated, principalOf(w)).log(event.GlobalGroupAdded, memberOf(w, w))
			s := tell(t, pc, dc)
			wantFolded(t, s)
			if s.EventCount() != len(pc.recs)+len(dc.recs) {
				t.Errorf("%s at %d: %d events of %d", name, now, s.EventCount(), len(pc.recs)+len(dc.recs))
			}
			if x := session(t, s, "PC01/0x5000"); x.Events != 1 {
				t.Errorf("%s at %d: %+v", name, now, x)
			}
			if x := sessions(t, s, "PC01/0xffffffffffffffff"); len(x) != 1 || x[0].Events < 3 {
				t.Errorf("%s at %d: %d sessions of the absurd logon ID", name, now, len(x))
			}
			for _, a := range s.Accounts() {
				s.Story(a.ID)
			}
		}
	}
}

// An account that is spelled in thousands of ways is one, and keeps them all.
func TestThousandsOfSpellingsAreOneAccount(t *testing.T) {
	const spellings = 5000
	pc := newMachine("PC01.corp.local").at("08:00:00").logon(alice, 0x5000, 2)
	for i := range spellings {
		pc.logon(who{alice.sid, fmt.Sprintf("alice%d", i), "CORP"}, event.LogonID(0x10000+i), 3)
		pc.log(event.LogonFailed, failed(fmt.Sprintf("alice%d", i), "CORP"))
	}
	s := tell(t, pc)
	a := account(t, s, "alice")
	if len(a.Spellings) != spellings || a.Sessions != spellings+1 || a.Failures != spellings {
		t.Errorf("%d spellings, %d sessions, %d failures", len(a.Spellings), a.Sessions, a.Failures)
	}
	if got := len(s.Sessions(a.ID, model.None)); got != spellings+1 {
		t.Errorf("%d sessions", got)
	}
	wantFolded(t, s)
}

// Many attempts of one moment cost no more than as many of a day.
func TestManyAttemptsOfOneMomentAreFolded(t *testing.T) {
	const n = 20_000
	dc, _, fs := domain()
	dc.at("08:00:00")
	fs.at("08:00:00")
	for range n {
		dc.log(event.CredentialValidation, ntlm("alice", "KALI", badPassword))
		fs.log(event.LogonFailed, noLogon("alice", "CORP", 3, badPassword, "KALI", "10.0.0.66"))
	}
	s := tell(t, dc, fs)
	if got := len(s.Failures()); got != n {
		t.Errorf("%d failures, want %d", got, n)
	}
}
