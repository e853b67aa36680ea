package main

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"spoor/model"
	"spoor/model/export"
	"spoor/parser/evidence"
)

// Names are offered where the evidence is read while somebody who presses tab
// waits: a second a gigabyte or two. On a busy machine it may take longer, but
// not for ever.
const (
	quickBytes     = 256 << 20
	completionTime = 30 * time.Second
)

// completeNames completes names that the evidence on the line holds, where
// reading it is quick; else nothing is offered, and nothing is ever said.
func (e *environment) completeNames(o *options, names func(*model.Snapshot) []string) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) == 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		ctx, cancel := context.WithTimeout(c.Context(), completionTime)
		defer cancel()
		if !quick(o.finder(args)(ctx)) {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		silent := *e
		silent.err = io.Discard
		l, err := silent.load(ctx, o, false, o.finder(args), nil)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		defer l.Close()
		var out []string
		for _, n := range names(l.snapshot) {
			// A space or a sign that shells obey would have to be quoted.
			if strings.HasPrefix(strings.ToLower(n), strings.ToLower(typed)) && !strings.ContainsAny(n, " \t\\'\"$`!*?[]{}()<>|&;#~\x00") {
				out = append(out, n)
			}
		}
		slices.Sort(out)
		return slices.Compact(out), cobra.ShellCompDirectiveNoFileComp
	}
}

// completeWords completes several words with commas between them.
func completeWords(words []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		before := typed[:strings.LastIndexByte(typed, ',')+1]
		var out []string
		for _, w := range words {
			if w = before + w; strings.HasPrefix(w, typed) {
				out = append(out, w)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeColumns completes the columns of a list: --fields takes several, --sort
// one, with - before it the other way round.
func completeColumns[T any](c *cobra.Command, columns []export.Column[T]) {
	var names, sorts []string
	for _, x := range columns {
		names = append(names, x.Name)
		sorts = append(sorts, x.Name, "-"+x.Name)
	}
	_ = c.RegisterFlagCompletionFunc("fields", completeWords(names))
	_ = c.RegisterFlagCompletionFunc("sort", cobra.FixedCompletions(sorts, cobra.ShellCompDirectiveNoFileComp))
}

// quick reports whether evidence is small enough to be read at once.
func quick(set *evidence.Set) bool {
	defer set.Close()
	var size int64
	for _, s := range set.Sources {
		size += s.Size
	}
	return size <= quickBytes
}

func accountCompletions(s *model.Snapshot) []string {
	var out []string
	for _, a := range s.Accounts() {
		if !a.Boring {
			out = append(out, a.Name)
		}
	}
	return out
}

func hostCompletions(s *model.Snapshot) []string {
	var out []string
	for _, h := range s.Hosts() {
		out = append(out, h.Name, h.Short())
	}
	return out
}
