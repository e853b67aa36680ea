package model

import "spoor/model/event"

// glance reads the columns of an event that need not be in the store.
type glance struct {
	store  *store
	layout *layout
	in     *event.Row
	values []uint64
	reader *readerTexts
}

func (s *store) glance(in *event.Row, values []uint64, r *readerTexts) glance {
	return glance{s, &s.layouts[in.Kind], in, values, r}
}

// valuesOf returns the columns of a row of a batch; nil where the batch does
// not have them.
func (s *store) valuesOf(b *event.Batch, in *event.Row) []uint64 {
	n := len(s.schemas.Of(in.Kind).Fields)
	if uint64(in.Values)+uint64(n) > uint64(len(b.Values)) {
		return nil
	}
	return b.Values[in.Values : int(in.Values)+n]
}

func (g *glance) value(c event.Column) (uint64, bool) {
	at := g.layout.index[c]
	if at < 0 {
		return 0, false
	}
	return g.layout.slots[at].value(g.in.Present, g.values)
}

func (g *glance) number(c event.Column) uint64 {
	v, _ := g.value(c)
	if c.Type() == event.Number {
		return uint64(uint32(v))
	}
	return v
}

func (g *glance) textID(c event.Column) textID {
	v, ok := g.value(c)
	switch {
	case !ok:
		return 0
	case c.Type() == event.Address:
		defer g.store.sync()
		return g.store.lexicon.address(g.reader, v)
	}
	defer g.store.sync()
	return g.reader.text(v)
}

func (g *glance) text(c event.Column) string { return g.store.lexicon.texts.all[g.textID(c)] }

func (g *glance) guid(c event.Column) event.GUID {
	v, ok := g.value(c)
	if !ok {
		return event.GUID{}
	}
	return g.reader.plainGUID(v)
}

// principals returns the triples that the event names, 0 if none.
func (g *glance) principals() (subject, target uint32) {
	l := g.layout
	if l.target.word < 0 && l.subject.word < 0 {
		return 0, 0
	}
	var triples [2][4]textID
	for i := range l.slots {
		slot := &l.slots[i]
		if slot.part == 0 {
			continue
		}
		if v, ok := slot.value(g.in.Present, g.values); ok {
			who := 0
			if isSubject(slot.column) {
				who = 1
			}
			triples[who][slot.part] = g.reader.text(v)
		}
	}
	if l.target.word >= 0 {
		target = g.store.lexicon.internPrincipal(triples[0][1], triples[0][2], triples[0][3])
	}
	if l.subject.word >= 0 {
		subject = g.store.lexicon.internPrincipal(triples[1][1], triples[1][2], triples[1][3])
	}
	g.store.sync()
	return subject, target
}

// failed is as isFailure.
func (g *glance) failed() bool {
	status, ok := g.value(event.Status)
	return failed(g.in.Kind, uint64(uint32(status)), ok)
}
