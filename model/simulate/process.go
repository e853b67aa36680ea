package simulate

import (
	"container/heap"
	"errors"
	"iter"
	"math/rand/v2"
	"time"

	"spoor/model/event"
)

// errStopped unwinds a process that the end of the simulated time finds
// asleep.
var errStopped = errors.New("the simulated time is over")

// process is an activity in simulated time: a machine's, a user's, an
// intruder's. Its body runs until it sleeps; only one process runs at a time.
type process struct {
	w     *World
	yield func(event.FileTime) bool // the moment to go on at
	rng   *rand.Rand
}

// sleep lets d pass.
func (p *process) sleep(d time.Duration) { p.until(p.w.now.Add(d)) }

// until lets the time pass up to t, or none if t is over.
func (p *process) until(t event.FileTime) {
	if !p.yield(max(t, p.w.now)) {
		panic(errStopped)
	}
}

// blink is the time from one record of an action to the next: 0.3 to 4 ms.
func (p *process) blink() { p.sleep(p.between(300*time.Microsecond, 4*time.Millisecond)) }

// think is the time that somebody at a keyboard takes for one step.
func (p *process) think() { p.sleep(p.between(2*time.Second, 9*time.Second)) }

// between returns a duration from least to most, in steps of 100 ns.
func (p *process) between(least, most time.Duration) time.Duration {
	return least + time.Duration(p.rng.Int64N(int64(most-least)/100+1))*100
}

// chance is true in percent of 100 cases.
func (p *process) chance(percent int) bool { return p.rng.IntN(100) < percent }

// wake is a process that sleeps until at.
type wake struct {
	at   event.FileTime
	seq  uint64 // of equal times, the first to fall asleep wakes first
	next func() (event.FileTime, bool)
	stop func()
}

type wakes []wake

func (q wakes) Len() int { return len(q) }
func (q wakes) Less(i, j int) bool {
	return q[i].at < q[j].at || q[i].at == q[j].at && q[i].seq < q[j].seq
}
func (q wakes) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *wakes) Push(x any)   { *q = append(*q, x.(wake)) }
func (q *wakes) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}

// start begins a process at a moment. Its chance is its own, by its name, so
// that one process more does not change what the others do.
func (w *World) start(at event.FileTime, name string, body func(*process)) {
	rng := w.random(name)
	next, stop := iter.Pull(func(yield func(event.FileTime) bool) {
		defer func() {
			if r := recover(); r != nil && r != errStopped {
				panic(r)
			}
		}()
		body(&process{w: w, yield: yield, rng: rng})
	})
	w.push(wake{at: max(at, w.now), next: next, stop: stop})
}

func (w *World) push(k wake) {
	w.seq++
	k.seq = w.seq
	heap.Push(&w.asleep, k)
}

// run lets the time pass until end.
func (w *World) run(end event.FileTime) {
	for len(w.asleep) > 0 && w.asleep[0].at < end && w.failed == nil {
		k := heap.Pop(&w.asleep).(wake)
		w.now = k.at
		if at, more := k.next(); more {
			k.at = at
			w.push(k)
		}
	}
	for _, k := range w.asleep {
		k.stop()
	}
	w.asleep = nil
	w.now = end
}
