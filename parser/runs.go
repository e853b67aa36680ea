package parser

import "spoor/model/event"

// runs counts the records of a batch by rows of record numbers without a hole.
type runs struct {
	list []event.Run
	open map[runKey]int // index in list of a log's last run
	last int            // index in list of the run that grew last
}

type runKey struct {
	computer, channel event.StringID
	recovered         bool
}

// begin starts a batch.
func (r *runs) begin() {
	r.list = nil
	r.last = -1
	if r.open == nil {
		r.open = make(map[runKey]int)
	}
	clear(r.open)
}

func (r *runs) add(h *head, recovered bool) {
	key := runKey{h.computer, h.channel, recovered}
	i := r.last
	if i < 0 || r.list[i].Computer != key.computer || r.list[i].Channel != key.channel || r.list[i].Recovered != recovered {
		var known bool
		if i, known = r.open[key]; !known {
			i = -1
		}
	}
	if i < 0 || r.list[i].LastID+1 != h.record {
		r.list = append(r.list, event.Run{
			Computer: h.computer, Channel: h.channel, Recovered: recovered,
			FirstID: h.record, FirstTime: h.time, MinTime: h.time, MaxTime: h.time,
		})
		i = len(r.list) - 1
		r.open[key] = i
	}
	run := &r.list[i]
	run.LastID, run.LastTime = h.record, h.time
	run.MinTime, run.MaxTime = min(run.MinTime, h.time), max(run.MaxTime, h.time)
	run.Count++
	r.last = i
}
