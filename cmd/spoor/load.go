package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"spoor/model"
	"spoor/model/export"
	"spoor/parser/evidence"
	"spoor/tui"
)

// loaded is evidence that was read to its end for a command.
type loaded struct {
	*investigation
	snapshot *model.Snapshot
	view     export.View
	damaged  bool
}

// load reads everything, names on stderr what could not be read, and fails
// where nothing could. The caller closes what it returns. A choice, which may be
// nil, is what alone it looks at: that may save memory.
func (e *environment) load(ctx context.Context, o *options, hash bool, find finder, choice *model.Choice) (*loaded, error) {
	l := &loaded{investigation: newInvestigation(find, o.jobs, e.now)}
	l.hash, l.carve, l.log = hash, o.carve, e.log
	l.choice, l.choiceFrom, l.narrows = choice, o.choiceFrom(), o.narrows
	l.room = e.room(o)
	o.limits = l.room.unpacking()
	l.room.limit()
	var last tui.Progress
	show := e.progress(o)
	l.Load(ctx, func(p tui.Progress) {
		last = p
		show(p)
	})
	l.snapshot = last.Snapshot
	l.view = export.View{Snapshot: l.snapshot, Read: l.Read}
	l.damaged = e.nameDamage(l.snapshot, math.MaxInt)
	if last.Reached != "" {
		e.complain("%s", last.Reached)
	}
	if err := ctx.Err(); err != nil {
		l.Close()
		return nil, err
	}
	if last.Err != nil {
		l.Close()
		return nil, &failure{exitUnreadable, last.Err}
	}
	return l, nil
}

// nameDamage names on stderr at most so many places that could not be read, and
// reports whether there is one.
func (e *environment) nameDamage(s *model.Snapshot, most int) bool {
	n, unread, wants := 0, map[string]int{}, []string(nil)
	for _, d := range s.Damage() {
		if d.Note {
			continue
		}
		if want := wantOf(d.Reason); want != "" {
			if unread[want] == 0 {
				wants = append(wants, want)
			}
			if unread[want]++; unread[want] <= unreadNamed {
				e.complain("%s: %s", d.Name, export.Place(d))
			}
			continue
		}
		if n++; n <= most {
			e.complain("%s: %s", d.Name, export.Place(d))
		}
	}
	if n > most {
		e.complain("and %d more; spoor coverage names them all", n-most)
	}
	for _, want := range wants {
		if more := unread[want] - unreadNamed; more > 0 {
			e.complain("and %d more not read, or not to the end, for want of %s; spoor coverage names them all", more, want)
		}
	}
	return n+len(wants) > 0
}

// unreadNamed is how many files are named that were not read for want of the
// same: they are many at once, and the first say what to do.
const unreadNamed = 3

// wantOf names what there was too little of to read a file to its end, "" where
// it was not read for another reason.
func wantOf(reason string) string {
	if forWantOfMemory(reason) {
		return "memory"
	}
	return evidence.Want(reason)
}

// outcome is nil, or the exit code for damaged evidence.
func (l *loaded) outcome() error {
	if l.damaged {
		return &failure{code: exitDamaged}
	}
	return nil
}

// progress returns what shows the progress of loading on stderr: nothing
// unless that is a terminal, or --progress asks for lines, and --quiet is not
// given.
func (e *environment) progress(o *options) func(tui.Progress) {
	terminal := isTerminal(e.err)
	if o.quiet || !terminal && !o.progress {
		return func(tui.Progress) {}
	}
	var next time.Time
	shown := false
	return func(p tui.Progress) {
		now := e.now()
		if next.IsZero() && !o.progress {
			next = now.Add(time.Second) // what takes no second needs no word
		}
		words := fmt.Sprintf("reading %d%%, %d of %s", 100*p.Done/max(p.Total, 1), p.Files, plural(p.TotalFiles, "file"))
		switch {
		case terminal && p.Finished && shown:
			fmt.Fprint(e.err, "\r\x1b[K")
		case p.Finished || p.Total == 0 || now.Before(next):
		case terminal:
			shown = true
			fmt.Fprint(e.err, "\r\x1b[K"+words)
		default:
			next = now.Add(time.Second)
			e.complain("%s", words)
		}
	}
}
