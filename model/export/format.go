package export

import (
	"io"
	"slices"
)

// Format is the name of an export format.
type Format string

// The formats.
const (
	JSONL Format = "jsonl"
	JSON  Format = "json"
	CSV   Format = "csv" // a folder of tables: sessions, failures, findings, events
	// Timesketch is JSON lines as Timesketch imports them.
	Timesketch Format = "timesketch"
	Markdown   Format = "markdown"
	HTML       Format = "html"
	Dot        Format = "dot"
	EVTX       Format = "evtx" // the original records
	// Table is for people and for standard output only.
	Table Format = "table"
)

// Formats lists the formats in the order in which they are offered.
func Formats() []Format {
	return []Format{JSONL, CSV, Timesketch, Markdown, HTML, Dot, EVTX, JSON}
}

// Folder reports whether a format is a folder of several files.
func (f Format) Folder() bool { return len(layouts[f].files) > 1 }

// HasEvents reports whether a format holds the events one by one.
func (f Format) HasEvents() bool { return layouts[f].events }

// layout is how a format lies on a disk.
type layout struct {
	suffix string // of the names that are offered
	events bool   // it holds single events
	local  bool   // its times are in the zone asked for, not in UTC
	mute   bool   // it tells of no finding
	holds  string // what is in it, where that is less than what the sessions are told from
	files  []part
}

// part is one file of a format. The name of the only file of a format is that
// which was asked for.
type part struct {
	name     string
	events   bool // it holds events alone, and is left out where none are wanted
	findings bool // the same of findings
	write    func(io.Writer, *content) error
}

var layouts = map[Format]layout{
	JSONL:      {suffix: ".jsonl", events: true, files: []part{{write: writeLines}}},
	JSON:       {suffix: ".json", events: true, files: []part{{write: writeDocument}}},
	Timesketch: {suffix: ".timesketch.jsonl", events: true, files: []part{{write: writeTimesketch}}},
	Markdown:   {suffix: ".md", local: true, files: []part{{write: writeMarkdown}}},
	HTML:       {suffix: ".html", local: true, files: []part{{write: writeHTML}}},
	Dot:        {suffix: ".dot", mute: true, files: []part{{write: writeDot}}},
	EVTX:       {suffix: ".evtx", events: true, mute: true, holds: recordsHeld, files: []part{{write: writeLog}}},
	CSV: {events: true, files: []part{
		{name: "sessions.csv", write: func(w io.Writer, c *content) error {
			return Encode(w, CSV, Columns{}.Sessions(), c.sessions())
		}},
		{name: "failures.csv", write: func(w io.Writer, c *content) error {
			return Encode(w, CSV, Columns{}.Failures(), c.failures())
		}},
		{name: "findings.csv", findings: true, write: func(w io.Writer, c *content) error {
			return Encode(w, CSV, Columns{}.Findings(), c.foundRecords())
		}},
		{name: "events.csv", events: true, write: func(w io.Writer, c *content) error {
			return Encode(w, CSV, Columns{}.Events(), c.events())
		}},
	}},
}

// recordsHeld says what is not in a log of original records.
const recordsHeld = "the records of the sessions themselves, no others: those that led to them and those of failed attempts are named in the other formats"

const besideHeld = "the records of the sessions themselves and those about accounts without a session, no others: those that led to sessions are named in the other formats"

// holds says what is in the export, where that is less than what it tells from.
func (c *content) holds() string {
	says := layouts[c.request.Format].holds
	if says == recordsHeld && len(c.request.Attempts)+len(c.request.Records) > 0 {
		return besideHeld
	}
	return says
}

// writeLines writes one record a line: sessions, failures, findings, events.
func writeLines(w io.Writer, c *content) error {
	if err := Encode(w, JSONL, nil, c.sessions()); err != nil {
		return err
	}
	if err := Encode(w, JSONL, nil, c.failures()); err != nil {
		return err
	}
	if c.judges {
		if err := Encode(w, JSONL, nil, c.foundRecords()); err != nil {
			return err
		}
	}
	if c.noEvents {
		return nil
	}
	return Encode(w, JSONL, nil, c.events())
}

// writeDocument writes one JSON object that holds the lists.
func writeDocument(w io.Writer, c *content) error {
	list := func(before string, encode func() error) error {
		if _, err := io.WriteString(w, before); err != nil {
			return err
		}
		return encode()
	}
	if err := list("{\"sessions\": ", func() error { return Encode(w, JSON, nil, c.sessions()) }); err != nil {
		return err
	}
	if err := list(", \"failures\": ", func() error { return Encode(w, JSON, nil, c.failures()) }); err != nil {
		return err
	}
	if c.judges {
		if err := list(", \"findings\": ", func() error { return Encode(w, JSON, nil, c.foundRecords()) }); err != nil {
			return err
		}
	}
	if len(c.result.LeftOut) > 0 {
		if err := list(", \"left_out\": ", func() error { return Encode(w, JSON, nil, slices.Values(c.result.LeftOut)) }); err != nil {
			return err
		}
	}
	if !c.noEvents {
		if err := list(", \"events\": ", func() error { return Encode(w, JSON, nil, c.events()) }); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "}\n")
	return err
}
