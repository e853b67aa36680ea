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
)

func newExport(env *environment) *cobra.Command {
	var o options
	var sessions []string
	var noEvents, force bool
	c := &cobra.Command{
		Use:   "export PATH... --session ID... | --user NAME...",
		Short: "Write sessions with their events, and a manifest, into files",
		Long: `Write sessions with their events into files that stand on their own, with a
manifest beside them: version, command line, evidence with SHA-256, damage.

--session takes an ID as "spoor sessions" prints it, HOST/0xLOGONID, or
HOST/CHANNEL/RECORD for any record of a session.`,
		Example: `  spoor export evidence/ --user 'CONTOSO\alice' --format csv -o alice
  spoor export evidence/ --session FS01/0x3e91c -o -`,
		Args: atLeastOnePath,
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(sessions)+len(o.users)+len(o.hosts)+len(o.types) == 0 && o.since == "" && o.until == "" {
			return usage("say what to export: --session, --user, --host, --type, --since or --until")
		}
		if o.output == "-" && export.Format(o.format) == export.CSV {
			return usage("csv is two files: give a folder with -o")
		}
		l, err := env.load(c.Context(), &o, true, o.finder(args))
		if err != nil {
			return err
		}
		defer l.Close()
		rows, err := o.chosen(l.snapshot, sessions)
		if err != nil {
			return err
		}
		r := export.Request{
			Snapshot: l.snapshot, Sessions: rows, Format: export.Format(o.format), Path: o.output,
			Overwrite: force, NoEvents: noEvents, Read: l.Read, Provenance: env.provenance(l.investigation, filterWords(&o, sessions)),
		}
		if err := env.export(c.Context(), r, o.quiet); err != nil {
			return err
		}
		return l.outcome()
	}
	o.reading(c)
	o.carving(c)
	o.selecting(env, c)
	o.printing(c, export.Formats()...)
	f := c.Flags()
	f.StringArrayVar(&sessions, "session", nil, "the session `ID`, HOST/0xLOGONID or HOST/CHANNEL/RECORD (may repeat)")
	f.BoolVar(&noEvents, "no-events", false, "only the sessions, without their events")
	f.BoolVar(&force, "force", false, "replace what is there")
	return c
}

// chosen returns the sessions that are named, or else those that match the
// other flags.
func (o *options) chosen(s *model.Snapshot, named []string) ([]model.SessionRow, error) {
	sel, err := o.selection(s)
	if err != nil {
		return nil, err
	}
	if len(named) == 0 {
		rows := sel.sessions()
		if len(rows) == 0 {
			return nil, usage("no session matches")
		}
		return rows, nil
	}
	sel.all = true
	var rows []model.SessionRow
	for _, name := range named {
		found, err := s.FindSessions(name)
		if err != nil {
			return nil, usage("--session %s: %v", name, err)
		}
		for _, row := range found {
			if sel.session(s.Session(row)) && !slices.Contains(rows, row) {
				rows = append(rows, row)
			}
		}
	}
	if len(rows) == 0 {
		return nil, usage("the sessions named do not match the other flags")
	}
	return rows, nil
}

func (e *environment) export(ctx context.Context, r export.Request, quiet bool) error {
	if r.Path == "-" {
		_, err := export.WriteTo(ctx, e.out, r)
		return unwritten(err)
	}
	result, err := export.Write(ctx, r)
	switch {
	case errors.Is(err, fs.ErrExist):
		var at *fs.PathError
		if errors.As(err, &at) {
			if r.Overwrite {
				return unwritten(at)
			}
			return &failure{exitUnwritten, &fs.PathError{Op: "write", Path: at.Path, Err: errors.New("the file exists; choose another name or --force")}}
		}
		return unwritten(err)
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		return unwritten(err)
	}
	if !quiet {
		_, err = io.WriteString(e.err, "wrote "+plural(result.Sessions, "session")+", "+plural(result.Events, "event")+": "+strings.Join(result.Paths, ", ")+"\n")
	}
	return unwritten(err)
}

// filterWords says in the manifest what was asked for.
func filterWords(o *options, sessions []string) string {
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
	return strings.Join(words, " ")
}
