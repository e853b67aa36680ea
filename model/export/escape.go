package export

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// Hidden reports whether r must not reach a terminal or a report as it is: it
// has no glyph of its own, or it changes how others are shown. What is shown
// in tables goes through package text, which knows more of terminals; this is
// for formats that other programs read and that have escapes of their own.
func Hidden(r rune) bool {
	return r < 0x20 || r == 0x7f || r == 0x34f || r == 0x115f || r == 0x1160 || r == 0x3164 || r == 0xffa0 ||
		unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs, unicode.Variation_Selector)
}

// EscapeJSON returns JSON that says the same and holds no rune that a terminal
// might obey. ASCII is left alone: an encoder has escaped control characters
// inside strings, and those outside are white space. DEL it has not.
func EscapeJSON(in []byte) []byte {
	return escapeHidden(in, func(out []byte, r rune) []byte {
		if r < 0x10000 {
			return fmt.Appendf(out, `\u%04x`, r)
		}
		r -= 0x10000
		return fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+(r>>10), 0xdc00+(r&0x3ff))
	})
}

// EscapeXML does the same for XML whose hidden runes stand in character data
// and attribute values only.
func EscapeXML(in []byte) []byte {
	return escapeHidden(in, func(out []byte, r rune) []byte { return fmt.Appendf(out, "&#x%x;", r) })
}

func escapeHidden(in []byte, escape func([]byte, rune) []byte) []byte {
	hidden := func(r rune) bool { return r >= 0x7f && Hidden(r) }
	if !bytes.ContainsFunc(in, hidden) {
		return in
	}
	out := make([]byte, 0, len(in)+32)
	for len(in) > 0 {
		r, n := utf8.DecodeRune(in)
		if hidden(r) {
			out = escape(out, r)
		} else {
			out = append(out, in[:n]...)
		}
		in = in[n:]
	}
	return out
}
