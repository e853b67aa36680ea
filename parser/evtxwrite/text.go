package evtxwrite

import (
	"encoding/binary"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// literal writes a piece of text with its length.
func (c *chunk) literal(s string) error {
	c.buf = append(c.buf, tokenText, 1, 0, 0)
	start := len(c.buf)
	buf, err := appendUTF16(c.buf, s)
	if err != nil {
		return err
	}
	c.buf = buf
	if err := c.room(); err != nil {
		return err
	}
	binary.LittleEndian.PutUint16(buf[start-2:], uint16((len(buf)-start)/2))
	return nil
}

// appendUTF16 appends s in UTF-16. s is UTF-8 in which an unpaired surrogate
// has three bytes (WTF-8), as [event.Value] keeps texts.
func appendUTF16(dst []byte, s string) ([]byte, error) {
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			dst = append(dst, s[i], 0)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			unit, ok := surrogate(s[i:])
			if !ok || pairs(s[:i], unit) {
				return dst, fmt.Errorf("a text that is no Unicode at byte %d", i)
			}
			dst = binary.LittleEndian.AppendUint16(dst, unit)
			i += 3
			continue
		}
		i += size
		if r < 0x10000 {
			dst = binary.LittleEndian.AppendUint16(dst, uint16(r))
			continue
		}
		high, low := utf16.EncodeRune(r)
		dst = binary.LittleEndian.AppendUint16(dst, uint16(high))
		dst = binary.LittleEndian.AppendUint16(dst, uint16(low))
	}
	return dst, nil
}

// surrogate reads the three bytes of an unpaired surrogate.
func surrogate(s string) (uint16, bool) {
	if len(s) < 3 || s[0] != 0xed || s[1] < 0xa0 || s[1] > 0xbf || s[2]&0xc0 != 0x80 {
		return 0, false
	}
	return 0xd000 | uint16(s[1]&0x3f)<<6 | uint16(s[2]&0x3f), true
}

// pairs reports whether unit would form a pair with the surrogate that before
// ends in: then the two are one character, which has four bytes.
func pairs(before string, unit uint16) bool {
	if unit < 0xdc00 || len(before) < 3 {
		return false
	}
	high, ok := surrogate(before[len(before)-3:])
	return ok && high < 0xdc00
}
