package tui

import (
	"strings"
	"time"

	"spoor/model/event"
)

// span is the time that a timeline shows, in so many cells.
type span struct {
	from, to event.FileTime
	cells    int
}

// shortest is the least time that a timeline shows.
const shortest = 2 * time.Second

// cell returns where a time lies; it may lie outside.
func (s span) cell(t event.FileTime) int {
	whole := s.to.Sub(s.from)
	if whole <= 0 || s.cells <= 0 {
		return 0
	}
	d := t.Sub(s.from)
	switch {
	case d < 0:
		return -1
	case d > whole:
		return s.cells
	}
	return min(s.cells-1, int(float64(d)/float64(whole)*float64(s.cells)))
}

// around returns a span of another length that keeps t where it is.
func (s span) around(t event.FileTime, length time.Duration) span {
	whole := s.to.Sub(s.from)
	if t < s.from || t > s.to || whole <= 0 {
		t = s.from.Add(whole / 2)
	}
	length = max(length, shortest)
	before := time.Duration(float64(length) * float64(t.Sub(s.from)) / float64(max(whole, 1)))
	from := t.Add(-before)
	return span{from, from.Add(length), s.cells}
}

// steps are the distances between ticks that people read easily.
var steps = [...]time.Duration{
	time.Second, 5 * time.Second, 15 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour,
	12 * time.Hour, 24 * time.Hour, 2 * 24 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour, 90 * 24 * time.Hour, 365 * 24 * time.Hour, 3650 * 24 * time.Hour,
}

// leastTick is how many cells a tick with its label needs.
const leastTick = 12

// axis labels the cells of a span in a zone.
func (s span) axis(zone *time.Location) string {
	out := []byte(strings.Repeat(" ", max(0, s.cells)))
	whole := s.to.Sub(s.from)
	if whole <= 0 {
		return string(out)
	}
	step := steps[len(steps)-1]
	for _, d := range steps {
		if int(whole/d)+1 <= max(1, s.cells/leastTick) {
			step = d
			break
		}
	}
	_, offset := s.from.Time().In(zone).Zone()
	shift := time.Duration(offset) * time.Second
	first := s.from.Time().Add(shift).Truncate(step).Add(-shift)
	day := ""
	for t := first; !t.After(s.to.Time()); t = t.Add(step) {
		at := event.FileTimeOf(t)
		c := s.cell(at)
		if at < s.from || c >= s.cells {
			continue
		}
		local := t.In(zone)
		label := local.Format("15:04:05")
		switch today := local.Format("01-02"); {
		case step >= 300*24*time.Hour:
			label = local.Format("2006-01")
		case step >= 24*time.Hour || today != day && day != "" && local.Hour()+local.Minute() == 0:
			label = today
		case step >= time.Minute:
			label = local.Format("15:04")
			if day == "" {
				label = today + " " + label
			}
		}
		day = local.Format("01-02")
		label = "'" + label
		if c+len(label) <= len(out) {
			copy(out[c:], label)
		}
	}
	return string(out)
}
