package event

import (
	"strconv"
	"strings"
)

// FileID names one evidence file of a load: its index in the order given.
type FileID uint32

// Ref says where a record lies, so that it can be read again.
type Ref struct {
	File   FileID
	Chunk  uint32 // index of the chunk in the file
	Offset uint32 // bytes from the start of the chunk
}

// Record is one event, complete.
type Record struct {
	Ref Ref
	// HeaderID and Written are what the record's own header says. In
	// forwarded logs both are the collector's: joins use System's instead.
	HeaderID uint64
	Written  FileTime
	// Recovered is true for a record found past the end that its chunk states.
	Recovered bool
	// Root is the Event element.
	Root *Element
}

// Element is one XML element of an event.
type Element struct {
	Name     string
	Attrs    []Attr
	Children []Node
}

// Attr is an attribute; its value is the concatenation of its parts.
type Attr struct {
	Name  string
	Parts []Value
}

// Text returns the attribute's value as Windows renders it.
func (a Attr) Text() string { return joinParts(a.Parts) }

// Node is an element (then Value is empty) or a piece of character data.
type Node struct {
	Element *Element
	Value   Value
}

// Attr returns the value of the attribute of that name, or "".
func (e *Element) Attr(name string) string {
	if e == nil {
		return ""
	}
	for _, a := range e.Attrs {
		if a.Name == name {
			return a.Text()
		}
	}
	return ""
}

// Child returns the first child element of that name, or nil.
func (e *Element) Child(name string) *Element {
	if e == nil {
		return nil
	}
	for _, n := range e.Children {
		if n.Element != nil && n.Element.Name == name {
			return n.Element
		}
	}
	return nil
}

// Elements returns the child elements in order.
func (e *Element) Elements() []*Element {
	if e == nil {
		return nil
	}
	var out []*Element
	for _, n := range e.Children {
		if n.Element != nil {
			out = append(out, n.Element)
		}
	}
	return out
}

// Value returns e's character data as one value: the typed value itself where
// there is just one, else the text of all of them.
func (e *Element) Value() Value {
	if e == nil {
		return Value{}
	}
	var parts []Value
	for _, n := range e.Children {
		if n.Element == nil {
			parts = append(parts, n.Value)
		}
	}
	if len(parts) == 1 {
		return parts[0]
	}
	if len(parts) == 0 {
		return Value{}
	}
	return TextValue(joinParts(parts))
}

// Text returns e's character data as Windows renders it.
func (e *Element) Text() string { return e.Value().String() }

func joinParts(parts []Value) string {
	if len(parts) == 1 {
		return parts[0].String()
	}
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.String())
	}
	return b.String()
}

// Field is a named value. Names may be empty and may repeat.
type Field struct {
	Name  string
	Value Value
}

// System returns the fields of the System element in order, attributes named
// after their element: Provider.Name, EventID, EventID.Qualifiers,
// TimeCreated.SystemTime, Execution.ProcessID and so on.
func (r *Record) System() []Field {
	var out []Field
	for _, e := range r.Root.Child("System").Elements() {
		if v := e.Value(); v.Type != Null || len(e.Attrs) == 0 {
			out = append(out, Field{e.Name, v})
		}
		for _, a := range e.Attrs {
			v := TextValue(a.Text())
			if len(a.Parts) == 1 {
				v = a.Parts[0]
			}
			out = append(out, Field{e.Name + "." + a.Name, v})
		}
	}
	return out
}

// Data returns the values of EventData in order; unnamed Data has no name.
func (r *Record) Data() []Field {
	var out []Field
	for _, e := range r.Root.Child("EventData").Elements() {
		name := e.Name
		if name == "Data" {
			name = e.Attr("Name")
		}
		out = append(out, Field{name, e.Value()})
	}
	return out
}

// UserData returns the UserData element, or nil.
func (r *Record) UserData() *Element { return r.Root.Child("UserData") }

// UserFields returns the leaves of UserData in order, by their local names.
func (r *Record) UserFields() []Field { return leaves(r.UserData(), nil) }

func leaves(e *Element, out []Field) []Field {
	for _, c := range e.Elements() {
		if len(c.Elements()) > 0 {
			out = leaves(c, out)
			continue
		}
		out = append(out, Field{c.Name, c.Value()})
	}
	return out
}

// Head is what identifies an event, read from its System element.
type Head struct {
	Provider string
	EventID  uint16
	Version  uint8
	Time     FileTime
	RecordID uint64
	Channel  string
	Computer string
}

// Head reads r's System element. Values of forwarded logs, which are all
// strings, are read as well; what cannot be read stays zero.
func (r *Record) Head() Head {
	sys := r.Root.Child("System")
	provider := sys.Child("Provider")
	h := Head{
		Provider: provider.Attr("Name"),
		EventID:  uint16(number(sys.Child("EventID").Value())),
		Version:  uint8(number(sys.Child("Version").Value())),
		RecordID: number(sys.Child("EventRecordID").Value()),
		Channel:  sys.Child("Channel").Text(),
		Computer: sys.Child("Computer").Text(),
	}
	if created := sys.Child("TimeCreated"); created != nil {
		for _, a := range created.Attrs {
			if a.Name != "SystemTime" {
				continue
			}
			if len(a.Parts) == 1 && (a.Parts[0].Type == Time || a.Parts[0].Type == SysTime) {
				h.Time = FileTime(a.Parts[0].Bits)
			} else if t, err := ParseFileTime(a.Text()); err == nil {
				h.Time = t
			}
		}
	}
	return h
}

func number(v Value) uint64 {
	if v.Type == String || v.Type == AnsiString {
		n, _ := strconv.ParseUint(strings.TrimSpace(v.Text), 0, 64)
		return n
	}
	return v.Bits
}
