package evtxwrite_test

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"strconv"
	"testing"

	"spoor/model/event"
	"spoor/parser"
	"spoor/parser/evtxwrite"
)

// readBack returns the records of a log, read by this project's own reader.
func readBack(t testing.TB, log []byte) []*event.Record {
	t.Helper()
	f, err := parser.Open(bytes.NewReader(log), int64(len(log)), 0, "log")
	if err != nil {
		t.Fatal(err)
	}
	var out []*event.Record
	damage, err := f.Records(context.Background(), func(r *event.Record) error {
		out = append(out, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range damage {
		t.Errorf("the log is damaged at %d: %s", d.Offset, d.Reason)
	}
	return out
}

// outline writes an element down as lines, reduced to what a log can say of
// it: an absent value is no value, an attribute of absent values is no
// attribute, one without any parts is empty, and a size that is not of four
// bytes is of eight.
//
// An element whose only content is an array stands for as many elements as
// the array has items ([MS-EVEN6] 2.2.12): so it is read.
func outline(e *event.Element, indent string) []string {
	if items := onlyArray(e); len(items) > 0 {
		var lines []string
		for _, item := range items {
			each := &event.Element{Name: e.Name, Attrs: e.Attrs, Children: []event.Node{{Value: item}}}
			lines = append(lines, outline(each, indent)...)
		}
		return lines
	}
	lines := []string{indent + "<" + strconv.Quote(e.Name)}
	for _, a := range e.Attrs {
		parts := a.Parts
		if len(parts) == 0 {
			parts = []event.Value{event.TextValue("")}
		}
		line := ""
		for _, p := range parts {
			if p.Type != event.Null {
				line += " " + outlineValue(p)
			}
		}
		if line != "" {
			lines = append(lines, fmt.Sprintf("%s  @%q%s", indent, a.Name, line))
		}
	}
	for _, n := range e.Children {
		switch {
		case n.Element != nil:
			lines = append(lines, outline(n.Element, indent+"  ")...)
		case n.Value.Type != event.Null:
			lines = append(lines, indent+"  "+outlineValue(n.Value))
		}
	}
	return append(lines, indent+">")
}

func onlyArray(e *event.Element) []event.Value {
	var found []event.Value
	values := 0
	for _, n := range e.Children {
		if n.Element != nil {
			return nil
		}
		if n.Value.Type != event.Null {
			values++
			found = n.Value.Items
		}
	}
	if values != 1 {
		return nil
	}
	return found
}

func outlineValue(v event.Value) string {
	if v.Type&event.Array != 0 {
		items := ""
		for _, item := range v.Items {
			items += " " + outlineValue(item)
		}
		return fmt.Sprintf("%#02x [%s ]", byte(v.Type), items)
	}
	switch v.Type {
	case event.String, event.AnsiString, event.SIDType:
		return fmt.Sprintf("%#02x %q", byte(v.Type), v.Text)
	case event.Binary, event.GUIDType:
		return fmt.Sprintf("%#02x %x", byte(v.Type), v.Bytes)
	case event.SizeT:
		if v.Size != 4 {
			v.Size = 8
		}
		return fmt.Sprintf("%#02x/%d %#x", byte(v.Type), v.Size, v.Bits)
	}
	return fmt.Sprintf("%#02x %#x", byte(v.Type), v.Bits)
}

func compare(t testing.TB, got, want *event.Element) {
	t.Helper()
	g, w := outline(got, ""), outline(want, "")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			t.Errorf("line %d of the element:\n got %.300s\nwant %.300s", i, at(g, i), at(w, i))
			return
		}
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "nothing"
}

func TestEveryRecordReadsBackAsItWas(t *testing.T) {
	want := mixed(700)
	got := readBack(t, logOf(t, want))
	if len(got) != len(want) {
		t.Fatalf("%d records, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i].HeaderID != want[i].HeaderID || got[i].Written != want[i].Written {
			t.Errorf("record %d: header says %d at %s", i, got[i].HeaderID, got[i].Written)
		}
		compare(t, got[i].Root, want[i].Root)
	}
}

func TestRenderedRecordReadsBackAsText(t *testing.T) {
	for _, r := range mixed(6) {
		var b bytes.Buffer
		w := evtxwrite.NewWriter(&b)
		if err := w.WriteRendered(r); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		got := readBack(t, b.Bytes())[0]
		if got.Head() != r.Head() {
			t.Errorf("head is %+v, want %+v", got.Head(), r.Head())
		}
		for i, f := range r.Data() {
			g := got.Data()[i]
			if g.Name != f.Name || g.Value.String() != f.Value.String() {
				t.Errorf("field %d is %s=%q, want %s=%q", i, g.Name, g.Value, f.Name, f.Value)
			}
			if g.Value.Type != event.String && g.Value.Type != event.Null {
				t.Errorf("field %d has type %#x: rendered values are text", i, g.Value.Type)
			}
		}
	}
}

func TestDuplicateAndUnnamedDataKeepTheirOrder(t *testing.T) {
	r := event.NewRecord(head(1, 1),
		event.Field{Name: "A", Value: event.TextValue("1")}, event.Field{Value: event.TextValue("2")},
		event.Field{Name: "A", Value: event.TextValue("3")}, event.Field{Value: event.TextValue("4")})
	got := readBack(t, logOf(t, []*event.Record{r}))[0].Data()
	if !reflect.DeepEqual(got, r.Data()) {
		t.Errorf("data are %+v, want %+v", got, r.Data())
	}
}

func TestNumbersOfForwardedRecordsStayTheCollectors(t *testing.T) {
	r := logon(7)
	r.HeaderID, r.Written = 90_001, start+99
	got := readBack(t, logOf(t, []*event.Record{r}))[0]
	if got.HeaderID != 90_001 || got.Written != start+99 || got.Head().RecordID != 7 {
		t.Errorf("header says %d at %s, System says %d", got.HeaderID, got.Written, got.Head().RecordID)
	}
}
