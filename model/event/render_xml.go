package event

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// AppendXML appends r as XML 1.0 on one line, as Windows renders an event, and
// returns the longer slice. Any XML parser accepts it, whatever the log holds:
//
//   - A character that XML cannot hold becomes U+FFFD; so does an unpaired
//     surrogate.
//   - A name that is none becomes one by replacing what is not allowed with
//     an underscore, and so does a prefix that nothing declares. A second
//     attribute of the same name gets the suffix _2, a third _3.
//   - Carriage returns, and tabs and line feeds in attributes, are references,
//     so that a parser returns them as they were logged.
//
// An element whose name begins with ? is a processing instruction.
func (r *Record) AppendXML(b []byte) []byte {
	return appendElement(b, r.Root, nil)
}

// prefixes are the namespace prefixes that are declared where an element
// stands.
type prefixes struct {
	names []string
	outer *prefixes
}

func (p *prefixes) declared(name string) bool {
	for ; p != nil; p = p.outer {
		for _, n := range p.names {
			if n == name {
				return true
			}
		}
	}
	return name == "xml"
}

func appendElement(b []byte, e *Element, in *prefixes) []byte {
	if e == nil {
		return b
	}
	if strings.HasPrefix(e.Name, "?") {
		return appendInstruction(b, e)
	}
	scope := &prefixes{declarations(e), in}
	name := elementName(e.Name, scope)
	b = append(b, '<')
	b = append(b, name...)
	b = appendAttributes(b, e.Attrs, scope)
	if len(e.Children) == 0 {
		return append(b, "/>"...)
	}
	b = append(b, '>')
	for _, n := range e.Children {
		if n.Element != nil {
			b = appendElement(b, n.Element, scope)
			continue
		}
		b = appendEscaped(b, n.Value.String(), false)
	}
	b = append(b, "</"...)
	b = append(b, name...)
	return append(b, '>')
}

// declarations returns the prefixes that e declares.
func declarations(e *Element) []string {
	var out []string
	for _, a := range e.Attrs {
		if prefix, ok := strings.CutPrefix(a.Name, "xmlns:"); ok && declares(prefix) && a.Text() != "" {
			out = append(out, prefix)
		}
	}
	return out
}

// declares reports whether XML allows a document to declare the prefix.
func declares(prefix string) bool {
	return prefix == localXMLName(prefix) && !strings.HasPrefix(strings.ToLower(prefix), "xml")
}

func appendAttributes(b []byte, attrs []Attr, scope *prefixes) []byte {
	var used map[string]int
	if len(attrs) > 1 {
		used = make(map[string]int, len(attrs))
	}
	for _, a := range attrs {
		text := a.Text()
		name := attributeName(a.Name, text, scope)
		if used != nil {
			name = unused(name, used)
		}
		b = append(b, ' ')
		b = append(b, name...)
		b = append(b, '=', '"')
		b = appendEscaped(b, text, true)
		b = append(b, '"')
	}
	return b
}

// unused returns name, with a number behind it if it is in use already. used
// holds how often each name was asked for.
func unused(name string, used map[string]int) string {
	if used[name] == 0 {
		used[name] = 1
		return name
	}
	for {
		used[name]++
		if other := name + "_" + strconv.Itoa(used[name]); used[other] == 0 {
			used[other] = 1
			return other
		}
	}
}

func attributeName(name, value string, scope *prefixes) string {
	switch prefix, ok := strings.CutPrefix(name, "xmlns:"); {
	case name == "xmlns" && !reserved(value):
		return name
	case name == "xmlns":
		return "xmlns_"
	case ok && declares(prefix) && value != "" && !reserved(value):
		return name
	}
	return elementName(name, scope)
}

// reserved reports whether XML keeps a namespace for itself.
func reserved(namespace string) bool {
	return namespace == "http://www.w3.org/2000/xmlns/" || namespace == "http://www.w3.org/XML/1998/namespace"
}

// elementName returns name as XML allows it, its prefix kept if declared.
func elementName(name string, scope *prefixes) string {
	prefix, local, ok := strings.Cut(name, ":")
	if ok && prefix == localXMLName(prefix) && scope.declared(prefix) {
		return prefix + ":" + localXMLName(local)
	}
	return localXMLName(name)
}

// localXMLName returns name with what XML does not allow in a name replaced.
// Letters beyond ASCII are kept where XML 1.0 has always allowed them.
func localXMLName(name string) string {
	valid := name != ""
	for i, c := range name {
		valid = valid && nameChar(c, i == 0)
	}
	if valid {
		return name
	}
	var b strings.Builder
	for i, c := range name {
		switch {
		case nameChar(c, i == 0):
			b.WriteRune(c)
		case i == 0 && nameChar(c, false):
			b.WriteByte('_')
			b.WriteRune(c)
		default:
			b.WriteByte('_')
		}
	}
	if b.Len() == 0 {
		return "_"
	}
	return b.String()
}

// nameChar reports whether c may stand in a name without a prefix. Of the
// letters beyond ASCII it knows Latin and Cyrillic: Windows' own names have
// none.
func nameChar(c rune, first bool) bool {
	switch {
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_':
		return true
	case c >= '0' && c <= '9', c == '-', c == '.':
		return !first
	case c >= 0xc0 && c <= 0x131:
		return c != 0xd7 && c != 0xf7
	case c >= 0x40e && c <= 0x44f:
		return true
	}
	return false
}

func appendInstruction(b []byte, e *Element) []byte {
	target := localXMLName(e.Name[1:])
	if strings.EqualFold(target, "xml") {
		target = "_" + target
	}
	b = append(b, "<?"...)
	b = append(b, target...)
	if text := e.Text(); text != "" {
		b = append(b, ' ')
		for _, c := range strings.ReplaceAll(text, "?>", "? >") {
			b = utf8.AppendRune(b, xmlChar(c))
		}
	}
	return append(b, "?>"...)
}

// xmlChar returns c, or U+FFFD if XML 1.0 cannot hold it.
func xmlChar(c rune) rune {
	switch {
	case c == '\t', c == '\n', c == '\r':
		return c
	case c < 0x20, c == 0xfffe, c == 0xffff:
		return utf8.RuneError
	}
	return c
}

// appendEscaped appends s as character data or as an attribute's value. The
// range over s turns bytes that are no UTF-8, which is how an unpaired
// surrogate is kept, into U+FFFD, one for each.
func appendEscaped(b []byte, s string, attribute bool) []byte {
	for i, c := range s {
		switch {
		case c == '&':
			b = append(b, "&amp;"...)
		case c == '<':
			b = append(b, "&lt;"...)
		case c == '>':
			b = append(b, "&gt;"...)
		case c == '"' && attribute:
			b = append(b, "&quot;"...)
		case c == '\r':
			b = append(b, "&#13;"...)
		case (c == '\n' || c == '\t') && attribute:
			b = append(b, "&#"...)
			b = strconv.AppendInt(b, int64(c), 10)
			b = append(b, ';')
		case c == utf8.RuneError && tailOfSurrogate(s, i):
		default:
			b = utf8.AppendRune(b, xmlChar(c))
		}
	}
	return b
}

// tailOfSurrogate reports whether s[i] is the second or third byte of a
// surrogate's three, so that the surrogate becomes one U+FFFD.
func tailOfSurrogate(s string, i int) bool {
	head := func(j int) bool { return j >= 0 && s[j] == 0xed && j+1 < len(s) && s[j+1] >= 0xa0 && s[j+1] <= 0xbf }
	return s[i]&0xc0 == 0x80 && (head(i-1) || head(i-2))
}
