package model

import (
	"time"

	"spoor/model/event"
)

// Rules that look at the records around one are given those records as they
// were logged: none between may be missing, or they would look further than
// they do where nothing was left out.
const (
	// aroundStart is how many records before and after a sign of a start or a
	// stop are kept: more than any rule looks back.
	aroundStart = lookBack + lastRecords
	// aroundCredentials is the same for the use of explicit credentials.
	aroundCredentials = mostNear + 1
	// aroundEdge is the same for the beginning and the end of a log.
	aroundEdge = mostNear + fallenLogons
	// aroundArrival is the same for Remote Desktop connections, within
	// arrivalSpan.
	aroundArrival = mostBefore + 1
	// windowSpan is longer than any rule looks back in time.
	windowSpan = startSpan + earlySpan
)

// pending is a row of which it is not yet decided whether it is kept.
type pending struct {
	row    event.Row
	values []uint64
	reader *readerTexts
	stream uint32
	kept   bool
	served servedLogon // what is kept of it if it is not
}

func (p *pending) set(in *event.Row, values []uint64, r *readerTexts, stream uint32, kept bool) {
	p.row, p.reader, p.stream, p.kept = *in, r, stream, kept
	p.values = append(p.values[:0], values...)
}

// window holds the newest records of one host's Security log while what
// follows them may still ask for them.
type window struct {
	ring []pending // a power of two
	head int
	n    int
}

func (w *window) at(i int) *pending { return &w.ring[(w.head+i)&(len(w.ring)-1)] }

// push returns the place of one more row.
func (w *window) push() *pending {
	if w.n == len(w.ring) {
		ring := make([]pending, max(64, 2*len(w.ring)))
		for i := range w.n {
			ring[i] = *w.at(i)
		}
		w.ring, w.head = ring, 0
	}
	w.n++
	return w.at(w.n - 1)
}

// pop removes the oldest row; what it returns is valid until the next push.
func (w *window) pop() *pending {
	p := w.at(0)
	w.head = (w.head + 1) & (len(w.ring) - 1)
	w.n--
	return p
}

// full reports whether the oldest row is too old for anything to ask for it.
func (w *window) full() bool {
	if w.n > aroundArrival {
		return true
	}
	return w.n > aroundEdge+1 && w.at(w.n-1).row.Time.Sub(w.at(0).row.Time) > windowSpan
}

// keep keeps the newest rows, count of them at most, as long as they lie
// within span of the newest; 0 is any time.
func (w *window) keep(count int, span time.Duration) {
	if w.n == 0 {
		return
	}
	newest := w.at(w.n - 1).row.Time
	for i := w.n - 1; i >= 0 && w.n-1-i <= count; i-- {
		p := w.at(i)
		if span != 0 && absDuration(newest.Sub(p.row.Time)) > span {
			// One more: it is what shows that the span ends here.
			p.kept = true
			return
		}
		p.kept = true
	}
}
