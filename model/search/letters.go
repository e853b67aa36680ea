package search

import "unicode/utf8"

// marks say which letters a folded text may have, a bit for each of the
// commonest: most values are told by them not to have all of a term's.
type marks uint64

// mark returns the bit of a letter. Some that are rare have one together.
func mark(c byte) marks {
	switch {
	case 'a' <= c && c <= 'z':
		return 1 << (c - 'a')
	case '0' <= c && c <= '9':
		return 1 << (26 + c - '0')
	}
	return 1 << (36 + c%28)
}

// marksOf returns the marks of a value: all of them where it has letters beyond
// ASCII, for some of those are equal to others to the matcher.
func marksOf(value string) marks {
	out := marks(0)
	for i := range len(value) {
		if value[i] >= utf8.RuneSelf {
			return ^marks(0)
		}
		out |= mark(value[i])
	}
	return out
}

// wantedMarks returns the marks that a value must have to match a term.
func wantedMarks(term string) marks {
	out := marks(0)
	for i := range len(term) {
		if term[i] < utf8.RuneSelf {
			out |= mark(term[i])
		}
	}
	return out
}

// inOrder reports whether a value may have the letters of a term in their
// order, which the matcher takes longer to say. Where either has letters beyond
// ASCII it may.
func inOrder(term, value string) bool {
	at := 0
	for i := 0; at < len(term); i++ {
		if term[at] >= utf8.RuneSelf {
			return true
		}
		if i == len(value) {
			return false
		}
		if value[i] >= utf8.RuneSelf {
			return true
		}
		if value[i] == term[at] {
			at++
		}
	}
	return true
}
