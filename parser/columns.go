package parser

import (
	"encoding/binary"

	"spoor/model/event"
)

// resolve returns the value of a source as it was logged: its type and bytes.
// Text that is made of several parts is joined.
func (d *decoder) resolve(u *use, s *source) (kind uint8, raw []byte) {
	if s.next != 0 {
		d.joined = d.join(d.joined[:0], u, s)
		return uint8(event.String), d.joined
	}
	switch s.kind {
	case literal:
		return uint8(event.String), s.lit
	case substituted:
		if i := u.first + int(s.index); i < u.last {
			v := d.slots[i]
			return v.kind(), v.of(d.data)
		}
	}
	return uint8(event.Null), nil
}

// join appends the text of all parts of a source in UTF-16LE.
func (d *decoder) join(b []byte, u *use, s *source) []byte {
	for {
		part := *s
		part.next = 0
		kind, raw := d.resolve(u, &part)
		switch {
		case event.Type(kind) == event.String && part.kind == literal:
			b = append(b, raw...)
		case event.Type(kind) == event.String:
			b = append(b, trimNUL16(raw)...)
		case kind != typeFragment:
			b = appendUTF16LE(b, decodeValue(kind, raw).String())
		}
		if s.next == 0 || len(b) > maxText {
			return b
		}
		s = &u.program.more[s.next-1]
	}
}

// value reads a source as a column of that type. ok is false where the event
// has no such value, or one that the column cannot hold.
func (d *decoder) value(u *use, s *source, t event.ColumnType) (v uint64, ok bool) {
	switch t {
	case event.Text, event.Address:
		id := d.text(u, s)
		return uint64(id), id != 0
	case event.Number:
		return d.number(u, s)
	case event.ID64:
		return d.integer(u, s)
	case event.GUIDRef:
		return d.guid(u, s)
	case event.Instant:
		at, ok := d.instant(u, s)
		return uint64(at), ok
	}
	return 0, false
}

// decoded reads a value that is decoded already as a column of that type.
func (d *decoder) decoded(v event.Value, t event.ColumnType) (uint64, bool) {
	d.joined = appendUTF16LE(d.joined[:0], v.String())
	s := source{kind: literal, lit: d.joined}
	return d.value(&use{}, &s, t)
}

// text returns the number of a source's text, or 0 if it is absent.
func (d *decoder) text(u *use, s *source) event.StringID {
	if s.kind == literal && s.next == 0 {
		if s.generation != d.dictionary.generation {
			s.id, s.generation = d.dictionary.text(s.lit), d.dictionary.generation
		}
		return s.id
	}
	kind, raw := d.resolve(u, s)
	switch event.Type(kind) {
	case event.String:
		return d.dictionary.text(trimNUL16(raw))
	case event.Null, typeFragment:
		return 0
	case event.SIDType:
		if id, ok := d.dictionary.sid(raw); ok {
			return id
		}
	}
	v := decodeValue(kind, raw)
	if v.Type == event.Null {
		return 0
	}
	return d.dictionary.utf8(v.String())
}

// number is integer for columns of 32 bits: what was logged as a negative
// number is a status or a mask.
func (d *decoder) number(u *use, s *source) (uint64, bool) {
	n, ok := d.integer(u, s)
	if int64(n) < 0 && int64(n) >= -1<<31 {
		n &= 1<<32 - 1
	}
	return n, ok
}

// integer reads a source as a whole number: any integer, a boolean, or text
// in decimal or, after 0x, in hexadecimal.
func (d *decoder) integer(u *use, s *source) (uint64, bool) {
	if i := u.first + int(s.index); s.kind == substituted && s.next == 0 && i < u.last {
		if v := d.slots[i]; v.kind() < 32 && 1<<v.kind()&unsigned != 0 {
			if n, ok := readUnsigned(v.of(d.data)); ok {
				return n, true
			}
		}
	}
	kind, raw := d.resolve(u, s)
	switch event.Type(kind) {
	case event.Null, event.Time, event.Real64:
		return 0, false
	case event.String:
		return parseNumber(trimNUL16(raw))
	case event.AnsiString:
		d.scratch16 = appendUTF16LE(d.scratch16[:0], ansiText(trimNUL(raw)))
		return parseNumber(d.scratch16)
	}
	return number(event.Type(kind), raw)
}

// unsigned has the bits of the types whose bytes are the number itself.
const unsigned = 1<<event.UInt8 | 1<<event.UInt16 | 1<<event.UInt32 | 1<<event.UInt64 | 1<<event.HexInt32 | 1<<event.HexInt64

// readUnsigned reads a number of any width that number does.
func readUnsigned(raw []byte) (uint64, bool) {
	switch len(raw) {
	case 8:
		return binary.LittleEndian.Uint64(raw), true
	case 4:
		return uint64(binary.LittleEndian.Uint32(raw)), true
	case 2:
		return uint64(binary.LittleEndian.Uint16(raw)), true
	case 1:
		return uint64(raw[0]), true
	}
	return 0, false
}

func (d *decoder) guid(u *use, s *source) (uint64, bool) {
	kind, raw := d.resolve(u, s)
	switch event.Type(kind) {
	case event.GUIDType:
		if len(raw) == 16 {
			return uint64(d.dictionary.guid(raw)), true
		}
	case event.String:
		if raw = trimNUL16(raw); len(raw) != 2*36 && len(raw) != 2*38 {
			return 0, false
		}
		if g, ok := parseGUID(raw); ok {
			return uint64(d.dictionary.guid(g[:])), true
		}
	}
	return 0, false
}

func (d *decoder) instant(u *use, s *source) (event.FileTime, bool) {
	kind, raw := d.resolve(u, s)
	switch event.Type(kind) {
	case event.Time:
		if len(raw) == 8 {
			return event.FileTime(binary.LittleEndian.Uint64(raw)), true
		}
	case event.SysTime:
		return systemTime(raw)
	case event.String:
		return parseTime(trimNUL16(raw))
	}
	if event.Type(kind)&event.Array != 0 {
		d.joined = appendUTF16LE(d.joined[:0], decodeValue(kind, raw).String())
		return parseTime(d.joined)
	}
	return 0, false
}
