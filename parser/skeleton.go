package parser

import (
	"encoding/binary"

	"spoor/model/event"
)

// skeletons recognise fragments that are written out in full, without a
// template, as forwarded events are: their tokens and names are the same for
// event after event, and only their texts differ. What was compiled once for a
// skeleton is then run with those texts as its values.
//
// All that are known make one tree of tokens. A fragment that is none of them
// is compiled as if there were no skeletons, and is learnt.
type skeletons struct {
	bones    []bone  // the first is none, and before all that begin a fragment
	labels   []label // what bones are called; the first is no name
	names    []byte  // of all labels
	known    map[string]uint32
	programs []*program
	leaps    []leap
	patterns []byte // of all leaps

	// Of the fragment that is being learnt.
	trace []traced
	path  []int32 // their bones
	texts int     // that are values
}

// bone is one token of a skeleton. Those that may follow it are next and next's
// siblings.
type bone struct {
	token   byte   // with moreFlag
	fixed   bool   // a text that must be the name
	slot    bool   // a text that is a value
	label   uint32 // an element's, attribute's or field's name
	next    int32
	sibling int32
	program int32 // index+1 in skeletons.programs, after a fragment's last token
	leap    int32 // index+1 in skeletons.leaps
}

// label is a name.
type label struct {
	from, to uint32 // in skeletons.names
	at, turn uint32 // where it was in the chunk of that turn
}

// traced is a bone whose name is still in the chunk.
type traced struct {
	bone
	name []byte
}

// Bounds on what is kept of skeletons. A real collector's log has some dozens,
// of two hundred tokens each, which share their beginnings.
const (
	maxBones     = 1 << 15
	maxBoneNames = 1 << 20
	maxSiblings  = 64
)

// match finds the fragment at pos, and appends its texts to slots. It returns
// nil if no skeleton is the fragment's.
func (k *skeletons) match(chunk []byte, pos, end int, turn uint32, slots []slot) ([]slot, *program) {
	i := k.bones[0].next
	for i != 0 && pos < end {
		b := &k.bones[i]
		if chunk[pos] != b.token {
			i = b.sibling
			continue
		}
		if b.leap != 0 {
			var last int32
			if slots, pos, last = k.leap(b.leap, chunk, pos, end, turn, slots); last != 0 {
				i = k.bones[last].next
				continue
			}
		}
		next, same := pos+1, true
		switch b.token &^ moreFlag {
		case tokenOpen:
			next, same = k.named(&k.labels[b.label], chunk, pos+5, end, turn)
			if b.token&moreFlag != 0 {
				next += 4
			}
		case tokenAttribute:
			next, same = k.named(&k.labels[b.label], chunk, pos+1, end, turn)
		case tokenText:
			if end-pos < 4 || chunk[pos+1] != 1 {
				return nil, nil
			}
			next = pos + 4 + 2*int(binary.LittleEndian.Uint16(chunk[pos+2:]))
			if next > end {
				return nil, nil
			}
			text := chunk[pos+4 : next]
			switch {
			case b.fixed:
				same = string(text) == string(k.name(&k.labels[b.label]))
			case len(text) > 0 && text[len(text)-2] == 0 && text[len(text)-1] == 0:
				// Zeros at the end of a value do not count, but those of text do.
				return nil, nil
			case b.slot:
				slots = append(slots, newSlot(uint32(pos+4), uint32(len(text)), uint8(event.String)))
			}
		}
		switch {
		case !same:
			i = b.sibling
		case b.program > 0 && next <= end:
			return slots, k.programs[b.program-1]
		default:
			pos, i = next, b.next
		}
	}
	return nil, nil
}

func (k *skeletons) name(l *label) []byte { return k.names[l.from:l.to] }

// named reports whether the reference to a name at pos is to l, and where what
// follows it starts.
func (k *skeletons) named(l *label, chunk []byte, pos, end int, turn uint32) (int, bool) {
	if end-pos < 4 {
		return 0, false
	}
	offset := binary.LittleEndian.Uint32(chunk[pos:])
	if l.turn == turn && l.at == offset && int(offset) != pos+4 {
		return pos + 4, true
	}
	tz := tokenizer{chunk: chunk, pos: pos, end: end}
	var tok token
	if err := tz.name(&tok); err != nil || string(tok.name) != string(k.name(l)) {
		return 0, false
	}
	l.at, l.turn = offset, turn
	return tz.pos, true
}

// learn adds the skeleton of the fragment at pos, which was compiled without
// an error.
func (k *skeletons) learn(c *compiler, chunk []byte, pos, end int) {
	if len(k.bones) >= maxBones || len(k.names) >= maxBoneNames || len(k.patterns) >= maxBoneNames {
		*k = skeletons{bones: make([]bone, 1), trace: k.trace, path: k.path}
	}
	p := &program{skeleton: true}
	k.trace, k.texts = k.trace[:0], 0
	c.program, c.lesson = p, k
	tz := tokenizer{chunk: chunk, pos: pos, end: end}
	_, kind, err := c.compile(&tz, placeTop)
	c.lesson = nil
	if err != nil || kind != tokenOpen {
		return
	}
	c.finish()
	p.own()
	k.keep(p)
}

// see notes a token of the fragment that is being learnt. It is false for one
// that no skeleton has.
func (k *skeletons) see(raw byte, tok *token) bool {
	b := traced{bone: bone{token: raw}}
	switch tok.kind {
	case tokenOpen, tokenAttribute:
		b.name = tok.name
	case tokenText, tokenCloseStart, tokenCloseEmpty, tokenCloseElement:
	default:
		return false
	}
	k.trace = append(k.trace, b)
	return raw&^moreFlag == tok.kind
}

// text returns the source of the text seen last: a value, or what names a
// field.
func (k *skeletons) text(text []byte, names bool) source {
	b := &k.trace[len(k.trace)-1]
	if names {
		b.fixed, b.name = true, text
		return source{kind: literal, lit: text}
	}
	b.slot = true
	k.texts++
	return source{kind: substituted, index: uint16(k.texts - 1)}
}

// keep adds the trace to the tree, as p's.
func (k *skeletons) keep(p *program) {
	parent := int32(0)
	k.path = k.path[:0]
	for t := range k.trace {
		i, before := k.bones[parent].next, int32(0)
		for n := 0; i != 0 && !k.equal(&k.bones[i], &k.trace[t]); n++ {
			if n >= maxSiblings {
				return
			}
			before, i = i, k.bones[i].sibling
		}
		if i == 0 {
			i = k.add(&k.trace[t])
			if before != 0 {
				k.bones[before].sibling = i
			} else {
				k.bones[parent].next = i
			}
		}
		parent = i
		k.path = append(k.path, i)
	}
	k.learnLeaps(k.path)
	if b := &k.bones[parent]; b.program == 0 {
		k.programs = append(k.programs, p)
		b.program = int32(len(k.programs))
	}
}

func (k *skeletons) add(t *traced) int32 {
	b := t.bone
	b.label = k.labelOf(t.name)
	k.bones = append(k.bones, b)
	return int32(len(k.bones) - 1)
}

func (k *skeletons) labelOf(name []byte) uint32 {
	if len(k.labels) == 0 {
		k.labels, k.known = make([]label, 1), make(map[string]uint32)
	}
	if len(name) == 0 {
		return 0
	}
	n, known := k.known[string(name)]
	if !known {
		n = uint32(len(k.labels))
		from := uint32(len(k.names))
		k.names = append(k.names, name...)
		k.labels = append(k.labels, label{from: from, to: uint32(len(k.names))})
		k.known[string(name)] = n
	}
	return n
}

func (k *skeletons) equal(b *bone, t *traced) bool {
	return b.token == t.token && b.fixed == t.fixed && b.slot == t.slot && string(k.name(&k.labels[b.label])) == string(t.name)
}
