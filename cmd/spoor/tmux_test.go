package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// tool returns the path of an outside program, or skips.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("SPOOR_REQUIRE_TOOLS") == "1" {
			t.Fatalf("%s is not installed, and SPOOR_REQUIRE_TOOLS demands it", name)
		}
		t.Skipf("%s is not installed", name)
	}
	return path
}

// binary builds the program once for a test.
func binary(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "spoor")
	build := exec.Command("go", "build", "-o", path, "spoor/cmd/spoor")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// tmux is a terminal that a test types into and reads from.
type tmux struct {
	t      *testing.T
	path   string
	socket string
}

func startTmux(t *testing.T, width, height int, environ ...string) *tmux {
	t.Helper()
	m := &tmux{t: t, path: tool(t, "tmux"), socket: fmt.Sprintf("spoor-test-%d-%d", os.Getpid(), time.Now().UnixNano())}
	shell := append([]string{"env", "-i", "PATH=/usr/bin:/bin", "LANG=C.UTF-8", "PS1=$ "}, environ...)
	m.run(append([]string{"-f", "/dev/null", "-u", "new-session", "-d", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height)}, strings.Join(shell, " ")+" TERM=$TERM sh")...)
	t.Cleanup(func() { exec.Command(m.path, "-L", m.socket, "kill-server").Run() })
	m.wait("$")
	return m
}

func (m *tmux) run(args ...string) string {
	m.t.Helper()
	out, err := exec.Command(m.path, append([]string{"-L", m.socket}, args...)...).CombinedOutput()
	if err != nil {
		m.t.Fatalf("tmux %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// keys sends keys by the names that tmux has for them.
func (m *tmux) keys(keys ...string) {
	m.t.Helper()
	m.run(append([]string{"send-keys"}, keys...)...)
}

// text types letters as they are.
func (m *tmux) text(s string) {
	m.t.Helper()
	m.run("send-keys", "-l", s)
}

func (m *tmux) screen() string {
	m.t.Helper()
	return m.run("capture-pane", "-p")
}

// wait polls until the screen shows all of wanted, and returns it.
func (m *tmux) wait(wanted ...string) string {
	m.t.Helper()
	return m.until(fmt.Sprintf("the screen shows %q", wanted), func(screen string) bool {
		for _, w := range wanted {
			if !strings.Contains(screen, w) {
				return false
			}
		}
		return true
	})
}

func (m *tmux) until(what string, ok func(screen string) bool) string {
	m.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		screen := m.screen()
		if ok(screen) {
			return screen
		}
		if time.Now().After(deadline) {
			m.t.Fatalf("not before long: %s\n%s", what, screen)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// keysUntil presses a key again and again, each time waiting until it has been
// answered or has had time to be.
func (m *tmux) keysUntil(key, what string, ok func(screen string) bool) {
	m.t.Helper()
	for range 100 {
		before := m.screen()
		if ok(before) {
			return
		}
		m.keys(key)
		for range 25 {
			if time.Sleep(20 * time.Millisecond); m.screen() != before {
				break
			}
		}
	}
	m.t.Fatalf("%s again and again, and not: %s\n%s", key, what, m.screen())
}

// selected returns the row under the cursor: the one in reverse video.
func (m *tmux) selected() string {
	m.t.Helper()
	for _, line := range strings.Split(m.run("capture-pane", "-p", "-e"), "\n") {
		if at := reverseVideo.FindStringIndex(line); at != nil {
			return strings.TrimSpace(plainText(line[at[1]:]))
		}
	}
	return ""
}

var reverseVideo = regexp.MustCompile(`\x1b\[(?:[0-9;]*;)?7m`)

func plainText(s string) string {
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(s, "\x1b[")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		if i := strings.IndexByte(after, 'm'); i >= 0 {
			after = after[i+1:]
		}
		s = after
	}
}
