package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"spoor/model/export"
)

// target types a path into the open sheet.
func (d *driver) target(path string) *driver {
	for range len(d.root.sheet.path.Value()) + 1 {
		d.press("backspace")
	}
	return d.press(path)
}

func TestMarkedSessionsAreExportedAndNoOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.jsonl")
	d := drive(t, options(t, story()), 80, 24).press("f", "3", "/", "alice", "esc", "space", "space").sees("2 marked")
	d.press("esc", "1", "3").sees("2 marked", "* ")
	d.press("e").sees("export 2 marked sessions", "(x) jsonl").target(path).press("enter")
	d.sees("wrote 2 sessions", "2 marked").misses("export 2")
	out, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(out), `"schema":"spoor.session/1"`); n != 2 || strings.Contains(string(out), "bob") {
		t.Errorf("%d sessions were written:\n%s", n, out)
	}
}

// Some records are of two sessions, and are written once.
func TestTheSheetPromisesWhatIsWritten(t *testing.T) {
	o := demo(t)
	o.All = true
	path := filepath.Join(t.TempDir(), "all.jsonl")
	d := drive(t, o, 120, 24).press("f", "3", "*", "e")
	promised := regexp.MustCompile(`([\d,]+ sessions, [\d,]+ events); a manifest`).FindStringSubmatch(d.screen())
	twice := 0
	for _, row := range d.root.sheet.sessions {
		twice += d.root.view.snap.SessionBrief(row).Events
	}
	if promised == nil || strings.Contains(promised[1], thousands(twice)+" events") {
		t.Fatalf("nothing is shared among %d events, or the sheet counts it twice:\n%s", twice, d.screen())
	}
	d.target(path).press("enter").sees("wrote " + promised[1])
}

func TestANameOfAnotherFormatIsQuestioned(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.md")
	d := drive(t, options(t, story()), 80, 24).press("f", "3", "e").target(path).press("enter")
	d.sees("the name is one of the format markdown, but jsonl")
	if _, err := os.Stat(path); err == nil {
		t.Fatal("it was written unasked")
	}
	d.press("enter").sees("wrote 1 session")
}

func TestWithoutMarksTheSelectedSessionIsExported(t *testing.T) {
	d := drive(t, options(t, story()), 80, 24).press("3", "/", "bob", "esc", "e")
	d.sees("export the selected session (none is marked)")
	path := filepath.Join(t.TempDir(), "one")
	d.press("down", "space").sees("(x) only the sessions")
	d.press("up", "right").sees("(x) csv").press("tab", "tab", "tab").target(path).press("enter").sees("wrote 1 session, 0 events")
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

func TestWhatIsTypedOnAnotherFieldGoesToThePath(t *testing.T) {
	for name, typed := range map[string]func(*driver){
		"typed":  func(d *driver) { d.press("hl2") },
		"pasted": func(d *driver) { d.send(tea.PasteMsg{Content: "hl2"}) },
	} {
		for _, field := range [][]string{{"tab"}, {"tab", "tab"}, nil} {
			path := filepath.Join(t.TempDir(), "out")
			d := drive(t, options(t, story()), 80, 24).press("f", "3", "e").target(path).press(field...)
			typed(d)
			d.sees("(x) jsonl", "(x) all of the sessions")
			if d.press("enter").sees("wrote 1 session"); !exists(path + "hl2") {
				t.Errorf("%s after %v: %shl2 was not written", name, field, path)
			}
		}
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func TestAFileIsNeverOverwrittenUnasked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.jsonl")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := drive(t, options(t, story()), 80, 24).press("f", "3", "e").target(path).press("enter").sees("Overwrite it?")
	d.press("n").sees("not written")
	if out, _ := os.ReadFile(path); string(out) != "mine" {
		t.Fatalf("it was overwritten: %s", out)
	}
	d.press("enter", "y").sees("wrote 1 session")
	if out, _ := os.ReadFile(path); string(out) == "mine" {
		t.Error("it was not overwritten")
	}
}

func TestAnExportThatFailsSaysWhyAndLosesNothing(t *testing.T) {
	d := drive(t, options(t, story()), 80, 24).press("f", "3", "space", "e").target("/proc/nowhere/out.jsonl").press("enter")
	d.sees("not written: ", "/proc/nowhere").press("esc").sees("1 marked")
}

func TestQuittingWhileWritingAsksOnce(t *testing.T) {
	d := drive(t, options(t, story()), 80, 24).press("f", "3", "e")
	d.root.sheet.writing, d.root.sheet.cancel = true, func() {}
	if d.press("ctrl+c").sees("still writing; ctrl+c again quits"); d.quit {
		t.Error("it quit at once")
	}
	if d.press("ctrl+c"); !d.quit {
		t.Error("it did not quit when asked again")
	}
	d.send(writtenMsg{sheet: d.root.sheet, err: errors.New("no space left on device")})
	d.sees("not written: no space left on device")
	d.send(writtenMsg{sheet: d.root.sheet, result: export.Result{Paths: []string{"a", "b"}, Sessions: 1}})
}

func TestMarks(t *testing.T) {
	d := drive(t, options(t, story()), 80, 24).press("f", "3")
	d.press("V", "down", "down", "V").sees("3 marked")
	d.press("*").sees("1 marked").press("u").sees("1 mark cleared; U brings them back").misses("1 marked")
	d.press("1", "u").sees("nothing is marked")
}

func TestChangesOfManyMarksAreTakenBack(t *testing.T) {
	d := drive(t, options(t, story()), 80, 24).press("f", "3", "U").sees("no marks were cleared")
	d.press("space", "space", "space").sees("3 marked").press("U").sees("no marks were cleared", "3 marked")
	d.press("u").misses("3 marked").press("U").sees("as before: 3 sessions are marked", "3 marked").press("U").misses("3 marked").press("U")
	d.press("*").sees("1 marked").press("U").sees("3 marked")
	d.press("g", "V", "G", "V").sees("4 marked").press("U").sees("3 marked")
	if d.root.marks.version == d.root.keeping.saved {
		t.Error("marks that came back are not written")
	}
}

// A range that was forgotten would mark whatever lies between.
func TestARangeIsGivenUpByEscapeAndByLeavingItsList(t *testing.T) {
	for name, leave := range map[string][]string{
		"escape": {"esc"}, "a level and back": {"enter", "esc"}, "another root": {"2", "3"}, "another root over help": {"?", "2", "3"},
		"the place before": {"-", "-"},
	} {
		d := drive(t, options(t, story()), 80, 24).press("f", "2", "3", "V").sees("range open")
		d.press(leave...).sees(" sessions ").misses("range open")
		d.press("G", "V").sees("range open").misses("marked")
		if n := d.root.marks.count(); n != 0 {
			t.Errorf("%s: %d sessions were marked", name, n)
		}
	}
	d := drive(t, options(t, story()), 80, 24).press("f", "3", "/", "alice", "esc", "V", "esc")
	d.sees("given up", "narrowed").misses("range open")
	d.press("V", "?", "esc").sees("range open").press("G", "V").sees("3 marked")
}

func TestCopySaysOnlyWhatIsKnown(t *testing.T) {
	d := drive(t, options(t, hostile()), 120, 24)
	d.press("y").sees("sent to the terminal (OSC 52)", "<ESC>[2J").misses("copied")
	for _, k := range []string{"y", "Y"} {
		_, cmd := d.root.Update(key(k))
		sent := fmt.Sprint(cmd())
		if strings.ContainsAny(strings.ReplaceAll(sent, "\t", ""), "\x1b\x07\u202e\n") || !strings.Contains(sent, "<ESC>") {
			t.Errorf("%s sent %q", k, sent)
		}
	}
}

// Where the text went besides is known only later, and said only if nothing else
// was said meanwhile.
func TestACopySaysWhereElseItWent(t *testing.T) {
	o := options(t, story())
	var text string
	var fails error
	o.Copy = func(_ context.Context, s string) (string, error) {
		text = s
		return "in a buffer", fails
	}
	d := drive(t, o, 120, 24).press("/", "bob", "tab", "y").sees("in a buffer, and sent to the terminal (OSC 52): ")
	if text != `EXAMPLE\bob` || !strings.Contains(d.screen(), text) {
		t.Errorf("copied %q", text)
	}
	fails = errors.New("no server")
	d.press("Y").sees("sent to the terminal (OSC 52), but not in a buffer (no server): ")
	_, cmd := d.root.Update(key("y"))
	d.press("2")
	d.run(cmd)
	d.misses("buffer")
}

// The first 4624 of a log is the first record of its owner's session, and of
// that of the system that asked for it: both have its ID.
func TestSessionsOfOneRecordAreToldApart(t *testing.T) {
	o := options(t, hostile())
	o.All = true
	d := drive(t, o, 120, 24).press("3").sees("2 sessions").press("/", "0x51000", "esc", "space").sees("1 marked")
	d.press("esc").sees("2 sessions")
	if n := strings.Count(d.screen(), "\n* "); n != 1 {
		t.Errorf("%d rows have a mark:\n%s", n, d.screen())
	}
	path := filepath.Join(t.TempDir(), "out.jsonl")
	d.press("e").sees("export 1 marked session").target(path).press("enter").sees("wrote 1 session")
	if out, _ := os.ReadFile(path); strings.Count(string(out), `"schema":"spoor.session/1"`) != 1 {
		t.Errorf("written:\n%s", out)
	}
	d.press("/", "0x51000", "enter").sees("0x51000").misses("0x3e7")
}

// More evidence can move the record that a session has its ID from.
func TestMarksFollowSessionsWhoseIDMoves(t *testing.T) {
	logs := story()[:1]
	records := logs[0].records
	logs = []log{{"late.evtx", records[3:], 0}, {"early.evtx", records[:3], 0}}
	snaps := snapshots(t, logs)
	early, all := snaps[0], snaps[len(snaps)-1]
	d := idle(t).progress(Progress{Snapshot: early, Total: 1}).press("3", "/", "bob", "esc", "space").sees("1 marked", "\n* ")
	before := early.Session(d.root.marks.sessions.rows(early)[0]).ID
	d.progress(Progress{Snapshot: all, Finished: true}).press("esc").sees("1 marked", "\n* ")
	if rows := d.root.marks.sessions.rows(all); len(rows) != 1 || all.Session(rows[0]).ID == before {
		t.Errorf("%d sessions are marked; the ID was %s: the story does not move it", len(rows), before)
	}
}

func TestOriginalRecordsAreOfferedWhereTheyCanBeWritten(t *testing.T) {
	o := options(t, story())
	drive(t, o, 120, 40).press("3", "e").sees("( ) html", "( ) dot").misses("evtx")
	o.NewLog = func(io.Writer) export.LogWriter { return nil }
	drive(t, o, 120, 40).press("3", "e").sees("( ) evtx")
}

func TestTheSheetMasksUnknownNames(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.jsonl")
	d := drive(t, options(t, story()), 120, 40).press("3", "e").target(path).press("up", "space").sees("(x) unknown ones masked")
	d.press("tab", "enter").sees("wrote 3 sessions")
	manifest, err := os.ReadFile(path + ".manifest.json")
	if err != nil || !strings.Contains(string(manifest), `"masked": true`) {
		t.Errorf("%v: %s", err, manifest)
	}
}
