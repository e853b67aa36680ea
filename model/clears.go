package model

import (
	"cmp"
	"slices"

	"spoor/model/event"
)

// Clear is a log that somebody cleared: Security by 1102, another by 104 of
// the System log. What it held before is gone from that log.
type Clear struct {
	Host    HostID
	Channel string
	Time    event.FileTime
	By      string // DOMAIN\name as logged, or ""
	Event   EventRow
}

// Clears returns the cleared logs, oldest first.
func (s *Snapshot) Clears() []Clear {
	s.clearOnce.Do(func() {
		isClear := func(r *row) bool { return r.kind == event.SecurityLogCleared || r.kind == event.LogCleared }
		// Few logs have one: those are found as the rows lie, which is quick.
		cleared := map[uint32]bool{}
		for n := range uint32(s.count) {
			if isClear(s.row(n)) {
				cleared[s.cameFrom(n).stream] = true
			}
		}
		for h, v := range s.views {
			if !slices.ContainsFunc(v.streams, func(stream uint32) bool { return cleared[stream] }) {
				continue
			}
			for at, n := range v.events {
				if isClear(s.row(n)) {
					s.clears = append(s.clears, s.clear(EventRow(s.events[h]+uint32(at))))
				}
			}
		}
		slices.SortStableFunc(s.clears, func(a, b Clear) int { return cmp.Compare(a.Time, b.Time) })
	})
	return s.clears
}

func (s *Snapshot) clear(row EventRow) Clear {
	e := s.Event(row)
	c := Clear{Host: e.Host, Channel: e.Channel, Time: e.Time, Event: row, By: s.Text(row, event.SubjectName)}
	if domain := s.Text(row, event.SubjectDomain); domain != "" && c.By != "" {
		c.By = domain + `\` + c.By
	}
	if e.Kind == event.LogCleared {
		c.Channel = s.Text(row, event.Text1)
	}
	return c
}
