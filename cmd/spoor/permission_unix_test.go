//go:build unix

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A log that may not be read is named with its reason, and the rest is loaded.
// Root may read everything, so the program then runs as somebody else.
func TestALogWithoutReadPermissionIsNamed(t *testing.T) {
	dir, err := os.MkdirTemp("", "spoor-permission-*") // t.TempDir is closed to others
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	program := filepath.Join(dir, "spoor")
	if b, err := os.ReadFile(binary(t)); err != nil {
		t.Fatal(err)
	} else if err := os.WriteFile(program, b, 0o755); err != nil {
		t.Fatal(err)
	}
	evidence := filepath.Join(dir, "evidence")
	if err := os.Chmod(filepath.Dir(ordinaryLog(t, filepath.Join(evidence, "WS1.evtx"))), 0o755); err != nil {
		t.Fatal(err)
	}
	secret := ordinaryLog(t, filepath.Join(evidence, "Secret.evtx"))
	for path, mode := range map[string]os.FileMode{secret: 0, filepath.Join(evidence, "WS1.evtx"): 0o644, dir: 0o755} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(program, "sessions", evidence)
	cmd.Dir = "/"
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); !errors.As(err, &exit) || exit.ExitCode() != exitDamaged {
		t.Errorf("ends with %v, want exit code %d\n%s", err, exitDamaged, stderr.String())
	}
	if want := secret + ": permission denied"; !strings.Contains(stderr.String(), want) {
		t.Errorf("stderr %q, want %q", stderr.String(), want)
	}
	if !strings.Contains(stdout.String(), `EXAMPLE\alice`) {
		t.Errorf("the rest is not loaded:\n%s", stdout.String())
	}
}
