package export

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"

	"spoor/model/event"
)

// Steps are the columns of an account's steps.
func (c Columns) Steps() []Column[Step] {
	return []Column[Step]{
		{Name: "time", Text: func(s Step) string { return c.time(s.Time) }},
		{Name: "last", Text: func(s Step) string { return c.time(s.Last) }, CSVOnly: true},
		{Name: "what", Text: c.what},
		{Name: "count", Text: func(s Step) string { return strconv.Itoa(s.Count) }, CSVOnly: true},
		{Name: "actor", Text: func(s Step) string { return s.Actor.words() }},
		{Name: "used_account", Text: c.used},
		{Name: "from", Text: func(s Step) string { return c.placed(s.From) }},
		{Name: "from_address", Text: func(s Step) string { return s.From.field(func(p *StepPlace) *string { return p.Address }) }, CSVOnly: true},
		{Name: "from_certainty", Text: func(s Step) string { return s.From.certainty() }, CSVOnly: true},
		{Name: "to", Text: func(s Step) string { return c.placed(s.To) }},
		{Name: "to_certainty", Text: func(s Step) string { return s.To.certainty() }, CSVOnly: true},
		{Name: "via", Text: func(s Step) string { return s.Via }},
		{Name: "certainty", Text: func(s Step) string { return s.Certainty }},
		{Name: "session", Text: func(s Step) string { return orEmpty(s.Session) }, CSVOnly: true},
		{Name: "why", Text: func(s Step) string { return c.Zoned(s.Why) }},
		{Name: "records", Text: func(s Step) string { return references(s.Records) }, CSVOnly: true},
	}
}

// placed names a place, in tables with how sure that is where it is not at
// least strong; CSV files have a column for that.
func (c Columns) placed(p *StepPlace) string {
	words := p.words()
	if c.Zone == nil || p == nil || p.Claimed && p.Host == nil || p.Certainty != "weak" && p.Certainty != "medium" {
		return words
	}
	return words + ", " + p.Certainty
}

// stamp is a time in a sentence.
var stamp = regexp.MustCompile(`\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z`)

// Zoned writes the times of a sentence as a table has the others.
func (c Columns) Zoned(why string) string {
	if c.Zone == nil {
		return why
	}
	return stamp.ReplaceAllStringFunc(why, func(s string) string {
		t, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			return s
		}
		return event.FileTimeOf(t).Format(c.Zone)
	})
}

func (p *StepPlace) certainty() string {
	if p == nil {
		return ""
	}
	return p.Certainty
}

// what says in tables how many records a step folds; CSV files have a column
// for that.
func (c Columns) what(s Step) string {
	if c.Zone != nil && s.Count > 1 {
		return s.What + " x" + strconv.Itoa(s.Count)
	}
	return s.What
}

// used names the account used, in tables only where it is not the actor.
func (c Columns) used(s Step) string {
	if s.UsedAccount == nil {
		if s.What == "failed attempts" {
			return "several"
		}
		return ""
	}
	if c.Zone != nil && s.Actor != nil && s.Actor.display() == s.UsedAccount.display() {
		return ""
	}
	return s.UsedAccount.display()
}

// references writes records as COMPUTER/CHANNEL/NUMBER, as --session takes
// them.
func references(refs []Ref) string {
	out := make([]string, len(refs))
	for i, r := range refs {
		out[i] = r.Computer + "/" + r.Channel + "/" + strconv.FormatUint(r.RecordID, 10)
	}
	return strings.Join(out, " ")
}

// Sittings are the columns of sessions and runs together.
func (c Columns) Sittings() []Column[Sitting] {
	type session = func(Session) string
	type run = func(Run) string
	either := func(name string, s session, r run) Column[Sitting] {
		return Column[Sitting]{Name: name, Text: func(x Sitting) string {
			if x.Run != nil {
				return r(*x.Run)
			}
			return s(*x.Session)
		}}
	}
	only := func(name string, s session) Column[Sitting] { return either(name, s, func(Run) string { return "" }) }
	source := func(s Source) string { return cmp.Or(orEmpty(s.Address), orEmpty(s.Name)) }
	out := []Column[Sitting]{
		either("id", func(s Session) string { return s.ID }, func(r Run) string { return r.Sessions[0] }),
		either("account", func(s Session) string { return s.Account.display() }, func(r Run) string { return r.Account.display() }),
		either("host", func(s Session) string { return s.Host }, func(r Run) string { return r.Host }),
		either("kind", func(s Session) string { return s.Kind }, func(Run) string { return "network run" }),
		either("count", func(Session) string { return "1" }, func(r Run) string { return strconv.Itoa(r.Count) }),
		either("start", c.start, func(r Run) string { return c.time(r.First) }),
		either("last", func(s Session) string { return c.time(Time{max(s.End.Time.FileTime, s.End.NotBefore.FileTime)}) }, func(r Run) string { return c.time(r.Last) }),
		only("end_reason", func(s Session) string { return s.End.Reason }),
		either("length", lengthOf, func(r Run) string { return medianOf(r.Median, r.Count) }),
		either("source", func(s Session) string { return source(s.Source) }, func(r Run) string { return source(r.Source) }),
		either("events", func(s Session) string { return strconv.Itoa(s.Events) }, func(r Run) string { return strconv.Itoa(r.Events) }),
		either("objects", func(Session) string { return "" }, func(r Run) string { return strconv.Itoa(len(r.Objects)) }),
		either("failures", func(Session) string { return "" }, func(r Run) string { return strconv.Itoa(r.Failures) }),
	}
	sessions := either("sessions", func(s Session) string { return s.ID }, func(r Run) string { return strings.Join(r.Sessions, " ") })
	sessions.CSVOnly = true
	return append(out, sessions)
}

func lengthOf(s Session) string { return s.Length.words() }

func medianOf(l Length, n int) string {
	if n > 1 && l.Seconds != nil {
		return "median " + l.words()
	}
	return l.words()
}

// words are a length in seconds, with >= where it is only bounded.
func (l Length) words() string {
	switch {
	case l.Seconds == nil:
		return ""
	case l.Certainty == "exact":
		return strconv.FormatFloat(*l.Seconds, 'f', 1, 64) + "s"
	}
	return ">=" + strconv.FormatFloat(*l.Seconds, 'f', 1, 64) + "s"
}

// Footmarks are the columns of an account's footprint.
func (c Columns) Footmarks() []Column[Footmark] {
	return []Column[Footmark]{
		{Name: "account", Text: func(m Footmark) string { return m.Account.display() }, CSVOnly: true},
		{Name: "role", Text: func(m Footmark) string { return m.Role }},
		{Name: "host", Text: func(m Footmark) string { return orEmpty(m.Host) }},
		{Name: "name", Text: func(m Footmark) string { return orEmpty(m.Name) }},
		{Name: "address", Text: func(m Footmark) string { return orEmpty(m.Address) }},
		{Name: "first", Text: func(m Footmark) string { return c.time(m.First) }},
		{Name: "last", Text: func(m Footmark) string { return c.time(m.Last) }},
		{Name: "count", Text: func(m Footmark) string { return strconv.Itoa(m.Count) }},
		{Name: "own_tickets", Text: func(m Footmark) string { return strconv.Itoa(m.Own) }, CSVOnly: true},
		{Name: "logged", Text: func(m Footmark) string {
			if m.Logged == nil {
				return "unknown"
			}
			return strconv.FormatBool(*m.Logged)
		}},
		{Name: "certainty", Text: func(m Footmark) string { return m.Certainty }},
		{Name: "why", Text: func(m Footmark) string { return c.Zoned(m.Why) }},
		{Name: "records", Text: func(m Footmark) string { return references(m.Records) }, CSVOnly: true},
	}
}

// Presences are the columns of who was on.
func (c Columns) Presences() []Column[Presence] {
	return []Column[Presence]{
		{Name: "at", Text: func(p Presence) string { return c.time(p.At) }, CSVOnly: true},
		{Name: "state", Text: func(p Presence) string { return p.State }},
		{Name: "account", Text: func(p Presence) string {
			if p.Account == nil {
				return ""
			}
			return p.Account.display()
		}},
		{Name: "host", Text: func(p Presence) string { return p.Host }},
		{Name: "kind", Text: func(p Presence) string { return orEmpty(p.Kind) }},
		{Name: "desktop", Text: func(p Presence) string {
			if p.Segment == nil {
				return ""
			}
			return p.Segment.State
		}},
		{Name: "source", Text: func(p Presence) string {
			if p.Source == nil {
				return ""
			}
			return cmp.Or(orEmpty(p.Source.Address), orEmpty(p.Source.Name))
		}},
		{Name: "session", Text: func(p Presence) string { return orEmpty(p.Session) }},
		{Name: "why", Text: func(p Presence) string { return c.Zoned(p.Why) }},
	}
}
