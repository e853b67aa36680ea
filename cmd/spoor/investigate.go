package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"spoor/model/export"
	"spoor/parser/evidence"
	"spoor/tui"
)

// investigate opens the UI on paths, or prints the report where stdout is no
// terminal.
func (e *environment) investigate(ctx context.Context, o *options, paths []string) error {
	if !isTerminal(e.out) {
		return e.report(ctx, o, o.finder(paths))
	}
	if err := nonePresent(paths); err != nil {
		return err
	}
	folder, err := os.Getwd()
	if err != nil {
		folder = "."
	}
	return e.open(ctx, o, evidenceAt{title: strings.Join(paths, " "), folder: folder, find: o.finder(paths)})
}

// nonePresent gives an error where not one of the paths exists: then there is
// nothing to open a screen for.
func nonePresent(paths []string) error {
	var errs []error
	for _, p := range paths {
		if strings.ContainsAny(p, "*?[") {
			return nil
		}
		_, err := os.Stat(p)
		if err == nil {
			return nil
		}
		errs = append(errs, fmt.Errorf("%s: %s", p, evidence.Reason(err)))
	}
	return &failure{exitUnreadable, errors.Join(errs...)}
}

// finder finds evidence until its context ends.
type finder = func(context.Context) *evidence.Set

func (o *options) finder(paths []string) finder {
	return func(ctx context.Context) *evidence.Set {
		return evidence.Find(ctx, paths, evidence.Options{Temporary: o.temporary, Limits: o.limits})
	}
}

// evidenceAt is evidence to open.
type evidenceAt struct {
	title  string
	folder string // that relative names are under; "" for names that are no paths
	find   finder
}

// open runs the UI.
func (e *environment) open(ctx context.Context, o *options, at evidenceAt) error {
	settings, err := e.settings(o)
	if err != nil {
		return err
	}
	v := newInvestigation(at.find, o.jobs, e.now)
	v.carve, v.folder, v.log, v.drafts = o.carve, at.folder, e.log, true
	v.room = e.room(o)
	o.limits = v.room.unpacking()
	v.room.limit()
	defer v.Close()
	folder, err := os.Getwd()
	if err != nil {
		folder = "."
	}
	var last tui.Progress // written by the loader, which has returned when Run does
	load := func(ctx context.Context, publish func(tui.Progress)) {
		v.Load(ctx, func(p tui.Progress) {
			last.Err, last.Reached, last.Snapshot = p.Err, p.Reached, cmp.Or(p.Snapshot, last.Snapshot)
			publish(p)
		})
	}
	cores := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(cores)
	runtime.GOMAXPROCS(tui.Processors(cores))
	err = tui.Run(ctx, tui.Options{
		Load: load, Read: v.Read, Settings: settings, Title: at.title, Local: time.Local, All: o.all, Now: e.now,
		Folder: folder, Environ: e.environ, In: e.in, Out: e.out, Keep: e.keeper(o), Copy: e.clipboard(),
		Provenance: e.provenance(v, ""), NewLog: newLog, Verify: e.verifyOne(o, v),
	})
	switch {
	case errors.Is(err, tui.ErrUnkept), errors.Is(err, tui.ErrKeptInPart):
		e.complain("%v", err)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	case err != nil && ctx.Err() == nil:
		return &failure{exitUsage, err}
	case err != nil:
		return err
	}
	return e.afterwards(last)
}

// mostNamed is how many damaged places are named once a screen is closed: all
// of them were on it.
const mostNamed = 10

// afterwards is what a screen that was left ends with: as a command that has
// read the same, so that a script can tell.
func (e *environment) afterwards(last tui.Progress) error {
	if last.Reached != "" {
		defer e.complain("%s", last.Reached)
	}
	switch {
	case last.Snapshot == nil:
		return nil // it was left before anything was read
	case e.nameDamage(last.Snapshot, mostNamed) && last.Err == nil:
		return &failure{code: exitDamaged}
	case last.Err != nil:
		return &failure{exitUnreadable, last.Err}
	}
	return nil
}

// keeper returns where marks are kept, or nil where they are not.
func (e *environment) keeper(o *options) tui.Keeper {
	folder := system{runtime.GOOS, e.environ}.stateFolder()
	if o.noState || folder == "" {
		return nil
	}
	return store{folder}
}

func (e *environment) provenance(v *investigation, filter string) export.Provenance {
	return export.Provenance{Version: version(), Arguments: os.Args, Filter: filter, Now: e.now, Hash: v.Hash}
}
