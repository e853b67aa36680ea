package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"spoor/parser/secondopinion"
)

// secondOpinion is the command that verify starts this program with.
const secondOpinion = "second-opinion"

// maxSecondOpinion bounds the memory of golang-evtx, in bytes.
const maxSecondOpinion = 2 << 30

// newSecondOpinion makes the command that reads the log on standard input with
// golang-evtx. It ends by itself if nobody ends it.
func newSecondOpinion(env *environment) *cobra.Command {
	return &cobra.Command{
		Use:    secondOpinion + " TIME",
		Short:  "Read standard input with golang-evtx",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			limit, err := time.ParseDuration(args[0])
			log, ok := env.in.(io.ReadSeeker)
			if err != nil || !ok {
				return usage("%s is for verify alone, which starts it", secondOpinion)
			}
			guard(env.err, limit)
			// What golang-evtx prints must not get between the records.
			out := env.out
			os.Stdout = os.Stderr
			if err := secondopinion.Child(log, out); err != nil {
				fmt.Fprintln(env.err, err)
				return &failure{code: exitUnreadable}
			}
			return nil
		},
	}
}

// guard ends the program when it has run for longer than limit, or has taken
// too much memory.
func guard(complaints io.Writer, limit time.Duration) {
	end := func(reason string) {
		fmt.Fprintln(complaints, reason)
		os.Exit(exitUnreadable)
	}
	time.AfterFunc(limit, func() { end("golang-evtx did not end in time") })
	go func() {
		var m runtime.MemStats
		for range time.Tick(100 * time.Millisecond) {
			if runtime.ReadMemStats(&m); m.Sys-m.HeapReleased > maxSecondOpinion {
				end(fmt.Sprintf("golang-evtx took more than %d bytes of memory", maxSecondOpinion))
			}
		}
	}()
}
