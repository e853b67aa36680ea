package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"

	"github.com/spf13/cobra"

	"spoor/model/event"
	"spoor/model/export"
	"spoor/model/text"
	"spoor/parser"
	"spoor/parser/evidence"
	"spoor/parser/secondopinion"
)

const longVerify = `Have golang-evtx, a reader of event logs by other people, read the same
evidence, and say record by record and field by field how far it agrees with
spoor.

It runs in a process of its own, because it fails on some real logs: that is a
row of the result. What it is known to say otherwise than Windows does is
counted apart, by cause; every other difference is counted, and the first of
each log are listed with both values.

Exit code 0 says that both read every record of every log and agree.`

func newVerify(env *environment) *cobra.Command {
	var o options
	c := &cobra.Command{
		Use:   "verify PATH...",
		Short: "Have a second reader read the same evidence, and compare",
		Long:  longVerify,
		Example: `  spoor verify testdata/demo.zip
  spoor verify --format jsonl testdata/demo.zip -o agreement.jsonl`,
		Args: atLeastOnePath,
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		set := o.finder(args)(c.Context())
		defer set.Close()
		v := &verifier{env: env, options: &o, self: self, unconfirmed: env.complainOf(set)}
		err = printRows(c.Context(), env, &o, export.Columns{}.Verifications(), v.all(c.Context(), set))
		if err == nil && export.Format(o.format) == export.Table && o.output == "-" {
			err = unwritten(v.list(env.out))
		}
		switch {
		case err != nil:
			return err
		case c.Context().Err() != nil:
			return c.Context().Err()
		case v.read == 0:
			return &failure{exitUnreadable, errNothing}
		case v.unconfirmed:
			return &failure{code: exitDamaged}
		}
		return nil
	}
	o.reading(c)
	o.printing(c, listFormats...)
	return c
}

// verifier compares log after log.
type verifier struct {
	env         *environment
	options     *options
	self        string
	read        int
	unconfirmed bool
	listed      []string // what is listed below a table
	unlisted    int
}

func (v *verifier) all(ctx context.Context, set *evidence.Set) iter.Seq[export.Verification] {
	return func(yield func(export.Verification) bool) {
		for i, source := range set.Sources {
			row, err := v.file(ctx, event.FileID(i), source)
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				refuse(&row, err)
				v.env.complain("%s: %s", source.Name, *row.Refused)
			} else {
				v.read++
			}
			v.note(row)
			if !yield(row) {
				return
			}
		}
	}
}

// refuse says of a log why spoor cannot read it.
func refuse(row *export.Verification, err error) {
	reason := evidence.Reason(err)
	row.Outcome, row.Refused = export.OutcomeRefused, &reason
}

// verifyOne returns what compares single files of an investigation; nil where
// this program cannot be started again.
func (e *environment) verifyOne(o *options, of *investigation) func(context.Context, event.FileID) (export.Verification, error) {
	self, err := os.Executable()
	if err != nil {
		return nil
	}
	v := &verifier{env: e, options: o, self: self}
	return func(ctx context.Context, id event.FileID) (export.Verification, error) {
		of.mu.Lock()
		source := of.logs[id].source
		of.mu.Unlock()
		row, err := v.file(ctx, id, source)
		if err != nil {
			refuse(&row, err)
		}
		return row, ctx.Err()
	}
}

// file compares one log. The error says why spoor cannot read it.
func (v *verifier) file(ctx context.Context, id event.FileID, source evidence.Source) (export.Verification, error) {
	row := export.NewVerification(source.Name, source.Size)
	content, err := source.Open()
	if err != nil {
		return row, err
	}
	defer content.Close()
	file, err := parser.Open(content, source.Size, id, source.Name)
	if err != nil {
		return row, err
	}
	log, done, err := v.seekable(ctx, source)
	if err != nil {
		return row, err
	}
	defer done.Close()
	limits := secondopinion.LimitsFor(source.Size)
	child := exec.Command(v.self, secondOpinion, limits.Time.String())
	child.Stdin = log
	report, err := secondopinion.Verify(ctx, file, child, limits)
	if err != nil {
		return row, err
	}
	fill(&row, &report)
	return row, nil
}

// fill takes over what a report says.
func fill(row *export.Verification, r *secondopinion.Report) {
	row.SpoorRecords, row.GolangRecords, row.BothRecords = r.Spoor, r.GolangEvtx, r.Both
	row.OnlySpoor, row.OnlyGolang, row.RecoveredRecords = r.OnlySpoor, r.OnlyGolangEvtx, r.Recovered
	row.OnlySpoorList = append(row.OnlySpoorList, r.ListedSpoor...)
	row.OnlyGolangList = append(row.OnlyGolangList, r.ListedGolangEvtx...)
	row.Fields, row.Agreed, row.KnownFaults, row.Differing = r.Fields, r.Agreed, r.Faults, r.Differing
	for _, d := range r.Differences {
		row.Differences = append(row.Differences, export.FieldDifference{
			RecordID: d.RecordID, EventID: d.EventID, Field: d.Field, Spoor: d.Spoor, Golang: d.GolangEvtx,
		})
	}
	for _, d := range r.Damage {
		if !d.Note {
			row.Damage = append(row.Damage, export.Place(d))
		}
	}
	if r.Failure != nil {
		failure := r.Failure.Error()
		row.Failure = &failure
	}
	row.Outcome = row.Judge()
}

// seekable opens a log for the child. A member of a collection is copied to a
// temporary file that has no name any more.
func (v *verifier) seekable(ctx context.Context, source evidence.Source) (*os.File, io.Closer, error) {
	content, err := source.Open()
	if err != nil {
		return nil, nil, err
	}
	if file, ok := content.(*os.File); ok {
		return file, file, nil
	}
	defer content.Close()
	copied, err := evidence.Temporary(v.options.temporary)
	if err != nil {
		return nil, nil, err
	}
	if _, err = io.Copy(copied, contextReader{ctx, io.NewSectionReader(content, 0, source.Size)}); err == nil {
		_, err = copied.Seek(0, io.SeekStart)
	}
	if err != nil {
		copied.Close()
		return nil, nil, fmt.Errorf("copying it for golang-evtx: %w", err)
	}
	return copied.File, copied, nil
}

// note keeps what is said of a row beside the table, on stderr and below it.
func (v *verifier) note(row export.Verification) {
	for _, d := range row.Damage {
		v.env.complain("%s: %s", row.File, d)
	}
	if len(row.Damage) > 0 || row.Outcome != export.OutcomeAgrees {
		v.unconfirmed = true
	}
	if row.Outcome != export.OutcomeAgrees && row.Outcome != export.OutcomeRefused {
		v.env.complain("%s: %s", row.File, row.Outcome)
	}
	for _, finding := range row.Findings() {
		if len(v.listed) < maxListed {
			v.listed = append(v.listed, row.File+": "+finding)
		} else {
			v.unlisted++
		}
	}
}

// maxListed bounds the lines below a table.
const maxListed = 1000

func (v *verifier) list(w io.Writer) error {
	if len(v.listed) == 0 {
		return nil
	}
	var err error
	line := func(s string) {
		if err == nil {
			_, err = fmt.Fprintln(w, text.Clean(s))
		}
	}
	line("")
	for _, s := range v.listed {
		line(s)
	}
	if v.unlisted > 0 {
		line(fmt.Sprintf("and %d more lines: --format jsonl", v.unlisted))
	}
	return err
}
