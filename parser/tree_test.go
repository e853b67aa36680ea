package parser

import (
	"encoding/binary"
	"strings"
	"testing"

	"spoor/model/event"
)

// xmlWriter writes binary XML by hand into a chunk of one record.
type xmlWriter struct {
	b            []byte
	dependencies bool
}

func newXML() *xmlWriter {
	w := &xmlWriter{b: make([]byte, chunkHeaderSize+recordHeaderSize)}
	copy(w.b[chunkHeaderSize:], recordMagic)
	return w
}

func (w *xmlWriter) raw(b ...byte) *xmlWriter { w.b = append(w.b, b...); return w }
func (w *xmlWriter) u16(n int) *xmlWriter     { return w.raw(byte(n), byte(n>>8)) }
func (w *xmlWriter) u32(n int) *xmlWriter {
	w.b = binary.LittleEndian.AppendUint32(w.b, uint32(n))
	return w
}
func (w *xmlWriter) text(s string) *xmlWriter { w.b = append(w.b, utf16Key(s)...); return w }

func (w *xmlWriter) name(s string) *xmlWriter {
	w.u32(len(w.b) + 4)
	return w.u32(0).u16(0).u16(len(utf16Key(s)) / 2).text(s).u16(0)
}

// open starts an element; more says that it has attributes.
func (w *xmlWriter) open(name string, more bool) *xmlWriter {
	token := byte(tokenOpen)
	if more {
		token |= moreFlag
	}
	w.raw(token)
	if w.dependencies {
		w.u16(0xffff)
	}
	w.u32(0).name(name)
	if more {
		w.u32(0)
	}
	return w
}

func (w *xmlWriter) attr(name string) *xmlWriter { return w.raw(tokenAttribute).name(name) }
func (w *xmlWriter) value(s string) *xmlWriter {
	return w.raw(tokenText, 1).u16(len(utf16Key(s)) / 2).text(s)
}
func (w *xmlWriter) subst(i int) *xmlWriter { return w.raw(tokenSubstitution).u16(i).raw(1) }
func (w *xmlWriter) body() *xmlWriter       { return w.raw(tokenCloseStart) }
func (w *xmlWriter) end() *xmlWriter        { return w.raw(tokenCloseElement) }

// head begins a template's instance and its definition, and returns where the
// size of the definition's fragment is to be written.
func (w *xmlWriter) head(id int) (size int) {
	definition := len(w.b) + 10
	w.raw(tokenTemplate, 1).u32(id).u32(definition).u32(0).u32(id)
	w.b = append(w.b, make([]byte, 12)...)
	w.u32(0)
	return len(w.b) - 4
}

// instance writes a template's definition and the values that it is used with.
func (w *xmlWriter) instance(id int, definition func(*xmlWriter), values ...[]byte) *xmlWriter {
	size := w.head(id)
	before := w.dependencies
	w.dependencies = true
	definition(w)
	w.raw(tokenEnd)
	w.dependencies = before
	binary.LittleEndian.PutUint32(w.b[size:], uint32(len(w.b)-size-4))
	w.u32(len(values))
	for _, v := range values {
		w.u16(len(v)-1).raw(v[0], 0)
	}
	for _, v := range values {
		w.raw(v[1:]...)
	}
	return w
}

// typed is a value as instance takes it: its type, then its bytes.
func typed(t event.Type, raw string) []byte { return append([]byte{byte(t)}, raw...) }

// log returns the record as the only one of a log.
func (w *xmlWriter) log() []byte {
	size := len(w.b) + 4 - chunkHeaderSize
	w.u32(size)
	binary.LittleEndian.PutUint32(w.b[chunkHeaderSize+4:], uint32(size))
	c := make([]byte, chunkSize)
	copy(c, w.b)
	copy(c, chunkMagic)
	binary.LittleEndian.PutUint32(c[48:], uint32(len(w.b)))
	seal(c)
	head := make([]byte, fileHeaderSize)
	copy(head, fileMagic)
	head[42] = 1
	head[120] = noChecksums
	return append(head, c...)
}

// record decodes the one record, and holds Scan against it.
func (w *xmlWriter) record(t *testing.T) *event.Record {
	t.Helper()
	f := open(t, "by hand", w.log())
	var r *event.Record
	damage, err := f.Records(t.Context(), func(got *event.Record) error { r = got; return nil })
	if err != nil || len(damage) > 0 || r == nil {
		t.Fatalf("%v %v %v", r, damage, err)
	}
	s := scanAll(t, f, 1)
	checkAgreement(t, f, s)
	checkRows(t, f, s)
	return r
}

func TestElementsAttributesAndTextInAllTheirForms(t *testing.T) {
	w := newXML().raw(tokenHeader, 1, 1, 0)
	w.open("Event", true).attr("xmlns").value("u:x").body()
	w.open("System", false).body().open("Channel", false).body().value("C").end().end()
	w.open("EventData", false).body()
	w.open("Data", true).attr("Name").value("mixed").body()
	w.value("a").raw(tokenCharRef).u16('<').raw(tokenEntityRef).name("amp").raw(tokenEntityRef).name("other")
	w.raw(tokenCDATA).u16(2).text("]>").value("z").end()
	w.open("Data", true).attr("Name").value("at").raw(tokenCharRef).u16('!').attr("Other").value("").raw(tokenCloseEmpty)
	w.raw(tokenPITarget).name("pi").raw(tokenPIData).u16(1).text("d")
	w.open("Data", false).raw(tokenCloseEmpty)
	w.end().end().raw(tokenEnd)
	r := w.record(t)
	want := `<Event xmlns="u:x"><System><Channel>C</Channel></System><EventData>` +
		`<Data Name="mixed">a&lt;&amp;&amp;other;]&gt;z</Data><Data Name="at!" Other=""/><?pi d?><Data/></EventData></Event>`
	if got := string(r.AppendXML(nil)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func system(w *xmlWriter) {
	w.open("System", false).body()
	w.open("Provider", true).attr("Name").value("EventLog").raw(tokenCloseEmpty)
	w.open("EventID", false).body().subst(0).end()
	w.open("Channel", false).body().value("System").end()
	w.open("Computer", false).body().subst(1).end()
	w.end()
}

func TestTemplateWithNestedFragmentAndArray(t *testing.T) {
	// The nested fragment's own template is defined within its value.
	w := newXML().raw(tokenHeader, 1, 1, 0)
	size := w.head(7)
	w.dependencies = true
	w.open("Event", false).body()
	system(w)
	w.subst(2)
	w.end().raw(tokenEnd)
	w.dependencies = false
	binary.LittleEndian.PutUint32(w.b[size:], uint32(len(w.b)-size-4))
	w.u32(3)
	w.u16(2).raw(byte(event.UInt16), 0).u16(len(utf16Key("HOST"))).raw(byte(event.String), 0)
	nested := len(w.b)
	w.u16(0).raw(typeFragment, 0)
	w.u16(6013).text("HOST")
	start := len(w.b)
	w.instance(9, func(w *xmlWriter) {
		w.open("EventData", false).body()
		w.open("Data", false).body().subst(0).end()
		w.open("Binary", false).body().subst(1).end()
		w.open("Data", false).body().subst(2).end()
		w.end()
	}, typed(event.String|event.Array, utf16Key("zero\x00one\x00\x00three\x00four\x00")), typed(event.Binary, "\xab\x01"), typed(event.Int32, "\xff\xff\xff\xff"))
	binary.LittleEndian.PutUint16(w.b[nested:], uint16(len(w.b)-start))
	w.raw(tokenEnd)
	r := w.record(t)
	want := `<EventData><Data>zero</Data><Data>one</Data><Data></Data><Data>three</Data><Data>four</Data><Binary>AB01</Binary><Data>-1</Data></EventData>`
	if got := string(r.AppendXML(nil)); !strings.Contains(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	// 6013 asks for the unnamed Data #4, #5 and #6: the array's last item, what
	// stands behind the array, and nothing.
	f := open(t, "by hand", w.logAgain())
	s := scanAll(t, f, 1)
	b := s.batches[0]
	if len(b.Rows) != 1 || b.Rows[0].Kind != event.Uptime || b.Rows[0].Present != 3 {
		t.Fatalf("%+v", b.Rows)
	}
	if four, five := b.Texts[b.Values[0]-1], b.Texts[b.Values[1]-1]; four != "four" || five != "-1" {
		t.Errorf("%q %q", four, five)
	}
}

// logAgain is log for a writer that has written its size already.
func (w *xmlWriter) logAgain() []byte {
	w.b = w.b[:len(w.b)-4]
	return w.log()
}

func TestAbsentValuesAreNoTextAndNoAttribute(t *testing.T) {
	w := newXML().raw(tokenHeader, 1, 1, 0)
	w.instance(3, func(w *xmlWriter) {
		w.open("Event", false).body()
		system(w)
		w.open("EventData", true).attr("A").raw(tokenOptional).u16(2).raw(1).attr("B").value("b").body()
		w.open("Data", true).attr("Name").value("TargetUserName").body().subst(2).end()
		w.open("Data", true).attr("Name").value("TargetDomainName").body().subst(3).end()
		w.open("Data", true).attr("Name").value("none").body().subst(99).end()
		w.end().end()
	}, typed(event.UInt16, "\x01\x00"), typed(event.String, ""), typed(event.Null, ""), typed(event.String, ""))
	r := w.record(t)
	want := `<EventData B="b"><Data Name="TargetUserName"/><Data Name="TargetDomainName"></Data><Data Name="none"/></EventData>`
	if got := string(r.AppendXML(nil)); !strings.Contains(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestHostileFragmentsEndInAnError(t *testing.T) {
	for _, tt := range []struct {
		name string
		make func(w *xmlWriter)
		want error
	}{
		{"nothing", func(w *xmlWriter) {}, errNoSystem},
		{"no System", func(w *xmlWriter) { w.open("Event", false).raw(tokenCloseEmpty) }, errNoSystem},
		{"an end too many", func(w *xmlWriter) { w.end() }, errGrammar},
		{"text on its own", func(w *xmlWriter) { w.value("x") }, errGrammar},
		{"an element without end", func(w *xmlWriter) { w.open("Event", false).body().value("x") }, errCutOff},
		{"a token that is none", func(w *xmlWriter) { w.open("Event", false).body().raw(0x33) }, errToken},
		{"a name beyond the chunk", func(w *xmlWriter) { w.raw(tokenOpen).u32(0).u32(70000) }, errName},
		{"elements without limit", func(w *xmlWriter) {
			for range 200 {
				w.open("E", false).body()
			}
		}, errDepth},
		{"a template beyond the chunk", func(w *xmlWriter) { w.raw(tokenTemplate, 1).u32(1).u32(99999) }, errTemplate},
		{"a template of another number", func(w *xmlWriter) { w.raw(tokenTemplate, 1).u32(1).u32(chunkHeaderSize) }, errTemplateID},
		{"a template in a template", func(w *xmlWriter) {
			w.instance(1, func(w *xmlWriter) { w.raw(tokenTemplate, 1).u32(1).u32(0) })
		}, errGrammar},
		{"more values than bytes", func(w *xmlWriter) {
			w.instance(1, func(w *xmlWriter) { w.open("Event", false).raw(tokenCloseEmpty) })
			binary.LittleEndian.PutUint32(w.b[len(w.b)-4:], 1<<31)
		}, errDescriptors},
		{"values larger than the record", func(w *xmlWriter) {
			w.instance(1, func(w *xmlWriter) { w.open("Event", false).raw(tokenCloseEmpty) })
			w.b = w.b[:len(w.b)-4]
			w.u32(1).u16(9999).u16(1)
		}, errDescriptors},
		{"a fragment within itself", func(w *xmlWriter) {
			at := len(w.b)
			w.instance(1, func(w *xmlWriter) { w.open("Event", false).body().subst(0).end() }, typed(typeFragment, strings.Repeat("\x00", 300)))
			// The value holds an instance whose value is the next, and so on.
			v := w.b[len(w.b)-300:]
			for n := 0; n+20 < len(v); n += 18 {
				v[n] = tokenTemplate
				binary.LittleEndian.PutUint32(v[n+2:], 1)
				binary.LittleEndian.PutUint32(v[n+6:], uint32(at+10))
				v[n+10] = 1
				binary.LittleEndian.PutUint16(v[n+14:], uint16(len(v)-n-18))
				v[n+16] = typeFragment
			}
		}, errDepth},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newXML().raw(tokenHeader, 1, 1, 0)
			tt.make(w)
			f := open(t, "hostile", w.log())
			damage, err := f.Records(t.Context(), func(r *event.Record) error {
				t.Errorf("it is read: %s", r.AppendXML(nil))
				return nil
			})
			if err != nil || len(damage) != 1 || !strings.Contains(damage[0].Reason, tt.want.Error()) {
				t.Errorf("%+v %v, want %v", damage, err, tt.want)
			}
			s := scanAll(t, f, 1)
			if bad, _ := damageOf(s); len(bad) != 1 || len(damage) != 1 || bad[0] != damage[0] {
				t.Errorf("Scan says %+v, Records %+v", bad, damage)
			}
			checkAgreement(t, f, s)
		})
	}
}

func TestRecordThatUnfoldsWithoutLimitIsRefused(t *testing.T) {
	w := newXML().raw(tokenHeader, 1, 1, 0)
	w.instance(1, func(w *xmlWriter) {
		w.open("Event", false).body()
		system(w)
		w.open("EventData", false).body()
		again := len(w.b) + 11
		w.open("D", false).body().subst(1).end()
		for range 1500 {
			w.raw(tokenOpen).u16(0xffff).u32(0).u32(again).body().subst(1).end()
		}
		w.end().end()
	}, typed(event.UInt16, "\x01\x00"), typed(event.String, strings.Repeat("x\x00", 15_000)))
	if len(w.b) > chunkSize-100 {
		t.Fatalf("the record has %d bytes", len(w.b))
	}
	n := 0
	damage, err := open(t, "bomb", w.log()).Records(t.Context(), func(*event.Record) error { n++; return nil })
	if err != nil || n != 0 || len(damage) != 1 || !strings.Contains(damage[0].Reason, errTooMuch.Error()) {
		t.Errorf("%d records, %+v, %v", n, damage, err)
	}
}
