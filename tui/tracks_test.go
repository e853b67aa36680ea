package tui

import (
	"strings"
	"testing"

	"spoor/model"
)

func TestATrailIsNarrowedByWordsAndFieldsAndLeadsToItsSessions(t *testing.T) {
	d := drive(t, options(t, story()), 120, 40).press("/", "alice", "tab", "6").sees(`trail of EXAMPLE\alice`, "network logons x3", "failed attempts x4", "FS01")
	d.press("/", "kind:failed").sees(" of ", "10.0.0.66").misses("network logons")
	d.press("esc", "esc", "/", "after:2026-03-02T13:33:20").misses("network logons")
	d.press("esc", "esc", "/", "network", "tab", "enter").sees("LOGON ID", "0x90000")
	d.press("esc").sees("trail of")
	d.press("5").sees(`timeline of EXAMPLE\alice`)
}

func TestATrailIsAnAccounts(t *testing.T) {
	drive(t, options(t, story()), 100, 30).press("2", "6").sees("a trail is an account's").misses("trail of")
	drive(t, options(t, story()), 100, 30).press("4", "6").sees(`trail of EXAMPLE\alice`)
}

// A step is the same thing in the next snapshot, whose rows are others.
func TestTheCursorStaysOnItsStepWhenMoreIsRead(t *testing.T) {
	logs := story()
	logs[0], logs[1] = logs[1], logs[0]
	snaps := snapshots(t, logs)
	d := idle(t).progress(Progress{Snapshot: snaps[0], Total: 100, TotalFiles: 3})
	d.press("/", "alice", "tab", "6", "down", "down")
	before := d.chosen()
	if before == "" || !strings.Contains(d.screen(), "trail of") {
		t.Fatalf("no step is selected:\n%s", d.screen())
	}
	d.progress(Progress{Snapshot: snaps[len(snaps)-1], Total: 100, Finished: true})
	if after := d.chosen(); after != before {
		t.Errorf("the cursor went from %q to %q", before, after)
	}
}

func TestWhoWasOnAsksForATimeAndSaysWhatIsWrongWithIt(t *testing.T) {
	d := drive(t, options(t, story()), 80, 24).press("2", "/", "ws07", "tab", "w").sees("who was on WS07 at: 2026-03-02T")
	d.press("x", "enter").sees(`x" is no time, as 2026-03-02T09:00`)
	d.press("backspace").misses("is no time")
	d.press("esc").misses("who was on").sees(" hosts")
	d.press("w")
	d.clearPrompt().press("2026-03-02T13:30", "enter").sees("on WS07 at 03-02 13:30:00", `EXAMPLE\bob`, "console")
	d.press("esc").sees(" hosts", "narrowed")
}

// clearPrompt takes away what a prompt suggests.
func (d *driver) clearPrompt() *driver {
	for range 40 {
		d.press("backspace")
	}
	return d
}

func TestWhereAnAccountWasIsAskedForOnItsRow(t *testing.T) {
	d := drive(t, options(t, story()), 100, 30).press("/", "bob", "tab", "w").sees(`where was EXAMPLE\bob at`)
	d.clearPrompt().press("2026-03-02T13:30", "enter").sees("WS07", "console")
	d.press("esc", "w").clearPrompt().press("2026-03-01T13:30", "enter").misses("console  ")
	drive(t, options(t, story()), 100, 30).press("8", "w").sees("w: select a host")
}

func TestEverythingIsFoundAtOnceAndLeadsOn(t *testing.T) {
	for query, c := range map[string]struct{ row, below string }{
		"alice":     {"account", `everywhere › EXAMPLE\alice`},
		"ws07":      {"host", "everywhere › WS07"},
		"0x90100":   {"session", "0x90100"},
		"10.0.0.23": {"address", "from 10.0.0.23"},
	} {
		d := drive(t, options(t, story()), 100, 30).press("ctrl+f", query)
		if !strings.Contains(d.chosen(), c.row) {
			t.Errorf("%s: the best is %q:\n%s", query, d.chosen(), d.screen())
		}
		d.press("enter").sees(c.below)
	}
}

func TestAnAddressLeadsToTheSessionsThatCameFromThere(t *testing.T) {
	d := drive(t, options(t, story()), 100, 30).press("f", "ctrl+f", "10.0.0.23", "enter").sees("from 10.0.0.23", "3 of 4 sessions", "ip:10.0.0.23")
	d.press("esc").sees("4 sessions")
	d = drive(t, options(t, story()), 100, 30).press("f", "ctrl+f", "10.0.0.66", "enter").sees("none of 4 sessions matches")
	d.press("esc", "esc").sees("everywhere")
}

// Evidence may name anything as an address: a filter of it may be none, or
// another one.
func TestAnAddressThatIsNoneLeadsToItsSessionsAlone(t *testing.T) {
	for _, address := range []string{"10.0.0.9,10.0.0.8", "fe80::1%7", "a:b/c", "x after:2020-01-01"} {
		m := &machine{name: "WS07.example.org"}
		bob, alice := person{bobSID, "EXAMPLE", "bob"}, person{aliceSID, "EXAMPLE", "alice"}
		m.logon(60, bob, 0x51000, 3, address, "", 0, true)
		m.logon(90, alice, 0x61000, 3, "10.0.0.8", "", 0, true)
		d := drive(t, options(t, []log{{"a.evtx", m.out, 0}}), 120, 30).press("ctrl+f", "address", "tab", "esc", "g")
		for range 20 {
			if strings.Contains(d.chosen(), "address") && strings.Contains(d.chosen(), address) {
				break
			}
			d.press("down")
		}
		if !strings.Contains(d.chosen(), "address") {
			continue // not kept as an address at all
		}
		d.press("enter").sees("from "+address, "1 session", `EXAMPLE\bob`).misses(`EXAMPLE\alice`)
	}
}

func TestThePaletteRunsOnTheListBelow(t *testing.T) {
	d := drive(t, options(t, story()), 100, 30).press("f", "3", ":", "mark a session", "enter").sees("1 marked", " sessions").misses("commands")
	d.press(":", "users", "enter").sees(" users ")
	d.press(":", "zoom in", "enter").sees("only on a timeline").misses("commands")
	d.press(":", "next bar").sees("esc closes").press("esc").sees(" users ").misses("commands")
	if d.press(":", "quit", "enter"); !d.quit {
		t.Error("quit from the palette did not quit")
	}
}

func TestTheMarkedSessionsAloneAreOneLevel(t *testing.T) {
	d := drive(t, options(t, story()), 100, 30).press(`"`).sees("nothing is marked")
	d.press("f", "3", "space", "down", "space", `"`).sees("sessions › marked", "2 sessions", "2 marked")
	d.press(`"`).misses("marked › marked").press("esc").sees("4 sessions")
}

func folded(t *testing.T) *driver {
	return drive(t, options(t, story()), 120, 40).press("3", "/", "alice", "tab", "esc").sees("network x3", "2 rows", "4 sessions (f)")
}

func TestMarkingARunMarksAllOfItsSessions(t *testing.T) {
	d := folded(t).press("space").sees("3 marked")
	if d.press("e").sees("export 3 marked sessions"); len(d.root.sheet.sessions) != 3 {
		t.Errorf("exported are %v", d.root.sheet.sessions)
	}
	d.press("esc", "u").misses("marked")
	folded(t).press("e").sees("the 3 sessions of the selected row")
}

func TestARunOfWhichSomeAreMarkedSaysSo(t *testing.T) {
	d := folded(t).press("f", "/", "0x90100", "tab", "space", "esc", "f").sees("1 marked")
	row := ""
	for _, l := range d.lines() {
		if strings.Contains(l, "network x3") {
			row = l
		}
	}
	if !strings.HasPrefix(row, "+") {
		t.Errorf("the run's row is %q", row)
	}
	d.press("/", "alice", "tab", "esc", "space").sees("3 marked").press("/", "alice", "tab", "esc", "space").misses("marked")
}

func TestALogonInsideARunIsFound(t *testing.T) {
	d := drive(t, options(t, story()), 120, 40).press("3", "/", "0x90200").sees("1 of 2 rows", "network x3")
	d.press("esc", "esc", "/", "logon:0x90200").sees("1 of 2 rows", "network x3")
	d.press("esc", "esc", "/", "kind:run").sees("1 of 2 rows")
	d.press("enter").sees("3 sessions").press("enter").sees("logon ID")
}

func TestTheCursorStaysOnItsThingWhenRunsAreFolded(t *testing.T) {
	d := folded(t)
	if d.press("f"); !strings.Contains(d.chosen(), "alice") || !strings.Contains(d.screen(), "4 sessions") {
		t.Errorf("unfolded, the cursor is on %q", d.chosen())
	}
	d.press("/", "bob", "tab", "esc", "f")
	if !strings.Contains(d.chosen(), "bob") {
		t.Errorf("folded, the cursor is on %q", d.chosen())
	}
	d.press("f", "/", "0x90100", "tab", "esc")
	if !strings.Contains(d.chosen(), "alice") {
		t.Fatalf("the cursor is on %q", d.chosen())
	}
	if d.press("f"); !strings.Contains(d.chosen(), "network x3") {
		t.Errorf("folded, the cursor left the run that its session is in, for %q", d.chosen())
	}
}

func TestKinLeadsToRecordsParentsAndChildren(t *testing.T) {
	d := drive(t, demo(t), 120, 40).press("3", "/", "0x999bb", "tab", "p").sees("kin of", "ROLE", "child")
	d.press("/", "child", "tab")
	child := d.chosen()
	d.press("enter").sees("LOGON ID").press("esc")
	if d.chosen() != child {
		t.Errorf("back on %q, not on %q", d.chosen(), child)
	}
	d.press("p").sees("kin of").press("/", "parent", "tab").sees("0x999bb")
	d.press("esc", "esc", "esc", "esc", "/", "ticket", "tab")
	if len(d.root.top().shown) > 0 {
		d.press("enter").sees("EventData")
	}
}

func TestAWrongFilterIsSaidInPlaceAndChangesNothing(t *testing.T) {
	d := drive(t, options(t, story()), 80, 24).press("f", "3", "/", "alice").sees("3 of 4 sessions")
	d.press(" type:x").sees("at 12: \"x\" is no logon type", "3 of 4 sessions")
	d.press("enter").sees("is no logon type", "3 of 4 sessions").misses("logon ID")
	d.press("tab").sees("is no filter and is given up", `narrowed by "alice `).misses("type:x\" ")
	d.press("/", "\x00").press("esc", "esc").sees("4 sessions")
	long := strings.Repeat("alice ", 14) + "after:never"
	drive(t, options(t, story()), 80, 24).press("/", long).sees(`"never" is no time`)
}

func TestFiltersHoldOnEveryListOfTracks(t *testing.T) {
	for _, c := range []struct {
		keys  []string
		query string
		want  string
	}{
		{[]string{"5"}, "host:fs01", "1 of 1 lane"},
		{[]string{"5"}, "host:ws07", "0 of 1 lane"},
		{[]string{"5"}, "after:2026-03-02T13:33", "1 of 1 lane"},
		{[]string{"6"}, "ip:10.0.0.0/24 id:4625", " of "},
		{[]string{"6"}, "user:bob", "0 of "},
	} {
		d := drive(t, options(t, story()), 120, 40).press("/", "alice", "tab").press(c.keys...).press("/", c.query)
		if !strings.Contains(d.screen(), c.want) {
			t.Errorf("%v %s:\n%s", c.keys, c.query, d.screen())
		}
	}
}

func TestMarksOfVeryManySessionsAreFoundByTheirIDs(t *testing.T) {
	snap := snapshots(t, story())[3]
	var m marks
	for _, row := range snap.Sessions(model.None, model.None) {
		m.set(refOf(snap, row), true)
	}
	if got := len(m.sessions.rows(snap)); got != snap.SessionCount() {
		t.Errorf("%d of %d marked sessions are found", got, snap.SessionCount())
	}
}
