package evtxwrite

import (
	"encoding/binary"
	"errors"
	"fmt"

	"spoor/model/event"
)

// maxDepth bounds how deep elements may nest. Windows' own events stay below
// ten.
const maxDepth = 64

// A shape is what events of one kind have in common, written down in a form
// that does not depend on where in a chunk it stands: one byte of these, then
// what the comment says. Texts follow their length. Two events of the same
// shape share a template.
const (
	shapeElement byte = 'e' // flags, name
	shapeAttr    byte = 'a' // 1 if another follows, name
	shapeText    byte = 't' // literal
	shapeValue   byte = 'v' // type
	shapeOption  byte = 'o' // type; an element or attribute without it is left out
	shapeContent byte = '>'
	shapeEmpty   byte = '/'
	shapeEnd     byte = '<'
)

// Flags of shapeElement.
const (
	hasAttrs byte = 1 << iota
	// dependent elements are left out if their one value is absent, as
	// Windows' templates say of System's elements.
	dependent
)

// slot is one value that a template leaves open.
type slot struct {
	value  *event.Value
	nested *event.Element // the value is an instance of a template of its own
	// terminated strings end in a NUL character, as those that providers hand
	// to the log service do; those that the service adds have none.
	terminated bool
}

// shaper walks an element once and takes its shape and its values apart.
type shaper struct {
	shape []byte
	slots []slot
	// outer is true for the template of the Event element, whose System
	// element has optional values and whose data are nested.
	outer bool
}

func (s *shaper) element(e *event.Element, depth int, inSystem bool) error {
	if depth > maxDepth {
		return fmt.Errorf("elements nest deeper than %d", maxDepth)
	}
	var flags byte
	if len(e.Attrs) > 0 {
		flags |= hasAttrs
	}
	if inSystem && len(e.Attrs) == 0 && len(e.Children) == 1 && e.Children[0].Element == nil && e.Children[0].Value.Type != event.Null {
		flags |= dependent
	}
	s.shape = append(s.shape, shapeElement, flags)
	s.text(e.Name)
	for i, a := range e.Attrs {
		more := byte(0)
		if i < len(e.Attrs)-1 {
			more = 1
		}
		s.shape = append(s.shape, shapeAttr, more)
		s.text(a.Name)
		s.attr(a, inSystem)
	}
	if len(e.Children) == 0 {
		s.shape = append(s.shape, shapeEmpty)
		return nil
	}
	s.shape = append(s.shape, shapeContent)
	for i := range e.Children {
		if err := s.child(&e.Children[i], depth, inSystem); err != nil {
			return err
		}
	}
	s.shape = append(s.shape, shapeEnd)
	return nil
}

func (s *shaper) child(n *event.Node, depth int, inSystem bool) error {
	c := n.Element
	switch {
	case c == nil:
		// An absent value within an element is no value at all: as an optional
		// one it would take the element with it, and libevtx refuses a normal
		// one that is absent.
		if n.Value.Type != event.Null {
			s.value(&n.Value, inSystem)
		}
	case s.outer && depth == 0 && c.Name == "EventData":
		s.nest(c)
	case s.outer && depth == 0 && c.Name == "UserData" && len(c.Attrs) == 0 && len(c.Children) == 1 && c.Children[0].Element != nil:
		s.shape = append(s.shape, shapeElement, 0)
		s.text(c.Name)
		s.shape = append(s.shape, shapeContent)
		s.nest(c.Children[0].Element)
		s.shape = append(s.shape, shapeEnd)
	default:
		return s.element(c, depth+1, inSystem || (s.outer && depth == 0 && c.Name == "System"))
	}
	return nil
}

func (s *shaper) attr(a event.Attr, inSystem bool) {
	if len(a.Parts) == 0 {
		s.shape = append(s.shape, shapeText)
		s.text("")
	}
	for i := range a.Parts {
		if p := &a.Parts[i]; p.Type == event.String && !inSystem {
			s.shape = append(s.shape, shapeText)
			s.text(p.Text)
		} else {
			s.value(p, true)
		}
	}
}

func (s *shaper) value(v *event.Value, optional bool) {
	op, typ := shapeValue, v.Type
	if typ == event.Null {
		typ = event.String
	}
	if optional {
		op = shapeOption
	}
	s.shape = append(s.shape, op, byte(typ))
	s.slots = append(s.slots, slot{value: v, terminated: !s.outer})
}

func (s *shaper) nest(e *event.Element) {
	s.shape = append(s.shape, shapeOption, typeBinXML)
	s.slots = append(s.slots, slot{nested: e})
}

func (s *shaper) text(t string) {
	s.shape = binary.AppendUvarint(s.shape, uint64(len(t)))
	s.shape = append(s.shape, t...)
}

// cutText takes a text off the front of a shape.
func cutText(shape []byte) (text string, rest []byte) {
	n, size := binary.Uvarint(shape)
	return string(shape[size : size+int(n)]), shape[size+int(n):]
}

func badName(units int) error {
	if units == 0 {
		return errors.New("an element or attribute without a name")
	}
	return fmt.Errorf("a name of %d characters: %w", units, ErrTooLarge)
}
