package findings

import (
	"cmp"
	"fmt"
	"slices"

	"spoor/model"
	"spoor/model/event"
)

// aim is what a series was aimed at, worked out once: of a shared source, there
// may be as many accounts to ask for as attempts.
type aim struct {
	refused  map[model.AccountID]event.FileTime // when a wrong password of each was first tried
	subjects map[model.AccountID]bool           // who is logged as the one who tried
	options  map[uint64]bool                    // of the tickets asked for
	bare     bool                               // a ticket was asked for of which no options are known
	other    bool                               // something else than a ticket was asked for
}

func (x *scope) aim(g *series) *aim {
	if a := x.aims[g]; a != nil {
		return a
	}
	out := &aim{refused: map[model.AccountID]event.FileTime{}, subjects: map[model.AccountID]bool{}, options: map[uint64]bool{}}
	for i := range g.attempts {
		a := &g.attempts[i]
		if _, ok := out.refused[a.account]; !ok && a.kind == wrongPassword {
			out.refused[a.account] = a.time
		}
		if a.subject != model.None {
			out.subjects[a.subject] = true
		}
		switch k := x.Event(a.event).Kind; {
		case k != event.PreAuthFailed && k != event.TicketGranting:
			out.other = true
		default:
			n, ok := x.Number(a.event, event.TicketOptions)
			out.options[n] = out.options[n] || ok
			out.bare = out.bare || !ok
		}
	}
	if x.aims == nil {
		x.aims = map[*series]*aim{}
	}
	x.aims[g] = out
	return out
}

// amid says how a success amid the attempts compares with them: the options of
// requests for tickets are the mark of the program that made them where that is
// not Windows.
func (a *aim) amid(x *scope, s *success) target {
	if x.Event(s.record).Kind != event.TicketGranting {
		if a.other {
			return amid
		}
		return noTarget
	}
	n, ok := x.Number(s.record, event.TicketOptions)
	switch {
	case ok && a.options[n] && isForeign(n):
		return alike
	case ok && a.options[n], a.bare, !ok && len(a.options) > 0:
		return amid
	}
	return noTarget
}

// aimed is several series from one place as one, worked out once for all
// accounts that they may be aimed at.
type aimed struct {
	draft  draft // of their attempts; it lists no records
	start  event.FileTime
	end    event.FileTime
	names  int // that were tried
	shared int // accounts that had logged on from there before
}

// aimed returns what several series from one place are as one.
func (x *scope) aimed(all []*series) *aimed {
	key := ""
	for _, g := range all {
		key += fmt.Sprintf("%p ", g)
	}
	if a := x.together[key]; a != nil {
		return a
	}
	g := merged(all)
	d, _, names := x.about(g, func(*attempt) bool { return true })
	d.FailureCount = len(d.failures)
	d.failures = slices.Clone(d.failures[:min(len(d.failures), MostListed)])
	d.Records, d.RecordCount = nil, 0
	a := &aimed{draft: d, start: g.start(), end: g.end(), names: len(names), shared: x.habits().before(g.from, g.start())}
	if x.together == nil {
		x.together = map[string]*aimed{}
	}
	x.together[key] = a
	return a
}

// merged is the attempts of several series from one place, each once.
func merged(all []*series) *series {
	out := &series{from: all[0].from}
	for _, g := range all {
		out.attempts = append(out.attempts, g.attempts...)
	}
	slices.SortFunc(out.attempts, func(a, b attempt) int { return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.failure, b.failure)) })
	out.attempts = slices.CompactFunc(out.attempts, func(a, b attempt) bool { return a.failure == b.failure })
	return out
}
