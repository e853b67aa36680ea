package secondopinion

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"time"

	"spoor/model/event"
)

// Log is a log as spoor reads it, a parser.File.
type Log interface {
	Records(ctx context.Context, record func(*event.Record) error) ([]event.Damage, error)
}

// Limits bounds a second opinion.
type Limits struct {
	Patience time.Duration // for the next record
	Time     time.Duration // for the whole file
	Listed   int           // differences, and records that one of the two lacks
}

// LimitsFor returns limits for a log of that many bytes: many times what
// golang-evtx needs on a slow machine (it reads some 10 MB a second, and looks
// through all of a dirty log before its first record).
func LimitsFor(size int64) Limits {
	mebibytes := time.Duration(size>>20) * time.Second
	return Limits{Patience: 30*time.Second + mebibytes/4, Time: 2*time.Minute + mebibytes, Listed: 20}
}

// Report says how far two readers agree on one log.
type Report struct {
	Spoor, GolangEvtx, Both uint64 // records
	// Recovered records lie behind the end that their chunk states. Spoor keeps
	// them apart, golang-evtx does not look there, and they are not in Spoor.
	Recovered uint64
	// OnlySpoor and OnlyGolangEvtx count the records that the other lacks;
	// the first of them are listed.
	OnlySpoor, OnlyGolangEvtx     uint64
	ListedSpoor, ListedGolangEvtx []string
	Comparison
	// Damage is what spoor found wrong with the log.
	Damage []event.Damage
	// Failure is how golang-evtx failed, or nil.
	Failure error
}

// ErrTooSlow is in the Failure of a reader that had not ended in time.
var ErrTooSlow = errors.New("golang-evtx did not end")

// Verify reads a log with both readers in step, so that neither is held as a
// whole. child is a process that calls [Child] with the same bytes. The error
// is only ever the context's.
func Verify(ctx context.Context, log Log, child *exec.Cmd, limits Limits) (Report, error) {
	v := &verification{limits: limits, ours: newLine[*event.Record](), theirs: newLine[*Record]()}
	v.report.Comparison = Comparison{Faults: make(map[string]uint64), listed: limits.Listed}
	told, cancel := context.WithTimeoutCause(ctx, limits.Time, fmt.Errorf("%w within %v", ErrTooSlow, limits.Time))
	defer cancel()
	v.told = make(chan *Record, 64)
	go func() {
		defer close(v.told)
		v.report.Failure = Read(told, child, limits.Patience, func(r Record) error {
			select {
			case v.told <- &r:
				return nil
			case <-told.Done():
				return context.Cause(told)
			}
		})
		if v.report.Failure != nil && told.Err() != nil {
			v.report.Failure = context.Cause(told)
		}
	}()
	damage, err := log.Records(ctx, func(r *event.Record) error {
		v.our(r)
		return nil
	})
	v.report.Damage = damage
	if err != nil {
		cancel()
	}
	for r := range v.told {
		v.their(r)
	}
	v.ours.drop(len(v.ours.waiting), v.onlyOurs)
	v.theirs.drop(len(v.theirs.waiting), v.onlyTheirs)
	return v.report, errors.Join(err, ctx.Err())
}

// verification keeps two readers in step.
type verification struct {
	report Report
	limits Limits
	told   chan *Record // closed where golang-evtx has ended
	ended  bool
	ours   *line[*event.Record]
	theirs *line[*Record]
}

// maxWaiting bounds what waits for the other reader, in bytes on either side.
// Beyond it the oldest are taken for records that the other lacks.
const maxWaiting = 16 << 20

// our takes the next record of spoor's, and as many of golang-evtx's as then
// are behind.
func (v *verification) our(r *event.Record) {
	if r.Recovered {
		v.report.Recovered++
		return
	}
	v.report.Spoor++
	h := r.Head()
	k := key{strconv.FormatUint(h.RecordID, 10), h.Computer, h.Channel}
	if before, ok := v.theirs.find(k); ok {
		v.match(v.theirs.waiting[before].record, r)
		v.theirs.drop(before, v.onlyTheirs)
		v.theirs.drop(1, func(key) {})
		v.ours.drop(len(v.ours.waiting), v.onlyOurs)
		return
	}
	v.ours.add(k, r, weigh(r.Root))
	for v.ours.bytes > maxWaiting {
		v.ours.drop(1, v.onlyOurs)
	}
	for !v.ended && len(v.theirs.waiting) < len(v.ours.waiting) {
		t, ok := <-v.told
		if !ok {
			v.ended = true
			return
		}
		v.their(t)
	}
}

func (v *verification) their(r *Record) {
	v.report.GolangEvtx++
	k := key{r.RecordID, r.Computer, r.Channel}
	if before, ok := v.ours.find(k); ok {
		v.match(r, v.ours.waiting[before].record)
		// Both read in the order of the file: what is older has no match.
		v.ours.drop(before, v.onlyOurs)
		v.ours.drop(1, func(key) {})
		v.theirs.drop(len(v.theirs.waiting), v.onlyTheirs)
		return
	}
	bytes := 256
	for path, value := range r.Data {
		bytes += 64 + len(path) + len(value)
	}
	v.theirs.add(k, r, bytes)
	for v.theirs.bytes > maxWaiting {
		v.theirs.drop(1, v.onlyTheirs)
	}
}

func (v *verification) match(theirs *Record, ours *event.Record) {
	v.report.Both++
	v.report.compare(theirs, ours)
}

func (v *verification) onlyOurs(k key) {
	v.report.OnlySpoor++
	list(&v.report.ListedSpoor, k, v.limits.Listed)
}

func (v *verification) onlyTheirs(k key) {
	v.report.OnlyGolangEvtx++
	list(&v.report.ListedGolangEvtx, k, v.limits.Listed)
}

func list(to *[]string, k key, most int) {
	if len(*to) < most {
		*to = append(*to, short(fmt.Sprintf("record %s of %s on %s", k.record, k.channel, k.computer)))
	}
}

// weigh estimates the memory of an element in bytes.
func weigh(e *event.Element) int {
	n := 128 + 64*len(e.Attrs)
	for _, c := range e.Children {
		if c.Element != nil {
			n += weigh(c.Element)
		}
		n += 64 + len(c.Value.Text) + len(c.Value.Bytes) + 64*len(c.Value.Items)
	}
	return n
}
