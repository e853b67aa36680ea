//go:build unix

package evidence

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A pipe gives bytes once, and perhaps never: it is named and not opened.
func TestAPipeIsNamedAndNotOpened(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.evtx"), []byte("x"))
	pipe := filepath.Join(dir, "pipe.evtx")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no pipes here:", err)
	}
	for path, want := range map[string]string{pipe: "", dir: "a.evtx"} {
		s := Find(t.Context(), []string{path}, Options{})
		if names(s) != want || len(s.Problems) != 1 || s.Problems[0].Name != pipe || !errors.Is(s.Problems[0].Err, ErrSpecial) {
			t.Errorf("%s: found %q, problems %v", path, names(s), s.Problems)
		}
		s.Close()
	}
}

const closedFolder = "SPOOR_TEST_CLOSED_FOLDER"

// A folder that may not be listed is named, and the rest is found. Root may
// list everything, so the test then runs again as somebody else.
func TestAFolderThatMayNotBeListedIsNamed(t *testing.T) {
	if dir := os.Getenv(closedFolder); dir != "" {
		findClosed(t, dir)
		return
	}
	dir, err := os.MkdirTemp("", "spoor-closed-*") // t.TempDir is closed to others
	if err != nil {
		t.Fatal(err)
	}
	evidence := filepath.Join(dir, "evidence")
	closed := filepath.Join(evidence, "closed")
	t.Cleanup(func() {
		os.Chmod(closed, 0o700)
		os.RemoveAll(dir)
	})
	log := write(t, filepath.Join(evidence, "a.evtx"), []byte("x"))
	write(t, filepath.Join(closed, "b.evtx"), []byte("x"))
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	program := write(t, filepath.Join(dir, "test"), b)
	for path, mode := range map[string]os.FileMode{dir: 0o755, evidence: 0o755, log: 0o644, program: 0o755, closed: 0} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(program, "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Dir, cmd.Env = "/", []string{closedFolder + "=" + evidence}
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS") {
		t.Errorf("%v\n%s", err, out)
	}
}

func findClosed(t *testing.T, dir string) {
	s := Find(t.Context(), []string{dir}, Options{})
	defer s.Close()
	closed := filepath.Join(dir, "closed")
	if names(s) != "a.evtx" || len(s.Problems) != 1 || s.Problems[0].Name != closed || !errors.Is(s.Problems[0].Err, fs.ErrPermission) {
		t.Errorf("found %q, problems %v", names(s), s.Problems)
	}
}
