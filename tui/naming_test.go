package tui

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// A time that another zone's is taken for puts somebody at the wrong place.
func TestTimesInTitlesAndTextsAreOfTheZoneOfTheScreen(t *testing.T) {
	for name, keys := range map[string][]string{
		"session": {"f", "3", "/", "bob", "tab", "enter"}, "kin": {"f", "3", "/", "bob", "tab", "p"}, "run": {"3", "/", "alice", "tab", "enter"},
		"presence": {"2", "w", "enter"}, "details": {"f", "3", "/", "bob", "tab", "d"}, "details of a bar": {"/", "bob", "tab", "5", "d"},
	} {
		o := options(t, story())
		o.Local = time.FixedZone("X", 2*3600)
		d := drive(t, o, 120, 40).press(keys...)
		before := d.screen()
		if !strings.Contains(before, " 13:") && !strings.Contains(before, " 14:") {
			t.Fatalf("%s: no time is shown:\n%s", name, before)
		}
		d.press("z").sees("X +02:00", " 15:").misses(" 13:")
		d.press("z").sees("times are UTC+00:00").press("g")
		if after := strings.Split(d.screen(), "\n"); !slices.Equal(after[1:12], strings.Split(before, "\n")[1:12]) {
			t.Errorf("%s: back in UTC it says\n%s\nbefore\n%s", name, d.screen(), before)
		}
	}
	o := options(t, story())
	o.Local = time.FixedZone("X", 2*3600)
	d := drive(t, o, 120, 40).press("f", "3", "/", "bob", "tab", "d").sees("DETAILS", "13:01:00")
	d.press("2", "z", "-").sees("DETAILS", "15:01:00").misses(" 13:")
}

// Whatever a client calls itself, its failures alone are listed.
func TestFailuresFromANameAreThoseFromIt(t *testing.T) {
	for _, name := range []string{"KALI", "A B", "x:y/z", "a,b", "k after:2030-01-01", "-user:alice"} {
		m := &machine{name: "FS01.example.org"}
		m.failed(2000, "EXAMPLE", "alice", "", name)
		m.failed(3000, "EXAMPLE", "bob", "", name+"2")
		m.failed(4000, "EXAMPLE", "carol", "", "WS09")
		d := drive(t, options(t, []log{{"a.evtx", m.out, 0}}), 120, 30).press("ctrl+f", "failures", "tab", "esc", "g")
		for range 20 {
			if fields := strings.Fields(d.chosen()); len(fields) > 1 && fields[0] == "failures" && strings.HasSuffix(strings.TrimSpace(d.chosen()), " "+name) {
				break
			}
			d.press("down")
		}
		if d.press("enter").sees("failures from "+name, "1 failure", "alice"); strings.Contains(d.screen(), "bob") || strings.Contains(d.screen(), "carol") {
			t.Errorf("%q: others' failures are listed:\n%s", name, d.screen())
		}
	}
}

// A host may be called as a list of the program is.
func TestAHostCalledMarkedIsNotTheMarks(t *testing.T) {
	m := &machine{name: "marked"}
	m.logon(60, person{bobSID, "EXAMPLE", "bob"}, 0x51000, 2, "127.0.0.1", "WS07", 0, true)
	d := drive(t, options(t, []log{{"a.evtx", m.out, 0}}), 100, 30).press("/", "bob", "tab", "enter", "enter", "space").sees("› marked ", "1 marked")
	d.press(`"`).sees("marked › marked")
}
