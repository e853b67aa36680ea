package model_test

import (
	"slices"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// hostNames lists each host's spellings.
func spellings(s *model.Snapshot) [][]string {
	var out [][]string
	for _, h := range s.Hosts() {
		out = append(out, h.Spellings)
	}
	return out
}

func wantHosts(t *testing.T, s *model.Snapshot, want ...[]string) {
	t.Helper()
	if got := spellings(s); !slices.EqualFunc(got, want, slices.Equal[[]string]) {
		t.Errorf("hosts %q, want %q", got, want)
	}
}

// renamed continues a machine's logs under another name.
func (m *machine) renamed(name string) *machine {
	m.name = name
	return m
}

func oneFile(t *testing.T, recs ...[]rec) *model.Snapshot {
	t.Helper()
	return build(t, []logFile{asFile(0, "one.evtx", slices.Concat(recs...), 1000)})
}

func TestComputerRenamedInsideOneLogIsOneHost(t *testing.T) {
	pc := newMachine("WIN-AN5B").at("08:00:00").logon(alice, 0x5000, 2)
	pc.renamed("DESKTOP-1").logon(bob, 0x6000, 2)
	pc.renamed("DESKTOP-1.corp.local").logsOff(alice, 0x5000)
	s := tell(t, pc)
	wantHosts(t, s, []string{"DESKTOP-1", "DESKTOP-1.corp.local", "WIN-AN5B"})
	if name := s.Hosts()[0].Name; name != "DESKTOP-1.corp.local" {
		t.Errorf("called %s", name)
	}
	wantEnd(t, session(t, s, "WIN-AN5B/0x5000").End, model.EndReasonLogoff, model.EndExact, "08:00:00")
}

func TestComputersOfAMergedFileAreNotRenames(t *testing.T) {
	a, b := newMachine("A.corp.local").at("08:00:00").logon(alice, 0x5000, 2), newMachine("B.corp.local").at("08:00:00").logon(alice, 0x5000, 2)
	a.skip("Security", 1).logon(bob, 0x6000, 2) // the numbers interleave
	b.logon(bob, 0x6000, 2)
	wantHosts(t, oneFile(t, a.recs, b.recs), []string{"A.corp.local"}, []string{"B.corp.local"})

	c := newMachine("C.corp.local").at("08:00:00").skip("Security", 100).logon(alice, 0x5000, 2) // a hole between
	wantHosts(t, oneFile(t, a.recs, c.recs), []string{"A.corp.local"}, []string{"C.corp.local"})
}

// System 6011 tells of a rename across a hole.
func TestComputerRenamedEventJoinsTheNames(t *testing.T) {
	pc := newMachine("OLD").at("08:00:00").logon(alice, 0x5000, 2)
	pc.log(event.ComputerRenamed, fields{event.OldName: "OLD", event.NewName: "NEW"})
	pc.skip("Security", 10).renamed("NEW").logon(alice, 0x6000, 2).log(event.EventLogStarted, nil)
	wantHosts(t, tell(t, pc), []string{"NEW", "OLD"})
}

// But not names that interleave, whatever 6011 says.
func TestComputerRenamedEventJoinsNoInterleavedNames(t *testing.T) {
	a := newMachine("OLD").at("08:00:00").logon(alice, 0x5000, 2).log(event.ComputerRenamed, fields{event.OldName: "OLD", event.NewName: "NEW"})
	b := newMachine("NEW").at("08:00:00").skip("Security", 1).logon(alice, 0x5001, 2)
	a.skip("Security", 1).logon(alice, 0x5002, 2)
	wantHosts(t, oneFile(t, a.recs, b.recs), []string{"NEW"}, []string{"OLD"})
}

func TestBareNameBelongsToItsOneFullName(t *testing.T) {
	bare := newMachine("PC01").at("08:00:00").logon(alice, 0x5000, 2)
	full := newMachine("PC01.corp.local").at("09:00:00").skip("Security", 50).logon(alice, 0x6000, 2)
	wantHosts(t, tell(t, bare, full), []string{"PC01", "PC01.corp.local"})

	other := newMachine("PC01.other.local").at("09:00:00").skip("Security", 90).logon(alice, 0x6000, 2)
	wantHosts(t, tell(t, bare, full, other), []string{"PC01"}, []string{"PC01.corp.local"}, []string{"PC01.other.local"})
}

func TestBareNameWhoseRecordsContradictIsAnotherHost(t *testing.T) {
	bare := newMachine("PC01").at("08:00:00").logon(alice, 0x5000, 2).logon(alice, 0x5001, 2)
	overlapping := newMachine("PC01.corp.local").at("09:00:00").logon(alice, 0x6000, 2)
	wantHosts(t, tell(t, bare, overlapping), []string{"PC01"}, []string{"PC01.corp.local"})

	earlier := newMachine("PC01.corp.local").at("07:00:00").skip("Security", 50).logon(alice, 0x6000, 2)
	wantHosts(t, tell(t, bare, earlier), []string{"PC01"}, []string{"PC01.corp.local"})
}

// Many machines are renamed from the one name of their image.
func TestTwoHostsRenamedFromOneNameStayTwo(t *testing.T) {
	one := newMachine("IEWIN7").at("08:00:00").logon(alice, 0x5000, 2).renamed("PC01.corp.local").logon(alice, 0x6000, 2)
	two := newMachine("IEWIN7").at("08:00:00").skip("Security", 7).logon(alice, 0x5000, 2).renamed("PC02.corp.local").logon(alice, 0x6000, 2)
	lone := newMachine("IEWIN7").at("08:30:00").skip("Security", 20).logon(alice, 0x7000, 2)
	s := build(t, []logFile{asFile(0, "a/Security.evtx", one.recs, 10), asFile(1, "b/Security.evtx", two.recs, 10), asFile(2, "c/Security.evtx", lone.recs, 10)})
	wantHosts(t, s, []string{"IEWIN7"}, []string{"IEWIN7", "PC01.corp.local"}, []string{"IEWIN7", "PC02.corp.local"})
}

// The same full name with another domain SID is another host. The SID comes from
// the host's own account only: accounts of trusted domains visit.
func TestSameNameWithAnotherDomainSIDIsAnotherHost(t *testing.T) {
	own := func(sid string) who { return who{sid, "DC1$", "CORP"} }
	a := newMachine("DC1.corp.local").at("08:00:00").logon(own("S-1-5-21-1-2-3-1000"), 0x5000, 3)
	b := newMachine("DC1.corp.local").at("09:00:00").skip("Security", 5).logon(own("S-1-5-21-7-8-9-1000"), 0x5000, 3)
	lsm := newMachine("DC1.corp.local").at("09:00:00").log(event.RDPSessionLogon, fields{event.TargetName: `CORP\alice`})
	s := build(t, []logFile{asFile(0, "a/Security.evtx", a.recs, 10), asFile(1, "b/Security.evtx", b.recs, 10), asFile(2, "b/LSM.evtx", lsm.recs, 10)})
	wantHosts(t, s, []string{"DC1.corp.local"}, []string{"DC1.corp.local"})
	for _, h := range s.Hosts() {
		want := map[string]int{"S-1-5-21-1-2-3": 1, "S-1-5-21-7-8-9": 2}[h.DomainSID]
		if h.Events != want {
			t.Errorf("%s has %d events, want %d", h.DomainSID, h.Events, want)
		}
	}

	visitor := newMachine("PC01.corp.local").at("08:00:00").logon(who{"S-1-5-21-7-8-9-1500", "PC07$", "OTHER"}, 0x5000, 3)
	visitor.logon(who{"S-1-5-21-7-8-9-1501", "carol", "OTHER"}, 0x6000, 3)
	if s := tell(t, visitor); len(s.Hosts()) != 1 || s.Hosts()[0].DomainSID != "" {
		t.Errorf("a visitor gave the host its domain: %+v", s.Hosts())
	}
}

// Domain controllers are the hosts that grant tickets.
func TestDomainControllerIsWhoGrantsTickets(t *testing.T) {
	dc := newMachine("DC1.corp.local").at("08:00:00").log(event.TicketGranting, fields{event.TargetName: "alice", event.TargetDomain: "CORP.LOCAL", event.TargetSID: alice.sid, event.Status: uint32(0)})
	pc := newMachine("PC01.corp.local").at("08:00:00").log(event.CredentialValidation, fields{event.TargetName: "carol", event.Status: uint32(0)})
	for _, h := range tell(t, dc, pc).Hosts() {
		if got, want := len(h.Roles) > 0, h.Short() == "DC1"; got != want {
			t.Errorf("%s: roles %v", h.Name, h.Roles)
		}
	}
}

// A record that is in several files counts once; the same number at another
// time is another record, of another life of the log.
func TestDuplicatesCountOnce(t *testing.T) {
	pc := newMachine("PC01.corp.local").at("08:00:00").logon(alice, 0x5000, 2).at("08:01:00").runs(alice, 0x5000, "a.exe").at("09:00:00").logsOff(alice, 0x5000)
	files := []logFile{asFile(0, "a.evtx", pc.recs, 10), asFile(1, "b.evtx", pc.recs[1:], 10), asFile(2, "c.evtx", pc.recs[:2], 1)}
	s := build(t, files)
	if s.EventCount() != 3 || s.Duplicates() != 4 || s.SessionCount() != 2 || s.Records() != 7 {
		t.Errorf("%d events, %d duplicates, %d sessions, %d records", s.EventCount(), s.Duplicates(), s.SessionCount(), s.Records())
	}
	if a, b := session(t, s, "PC01/0x5000"), session(t, build(t, files[:1]), "PC01/0x5000"); a.ID != b.ID || a.Events != b.Events {
		t.Errorf("%+v is not %+v", a, b)
	}
}

func TestNumbersThatStartAgainAreAnotherLifeOfTheLog(t *testing.T) {
	old := newMachine("PC01.corp.local").at("2023-01-01 08:00:00").logon(alice, 0x5000, 2).at("2023-01-01 10:00:00").runs(alice, 0x5000, "a.exe")
	again := newMachine("PC01.corp.local").at("2024-05-01 08:00:00").logon(alice, 0x5000, 2).at("2024-05-01 09:00:00").logsOff(alice, 0x5000)
	s := tell(t, old, again)
	if s.EventCount() != 4 || s.Duplicates() != 0 {
		t.Errorf("%d events, %d duplicates", s.EventCount(), s.Duplicates())
	}
	found := sessions(t, s, "PC01/0x5000")
	if len(found) != 2 {
		t.Fatalf("%d sessions", len(found))
	}
	if found[0].End.Certainty == model.EndExact || found[0].Boot == found[1].Boot {
		t.Errorf("one life's logon ended in the other: %+v", found)
	}
}

func TestLowerNumbersThatAreAllLaterAreAnotherLifeOfTheLog(t *testing.T) {
	old := newMachine("PC01.corp.local").skip("Security", 100).at("2023-01-01 08:00:00").logon(alice, 0x5000, 2)
	again := newMachine("PC01.corp.local").at("2024-05-01 08:00:00").logon(bob, 0x6000, 2).at("2024-05-01 09:00:00").logsOff(alice, 0x5000)
	found := sessions(t, tell(t, old, again), "PC01/0x5000")
	if len(found) != 2 || found[0].Boot == found[1].Boot {
		t.Errorf("one life's logon ended in the other: %+v", found)
	}
}

func TestCoverageCountsOneMissingRecord(t *testing.T) {
	pc := newMachine("PC01").at("08:00:00").starts().skip("Security", 1).starts()
	if gaps := tell(t, pc).Coverage()[0].Gaps; len(gaps) != 1 || gaps[0].After != 1 || gaps[0].Before != 3 {
		t.Errorf("%+v", gaps)
	}
}

func TestCoverageNamesTheHolesThatNoFileFills(t *testing.T) {
	pc := newMachine("PC01").at("08:00:00").logon(alice, 1<<16, 2).logon(alice, 2<<16, 2).logon(alice, 3<<16, 2)
	pc.skip("Security", 4).at("09:00:00").logon(alice, 4<<16, 2)
	s := build(t, []logFile{asFile(0, "a.evtx", slices.Concat(pc.recs[:1], pc.recs[2:]), 10), asFile(1, "b.evtx", pc.recs[:2], 10)})
	for _, c := range s.Coverage() {
		want := []model.Gap{{After: 3, Before: 8, From: clock("08:00:00"), To: clock("09:00:00")}}
		if c.File == 1 {
			want = nil
		}
		if !slices.Equal(c.Gaps, want) {
			t.Errorf("file %d: gaps %+v, want %+v", c.File, c.Gaps, want)
		}
	}
	if c := s.Coverage()[0]; c.Records != 3 || c.FirstID != 1 || c.LastID != 8 || c.First != clock("08:00:00") || c.Last != clock("09:00:00") || c.Computer != "PC01" || c.Channel != "Security" {
		t.Errorf("%+v", c)
	}
}
