package export

import (
	"cmp"
	"context"
	"io"
	"iter"
	"slices"
	"time"

	"spoor/model"
	"spoor/model/event"
)

// content yields the records of an export and counts them.
type content struct {
	ctx         context.Context
	view        View
	request     Request
	rows        []model.SessionRow
	attempts    []model.Failure
	attemptRows []int  // of attempts, in Snapshot.Failures
	findings    *found // once they were asked for
	noEvents    bool
	judges      bool                        // it tells of findings
	members     map[model.EventRow][]string // the sessions that an event belongs to
	order       []model.EventRow
	zone        *time.Location
	newLog      func(io.Writer) LogWriter
	evidence    []ManifestEvidence // once it was asked for
	result      Result
	err         error
}

func newContent(ctx context.Context, r Request) *content {
	names := unknownNames(r.Snapshot)
	c := &content{
		ctx: ctx, view: View{Snapshot: r.Snapshot, Read: r.Read}, request: r, rows: r.Sessions, noEvents: r.NoEvents,
		judges: !layouts[r.Format].mute && !r.NoFindings,
		zone:   cmp.Or(r.Zone, time.UTC), newLog: r.NewLog,
	}
	c.attempts, c.attemptRows = attemptsAbout(r.Snapshot, r.Sessions, r.Attempts)
	var told found
	if c.judges {
		told = c.found()
	}
	if r.NoFindings {
		c.result.LeftOut = append(c.result.LeftOut, FindingsLeftOut)
	}
	if r.MaskUnknownNames {
		c.view.mask = newMask(names)
	} else if w := warnOfNames(r.Snapshot, c.attempts, told, names); w != "" {
		c.result.Warnings = append(c.result.Warnings, w)
	}
	for _, what := range r.LeftOut {
		c.result.LeftOut = append(c.result.LeftOut, c.view.mask.prose(what))
	}
	if r.Snapshot.Provisional() {
		c.result.Warnings = append(c.result.Warnings, "the evidence was still being read: sessions, events and joins may be missing")
	}
	if r.NoEvents || !r.Format.HasEvents() {
		return c
	}
	c.members = make(map[model.EventRow][]string)
	for _, row := range r.Sessions {
		id := r.Snapshot.SessionID(row)
		for _, e := range r.Snapshot.SessionEvents(row) {
			if c.members[e] == nil {
				c.order = append(c.order, e)
			}
			c.members[e] = append(c.members[e], id)
		}
	}
	for _, e := range r.Beside.Events(r.Snapshot) {
		if _, ok := c.members[e]; !ok {
			c.members[e] = nil
			c.order = append(c.order, e)
		}
	}
	SortEvents(r.Snapshot, c.order)
	return c
}

// write writes one file of the export.
func (c *content) write(w io.Writer, file part) error {
	if err := file.write(w, c); err != nil {
		return err
	}
	return c.err
}

// attemptsAbout returns the failed attempts, in all of the evidence, at the
// accounts of sessions, those that a record of the sessions themselves tells of,
// and those that are named beside, and where they are in Snapshot.Failures.
func attemptsAbout(s *model.Snapshot, rows []model.SessionRow, beside []int) (out []model.Failure, at []int) {
	accounts, sessions, named := map[model.AccountID]bool{}, map[model.SessionRow]bool{}, map[int]bool{}
	for _, i := range beside {
		named[i] = true
	}
	for _, row := range rows {
		sessions[row] = true
		if id := s.SessionAccount(row); id != model.None {
			accounts[id] = true
		}
	}
	for i, f := range s.Failures() {
		about := named[i] || f.Account != model.None && accounts[f.Account]
		for _, r := range f.Records {
			about = about || slices.ContainsFunc(s.EventSessions(r), func(n model.SessionRow) bool { return sessions[n] })
		}
		if about {
			out, at = append(out, f), append(at, i)
		}
	}
	return out, at
}

// Events are the records that are told of beside the sessions', by time.
func (b *Beside) Events(s *model.Snapshot) []model.EventRow {
	out := slices.Clone(b.Records)
	all := s.Failures()
	for _, i := range b.Attempts {
		out = append(append(out, all[i].Event), all[i].Records...)
	}
	SortEvents(s, out)
	return slices.Compact(out)
}

// SortEvents puts events in the order of their times; those of one moment by
// host and record number.
func SortEvents(s *model.Snapshot, rows []model.EventRow) {
	slices.SortStableFunc(rows, func(a, b model.EventRow) int {
		x, y := s.Event(a), s.Event(b)
		return cmp.Or(cmp.Compare(x.Time, y.Time), cmp.Compare(x.Host, y.Host), cmp.Compare(x.RecordID, y.RecordID))
	})
}

// each yields what record makes of rows until the context ends.
func each[R, T any](c *content, rows []R, counter *int, record func(R) T) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, row := range rows {
			if c.err = c.ctx.Err(); c.err != nil {
				return
			}
			*counter++
			if !yield(record(row)) {
				return
			}
		}
	}
}

func (c *content) sessions() iter.Seq[Session] {
	return each(c, c.rows, &c.result.Sessions, c.view.Session)
}

func (c *content) failures() iter.Seq[Failure] {
	return each(c, c.attempts, &c.result.Failures, c.view.Failure)
}

func (c *content) events() iter.Seq[Event] {
	return each(c, c.order, &c.result.Events, func(row model.EventRow) Event {
		e := c.view.Event(row, c.members[row])
		if e.Error != nil {
			c.missing(row, *e.Error)
		}
		return e
	})
}

// maxMissing bounds the list of events that are missing; the last entry of a
// longer one says so.
const maxMissing = 10_000

func (c *content) missing(row model.EventRow, why string) {
	switch n := len(c.result.Missing); {
	case n < maxMissing:
		c.result.Missing = append(c.result.Missing, MissingEvent{c.view.ref(row), why})
	case n == maxMissing:
		c.result.Missing = append(c.result.Missing, MissingEvent{Why: "and more, which are not listed"})
	}
}

// record reads an event's record as it was logged.
func (c *content) record(row model.EventRow) (*event.Record, error) {
	return c.view.Read(c.view.Snapshot.Event(row).Ref)
}

// countOnly counts what a format tells of without a record each.
func (c *content) countOnly() {
	c.result.Sessions, c.result.Failures = len(c.rows), len(c.attempts)
}
