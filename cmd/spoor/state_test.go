package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"spoor/model/event"
	"spoor/model/findings"
	"spoor/parser/evidence"
	"spoor/tui"
)

func marked(n int) tui.State {
	var s tui.State
	for i := range n {
		s.Marks = append(s.Marks, tui.Mark{Session: fmt.Sprintf("%016x", i), Logon: event.LogonID(i)})
	}
	return s
}

func TestStateComesBackForItsOwnEvidenceAlone(t *testing.T) {
	s := store{filepath.Join(t.TempDir(), "a", "b")}
	if err := s.Save("one", marked(3)); err != nil {
		t.Fatal(err)
	}
	if got, note, err := s.Restore("one"); err != nil || note != "" || !reflect.DeepEqual(got, marked(3)) {
		t.Errorf("got %v, %q, %v", got, note, err)
	}
	aside := tui.State{Dismissed: []findings.Dismissal{{ID: "0123456789abcdef", Note: "the auditors' test <>&\x1b", Time: time.Date(2026, 3, 3, 8, 0, 0, 5, time.UTC)}, {ID: "1123456789abcdef", Time: time.Unix(0, 0).UTC()}}}
	if err := s.Save("three", aside); err != nil {
		t.Fatal(err)
	}
	if got, note, err := s.Restore("three"); err != nil || note != "" || !reflect.DeepEqual(got, aside) {
		t.Errorf("got %v, %q, %v", got, note, err)
	}
	if got, _, err := s.Restore("two"); err != nil || len(got.Marks) != 0 {
		t.Errorf("of other evidence: %v, %v", got, err)
	}
	for path, want := range map[string]os.FileMode{s.folder: 0o700, s.path("one"): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v (%v)", path, info.Mode(), want, err)
		}
	}
	for _, name := range []string{"one", "three"} {
		if err := s.Save(name, tui.State{}); err != nil {
			t.Error(err)
		}
	}
	if left, _ := os.ReadDir(s.folder); len(left) != 0 {
		t.Errorf("without marks there is %v", left)
	}
}

func TestDamagedStateIsSetAsideAndSaid(t *testing.T) {
	for name, content := range map[string]string{
		"cut":            `{"schema":"spoor.state/1","marks":[{"sess`,
		"of another age": `{"schema":"spoor.state/9","marks":[]}`,
		"no ID":          `{"schema":"spoor.state/1","marks":[{"session":"../../x","logon_id":"0x1"}]}`,
		"no logon ID":    `{"schema":"spoor.state/1","marks":[{"session":"0123456789abcdef","logon_id":"x"}]}`,
		"no finding":     `{"schema":"spoor.state/1","dismissed":[{"finding":"../../x"}]}`,
		"no note":        `{"schema":"spoor.state/1","dismissed":[{"finding":"0123456789abcdef","note":"` + strings.Repeat("x", mostNote+1) + `"}]}`,
		"empty":          "",
		"too large":      strings.Repeat(" ", mostState+1),
	} {
		s := store{t.TempDir()}
		if err := os.WriteFile(s.path("k"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		state, note, err := s.Restore("k")
		if err != nil || len(state.Marks) != 0 || !strings.Contains(note, "set aside as "+s.path("k")+".damaged") {
			t.Errorf("%s: %v, %q, %v", name, state, note, err)
		}
		if kept, err := os.ReadFile(s.path("k") + ".damaged"); err != nil || string(kept) != content {
			t.Errorf("%s: what was set aside is another (%v)", name, err)
		}
		if err := s.Save("k", marked(1)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStateIsBounded(t *testing.T) {
	s := store{t.TempDir()}
	if err := s.Save("many", marked(mostKept+1)); err == nil {
		t.Error("marks were left out and nobody says so")
	}
	if got, note, err := s.Restore("many"); err != nil || note != "" || len(got.Marks) != mostKept {
		t.Errorf("%d marks, %q, %v", len(got.Marks), note, err)
	}
	for i := range mostStates + 10 {
		if err := s.Save(fmt.Sprint(i), marked(1)); err != nil {
			t.Fatal(err)
		}
	}
	if left, _ := os.ReadDir(s.folder); len(left) != mostStates {
		t.Errorf("%d files of state, want %d", len(left), mostStates)
	}
}

func TestAFullOrForbiddenFolderIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (store{filepath.Join(path, "below")}).Save("k", marked(1)); err == nil {
		t.Error("a folder below a file was written to")
	}
}

func TestEvidenceIsKnownByItsFilesAndTheirSizes(t *testing.T) {
	a, b := evidence.Source{Name: "a.evtx", Size: 1}, evidence.Source{Name: "x/b.evtx", Size: 2}
	key := evidenceKey([]evidence.Source{a, b}, "/cases")
	if key != evidenceKey([]evidence.Source{b, a}, "/cases") {
		t.Error("the order of the files counts")
	}
	if key != evidenceKey([]evidence.Source{{Name: "/cases/a.evtx", Size: 1}, b}, "/cases") {
		t.Error("the way a path is written counts")
	}
	for name, other := range map[string]string{
		"a size":   evidenceKey([]evidence.Source{{Name: "a.evtx", Size: 9}, b}, "/cases"),
		"a name":   evidenceKey([]evidence.Source{{Name: "c.evtx", Size: 1}, b}, "/cases"),
		"a file":   evidenceKey([]evidence.Source{a}, "/cases"),
		"a folder": evidenceKey([]evidence.Source{a, b}, "/other"),
	} {
		if other == key {
			t.Errorf("%s does not count", name)
		}
	}
}

func TestFoldersOfAUser(t *testing.T) {
	for _, c := range []struct{ system, environ, config, state string }{
		{"linux", "HOME=/h", "/h/.config/spoor", "/h/.local/state/spoor"},
		{"linux", "HOME=/h XDG_CONFIG_HOME=/c XDG_STATE_HOME=/s", "/c/spoor", "/s/spoor"},
		{"linux", "HOME=/h XDG_CONFIG_HOME=c XDG_STATE_HOME=s", "/h/.config/spoor", "/h/.local/state/spoor"},
		{"linux", "", "", ""},
		{"darwin", "HOME=/h", "/h/Library/Application Support/spoor", "/h/Library/Application Support/spoor"},
		{"windows", "APPDATA=/roaming LOCALAPPDATA=/local", "/roaming/spoor", "/local/spoor"},
	} {
		s := system{c.system, strings.Fields(c.environ)}
		if config, state := s.configFolder(), s.stateFolder(); config != c.config || state != c.state {
			t.Errorf("%s %q: %q and %q, want %q and %q", c.system, c.environ, config, state, c.config, c.state)
		}
	}
}

// A line that drops takes the screen, not the marks, and gives the terminal
// back; nothing of the evidence is in what was kept.
func TestMarksOutliveAHangup(t *testing.T) {
	tool(t, "pkill")
	folder := t.TempDir()
	m := startTmux(t, 100, 24, "XDG_STATE_HOME="+folder)
	program := binary(t)
	m.text("cd " + folder + " && clear && stty -a > before && " + program + " demo; code=$?; stty -a > after; echo left with $code")
	m.keys("Enter")
	m.wait("36 accounts")
	m.text("3")
	m.wait("START")
	m.keys("Space")
	m.wait(" marked")
	m.text("7")
	m.wait("findings", "A log was cleared")
	m.text("Da drill")
	m.wait("dismissed, because: a drill")
	m.keys("Enter")
	m.wait("1 dismissed")
	m.run("run-shell", "-b", "pkill -HUP -f '^"+program+" demo'")
	m.wait("left with 129")
	if before, after := read(t, folder, "before"), read(t, folder, "after"); before != after {
		t.Errorf("the terminal was\n%s\nand is\n%s", before, after)
	}
	files, err := filepath.Glob(filepath.Join(folder, "spoor", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files of state: %v, %v", files, err)
	}
	kept := []byte(read(t, files[0]))
	if !bytes.Contains(kept, []byte(`"note":"a drill"`)) {
		t.Errorf("the note of a dismissal is not in what is kept: %s", kept)
	}
	for _, word := range []string{"NORDLICHT", "fs01", "hinrichs", "evtx", "S-1-5"} {
		if bytes.Contains(bytes.ToLower(kept), bytes.ToLower([]byte(word))) {
			t.Errorf("%s is in what is kept: %s", word, kept)
		}
	}
	for _, c := range []struct{ flags, sees string }{{"", "from an earlier run; u clears; 1 finding dismissed in an earlier run"}, {" --no-state", "36 accounts"}} {
		m.text("clear; " + program + " demo" + c.flags)
		m.keys("Enter")
		screen := m.wait(c.sees, "36 accounts")
		if there := strings.Contains(screen, "marked"); there != (c.flags == "") {
			t.Errorf("with%q marks are there: %t\n%s", c.flags, there, screen)
		}
		m.text("q")
		m.until("the program has left", func(s string) bool { return !strings.Contains(s, "accounts") })
	}
}

// A terminal that is gone takes a mark of this moment no more than an old one.
func TestMarksOutliveATerminalThatIsGone(t *testing.T) {
	folder := t.TempDir()
	m := startTmux(t, 100, 24, "XDG_STATE_HOME="+folder)
	m.text("clear; exec " + binary(t) + " demo")
	m.keys("Enter")
	m.wait("36 accounts")
	m.text("3")
	m.wait("START")
	m.keys("Space")
	m.wait(" marked")
	m.run("kill-server")
	deadline := time.Now().Add(20 * time.Second)
	for {
		files, err := filepath.Glob(filepath.Join(folder, "spoor", "*.json"))
		if err == nil && len(files) == 1 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("files of state: %v, %v", files, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestStateThatCannotBeWrittenSaysWhereAndWhatToDo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "no folder")
	folder := filepath.Join(file, "spoor")
	if err := (store{folder}).Save("one", marked(1)); err == nil || err.Error() != folder+": not a directory; name another folder with XDG_STATE_HOME" {
		t.Errorf("below a file: %v", err)
	}
	disk := smallDisk(t, "64k")
	write(t, filepath.Join(disk, "full"), strings.Repeat("x", 60<<10))
	if err := (store{disk}).Save("one", marked(1000)); err == nil || err.Error() != disk+": no space left on device; make room there, or name another folder with XDG_STATE_HOME" {
		t.Errorf("on a full disk: %v", err)
	}
	if left, _ := os.ReadDir(disk); len(left) != 1 {
		t.Errorf("there is %v", left)
	}
}
