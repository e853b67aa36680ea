package findings

import (
	"context"

	"spoor/model"
)

// Find applies all rules to a snapshot. It is deterministic: the same evidence
// gives the same findings, whatever the order of its files. Cancelled, it
// returns what it has.
func Find(ctx context.Context, s *model.Snapshot, t Thresholds) *Set {
	x := newScope(s, t)
	for i := range rules {
		if ctx.Err() != nil {
			break
		}
		x.rule = &rules[i]
		rules[i].find(x)
	}
	set := newSet(x.drafts, t)
	set.Incomplete = ctx.Err() != nil
	return set
}
