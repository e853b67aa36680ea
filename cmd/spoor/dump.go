package main

import (
	"bufio"
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"spoor/model/event"
	"spoor/model/export"
	"spoor/parser/evidence"
)

const xmlFormat export.Format = "xml"

func newDump(env *environment) *cobra.Command {
	var o options
	c := &cobra.Command{
		Use:   "dump PATH...",
		Short: "Print every record, complete",
		Long: `Print every record of every log, complete and in the order of the files, as one
JSON object a line or as one XML document. Nothing is joined, filtered or
dropped.`,
		Example: `  spoor dump testdata/demo.zip -o all.jsonl
  spoor dump --format xml testdata/demo.zip -o all.xml`,
		Args: atLeastOnePath,
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		set := o.finder(args)(c.Context())
		defer set.Close()
		d := &dump{env: env, carve: o.carve, xml: export.Format(o.format) == xmlFormat}
		d.unreadable = env.complainOf(set)
		err := env.write(o.output, func(w io.Writer) error { return d.all(c.Context(), w, set) })
		switch {
		case err != nil:
			return err
		case d.read == 0:
			return &failure{exitUnreadable, errNothing}
		case d.unreadable:
			return &failure{code: exitDamaged}
		}
		return nil
	}
	o.reading(c)
	o.carving(c)
	o.printing(c, export.JSONL, xmlFormat)
	return c
}

// complainOf names on stderr what could not be read, and reports whether
// anything is missing for it.
func (e *environment) complainOf(set *evidence.Set) (missing bool) {
	for _, p := range set.Problems {
		if !p.Note {
			missing = true
			e.complain("%s: %s", p.Name, p.Reason())
		}
	}
	return missing
}

type dump struct {
	env        *environment
	xml        bool
	carve      bool
	read       int
	unreadable bool
}

func (d *dump) all(ctx context.Context, w io.Writer, set *evidence.Set) error {
	out := bufio.NewWriterSize(w, 1<<18)
	if d.xml {
		if _, err := out.WriteString("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Events>\n"); err != nil {
			return err
		}
	}
	for i, source := range set.Sources {
		err := d.file(ctx, out, event.FileID(i), source)
		var refused *failure
		switch {
		case errors.As(err, &refused):
			d.unreadable = true
			d.env.complain("%s: %s", source.Name, evidence.Reason(refused.err))
		case err != nil:
			return err
		default:
			d.read++
		}
	}
	if d.xml {
		if _, err := out.WriteString("</Events>\n"); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (d *dump) file(ctx context.Context, out *bufio.Writer, id event.FileID, source evidence.Source) error {
	content, err := source.Open()
	if err != nil {
		return &failure{exitUnreadable, err}
	}
	defer content.Close()
	file, err := openLog(ctx, content, source, id, d.carve)
	if err != nil {
		return &failure{exitUnreadable, err}
	}
	var line []byte
	damage, err := file.Records(ctx, func(r *event.Record) error {
		var safe []byte
		if d.xml {
			line = r.AppendXML(line[:0])
			safe = export.EscapeXML(line)
		} else {
			line = r.AppendJSON(line[:0])
			safe = export.EscapeJSON(line)
		}
		if _, err := out.Write(safe); err != nil {
			return err
		}
		return out.WriteByte('\n')
	})
	for _, at := range damage {
		if !at.Note {
			d.unreadable = true
			d.env.complain("%s: %s", source.Name, export.Place(at))
		}
	}
	return err
}
