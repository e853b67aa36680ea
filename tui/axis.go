package tui

import (
	"math"
	"strings"
	"time"

	"spoor/model/event"
)

// span is the time that a timeline shows, in so many cells.
type span struct {
	from, to event.FileTime
	cells    int
}

// tick is the unit of event.FileTime. Spans are measured in it: logs name times
// that lie further apart than a time.Duration can tell.
const tick = 100 * time.Nanosecond

// shortest is the least time that a timeline shows.
const shortest = event.FileTime(2 * time.Second / tick)

// length returns how long s is, at least one tick.
func (s span) length() event.FileTime {
	if s.to <= s.from {
		return 1
	}
	return s.to - s.from
}

// cell returns where a time lies: -1 before the span, cells after it.
func (s span) cell(t event.FileTime) int {
	switch {
	case t < s.from:
		return -1
	case t > s.to:
		return s.cells
	}
	return max(0, min(s.cells-1, int(float64(t-s.from)/float64(s.length())*float64(s.cells))))
}

// holds reports whether a time lies in s.
func (s span) holds(t event.FileTime) bool { return s.from <= t && t <= s.to }

// earlier and later move a time within the range of times.
func earlier(t, by event.FileTime) event.FileTime { return t - min(t, by) }
func later(t, by event.FileTime) event.FileTime   { return t + min(math.MaxUint64-t, by) }

// times returns a length that is so many times as long.
func times(length event.FileTime, factor float64) event.FileTime {
	return event.FileTime(min(float64(length)*factor, 1<<63))
}

// around returns a span of another length, at least the shortest, that keeps t
// in the cell where it is; its middle where t is not shown.
func (s span) around(t, length event.FileTime) span {
	if !s.holds(t) {
		t = s.from + s.length()/2
	}
	length = max(length, shortest)
	from := earlier(t, times(length, float64(t-s.from)/float64(s.length())))
	return span{from, later(from, length), s.cells}
}

// steps are the distances between ticks that people read easily.
var steps = [...]time.Duration{
	time.Second, 5 * time.Second, 15 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour,
	12 * time.Hour, 24 * time.Hour, 2 * 24 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour, 90 * 24 * time.Hour, 365 * 24 * time.Hour, 3650 * 24 * time.Hour, 36500 * 24 * time.Hour,
}

// leastTick is how many cells a tick with its label needs.
const leastTick = 12

// axis labels the cells of a span in a zone.
func (s span) axis(zone *time.Location) string {
	out := []byte(strings.Repeat(" ", max(0, s.cells)))
	step := steps[len(steps)-1]
	for _, d := range steps {
		if int(s.length()/event.FileTime(d/tick))+1 <= max(1, s.cells/leastTick) {
			step = d
			break
		}
	}
	_, offset := s.from.Time().In(zone).Zone()
	shift := time.Duration(offset) * time.Second
	first := s.from.Time().Add(shift).Truncate(step).Add(-shift)
	day, free := "", 0
	for t := first; !t.After(s.to.Time()); t = t.Add(step) {
		at := event.FileTimeOf(t)
		c := s.cell(at)
		if t.Before(s.from.Time()) || c < free || c >= s.cells {
			continue
		}
		label := "'" + tickLabel(t.In(zone), step, day)
		day = t.In(zone).Format("01-02")
		if c+len(label) <= len(out) {
			copy(out[c:], label)
			free = c + len(label) + 1
		}
	}
	return string(out)
}

// tickLabel names a tick: what differs from one to the next, and the day where
// another one begins.
func tickLabel(t time.Time, step time.Duration, day string) string {
	today := t.Format("01-02")
	switch {
	case step >= 300*24*time.Hour:
		return t.Format("2006-01")
	case step >= 24*time.Hour || today != day && day != "" && t.Hour()+t.Minute() == 0:
		return today
	case step < time.Minute:
		return t.Format("15:04:05")
	case day == "":
		return today + " " + t.Format("15:04")
	}
	return t.Format("15:04")
}
