package model_test

import (
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// Where reading was ended before a file's end, nobody has seen what comes next:
// it may be the logoff.
func TestOfALogThatWasNotReadToItsEndNothingIsSaidToGoOnOrToBeMissing(t *testing.T) {
	pc := newMachine("PC01.corp.local").at("08:00:00").starts()
	pc.at("09:00:00").logon(alice, 0x100, 2).logon(bob, 0x200, 2).ends(bob, 0x200, 2).at("10:00:00").runs(alice, 0x100, "a.exe")
	later := newMachine("PC01.corp.local")
	later.numbers = pc.numbers
	later.at("11:00:00").runs(alice, 0x100, "b.exe")
	for name, c := range map[string]struct {
		cut, newest bool // the first file, and one that goes on after it
		reason      model.EndReason
		why         string
	}{
		"read whole":      {false, false, model.EndReasonOpen, "ends earlier"},
		"cut":             {true, false, model.EndReasonUnknown, "was read up to 2024-05-01T10:00:00.0000000Z only"},
		"goes on in both": {true, true, model.EndReasonOpen, "ends earlier"},
	} {
		files := []logFile{asFile(0, "a.evtx", pc.recs, 1000)}
		files[0].stats.Cut = c.cut
		if c.newest {
			files = append(files, asFile(1, "b.evtx", later.recs, 1000))
		}
		s := build(t, files)
		wantEnd(t, session(t, s, "PC01/0x100").End, c.reason, model.EndUnknown, "")
		all := s.OnHost(hostCalled(t, s, "PC01").ID, clock("13:00:00"))
		if got := all[len(all)-1].Why; !strings.Contains(got, c.why) {
			t.Errorf("%s: %s", name, got)
		}
		if got := s.Coverage()[0].Cut; got != c.cut {
			t.Errorf("%s: the coverage says cut is %t", name, got)
		}
	}
}

func TestOfALogWhoseFileEndsBeforeItNothingIsSaidToGoOn(t *testing.T) {
	pc := newMachine("PC01.corp.local").at("08:00:00").starts()
	pc.at("09:00:00").logon(alice, 0x100, 2).logon(bob, 0x200, 2).ends(bob, 0x200, 2).at("10:00:00").runs(alice, 0x100, "a.exe")
	file := asFile(0, "a.evtx", pc.recs, 1000)
	file.stats.Short = "half of it is gone"
	s := build(t, []logFile{file})
	wantEnd(t, session(t, s, "PC01/0x100").End, model.EndReasonUnknown, model.EndUnknown, "")
	all := s.OnHost(hostCalled(t, s, "PC01").ID, clock("13:00:00"))
	if got, want := all[len(all)-1].Why, "can be read up to 2024-05-01T10:00:00.0000000Z only: a.evtx ends before its log does (half of it is gone)"; !strings.Contains(got, want) {
		t.Errorf("%s, want %s", got, want)
	}
	if c := s.Coverage()[0]; !c.Cut || c.Short != file.stats.Short {
		t.Errorf("coverage %+v", c)
	}
	if d := s.Damage(); len(d) != 1 || d[0].Note || d[0].Name != "a.evtx" || !strings.Contains(d[0].Reason, file.stats.Short) || s.Unread() != 0 {
		t.Errorf("damage %+v", d)
	}
}

func TestFilesThatCouldNotBeReadAreCounted(t *testing.T) {
	b := model.NewBuilder(schemas)
	for i := range 4 {
		b.AddFile(event.File{ID: event.FileID(i), Name: "x"})
	}
	for _, d := range []event.Damage{
		{File: 0, Chunk: -1, Offset: -1, Reason: "no permission"}, {File: 1, Chunk: -1, Offset: -1, Reason: "a log of Windows XP", Note: true},
		{File: 2, Chunk: 4, Offset: 5000, Reason: "a checksum is wrong"}, {File: 3, Chunk: -1, Offset: -1, Reason: "no memory"}, {File: 3, Chunk: -1, Offset: -1, Reason: "and no hash"},
	} {
		b.AddDamage(d)
	}
	if n := b.Finish().Unread(); n != 2 {
		t.Errorf("%d, want 2", n)
	}
}

// Chunks that were carved out of an image need not be all that the log had: what
// ended a session may be in one that was not found.
func TestOfCarvedPiecesNothingIsSaidToGoOn(t *testing.T) {
	pc := newMachine("PC01.corp.local").at("08:00:00").starts()
	pc.at("09:00:00").logon(alice, 0x100, 2).logon(bob, 0x200, 2).ends(bob, 0x200, 2).at("10:00:00").runs(alice, 0x100, "a.exe")
	carved, whole := asFile(0, "disk.img", pc.recs, 1000), asFile(1, "a.evtx", pc.recs, 1000)
	carved.stats.Carved = true
	s := build(t, []logFile{carved})
	wantEnd(t, session(t, s, "PC01/0x100").End, model.EndReasonUnknown, model.EndUnknown, "")
	all := s.OnHost(hostCalled(t, s, "PC01").ID, clock("13:00:00"))
	if got, want := all[len(all)-1].Why, "nothing later than 2024-05-01T10:00:00.0000000Z was found: what was carved out of disk.img need not be all of it"; !strings.Contains(got, want) {
		t.Errorf("%s, want %s", got, want)
	}
	if c := s.Coverage()[0]; !c.Carved || c.Cut {
		t.Errorf("coverage %+v", c)
	}
	// A log that reaches as far shows that there was no more.
	s = build(t, []logFile{carved, whole})
	wantEnd(t, session(t, s, "PC01/0x100").End, model.EndReasonOpen, model.EndUnknown, "")
}
