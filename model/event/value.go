package event

import (
	"encoding/hex"
	"math"
	"strconv"
	"strings"
)

// Type is the type of a value as it was logged ([MS-EVEN6] 2.2.12). Arrays
// add [Array] to the type of their items.
type Type uint8

// The types that a log can hold.
const (
	Null       Type = 0x00
	String     Type = 0x01 // UTF-16 in the log
	AnsiString Type = 0x02
	Int8       Type = 0x03
	UInt8      Type = 0x04
	Int16      Type = 0x05
	UInt16     Type = 0x06
	Int32      Type = 0x07
	UInt32     Type = 0x08
	Int64      Type = 0x09
	UInt64     Type = 0x0a
	Real32     Type = 0x0b
	Real64     Type = 0x0c
	Bool       Type = 0x0d
	Binary     Type = 0x0e
	GUIDType   Type = 0x0f
	SizeT      Type = 0x10
	Time       Type = 0x11 // FILETIME
	SysTime    Type = 0x12 // SYSTEMTIME, kept as a FileTime
	SIDType    Type = 0x13
	HexInt32   Type = 0x14
	HexInt64   Type = 0x15
	Array      Type = 0x80
)

// Value is one typed value. Which field holds it depends on Type:
// Text for strings and SIDs (S-1-...), Bytes for binary and GUIDs, Items for
// arrays, Bits for everything else (signed numbers sign-extended, reals as
// IEEE 754 bits of 64, booleans as 0 or 1, times as FileTime).
//
// Text is UTF-8 except that an unpaired surrogate keeps its three bytes
// (WTF-8), so that what was logged can be written again.
type Value struct {
	Type  Type
	Size  uint8 // bytes in the log, where the type leaves it open (SizeT: 4 or 8)
	Bits  uint64
	Text  string
	Bytes []byte
	Items []Value
}

// TextValue returns a string value.
func TextValue(s string) Value { return Value{Type: String, Text: s} }

// NumberValue returns a value of a type that is kept in Bits.
func NumberValue(t Type, n uint64) Value { return Value{Type: t, Bits: n} }

// TimeValue returns a FILETIME value.
func TimeValue(t FileTime) Value { return Value{Type: Time, Bits: uint64(t)} }

// GUIDValue returns a GUID value.
func GUIDValue(g GUID) Value { return Value{Type: GUIDType, Bytes: append([]byte(nil), g[:]...)} }

// SIDValue returns a security identifier given as S-1-...
func SIDValue(s string) Value { return Value{Type: SIDType, Text: s} }

// String renders v as Windows does in an event's XML: numbers in decimal,
// HexInt in 0x hexadecimal without padding, times in RFC 3339 with seven
// digits, GUIDs in braces, binary in upper-case hexadecimal, the items of an
// array separated by commas.
func (v Value) String() string {
	if v.Type&Array != 0 {
		parts := make([]string, len(v.Items))
		for i, item := range v.Items {
			parts[i] = item.String()
		}
		return strings.Join(parts, ",")
	}
	switch v.Type {
	case String, AnsiString, SIDType:
		return v.Text
	case Int8, Int16, Int32, Int64:
		return strconv.FormatInt(int64(v.Bits), 10)
	case UInt8, UInt16, UInt32, UInt64:
		return strconv.FormatUint(v.Bits, 10)
	case Real32:
		return strconv.FormatFloat(math.Float64frombits(v.Bits), 'g', -1, 32)
	case Real64:
		return strconv.FormatFloat(math.Float64frombits(v.Bits), 'g', -1, 64)
	case Bool:
		return strconv.FormatBool(v.Bits != 0)
	case Binary:
		return strings.ToUpper(hex.EncodeToString(v.Bytes))
	case GUIDType:
		if len(v.Bytes) != 16 {
			return strings.ToUpper(hex.EncodeToString(v.Bytes))
		}
		return GUID(v.Bytes).String()
	case SizeT, HexInt32, HexInt64:
		return "0x" + strconv.FormatUint(v.Bits, 16)
	case Time, SysTime:
		return FileTime(v.Bits).String()
	}
	return ""
}
