package parser

import (
	"encoding/binary"

	"spoor/model/event"
)

// outline is where the values of System lie among those of a template's use,
// for uses whose values have the same types and sizes: nearly all of a log. The
// last value is the fragment that holds the event's data and may have any size.
// A record that fits an outline is read at once; every other is read value by
// value, to the same end.
type outline struct {
	descriptors []byte // of all values but the last
	size        int    // of those values in bytes
	place       place  // of the fragment

	// Where values start, from the first value on.
	id, version, time, record int
	provider, channel         textOutline
	computer                  textOutline
}

// textOutline is where a text lies, from the first value on, and what it was in
// the record before. A text of the template itself has no size.
type textOutline struct {
	from, to   int
	was        []byte
	generation uint64
	text       event.StringID
}

// maxOutlines bounds how many outlines a template has. Real ones have two to
// four: with an activity or without, with a user or without.
const maxOutlines = 4

// outlines are those of one template, the one used last first.
type outlines struct {
	list []*outline
	next int // the one to give way to another
}

// of returns the outline that the descriptors fit, or nil.
func (o *outlines) of(descriptors []byte) *outline {
	for i, l := range o.list {
		if string(l.descriptors) == string(descriptors) {
			if i > 0 {
				o.list[0], o.list[i] = l, o.list[0]
			}
			return l
		}
	}
	return nil
}

// add makes the list's oldest outline give way.
func (o *outlines) add(l *outline) {
	if len(o.list) < maxOutlines {
		o.list = append(o.list, l)
		return
	}
	o.next = o.next%(maxOutlines-1) + 1
	o.list[o.next] = l
}

// brief reads a record that fits an outline. It returns false for any other,
// and has then added nothing to the batch.
func (d *decoder) brief(s span) bool {
	pos, end := s.xml()
	if s.recovered || end-pos < 18 || d.data[pos] != tokenHeader || d.data[pos+4] != tokenTemplate {
		return false
	}
	p, pos := d.templates.of(pos+4, end, placeTop)
	if p == nil || p.dynamic || len(p.fields) > 0 || end-pos < 4 {
		return false
	}
	count := int(binary.LittleEndian.Uint32(d.data[pos:]))
	first := pos + 4 + 4*count
	if count < 1 || first > end || count > chunkSize {
		return false
	}
	o := p.outlines.of(d.data[pos+4 : first-4])
	if o == nil {
		return false
	}
	last := binary.LittleEndian.Uint32(d.data[first-4:])
	at := first + o.size
	behind := at + int(last&0xffff)
	if last&0xff0000 != typeFragment<<16 || behind > end {
		return false
	}
	if len(d.frames) == 0 {
		d.frames = append(d.frames, use{})
	}
	u := &d.frames[0]
	if !d.briefFragment(u, at, behind, o.place) {
		d.frames = d.frames[:0]
		return false
	}
	h := &d.head
	d.briefHead(h, p, o, d.data[first:at])
	if kind := d.kindOf(u.program, h); kind != event.Other || u.program.logon {
		d.row(s, h, kind)
	}
	d.runs.add(h, false)
	return true
}

// briefHead reads System from values that fit o.
func (d *decoder) briefHead(h *head, p *program, o *outline, values []byte) {
	h.provider = d.briefText(&o.provider, &p.system[sysProvider], values)
	h.channel = d.briefText(&o.channel, &p.system[sysChannel], values)
	h.computer = d.briefText(&o.computer, &p.system[sysComputer], values)
	h.id = binary.LittleEndian.Uint16(values[o.id:])
	h.version = values[o.version]
	h.time = event.FileTime(binary.LittleEndian.Uint64(values[o.time:]))
	h.record = binary.LittleEndian.Uint64(values[o.record:])
}

func (d *decoder) briefText(t *textOutline, s *source, values []byte) event.StringID {
	raw := values[t.from:t.to]
	if t.generation == d.dictionary.generation && string(raw) == string(t.was) {
		return t.text
	}
	if s.kind == literal {
		t.text = d.text(&use{}, s)
	} else {
		t.text = d.dictionary.text(trimNUL16(raw))
		t.was = append(t.was[:0], raw...)
	}
	t.generation = d.dictionary.generation
	return t.text
}

// briefFragment makes u of a fragment that is a known template's instance, none
// of whose values are fragments, and nothing else.
func (d *decoder) briefFragment(u *use, pos, end int, at place) bool {
	if end-pos > 4 && d.data[pos] == tokenHeader {
		pos += 4
	}
	if end-pos < 14 || d.data[pos] != tokenTemplate {
		return false
	}
	p, pos := d.templates.of(pos, end, at)
	if p == nil || p.dynamic || end-pos < 4 {
		return false
	}
	count := int(binary.LittleEndian.Uint32(d.data[pos:]))
	next := pos + 4 + 4*count
	if count > chunkSize || next > end {
		return false
	}
	if cap(d.slots) < count {
		d.slots = make([]slot, 0, count)
	}
	d.slots = d.slots[:count]
	behind := uint32(next)
	if fillSlots(d.slots, d.data[pos+4:next], &behind) < count {
		return false
	}
	if next = int(behind); next > end || next < end && d.data[next] != tokenEnd {
		return false
	}
	u.program, u.first, u.last = p, 0, count
	return true
}

// learnOutline keeps the outline of the record at hand, which was read value by
// value, if it has one.
func (d *decoder) learnOutline() {
	u := &d.frames[0]
	p := u.program
	if p.definition == nil || p.dynamic || len(p.fields) > 0 || u.last == u.first {
		return
	}
	slots := d.slots[u.first:u.last]
	count := len(slots) - 1
	first := slots[0].offset()
	descriptors := d.data[first-4*(count+1) : first-4]
	if p.outlines.of(descriptors) != nil {
		return
	}
	if o := p.outline(slots); o != nil {
		o.descriptors = clone(descriptors)
		p.outlines.add(o)
	}
}

// outline returns that of a use with these values, but for the descriptors, or
// nil if its shape is another than that of nearly all records.
func (p *program) outline(slots []slot) *outline {
	count := len(slots) - 1
	for _, s := range slots[:count] {
		if s.kind() == typeFragment {
			return nil
		}
	}
	place, used := p.placeOf(count)
	if !used || slots[count].kind() != typeFragment {
		return nil
	}
	whole := true
	value := func(part int, kind event.Type, size int) (from, to int) {
		s := &p.system[part]
		if s.kind == literal && s.next == 0 && size == 0 {
			return 0, 0
		}
		if s.kind != substituted || s.next != 0 || int(s.index) >= count {
			whole = false
			return 0, 0
		}
		v := slots[s.index]
		whole = whole && event.Type(v.kind()) == kind && (size == 0 || v.size() == size)
		from = v.offset() - slots[0].offset()
		return from, from + v.size()
	}
	o := &outline{size: slots[count].offset() - slots[0].offset(), place: place}
	o.id, _ = value(sysEventID, event.UInt16, 2)
	o.version, _ = value(sysVersion, event.UInt8, 1)
	o.time, _ = value(sysTime, event.Time, 8)
	o.record, _ = value(sysRecordID, event.UInt64, 8)
	o.provider.from, o.provider.to = value(sysProvider, event.String, 0)
	o.channel.from, o.channel.to = value(sysChannel, event.String, 0)
	o.computer.from, o.computer.to = value(sysComputer, event.String, 0)
	if !whole {
		return nil
	}
	return o
}
