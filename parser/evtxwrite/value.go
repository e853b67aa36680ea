package evtxwrite

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"spoor/model/event"
)

// errNUL is why a text is refused: readers take NULs at the end for those
// that end a string.
var errNUL = errors.New("a text that ends in NUL")

// maxValue is what a value's descriptor can say of its size.
const maxValue = 1<<16 - 1

// fixedSize says how many bytes a value of a type that is kept in Bits has.
var fixedSize = map[event.Type]int{
	event.Int8: 1, event.UInt8: 1, event.Int16: 2, event.UInt16: 2,
	event.Int32: 4, event.UInt32: 4, event.Int64: 8, event.UInt64: 8,
	event.Bool: 4, event.HexInt32: 4, event.HexInt64: 8, event.Time: 8,
}

// appendValue appends a value as it stands in a log.
func appendValue(dst []byte, v *event.Value, terminated bool) ([]byte, error) {
	start := len(dst)
	var err error
	switch {
	case v.Type == event.Null:
	case v.Type&event.Array != 0:
		dst, err = appendArray(dst, v)
	case strings.HasSuffix(v.Text, "\x00"):
		err = errNUL
	case v.Type == event.String:
		dst, err = appendUTF16(dst, v.Text)
		if terminated {
			dst = append(dst, 0, 0)
		}
	case v.Type == event.AnsiString:
		dst, err = appendANSI(dst, v.Text)
	case v.Type == event.Binary:
		dst = append(dst, v.Bytes...)
	default:
		dst, err = appendScalar(dst, v)
	}
	if err != nil {
		return dst, err
	}
	if len(dst)-start > maxValue {
		return dst, fmt.Errorf("a value of %d bytes: %w", len(dst)-start, ErrTooLarge)
	}
	return dst, nil
}

// appendScalar appends a value of a type whose size is fixed or told by the
// value itself.
func appendScalar(dst []byte, v *event.Value) ([]byte, error) {
	switch v.Type {
	case event.GUIDType:
		if len(v.Bytes) != 16 {
			return dst, fmt.Errorf("a GUID of %d bytes", len(v.Bytes))
		}
		return append(dst, v.Bytes...), nil
	case event.SIDType:
		return appendSID(dst, v.Text)
	case event.SysTime:
		return appendSystemTime(dst, event.FileTime(v.Bits))
	case event.Real64:
		return binary.LittleEndian.AppendUint64(dst, v.Bits), nil
	case event.Real32:
		f := float32(math.Float64frombits(v.Bits))
		if math.Float64bits(float64(f)) != v.Bits {
			return dst, fmt.Errorf("a real of 32 bits cannot hold %s", v)
		}
		return binary.LittleEndian.AppendUint32(dst, math.Float32bits(f)), nil
	case event.SizeT:
		if v.Size == 4 {
			return appendNumber(dst, v, 4)
		}
		return appendNumber(dst, v, 8)
	}
	size, ok := fixedSize[v.Type]
	if !ok {
		return dst, fmt.Errorf("a value of the unknown type 0x%02x", byte(v.Type))
	}
	return appendNumber(dst, v, size)
}

func appendNumber(dst []byte, v *event.Value, size int) ([]byte, error) {
	shift := 64 - 8*size
	fits := v.Bits<<shift>>shift == v.Bits
	switch v.Type {
	case event.Int8, event.Int16, event.Int32, event.Int64:
		fits = int64(v.Bits)<<shift>>shift == int64(v.Bits)
	case event.Bool:
		fits = v.Bits <= 1
	}
	if !fits {
		return dst, fmt.Errorf("a value of type 0x%02x cannot hold 0x%x", byte(v.Type), v.Bits)
	}
	for i := range size {
		dst = append(dst, byte(v.Bits>>(8*i)))
	}
	return dst, nil
}

// appendArray appends the items one behind the other; strings end in a NUL
// each, and SIDs tell their own length.
func appendArray(dst []byte, v *event.Value) ([]byte, error) {
	base := v.Type &^ event.Array
	var err error
	for i := range v.Items {
		item := &v.Items[i]
		if item.Type != base {
			return dst, fmt.Errorf("an array of type 0x%02x with an item of type 0x%02x", byte(v.Type), byte(item.Type))
		}
		switch base {
		case event.String, event.AnsiString:
			dst, err = appendItem(dst, item)
		case event.SizeT:
			if item.Size == 4 {
				return dst, errors.New("an array of sizes of 4 bytes")
			}
			dst, err = appendScalar(dst, item)
		default:
			dst, err = appendScalar(dst, item)
		}
		if err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// appendItem appends a string of an array.
func appendItem(dst []byte, item *event.Value) ([]byte, error) {
	if strings.Contains(item.Text, "\x00") {
		return dst, errors.New("an array of strings with a NUL in one")
	}
	if item.Type == event.String {
		dst, err := appendUTF16(dst, item.Text)
		return append(dst, 0, 0), err
	}
	dst, err := appendANSI(dst, item.Text)
	return append(dst, 0), err
}

// appendANSI appends a text in ISO 8859-1, as the log does not say which code
// page its machine had; or in UTF-8 where the text needs it, or where its
// bytes would read as UTF-8.
func appendANSI(dst []byte, s string) ([]byte, error) {
	if !utf8.ValidString(s) {
		return dst, errors.New("an ANSI string that is no Unicode")
	}
	start := len(dst)
	for _, r := range s {
		if r > 0xff {
			return append(dst[:start], s...), nil
		}
		dst = append(dst, byte(r))
	}
	if utf8.Valid(dst[start:]) {
		return append(dst[:start], s...), nil
	}
	return dst, nil
}

// appendSID appends a security identifier given as S-1-5-... ([MS-DTYP]
// 2.4.2.1): at most 15 numbers after the authority.
func appendSID(dst []byte, s string) ([]byte, error) {
	parts := strings.Split(s, "-")
	if len(parts) < 3 || len(parts) > 3+15 || parts[0] != "S" {
		return dst, fmt.Errorf("%q is no SID", s)
	}
	revision, err := strconv.ParseUint(parts[1], 10, 8)
	if err != nil {
		return dst, fmt.Errorf("%q is no SID", s)
	}
	authority, err := strconv.ParseUint(parts[2], 0, 48)
	if err != nil {
		return dst, fmt.Errorf("%q is no SID", s)
	}
	start := len(dst)
	dst = append(dst, byte(revision), byte(len(parts)-3))
	for shift := 40; shift >= 0; shift -= 8 {
		dst = append(dst, byte(authority>>shift))
	}
	for _, p := range parts[3:] {
		n, err := strconv.ParseUint(p, 10, 32)
		if err != nil {
			return dst, fmt.Errorf("%q is no SID", s)
		}
		dst = binary.LittleEndian.AppendUint32(dst, uint32(n))
	}
	if sidText(dst[start:]) != s {
		return dst, fmt.Errorf("%q is no SID as Windows writes it", s)
	}
	return dst, nil
}

// sidText is a SID as Windows writes it: an authority of more than 32 bits in
// hexadecimal.
func sidText(raw []byte) string {
	authority := uint64(binary.BigEndian.Uint16(raw[2:]))<<32 | uint64(binary.BigEndian.Uint32(raw[4:]))
	text := fmt.Sprintf("S-%d-%d", raw[0], authority)
	if authority >= 1<<32 {
		text = fmt.Sprintf("S-%d-0x%x", raw[0], authority)
	}
	for rest := raw[8:]; len(rest) > 0; rest = rest[4:] {
		text += "-" + strconv.FormatUint(uint64(binary.LittleEndian.Uint32(rest)), 10)
	}
	return text
}

// appendSystemTime appends a SYSTEMTIME ([MS-DTYP] 2.3.13), which has
// milliseconds and years up to 30827.
func appendSystemTime(dst []byte, t event.FileTime) ([]byte, error) {
	at := t.Time()
	if uint64(t)%10_000 != 0 || at.Year() > 30827 {
		return dst, fmt.Errorf("a system time cannot hold %s", t)
	}
	for _, n := range [...]int{at.Year(), int(at.Month()), int(at.Weekday()), at.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond() / 1_000_000} {
		dst = binary.LittleEndian.AppendUint16(dst, uint16(n))
	}
	return dst, nil
}

func uint32At(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }
