package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sahilm/fuzzy"
)

// maxFuzzy is how many letters a term may have to be matched fuzzily: the
// matcher triples its bonus with each adjacent letter, and after 39 of them
// the score overflows. A longer term must be contained as it is.
const maxFuzzy = 32

// Query is what somebody typed: terms separated by spaces, in any order.
// Letter case and accents do not count. A term after ! must be in no value.
// The zero Query matches everything.
type Query struct {
	terms  []term
	folder folder
}

type term struct {
	text string
	// loose terms match letters in order but apart. A term that begins with
	// a digit is a number, an address or a logon ID: scattered digits of one
	// mean nothing.
	loose bool
	// not: what contains the term is left out. Scattered letters leave nothing
	// out: nobody sees what they took away.
	not bool
}

// Parse reads a query. Every text is one.
func Parse(s string) Query {
	q := Query{folder: newFolder()}
	folded, _ := q.folder.fold(s)
	for word := range strings.FieldsSeq(folded) {
		t := term{text: word}
		if t.text, t.not = strings.CutPrefix(word, "!"); t.not {
			if t.text != "" { // else more is to come
				q.terms = append(q.terms, t)
			}
			continue
		}
		t.loose = utf8.RuneCountInString(word) <= maxFuzzy && (word[0] < '0' || word[0] > '9')
		q.terms = append(q.terms, t)
	}
	return q
}

// Empty reports whether q matches everything.
func (q Query) Empty() bool { return len(q.terms) == 0 }

// Within reports whether each term of q is contained in some value: any is
// called for each term with what looks for it in one value.
func (q Query) Within(any func(contains func(string) bool) bool) bool {
	for _, t := range q.terms {
		found := any(func(value string) bool {
			folded, _ := q.folder.fold(value)
			return strings.Contains(folded, t.text)
		})
		if found == t.not {
			return false
		}
	}
	return true
}

// Span is a run of bytes, End not included.
type Span struct{ Start, End int }

// Highlight returns the parts of value that q's terms match, in order and
// without overlaps.
func (q Query) Highlight(value string) []Span {
	if q.Empty() || value == "" {
		return nil
	}
	folded, offsets := q.folder.fold(value)
	var spans []Span
	for _, t := range q.terms {
		if t.not {
			continue
		}
		if i := strings.Index(folded, t.text); i >= 0 {
			spans = append(spans, Span{i, i + len(t.text)})
			continue
		}
		if !t.loose {
			continue
		}
		for _, m := range fuzzy.FindNoSort(t.text, []string{folded}) {
			for _, i := range m.MatchedIndexes {
				_, size := utf8.DecodeRuneInString(folded[i:])
				spans = append(spans, Span{i, i + size})
			}
		}
	}
	return merge(spans, offsets)
}

// merge sorts spans of a folded text, moves them to the text as it was, and
// joins those that touch.
func merge(spans []Span, offsets []int) []Span {
	if offsets != nil {
		for i, s := range spans {
			spans[i] = Span{offsets[s.Start], offsets[s.End]}
		}
	}
	slices.SortFunc(spans, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	out := spans[:0]
	for _, s := range spans {
		if n := len(out); n > 0 && s.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, s.End)
			continue
		}
		out = append(out, s)
	}
	return out
}

// Scores. A contiguous match always beats a scattered one: the matcher's own
// scores are greedy and rank srv-host-012 above host12.corp for host12.
const (
	contiguous  = 1 << 20
	whole       = 3 << 12
	atStart     = 2 << 12
	atWord      = 1 << 12
	mostPenalty = 1<<12 - 1 // of a contiguous match, for its value's length
	mostLoose   = contiguous / 2
)

// contained scores a term that value contains, or returns false.
func contained(t string, value string) (int, bool) {
	i := strings.Index(value, t)
	if i < 0 {
		return 0, false
	}
	score := contiguous - min(len(value), mostPenalty)
	switch {
	case len(t) == len(value):
		return score + whole, true
	case i == 0:
		return score + atStart, true
	}
	for ; i >= 0; i = next(value, t, i) {
		if separates(value[i-1]) {
			return score + atWord, true
		}
	}
	return score, true
}

// next returns where t begins in value after i, or -1.
func next(value, t string, i int) int {
	j := strings.Index(value[i+1:], t)
	if j < 0 {
		return -1
	}
	return i + 1 + j
}

func separates(c byte) bool { return strings.IndexByte(`\/-_ .:@$(){}"'=,`, c) >= 0 }

// scattered brings a score of the matcher into the range below contiguous.
func scattered(score int) int {
	return min(max(score+mostLoose/2, 1), mostLoose)
}
