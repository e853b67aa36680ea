package model

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// cores is what the program began with: a UI that has the runtime run more at
// once wants those for itself.
var cores = runtime.GOMAXPROCS(0)

// eachAtOnce calls use for every item, as many at once as there are cores, and
// returns when all are done. A panic of one is the caller's.
func eachAtOnce[T any](items []T, use func(T)) {
	var next atomic.Int64
	var failed atomic.Pointer[any]
	work := func() {
		defer func() {
			if p := recover(); p != nil {
				failed.CompareAndSwap(nil, &p)
			}
		}()
		for {
			i := next.Add(1) - 1
			if i >= int64(len(items)) || failed.Load() != nil {
				return
			}
			use(items[i])
		}
	}
	var group sync.WaitGroup
	for range min(cores, runtime.GOMAXPROCS(0), len(items)) {
		group.Go(work)
	}
	group.Wait()
	if p := failed.Load(); p != nil {
		panic(*p)
	}
}

// atOnce calls functions at once where there are cores for them, and returns
// when all are done.
func atOnce(all ...func()) { eachAtOnce(all, func(one func()) { one() }) }
