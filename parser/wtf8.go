package parser

import "unicode/utf8"

// decodeWTF8 reads one character, or one surrogate without its pair, as
// appendUTF16 writes it. Other invalid bytes read as U+FFFD, one at a time.
func decodeWTF8(s string) (rune, int) {
	if len(s) >= 3 && s[0] == 0xed && s[1] >= 0xa0 && s[1] <= 0xbf && s[2]&0xc0 == 0x80 {
		return 0xd000 | rune(s[1]&0x3f)<<6 | rune(s[2]&0x3f), 3
	}
	return utf8.DecodeRuneInString(s)
}
