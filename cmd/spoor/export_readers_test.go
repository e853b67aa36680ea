package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	demoLogs = "../../testdata/demo.zip"
	// intruder is the session of the demo domain that the intruder had on
	// WS103.
	intruder = "WS103/0x468dd"
)

// exported exports the intruder's session and returns where it is.
func exported(t *testing.T, format string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out."+format)
	if _, stderr, code := spoor("export", demoLogs, "--session", intruder, "--format", format, "-o", out); code != exitFine {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	return out
}

// python returns a Python that has a module; the distribution's has the
// distribution's modules.
func python(t *testing.T, module string) string {
	t.Helper()
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(name, "-c", "import "+module).Run() == nil {
			return name
		}
	}
	if os.Getenv("SPOOR_REQUIRE_TOOLS") == "1" {
		t.Fatalf("no python3 has %s, and SPOOR_REQUIRE_TOOLS demands it", module)
	}
	t.Skipf("no python3 has %s", module)
	return ""
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	c := exec.Command(name, args...)
	var problems bytes.Buffer
	c.Stderr = &problems
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, problems.String())
	}
	return string(out)
}

const readCSV = `
import csv, json, sys
csv.field_size_limit(1 << 24)
with open(sys.argv[1], newline="", encoding="utf-8") as f:
    print(json.dumps(list(csv.DictReader(f, strict=True))))
`

// What Python's csv reads is what the public records say.
func TestPythonReadsTheTables(t *testing.T) {
	py, folder := python(t, "csv"), exported(t, "csv")
	table := func(name string) (rows []map[string]string) {
		if err := json.Unmarshal([]byte(output(t, py, "-c", readCSV, filepath.Join(folder, name))), &rows); err != nil {
			t.Fatal(err)
		}
		return rows
	}
	sessions, failures, events := table("sessions.csv"), table("failures.csv"), table("events.csv")
	if len(sessions) != 1 || len(failures) != 3 || len(events) != 18 {
		t.Fatalf("%d sessions, %d failures, %d events; want 1, 3, 18", len(sessions), len(failures), len(events))
	}
	s := sessions[0]
	if s["account"] != `NORDLICHT\lars.hinrichs` || s["address"] != "10.20.99.77" || s["logon_ids"] != "0x468dd 0x41033" || s["end_reason"] != "logoff" ||
		!strings.Contains(s["chain"], "tgt dc02.nordlicht.example/Security/32549 strong") {
		t.Errorf("the session reads %v", s)
	}
	for _, e := range events {
		if e["sessions"] != s["id"] || e["record_id"] == "" || !strings.Contains(e["data"], "=") {
			t.Errorf("an event reads %v", e)
		}
	}
}

// originals unpacks those logs of the demo domain that a part of their name
// matches.
func originals(t *testing.T, part string) []string {
	t.Helper()
	z, err := zip.OpenReader(demoLogs)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var out []string
	for _, f := range z.File {
		if !strings.Contains(f.Name, part) {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		at := filepath.Join(t.TempDir(), path.Base(f.Name))
		if err := os.WriteFile(at, b, 0o600); err != nil {
			t.Fatal(err)
		}
		out = append(out, at)
	}
	return out
}

var (
	eventXML = regexp.MustCompile(`(?s)<Event .*?</Event>`)
	eventKey = regexp.MustCompile(`(?s)<EventRecordID>(\d+)<.*?<Channel>([^<]*)<.*?<Computer>([^<]*)<`)
)

// recordsIn returns the events of a tool's XML by number, log and computer.
func recordsIn(t *testing.T, document string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, e := range eventXML.FindAllString(document, -1) {
		key := eventKey.FindStringSubmatch(e)
		if key == nil {
			t.Fatalf("an event without a number: %s", e)
		}
		out[strings.Join(key[1:], " ")] = e
	}
	return out
}

// sameRecords holds what a tool reads of an exported log against what it reads
// of the logs that the records come from, letter for letter.
func sameRecords(t *testing.T, read func(path string) string) {
	t.Helper()
	got := recordsIn(t, read(exported(t, "evtx")))
	if len(got) != 18 {
		t.Errorf("%d records, want 18", len(got))
	}
	want := map[string]string{}
	for _, log := range originals(t, "WS103/") {
		for key, e := range recordsIn(t, read(log)) {
			want[key] = e
		}
	}
	for key, e := range got {
		if e != want[key] {
			t.Errorf("record %s reads\n%s\nand was\n%s", key, e, want[key])
		}
	}
}

func TestLibevtxReadsTheOriginalRecordsAsTheyWere(t *testing.T) {
	evtxexport := tool(t, "evtxexport")
	sameRecords(t, func(path string) string { return output(t, evtxexport, "-f", "xml", path) })
}

const readEVTX = `
import sys
import Evtx.Evtx
with Evtx.Evtx.Evtx(sys.argv[1]) as log:
    for record in log.records():
        print(record.xml())
`

func TestPythonEvtxReadsTheOriginalRecordsAsTheyWere(t *testing.T) {
	py := python(t, "Evtx.Evtx")
	sameRecords(t, func(path string) string { return output(t, py, "-c", readEVTX, path) })
}

func TestSpoorReadsTheOriginalRecordsAsTheyWere(t *testing.T) {
	sameRecords(t, func(path string) string {
		out, stderr, code := spoor("dump", "--format", "xml", path)
		if code != exitFine {
			t.Fatal(stderr)
		}
		return out
	})
}

func TestGolangEvtxReadsTheOriginalRecordsAsSpoorDoes(t *testing.T) {
	out, stderr, code := spoor("verify", exported(t, "evtx"), "--format", "jsonl")
	var v struct {
		Outcome string
		Both    int `json:"both_records"`
	}
	if err := json.Unmarshal([]byte(out), &v); err != nil || code != exitFine || v.Outcome != "agrees" || v.Both != 18 {
		t.Errorf("%+v, %v, exit code %d: %s", v, err, code, stderr)
	}
}

func TestGraphVizDrawsTheMovement(t *testing.T) {
	dot := tool(t, "dot")
	plain := output(t, dot, "-Tplain", exported(t, "dot"))
	var nodes, edges []string
	for line := range strings.Lines(plain) {
		switch fields := strings.Fields(line); fields[0] {
		case "node":
			nodes = append(nodes, strings.Trim(fields[6], `"`))
		case "edge":
			edges = append(edges, fields[1]+" "+fields[2])
		}
	}
	slices.Sort(nodes)
	if want := []string{"10.20.99.77", "fs01.nordlicht.example", "ws103.nordlicht.example"}; !slices.Equal(nodes, want) {
		t.Errorf("its nodes are %v, want %v", nodes, want)
	}
	slices.Sort(edges)
	if want := []string{"n0 n1", "n1 n2", "n1 n2"}; !slices.Equal(edges, want) {
		t.Errorf("its edges are %v, want %v", edges, want)
	}
}

// The script holds a page to what a page that loads and runs nothing may have,
// and prints its text.
const readHTML = `
import sys
from html.parser import HTMLParser

EMPTY = {"meta", "br", "wbr"}
ALLOWED = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "ul", "li", "p", "strong", "section", "table", "thead",
           "tbody", "tr", "th", "td", "svg", "line", "text", "g", "rect", "circle", "span", "wbr"}
ATTRS = {"lang", "charset", "http-equiv", "content", "name", "class", "viewbox", "role", "aria-label", "x", "y", "x1", "x2", "y1",
         "y2", "width", "height", "transform", "cx", "cy", "r"}

class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.text, self.policy = [], [], ""
    def handle_starttag(self, tag, attrs):
        assert tag in ALLOWED, tag
        for name, value in attrs:
            assert name in ATTRS, (tag, name)
        a = dict(attrs)
        if a.get("http-equiv") == "Content-Security-Policy":
            self.policy = a["content"]
        if tag not in EMPTY:
            self.open.append(tag)
    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()
    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.text.append(data)
    def handle_comment(self, data):
        assert False, data

page = Page()
page.feed(open(sys.argv[1], encoding="utf-8").read())
page.close()
assert not page.open, page.open
assert "default-src 'none'" in page.policy and "script" not in page.policy, page.policy
print("".join(page.text))
`

func TestAnHTMLParserFindsAWellFormedPageThatLoadsNothing(t *testing.T) {
	got := output(t, python(t, "html.parser"), "-c", readHTML, exported(t, "html"))
	for _, want := range []string{
		`NORDLICHT\lars.hinrichs`, "2026-03-06T02:24:32.8948630Z, logoff", "dc02.nordlicht.example/Security/32549",
		"DESKTOP-7Q2KLM (claimed)", "the Security log was cleared", "57a3c43f8de10d27cc5be6379232e45be511bfe9f35628e68616b01129a65ce0",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// Timesketch asks for three fields of every row, and reads times in two ways
// that must agree.
func TestTimesketchRowsAreWhatItImports(t *testing.T) {
	const check = `
import datetime, json, sys
rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
for r in rows:
    finding = r["timestamp_desc"].startswith("Finding: ")
    assert r["message"] and r["timestamp_desc"] and r["data_type"] == ("spoor:finding" if finding else "windows:evtx:record"), r
    assert ("tag" in r) == finding and (not finding or all(isinstance(t, str) and t for t in r["tag"])), r
    t = datetime.datetime.fromisoformat(r["datetime"])
    assert t.utcoffset() == datetime.timedelta(0)
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    assert (t - epoch) // datetime.timedelta(microseconds=1) == r["timestamp"], r
print(json.dumps([r["timestamp_desc"] for r in rows]))
`
	var kinds []string
	if err := json.Unmarshal([]byte(output(t, python(t, "json"), "-c", check, exported(t, "timesketch"))), &kinds); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, k := range kinds {
		counts[k]++
	}
	for kind, want := range map[string]int{"Session Start": 1, "Session Connected": 1, "Session End": 1, "Failed Attempt": 3, "Event Logged": 18, "Finding: hop-chain": 1} {
		if counts[kind] != want {
			t.Errorf("%d rows are %s, want %d", counts[kind], kind, want)
		}
	}
}
