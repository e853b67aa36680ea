package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"iter"
	"strings"

	"spoor/model/export"
	"spoor/model/findings"
)

// printRules prints the table of rules: for people as paragraphs, since its
// cells are sentences.
func (e *environment) printRules(ctx context.Context, o *options, a *arrangement, f *findingFlags, t findings.Thresholds) error {
	asked, err := arrange(a, o, export.Columns{}.Rules(), export.Columns{}.Rules())
	if err != nil {
		return err
	}
	rules := func(yield func(export.Rule) bool) {
		for _, r := range findings.Rules() {
			if f.asks(r.ID, r.Severity) && !yield(export.NewRule(r, t)) {
				return
			}
		}
	}
	if export.Format(o.format) != export.Table || a.fields != nil {
		return asked.print(ctx, e, o, rules)
	}
	return e.write(o.output, func(w io.Writer) error { return writeRules(w, asked.rows(rules)) })
}

func writeRules(w io.Writer, rules iter.Seq[export.Rule]) error {
	out := bufio.NewWriter(w)
	between := ""
	for r := range rules {
		fmt.Fprintf(out, "%s%s: %s\n", between, r.ID, r.Title)
		between = "\n"
		paragraph(out, "severity", r.Severity+" at most; MITRE ATT&CK "+strings.Join(r.Technique, ", "))
		paragraph(out, "decides", r.Decides)
		for _, t := range r.Thresholds {
			value := fmt.Sprintf("%s=%d %s", t.Name, t.Value, t.Unit)
			if t.Value != t.Default {
				value += fmt.Sprintf(" (set; %d without that)", t.Default)
			}
			paragraph(out, "threshold", value+": "+t.For)
		}
		for _, n := range r.Needs {
			paragraph(out, "needs", n.Title+"; without it "+n.Without())
		}
		paragraph(out, "innocent", r.Innocent)
		paragraph(out, "confirms", r.Confirms)
		paragraph(out, "source", r.Source)
	}
	return out.Flush()
}

const (
	paragraphLeft  = 12
	paragraphWidth = 80
)

// paragraph prints a text behind its name, in lines that fit a page.
func paragraph(w io.Writer, name, text string) {
	line := fmt.Sprintf("  %-*s", paragraphLeft-2, name)
	empty := true
	for _, word := range strings.Fields(text) {
		if !empty && len(line)+1+len(word) > paragraphWidth {
			fmt.Fprintln(w, line)
			line, empty = strings.Repeat(" ", paragraphLeft), true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	fmt.Fprintln(w, line)
}
