package main

import (
	"context"
	"errors"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// copyTime is how long tmux may take to store a text.
const copyTime = 2 * time.Second

// clipboard stores texts in tmux where the program runs in one: by itself tmux
// takes none from a program unless set-clipboard is on. tmux is asked to hand
// it on to its own terminal too, which versions before 3.2 cannot.
func (e *environment) clipboard() func(context.Context, string) (where string, err error) {
	if (system{runtime.GOOS, e.environ}).lookup("TMUX") == "" {
		return nil
	}
	return func(ctx context.Context, text string) (string, error) {
		const where = "in the buffer of tmux"
		path, err := exec.LookPath("tmux")
		if err != nil {
			return where, errors.New("there is no tmux to ask")
		}
		ctx, cancel := context.WithTimeout(ctx, copyTime)
		defer cancel()
		for _, args := range [][]string{{"load-buffer", "-w", "-"}, {"load-buffer", "-"}} {
			load := exec.CommandContext(ctx, path, args...)
			load.Env, load.Stdin = e.environ, strings.NewReader(text)
			if err = load.Run(); err == nil {
				return where, nil
			}
		}
		return where, err
	}
}
