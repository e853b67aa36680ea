package model

import (
	"iter"

	"spoor/model/event"
)

// EventView is one event of a snapshot, found once for all that is asked of it.
type EventView struct {
	Row   EventRow
	s     *Snapshot
	host  int
	row   *row
	words []uint32
}

// View returns the view of an event; false if there is no such row.
func (s *Snapshot) View(e EventRow) (EventView, bool) {
	h, at, ok := place(s.events, uint32(e))
	if !ok {
		return EventView{}, false
	}
	r := s.row(s.views[h].events[at])
	return EventView{Row: e, s: s, host: h, row: r, words: s.at(r)}, true
}

// Time returns when the event was logged.
func (v *EventView) Time() event.FileTime { return v.row.time }

// Host returns where the event was logged.
func (v *EventView) Host() HostID { return HostID(v.host) }

// Target returns the account that the event is about, or None.
func (v *EventView) Target() AccountID {
	l := &v.s.layouts[v.row.kind]
	return v.s.whoIs(v.host, v.s.triple(l, l.target, v.words))
}

// TextNumber returns the number of the text in a column, as
// [Snapshot.TextNumber] does.
func (v *EventView) TextNumber(c event.Column) uint32 {
	l := &v.s.layouts[v.row.kind]
	return uint32(v.s.textIn(l, l.textSlot(c), v.words))
}

// Text returns the text in a column, "" where there is none.
func (v *EventView) Text(c event.Column) string { return v.s.texts[v.TextNumber(c)] }

// Number returns the number in a column; false where there is none.
func (v *EventView) Number(c event.Column) (uint64, bool) {
	return v.s.numberIn(&v.s.layouts[v.row.kind], c, v.words)
}

// Refused reports whether the event tells of a failed attempt, as
// [Snapshot.Refused] does.
func (v *EventView) Refused() bool {
	if !mayFail(v.row.kind) {
		return false
	}
	status, ok := v.Number(event.Status)
	return failed(v.row.kind, status, ok)
}

// together is how many events of a pass are looked at together: their rows,
// then their values. Most of a pass is waiting for memory, and what is asked
// for at once is waited for once.
const together = 64

// gathered are the views of some events.
type gathered struct {
	views [together]EventView
	first [together]uint32 // of each event's words: asked for, they are near
}

// gather finds so many events as fit, which is quickest where they are in the
// order of hosts, and returns their views. Each loop asks for the memory that
// the next one needs.
func (s *Snapshot) gather(list []EventRow, g *gathered) []EventView {
	views := g.views[:min(together, len(list))]
	h := 0
	for i := range views {
		e := list[i]
		if uint32(e) < s.events[h] || uint32(e) >= s.events[h+1] {
			h, _, _ = place(s.events, uint32(e))
		}
		views[i] = EventView{Row: e, s: s, host: h, row: s.row(s.views[h].events[uint32(e)-s.events[h]])}
	}
	for i := range views {
		views[i].words = s.at(views[i].row)
	}
	for i := range views {
		g.first[i] = views[i].words[0]
	}
	return views
}

// Each goes over a list of events, as [Snapshot.Select] makes them, with the
// place of each in it. A view holds until the next one.
func (s *Snapshot) Each(list []EventRow) iter.Seq2[int, *EventView] {
	return func(yield func(int, *EventView) bool) {
		var g gathered
		for from := 0; from < len(list); from += together {
			views := s.gather(list[from:], &g)
			for i := range views {
				if !yield(from+i, &views[i]) {
					return
				}
			}
		}
	}
}
