package evtxwrite

import (
	"crypto/sha256"

	"spoor/model/event"
)

// The tokens of binary XML ([MS-EVEN6] 2.2.12).
const (
	tokenEOF           = 0x00
	tokenElement       = 0x01
	tokenCloseStart    = 0x02
	tokenCloseEmpty    = 0x03
	tokenEndElement    = 0x04
	tokenText          = 0x05
	tokenAttr          = 0x06
	tokenTemplate      = 0x0c
	tokenValue         = 0x0d
	tokenOptionalValue = 0x0e
	tokenFragment      = 0x0f
	tokenMore          = 0x40 // an element with attributes, an attribute that is not the last
)

const (
	typeBinXML byte   = 0x21
	noIndex    uint16 = 0xffff // of dependent elements: none
)

// maxGUIDs bounds how many shapes a Writer remembers. Ordinary logs have some
// hundreds; a forged one could have a new shape in every record.
const maxGUIDs = 4096

// instanceOf writes an event as an instance of a template.
func instanceOf(w *Writer, root *event.Element) error {
	c := w.chunk
	s := shaper{shape: c.shape[:0], slots: c.slots[:0], outer: true}
	err := s.element(root, 0, false)
	c.shape, c.slots = s.shape, s.slots
	if err != nil {
		return err
	}
	c.fragment()
	if err := w.instance(s.shape, s.slots); err != nil {
		return err
	}
	c.u8(tokenEOF)
	return nil
}

// nested writes an element as the value of the outer template.
func (w *Writer) nested(root *event.Element) error {
	c := w.chunk
	s := shaper{shape: c.nestedShapeBuf[:0], slots: c.nestedSlots[:0]}
	err := s.element(root, 0, false)
	c.nestedShapeBuf, c.nestedSlots = s.shape, s.slots
	if err != nil {
		return err
	}
	// Windows leaves the fragment header out where the data are EventData.
	if root.Name != "EventData" {
		c.fragment()
	}
	return w.instance(s.shape, s.slots)
}

func (c *chunk) fragment() { c.buf = append(c.buf, tokenFragment, 1, 1, 0) }

// instance writes a reference to the template of a shape, the template itself
// where the chunk does not hold it yet, and the values.
func (w *Writer) instance(shape []byte, slots []slot) error {
	c := w.chunk
	guid, ok := w.guids[string(shape)]
	if !ok {
		if len(w.guids) == maxGUIDs {
			clear(w.guids)
		}
		sum := sha256.Sum256(shape)
		guid = event.GUID(sum[:16])
		w.guids[string(shape)] = guid
	}
	c.buf = append(c.buf, tokenTemplate, 1)
	c.buf = append(c.buf, guid[:4]...)
	if at, ok := c.templates[guid]; ok {
		c.u32(at)
	} else if err := c.define(guid, shape); err != nil {
		return err
	}
	c.u32(uint32(len(slots)))
	descriptors := len(c.buf)
	for range slots {
		c.u32(0)
	}
	for i, s := range slots {
		if err := w.slot(descriptors+4*i, s); err != nil {
			return err
		}
	}
	return nil
}

// slot writes one value and its descriptor: size and type.
func (w *Writer) slot(descriptor int, s slot) error {
	c := w.chunk
	start, typ := len(c.buf), typeBinXML
	if s.nested != nil {
		if err := w.nested(s.nested); err != nil {
			return err
		}
	} else {
		buf, err := appendValue(c.buf, s.value, s.terminated)
		if err != nil {
			return err
		}
		c.buf, typ = buf, byte(s.value.Type)
	}
	if err := c.room(); err != nil {
		return err
	}
	c.setU32(descriptor, uint32(len(c.buf)-start)|uint32(typ)<<16)
	return nil
}

// define writes a reference to a template right behind it, and the template.
func (c *chunk) define(guid event.GUID, shape []byte) error {
	c.u32(uint32(len(c.buf) + 4))
	at := uint32(len(c.buf))
	bucket := &c.heads.templates[uint32At(guid[:])%templateBuckets]
	c.u32(*bucket)
	c.buf = append(c.buf, guid[:]...)
	size := len(c.buf)
	c.u32(0)
	c.fragment()
	if err := c.definition(shape); err != nil {
		return err
	}
	c.u8(tokenEOF)
	c.setU32(size, uint32(len(c.buf)-size-4))
	*bucket = at
	c.templates[guid] = at
	c.newTemplates = append(c.newTemplates, guid)
	return c.room()
}

// definition writes a template's XML from its shape. Values are numbered in
// the order in which they stand.
func (c *chunk) definition(shape []byte) error {
	var open []int // where the sizes of the open elements stand
	attrs := 0     // where the size of the list of attributes at hand stands
	index := uint16(0)
	for len(shape) > 0 {
		op := shape[0]
		shape = shape[1:]
		var text string
		switch op {
		case shapeElement:
			flags := shape[0]
			text, shape = cutText(shape[1:])
			size, err := c.openElement(text, flags, index)
			if err != nil {
				return err
			}
			open = append(open, size)
			if flags&hasAttrs != 0 {
				attrs = len(c.buf)
				c.u32(0)
			}
		case shapeAttr:
			more := shape[0]
			text, shape = cutText(shape[1:])
			c.u8(tokenAttr | more*tokenMore)
			if err := c.name(text); err != nil {
				return err
			}
		case shapeText:
			text, shape = cutText(shape)
			if err := c.literal(text); err != nil {
				return err
			}
		case shapeValue, shapeOption:
			token := byte(tokenValue)
			if op == shapeOption {
				token = tokenOptionalValue
			}
			c.buf = append(c.buf, token, byte(index), byte(index>>8), shape[0])
			shape = shape[1:]
			index++
		default:
			attrs = c.endAttrs(attrs)
			open = c.closeElement(op, open)
		}
	}
	return nil
}

// openElement writes the start of an element and returns where its size
// stands.
func (c *chunk) openElement(name string, flags byte, index uint16) (int, error) {
	c.u8(tokenElement | flags&hasAttrs*tokenMore)
	if flags&dependent != 0 {
		c.u16(index)
	} else {
		c.u16(noIndex)
	}
	size := len(c.buf)
	c.u32(0)
	return size, c.name(name)
}

// endAttrs fills in the size of a list of attributes that starts at list,
// unless that is 0.
func (c *chunk) endAttrs(list int) int {
	if list != 0 {
		c.setU32(list, uint32(len(c.buf)-list-4))
	}
	return 0
}

// closeElement writes the end of a start tag or of an element. It fills in
// the size of an element that is complete and takes it off the open ones.
func (c *chunk) closeElement(op byte, open []int) []int {
	switch op {
	case shapeContent:
		c.u8(tokenCloseStart)
		return open
	case shapeEmpty:
		c.u8(tokenCloseEmpty)
	case shapeEnd:
		c.u8(tokenEndElement)
	}
	size := open[len(open)-1]
	c.setU32(size, uint32(len(c.buf)-size-4))
	return open[:len(open)-1]
}
