package parser

import (
	"sort"

	"spoor/model/event"
)

// program is what a fragment of binary XML says about where an event's fields
// are: compiled once from a template's definition, run for each of its uses.
// A fragment without a template is compiled into a scratch program each time.
type program struct {
	system    [systemCount]source
	hasSystem bool
	fields    []field
	more      []source // second and later parts of sources
	places    []placed // in the order of their index
	logon     bool     // a field carries a logon ID
	unnamed   bool     // Data without a name is in fields
	dynamic   bool     // Data whose name is a value is in fields
	skeleton  bool     // its values are texts of a fragment without a template

	known    knownKind // of the last record
	plan     plan      // for the kind asked for last
	outlines outlines

	// What a definition must equal to be this template: its bytes, except
	// where names are referred to.
	definition []byte
	names      []nameRef
}

// The parts of System that a row holds.
const (
	sysProvider = iota
	sysEventID
	sysVersion
	sysTime
	sysRecordID
	sysChannel
	sysComputer
	systemCount
)

// source is where a value comes from.
type source struct {
	kind  sourceKind
	index uint16 // of a substitution
	next  uint16 // index+1 in program.more of the part that follows
	lit   []byte // UTF-16LE

	// The literal's number in the dictionary of that generation.
	generation uint64
	id         event.StringID
}

type sourceKind uint8

const (
	absent sourceKind = iota
	substituted
	literal
)

// field is one Data element, or one leaf of UserData.
type field struct {
	name    nameID
	unnamed bool // Data without a name
	dynamic bool // its name is a value
	dead    bool // it has elements of its own, so it is no leaf
	source  source
	nameIs  source
}

// binding is one field that fills one column.
type binding struct {
	column     uint8
	columnType event.ColumnType
	field      int
	slot       int // of its value, or -1 if it is made in another way
}

// placed says where a fragment in a substitution belongs.
type placed struct {
	index uint16
	place place
}

// place is where in an event a fragment stands.
type place uint8

const (
	placeNowhere   place = iota // its fields are not asked for
	placeTop                    // it holds the Event element
	placeEvent                  // within Event
	placeSystem                 // within System
	placeEventData              // within EventData
	placeUserData               // within UserData or an element of it
)

// maxParts bounds what a program keeps of text that is made of many parts.
const maxParts = 1 << 12

func (p *program) reset() {
	p.system = [systemCount]source{}
	p.hasSystem, p.logon, p.unnamed, p.dynamic = false, false, false, false
	p.fields, p.more, p.places = p.fields[:0], p.more[:0], p.places[:0]
	p.known = knownKind{}
	p.plan.ready = false
}

// isKept reports whether p is kept for further records.
func (p *program) isKept() bool { return p.skeleton || p.definition != nil }

// own makes p independent of the chunk that it was compiled from.
func (p *program) own() {
	own := func(s *source) { s.lit = clone(s.lit) }
	for i := range p.system {
		own(&p.system[i])
	}
	for i := range p.more {
		own(&p.more[i])
	}
	for i := range p.fields {
		own(&p.fields[i].source)
		own(&p.fields[i].nameIs)
	}
}

// placeOf says where a fragment in the substitution of that index belongs. It
// is no part of the event if the substitution is no element's content.
func (p *program) placeOf(index int) (place, bool) {
	i := sort.Search(len(p.places), func(i int) bool { return int(p.places[i].index) >= index })
	if i == len(p.places) || int(p.places[i].index) != index {
		return placeNowhere, false
	}
	return p.places[i].place, true
}

// scope is what the compiler knows of an open element.
type scope struct {
	place  place   // of its children
	field  int     // index+1 in fields, if its text is a field
	system *source // if its text is a part of System
	data   bool    // it is a Data element: Name names it
	of     nameID  // the element, within System
}

// systemPart is the part of System that the element's text is, or 0.
func (s *scope) systemPart() int {
	if int(s.of) < len(systemText) {
		return systemText[s.of]
	}
	return 0
}

// compiler fills a program from the tokens of one fragment.
type compiler struct {
	program *program
	words   *vocabulary
	scopes  [maxElementDepth + 1]scope
	depth   int
	target  *source    // what text belongs to at the moment
	lesson  *skeletons // if not nil, the fragment is one to learn
}

// compile reads one element, or what else stands at the top of a fragment, up
// to its end. done is true at the end of the fragment or at a template.
func (c *compiler) compile(tz *tokenizer, at place) (done bool, kind byte, err error) {
	var tok token
	c.depth = 0
	c.scopes[0] = scope{place: at}
	c.target = nil
	for {
		start := tz.pos
		if err := tz.next(&tok); err != nil {
			return true, tok.kind, err
		}
		if c.lesson != nil && (start >= tz.end || !c.lesson.see(tz.chunk[start], &tok)) {
			return true, tok.kind, errGrammar
		}
		switch tok.kind {
		case tokenEnd, tokenTemplate:
			return true, tok.kind, nil
		case tokenOpen:
			c.open(tok.name)
		case tokenAttribute:
			c.attribute(tok.name)
		case tokenCloseStart:
			c.content()
		case tokenCloseEmpty, tokenCloseElement:
			c.close()
			if c.depth == 0 {
				return false, tokenOpen, nil
			}
		case tokenPITarget:
			c.target = nil
		case tokenPIData:
			c.content()
			if c.depth == 0 {
				return false, tokenPITarget, nil
			}
		case tokenSubstitution, tokenOptional:
			if tz.state == inContent {
				c.contains(tok.index)
			}
			c.part(source{kind: substituted, index: tok.index})
		default:
			c.text(tok.text)
		}
	}
}

func (c *compiler) open(name []byte) {
	outer := &c.scopes[c.depth]
	if outer.field > 0 && outer.place == placeUserData {
		c.program.fields[outer.field-1].dead = true
	}
	c.depth++
	inner := &c.scopes[c.depth]
	*inner = scope{}
	c.target = nil
	switch outer.place {
	case placeTop:
		inner.place = placeEvent
	case placeEvent:
		switch c.words.id(name) {
		case nameSystem:
			inner.place = placeSystem
			c.program.hasSystem = true
		case nameEventData:
			inner.place = placeEventData
		case nameUserData:
			inner.place = placeUserData
		}
	case placeSystem:
		inner.of = c.words.id(name)
		if part := inner.systemPart(); part > 0 && c.program.system[part].kind == absent {
			inner.system = &c.program.system[part]
		}
	case placeEventData:
		id := c.words.id(name)
		inner.data = id == nameData
		inner.field = c.addField(field{name: id, unnamed: inner.data})
	case placeUserData:
		inner.place = placeUserData
		inner.field = c.addField(field{name: c.words.id(localName(name))})
	}
}

// systemText says which part of System is the text of an element. None is the
// first part, the provider, which is an attribute.
var systemText = [...]int{
	nameEventID: sysEventID, nameVersion: sysVersion, nameEventRecordID: sysRecordID,
	nameChannel: sysChannel, nameComputer: sysComputer,
}

// addField returns the index+1 of a new field.
func (c *compiler) addField(f field) int {
	c.program.fields = append(c.program.fields, f)
	return len(c.program.fields)
}

func (c *compiler) attribute(name []byte) {
	s := &c.scopes[c.depth]
	c.target = nil
	switch {
	case s.data && c.words.id(name) == nameName:
		c.target = &c.program.fields[s.field-1].nameIs
	case s.of == nameProvider && c.words.id(name) == nameName:
		c.target = &c.program.system[sysProvider]
	case s.of == nameTimeCreated && c.words.id(name) == nameSystemTime:
		c.target = &c.program.system[sysTime]
	}
	if c.target != nil && c.target.kind != absent {
		c.target = nil // the first of several holds
	}
}

// content makes the innermost element's text the target again.
func (c *compiler) content() {
	s := &c.scopes[c.depth]
	c.target = nil
	switch {
	case s.system != nil:
		c.target = s.system
	case s.field > 0:
		c.target = &c.program.fields[s.field-1].source
	}
}

func (c *compiler) close() {
	s := &c.scopes[c.depth]
	if s.data {
		c.nameData(&c.program.fields[s.field-1])
	}
	c.depth--
	c.content()
}

// nameData settles what a Data element is called.
func (c *compiler) nameData(f *field) {
	f.name = otherName
	switch {
	case f.nameIs.kind == literal && f.nameIs.next == 0:
		f.unnamed = len(f.nameIs.lit) == 0
		f.name = c.words.id(f.nameIs.lit)
	case f.nameIs.kind != absent:
		f.dynamic, f.unnamed = true, false
	}
}

// contains notes where a fragment in a substitution would stand.
func (c *compiler) contains(index uint16) {
	c.program.places = append(c.program.places, placed{index, c.scopes[c.depth].place})
}

// text adds text as it stands to the target.
func (c *compiler) text(text []byte) {
	s := source{kind: literal, lit: text}
	if c.lesson != nil && c.target != nil {
		f := c.scopes[c.depth].field
		s = c.lesson.text(text, f > 0 && c.target == &c.program.fields[f-1].nameIs)
	}
	c.part(s)
}

// part adds a piece of text to the target.
func (c *compiler) part(s source) {
	t := c.target
	if t == nil {
		return
	}
	if t.kind == absent {
		*t = s
		return
	}
	if len(c.program.more) >= maxParts {
		return
	}
	last := &t.next
	for *last != 0 {
		last = &c.program.more[*last-1].next
	}
	*last = uint16(len(c.program.more) + 1)
	c.program.more = append(c.program.more, s)
}

// finish drops what no row asks for.
func (c *compiler) finish() {
	p := c.program
	kept := p.fields[:0]
	for _, f := range p.fields {
		if f.dead || (f.name == otherName && !f.unnamed && !f.dynamic) {
			continue
		}
		p.logon = p.logon || c.words.logon[f.name]
		p.unnamed = p.unnamed || f.unnamed
		p.dynamic = p.dynamic || f.dynamic
		kept = append(kept, f)
	}
	p.fields = kept
	sort.SliceStable(p.places, func(i, j int) bool { return p.places[i].index < p.places[j].index })
}
