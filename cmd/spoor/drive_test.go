package main

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The whole way of an analyst through the practice domain, as a person types
// it: find the stolen account by a few letters, drill to one event, come back
// to where he was, mark the session, export it, quit. The address is one that
// the session was reconnected from, not where it began.
func TestAnAnalystFollowsTheStolenAccount(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a terminal")
	}
	m := startTmux(t, 80, 24)
	program, folder := binary(t), t.TempDir()
	m.text("cd " + folder + " && stty -a > before && " + program + " demo; echo left with $?")
	m.keys("Enter")
	m.wait("ACCOUNT", `NORDLICHT\lars.hinrichs`, "36 accounts")

	m.text("/larhin")
	m.wait(`narrowed by "larhin"`, "1 of 36 accounts")
	m.keys("Enter")
	m.wait(`users › NORDLICHT\lars.hinrichs`, "ITS LOG", "4 hosts")
	m.keys("Enter")
	m.wait("› fs01", " sessions")
	m.text("/10.20.99.77")
	m.wait("1 of ", "rows  narrowed")
	m.keys("Enter")
	screen := m.wait("LOGON ID", "10 remote interact")
	id := regexp.MustCompile(`0x[0-9a-f]+`).FindString(screen)
	m.keys("Enter")
	m.wait("logon, remote desktop, from 10.20.1.103", " events")
	m.keys("Enter")
	m.wait("TargetUserName", "lars.hinrichs", "TargetLogonId", id)

	// Back, level by level, to where he was.
	for _, level := range []string{" events", "5 logon IDs", `narrowed by "10.20.99.77"`} {
		m.keys("Escape")
		m.wait(level)
	}
	if row := m.selected(); !strings.Contains(row, "03-06 01:38:33") {
		t.Errorf("back on %q, not on the session that was left", row)
	}
	m.keys("Space")
	m.wait("1 marked")
	m.text("e")
	m.wait("export 1 marked session", "jsonl")
	m.keys("Enter")
	m.wait("wrote 1 session, 18 events")
	m.keys("Escape")
	m.until("the filter is gone", func(s string) bool { return !strings.Contains(s, "narrowed") })
	for _, level := range []string{"4 hosts", "36 accounts"} {
		m.text("q")
		m.wait(level)
	}
	m.until("no filter hides accounts", func(s string) bool { return strings.Contains(s, "NORDLICHT") })
	m.text("q")
	m.until("the program has left", func(s string) bool {
		if strings.Contains(s, "left with 0") {
			return true
		}
		m.text("q") // a level or a filter was still open
		return false
	})
	m.text("\nstty -a > after; echo fini''shed")
	m.keys("Enter")
	m.wait("finished")
	before, after := read(t, folder, "before"), read(t, folder, "after")
	if before != after {
		t.Errorf("the terminal was\n%s\nand is\n%s", before, after)
	}
	checkExport(t, program, folder)
}

func read(t *testing.T, parts ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// checkExport holds what was exported against what the practice domain holds,
// against what the command exports of the same session, and against its own
// manifest.
func checkExport(t *testing.T, program, folder string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "tracks-*.jsonl"))
	if err != nil || len(files) != 1 {
		t.Fatalf("exported files: %v, %v", files, err)
	}
	info, err := os.Stat(files[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600 (%v)", info.Mode(), err)
	}
	var sessions []string
	failures, findings, records := 0, 0, map[float64]bool{}
	lines := bufio.NewScanner(strings.NewReader(read(t, files[0])))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r struct {
			Schema   string
			LogonIDs []string `json:"logon_ids"`
			Source   struct{ Address string }
			RecordID float64 `json:"record_id"`
			Sessions []string
		}
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		switch r.Schema {
		case "spoor.session/1":
			sessions = append(sessions, strings.Join(r.LogonIDs, "+"))
			if r.Source.Address != "10.20.1.103" {
				t.Errorf("session %v is from %s", r.LogonIDs, r.Source.Address)
			}
		case "spoor.event/1":
			records[r.RecordID] = true
			if len(r.Sessions) != 1 {
				t.Errorf("record %v belongs to sessions %v", r.RecordID, r.Sessions)
			}
		case "spoor.failure/1":
			failures++
		case "spoor.finding/1":
			findings++
		default:
			t.Errorf("unknown record %q", r.Schema)
		}
	}
	if findings == 0 {
		t.Error("no finding is about the account that the intruder used")
	}
	// Three attempts at the account failed in the week: once at its own
	// computer, twice from outside.
	if len(sessions) != 1 || len(records) != 18 || failures != 3 {
		t.Errorf("exported sessions %v with %d events and %d failures, want 1 with 18 and 3", sessions, len(records), failures)
	}
	again := filepath.Join(folder, "again.jsonl")
	command := exec.Command(program, "export", "demo.zip", "--session", "FS01/0x999bb", "--format", "jsonl", "-o", again)
	command.Dir = filepath.Join("..", "..", "testdata") // where the names are those of the practice domain
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("spoor export: %v\n%s", err, out)
	}
	if got, want := read(t, files[0]), read(t, again); got != want {
		t.Errorf("the screen exported %d bytes and the command %d, others", len(got), len(want))
	}
	if out, err := exec.Command(program, "export", "--check", files[0]).CombinedOutput(); err != nil {
		t.Errorf("the export does not agree with its manifest: %v\n%s", err, out)
	}
}
