package parser

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"testing"

	"spoor/model/event"
	"spoor/parser/evtxwrite/bulk"
)

// seeds are sound chunks of every way in which logs are written.
func seeds(t testing.TB) [][]byte {
	t.Helper()
	var out [][]byte
	for _, o := range []bulk.Options{{Seed: 1}, {Seed: 2, Rendered: true}, {Seed: 3, Unique: true}} {
		var log bytes.Buffer
		if _, err := bulk.Write(&log, 70<<10, o); err != nil {
			t.Fatal(err)
		}
		out = append(out, chunkOf(log.Bytes(), 0))
	}
	w := newXML().raw(tokenHeader, 1, 1, 0)
	w.instance(3, func(w *xmlWriter) {
		w.open("Event", false).body()
		system(w)
		w.open("EventData", true).attr("A").raw(tokenOptional).u16(2).raw(1).body()
		w.open("Data", true).attr("Name").subst(1).body().subst(2).raw(tokenCDATA).u16(1).text("x").end()
		w.raw(tokenPITarget).name("pi").raw(tokenPIData).u16(0)
		w.end().end()
	}, typed(event.UInt16, "\x01\x00"), typed(event.String, utf16Key("TargetUserName")), typed(event.String|event.Array, utf16Key("a\x00b\x00")))
	return append(out, w.log()[fileHeaderSize:])
}

// asLog puts a chunk behind a header.
func asLog(chunk []byte) []byte {
	head := make([]byte, fileHeaderSize)
	copy(head, fileMagic)
	head[42], head[120] = 1, noChecksums
	return append(head, chunk...)
}

// checkChunk reads a chunk in both ways and renders what it holds. A failure
// of the reader's own is told as damage, so it is looked for there.
func checkChunk(t *testing.T, chunk []byte) {
	t.Helper()
	f := open(t, "chunk", asLog(chunk))
	s := scanAll(t, f, 1)
	read(t, s.batches)
	internal := func(d event.Damage) error {
		if bytes.Contains([]byte(d.Reason), []byte(errInternal.Error())) {
			t.Errorf("%+v", d)
		}
		return nil
	}
	for _, b := range s.batches {
		for _, d := range b.Damage {
			internal(d)
		}
	}
	n := 0
	stats, err := f.read(t.Context(), func(r *event.Record) error {
		if n++; n > 8 {
			return nil
		}
		if b := r.AppendJSON(nil); !json.Valid(b) {
			t.Errorf("no JSON: %.300q", b)
		}
		checkXML(t, r.AppendXML(nil))
		return nil
	}, internal)
	if err != nil || stats != s.stats {
		t.Errorf("Scan %+v, Records %+v %v", s.stats, stats, err)
	}
}

func checkXML(t *testing.T, b []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(b))
	for {
		if _, err := d.RawToken(); err == io.EOF {
			return
		} else if err != nil {
			t.Errorf("no XML: %v in %.300q", err, b)
			return
		}
	}
}

func FuzzChunk(f *testing.F) {
	for _, c := range seeds(f) {
		f.Add(c)
	}
	f.Fuzz(func(t *testing.T, chunk []byte) {
		if len(chunk) > chunkSize {
			chunk = chunk[:chunkSize]
		}
		checkChunk(t, chunk)
	})
}

// FuzzRecord fuzzes the binary XML of a chunk's one record, which a fuzzer of
// whole chunks seldom gets to.
func FuzzRecord(f *testing.F) {
	for _, c := range seeds(f) {
		at := offsets(c)
		f.Add(c[at[0]+recordHeaderSize : at[1]-4])
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		w := newXML().raw(body...)
		if len(w.b)+4 > chunkSize {
			return
		}
		checkChunk(t, w.log()[fileHeaderSize:])
	})
}

// FuzzTemplate fuzzes a template's definition and the values that it is used
// with, of which kinds are the types.
func FuzzTemplate(f *testing.F) {
	var body xmlWriter
	for _, c := range seeds(f) {
		at := offsets(c)
		in, err := readInstance(c, at[0]+recordHeaderSize+4, at[1]-4, nil)
		if err != nil {
			continue // written without a template
		}
		kinds := []byte{}
		for _, s := range in.slots {
			kinds = append(kinds, s.kind())
		}
		f.Add(c[in.body:in.end], kinds, c[in.next-16:in.next])
	}
	f.Add(body.open("Event", false).b, []byte{byte(event.String)}, []byte("a\x00"))
	f.Fuzz(func(t *testing.T, definition, kinds, value []byte) {
		if len(definition)+len(kinds)*(4+len(value)) > chunkSize-2*chunkHeaderSize {
			return
		}
		var values [][]byte
		for _, kind := range kinds {
			values = append(values, typed(event.Type(kind), string(value)))
		}
		w := newXML().raw(tokenHeader, 1, 1, 0)
		w.instance(3, func(w *xmlWriter) { w.raw(definition...) }, values...)
		if len(w.b)+4 <= chunkSize {
			checkChunk(t, w.log()[fileHeaderSize:])
		}
	})
}

// FuzzValue fuzzes one value of any type.
func FuzzValue(f *testing.F) {
	for kind := range 0x16 {
		f.Add(uint8(kind), []byte("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10"))
		f.Add(uint8(kind)|uint8(event.Array), []byte("a\x00\x00\x00\x3d\xd8\x00\xde\x00\x00b\x00"))
		f.Add(uint8(kind), []byte{})
	}
	f.Add(uint8(event.SIDType), []byte("\x01\xff\x00\x00\x00\x00\x00\x05\x15\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, kind uint8, raw []byte) {
		// A log says the size of a value in 16 bits. The fuzzer would go on to
		// megabytes, which take it seconds each.
		v := decodeValue(kind, raw[:min(len(raw), 1<<16-1)])
		if v.Type != event.Null && v.Type != event.Binary && v.Type != event.Type(kind) {
			t.Errorf("type %#x is decoded as %#x", kind, v.Type)
		}
		if len(v.Items) > len(raw) || len(v.Text) > 3*len(raw)+4 && v.Type != event.SIDType {
			t.Errorf("%d bytes are decoded as %d items, %d bytes of text", len(raw), len(v.Items), len(v.Text))
		}
		if s := v.String(); len(s) > 32+32*len(raw) {
			t.Errorf("%d bytes are written as %d", len(raw), len(s))
		}
	})
}

// FuzzFile fuzzes whole files: their headers, and what lies where chunks would.
func FuzzFile(f *testing.F) {
	for _, c := range seeds(f) {
		f.Add(asLog(c))
		f.Add(c)
		f.Add(asLog(c)[:fileHeaderSize+3000])
	}
	f.Add([]byte("ElfFile\x00"))
	f.Add([]byte("\x30\x00\x00\x00LfLe"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Open(bytes.NewReader(data), int64(len(data)), 7, "fuzzed")
		if err != nil {
			if file, err = Carve(t.Context(), bytes.NewReader(data), int64(len(data)), 7, "fuzzed"); err != nil {
				return
			}
			carved(t, file)
			return
		}
		checkAgreement(t, file, scanAll(t, file, 1))
	})
}
