package export

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"spoor/model/event"
	"spoor/model/findings"
	"spoor/model/text"
)

// timeline is a picture of sessions, in units of its own: a lane for every
// account on every host, a bar for every session.
type timeline struct {
	Width, Height int
	Lanes         []lane
	Ticks         []tick
	Judged        bool // it has a dot for each finding
}

type lane struct {
	Label string
	Y     int
	Bars  []bar
	Dots  []dot
}

// bar is one session. What is known of its end decides its class: exact,
// bounded or open.
type bar struct {
	X, Width int
	Class    string
	Title    string
}

// dot is where a finding begins that a session is part of.
type dot struct {
	X     int
	Class string // the severity
	Title string
}

type tick struct {
	X     int
	Label string
}

const (
	timelineWidth = 1000
	timelineLeft  = 260 // of the bars
	laneHeight    = 22
	maxLanes      = 60
	minBar        = 3
	maxDots       = 1000
)

// tickSteps are the distances between ticks, of which one gives about eight.
var tickSteps = []time.Duration{
	time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	24 * time.Hour, 2 * 24 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour, 90 * 24 * time.Hour, 365 * 24 * time.Hour,
}

// sessionSpan returns the time that a session's bar covers.
func sessionSpan(s Session) (first, last event.FileTime) {
	first = s.Start.Time.FileTime
	return first, max(first, s.End.Time.FileTime, s.End.NotBefore.FileTime, s.End.NotAfter.FileTime)
}

func newTimeline(c *content, sessions []Session) timeline {
	t := timeline{Width: timelineWidth, Judged: c.judges}
	if len(sessions) == 0 {
		return t
	}
	columns := Columns{Zone: c.zone}
	first, last := sessionSpan(sessions[0])
	for _, s := range sessions {
		from, to := sessionSpan(s)
		first, last = min(first, from), max(last, to)
	}
	span := max(last.Sub(first), time.Second)
	at := func(f event.FileTime) int {
		return timelineLeft + int(float64(f.Sub(first))/float64(span)*(timelineWidth-timelineLeft-10))
	}
	dots := c.newDots()
	lanes := map[string]int{}
	ordered := slices.Clone(sessions)
	slices.SortStableFunc(ordered, func(a, b Session) int { return cmp.Compare(a.Start.Time.FileTime, b.Start.Time.FileTime) })
	for _, s := range ordered {
		label := text.Clean(s.Account.display() + " on " + s.Host)
		n, ok := lanes[label]
		if !ok {
			if len(t.Lanes) == maxLanes {
				continue // the table below has it
			}
			n = len(t.Lanes)
			lanes[label] = n
			host, _, _ := strings.Cut(s.Host, ".")
			short := text.Clean(s.Account.display() + " on " + host)
			t.Lanes = append(t.Lanes, lane{Label: text.Printer{}.Fit(short, 38), Y: n * laneHeight})
		}
		from, to := sessionSpan(s)
		b := bar{X: at(from), Class: "open", Title: text.Clean(s.Kind + ", began " + columns.start(s) + ", ended " + c.endWords(s.End))}
		b.Width = max(at(to)-b.X, minBar)
		switch {
		case s.End.Time.FileTime != 0:
			b.Class = "exact"
		case s.End.NotAfter.FileTime != 0:
			b.Class = "bounded"
		}
		t.Lanes[n].Bars = append(t.Lanes[n].Bars, b)
		for _, f := range dots.take(s.ID) {
			d := dot{at(min(max(f.Start, from), to)), f.Severity.String(), text.Clean(findings.Shortened(c.view.mask.prose(f.Severity.String() + ": " + f.Title + ". " + columns.Zoned(f.Why))))}
			t.Lanes[n].Dots = append(t.Lanes[n].Dots, d)
		}
	}
	t.Height = len(t.Lanes)*laneHeight + 24
	t.ticks(c.zone, first, last, span, at)
	return t
}

func (t *timeline) ticks(zone *time.Location, first, last event.FileTime, span time.Duration, at func(event.FileTime) int) {
	step := tickSteps[len(tickSteps)-1]
	for _, s := range tickSteps {
		if span/s <= 8 {
			step = s
			break
		}
	}
	layout := "2006-01-02"
	if step < 24*time.Hour {
		layout = "01-02 15:04"
	}
	for when := first.Time().In(zone).Truncate(step).Add(step); len(t.Ticks) < 100 && event.FileTimeOf(when) <= last; when = when.Add(step) {
		t.Ticks = append(t.Ticks, tick{at(event.FileTimeOf(when)), when.Format(layout)})
	}
}
