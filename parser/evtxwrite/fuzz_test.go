package evtxwrite_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"spoor/model/event"
	"spoor/parser/evtxwrite"
)

// draft makes records out of bytes, good and bad ones.
type draft struct{ b []byte }

func (d *draft) byte() byte {
	if len(d.b) == 0 {
		return 0
	}
	c := d.b[0]
	d.b = d.b[1:]
	return c
}

func (d *draft) bytes() []byte {
	n := min(int(d.byte()), len(d.b))
	out := d.b[:n]
	d.b = d.b[n:]
	return out
}

func (d *draft) text() string {
	words := [...]string{"", "Data", "EventData", "UserData", "System", "S-1-5-18", "S-1-5-21-1-2-3-500", "😀", "\xed\xa0\x80", "Name"}
	if c := d.byte(); int(c) < len(words) {
		return words[c]
	}
	return string(d.bytes())
}

func (d *draft) value(depth int) event.Value {
	v := event.Value{Type: event.Type(d.byte())}
	if v.Type&event.Array != 0 && depth == 0 {
		for range d.byte() % 5 {
			item := d.value(1)
			if d.byte()%4 != 0 {
				item.Type = v.Type &^ event.Array
			}
			v.Items = append(v.Items, item)
		}
		return v
	}
	switch v.Type {
	case event.String, event.AnsiString, event.SIDType:
		v.Text = d.text()
	case event.Binary, event.GUIDType:
		v.Bytes = d.bytes()
	case event.Null:
	default:
		var bits [8]byte
		copy(bits[:], d.bytes())
		v.Bits = binary.LittleEndian.Uint64(bits[:])
		if v.Type == event.SizeT && d.byte()%2 == 0 {
			v.Size = 4
		}
	}
	return v
}

func (d *draft) element(depth int) *event.Element {
	e := &event.Element{Name: d.text()}
	for range d.byte() % 4 {
		a := event.Attr{Name: d.text()}
		for range d.byte() % 3 {
			a.Parts = append(a.Parts, d.value(0))
		}
		e.Attrs = append(e.Attrs, a)
	}
	for range d.byte() % 5 {
		if depth < 5 && d.byte()%3 == 0 {
			e.Children = append(e.Children, event.Node{Element: d.element(depth + 1)})
		} else {
			e.Children = append(e.Children, event.Node{Value: d.value(0)})
		}
	}
	return e
}

// FuzzWrite holds that whatever is not refused reads back as it was.
func FuzzWrite(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{1, 0, 3, 1, 1, 5, 9, 1, 1, 7, 2, 0, 8, 3, 1, 2, 3})
	f.Add(bytes.Repeat([]byte{2, 1, 4, 0x81, 3, 1, 7, 0, 0x13, 5}, 12))
	f.Fuzz(func(t *testing.T, b []byte) {
		d := &draft{b}
		var log bytes.Buffer
		w := evtxwrite.NewWriter(&log)
		var want []*event.Record
		for n := uint64(1); n <= 4; n++ {
			r := logon(n)
			r.Root.Children = append(r.Root.Children[:1:1], event.Node{Element: d.element(0)})
			if w.Write(r) == nil {
				want = append(want, r)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		got := readBack(t, log.Bytes())
		if len(got) != len(want) {
			t.Fatalf("%d records read, %d written", len(got), len(want))
		}
		for i := range want {
			compare(t, got[i].Root, want[i].Root)
		}
	})
}
