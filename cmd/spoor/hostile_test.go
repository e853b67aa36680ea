package main

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"spoor/model/export"
)

// Nothing that evidence says reaches a terminal as a command, in any table of
// any command.
func TestNoCommandLetsHostileBytesThrough(t *testing.T) {
	path := hostileLog(t, filepath.Join(t.TempDir(), "Hostile.evtx"))
	for _, command := range []string{"report", "users", "hosts", "sessions", "failures", "findings", "coverage", "events", "dump", "export"} {
		formats := []string{"table", "jsonl", "json", "csv"}
		switch command {
		case "report":
			formats = []string{""}
		case "dump":
			formats = []string{"jsonl", "xml"}
		case "export":
			formats = []string{"jsonl", "json", "timesketch", "markdown", "html", "dot"}
		}
		for _, format := range formats {
			args := []string{command, path}
			if format != "" {
				args = append(args, "--format", format)
			}
			if command == "export" {
				args = append(args, "--user", "*", "-o", "-")
			}
			stdout, stderr, code := spoor(args...)
			if code != exitFine {
				t.Errorf("%s: exit code %d: %s", strings.Join(args, " "), code, stderr)
			}
			if command != "coverage" && !strings.Contains(stdout, "eve") && !strings.Contains(stdout, "WS") {
				t.Errorf("%s %s shows nothing of the log:\n%s", command, format, stdout)
			}
			assertPrintable(t, command+" "+format, stdout+stderr)
		}
	}
}

// A path is named on stderr; whoever chose the file's name wrote it too.
func TestNoComplaintLetsHostileBytesThrough(t *testing.T) {
	path := filepath.Join(t.TempDir(), "evil\x1b[2J\u202e.evtx")
	if err := os.WriteFile(path, []byte("no log"), 0o600); err != nil {
		t.Skip("no such names here:", err)
	}
	stdout, stderr, code := spoor("sessions", path)
	if code != exitUnreadable || !strings.Contains(stderr, "evil") {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
	assertPrintable(t, "stderr", stdout+stderr)
}

func assertPrintable(t *testing.T, what, s string) {
	t.Helper()
	for i, r := range s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				t.Errorf("%s prints bytes that are no text: %q", what, s[max(0, i-20):min(len(s), i+20)])
				return
			}
		}
		if r != '\n' && export.Hidden(r) {
			t.Errorf("%s prints %U: %q", what, r, s[max(0, i-20):min(len(s), i+20)])
			return
		}
	}
}

// What is escaped is not lost: the decoded values are the logged ones.
func TestEscapedOutputDecodesToWhatWasLogged(t *testing.T) {
	path := hostileLog(t, filepath.Join(t.TempDir(), "Hostile.evtx"))
	type user struct{ Account struct{ Name string } }
	found := false
	for _, u := range printed[user](t, "users", "--all", path) {
		found = found || u.Account.Name == strings.TrimSpace(hostileName)
	}
	if !found {
		t.Errorf("no account is called %q", hostileName)
	}
	dumped, _, _ := spoor("dump", path)
	if first, _, _ := strings.Cut(dumped, "\n"); !json.Valid([]byte(first)) {
		t.Errorf("no JSON: %s", first)
	}
	document, _, _ := spoor("dump", "--format", "xml", path)
	for dec := xml.NewDecoder(strings.NewReader(document)); ; {
		if _, err := dec.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("no XML: %v", err)
		}
	}
}

func TestCSVHoldsNoFormula(t *testing.T) {
	path := writeLog(t, filepath.Join(t.TempDir(), "F.evtx"),
		logon(1, minutes(0), "WS1", "=cmd|'/c calc'!A1", eveSID, 0x22222),
		logoff(2, minutes(3), "WS1", "@SUM(1)", eveSID, 0x22222))
	for _, command := range []string{"users", "sessions", "events"} {
		stdout, _, _ := spoor(command, "--format", "csv", "--all", path)
		rows, err := csv.NewReader(strings.NewReader(stdout)).ReadAll()
		if err != nil || len(rows) < 2 {
			t.Fatalf("%s: %d rows, %v", command, len(rows), err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
					t.Errorf("%s: a spreadsheet runs %q", command, cell)
				}
			}
		}
	}
}
