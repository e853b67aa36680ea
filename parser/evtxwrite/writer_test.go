package evtxwrite_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spoor/model/event"
	"spoor/parser/evtxwrite"
)

// mixed is n records of every shape.
func mixed(n int) []*event.Record {
	makers := []func(uint64) *event.Record{logon, cleared, classic, logon, everyType, logon}
	var out []*event.Record
	for i := range n {
		out = append(out, makers[i%len(makers)](uint64(i+1)))
	}
	return out
}

func logOf(t testing.TB, records []*event.Record) []byte {
	t.Helper()
	var b bytes.Buffer
	w := evtxwrite.NewWriter(&b)
	for _, r := range records {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSameRecordsGiveSameBytesWhateverTheyAreWrittenTo(t *testing.T) {
	records := mixed(300)
	want := logOf(t, records)
	if again := logOf(t, records); !bytes.Equal(want, again) {
		t.Error("written twice, the bytes differ")
	}
	path := filepath.Join(t.TempDir(), "Security.evtx")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString("before"); err != nil {
		t.Fatal(err)
	}
	w := evtxwrite.NewWriter(f)
	for _, r := range records {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got[:6]) != "before" || !bytes.Equal(got[6:], want) {
		t.Error("written to a file, the bytes differ")
	}
	if len(want)%(64<<10) != 4096 || len(want) < 3*64<<10 {
		t.Errorf("the log has %d bytes: not several whole chunks", len(want))
	}
}

func TestRecordTooLargeForAChunkIsNamedAndTheRestIsKept(t *testing.T) {
	var b bytes.Buffer
	w := evtxwrite.NewWriter(&b)
	good := logon(1)
	huge := event.NewRecord(head(4711, 4688),
		event.Field{Name: "A", Value: event.TextValue(strings.Repeat("x", 20_000))},
		event.Field{Name: "B", Value: event.TextValue(strings.Repeat("x", 20_000))})
	if err := w.Write(good); err != nil {
		t.Fatal(err)
	}
	err := w.Write(huge)
	if !errors.Is(err, evtxwrite.ErrTooLarge) || !strings.Contains(err.Error(), "record 4711 (Security, event 4688") {
		t.Errorf("error is %v", err)
	}
	if err := w.Write(logon(2)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if w.Records() != 2 {
		t.Errorf("%d records were counted, want 2", w.Records())
	}
}

func TestRefusedRecordLeavesNoTrace(t *testing.T) {
	// Both have the same names and the same shape.
	with := func(sid string) *event.Record {
		r := everyType(2)
		data := r.Root.Child("EventData")
		data.Children = append(data.Children, event.Node{Element: &event.Element{Name: "Late", Children: []event.Node{{Value: event.SIDValue(sid)}}}})
		return r
	}
	bad, next := with("no SID"), with("S-1-5-18")
	var b bytes.Buffer
	w := evtxwrite.NewWriter(&b)
	for i, r := range []*event.Record{logon(1), bad, next} {
		if err := w.Write(r); (err != nil) != (i == 1) {
			t.Fatalf("record %d: %v", i, err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if want := logOf(t, []*event.Record{logon(1), next}); !bytes.Equal(b.Bytes(), want) {
		t.Error("the log differs from one that was never offered the bad record")
	}
}

func TestValuesThatNoLogCanHoldAreRefused(t *testing.T) {
	for name, v := range map[string]event.Value{
		"number too large":         event.NumberValue(event.UInt8, 256),
		"number too small":         event.NumberValue(event.Int16, 1<<63),
		"boolean of 2":             event.NumberValue(event.Bool, 2),
		"real of 64 bits in 32":    event.NumberValue(event.Real32, 1),
		"short GUID":               {Type: event.GUIDType, Bytes: []byte{1}},
		"SID without authority":    event.SIDValue("S-1"),
		"SID of 16 numbers":        event.SIDValue("S-1-5" + strings.Repeat("-1", 16)),
		"system time below 1 ms":   event.NumberValue(event.SysTime, 1),
		"unknown type":             {Type: 0x20},
		"broken UTF-8":             event.TextValue("\xff"),
		"pair in six bytes":        event.TextValue("\xed\xa0\xbd\xed\xb8\x80"),
		"array of mixed types":     {Type: event.UInt8 | event.Array, Items: []event.Value{event.TextValue("")}},
		"array of binary":          {Type: event.Binary | event.Array, Items: []event.Value{{Type: event.Binary}}},
		"array with NUL in string": {Type: event.String | event.Array, Items: []event.Value{event.TextValue("a\x00b")}},
		"ANSI that is no Unicode":  {Type: event.AnsiString, Text: "\xff"},
		"text that ends in NUL":    event.TextValue("a\x00"),
		"SID with zeros before":    event.SIDValue("S-1-05-18"),
		"array of short sizes":     {Type: event.SizeT | event.Array, Items: []event.Value{{Type: event.SizeT, Size: 4}}},
		"string beyond 64 KiB":     event.TextValue(strings.Repeat("x", 33_000)),
	} {
		w := evtxwrite.NewWriter(io.Discard)
		if err := w.Write(event.NewRecord(head(1, 1), event.Field{Name: "V", Value: v})); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestElementsThatNoLogCanHoldAreRefused(t *testing.T) {
	deep := &event.Element{Name: "a"}
	for range 100 {
		deep = &event.Element{Name: "a", Children: []event.Node{{Element: deep}}}
	}
	for name, root := range map[string]*event.Element{
		"nothing":         nil,
		"no System":       {Name: "Event"},
		"instruction":     {Name: "Event", Children: []event.Node{{Element: &event.Element{Name: "System"}}, {Element: &event.Element{Name: "?x"}}}},
		"no name":         {Name: "Event", Children: []event.Node{{Element: &event.Element{Name: "System"}}, {Element: &event.Element{Name: ""}}}},
		"broken name":     {Name: "\xff", Children: []event.Node{{Element: &event.Element{Name: "System"}}}},
		"nested too deep": {Name: "Event", Children: []event.Node{{Element: &event.Element{Name: "System"}}, {Element: deep}}},
	} {
		for way, write := range map[string]func(*evtxwrite.Writer, *event.Record) error{
			"template": (*evtxwrite.Writer).Write, "rendered": (*evtxwrite.Writer).WriteRendered,
		} {
			if err := write(evtxwrite.NewWriter(io.Discard), &event.Record{Root: root}); err == nil {
				t.Errorf("%s, %s: no error", name, way)
			}
		}
	}
}

// Some readers lose the last record of a chunk that is full to its last byte.
func TestNoChunkIsFullToItsLastByte(t *testing.T) {
	fullest := uint32(0)
	for n := 31_000; n < 33_000; n += 4 {
		var b bytes.Buffer
		w := evtxwrite.NewWriter(&b)
		r := event.NewRecord(head(1, 1), event.Field{Name: "A", Value: event.TextValue(strings.Repeat("x", n))})
		if err := w.Write(r); err != nil {
			if !errors.Is(err, evtxwrite.ErrTooLarge) {
				t.Fatal(err)
			}
			break
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		fullest = binary.LittleEndian.Uint32(b.Bytes()[4096+48:])
	}
	if fullest != 64<<10-8 {
		t.Errorf("the fullest chunk ends at 0x%x, want 0xfff8", fullest)
	}
}

type fullDisk struct{ room int }

var errFull = errors.New("disk full")

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.room -= len(p); d.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWriteFailureReachesTheCaller(t *testing.T) {
	w := evtxwrite.NewWriter(&fullDisk{room: 5000})
	if err := w.Write(logon(1)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); !errors.Is(err, errFull) {
		t.Errorf("Close gives %v, want %v", err, errFull)
	}
}
