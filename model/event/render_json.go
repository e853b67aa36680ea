package event

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// AppendJSON appends r as one JSON object on one line and returns the longer
// slice. The shape is close to what evtx_dump prints:
//
//	{"Event":{"#attributes":{"xmlns":"..."},
//	  "System":{"Provider":{"#attributes":{"Name":"...","Guid":"{...}"}},
//	    "EventID":4624,"TimeCreated":{"#attributes":{"SystemTime":"2021-02-12T12:33:51.1234567Z"}},...},
//	  "EventData":{"SubjectUserSid":"S-1-5-18","LogonType":2,"Data":["a","b"]}}}
//
// An element is an object of its children by name, in the order in which each
// name comes first. What is more:
//
//   - "#attributes" holds an element's attributes, "#text" its text if it has
//     attributes or children too. An element of text alone is that text, one
//     of nothing null.
//   - A child Data of EventData with a Name is called by that name, which then
//     is not among its attributes; one without is called Data.
//   - Children of one name are an array in their order; so are attributes of
//     one name. A name that begins with # gets another # in front.
//   - Integers are numbers, with all 64 bits; booleans are true and false;
//     HexInt and SizeT are strings like "0x3e7", times strings in RFC 3339
//     with seven digits, GUIDs strings in braces, SIDs S-1-..., binary data
//     hexadecimal; a real that is no number is a string. An array of values is
//     an array. Text made of several pieces is one string.
//   - An unpaired surrogate is its escape, as in "\ud800".
//
// What says nothing of the event itself is not in it: [Record.Ref], HeaderID
// and Written are the caller's to add.
func (r *Record) AppendJSON(b []byte) []byte {
	if r.Root == nil {
		return append(b, "{}"...)
	}
	b = append(b, '{')
	b = appendJSONString(b, jsonName(r.Root.Name))
	b = append(b, ':')
	b = appendJSONElement(b, r.Root, false)
	return append(b, '}')
}

// appendJSONElement appends e's value; named is true where its attribute Name
// has become its key.
func appendJSONElement(b []byte, e *Element, named bool) []byte {
	attrs := e.Attrs
	if named {
		attrs = withoutName(attrs)
	}
	text, elements := false, false
	for _, n := range e.Children {
		text = text || n.Element == nil
		elements = elements || n.Element != nil
	}
	if len(attrs) == 0 && !elements {
		return appendJSONValue(b, e.Value())
	}
	b = append(b, '{')
	start := len(b)
	if len(attrs) > 0 {
		b = append(b, `"#attributes":`...)
		b = appendJSONAttributes(b, attrs)
	}
	if text {
		b = separate(b, start)
		b = append(b, `"#text":`...)
		b = appendJSONValue(b, e.Value())
	}
	b = appendJSONChildren(b, start, e)
	return append(b, '}')
}

func separate(b []byte, start int) []byte {
	if len(b) > start {
		return append(b, ',')
	}
	return b
}

// member is a child of an element with the key that it has in JSON.
type member struct {
	key   string
	e     *Element
	named bool
	next  int // index of the next of the same key, or 0
}

func appendJSONChildren(b []byte, start int, e *Element) []byte {
	var members []member
	inData := e.Name == "EventData"
	last := make(map[string]int)
	var firsts []int
	for _, n := range e.Children {
		if n.Element == nil {
			continue
		}
		m := member{key: n.Element.Name, e: n.Element}
		if name := n.Element.Attr("Name"); inData && m.key == "Data" && name != "" {
			m.key, m.named = name, true
		}
		members = append(members, m)
		at := len(members) - 1
		if before, again := last[m.key]; again {
			members[before].next = at
		} else {
			firsts = append(firsts, at)
		}
		last[m.key] = at
	}
	for _, i := range firsts {
		b = separate(b, start)
		b = appendJSONString(b, jsonName(members[i].key))
		b = append(b, ':')
		several := members[i].next > 0
		if several {
			b = append(b, '[')
		}
		b = appendJSONElement(b, members[i].e, members[i].named)
		for j := members[i].next; j > 0; j = members[j].next {
			b = append(b, ',')
			b = appendJSONElement(b, members[j].e, members[j].named)
		}
		if several {
			b = append(b, ']')
		}
	}
	return b
}

// withoutName returns attrs without the first called Name.
func withoutName(attrs []Attr) []Attr {
	for i, a := range attrs {
		if a.Name == "Name" {
			return append(append([]Attr(nil), attrs[:i]...), attrs[i+1:]...)
		}
	}
	return attrs
}

func appendJSONAttributes(b []byte, attrs []Attr) []byte {
	same := make(map[string][]int, len(attrs))
	for i, a := range attrs {
		same[a.Name] = append(same[a.Name], i)
	}
	b = append(b, '{')
	start := len(b)
	for i, a := range attrs {
		all := same[a.Name]
		if all[0] != i {
			continue
		}
		b = separate(b, start)
		b = appendJSONString(b, a.Name)
		b = append(b, ':')
		if len(all) == 1 {
			b = appendJSONParts(b, a.Parts)
			continue
		}
		b = append(b, '[')
		for j, at := range all {
			if j > 0 {
				b = append(b, ',')
			}
			b = appendJSONParts(b, attrs[at].Parts)
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

func appendJSONParts(b []byte, parts []Value) []byte {
	if len(parts) == 1 {
		return appendJSONValue(b, parts[0])
	}
	return appendJSONString(b, joinParts(parts))
}

// jsonName keeps names apart from the keys that are not names.
func jsonName(name string) string {
	if strings.HasPrefix(name, "#") {
		return "#" + name
	}
	return name
}

func appendJSONValue(b []byte, v Value) []byte {
	if v.Type&Array != 0 {
		b = append(b, '[')
		for i, item := range v.Items {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSONValue(b, item)
		}
		return append(b, ']')
	}
	switch v.Type {
	case Null:
		return append(b, "null"...)
	case Bool, Int8, Int16, Int32, Int64, UInt8, UInt16, UInt32, UInt64:
		return append(b, v.String()...)
	case Real32, Real64:
		if f := math.Float64frombits(v.Bits); math.IsNaN(f) || math.IsInf(f, 0) {
			return appendJSONString(b, v.String())
		}
		bits := 64
		if v.Type == Real32 {
			bits = 32
		}
		return strconv.AppendFloat(b, math.Float64frombits(v.Bits), 'g', -1, bits)
	}
	return appendJSONString(b, v.String())
}

const hexDigits = "0123456789abcdef"

func appendJSONString(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			b = appendJSONByte(b, c)
			i++
			continue
		}
		if len(s)-i >= 3 && c == 0xed && s[i+1] >= 0xa0 && s[i+1] <= 0xbf && s[i+2]&0xc0 == 0x80 {
			b = appendUnit(b, 0xd000|uint16(s[i+1]&0x3f)<<6|uint16(s[i+2]&0x3f))
			i += 3
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		b = utf8.AppendRune(b, r)
		i += n
	}
	return append(b, '"')
}

func appendJSONByte(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	}
	if c < 0x20 || c == 0x7f {
		return appendUnit(b, uint16(c))
	}
	return append(b, c)
}

func appendUnit(b []byte, u uint16) []byte {
	return append(b, '\\', 'u', hexDigits[u>>12], hexDigits[u>>8&15], hexDigits[u>>4&15], hexDigits[u&15])
}
