package model_test

import (
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

var carol = who{"S-1-5-21-1-2-3-1110", "carol", "CORP"}

func principalOf(w who) fields {
	return fields{event.TargetSID: w.sid, event.TargetName: w.name, event.TargetDomain: w.domain}
}

func memberOf(w who, group who) fields {
	return merge(principalOf(group), fields{event.MemberSID: w.sid, event.MemberName: "CN=" + w.name + ",CN=Users,DC=corp,DC=local"})
}

// What was done to an account is told in order, with who did it and from
// which session.
func TestStoryOfAnAccount(t *testing.T) {
	admins := who{"S-1-5-21-1-2-3-512", "Domain Admins", "CORP"}
	dc := newMachine("DC1.corp.local").at("08:00:00").logon(bob, 0x7000, 3)
	steps := []struct {
		kind   event.Kind
		fields fields
		what   string
	}{
		{event.AccountCreated, principalOf(carol), "created"},
		{event.AccountEnabled, principalOf(carol), "enabled"},
		{event.PasswordReset, principalOf(carol), "password reset tried"},
		{event.AccountChanged, principalOf(carol), "changed"},
		{event.GlobalGroupAdded, memberOf(carol, admins), `added to group CORP\Domain Admins`},
		{event.LocalGroupAdded, memberOf(carol, who{"S-1-5-32-544", "Administrators", "Builtin"}), `added to group Builtin\Administrators`},
		{event.UniversalGroupAdded, memberOf(alice, admins), ""},
		{event.AccountLockedOut, fields{event.TargetSID: carol.sid, event.TargetName: "carol", event.Workstation: `\\PC01`}, "locked out"},
		{event.AccountUnlocked, principalOf(carol), "unlocked"},
		{event.PasswordChanged, principalOf(alice), ""},
		{event.AccountRenamed, fields{event.TargetSID: carol.sid, event.TargetDomain: "CORP", event.OldName: "carol", event.NewName: "carola"}, "renamed from carol to carola"},
		{event.GlobalGroupRemoved, memberOf(carol, admins), `removed from group CORP\Domain Admins`},
		{event.AccountDisabled, principalOf(carol), "disabled"},
		{event.AccountDeleted, principalOf(carol), "deleted"},
	}
	var want []string
	for i, s := range steps {
		dc.at("08:10:"+string(rune('0'+i/10))+string(rune('0'+i%10))).log(s.kind, merge(s.fields, subject(bob, 0x7000)))
		if s.what != "" {
			want = append(want, s.what)
		}
	}
	s := tell(t, dc)
	a := account(t, s, "carola")
	if a.SID != carol.sid || a.Sessions != 0 || len(a.Spellings) == 0 {
		t.Errorf("%+v", a)
	}
	by := account(t, s, "bob")
	var got []string
	for _, c := range s.Story(a.ID) {
		got = append(got, c.What)
		if c.By != by.ID || c.ByName != `CORP\bob` || s.Host(c.Host).Short() != "DC1" || s.SessionID(c.Session) != session(t, s, "DC1/0x7000").ID {
			t.Errorf("%+v", c)
		}
		if caller := map[bool]string{true: "PC01"}[c.What == "locked out"]; c.Caller != caller {
			t.Errorf("%s came from %q", c.What, c.Caller)
		}
	}
	if strings.Join(got, "; ") != strings.Join(want, "; ") {
		t.Errorf("told %q, want %q", got, want)
	}
	if n := len(accountsNamed(s, "Domain Admins")) + len(accountsNamed(s, "Administrators")); n != 0 {
		t.Errorf("%d groups are accounts", n)
	}
}

// A renamed account is called by its new name; its old one is a spelling of
// it, and what failed under it before goes with it. Afterwards that name is
// nobody's.
func TestRenamedAccountKeepsWhatFailedUnderItsOldName(t *testing.T) {
	base := func() *machine { return newMachine("PC01.corp.local").at("07:00:00").logon(system, 0x3e7, 5) }
	renamed := func(dc *machine) *machine {
		return dc.at("09:00:00").log(event.AccountRenamed, merge(subject(bob, 0x7000), fields{event.TargetSID: alice.sid, event.TargetDomain: "CORP", event.OldName: "alice", event.NewName: "alicia"}))
	}
	dc := renamed(newMachine("DC1.corp.local").at("07:00:00"))
	before := base().at("08:00:00").log(event.LogonFailed, failed("alice", "CORP"))
	s := tell(t, dc, before)
	a := account(t, s, "alicia")
	if a.SID != alice.sid || a.Failures != 1 || s.Failures()[0].Account != a.ID {
		t.Errorf("%+v", a)
	}
	if strings.Join(a.Spellings, " ") != `CORP\alice` {
		t.Errorf("spelled %q", a.Spellings)
	}
	after := base().at("10:00:00").log(event.LogonFailed, failed("alice", "CORP"))
	s = tell(t, dc, after)
	if a := account(t, s, "alicia"); a.Failures != 0 {
		t.Errorf("%+v", a)
	}
	// Sessions under both names are of the one SID.
	both := newMachine("PC01.corp.local").at("08:00:00").logon(alice, 0x5000, 2).logon(alice, 0x5100, 2).at("10:00:00").logon(who{alice.sid, "alicia", "CORP"}, 0x6000, 2)
	if a := account(t, tell(t, dc, both), "alicia"); a.Sessions != 3 {
		t.Errorf("%+v", a)
	}
}

// A name in a forged ticket is not the account's: it is written where nothing
// looked it up.
func TestForgedNameIsNotTheAccounts(t *testing.T) {
	admin := who{"S-1-5-21-1-2-3-500", "Administrator", "CORP"}
	forged := who{admin.sid, "notarealuser", "CORP"}
	dc := newMachine("DC1.corp.local").at("07:00:00").log(event.TicketGranting, fields{event.TargetName: "Administrator", event.TargetDomain: "CORP", event.TargetSID: admin.sid, event.Status: uint32(0)})
	fs := newMachine("FS01.corp.local").at("08:00:00").logon(system, 0x3e7, 5)
	for i := range event.LogonID(9) {
		fs.logon(forged, 0x5000+i, 3)
		dc.logon(forged, 0x5000+i, 3)
	}
	s := tell(t, dc, fs)
	a := account(t, s, "Administrator")
	if a.SID != admin.sid || a.Sessions != 18 || strings.Join(a.Spellings, " ") != `CORP\notarealuser` {
		t.Errorf("%+v", a)
	}
}

// Accounts of other identities stay what they are.
func TestAccountsOfOtherIdentities(t *testing.T) {
	cloud := who{"S-1-12-1-1-2-3-4", "carol", "AzureAD"}
	pc := newMachine("PC01").at("08:00:00").logon(cloud, 0x5000, 2).logon(who{"S-1-5-21-9-9-9-1001", "carol", "PC01"}, 0x6000, 2)
	pc.log(event.LogonFailed, failed("carol@outlook.com", "MicrosoftAccount")).log(event.LogonFailed, failed("carol", "AzureAD"))
	s := tell(t, pc)
	found := accountsNamed(s, "carol")
	if len(found) != 2 || found[0].Display() != `AzureAD\carol` || found[0].Class != model.ClassUser || found[0].Host != model.None || found[0].Failures != 1 {
		t.Errorf("%+v", found)
	}
	if a := account(t, s, "carol@outlook.com"); a.Domain != "MicrosoftAccount" || a.SID != "" || a.Failures != 1 {
		t.Errorf("%+v", a)
	}
}
