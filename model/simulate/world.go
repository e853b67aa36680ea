package simulate

import (
	"hash/fnv"
	"math/rand/v2"
	"time"

	"spoor/model/event"
)

// Sink takes what the machines log, in the order in which they write it. A
// log is named by its path in a collection: the host's folder and the name
// that Windows gives the file.
type Sink interface {
	Add(log string, r *event.Record) error
	// Clear empties a log: somebody cleared it on the machine.
	Clear(log string)
}

// World is a simulated network and its time.
type World struct {
	seed      uint64
	now       event.FileTime
	from      event.FileTime // records before are counted but have rolled over
	asleep    wakes
	seq       uint64
	sink      Sink
	failed    error // of the sink; ends the simulation
	truth     Truth
	domain    *Domain
	hosts     []*Host
	files     *Host // the file server
	end       event.FileTime
	lost      int     // events that came too late: their machine was off
	generated bool    // not the practice domain, which stays as it is
	losses    *losses // what the evidence lacks; nil: nothing
}

// newWorld begins at one moment; what is logged is kept from another one on,
// until the end.
func newWorld(seed uint64, begin, from, end event.FileTime) *World {
	return &World{seed: seed, now: begin, from: from, end: end}
}

// Run lets the time pass and hands what the machines log to a sink, whose
// first error ends it. A world runs once.
func (w *World) Run(s Sink) error {
	w.sink = s
	w.run(w.end)
	w.truth.copied = w.losses != nil && (w.losses.faults[Duplicates] || w.losses.faults[Forwarded])
	w.truth.Settle()
	return w.failed
}

// End is when the time of the world ends.
func (w *World) End() event.FileTime { return w.end }

// Truth is what happened, once the world has run.
func (w *World) Truth() *Truth { return &w.truth }

// random returns the chance of one thing: the same for the same seed and
// name, whatever else there is.
func (w *World) random(name string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(name))
	return rand.New(rand.NewPCG(w.seed, h.Sum64()))
}

func at(year int, month time.Month, day, hour, minute, second int) event.FileTime {
	return event.FileTimeOf(time.Date(year, month, day, hour, minute, second, 0, time.UTC))
}

func randomGUID(rng *rand.Rand) event.GUID {
	var g event.GUID
	for i := range g {
		g[i] = byte(rng.UintN(256))
	}
	g[7] = g[7]&0x0f | 0x40 // version 4, as Windows makes them
	g[8] = g[8]&0x3f | 0x80
	return g
}
