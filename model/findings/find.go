package findings

import (
	"context"

	"spoor/model"
)

// Find applies all rules to a snapshot. It is deterministic: the same evidence
// gives the same findings, whatever the order of its files. Cancelled, it
// returns what the rules had found that were done.
func Find(ctx context.Context, s *model.Snapshot, t Thresholds) *Set {
	x := newScope(s, t)
	x.ctx = ctx
	for i := range rules {
		if ctx.Err() != nil {
			break
		}
		x.rule = &rules[i]
		done := len(x.drafts)
		rules[i].find(x)
		if ctx.Err() != nil {
			x.drafts = x.drafts[:done] // it did not see all
		}
	}
	set := newSet(x.drafts, t)
	set.Incomplete = ctx.Err() != nil
	return set
}
