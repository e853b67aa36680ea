package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

func TestDrillFromUserToEventAndBack(t *testing.T) {
	d := drive(t, options(t, story()), 80, 24)
	d.sees(" users ", `EXAMPLE\alice`, `EXAMPLE\bob`, "UTC+00:00", "2 accounts")
	d.press("/", "bob", "enter").sees(`users › EXAMPLE\bob`, "WS07", "CONSOLE")
	d.press("enter").sees("1 session", "logoff =", "console")
	d.press("enter").sees("0x51000", "0x51100", "elevated", "filtered", "all of them", "3 logon IDs")
	d.press("G", "enter").sees("4624", "4688", "4647", "9 events")
	d.press("/", "whoami", "enter").sees("CommandLine", "cmd /c whoami /all")
	d.press("esc").sees("1 of 9 events")
	d.press("esc").sees("9 events").misses("narrowed")
	if !strings.Contains(d.chosen(), "4688") {
		t.Errorf("the cursor left the event that was looked at: %q", d.chosen())
	}
	d.press("esc", "esc", "esc", "esc").sees("1 of 2 accounts", `narrowed by "bob"`)
	d.press("esc").sees("2 accounts").misses("narrowed")
	if !strings.Contains(d.chosen(), "bob") {
		t.Errorf("the cursor left the account that was looked at: %q", d.chosen())
	}
	d.press("esc", "esc")
	if d.quit {
		t.Error("esc quit")
	}
	if d.press("q"); !d.quit {
		t.Error("q at the top level did not quit")
	}
}

func TestHostsDrillToAccountsAndSessions(t *testing.T) {
	d := drive(t, options(t, story()), 100, 30).press("2").sees(" hosts ", "FS01", "WS07")
	d.press("/", "fs01", "enter").sees("hosts › FS01", `EXAMPLE\alice`)
	d.press("enter").sees("3 sessions", "network", "10.0.0.23")
}

func TestFailuresDrillToTheRecord(t *testing.T) {
	d := drive(t, options(t, story()), 120, 40).press("4").sees(" failures", "10.0.0.66", `"KALI"`, "4 failures")
	d.press("enter").sees("SubStatus", "0xc000006a", "4625")
}

func TestAFailureThatNamesNobodySaysSo(t *testing.T) {
	m := &machine{name: "FS01.example.org"}
	m.failed(60, "", "", "10.0.0.66", "KALI")
	d := drive(t, options(t, []log{{"FS01.evtx", m.out, 0}}), 120, 40).press("4").sees("1 failure", "tried     none named").misses(`""`)
	if !strings.Contains(d.chosen(), "none named") {
		t.Errorf("the row is %q", d.chosen())
	}
}

func TestEvidenceShowsDamageInWords(t *testing.T) {
	d := drive(t, options(t, story()), 120, 40).press("8").sees(" evidence", "cut.evtx", "3 files", "damaged")
	d.press("/", "cut", "enter").sees("damage", "chunk 0")
}

func TestSortKeepsTheCursorOnItsThing(t *testing.T) {
	d := drive(t, options(t, story()), 100, 24).press("/", "alice", "esc", "esc")
	before := d.chosen()
	for range 12 {
		if d.press("s"); d.chosen() == "" || !strings.Contains(d.chosen(), "alice") || !strings.Contains(before, "alice") {
			t.Fatalf("the cursor moved from %q to %q", before, d.chosen())
		}
	}
}

func TestSortOrdersByTheColumnAndTurns(t *testing.T) {
	d := drive(t, options(t, story()), 100, 24).press("s")
	first := func() string { return d.lines()[2] }
	d.sees("ACCOUNT▲")
	if !strings.Contains(first(), "alice") {
		t.Errorf("by account the first is %q", first())
	}
	d.press("S").sees("ACCOUNT▼")
	if !strings.Contains(first(), "bob") {
		t.Errorf("turned the first is %q", first())
	}
}

func TestBoringAccountsAreHiddenCountedAndShown(t *testing.T) {
	d := drive(t, options(t, story()), 100, 24).sees("hidden (a)").misses("SYSTEM")
	d.press("a").sees("SYSTEM").misses("hidden (a)")
	d.press("a").misses("SYSTEM")
}

func TestDashJumpsBackAndForth(t *testing.T) {
	d := drive(t, options(t, story()), 100, 24).press("4").sees(" failures")
	d.press("-").sees(" users").press("-").sees(" failures")
}

func TestKeysThatDoNotWorkHereSayWhy(t *testing.T) {
	d := drive(t, options(t, story()), 100, 24)
	d.press("space").sees("only sessions are marked")
	d.press("z").sees("no zone but UTC")
	d.press("x").sees("only in one event")
	d.press("%").sees("% does nothing here; ? lists the keys")
}

func TestHelpListsTheKeysThatWorkAndWhyOthersDoNot(t *testing.T) {
	d := drive(t, options(t, story()), 100, 70).press("?").sees("go in", "space", "not here: only sessions are marked and exported")
	d.press("/", "export").sees("export the marked sessions").misses("half a screen")
	d.press("esc", "esc", "esc").sees(" users ")
}

func TestEveryKeyOfTheTableIsNamedOnceAndExplained(t *testing.T) {
	type line struct {
		key   string
		where scope
	}
	seen := map[line]bool{}
	for _, b := range bindings() {
		if b.what == "" || b.shown == "" || b.do == nil || b.where != anywhere && b.why == "" {
			t.Errorf("%v lacks something", b.keys)
		}
		for _, k := range b.keys {
			if seen[line{k, b.where}] {
				t.Errorf("%s is bound twice", k)
			}
			seen[line{k, b.where}] = true
		}
	}
}

func TestXMLOfAnEvent(t *testing.T) {
	d := drive(t, options(t, story()), 100, 40).press("4", "enter", "x").sees("› xml", "<EventID>4625</EventID>", `Name="TargetUserName">alice<`)
	d.press("esc").sees("SubStatus")
}

func TestDetailsThatDoNotFitHaveAScreen(t *testing.T) {
	d := drive(t, options(t, story()), 80, 24).press("f", "3").sees("more lines: d")
	d.press("d").sees("› details", "began", "ended", "from")
}

func TestTheKeyThatOpensAnOverlayClosesIt(t *testing.T) {
	d := drive(t, options(t, story()), 80, 24).press("d").sees("users › details")
	d.press("d").sees(" users ").misses("details ›", "› details")
	d.press("?").sees("users › keys").press("d").sees("users › keys › details").press("?").misses("›")
	d.press("?", "d", "d").sees("users › keys").misses("› details")
}

func TestNarrowingMatchesHiddenColumnsAndOtherSpellings(t *testing.T) {
	d := drive(t, options(t, story()), 80, 24).press("/", "S-1-5-21-1-2-3-1104").sees("1 of 2 accounts", "bob")
	d.press("esc", "esc", "f", "3", "/", "0x90100").sees("1 of 4 sessions")
	d.press("esc", "esc", "/", "alice fs01").sees("3 of 4 sessions")
	d.press("esc", "esc", "/", "zzqx").sees("0 of 4 sessions", `none of 4 sessions matches "zzqx"`)
}

func TestArrowsWorkWhileTyping(t *testing.T) {
	d := drive(t, options(t, story()), 80, 24).press("f", "3", "/", "alice")
	first := d.chosen()
	if d.press("down"); d.chosen() == first || d.chosen() == "" {
		t.Errorf("the cursor stayed at %q", first)
	}
	d.sees("/alice")
}

// A letter that is offered but typed instead is a mistake of the program's.
func TestWhileTypingOnlyKeysThatAreNotTypedAreOffered(t *testing.T) {
	letters := []string{"d details", "e export", "space mark", "? help", "/ narrow", "(a)", "(8)", "lines: d"}
	d := drive(t, options(t, story()), 80, 24).press("f", "3").sees("space mark", "e export", "? help", "(a)", "(8)")
	d.press("/", "alice").sees("enter go in", "esc to the list", "up down move").misses(letters...)
	d.press("esc").sees("? help").misses("enter go in")
	d.press("e").misses(letters...)
	d.press("esc", "/", strings.Repeat("a", 60))
	check(t, d)
}

func TestMatchesAreHighlighted(t *testing.T) {
	d := drive(t, options(t, story()), 80, 24).press("/", "ali")
	if c := d.content(); !strings.Contains(c, "ali\x1b[") {
		t.Errorf("nothing is highlighted:\n%q", c)
	}
}

func TestEscapeThatArrivesWithTheNextKeyIsStillEscape(t *testing.T) {
	d := drive(t, options(t, story()), 80, 24).press("/", "bob")
	d.send(tea.KeyPressMsg{Code: tea.KeyEscape, Mod: tea.ModAlt})
	d.sees("2 accounts").misses("narrowed")
	d.press("3", "/", "zzqx")
	d.send(tea.KeyPressMsg{Code: 'g', Mod: tea.ModAlt | tea.ModShift})
	d.sees("narrowed").misses("zzqxg", "zzqxG")
	d.send(tea.KeyPressMsg{Code: '/', Mod: tea.ModAlt})
	d.press("b").sees("/b ─").misses("zzqx")
}
