package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// accents spells letters of the Latin script without their marks: the first
// letter of each word stands for the others.
const accents = "aàáâãäåāăąǎạảấầẩẫậắằẳẵặ cçćĉċč dďđð eèéêëēĕėęěẹẻẽếềểễệ " +
	"gĝğġģ hĥħ iìíîïĩīĭįıǐịỉ jĵ kķ lĺļľŀł nñńņňŋ oòóôõöøōŏőǒọỏốồổỗộớờởỡợơ " +
	"rŕŗř sśŝşšșß tţťŧțþ uùúûüũūŭůűųǔụủứừửữựư wŵ yýÿŷỳỵỷỹ zźżž"

// folder lowers letters and takes their accents off.
type folder struct{ base map[rune]rune }

func newFolder() folder {
	f := folder{base: make(map[rune]rune, len(accents))}
	for word := range strings.FieldsSeq(accents) {
		base, _ := utf8.DecodeRuneInString(word)
		for _, r := range word[1:] {
			f.base[r] = base
		}
	}
	return f
}

// fold returns s in the form in which values and terms are compared, and the
// offset in s of each of its bytes and of its end; nil where it is the same
// offset. NUL becomes a space: the matcher would end a text there.
func (f folder) fold(s string) (string, []int) {
	if ascii(s) {
		return strings.ToLower(s), nil
	}
	var b strings.Builder
	offsets := make([]int, 0, len(s)+1)
	for i, r := range s {
		r = f.letter(r)
		if r < 0 {
			continue
		}
		for range utf8.RuneLen(r) {
			offsets = append(offsets, i)
		}
		b.WriteRune(r)
	}
	return b.String(), append(offsets, len(s))
}

// letter folds one letter; a combining mark gives -1.
func (f folder) letter(r rune) rune {
	r = unicode.ToLower(r)
	switch {
	case r == 0:
		return ' '
	case r < utf8.RuneSelf:
		return r
	case r >= 0x300 && r <= 0x36f:
		return -1
	}
	if base, ok := f.base[r]; ok {
		return base
	}
	return r
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] == 0 || s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
