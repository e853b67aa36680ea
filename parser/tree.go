package parser

import (
	"encoding/binary"

	"spoor/model/event"
)

// Bounds on what one record may unfold to. A record has less than 64 KiB, but
// its values may name templates, and templates values, again and again.
const (
	maxNodes = 1 << 16 // elements, attributes and pieces of text
	maxText  = 16 << 20
	// Real names have some tens of characters. A longer one is read by a wrong
	// offset, and says no more for being written in each of its elements.
	maxName = 512 // UTF-16 characters; the rest is cut
)

// budget is what the records of one chunk may unfold to, together. What real
// chunks hold is less than a tenth of it.
type budget struct{ nodes, text int }

func newBudget() *budget { return &budget{8 * maxNodes, 4 * maxText} }

// tree decodes one record of one chunk completely.
type tree struct {
	chunk  []byte
	left   *budget // of the chunk
	nodes  int
	text   int
	frames int
}

// frame is the template instance that a fragment's substitutions refer to.
type frame struct {
	slots []slot
	// values are decoded once however often they are used.
	values []*event.Value
}

// record decodes the record in s.
func (t *tree) record(s span, ref event.Ref) (*event.Record, error) {
	start, end := s.xml()
	nodes, err := t.fragment(start, end, 0)
	if err != nil {
		return nil, err
	}
	r := &event.Record{
		Ref:       ref,
		HeaderID:  recordID(t.chunk, s.offset),
		Written:   event.FileTime(binary.LittleEndian.Uint64(t.chunk[s.offset+16:])),
		Recovered: s.recovered,
	}
	for _, n := range nodes {
		if n.Element != nil && !isInstruction(n.Element) {
			r.Root = n.Element
			break
		}
	}
	if r.Root.Child("System") == nil {
		return nil, errNoSystem
	}
	if s.recovered {
		if h := r.Head(); h.Provider == "" || h.Channel == "" || h.Computer == "" || h.RecordID == 0 || h.Time == 0 {
			return nil, errIncomplete
		}
	}
	return r, nil
}

func isInstruction(e *event.Element) bool { return len(e.Name) > 0 && e.Name[0] == '?' }

// fragment decodes binary XML outside of a template's definition. A record
// holds one element; within a value several may follow one another.
func (t *tree) fragment(pos, end, nesting int) ([]event.Node, error) {
	if nesting >= maxNesting {
		return nil, errDepth
	}
	var nodes []event.Node
	for {
		tz := tokenizer{chunk: t.chunk, pos: pos, end: end}
		next, more, err := t.root(&tz, nil, nesting, &nodes)
		if err != nil || !more {
			return nodes, err
		}
		pos = next
		if nesting == 0 && len(nodes) > 0 && nodes[len(nodes)-1].Element != nil && !isInstruction(nodes[len(nodes)-1].Element) {
			return nodes, nil
		}
	}
}

// root decodes what stands at the top of a fragment: an element, an
// instruction, or a template's instance. more is false at its end.
func (t *tree) root(tz *tokenizer, f *frame, nesting int, nodes *[]event.Node) (next int, more bool, err error) {
	var tok token
	if err := tz.next(&tok); err != nil {
		return 0, false, err
	}
	switch tok.kind {
	case tokenEnd:
		return 0, false, nil
	case tokenTemplate:
		if tz.dependencies {
			return 0, false, errGrammar
		}
		in, err := readInstance(t.chunk, tz.pos, tz.end, nil)
		if err != nil {
			return 0, false, err
		}
		if t.frames++; t.frames > maxFrames {
			return 0, false, errTooMuch
		}
		inner := &frame{slots: in.slots, values: make([]*event.Value, len(in.slots))}
		body := tokenizer{chunk: t.chunk, pos: in.body, end: in.end, dependencies: true}
		for more := true; more; {
			if _, more, err = t.root(&body, inner, nesting, nodes); err != nil {
				return 0, false, err
			}
		}
		return in.next, true, nil
	case tokenPITarget:
		err = t.instruction(tz, &tok, nodes)
	default:
		err = t.element(tz, &tok, f, nesting, nodes)
	}
	return tz.pos, true, err
}

func (t *tree) instruction(tz *tokenizer, tok *token, nodes *[]event.Node) error {
	e := &event.Element{Name: "?" + t.name(tok.name)}
	if err := tz.next(tok); err != nil {
		return err
	}
	e.Children = []event.Node{{Value: event.TextValue(t.string(tok.text))}}
	*nodes = append(*nodes, event.Node{Element: e})
	return t.count(2)
}

// element decodes the element that tok opens, up to its end.
func (t *tree) element(tz *tokenizer, tok *token, f *frame, nesting int, nodes *[]event.Node) error {
	e := &event.Element{Name: t.name(tok.name)}
	open, err := t.attributes(tz, tok, e, f)
	if err != nil {
		return err
	}
	for open {
		if err := tz.next(tok); err != nil {
			return err
		}
		switch tok.kind {
		case tokenOpen:
			err = t.element(tz, tok, f, nesting, &e.Children)
		case tokenCloseElement:
			open = false
		case tokenPITarget:
			err = t.instruction(tz, tok, &e.Children)
		case tokenSubstitution, tokenOptional:
			err = t.substitute(tok, e, f, nesting)
		default:
			e.Children = append(e.Children, event.Node{Value: event.TextValue(t.string(tok.text))})
			err = t.count(1)
		}
		if err != nil {
			return err
		}
	}
	return t.finish(e, nodes)
}

// finish adds e to nodes. An element whose content is one array stands for as
// many elements as the array has items ([MS-EVEN6] 2.2.12, array values).
func (t *tree) finish(e *event.Element, nodes *[]event.Node) error {
	if len(e.Children) == 1 && e.Children[0].Element == nil && len(e.Children[0].Value.Items) > 0 {
		items := e.Children[0].Value.Items
		if err := t.count(len(items) * (2 + len(e.Attrs))); err != nil {
			return err
		}
		for _, item := range items {
			each := &event.Element{Name: e.Name, Attrs: e.Attrs, Children: []event.Node{{Value: item}}}
			*nodes = append(*nodes, event.Node{Element: each})
		}
		return nil
	}
	*nodes = append(*nodes, event.Node{Element: e})
	return t.count(1)
}

// attributes decodes the rest of an element's start. It reports whether
// content follows. An attribute all of whose values are absent is left out.
func (t *tree) attributes(tz *tokenizer, tok *token, e *event.Element, f *frame) (open bool, err error) {
	var a *event.Attr
	absent := false
	end := func() {
		if absent && a != nil && len(a.Parts) == 0 {
			e.Attrs = e.Attrs[:len(e.Attrs)-1]
		}
		absent = false
	}
	for {
		if err := tz.next(tok); err != nil {
			return false, err
		}
		switch tok.kind {
		case tokenAttribute:
			end()
			e.Attrs = append(e.Attrs, event.Attr{Name: t.name(tok.name)})
			a = &e.Attrs[len(e.Attrs)-1]
		case tokenCloseStart, tokenCloseEmpty:
			end()
			return tok.kind == tokenCloseStart, nil
		case tokenSubstitution, tokenOptional:
			v, err := t.value(tok.index, f)
			if err != nil {
				return false, err
			}
			if v.Type == event.Null {
				absent = true
				continue
			}
			a.Parts = append(a.Parts, v)
		default:
			a.Parts = append(a.Parts, event.TextValue(t.string(tok.text)))
		}
		if err := t.count(1); err != nil {
			return false, err
		}
	}
}

// substitute adds a value of the template's instance to e's content.
func (t *tree) substitute(tok *token, e *event.Element, f *frame, nesting int) error {
	if f != nil && int(tok.index) < len(f.slots) && f.slots[tok.index].kind() == typeFragment {
		s := f.slots[tok.index]
		nodes, err := t.fragment(s.offset(), s.offset()+s.size(), nesting+1)
		e.Children = append(e.Children, nodes...)
		return err
	}
	v, err := t.value(tok.index, f)
	if err != nil || v.Type == event.Null {
		return err
	}
	e.Children = append(e.Children, event.Node{Value: v})
	return t.count(1)
}

// value returns a value of the template's instance; one that the instance
// does not have is absent.
func (t *tree) value(index uint16, f *frame) (event.Value, error) {
	if f == nil || int(index) >= len(f.slots) {
		return event.Value{}, nil
	}
	if f.values[index] == nil {
		s := f.slots[index]
		kind := s.kind()
		if kind == typeFragment {
			kind = uint8(event.Binary)
		}
		v := decodeValue(kind, s.of(t.chunk))
		f.values[index] = &v
	}
	v := *f.values[index]
	t.text += len(v.Text) + len(v.Bytes)
	return v, t.count(len(v.Items))
}

func (t *tree) name(raw []byte) string { return t.string(raw[:min(len(raw), 2*maxName)]) }

func (t *tree) string(raw []byte) string {
	t.text += len(raw)
	return utf16Text(raw)
}

func (t *tree) count(n int) error {
	t.nodes += n
	if t.nodes > min(maxNodes, t.left.nodes) || t.text > min(maxText, t.left.text) {
		return errTooMuch
	}
	return nil
}
