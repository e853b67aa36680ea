package model

import "spoor/model/event"

// packing is how the words of an event are made of the values of its row. Rows
// of a kind mostly have the same fields, so that for each combination it is
// found out once.
type packing struct {
	fields   uint64 // that are present
	presence [presenceWords]uint32
	steps    []packStep
}

// packStep takes one value over.
type packStep struct {
	do   packKind
	from uint8  // the field
	to   uint16 // the word; of packTriple, where among the parts of Subject and Target
}

type packKind uint8

const (
	packText packKind = iota
	packAddress
	packGUID
	packNumber
	packWide // two words
	packTriple
)

// tripleWords is the place for the parts of Subject and Target: of each a spare
// one, SID, name and domain.
const tripleWords = 8

// mostPackings is how many a kind keeps: logs that were made by Windows have a
// handful.
const mostPackings = 64

// packing returns how rows of a kind that have some fields are packed.
func (s *store) packing(k event.Kind, fields uint64) *packing {
	known := s.packings[k]
	for i, p := range known {
		if p.fields != fields {
			continue
		}
		if i > 0 {
			known[0], known[i] = known[i], known[0]
		}
		return p
	}
	p := newPacking(&s.layouts[k], fields)
	if len(known) < mostPackings {
		s.packings[k] = append(known, p)
	}
	return p
}

func newPacking(l *layout, fields uint64) *packing {
	p := &packing{fields: fields}
	for i := range l.slots {
		slot := &l.slots[i]
		from, ok := slot.first(fields)
		if !ok {
			continue
		}
		to := slot.word
		switch {
		case slot.part != 0:
			to = slot.part
			if !isSubject(slot.column) {
				to += tripleWords / 2
			}
		case slot.inShape:
			to += l.words
		}
		p.steps = append(p.steps, packStep{slot.packed(), uint8(from), uint16(to)})
		if !slot.numeric() {
			continue
		}
		in := fixedPresence
		if slot.inShape {
			in = shapePresence
		}
		p.presence[in] |= 1 << slot.bit
	}
	return p
}

// value returns what fills a slot of a row that has some fields.
func (s *slot) value(fields uint64, values []uint64) (uint64, bool) {
	from, ok := s.first(present(fields, values))
	if !ok {
		return 0, false
	}
	return values[from], true
}

// present are those of the fields of which there are values.
func present(fields uint64, values []uint64) uint64 {
	if n := len(values); n < 64 {
		fields &= 1<<n - 1
	}
	return fields
}

// first returns which of a slot's fields fills it, given those that are present.
func (s *slot) first(fields uint64) (int, bool) {
	for _, f := range s.fields {
		if f < 64 && fields>>f&1 == 1 {
			return f, true
		}
	}
	return 0, false
}

func (s *slot) packed() packKind {
	switch {
	case s.part != 0:
		return packTriple
	case s.typ == event.Text:
		return packText
	case s.typ == event.Address:
		return packAddress
	case s.typ == event.GUIDRef:
		return packGUID
	case s.width() == 2:
		return packWide
	}
	return packNumber
}

// at is where a triple lies among the words of an event and of its shape.
func (t triple) at(l *layout) int {
	if t.inShape {
		return l.words + t.word
	}
	return t.word
}

// pack builds the words of an event in the store's scratch space, and returns
// its Target's triple, 0 if it has none.
func (s *store) pack(l *layout, in *event.Row, values []uint64, r *readerTexts) (words []uint32, target uint32) {
	all := s.scratch[:l.words+l.shape]
	clear(all)
	fixed, shape := all[:l.words], all[l.words:]
	var triples [tripleWords]textID
	p := s.packing(in.Kind, present(in.Present, values))
	for _, step := range p.steps {
		v := values[step.from]
		switch step.do {
		case packText:
			all[step.to] = r.text(v)
		case packAddress:
			all[step.to] = s.lexicon.address(r, v)
		case packGUID:
			all[step.to] = r.guid(v)
		case packNumber:
			all[step.to] = uint32(v)
		case packWide:
			all[step.to], all[step.to+1] = uint32(v), uint32(v>>32)
		case packTriple:
			triples[step.to] = r.text(v)
		}
	}
	switch {
	case l.shape > 0:
		copy(shape, p.presence[:])
	case len(fixed) > 0:
		fixed[0] |= p.presence[fixedPresence]
	}
	if at := l.subject; at.word >= 0 {
		all[at.at(l)] = s.lexicon.internPrincipal(triples[1], triples[2], triples[3])
	}
	if at := l.target; at.word >= 0 {
		target = s.lexicon.internPrincipal(triples[5], triples[6], triples[7])
		all[at.at(l)] = target
	}
	if l.provider >= 0 {
		fixed[l.provider] = r.text(uint64(in.Provider))
	}
	if l.shape > 0 {
		fixed[l.shapeAt] = s.internShape(in.Kind, shape)
	}
	return fixed, target
}
