package main

import (
	"context"
	"strings"

	"spoor/model/event"
)

// worthOf are the logs that tell most, the first most: of logons, and of starts
// and stops, without which their ends cannot be told. All others are after them.
var worthOf = []string{"security", "system"}

// byWorth parts files in an order of size by how much their logs tell, where
// memory may not do for all of them: the smallest first alone would leave out
// the Security log of a domain controller, and keep what says little.
func (l *loading) byWorth(ctx context.Context, order []event.FileID) [][]event.FileID {
	if l.gauge.most == 0 || uint64(l.progress.Total) <= l.gauge.most {
		return [][]event.FileID{order}
	}
	out := make([][]event.FileID, len(worthOf)+1)
	for _, id := range order {
		at := len(worthOf)
		l.peek(ctx, id, func(_, channel string, _ uint64) {
			for i, name := range worthOf {
				if strings.EqualFold(channel, name) {
					at = i
				}
			}
		})
		out[at] = append(out[at], id)
	}
	return out
}
