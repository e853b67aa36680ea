package model

import (
	"cmp"
	"slices"

	"spoor/model/event"
)

// unfold takes attempts of one account apart whose records lie beside each
// other by mere chance. Where nothing tells how wrong a host's clock was, its
// record of one attempt may stand beside a domain controller's of another: then
// both logs have records left near by that could be of one attempt. All of them
// count alone.
func unfold(f *folder, attempts []*attempt) []*attempt {
	left := map[uint32][]*attempt{} // by host without a known clock, what it alone tells of
	var told, both []*attempt       // what domain controllers alone tell of, and both
	for _, a := range attempts {
		switch h, other := f.untimedHost(a); {
		case h == None:
			told = append(told, a)
		case other:
			both = append(both, a)
		default:
			left[h] = append(left[h], a)
		}
	}
	if len(both) == 0 || len(told) == 0 || len(left) == 0 {
		return attempts
	}
	byTime := func(a *attempt, t event.FileTime) int { return cmp.Compare(a.time, t) }
	inOrder := func(a, b *attempt) int { return cmp.Compare(a.time, b.time) }
	slices.SortStableFunc(told, inOrder)
	out := slices.Clone(told)
	for _, a := range attempts {
		if h, other := f.untimedHost(a); h != None && !other {
			out = append(out, a)
		}
	}
	doubt := map[uint32][]*attempt{}
	for h, list := range left {
		for _, a := range list {
			i, _ := slices.BinarySearchFunc(told, a.time.Add(-kerberosSkew), byTime)
			for n := 0; i < len(told) && n < mostCompared && told[i].time.Sub(a.time) <= kerberosSkew; i, n = i+1, n+1 {
				if f.agree(told[i], a.records[0]) != contradicts {
					doubt[h] = append(doubt[h], a)
					break
				}
			}
		}
		slices.SortStableFunc(doubt[h], inOrder)
	}
	for _, a := range both {
		h, _ := f.untimedHost(a)
		i, _ := slices.BinarySearchFunc(doubt[h], a.time.Add(-2*kerberosSkew), byTime)
		if i == len(doubt[h]) || doubt[h][i].time.Sub(a.time) > 2*kerberosSkew {
			out = append(out, a)
			continue
		}
		own := slices.DeleteFunc(slices.Clone(a.records), func(r *failedRecord) bool { return r.host != h })
		rest := slices.DeleteFunc(slices.Clone(a.records), func(r *failedRecord) bool { return r.host == h })
		out = append(out, attemptOf(own), attemptOf(rest))
	}
	return out
}

// untimedHost returns the host of an attempt whose clock is not known, or None,
// and whether another one tells of the attempt too.
func (f *folder) untimedHost(a *attempt) (h uint32, other bool) {
	h = None
	for _, r := range a.records {
		if !r.timed {
			h = r.host
		}
	}
	return h, h != None && slices.ContainsFunc(a.records, func(r *failedRecord) bool { return r.host != h })
}

func attemptOf(records []*failedRecord) *attempt {
	a := &attempt{records: records, time: records[0].time}
	for _, r := range records {
		a.time = min(a.time, r.time)
	}
	return a
}
