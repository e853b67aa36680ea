package main

import (
	"io"

	mango "github.com/muesli/mango-cobra"
	"github.com/muesli/roff"
	"github.com/spf13/cobra"
)

func newMan(env *environment) *cobra.Command {
	return &cobra.Command{
		Use:   "man",
		Short: "Print the manual page",
		Example: `  spoor man | man -l -
  spoor man > /usr/local/share/man/man1/spoor.1`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			page, err := mango.NewManPage(1, c.Root())
			if err != nil {
				return err
			}
			_, err = io.WriteString(env.out, page.Build(roff.NewDocument()))
			return unwritten(err)
		},
	}
}
