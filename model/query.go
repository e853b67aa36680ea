package model

import "spoor/model/event"

// Query is which events of a kind are wanted.
type Query struct {
	Kind event.Kind
	// EventID is the one that they have; 0 is any.
	EventID uint16
	// OfUsers leaves out those whose Target is not named, or as a computer is: by
	// a name that ends in $, a realm aside.
	OfUsers bool
	// Wanted is asked of each text in the column once, and WantedNumber of each
	// number there is in it; where both are nil all events are taken.
	Column       event.Column
	Wanted       func(string) bool
	WantedNumber func(uint64) bool
}

// query is one at work.
type query struct {
	Query
	slot  *slot
	known []uint8 // by text: what Wanted said
	found []EventRow
}

const (
	unwanted = 1 + iota
	wanted
)

func (q *query) wants(t *table, n uint32, r *row) bool {
	if q.EventID != 0 && r.id != q.EventID || q.OfUsers && !t.cameFrom(n).ofUser {
		return false
	}
	switch {
	case q.WantedNumber != nil:
		n, ok := t.numberIn(&t.layouts[r.kind], q.Column, t.at(r))
		return ok && q.WantedNumber(n)
	case q.Wanted == nil:
		return true
	}
	id := t.textIn(&t.layouts[r.kind], q.slot, t.at(r))
	answer := &q.known[id]
	if *answer == 0 {
		*answer = unwanted
		if q.Wanted(t.texts[id]) {
			*answer = wanted
		}
	}
	return *answer == wanted
}

// Select returns the events that each of some queries wants, found in one pass
// over all: each list is in the order of hosts and of their logs.
func (s *Snapshot) Select(queries []Query) [][]EventRow {
	byKind := make([][]*query, s.schemas.Len())
	all := make([]query, len(queries))
	for i, q := range queries {
		all[i] = query{Query: q, slot: s.layouts[q.Kind].textSlot(q.Column)}
		if q.Wanted != nil {
			all[i].known = make([]uint8, len(s.texts))
		}
		byKind[q.Kind] = append(byKind[q.Kind], &all[i])
	}
	for h, v := range s.views {
		for at, n := range v.events {
			r := s.row(n)
			for _, q := range byKind[r.kind] {
				if q.wants(&s.table, n, r) {
					q.found = append(q.found, EventRow(s.events[h]+uint32(at)))
				}
			}
		}
	}
	out := make([][]EventRow, len(queries))
	for i := range all {
		out[i] = all[i].found
	}
	return out
}
