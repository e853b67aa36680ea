package search

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// cores is what the program began with: a UI that has the runtime run more at
// once wants those for itself.
var cores = runtime.GOMAXPROCS(0)

// leastPart is how many rows are worth a goroutine.
const leastPart = 1 << 16

// spread calls do for parts of n rows, which begin at multiples of blockRows, as
// many at once as there are cores, and returns what it returned in their order.
// A panic of one is the caller's.
func spread[T any](n int, do func(from, to int) T) []T {
	parts := max(1, min(cores, runtime.GOMAXPROCS(0), n/leastPart))
	size := ((n+parts-1)/parts + blockRows - 1) / blockRows * blockRows
	out := make([]T, parts)
	var failed atomic.Pointer[any]
	var group sync.WaitGroup
	work := func(i int) {
		defer func() {
			if p := recover(); p != nil {
				failed.CompareAndSwap(nil, &p)
			}
		}()
		out[i] = do(min(n, i*size), min(n, (i+1)*size))
	}
	for i := range parts - 1 {
		group.Go(func() { work(i + 1) })
	}
	work(0)
	group.Wait()
	if p := failed.Load(); p != nil {
		panic(*p)
	}
	return out
}
