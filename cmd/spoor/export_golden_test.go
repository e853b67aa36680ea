package main

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

var updateExports = flag.Bool("update-exports", false, "write the goldens of exports anew")

// writtenLine is the line of a page that is another one on every run.
var writtenLine = regexp.MustCompile(`Written by spoor .*? on [^<\n]*\.`)

// The intruder's session in every format, as it was read and found right.
func TestExportsOfTheDemoDomainAreAsTheyWere(t *testing.T) {
	for format, files := range map[string][]string{
		"jsonl": {""}, "timesketch": {""}, "markdown": {""}, "html": {""}, "dot": {""}, "csv": {"sessions.csv", "failures.csv", "findings.csv", "events.csv"},
	} {
		out := exported(t, format)
		for _, file := range files {
			got := writtenLine.ReplaceAllString(read(t, out, file), "Written by spoor.")
			golden := filepath.Join("testdata", "export", "intruder."+format)
			if file != "" {
				golden = filepath.Join("testdata", "export", "intruder-"+file)
			}
			if *updateExports {
				if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want := read(t, golden); got != want {
				t.Errorf("%s is not %s; look at the difference, and go test ./cmd/spoor -run Exports -update-exports writes it anew", format+" "+file, golden)
			}
		}
	}
}
