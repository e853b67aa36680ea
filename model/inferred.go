package model

import (
	"fmt"

	"spoor/model/event"
)

// inferStarts finds boots that no event tells of. Measured on real logs, logon
// IDs are given out in rising order, with a little disorder; they start low again
// only when the machine does. Microsoft (4634): they are unique between reboots.
func (c *correlator) inferStarts(known []start) []start {
	var out []start
	var ids idWatch
	next := 0
	// Going back is paid for from a budget, so that hostile logs cost no more
	// than a few passes.
	budget := 2 * (c.security.to - c.security.from)
	ids.reset()
	for i := c.security.from; i < c.security.to; i++ {
		for next < len(known) && known[next].pos <= i {
			ids.reset()
			next++
		}
		id := c.num(i, event.TargetLogon)
		switch c.kind(i) {
		case event.Logon:
			if id == 0 || event.LogonID(id).Fixed() {
				continue
			}
			pos, why := ids.issue(i, id, c.principals[c.target(c.events[i])].sid)
			if why != "" {
				if back := i - pos; back > budget {
					pos = i
				} else {
					budget -= back
				}
				out = append(out, start{pos: pos, time: c.time(pos), certainty: Medium, why: why})
				ids.reset()
				ids.issue(pos, c.num(pos, event.TargetLogon), c.principals[c.target(c.events[pos])].sid)
				i = pos
			}
		case event.LogonTerminated, event.LogoffInitiated:
			ids.live.delete(id)
		}
	}
	c.doubt = ids.doubt
	return out
}

// idWatch follows the logon IDs that one boot gives out.
type idWatch struct {
	live   idMap[textID] // SID by ID of logons that have not ended
	most   uint64
	below  uint32 // where the IDs fell under the highest, while they stay there
	half   uint32 // where they fell under half of it
	fallen int    // how many in a row are under half of it
	doubt  uint32 // after the last event that came before a fall that matters
}

func (w *idWatch) reset() { *w = idWatch{} }

// issue takes note that the logon at event i got id; it returns where a boot
// must have begun, and why, if it must.
func (w *idWatch) issue(i uint32, id uint64, sid textID) (pos uint32, why string) {
	if id >= w.most {
		w.most, w.below, w.half, w.fallen = id, 0, 0, 0
	} else {
		if w.below == 0 {
			w.below = i + 1
		}
		if w.most-id > w.most/8 {
			w.doubt = w.below
		}
		if id < w.most/2 {
			if w.fallen == 0 {
				w.half = i + 1
			}
			w.fallen++
		} else {
			w.fallen = 0
		}
	}
	if w.fallen >= fallenLogons {
		return w.half - 1, fmt.Sprintf("logon IDs start low again: %d in a row under half of %#x", fallenLogons, w.most)
	}
	if was, ok := w.live.get(id); ok && was != 0 && sid != 0 && was != sid {
		pos = i
		if w.below > 0 {
			pos = w.below - 1
		}
		return pos, fmt.Sprintf("logon ID %#x is given to another account while it lives", id)
	}
	w.live.set(id, sid)
	return 0, ""
}
