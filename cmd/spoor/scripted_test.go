package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// TestEveryCommandAndFlagIsInAScript demands that scripts run each command,
// and give each flag to a command that has it.
func TestEveryCommandAndFlagIsInAScript(t *testing.T) {
	var lines []string
	names, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			if !strings.HasPrefix(line, "#") && strings.Contains(line, "spoor") {
				lines = append(lines, line)
			}
		}
	}
	root := newRoot(&environment{})
	new(diagnosis).flags(root, &environment{})
	given := map[string]bool{} // flags that some command has been given
	flags := map[string]bool{}
	each(root, func(c *cobra.Command) {
		name := strings.TrimPrefix(c.CommandPath(), "spoor ")
		runs := regexp.MustCompile(`\bspoor ` + regexp.QuoteMeta(name) + `\b`)
		its := slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return c != root && !runs.MatchString(line) })
		if len(its) == 0 && c.Runnable() && !c.Hidden && c.Name() != "help" {
			t.Errorf("no script runs spoor %s", name)
		}
		look := func(f *pflag.Flag) {
			is := regexp.MustCompile(`\s--` + f.Name + `\b`)
			if f.Shorthand != "" {
				is = regexp.MustCompile(`\s(--` + f.Name + `|-` + f.Shorthand + `)\b`)
			}
			flags[f.Name] = true
			given[f.Name] = given[f.Name] || slices.ContainsFunc(its, is.MatchString)
		}
		c.Flags().VisitAll(look)
		c.PersistentFlags().VisitAll(look)
	})
	for f := range flags {
		if !given[f] {
			t.Errorf("no script gives --%s to a command that has it", f)
		}
	}
}

func each(c *cobra.Command, do func(*cobra.Command)) {
	do(c)
	for _, sub := range c.Commands() {
		each(sub, do)
	}
}
