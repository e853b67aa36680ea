package export

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// cell is the text of a table's cell, in pieces that say where a line of it may be
// broken. Times and numbers are read wrongly where they break elsewhere.
type cell struct {
	Pieces []piece
	// Long is set where a piece is longer than any name or number that a
	// computer gives: then it may break anywhere, or the table would not fit.
	Long bool
}

// piece is a part of a cell's text.
type piece struct {
	Text  string
	Whole bool // it is no place to break, though it may look like one
	Ends  bool // a line may end behind it
}

// longPiece is how many characters a piece has at most that is kept in one
// line: more than an ID, an address or a part of a name has.
const longPiece = 40

// timeStamp is a time as Time.Format writes it.
var timeStamp = regexp.MustCompile(`\b(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)`)

// newCell parts a text: after the signs that part names, and times before their T.
func newCell(s string) cell {
	var c cell
	add := func(text string, whole, ends bool) {
		if text == "" {
			return
		}
		c.Pieces = append(c.Pieces, piece{text, whole, ends})
		for word := range strings.FieldsSeq(text) {
			c.Long = c.Long || utf8.RuneCountInString(word) > longPiece
		}
	}
	plain := func(text string) {
		from := 0
		for i := range len(text) {
			if parts(text, i) {
				add(text[from:i+1], false, true)
				from = i + 1
			}
		}
		add(text[from:], false, false)
	}
	last := 0
	for _, at := range timeStamp.FindAllStringSubmatchIndex(s, -1) {
		plain(s[last:at[0]])
		add(s[at[2]:at[3]], true, true)
		add(s[at[4]:at[5]], true, false)
		last = at[1]
	}
	plain(s[last:])
	return c
}

// parts reports whether the byte at i ends a part of a name, a path or a SID. A
// point between digits is of a number or an address.
func parts(s string, i int) bool {
	digit := func(i int) bool { return i >= 0 && i < len(s) && '0' <= s[i] && s[i] <= '9' }
	return s[i] == '.' && !(digit(i-1) && digit(i+1)) || strings.IndexByte(`\@/_-`, s[i]) >= 0
}
