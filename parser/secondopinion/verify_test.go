package secondopinion

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"spoor/model/event"
	"spoor/parser/evtxwrite"
)

// writeLog writes a log of records 1 to n.
func writeLog(t *testing.T, n uint64) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "made.evtx")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := evtxwrite.NewWriter(file)
	for id := uint64(1); id <= n; id++ {
		r := event.NewRecord(event.System{Head: event.Head{
			Provider: "Microsoft-Windows-Security-Auditing", EventID: 4624, Time: event.FileTime(133_000_000_000_000_000 + id),
			RecordID: id, Channel: "Security", Computer: "DC1.example",
		}, Keywords: event.AuditSuccess},
			event.Field{Name: "TargetUserName", Value: event.TextValue(fmt.Sprint("user", id))},
			event.Field{Name: "LogonType", Value: event.NumberValue(event.UInt32, 3)},
			event.Field{Name: "Name", Value: event.TextValue("of a field")},
			event.Field{Value: event.TextValue("b")}, event.Field{Value: event.TextValue("a")},
		)
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// lie tells the records of a log, but for what how says.
func lie(how, name string) {
	var told bytes.Buffer
	log, err := os.Open(name)
	if err != nil {
		panic(err)
	}
	if err := Child(log, &told); err != nil {
		panic(err)
	}
	for dec, out := json.NewDecoder(&told), json.NewEncoder(os.Stdout); dec.More(); {
		var r Record
		if err := dec.Decode(&r); err != nil {
			panic(err)
		}
		id := r.RecordID
		switch how {
		case "alter":
			switch id {
			case "5":
				r.Data["EventData/TargetUserName"] = "somebody"
				delete(r.Data, "EventData/LogonType")
				r.Data["EventData/More"] = "of it"
			case "6":
				r.Time = "2020-01-01T00:00:00.0000000Z"
				r.System["Keywords"] = "0x0"
				r.Data["EventData/Data"] = "other"
			}
		case "omit":
			if id == "1" || id == "7" || id == "300" {
				continue
			}
		case "omit many":
			if n, _ := strconv.Atoi(id); n > 100 && n <= 250 {
				continue
			}
		case "invent":
			if id == "9" {
				out.Encode(Record{RecordID: "900", Computer: "DC1.example", Channel: "Security"})
			}
		case "break off":
			if id == "10" {
				panic("at the tenth")
			}
		}
		out.Encode(r)
	}
}

func verify(t *testing.T, how, path string, limits Limits) Report {
	t.Helper()
	file := openLog(t, path)
	child := childProcess(t, path)
	if how != "" {
		child = misbehaving(t, how, path)
	}
	r, err := Verify(t.Context(), file, child, limits)
	if err != nil {
		t.Fatal(err)
	}
	checkSums(t, how, r)
	return r
}

func TestTheReportSaysWhatTheOtherReaderSaidOtherwise(t *testing.T) {
	path := writeLog(t, 300)
	sound := verify(t, "", path, LimitsFor(0))
	if sound.Spoor != 300 || sound.Both != 300 || sound.Differing != 0 || sound.Failure != nil || sound.Fields == 0 || sound.Fields%300 != 0 {
		t.Fatalf("a sound log: %+v", sound)
	}
	for _, tt := range []struct {
		how               string
		both, lacks, adds uint64
		lacking, adding   string
		differing         uint64
		field             string
		ours, theirs      string
	}{
		{how: "alter", both: 300, differing: 6, field: "EventData/TargetUserName", ours: "user5", theirs: "somebody"},
		{how: "alter", both: 300, differing: 6, field: "EventData/LogonType", ours: "3"},
		{how: "alter", both: 300, differing: 6, field: "EventData/More", theirs: "of it"},
		{how: "alter", both: 300, differing: 6, field: "System/Keywords", ours: "0x8020000000000000", theirs: "0x0"},
		{how: "omit", both: 297, lacks: 3, lacking: "record 7 of Security on DC1.example"},
		{how: "omit", both: 297, lacks: 3, lacking: "record 300 of Security on DC1.example"},
		{how: "omit many", both: 150, lacks: 150, lacking: "record 101 of Security on DC1.example"},
		{how: "invent", both: 300, adds: 1, adding: "record 900 of Security on DC1.example"},
	} {
		r := verify(t, tt.how, path, LimitsFor(0))
		if r.Failure != nil || r.Spoor != 300 || r.Both != tt.both || r.OnlySpoor != tt.lacks || r.OnlyGolangEvtx != tt.adds || r.Differing != tt.differing {
			t.Errorf("%s: %+v", tt.how, r)
		}
		if tt.lacking != "" && !slices.Contains(r.ListedSpoor, tt.lacking) {
			t.Errorf("%s: listed are %q", tt.how, r.ListedSpoor)
		}
		if tt.adding != "" && !slices.Contains(r.ListedGolangEvtx, tt.adding) {
			t.Errorf("%s: listed are %q", tt.how, r.ListedGolangEvtx)
		}
		found := tt.field == ""
		for _, d := range r.Differences {
			found = found || d.Field == tt.field && d.Spoor == tt.ours && d.GolangEvtx == tt.theirs && (d.RecordID == 5 || d.RecordID == 6) && d.EventID == 4624
		}
		if !found {
			t.Errorf("%s: no difference in %s: %+v", tt.how, tt.field, r.Differences)
		}
	}
}

func TestAFailureOfTheOtherReaderIsInTheReport(t *testing.T) {
	path := writeLog(t, 20)
	patient := Limits{Patience: time.Minute, Time: time.Minute, Listed: 3}
	for _, tt := range []struct {
		how    string
		limits Limits
		both   uint64
		says   string
	}{
		{"break off", patient, 9, "panic: at the tenth"},
		{"refuse", patient, 0, "no log of mine"},
		{"hang", Limits{Patience: time.Second, Time: time.Minute, Listed: 3}, 0, "golang-evtx hung: nothing for 1s"},
		{"endless", Limits{Patience: time.Minute, Time: time.Second, Listed: 3}, 0, "golang-evtx did not end within 1s"},
	} {
		r := verify(t, tt.how, path, tt.limits)
		if r.Spoor != 20 || r.Both != tt.both || r.Failure == nil || !strings.Contains(r.Failure.Error(), tt.says) {
			t.Errorf("%s: %+v", tt.how, r)
		}
		if len(r.ListedSpoor) != 3 || r.OnlySpoor != 20-tt.both {
			t.Errorf("%s: %d lacking, listed are %q", tt.how, r.OnlySpoor, r.ListedSpoor)
		}
	}
}

func TestACancelledVerificationEnds(t *testing.T) {
	path := writeLog(t, 20)
	for _, how := range []string{"hang", "endless"} {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(200*time.Millisecond, cancel)
		_, err := Verify(ctx, openLog(t, path), misbehaving(t, how, path), LimitsFor(0))
		if !errors.Is(err, ctx.Err()) || err == nil {
			t.Errorf("%s: %v", how, err)
		}
	}
}

// Damage that spoor reads past is in the report.
func TestTheReportHoldsTheDamage(t *testing.T) {
	path := writeLog(t, 20)
	if err := os.Truncate(path, 4096+40_000); err != nil {
		t.Fatal(err)
	}
	file := openLog(t, path)
	r, err := Verify(t.Context(), file, childProcess(t, path), LimitsFor(0))
	if err != nil || len(r.Damage) == 0 {
		t.Errorf("%+v %v", r, err)
	}
}

// A line gives back the oldest of several records of one key.
func TestLine(t *testing.T) {
	l := newLine[int]()
	a, b := key{record: "1"}, key{record: "2"}
	l.add(a, 10, 5)
	l.add(b, 20, 5)
	l.add(a, 30, 5)
	if n, ok := l.find(a); !ok || n != 0 {
		t.Errorf("%d %v", n, ok)
	}
	l.drop(1, func(key) {})
	if n, ok := l.find(a); !ok || n != 1 || l.waiting[n].record != 30 || l.bytes != 10 {
		t.Errorf("%d %v %d", n, ok, l.bytes)
	}
	gone := 0
	l.drop(2, func(key) { gone++ })
	if _, ok := l.find(b); ok || gone != 2 || l.bytes != 0 || len(l.numbers) != 0 {
		t.Errorf("%+v", l)
	}
}
