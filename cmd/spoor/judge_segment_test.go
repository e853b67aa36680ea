package main

import (
	"fmt"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/simulate"
)

// span is a part of a session, as both sides tell it.
type span struct {
	state           string
	start, end      event.FileTime
	client, address string
}

func (s span) String() string {
	return fmt.Sprintf("%s %s to %s by %q %q", s.state, s.start, s.end, s.client, s.address)
}

// segments compares the states of a desktop one by one: when each began and
// ended, to the tick of the record that says so, and who was connected.
func (j *judgement) segments(m *model.Session, t *simulate.Session) {
	if len(t.Segments) == 0 {
		for _, g := range m.Segments {
			if g.State != model.Connected {
				j.wrong(segments, "of no desktop", "%s: %s", where(t), g.State)
			}
		}
		return
	}
	says := make([]span, len(m.Segments))
	for i, g := range m.Segments {
		says[i] = span{g.State.String(), g.Start, g.End, g.ClientName, g.ClientAddress}
	}
	is, whole := j.spans(m, t)
	if !whole {
		j.partOf(says, is, m, t)
		return
	}
	if len(says) == 0 {
		j.missed(segments, "none", "%s: %v", where(t), is)
		return
	}
	if len(is) != len(says) {
		j.wrong(segments, "another course", "%s: %v, not %v", where(t), says, is)
		return
	}
	for i := range is {
		switch a, b := is[i], says[i]; {
		case a.state != b.state || a.start != b.start:
			j.wrong(segments, "another start", "%s: %v, not %v", where(t), b, a)
		case a.end != b.end:
			j.wrong(segments, "another end", "%s: %v, not %v", where(t), b, a)
		case a.address != b.address && b.address != "" || a.client != b.client && b.client != "":
			j.wrong(segments, "another client", "%s: %v, not %v", where(t), b, a)
		case a.address != b.address:
			j.missed(segments, "a client's address", "%s: %v, not %v", where(t), b, a)
		case a.client != b.client && i > 0 && t.Segments[len(t.Segments)-len(is)+i-1].State == "disconnected":
			j.missed(segments, "a client's name", "%s: %v, not %v", where(t), b, a) // 4778 says it
		default:
			j.right(segments)
		}
	}
}

// spans are a session's states, and whether the evidence has all that tells of
// them. What is older than the logs is left out; the state that lasted when they
// begin starts with the first record.
func (j *judgement) spans(m *model.Session, t *simulate.Session) (out []span, whole bool) {
	_, began := began(t)
	whole = began || !m.StartKnown
	for i, g := range t.Segments {
		at := moment(g.Start)
		if i == 0 {
			at = moment(t.Start)
		}
		if !m.StartKnown && i+1 < len(t.Segments) && moment(t.Segments[i+1].Start) <= m.Start {
			continue
		}
		if !m.StartKnown {
			at = max(at, m.Start)
		}
		whole = whole && (len(g.Records) == 0 || told(g.Records, "segment") || !m.StartKnown && len(out) == 0)
		next := span{state: g.State, start: at, client: g.Client, address: g.Address}
		if n := len(out); n > 0 {
			if last := out[n-1]; last.state == next.state && last.client == next.client && last.address == next.address {
				continue // locked again
			}
			out[n-1].end = at
		}
		out = append(out, next)
	}
	if n := len(out); n > 0 && m.End.Certainty == model.EndExact {
		out[n-1].end = m.End.Time
	}
	return out, whole
}

// partOf compares the states of a desktop of whose records some are lost: each
// that is told of happened.
func (j *judgement) partOf(says, is []span, m *model.Session, t *simulate.Session) {
	starts := make(map[event.FileTime]span)
	for _, g := range t.Segments { // locked again, with the first lock's record lost
		starts[moment(g.Start)] = span{state: g.State, start: moment(g.Start), client: g.Client, address: g.Address}
	}
	for _, s := range is {
		starts[s.start] = s
	}
	if len(is) > 0 && m.StartKnown { // of a pair, with the first half's record lost
		starts[m.Start] = is[0]
	}
	for i, s := range says {
		g, ok := starts[s.start]
		switch {
		case !ok && m.Segments[i].Event == model.None:
			// From the first record of the session on, by what ended it.
		case !ok:
			j.wrong(segments, "never happened", "%s: %v, not %v", where(t), s, is)
		case g.state != s.state || s.address != "" && s.address != g.address || s.client != "" && s.client != g.client:
			j.wrong(segments, "another state", "%s: %v, not %v", where(t), s, g)
		default:
			j.right(segments)
		}
	}
}
