package tui

import (
	"testing"
	"time"

	"spoor/model/event"
)

// 4616 logs that the clock was set.
func (m *machine) clockSet(seconds int, who person, was, is event.FileTime) {
	m.log(seconds, 4616, append(who.subject(0x3e7), event.Field{Name: "PreviousTime", Value: event.TimeValue(was)},
		event.Field{Name: "NewTime", Value: event.TimeValue(is)}, hex64("ProcessId", 0x4), word("ProcessName", ""))...)
}

func TestALengthThatIsNotKnownSaysWhy(t *testing.T) {
	bob := person{bobSID, "EXAMPLE", "bob"}
	set := func(by time.Duration) []log {
		m := &machine{name: "WS07.example.org"}
		m.logon(60, bob, 0x51000, 2, "127.0.0.1", "WS07", 0, true)
		m.clockSet(600, localSystem, at(600).Add(-by), at(600))
		m.logoff(3600, bob, 0x51000)
		return []log{{"WS07/Security.evtx", m.out, 0}}
	}
	d := drive(t, options(t, set(time.Hour)), 120, 40).press("3", "/", "bob", "esc").sees("lasted    unknown: the clock was set between")
	d.press("esc").sees("unknown  logoff =")
	drive(t, options(t, set(time.Millisecond)), 120, 40).press("3", "/", "bob", "esc").sees("59m 00s").misses("lasted")
}
