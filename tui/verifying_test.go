package tui

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"spoor/model/event"
	"spoor/model/export"
)

// reader is a second reader that says of each file what a test wants.
type reader struct {
	mu    sync.Mutex
	asked []event.FileID
	says  func(ctx context.Context, id event.FileID) (export.Verification, error)
}

func (r *reader) verify(ctx context.Context, id event.FileID) (export.Verification, error) {
	r.mu.Lock()
	r.asked = append(r.asked, id)
	r.mu.Unlock()
	return r.says(ctx, id)
}

func TestTheSecondReaderSaysOfEachFileHowFarItAgrees(t *testing.T) {
	outcomes := []string{export.OutcomeAgrees, export.OutcomeDiffers, export.OutcomeFailed}
	second := &reader{says: func(_ context.Context, id event.FileID) (export.Verification, error) {
		v := export.NewVerification("", 0)
		v.Outcome, v.BothRecords, v.Fields, v.Agreed = outcomes[id], 7, 120, 100
		v.KnownFaults["pads numbers"] = 20
		if v.Outcome == export.OutcomeDiffers {
			v.Agreed, v.Differing = 99, 1
			v.Differences = []export.FieldDifference{{RecordID: 5, EventID: 4624, Field: "TargetUserName", Spoor: "bob\x1b[2J", Golang: "mallory"}}
		}
		return v, nil
	}}
	o := options(t, story())
	o.Verify = second.verify
	d := drive(t, o, 120, 40).press("v").sees("only on the evidence; 8 shows it").press("8", "down", "v")
	d.sees("the second reader is done: it agrees on 1 of 3 files", "2nd agrees", "2nd differs", "2nd read less")
	if len(second.asked) != 3 || second.asked[0] != d.root.top().rows.(*listing[*exhibit]).item(1).file.ID {
		t.Errorf("asked for %v, and not for the selected one first", second.asked)
	}
	d.press("v").sees("has read all that spoor has").press("/", "differs", "tab")
	d.sees("1 of 3 files", "7 records in common", "20 otherwise by faults of its own", "1 field differs", `TargetUserName is "bob\x1b[2J", golang-evtx says "mallory"`)
	check(t, d)
}

func TestTheSecondReaderIsStoppedAndGoesOn(t *testing.T) {
	asked, ended := make(chan struct{}), make(chan struct{})
	second := &reader{}
	slow := func(ctx context.Context, _ event.FileID) (export.Verification, error) {
		close(asked)
		<-ctx.Done()
		close(ended)
		return export.Verification{}, ctx.Err()
	}
	second.says = slow
	o := options(t, story())
	o.Verify = second.verify
	d := drive(t, o, 120, 40).press("8")
	_, wait := d.root.Update(key("v"))
	<-asked
	d.run(d.root.retell())
	d.sees("reads 3 files", "verifying 1 of 3", "golang-evtx is reading it")
	d.press("v").sees("stopping the second reader")
	d.run(wait) // the end of the run
	<-ended
	d.misses("verifying", "2nd agrees")
	second.says = func(context.Context, event.FileID) (export.Verification, error) {
		return export.Verification{Outcome: export.OutcomeAgrees}, nil
	}
	d.press("v").sees("it agrees on 3 files")
}

// Whoever quits does not wait for it, and it does not run on.
func TestQuittingEndsTheSecondReader(t *testing.T) {
	o := options(t, story())
	ended := make(chan struct{})
	o.Verify = func(ctx context.Context, _ event.FileID) (export.Verification, error) {
		<-ctx.Done()
		close(ended)
		return export.Verification{}, ctx.Err()
	}
	d := drive(t, o, 80, 24).press("8")
	d.root.Update(key("v"))
	d.root.join()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Error("it runs on")
	}
}

func TestAFileThatTheSecondReaderIsNotAskedForSaysWhy(t *testing.T) {
	o := options(t, story())
	o.Verify = func(context.Context, event.FileID) (export.Verification, error) {
		return export.Verification{}, errors.New("no process could be started")
	}
	drive(t, o, 120, 40).press("8", "v").sees("was not asked: no process could be started")
	o.Verify = nil
	drive(t, o, 120, 40).press("8", "v").sees("there is no second reader here")
}
