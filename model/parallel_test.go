package model

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

func TestEachAtOnceUsesEveryItemOnce(t *testing.T) {
	for _, n := range []int{0, 1, 2, 1000} {
		uses := make([]atomic.Int32, n)
		items := make([]int, n)
		for i := range items {
			items[i] = i
		}
		eachAtOnce(items, func(i int) { uses[i].Add(1) })
		for i := range uses {
			if got := uses[i].Load(); got != 1 {
				t.Errorf("of %d items, item %d was used %d times", n, i, got)
			}
		}
	}
}

func TestEachAtOnceLeavesAUIItsProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3*cores + 2))
	var now, most atomic.Int32
	eachAtOnce(make([]int, 8*cores), func(int) {
		n := now.Add(1)
		defer now.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		time.Sleep(time.Millisecond)
	})
	if got := int(most.Load()); got > cores {
		t.Errorf("on %d cores it did %d things at once", cores, got)
	}
}

func TestEachAtOnceFailsWhereItsCallerSees(t *testing.T) {
	defer func() {
		if p := recover(); p != "broken" {
			t.Errorf("it failed with %v", p)
		}
	}()
	eachAtOnce([]int{1, 2, 3}, func(i int) {
		if i == 2 {
			panic("broken")
		}
	})
	t.Error("it did not fail")
}
