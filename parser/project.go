package parser

import (
	"encoding/binary"

	"spoor/model/event"
)

// decoder turns the records of one chunk after another into rows. One worker
// owns it; warm, it allocates nothing for a record.
type decoder struct {
	file       *File
	words      *vocabulary
	schemas    *event.Schemas
	templates  *templates
	dictionary *dictionary

	data   []byte // the chunk
	index  uint32 // of the chunk
	walker walker
	batch  *event.Batch
	runs   runs
	stats  event.FileStats

	// The record at hand.
	slots                    []slot
	frames                   []use
	scratch                  []*program // for fragments without a template
	used                     int        // of scratch
	rowsBefore, valuesBefore int        // in the batch before

	rows   []event.Row // memory that the next batch may have
	values []uint64

	kinds       map[kindKey]event.Kind
	recentKinds [64]knownKind
	joined      []byte // text made of several parts
	scratch16   []byte
}

// use is one program with the values that it is run on.
type use struct {
	program     *program
	first, last int // in decoder.slots
}

type kindKey struct {
	provider, channel event.StringID
	id                uint16
}

type knownKind struct {
	key  kindKey
	kind event.Kind
}

// head is what System says.
type head struct {
	provider, channel, computer event.StringID
	id                          uint16
	version                     uint8
	time                        event.FileTime
	record                      uint64
}

// record reads the record in s and adds it to the batch.
func (d *decoder) record(s span) error {
	d.slots, d.frames, d.used = d.slots[:0], d.frames[:0], 0
	start, end := s.xml()
	if err := d.fragment(start, end, placeTop, 0); err != nil {
		return err
	}
	h, ok := d.system()
	if !ok {
		return errNoSystem
	}
	kind, named := d.kind(h)
	if named || d.carriesLogon() {
		d.row(s, h, kind)
	}
	d.runs.add(h, s.recovered)
	return nil
}

// fragment finds the programs for the fragment at pos and their values.
func (d *decoder) fragment(pos, end int, at place, nesting int) error {
	if nesting >= maxNesting {
		return errDepth
	}
	// Most fragments are a template's instance, with a header or without, and
	// nothing else.
	if end-pos > 4 && d.data[pos] == tokenHeader {
		pos += 4
	}
	if pos < end && d.data[pos] == tokenTemplate {
		next, err := d.instance(pos, end, at, nesting)
		if err != nil || nesting == 0 || next == end || d.data[next] == tokenEnd {
			return err
		}
		pos = next
	}
	return d.elements(pos, end, at, nesting)
}

// elements reads a fragment that is not, or not only, a template's instance.
func (d *decoder) elements(pos, end int, at place, nesting int) error {
	if len(d.frames) >= maxFrames {
		return errTooMuch
	}
	p := d.scratchProgram()
	d.frames = append(d.frames, use{program: p})
	c := &d.templates.compiler
	for {
		c.program = p
		tz := tokenizer{chunk: d.data, pos: pos, end: end}
		done, kind, err := c.compile(&tz, at)
		if err != nil {
			return err
		}
		pos = tz.pos
		if kind == tokenTemplate {
			if pos, err = d.instance(pos, end, at, nesting); err != nil {
				return err
			}
			done = nesting == 0
		}
		if done || nesting == 0 && kind == tokenOpen {
			break
		}
	}
	c.program = p
	c.finish()
	return nil
}

// scratchProgram returns an empty program that lives for one record.
func (d *decoder) scratchProgram() *program {
	if d.used == len(d.scratch) {
		d.scratch = append(d.scratch, &program{})
	}
	p := d.scratch[d.used]
	d.used++
	p.reset()
	return p
}

// instance reads the template instance at pos and the fragments within its
// values. It returns where what follows starts.
func (d *decoder) instance(pos, end int, at place, nesting int) (int, error) {
	first := len(d.slots)
	in, err := readInstance(d.data, pos, end, d.slots)
	if err != nil {
		return 0, err
	}
	d.slots = in.slots
	last := len(d.slots)
	p, err := d.templates.find(&in, at)
	if err != nil {
		return 0, err
	}
	if len(d.frames) >= maxFrames {
		return 0, errTooMuch
	}
	d.frames = append(d.frames, use{p, first, last})
	for i := first; i < last; i++ {
		s := d.slots[i]
		if s.kind != typeFragment || s.size == 0 {
			continue
		}
		if at, used := p.placeOf(i - first); used {
			if err := d.fragment(int(s.offset), int(s.offset)+int(s.size), at, nesting+1); err != nil {
				return 0, err
			}
		}
	}
	return in.next, nil
}

// maxFrames bounds the fragments of one record. Real events have two.
const maxFrames = 256

// system reads the head of the record from the first program that has it.
func (d *decoder) system() (head, bool) {
	var h head
	for i := range d.frames {
		u := &d.frames[i]
		if !u.program.hasSystem {
			continue
		}
		s := &u.program.system
		h.provider = d.text(u, &s[sysProvider])
		h.channel = d.text(u, &s[sysChannel])
		h.computer = d.text(u, &s[sysComputer])
		id, _ := d.integer(u, &s[sysEventID])
		version, _ := d.integer(u, &s[sysVersion])
		h.id, h.version = uint16(id), uint8(version)
		h.record, _ = d.integer(u, &s[sysRecordID])
		h.time, _ = d.instant(u, &s[sysTime])
		return h, true
	}
	return h, false
}

// kind finds the schema of a record by provider, channel and number.
func (d *decoder) kind(h head) (event.Kind, bool) {
	key := kindKey{h.provider, h.channel, h.id}
	recent := &d.recentKinds[(uint32(h.id)+uint32(h.channel)*7+uint32(h.provider)*13)%uint32(len(d.recentKinds))]
	if recent.key == key {
		return recent.kind, recent.kind != event.Other
	}
	kind, known := d.kinds[key]
	if !known {
		kind, _ = d.schemas.Find(d.dictionary.string(h.provider), d.dictionary.string(h.channel), h.id)
		if len(d.kinds) >= maxKinds {
			clear(d.kinds)
		}
		d.kinds[key] = kind
	}
	*recent = knownKind{key, kind}
	return kind, kind != event.Other
}

// maxKinds bounds what a decoder remembers of which events have a schema.
const maxKinds = 1 << 14

// carriesLogon reports whether any field is a logon ID's.
func (d *decoder) carriesLogon() bool {
	for i := range d.frames {
		u := &d.frames[i]
		if u.program.logon {
			return true
		}
		for j := range u.program.fields {
			if f := &u.program.fields[j]; f.dynamic && d.words.logon[d.dynamicName(u, f)] {
				return true
			}
		}
	}
	return false
}

// row adds the record to the batch as one of that kind.
func (d *decoder) row(s span, h head, kind event.Kind) {
	fields := &d.words.kinds[kind]
	b := d.batch
	first := len(b.Values)
	n := len(fields.types)
	b.Values = append(b.Values, noValues[:n]...)
	values := b.Values[first : first+n]
	present := uint64(0)
	for i := range d.frames {
		u := &d.frames[i]
		if len(u.program.fields) == 0 {
			continue
		}
		present = d.fill(u, kind, fields, values, present)
	}
	b.Rows = append(b.Rows, event.Row{
		Time: h.time, RecordID: h.record, Chunk: d.index, Offset: uint32(s.offset),
		Provider: h.provider, Channel: h.channel, Computer: h.computer,
		Values: uint32(first), Present: present, Kind: kind,
		EventID: h.id, Version: h.version, Recovered: s.recovered,
	})
}

// noValues is a row's worth of absent values: Row.Present has 64 bits.
var noValues [64]uint64

// fill copies the values of one program's fields into a row's columns.
func (d *decoder) fill(u *use, kind event.Kind, fields *kindFields, values []uint64, present uint64) uint64 {
	p := u.program
	if !p.isBound || p.boundKind != kind {
		d.bind(p, kind, fields)
	}
	for i := range p.bound {
		b := &p.bound[i]
		bit := uint64(1) << b.column
		if present&bit != 0 {
			continue
		}
		v, ok := d.simple(u, b)
		if !ok {
			v, ok = d.value(u, &p.fields[b.field].source, b.columnType)
		}
		if ok {
			values[b.column] = v
			present |= bit
		}
	}
	if p.dynamic {
		present = d.fillDynamic(u, fields, values, present)
	}
	if p.unnamed && len(fields.positions) > 0 {
		present = d.fillPositions(u, fields, values, present)
	}
	return present
}

// simple reads the values that nearly all columns have: of the type that the
// column keeps. For others it returns false.
func (d *decoder) simple(u *use, b *binding) (uint64, bool) {
	i := u.first + b.slot
	if b.slot < 0 || i >= u.last {
		return 0, false
	}
	s := d.slots[i]
	raw := d.data[s.offset : int(s.offset)+int(s.size)]
	switch b.columnType {
	case event.Text, event.Address:
		switch event.Type(s.kind) {
		case event.String:
			return uint64(d.dictionary.text(trimNUL16(raw))), true
		case event.SIDType:
			id, ok := d.dictionary.sid(raw)
			return uint64(id), ok
		}
	case event.Number, event.ID64:
		switch event.Type(s.kind) {
		case event.UInt32, event.HexInt32:
			if len(raw) == 4 {
				return uint64(binary.LittleEndian.Uint32(raw)), true
			}
		case event.HexInt64, event.UInt64:
			if len(raw) == 8 {
				return binary.LittleEndian.Uint64(raw), true
			}
		}
	case event.GUIDRef:
		if event.Type(s.kind) == event.GUIDType && len(raw) == 16 {
			return uint64(d.dictionary.guid(raw)), true
		}
	}
	return 0, false
}

// bind works out which of p's fields fill columns of a kind. A template nearly
// always serves one kind only.
func (d *decoder) bind(p *program, kind event.Kind, fields *kindFields) {
	p.bound, p.boundKind, p.isBound = p.bound[:0], kind, true
	for i := range p.fields {
		f := &p.fields[i]
		if f.name == otherName {
			continue
		}
		column := fields.columns[f.name]
		if column == noColumn {
			continue
		}
		b := binding{column: column, columnType: fields.types[column], field: i, slot: -1}
		if f.source.kind == substituted && f.source.next == 0 {
			b.slot = int(f.source.index)
		}
		p.bound = append(p.bound, b)
	}
}

// fillDynamic fills columns from Data whose names are values too.
func (d *decoder) fillDynamic(u *use, fields *kindFields, values []uint64, present uint64) uint64 {
	for i := range u.program.fields {
		f := &u.program.fields[i]
		if !f.dynamic {
			continue
		}
		column := fields.columns[d.dynamicName(u, f)]
		if column == noColumn || present&(1<<column) != 0 {
			continue
		}
		if v, ok := d.value(u, &f.source, fields.types[column]); ok {
			values[column] = v
			present |= 1 << column
		}
	}
	return present
}

func (d *decoder) dynamicName(u *use, f *field) nameID {
	kind, raw := d.resolve(u, &f.nameIs)
	if event.Type(kind) != event.String {
		return otherName
	}
	return d.words.id(trimNUL16(raw))
}

// fillPositions fills columns from Data without names, by their position.
// One whose value is an array stands for as many as it has items.
func (d *decoder) fillPositions(u *use, fields *kindFields, values []uint64, present uint64) uint64 {
	at := 0
	for i := range u.program.fields {
		f := &u.program.fields[i]
		if !f.unnamed {
			continue
		}
		items := d.items(u, &f.source)
		count := max(len(items), 1)
		for _, p := range fields.positions {
			bit := uint64(1) << p.column
			if p.at < at || p.at >= at+count || present&bit != 0 {
				continue
			}
			var v uint64
			var ok bool
			if len(items) > 0 {
				v, ok = d.decoded(items[p.at-at], fields.types[p.column])
			} else {
				v, ok = d.value(u, &f.source, fields.types[p.column])
			}
			if ok {
				values[p.column] = v
				present |= bit
			}
		}
		at += count
	}
	return present
}

// items returns the items of an array, where the source is one.
func (d *decoder) items(u *use, s *source) []event.Value {
	if s.kind != substituted || s.next != 0 {
		return nil
	}
	kind, raw := d.resolve(u, s)
	if event.Type(kind)&event.Array == 0 {
		return nil
	}
	return decodeValue(kind, raw).Items
}
