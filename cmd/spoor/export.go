package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spoor/model"
	"spoor/model/export"
	"spoor/parser/evtxwrite"
)

func newExport(env *environment) *cobra.Command {
	var o options
	var sessions []string
	var where string
	var noEvents, force, mask, check bool
	c := &cobra.Command{
		Use:   "export PATH... --session ID... | --user NAME...",
		Short: "Write sessions with their events, and a manifest, into files",
		Long: `Write sessions with their events, the failed attempts at their accounts and the
findings about them into files that stand on their own, with a manifest beside them: version, command
line, evidence with SHA-256, counts, damage.

An account that --user names and that has no session there is told of by the
failed attempts at it and the records about it: tickets, checks, changes. The
format dot knows sessions alone.

--session takes an ID as "spoor sessions" prints it, HOST/0xLOGONID, or
HOST/CHANNEL/RECORD for any record of a session.

The formats:
  jsonl       the public records, one a line: sessions, failures, findings, events
  csv         a folder of tables for a spreadsheet: the same four
  timesketch  JSON lines that Timesketch imports
  markdown    a page for a report, its trail as a Mermaid diagram
  html        the same page as one file, with a timeline; loads nothing, prints
  dot         who went from host to host, for GraphViz
  evtx        the sessions' original records, as one log; not those that led to
              them, nor those of failed attempts, which the others name
  json        the public records as one document

Findings judge all of the evidence. --no-findings leaves them out, and says so in
the export and its manifest; of evidence larger than memory, only what --user,
--host, --since and --until ask for is then kept. All else is told as without it.

--check holds an export against its manifest, and the manifest against the
evidence if that is given; exit code 3 says that something is not as it was.
A manifest proves no more than where it is kept: it is not signed.`,
		Example: `  spoor export evidence/ --user 'CONTOSO\alice' --format csv -o alice
  spoor export evidence/ --user administrator --format csv -o refused
  spoor export evidence/ --session FS01/0x3e91c -o -
  spoor export evidence/ --session FS01/0x3e91c --format html -o fs01.html
  spoor export evidence/ --user 'CONTOSO\alice' --since 2026-03-05 --no-findings --format html -o alice.html
  spoor export --check fs01.html evidence/`,
		Args: atLeastOnePath,
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		if check {
			return env.check(c, &o, args[0], args[1:])
		}
		thresholds, err := env.thresholds(&o)
		if err != nil {
			return err
		}
		if len(sessions) == 0 && !o.asks() && where == "" {
			return usage("say what to export: --session, --user, --host, --type, --since, --until or --where")
		}
		columns := export.Columns{}.Sessions()
		asked, err := arrange(&arrangement{where: where}, &o, columns, columns)
		if err != nil {
			return err
		}
		if err := exportable(export.Format(o.format), o.output, noEvents, isTerminal(env.out)); err != nil {
			return err
		}
		if err := o.unjudged(); err != nil {
			return err
		}
		zone, err := o.location()
		if err != nil {
			return err
		}
		if err := o.choosable(); err != nil {
			return err
		}
		var choice *model.Choice
		switch f := export.Format(o.format); {
		case mask || len(sessions) > 0:
			// Which names are known, and which session is called so, all records tell.
		case o.noFindings || f == export.EVTX || f == export.Dot:
			choice = o.choice()
		default:
			o.narrows = withoutFindings
		}
		l, err := env.load(c.Context(), &o, true, o.finder(args), choice)
		if err != nil {
			return err
		}
		defer l.Close()
		sel, err := o.selection(l.snapshot)
		if err != nil {
			return err
		}
		env.sayStrangers(&o, sel)
		rows, err := o.chosen(sel, sessions)
		var beside export.Beside
		var leftOut []string
		switch {
		case len(sessions) > 0:
		case where == "":
			beside = sel.beside(rows)
		default: // a filter is of sessions
			leftOut = o.sessionless(sel, sel.beside(rows))
		}
		unexported := func(err error) error {
			if len(sessions) == 0 {
				env.sayEndless(&o, sel)
			}
			for _, what := range leftOut {
				if !o.quiet {
					env.complain("left out: %s", what)
				}
			}
			return l.sought(env, &o, err)
		}
		if err != nil && (len(beside.Accounts) == 0 || export.Format(o.format) == export.Dot) {
			return unexported(err)
		}
		if !asked.filter.Empty() {
			rows = slices.DeleteFunc(rows, func(n model.SessionRow) bool { return !asked.passes(l.view.Session(n)) })
			if len(rows) == 0 {
				return unexported(notThere("no session of those that match the other flags passes --where %s", where))
			}
		}
		r := export.Request{
			NoFindings: o.noFindings, LeftOut: leftOut,
			Snapshot: l.snapshot, Sessions: rows, Beside: beside, Format: export.Format(o.format), Path: o.output,
			Thresholds: thresholds, Overwrite: force, NoEvents: noEvents, MaskUnknownNames: mask, Zone: zone, Read: l.Read, NewLog: newLog,
			Provenance: env.provenance(l.investigation, filterWords(&o, sessions, where)),
		}
		if err := env.export(c.Context(), r, o.quiet); err != nil {
			return err
		}
		if len(sessions) == 0 {
			env.sayEndless(&o, sel)
		}
		return l.outcome()
	}
	o.reading(c)
	o.carving(c)
	o.selecting(env, c)
	o.prefiltering(c)
	o.printing(c, export.Formats()...)
	o.judging(c)
	o.notJudging(c)
	o.settingsFlag(c)
	f := c.Flags()
	f.StringArrayVar(&sessions, "session", nil, "the session `ID`, HOST/0xLOGONID or HOST/CHANNEL/RECORD (may repeat)")
	f.StringVar(&where, "where", "", "only sessions that this filter `lets` pass, as in the screens: ip:10.0.0.0/8 -end:logoff")
	f.BoolVar(&noEvents, "no-events", false, "only the sessions, without their events")
	f.BoolVar(&force, "force", false, "replace what is there")
	f.BoolVar(&mask, "mask-unknown-names", false, "hide the names of accounts that only failed attempts name: some are passwords")
	f.BoolVar(&check, "check", false, "hold the export that the first path names against its manifest, and against the evidence in the others")
	return c
}

// newLog writes the format evtx.
func newLog(w io.Writer) export.LogWriter { return evtxwrite.NewWriter(w) }

// exportable refuses what a format cannot be.
func exportable(f export.Format, output string, noEvents, terminal bool) error {
	switch {
	case output == "-" && f.Folder():
		return usage("%s is several files: give a folder with -o", f)
	case output == "-" && f == export.EVTX && terminal:
		return usage("a log is nothing for a terminal: give a file with -o")
	case f == export.EVTX && noEvents:
		return usage("--no-events leaves nothing of the format evtx, which is events alone")
	}
	return nil
}

// chosen returns the sessions that are named, or else those that match the
// other flags.
func (o *options) chosen(sel *selection, named []string) ([]model.SessionRow, error) {
	if len(named) == 0 {
		rows := sel.sessions()
		if len(rows) == 0 {
			why := o.unmatched(sel)
			if why == "" {
				why = sel.hidden()
			}
			return nil, notThere("no session matches%s", why)
		}
		return rows, nil
	}
	s, every := sel.snapshot, *sel
	every.all = true
	var rows []model.SessionRow
	for _, name := range named {
		found, err := s.FindSessions(name)
		if err != nil {
			return nil, unnamed(err)
		}
		for _, row := range found {
			if every.session(s.Session(row)) && !slices.Contains(rows, row) {
				rows = append(rows, row)
			}
		}
	}
	if len(rows) == 0 {
		return nil, notThere("the sessions named do not match the other flags")
	}
	return rows, nil
}

func (e *environment) export(ctx context.Context, r export.Request, quiet bool) error {
	if r.Path == "-" {
		result, err := export.WriteTo(ctx, e.out, r)
		if err != nil {
			return unwritten(err)
		}
		return e.told(result, quiet)
	}
	result, err := export.Write(ctx, r)
	switch {
	case errors.Is(err, fs.ErrExist):
		var at *fs.PathError
		if errors.As(err, &at) {
			if r.Overwrite {
				return unwritten(at)
			}
			return unwritten(&fs.PathError{Op: "write", Path: at.Path, Err: errors.New("it exists; choose another name or --force")})
		}
		return unwritten(err)
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		return unwritten(err)
	}
	if !quiet {
		_, err := io.WriteString(e.err, "wrote "+amounts(r.Format, result)+": "+strings.Join(result.Paths, ", ")+"\n")
		if err != nil {
			return unwritten(err)
		}
	}
	return e.told(result, quiet)
}

// amounts counts what an export holds. What it holds none of is not named: some
// formats have no place for it.
func amounts(f export.Format, r export.Result) string {
	out := []string{plural(r.Sessions, "session")}
	add := func(n int, one string) {
		if n > 0 {
			out = append(out, plural(n, one))
		}
	}
	add(r.Events, "event")
	add(r.Findings, "finding")
	if f != export.EVTX && f != export.Dot { // those name no failure
		add(r.Failures, "failure")
	}
	return strings.Join(out, ", ")
}

// told says what is wrong with an export that was written: events that are not
// in it are damage. What was left out on request it says unless quiet.
func (e *environment) told(r export.Result, quiet bool) error {
	for _, l := range r.LeftOut {
		if !quiet {
			e.complain("left out: %s", l)
		}
	}
	for _, w := range r.Warnings {
		e.complain("warning: %s", w)
	}
	if len(r.Missing) == 0 {
		return nil
	}
	for _, m := range r.Missing[:min(len(r.Missing), missingShown)] {
		e.complain("not in the export: %s/%s/%d: %s", m.Record.Computer, m.Record.Channel, m.Record.RecordID, m.Why)
	}
	if more := len(r.Missing) - missingShown; more > 0 {
		e.complain("not in the export: %d more, which the manifest lists", more)
	}
	return &failure{code: exitDamaged}
}

// missingShown is how many events that are not in an export are named on
// stderr.
const missingShown = 10

// filterWords says in the manifest what was asked for.
func filterWords(o *options, sessions []string, where string) string {
	var words []string
	add := func(name string, values ...string) {
		for _, v := range values {
			if v != "" {
				words = append(words, name+":"+v)
			}
		}
	}
	add("session", sessions...)
	add("user", o.users...)
	add("host", o.hosts...)
	add("type", o.types...)
	add("since", o.since)
	add("until", o.until)
	add("where", where)
	return strings.Join(words, " ")
}
