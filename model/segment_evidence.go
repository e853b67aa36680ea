package model

import (
	"fmt"

	"spoor/model/event"
)

// bridge says how sure the state of a segment is for the whole of it: where
// records of the Security log are missing, it may have changed in between.
func (g *segmenter) bridge(s *Segment) {
	s.Certainty = Exact
	if n := g.v.missingIn(s.Start, s.End); n > 0 && s.End != 0 {
		s.Certainty = Medium
		s.Why += fmt.Sprintf("; %s missing from that time, so it may have been left in between", areOf(n, "record"))
	}
}

// unproved says how sure it is that no credential was checked about a time: it
// is told by records that are not there.
func (g *segmenter) unproved(t event.FileTime) (Certainty, string) {
	const inferred = "no check of a credential of the account stands in the log beside it, which is inferred from absent records"
	if n := g.v.missingIn(t.Add(-arrivalSpan), t); n > 0 {
		return Weak, fmt.Sprintf("%s; %s just before, and the check may be among them", inferred, areOf(n, "record")+" missing")
	}
	return Medium, inferred
}

// missingIn counts the records that are missing from the Security log between
// two times, of gaps that touch them. An end of 0 is the end of the log.
func (v *hostView) missingIn(from, to event.FileTime) uint64 {
	n := uint64(0)
	for _, g := range v.gaps {
		if (to == 0 || g.From < to) && (g.To == 0 || g.To > from) && g.Before > g.After {
			n += g.Before - g.After - 1
		}
	}
	return n
}

// areOf counts things that are.
func areOf(n uint64, one string) string {
	if n == 1 {
		return "1 " + one + " is"
	}
	return fmt.Sprintf("%d %ss are", n, one)
}
