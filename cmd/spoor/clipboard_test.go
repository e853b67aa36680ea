package main

import (
	"strings"
	"testing"
)

// tmux takes no text from a program by itself; it is asked to.
func TestInTmuxACopyIsInItsBuffer(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a terminal")
	}
	m := startTmux(t, 80, 24, "TMUX=$TMUX")
	m.text(binary(t) + " demo --no-state")
	m.keys("Enter")
	m.wait("36 accounts")
	m.text("/larhin")
	m.wait("1 of 36 accounts")
	m.keys("Tab")
	m.text("y")
	m.wait("in the buffer of tmux, and sent to the terminal (OSC 52):")
	if got := m.run("show-buffer"); strings.TrimSuffix(got, "\n") != `NORDLICHT\lars.hinrichs` {
		t.Errorf("the buffer holds %q", got)
	}
	m.text("q")
}
