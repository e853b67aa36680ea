package evtxwrite

import (
	"fmt"

	"spoor/model/event"
)

// rendered writes an event without a template: elements have no index of a
// value that they depend on, and all values are text.
func rendered(w *Writer, root *event.Element) error {
	c := w.chunk
	c.fragment()
	if err := c.inline(root, 0); err != nil {
		return err
	}
	c.u8(tokenEOF)
	return nil
}

func (c *chunk) inline(e *event.Element, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("elements nest deeper than %d", maxDepth)
	}
	attrs := e.Attrs
	if len(attrs) == 0 {
		c.u8(tokenElement)
	} else {
		c.u8(tokenElement | tokenMore)
	}
	size := len(c.buf)
	c.u32(0)
	if err := c.name(e.Name); err != nil {
		return err
	}
	if err := c.inlineAttrs(attrs); err != nil {
		return err
	}
	if len(e.Children) == 0 {
		c.u8(tokenCloseEmpty)
	} else {
		c.u8(tokenCloseStart)
		for _, n := range e.Children {
			if err := c.inlineChild(n, depth); err != nil {
				return err
			}
		}
		c.u8(tokenEndElement)
	}
	c.setU32(size, uint32(len(c.buf)-size-4))
	return c.room()
}

func (c *chunk) inlineAttrs(attrs []event.Attr) error {
	if len(attrs) == 0 {
		return nil
	}
	list := len(c.buf)
	c.u32(0)
	for i, a := range attrs {
		token := byte(tokenAttr)
		if i < len(attrs)-1 {
			token |= tokenMore
		}
		c.u8(token)
		if err := c.name(a.Name); err != nil {
			return err
		}
		if err := c.literal(a.Text()); err != nil {
			return err
		}
	}
	c.endAttrs(list)
	return nil
}

func (c *chunk) inlineChild(n event.Node, depth int) error {
	if n.Element != nil {
		return c.inline(n.Element, depth+1)
	}
	if text := n.Value.String(); text != "" {
		return c.literal(text)
	}
	return nil
}
