package simulate

import (
	"time"
)

// setClock sets a host's clock, as the time service does when it has found out
// how far it is off, and logs 4616. The times of its records go back if it was
// ahead.
func (h *Host) setClock(skew time.Duration) {
	if !h.on {
		return
	}
	before := h.clock()
	h.skew = skew
	for _, l := range h.logs {
		l.last = 0
	}
	who := principal{"S-1-5-19", "LOCAL SERVICE", "NT AUTHORITY", localLogon}
	r := h.security(4616, 1, 12288, append(who.subject(), fields("PreviousTime", before, "NewTime", h.clock(),
		"ProcessId", hex64(h.newPID()), "ProcessName", `C:\Windows\System32\svchost.exe`)...))
	h.w.truth.Clocks = append(h.w.truth.Clocks, &Clock{h.title, before.String(), h.clock().String(), []Record{r.as("clock")}})
}

// drift gives a host the clock of a machine that is looked after more or less
// well: mostly within two seconds, of one in twenty up to two minutes off. Some
// of the worst are set right.
func (e *estate) drift(h *Host) {
	rng := e.w.random("clock of " + h.title)
	n := rng.IntN(100)
	most := 2 * time.Second
	switch {
	case n < 5:
		most = 2 * time.Minute
	case n < 25:
		most = 30 * time.Second
	}
	h.skew = (time.Duration(rng.Int64N(int64(2*most))) - most).Truncate(100)
	if most > 2*time.Second && rng.IntN(3) == 0 {
		when := e.w.from.Add(time.Duration(rng.Int64N(int64(e.w.end.Sub(e.w.from)))).Truncate(100))
		e.w.start(when, "time service of "+h.title, func(p *process) {
			for !h.on {
				p.sleep(20 * time.Minute)
			}
			h.setClock(p.between(0, 300*time.Millisecond))
		})
	}
}
