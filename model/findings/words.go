package findings

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// mostNamed is how many things a sentence names.
const mostNamed = 5

// listed names a few things, and says how many more there are.
func listed(names []string) string {
	if len(names) <= mostNamed {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:mostNamed], ", "), len(names)-mostNamed)
}

// joined names all of several things, the last one with an "and".
func joined(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// The longest word and text that are shown whole: records hold encoded commands
// of many thousand characters.
const (
	longestWord = 120
	longestText = 1500
)

// Shortened is a text of a finding for a page or a screen: of a word, and of a
// text, that is too long only the beginning, and how much was left out. Exports
// for programs have all of it.
func Shortened(text string) string {
	if len(text) <= longestWord {
		return text
	}
	var out strings.Builder
	for i, word := range strings.Split(text, " ") {
		if i > 0 {
			out.WriteByte(' ')
		}
		out.WriteString(cut(word, longestWord))
	}
	return cut(out.String(), longestText)
}

func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	n := utf8.RuneCountInString(text)
	if n <= most {
		return text
	}
	kept := []rune(text)[:most]
	return fmt.Sprintf("%s… [%s left out here, not in json and csv]", string(kept), counted(n-most, "character"))
}

// usual reports whether a part of a whole is so much of it that it is usual.
func (x *scope) usual(part, whole int) bool { return part*100 >= whole*x.value("usual-percent") }

// counted is a number and its noun; of a noun with " for " or " of " after it,
// the word before is counted.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	for _, word := range []string{" for ", " of "} {
		if head, rest, ok := strings.Cut(noun, word); ok {
			return counted(n, head) + word + rest
		}
	}
	if strings.HasSuffix(noun, "s") || strings.HasSuffix(noun, "ch") {
		noun += "e"
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// lasting is a length of time, in the unit that suits it.
func lasting(d time.Duration) string {
	in := func(unit time.Duration) int { return int((d + unit/100) / unit) }
	switch {
	case d < time.Second:
		return "less than a second"
	case d < 2*time.Minute:
		return counted(in(time.Second), "second")
	case d < 2*time.Hour:
		return counted(in(time.Minute), "minute")
	case d < 2*day:
		return counted(in(time.Hour), "hour")
	}
	return counted(in(day), "day")
}

// within is a length of time that something took, rounded up, as what says
// "within" must hold.
func within(d time.Duration) string {
	unit := time.Second
	switch {
	case d < time.Second:
		return "a second"
	case d <= 2*time.Minute-time.Second:
	case d <= 2*time.Hour-time.Minute:
		unit = time.Minute
	case d <= 2*day-time.Hour:
		unit = time.Hour
	default:
		unit = day
	}
	return lasting((d + unit - 1).Truncate(unit))
}

// apartBy is a length of time between two records, in milliseconds below a second.
func apartBy(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return lasting(d)
}
