package findings

import (
	"fmt"
	"math"

	"spoor/model"
)

// days are the days that events lie on.
func (x *scope) days(events []model.EventRow) map[int64]bool {
	seen := map[int64]bool{}
	for _, e := range events {
		seen[dayOf(x.EventTime(e))] = true
	}
	return seen
}

// routine lowers a draft of what was done on habit-days days or more, and
// reports whether it did. Within less than history-days it stays low: somebody
// who came in and stays does the same each day, too.
func (x *scope) routine(d *draft, days map[int64]bool) bool {
	if len(days) < x.value("habit-days") {
		return false
	}
	first, last := int64(math.MaxInt64), int64(math.MinInt64)
	for at := range days {
		first, last = min(first, at), max(last, at)
	}
	over := int(last-first) + 1
	switch {
	case over > x.value("history-days"):
		d.Severity, d.Lowered = Info, fmt.Sprintf("it was so on %d days: a habit", len(days))
	case d.Severity > Low:
		d.Severity, d.Lowered = Low, fmt.Sprintf("it was so on %d days: perhaps a habit, though all lie within %s", len(days), counted(over, "day"))
	default:
		return false
	}
	return true
}
