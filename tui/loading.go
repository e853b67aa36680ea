package tui

import (
	"context"
	"sync"

	tea "charm.land/bubbletea/v2"
)

// loading owns the goroutine that loads. Progress that the UI did not fetch
// yet is replaced by newer progress, so a slow terminal never holds loading
// up.
type loading struct {
	load   Loader
	ui     context.Context
	ctx    context.Context
	cancel context.CancelFunc
	done   chan struct{} // closed when the loader returned
	once   sync.Once

	mu      sync.Mutex
	newest  *Progress
	arrived chan struct{} // holds a token while newest is set
}

type progressMsg Progress

func newLoading(ui context.Context, load Loader) *loading {
	l := &loading{load: load, ui: ui, done: make(chan struct{}), arrived: make(chan struct{}, 1)}
	l.ctx, l.cancel = context.WithCancel(ui)
	return l
}

// start runs the loader, once.
func (l *loading) start() {
	l.once.Do(func() {
		go func() {
			defer close(l.done)
			if l.load != nil {
				l.load(l.ctx, l.publish)
			}
		}()
	})
}

// join stops the loader and waits until it returned. One that was never
// started never will be.
func (l *loading) join() {
	l.cancel()
	l.once.Do(func() { close(l.done) })
	<-l.done
}

// stop asks the loader to publish what it has and return.
func (l *loading) stop() { l.cancel() }

func (l *loading) publish(p Progress) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p.Snapshot == nil && l.newest != nil {
		p.Snapshot = l.newest.Snapshot
	}
	l.newest = &p
	select {
	case l.arrived <- struct{}{}:
	default:
	}
}

// take returns the newest progress and forgets it.
func (l *loading) take() (Progress, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.newest == nil {
		return Progress{}, false
	}
	p := *l.newest
	l.newest = nil
	return p, true
}

// wait is a command: it returns the next progress. A loader that returns
// without finishing counts as stopped.
func (l *loading) wait() tea.Msg {
	for {
		select {
		case <-l.ui.Done():
			return nil
		case <-l.arrived:
			if p, ok := l.take(); ok {
				return progressMsg(p)
			}
		case <-l.done:
			if p, ok := l.take(); ok {
				p.Finished = true
				return progressMsg(p)
			}
			return progressMsg{Finished: true, Stopped: true}
		}
	}
}
