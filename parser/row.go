package parser

import (
	"encoding/binary"

	"spoor/model/event"
)

// row adds the record to the batch as one of that kind.
func (d *decoder) row(s span, h *head, kind event.Kind) {
	b := d.batch
	first := len(b.Values)
	present := d.rowValues(kind)
	b.Rows = append(b.Rows, event.Row{})
	r := &b.Rows[len(b.Rows)-1]
	r.Time, r.RecordID = h.time, h.record
	r.Chunk, r.Offset = d.index, uint16(s.offset)
	r.Provider, r.Channel, r.Computer = h.provider, h.channel, h.computer
	r.Values, r.Present, r.Kind = uint32(first), present, kind
	r.EventID, r.Version, r.Recovered = h.id, h.version, s.recovered
}

// rowValues adds the record's values as a row's of that kind, and returns
// which are present.
func (d *decoder) rowValues(kind event.Kind) uint64 {
	b := d.batch
	fields := &d.words.kinds[kind]
	var only *use
	count := 0
	for i := range d.frames {
		if len(d.frames[i].program.fields) > 0 {
			only = &d.frames[i]
			count++
		}
	}
	if count == 1 && only.program.isKept() {
		p := d.bind(only.program, kind, fields)
		if p.next(only, d.dictionary.generation) {
			values, present := d.fillPlanned(only, p)
			b.Values = append(b.Values, values...)
			return present
		}
	}
	first := len(b.Values)
	n := len(fields.types)
	b.Values = append(b.Values, noValues[:n]...)
	values := b.Values[first : first+n]
	present := uint64(0)
	for i := range d.frames {
		if u := &d.frames[i]; len(u.program.fields) > 0 {
			present = d.fill(u, kind, fields, values, present)
		}
	}
	return present
}

// noValues is a row's worth of absent values: Row.Present has 64 bits.
var noValues [64]uint64

// fill copies the values of one program's fields into a row's columns.
func (d *decoder) fill(u *use, kind event.Kind, fields *kindFields, values []uint64, present uint64) uint64 {
	p := u.program
	bindings := d.bind(p, kind, fields).bindings
	for i := range bindings {
		b := &bindings[i]
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
	raw := s.of(d.data)
	switch b.columnType {
	case event.Text, event.Address:
		switch event.Type(s.kind()) {
		case event.String:
			return uint64(d.dictionary.text(trimNUL16(raw))), true
		case event.SIDType:
			id, ok := d.dictionary.sid(raw)
			return uint64(id), ok
		}
	case event.Number, event.ID64:
		switch event.Type(s.kind()) {
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
		if event.Type(s.kind()) == event.GUIDType && len(raw) == 16 {
			return uint64(d.dictionary.guid(raw)), true
		}
	}
	return 0, false
}

// bind returns the plan by which p's fields fill columns of a kind. A template
// nearly always serves one kind only.
func (d *decoder) bind(p *program, kind event.Kind, fields *kindFields) *plan {
	if p.plan.ready && p.plan.kind == kind {
		return &p.plan
	}
	bindings := p.plan.bindings[:0]
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
		bindings = append(bindings, b)
	}
	p.plan.reset(kind, bindings, len(fields.types))
	p.plan.whole = p.plan.whole && !p.dynamic && !(p.unnamed && len(fields.positions) > 0)
	return &p.plan
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
