package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// secureShell is an sshd on loopback, with keys and settings of its own, and how
// ssh gets in.
type secureShell struct{ client []string }

// startSSHD starts one. Nothing of it outlives the test but the folder that sshd
// demands for separating privileges.
func startSSHD(t *testing.T) secureShell {
	t.Helper()
	daemon, client, keygen := tool(t, "/usr/sbin/sshd"), tool(t, "ssh"), tool(t, "ssh-keygen")
	if os.Getuid() == 0 {
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil {
			t.Fatal(err)
		}
	}
	folder := t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	for _, name := range []string{"host", "login"} {
		if out, err := exec.Command(keygen, "-q", "-t", "ed25519", "-N", "", "-f", path(name)).CombinedOutput(); err != nil {
			t.Fatalf("ssh-keygen: %v\n%s", err, out)
		}
	}
	port := freePort(t)
	write(t, path("authorized"), read(t, path("login.pub")))
	write(t, path("config"), strings.Join([]string{
		"ListenAddress 127.0.0.1", fmt.Sprint("Port ", port), "HostKey " + path("host"), "AuthorizedKeysFile " + path("authorized"), "PidFile " + path("pid"),
		"StrictModes no", "UsePAM no", "PasswordAuthentication no", "PermitRootLogin yes", "AcceptEnv *", "PrintMotd no", "PrintLastLog no", "",
	}, "\n"))
	var said strings.Builder
	sshd := exec.Command(daemon, "-D", "-e", "-f", path("config"))
	sshd.Stderr = &said
	if err := sshd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		sshd.Process.Kill()
		sshd.Wait()
	})
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	s := secureShell{[]string{client, "-tt", "-F", "none", "-i", path("login"), "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
		"-o", "LogLevel=ERROR", "-o", "IdentitiesOnly=yes", "-p", fmt.Sprint(port), me.Username + "@127.0.0.1"}}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			c.Close()
			return s
		}
		if time.Now().After(deadline) {
			t.Fatalf("sshd does not listen: %v\n%s", err, said.String())
		}
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// The whole investigation of the practice domain's intruder, from the failures
// to the export, in tmux and through ssh: in a large terminal, and in the
// poorest that spoor draws on.
func TestAnAnalystCatchesTheIntruder(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a terminal")
	}
	for _, c := range []struct {
		name          string
		width, height int
		environ       string
	}{
		{"120x40", 120, 40, "TERM=tmux-256color LANG=C.UTF-8"},
		{"80x24 poor", 80, 24, "TERM=xterm-16color NO_COLOR=1 LANG=C"},
	} {
		t.Run(c.name+" in tmux", func(t *testing.T) {
			m := startTmux(t, c.width, c.height)
			investigate(t, m, c.environ)
		})
		t.Run(c.name+" through ssh", func(t *testing.T) {
			s := startSSHD(t)
			m := startTmux(t, c.width, c.height)
			m.text(strings.Join(s.client, " ") + " 'PS1=\"far% \" exec sh'")
			m.keys("Enter")
			m.wait("far%")
			investigate(t, m, c.environ)
			m.text("exit")
			m.keys("Enter")
			m.until("the shell is the near one again", func(s string) bool { return strings.HasSuffix(strings.TrimSpace(s), "\n$") })
		})
	}
}

var coloured = regexp.MustCompile(`\x1b\[([0-9;]*;)?(3[0-7]|9[0-7]|38;[0-9;]*)m`)

// investigate types what an analyst would into a shell that waits.
func investigate(t *testing.T, m *tmux, environ string) {
	t.Helper()
	program, folder := binary(t), t.TempDir()
	poor := strings.Contains(environ, "LANG=C ") || strings.HasSuffix(environ, "LANG=C")
	m.text("cd " + folder + " && clear && stty -a > before")
	m.keys("Enter")
	m.text("env " + environ + " " + program + " demo --no-state; echo left with $?")
	m.keys("Enter")
	m.wait("ACCOUNT", "36 accounts")

	// The failures: somebody at 10.20.99.77 tried one password on many.
	m.text("4/10.20.99.77")
	m.wait("failures", `narrowed by "10.20.99.77"`)
	m.text(" lars")
	m.wait(`narrowed by "10.20.99.77 lars"`)
	m.keys("Tab")
	m.until("lars is selected", func(string) bool { return strings.Contains(m.selected(), "lars.hinrichs") })
	// The trail of the account, and what came from there.
	m.text("6")
	m.wait(`trail of NORDLICHT\lars.hinrichs`, "steps")
	m.text("/10.20.99.77 logon")
	m.wait("03-06 00:47")
	m.keys("Tab")
	// Its timeline, and closer.
	m.text("5")
	m.wait(`timeline of NORDLICHT\lars.hinrichs`, "ws103", "fs01", "4 lanes")
	m.text("]")
	m.keysUntil("j", "the lane of fs01 is selected", func(string) bool { return strings.HasPrefix(m.selected(), "fs01") })
	m.keysUntil("Right", "the session of the night is selected", func(s string) bool { return strings.Contains(s, "on fs01.nordlicht.example  remote-desktop") })
	m.text("d")
	m.wait("details", "0x999bb", "2026-03-06T01:38:33")
	m.text("/10.20.99.77")
	m.wait("10.20.99.77  4778") // a client that took it over
	m.keys("Escape", "Escape")
	m.wait("4 lanes")
	m.keys("Enter")
	m.wait("0x999bb", "10 remote interact")
	// The session among all, and its chain.
	m.text("3/0x999bb")
	m.wait("1 of ", "RDP")
	m.keys("Tab")
	m.text("p")
	m.wait("kin of", "parent", "tgt", "service-ticket", "child")
	m.keys("Escape")
	m.wait("1 of ", "narrowed")
	m.keys("Space")
	m.wait("1 marked")
	m.text("e")
	m.wait("export 1 marked session", "jsonl")
	if screen := m.screen(); poor && strings.ContainsFunc(screen, func(r rune) bool { return r > '~' }) {
		t.Errorf("on a terminal of ASCII the screen is\n%s", screen)
	}
	if strings.Contains(environ, "NO_COLOR") && coloured.MatchString(m.run("capture-pane", "-p", "-e")) {
		t.Error("the screen has colours, and NO_COLOR forbids them")
	}
	m.keys("Enter")
	m.wait("wrote 1 session, 18 events")
	m.keys("Escape")
	m.keys("C-c")
	m.wait("left with 0")
	m.text("stty -a > after; echo fini''shed")
	m.keys("Enter")
	m.wait("finished")
	if before, after := read(t, folder, "before"), read(t, folder, "after"); before != after {
		t.Errorf("the terminal was\n%s\nand is\n%s", before, after)
	}
	checkExport(t, program, folder)
}
