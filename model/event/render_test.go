package event

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"math"
	"strings"
	"testing"
)

func text(s string) []Node { return []Node{{Value: TextValue(s)}} }

func data(name string, v Value) Node {
	e := &Element{Name: "Data", Children: []Node{{Value: v}}}
	if name != "" {
		e.Attrs = []Attr{{"Name", []Value{TextValue(name)}}}
	}
	return Node{Element: e}
}

func eventOf(children ...Node) *Record {
	return &Record{Root: &Element{Name: "Event", Children: children}}
}

func TestJSONShape(t *testing.T) {
	eventData := func(nodes ...Node) *Record {
		return eventOf(Node{Element: &Element{Name: "EventData", Children: nodes}})
	}
	var guid GUID
	guid[0], guid[15] = 1, 0xff
	for _, tt := range []struct {
		name string
		r    *Record
		want string
	}{
		{"nothing", &Record{}, `{}`},
		{"an empty element is null", eventOf(), `{"Event":null}`},
		{"text alone is a string", eventOf(Node{Element: &Element{Name: "Channel", Children: text("Security")}}), `{"Event":{"Channel":"Security"}}`},
		{"attributes and text", eventOf(Node{Element: &Element{Name: "EventID", Attrs: []Attr{{"Qualifiers", []Value{NumberValue(UInt16, 7)}}}, Children: []Node{{Value: NumberValue(UInt16, 4624)}}}}),
			`{"Event":{"EventID":{"#attributes":{"Qualifiers":7},"#text":4624}}}`},
		{"Data is called by its Name", eventData(data("A", TextValue("x")), data("B", NumberValue(UInt32, 2))), `{"Event":{"EventData":{"A":"x","B":2}}}`},
		{"unnamed Data keep their order", eventData(data("", TextValue("x")), data("", TextValue("y"))), `{"Event":{"EventData":{"Data":["x","y"]}}}`},
		{"Data of one name are all kept", eventData(data("A", TextValue("1")), data("B", TextValue("2")), data("A", TextValue("3"))), `{"Event":{"EventData":{"A":["1","3"],"B":"2"}}}`},
		{"a name like a key of ours is told apart", eventData(data("#text", TextValue("x")), data("##", TextValue("y"))), `{"Event":{"EventData":{"##text":"x","###":"y"}}}`},
		{"numbers of 64 bits are exact", eventData(data("A", NumberValue(UInt64, math.MaxUint64)), data("B", NumberValue(Int64, 1<<63))), `{"Event":{"EventData":{"A":18446744073709551615,"B":-9223372036854775808}}}`},
		{"hexadecimal is a string", eventData(data("A", NumberValue(HexInt64, 0x3e7)), data("B", NumberValue(SizeT, 16))), `{"Event":{"EventData":{"A":"0x3e7","B":"0x10"}}}`},
		{"booleans", eventData(data("A", NumberValue(Bool, 1)), data("B", NumberValue(Bool, 0))), `{"Event":{"EventData":{"A":true,"B":false}}}`},
		{"times keep 100 ns", eventData(data("A", TimeValue(132576068316543217))), `{"Event":{"EventData":{"A":"2021-02-12T12:33:51.6543217Z"}}}`},
		{"GUIDs and binary", eventData(data("A", GUIDValue(guid)), data("B", Value{Type: Binary, Bytes: []byte{0xab, 1}})), `{"Event":{"EventData":{"A":"{00000001-0000-0000-0000-0000000000ff}","B":"AB01"}}}`},
		{"a real that is no number is a string", eventData(data("A", NumberValue(Real64, math.Float64bits(math.Inf(1)))), data("B", NumberValue(Real64, math.Float64bits(1.5)))), `{"Event":{"EventData":{"A":"+Inf","B":1.5}}}`},
		{"arrays", eventData(data("A", Value{Type: UInt8 | Array, Items: []Value{NumberValue(UInt8, 1), NumberValue(UInt8, 2)}})), `{"Event":{"EventData":{"A":[1,2]}}}`},
		{"control characters are escaped", eventData(data("A", TextValue("\x1b[2J\"\\\n\x7f"))), `{"Event":{"EventData":{"A":"\u001b[2J\"\\\n\u007f"}}}`},
		{"an unpaired surrogate is its escape", eventData(data("A", TextValue("a\xed\xa0\x80b"))), `{"Event":{"EventData":{"A":"a\ud800b"}}}`},
		{"attributes of one name are all kept", eventOf(Node{Element: &Element{Name: "X", Attrs: []Attr{{"a", []Value{TextValue("1")}}, {"a", []Value{TextValue("2")}}}}}), `{"Event":{"X":{"#attributes":{"a":["1","2"]}}}}`},
		{"pieces of text are one string", eventOf(Node{Element: &Element{Name: "X", Children: append(text("a"), text("b")...)}}), `{"Event":{"X":"ab"}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := string(tt.r.AppendJSON(nil))
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if !json.Valid([]byte(got)) {
				t.Errorf("no JSON: %s", got)
			}
		})
	}
}

func TestXMLShape(t *testing.T) {
	attr := func(name, value string) Attr { return Attr{name, []Value{TextValue(value)}} }
	element := func(name string, children []Node, attrs ...Attr) *Record {
		return &Record{Root: &Element{Name: name, Attrs: attrs, Children: children}}
	}
	for _, tt := range []struct {
		name string
		r    *Record
		want string
	}{
		{"an empty element", element("Event", nil, attr("xmlns", "u:x")), `<Event xmlns="u:x"/>`},
		{"text and attributes are escaped", element("E", text(`a<b>&"c"`), attr("n", `<"&'>`)), `<E n="&lt;&quot;&amp;'&gt;">a&lt;b&gt;&amp;"c"</E>`},
		{"what a parser would change is a reference", element("E", text("a\r\n\tb"), attr("n", "a\r\n\tb")), "<E n=\"a&#13;&#10;&#9;b\">a&#13;\n\tb</E>"},
		{"what XML cannot hold is U+FFFD", element("E", text("\x00\x1b\ufffe\xed\xa0\x80x")), "<E>\ufffd\ufffd\ufffd\ufffdx</E>"},
		{"a name that is none", element(`a b"><x`, nil), `<a_b___x/>`},
		{"a name that begins with a digit", element(`1a`, nil), `<_1a/>`},
		{"an empty name", element("", nil), `<_/>`},
		{"a declared prefix", element("p:E", nil, attr("xmlns:p", "u:p")), `<p:E xmlns:p="u:p"/>`},
		{"an undeclared prefix", element("p:E", nil, attr("q:a", "1")), `<p_E q_a="1"/>`},
		{"a prefix declared empty", element("p:E", nil, attr("xmlns:p", "")), `<p_E xmlns_p=""/>`},
		{"attributes of one name", element("E", nil, attr("a", "1"), attr("a", "2"), attr("a_2", "3"), attr("a", "4")), `<E a="1" a_2="2" a_2_2="3" a_3="4"/>`},
		{"an instruction", element("E", []Node{{Element: &Element{Name: "?pi", Children: text("x ?> y")}}}), `<E><?pi x ? > y?></E>`},
		{"an instruction that would declare XML", element("E", []Node{{Element: &Element{Name: "?xml"}}}), `<E><?_xml?></E>`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := string(tt.r.AppendXML(nil))
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			d := xml.NewDecoder(strings.NewReader(got))
			for {
				if _, err := d.Token(); err == io.EOF {
					break
				} else if err != nil {
					t.Fatalf("%s: %v", got, err)
				}
			}
		})
	}
}

func FuzzRender(f *testing.F) {
	f.Add("Event", "a", "v\x00", "t\xed\xa0\x80")
	f.Add("p:x", "xmlns:p", "", "]]>")
	f.Add("?xml", "xmlns", "http://www.w3.org/2000/xmlns/", "?>")
	f.Fuzz(func(t *testing.T, name, attribute, value, content string) {
		inner := &Element{Name: name, Attrs: []Attr{{attribute, []Value{TextValue(value)}}, {name, nil}}, Children: text(content)}
		r := eventOf(Node{Element: inner}, Node{Element: &Element{Name: "EventData", Children: []Node{{Element: inner}, data(name, TextValue(value))}}})
		if b := r.AppendJSON(nil); !json.Valid(b) {
			t.Errorf("no JSON: %q", b)
		}
		b := r.AppendXML(nil)
		d := xml.NewDecoder(bytes.NewReader(b))
		for {
			if _, err := d.Token(); err == io.EOF {
				return
			} else if err != nil {
				t.Fatalf("%q: %v", b, err)
			}
		}
	})
}
