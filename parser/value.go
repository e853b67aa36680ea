package parser

import (
	"encoding/binary"
	"math"
	"strconv"
	"time"

	"spoor/model/event"
)

// decodeValue makes a value of its bytes. It does not fail: bytes that cannot
// be of their type are kept as Binary. kind is neither a fragment nor an array
// of one.
func decodeValue(kind uint8, raw []byte) event.Value {
	t := event.Type(kind)
	if t&event.Array != 0 {
		return decodeArray(t&^event.Array, raw)
	}
	switch t {
	case event.Null:
		return event.Value{}
	case event.String:
		return event.Value{Type: t, Text: utf16Text(trimNUL16(raw))}
	case event.AnsiString:
		return event.Value{Type: t, Text: ansiText(trimNUL(raw))}
	case event.Binary:
		return event.Value{Type: t, Bytes: clone(raw)}
	}
	if len(raw) == 0 {
		return event.Value{}
	}
	switch t {
	case event.GUIDType:
		if len(raw) == 16 {
			return event.Value{Type: t, Bytes: clone(raw)}
		}
	case event.SIDType:
		if text := sidText(nil, raw); text != nil {
			return event.Value{Type: t, Text: string(text)}
		}
	case event.SysTime:
		if ft, ok := systemTime(raw); ok {
			return event.Value{Type: t, Bits: uint64(ft)}
		}
	case event.Real32:
		if len(raw) == 4 {
			f := math.Float32frombits(binary.LittleEndian.Uint32(raw))
			return event.Value{Type: t, Bits: math.Float64bits(float64(f))}
		}
	default:
		if bits, ok := number(t, raw); ok {
			v := event.Value{Type: t, Bits: bits}
			if t == event.SizeT {
				v.Size = uint8(len(raw))
			}
			return v
		}
	}
	return event.Value{Type: event.Binary, Bytes: clone(raw)}
}

// width is the size in bytes of the types that are kept in Value.Bits; 0 is no
// such type. The size that a log states holds over it.
var width = [...]uint8{
	event.Int8: 1, event.UInt8: 1, event.Int16: 2, event.UInt16: 2,
	event.Int32: 4, event.UInt32: 4, event.Int64: 8, event.UInt64: 8,
	event.Real64: 8, event.Bool: 4, event.SizeT: 8, event.Time: 8,
	event.HexInt32: 4, event.HexInt64: 8,
}

// number reads a value that is kept in Value.Bits: signed ones sign-extended,
// booleans as 0 or 1.
func number(t event.Type, raw []byte) (uint64, bool) {
	if int(t) >= len(width) || width[t] == 0 {
		return 0, false
	}
	var n uint64
	switch len(raw) {
	case 1:
		n = uint64(raw[0])
	case 2:
		n = uint64(binary.LittleEndian.Uint16(raw))
	case 4:
		n = uint64(binary.LittleEndian.Uint32(raw))
	case 8:
		n = binary.LittleEndian.Uint64(raw)
	default:
		return 0, false
	}
	switch t {
	case event.Int8, event.Int16, event.Int32, event.Int64:
		shift := 64 - 8*len(raw)
		return uint64(int64(n<<shift) >> shift), true
	case event.Bool:
		if n != 0 {
			n = 1
		}
	case event.Real64, event.Time:
		return n, len(raw) == 8
	}
	return n, true
}

// itemSize is the size of an array's items, where it is fixed.
func itemSize(t event.Type) int {
	switch t {
	case event.GUIDType, event.SysTime:
		return 16
	case event.Real32:
		return 4
	}
	if int(t) < len(width) {
		return int(width[t])
	}
	return 0
}

func decodeArray(t event.Type, raw []byte) event.Value {
	v := event.Value{Type: t | event.Array}
	rest := raw
	switch {
	case len(raw) == 0:
		return v
	case t == event.String:
		for len(rest) >= 2 {
			n := indexNUL16(rest)
			v.Items = append(v.Items, event.Value{Type: t, Text: utf16Text(rest[:n])})
			rest = rest[min(n+2, len(rest)):]
		}
	case t == event.AnsiString:
		for len(rest) > 0 {
			n := indexNUL(rest)
			v.Items = append(v.Items, event.Value{Type: t, Text: ansiText(rest[:n])})
			rest = rest[min(n+1, len(rest)):]
		}
	case t == event.SIDType:
		for len(rest) >= 8 && len(rest) >= sidSize(rest) {
			n := sidSize(rest)
			v.Items = append(v.Items, decodeValue(uint8(t), rest[:n]))
			rest = rest[n:]
		}
	default:
		n := itemSize(t)
		if n == 0 || len(raw)%n != 0 {
			return event.Value{Type: event.Binary, Bytes: clone(raw)}
		}
		v.Items = make([]event.Value, 0, len(rest)/n)
		for len(rest) >= n {
			v.Items = append(v.Items, decodeValue(uint8(t), rest[:n]))
			rest = rest[n:]
		}
	}
	if t == event.SIDType && len(rest) > 0 {
		return event.Value{Type: event.Binary, Bytes: clone(raw)}
	}
	return v
}

func clone(b []byte) []byte { return append([]byte(nil), b...) }

func sidSize(raw []byte) int { return 8 + 4*int(raw[1]) }

// sidText appends a security identifier as S-1-... ([MS-DTYP] 2.4.2.1), or
// returns nil if raw is none.
func sidText(b, raw []byte) []byte {
	if len(raw) < 8 || len(raw) < sidSize(raw) {
		return nil
	}
	b = append(b, "S-"...)
	b = strconv.AppendUint(b, uint64(raw[0]), 10)
	b = append(b, '-')
	authority := uint64(binary.BigEndian.Uint16(raw[2:]))<<32 | uint64(binary.BigEndian.Uint32(raw[4:]))
	if authority < 1<<32 {
		b = strconv.AppendUint(b, authority, 10)
	} else {
		b = append(b, "0x"...)
		b = strconv.AppendUint(b, authority, 16)
	}
	for i := 8; i < sidSize(raw); i += 4 {
		b = append(b, '-')
		b = strconv.AppendUint(b, uint64(binary.LittleEndian.Uint32(raw[i:])), 10)
	}
	return b
}

// systemTime reads a SYSTEMTIME ([MS-DTYP] 2.3.13): year, month, day of the
// week, day, hour, minute, second, millisecond.
func systemTime(raw []byte) (event.FileTime, bool) {
	if len(raw) != 16 {
		return 0, false
	}
	var f [8]int
	for i := range f {
		f[i] = int(binary.LittleEndian.Uint16(raw[2*i:]))
	}
	if f == [8]int{} {
		return 0, true
	}
	if f[0] < 1601 || f[1] < 1 || f[1] > 12 || f[3] < 1 || f[3] > 31 || f[4] > 23 || f[5] > 59 || f[6] > 59 || f[7] > 999 {
		return 0, false
	}
	t := time.Date(f[0], time.Month(f[1]), f[3], f[4], f[5], f[6], f[7]*int(time.Millisecond), time.UTC)
	return event.FileTimeOf(t), true
}

// trimNUL16 drops an odd last byte and the zeros that end a string.
func trimNUL16(raw []byte) []byte {
	raw = raw[:len(raw)&^1]
	for len(raw) >= 2 && raw[len(raw)-1] == 0 && raw[len(raw)-2] == 0 {
		raw = raw[:len(raw)-2]
	}
	return raw
}

func trimNUL(raw []byte) []byte {
	for len(raw) > 0 && raw[len(raw)-1] == 0 {
		raw = raw[:len(raw)-1]
	}
	return raw
}

// indexNUL16 returns where the first zero character is, or the length.
func indexNUL16(raw []byte) int {
	raw = raw[:len(raw)&^1]
	for i := 0; i < len(raw); i += 2 {
		if raw[i] == 0 && raw[i+1] == 0 {
			return i
		}
	}
	return len(raw)
}

func indexNUL(raw []byte) int {
	for i, c := range raw {
		if c == 0 {
			return i
		}
	}
	return len(raw)
}
