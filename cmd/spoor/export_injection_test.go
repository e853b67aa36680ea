package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"spoor/model/event"
)

// injections are names that try to be more than text in one of the formats.
var injections = []string{
	`=cmd|'/c calc'!A1`, `+1+1`, `-2+3`, `@SUM(1)`, "\t=1+1", "\r=1+1",
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</td></tr></table><script>`, `</style><script>`, `</title><svg onload=x>`, `<!--`,
	`](javascript:alert(1))`, `[a](http://evil.example)`, `![x](http://evil.example/x.png)`, `www.evil.example http://evil.example`,
	"`code`", "```\n# heading\n```mermaid", `a|b|c`, `a\|b`, `a\`, `**bold** _it_ ~~no~~`, "| --- |\n| x |", "&lt;b&gt; &#60; #60; #quot;",
	`"] --> n9["x`, `"| n1; click n1 "javascript:alert(1)"`, "%%{init: {}}%%", `end`, `subgraph x`, "a\nn0 --> n1",
	`"]; n9 [URL="http://evil.example"]; x [label="`, `\" \N \G \l`, `}`,
	"rtl \u202egpj.exe", "isolate \u2066x\u2069", "zero\u200bwidth", "nul\x00byte", "esc\x1b[2J", "\u2028line", "😀 ünïcödé",
	strings.Repeat("A", 10_000), strings.Repeat("|", 3000), strings.Repeat(`"`, 3000),
}

// injected is the log of a session of which account, host, client and command
// line are all called name, and which a finding is about.
func injected(t *testing.T, name string) string {
	t.Helper()
	host := name
	if len(host) > 5000 || strings.TrimSpace(host) == "" {
		host = "WS1.example"
	}
	return writeLog(t, filepath.Join(t.TempDir(), "Injected.evtx"),
		logon(1, minutes(0), host, name, eveSID, 0x22222),
		process(2, minutes(1), host, name, eveSID, 0x22222, name),
		auditRecord(4625, 3, minutes(2), host,
			textField("TargetUserName", name), textField("TargetDomainName", "EXAMPLE"), event.Field{Name: "TargetUserSid", Value: event.SIDValue(eveSID)},
			event.Field{Name: "Status", Value: event.NumberValue(event.HexInt32, 0xc000006d)}, event.Field{Name: "SubStatus", Value: event.NumberValue(event.HexInt32, 0xc000006a)},
			event.Field{Name: "LogonType", Value: event.NumberValue(event.UInt32, 3)}, textField("WorkstationName", name), textField("IpAddress", name)),
		cleared(4, minutes(3), host, name, name, eveSID, 0x22222),
		logoff(5, minutes(4), host, name, eveSID, 0x22222))
}

// injectedExports writes every injection's session in a format and hands each
// to check.
func injectedExports(t *testing.T, format string, check func(t *testing.T, name, path string)) {
	for _, name := range injections {
		out := filepath.Join(t.TempDir(), "out")
		if _, stderr, code := spoor("export", injected(t, name), "--type", "2", "--all", "-f", format, "-o", out); code != exitFine {
			t.Fatalf("%q: exit code %d: %s", short(name), code, stderr)
		}
		check(t, name, out)
	}
}

func short(s string) string { return s[:min(len(s), 40)] }

func TestNoTableHoldsAFormulaWhateverIsLogged(t *testing.T) {
	injectedExports(t, "csv", func(t *testing.T, name, folder string) {
		for _, file := range []string{"sessions.csv", "failures.csv", "findings.csv", "events.csv"} {
			b, err := os.ReadFile(filepath.Join(folder, file))
			if err != nil {
				t.Fatal(err)
			}
			rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
			if err != nil || len(rows) < 2 {
				t.Fatalf("%q: %s: %d rows, %v", short(name), file, len(rows), err)
			}
			for _, row := range rows {
				for _, cell := range row {
					if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
						t.Errorf("%q: %s: a spreadsheet runs %q", short(name), file, short(cell))
					}
				}
			}
			assertPrintable(t, short(name)+" "+file, string(b))
		}
	})
}

func TestNoPageRunsOrLoadsWhateverIsLogged(t *testing.T) {
	py := python(t, "html.parser")
	injectedExports(t, "html", func(t *testing.T, name, path string) {
		text := output(t, py, "-c", readHTML, path)
		assertPrintable(t, short(name), text)
		if plain := !strings.ContainsFunc(name, func(r rune) bool { return r < 0x20 || r > 0x7e }); plain && !strings.Contains(text, name) {
			t.Errorf("%q is not on the page as it is", short(name))
		}
	})
}

// unescaped finds what would be a mark in a line of Markdown.
var (
	escapedMark  = regexp.MustCompile("\\\\[][\\\\`*_<>()#!~]")
	markdownMark = regexp.MustCompile("[][`*_<>!~$@]|://|www\\.")
)

func TestNoMarkdownIsMadeWhateverIsLogged(t *testing.T) {
	injectedExports(t, "markdown", func(t *testing.T, name, path string) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		assertPrintable(t, short(name), string(b))
		columns, diagram := 0, false
		for line := range strings.Lines(string(b)) {
			line = strings.TrimSuffix(line, "\n")
			switch {
			case strings.HasPrefix(line, "```"):
				diagram, columns = line == "```mermaid", 0
				continue
			case diagram:
				if !mermaidLine.MatchString(line) {
					t.Errorf("%q: no line of a diagram: %s", short(name), line)
				}
				continue
			case !strings.HasPrefix(line, "|"):
				columns = 0
				line = strings.TrimPrefix(line, "> **Warning:** ")
				line = strings.TrimLeft(line, "#")
			}
			if n := strings.Count(line, "|"); columns == 0 {
				columns = n
			} else if n != columns {
				t.Errorf("%q: a row of %d cells in a table of %d: %s", short(name), n-1, columns-1, short(line))
			}
			if rest := escapedMark.ReplaceAllString(line, ""); markdownMark.MatchString(rest) {
				t.Errorf("%q: the line has marks: %s", short(name), rest)
			}
		}
		if !strings.Contains(string(b), "```mermaid\nflowchart LR\n") {
			t.Errorf("%q: no diagram", short(name))
		}
	})
}

// mermaidLine is all that a line of our diagrams may be: the subset of
// https://mermaid.js.org/syntax/flowchart.html that has no way out of a label.
var mermaidLine = regexp.MustCompile(strings.ReplaceAll(
	`^(flowchart LR|    n\d+(\["LABEL"\]|\(\["LABEL"\]\))|    n\d+ (-->|-\.->)\|"LABEL"\| n\d+)$`,
	"LABEL", `(?:[\p{L}\p{Nd} .,()-]|#\d+;)+`))

func TestNoPictureIsMoreThanItsLabelsWhateverIsLogged(t *testing.T) {
	dot := tool(t, "dot")
	injectedExports(t, "dot", func(t *testing.T, name, path string) {
		b := output(t, dot, "-Tjson", path)
		var graph struct {
			Objects []struct{ Name, Label, URL string }
			Edges   []struct{ Label, URL string }
		}
		if err := json.Unmarshal([]byte(b), &graph); err != nil {
			t.Fatal(err)
		}
		if len(graph.Objects) > 2 || len(graph.Objects) < 1 || len(graph.Edges) != 1 || graph.Objects[0].URL != "" {
			t.Errorf("%q: %+v", short(name), graph)
		}
	})
}

func TestRecordsSayWhatWasLoggedWhateverItIs(t *testing.T) {
	for _, format := range []string{"jsonl", "timesketch"} {
		injectedExports(t, format, func(t *testing.T, name, path string) {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			assertPrintable(t, format, string(b))
			var values []string
			for line := range strings.Lines(string(b)) {
				var row map[string]any
				if err := json.Unmarshal([]byte(line), &row); err != nil {
					t.Fatalf("%q: %v", short(name), err)
				}
				for _, f := range [...]any{row["data"], row["username"]} {
					switch f := f.(type) {
					case string:
						values = append(values, f)
					case []any:
						for _, d := range f {
							values = append(values, d.(map[string]any)["value"].(string))
						}
					}
				}
			}
			want := strings.ReplaceAll(name, "\x00", "")
			if !slices.ContainsFunc(values, func(v string) bool { return strings.Contains(strings.ReplaceAll(v, "\x00", ""), want) }) {
				t.Errorf("%s: nothing is called %q", format, short(name))
			}
		})
	}
}
