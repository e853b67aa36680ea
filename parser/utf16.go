package parser

import (
	"encoding/binary"
	"unicode/utf8"
)

// utf16Text returns UTF-16LE as UTF-8; a surrogate without its pair keeps its
// three bytes (WTF-8). An odd last byte is dropped.
func utf16Text(raw []byte) string {
	return string(appendUTF16(make([]byte, 0, len(raw)/2), raw))
}

func appendUTF16(b, raw []byte) []byte {
	i := 0
	for i+8 <= len(raw) {
		// Four characters at once, while they are ASCII.
		word := binary.LittleEndian.Uint64(raw[i:])
		if word&0xff80ff80ff80ff80 != 0 {
			break
		}
		b = binary.LittleEndian.AppendUint32(b, narrow(word))
		i += 8
	}
	for ; i+1 < len(raw); i += 2 {
		u := rune(raw[i]) | rune(raw[i+1])<<8
		switch {
		case u < 0x80:
			b = append(b, byte(u))
			continue
		case u >= 0xd800 && u < 0xdc00 && i+3 < len(raw):
			if low := rune(raw[i+2]) | rune(raw[i+3])<<8; low >= 0xdc00 && low < 0xe000 {
				b = utf8.AppendRune(b, (u-0xd800)<<10|(low-0xdc00)+0x10000)
				i += 2
				continue
			}
			b = appendSurrogate(b, u)
		case u >= 0xd800 && u < 0xe000:
			b = appendSurrogate(b, u)
		default:
			b = utf8.AppendRune(b, u)
		}
	}
	return b
}

// narrow returns four characters of UTF-16LE, all ASCII, as bytes.
func narrow(word uint64) uint32 {
	word |= word >> 8
	return uint32(word&0xffff | word>>16&0xffff0000)
}

func appendSurrogate(b []byte, u rune) []byte {
	return append(b, 0xe0|byte(u>>12), 0x80|byte(u>>6)&0x3f, 0x80|byte(u)&0x3f)
}

// ansiText reads a byte-wise string, whose code page a log does not say: as
// UTF-8 if it is, else as Latin-1.
func ansiText(raw []byte) string {
	if utf8.Valid(raw) {
		return string(raw)
	}
	b := make([]byte, 0, 2*len(raw))
	for _, c := range raw {
		b = utf8.AppendRune(b, rune(c))
	}
	return string(b)
}

// decodeWTF8 reads one character, or one surrogate without its pair, as
// appendUTF16 writes it. Other invalid bytes read as U+FFFD, one at a time.
func decodeWTF8(s string) (rune, int) {
	if len(s) >= 3 && s[0] == 0xed && s[1] >= 0xa0 && s[1] <= 0xbf && s[2]&0xc0 == 0x80 {
		return 0xd000 | rune(s[1]&0x3f)<<6 | rune(s[2]&0x3f), 3
	}
	return utf8.DecodeRuneInString(s)
}

// appendUTF16LE appends WTF-8 as UTF-16LE: the inverse of appendUTF16.
func appendUTF16LE(b []byte, s string) []byte {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			b = append(b, c, 0)
			i++
			continue
		}
		u, n := decodeWTF8(s[i:])
		i += n
		if u >= 0x10000 {
			u -= 0x10000
			high, low := 0xd800+u>>10, 0xdc00+u&0x3ff
			b = append(b, byte(high), byte(high>>8), byte(low), byte(low>>8))
			continue
		}
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}
