package tui

import (
	"context"
	"fmt"
	"sync"

	tea "charm.land/bubbletea/v2"

	"spoor/model"
	"spoor/model/findings"
)

// judging owns the goroutine that looks for findings once all is read. A
// search for a newer snapshot ends the one before.
type judging struct {
	find   func(context.Context, *model.Snapshot) *findings.Set
	ui     context.Context
	cancel context.CancelFunc // of the search that was begun last, or nil
	work   sync.WaitGroup

	of    *model.Snapshot // that was searched, or is; nil before
	found *verdict        // nil while it is searched
}

// verdict is what a search came to.
type verdict struct {
	snap *model.Snapshot
	set  *findings.Set
	touched
	wants []findings.Unjudged // for want of which rules could not judge
	err   error               // why there is no set
}

type judgedMsg struct{ *verdict }

func newJudging(ui context.Context, find func(context.Context, *model.Snapshot) *findings.Set) *judging {
	return &judging{find: find, ui: ui}
}

// start looks for the findings of a snapshot and returns the command that waits
// for them.
func (j *judging) start(snap *model.Snapshot) tea.Cmd {
	if j.of == snap {
		return nil
	}
	if j.cancel != nil {
		j.cancel()
	}
	ctx, cancel := context.WithCancel(j.ui)
	j.cancel, j.of, j.found = cancel, snap, nil
	found := make(chan *verdict, 1)
	j.work.Go(func() {
		defer cancel()
		found <- j.judge(ctx, snap)
	})
	return func() tea.Msg {
		select {
		case <-j.ui.Done():
			return nil
		case v := <-found:
			return judgedMsg{v}
		}
	}
}

// judge applies the rules. A rule that panics takes its findings along, not
// the UI.
func (j *judging) judge(ctx context.Context, snap *model.Snapshot) (v *verdict) {
	v = &verdict{snap: snap}
	defer func() {
		if p := recover(); p != nil {
			v = &verdict{snap: snap, err: fmt.Errorf("a rule failed: %v", p)}
		}
	}()
	set := j.find(ctx, snap)
	v.touched = touchedBy(snap, set)
	v.wants = findings.NotJudged(snap)
	v.set = set
	return v
}

// take takes a verdict over, unless it is of another snapshot.
func (j *judging) take(v *verdict) bool {
	if v.snap != j.of {
		return false
	}
	j.found = v
	return true
}

// working reports whether a search runs.
func (j *judging) working() bool { return j.of != nil && j.found == nil }

// join ends the search and waits until it did.
func (j *judging) join() {
	if j.cancel != nil {
		j.cancel()
	}
	j.work.Wait()
}

// judged shows what was found.
func (r *root) judged(m judgedMsg) tea.Cmd {
	if !r.judging.take(m.verdict) {
		return nil
	}
	return r.look(r.view.snap, r.view.zone, r.view.all)
}

// find returns what looks for findings.
func (o *Options) find() func(context.Context, *model.Snapshot) *findings.Set {
	if o.Find != nil {
		return o.Find
	}
	set, _ := findings.Parse(o.Thresholds...) // which were checked as they were read
	return func(ctx context.Context, snap *model.Snapshot) *findings.Set { return findings.Find(ctx, snap, set) }
}
