package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// Each command that reads evidence shows how it is called, and what it shows
// can be called so: the commands and flags are there, and the flags agree.
func TestExamplesOfCommandsCanBeCalledSo(t *testing.T) {
	var look func(c *cobra.Command)
	look = func(c *cobra.Command) {
		if c.Example == "" && strings.Contains(c.Use, "PATH") {
			t.Errorf("%s has no example", c.CommandPath())
		}
		for _, line := range strings.Split(c.Example, "\n") {
			line, _, _ = strings.Cut(line, "  #")
			line, _, _ = strings.Cut(line, " |")
			line, _, _ = strings.Cut(line, " >")
			words := quotedWords(line)
			if len(words) == 0 {
				continue
			}
			root := newRoot(&environment{})
			called, rest, err := root.Find(words[1:])
			if words[0] != "spoor" || err != nil {
				t.Errorf("%s: %q: %v", c.CommandPath(), line, err)
				continue
			}
			if err := called.ParseFlags(rest); err != nil {
				t.Errorf("%s: %q: %v", c.CommandPath(), line, err)
			} else if called.Args != nil {
				if err := called.ValidateArgs(called.Flags().Args()); err != nil {
					t.Errorf("%s: %q: %v", c.CommandPath(), line, err)
				}
			}
		}
		for _, sub := range c.Commands() {
			look(sub)
		}
	}
	look(newRoot(&environment{}))
}

// quotedWords are the words of a line, as a shell reads them with '.
func quotedWords(line string) []string {
	var out []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			out = append(out, part)
		} else {
			out = append(out, strings.Fields(part)...)
		}
	}
	return out
}
