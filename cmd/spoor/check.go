package main

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"spoor/model/export"
	"spoor/parser/evidence"
)

// exportFlags are those flags of export that have no meaning with --check.
var exportFlags = []string{
	"session", "user", "host", "type", "since", "until", "where", "all", "format", "output", "no-events", "no-findings", "force", "mask-unknown-names", "carve", "tz", "threshold", "settings",
}

// check holds an export against its manifest and the evidence.
func (e *environment) check(c *cobra.Command, o *options, path string, paths []string) error {
	for _, flag := range exportFlags {
		if c.Flags().Changed(flag) {
			return usage("--check looks at what was exported: --%s has no meaning with it", flag)
		}
	}
	got, err := export.CheckExport(path)
	if err != nil {
		return &failure{exitUnreadable, err}
	}
	found := 0
	if len(paths) > 0 {
		set := o.finder(paths)(c.Context())
		defer set.Close()
		for _, p := range set.Problems {
			if !p.Note {
				got.Faults = append(got.Faults, p.Name+": "+p.Reason())
			}
		}
		var have []export.EvidenceFile
		for _, s := range set.Sources {
			have = append(have, export.EvidenceFile{Name: s.Name, Size: s.Size, Open: func() (io.ReadCloser, error) { return openWhole(s) }})
		}
		if found, err = got.Evidence(have, c.Context().Err); err != nil {
			return err
		}
	}
	for _, f := range got.Faults {
		e.complain("%s", f)
	}
	if len(got.Faults) > 0 {
		line := fmt.Sprintf("%s: not as its manifest says: %s", filepath.Clean(path), plural(len(got.Faults), "fault"))
		if len(paths) > 0 {
			line += fmt.Sprintf("; %d of %s of the evidence found unchanged", found, plural(len(got.Manifest.Evidence), "file"))
		}
		e.complain("%s", line)
		return &failure{code: exitDamaged}
	}
	if o.quiet {
		return nil
	}
	m := got.Manifest
	judged := plural(m.Findings, "finding")
	if m.Unjudged {
		judged = "findings not judged"
	}
	line := fmt.Sprintf("%s: as its manifest says: %s, %s, %s, %s, %s", filepath.Clean(path),
		plural(len(m.Files), "file"), plural(m.Sessions, "session"), plural(m.Failures, "failure"), judged, plural(m.Events, "event"))
	if len(paths) > 0 {
		line += fmt.Sprintf("; %d of %s of the evidence found unchanged", found, plural(len(m.Evidence), "file"))
	} else {
		line += "; the evidence was not looked at"
	}
	_, err = fmt.Fprintln(e.out, line)
	return unwritten(err)
}

// wholeFile reads a piece of evidence from its beginning to its end.
type wholeFile struct {
	io.Reader
	io.Closer
}

func openWhole(s evidence.Source) (io.ReadCloser, error) {
	content, err := s.Open()
	if err != nil {
		return nil, err
	}
	return wholeFile{io.NewSectionReader(content, 0, s.Size), content}, nil
}
