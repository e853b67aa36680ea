package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"spoor/model/event"
)

// lane returns the cells of a lane of the timeline that is shown.
func (d *driver) lane(name string) string {
	d.t.Helper()
	for _, l := range d.lines() {
		if cells := []rune(l); len(cells) > timelineName+3 && strings.TrimSpace(string(cells[2:2+timelineName])) == name {
			return string(cells[timelineName+3:])
		}
	}
	d.t.Fatalf("there is no lane %q:\n%s", name, d.screen())
	return ""
}

// desk is a day of bob's: at the console from 13:00, locked from 14:00 to
// 15:00, disconnected from 16:00 to 17:00, logged off at 18:00; one attempt
// failed at 12:00, and WS07 started at 12:30 and at 20:00.
func desk() []log {
	bob := person{bobSID, "EXAMPLE", "bob"}
	const hour = 3600
	m := &machine{name: "WS07.example.org"}
	m.failed(-hour, "EXAMPLE", "bob", "10.0.0.66", "KALI")
	m.log(-hour/2, 4608)
	m.logon(0, bob, 0x51000, 2, "127.0.0.1", "WS07", 0, true)
	m.log(1*hour, 4800, append(bob.target(0x51000), number32("SessionId", 1))...)
	m.log(2*hour, 4801, append(bob.target(0x51000), number32("SessionId", 1))...)
	m.log(3*hour, 4779, bob.station(0x51000, "Console", "Unknown", "Unknown")...)
	m.log(4*hour, 4778, bob.station(0x51000, "RDP-Tcp#0", "LAPTOP", "10.0.0.9")...)
	m.logoff(5*hour, bob, 0x51000)
	m.log(7*hour, 4608)
	return []log{{"WS07/Security.evtx", m.out, 0}}
}

// station is whom and where a 4778 or 4779 is about.
func (p person) station(id uint64, name, client, address string) []event.Field {
	return []event.Field{word("AccountName", p.name), word("AccountDomain", p.domain), hex64("LogonID", id), word("SessionName", name), word("ClientName", client), word("ClientAddress", address)}
}

func runs(cells string) string {
	out := []rune{}
	for _, r := range strings.TrimRight(cells, " ") {
		if len(out) == 0 || out[len(out)-1] != r {
			out = append(out, r)
		}
	}
	return string(out)
}

func TestATimelineDrawsWhatHappenedInItsOrder(t *testing.T) {
	// Before its first record the log tells nothing. Then the failure, the
	// start, the console, locked, the console, away, RDP.
	d := drive(t, options(t, desk()), 120, 40).press("/", "bob", "tab", "5").sees(`timeline of EXAMPLE\bob`, "1 lane")
	if got, want := runs(d.lane("WS07")), "/x | █▒█░▓"; got != want {
		t.Errorf("drawn is %q, want %q:\n%s", got, want, d.screen())
	}
	o := options(t, desk())
	o.Environ = []string{"TERM=xterm-256color", "LANG=C"}
	d = drive(t, o, 80, 24).press("/", "bob", "tab", "5").sees("# console", "L locked", "- away")
	if got, want := runs(d.lane("WS07")), "/x | #L#-R"; got != want {
		t.Errorf("without UTF-8 drawn is %q, want %q:\n%s", got, want, d.screen())
	}
}

func TestTheAxisNamesTheTimesOfTheBars(t *testing.T) {
	d := drive(t, options(t, desk()), 120, 40).press("/", "bob", "tab", "5")
	axis := []rune(d.lines()[1])[timelineName+3:]
	lane := []rune(d.lane("WS07"))
	at := strings.Index(string(axis), "'15:00")
	if at < 0 {
		t.Fatalf("the axis does not name 15:00: %q", string(axis))
	}
	if before, after := lane[at-2], lane[at+2]; before != '▒' || after != '█' {
		t.Errorf("at 15:00 the screen is unlocked; drawn is %c before and %c after:\n%s", before, after, d.screen())
	}
}

func TestBarsAreChosenByArrows(t *testing.T) {
	d := drive(t, options(t, desk()), 120, 40).press("/", "bob", "tab", "5")
	d.sees("wrong password", "10.0.0.66")
	d.press("right").sees("0x51000").misses("wrong password")
	d.press("left").sees("wrong password")
	before := d.screen()
	if d.press("left", ","); d.screen() != before {
		t.Error("there is nothing left of the first bar, and yet the screen changed")
	}
	d.press("enter").sees("4625", "SubStatus").press("esc").sees("timeline of", "wrong password")
	d.press("right", "enter").sees("1 logon ID", "0x51000").press("esc").sees("timeline of", "0x51000")
}

func TestZoomKeepsTheMoment(t *testing.T) {
	d := drive(t, options(t, desk()), 120, 40).press("/", "bob", "tab", "5", "right")
	l := d.root.top()
	at := l.timeline.at
	for range 20 {
		cell := l.timeline.span.cell(at)
		if d.press("]"); l.timeline.at != at || abs(l.timeline.span.cell(at)-cell) > 1 {
			t.Fatalf("zooming moved the moment from cell %d to %d, from %d to %d", cell, l.timeline.span.cell(at), at, l.timeline.at)
		}
	}
	if got := l.timeline.span.length(); got != shortest {
		t.Errorf("the closest look shows %d ticks, want %d", got, shortest)
	}
	d.sees("'13:00:00")
	all := l.timeline.all
	for range 20 {
		d.press("[")
	}
	if l.timeline.span != all {
		t.Errorf("zoomed out it shows %v, want %v", l.timeline.span, all)
	}
	if d.press("]", "]", "0"); l.timeline.span != all {
		t.Errorf("0 shows %v, want all, %v", l.timeline.span, all)
	}
}

func abs(n int) int { return max(n, -n) }

func TestPanningStaysWithinTheTime(t *testing.T) {
	d := drive(t, options(t, desk()), 120, 40).press("/", "bob", "tab", "5", "]", "]")
	l := d.root.top()
	length := l.timeline.span.length()
	for _, key := range []string{">", "<"} {
		for range 30 {
			if d.press(key); l.timeline.span.length() != length {
				t.Fatalf("%s changed what is shown from %d to %d ticks", key, length, l.timeline.span.length())
			}
		}
		if s, all := l.timeline.span, l.timeline.all; key == ">" && s.to != all.to || key == "<" && s.from != all.from {
			t.Errorf("%s came to %v of %v", key, s, all)
		}
		before := d.screen()
		if d.press(key); d.screen() != before {
			t.Errorf("%s at the end changed the screen", key)
		}
	}
}

func TestASelectedBarThatIsNotShownSaysSo(t *testing.T) {
	d := drive(t, options(t, desk()), 120, 40).press("/", "bob", "tab", "5", "]", "]", "]", "]", "]", "]", "]")
	d.misses("lies outside").press(">", ">", ">").sees("the selected bar lies outside of the time that is shown")
	d.press("0").misses("lies outside")
}

func TestATimelineOutlivesResizesNarrowingAndZones(t *testing.T) {
	o := options(t, desk())
	o.Local = time.FixedZone("X", 2*3600)
	d := drive(t, o, 120, 40).press("/", "bob", "tab", "5", "]")
	for _, size := range [][2]int{{40, 10}, {300, 100}, {41, 11}, {20, 5}, {80, 24}} {
		d.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		check(t, d)
	}
	d.press("/", "zzqx").sees("none of 1 lane matches").press("esc")
	for _, k := range []string{"]", "[", "<", ">", "0", "left", "right", ".", ",", "enter", "w", "6"} {
		d.press(k)
		check(t, d)
		d.press("esc")
		for d.root.top().timeline == nil {
			d.press("5")
		}
		d.root.top().query = "zzqx"
	}
	d.press("esc", "0", "z").sees("X +02:00", "03-02 15:00")
}

func TestOneSecondOfEvidenceHasATimeline(t *testing.T) {
	m := &machine{name: "WS07.example.org"}
	m.failed(60, "EXAMPLE", "bob", "10.0.0.66", "KALI")
	d := drive(t, options(t, []log{{"a.evtx", m.out, 0}}), 80, 24).press("4", "5").sees("1 lane", "'13:01:00")
	if got := runs(d.lane("WS07")); got != "/x/" {
		t.Errorf("drawn is %q:\n%s", got, d.screen())
	}
	for _, k := range []string{"]", "[", "<", ">", "0", "right", "left"} {
		d.press(k)
		check(t, d)
	}
}

// An attacker may log any time. A real log holds one of the year 19121.
func TestATimelineOfAbsurdTimesCanBeZoomedToTheOthers(t *testing.T) {
	bob := person{bobSID, "EXAMPLE", "bob"}
	for _, absurd := range []event.FileTime{5528800000000000000, 1<<64 - 1, 1} {
		m := &machine{name: "WS07.example.org"}
		m.logon(60, bob, 0x51000, 2, "127.0.0.1", "WS07", 0, true)
		m.logoff(3600, bob, 0x51000)
		m.failed(4000, "EXAMPLE", "bob", "10.0.0.66", "KALI")
		m.out[len(m.out)-1] = retimed(m.out[len(m.out)-1], absurd)
		d := drive(t, options(t, []log{{"a.evtx", m.out, 0}}), 80, 24).press("/", "bob", "tab", "5")
		check(t, d)
		d.press("G", "end")
		for range 60 {
			d.press("]")
			check(t, d)
		}
		for _, k := range []string{"left", "right", "<", ">", "[", "0"} {
			d.press(k)
			check(t, d)
		}
	}
}

func retimed(r *event.Record, t event.FileTime) *event.Record {
	head := r.Head()
	head.Time = t
	return event.NewRecord(event.System{Head: head, Keywords: uint64(event.AuditSuccess)}, r.Data()...)
}

func TestTheTimelineOfAHostHasALaneForEachAccount(t *testing.T) {
	d := drive(t, options(t, story()), 120, 40).press("2", "/", "fs01", "tab", "5").sees("timeline of FS01", "1 lane")
	if got := runs(d.lane("alice")); !strings.Contains(got, "n") || !strings.Contains(got, "x") {
		t.Errorf("drawn is %q:\n%s", got, d.screen())
	}
	d.press("5").sees(`timeline of EXAMPLE\alice`)
	d.press("-").sees("timeline of FS01")
	d.press("a", "a", "/", "ws07")
	check(t, d)
}

// Two accounts may have one name, and a host too: one's tracks are not the
// other's.
func TestNamesakesHaveTimelinesAndTrailsOfTheirOwn(t *testing.T) {
	m := &machine{name: "WS07.example.org"}
	old, fresh := person{bobSID, "EXAMPLE", "bob"}, person{"S-1-5-21-1-2-3-2222", "EXAMPLE", "bob"}
	m.logon(60, old, 0x51000, 2, "127.0.0.1", "WS07", 0, true)
	m.logoff(600, old, 0x51000)
	m.logon(5000, fresh, 0x92000, 2, "127.0.0.1", "WS07", 0, true)
	m.logoff(6000, fresh, 0x92000)
	for _, root := range []string{"5", "6"} {
		d := drive(t, options(t, []log{{"a.evtx", m.out, 0}}), 120, 40)
		d.press("/", "1104", "esc", root).sees("0x51000").misses("0x92000")
		d.press("1", "esc", "/", "2222", "esc", root).sees("0x92000").misses("0x51000")
	}
}

func TestFiveShowsATimelineFromEveryList(t *testing.T) {
	for name, keys := range map[string][]string{
		"users": nil, "hosts of an account": {"enter"}, "sessions": {"enter", "enter"}, "logon IDs": {"enter", "enter", "enter"},
		"events": {"enter", "enter", "enter", "enter"}, "event": {"enter", "enter", "enter", "enter", "enter"},
		"all sessions": {"3"}, "failures": {"4"}, "trail": {"6"}, "kin": {"3", "p"}, "presence": {"w", "enter"}, "everywhere": {"ctrl+f", "bob", "tab"},
	} {
		d := drive(t, options(t, story()), 100, 30).press("/", "bob", "tab").press(keys...).press("5")
		if !strings.Contains(d.screen(), "timeline of") {
			t.Errorf("%s: 5 shows\n%s", name, d.screen())
		}
	}
	drive(t, options(t, story()), 100, 30).press("8", "5").sees("5: select a user, a host")
}

// Of what has no end only the last sign of life is known; it may have lasted as
// long as the log.
func TestASessionWithoutAnEndMayHaveLastedAsLongAsItsLog(t *testing.T) {
	bob, alice := person{bobSID, "EXAMPLE", "bob"}, person{aliceSID, "EXAMPLE", "alice"}
	m := &machine{name: "WS07.example.org"}
	m.log(0, 4608)
	m.logon(30, alice, 0x41000, 2, "127.0.0.1", "WS07", 0, true)
	m.logoff(50, alice, 0x41000)
	m.logon(60, bob, 0x51000, 2, "127.0.0.1", "WS07", 0, true)
	m.logon(8000, alice, 0x61000, 3, "10.0.0.23", "WS09", 0, false)
	m.ended(9000, alice, 0x61000, 3)
	d := drive(t, options(t, []log{{"a.evtx", m.out, 0}}), 120, 40).press("3", "/", "bob", "tab").sees("open")
	lane := d.press("2", "5").lane("bob")
	if sure, perhaps := strings.Count(lane, "█"), strings.Count(lane, "·"); sure > 3 || perhaps < 80 {
		t.Errorf("without an end, it is drawn %d cells surely and %d perhaps:\n%s", sure, perhaps, d.screen())
	}
}

func TestAGapThatAnotherFileFillsIsNone(t *testing.T) {
	bob := person{bobSID, "EXAMPLE", "bob"}
	m := &machine{name: "WS07.example.org"}
	for i := range 30 {
		m.logon(i*100, bob, 0x51000+uint64(i), 3, "10.0.0.9", "WS09", 0, false)
	}
	holed := append(append([]*event.Record{}, m.out[:10]...), m.out[20:]...)
	d := drive(t, options(t, []log{{"a.evtx", holed, 0}}), 120, 40).press("2", "5")
	if got := strings.Count(strings.Trim(d.lane("bob"), "/ "), "/"); got == 0 {
		t.Errorf("the gap is not drawn:\n%s", d.screen())
	}
	d = drive(t, options(t, []log{{"a.evtx", holed, 0}, {"b.evtx", m.out, 0}}), 120, 40).press("2", "5")
	if got := strings.Count(strings.Trim(d.lane("bob"), "/ "), "/"); got != 0 {
		t.Errorf("a gap is drawn that the other file fills:\n%s", d.screen())
	}
}

func TestSpansAreNumbersOfTicks(t *testing.T) {
	s := span{0, 1<<64 - 1, 100}
	for _, c := range []struct {
		t    event.FileTime
		cell int
	}{{0, 0}, {1<<64 - 1, 99}, {1 << 63, 50}, {1 << 62, 25}} {
		if got := s.cell(c.t); got != c.cell {
			t.Errorf("%d is in cell %d, want %d", c.t, got, c.cell)
		}
	}
	for _, s := range []span{s, {0, 1, 40}, {1 << 62, 1<<62 + 1e13, 0}, {at(0), at(7200), 62}} {
		if axis := s.axis(time.UTC); len(axis) != s.cells {
			t.Errorf("%v: the axis has %d cells", s, len(axis))
		} else if strings.Contains(strings.ReplaceAll(axis, " '", ""), "''") {
			t.Errorf("%v: ticks overlap: %s", s, fmt.Sprint(axis))
		}
	}
}

func TestTimelineAndTrailBeginWhereTheyWereOpenedFrom(t *testing.T) {
	for name, open := range map[string][]string{
		"a finding": {"7", "/", "place never came before", "tab"},
		"a session": {"3", "/", "host:ws103 ip:10.20.99.77", "tab"},
	} {
		d := drive(t, demo(t), 160, 40).press(open...).press("6")
		if row := d.chosen(); !contains(row, "03-06 00:47:13") {
			t.Errorf("the trail opened from %s begins with %q", name, row)
		}
		d.press("esc", "5").sees("ws103.nordlicht.example  remote-desktop", "began     2026-03-06T00:47:13")
		if row := d.chosen(); !contains(row, "ws103") {
			t.Errorf("the timeline opened from %s begins in the lane %q", name, row)
		}
	}
	d := drive(t, demo(t), 160, 40).press("4", "/", "ip:10.20.99.77 user:lars.hinrichs reason:password", "tab")
	when := strings.Join(strings.Fields(d.chosen())[:2], " ")
	if d.press("6"); !contains(d.chosen(), when) {
		t.Errorf("the trail opened from the failure of %s begins with %q", when, d.chosen())
	}
	d = drive(t, demo(t), 160, 40).press("/", "larhin", "tab", "6")
	if first := d.chosen(); first != d.press("g").chosen() {
		t.Errorf("the trail opened from the account begins with %q", first)
	}
}
