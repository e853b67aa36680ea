package simulate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"spoor/model/event"
)

// Fault is one way in which evidence falls short of what happened.
type Fault string

// The faults.
const (
	LostLogs   Fault = "lost-logs"   // of some hosts there is nothing
	RolledOver Fault = "rolled-over" // the Security logs' oldest part is gone
	NoLogoff   Fault = "no-logoff"   // logoffs are not audited
	NoTickets  Fault = "no-tickets"  // Kerberos service ticket operations are not audited
	Dropped    Fault = "dropped"     // one record of a hundred is missing
	Duplicates Fault = "duplicates"  // every log is there twice
	Forwarded  Fault = "forwarded"   // a collector holds a copy of everything
	Truncated  Fault = "truncated"   // files are cut off
)

// Faults are all of them.
var Faults = []Fault{LostLogs, RolledOver, NoLogoff, NoTickets, Dropped, Duplicates, Forwarded, Truncated}

// ParseFaults reads names with commas between them.
func ParseFaults(names string) ([]Fault, error) {
	var out []Fault
	for _, n := range strings.FieldsFunc(names, func(r rune) bool { return r == ',' || r == ' ' }) {
		if !slices.Contains(Faults, Fault(n)) {
			return nil, fmt.Errorf("no fault is called %q", n)
		}
		out = append(out, Fault(n))
	}
	return out, nil
}

// The tasks of the Security log, which are its audit subcategories.
const (
	logoffTask        = 12545
	serviceTicketTask = 14337
)

// losses is what the evidence of a world lacks. It has its own chance, so that
// the same things happen with and without it.
type losses struct {
	faults  map[Fault]bool
	rng     *rand.Rand
	lost    map[*Host]bool
	from    map[*Host]event.FileTime // of the Security log
	copies  uint64                   // in the collector's log
	cut     map[string]bool          // whether a log is truncated
	unheard map[uint16]bool          // tasks that are not audited
}

func (w *World) newLosses(faults []Fault) *losses {
	l := &losses{faults: make(map[Fault]bool), rng: w.random("losses"), lost: make(map[*Host]bool),
		from: make(map[*Host]event.FileTime), cut: make(map[string]bool), unheard: make(map[uint16]bool)}
	for _, f := range faults {
		l.faults[f] = true
	}
	l.unheard[logoffTask] = l.faults[NoLogoff]
	l.unheard[serviceTicketTask] = l.faults[NoTickets]
	span := w.end.Sub(w.from)
	for i, h := range w.hosts {
		rng := w.random("losses of " + h.title)
		// Of a domain of one controller, that one's logs are left.
		l.lost[h] = rng.IntN(100) < 30 && (i > 0 || len(w.domain.dcs) > 1)
		l.from[h] = w.from.Add(span/100*time.Duration(20+rng.IntN(50)) + 1)
	}
	return l
}

// unaudited reports whether an event is not even written.
func (l *losses) unaudited(s *event.System) bool {
	return l != nil && s.Channel == securityLog && l.unheard[s.Task]
}

// keeps reports whether a record that was written is in the evidence.
func (l *losses) keeps(h *Host, s *event.System, now event.FileTime) bool {
	switch {
	case l == nil:
		return true
	case l.faults[LostLogs] && l.lost[h],
		l.faults[RolledOver] && s.Channel == securityLog && now < l.from[h],
		l.faults[Dropped] && l.rng.IntN(100) == 0:
		return false
	}
	return true
}

// collectorsLog is the file of a collector of events. A file of the format
// holds up to 65,535 chunks, of hundreds of records each: it goes on in
// another one long before.
const (
	collectorsLog = "WEC01/ForwardedEvents%s.evtx"
	collectorFull = 4_000_000
)

// copyTo hands on the further copies of a record.
func (l *losses) copyTo(s Sink, log string, r *event.Record) error {
	if l == nil {
		return nil
	}
	if l.faults[Duplicates] {
		if err := s.Add("copy/"+log, r); err != nil {
			return err
		}
	}
	if !l.faults[Forwarded] {
		return nil
	}
	l.copies++
	part := ""
	if n := l.copies / collectorFull; n > 0 {
		part = fmt.Sprintf("-%d", n+1)
	}
	forwarded := *r
	forwarded.HeaderID = l.copies
	return s.Add(fmt.Sprintf(collectorsLog, part), &forwarded)
}

// Cut reports whether the world's faults want a log's file to be cut off. Who
// cuts it says with [World.Lose] which records are gone.
func (w *World) Cut(log string) bool {
	l := w.losses
	if l == nil || !l.faults[Truncated] {
		return false
	}
	cut, known := l.cut[log]
	if !known {
		cut = w.random("cut "+log).IntN(100) < 40
		l.cut[log] = cut
	}
	return cut
}

// Lose notes that the records of a log from a number on are not in the
// evidence. It is for after the world has run, before its truth is read.
func (w *World) Lose(log string, from uint64) {
	for _, h := range w.hosts {
		for channel, l := range h.logs {
			if h.path(l) == log {
				w.truth.lose(h.title, channel, span{from, ^uint64(0)})
			}
		}
	}
}
